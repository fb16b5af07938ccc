"""The nearest known word for one that is not known: one key added, lost, changed or swapped, two in a long word.

Every known word is filed under itself and under each form with one letter missing (symmetric deletes), so that a
lookup is a few dictionary reads and never a scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz.distance import OSA

SHORTEST = 4  # letters; shorter unknown words are left alone
LONGEST = 16
TWO_FROM = 8  # letters from which two wrong keys are forgiven
_MEMORY = 20_000  # corrections remembered


class Speller:
    """Corrects words against a vocabulary."""

    def __init__(self, frequency: Mapping[str, int], also_known: Iterable[str] = (), rare: Iterable[str] = ()) -> None:
        """Build the index.

        Args:
            frequency: known words and how often they were seen; the more frequent of two equally near words wins.
            also_known: words that need no correction and are never a target.
            rare: words that are known and a target when nothing of `frequency` is as near.
        """
        self._frequency = {word: 0 for word in rare if word.isalpha()}
        self._frequency.update((word, count) for word, count in frequency.items() if word.isalpha())
        self._known = frozenset(self._frequency) | frozenset(also_known)
        self._forms: dict[str, list[str]] = {}
        for word in self._frequency:
            if SHORTEST <= len(word) <= LONGEST:
                for form in (word, *_shorter(word)):
                    self._forms.setdefault(form, []).append(word)
        self._memory: dict[str, str] = {}

    def correct(self, words: Sequence[str]) -> list[str]:
        """The words, each unknown one replaced by its nearest known neighbour where there is one."""
        return [word if word in self._known else self._nearest(word) for word in words]

    def _nearest(self, word: str) -> str:
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
            return word
        known = self._memory.get(word)
        if known is not None:
            return known
        allowed = 2 if len(word) >= TWO_FROM else 1
        ranked = [
            (-distance, other[0] == word[0], self._frequency[other], other)
            for other in {other for form in (word, *_shorter(word)) for other in self._forms.get(form, ())}
            if (distance := OSA.distance(word, other, score_cutoff=allowed)) <= allowed
        ]
        best = max(ranked)[-1] if ranked else word
        if len(self._memory) < _MEMORY:
            self._memory[word] = best
        return best


def _shorter(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]
