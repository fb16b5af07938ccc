"""Takes the mailboxes that are due and has them answered; what a dead worker had goes to the next after its lease."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.storage.mailboxes import Mailboxes, Opened, Received
from commercial_agent.storage.text import new_id

log = logging.getLogger(__name__)

LEASE_S: Final = 6.0  # a silent worker's mailboxes go to others
POLL_S: Final = 0.25  # how often to look; a mailbox's moment is known before it comes
_AWAY_S: Final = 0.3  # between two tries while the database is away
_TRIES: Final = 4
_LATER_S: Final = 600.0  # a mailbox whose turns break again and again; the customer's next message tries at once


class Worker:
    """Answers the mailboxes of this database until it is stopped; any number of processes may run one."""

    def __init__(
        self,
        mailboxes: Mailboxes,
        answer: Callable[[Opened], Awaitable[object]],
        *,
        at_once: int = 20,
        grace_s: float = 20.0,
        lease_s: float = LEASE_S,
        poll_s: float = POLL_S,
    ) -> None:
        """Make a worker; nothing runs yet.

        Args:
            mailboxes: the queue.
            answer: answers a mailbox.
            at_once: at most so many.
            grace_s: seconds that running turns get when the worker stops.
            lease_s: a worker that was not heard of for so long is dead, and its mailboxes go to others.
            poll_s: how often to look for what other processes received.
        """
        self._mailboxes = mailboxes
        self._answer = answer
        self._at_once = at_once
        self._grace_s = grace_s
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._name = new_id()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._ended: dict[str, float | None] = {}
        self._wake = asyncio.Event()
        self._stopping = False

    def received(self, received: Received) -> None:
        """A message was stored in this process, and may be due sooner than the worker would look."""
        if received.new:
            self._wake.set()

    def stop(self) -> None:
        """Take no more; `run` returns once what is running has ended."""
        self._stopping = True
        self._wake.set()

    async def run(self, ready: asyncio.Future[None] | None = None) -> None:
        """Answer until `stop`; survives the database's absence. What cannot end in time is handed back.

        Args:
            ready: done when a turn is quick here; until then mailboxes are left to others.
        """
        keeping = asyncio.create_task(self._keep(), name="keep mailboxes")
        try:
            while ready is not None and not ready.done() and not self._stopping:
                await self._pause(self._poll_s)
                self._wake.clear()
            while not self._stopping:
                self._wake.clear()
                await self._pause(await self._step())
            await self._wind_down()
        finally:
            keeping.cancel()
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(keeping, *self._running.values(), return_exceptions=True)

    async def _step(self) -> float:
        """Let go and take; seconds until the next look."""
        try:
            taken = await self._exchange(self._at_once - len(self._running))
            if taken or len(self._running) >= self._at_once:
                return self._poll_s if len(self._running) >= self._at_once else 0.0
            due = await self._mailboxes.next_due()
        except DatabaseUnavailable:
            log.warning("worker_waits_for_database")
            return _AWAY_S
        except Exception:
            log.exception("worker_broke")  # and goes on: nobody else in this process would
            return _AWAY_S
        return self._poll_s if due is None else min(max(due, 0.0) + 0.001, self._poll_s)

    async def _exchange(self, limit: int) -> int:
        ended, self._ended = self._ended, {}
        try:
            taken = await self._mailboxes.take(
                self._name, ended, self._running.keys(), limit=limit, lease_s=self._lease_s
            )
        except BaseException:
            self._ended = ended | self._ended
            raise
        for opened in taken:
            task = asyncio.create_task(self._guarded(opened))
            self._running[opened.conversation_id] = task
        return len(taken)

    async def _guarded(self, opened: Opened) -> None:
        delay: float | None = 0.0
        try:
            await self._answer(opened)
            delay = None
        except DatabaseUnavailable:
            log.warning("answer_waits_for_database", extra={"conversation_id": opened.conversation_id})
        except Exception:
            last = opened.failures + 1 >= _TRIES
            delay = _LATER_S if last else 2.0 ** (opened.failures + 1)
            log.exception(
                "mailbox_given_up_for_now" if last else "mailbox_tried_again",
                extra={"conversation_id": opened.conversation_id},
            )
        finally:
            self._ended[opened.conversation_id] = delay
            self._running.pop(opened.conversation_id, None)
            self._wake.set()

    async def _keep(self) -> None:
        """A sign of life, several times within a lease."""
        while True:
            await asyncio.sleep(self._lease_s / 4)
            try:
                if self._running:
                    await self._mailboxes.keep(self._name, self._running.keys(), self._lease_s)
            except DatabaseUnavailable:
                continue

    async def _wind_down(self) -> None:
        if self._running:
            await asyncio.wait(self._running.values(), timeout=self._grace_s)
        left = list(self._running.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        try:
            await self._exchange(0)
        except DatabaseUnavailable:
            log.warning("mailboxes_not_handed_back", extra={"mailboxes": len(self._ended)})

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass
