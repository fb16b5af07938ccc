"""What a message tells of a visit in several pieces: "cita mañana 5 pm, Punto Sur", "vivo en Cancún, ¿me dan cita?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.fitting import SAID_OUTRIGHT
from commercial_agent.understanding.tracking.part import Part, SegmentLike
from commercial_agent.understanding.tracking.reread import reread
from commercial_agent.understanding.tracking.visits import first_of, says, words_of

_VISITS = frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE})
_ASKS = frozenset({Ask.BRANCH, Ask.DAY, Ask.HOUR})
_TELLS = frozenset({
    "date", "time", "part_of_day", "weekday", "date_problem", "vague_date", "branch", "city", "visit_kind",
})  # fmt: skip
_MOMENT_OR_PLACE = frozenset({"date", "time", "branch"})
_AND = frozenset({"y", "e", "and", "tambien", "also", "otra", "otro", "another", "outra"})
_ALTERNATIVE = frozenset({"o", "u", "or", "ou", "al", "to"})
_MOST_VISITS = 3  # asked for in one message
_POINTS = frozenset({"reference", "stock_id"})
_BARE = frozenset({"number", "amount", "reference", "months", "price", "list_column"})
_OUTRIGHT = SAID_OUTRIGHT - {Intent.APPOINTMENT_CANCEL, Intent.MANIPULATION}
_OTHER_WORDS = 1  # that a piece may say beside what it tells
_FEW_WORDS = 3
_CLEAR = 0.6  # a label less sure gives way
_SURE = 0.9


def visit_joined(
    text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> list[SegmentLike]:
    """The segments, those that only tell a moment or a place made one with the visit beside them."""
    asked = state.question is not None and state.question.ask in _ASKS
    booked = state.appointment is not None and state.appointment.booking_id is not None
    joined: list[SegmentLike] = []
    for segment in segments:
        before = joined[-1] if joined else None
        intent = _of_one_visit(before, segment, entities, asked=asked) if before is not None else None
        if before is not None and booked and (_leaves_one(before, segment) or _leaves_one(segment, before)):
            intent = Intent.APPOINTMENT
        if before is not None and _moves_one(before, segment, entities):
            intent = Intent.APPOINTMENT_CHANGE
        if before is not None and intent is not None:
            joined[-1] = Part(text[before.start : segment.end], before.start, segment.end, intent, _SURE)
        else:
            joined.append(segment)
    return [part for segment in joined for part in _two_visits(text, segment, entities, booked=booked)]


def _two_visits(text: str, segment: SegmentLike, entities: Sequence[Entity], *, booked: bool) -> Sequence[SegmentLike]:
    """`una el martes a las 10 | y otra el jueves a las 12`: two visits asked for in one breath."""
    if segment.intent is not Intent.APPOINTMENT and (booked or segment.intent is not Intent.APPOINTMENT_CHANGE):
        return [segment]
    for place in first_of("the_other", Scan(segment.text)):
        cut = segment.start + place
        sides = [
            {str(e.value) for e in entities if e.kind in ("date", "time") and first <= e.start < last}
            for first, last in ((segment.start, cut), (cut, segment.end))
        ]
        if all(sides) and not sides[1] <= sides[0]:
            return [
                Part(text[first:last], first, last, Intent.APPOINTMENT, _SURE)
                for first, last in ((segment.start, cut), (cut, segment.end))
            ]
    cuts = [segment.start, *_next_visits(text, segment, entities), segment.end]
    return (
        [segment]
        if len(cuts) == 2
        else [Part(text[first:last], first, last, Intent.APPOINTMENT, _SURE) for first, last in pairwise(cuts)]
    )


def _next_visits(text: str, segment: SegmentLike, entities: Sequence[Entity]) -> list[int]:
    """`dos citas: martes 10 am en Antara | y jueves 12 en Cosmopol`: where the second one begins, and a third."""
    told = [e for e in entities if e.kind in _MOMENT_OR_PLACE and segment.start <= e.start < segment.end]
    visits: list[list[Entity]] = [[]]
    for entity in told:
        if any(other.kind == entity.kind and other.value != entity.value for other in visits[-1]):
            visits.append([])
        visits[-1].append(entity)
    kinds = [{entity.kind for entity in visit} for visit in visits]
    if not 1 < len(visits) <= _MOST_VISITS or any("date" not in one or len(one) < 2 for one in kinds):
        return []
    if len({str(e.value) for e in told if e.kind == "date"}) < len(visits):
        return []
    several = says("several_visits", Scan(text))
    begins = []
    for before, after in pairwise(visits):
        first = max(entity.end for entity in before)
        between = Scan(text[first : after[0].start])
        if says("corrects", between) or _ALTERNATIVE.intersection(between.words):
            return []
        joins = [i for i, word in enumerate(between.words) if word in _AND]
        if not joins and not several:
            return []
        begins.append(
            first + between.folded.original_span(between.starts[joins[0]], between.ends[joins[0]])[0]
            if joins
            else after[0].start
        )
    return begins


def _of_one_visit(one: SegmentLike, two: SegmentLike, entities: Sequence[Entity], *, asked: bool) -> Intent | None:
    if two.intent is Intent.APPOINTMENT and _comes(one):
        return two.intent
    told = _only_tells(one, entities), _only_tells(two, entities)
    if one.intent in _VISITS and (told[1] or _asks_of_kind(two, entities) or _only_asks_leave(two)):
        return one.intent
    if two.intent in _VISITS and (told[0] or _asks_of_kind(one, entities)):
        return two.intent
    return Intent.APPOINTMENT if asked and all(told) else None


def _comes(segment: SegmentLike) -> bool:
    """`dá pra eu passar aí na unidade Antara?` before it is booked, under a doubtful label of the place."""
    doubtful = segment.intent is Intent.BRANCHES and segment.confidence < _CLEAR
    return doubtful and says("wants_to_come", Scan(segment.text))


def _leaves_one(stays: SegmentLike, other: SegmentLike) -> bool:
    """`la del viernes no la muevas, | es otra`: what stays of the visits agreed on, beside another one."""
    of_visits = other.intent in _VISITS or vocabulary().says("another_one", Scan(other.text))
    return of_visits and stays.intent not in _OUTRIGHT and says("stays", Scan(stays.text))


def _moves_one(left: SegmentLike, moved: SegmentLike, entities: Sequence[Entity]) -> bool:
    """`ya no martes, | muévela a jueves`: the moment that is left and the new one; nothing is given up by it."""
    if left.intent is not Intent.APPOINTMENT_CANCEL or moved.intent is not Intent.APPOINTMENT_CHANGE:
        return False
    if says("gives_up", Scan(left.text)):
        return False
    return any(e.kind in ("date", "time", "weekday") and moved.start <= e.start < moved.end for e in entities)


def _only_asks_leave(segment: SegmentLike) -> bool:
    """`…, is that ok?`"""
    scan = Scan(segment.text)
    said, fillers = words_of("only_asks_leave", scan), vocabulary().fillers
    words = [index for index, word in enumerate(scan.words) if word.isalnum()]
    return "?" in segment.text and bool(said) and all(at in said or scan.words[at] in fillers for at in words)


def _asks_of_kind(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """`¿se podría por videollamada?` beside the moment: how the visit is wished, under a label that is a guess."""
    inside = [entity for entity in entities if segment.start <= entity.start < segment.end]
    if segment.confidence >= _CLEAR or segment.intent in SAID_OUTRIGHT - {Intent.APPOINTMENT_CANCEL}:
        return False
    kinds = {entity.kind for entity in inside}
    return "visit_kind" in kinds and kinds <= _TELLS | _POINTS and not says("moves_or_ends", Scan(segment.text))


def told_anew(context: Context) -> Context | None:
    """`no, mejor 5`, `mejor el 28` right after a visit was agreed on: its hour or day put right by a bare figure."""
    held, question = context.state.appointment, context.state.question
    if held is None or held.at is None or context.state.last_intent not in _VISITS or "?" in context.text:
        return None
    if question is not None and question.ask not in (Ask.NAME, Ask.OPEN):
        return None
    if context.intent in SAID_OUTRIGHT - {Intent.MANIPULATION} or any(e.kind not in _BARE for e in context.entities):
        return None
    if not (context.says("correction") or says("corrects", context.scan) or says("let_it_be", context.scan)):
        return None
    for expected in ("hour", "day"):
        found = reread(context, expected)
        more = other_words(context.scan, context.start, found)
        if any(entity.kind in ("date", "time") for entity in found) and len(more) <= _OTHER_WORDS:
            intent = Intent.APPOINTMENT_CHANGE if held.booking_id else Intent.APPOINTMENT
            return replace(context, intent=intent, confidence=_SURE, entities=found)
    return None


def _only_tells(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """Whether a segment names a moment or a place and says nothing else, or where the customer lives."""
    inside = [entity for entity in entities if segment.start <= entity.start < segment.end]
    scan = Scan(segment.text)
    others = other_words(scan, segment.start, inside)
    asks = "?" in segment.text and not (inside and (says("only_asks_leave", scan) or not others))
    if asks or segment.intent in SAID_OUTRIGHT or any(entity.kind not in _TELLS for entity in inside):
        return False
    if not inside:
        words = [word for word in scan.words if word.isalnum()]
        return 0 < len(words) <= _FEW_WORDS and vocabulary().says("another_one", scan)  # "…, aparte"
    if vocabulary().says("lives_in", scan):
        return True
    return len(others) <= _OTHER_WORDS


def other_words(scan: Scan, start: int, entities: Sequence[Entity]) -> list[str]:
    """The words of a piece of a message that are neither part of an entity nor fillers, sighs or "que sea".

    Args:
        scan: of the piece.
        start: its place in the message.
        entities: offsets in the message.
    """
    others = []
    said = (
        words_of("let_it_be", scan)
        | words_of("only_asks_leave", scan)
        | words_of("of_ours", scan)
        | words_of("around_place", scan)
        | set(range(vocabulary().starts("sigh", scan)))
    )
    for index, word in enumerate(scan.words):
        if not word.isalnum() or word in vocabulary().fillers or index in said:
            continue
        first, last = scan.folded.original_span(scan.starts[index], scan.ends[index])
        if not any(entity.start < last + start and entity.end > first + start for entity in entities):
            others.append(word)
    return others
