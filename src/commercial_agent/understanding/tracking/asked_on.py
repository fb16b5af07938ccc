"""Parts of a message that ask on of what the part before has named: one question told in two."""

from __future__ import annotations

from collections.abc import Sequence

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import vocabulary
from commercial_agent.understanding.tracking.part import Part, SegmentLike

_WISHED_APART = frozenset({Intent.HUMAN, Intent.COMPLAINT, Intent.OPT_OUT, Intent.APPOINTMENT})
_TALK = frozenset({Intent.GREETING, Intent.DENY, Intent.AFFIRM, Intent.UNCLEAR})
_POINTING = frozenset({"eso", "ello", "isso"})
_TAG = 3  # words of a question that only asks for a yes
_LIKELY = 0.75  # confidence of a place asked of


def asked_on(
    text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> list[SegmentLike]:
    """The parts of a message with those joined that ask on of the one before.

    Args:
        text: the message.
        segments: as the classifier tells them apart.
        entities: of the message.
        state: the conversation so far.
    """
    return _leaning_joined(text, _told_joined(text, _places_joined(text, segments, entities, state)))


def _told_joined(text: str, segments: Sequence[SegmentLike]) -> list[SegmentLike]:
    """`lo compré y no me gustó, ¿lo aceptan de vuelta?`: what is told first belongs to what is asked of the same."""
    joined: list[SegmentLike] = []
    for segment in segments:
        between = 2 if len(joined) > 1 and joined[-1].intent in _TALK and "?" not in joined[-1].text else 1
        before = joined[-between] if joined else None
        if before is not None and _tells_what_is_asked(before, segment):
            words = text[before.start : segment.end]
            joined[-between:] = [Part(words, before.start, segment.end, segment.intent, segment.confidence)]
        else:
            joined.append(segment)
    return joined


def _tells_what_is_asked(told: SegmentLike, asked: SegmentLike) -> bool:
    same = told.intent is asked.intent and told.intent.agent is Agent.INFO and told.intent is not Intent.BRANCHES
    return same and "?" not in told.text and "?" in asked.text


def _leaning_joined(text: str, segments: Sequence[SegmentLike]) -> list[SegmentLike]:
    """`me hablaron de Kavak Total, ¿me explica qué es?`: what is asked of what the company's part has just named."""
    whole: list[SegmentLike] = []
    for segment in segments:
        last = whole[-1] if whole else None
        told = last is not None and last.intent.agent is Agent.INFO and "?" not in last.text
        asks_on = told and segment.intent not in _WISHED_APART and _only_asks_on(segment.text)
        if last is not None and (asks_on or _only_confirms(last, segment) or _points_back(last, segment)):
            surest = last if asks_on or last.intent is segment.intent or segment.intent is Intent.SOURCE else segment
            words = text[last.start : segment.end]
            whole[-1] = Part(words, last.start, segment.end, surest.intent, surest.confidence)
        else:
            whole.append(segment)
    return whole


def _points_back(told: SegmentLike, segment: SegmentLike) -> bool:
    """`me da pendiente que tenga reporte de robo, ¿cómo reviso eso?`: asked of what the remark before has named."""
    if segment.intent.agent is not Agent.INFO or segment.intent is Intent.SOURCE or "?" in told.text:
        return False
    remark = told.intent in _TALK | {Intent.RECOMMEND, Intent.COMPLAINT} or told.intent.agent is Agent.INFO
    return remark and not _POINTING.isdisjoint(Scan(segment.text).words)


def _only_confirms(told: SegmentLike, segment: SegmentLike) -> bool:
    """`son treinta días, ¿cierto?`, `quiero el teléfono, ¿me lo da?`: no question of where an answer comes from."""
    words = [word for word in Scan(segment.text).words if word.isalnum()]
    return segment.intent is Intent.SOURCE and told.intent.agent is Agent.INFO and len(words) <= _TAG


def _places_joined(
    text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> list[SegmentLike]:
    """`soy de Tijuana, ¿acá tienen?`: the place that was named is where it is asked of."""
    joined: list[SegmentLike] = []
    for segment in segments:
        last = joined[-1] if joined else None
        of_places = segment.intent is Intent.BRANCHES or state.last_intent is Intent.BRANCHES
        named = last is not None and "?" not in last.text and _names_a_place(last, entities)
        if last is not None and named and of_places and _asks_there(text, last, segment):
            joined[-1] = Part(text[last.start : segment.end], last.start, segment.end, Intent.BRANCHES, _LIKELY)
        else:
            joined.append(segment)
    return joined


def _asks_there(text: str, before: SegmentLike, segment: SegmentLike) -> bool:
    if "?" in segment.text and vocabulary().says("there_is", Scan(text[before.start : segment.end])):
        return True
    from_there = vocabulary().says("lives_in", Scan(before.text)) and before.intent in _TALK | {Intent.INTRODUCE}
    return from_there and vocabulary().says("place_question", Scan(segment.text))


def _names_a_place(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    return any(e.kind in ("city", "branch") and segment.start <= e.start < segment.end for e in entities)


def _only_asks_on(words: str) -> bool:
    """Whether words ask of what was named before and name nothing themselves."""
    scan = Scan(words)
    hits = vocabulary().find("asks_on", scan)
    said = {index for hit in hits for index in range(hit.first, hit.last)}
    rest = [word for index, word in enumerate(scan.words) if index not in said and word.isalnum()]
    return bool(hits) and sum(word not in vocabulary().fillers for word in rest) <= 1
