"""A part of a message that is read as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from commercial_agent.conversation.intents import Intent


class SegmentLike(Protocol):
    """A part of the message with one intent (`understanding.segments.Segment`)."""

    @property
    def text(self) -> str:
        """Its words."""
        ...

    @property
    def start(self) -> int:
        """Its place in the message."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...

    @property
    def intent(self) -> Intent:
        """What the classifier made of it."""
        ...

    @property
    def confidence(self) -> float:
        """0 to 1."""
        ...

    @property
    def choices(self) -> tuple[Intent, ...]:
        """The likely readings of an unclear one."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the message read as one."""

    text: str
    start: int
    end: int
    intent: Intent
    confidence: float
    choices: tuple[Intent, ...] = ()
