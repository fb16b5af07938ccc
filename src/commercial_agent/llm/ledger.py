"""What models cost so far and what they answered before. Caps stop calls; they do not just count."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.storage.model_calls import ModelCallStore, Spent

log = logging.getLogger(__name__)

_SOON: Final = 0.1  # seconds that a count may wait for the next look to take it along
_FRESH: Final = timedelta(seconds=8)  # for as long as a turn lasts its second call goes by what the first one saw
_FAR: Final = Decimal("0.5")  # of a cap: nobody else spends the other half meanwhile
_MOST_SEEN: Final = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a call."""

    answer: str | None = None  # to the very same words
    spent_out: bool = False  # a cap is reached


@dataclass(frozen=True, slots=True)
class Caps:
    """US dollars of a day; zero stops every call."""

    conversation: Decimal  # for one conversation
    day: Decimal  # for all of them


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look saw."""

    at: datetime
    conversation: Decimal
    day: Decimal
    counted: Decimal  # by this process so far


class Ledger(Protocol):
    """Spending and earlier answers."""

    async def look(self, key: str | None, conversation_id: str) -> Known:
        """What is known before a call; without a key, no earlier answer is asked for."""
        ...

    async def keep(self, key: str, answer: str) -> None:
        """Keep an answer."""
        ...

    def count(self, conversation_id: str, input_tokens: int, output_tokens: int, cost: Decimal) -> None:
        """Count a call; every later look knows of it."""
        ...

    async def settle(self) -> None:
        """Store what was counted, if it is not yet."""
        ...


class NoLedger:
    """Neither caps nor cache."""

    async def look(self, key: str | None, conversation_id: str) -> Known:
        """Nothing is known."""
        return Known()

    async def keep(self, key: str, answer: str) -> None:
        """Nothing is kept."""

    def count(self, conversation_id: str, input_tokens: int, output_tokens: int, cost: Decimal) -> None:
        """Nothing is counted."""

    async def settle(self) -> None:
        """Nothing waits."""


class StoredLedger:
    """The ledger in PostgreSQL, shared by all processes.

    What a call cost is stored with the next look, in the same statement: no answer waits for its own bill. Where no
    look comes soon, it is stored by itself.
    """

    def __init__(
        self, store: ModelCallStore, caps: Caps, clock: Callable[[], datetime], *, keep_for: timedelta
    ) -> None:
        """Make it.

        Args:
            store: the tables.
            caps: when calls stop.
            clock: the present moment in the dealer's zone (aware): its date is the day that is counted.
            keep_for: how long an answer serves again; zero switches the cache off.
        """
        self._store = store
        self._caps = caps
        self._clock = clock
        self._keep_for = keep_for
        self._waiting: list[Spent] = []
        self._counted = Decimal(0)
        self._seen: dict[str, _Seen] = {}  # by conversation
        self._timer: asyncio.TimerHandle | None = None
        self._storing: asyncio.Task[None] | None = None

    async def look(self, key: str | None, conversation_id: str) -> Known:
        """What is known before a call, in one round trip that also stores what was counted.

        None is made where no answer is asked for, and what was seen a moment ago is far from every cap.
        """
        now, so_far = self._clock(), self._counted
        if (key is None or not self._keep_for) and self._far_from_caps(conversation_id, now):
            return Known()
        counted = self._taken()
        try:
            answer, conversation, day = await self._store.look(key or "", conversation_id, now, counted)
        except DatabaseUnavailable:
            self._waiting += counted
            return Known(spent_out=True)  # what cannot be counted is not spent
        except BaseException:
            self._back(counted)
            raise
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        self._seen[conversation_id] = _Seen(now, conversation, day, so_far)
        spent_out = day >= self._caps.day or (bool(conversation_id) and conversation >= self._caps.conversation)
        return Known(answer if self._keep_for and key is not None else None, spent_out)

    def _far_from_caps(self, conversation_id: str, now: datetime) -> bool:
        seen = self._seen.get(conversation_id)
        if seen is None or now.date() != seen.at.date() or now - seen.at > _FRESH:
            return False
        since = self._counted - seen.counted  # of all conversations: at least what this one spent
        return seen.day + since < self._caps.day * _FAR and (
            not conversation_id or seen.conversation + since < self._caps.conversation * _FAR
        )

    async def keep(self, key: str, answer: str) -> None:
        """Keep an answer for a while."""
        if self._keep_for:
            now = self._clock()
            with suppress(DatabaseUnavailable):
                await self._store.keep(key, answer, now, now + self._keep_for)

    def count(self, conversation_id: str, input_tokens: int, output_tokens: int, cost: Decimal) -> None:
        """Count a call for its conversation and for the day."""
        self._counted += cost
        self._back([Spent(self._clock().date(), conversation_id, input_tokens, output_tokens, cost)])

    async def settle(self) -> None:
        """Store what was counted, if it is not yet."""
        if self._storing is not None:
            await self._storing
        await self._store_waiting()

    async def _store_waiting(self) -> None:
        if not (counted := self._taken()):
            return
        try:
            await self._store.add(counted)
        except DatabaseUnavailable:
            self._waiting += counted  # until the next look, without which there is no call
            log.warning("model_calls_not_counted", extra={"cost": str(sum(spent.cost for spent in counted))})

    def _taken(self) -> list[Spent]:
        """All that waits, which is the taker's to store now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        taken, self._waiting = self._waiting, []
        return taken

    def _back(self, counted: list[Spent]) -> None:
        self._waiting += counted
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SOON, self._store_alone)

    def _store_alone(self) -> None:
        self._timer = None
        self._storing = asyncio.create_task(self._store_waiting())
