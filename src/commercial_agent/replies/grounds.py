"""What findings allow a reply to say: values by kind, words, cars, and who each amount belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.knowledge.orders import without_orders
from commercial_agent.replies.claims import Claim, claims, date_keys
from commercial_agent.replies.spelled import fold

_MONEY_NAMES = frozenset(
    {"price", "down_payment", "loan", "monthly_payment", "last_payment", "total_interest", "total_paid"}
    | {"interest", "capital", "balance", "trade_in"}
)
_PERCENT_NAMES = frozenset({"cat_percent", "minimum_down_percent", "default_down_percent"})
_RATE_NAMES = frozenset({"annual_rate", "share", "ceiling", "our_rate", "their_rate"})
_ROLE_OF = {
    "price": "price",
    "max_price": "price",
    "down_payment": "down",
    "down": "down",
    "min_down": "down",
    "loan": "loan",
    "monthly_payment": "payment",
    "last_payment": "last",
    "total_interest": "interest",
    "total_paid": "total",
    "interest": "interest",
}
ANY = "any"
_SHORT = 25  # characters: a name, not a text
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


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


def gather(findings: tuple[f.Finding, ...], customer: str, language: Language, dealer: Dealer | None = None) -> Grounds:
    """What these findings allow to be said."""
    grounds = Grounds(language, dealer.time_zone if dealer else None)
    for finding in findings:
        before = set(grounds.cars)
        _walk(_ours(finding), "", grounds)
        grounds.groups.append(frozenset(set(grounds.cars) - before))
        _derived(finding, grounds)
    if dealer is not None:
        for text in (dealer.name, dealer.assistant, dealer.website, dealer.privacy_url, dealer.contact or ""):
            _text(text, grounds)
    for text in dict.fromkeys(grounds.texts):
        _claims_of(text, grounds)
    grounds.customer = fold(customer)
    for claim in claims(customer, language):
        for value in claim.values:
            if isinstance(value, Decimal):
                grounds.customer_values.setdefault(claim.kind, set()).add(value)
            elif claim.kind == "date":
                grounds.dates.add(value)
            elif claim.kind in ("url", "phone"):
                (grounds.urls if claim.kind == "url" else grounds.phones).add(value)
    for text in (*grounds.texts, grounds.customer):
        grounds.words.update(_WORD.findall(text))
    grounds.words |= {part for word in grounds.words for part in re.split(r"[-'’]", word)}
    return grounds


def _ours(finding: f.Finding) -> f.Finding:
    """A finding without the customer's question, which is no fact of ours, and without orders in its passages."""
    match finding:
        case f.PassagesFound():
            return replace(finding, asked="", passages=tuple(map(_tale, finding.passages)))
        case f.FinancingRules():
            return replace(finding, passages=tuple(map(_tale, finding.passages)))
        case f.NotKnown():
            return replace(finding, asked="")
        case _:
            return finding


def _tale(passage: f.PassageFact) -> f.PassageFact:
    return replace(passage, text=without_orders(passage.text))


def _walk(value: Any, name: str, grounds: Grounds, of_car: bool = False) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, CarFacts):
        grounds.cars[value.stock_id] = value
        _text(value.name, grounds)
    if is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            _walk(getattr(value, part.name), part.name, grounds, of_car or isinstance(value, CarFacts))
    elif isinstance(value, Enum):
        _text(str(value.value).replace("_", " "), grounds)
    elif isinstance(value, str):
        _text(value, grounds)
    elif isinstance(value, datetime | date | time):
        _moment(value, grounds)
    elif isinstance(value, Decimal | int):
        _number(name, value, grounds)
        if not of_car:
            grounds.loose.add(Decimal(value))
    elif isinstance(value, tuple | list):
        for item in value:
            _walk(item, name, grounds, of_car)


def _text(text: str, grounds: Grounds) -> None:
    if not text:
        return
    grounds.texts.append(fold(text))
    grounds.urls.update(re.findall(r"https?://[^\s<>*)]+|[\w.+-]+@[\w-]+\.[\w.-]+", text))


@lru_cache(4096)
def _claims(text: str, language: Language) -> tuple[Claim, ...]:
    """The claims of a text of the stock or the knowledge base: the same ones come back turn after turn."""
    return tuple(claims(text, language))


def _claims_of(text: str, grounds: Grounds) -> None:
    """What a text of the findings says may be said; it may be in any language."""
    if len(text) < _SHORT and not any(character.isdigit() for character in text):
        return
    for language in Language if len(text) >= _SHORT else (grounds.language,):
        for claim in _claims(text, language):
            for value in claim.values:
                if isinstance(value, Decimal):
                    if claim.kind == "money":
                        grounds.money(value)
                    elif claim.kind == "hour":
                        grounds.hours.add(int(value))
                    else:
                        grounds.add(claim.kind, value)
                elif claim.kind == "date":
                    grounds.dates.add(value)
                else:
                    (grounds.urls if claim.kind == "url" else grounds.phones).add(value)


def _moment(value: datetime | date | time, grounds: Grounds) -> None:
    if isinstance(value, datetime) and value.tzinfo is not None and grounds.zone is not None:
        value = value.astimezone(grounds.zone)
    if isinstance(value, datetime | time):
        at = value if isinstance(value, time) else value.time()
        grounds.hours.add(at.hour * 60 + at.minute)
    if isinstance(value, date):
        grounds.dates.update(date_keys(value))
        grounds.add("weekday", value.weekday())
        grounds.add("year", value.year)


def _number(name: str, value: Decimal | int, grounds: Grounds) -> None:
    number = Decimal(value)
    grounds.add("count", number)
    if name == "claimed_rate_percent":
        grounds.customer_values.setdefault("percent", set()).add(number)
    elif name in _MONEY_NAMES:
        grounds.money(number, _ROLE_OF.get(name, ANY))
    elif name in ("months", "months_asked", "terms"):
        _months(number, grounds)
    elif name in ("low", "high"):
        _bound(number, grounds)
    elif name.endswith("_mm"):
        _size(number, grounds)
    else:
        for kind, reading in _other_readings(name, number):
            grounds.add(kind, reading)


def _other_readings(name: str, number: Decimal) -> Iterator[tuple[str, Decimal]]:
    if name in _PERCENT_NAMES:
        yield from (("percent", number), ("percent", number.quantize(Decimal("0.1"), ROUND_HALF_UP)))
    elif name in _RATE_NAMES:
        yield "percent", number * 100
    elif name in ("year", "km", "weekday"):
        yield name, number
    elif name == "engine_litres":
        yield from (("litres", number), ("litres", number.quantize(Decimal("0.1"), ROUND_HALF_UP)))


def _months(number: Decimal, grounds: Grounds) -> None:
    grounds.add("months", number)
    grounds.add("years", number / 12)


def _size(number: Decimal, grounds: Grounds) -> None:
    grounds.add("metres", (number / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP))
    grounds.add("metres", number / 1000)


def _bound(number: Decimal, grounds: Grounds) -> None:
    """A bound of a criterion; its column is not known here, so it may be any that its size fits."""
    if number >= 1000:
        grounds.money(number)
        grounds.add("km", number)
        _size(number, grounds)
    if 1950 <= number <= 2050:
        grounds.add("year", number)
    grounds.add("litres", number)


def _derived(finding: f.Finding, grounds: Grounds) -> None:
    """What follows from a finding without standing in it as such."""
    for length in _lengths(finding):
        for count in range(1, min(length, 60) + 1):
            grounds.add("count", count)
    match finding:
        case f.CarsFound():
            for place in (finding.offset, finding.offset + 1, finding.offset + len(finding.cars)):
                grounds.add("count", place)
        case f.PlanQuoted():
            _plan(finding, grounds)
        case f.Calculated() | f.PlanImpossible():
            _figures(finding.figures, grounds)
        case f.StockAnalysed():
            _analysis(finding, grounds)
        case f.RatingFinding():
            for star in range(1, 6):
                grounds.add("count", star)
        case f.CarDescribed():
            _answers(finding, grounds)
        case _:
            _hours_of(finding, grounds)
    _options(finding, grounds)


def _plan(finding: f.PlanQuoted, grounds: Grounds) -> None:
    for quote in finding.quotes:
        grounds.payments.setdefault(quote.monthly_payment, set()).add(quote.months)
        if quote.price:
            share = quote.down_payment / quote.price * 100
            grounds.add("percent", share.quantize(Decimal(1), ROUND_HALF_UP))
            grounds.add("percent", share.quantize(Decimal("0.01"), ROUND_HALF_UP))
    _figures(finding.extras, grounds)


def _figures(figures: Sequence[tuple[str, Decimal | int | bool | None]], grounds: Grounds) -> None:
    for name, figure in figures:
        if figure is not None and not isinstance(figure, bool):
            _figure(name, Decimal(figure), grounds)


def _answers(finding: f.CarDescribed, grounds: Grounds) -> None:
    for answer in finding.answers:
        if isinstance(answer.value, Decimal | int) and not isinstance(answer.value, bool):
            _column(answer.name, Decimal(answer.value), grounds)


def _hours_of(finding: f.Finding, grounds: Grounds) -> None:
    for hours in _branch_hours(finding):
        for _, run in groupby(sorted(hours), key=lambda entry: entry[1:]):
            days = [entry[0] for entry in run]
            grounds.weeks.add((days[0], days[-1]))
        for weekday, opens, closes in hours:
            grounds.add("weekday", weekday)
            _moment(opens, grounds)
            _moment(closes, grounds)


def _options(finding: f.Finding, grounds: Grounds) -> None:
    question = finding.question
    if question is None:
        return
    for option in question.options:
        if option.isdigit():
            _column(question.attribute or "", Decimal(option), grounds)
            _months(Decimal(option), grounds)


def _lengths(finding: f.Finding) -> Iterator[int]:
    for part in fields(finding):
        value = getattr(finding, part.name)
        if isinstance(value, tuple) and len(value) > 1:
            yield len(value)


def _figure(name: str, figure: Decimal, grounds: Grounds) -> None:
    grounds.add("count", figure)
    if name.endswith(("months", "months_saved", "months_fewer", "months_left")) or name == "term":
        _months(figure, grounds)
    elif name.endswith("percent") or name == "cat":
        grounds.add("percent", figure)
        grounds.add("percent", figure.quantize(Decimal("0.1"), ROUND_HALF_UP))
        grounds.add("percent", figure.quantize(Decimal("0.01"), ROUND_HALF_UP))
    elif name.endswith(("rate", "share", "ceiling")):
        grounds.add("percent", (figure * 100).quantize(Decimal("0.01"), ROUND_HALF_UP))
    grounds.money(figure)


def _column(column: str, value: Decimal, grounds: Grounds) -> None:
    """A value of a catalogue column."""
    grounds.add("count", value)
    if column in ("price",):
        grounds.money(value)
    elif column in ("year", "km", "doors", "seats"):
        grounds.add(column, value)
    elif column.endswith("_mm"):
        _size(value, grounds)
        grounds.add("metres", (value / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP))
    elif column == "engine_litres":
        grounds.add("litres", value)
        grounds.add("litres", value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def _analysis(finding: f.StockAnalysed, grounds: Grounds) -> None:
    for row in finding.rows:
        for value in (row.value, row.high):
            if isinstance(value, Decimal | int) and not isinstance(value, bool):
                number = Decimal(value)
                for shown in (number, number.quantize(Decimal(1)), number.quantize(Decimal("0.1"), ROUND_HALF_UP)):
                    _column(finding.column or "", shown, grounds)
                if abs(number) <= 1:
                    grounds.add("percent", (number * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))
        if row.label and row.label.isdigit():
            _column(finding.group_by or "", Decimal(row.label), grounds)


def _branch_hours(finding: f.Finding) -> Iterator[tuple[tuple[int, time, time], ...]]:
    branches: tuple[f.BranchFact | None, ...] = ()
    if isinstance(finding, f.BranchesFound):
        branches = finding.branches
    elif isinstance(finding, f.AppointmentFinding):
        branches = (finding.branch,)
    for branch in branches:
        if branch is not None and branch.hours:
            yield branch.hours
