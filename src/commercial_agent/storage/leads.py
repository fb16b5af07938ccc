"""Leads: what a seller needs to call a customer. One for each customer and interest, with its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.conversations import OpenConversation
from commercial_agent.storage.sessions import transaction
from commercial_agent.storage.text import clean, clean_json, new_id, to_json

STAGES: Final = ("new", "interested", "quoted", "booked")  # that the conversation reaches by itself, in order
SELLER_STAGES: Final = ("contacted", "won", "lost")  # that a seller puts a lead into
_LEADS: Final = UUID("7b1f3f0e-3c0d-4a58-9d0c-5a0a2f4f6c11")


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
class LeadNote:
    """What a turn adds to a lead."""

    kind: str  # buy, sell, trade_in
    interest: str  # what it is about: one lead for each customer, kind and interest
    event: str  # what happened, for the history: described, quoted, booked …
    name: str | None = None  # of the customer
    stage: str | None = None  # the lead moves on to it, never back, and never out of a stage a seller chose
    points: Mapping[str, int] = field(default_factory=dict)  # by sign of interest; the score is their sum
    cars: Mapping[str, Any] = field(default_factory=dict)  # looked at, by stock id
    data: Mapping[str, Any] = field(default_factory=dict)  # facts to keep; those of the same name are replaced
    detail: Mapping[str, Any] = field(default_factory=dict)  # of the event alone


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

    def id_of(self, kind: str, interest: str) -> str:
        """The id that a new lead of this customer gets."""
        return uuid5(_LEADS, "\n".join((self._conversation.id, kind, clean(interest)))).hex

    async def note_all(self, notes: Sequence[LeadNote], now: datetime, tell: Sequence[tuple[str, str]] = ()) -> None:
        """Make leads or add to them, and queue what others are told: one round trip for everything.

        Args:
            notes: in the order in which things happened; several may belong to one lead.
            now: the present moment (aware).
            tell: kind and target of events to send (see `storage.events`); `lead.updated` goes once for each lead.
        """
        leads: dict[tuple[str, str], LeadNote] = {}
        for note in notes:
            known = leads.get((note.kind, note.interest))
            leads[note.kind, note.interest] = note if known is None else _merged(known, note)
        values = {
            "conversation": self._conversation.id,
            "now": now,
            "leads": clean_json(to_json([self._row(note) for note in leads.values()])).decode(),
            "events": clean_json(to_json([_event(place, note) for place, note in enumerate(notes)])).decode(),
            "tell": to_json([{"kind": kind, "target": target} for kind, target in tell]).decode(),
        }
        await self._conversation.driver.execute(_NOTE_ALL, values)

    def _row(self, note: LeadNote) -> dict[str, Any]:
        data = {**note.data, "points": note.points, "cars": note.cars}
        name = clean(note.name) if note.name else None
        return {
            "id": self.id_of(note.kind, note.interest), "kind": note.kind, "interest": clean(note.interest),
            "name": name, "stage": note.stage, "data": data,
        }  # fmt: skip

    async def rate(self, stars: int, now: datetime, *, comment: str | None = None) -> None:
        """Keep a rating of the last answered turn. A second one within a day is a change of mind and replaces it.

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

    async def of(self, conversation_id: str) -> tuple[Lead, ...]:
        """The leads of a customer, the best first.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return await self._select("WHERE l.conversation_id = %s ORDER BY l.score DESC, l.id", (conversation_id,))

    async def to_follow_up(self, quiet_since: datetime, heard_after: datetime, now: datetime) -> tuple[Lead, ...]:
        """Take the leads of buyers who showed interest, booked nothing and fell silent; each is given out once ever.

        Args:
            quiet_since: they wrote nothing after this moment.
            heard_after: but did after this one: the channel's window is still open.
            now: the present moment.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        values = {"quiet": quiet_since, "heard": heard_after, "now": now}
        async with transaction(self._engine) as (_, driver):
            taken = [row[0] for row in await (await driver.execute(_FOLLOW_UP, values)).fetchall()]
            if not taken:
                return ()
            rows = await (await driver.execute(_SELECT + "WHERE l.id = ANY(%s)", (taken,))).fetchall()
        return tuple(Lead(*row) for row in rows)

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


def _merged(older: LeadNote, newer: LeadNote) -> LeadNote:
    return LeadNote(
        newer.kind, newer.interest, newer.event, newer.name or older.name, _later(older.stage, newer.stage),
        {**older.points, **newer.points}, {**older.cars, **newer.cars}, {**older.data, **newer.data},
    )  # fmt: skip


def _later(older: str | None, newer: str | None) -> str | None:
    if older is None or newer is None:
        return older or newer
    return max(older, newer, key=STAGES.index)


def _event(place: int, note: LeadNote) -> dict[str, Any]:
    return {
        "place": place,
        "kind": note.kind,
        "interest": clean(note.interest),
        "event": note.event,
        "data": note.detail,
    }


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

# A stage moves on along STAGES; from booked back to interested when the appointment is given up. What a seller chose
# (contacted, won, lost) stays. The score is the sum of the signs of interest, each counted once.
_NOTE_ALL: Final = """
WITH said AS (
    SELECT * FROM jsonb_to_recordset(%(leads)s::jsonb)
        AS n(id text, kind text, interest text, name text, stage text, data jsonb)
), lead AS (
    INSERT INTO leads AS l (id, conversation_id, kind, interest, stage, score, name, data, created_at, updated_at)
    SELECT id, %(conversation)s, kind, interest, coalesce(stage, 'new'), lead_score_v1(data -> 'points'), name, data,
           %(now)s, %(now)s
    FROM said
    ON CONFLICT (conversation_id, kind, interest) DO UPDATE SET
        name = coalesce(excluded.name, l.name),
        stage = lead_stage_v1(l.stage, excluded.stage, excluded.data -> 'points'),
        score = lead_score_v1(coalesce(l.data -> 'points', '{}') || (excluded.data -> 'points')),
        data = l.data || excluded.data || jsonb_build_object(
            'points', coalesce(l.data -> 'points', '{}') || (excluded.data -> 'points'),
            'cars', coalesce(l.data -> 'cars', '{}') || (excluded.data -> 'cars')
        ),
        updated_at = %(now)s
    RETURNING id, kind, interest
), history AS (
    INSERT INTO lead_events (lead_id, event, data, created_at)
    SELECT lead.id, e.event, e.data, %(now)s
    FROM jsonb_to_recordset(%(events)s::jsonb) AS e(place int, kind text, interest text, event text, data jsonb)
        JOIN lead USING (kind, interest)
    ORDER BY e.place
), told AS (
    SELECT kind, target FROM jsonb_to_recordset(%(tell)s::jsonb) AS t(kind text, target text)
)
INSERT INTO events (conversation_id, kind, target, subject, next_attempt_at, created_at)
SELECT %(conversation)s, told.kind, told.target, lead.id, %(now)s, %(now)s
FROM told CROSS JOIN lead WHERE told.kind = 'lead.updated'
UNION ALL
SELECT %(conversation)s, told.kind, told.target, '', %(now)s, %(now)s FROM told WHERE told.kind <> 'lead.updated'
"""

_FOLLOW_UP: Final = """
WITH taken AS (
    SELECT l.id FROM leads AS l JOIN conversations AS c ON c.id = l.conversation_id
        JOIN mailboxes AS b ON b.conversation_id = c.id
    WHERE l.kind = 'buy' AND l.stage IN ('interested', 'quoted') AND NOT l.data ? 'followed_up_at'
      AND c.mode = 'bot' AND NOT c.opted_out AND c.channel = 'whatsapp'
      AND greatest(b.last_inbound_at, c.last_inbound_at) BETWEEN %(heard)s AND %(quiet)s
      AND NOT EXISTS (
          SELECT 1 FROM appointments AS a
          WHERE a.conversation_id = c.id AND a.status = 'booked' AND a.starts_at > %(now)s
      )
    ORDER BY l.score DESC LIMIT 50
    FOR UPDATE OF l SKIP LOCKED
), lead AS (
    UPDATE leads AS l SET data = l.data || jsonb_build_object('followed_up_at', %(now)s::timestamptz)
    FROM taken WHERE l.id = taken.id RETURNING l.id
)
INSERT INTO lead_events (lead_id, event, data, created_at) SELECT id, 'followed_up', '{}', %(now)s FROM lead
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
    SELECT turn_id FROM ratings WHERE conversation_id = %(conversation)s AND created_at > %(now)s - interval '1 day'
    ORDER BY created_at DESC LIMIT 1
), (
    SELECT id FROM turns WHERE conversation_id = %(conversation)s ORDER BY created_at DESC, id DESC LIMIT 1
), ''), %(stars)s, %(comment)s, %(now)s
ON CONFLICT (conversation_id, turn_id) DO UPDATE SET
    stars = excluded.stars, comment = coalesce(excluded.comment, ratings.comment), created_at = excluded.created_at
"""
