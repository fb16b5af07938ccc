"""What a message says, as data: the hand-over from reading to acting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import Request
from commercial_agent.conversation.state import DialogueState


@dataclass(frozen=True, slots=True)
class Entity:
    """A value read from the text and where it stands."""

    kind: str  # see understanding.entities
    value: Any
    start: int  # character offsets in the message
    end: int
    text: str
    score: float = 1.0  # 0 to 1


@dataclass(frozen=True, slots=True)
class IntentScore:
    """An intent found in the message and how sure the reader is, calibrated to 0..1."""

    intent: Intent
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """A message read in the light of the conversation."""

    language: Language
    intents: tuple[IntentScore, ...]  # in the order of the message
    requests: tuple[Request, ...]  # what to do, in order; never empty
    entities: tuple[Entity, ...] = ()
    reader: str = "local"  # who read it
    pays_cash: bool | None = None  # credit is refused; False takes it back; None where nothing is said


class Reader(Protocol):
    """Reads messages."""

    async def read(self, text: str, state: DialogueState, now: datetime) -> Understanding:
        """Read a message.

        Args:
            text: what the customer wrote, any length and content.
            state: the conversation so far.
            now: the present moment, in the dealer's zone (aware).

        Returns:
            The understanding; unsure readings come back as one UNCLEAR request with choices.
        """
        ...
