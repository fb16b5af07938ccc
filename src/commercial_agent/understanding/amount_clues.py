"""What around an amount tells what it is for: the words of its clause, its size, the cue of the grammar beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from commercial_agent.understanding.numbers import Quantity
from commercial_agent.understanding.scan import Scan

REACH_LEFT, REACH_RIGHT = 10, 7  # words that are looked at on either side
_STEM, _ROOT = 5, 3  # letters at the beginning of a word that stand for its forms
_CLOSES = frozenset(".;!?\n")
_TURNS = frozenset({"y", "e", "and", "pero", "but", "mas", ","})  # what follows may be about something else
_SIZES = ((Decimal(1_000), "bare"), (Decimal(12_000), "month"), (Decimal(60_000), "wage"), (Decimal(130_000), "part"))


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of one amount."""

    start: int  # its first character in the message
    features: tuple[str, ...]


class Arbiter(Protocol):
    """Judges amounts by their clues."""

    def role(self, clues: Clues) -> tuple[str, float]:
        """What an amount is for, and how likely that is."""
        ...

    def bound(self, clues: Clues) -> tuple[str, float]:
        """Whether it is the most, the least, an estimate or said as it is; and how likely that is."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """An amount among the others of its message."""

    numbers: Sequence[Quantity]
    first: Quantity
    last: Quantity
    before: str  # the role of the amount before it, "" for none


def clues_of(scan: Scan, around: Around, cue: str | None, bound: str | None) -> Clues:
    """The clues of an amount.

    Args:
        scan: the message.
        around: the amount, and the other numbers.
        cue: the role that the nearest cue of the grammar names.
        bound: the bound that the nearest phrase of the grammar names.
    """
    found = [f"cue:{cue}", f"bound:{bound}", f"size:{_size(around.last)}", f"before:{around.before}"]
    busy = {at for number in around.numbers for at in range(number.first, number.last)}
    _left(scan, around.first.first, busy, found)
    _right(scan, around.last.last, busy, found)
    start, _ = scan.folded.original_span(scan.starts[around.first.first], scan.ends[around.first.first])
    return Clues(start, tuple(dict.fromkeys(found)))


def _size(number: Quantity) -> str:
    if not (number.scaled or number.currency) and number.value < 1_000:
        return "bare"
    return next((name for limit, name in _SIZES if number.value < limit), "car")


def _left(scan: Scan, first: int, busy: set[int], found: list[str]) -> None:
    side, nearer = "l", "#"
    for at in range(first - 1, max(-1, first - 1 - REACH_LEFT), -1):
        word = scan.words[at]
        if word in _CLOSES:
            side = "s"  # another sentence
            continue
        if at in busy:
            if nearer != "@":
                found.append(f"{side}2:@ {nearer}")
            side, nearer = "k", "@"  # beyond another amount
            continue
        word = _plain(scan, at, word)
        if nearer == "#":
            found.append(f"l1:{word}")
        _tell(found, side, word)
        found.append(f"{side}2:{word} {nearer}")
        if word in _TURNS and side == "l" and nearer != "#":
            side = "t"  # before a turn of the sentence
        nearer = word
    if side == "l" and first - 1 - REACH_LEFT < 0:
        found.append(f"l2:^ {nearer}")


def _right(scan: Scan, last: int, busy: set[int], found: list[str]) -> None:
    side, nearer = "r", "#"
    for at in range(last, min(len(scan), last + REACH_RIGHT)):
        word = scan.words[at]
        if word in _CLOSES or at in busy:
            found.append(f"{side}2:{nearer} {'@' if at in busy else '.'}")
            return
        word = _plain(scan, at, word)
        if nearer == "#":
            found.append(f"r1:{word}")
        if word in _TURNS:
            side = "u"  # past a turn of the sentence
        _tell(found, side, word)
        found.append(f"{side}2:{nearer} {word}")
        nearer = word
    if last + REACH_RIGHT >= len(scan):
        found.append(f"{side}2:{nearer} $")


def _tell(found: list[str], side: str, word: str) -> None:
    found.append(f"{side}:{word}")
    if len(word) > _ROOT:
        found.append(f"{side}~{word[:_ROOT]}")
        if len(word) > _STEM:
            found.append(f"{side}~{word[:_STEM]}")


def _plain(scan: Scan, at: int, word: str) -> str:
    return "CAR" if scan.taken[at] else word
