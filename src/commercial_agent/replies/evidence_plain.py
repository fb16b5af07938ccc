"""Ordinary words: those that claim nothing, and those that only speak of the subject that a turn is about."""

from __future__ import annotations

import re
import threading
from collections.abc import Container, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.replies.spelled import fold

_ALGORITHMS = {Language.ES: "spanish", Language.EN: "english", Language.PT: "portuguese"}
_CLITICS = re.compile(
    r"(?:me|te|se|nos)?(?:l[oae]s?|me|te|se|nos)$"  # échale, mándamelas, verlo
)
_HYPHENED = re.compile(r"-(?:me|te|se|nos|lhes?|l?[oa]s?|n[oa]s?)$")  # ajudá-lo, diga-me
_ENDINGS = {
    "ar": "ar a as o amos an ando ado é aste ó aron aba aban ará aría arían e es en emos",
    "er": "er e es o emos en iendo ido í iste ió ieron ía ían erá ería erían a as an amos eu em",
    "ir": "ir e es o imos en iendo ido í iste ió ieron ía ían irá iría irían a as an amos iu em",
}
_SHORTEST_ROOT = 2
_SHORT_ORDER = 6  # dime, ponme
_lock = threading.Lock()  # a stemmer is not safe to share between threads


@lru_cache(4)
def _stemmer(language: Language) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_ALGORITHMS[language])


@lru_cache(20_000)
def stem(word: str, language: Language) -> str:
    """The folded stem of a word written with its accents."""
    with _lock:
        return fold(_stemmer(language).stemWord(word))


@lru_cache(20_000)
def forms(word: str, language: Language) -> tuple[str, ...]:
    """The stems that a word may be known by: its own, and without the pronouns that hang on it."""
    return tuple(_forms(word, language))


def _forms(word: str, language: Language) -> Iterator[str]:
    yield stem(word, language)
    yield stem(fold(word), language)
    bare = (_HYPHENED if language is Language.PT else _CLITICS).sub("", word)
    if language is not Language.EN and bare != word and len(bare) >= _SHORTEST_ROOT and _takes_clitics(word, bare):
        yield stem(bare, language)
        yield stem(fold(bare), language)
        if bare[-1] in "áéí":  # ajudá(-lo)
            yield stem(fold(bare) + "r", language)


def _takes_clitics(word: str, bare: str) -> bool:
    """Infinitives, gerunds and imperatives do; "continente" only looks so."""
    return bare.endswith(("r", "ndo", "mo")) or not word.isascii() or "-" in word or len(word) <= _SHORT_ORDER


@lru_cache(20_000)
def ordinary(word: str, language: Language) -> bool:
    """Whether a word, in any of its forms, claims nothing by itself."""
    known, manner = _lemmas(language)
    return manner(fold(word)) or any(form in known for form in forms(word, language))


@lru_cache(20_000)
def claimless(word: str, language: Language) -> bool:
    """Whether a word is of talking and thinking, in any sentence."""
    known = _claimless(language)
    return _lemmas(language)[1](fold(word)) or any(form in known for form in forms(word, language))


@lru_cache(4)
def _claimless(language: Language) -> frozenset[str]:
    import yaml

    text = files("commercial_agent.replies").joinpath("data", "plain_words.yaml").read_text("utf-8")
    known: set[str] = set()
    for word in yaml.safe_load(text)[language.value].split():
        known |= {stem(word, language), stem(fold(word), language)}
        if word[-2:] in _ENDINGS and language is not Language.EN:
            known |= conjugated(word, language)
    return frozenset(known)


@lru_cache(20_000)
def charged(word: str, language: Language) -> bool:
    """Whether a word carries a claim in any company: what is paid with, given, owed, fitted or sworn to."""
    nouns, verbs = _charged(language)
    return fold(word) in nouns or any(form in verbs for form in forms(word, language))


def of_denial(word: str, language: Language) -> bool:
    """Whether a word may be said where the sentence tells that there is no such thing."""
    return any(form in _denied(language) for form in forms(word, language))


@lru_cache(4)
def _denied(language: Language) -> frozenset[str]:
    words = _data()[language.value]["denied"].split()
    return frozenset().union(*({stem(word, language), *conjugated(word, language)} for word in words))


@lru_cache(4)
def _charged(language: Language) -> tuple[frozenset[str], frozenset[str]]:
    """Nouns as written, in number; the stems of verbs."""
    words = _data()[language.value]["charged"].split()
    verbs = [word for word in words if language is not Language.EN and word[-2:] in _ENDINGS]
    nouns = {fold(word) + tail for word in words for tail in ("", "s", "es")}
    return frozenset(nouns), frozenset().union(*(conjugated(verb, language) for verb in verbs))


def of_subject(word: str, subject: Container[str], language: Language) -> bool:
    """Whether a word is of a subject that the turn is about."""
    return any(form in subject for form in forms(word, language))


@lru_cache(1)
def _data() -> dict[str, Any]:
    import yaml

    text = files("commercial_agent.replies").joinpath("data", "plain_lemmas.yaml").read_text("utf-8")
    lemmas: dict[str, Any] = yaml.safe_load(text)
    return lemmas


@lru_cache(4)
def _lemmas(language: Language) -> tuple[frozenset[str], Any]:
    data = _data()[language.value]
    known: set[str] = set()
    for part in ("words", "forms"):
        for word in data[part].split():
            known |= {stem(word, language), stem(fold(word), language)}
    for verb in data["verbs"].split():
        known |= conjugated(verb, language)
    manner = {
        Language.ES: re.compile(r"\w{4,}mente"),
        Language.PT: re.compile(r"\w{4,}mente"),
        Language.EN: re.compile(r"\w{5,}ly"),
    }[language]
    sworn = frozenset(_SWORN.split())
    return frozenset(known), lambda word: manner.fullmatch(word) is not None and word not in sworn


# Adverbs that make a claim, or a stronger one, and words that only look like adverbs.
_SWORN = """
gratuitamente inmediatamente imediatamente instantaneamente automaticamente legalmente integramente integralmente
totalmente completamente indefinidamente eternamente mensualmente anualmente mensalmente semanalmente diariamente
impecablemente oficialmente immediately instantly automatically legally fully totally completely indefinitely freely
monthly yearly annually weekly hourly originally officially flawlessly permanently privately family assembly supply
"""


def conjugated(verb: str, language: Language) -> set[str]:
    """The stems of all forms of a verb: regular endings on its root and on the roots that change."""
    if language is Language.EN:
        return {stem(verb, language)}
    verb = verb.removesuffix("se") if verb.endswith("rse") else verb
    root, ending = verb[:-2], fold(verb[-2:])
    if ending not in _ENDINGS:
        return {stem(verb, language)}
    every = {root + tail for tail in _ENDINGS[ending].split()}
    for changed in _changed(root, ending):
        every |= {changed + tail for tail in _ENDINGS[ending].split()}
    return {stem(form, language) for form in every} | {stem(fold(form), language) for form in every}


_VOWELS = {"e": ("ie", "i"), "o": ("ue", "u"), "u": ("ue",)}


def _changed(root: str, ending: str) -> Iterator[str]:
    """Roots as they change within the conjugation: pens- piens-, encontr- encuentr-, busc- busqu-, conoc- conozc-."""
    roots = [root]
    found = list(re.finditer(r"[eou](?=[^aeiou]*$)", root))
    if found:
        at = found[-1].start()
        roots += [root[:at] + new + root[at + 1 :] for new in _VOWELS[root[at]]]
    spelling = (
        (("c", "qu"), ("g", "gu"), ("z", "c"), ("ç", "c"))
        if ending == "ar"
        else (("c", "zc"), ("g", "j"), ("c", "z"), ("gu", "g"), ("c", "ç"))
    )
    for each in roots:
        yield each
        for old, new in spelling:
            if each.endswith(old):
                yield each[: -len(old)] + new
