"""What the builders share: a segment with its entities, the state, and the words that relate it to what came before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from commercial_agent.conversation.cars import CarCriteria, CarReference, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.criteria import CRITERIA_KINDS
from commercial_agent.understanding.scan import Hit, Phrases, Scan, load_data

_MAPS = ("language", "stars", "subject")
_NO_PHRASES = (*_MAPS, "fillers", "courtesy")
_LAUGHTER = (frozenset("ja"), frozenset("je"), frozenset("ha"), frozenset("he"), frozenset("k"), frozenset("rs"))


_Index = dict[tuple[str, str], list[tuple[tuple[str, ...], frozenset[str]]]]


class Vocabulary:
    """The phrases of `data/tracking.yaml`."""

    def __init__(self) -> None:
        data = load_data("tracking")
        self._flags: dict[str, Phrases[bool]] = {
            name: Phrases((pattern, True) for pattern in patterns)
            for name, patterns in data.items()
            if name not in _NO_PHRASES
        }
        self._all = _by_first_words(self._flags)
        self._maps: dict[str, Phrases[str]] = {name: Phrases.of(data[name]) for name in _MAPS}
        self.fillers = frozenset(data["fillers"])
        self.courtesy = frozenset(data["courtesy"])

    def groups(self, scan: Scan) -> frozenset[str]:
        """The groups of which a phrase stands in the message, found in one pass."""
        words = scan.words
        found: set[str] = set()
        for index, word in enumerate(words):
            following = words[index + 1] if index + 1 < len(words) else ""
            for phrase, names in (*self._all.get((word, following), ()), *self._all.get((word, ""), ())):
                if tuple(words[index : index + len(phrase)]) == phrase:
                    found |= names
        return frozenset(found)

    def says(self, name: str, scan: Scan) -> bool:
        """Whether a phrase of that group stands in the message."""
        return name in _groups(scan)

    def find(self, name: str, scan: Scan) -> list[Hit[bool]]:
        """Where the phrases of that group stand in the message."""
        return self._flags[name].find(scan)

    def covers(self, name: str, scan: Scan) -> bool:
        """Whether a message is phrases of that group, and but for them nothing but fillers and laughter."""
        said = {index for hit in self.find(name, scan) for index in range(hit.first, hit.last)}
        return bool(said) and all(
            index in said or word in self.fillers or not word.isalnum() or is_laughter(word)
            for index, word in enumerate(scan.words)
        )

    def ends(self, name: str, scan: Scan) -> bool:
        """Whether the message ends with a phrase of that group."""
        return len(scan) > 0 and self._flags[name].ending_at(scan, len(scan)) is not None

    def starts(self, name: str, scan: Scan) -> int:
        """How many words at the start are phrases of that group (and fillers between them)."""
        phrases, index, end = self._flags[name], 0, 0
        while index < len(scan):
            hit = phrases.at(scan, index)
            if hit is not None:
                index = end = hit.last
            elif (index < 2 and scan.words[index] in self.fillers) or (end and scan.words[index] in ",.!"):
                index += 1
            else:
                break
        return end

    def value(self, name: str, scan: Scan) -> str | None:
        """The value of the first phrase of a mapping that stands in the message."""
        return next(iter(self.values(name, scan)), None)

    def values(self, name: str, scan: Scan) -> tuple[str, ...]:
        """The values of all phrases of a mapping, in order, each once."""
        return tuple(dict.fromkeys(hit.value for hit in self._maps[name].find(scan)))


def is_laughter(word: str) -> bool:
    """Whether a word only laughs: "jajaja", "haha", "kkk"."""
    return len(word) > 1 and any(set(word) <= letters for letters in _LAUGHTER)


def _by_first_words(flags: dict[str, Phrases[bool]]) -> _Index:
    """Every phrase of every group under its first two words."""
    names: dict[tuple[str, ...], set[str]] = {}
    for name, phrases in flags.items():
        for phrase in phrases.phrases():
            names.setdefault(phrase, set()).add(name)
    found: _Index = {}
    for phrase, groups in names.items():
        key = (phrase[0], phrase[1] if len(phrase) > 1 else "")
        found.setdefault(key, []).append((phrase, frozenset(groups)))
    return found


@lru_cache(16)
def _groups(scan: Scan) -> frozenset[str]:
    return vocabulary().groups(scan)


@lru_cache(1)
def vocabulary() -> Vocabulary:
    """The phrases, read once."""
    return Vocabulary()


WISH_KINDS = (
    "make", "not_make", "model", "not_model", "origin", "not_origin", "body_style", "not_body_style", "segment",
    "transmission", "drive", "fuel", "price", "km", "length_mm", "width_mm", "height_mm", "seats", "doors", "equipment",
)  # fmt: skip
"""The entities that say what a car should be."""


@dataclass(frozen=True, slots=True)
class Context:
    """One segment of a message, ready to become a request."""

    text: str  # the segment
    intent: Intent
    confidence: float
    entities: tuple[Entity, ...]  # of the segment, offsets in the whole message
    state: DialogueState
    language: Language
    now: datetime
    whole: str  # the whole message
    start: int  # of the segment in it
    choices: tuple[Intent, ...] = ()
    earlier: CarCriteria | None = None  # what an earlier segment of this message searches for
    income_told: bool = False  # by an earlier segment of this message
    pointed: CarReference = field(default_factory=CarReference)  # the car an earlier segment speaks of
    scan: Scan = field(default_factory=lambda: Scan(""))

    def says(self, name: str) -> bool:
        """Whether the segment holds a phrase of that group of `data/tracking.yaml`."""
        return vocabulary().says(name, self.scan)

    def says_first(self, name: str) -> bool:
        """Whether the segment begins with a phrase of that group."""
        return vocabulary().starts(name, self.scan) > 0

    @staticmethod
    def names(name: str, scan: Scan) -> bool:
        """Whether other words hold a phrase of that group."""
        return vocabulary().says(name, scan)

    def all(self, *kinds: str) -> tuple[Entity, ...]:
        """The entities of some kinds."""
        return tuple(entity for entity in self.entities if entity.kind in kinds)

    def first(self, kind: str) -> Any:
        """The value of the first entity of a kind, None without one."""
        return next((entity.value for entity in self.entities if entity.kind == kind), None)

    def has(self, *kinds: str) -> bool:
        """Whether there is an entity of one of the kinds."""
        return any(entity.kind in kinds for entity in self.entities)

    @property
    def asks_of_cars(self) -> tuple[Entity, ...]:
        """The entities that say what a car should be, those merely guessed left out."""
        return tuple(e for e in self.entities if e.kind in CRITERIA_KINDS and e.score >= 0.5)

    def before(self, entity: Entity, count: int = 1) -> list[str]:
        """The folded words just before an entity, nearest last."""
        return Scan(self.whole[max(0, entity.start - 60) : entity.start]).words[-count:]


def point(value: Range) -> Decimal | None:
    """The one figure a range stands for: its upper end, the middle of both ends."""
    if value.low is not None and value.high is not None:
        return value.high if value.low == value.high else (value.low + value.high) / 2
    return value.high if value.high is not None else value.low


def whole_number(values: Iterable[Range]) -> int | None:
    """The figure of the first range as a whole number."""
    for value in values:
        figure = point(value)
        if figure is not None:
            return int(figure)
    return None
