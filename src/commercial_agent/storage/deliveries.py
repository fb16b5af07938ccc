"""What became of messages the provider took: their status is kept, and never taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.outbox import RANKS
from commercial_agent.storage.sessions import statement
from commercial_agent.storage.text import clean


@dataclass(frozen=True, slots=True)
class Travelling:
    """A message the provider has, whose end is not known yet."""

    id: str
    provider_sid: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that was not delivered, for the operator."""

    id: str
    conversation_id: str
    status: str
    error_code: int | None
    reason: str | None  # as it was noted
    at: datetime  # of the last try
    address: str
    name: str | None  # of the customer's profile
    author: str  # bot, operator
    body: str


class DeliveryTable:
    """The messages of the outbox after they have left."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Make the repository; it takes an engine for short work, not the turns' one."""
        self._engine = engine

    async def report(
        self, sid: str, status: str, now: datetime, *, reference: str | None = None, error_code: int | None = None,
        error: str | None = None,
    ) -> tuple[str, str, int] | None:  # fmt: skip
        """Keep what the provider says of a message, unless more is known already.

        Args:
            sid: the provider's id.
            status: one of those the outbox knows.
            now: the moment.
            reference: our own id, for a message whose `sid` we never learned.
            error_code: the provider's.
            error: what it means.

        Returns:
            Our id, the conversation's id and the attempts so far if the status changed; None if nothing did.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        own = (
            int(reference)
            if reference and reference.isascii() and reference.isdigit() and len(reference) < 19
            else None
        )
        parameters = {"sid": sid, "status": status, "now": now, "own": own, "code": error_code,
                      "error": clean(error) if error else None}  # fmt: skip
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_REPORT, parameters)).fetchone()
        return (str(row[0]), row[1], row[2]) if row else None

    async def travelling(self, now: datetime, *, quiet_s: float, limit: int) -> tuple[Travelling, ...]:
        """Messages nothing was heard of for a while; each is named at ever longer intervals.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        parameters = {"now": now, "quiet": timedelta(seconds=quiet_s), "limit": limit}
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_TRAVELLING, parameters)).fetchall()
        return tuple(Travelling(str(row[0]), row[1]) for row in rows)

    async def failures(self, limit: int = 100, *, conversation_id: str | None = None) -> tuple[Failure, ...]:
        """Messages that did not reach their customer and are not tried again, newest first.

        Args:
            limit: at most so many.
            conversation_id: only of this one.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_FAILURES, {"limit": limit, "only": conversation_id})).fetchall()
        return tuple(Failure(str(row[0]), *row[1:]) for row in rows)

    async def failed_within(self, hours: float) -> int:
        """How many messages that were last tried within so many hours did not reach their customer.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_FAILED_WITHIN, (hours,))).fetchone()
        assert row is not None
        return int(row[0])


# --- Statements ------------------------------------------------------------------------------------------------------

_REPORT = f"""
UPDATE outbox SET
    provider_sid = coalesce(provider_sid, %(sid)s), status = %(status)s, leased_until = NULL,
    error_code = %(code)s, error = %(error)s, sent_at = coalesce(sent_at, %(now)s),
    delivered_at = CASE WHEN %(status)s IN ('delivered', 'read') THEN coalesce(delivered_at, %(now)s)
                        ELSE delivered_at END,
    read_at = CASE WHEN %(status)s = 'read' THEN %(now)s ELSE read_at END
WHERE (
        provider_sid = %(sid)s
        OR (id = %(own)s AND provider_sid IS NULL AND NOT %(sid)s = ANY(dead_sids))
        OR (id = %(own)s AND %(sid)s = ANY(dead_sids) AND %(status)s IN ('delivered', 'read'))
    )
    AND array_position({RANKS}, status) < array_position({RANKS}, %(status)s)
RETURNING id, conversation_id, attempts
"""

_TRAVELLING = """
UPDATE outbox SET checked_at = %(now)s WHERE id IN (
    SELECT id FROM outbox
    WHERE status IN ('accepted', 'sent') AND provider_sid IS NOT NULL AND sent_at < %(now)s - %(quiet)s
      AND (checked_at IS NULL OR %(now)s - checked_at > greatest(%(quiet)s, checked_at - sent_at))
      AND sent_at > %(now)s - interval '3 days'
    ORDER BY sent_at LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id, provider_sid
"""

_FAILED = "o.status IN ('failed', 'undelivered', 'blocked')"

_FAILURES = f"""
SELECT o.id, o.conversation_id, o.status, o.error_code, o.error, coalesce(o.attempted_at, o.created_at), c.address,
       b.profile_name, o.author, o.body
FROM outbox AS o JOIN conversations AS c ON c.id = o.conversation_id
    LEFT JOIN mailboxes AS b ON b.conversation_id = o.conversation_id
WHERE {_FAILED} AND o.conversation_id = coalesce(%(only)s, o.conversation_id)
ORDER BY o.id DESC LIMIT %(limit)s
"""

_FAILED_WITHIN = f"""
SELECT count(*) FROM outbox AS o
WHERE {_FAILED} AND coalesce(o.attempted_at, o.created_at) > now() - make_interval(secs => 3600 * %s)
"""
