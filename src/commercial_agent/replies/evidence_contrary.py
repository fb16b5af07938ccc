"""Evidence on sense: a sentence of the findings' own words that says the contrary of them, or more than they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.language import Language
from commercial_agent.replies.evidence_plain import charged, claimless, ordinary, stem
from commercial_agent.replies.evidence_synonyms import concepts
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.spelled import fold
from commercial_agent.replies.wordbook import wordbook

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n|[\U0001f300-\U0001faff\u2600-\u27bf]")
_CLAUSE = re.compile(r"[,;:.!?()]\s*|\s(?:pero|but|mas|porem|aunque|although|sino|y|and|e|asi que|so)\s")
_WORD = re.compile(r"[^\W\d_]{4,}")
_NOT = r"\b(?:nunca|jamas|sin|tampoco|ningun\w*|not|never|without|cannot|none|nao|nem|sem|nenhum\w*|{no})\b|n['’]t\b"
_LEFT_OUT = r"|\b(?:qued|fic|left|stay|kept|deix|dej)\w*(?: de)? (?:fuera|fora|out)\b"
_NOTS = {
    language: re.compile(_NOT.replace("|{no}", "" if language is Language.PT else "|no") + _LEFT_OUT)
    for language in Language  # "no" is a place in Portuguese
}
_ECHO = re.compile(r"ningun|nenhum|nunca|jamas|tampoco|none|never")
_CONDITION = re.compile(
    r"\b(?:si|if|se|cuando|when|quando|aunque|unless|salvo|quien|quem|los que|os que|those|siempre que"
    r"|siempre y cuando|sempre que|mientras|as long as|desde que|con tal|provided)\b"
)
_LABEL = re.compile(r"[^\W\d][\w ]{2,40}: ")  # "price: …" affirms nothing that could be denied
_LONGEST_NAME = 24
_A_WEEK = re.compile(r"\b(?:una semana|a week|one week|uma semana)$")
_COURTESY = 3  # words of length
_NEAR = 12  # characters
_RELATED = 2  # words in common
_WHOLE_FACT = 3  # words
_ENOUGH = 0.6
_NEARLY_ALL = 0.8


@dataclass(frozen=True, slots=True)
class _Patterns:
    absolutes: tuple[tuple[str, re.Pattern[str]], ...]
    talk: re.Pattern[str]
    beyond: re.Pattern[str]  # any absolute, day or span
    opposites: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    opposed: re.Pattern[str]  # any of the opposites
    relative: re.Pattern[str]
    spans: re.Pattern[str]
    leaving_open: re.Pattern[str]
    untold: re.Pattern[str]
    has: re.Pattern[str]
    whether: re.Pattern[str]


@lru_cache(1)
def _patterns() -> _Patterns:
    import yaml

    text = files("commercial_agent.replies").joinpath("data", "contrary.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return _Patterns(
        tuple((name, re.compile(pattern)) for name, pattern in data["absolutes"].items()),
        re.compile(data["talk"]),
        re.compile("|".join((*data["absolutes"].values(), data["relative"], data["spans"]))),
        tuple((re.compile(rf"\b(?:{a})\b"), re.compile(rf"\b(?:{b})\b")) for a, b in data["opposites"]),
        re.compile(rf"\b(?:{'|'.join(word for pair in data['opposites'] for word in pair)})\b"),
        re.compile(data["relative"]),
        re.compile(data["spans"]),
        *(re.compile(data[name]) for name in ("leaving_open", "untold", "has", "whether")),
    )


def contrary_problems(plain: str, grounds: Grounds, findings: tuple[f.Finding, ...]) -> Iterator[tuple[str, str]]:
    """What a folded reply says against or beyond the findings, as (kind, text)."""
    told = [text for text in grounds.texts if len(text) > _LONGEST_NAME]
    everything = " \n ".join((*told, grounds.customer))
    facts = _facts(told, grounds.language)
    opened = _opened(findings, grounds)
    asked = frozenset[str]()
    if any(isinstance(finding, f.PassagesFound) and finding.passages for finding in findings):
        asked = asked.union(*_weight(grounds.customer, grounds.language))
    said = "\n".join(grounds.texts)  # a sentence has no line break
    for sentence in filter(None, map(str.strip, _SENTENCE.split(plain))):
        if sentence.strip("-*_ ") in said:
            continue
        if len(_WORD.findall(sentence)) > _COURTESY or not sentence.endswith("!"):
            yield from _beyond(sentence, everything, grounds)
        yield from _closed(sentence, opened, grounds.language)
        if sentence.endswith("?"):
            continue
        yield from _opposite(sentence, facts, grounds.language)
        yield from _flipped(sentence, facts, asked, grounds.language)


# --- More than was found ---------------------------------------------------------------------------------------------


def _beyond(sentence: str, everything: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """Every case, none, or a time that nobody named."""
    patterns = _patterns()
    if not patterns.beyond.search(sentence):
        return
    a_week = Decimal(7) in grounds.values.get("days", ())
    for name, pattern in patterns.absolutes:
        found = pattern.search(sentence)
        denied = (
            found
            and name == "all_the_same"
            and _odd(sentence[max(0, found.start() - 12) : found.start()], grounds.language)
        )
        if found and not (denied or pattern.search(everything) or patterns.talk.search(sentence)):
            yield name, sentence[:60]
    for pattern in (patterns.relative, patterns.spans):
        found = pattern.search(sentence)
        if found and found.group() not in everything and not (a_week and _A_WEEK.search(found.group())):
            yield "time", found.group()


# --- What the findings leave open ------------------------------------------------------------------------------------


def _opened(findings: tuple[f.Finding, ...], grounds: Grounds) -> frozenset[str]:
    """The stems of what was asked and no data tell: its names, and the customer's own words for it."""
    names: list[str] = []
    for finding in findings:
        match finding:
            case f.CarDescribed():
                names += [answer.name for answer in finding.answers if answer.value is None]
            case f.CarsFound() | f.StockAnalysed():
                names += finding.not_in_data
    if not names:
        return frozenset()
    language, book = grounds.language, wordbook(grounds.language)
    keys = [f"attr-{name.replace('_', '-').replace('.', '-')}" for name in names]
    labels = [book.word(key) if key in book else name for key, name in zip(keys, names, strict=True)]
    words = {word for label in (*names, *labels) for word in _WORD.findall(fold(label.replace("_", " ")))}
    told = {word for text in grounds.texts for word in _WORD.findall(text)} - words
    asked = [word for word in _WORD.findall(grounds.customer) if word not in told and not claimless(word, language)]
    words.update(word for word in asked if charged(word, language) or not ordinary(word, language))
    return frozenset(stem(word, language) for word in words)


def _closed(sentence: str, opened: frozenset[str], language: Language) -> Iterator[tuple[str, str]]:
    """A yes or a no to what no data tell."""
    if not opened or not any(stem(word, language) in opened for word in _WORD.findall(sentence)):
        return
    patterns = _patterns()
    for clause in _CLAUSE.split(sentence):
        if not any(stem(word, language) in opened for word in _WORD.findall(clause)):
            continue
        has = patterns.has.search(clause)
        if has and not patterns.whether.search(clause[: has.start()]):
            yield "open", clause.strip()[:60]
        elif not patterns.leaving_open.search(sentence) and not sentence.endswith("?"):
            yield "open", sentence[:60]


# --- The contrary ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fact:
    text: str
    words: tuple[frozenset[str], ...]  # what each word of weight speaks of
    every: frozenset[str]
    denied: bool


def _weight(text: str, language: Language) -> tuple[frozenset[str], ...]:
    """What the words of weight of a text speak of, word by word."""
    return tuple(frozenset(said) for word in _WORD.findall(text) if (said := concepts(word, language)))


def _facts(told: list[str], language: Language) -> list[_Fact]:
    return [fact for text in told if not _LABEL.match(text) for fact in _facts_of(text, language)]


@lru_cache(512)
def _facts_of(text: str, language: Language) -> tuple[_Fact, ...]:
    """The facts of a text of the stock or the knowledge base: the same ones come back turn after turn."""
    return tuple(
        _Fact(part, words, frozenset().union(*words), _odd(part, language))
        for sentence in _SENTENCE.split(text)
        for part in {sentence, *_CLAUSE.split(sentence)}
        if (words := _weight(part, language))
    )


def _odd(text: str, language: Language) -> bool:
    """Whether the negations of a text leave it denied."""
    said: list[str] = _NOTS[language].findall(text)
    echoes = [word for word in said if _ECHO.match(word)]  # "no tengo ninguno" denies once
    return (len(said) - (len(echoes) if len(echoes) < len(said) else 0)) % 2 == 1


def _opposite(sentence: str, facts: list[_Fact], language: Language) -> Iterator[tuple[str, str]]:
    """ "After" where the finding has "before"."""
    bag: tuple[frozenset[str], ...] | None = None
    if not _patterns().opposed.search(sentence):
        return
    for pair in _patterns().opposites:
        for said, swapped in (pair, pair[::-1]):
            if not said.search(sentence) or swapped.search(sentence):
                continue
            bag = _weight(sentence, language) if bag is None else bag
            near = [fact for fact in facts if sum(bool(word & fact.every) for word in bag) >= _RELATED]
            if any(swapped.search(fact.text) for fact in near) and not any(said.search(fact.text) for fact in facts):
                yield "contrary", sentence[:60]


def _flipped(sentence: str, facts: list[_Fact], asked: frozenset[str], language: Language) -> Iterator[tuple[str, str]]:
    """A clause that denies what a finding affirms, or the other way round."""
    if _patterns().untold.search(sentence) or _CONDITION.search(sentence):
        return
    for clause in _CLAUSE.split(sentence):
        denied = _odd(clause, language)
        first = _NOTS[language].search(clause) if denied else None
        bag = _weight(clause[first.end() :] if first else clause, language)  # what stands before is not denied
        if not bag:
            continue
        every = frozenset().union(*bag)
        near = [fact for fact in facts if _speaks_of(fact, bag, every, denied)]
        against = bool(near) and all(fact.denied is not denied for fact in near)
        of_question = denied and bool(asked) and every <= asked and not any(fact.denied for fact in facts)
        if against or of_question:
            yield "negation", clause.strip()[:60]


def _speaks_of(fact: _Fact, bag: tuple[frozenset[str], ...], every: frozenset[str], denied: bool) -> bool:
    """Whether a clause is about a fact: a denial has its words, an affirmation has all that the fact has."""
    if fact.every.isdisjoint(every):
        return False
    if denied:
        return len(bag) >= _RELATED and sum(bool(word & fact.every) for word in bag) >= _ENOUGH * len(bag)
    held = sum(bool(word & every) for word in fact.words)
    return len(fact.words) >= _WHOLE_FACT and held >= _NEARLY_ALL * len(fact.words)
