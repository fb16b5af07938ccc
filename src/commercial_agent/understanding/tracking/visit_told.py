"""What a message tells of a visit in several pieces: "cita mañana 5 pm, Punto Sur", "vivo en Cancún, ¿me dan cita?"."""

from __future__ import annotations

from collections.abc import Sequence

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import vocabulary
from commercial_agent.understanding.tracking.fitting import SAID_OUTRIGHT
from commercial_agent.understanding.tracking.part import Part, SegmentLike

_VISITS = frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE})
_ASKS = frozenset({Ask.BRANCH, Ask.DAY, Ask.HOUR})
_TELLS = frozenset({
    "date", "time", "part_of_day", "weekday", "date_problem", "vague_date", "branch", "city", "visit_kind",
})  # fmt: skip
_OTHER_WORDS = 1  # that a piece may say beside what it tells
_SURE = 0.9


def visit_joined(
    text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> list[SegmentLike]:
    """The segments, those that only tell a moment or a place made one with the visit beside them."""
    asked = state.question is not None and state.question.ask in _ASKS
    joined: list[SegmentLike] = []
    for segment in segments:
        before = joined[-1] if joined else None
        intent = _of_one_visit(before, segment, entities, asked=asked) if before is not None else None
        if before is not None and intent is not None:
            joined[-1] = Part(text[before.start : segment.end], before.start, segment.end, intent, _SURE)
        else:
            joined.append(segment)
    return joined


def _of_one_visit(one: SegmentLike, two: SegmentLike, entities: Sequence[Entity], *, asked: bool) -> Intent | None:
    told = _only_tells(one, entities), _only_tells(two, entities)
    if one.intent in _VISITS and told[1]:
        return one.intent
    if two.intent in _VISITS and told[0]:
        return two.intent
    return Intent.APPOINTMENT if asked and all(told) else None


def _only_tells(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """Whether a segment names a moment or a place and says nothing else, or where the customer lives."""
    inside = [entity for entity in entities if segment.start <= entity.start < segment.end]
    if "?" in segment.text or segment.intent in SAID_OUTRIGHT or not inside:
        return False
    if any(entity.kind not in _TELLS for entity in inside):
        return False
    scan = Scan(segment.text)
    if vocabulary().says("lives_in", scan):
        return True
    return len(other_words(scan, segment.start, inside)) <= _OTHER_WORDS


def other_words(scan: Scan, start: int, entities: Sequence[Entity]) -> list[str]:
    """The words of a piece of a message that are neither part of an entity nor fillers.

    Args:
        scan: of the piece.
        start: its place in the message.
        entities: offsets in the message.
    """
    others = []
    for index, word in enumerate(scan.words):
        if not word.isalnum() or word in vocabulary().fillers:
            continue
        first, last = scan.folded.original_span(scan.starts[index], scan.ends[index])
        if not any(entity.start < last + start and entity.end > first + start for entity in entities):
            others.append(word)
    return others
