"""What the web pages are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage


class ChatbotLike(Protocol):
    """Answers turns."""

    async def answer(self, key: ConversationKey, message: IncomingMessage) -> TurnResult:
        """Answer one turn."""
        ...


class PastMessage(Protocol):
    """A stored message."""

    @property
    def direction(self) -> str:
        """`in` or `out`."""
        ...

    @property
    def text(self) -> str:
        """What was said."""
        ...

    @property
    def at(self) -> datetime:
        """When (aware)."""
        ...


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """What the web pages use."""

    chatbot: ChatbotLike
    dealer: Dealer
    clock: Callable[[], datetime]  # aware, in the dealer's zone
    history: Callable[[ConversationKey], Awaitable[Sequence[PastMessage]]]  # oldest first
    reset: Callable[[ConversationKey], Awaitable[object]]  # forgets the conversation altogether
