"""The nearest known word for one that is not known: one key added, lost, changed or swapped.

Every known word is filed under itself and under each form with one letter missing (symmetric deletes), so that a
lookup is a few dictionary reads and never a scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz.distance import OSA

SHORTEST = 4  # letters; shorter unknown words are left alone
LONGEST = 16


class Speller:
    """Corrects words against a vocabulary."""

    def __init__(self, frequency: Mapping[str, int], also_known: Iterable[str] = ()) -> None:
        """Build the index.

        Args:
            frequency: known words and how often they were seen; the more frequent of two equally near words wins.
            also_known: words that are right and need no correction, and never a target.
        """
        self._frequency = {word: count for word, count in frequency.items() if word.isalpha()}
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
        candidates = {other for form in (word, *_shorter(word)) for other in self._forms.get(form, ())}
        near = [other for other in candidates if OSA.distance(word, other, score_cutoff=1) <= 1]
        best = max(near, key=lambda other: (other[0] == word[0], self._frequency[other], other), default=word)
        if len(self._memory) < 20_000:
            self._memory[word] = best
        return best


def _shorter(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]
