"""Inbound messages of a provider: stored once, numbered, and kept waiting until a turn answers them.

The mailboxes are the queue of the turns: a worker takes those that are due, so one customer has one turn at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
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
class QuietWindow:
    """How long a mailbox waits for the rest of a burst."""

    seconds: float = 1.2  # of silence
    at_most: float = 4.0  # since the first message


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

    conversation_id: str
    key: ConversationKey
    waiting: tuple[Waiting, ...]
    flood_told: bool  # the customer was told of late that he writes too fast
    failures: int = 0  # turns that broke, one after the other


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
        window: QuietWindow | None = None,
        external_id: str | None = None,
        referral: Mapping[str, str] | None = None,
    ) -> Received:
        """Store a message and make its mailbox due once the customer is silent: committed when this returns.

        Raises:
            DatabaseUnavailable: nothing was stored; the webhook must not be acknowledged.
        """
        window = window or QuietWindow()
        parameters = (
            new_id(), key.channel.value, clean(key.address), clean(sender), message.message_id, message.kind,
            clean(message.text), None if message.payload is None else clean(message.payload),
            to_json(dict(raw)).decode(), message.received_at,
            None if message.profile_name is None else clean(message.profile_name),
            None if external_id is None else clean(external_id),
            to_json(dict(referral)).decode() if referral else None,
            limits.per_ten_seconds, limits.per_minute, window.seconds, window.at_most,
        )  # fmt: skip
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_RECEIVE, parameters)).fetchone()
        assert row is not None
        return Received(row[0], str(row[1]), row[2], row[3])

    async def take(
        self, worker: str, ended: Mapping[str, float | None], busy: Collection[str], *, limit: int, lease_s: float
    ) -> tuple[Opened, ...]:
        """Let go of mailboxes that are ended, and take those that are due, longest due first. One round trip.

        Args:
            worker: who takes them; nobody else does before his lease is over.
            ended: by conversation, None where it is answered; else the seconds until the next try, 0 for a hand-back.
            busy: what this worker is still at; not taken twice, even if its lease ran out.
            limit: at most so many.
            lease_s: how long they are his without a sign of life, by the database's clock.

        Raises:
            DatabaseUnavailable: the database does not answer; what was taken all the same is due after its lease.
        """
        parameters = (worker, list(ended), list(ended.values()), list(busy), limit, lease_s)
        async with statement(self._engine) as driver:
            return _opened(await (await driver.execute(_TAKE, parameters)).fetchall())

    async def keep(self, worker: str, busy: Collection[str], lease_s: float) -> None:
        """A worker's sign of life: what he is at stays his.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(_KEEP, (worker, list(busy), lease_s))

    async def next_due(self) -> float | None:
        """Seconds until a mailbox is due, less than 0 for one that is; None when none ever will be.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_NEXT_DUE)).fetchone()
        return float(row[0]) if row and row[0] is not None else None

    async def waiting(self, conversation_id: str) -> Opened | None:
        """A mailbox as it stands; None when the customer was erased.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            opened = _opened(await (await driver.execute(_WAITING, ([conversation_id],))).fetchall())
        return opened[0] if opened else None

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

    async def mask(self, texts: Mapping[str, str]) -> None:
        """Put masked texts in the place of those that are stored of waiting messages; their raw forms go.

        Args:
            texts: by message id.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(_MASK, ([int(message_id) for message_id in texts], list(texts.values())))

    async def depth(self) -> tuple[int, float]:
        """How many messages wait, and for how many seconds the oldest has.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_DEPTH)).fetchone()
        assert row is not None
        return int(row[0]), float(row[1])


def _opened(rows: Sequence[tuple[Any, ...]]) -> tuple[Opened, ...]:
    boxes = (list(box) for _, box in groupby(rows, key=lambda row: row[0]))
    return tuple(
        Opened(
            conversation_id=box[0][0],
            key=ConversationKey(Channel(box[0][1]), box[0][2]),
            waiting=tuple(_waiting(row) for row in box if row[6] is not None),
            flood_told=any(row[5] for row in box),
            failures=box[0][4],
        )
        for box in boxes
    )


def _waiting(row: tuple[Any, ...]) -> Waiting:
    return Waiting(
        id=str(row[6]),
        limited=row[14],
        message=IncomingMessage(
            text=row[8],
            received_at=row[11],
            kind=row[7],
            message_id=row[10],
            payload=row[9],
            latitude=float(row[12]) if row[7] == "location" else None,
            longitude=float(row[13]) if row[7] == "location" else None,
            profile_name=row[3],
        ),
    )


# --- Statements ------------------------------------------------------------------------------------------------------

_RECEIVE = """
SELECT conversation_id, message_id, is_new, is_limited FROM receive_message_v2(
    %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::timestamptz, %s, %s, %s::jsonb, %s, %s, %s, %s
)
"""

_TAKE = "SELECT * FROM take_mailboxes_v1(%s, %s::text[], %s::float8[], %s::text[], %s, %s)"

_KEEP = """
WITH kept AS (
    SELECT conversation_id FROM mailboxes WHERE worker = %s AND conversation_id = ANY(%s::text[])
    ORDER BY conversation_id FOR NO KEY UPDATE
)
UPDATE mailboxes AS b SET due_at = clock_timestamp() + make_interval(secs => %s)
FROM kept WHERE b.conversation_id = kept.conversation_id
"""

_NEXT_DUE = "SELECT extract(epoch FROM min(due_at) - clock_timestamp()) FROM mailboxes WHERE due_at IS NOT NULL"

_WAITING = "SELECT * FROM waiting_messages_v1(%s::text[])"

# What else of the raw form repeats the words is not told from what does not: only place and files are kept.
_MASK = """
UPDATE messages AS m SET
    text = masked.words,
    raw = (SELECT jsonb_object_agg(key, value) FROM jsonb_each(m.raw)
           WHERE key ~ '^(Latitude|Longitude|NumMedia|MediaUrl[0-9]+|MediaContentType[0-9]+)$')
FROM unnest(%s::bigint[], %s::text[]) AS masked (id, words)
WHERE m.id = masked.id AND m.text <> masked.words
"""

_DEPTH = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM messages
WHERE direction = 'in' AND turn_id IS NULL
"""
