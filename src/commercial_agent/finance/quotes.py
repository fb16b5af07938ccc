"""A plan for a price: what is lent, what is paid each month, what it costs in all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance.annual_cost import cat
from commercial_agent.finance.annuity import level_payment
from commercial_agent.finance.extras import PLAIN, Extras, IvaOnInterest
from commercial_agent.finance.money import EXACT, NOTHING, Number, amount, centavos, fraction, positive, term
from commercial_agent.finance.schedule import Row, Year, amortise, amortise_with_iva, by_year, total_of

CHALLENGE_RATE = Decimal("0.10")
"""The yearly nominal rate of the Kavak challenge, and the default of the library."""

MAX_COMMISSION = Decimal("0.5")  # of the loan


@dataclass(frozen=True, slots=True)
class Quote:
    """A worked plan. Amounts in MXN with two places."""

    price: Decimal
    down_payment: Decimal
    loan: Decimal  # price less down payment
    months: int
    annual_rate: Decimal  # nominal, as a fraction
    base_payment: Decimal  # capital and interest of an ordinary month, without IVA or charges
    commission: Decimal  # once, without IVA
    commission_iva: Decimal
    at_signing: Decimal  # beside the down payment: commission, its IVA, other costs
    rows: tuple[Row, ...] = field(repr=False)
    extras: Extras = field(default=PLAIN, repr=False)

    @property
    def financed(self) -> Decimal:
        """What the rows pay back: the loan, and the commission where it is financed."""
        return self.loan + self.commission + self.commission_iva if self.extras.commission_financed else self.loan

    @property
    def monthly_payment(self) -> Decimal:
        """What is paid in the first month, all lines included; every other month but the last is equal or lower."""
        return self.rows[0].total

    @property
    def last_payment(self) -> Decimal:
        """What is paid in the last month, all lines included."""
        return self.rows[-1].total

    @property
    def total_interest(self) -> Decimal:
        """Interest of all rows, without IVA."""
        return total_of(row.interest for row in self.rows)

    @property
    def total_iva(self) -> Decimal:
        """IVA of all rows."""
        return total_of(row.iva for row in self.rows)

    @property
    def total_paid(self) -> Decimal:
        """All rows; neither the down payment nor what is paid at signing."""
        return total_of(row.total for row in self.rows)

    @property
    def total_cost(self) -> Decimal:
        """Everything that leaves the customer's pocket for the car."""
        return self.down_payment + self.at_signing + self.total_paid

    @property
    def cat_percent(self) -> Decimal | None:
        """The CAT without IVA, four decimals; None where nothing is financed or the charges take the whole loan."""
        if not self.loan:
            return None
        charges = self.extras.insurance_a_month(self.price) + self.extras.monthly_costs(compulsory_only=True)
        paid_now = self.extras.signing_costs(compulsory_only=True)
        if not self.extras.commission_financed:
            paid_now += self.commission
        received = self.loan - paid_now
        if received <= 0:
            return None
        payments = [row.payment + charges for row in self.rows] if charges else [row.payment for row in self.rows]
        return cat(received, payments)

    @property
    def years(self) -> tuple[Year, ...]:
        """The schedule by year."""
        return by_year(self.rows)


def quote(
    price: Number,
    down: Number = 0,
    months: Number = 48,
    annual_rate: Number = CHALLENGE_RATE,
    *,
    commission: Number = 0,
    extras: Extras = PLAIN,
) -> Quote:
    """A plan of level monthly payments.

    >>> quote(300000, 60000, 48).monthly_payment
    Decimal('6087.02')

    Args:
        price: MXN, above zero, at most 10^12.
        down: MXN paid at once; equal to the price leaves a plan of payments of 0.00.
        months: 1 to 120.
        annual_rate: nominal, as a fraction from 0 to 1.
        commission: part of the loan as a fraction, paid at signing; replaces that of `extras` when above zero.
        extras: the optional lines.

    Returns:
        The plan with its schedule.

    Raises:
        InvalidPlan: with the code of what is wrong: `price_not_positive`, `price_above_maximum`, `down_negative`,
            `down_exceeds_price`, `months_below_one`, `months_above_maximum`, `annual_rate_negative` and their like.
    """
    cost = positive(price, "price")
    paid = amount(down, "down")
    if paid > cost:
        raise InvalidPlan(
            "the down payment is above the price", code="down_exceeds_price", figures={"price": cost, "down": paid}
        )
    length = term(months)
    rate = fraction(annual_rate, "annual_rate")
    share = fraction(commission, "commission", MAX_COMMISSION)
    if share:
        extras = replace(extras, commission=share)
    return _work_out(cost, paid, length, rate, extras)


def loan_of(price: Number | None, down: Number | None, loan: Number | None) -> tuple[Decimal, Decimal, Decimal]:
    """Price, down payment and loan from whichever of them are said.

    Raises:
        InvalidPlan: `missing_price`, `down_exceeds_price`, `loan_mismatch`, or a wrong amount.
    """
    if price is None:
        if loan is None:
            raise InvalidPlan("a price or a loan is needed", code="missing_price")
        owed, paid = positive(loan, "loan"), amount(0 if down is None else down, "down")
        return owed + paid, paid, owed
    cost = positive(price, "price")
    if down is None and loan is not None:
        owed = amount(loan, "loan")
        if owed > cost:
            raise InvalidPlan("the loan is above the price", code="loan_exceeds_price")
        return cost, cost - owed, owed
    paid = amount(0 if down is None else down, "down")
    if paid > cost:
        raise InvalidPlan(
            "the down payment is above the price", code="down_exceeds_price", figures={"price": cost, "down": paid}
        )
    if loan is not None and amount(loan, "loan") != cost - paid:
        raise InvalidPlan("the loan is not the price less the down payment", code="loan_mismatch")
    return cost, paid, cost - paid


def _work_out(price: Decimal, down: Decimal, months: int, rate: Decimal, extras: Extras) -> Quote:
    loan = price - down
    if extras.plain:
        payment = level_payment(loan, rate, months)
        rows = amortise(loan, rate, months, payment)
        return Quote(price, down, loan, months, rate, payment, NOTHING, NOTHING, NOTHING, tuple(rows))
    with localcontext(EXACT):
        commission = centavos(loan * extras.commission)
        commission_iva = centavos(commission * extras.iva) if extras.iva_on_commission else NOTHING
        at_signing = extras.signing_costs() if loan else NOTHING
        financed = loan
        if extras.commission_financed:
            financed += commission + commission_iva
        else:
            at_signing += commission + commission_iva
        rows = _rows(financed, rate, months, extras)
        charges = extras.insurance_a_month(price) + extras.monthly_costs() if loan else NOTHING
        if charges:
            rows = [row._replace(charges=charges) for row in rows]
    return Quote(
        price, down, loan, months, rate, rows[0].payment, commission, commission_iva, at_signing, tuple(rows), extras
    )


def _rows(financed: Decimal, rate: Decimal, months: int, extras: Extras) -> list[Row]:
    if extras.iva_on_interest is IvaOnInterest.LEVEL:
        level = level_payment(financed, rate * (1 + extras.iva), months, extras.step, extras.round_up)
        return amortise_with_iva(financed, rate, months, level, extras.iva)
    payment = level_payment(financed, rate, months, extras.step, extras.round_up)
    rows = amortise(financed, rate, months, payment)
    if extras.iva_on_interest is IvaOnInterest.ADDED:
        return [row._replace(iva=centavos(row.interest * extras.iva)) for row in rows]
    return rows
