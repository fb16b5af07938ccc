"""Forgets customers of whom nothing was heard for long, and the raw forms of messages before that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.storage.customers import Customers, Erased

log = logging.getLogger(__name__)

_EVERY_S: Final = 6 * 3600.0
_FIRST_S: Final = 60.0  # a start has better to do
_RAW_FORMS: Final = timedelta(days=30)  # they serve to look into a complaint


class Retention:
    """The job of one process; several processes do each other no harm."""

    def __init__(self, customers: Customers, *, days: int, clock: Callable[[], datetime]) -> None:
        """Make it.

        Args:
            customers: the people in the database.
            days: how long a silent customer is kept; 0 keeps everybody.
            clock: the present moment (aware).
        """
        self._customers = customers
        self._days = days
        self._clock = clock

    async def forget(self) -> Erased:
        """Forget what is too old.

        Returns:
            Who and what was erased.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        now = self._clock()
        await self._customers.forget_raw_forms(now - _RAW_FORMS)
        if self._days <= 0:
            return Erased(0, 0)
        gone = await self._customers.erase_silent_since(now - timedelta(days=self._days))
        if gone.conversations:
            log.info("silent_customers_erased", extra={"conversations": gone.conversations, "rows": gone.rows})
        return gone

    async def run(self) -> None:
        """Forget four times a day until cancelled."""
        pause = _FIRST_S
        while True:
            await asyncio.sleep(pause)
            pause = _EVERY_S
            try:
                await self.forget()
            except DatabaseUnavailable:
                log.warning("retention_waits_for_database")
                pause = _FIRST_S
