"""Leads: what a seller needs to call a customer. One for each customer and interest, with its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.conversations import OpenConversation
from commercial_agent.storage.sessions import transaction
from commercial_agent.storage.text import clean, new_id, to_json


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead."""

    id: str
    conversation_id: str
    channel: str
    address: str  # of the customer
    kind: str  # buy, sell, trade_in
    interest: str  # what it is about
    stage: str
    score: int
    name: str | None
    data: Mapping[str, Any]
    referral: Mapping[str, str] | None  # the advertisement that brought him
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class LeadEvent:
    """Something that happened to a lead."""

    event: str
    data: Mapping[str, Any]
    at: datetime


class TurnLeads:
    """The leads of one conversation, inside its turn: they stand or fall with it."""

    def __init__(self, conversation: OpenConversation) -> None:
        self._conversation = conversation

    async def note(
        self,
        kind: str,
        interest: str,
        event: str,
        now: datetime,
        *,
        data: Mapping[str, Any] | None = None,
        name: str | None = None,
        score: int | None = None,
        stage: str | None = None,
    ) -> str:
        """Make a lead, or add to it; what is not said stays as it was.

        Args:
            kind: buy, sell, trade_in.
            interest: what it is about, canonical: a second note on the same adds to the same lead.
            event: what happened, for the history: asked, quoted, booked …
            now: the present moment (aware).
            data: facts to keep; those of the same name are replaced.
            name: of the customer.
            score: how much the lead is worth, in the profile's points.
            stage: new, contacted, won, lost …

        Returns:
            The lead's id.
        """
        facts = to_json(dict(data or {})).decode()
        values = {
            "id": new_id(), "conversation": self._conversation.id, "kind": kind, "interest": clean(interest),
            "name": clean(name) if name else None, "score": score, "stage": stage, "data": facts, "now": now,
            "event": event,
        }  # fmt: skip
        row = await (await self._conversation.driver.execute(_NOTE, values)).fetchone()
        assert row is not None
        return str(row[0])

    async def rate(self, stars: int, now: datetime, *, comment: str | None = None) -> None:
        """Keep a rating of the last answered turn; the last one counts.

        Args:
            stars: 1 to 5.
            now: the present moment (aware).
            comment: the customer's words.
        """
        await self._conversation.driver.execute(
            _RATE, {"conversation": self._conversation.id, "stars": stars, "now": now,
                    "comment": clean(comment) if comment else None},
        )  # fmt: skip


class Leads:
    """All leads, for sellers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def list(self, *, stage: str | None = None, limit: int = 200, offset: int = 0) -> tuple[Lead, ...]:
        """Leads, the best first.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return await self._select(
            "WHERE (%s::text IS NULL OR l.stage = %s) "
            "ORDER BY l.score DESC, l.updated_at DESC, l.id LIMIT %s OFFSET %s",
            (stage, stage, limit, offset),
        )

    async def get(self, lead_id: str) -> tuple[Lead, tuple[LeadEvent, ...]] | None:
        """One lead with its history, oldest first.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        found = await self._select("WHERE l.id = %s", (lead_id,))
        if not found:
            return None
        async with transaction(self._engine) as (_, driver):
            cursor = await driver.execute(
                "SELECT event, data, created_at FROM lead_events WHERE lead_id = %s ORDER BY id", (lead_id,)
            )
            events = tuple(LeadEvent(*row) for row in await cursor.fetchall())
        return found[0], events

    async def move(self, lead_id: str, stage: str, now: datetime) -> bool:
        """Put a lead into another stage; False when there is no such lead.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with transaction(self._engine) as (_, driver):
            cursor = await driver.execute(_MOVE, {"id": lead_id, "stage": stage, "now": now})
            return cursor.rowcount == 1

    async def _select(self, where: str, values: tuple[Any, ...]) -> tuple[Lead, ...]:
        async with transaction(self._engine) as (_, driver):
            rows = await (await driver.execute(_SELECT + where, values)).fetchall()
        return tuple(Lead(*row) for row in rows)


_SELECT: Final = """
SELECT l.id, l.conversation_id, c.channel, c.address, l.kind, l.interest, l.stage, l.score, l.name, l.data, b.referral,
       l.created_at, l.updated_at
FROM leads AS l JOIN conversations AS c ON c.id = l.conversation_id
    LEFT JOIN mailboxes AS b ON b.conversation_id = c.id
"""

_NOTE: Final = """
WITH lead AS (
    INSERT INTO leads AS l (id, conversation_id, kind, interest, stage, score, name, data, created_at, updated_at)
    VALUES (%(id)s, %(conversation)s, %(kind)s, %(interest)s, coalesce(%(stage)s, 'new'), coalesce(%(score)s, 0),
            %(name)s, %(data)s::jsonb, %(now)s, %(now)s)
    ON CONFLICT (conversation_id, kind, interest) DO UPDATE SET
        stage = coalesce(%(stage)s, l.stage), score = coalesce(%(score)s, l.score), name = coalesce(%(name)s, l.name),
        data = l.data || excluded.data, updated_at = %(now)s
    RETURNING id
)
INSERT INTO lead_events (lead_id, event, data, created_at) SELECT id, %(event)s, %(data)s::jsonb, %(now)s FROM lead
RETURNING lead_id
"""

_MOVE: Final = """
WITH lead AS (
    UPDATE leads SET stage = %(stage)s, updated_at = %(now)s WHERE id = %(id)s RETURNING id
)
INSERT INTO lead_events (lead_id, event, data, created_at)
SELECT id, 'stage', jsonb_build_object('stage', %(stage)s::text), %(now)s FROM lead
"""

_RATE: Final = """
INSERT INTO ratings (conversation_id, turn_id, stars, comment, created_at)
SELECT %(conversation)s, coalesce((
    SELECT id FROM turns WHERE conversation_id = %(conversation)s ORDER BY created_at DESC, id DESC LIMIT 1
), ''), %(stars)s, %(comment)s, %(now)s
ON CONFLICT (conversation_id, turn_id) DO UPDATE SET
    stars = excluded.stars, comment = coalesce(excluded.comment, ratings.comment), created_at = excluded.created_at
"""
