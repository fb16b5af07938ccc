"""Promises and states of affairs that a reply may claim only where a finding says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_NOT = re.compile(
    r"\b(?:no|ni|nunca|sin|tampoco|ningun\w*|not|never|without|cannot|nor|neither|none|nao|nem|sem|nenhum\w*|jamas)\b"
    r"|\b(?:isn|doesn|don|won|can|aren|wasn|haven|didn|couldn|wouldn|shouldn)['’]t\b"
)
_TURN = re.compile(r"[;:]|, (?:pero|but|mas|sino)\b")
_CONDITION = re.compile(
    r"^(?:y |and |e )?(?:si|if|se|cuando|when|quando|aunque|even if)\b[^,]*,"
)  # denies nothing after it
_HELD_CONDITION = re.compile(r"\b(?:si|if|se|cuando|when|quando)\b[^,.]*,")
_IDIOM = re.compile(  # these deny nothing that follows
    r"\b(?:no te preocupes|no se preocupe|no hay (?:problema|de que)|sin (?:problemas?|duda)|no solo|no problem"
    r"|don't worry|not only|no doubt|without (?:a )?doubt|nao se preocupe|sem (?:problemas?|duvida)"
    r"|nao so|por que no|why not)\b"
)
UNTOLD = re.compile(
    r"\b(?:dato|detalle|ficha|inform|especific|indic|aparec|mencion|registr|confirm|verific|revis|chec"
    r"|list|detail|data\b|dados\b|info|know|sure|says?\b|tell|said|no se\b"
    r"|sei\b|cuento|tengo|viene|consta|diz\b|dado|anuncio|have (?:that|this|it)|specif|filtr|tenho|invent|vem\b)"
)
NOT_GIVEN = re.compile(  # what the data do not say
    r"\b(?:no (?:l[oa] )?(?:se|sei)\b|dato|detalle|ficha|especific|indic|aparec|mencion|filtr|listing|listed"
    r"|says?\b|mention|know|consta|anuncio|dado\b)"
)
DENIES = re.compile(
    r"\b(?:no (?:te |le |l[oa] )?(?:tengo|tenemos|hay|puedo|podemos|manej\w+|esta\w*|es\b|va\b|incluye\w*|cuent\w+"
    r"|dan?\b|prometo)|todavia no|aun no|ningun\w*|(?:there|it) (?:is|are)(?:n't| no| not)|there's no"
    r"|no (?:such )?\w+ (?:is|are|here)|isn't|aren't|can't|(?:can|do|does)(?:n't|not| not)|(?:won|wouldn|couldn)'t"
    r"|not (?:included|part|yet)"
    r"|nao (?:te |lhe |o |a )?(?:tenho|temos|ha|posso|podemos|esta\w*|e\b|vai\b|inclui\w*|trabalh\w+|prometo)"
    r"|ainda nao|nenhum\w*|(?:rest|resto) (?:is|se)|sujet\w+|subject to|sujeit\w+)\b"
)
_STEM = 7
_REACH = 60  # characters before a promise in which a negation counts


@dataclass(frozen=True, slots=True)
class Promises:
    """The compiled patterns of the data file."""

    promises: tuple[tuple[str, re.Pattern[str]], ...]
    states: dict[str, re.Pattern[str]]
    required: dict[str, re.Pattern[str]]


@lru_cache(1)
def load_promises() -> Promises:
    """The patterns, read once."""
    import yaml

    data = yaml.safe_load(files("commercial_agent.replies").joinpath("data", "promises.yaml").read_text("utf-8"))

    def compiled(section: str) -> dict[str, re.Pattern[str]]:
        return {name: re.compile("|".join(f"(?:{p})" for p in patterns)) for name, patterns in data[section].items()}

    return Promises(tuple(compiled("promises").items()), compiled("states"), compiled("required"))


def negated(sentence: str, start: int) -> bool:
    """Whether a negation stands in the clause before a place of a folded sentence."""
    clause = _CONDITION.sub("", _TURN.split(_IDIOM.sub(" ", sentence[:start]))[-1].lstrip("-*_ "))
    return _NOT.search(clause[-_REACH:]) is not None


def unconditional(sentence: str) -> str:
    """A folded sentence without the condition it begins with, or holds before its first comma."""
    return _HELD_CONDITION.sub(" ", _CONDITION.sub("", sentence))


def negations(sentence: str) -> int:
    """How many negations a folded sentence has."""
    return len(_NOT.findall(sentence))


def stem_of(word: str) -> str:
    """The part of a folded word that its forms share, roughly."""
    return word[:_STEM]


def sentence_at(plain: str, place: int) -> str:
    """The sentence or line that a place of a folded text stands in."""
    return plain[slice(*sentence_span(plain, place))]


def sentence_span(plain: str, place: int) -> tuple[int, int]:
    """Where the sentence or line of a place begins and ends."""
    start = max(plain.rfind(mark, 0, place) for mark in (". ", "\n", "! ", "? ", "; ")) + 1
    ends = [end for mark in (". ", "\n", "! ", "? ", "; ") if (end := plain.find(mark, place)) >= 0]
    return start, min(ends, default=len(plain))
