"""The turn that runs now: one deadline and one history for reading and phrasing, whoever asks first.

It travels in a context variable: reader and phraser keep their plain protocols, and the chatbot knows no models.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from commercial_agent.conversation.messages import ConversationKey
from commercial_agent.llm.deadline import Deadline
from commercial_agent.storage.conversations import Conversations, OpenConversation

WINDOW = 8  # messages of the history that a prompt carries
LONGEST_MESSAGE = 400  # characters of each


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message of the history."""

    who: str  # customer, agent
    text: str


async def _no_history(limit: int) -> tuple[Exchange, ...]:
    return ()


@dataclass(slots=True)
class ModelTurn:
    """What the calls of one turn share."""

    conversation_id: str = ""
    deadline: Deadline | None = None
    recent: Callable[[int], Awaitable[Sequence[Exchange]]] = _no_history
    names: tuple[str, ...] = ()  # of people, to be masked in traces
    calls: int = 0
    _window: tuple[Exchange, ...] | None = field(default=None)

    def until(self, begin: Callable[[], Deadline]) -> Deadline:
        """The turn's deadline; the first call for it starts it."""
        if self.deadline is None:
            self.deadline = begin()
        return self.deadline

    async def window(self) -> tuple[Exchange, ...]:
        """The last messages before this turn, oldest first; read from the database once, and only when asked."""
        if self._window is None:
            self._window = tuple(await self.recent(WINDOW))
        return self._window


_current: ContextVar[ModelTurn | None] = ContextVar("model_turn", default=None)


def current_turn() -> ModelTurn:
    """The turn that runs now; outside of one, a turn of its own without history."""
    return _current.get() or ModelTurn()


class ConversationsOfModels(Conversations):
    """Conversations whose turns the models' calls can see."""

    window = WINDOW

    @asynccontextmanager
    async def turn(self, key: ConversationKey) -> AsyncIterator[OpenConversation]:
        """Open a conversation for one turn; see `Conversations.turn`."""
        async with super().turn(key) as conversation:
            token = _current.set(ModelTurn(conversation.id, recent=_history_of(conversation)))
            try:
                yield conversation
            finally:
                _current.reset(token)


def _history_of(conversation: OpenConversation) -> Callable[[int], Awaitable[tuple[Exchange, ...]]]:
    async def recent(limit: int) -> tuple[Exchange, ...]:
        if conversation.created:
            return ()
        if conversation.window is not None and limit <= WINDOW:
            said = conversation.window[-limit:]
        else:
            said = tuple((message.direction, message.text) for message in await conversation.recent(limit))
        return tuple(
            Exchange("customer" if direction == "in" else "agent", words[:LONGEST_MESSAGE]) for direction, words in said
        )

    return recent
