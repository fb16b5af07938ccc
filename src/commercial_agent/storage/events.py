"""What others are told of conversations and leads: kept with the turn, sent until it has been taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.sessions import statement

LEAD: Final = "lead.updated"
HANDOFF: Final = "handoff.made"
CRM, SELLERS, EMAIL = "crm", "handoff", "email"  # targets


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told what."""

    leads: tuple[str, ...] = ()  # targets of lead.updated
    handoffs: tuple[str, ...] = ()  # targets of handoff.made


@dataclass(frozen=True, slots=True)
class Event:
    """Something one target has yet to be told."""

    id: str
    conversation_id: str
    kind: str
    target: str
    subject: str  # the lead's id, where it is about one
    attempts: int  # with this one
    at: datetime  # when it happened


class Events:
    """The events of this database."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Make the repository; it takes an engine for short work, not the turns' one."""
        self._engine = engine

    async def claim(self, now: datetime, *, limit: int, lease_s: float) -> tuple[Event, ...]:
        """Take events that are due; one whose sender dies is due again when the lease ends.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        values = {"now": now, "limit": limit, "lease": now + timedelta(seconds=lease_s)}
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_CLAIM, values)).fetchall()
        return tuple(Event(str(row[0]), *row[1:]) for row in sorted(rows, key=lambda row: row[0]))

    async def sent(self, event_id: str, now: datetime) -> None:
        """The target took it.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(
                "UPDATE events SET status = 'sent', sent_at = %s, error = NULL WHERE id = %s", (now, int(event_id))
            )

    async def again(self, event_id: str, at: datetime | None, error: str) -> None:
        """The target did not take it: try at a later moment; never again without one.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(
                "UPDATE events SET status = CASE WHEN %(at)s::timestamptz IS NULL THEN 'failed' ELSE 'queued' END, "
                "next_attempt_at = coalesce(%(at)s, next_attempt_at), error = %(error)s WHERE id = %(id)s",
                {"at": at, "error": error, "id": int(event_id)},
            )

    async def forget(self, before: datetime) -> int:
        """Drop what was sent before a moment; how many.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            cursor = await driver.execute("DELETE FROM events WHERE status = 'sent' AND sent_at < %s", (before,))
            return cursor.rowcount


_CLAIM: Final = """
UPDATE events SET attempts = attempts + 1, next_attempt_at = %(lease)s WHERE id IN (
    SELECT id FROM events WHERE status = 'queued' AND next_attempt_at <= %(now)s
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
RETURNING id, conversation_id, kind, target, subject, attempts, created_at
"""
