"""The dealer's financing policy: the `[finance]` table of the dealership profile."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from pathlib import Path

from commercial_agent.errors import InvalidPlan, InvalidProfile
from commercial_agent.finance.extras import PLAIN, Cost, Extras, IvaOnInterest
from commercial_agent.finance.inverse import DEFAULT_SHARE, HIGHEST_SHARE, MENU
from commercial_agent.finance.money import EXACT, MAX_MONTHS, MAX_RATE, Number, centavos, fraction, positive, whole
from commercial_agent.finance.money import amount as money
from commercial_agent.finance.quotes import CHALLENGE_RATE, MAX_COMMISSION, Quote, quote

_HALF = Decimal("0.5")
_KEYS = frozenset(
    {
        "annual_rate", "terms", "default_months", "minimum_down", "default_down", "income_share",
        "income_share_ceiling", "opening_commission", "commission_financed", "iva", "iva_on_interest",
        "iva_on_commission", "insurance_yearly", "costs", "payment_step", "payment_rounding",
    }
)  # fmt: skip
_COST_KEYS = frozenset({"name", "amount", "when", "compulsory"})


@dataclass(frozen=True, slots=True)
class FinancePolicy:
    """What the dealer offers. Rates and shares are fractions (0.10 is 10 %)."""

    annual_rate: Decimal = CHALLENGE_RATE  # nominal
    terms: tuple[int, ...] = MENU  # months, rising
    default_months: int = 48
    minimum_down: Decimal = Decimal(0)  # of the price
    default_down: Decimal = Decimal("0.20")  # of the price, when the customer names none
    income_share: Decimal = DEFAULT_SHARE  # of the net income, for all debt payments
    income_share_ceiling: Decimal = HIGHEST_SHARE
    extras: Extras = field(default=PLAIN)

    @classmethod
    def from_mapping(cls, table: Mapping[str, object]) -> FinancePolicy:
        """Read and check the `[finance]` table.

        Args:
            table: as a TOML reader gives it. Rates and amounts are text or whole numbers; a TOML float is read by the
                digits it is written with.

        Raises:
            InvalidProfile: with a `reason` such as `finance_annual_rate`, naming the key and what is wrong.
        """
        unknown = sorted(set(table) - _KEYS)
        if unknown:
            raise InvalidProfile(f"[finance] has no key {unknown[0]!r}", code="finance_unknown_key")
        read = _Reader(table, "finance")
        terms = read.terms("terms", MENU)
        policy = cls(
            annual_rate=read.fraction("annual_rate", CHALLENGE_RATE, MAX_RATE),
            terms=terms,
            default_months=read.whole("default_months", 48 if 48 in terms else terms[len(terms) // 2]),
            minimum_down=read.fraction("minimum_down", Decimal(0), Decimal("0.99")),
            default_down=read.fraction("default_down", Decimal("0.20"), Decimal("0.99")),
            income_share=read.fraction("income_share", DEFAULT_SHARE, MAX_RATE),
            income_share_ceiling=read.fraction("income_share_ceiling", HIGHEST_SHARE, MAX_RATE),
            extras=_extras(read),
        )
        return policy.checked()

    @classmethod
    def load(cls, folder: Path) -> FinancePolicy:
        """The policy of a dealership folder, without reading the rest of the profile.

        Raises:
            InvalidProfile: `dealership.toml` is missing or no TOML, or its policy is wrong.
        """
        path = folder / "dealership.toml"
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8")).get("finance")
        except (OSError, ValueError) as error:
            raise InvalidProfile(f"{path} cannot be read: {error}", code="dealership_toml") from error
        if not isinstance(table, dict):
            raise InvalidProfile(f"{path} has no table [finance]", code="missing_table")
        return cls.from_mapping(table)

    def checked(self) -> FinancePolicy:
        """This policy, once its parts agree.

        Raises:
            InvalidProfile: when they do not.
        """
        if self.default_months not in self.terms:
            raise _wrong("default_months", f"{self.default_months} is not among the terms {list(self.terms)}")
        if self.default_down < self.minimum_down:
            raise _wrong("default_down", "is below minimum_down")
        if not 0 < self.income_share <= self.income_share_ceiling:
            raise _wrong("income_share", "must be above zero and at most income_share_ceiling")
        return self

    def nearest_term(self, months: int) -> int:
        """The term of the menu nearest to a number of months; of two as near, the shorter."""
        return min(self.terms, key=lambda offered: (abs(offered - months), offered))

    def minimum_down_for(self, price: Decimal) -> Decimal:
        """The least down payment for a price, MXN."""
        with localcontext(EXACT):
            return centavos(price * self.minimum_down)

    def default_down_for(self, price: Decimal) -> Decimal:
        """The down payment that is taken when none was said, MXN."""
        with localcontext(EXACT):
            return centavos(price * self.default_down)

    def quote(self, price: Number, down: Number, months: Number) -> Quote:
        """A plan under this policy's rate and lines; the menu and the minimum are the caller's to hold.

        Raises:
            InvalidPlan: as `commercial_agent.finance.quote`.
        """
        return quote(price, down, months, self.annual_rate, extras=self.extras)


def _extras(read: _Reader) -> Extras:
    found = Extras(
        commission=read.fraction("opening_commission", Decimal(0), MAX_COMMISSION),
        commission_financed=read.switch("commission_financed"),
        iva=read.fraction("iva", PLAIN.iva, _HALF),
        iva_on_interest=read.choice("iva_on_interest"),
        iva_on_commission=read.switch("iva_on_commission"),
        insurance=read.fraction("insurance_yearly", Decimal(0), _HALF),
        costs=read.costs("costs"),
        step=read.amount("payment_step", PLAIN.step),
        round_up=read.rounding("payment_rounding"),
    )
    charges_iva = found.iva_on_interest is not IvaOnInterest.NONE or found.iva_on_commission
    if not charges_iva and found.iva != PLAIN.iva:
        raise _wrong("iva", "is set, but neither iva_on_interest nor iva_on_commission is on")
    if found.commission_financed and not found.commission:
        raise _wrong("commission_financed", "is on, but opening_commission is 0")
    return PLAIN if found == PLAIN else found


def _wrong(key: str, problem: str) -> InvalidProfile:
    return InvalidProfile(f"[finance] {key} {problem}", code=f"finance_{key}")


class _Reader:
    """Typed reading of a table; every failure names its key."""

    def __init__(self, table: Mapping[str, object], where: str) -> None:
        self._table = table
        self._where = where

    def _number(self, key: str) -> Number:
        value = self._table[key]
        if isinstance(value, float):
            return str(value)
        if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
            raise _wrong(key, "must be a number")
        return value

    def fraction(self, key: str, default: Decimal, highest: Decimal) -> Decimal:
        if key not in self._table:
            return default
        try:
            return fraction(self._number(key), key, highest)
        except InvalidPlan as error:
            raise _wrong(key, f"is wrong: {error.message}") from error

    def amount(self, key: str, default: Decimal) -> Decimal:
        if key not in self._table:
            return default
        try:
            return positive(self._number(key), key)
        except InvalidPlan as error:
            raise _wrong(key, f"is wrong: {error.message}") from error

    def whole(self, key: str, default: int) -> int:
        if key not in self._table:
            return default
        try:
            return whole(self._number(key), key)
        except InvalidPlan as error:
            raise _wrong(key, f"is wrong: {error.message}") from error

    def switch(self, key: str) -> bool:
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise _wrong(key, "must be true or false")
        return value

    def choice(self, key: str) -> IvaOnInterest:
        value = self._table.get(key, IvaOnInterest.NONE.value)
        if not isinstance(value, str) or value not in set(IvaOnInterest):
            raise _wrong(key, f"must be one of {', '.join(IvaOnInterest)}")
        return IvaOnInterest(value)

    def rounding(self, key: str) -> bool:
        value = self._table.get(key, "half_up")
        if value not in ("half_up", "up"):
            raise _wrong(key, "must be half_up or up")
        return value == "up"

    def terms(self, key: str, default: tuple[int, ...]) -> tuple[int, ...]:
        value = self._table.get(key)
        if value is None:
            return default
        if not isinstance(value, (list, tuple)) or not value:
            raise _wrong(key, "must be a list of months with at least one")
        if any(type(months) is not int or not 1 <= months <= MAX_MONTHS for months in value):
            raise _wrong(key, f"must be whole months from 1 to {MAX_MONTHS}")
        if len(set(value)) != len(value):
            raise _wrong(key, "names a term twice")
        return tuple(sorted(value))

    def costs(self, key: str) -> tuple[Cost, ...]:
        value = self._table.get(key, [])
        if not isinstance(value, (list, tuple)):
            raise _wrong(key, "must be a list of tables")
        return tuple(self._cost(key, entry) for entry in value)

    def _cost(self, key: str, entry: object) -> Cost:
        if not isinstance(entry, Mapping) or set(entry) - _COST_KEYS:
            raise _wrong(key, f"entries have the keys {', '.join(sorted(_COST_KEYS))} only")
        name, when, compulsory = entry.get("name"), entry.get("when", "signing"), entry.get("compulsory", True)
        if not isinstance(name, str) or not name.strip():
            raise _wrong(key, "entry without a name")
        if when not in ("signing", "monthly"):
            raise _wrong(key, "when must be signing or monthly")
        if not isinstance(compulsory, bool):
            raise _wrong(key, "compulsory must be true or false")
        cost = _Reader(entry, f"{self._where}.{key}")
        if "amount" not in entry:
            raise _wrong(key, "entry without an amount")
        try:
            return Cost(name.strip(), money(cost._number("amount"), "amount"), when == "monthly", compulsory)
        except InvalidPlan as error:
            raise _wrong(key, f"amount is wrong: {error.message}") from error
