"""Cars named one after the other, and what is asked of them in a word, are one part.

A cut stands where a label changes: `compara la cx-5, | la rav 4 | y la crv`, `me gustó su onix, | ¿habrá?`.
"""

from __future__ import annotations

from collections.abc import Sequence

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import vocabulary
from commercial_agent.understanding.tracking.part import Part, SegmentLike

_NAMES = frozenset({"make", "model"})
_BETWEEN = frozenset({
    ",", ".", "?", "¿", "!", "y", "e", "o", "u", "and", "or", "ou", "el", "la", "los", "las", "un", "una", "the", "a",
    "an", "um", "uma", "os", "as", "con", "contra", "vs", "versus",
})  # fmt: skip
_TALK = frozenset({
    Intent.RATE, Intent.UNCLEAR, Intent.THANKS, Intent.OUT_OF_SCOPE, Intent.AFFIRM, Intent.DENY, Intent.GOODBYE,
    Intent.COMPLAINT,
})  # fmt: skip
_LOOKS = frozenset({Intent.SEARCH, Intent.REFINE, Intent.MORE, Intent.DETAIL, Intent.ANALYSE})
_FEW = 7  # words that ask whether there is one


def names_joined(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> list[SegmentLike]:
    """The parts of a message with names that stand in one list, and the short question behind them, made one.

    Args:
        text: the message.
        segments: its parts, in order.
        entities: of the message.
    """
    joined: list[SegmentLike] = []
    for segment in segments:
        before = joined[-1] if joined else None
        label = _label(before, segment, entities) if before is not None else None
        if before is None or label is None:
            joined.append(segment)
            continue
        sure = before.confidence if label is before.intent else segment.confidence
        joined[-1] = Part(text[before.start : segment.end], before.start, segment.end, label, sure)
    return joined


def _label(before: SegmentLike, segment: SegmentLike, entities: Sequence[Entity]) -> Intent | None:
    """What both are when they are one; None where they are two."""
    named = _inside(before, entities)
    if not any(entity.kind in _NAMES for entity in named):
        return None
    inside = _inside(segment, entities)
    if inside and _only_names(segment, inside) and _ends_with_name(before, named):
        return before.intent if before.intent.agent is Agent.CATALOG else segment.intent
    if not inside and before.intent in _TALK and segment.intent in _LOOKS and _asks_for_one(segment):
        return Intent.SEARCH
    return None


def _inside(segment: SegmentLike, entities: Sequence[Entity]) -> list[Entity]:
    return [entity for entity in entities if segment.start <= entity.start < segment.end]


def _only_names(segment: SegmentLike, inside: Sequence[Entity]) -> bool:
    return all(entity.kind in _NAMES for entity in inside) and not _beside(segment, inside)


def _beside(segment: SegmentLike, inside: Sequence[Entity]) -> list[str]:
    """The words of a part that belong to no name and join none."""
    scan = Scan(segment.text)
    for entity in inside:
        scan.take_span(entity.start - segment.start, entity.end - segment.start)
    return [word for at, word in enumerate(scan.words) if not scan.taken[at] and word not in _BETWEEN]


def _ends_with_name(segment: SegmentLike, inside: Sequence[Entity]) -> bool:
    last = max((entity.end for entity in inside if entity.kind in _NAMES), default=segment.start)
    return all(word in _BETWEEN for word in Scan(segment.text[last - segment.start :]).words)


def _asks_for_one(segment: SegmentLike) -> bool:
    scan = Scan(segment.text)
    spoken = [word for word in scan.words if word.isalnum()]
    return "?" in segment.text and len(spoken) <= _FEW and vocabulary().says("any_there", scan)
