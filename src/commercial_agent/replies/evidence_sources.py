"""What one sentence of the program's own answer says: concepts, what it denies, how it bounds and orders them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.replies.evidence_plain import claimless, forms
from commercial_agent.replies.evidence_synonyms import concepts, groups_of, stems_of

WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
TURN = re.compile(r"[;.:()!?\n]|\s(?:pero|but|mas|porem|sino|aunque|although)\s")
ASIDE = re.compile(r"\([^)]{1,20}\)")  # "VAT (IVA)"
_LISTED = 4  # words: "no seguro, comisión ni IVA" goes on denying, ", puedes devolverlo" does not
NEGATIONS = {
    Language.ES: re.compile(r"\b(?:no|ni|sin|nunca|tampoco|ningun\w*|excepto|salvo)\b"),
    Language.EN: re.compile(r"\b(?:no|not|nor|never|without|cannot|none|neither|except)\b|n['’]t\b"),
    Language.PT: re.compile(r"\b(?:nao|nem|sem|nunca|tampouco|nenhum\w*|exceto)\b"),
}
_CONDITION = re.compile(r"\b(?:si|if|se|cuando|when|quando|as long as|mientras|unless)\b")
_BEHIND = re.compile(
    r"\b(?:no|nao|not|n't) (?:\w+ ){0,2}(?:inclu|entra|entre|consider|contempl|cover|forman|part)"
    r"|\b(?:aren't|isn't|are not|is not|not included|van aparte|por separado|a parte|separately|excluded)\b"
)


@dataclass(frozen=True, slots=True)
class Operators:
    """The compiled patterns of what bounds, weighs and orders."""

    kinds: dict[Language, tuple[tuple[str, re.Pattern[str]], ...]]
    free: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    beside: re.Pattern[str]
    labels: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]
    light: dict[Language, frozenset[str]]  # stems
    heavy: frozenset[str]  # groups of synonyms


@lru_cache(1)
def operators() -> Operators:
    """The patterns, read once."""
    import yaml

    text = files("commercial_agent.replies").joinpath("data", "operators.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    kinds = {
        language: tuple((name, re.compile(pattern)) for name, pattern in data["kinds"][language.value].items())
        for language in Language
    }
    labels = tuple((re.compile(form), tuple(groups)) for form, groups in data["labels"].items())
    heavy = frozenset(data["heavy"])
    light = {
        language: frozenset().union(*(stems_of(word, language) for word in data["light"][language.value].split()))
        for language in Language
    }
    free, before, after, beside = (re.compile(data[name]) for name in ("free", "before", "after", "beside"))
    return Operators(kinds, free, before, after, beside, labels, light, heavy)


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence, or one card, of what the program says."""

    text: str
    said: frozenset[str]  # concepts and stems
    denied: frozenset[str]  # of these, those within a negation
    affirmed: frozenset[str]
    kinds: frozenset[str]  # of operators
    orders: tuple[tuple[frozenset[str], frozenset[str]], ...]


@lru_cache(20_000)
def of_weight(word: str, language: Language) -> bool:
    """Whether a word, as written, says something that a source must say."""
    if not operators().light[language].isdisjoint(forms(word, language)):
        return not claimless(word, language)
    return not claimless(word, language) or not operators().heavy.isdisjoint(groups_of(word, language))


@lru_cache(20_000)
def stems(text: str, language: Language) -> frozenset[str]:
    """The stems of the words of weight of a text."""
    heavy = operators().heavy
    words = (word for word in WORD.findall(text) if len(word) > 2)
    return frozenset(forms(word, language)[0] for word in words if not heavy.isdisjoint(groups_of(word, language)))


def spoken(text: str, language: Language) -> frozenset[str]:
    """The concepts and the stems of all words of a text."""
    found: set[str] = set()
    for word in WORD.findall(text):
        if operators().light[language].isdisjoint(forms(word, language)):
            found.update(concepts(word, language))
        found.update(forms(word, language))
    for form, groups in operators().labels:
        if form.search(text):
            found.update(groups)
    return frozenset(found)


def denials(text: str, language: Language) -> tuple[str, str]:
    """What of a folded text stands within a negation, and what does not."""
    denied: list[str] = []
    affirmed: list[str] = []
    for turn in TURN.split(ASIDE.sub(" ", text)):
        open_ = False
        if _BEHIND.search(turn):
            denied.append(turn)  # "insurance and VAT aren't included"
            continue
        for part in turn.split(","):
            going_on = open_ and len(WORD.findall(part)) <= _LISTED and not _CONDITION.search(turn)
            negation = NEGATIONS[language].search(part)
            if negation:
                affirmed.append(part[: negation.start()])
                denied.append(part[negation.end() :])
                open_ = True
            elif going_on:
                denied.append(part)
            else:
                affirmed.append(part)
                open_ = False
    return " ".join(denied), " ".join(affirmed)


def ordered(text: str, language: Language) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """The acts that a folded sentence puts one before another, as pairs of concepts."""
    patterns = operators()
    found = [*patterns.before.finditer(text), *patterns.after.finditer(text)]
    return tuple((weight(each["first"], language), weight(each["then"], language)) for each in found)


def weight(text: str, language: Language) -> frozenset[str]:
    """The concepts of the words of weight of a text."""
    return frozenset(said for word in WORD.findall(text) if len(word) > 3 for said in concepts(word, language))


@lru_cache(4096)
def source(text: str, language: Language) -> Source:
    """What one folded sentence says."""
    denied, affirmed = denials(text, language)
    return Source(
        text,
        spoken(text, language),
        stems(denied, language),
        stems(affirmed, language),
        frozenset(name for name, pattern in operators().kinds[language] if pattern.search(text)),
        ordered(text, language),
    )


@lru_cache(1024)
def sources_of(text: str, language: Language, *, whole: bool = False) -> tuple[Source, ...]:
    """The sentences of a folded text; a card is one."""
    if whole:
        return (source(text, language),)
    return tuple(source(part.strip(" _*-"), language) for part in _SENTENCE.split(text) if part.strip(" _*-"))
