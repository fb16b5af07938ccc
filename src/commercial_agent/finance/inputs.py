"""The inputs of a calculation: read exactly, checked by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any, NoReturn

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance.money import EXACT, HUNDRED, Number, amount, fraction, number, whole
from commercial_agent.finance.policy import FinancePolicy
from commercial_agent.finance.quotes import MAX_COMMISSION, Quote, loan_of, quote

INPUTS = frozenset(
    {
        "price", "down", "months", "annual_rate", "commission_pct", "loan", "monthly_budget", "net_income", "share",
        "other_debt_payments", "after_payment", "extra", "balloon", "iva", "disbursed", "upfront_fee", "payment",
        "payments", "per_year",
    }
)  # fmt: skip
MAX_INPUT = 64 * 1024  # characters of JSON
MAX_PAYMENTS = 3660  # of a cat: daily for ten years
MAX_PER_YEAR = 366
_LEAST_PERCENT = Decimal("0.1")


class Inputs:
    """The inputs of one calculation, read by name. None is the same as not there."""

    def __init__(self, values: Mapping[str, object], policy: FinancePolicy) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self.policy = policy

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def optional(self, name: str) -> Number | None:
        """The input, still unchecked, or None."""
        value = self._values.get(name)
        if value is None:
            return None
        return number(value, name) if isinstance(value, (Decimal, int, str)) else _refuse(name)

    def needed(self, name: str) -> Number:
        """The input, or `missing_<name>`."""
        value = self.optional(name)
        if value is None:
            raise InvalidPlan(f"{name} is missing", code=f"missing_{name}")
        return value

    def default(self, name: str, value: Number) -> Number:
        """The input, or a value in its place."""
        found = self.optional(name)
        return value if found is None else found

    @property
    def rate(self) -> Number:
        """The yearly rate, the policy's when none is given."""
        return self.default("annual_rate", self.policy.annual_rate)

    @property
    def commission(self) -> Decimal:
        """`commission_pct` as a fraction. Below 0.1 it is one already: nobody charges so little."""
        given = self.optional("commission_pct")
        if given is None:
            return Decimal(0)
        value = number(given, "commission_pct")
        with localcontext(EXACT):
            share = value if abs(value) < _LEAST_PERCENT else value / HUNDRED
        return fraction(share, "commission_pct", MAX_COMMISSION)

    @property
    def periods(self) -> int:
        """How many payments a year has, 12 unless said."""
        found = whole(self.default("per_year", 12), "per_year")
        if not 1 <= found <= MAX_PER_YEAR:
            raise InvalidPlan(f"a year has 1 to {MAX_PER_YEAR} periods", code="per_year_out_of_range")
        return found

    def amounts(self, name: str) -> list[Decimal] | None:
        """A list of amounts, or None when the input is not a list."""
        value = self._values.get(name)
        if not isinstance(value, list):
            return None
        if not 1 <= len(value) <= MAX_PAYMENTS:
            raise InvalidPlan(f"{name} lists 1 to {MAX_PAYMENTS} amounts", code=f"{name}_out_of_range")
        return [amount(entry, name) if isinstance(entry, (Decimal, int, str)) else _refuse(name) for entry in value]

    def plan(self) -> Quote:
        """The level plan that price and down payment, or loan, with the months describe."""
        price, down, _ = loan_of(self.optional("price"), self.optional("down"), self.optional("loan"))
        return quote(price, down, self.needed("months"), self.rate, commission=self.commission)


def _refuse(name: str) -> NoReturn:
    raise InvalidPlan(f"{name} must be a decimal number", code=f"invalid_{name}")


def read_object(text: str) -> dict[str, object]:
    """A JSON object with its numbers read exactly.

    Raises:
        InvalidPlan: `empty_input`, `input_too_long`, `invalid_json`, `not_an_object` or `duplicate_input`.
    """
    if len(text) > MAX_INPUT:
        raise InvalidPlan("the input is too long", code="input_too_long")
    if not text.strip("\ufeff \t\r\n"):
        raise InvalidPlan("the inputs are read from standard input as a JSON object", code="empty_input")
    try:
        values = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_unique,
        )
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InvalidPlan("the input is not JSON", code="invalid_json") from error
    if not isinstance(values, dict):
        raise InvalidPlan("the input must be a JSON object", code="not_an_object")
    return values


def _no_constant(name: str) -> Decimal:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidPlan("an input is given twice", code="duplicate_input")
    return found
