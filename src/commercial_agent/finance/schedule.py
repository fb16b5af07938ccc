"""The amortisation table, month by month.

Interest of a month is the balance times a twelfth of the rate, rounded half up to the centavo; the last payment takes
whatever is left, so the balance ends at 0.00 exactly and the drift of the rounding stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import NamedTuple

from commercial_agent.finance.annuity import TWELVE
from commercial_agent.finance.money import CENT, EXACT, NOTHING


class Row(NamedTuple):
    """One month. All amounts in MXN."""

    number: int  # from 1
    payment: Decimal  # capital and interest
    interest: Decimal
    capital: Decimal
    balance: Decimal  # after the payment
    iva: Decimal = NOTHING  # on the interest
    charges: Decimal = NOTHING  # insurance and other monthly costs

    @property
    def total(self) -> Decimal:
        """What leaves the customer's pocket this month."""
        return self.payment + self.iva + self.charges


class Year(NamedTuple):
    """Twelve months of a table, or what is left of them. All amounts in MXN."""

    year: int  # from 1
    interest: Decimal
    capital: Decimal
    iva: Decimal
    total: Decimal  # all that is paid in it
    balance: Decimal  # at its end


def amortise(
    loan: Decimal, annual_rate: Decimal, months: int, payment: Decimal, *, until_paid: bool = False, first: int = 1
) -> list[Row]:
    """The table of a loan under a fixed payment.

    Args:
        loan: MXN owing before the first row.
        annual_rate: nominal, as a fraction.
        months: the most rows; the last of them pays all that is left.
        payment: MXN a month.
        until_paid: stop at the row that settles the balance instead of filling `months` rows.
        first: number of the first row.

    Returns:
        The rows; empty only for `until_paid` with nothing owing.
    """
    rows: list[Row] = []
    balance = loan
    quantum, half_up = CENT, ROUND_HALF_UP
    last = first + months - 1
    with localcontext(EXACT):
        for month in range(first, last + 1):
            if until_paid and not balance:
                break
            interest = (balance * annual_rate / TWELVE).quantize(quantum, half_up)
            owing = balance + interest
            paid = owing if month == last or owing < payment else payment
            balance = owing - paid
            rows.append(Row(month, paid, interest, paid - interest, balance))
    return rows


def amortise_with_iva(loan: Decimal, annual_rate: Decimal, months: int, level: Decimal, iva: Decimal) -> list[Row]:
    """The table when capital, interest and the IVA on the interest together make a level amount.

    Args:
        loan: MXN.
        annual_rate: nominal without IVA, as a fraction.
        months: rows.
        level: MXN a month, IVA included.
        iva: rate of the tax, as a fraction.

    Returns:
        The rows; `payment` leaves the IVA out, `total` holds it.
    """
    rows: list[Row] = []
    balance = loan
    with localcontext(EXACT):
        for month in range(1, months + 1):
            interest = (balance * annual_rate / TWELVE).quantize(CENT, ROUND_HALF_UP)
            tax = (interest * iva).quantize(CENT, ROUND_HALF_UP)
            owing = balance + interest + tax
            total = owing if month == months or owing < level else level
            balance = owing - total
            rows.append(Row(month, total - tax, interest, total - tax - interest, balance, tax))
    return rows


def by_year(rows: Sequence[Row]) -> tuple[Year, ...]:
    """The table in years of twelve payments, counted from the first."""
    return tuple(
        _year(start // 12 + 1, rows[start : start + 12]) for start in range(0, len(rows), 12)
    )  # fmt: skip


def _year(number: int, rows: Sequence[Row]) -> Year:
    return Year(
        number,
        total_of(row.interest for row in rows),
        total_of(row.capital for row in rows),
        total_of(row.iva for row in rows),
        total_of(row.total for row in rows),
        rows[-1].balance,
    )


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, with two places."""
    with localcontext(EXACT):
        return sum(amounts, NOTHING)
