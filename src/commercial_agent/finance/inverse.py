"""Questions asked backwards: from what can be paid to what can be had.

The figures are exact to the centavo; those that are said aloud are whole pesos, rounded so that they never promise too
much (`said`): a highest price down, a down payment needed up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance.annuity import TWELVE, factor, level_payment, loan_for
from commercial_agent.finance.extras import PLAIN, Extras
from commercial_agent.finance.money import (
    CENT,
    EXACT,
    MAX_AMOUNT,
    MAX_MONTHS,
    ZERO,
    Number,
    amount,
    centavos,
    centavos_down,
    fraction,
    pesos_down,
    pesos_up,
    positive,
    term,
)
from commercial_agent.finance.quotes import CHALLENGE_RATE, Quote, quote

DEFAULT_SHARE = Decimal("0.30")
HIGHEST_SHARE = Decimal("0.35")
MENU = (36, 48, 60, 72)
_EXACT_MONTHS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class MaxPrice:
    """The dearest car that a monthly payment reaches. MXN."""

    max_price: Decimal
    down_payment: Decimal
    loan: Decimal
    months: int
    monthly_budget: Decimal

    @property
    def said(self) -> Decimal:
        """Whole pesos, rounded down."""
        return pesos_down(self.max_price)


@dataclass(frozen=True, slots=True)
class DownNeeded:
    """The least down payment for a monthly payment. MXN."""

    min_down: Decimal
    price: Decimal
    loan: Decimal
    months: int
    percent: Decimal  # of the price, two places

    @property
    def said(self) -> Decimal:
        """Whole pesos, rounded up, and never above the price."""
        return min(pesos_up(self.min_down), self.price)


@dataclass(frozen=True, slots=True)
class TermNeeded:
    """The shortest term whose payment fits."""

    min_months: int
    payment: Decimal  # MXN a month at that term
    exact_months: Decimal | None  # where the level payment would be the budget exactly; None where lines are added
    menu_months: int | None  # the first term of the menu that is long enough; None: no term of the menu is
    menu: tuple[tuple[int, Decimal], ...]  # each term of the menu with its payment


@dataclass(frozen=True, slots=True)
class Affordability:
    """What an income can carry. MXN."""

    monthly_budget: Decimal  # share of the income less other debt payments
    share: Decimal
    reach: MaxPrice


def max_price(
    monthly_budget: Number,
    down: Number = 0,
    months: Number = 48,
    annual_rate: Number = CHALLENGE_RATE,
    *,
    down_share: Number | None = None,
    extras: Extras = PLAIN,
) -> MaxPrice:
    """The highest price for a monthly payment.

    >>> max_price(6000, 50000, 60).max_price
    Decimal('332392.21')

    Args:
        monthly_budget: MXN a month, above zero.
        down: MXN at hand.
        months: 1 to 120.
        annual_rate: nominal, as a fraction.
        down_share: part of the price paid at once, as a fraction below 1, beside `down`.
        extras: the optional lines; the budget covers them too.

    Raises:
        InvalidPlan: `monthly_budget_not_positive`, `budget_below_charges` when fixed lines take it all,
            `price_above_maximum`, or a wrong input.
    """
    budget = positive(monthly_budget, "monthly_budget")
    length, rate = term(months), fraction(annual_rate, "annual_rate")
    paid = amount(down, "down")
    share = None if down_share is None else fraction(down_share, "down_share", Decimal("0.99"))

    def down_of(price: Decimal) -> Decimal:
        return paid if share is None else paid + centavos(price * share)

    with localcontext(EXACT):
        if not extras.plain:
            found = _largest(
                lambda price: (
                    price <= down_of(price)
                    or quote(price, down_of(price), length, rate, extras=extras).monthly_payment <= budget
                )
            )
        elif share is None:
            found = paid + loan_for(budget, rate, length)
        else:
            found = centavos_down((budget * factor(rate, length) + paid) / (1 - share))
        loan = found - down_of(found)
        if loan <= ZERO:
            raise InvalidPlan("the monthly costs take all of the budget", code="budget_below_charges")
        if found > MAX_AMOUNT:
            raise InvalidPlan("the price found is absurdly high", code="price_above_maximum")
        return MaxPrice(found, down_of(found), loan, length, budget)


def down_needed(
    price: Number,
    monthly_budget: Number,
    months: Number = 48,
    annual_rate: Number = CHALLENGE_RATE,
    *,
    extras: Extras = PLAIN,
) -> DownNeeded:
    """The least down payment that brings a price within a monthly payment.

    >>> down_needed(281999, 5000, 60).min_down
    Decimal('46672.16')

    Args:
        price: MXN.
        monthly_budget: MXN a month, above zero.
        months: 1 to 120.
        annual_rate: nominal, as a fraction.
        extras: the optional lines; the budget covers them too.

    Raises:
        InvalidPlan: `monthly_budget_not_positive` or a wrong input.
    """
    cost = positive(price, "price")
    budget = positive(monthly_budget, "monthly_budget")
    length, rate = term(months), fraction(annual_rate, "annual_rate")
    with localcontext(EXACT):
        if extras.plain:
            loan = min(cost, loan_for(budget, rate, length))
        else:
            loan = _largest(
                lambda loan: (
                    loan <= cost and quote(cost, cost - loan, length, rate, extras=extras).monthly_payment <= budget
                )
            )
        down = cost - loan
        return DownNeeded(down, cost, loan, length, centavos(100 * down / cost))


def term_needed(
    loan: Number,
    monthly_budget: Number,
    annual_rate: Number = CHALLENGE_RATE,
    *,
    down: Number = 0,
    menu: tuple[int, ...] = MENU,
    extras: Extras = PLAIN,
) -> TermNeeded:
    """The shortest term, up to 120 months, whose quoted payment is within a monthly payment.

    >>> term_needed(221999, 5000).min_months
    56

    Args:
        loan: MXN.
        monthly_budget: MXN a month; equal to a quoted payment it is enough.
        annual_rate: nominal, as a fraction.
        down: MXN paid beside the loan, which only insurance on the price looks at.
        menu: the terms on offer.
        extras: the optional lines; the budget covers them too.

    Raises:
        InvalidPlan: `budget_below_interest` (with `first_interest`) when the loan would never be paid back,
            `term_above_maximum` (with the `payment` of 120 months) when it would take longer, or a wrong input.
    """
    owed, paid = positive(loan, "loan"), amount(down, "down")
    budget = positive(monthly_budget, "monthly_budget")
    rate = fraction(annual_rate, "annual_rate")

    def payment(months: int) -> Decimal:
        if extras.plain:
            return level_payment(owed, rate, months)
        return quote(owed + paid, paid, months, rate, extras=extras).monthly_payment

    _refuse_never_paid(owed, budget, rate, longest=payment(MAX_MONTHS))
    low, high = 1, MAX_MONTHS
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if payment(middle) <= budget else (middle + 1, high)
    offered = tuple((months, payment(months)) for months in sorted(menu))
    return TermNeeded(
        low,
        payment(low),
        _exact_months(owed, budget, rate) if extras.plain else None,
        next((months for months, due in offered if due <= budget), None),
        offered,
    )


def _refuse_never_paid(owed: Decimal, budget: Decimal, rate: Decimal, *, longest: Decimal) -> None:
    """Raise where a loan would not be paid back with a monthly budget; `longest` is what the longest term asks."""
    with localcontext(EXACT):
        interest = owed * rate / TWELVE
    if budget <= interest:
        raise InvalidPlan(
            "the payment does not even cover the interest of the first month",
            code="budget_below_interest",
            figures={"first_interest": centavos(interest), "loan": owed},
        )
    if longest > budget:
        raise InvalidPlan(
            f"more than {MAX_MONTHS} months would be needed",
            code="term_above_maximum",
            figures={"payment": longest, "months": MAX_MONTHS},
        )


def affordability(
    net_income: Number,
    other_debt_payments: Number = 0,
    down: Number = 0,
    months: Number = 48,
    annual_rate: Number = CHALLENGE_RATE,
    *,
    share: Number = DEFAULT_SHARE,
    highest_share: Decimal = HIGHEST_SHARE,
    down_share: Number | None = None,
    extras: Extras = PLAIN,
) -> Affordability:
    """The monthly payment an income can carry, and the price it reaches.

    Args:
        net_income: MXN a month, after taxes.
        other_debt_payments: MXN a month for other debts.
        down: MXN at hand.
        months: 1 to 120.
        annual_rate: nominal, as a fraction.
        share: part of the income for all debts, as a fraction.
        highest_share: the most that `share` may be.
        down_share: part of the price paid at once, beside `down`.
        extras: the optional lines; the budget covers them too.

    Raises:
        InvalidPlan: `share_above_maximum`, `budget_not_positive` when the debts leave nothing (with `room` and the
            figures it comes from), or a wrong input.
    """
    income, debts = positive(net_income, "net_income"), amount(other_debt_payments, "other_debt_payments")
    part = fraction(share, "share", highest_share)
    with localcontext(EXACT):
        room = centavos_down(income * part)
        budget = room - debts
    if budget <= ZERO:
        raise InvalidPlan(
            "the other debts leave nothing for a car",
            code="budget_not_positive",
            figures={"room": room, "other_debt_payments": debts},
        )
    return Affordability(
        budget, part, max_price(budget, down, months, annual_rate, down_share=down_share, extras=extras)
    )


def fits(plan: Quote, monthly_budget: Number) -> bool:
    """Whether every payment but the last, which only carries the rounding, is within a monthly payment."""
    return plan.monthly_payment <= amount(monthly_budget, "monthly_budget")


def _largest(fits: Callable[[Decimal], bool]) -> Decimal:
    """The largest amount, to the centavo, that fits: of something that stops fitting as it grows. Zero always fits."""
    low, high = 0, int(MAX_AMOUNT) * 100
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle * CENT) else (low, middle - 1)
    return low * CENT


def _exact_months(loan: Decimal, budget: Decimal, rate: Decimal) -> Decimal:
    with localcontext(EXACT):
        if not rate:
            return (loan / budget).quantize(_EXACT_MONTHS, ROUND_HALF_UP)
        monthly = rate / TWELVE
        months = -(1 - loan * monthly / budget).ln() / (1 + monthly).ln()
        return months.quantize(_EXACT_MONTHS, ROUND_HALF_UP)


def percent_of(price: Decimal, percent: Decimal) -> Decimal:
    """A percentage (20 is 20 %) of a price, rounded half up to the centavo."""
    with localcontext(EXACT):
        return centavos(price * percent / 100)
