"""Misspelt words of the trade put right before the grammars look: "automatiko", "camionta", "engnche", "menualidad".

Only words nobody knows are touched, and only towards the words of `data/spelling.yaml`; words of a message cut down to
a letter ("el d en medio", "q no pase d 200") are written out. The entity still quotes what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from commercial_agent.understanding.scan import Scan, expand, load_data
from commercial_agent.understanding.spelling import Speller

_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")  # "primerooo"
SHORTEST = 5  # letters typed; shorter words have too many neighbours
MOST = 12  # words of one message that are looked up
_NO_NEIGHBOURS = 6  # letters under which a word must at least begin rightly
_ALIKE = {"b": "v", "v": "b", "c": "sk", "s": "cz", "z": "s", "k": "cq", "q": "ck", "j": "hg", "g": "jh", "h": "aeiou",
          "a": "h", "e": "h", "i": "h", "o": "h"}  # fmt: skip

_UNITS = frozenset({"k", "d", "x", "p"})  # behind a figure: thousands, doors, times
_KNOWN = ("lexicon", "amounts", "dates", "references", "numbers", "negation", "tracking", "standing", "concepts",
          "people", "names", "spelling", "visits")  # fmt: skip


def correct(scan: Scan, also_known: Container[object] = frozenset()) -> None:
    """Replace clipped words, and misspelt words of the trade, in a scanned message; offsets stay those typed.

    Args:
        scan: the message; claimed words (names, addresses) are left alone.
        also_known: further words that mean something as they are, such as names of places.
    """
    write_out(scan)
    known, tried = _known(), 0
    for index, word in enumerate(scan.words):
        if len(word) < SHORTEST or scan.taken[index] or not word.isalpha() or word in known or word in also_known:
            continue
        if (short := _STRETCHED.sub(r"\1", word)) != word and short in known:
            scan.words[index] = short
            continue
        tried += 1
        if tried > MOST:
            return
        scan.words[index] = _best(word)


def write_out(scan: Scan) -> None:
    """Replace clipped words ("a nombre d Ana", "q sea hoy"); offsets stay those typed."""
    shorthand = _shorthand()
    for index, word in enumerate(scan.words):
        if (whole := shorthand.get(word)) is not None and _is_clipped(scan, index):
            scan.words[index] = whole


def spelled(scan: Scan) -> str:
    """The message of a scan with the words put right that `correct` replaced."""
    text = scan.folded.original
    for index in reversed(range(len(scan))):
        if scan.words[index] != scan.text[scan.starts[index] : scan.ends[index]]:
            first, last = scan.folded.original_span(scan.starts[index], scan.ends[index])
            text = text[:first] + scan.words[index] + text[last:]
    return text


def written_out(text: str) -> str:
    """A text folded, its clipped words written out: "q documentos piden" asks what documents."""
    scan = Scan(text)
    write_out(scan)
    return " ".join(scan.words)


def _is_clipped(scan: Scan, index: int) -> bool:
    """Whether a letter stands for a word: not in "I'd", "250 k", "versión d" or "Q5"."""
    if scan.taken[index] or "'" in (scan.word(index - 1), scan.word(index + 1)):
        return False
    if scan.words[index] == "u" and (scan.word(index - 1) == "s" or scan.word(index + 1)[:1] in ("o", "h", "v")):
        return False  # "azul u oscuro", "s u v"
    if not scan.word(index - 1).isdigit() or scan.words[index] not in _UNITS:
        return True
    return scan.words[index] == "d" and scan.word(index + 1).isalpha()  # "20 d enganche"


def is_word(word: str) -> bool:
    """Whether a folded word means something to one of the grammars."""
    return word in _known()


@lru_cache(1)
def _shorthand() -> dict[str, str]:
    return {short: whole for whole, written in load_data("spelling")["shorthand"].items() for short in written}


@lru_cache(10_000)
def _best(word: str) -> str:
    (best,) = _speller().correct([word])
    if best[0] != word[0] and (len(word) < _NO_NEIGHBOURS or best[0] not in _ALIKE.get(word[0], "")):
        return word
    return best


@lru_cache(1)
def _speller() -> Speller:
    return Speller(dict.fromkeys(_targets(), 1), also_known=_known())


def _targets() -> frozenset[str]:
    return frozenset(word for words in load_data("spelling")["trade"].values() for word in words.split())


@lru_cache(1)
def _known() -> frozenset[str]:
    return frozenset(word for name in _KNOWN for word in _words(load_data(name)))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        for phrase in expand(value) if _balanced(value) else (value,):
            yield from phrase.split()
    elif isinstance(value, dict):
        for item in value.values():
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)


def _balanced(text: str) -> bool:
    return "(" in text and text.count("(") == text.count(")") and all(a != "(" or b != ")" for a, b in pairwise(text))
