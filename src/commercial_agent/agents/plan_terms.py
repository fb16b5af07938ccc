"""From what a customer says of a plan to what the policy lets it be. What does not fit is an error."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from commercial_agent.conversation.requests import PlanTerms
from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import FinancePolicy, percent_of
from commercial_agent.finance.money import EXACT, MAX_AMOUNT, MAX_RATE_PLACES, ZERO, amount, centavos

_HUNDRED = Decimal(100)
_PLACES = Decimal(1).scaleb(-MAX_RATE_PLACES)


@dataclass(frozen=True, slots=True)
class Down:
    """A down payment: an amount, a part of the price still to come, or both."""

    fixed: Decimal  # MXN
    share: Decimal  # of the price, as a fraction
    assumed: bool  # the policy's, because none was said

    def of(self, price: Decimal) -> Decimal:
        """MXN for a price."""
        with localcontext(EXACT):
            return self.fixed + centavos(price * self.share)


@dataclass(frozen=True, slots=True)
class Months:
    """The terms to quote."""

    offered: tuple[int, ...]  # of the menu, as said or nearest to it
    asked: int | None  # the first that is not on the menu
    assumed: bool  # the policy's, because none was said


def down_of(terms: PlanTerms, policy: FinancePolicy) -> Down:
    """The down payment of a plan whose price may still be open.

    Raises:
        InvalidPlan: `down_negative`, `down_above_maximum` or `down_exceeds_price` (100 % or more of an open price is no
            error: it leaves nothing to finance).
    """
    traded = pesos(terms.trade_in, "trade_in")
    if terms.down_amount is not None:
        return Down(pesos(terms.down_amount, "down") + traded, ZERO, False)
    if terms.down_percent is not None:
        if terms.down_percent < 0:
            raise InvalidPlan("the down payment is below zero", code="down_negative")
        if terms.down_percent > _HUNDRED:
            raise InvalidPlan("the down payment is above the price", code="down_exceeds_price")
        return Down(traded, share_of(terms.down_percent), False)
    if terms.trade_in is not None:
        return Down(traded, ZERO, False)
    return Down(ZERO, policy.default_down, True)


def down_for(terms: PlanTerms, price: Decimal, policy: FinancePolicy) -> tuple[Decimal, bool]:
    """The down payment for a price, and whether it was assumed.

    Raises:
        InvalidPlan: `down_exceeds_price` or `down_below_minimum` with the figures, or a wrong amount.
    """
    if price <= 0:
        raise InvalidPlan("a price is above zero", code="price_not_positive")
    if price > MAX_AMOUNT:
        raise InvalidPlan("the price is absurdly high", code="price_above_maximum")
    if terms.down_percent is not None and terms.down_amount is None and terms.down_percent > _HUNDRED:
        found = percent_of(price, min(terms.down_percent, Decimal(10) ** 6))
        raise _above(price, found)
    down = down_of(terms, policy)
    paid = down.of(price)
    if paid > price:
        raise _above(price, paid)
    least = policy.minimum_down_for(price)
    if paid < least:
        raise InvalidPlan(
            "the down payment is below the minimum",
            code="down_below_minimum",
            figures={"price": price, "down": paid, "minimum_down": least},
        )
    return paid, down.assumed


def months_for(terms: PlanTerms, policy: FinancePolicy) -> Months:
    """The terms of the menu for those that were said.

    Raises:
        InvalidPlan: `months_below_one`.
    """
    if not terms.months:
        return Months((policy.default_months,), None, True)
    if min(terms.months) < 1:
        raise InvalidPlan(
            "a plan has at least one month",
            code="months_below_one",
            figures={"minimum_months": policy.terms[0], "maximum_months": policy.terms[-1]},
        )
    offered = tuple(dict.fromkeys(policy.nearest_term(months) for months in terms.months))
    return Months(offered, next((months for months in terms.months if months not in policy.terms), None), False)


def share_of(percent: Decimal) -> Decimal:
    """A percentage as a fraction, of no more places than the library takes ("a third" has none)."""
    if abs(percent) > MAX_AMOUNT:
        raise InvalidPlan("the percentage is absurdly high", code="percent_above_maximum")
    with localcontext(EXACT):
        return (percent / _HUNDRED).quantize(_PLACES)


def pesos(value: Decimal | None, name: str) -> Decimal:
    """An amount of the customer's, to the centavo; parts of one are rounded; None is zero.

    Raises:
        InvalidPlan: `<name>_above_maximum` or `<name>_negative`.
    """
    if value is None:
        return ZERO
    if abs(value) > MAX_AMOUNT:
        raise InvalidPlan("the amount is absurdly high", code=f"{name}_above_maximum")
    return amount(centavos(value), name)


def _above(price: Decimal, down: Decimal) -> InvalidPlan:
    return InvalidPlan(
        "the down payment is above the price", code="down_exceeds_price", figures={"price": price, "down": down}
    )
