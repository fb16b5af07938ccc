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
    return _leaning_joined(text, _places_joined(text, segments, entities, state))


def _leaning_joined(text: str, segments: Sequence[SegmentLike]) -> list[SegmentLike]:
    """`me hablaron de Kavak Total, ¿me explica qué es?`: what is asked of what the company's part has just named."""
    whole: list[SegmentLike] = []
    for segment in segments:
        last = whole[-1] if whole else None
        told = last is not None and last.intent.agent is Agent.INFO and "?" not in last.text
        if last is not None and told and segment.intent not in _WISHED_APART and _only_asks_on(segment.text):
            whole[-1] = Part(text[last.start : segment.end], last.start, segment.end, last.intent, last.confidence)
        else:
            whole.append(segment)
    return whole


def _places_joined(
    text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> list[SegmentLike]:
    """`soy de Tijuana, ¿acá tienen?`: the place that was named is where it is asked of."""
    joined: list[SegmentLike] = []
    for segment in segments:
        last = joined[-1] if joined else None
        of_places = segment.intent is Intent.BRANCHES or state.last_intent is Intent.BRANCHES
        named = last is not None and "?" not in last.text and _names_a_place(last, entities)
        if last is not None and named and of_places and "?" in segment.text and _asks_there(text, last, segment):
            joined[-1] = Part(text[last.start : segment.end], last.start, segment.end, Intent.BRANCHES, _LIKELY)
        else:
            joined.append(segment)
    return joined


def _asks_there(text: str, before: SegmentLike, segment: SegmentLike) -> bool:
    return vocabulary().says("there_is", Scan(text[before.start : segment.end]))


def _names_a_place(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    return any(e.kind in ("city", "branch") and segment.start <= e.start < segment.end for e in entities)


def _only_asks_on(words: str) -> bool:
    """Whether words ask of what was named before and name nothing themselves."""
    scan = Scan(words)
    hits = vocabulary().find("asks_on", scan)
    said = {index for hit in hits for index in range(hit.first, hit.last)}
    rest = [word for index, word in enumerate(scan.words) if index not in said and word.isalnum()]
    return bool(hits) and sum(word not in vocabulary().fillers for word in rest) <= 1
