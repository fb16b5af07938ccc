"""The concierge's desk: bookings, leads and ratings, kept in the transaction of the turn."""

from __future__ import annotations

from datetime import datetime

from commercial_agent.agents.desk import AppointmentRules
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.requests import AppointmentDraft, SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.storage.conversations import OpenConversation


class TurnDesk:
    """Keeps what one turn promises."""

    def __init__(self, conversation: OpenConversation, state: DialogueState, now: datetime) -> None:
        self._conversation = conversation
        self._state = state
        self._now = now
