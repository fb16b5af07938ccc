"""CAT (Costo Anual Total): the effective yearly cost of a credit, as Banco de México defines it.

The rate i at which what the customer receives and what he pays are worth the same on the day the contract takes effect:

    sum A_j / (1 + i)^t_j  =  sum B_k / (1 + i)^s_k        (Circular 21/2009; times in years)

In: capital, interest, commissions, compulsory insurance. Out: IVA, notary, late charges, optional services. Of several
roots, the positive one nearest zero. It is informative, without IVA, and shown with one decimal, half up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance.money import EXACT, HUNDRED, ZERO

ONE = Decimal(1)
_CONTEXT = Context(prec=34, traps=EXACT.traps)
_TOLERANCE = Decimal("1e-16")  # of the period's discount factor: far below the four decimals kept
_FOUR_PLACES = Decimal("0.0001")
_ONE_PLACE = Decimal("0.1")
_NEWTON_STEPS = 200
_HIGHEST_PERIOD_RATE = Decimal(100)  # 10,000 % a period: past it no rate is looked for
_SCAN = Decimal("0.0005")  # first step of the search for a root among mixed signs, then 2 % of the rate


def cat(received: Decimal, payments: Sequence[Decimal], per_year: int = 12) -> Decimal:
    """The CAT of what is received today against a flow in equal periods.

    Args:
        received: MXN the customer gets, commissions paid at signing already taken off.
        payments: MXN at the end of each period, without IVA; an agreed discount or a later drawdown is negative.
        per_year: periods in a year: 12 months, 24 fortnights, 26 times 14 days, 52 weeks.

    Returns:
        Percent a year with four decimals (10.4713).

    Raises:
        InvalidPlan: `fee_exceeds_loan` when nothing is received, `payments_below_disbursed` when less is paid than
            received, `cat_undefined` when flows of mixed sign have no root of zero or more.
    """
    if received <= ZERO:
        raise InvalidPlan("the charges take all that is lent", code="fee_exceeds_loan")
    with localcontext(_CONTEXT):
        surplus = sum(payments, ZERO) - received
        if any(payment < ZERO for payment in payments):
            discount = _nearest_root(received, payments)
        elif surplus < ZERO:
            raise InvalidPlan("less is paid than was received", code="payments_below_disbursed")
        else:
            discount = _only_root(received, payments) if surplus else ONE
        yearly = (ONE / discount) ** per_year - ONE
        return (yearly * HUNDRED).quantize(_FOUR_PLACES, ROUND_HALF_UP)


def shown(percent: Decimal) -> Decimal:
    """A CAT as it is published: one decimal, half up."""
    return percent.quantize(_ONE_PLACE, ROUND_HALF_UP, EXACT)


def _only_root(received: Decimal, payments: Sequence[Decimal]) -> Decimal:
    """The v in (0, 1) with sum B_k v^k = received. The sum is convex, so Newton from 1 never overshoots."""
    backwards = payments[::-1]
    v = ONE
    for _ in range(_NEWTON_STEPS):
        value = slope = ZERO
        for payment in backwards:  # Horner, of the sum and of its derivative
            slope = slope * v + value
            value = value * v + payment
        slope = slope * v + value
        step = (value * v - received) / slope
        v -= step
        if step <= _TOLERANCE * v:
            break
    return v


def _nearest_root(received: Decimal, payments: Sequence[Decimal]) -> Decimal:
    """The discount factor of the lowest rate of zero or more that balances flows of mixed sign."""
    backwards = payments[::-1]

    def balance(rate: Decimal) -> Decimal:
        v = ONE / (ONE + rate)
        value = ZERO
        for payment in backwards:
            value = value * v + payment
        return value * v - received

    low, here = ZERO, balance(ZERO)
    while here:
        high = low + max(_SCAN, low / 50)
        if high > _HIGHEST_PERIOD_RATE:
            raise InvalidPlan("no rate makes these payments worth what is received", code="cat_undefined")
        after = balance(high)
        if not after or (after > ZERO) != (here > ZERO):
            low = _bisect(balance, low, high)
            break
        low, here = high, after
    return ONE / (ONE + low)


def _bisect(balance: Callable[[Decimal], Decimal], low: Decimal, high: Decimal) -> Decimal:
    rising = balance(high) > balance(low)
    while high - low > _TOLERANCE:
        middle = (low + high) / 2
        if (balance(middle) >= ZERO) == rising:
            high = middle
        else:
            low = middle
    return high
