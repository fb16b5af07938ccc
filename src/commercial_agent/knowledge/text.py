"""Folding and tokens shared by the indexer, the encoder and the place names."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)*%?")
_MARKS = re.compile(r"[\u0300-\u036f]")


def fold(text: str) -> str:
    """Lower case without accents or compatibility forms: `"¿Garantía?"` gives `"¿garantia?"`."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered
    return _MARKS.sub("", unicodedata.normalize("NFKD", lowered))


def words(text: str) -> list[str]:
    """The folded words and numbers of a text, in order; thousands separators are dropped (`1,500` is `1500`)."""
    return [token.replace(",", "") for token in _WORD.findall(fold(text))]


def key(text: str) -> str:
    """A name as a lookup key: folded words joined by one space, dots inside abbreviations dropped."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text).replace(".", "")))
