"""The nearest known word for one that is not known: one key added, lost, changed or swapped, two in a long word; a
space lost or moved by one letter.

Every known word is filed under itself and under each form with one letter missing (symmetric deletes), so that a
lookup is a few dictionary reads and never a scan. Of several near words the one that was seen beside the same
neighbours wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log
from zlib import crc32

from rapidfuzz.distance import OSA

SHORTEST = 2  # letters; a single unknown letter is left alone
LONGEST = 16
TWO_FROM = 8  # letters from which two wrong keys are forgiven
INFLECTED_FROM = 5  # letters from which another form of a known word is told by its stem
FREQUENT = 8  # times that a word of up to three letters must have been seen to be a target
_PER_KEY = 3.0  # what one wrong key costs, in logarithms of how often a word was seen
_FIRST_KEPT = 0.7  # people seldom miss the first letter
_SEEN_BESIDE = 2.5  # a neighbour it was seen beside
_NEAREST = 8  # candidates kept for a word
_MEMORY = 20_000  # words whose candidates are remembered


def pair_key(left: str, right: str) -> int:
    """A number for two neighbours, the same in every process."""
    return crc32(f"{left} {right}".encode())


class Speller:
    """Corrects words against a vocabulary."""

    def __init__(
        self,
        frequency: Mapping[str, int],
        also_known: Iterable[str] = (),
        rare: Iterable[str] = (),
        pairs: frozenset[int] = frozenset(),
        stem: Callable[[str], str] | None = None,
    ) -> None:
        """Build the index.

        Args:
            frequency: known words and how often they were seen; the more frequent of two equally near words wins.
            also_known: words that need no correction and are never a target.
            rare: words that are known and a target when nothing of `frequency` is as near.
            pairs: neighbours that were seen (see `pair_key`).
            stem: the stem of a word. A word with the stem of a known one is another form of it ("aprobarlo" beside
                "aprobar"), no misspelling of a third; without, only the known forms are right.
        """
        self._stem = stem
        self._frequency = {word: 0 for word in rare if word.isalpha()}
        self._frequency.update((word, count) for word, count in frequency.items() if word.isalpha())
        self._known = frozenset(self._frequency) | frozenset(also_known)
        self._pairs = pairs
        self._forms: dict[str, tuple[str, ...]] = {}  # a list would take twice the room, and most hold one word
        for word, count in self._frequency.items():
            if SHORTEST <= len(word) <= LONGEST and (len(word) > 3 or count >= FREQUENT):
                for form in (word, *_shorter(word)):
                    self._forms[form] = (*self._forms.get(form, ()), word)
        self._stems = frozenset(stem(word) for word in self._frequency) if stem else frozenset()
        self._memory: dict[str, tuple[tuple[str, float], ...]] = {}

    def correct(self, words: Sequence[str]) -> list[str]:
        """The words, each unknown one replaced by the likeliest near one where there is one."""
        if all(word in self._known for word in words):
            return list(words)
        spaced = self._spaced(words)
        found: list[str] = []
        for place, word in enumerate(spaced):
            before = found[-1] if found else "^"
            after = spaced[place + 1] if place + 1 < len(spaced) else "$"
            found.append(word if self._is_right(word) else self._likeliest(word, before, after))
        return found

    def _is_right(self, word: str) -> bool:
        if word in self._known:
            return True
        return self._stem is not None and len(word) >= INFLECTED_FROM and self._stem(word) in self._stems

    def _likeliest(self, word: str, before: str, after: str) -> str:
        near = self._near(word)
        if not near:
            return word
        return max((score + self._beside(other, before, after), other) for other, score in near)[-1]

    def _beside(self, word: str, before: str, after: str) -> float:
        seen = (pair_key(before, word) in self._pairs) + (pair_key(word, after) in self._pairs)
        return _SEEN_BESIDE * seen

    def _near(self, word: str) -> tuple[tuple[str, float], ...]:
        """Known words near this one, with what speaks for each on its own."""
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
            return ()
        known = self._memory.get(word)
        if known is not None:
            return known
        allowed = 2 if len(word) >= TWO_FROM else 1
        ranked = sorted(
            (
                (log(1 + self._frequency[other]) - _PER_KEY * distance + _FIRST_KEPT * (other[0] == word[0]), other)
                for other in {other for form in (word, *_shorter(word)) for other in self._forms.get(form, ())}
                if (distance := OSA.distance(word, other, score_cutoff=allowed)) <= allowed
            ),
            reverse=True,
        )
        best = tuple((other, score) for score, other in ranked[:_NEAREST])
        if len(self._memory) < _MEMORY:
            self._memory[word] = best
        return best

    def _spaced(self, words: Sequence[str]) -> list[str]:
        """The words with lost spaces put back and spaces moved by a letter moved home."""
        found: list[str] = []
        for word in words:
            if not word.isalpha() or self._is_right(word):
                found.append(word)
                continue
            moved = self._moved(found[-1], word) if found and found[-1] not in self._known else None
            if moved:
                found[-1:] = moved
            else:
                found += self._split(word) or (word,)
        return found

    def _moved(self, left: str, right: str) -> tuple[str, str] | None:
        for one, other in ((left[:-1], left[-1:] + right), (left + right[:1], right[1:])):
            if one in self._frequency and other in self._frequency:
                return one, other
        return None

    def _split(self, word: str) -> tuple[str, str] | None:
        """Two known neighbours that were written as one word."""
        if not 4 <= len(word) <= LONGEST:
            return None
        parts = [
            (self._frequency[word[:at]] + self._frequency[word[at:]], word[:at], word[at:])
            for at in range(1, len(word))
            if word[:at] in self._frequency
            and word[at:] in self._frequency
            and pair_key(word[:at], word[at:]) in self._pairs
        ]
        return max(parts)[1:] if parts else None


def _shorter(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]
