"""What models cost so far and what they answered before. Caps stop calls; they do not just count."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.storage.model_calls import ModelCallStore

log = logging.getLogger(__name__)


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


class Ledger(Protocol):
    """Spending and earlier answers."""

    async def look(self, key: str, conversation_id: str) -> Known:
        """What is known before a call."""
        ...

    async def keep(self, key: str, answer: str) -> None:
        """Keep an answer."""
        ...

    async def add(self, conversation_id: str, input_tokens: int, output_tokens: int, cost: Decimal) -> None:
        """Count a call."""
        ...


class NoLedger:
    """Neither caps nor cache."""

    async def look(self, key: str, conversation_id: str) -> Known:
        """Nothing is known."""
        return Known()

    async def keep(self, key: str, answer: str) -> None:
        """Nothing is kept."""

    async def add(self, conversation_id: str, input_tokens: int, output_tokens: int, cost: Decimal) -> None:
        """Nothing is counted."""


class StoredLedger:
    """The ledger in PostgreSQL, shared by all processes."""

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

    async def look(self, key: str, conversation_id: str) -> Known:
        """What is known before a call, in one round trip."""
        now = self._clock()
        try:
            answer, conversation, day = await self._store.look(key, conversation_id, now)
        except DatabaseUnavailable:
            return Known(spent_out=True)  # what cannot be counted is not spent
        spent_out = day >= self._caps.day or (bool(conversation_id) and conversation >= self._caps.conversation)
        return Known(answer if self._keep_for else None, spent_out)

    async def keep(self, key: str, answer: str) -> None:
        """Keep an answer for a while."""
        if self._keep_for:
            now = self._clock()
            with suppress(DatabaseUnavailable):
                await self._store.keep(key, answer, now, now + self._keep_for)

    async def add(self, conversation_id: str, input_tokens: int, output_tokens: int, cost: Decimal) -> None:
        """Count a call for its conversation and for the day."""
        try:
            await self._store.add(conversation_id, self._clock().date(), input_tokens, output_tokens, cost)
        except DatabaseUnavailable:
            log.warning("model_call_not_counted", extra={"cost": str(cost)})
