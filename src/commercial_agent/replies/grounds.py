"""What findings allow a reply to say: values by kind, words, cars, and who each amount belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.knowledge.orders import without_orders
from commercial_agent.replies.claims import Claim, claims
from commercial_agent.replies.ground_values import ANY, Grounds
from commercial_agent.replies.grounds_derived import derived
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
__all__ = ["ANY", "Grounds", "gather"]
_SHORT = 25  # characters: a name, not a text
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_ONE_YEAR = re.compile(r"\b(?:un ano|one (?:more |extra |additional )?year|a year|um ano)\b")
_NAMED_ADDRESS = re.compile(r"https?://[^\s<>*)]+|[\w.+-]+@[\w-]+\.[\w.-]+")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_JOINT = re.compile(r"[-'’]")


def gather(findings: tuple[f.Finding, ...], customer: str, language: Language, dealer: Dealer | None = None) -> Grounds:
    """What these findings allow to be said."""
    grounds = Grounds(language, dealer.time_zone if dealer else None)
    for finding in findings:
        before = set(grounds.cars)
        _walk(_ours(finding), "", grounds)
        grounds.groups.append(frozenset(set(grounds.cars) - before))
        derived(finding, grounds)
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
        grounds.words |= _words(text)
    return grounds


def _ours(finding: f.Finding) -> f.Finding:
    """A finding without the customer's question, which is no fact of ours, and without orders in its passages."""
    match finding:
        case f.PassagesFound():
            return replace(finding, asked="", passages=tuple(map(_tale, finding.passages)))
        case f.FinancingRules():
            return replace(finding, passages=tuple(map(_tale, finding.passages)))
        case f.NotKnown():
            return replace(finding, asked="", passages=tuple(map(_tale, finding.passages)))
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
        of_car = True
    if (parts := _parts(type(value))) is not None:
        for part in parts:
            _walk(getattr(value, part), part, grounds, of_car)
    elif isinstance(value, Enum):
        _text(str(value.value).replace("_", " "), grounds)
    elif isinstance(value, str):
        _text(value, grounds)
    elif isinstance(value, datetime | date | time):
        grounds.moment(value)
    elif isinstance(value, Decimal | int):
        _number(name, value, grounds)
        if not of_car:
            grounds.loose.add(Decimal(value))
    elif isinstance(value, tuple | list):
        for item in value:
            _walk(item, name, grounds, of_car)


_fields: dict[type[Any], tuple[str, ...] | None] = {}


def _parts(kind: type[Any]) -> tuple[str, ...] | None:
    """The names of the fields of a dataclass; None of any other class."""
    if kind not in _fields:
        _fields[kind] = tuple(part.name for part in fields(kind)) if is_dataclass(kind) else None
    return _fields[kind]


def _text(text: str, grounds: Grounds) -> None:
    if not text:
        return
    grounds.texts.append(_folded(text))
    if "@" in text or "://" in text:
        grounds.urls.update(_NAMED_ADDRESS.findall(text))


_folded = lru_cache(1024)(fold)


@lru_cache(1024)
def _words(text: str) -> frozenset[str]:
    """The words of a folded text, and the parts of those that are joined."""
    words = frozenset(_WORD.findall(_ADDRESS.sub(" ", text)))
    return words.union(*(_JOINT.split(word) for word in words))


@lru_cache(4096)
def _claims(text: str, language: Language) -> tuple[Claim, ...]:
    """The claims of a text of the stock or the knowledge base: the same ones come back turn after turn."""
    return tuple(claims(text, language))


def _claims_of(text: str, grounds: Grounds) -> None:
    """What a text of the findings says may be said; it may be in any language."""
    if len(text) < _SHORT and not any(map(str.isdigit, text)):
        return
    if _ONE_YEAR.search(text):
        grounds.add("one_year", 1)
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


def _number(name: str, value: Decimal | int, grounds: Grounds) -> None:
    number = Decimal(value)
    grounds.add("count", number)
    if name == "claimed_rate_percent":
        grounds.customer_values.setdefault("percent", set()).add(number)
    elif name in _MONEY_NAMES:
        grounds.money(number, _ROLE_OF.get(name, ANY))
    elif name in ("months", "months_asked", "terms"):
        grounds.months(number)
    elif name in ("low", "high"):
        _bound(number, grounds)
    elif name.endswith("_mm"):
        grounds.size(number)
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


def _bound(number: Decimal, grounds: Grounds) -> None:
    """A bound of a criterion; its column is not known here, so it may be any that its size fits."""
    if number >= 1000:
        grounds.money(number)
        grounds.add("km", number)
        grounds.size(number)
    if 1950 <= number <= 2050:
        grounds.add("year", number)
    grounds.add("litres", number)
