"""Inbound messages of a provider: stored once, numbered, and kept waiting until a turn answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage
from commercial_agent.storage.sessions import statement
from commercial_agent.storage.text import clean, new_id, to_json

LIMITED = "limited"  # the turn id of messages above the limit that got no answer of their own


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one customer may write."""

    per_ten_seconds: int = 20
    per_minute: int = 60


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an inbound message."""

    conversation_id: str
    message_id: str
    new: bool  # False: a copy of one that is already stored
    limited: bool  # the customer writes faster than he may


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored message that no turn has answered yet."""

    id: str
    message: IncomingMessage
    limited: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A mailbox whose messages are about to be answered."""

    key: ConversationKey
    waiting: tuple[Waiting, ...]
    flood_told: bool  # the customer was told of late that he writes too fast


class Mailboxes:
    """The mailboxes of this database."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Make the repository; it takes an engine for short work, not the turns' one."""
        self._engine = engine

    async def receive(
        self,
        key: ConversationKey,
        message: IncomingMessage,
        *,
        sender: str,
        raw: Mapping[str, str],
        limits: Limits,
        external_id: str | None = None,
        referral: Mapping[str, str] | None = None,
    ) -> Received:
        """Store a message and queue its conversation: both or neither, committed when this returns.

        Raises:
            DatabaseUnavailable: nothing was stored; the webhook must not be acknowledged.
        """
        parameters = (
            new_id(), key.channel.value, clean(key.address), clean(sender), message.message_id, message.kind,
            clean(message.text), None if message.payload is None else clean(message.payload),
            to_json(dict(raw)).decode(), message.received_at,
            None if message.profile_name is None else clean(message.profile_name),
            None if external_id is None else clean(external_id),
            to_json(dict(referral)).decode() if referral else None,
            limits.per_ten_seconds, limits.per_minute,
        )  # fmt: skip
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_RECEIVE, parameters)).fetchone()
        assert row is not None
        return Received(row[0], str(row[1]), row[2], row[3])

    async def waiting_since(self, conversation_id: str) -> tuple[datetime, datetime] | None:
        """When the first and the last waiting message came; None when none waits.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_SINCE, (conversation_id,))).fetchone()
        return (row[0], row[1]) if row and row[0] is not None else None

    async def open(self, conversation_id: str, now: datetime) -> Opened | None:
        """All waiting messages in order. Whatever comes later queues the conversation again.

        Returns:
            The mailbox; None when the customer was erased.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            # First the lock, then the reading: a message whose webhook saw `queued` is committed once we have the lock.
            head = await (await driver.execute(_UNQUEUE, (conversation_id, now - timedelta(minutes=1)))).fetchone()
            if head is None:
                return None
            rows = await (await driver.execute(_WAITING, (conversation_id,))).fetchall()
        waiting = tuple(_waiting(row, head[2]) for row in rows)
        return Opened(ConversationKey(Channel(head[0]), head[1]), waiting, head[3])

    async def close_limited(self, message_ids: Sequence[str]) -> None:
        """Settle messages above the limit without an answer of their own.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(
                "UPDATE messages SET turn_id = %s WHERE id = ANY(%s::bigint[]) AND turn_id IS NULL",
                (LIMITED, [int(message_id) for message_id in message_ids]),
            )

    async def queue_forgotten(self, older_than: datetime) -> int:
        """Queue conversations with messages that wait without any job; how many there were.

        Jobs and messages are stored together, so this finds something only after a job was lost or gave up.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            return (await driver.execute(_QUEUE_FORGOTTEN, (older_than,))).rowcount

    async def depth(self) -> tuple[int, float]:
        """How many messages wait, and for how many seconds the oldest has.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_DEPTH)).fetchone()
        assert row is not None
        return int(row[0]), float(row[1])


def _waiting(row: tuple[Any, ...], profile_name: str | None) -> Waiting:
    raw = row[6] or {}
    return Waiting(
        id=str(row[0]),
        limited=row[7],
        message=IncomingMessage(
            text=row[2],
            received_at=row[5],
            kind=row[1],
            message_id=row[4],
            payload=row[3],
            latitude=float(raw["Latitude"]) if row[1] == "location" else None,
            longitude=float(raw["Longitude"]) if row[1] == "location" else None,
            profile_name=profile_name,
        ),
    )


# --- Statements ------------------------------------------------------------------------------------------------------

_RECEIVE = """
SELECT conversation_id, message_id, is_new, is_limited FROM receive_message_v1(
    %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::timestamptz, %s, %s, %s::jsonb, %s, %s
)
"""

_IS_WAITING = "direction = 'in' AND turn_id IS NULL"

_SINCE = f"SELECT min(created_at), max(created_at) FROM messages WHERE conversation_id = %s AND {_IS_WAITING}"

_UNQUEUE = """
UPDATE mailboxes AS b SET queued = false FROM conversations AS c
WHERE c.id = b.conversation_id AND b.conversation_id = %s
RETURNING c.channel, c.address, b.profile_name, EXISTS (
    SELECT 1 FROM messages AS m
    WHERE m.conversation_id = c.id AND m.limited AND m.turn_id IS NOT NULL AND m.created_at > %s
)
"""

_WAITING = f"""
SELECT id, kind, text, payload, provider_sid, created_at, raw, limited FROM messages
WHERE conversation_id = %s AND {_IS_WAITING} ORDER BY seq
"""

_QUEUE_FORGOTTEN = f"""
SELECT queue_answer_v1(forgotten.conversation_id) FROM (
    SELECT conversation_id FROM messages WHERE {_IS_WAITING}
    GROUP BY conversation_id HAVING max(created_at) < %s
) AS forgotten
WHERE NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS job
    WHERE job.lock = forgotten.conversation_id AND job.status IN ('todo', 'doing')
) AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS job JOIN procrastinate_events AS event ON event.job_id = job.id
    WHERE job.lock = forgotten.conversation_id AND job.status = 'failed' AND event.type = 'failed'
      AND event.at > now() - interval '10 minutes'
)
"""

_DEPTH = f"""
SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM messages WHERE {_IS_WAITING}
"""
