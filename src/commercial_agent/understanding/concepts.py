"""What a word means in this trade, whatever its language: the bridge between wordings that share no letters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import yaml


class Concepts:
    """Finds concepts among the folded words of a message."""

    def __init__(self, lexicon: dict[str, str]) -> None:
        """Build the index.

        Args:
            lexicon: concept to its words, separated by spaces; `word*` is a beginning, `two+words` a phrase.
        """
        self._exact: dict[str, list[str]] = {}
        self._beginnings: dict[str, list[tuple[str, str]]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for concept, words in lexicon.items():
            for word in words.split():
                if "+" in word:
                    phrase = tuple(word.split("+"))
                    self._phrases.setdefault(phrase[0], []).append((phrase, concept))
                elif word.endswith("*"):
                    self._beginnings.setdefault(word[:3], []).append((word[:-1], concept))
                else:
                    self._exact.setdefault(word, []).append(concept)
        self.words = frozenset(self._exact) | {
            part for group in self._phrases.values() for phrase, _ in group for part in phrase
        }
        self._memory: dict[str, tuple[str, ...]] = {}

    @staticmethod
    @lru_cache(2)
    def load(name: str = "concepts") -> Concepts:
        """The concepts that come with the package: of the trade, or `senses`, of everyday words."""
        text = resources.files("commercial_agent.understanding").joinpath("data", f"{name}.yaml").read_text("utf-8")
        return Concepts(yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))

    def find(self, words: Sequence[str]) -> list[str]:
        """The concepts of the words, in order, each once."""
        found: dict[str, None] = {}
        for index, word in enumerate(words):
            for phrase, concept in self._phrases.get(word, ()):
                if tuple(words[index : index + len(phrase)]) == phrase:
                    found[concept] = None
            for concept in self._of_word(word):
                found[concept] = None
        return list(found)

    def _of_word(self, word: str) -> tuple[str, ...]:
        known = self._memory.get(word)
        if known is None:
            beginnings = [concept for start, concept in self._beginnings.get(word[:3], ()) if word.startswith(start)]
            known = (*self._exact.get(word, ()), *beginnings)
            if len(self._memory) < 20_000:
                self._memory[word] = known
        return known
