"""Exact amounts: how money, rates and counts come in, and how they are rounded.

Everything is `Decimal`. 60 digits carry any plan that the limits below allow without a doubtful centavo: a product of a
balance and a rate is exact, and a quotient by 12 is either exact or too far from half a centavo to be rounded wrongly.
"""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from commercial_agent.errors import InvalidPlan

Number = Decimal | int | str
"""What the library takes for an amount, a rate or a count: never a float, which has lost centavos already."""

EXACT = Context(prec=60, traps=[InvalidOperation, DivisionByZero, Overflow])
ZERO = Decimal(0)
CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
PESO = Decimal(1)
HUNDRED = Decimal(100)

MAX_AMOUNT = Decimal(10) ** 12  # MXN
MAX_MONTHS = 120
MAX_RATE = Decimal(1)  # a year: above it the reader meant a percentage
MAX_RATE_PLACES = 12
MAX_TEXT = 64  # characters of a number written out


def centavos(value: Decimal) -> Decimal:
    """The value in pesos rounded half up to the centavo."""
    return value.quantize(CENT, ROUND_HALF_UP, EXACT)


def centavos_down(value: Decimal) -> Decimal:
    """The value in pesos rounded down to the centavo."""
    return value.quantize(CENT, ROUND_FLOOR, EXACT)


def pesos_down(value: Decimal) -> Decimal:
    """Whole pesos, for a figure that is said and must not be more than can be paid."""
    return value.quantize(PESO, ROUND_FLOOR, EXACT)


def pesos_up(value: Decimal) -> Decimal:
    """Whole pesos, for a figure that is said and must not be less than is needed."""
    return value.quantize(PESO, ROUND_CEILING, EXACT)


def number(value: Number, name: str) -> Decimal:
    """The value as an exact number.

    Args:
        value: a Decimal, an int, or plain decimal text.
        name: of the input, for the error.

    Raises:
        InvalidPlan: `invalid_<name>` for anything else (float, bool, NaN, infinity, text that is no number).
    """
    if isinstance(value, Decimal):
        found = value
    elif isinstance(value, bool) or not isinstance(value, (int, str)):
        raise InvalidPlan(f"{name} must be written as a decimal number", code=f"invalid_{name}")
    elif isinstance(value, str):
        found = _from_text(value, name)
    else:
        found = Decimal(value)
    if not found.is_finite():
        raise InvalidPlan(f"{name} must be a finite number", code=f"invalid_{name}")
    return found


def _from_text(text: str, name: str) -> Decimal:
    plain = text.strip()
    if not plain or len(plain) > MAX_TEXT or "_" in plain or not plain.isascii():
        raise InvalidPlan(f"{name} is not a number", code=f"invalid_{name}")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise InvalidPlan(f"{name} is not a number", code=f"invalid_{name}") from error


def amount(value: Number, name: str) -> Decimal:
    """The value as pesos with two places.

    Raises:
        InvalidPlan: `invalid_<name>`, `<name>_negative`, `<name>_above_maximum` (10^12 MXN) or `<name>_not_centavos`.
    """
    found = number(value, name)
    if found < ZERO:
        raise InvalidPlan(f"{name} is below zero", code=f"{name}_negative")
    if found > MAX_AMOUNT:
        raise InvalidPlan(
            f"{name} is above {MAX_AMOUNT:,} MXN", code=f"{name}_above_maximum", figures={"maximum": MAX_AMOUNT}
        )
    exact = found.quantize(CENT, ROUND_HALF_UP, EXACT)
    if exact != found:
        raise InvalidPlan(f"{name} has parts of a centavo", code=f"{name}_not_centavos")
    return abs(exact)  # -0 is 0


def positive(value: Number, name: str) -> Decimal:
    """An amount above zero.

    Raises:
        InvalidPlan: as `amount`, or `<name>_not_positive`.
    """
    found = amount(value, name)
    if found <= ZERO:
        raise InvalidPlan(f"{name} must be above zero", code=f"{name}_not_positive")
    return found


def fraction(value: Number, name: str, highest: Decimal = MAX_RATE) -> Decimal:
    """A share or a rate as a fraction: 0.10 is 10 %.

    Raises:
        InvalidPlan: `invalid_<name>`, `<name>_negative`, `<name>_above_maximum`, `<name>_too_precise` (12 places).
    """
    found = number(value, name)
    if found < ZERO:
        raise InvalidPlan(f"{name} is below zero", code=f"{name}_negative")
    if found > highest:
        raise InvalidPlan(
            f"{name} is a fraction of at most {highest}: write 0.10 for 10 %",
            code=f"{name}_above_maximum",
            figures={"maximum": highest},
        )
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MAX_RATE_PLACES:
        found = found.normalize(EXACT)
        exponent = found.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -MAX_RATE_PLACES:
            raise InvalidPlan(f"{name} has more than {MAX_RATE_PLACES} places", code=f"{name}_too_precise")
    if isinstance(exponent, int) and exponent > -2:
        found = found.quantize(CENT, context=EXACT)  # 0.1 is written 0.10
    return abs(found)


def whole(value: Number, name: str) -> int:
    """A whole number; `48.0` is one.

    Raises:
        InvalidPlan: `invalid_<name>`, `<name>_not_whole`, or `<name>_above_maximum` for absurd sizes.
    """
    found = number(value, name)
    if abs(found) > MAX_AMOUNT:
        raise InvalidPlan(f"{name} is far too large", code=f"{name}_above_maximum")
    if found != found.to_integral_value():
        raise InvalidPlan(f"{name} must be a whole number", code=f"{name}_not_whole")
    return int(found)


def term(value: Number) -> int:
    """A number of monthly payments.

    Raises:
        InvalidPlan: `invalid_months`, `months_not_whole`, `months_below_one` or `months_above_maximum` (120).
    """
    found = value if type(value) is int else whole(value, "months")
    if found < 1:
        raise InvalidPlan("a plan has at least one month", code="months_below_one", figures={"minimum": 1})
    if found > MAX_MONTHS:
        raise InvalidPlan(
            f"a plan has at most {MAX_MONTHS} months", code="months_above_maximum", figures={"maximum": MAX_MONTHS}
        )
    return found
