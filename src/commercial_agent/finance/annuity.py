"""The level payment and its inverse.

Convention: a nominal yearly rate, one twelfth for every month whatever its length (not actual/360). With monthly rate i
and n months, the annuity factor is a = (1 - (1 + i)^-n) / i, or n when i is 0; a loan P costs P / a a month.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import lru_cache

from commercial_agent.finance.money import CENT, EXACT, ZERO, centavos_down

ONE = Decimal(1)
TWELVE = Decimal(12)


@lru_cache(4096)
def factor(annual_rate: Decimal, months: int) -> Decimal:
    """Present value of one peso a month.

    Args:
        annual_rate: nominal, as a fraction (0.10).
        months: at least 1.

    Returns:
        The factor, to 60 digits less those the subtraction loses (at most 14).
    """
    if not annual_rate:
        return Decimal(months)
    monthly = EXACT.divide(annual_rate, TWELVE)
    discount = EXACT.power(EXACT.add(ONE, monthly), -months)
    return EXACT.divide(EXACT.subtract(ONE, discount), monthly)


def level_payment(loan: Decimal, annual_rate: Decimal, months: int, step: Decimal = CENT, up: bool = False) -> Decimal:
    """The monthly payment that pays a loan back.

    Args:
        loan: MXN.
        annual_rate: nominal, as a fraction.
        months: at least 1.
        step: MXN; the payment is a multiple of it.
        up: round up instead of half up.

    Returns:
        MXN, with two places.
    """
    return rounded(EXACT.divide(loan, factor(annual_rate, months)), step, up)


def rounded(payment: Decimal, step: Decimal = CENT, up: bool = False) -> Decimal:
    """A payment as the policy rounds it: to a multiple of `step` MXN, half up or always up."""
    mode = ROUND_CEILING if up else ROUND_HALF_UP
    if step == CENT:
        return payment.quantize(CENT, mode, EXACT)
    steps = EXACT.divide(payment, step).quantize(ONE, mode, EXACT)
    return EXACT.multiply(steps, step).quantize(CENT, ROUND_HALF_UP, EXACT)


def loan_for(payment: Decimal, annual_rate: Decimal, months: int) -> Decimal:
    """The largest loan, rounded down to the centavo, that a monthly payment pays back.

    Args:
        payment: MXN a month.
        annual_rate: nominal, as a fraction.
        months: at least 1.

    Returns:
        MXN, zero when the payment is not above zero.
    """
    return centavos_down(max(ZERO, EXACT.multiply(payment, factor(annual_rate, months))))


def balloon_payment(loan: Decimal, balloon: Decimal, annual_rate: Decimal, months: int) -> Decimal:
    """The monthly payment when `balloon` MXN stays owing and falls due with the last one; two places."""
    monthly = EXACT.divide(annual_rate, TWELVE)
    discount = EXACT.power(EXACT.add(ONE, monthly), -months)
    financed = EXACT.subtract(loan, EXACT.multiply(balloon, discount))
    return rounded(EXACT.divide(financed, factor(annual_rate, months)))
