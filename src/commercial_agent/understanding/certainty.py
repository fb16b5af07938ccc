"""Where the local reading needs no second opinion: the call to a model is saved, and its seconds with it."""

from __future__ import annotations

from collections.abc import Iterable

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.conversation.understanding import Entity, Understanding

SURE = 0.85
VERY_SURE = 0.6  # is enough where a wrong call would cost trust
SHORT = 3  # words of a bare answer

_PLAIN = frozenset({
    Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.AFFIRM, Intent.DENY, Intent.HELP, Intent.MORE,
    Intent.LANGUAGE, Intent.RESET, Intent.RATE, Intent.SOURCE,
})  # fmt: skip
_ALWAYS = frozenset({Intent.OPT_OUT, Intent.OPT_IN, Intent.HUMAN, Intent.MANIPULATION, Intent.ABUSE})
_PERSONAL = frozenset({"name", "email", "phone", "plate", "curp", "rfc", "card", "clabe"})
_OPEN_QUESTIONS = frozenset({Ask.OPEN})
_LONGEST_COURTESY = 6  # words


def certain(reading: Understanding, text: str, state: DialogueState) -> bool:
    """Whether the local reading stands without asking a model.

    Args:
        reading: the local one.
        text: the message.
        state: the conversation so far.
    """
    words = text.split()
    if not words or not any(char.isalnum() for char in text):
        return True
    scores = reading.intents
    if any(score.intent in _ALWAYS and score.confidence >= VERY_SURE for score in scores):
        return True
    if len(words) <= SHORT and _answers(reading, state):
        return True
    if len(words) > _LONGEST_COURTESY:
        return False
    return all(score.intent in _PLAIN and score.confidence >= SURE for score in scores)


def _answers(reading: Understanding, state: DialogueState) -> bool:
    """Whether a short message gives what we asked for."""
    if state.question is None or state.question.ask in _OPEN_QUESTIONS or len(reading.requests) != 1:
        return False
    return reading.requests[0].intent not in (Intent.UNCLEAR, Intent.OUT_OF_SCOPE)


def personal(entities: Iterable[Entity]) -> tuple[str, ...]:
    """What a message says of a person: never kept for another conversation, masked in traces."""
    return tuple(entity.text for entity in entities if entity.kind in _PERSONAL)
