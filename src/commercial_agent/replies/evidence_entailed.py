"""Evidence on sentences: each clause of a reply is talk, or said by one sentence the program itself would say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commercial_agent.conversation.language import Language
from commercial_agent.replies.claims import Claim
from commercial_agent.replies.evidence_acts import of_wish, to_customer
from commercial_agent.replies.evidence_cars import said_of_cars
from commercial_agent.replies.evidence_plain import forms, ordinary
from commercial_agent.replies.evidence_sources import (
    ASIDE,
    NEGATIONS,
    TURN,
    Source,
    of_weight,
    operators,
    ordered,
    sources_of,
    stems,
)
from commercial_agent.replies.evidence_synonyms import concepts
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.promises import DENIES

_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE = re.compile(r"[^.!?\n\U0001f300-\U0001faff\u2600-\u27bf]+(?:[.](?=\w)[^.!?\n]+)*[.!?]*")
_CLAUSE = re.compile(r"[,;:()—]\s+|\s(?:pero|but|mas|porem|aunque|although|sino|y|and|e|asi que)\s")
_SHORTEST = 4
_LONGEST_NAME = 24
_OPEN = re.compile(
    r"\b(?:confirm|verific|dato|data\b|dado|inform|invent|adivin|guess|know|se\b|si\b|if\b|cuando|when|quando)\w*"
)
_SIDE = (
    r"(?:(?P<length>largo (?=\d)|largo\b(?! e\b)|length|long|comprimento|comprido)"
    r"|(?P<width>ancho|anchura|width|wide|largura)|(?P<height>alto|altura|height|tall|high))\b"
)
_SIZED = (
    re.compile(rf"\b{_SIDE}:? (?:de )?(?P<size>\d[.,]\d\d)\b"),
    re.compile(rf"\b(?P<size>\d[.,]\d\d) ?m(?:et(?:ro|re|er)s)? (?:de )?{_SIDE}"),
)
_TAIL = re.compile(r"n?['’](?:t|re|ve|ll|s|d|m)$")


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str  # folded
    words: tuple[tuple[str, ...], ...]  # of each word of weight: its forms and concepts
    names: tuple[str, ...]


def entailment_problems(
    reply: str, plain: str, found: Sequence[Claim], grounds: Grounds, own: Sequence[Source], lines: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Clauses that no single sentence of the turn says, as (kind, text)."""
    language = grounds.language
    told = tuple(s for text in grounds.texts if len(text) > _LONGEST_NAME for s in sources_of(text, language))
    sources = tuple(dict.fromkeys((*own, *told)))
    asked = frozenset(form for word in _LETTERS.findall(grounds.customer) for form in _known_as(word, language))
    only_denied = frozenset().union(*(each.denied for each in sources)) - frozenset().union(
        *(each.affirmed for each in sources)
    )
    elsewhere = [*((claim.start, claim.end) for claim in found), *said_of_cars(plain)]
    said = "\n".join(each.text for each in sources)  # a sentence has no line break
    yield from _sides(plain, own)
    for sentence in _SENTENCE.finditer(plain):
        text = sentence.group().strip(" -*_•")
        if not text or text.endswith("?") or text in lines or text in said:
            continue
        if swapped(text, sources, language):
            yield "order", text[:60]
        yield from _affirmed(text, only_denied, language)
        for start, end in _clauses(plain, sentence.start(), sentence.end()):
            clause = _clause(reply, plain, start, end, elsewhere, language)
            if not DENIES.search(
                _turn_at(plain, start, sentence.start(), end)
            ):  # what there is not, is held against the words of denial
                yield from _unsaid(clause, sources, asked, grounds.customer, language)


def _sides(plain: str, own: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """A length told as a width."""
    said = set(_sized(plain))
    known: dict[str, set[str]] = {}
    for side, size in (pair for each in own for pair in _sized(each.text)) if said else ():
        known.setdefault(size, set()).add(side)
    for side, size in said:
        if size in known and side not in known[size]:
            yield "side", f"{side} {size}"


def _sized(text: str) -> Iterator[tuple[str, str]]:
    for pattern in _SIZED:
        for found in pattern.finditer(text):
            yield next((name, found["size"]) for name in ("length", "width", "height") if found[name])


def _affirmed(text: str, only_denied: frozenset[str], language: Language) -> Iterator[tuple[str, str]]:
    """What the program only denies, told as so."""
    if not only_denied:
        return
    for turn in TURN.split(ASIDE.sub(" ", text)):
        told_off = (NEGATIONS[language], _OPEN, operators().beside)
        if only_denied & stems(turn, language) and not any(pattern.search(turn) for pattern in told_off):
            yield "affirmed", turn.strip()[:60]


def swapped(text: str, sources: Sequence[Source], language: Language) -> bool:
    """Whether a sentence puts first what the program puts second."""
    for first, then in ordered(text, language):
        for source in sources:
            for their_first, their_then in source.orders:
                straight = bool(first & their_first) + bool(then & their_then)
                crossed = bool((first - their_first) & their_then) + bool((then - their_then) & their_first)
                if crossed > straight:
                    return True
    return False


def _turn_at(plain: str, start: int, floor: int, end: int) -> str:
    """A clause with what stands before it up to a turn of the sentence: "I can't promise, nor guarantee"."""
    return str(TURN.split(plain[floor:start])[-1]) + plain[start:end]


def _clauses(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for mark in _CLAUSE.finditer(plain, start, end):
        yield at, mark.start()
        at = mark.end()
    yield at, end


def _clause(
    reply: str, plain: str, start: int, end: int, elsewhere: Sequence[tuple[int, int]], language: Language
) -> _Clause:
    words, names = [], []
    for match in _LETTERS.finditer(plain, start, end):
        at = match.start()
        if len(match.group()) < _SHORTEST or any(a <= at < b for a, b in elsewhere):
            continue
        if plain.startswith("de ", at - 3) and match.group() in ("nuevo", "novo"):
            continue
        if reply[at].isupper() and at > start + 2 and at > 0 and plain[at - 2 : at - 1] not in ".!?:":
            continue
        written = _TAIL.sub("", reply[at : match.end()].lower())
        if len(written) < _SHORTEST or not of_weight(written, language):
            continue
        if ordinary(written, language) and of_wish(plain, at, language):
            continue
        known = _known_as(written, language)
        if known:
            words.append(known)
            names.append(match.group())
    return _Clause(plain[start:end], tuple(words), tuple(names))


def _known_as(word: str, language: Language) -> tuple[str, ...]:
    return (*concepts(word, language), *forms(word, language))


def _unsaid(
    clause: _Clause, sources: Sequence[Source], asked: frozenset[str], customer: str, language: Language
) -> Iterator[tuple[str, str]]:
    """The words that the best source lacks, or the bounds that no source covering them has."""
    new = [(name, word) for name, word in zip(clause.names, clause.words, strict=True) if asked.isdisjoint(word)]
    covering: list[Source] = []
    best: list[str] | None = None
    for source in sources:
        missing = [name for name, word in new if source.said.isdisjoint(word)]
        if not missing:
            covering.append(source)
        if best is None or len(missing) < len(best):
            best = missing
    if new and not covering:
        yield "unsaid", " ".join(best or [name for name, _ in new])
        return
    shared = [each for each in covering if not clause.words or any(not each.said.isdisjoint(w) for w in clause.words)]
    yield from _unbounded(clause, shared, customer, language)
    negation = NEGATIONS[language].search(clause.text)
    denied = stems(clause.text[negation.end() :], language) if negation and not _OPEN.search(clause.text) else None
    if denied and not any(denied <= each.denied for each in sources):
        yield "denied", clause.text.strip()[:60]


def _unbounded(
    clause: _Clause, covering: Sequence[Source], customer: str, language: Language
) -> Iterator[tuple[str, str]]:
    """Words that bound or weigh what is said, as no source that says it has them."""
    patterns = operators()
    if patterns.free.search(clause.text) or (not clause.words and to_customer(clause.text, language)):
        return
    for kind, pattern in patterns.kinds[language]:
        bounds = pattern.search(clause.text) and not pattern.search(customer)
        if bounds and not any(kind in source.kinds for source in covering):
            yield kind, clause.text.strip()[:60]
