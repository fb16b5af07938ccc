"""Folding: one plain form of what the customer typed, with the way back to his own characters.

Every reader here works on folded text: lower case, no accents, no invisible characters, straight quotes and dashes.
Offsets lead back to the original, so that an entity can quote the customer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

MAX_CHARS = 2_000  # of a message are read; what follows is not looked at, so that time stays bounded

_QUOTES = {"\u2018": "'", "\u2019": "'", "\u00b4": "'", "`": "'"}
_QUOTES |= dict.fromkeys("\u201c\u201d\u00ab\u00bb", '"')
_KEPT = {"\u00ba": "o", "\u00aa": "a", "\u00d7": "x", "\u00a1": "!", "\u00bf": "?", "\u2026": ".", "\u00bd": " 1/2"}
_FOLDS: dict[str, str] = {**_QUOTES, **_KEPT}  # grows with the characters met; bounded by Unicode itself
_TOKEN = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)\d+[^\W\d_]*)*|[^\w\s]|_")


def _fold_char(char: str) -> str:
    known = _FOLDS.get(char)
    if known is not None:
        return known
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me"):  # zero-width, direction marks, loose accents, variation selectors
        folded = ""
    elif category[0] in "CZ":  # control characters, lone surrogates, every kind of space
        folded = "\n" if char in "\n\r\u2028\u2029" else " "
    elif category == "Pd":
        folded = "-"
    else:
        digit = unicodedata.digit(char, None)
        plain = str(digit) if digit is not None else unicodedata.normalize("NFKD", char)
        folded = "".join(c for c in plain if not unicodedata.combining(c)).lower().replace("\u0307", "")
    _FOLDS[char] = folded
    return folded


def fold(text: str, limit: int | None = MAX_CHARS) -> str:
    """The text in lower case without accents and invisible characters.

    Args:
        text: anything a person may type or paste.
        limit: characters of `text` that are looked at; None looks at all.

    Returns:
        The folded text; its length may differ from that of `text` (see `FoldedText` for offsets).
    """
    if limit is not None:
        text = text[:limit]
    if text.isascii() and text.isprintable():
        return text.lower().replace("`", "'")
    return "".join([_FOLDS.get(char) or _fold_char(char) for char in text])


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign of the message."""

    text: str  # folded
    start: int  # offsets in the original message
    end: int


class FoldedText:
    """A message, its folded form, and the way between the two."""

    def __init__(self, original: str, limit: int | None = MAX_CHARS) -> None:
        self.original = original
        source = original if limit is None else original[:limit]
        self._same = source.isascii() and source.isprintable()
        if self._same:
            self.text = source.lower().replace("`", "'")
            self._offsets: list[int] = []
            return
        parts: list[str] = []
        offsets: list[int] = []
        for index, char in enumerate(source):
            folded = _FOLDS.get(char) or _fold_char(char)
            parts.append(folded)
            offsets.extend([index] * len(folded))
        offsets.append(len(source))
        self.text = "".join(parts)
        self._offsets = offsets

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded characters `start` to `end` (exclusive) stand in the original message."""
        if self._same:
            return start, end
        if end <= start:
            return self._offsets[start], self._offsets[start]
        return self._offsets[start], self._offsets[end - 1] + 1

    def original_text(self, start: int, end: int) -> str:
        """What the customer typed between two folded offsets."""
        first, last = self.original_span(start, end)
        return self.original[first:last]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Words, numbers (with their separators) and signs, in order, with offsets in the original."""
        return tuple(Token(m.group(), *self.original_span(*m.span())) for m in _TOKEN.finditer(self.text))


def tokenize(text: str) -> tuple[Token, ...]:
    """The words, numbers and signs of a message, folded, with their places in it.

    A number keeps its separators (`250,000`, `1.2m`); letters and digits typed together stay one token (`cx5`, `250k`).
    """
    return FoldedText(text).tokens


def squeeze(word: str) -> str:
    """A word with every run of the same letter cut to one: `holaaa` and `hola` meet as `hola`."""
    return re.sub(r"([^\W\d_])\1+", r"\1", word)
