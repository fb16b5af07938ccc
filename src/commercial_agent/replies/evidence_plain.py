"""Ordinary words: those that claim nothing, and those that only speak of the subject that a turn is about."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.replies.grounds import Grounds
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


def forms(word: str, language: Language) -> Iterator[str]:
    """The stems that a word may be known by: its own, and without the pronouns that hang on it."""
    yield stem(word, language)
    yield stem(fold(word), language)
    bare = (_HYPHENED if language is Language.PT else _CLITICS).sub("", word)
    if language is not Language.EN and bare != word and len(bare) >= _SHORTEST_ROOT:
        yield stem(bare, language)
        yield stem(fold(bare), language)
        if bare[-1] in "áéí":  # ajudá(-lo)
            yield stem(fold(bare) + "r", language)


def ordinary(word: str, language: Language) -> bool:
    """Whether a word, in any of its forms, claims nothing by itself."""
    known, manner = _lemmas(language)
    return manner(fold(word)) or any(form in known for form in forms(word, language))


def charged(word: str, language: Language) -> bool:
    """Whether a word carries a claim in any company: what is paid with, given, owed, fitted or sworn to."""
    nouns, verbs = _charged(language)
    return fold(word) in nouns or any(form in verbs for form in forms(word, language))


@lru_cache(4)
def _charged(language: Language) -> tuple[frozenset[str], frozenset[str]]:
    """Nouns as written, in number; the stems of verbs."""
    words = _data()["plain_lemmas"][language.value]["charged"].split()
    verbs = [word for word in words if language is not Language.EN and word[-2:] in _ENDINGS]
    nouns = {fold(word) + tail for word in words for tail in ("", "s", "es")}
    return frozenset(nouns), frozenset().union(*(conjugated(verb, language) for verb in verbs))


def of_subject(word: str, subject: frozenset[str], language: Language) -> bool:
    """Whether a word is of a subject that the turn is about."""
    return any(form in subject for form in forms(word, language))


def subject_words(grounds: Grounds, kinds: frozenset[str]) -> frozenset[str]:
    """The stems of the subjects that a turn is about.

    Args:
        grounds: what the findings and the customer say.
        kinds: the kinds of the findings, by the names of their classes.
    """
    said = {stem(word, grounds.language) for word in grounds.words}
    return frozenset().union(
        *(stems for when, heads, stems in _topics(grounds.language) if when & kinds or heads & said)
    )


_HEADS = 4  # the words of a subject that tell that a turn is about it


@lru_cache(1)
def _data() -> dict[str, Any]:
    import yaml

    folder = files("commercial_agent.replies").joinpath("data")
    return {
        name: yaml.safe_load(folder.joinpath(f"{name}.yaml").read_text("utf-8")) for name in ("plain_lemmas", "topics")
    }


@lru_cache(4)
def _lemmas(language: Language) -> tuple[frozenset[str], Any]:
    data = _data()["plain_lemmas"][language.value]
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


@lru_cache(4)
def _topics(language: Language) -> tuple[tuple[frozenset[str], frozenset[str], frozenset[str]], ...]:
    return tuple(
        (
            frozenset(topic["when"]),
            frozenset(s for word in topic[language.value].split()[:_HEADS] for s in _of_topic(word, language)),
            frozenset(s for word in topic[language.value].split() for s in _of_topic(word, language)),
        )
        for topic in _data()["topics"].values()
    )


def _of_topic(word: str, language: Language) -> set[str]:
    own = {stem(word, language), stem(fold(word), language)}
    return own | conjugated(word, language) if word[-2:] in _ENDINGS else own
