"""The voice of one reply: its language, the dealer it speaks for, and which way of saying things it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.reply import PhrasingContext
from commercial_agent.replies.format import clean, joined, money
from commercial_agent.replies.wordbook import Wordbook, wordbook

_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")


@dataclass(slots=True)
class Speaker:
    """Says messages in one reply.

    The way of saying a message depends on the conversation's seed and moves on by one with every turn and every use, so
    the same conversation always reads the same and no message with two ways is said twice alike in a row.
    """

    dealer: Dealer
    context: PhrasingContext
    words: Wordbook = field(init=False)
    _uses: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = wordbook(self.context.language)

    @property
    def language(self) -> Language:
        """The reply's language."""
        return self.context.language

    def say(self, key: str, /, **values: str | int) -> str:
        """A message, in the way whose turn it is."""
        used = self._uses.get(key, 0)
        self._uses[key] = used + 1
        start = crc32(f"{self.context.seed}/{key}".encode())
        return tidy(self.words.say(key, start + self.context.state.turns + used, **values))

    def label(self, prefix: str, name: str) -> str:
        """The word for a machine name; where the file has none, the name itself made readable."""
        key = f"{prefix}-{name.replace('_', '-').replace('.', '-')}"
        return self.words.word(key) if key in self.words else clean(name.replace("_", " "), 60)

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self.words

    def both(self, items: Sequence[str]) -> str:
        """`a, b and c`."""
        return joined(items, self.language)

    def either(self, items: Sequence[str]) -> str:
        """`a, b or c`."""
        return joined(items, self.language, either=True)


def tidy(text: str) -> str:
    """The text without the second full stop that a value ending in one ("a.m.") leaves."""
    return _TWO_STOPS.sub(".", text) if ".." in text else text


def car_name(car: CarFacts) -> str:
    """`Volkswagen Jetta 2019`, harmless."""
    return clean(car.name, 80)


def distinct_names(cars: Sequence[CarFacts]) -> tuple[str, ...]:
    """The cars' names, made different by what tells them apart: version, then price, mileage and at last stock id."""
    names = [car_name(car) for car in cars]
    details: tuple[Callable[[CarFacts], str], ...] = (
        lambda car: clean(car.version, 40),
        lambda car: f"({money(car.price)})",
        lambda car: f"{car.km:,} km" if car.km is not None else "",
        lambda car: clean(car.stock_id, 40),
    )
    for detail in details:
        repeated = {name for name in names if names.count(name) > 1}
        names = [
            f"{name} {detail(car)}".strip() if name in repeated else name for name, car in zip(names, cars, strict=True)
        ]
    return tuple(names)
