"""Appointments: a slot holds so many, and no two customers get the same place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.conversations import OpenConversation
from commercial_agent.storage.sessions import transaction
from commercial_agent.storage.text import clean, new_id


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment."""

    id: str
    conversation_id: str
    branch: str  # "" where there is none: a video call
    starts_at: datetime
    kind: str | None
    stock_id: str | None
    name: str | None
    status: str  # booked, cancelled


class TurnAppointments:
    """The appointments of one conversation, inside its turn: they stand or fall with it."""

    def __init__(self, conversation: OpenConversation) -> None:
        self._conversation = conversation

    async def book(
        self,
        branch: str,
        starts_at: datetime,
        *,
        capacity: int,
        now: datetime,
        kind: str | None = None,
        stock_id: str | None = None,
        name: str | None = None,
        replaces: str | None = None,
    ) -> str | None:
        """Take a place of a slot.

        Args:
            branch: where; "" for none.
            starts_at: the slot (aware).
            capacity: places a slot has.
            now: the present moment (aware).
            kind: visit, test_drive, video_call, home_visit.
            stock_id: the car to see.
            name: of the customer.
            replaces: his appointment that is moved: it keeps its id, and its slot if the new one is full.

        Returns:
            The appointment's id; None when the slot is full.
        """
        own = await self._booked(replaces) if replaces else None
        values = {
            "id": new_id(), "conversation": self._conversation.id, "branch": clean(branch), "starts_at": starts_at,
            "places": capacity, "kind": kind, "stock_id": stock_id, "name": clean(name) if name else None, "now": now,
            "own": own.id if own else None,
        }  # fmt: skip
        driver = self._conversation.driver
        if own is not None and (own.branch, own.starts_at) == (values["branch"], starts_at):
            await driver.execute(_AMEND, values)
            return own.id
        booked = await self._take_place(values)
        if booked is None or own is None:
            return booked
        await driver.execute("DELETE FROM appointments WHERE id = %(own)s", values)
        await driver.execute("UPDATE appointments SET id = %(own)s WHERE id = %(id)s", values)
        return own.id

    async def cancel(self, appointment_id: str, now: datetime) -> bool:
        """Give a place back; False when this customer has no such appointment."""
        cursor = await self._conversation.driver.execute(
            "UPDATE appointments SET status = 'cancelled', updated_at = %s "
            "WHERE id = %s AND conversation_id = %s AND status = 'booked'",
            (now, appointment_id, self._conversation.id),
        )
        return cursor.rowcount == 1

    async def upcoming(self, now: datetime) -> tuple[Appointment, ...]:
        """This customer's appointments to come, the next first."""
        cursor = await self._conversation.driver.execute(
            f"SELECT {_FIELDS} FROM appointments "
            "WHERE conversation_id = %s AND status = 'booked' AND starts_at > %s ORDER BY starts_at",
            (self._conversation.id, now),
        )
        return tuple(Appointment(*row) for row in await cursor.fetchall())

    async def standing(self, appointment_id: str | None, now: datetime) -> Appointment | None:
        """One of this customer's appointments to come: that of the id, or the next one."""
        booked = await self.upcoming(now)
        return next((item for item in booked if appointment_id in (None, item.id)), None)

    async def taken(self, branch: str, slots: Sequence[datetime], *, capacity: int) -> frozenset[datetime]:
        """Which of the slots are full."""
        cursor = await self._conversation.driver.execute(
            "SELECT starts_at FROM appointments WHERE branch = %s AND starts_at = ANY(%s) AND status = 'booked' "
            "GROUP BY starts_at HAVING count(*) >= %s",
            (clean(branch), list(slots), capacity),
        )
        full = {row[0] for row in await cursor.fetchall()}
        return frozenset(slot for slot in slots if slot in full)

    async def _take_place(self, values: Mapping[str, Any]) -> str | None:
        """The first free place of a slot; None when it is full."""
        # Two customers may find the same place free: the unique index lets one have it, the other looks again.
        for _ in range(values["places"] + 1):
            row = await (await self._conversation.driver.execute(_BOOK, values)).fetchone()
            if row is None:
                return None
            if row[0] is not None:
                return str(row[0])
        return None

    async def _booked(self, appointment_id: str) -> Appointment | None:
        cursor = await self._conversation.driver.execute(
            f"SELECT {_FIELDS} FROM appointments "
            "WHERE id = %s AND conversation_id = %s AND status = 'booked' FOR UPDATE",
            (appointment_id, self._conversation.id),
        )
        row = await cursor.fetchone()
        return Appointment(*row) if row else None


class Appointments:
    """All appointments, for operators, reminders and calendar links."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, appointment_id: str) -> Appointment | None:
        """One appointment.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return next(iter(await self._select("WHERE id = %s", (appointment_id,))), None)

    async def between(self, start: datetime, end: datetime, branch: str | None = None) -> tuple[Appointment, ...]:
        """What is booked from one moment up to another, in order.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return await self._select(
            "WHERE status = 'booked' AND starts_at >= %s AND starts_at < %s AND (%s::text IS NULL OR branch = %s) "
            "ORDER BY starts_at, id",
            (start, end, branch, branch),
        )

    async def to_remind(
        self, now: datetime, until: datetime, limit: int = 100, *, made_before: datetime | None = None
    ) -> tuple[Appointment, ...]:
        """Take the appointments up to a moment that were not reminded of; each is given out once.

        Args:
            now: the present moment (aware).
            until: appointments that start up to here.
            limit: at most so many.
            made_before: none made or moved after this: its customer has just read of it.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with transaction(self._engine) as (_, driver):
            cursor = await driver.execute(
                "UPDATE appointments SET reminded_at = %s WHERE id IN ("
                "SELECT id FROM appointments WHERE status = 'booked' AND reminded_at IS NULL AND starts_at > %s "
                "AND starts_at <= %s AND updated_at <= %s ORDER BY starts_at LIMIT %s FOR UPDATE SKIP LOCKED) "
                f"RETURNING {_FIELDS}",
                (now, now, until, made_before or now, limit),
            )
            rows = await cursor.fetchall()
        return tuple(sorted((Appointment(*row) for row in rows), key=lambda item: item.starts_at))

    async def _select(self, where: str, values: tuple[Any, ...]) -> tuple[Appointment, ...]:
        async with transaction(self._engine) as (_, driver):
            rows = await (await driver.execute(f"SELECT {_FIELDS} FROM appointments {where}", values)).fetchall()
        return tuple(Appointment(*row) for row in rows)


_FIELDS: Final = "id, conversation_id, branch, starts_at, kind, stock_id, name, status"

# No row: the slot is full. A row of NULL: somebody else took the first free place just now.
_BOOK: Final = """
WITH free AS (
    SELECT place.seat FROM generate_series(1, %(places)s) AS place(seat)
    WHERE NOT EXISTS (
        SELECT 1 FROM appointments AS a
        WHERE a.branch = %(branch)s AND a.starts_at = %(starts_at)s AND a.seat = place.seat AND a.status = 'booked'
    )
    ORDER BY place.seat LIMIT 1
), booked AS (
    INSERT INTO appointments (id, conversation_id, branch, starts_at, seat, kind, stock_id, name, created_at,
                              updated_at)
    SELECT %(id)s, %(conversation)s, %(branch)s, %(starts_at)s, seat, %(kind)s, %(stock_id)s, %(name)s, %(now)s, %(now)s
    FROM free
    ON CONFLICT (branch, starts_at, seat) WHERE status = 'booked' DO NOTHING
    RETURNING id
)
SELECT (SELECT id FROM booked) FROM free
"""

_AMEND: Final = """
UPDATE appointments SET kind = coalesce(%(kind)s, kind), stock_id = coalesce(%(stock_id)s, stock_id),
    name = coalesce(%(name)s, name), updated_at = %(now)s
WHERE id = %(own)s
"""
