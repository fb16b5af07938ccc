"""The values and words that a reply may use, by kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.language import Language
from commercial_agent.replies.claims import date_keys

ANY = "any"


@dataclass(slots=True)
class Grounds:
    """The values and words that a reply may use."""

    language: Language
    zone: ZoneInfo | None = None  # of the dealer: moments are told in it
    values: dict[str, set[Decimal]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # from the findings and the dealer, folded
    customer: str = ""  # folded
    customer_values: dict[str, set[Decimal]] = field(default_factory=dict)
    dates: set[str] = field(default_factory=set)
    hours: set[int] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    roles: dict[Decimal, set[str]] = field(default_factory=dict)  # of amounts
    payments: dict[Decimal, set[int]] = field(default_factory=dict)  # monthly payment -> its terms
    cars: dict[str, CarFacts] = field(default_factory=dict)
    loose: set[Decimal] = field(default_factory=set)  # numbers that stand outside any car
    groups: list[frozenset[str]] = field(default_factory=list)  # stock ids told together, of one finding each
    best_buys: set[str] = field(default_factory=set)  # stock ids
    weeks: set[tuple[int, int]] = field(default_factory=set)  # first and last day of a run with the same hours
    words: set[str] = field(default_factory=set)  # of texts and of the customer

    def add(self, kind: str, value: Decimal | int) -> None:
        """Allow a value of a kind."""
        self.values.setdefault(kind, set()).add(Decimal(value))

    def money(self, value: Decimal | int, role: str = ANY) -> None:
        """Allow an amount in a role."""
        amount = Decimal(value)
        self.add("money", amount)
        for shown in (amount, amount.quantize(Decimal(1), ROUND_HALF_UP), Decimal(int(amount))):
            self.roles.setdefault(shown, set()).add(role)

    def has_word(self, word: str) -> bool:
        """Whether a folded word stands in the findings or the customer's text."""
        return word in self.words

    def moment(self, value: datetime | date | time) -> None:
        """Allow a moment, a day or an hour."""
        if isinstance(value, datetime) and value.tzinfo is not None and self.zone is not None:
            value = value.astimezone(self.zone)
        if isinstance(value, datetime | time):
            at = value if isinstance(value, time) else value.time()
            self.hours.add(at.hour * 60 + at.minute)
        if isinstance(value, date):
            self.dates.update(date_keys(value))
            self.add("weekday", value.weekday())
            self.add("year", value.year)

    def months(self, number: Decimal) -> None:
        """Allow a term, in months and in years."""
        self.add("months", number)
        self.add("years", number / 12)

    def size(self, number: Decimal) -> None:
        """Allow a length given in millimetres."""
        self.add("metres", (number / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP))
        self.add("metres", number / 1000)
