"""Files that customers send: kept for the seller in the database, so that erasing a customer erases them too."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.sessions import statement, transaction
from commercial_agent.storage.text import clean

KEPT, HEARD, REFUSED, FAILED = "kept", "heard", "refused", "failed"
MOST_BYTES: Final = 200 * 2**20  # of one conversation


@dataclass(frozen=True, slots=True)
class Brought:
    """A waiting message that brings files."""

    message_id: str
    kind: str
    raw: Mapping[str, str]  # the provider's form
    statuses: tuple[str, ...]  # of its files, where an earlier try ended; empty: nothing was fetched yet


@dataclass(frozen=True, slots=True)
class File:
    """What became of one file of a message."""

    number: int
    kind: str  # image, document, audio
    status: str
    content_type: str = ""
    size: int = 0
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as sellers see it in a list."""

    id: str
    message_id: str
    kind: str
    status: str
    content_type: str
    size: int
    at: datetime


class Attachments:
    """The files of this database."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Make the repository; it takes an engine for short work, not the turns' one."""
        self._engine = engine

    async def brought(self, message_ids: Sequence[str]) -> tuple[Brought, ...]:
        """What these messages bring.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_BROUGHT, (list(map(int, message_ids)),))).fetchall()
        return tuple(Brought(str(row[0]), row[1], row[2] or {}, tuple(row[3] or ())) for row in rows)

    async def keep(self, message_id: str, files: Sequence[File], words: str | None, now: datetime) -> tuple[str, ...]:
        """Store a message's files, and what was heard in it as its text. A second time changes nothing.

        Args:
            message_id: of the message, which still waits.
            files: all of them.
            words: what a voice note says; None leaves the text.
            now: when they were fetched (aware).

        Returns:
            The statuses as they are stored: a file for which there is no more room is refused.

        Raises:
            DatabaseUnavailable: nothing was stored.
        """
        async with transaction(self._engine) as (_, driver):
            for file in files:
                values = {
                    "id": secrets.token_hex(16), "message": int(message_id), "number": file.number,
                    "kind": file.kind, "status": file.status, "type": clean(file.content_type)[:100],
                    "size": file.size, "content": file.content, "now": now, "most": MOST_BYTES,
                }  # fmt: skip
                await driver.execute(_KEEP, values)
            if words is not None:
                await driver.execute(_HEARD, (clean(words), int(message_id)))
            rows = await (await driver.execute(_STATUSES, (int(message_id),))).fetchall()
        return tuple(row[0] for row in rows)

    async def list(self, conversation_id: str) -> tuple[StoredFile, ...]:
        """The files of a conversation, oldest first, without their content.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_LIST, (conversation_id,))).fetchall()
        return tuple(StoredFile(row[0], str(row[1]), *row[2:]) for row in rows)

    async def content(self, file_id: str) -> tuple[str, bytes] | None:
        """Type and content of a kept file; None where there is none.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row: tuple[Any, ...] | None = await (await driver.execute(_CONTENT, (file_id,))).fetchone()
        return (row[0], bytes(row[1])) if row is not None else None


_BROUGHT: Final = """
SELECT m.id, m.kind, m.raw, array_agg(a.status ORDER BY a.number) FILTER (WHERE a.id IS NOT NULL)
FROM messages AS m LEFT JOIN attachments AS a ON a.message_id = m.id
WHERE m.id = ANY(%s::bigint[]) GROUP BY m.id
"""

# Nothing is stored for a customer who was erased meanwhile.
_KEEP: Final = """
INSERT INTO attachments (id, conversation_id, message_id, number, kind, status, content_type, size, content, created_at)
SELECT %(id)s, m.conversation_id, m.id, %(number)s, %(kind)s,
       CASE WHEN room.enough THEN %(status)s ELSE 'refused' END, %(type)s, %(size)s,
       CASE WHEN room.enough THEN %(content)s::bytea END, %(now)s
FROM messages AS m, LATERAL (
    SELECT %(content)s::bytea IS NULL OR coalesce(sum(a.size), 0) + %(size)s <= %(most)s AS enough
    FROM attachments AS a WHERE a.conversation_id = m.conversation_id AND a.content IS NOT NULL
) AS room
WHERE m.id = %(message)s
ON CONFLICT (message_id, number) DO NOTHING
"""

_HEARD: Final = "UPDATE messages SET text = %s, kind = 'voice' WHERE id = %s AND turn_id IS NULL AND kind = 'audio'"

_STATUSES: Final = "SELECT status FROM attachments WHERE message_id = %s ORDER BY number"

_LIST: Final = """
SELECT id, message_id, kind, status, content_type, size, created_at FROM attachments
WHERE conversation_id = %s ORDER BY message_id, number
"""

_CONTENT: Final = "SELECT content_type, content FROM attachments WHERE id = %s AND content IS NOT NULL"
