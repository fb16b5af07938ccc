"""Outgoing messages: claimed in order and at a pace, and what came of the try to send them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.sessions import statement

# The order in which a message's status may change. A failure the provider reports late gives way to a later delivery.
_RANK: Final = (
    "queued", "sending", "unknown", "accepted", "sent", "undelivered", "failed", "blocked", "cancelled", "delivered",
    "read",
)  # fmt: skip
RANKS: Final = "ARRAY[" + ", ".join(f"'{status}'" for status in _RANK) + "]"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message whose turn it is to be sent."""

    id: str
    conversation_id: str
    address: str
    sender: str  # our address that the customer knows; "" where he never wrote to one
    body: str
    media_url: str | None
    quick_replies: tuple[tuple[str, str], ...]  # title and payload
    author: str
    attempts: int  # with this one
    attempted_at: datetime
    written_in_mode: str
    written_opted_out: bool
    mode: str  # of the conversation now
    opted_out: bool
    last_inbound_at: datetime | None
    language: str | None = None  # of the conversation


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast messages may leave."""

    per_second: float = 80.0  # of all senders together, after one second's worth at once
    burst: int = 10  # to one customer
    seconds_each: float = 6.0  # then one more to him after so many seconds


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message the provider took."""

    id: str
    sid: str  # the provider's
    status: str
    at: datetime


class OutboxTable:
    """What is to be sent."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Make the repository; it takes an engine for short work, not the turns' one."""
        self._engine = engine

    async def claim(self, now: datetime, *, limit: int, lease_s: float, pace: Pace) -> tuple[Outgoing, ...]:
        """Take messages to send: of each conversation only its first unsent one, so that order is kept.

        Marked `sending` before anything leaves: a message found so after its lease may have been sent.

        Args:
            now: the moment.
            limit: at most so many.
            lease_s: how long they are the caller's.
            pace: of the sender and of each recipient, whoever claims.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        parameters = {
            "now": now, "limit": limit, "lease": now + timedelta(seconds=lease_s),
            "burst": float(pace.burst), "each": pace.seconds_each, "rate": pace.per_second,
            "full_s": max(1.0, 1.0 / pace.per_second),
        }  # fmt: skip
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_CLAIM, parameters)).fetchall()
        return tuple(_outgoing(row) for row in sorted(rows, key=lambda row: row[0]))

    async def claim_unknown(self, now: datetime, *, limit: int, lease_s: float) -> tuple[Outgoing, ...]:
        """Take messages that may or may not have been sent, for a look at the provider's list.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        parameters = {"now": now, "limit": limit, "lease": now + timedelta(seconds=lease_s)}
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_CLAIM_UNKNOWN, parameters)).fetchall()
        return tuple(_outgoing(row) for row in rows)

    async def doubt(self, now: datetime, settle_s: float) -> int:
        """Mark messages whose sender died while sending as unknown; how many.

        Args:
            now: the moment.
            settle_s: after the end of the lease the provider's list tells so much later whether it has them.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            cursor = await driver.execute(
                "UPDATE outbox SET status = 'unknown', leased_until = NULL, next_attempt_at = leased_until + %s "
                "WHERE status = 'sending' AND leased_until < %s",
                (timedelta(seconds=settle_s), now),
            )
            return cursor.rowcount

    async def accepted(self, messages: Sequence[Accepted]) -> None:
        """The provider took these. A status callback may have come before: nothing is taken back.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        parameters = {
            "ids": [int(message.id) for message in messages], "sids": [message.sid for message in messages],
            "statuses": [message.status for message in messages], "ats": [message.at for message in messages],
        }  # fmt: skip
        async with statement(self._engine) as driver:
            await driver.execute(_ACCEPTED, parameters)

    async def again(
        self,
        message_id: str,
        at: datetime,
        *,
        status: str = "queued",
        error_code: int | None = None,
        error: str | None = None,
        plain: bool = False,
        free: bool = False,
    ) -> None:
        """Put a message off.

        Args:
            message_id: which one.
            at: when it is looked at again.
            status: `queued`, or `unknown` where it may have been sent.
            error_code: the provider's.
            error: what it means.
            plain: leave picture and buttons out; what the buttons said becomes numbered lines.
            free: this try does not count.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        parameters = {"id": int(message_id), "at": at, "status": status, "code": error_code, "error": error,
                      "plain": plain, "free": int(free)}  # fmt: skip
        async with statement(self._engine) as driver:
            await driver.execute(_AGAIN, parameters)

    async def ended(
        self, message_id: str, status: str, *, error_code: int | None = None, error: str | None = None
    ) -> None:
        """The message will not be sent: `failed`, `blocked` or `cancelled`.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(
                "UPDATE outbox SET status = %s, error_code = %s, error = %s, leased_until = NULL "
                "WHERE id = %s AND status IN ('queued', 'sending', 'unknown', 'accepted', 'sent', 'undelivered')",
                (status, error_code, error, int(message_id)),
            )

    async def opt_out(self, conversation_id: str) -> None:
        """Note that the customer refuses messages. May wait for a turn of his to end.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute("UPDATE conversations SET opted_out = true WHERE id = %s", (conversation_id,))

    async def revive(self, message_id: str, at: datetime, *, plain: bool) -> None:
        """Send a message once more that the provider took and could not deliver.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(_REVIVE, {"id": int(message_id), "at": at, "plain": plain})

    async def known(self, sids: Sequence[str]) -> frozenset[str]:
        """Which of the provider's ids belong to messages of ours already.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_KNOWN, {"sids": list(sids)})).fetchall()
        return frozenset(row[0] for row in rows)

    async def depth(self) -> tuple[int, float]:
        """How many messages wait to be sent, and for how many seconds the oldest has.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_DEPTH)).fetchone()
        assert row is not None
        return int(row[0]), float(row[1])


def _outgoing(row: tuple[Any, ...]) -> Outgoing:
    return Outgoing(
        id=str(row[0]),
        conversation_id=row[1],
        address=row[2],
        sender=row[3] or "",
        body=row[4],
        media_url=row[5],
        quick_replies=tuple((reply["title"], reply["payload"]) for reply in row[6] or ()),
        author=row[7],
        attempts=row[8],
        attempted_at=row[9],
        written_in_mode=row[10],
        written_opted_out=row[11],
        mode=row[12],
        opted_out=row[13],
        last_inbound_at=row[14],
        language=row[15],
    )


# --- Statements ------------------------------------------------------------------------------------------------------

_OPEN = "status IN ('queued', 'sending', 'unknown')"

_DEPTH = f"SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox WHERE {_OPEN}"

_FIELDS = """
o.id, o.conversation_id, c.address, b.sender, o.body, o.media_url, o.quick_replies, o.author, o.attempts,
o.attempted_at, o.mode, o.opted_out, c.mode, c.opted_out, greatest(b.last_inbound_at, c.last_inbound_at), c.language
"""

# Tokens are refilled by the clock and spent here, in the statement that claims: whichever process claims, the sender's
# pace (by the database's clock) and each recipient's hold for all together.
_CLAIM = f"""
WITH pace AS MATERIALIZED (
    SELECT greatest(filling_since, now() - make_interval(secs => %(full_s)s)) AS since FROM sending_pace FOR UPDATE
), heads AS (
    SELECT DISTINCT ON (conversation_id) id FROM outbox WHERE {_OPEN} ORDER BY conversation_id, id
), due AS (
    SELECT o.id, o.conversation_id FROM outbox AS o
    JOIN heads ON heads.id = o.id
    LEFT JOIN mailboxes AS b ON b.conversation_id = o.conversation_id
    WHERE o.status = 'queued' AND o.next_attempt_at <= %(now)s
      AND (b.conversation_id IS NULL
           OR b.send_tokens + extract(epoch FROM %(now)s - b.send_tokens_at) / %(each)s >= 1)
    ORDER BY o.next_attempt_at, o.id
    LIMIT (SELECT greatest(0, least(%(limit)s, floor(extract(epoch FROM now() - since) * %(rate)s + 1e-6))) FROM pace)
    FOR UPDATE OF o SKIP LOCKED
), paced AS (
    UPDATE sending_pace SET filling_since = (SELECT since FROM pace)
        + make_interval(secs => (SELECT count(*) FROM due) / %(rate)s)
    WHERE EXISTS (SELECT FROM due)
), boxes AS (  -- whoever locks several mailboxes locks them in the order of their names
    SELECT conversation_id FROM mailboxes WHERE conversation_id IN (SELECT conversation_id FROM due)
    ORDER BY conversation_id FOR NO KEY UPDATE
), spent AS (
    UPDATE mailboxes AS b SET
        send_tokens = least(%(burst)s,
            b.send_tokens + greatest(0, extract(epoch FROM %(now)s - b.send_tokens_at)) / %(each)s) - 1,
        send_tokens_at = %(now)s
    FROM boxes WHERE b.conversation_id = boxes.conversation_id
)
UPDATE outbox AS o SET status = 'sending', attempts = o.attempts + 1, attempted_at = %(now)s, leased_until = %(lease)s
FROM due JOIN conversations AS c ON c.id = due.conversation_id
    LEFT JOIN mailboxes AS b ON b.conversation_id = due.conversation_id
WHERE o.id = due.id
RETURNING {_FIELDS}
"""

_CLAIM_UNKNOWN = f"""
WITH due AS (
    SELECT id, conversation_id FROM outbox
    WHERE status = 'unknown' AND next_attempt_at <= %(now)s AND (leased_until IS NULL OR leased_until < %(now)s)
    ORDER BY next_attempt_at LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE outbox AS o SET leased_until = %(lease)s
FROM due JOIN conversations AS c ON c.id = due.conversation_id
    LEFT JOIN mailboxes AS b ON b.conversation_id = due.conversation_id
WHERE o.id = due.id
RETURNING {_FIELDS}
"""

_ACCEPTED = f"""
UPDATE outbox AS o SET
    provider_sid = took.sid, leased_until = NULL, sent_at = coalesce(o.sent_at, took.at), error_code = NULL,
    error = NULL,
    status = CASE WHEN array_position({RANKS}, o.status) < array_position({RANKS}, took.status)
                  THEN took.status ELSE o.status END
FROM unnest(%(ids)s::bigint[], %(sids)s::text[], %(statuses)s::text[], %(ats)s::timestamptz[])
    AS took (id, sid, status, at)
WHERE o.id = took.id AND (o.provider_sid IS NULL OR o.provider_sid = took.sid) AND NOT took.sid = ANY(o.dead_sids)
"""

# What a message becomes whose picture or buttons were refused.
_PLAIN = """
    body = CASE WHEN %(plain)s AND quick_replies IS NOT NULL THEN left(body || E'\\n\\n' || (
        SELECT string_agg(number || '. ' || (reply ->> 'title'), E'\\n' ORDER BY number)
        FROM jsonb_array_elements(quick_replies) WITH ORDINALITY AS option(reply, number)
    ), 1600) ELSE body END,
    media_url = CASE WHEN %(plain)s THEN NULL ELSE media_url END,
    quick_replies = CASE WHEN %(plain)s THEN NULL ELSE quick_replies END
"""

_AGAIN = f"""
UPDATE outbox SET status = %(status)s, next_attempt_at = %(at)s, leased_until = NULL, error_code = %(code)s,
    error = %(error)s, attempts = attempts - %(free)s,
    {_PLAIN}
WHERE id = %(id)s AND {_OPEN} AND provider_sid IS NULL
"""

_REVIVE = f"""
UPDATE outbox SET status = 'queued', next_attempt_at = %(at)s, leased_until = NULL, sent_at = NULL, checked_at = NULL,
    dead_sids = dead_sids || provider_sid, provider_sid = NULL,
    {_PLAIN}
WHERE id = %(id)s AND status IN ('failed', 'undelivered') AND provider_sid IS NOT NULL
"""

_KNOWN = """
SELECT provider_sid FROM outbox WHERE provider_sid = ANY(%(sids)s::text[])
UNION ALL
SELECT sid FROM outbox, unnest(dead_sids) AS sid WHERE dead_sids && %(sids)s::text[]
"""
