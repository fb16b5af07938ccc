"""How many cars a message asks to be shown: "los dos más baratos", "dame uno", "top 5", "cuatro opciones".

A count stands before a superlative, a noun for cars, or a name of cars; alone it needs a verb of giving or a word of
limit. What is counted otherwise (doors, rows, children, months) has a reading of its own or no such neighbour.
"""

from __future__ import annotations

from functools import lru_cache

from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Scan, load_data
from commercial_agent.understanding.tracking.context import Context

_COUNTED = frozenset({"make", "model", "body_style", "segment", "order", "relative"})
_NOT_NUMBERS = frozenset({"number", "reference", "other", "metric"})
_MOST = 20  # more is no count of cars
_ONE = 1


class _Words:
    def __init__(self) -> None:
        data = load_data("counts")
        self.numbers = {word: int(value) for value, words in data["numbers"].items() for word in words}
        self.nouns = frozenset(data["nouns"])
        self.best = frozenset(data["best"])
        self.more = frozenset(data["more"])
        self.limits = frozenset(data["limits"])
        self.gives = frozenset(data["gives"])
        self.ends = frozenset(data["ends"])
        self.places = frozenset(data["places"])


@lru_cache(1)
def _words() -> _Words:
    return _Words()


def cars_wanted(context: Context) -> int | None:
    """The number of cars a segment asks to see; None where it says none."""
    scan, words = context.scan, _words()
    taken = _taken(context)
    for index, word in enumerate(scan.words):
        count = int(word) if word.isdigit() and len(word) <= 2 else words.numbers.get(word)
        if count is None or not 1 <= count <= _MOST or taken[index]:
            continue
        if count == _ONE and _asks_for_one(scan, index, words):
            return _ONE
        if count > _ONE and _counts(context, index, words):
            return count
    return None


def _taken(context: Context) -> list[bool]:
    """The words that say something else: a price, a term, a number of seats."""
    others = [e for e in context.entities if e.kind not in _NOT_NUMBERS]
    places = [_place(context, index) for index in range(len(context.scan))]
    return [any(e.start <= place < e.end for e in others) for place in places]


def _place(context: Context, index: int) -> int:
    """Where a word begins in the whole message."""
    start, _ = context.scan.folded.original_span(context.scan.starts[index], context.scan.ends[index])
    return context.start + start


def _counts(context: Context, index: int, words: _Words) -> bool:
    """Whether a number above one counts cars."""
    scan = context.scan
    before, after = scan.word(index - 1), scan.word(index + 1)
    if after in words.places or before in words.places:
        return False  # "los dos primeros" points
    if before == "top" or after in words.nouns or after in words.best or before in words.more:
        return True
    if after in words.more and before not in words.nouns:
        return True  # "dame dos más"
    if _named_at(context, index + 1) is not None:
        return True
    ends = index + 1 == len(scan) or after in words.ends
    return ends and (before in words.gives or before in words.limits)


def _named_at(context: Context, index: int) -> Entity | None:
    """What a word names of the cars counted: "dos hatchbacks", "three Nissans"."""
    if index >= len(context.scan):
        return None
    place = _place(context, index)
    return next((e for e in context.entities if e.kind in _COUNTED and e.start <= place < e.end), None)


def _asks_for_one(scan: Scan, index: int, words: _Words) -> bool:
    """`solo una`, `dame uno`, `una sola opción`, `just one`: one is an article too, so something must limit it."""
    before, after = scan.word(index - 1), scan.word(index + 1)
    if after in words.places:
        return False
    limited = before in words.limits or after in words.limits
    ends = index + 1 == len(scan) or after in words.ends or after in words.nouns
    noun = scan.word(index + 2) if after in words.limits else after
    if limited and (ends or noun in words.nouns or noun in words.ends or before in words.limits):
        return True
    return before in words.gives and scan.word(index) in ("uno", "one") and ends
