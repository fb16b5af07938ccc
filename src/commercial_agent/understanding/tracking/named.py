"""What customers ask for by name and few pages tell: a co-signer, a late payment, their own mechanic.

The classifier has no label for most of it and answers with the nearest page, plan or list of cars. What asks for it is
set apart from the rest of the message, and the Info agent answers it by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest, InfoRequest, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.cuts import cuts
from commercial_agent.understanding.scan import Phrases, Scan, load_data
from commercial_agent.understanding.text import FoldedText
from commercial_agent.understanding.tracking.context import vocabulary
from commercial_agent.understanding.tracking.part import Part, SegmentLike

_LONGEST_LEANING = 18  # words of a sentence whose condition the question before may hold
_LEAST_WORDS = 2
_LONGEST_QUESTION = 500  # characters
_SURE = 0.8
_LIKELY = 0.6
_TALK = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.HUMAN, Intent.COMPLAINT, Intent.LANGUAGE})
_WANTED_APART = frozenset({
    Intent.OUT_OF_SCOPE, Intent.OPT_IN, Intent.OPT_OUT, Intent.GOODBYE, Intent.APPOINTMENT_CHANGE,
    Intent.APPOINTMENT_CANCEL, Intent.REFINE, Intent.MORE, Intent.MANIPULATION, Intent.HUMAN, Intent.COMPLAINT,
})  # fmt: skip
_GUESSES = frozenset({Intent.UNCLEAR, Intent.GREETING, Intent.HELP, Intent.RULES, Intent.INTRODUCE})
_ACTS = frozenset({Intent.SELL_CAR, Intent.TRADE_IN, Intent.APPOINTMENT})
_PLANS = frozenset({Intent.QUOTE, Intent.CHANGE_PLAN, Intent.AFFORD, Intent.SCHEDULE})
_IDLE = frozenset({Intent.UNCLEAR, Intent.AFFIRM, Intent.DENY, Intent.OUT_OF_SCOPE, Intent.SOURCE})
_OF_TOPICS = frozenset({"km", "year", "city", "branch", "condition", "weekday", "phone", "email"})
_VISIT = "visit"  # what a short question leans on while one is arranged
_MARKS = {
    "beside": "a plan asked for in the same words is made as well",
    "whole": "its words ask for nothing else, whatever they sound like",
    "finance": "the rules of financing answer it",
    "leans": "the question before may hold what it must say with",
    "info": "not where the label is surely of cars, money or a person",
    "doubtful": "only where no label is sure",
    "buyer": "not while a car is being sold to us",
}
_TOLD = frozenset({
    "date", "time", "price", "make", "model", "months", "down_amount", "down_percent", "monthly", "income",
    "not_in_data", "equipment", "attribute", "name", "body_style",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Words of a message that ask for something by name."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class _Point:
    says: Phrases[bool]
    with_: Phrases[bool] | None
    without: Phrases[bool] | None
    marks: frozenset[str]  # the keys of _MARKS that it has


def set_apart(
    text: str, language: Language, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> tuple[str, Sequence[SegmentLike], list[Request]]:
    """The message and its segments with blanks for what asks for something by name, and the requests for that.

    Args:
        text: the message.
        language: of the message.
        segments: as the classifier tells them apart.
        entities: of the message.
        state: the conversation so far.
    """
    leant_on = f"{state.last_question or ''} {_VISIT if state.appointment is not None else ''}"
    found = sorted(_asked(text, language, leant_on), key=lambda one: one.start)
    asked = [one for one in found if not _said_aside(one, segments) and not (state.sale and "buyer" in _marks(one))]
    if not asked:
        return text, segments, []
    requests = list(_requests(text, asked))
    apart = [one for one in asked if not _beside(one, segments, entities)]
    if not apart:
        return text, segments, requests
    open_topic = state.sale is not None or state.appointment is not None
    told = [one for one in entities if one.kind in (_TOLD | _OF_TOPICS if open_topic else _TOLD)]
    parts = [part for segment in segments for part in _rest(text, segment, told, apart)]
    kept = "".join(char if any(part.start <= at < part.end for part in parts) else " " for at, char in enumerate(text))
    return kept, parts, requests


def _requests(text: str, asked: Sequence[Asked]) -> Iterator[Request]:
    money = [one for one in asked if "finance" in _marks(one)]
    rest = [one for one in asked if one not in money]
    if money:
        names = tuple(dict.fromkeys(one.name for one in money))
        yield FinanceRequest(Intent.RULES, FinanceKind.RULES, question=_words(text, money), named=names)
    if rest:
        names = tuple(dict.fromkeys(one.name for one in rest))
        yield InfoRequest(Intent.COMPANY, _words(text, rest), named=names)


def _words(text: str, asked: Sequence[Asked]) -> str:
    return " ".join(dict.fromkeys(text[one.start : one.end].strip() for one in asked))[:_LONGEST_QUESTION]


def with_named(others: Sequence[Request], named: Sequence[Request]) -> tuple[Request, ...]:
    """The requests of a message with what it asks for by name, which mere talk beside it does not answer."""
    if not named:
        return tuple(others)
    return (*(request for request in others if request.intent not in _IDLE), *named)


def _asked(text: str, language: Language, before: str) -> Iterator[Asked]:
    """The shortest run of clauses that says all of each thing asked for."""
    scan = Scan(text)
    near = {name for word in scan.words for name in _first_words().get(word, ())}
    said = [name for name in _points() if name in near and _points()[name].says.find(scan)]
    if not said:
        return
    folded = FoldedText(text)
    inner = [folded.original_span(at, at)[0] for at, _ in cuts(folded, language, len(folded.text))]
    places = [0, *inner, len(text)]
    for name in said:
        point = _points()[name]
        if alone := [span for span in pairwise(places) if _says(point, Scan(text[slice(*span)]), before)]:
            yield from (Asked(*span, name) for span in alone if not _spoilt(point, text[slice(*span)]))
            continue
        first, last = 0, len(places) - 1
        if not _says(point, scan, before):
            continue
        while first + 1 < last and _says(point, Scan(text[places[first + 1] : places[last]]), before):
            first += 1
        while last - 1 > first and _says(point, Scan(text[places[first] : places[last - 1]]), before):
            last -= 1
        if not _spoilt(point, text[places[first] : places[last]]):
            yield Asked(places[first], places[last], name)


def _spoilt(point: _Point, words: str) -> bool:
    return point.without is not None and bool(point.without.find(Scan(words)))


def _says(point: _Point, scan: Scan, before: str) -> bool:
    """Whether words ask for it; short ones may lean on the question before."""
    if not point.says.find(scan):
        return False
    if point.with_ is None or point.with_.find(scan):
        return True
    return "leans" in point.marks and len(scan) <= _LONGEST_LEANING and bool(point.with_.find(Scan(before)))


def _label(asked: Asked, segments: Sequence[SegmentLike]) -> SegmentLike | None:
    """The segment that most of it stands in."""
    return max(segments, key=lambda one: min(one.end, asked.end) - max(one.start, asked.start), default=None)


def _marks(asked: Asked) -> frozenset[str]:
    return _points()[asked.name].marks


def _said_aside(asked: Asked, segments: Sequence[SegmentLike]) -> bool:
    """`perdí mi trabajo, ya no me manden mensajes`: why something else is wanted."""
    label = _label(asked, segments)
    if label is None or label.confidence < _SURE:
        return False
    point = _points()[asked.name]
    of_others = label.intent.agent is not Agent.INFO and label.intent not in _GUESSES
    return label.intent in _WANTED_APART or "doubtful" in point.marks or ("info" in point.marks and of_others)


def _beside(asked: Asked, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> bool:
    """Whether its words ask for something else as well: a car, its plan, a visit."""
    label = _label(asked, segments)
    if label is None or label.confidence < _SURE or "whole" in _marks(asked):
        return False
    if label.intent.agent is Agent.CATALOG or label.intent in _ACTS:
        return True
    if label.intent not in _PLANS:
        return False
    told = any(e.kind in _TOLD and asked.start <= e.start < asked.end for e in entities)
    return told or "beside" in _marks(asked)


def _rest(text: str, segment: SegmentLike, entities: Sequence[Entity], asked: Sequence[Asked]) -> Iterator[SegmentLike]:
    """What a segment asks or tells beside it."""
    inside = [one for one in asked if one.start < segment.end and segment.start < one.end]
    if not inside:
        if segment.intent in _TALK or (_is_long(segment.text) and _says_more(segment, entities)):
            yield segment
        return
    at = segment.start
    for one in [*inside, Asked(segment.end, segment.end, "")]:
        piece = text[at : max(at, one.start)]
        part = Part(piece, at, at + len(piece), segment.intent, segment.confidence, segment.choices)
        if (
            _is_long(piece)
            and not _only_fills(part, entities)
            and _says_more(part, entities)
            and not _trails(text, part, inside, entities)
        ):
            yield part
        at = max(at, one.end)


def _trails(text: str, part: SegmentLike, asked: Sequence[Asked], entities: Sequence[Entity]) -> bool:
    """`lo quiero apartar, ¿qué sigue?`: the rest of a sentence that asks for nothing else."""
    before = max((one.end for one in asked if one.end <= part.start), default=None)
    if before is None or any(sign in text[before - 1 : part.start] for sign in "?!;\n"):
        return False
    if any(part.start <= e.start < part.end for e in entities):
        return False
    scan = Scan(part.text)
    return sum(word.isalnum() for word in scan.words) <= _LEAST_WORDS or not _asks().find(scan)


def _only_fills(part: SegmentLike, entities: Sequence[Entity]) -> bool:
    """`mm ok, ` before what is asked: words that say nothing."""
    named = any(part.start <= entity.start < part.end for entity in entities)
    talk = part.intent in _TALK
    return not named and not talk and vocabulary().fillers.issuperset(w for w in Scan(part.text).words if w.isalnum())


def _is_long(words: str) -> bool:
    """Whether words are more than what is left of a question: "e câmbio?"."""
    return sum(word.isalnum() and len(word) > 1 for word in Scan(words).words) >= _LEAST_WORDS


def _says_more(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """Whether a part asks something, or tells what is wanted; how the customer is placed goes with what he asks."""
    if segment.intent in _TALK or (segment.intent.agent is Agent.CATALOG and segment.confidence >= _SURE):
        return True
    if segment.intent in _ACTS | _PLANS and segment.confidence >= _LIKELY:
        return True
    told = any(segment.start <= e.start < segment.end for e in entities)
    return told or "?" in segment.text or bool(_asks().find(Scan(segment.text)))


@lru_cache(1)
def _points() -> dict[str, _Point]:
    """The file `data/named.yaml`, read once."""
    return {
        name: _Point(
            _phrases(one["says"]) or Phrases(()),
            _phrases(one.get("with")),
            _phrases(one.get("without")),
            _MARKS.keys() & one.keys(),
        )
        for name, one in load_data("named")["points"].items()
    }


@lru_cache(1)
def _first_words() -> dict[str, frozenset[str]]:
    """The points with a phrase that begins with a word."""
    found: dict[str, set[str]] = {}
    for name, point in _points().items():
        for phrase in point.says.phrases():
            found.setdefault(phrase[0], set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@lru_cache(1)
def _asks() -> Phrases[bool]:
    return _phrases(load_data("named")["asks"]) or Phrases(())


def _phrases(patterns: Sequence[str] | None) -> Phrases[bool] | None:
    return Phrases((pattern, True) for pattern in patterns) if patterns else None
