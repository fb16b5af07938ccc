"""Which language a message is in: a small linear model over words and letters, and habit when in doubt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from commercial_agent.catalog.taxonomy import Taxonomy
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.text import fold

MODEL_FILE = Path(__file__).with_name("model") / "language.npz"
WORDS_FILE = Path(__file__).with_name("data") / "language.yaml"
MAX_CHARS = 400
LANGUAGES = (Language.ES, Language.EN, Language.PT)
LEAVE_AT, LEAVE_AT_ONE_WORD = 2.0, 4.5  # nats by which another language must lead for a conversation to leave its own
CHOOSE_AT, CHOOSE_AT_ONE_WORD = 1.0, 1.5  # the same for a first message; Spanish otherwise
SURE = 5.0  # nats that beat any rule of thumb

_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"([^\W\d_])\1+")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_LAST_RUN = re.compile(r"([^\W\d_])\1+$")
_CODE = re.compile(
    r"<[^<>]{0,200}>|\{[^{}]{0,400}\}|\w+://\S+|www\.\S+|\S+@\S+|\S*[=\\$|`#]\S*|\w+(?:[._]\w+)*\([^()]{0,80}\)"
    r"|\b(?:select|drop|insert|delete|update|alter|union|truncate|exec)\s+(?:\S+\s+){0,2}?"
    r"(?:from|table|into|set|all|database|select)\b[^;]{0,200}",
    re.IGNORECASE,
)  # commands, tags and addresses are in no language


def language_terms(text: str) -> list[str]:
    """The words of a text, accents kept, and the letter groups inside them."""
    words = _WORD.findall(unicodedata.normalize("NFC", text[:MAX_CHARS]).lower())
    terms = [f"={word}" for word in words]
    for word in words:
        padded = f" {word} "
        terms += [padded[i : i + n] for n in (1, 2, 3) for i in range(len(padded) - n + 1)]
    if "¿" in text or "¡" in text:
        terms.append("¿")
    return terms


@lru_cache(1)
def _load() -> tuple[dict[str, int], NDArray[np.float32]]:
    with np.load(MODEL_FILE, allow_pickle=False) as stored:
        terms = stored["terms"].tobytes().decode().split("\n")
        weights = stored["weights"].astype(np.float32) * stored["scale"]
    return {term: number for number, term in enumerate(terms)}, weights


def language_scores(text: str) -> dict[Language, float]:
    """How much speaks for each language, in nats; zeros when the text says nothing."""
    index, weights = _load()
    rows = [index[term] for term in set(language_terms(text)) if term in index]
    if not rows:
        return dict.fromkeys(LANGUAGES, 0.0)
    total = weights[rows].sum(axis=0)
    return {language: float(total[number]) for number, language in enumerate(LANGUAGES)}


def speaks(text: str) -> bool:
    """Whether a text has a word of any language we know, or none that could be one."""
    words = [word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", text[:MAX_CHARS]))]
    known = _load()[0]
    return not words or any(f"={unstretched(word)}" in known for word in words)


@lru_cache(4_096)
def unstretched(word: str) -> str:
    """A word without letters held for long, where that makes it a word: "heyyy", "holaaa", "helloooo"."""
    known = _load()[0]
    if f"={word}" in known or not _RUN.search(word):
        return word
    for run in (_LAST_RUN, _LONG_RUN, _RUN):
        if f"={(short := run.sub(_once, word))}" in known:
            return short
    return word


def _once(run: re.Match[str]) -> str:
    return run[1]


@lru_cache(1)
def _words() -> tuple[frozenset[str], dict[Language, frozenset[str]]]:
    """Words that tell nothing, the names of cars among them, and words that are enough for a first message."""
    data = yaml.load(WORDS_FILE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    taxonomy = Taxonomy.load()
    names = [*taxonomy.makes, *(model.name for model in taxonomy.models.values())]
    certain = {Language(code): frozenset(words) for code, words in data["certain"].items()}
    known = frozenset().union(*certain.values())
    cars = {word for name in names for word in _WORD.findall(name.lower())}
    return frozenset(map(str, data["neutral"])) | (cars - known), certain


def detect_language(text: str, previous: Language | None, names: Container[str] = ()) -> Language:
    """The language of a message.

    Args:
        text: what the customer wrote.
        previous: the language of the conversation so far; kept unless the message is clearly in another one.
        names: folded words that name places and tell nothing of a language.

    Returns:
        The language; Spanish for a first message that says nothing ("ok", "48", "Civic").
    """
    neutral, certain = _words()
    said = _CODE.sub(" ", text[:MAX_CHARS])
    telling = _WORD.sub(lambda found: _telling(found[0].lower(), neutral, names), said)
    scores = language_scores(telling)
    habit = previous or Language.ES
    best = max(scores, key=lambda language: scores[language])
    words = {word.lower() for word in _WORD.findall(telling)}
    spanish = any("ñ" in word for word in words)  # a letter that the others do not have
    meant = [one for one in LANGUAGES if words & certain[one] or (spanish and one is Language.ES)]
    if len(meant) == 1 and previous in (None, meant[0]) and scores[best] - scores[meant[0]] < SURE:
        return meant[0]
    if previous is not None and words and words <= certain[previous]:
        return previous
    many, one = (CHOOSE_AT, CHOOSE_AT_ONE_WORD) if previous is None else (LEAVE_AT, LEAVE_AT_ONE_WORD)
    enough = many + (one - many) / max(1, len(words))
    if not any(f"={word}" in _load()[0] for word in words):
        if previous is not None:
            return previous  # no word of any language: letters alone
        enough = SURE
    return best if scores[best] - scores[habit] >= enough else habit


def _telling(word: str, neutral: frozenset[str], names: Container[str]) -> str:
    """A lower-case word as it tells of the language: nothing where it is a name."""
    word = unstretched(word)
    return " " if word in neutral or fold(word, None) in names else word
