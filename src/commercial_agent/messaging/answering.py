"""The job's work: wait for the burst to end, then have the waiting messages answered by one turn each."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from commercial_agent.conversation.messages import ConversationKey, IncomingMessage
from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.messaging.bursts import QuietWindow, flood, merge
from commercial_agent.storage.conversations import AlreadyAnswered
from commercial_agent.storage.mailboxes import Mailboxes, Opened

log = logging.getLogger(__name__)


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
        clock: Callable[[], datetime],
        window: QuietWindow | None = None,
        turns_at_once: int = 20,
        typing: Callable[[str], Awaitable[object]] | None = None,
        answered: Callable[[], None] | None = None,
    ) -> None:
        """Make it.

        Args:
            mailboxes: where messages wait.
            chatbot: answers them.
            clock: the present moment (aware).
            window: how long to wait for the rest of a burst.
            turns_at_once: at most so many; those that wait for silence do not count.
            typing: shows "typing" for a provider's message id; best effort, never waited for.
            answered: called after each turn, to wake the sender of this process.
        """
        self._mailboxes = mailboxes
        self._chatbot = chatbot
        self._clock = clock
        self._window = window or QuietWindow()
        self._free = asyncio.Semaphore(turns_at_once)
        self._typing = typing
        self._answered = answered
        self._hurry = asyncio.Event()
        self._tasks: set[asyncio.Task[object]] = set()

    def hurry(self) -> None:
        """Wait for no more silence: the process stops."""
        self._hurry.set()

    async def answer(self, conversation_id: str) -> None:
        """Answer everything that waits in a mailbox.

        A database that is away is waited for: the caller's job is not lost with it.
        """
        delay = 0.1
        while True:
            try:
                await self._silence(conversation_id)
                async with self._free:
                    while await self._turn(conversation_id):
                        pass
                return
            except DatabaseUnavailable:
                log.warning("answer_waits_for_database", extra={"conversation_id": conversation_id})
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)

    async def _silence(self, conversation_id: str) -> None:
        """Wait until the customer has stopped writing for a moment."""
        began = time.monotonic()
        while not self._hurry.is_set() and time.monotonic() - began < self._window.at_most:
            since = await self._mailboxes.waiting_since(conversation_id)
            left = self._window.left(*since, self._clock()) if since else 0.0
            if left <= 0:
                return
            try:
                async with asyncio.timeout(left):
                    await self._hurry.wait()
            except TimeoutError:
                continue

    async def _turn(self, conversation_id: str) -> bool:
        """Answer the first waiting messages; whether some were left. Later ones have a job of their own."""
        opened = await self._mailboxes.open(conversation_id, self._clock())
        if opened is None or not opened.waiting:
            return False
        wanted = [item for item in opened.waiting if not item.limited]
        if wanted:
            burst = merge(wanted)
        elif opened.flood_told:
            await self._mailboxes.close_limited([item.id for item in opened.waiting])
            return False
        else:
            burst = flood(opened.waiting)
        self._show_typing(opened)
        try:
            await self._chatbot.answer(opened.key, burst.message, burst.ids)
        except AlreadyAnswered:  # by a worker that was thought dead: what is left is read again
            return True
        if self._answered is not None:
            self._answered()
        return len(burst.ids) < len(opened.waiting)

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
