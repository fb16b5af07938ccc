"""The work on one mailbox: its waiting messages answered, a burst by one turn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from commercial_agent.conversation.messages import ConversationKey, IncomingMessage
from commercial_agent.messaging.bursts import flood, merge
from commercial_agent.messaging.secrets import in_pieces
from commercial_agent.storage.conversations import AlreadyAnswered
from commercial_agent.storage.mailboxes import Mailboxes, Opened, Waiting


class Answerer(Protocol):
    """Takes turns; the chatbot does."""

    async def answer(self, key: ConversationKey, message: IncomingMessage, inbound_ids: Sequence[str] = ()) -> Any:
        """Answer a message and mark the stored ones as answered, in one transaction."""
        ...


class Answering:
    """Answers mailboxes."""

    def __init__(
        self,
        mailboxes: Mailboxes,
        chatbot: Answerer,
        *,
        typing: Callable[[str], Awaitable[object]] | None = None,
        answered: Callable[[], None] | None = None,
        prepare: Callable[[str, Sequence[Waiting]], Awaitable[Sequence[Waiting]]] | None = None,
    ) -> None:
        """Make it.

        Args:
            mailboxes: where messages wait.
            chatbot: answers them.
            typing: shows "typing" for a provider's message id; best effort, never waited for.
            answered: called after each turn, to wake the sender of this process.
            prepare: makes messages with files readable, given the conversation's id; before the turn and outside of it.
        """
        self._mailboxes = mailboxes
        self._chatbot = chatbot
        self._typing = typing
        self._answered = answered
        self._prepare = prepare
        self._tasks: set[asyncio.Task[object]] = set()

    async def answer(self, opened: Opened) -> None:
        """Answer everything that waits in a mailbox which this worker has.

        Raises:
            DatabaseUnavailable: the database does not answer; the rest still waits.
        """
        at: Opened | None = opened
        while at is not None and at.waiting and await self._turn(at):
            at = await self._mailboxes.waiting(at.conversation_id)

    async def _turn(self, opened: Opened) -> bool:
        """Answer the first waiting messages; whether some were left. What comes later makes the mailbox due again."""
        wanted: Sequence[Waiting] = [item for item in opened.waiting if not item.limited]
        if wanted:
            self._show_typing(opened)
            if self._prepare is not None:
                wanted = await self._prepare(opened.conversation_id, wanted)
            burst = merge(await self._without_pieces(wanted))
        elif opened.flood_told:
            await self._mailboxes.close_limited([item.id for item in opened.waiting])
            return False
        else:
            self._show_typing(opened)
            burst = flood(opened.waiting)
        try:
            await self._chatbot.answer(opened.key, burst.message, burst.ids)
        except AlreadyAnswered:  # by a worker that was thought dead: what is left is read again
            return True
        if self._answered is not None:
            self._answered()
        return len(burst.ids) < len(opened.waiting)

    async def _without_pieces(self, waiting: Sequence[Waiting]) -> Sequence[Waiting]:
        """The messages, and what is stored of them, without the numbers that they hold only together."""
        masked = in_pieces([item.message.text for item in waiting])
        if masked is None:
            return waiting
        await self._mailboxes.mask({item.id: text for item, text in zip(waiting, masked, strict=True)})
        return [
            replace(item, message=replace(item.message, text=text)) for item, text in zip(waiting, masked, strict=True)
        ]

    def _show_typing(self, opened: Opened) -> None:
        sid = opened.waiting[-1].message.message_id
        if self._typing is None or sid is None:
            return
        task = asyncio.ensure_future(self._typing(sid))
        self._tasks.add(task)
        task.add_done_callback(_forget(self._tasks))


def _forget(tasks: set[asyncio.Task[object]]) -> Callable[[asyncio.Task[object]], None]:
    def done(task: asyncio.Task[object]) -> None:
        tasks.discard(task)
        if not task.cancelled():
            task.exception()  # best effort: read, so that nobody complains

    return done
