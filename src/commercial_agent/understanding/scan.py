"""A message cut into words, and which of them a reader has already claimed.

The readers run one after the other, the surest first: a word that belongs to a car's name or a date is no longer a
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import islice
from sys import intern
from typing import Any, Generic, TypeVar

import yaml

from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.text import MAX_CHARS, FoldedText

_WORD = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)\d+[^\W\d_]*)*|[^\w\s]|_|\n")
MAX_WORDS = 500  # and signs of a message are read: two thousand characters of prose have fewer
_STOPS = frozenset(".;!?\n")
_SHORTEST_JOINED = 2  # letters of a word that a dash joins to another: "x-trail" is one name
_SHORTEST_COUNTED = 4  # letters behind a number and a dash: "4-wheel"; "10-dic" is a day

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Hit(Generic[V]):
    """A phrase found: words `first` up to `last` (exclusive) and what it stands for."""

    first: int
    last: int
    value: V


class Scan:
    """A folded message as words, with the claims of the readers."""

    def __init__(self, original: str, limit: int | None = MAX_CHARS) -> None:
        self.folded, words, self.starts, self.ends = _words_of(original, limit)
        self.words = list(words)  # spelling mends them in place
        self.text = self.folded.text
        self.taken = bytearray(len(self.words))

    def __len__(self) -> int:
        return len(self.words)

    def word(self, index: int) -> str:
        """The word at a place; the empty string outside of the message."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def free(self, first: int, last: int) -> bool:
        """Whether no reader has claimed any of the words."""
        return not any(self.taken[first:last])

    def take(self, first: int, last: int) -> None:
        """Claim words."""
        self.taken[first:last] = b"\x01" * (last - first)

    def take_chars(self, start: int, end: int) -> None:
        """Claim the words that touch the folded characters."""
        for index in range(len(self.words)):
            if self.starts[index] < end and self.ends[index] > start:
                self.taken[index] = 1

    def take_span(self, start: int, end: int) -> None:
        """Claim the words that touch characters of the message as typed."""
        for index in range(len(self.words)):
            first, last = self.folded.original_span(self.starts[index], self.ends[index])
            if first < end and last > start:
                self.taken[index] = 1

    def is_stop(self, index: int) -> bool:
        """Whether a sentence ends at this word."""
        return self.words[index] in _STOPS

    def entity(self, kind: str, value: Any, first: int, last: int, score: float = 1.0) -> Entity:
        """An entity over words."""
        return self.entity_at(kind, value, self.starts[first], self.ends[last - 1], score)

    def entity_at(self, kind: str, value: Any, start: int, end: int, score: float = 1.0) -> Entity:
        """An entity over folded characters."""
        first, last = self.folded.original_span(start, end)
        return Entity(kind, value, first, last, self.folded.original[first:last], score)

    def capitalised(self, index: int) -> bool:
        """Whether the customer wrote this word with a capital."""
        first, _ = self.folded.original_span(self.starts[index], self.ends[index])
        return self.folded.original[first].isupper()


@lru_cache(64)  # many readers look at the same message and its parts
def _words_of(original: str, limit: int | None) -> tuple[FoldedText, tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    """The folded text, its words, and where each starts and ends."""
    folded = FoldedText(original, limit)
    matches = list(islice(_WORD.finditer(folded.text), MAX_WORDS))
    if "-" in folded.text:
        matches = [m for at, m in enumerate(matches) if not _is_hyphen(matches, at)]
    return folded, tuple(m.group() for m in matches), tuple(m.start() for m in matches), tuple(m.end() for m in matches)


def _is_hyphen(matches: Sequence[re.Match[str]], at: int) -> bool:
    """Whether a dash only joins two words: "four-wheel", "7-seater"; not "cr-v", "cx-5", "2019-2021"."""
    if matches[at].group() != "-" or not 0 < at < len(matches) - 1:
        return False
    before, after = matches[at - 1], matches[at + 1]
    tight = before.end() == matches[at].start() and after.start() == matches[at].end()
    return tight and _joins(before.group(), after.group())


def _joins(before: str, after: str) -> bool:
    if not after.isalpha() or len(after) < _SHORTEST_JOINED:
        return False
    if before.isdigit():
        return len(after) >= _SHORTEST_COUNTED
    return before.isalpha() and len(before) >= _SHORTEST_JOINED


def _unhyphened(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a phrase as a scan has them."""
    ends = range(1, len(words) - 1)
    return tuple(
        word
        for at, word in enumerate(words)
        if word != "-" or at not in ends or not _joins(words[at - 1], words[at + 1])
    )


def expand(pattern: str) -> Iterator[str]:
    """Every phrase of a compact pattern, once: `automatic(o|a|os|as)` gives four; `(a|)` may be left out.

    Raises:
        ValueError: a parenthesis without its partner.
    """
    phrases, end = _sequence(pattern, 0, inside=False)
    if end < len(pattern):
        raise ValueError(f"unbalanced choice in {pattern!r}")
    yield from dict.fromkeys(" ".join(phrase.split()) for phrase in phrases)


def _sequence(pattern: str, at: int, *, inside: bool) -> tuple[list[str], int]:
    """What stands from here to the end of an option, or of the pattern, and where that is."""
    made = [""]
    while at < len(pattern):
        char = pattern[at]
        if char == ")" or (inside and char == "|"):
            break
        if char == "(":
            options, at = _options(pattern, at + 1)
            made = [before + option for before in made for option in options]
        else:
            end = next((n for n in range(at, len(pattern)) if pattern[n] in "()|"), len(pattern))
            end = max(end, at + 1)  # a bar outside a choice is a letter
            made = [before + pattern[at:end] for before in made]
            at = end
    return made, at


def _options(pattern: str, at: int) -> tuple[list[str], int]:
    """The options of a choice whose parenthesis was just opened, and where it is over."""
    found: list[str] = []
    while True:
        more, at = _sequence(pattern, at, inside=True)
        found += more
        if at >= len(pattern):
            raise ValueError(f"unbalanced choice in {pattern!r}")
        at += 1
        if pattern[at - 1] == ")":
            return list(dict.fromkeys(found)), at


class Phrases(Generic[V]):
    """Finds phrases in a scanned message; the longest wins. Built once, then one dictionary look-up a word."""

    def __init__(self, values: Iterable[tuple[str, V]]) -> None:
        self._alone: dict[str, V] = {}  # phrases of one word
        self._pairs: dict[str, dict[str, list[tuple[tuple[str, ...], V]]]] = {}  # the others, by their first two words
        for pattern, value in values:
            for phrase in expand(pattern):
                if "(" in phrase or ")" in phrase:
                    raise ValueError(f"unbalanced choice in {pattern!r}")
                words = _unhyphened([intern(word) for word in _WORD.findall(phrase)])  # few words, many phrases
                if len(words) == 1:
                    self._alone.setdefault(words[0], value)
                elif words:
                    self._pairs.setdefault(words[0], {}).setdefault(words[1], []).append((words, value))
        for seconds in self._pairs.values():
            for found in seconds.values():
                found.sort(key=lambda entry: -len(entry[0]))

    @classmethod
    def of(cls, table: Mapping[V, Sequence[str]]) -> Phrases[V]:
        """Phrases from a table of value -> patterns."""
        return cls((pattern, value) for value, patterns in table.items() for pattern in patterns)

    def phrases(self) -> Iterator[tuple[str, ...]]:
        """Every phrase, as words."""
        yield from ((word,) for word in self._alone)
        for seconds in self._pairs.values():
            yield from (phrase for found in seconds.values() for phrase, _ in found)

    def _starting(self, word: str, following: str) -> Iterator[tuple[tuple[str, ...], V]]:
        """The phrases that begin with these words, the longest first."""
        seconds = self._pairs.get(word)
        if seconds is not None:
            yield from seconds.get(following, ())
        if word in self._alone:
            yield (word,), self._alone[word]

    def at(self, scan: Scan, index: int, *, free: bool = False) -> Hit[V] | None:
        """The longest phrase that starts at a word."""
        words = scan.words
        word = words[index]
        if word not in self._alone and word not in self._pairs:
            return None
        for phrase, value in self._starting(word, scan.word(index + 1)):
            size = len(phrase)
            if tuple(words[index : index + size]) == phrase and (not free or scan.free(index, index + size)):
                return Hit(index, index + size, value)
        return None

    def find(self, scan: Scan, *, free: bool = False) -> list[Hit[V]]:
        """All phrases, from left to right, not overlapping. With `free`, only over words nobody claimed."""
        words, found = scan.words, list[Hit[V]]()
        if self._alone.keys().isdisjoint(words) and self._pairs.keys().isdisjoint(words):
            return found
        index = 0
        while index < len(words):
            hit = self.at(scan, index, free=free)
            if hit is None:
                index += 1
            else:
                found.append(hit)
                index = hit.last
        return found

    def ending_at(self, scan: Scan, last: int, reach: int = 6) -> Hit[V] | None:
        """The longest phrase whose last word stands just before `last`."""
        for first in range(max(0, last - reach), last):
            for phrase, value in self._starting(scan.words[first], scan.word(first + 1)):
                if first + len(phrase) == last and tuple(scan.words[first:last]) == phrase:
                    return Hit(first, last, value)
        return None


@lru_cache(32)
def load_data(name: str) -> Any:
    """The vocabulary file `data/<name>.yaml` of this package, parsed once. Every scalar is a string: "no" is a word."""
    text = resources.files(__package__).joinpath(f"data/{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
