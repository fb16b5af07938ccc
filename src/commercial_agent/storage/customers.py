"""One customer's data as a whole: found, exported, erased; and what is too old to keep."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.sessions import Driver, transaction


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away."""

    conversations: int
    rows: int  # in all tables


class Customers:
    """The people in this database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def find(self, who: str) -> tuple[str, ...]:
        """The conversations of a customer.

        Args:
            who: our conversation id, or an address on any channel, with or without `whatsapp:`; or the provider's
                other id of the same person.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with transaction(self._engine) as (_, driver):
            return await _find(driver, who)

    async def export(self, who: str) -> dict[str, list[dict[str, Any]]]:
        """Everything kept of a customer, by table.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with transaction(self._engine) as (_, driver):
            found = await _find(driver, who)
            return {table: rows for table in _TABLES if (rows := await _rows(driver, table, found))}

    async def erase(self, who: str) -> Erased:
        """Remove a customer everywhere. A turn of his under way is waited for.

        Raises:
            DatabaseUnavailable: the database does not answer; nothing was removed.
        """
        async with transaction(self._engine) as (_, driver):
            found = await _find(driver, who)
            return await _erase(driver, found)

    async def erase_silent_since(self, moment: datetime, *, batch: int = 200) -> Erased:
        """Remove customers of whom nothing was heard since a moment and who have nothing booked after it.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        total = Erased(0, 0)
        while True:
            async with transaction(self._engine) as (_, driver):
                cursor = await driver.execute(_SILENT, {"moment": moment, "batch": batch})
                found = tuple(row[0] for row in await cursor.fetchall())
                gone = await _erase(driver, found)
            total = Erased(total.conversations + gone.conversations, total.rows + gone.rows)
            if len(found) < batch:
                return total

    async def forget_raw_forms(self, before: datetime) -> int:
        """Drop the providers' raw forms of old messages, which nothing needs any more; how many.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with transaction(self._engine) as (_, driver):
            cursor = await driver.execute(
                "UPDATE messages SET raw = NULL WHERE raw IS NOT NULL AND turn_id IS NOT NULL AND created_at < %s",
                (before,),
            )
            return cursor.rowcount


async def _find(driver: Driver, who: str) -> tuple[str, ...]:
    cursor = await driver.execute(_FIND, {"who": who, "whatsapp": f"whatsapp:{who}"})
    return tuple(row[0] for row in await cursor.fetchall())


async def _rows(driver: Driver, table: str, conversations: tuple[str, ...]) -> list[dict[str, Any]]:
    statement = sql.SQL("SELECT * FROM {} WHERE {} ORDER BY 1").format(sql.Identifier(table), _where(table))
    async with driver.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, (list(conversations),))
        return [
            {name: b64encode(held).decode("ascii") if isinstance(held, bytes) else held for name, held in row.items()}
            for row in await cursor.fetchall()
        ]


async def _erase(driver: Driver, conversations: tuple[str, ...]) -> Erased:
    rows = 0
    for table in _TABLES:  # children first: each count is its own, none falls to a cascade
        statement = sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(table), _where(table))
        rows += (await driver.execute(statement, (list(conversations),))).rowcount
    return Erased(len(conversations), rows)


def _where(table: str) -> sql.SQL:
    return sql.SQL(_TABLES[table])


_OWN: Final = "conversation_id = ANY(%s)"

# Every table that holds anything of a customer, and how its rows are his.
_TABLES: Final = {
    "lead_events": "lead_id IN (SELECT id FROM leads WHERE conversation_id = ANY(%s))",
    "leads": _OWN,
    "events": _OWN,
    "appointments": _OWN,
    "ratings": _OWN,
    "unanswered_questions": _OWN,
    "model_spending": _OWN,
    "outbox": _OWN,
    "turns": _OWN,
    "attachments": _OWN,
    "messages": _OWN,
    "mailboxes": _OWN,
    "conversations": "id = ANY(%s)",
}

_FIND: Final = """
SELECT c.id FROM conversations AS c LEFT JOIN mailboxes AS b ON b.conversation_id = c.id
WHERE c.id = %(who)s OR c.address = %(who)s OR c.address = %(whatsapp)s OR b.external_id = %(who)s
ORDER BY c.id
"""

_SILENT: Final = """
SELECT c.id FROM conversations AS c
WHERE c.updated_at < %(moment)s
  AND NOT EXISTS (SELECT 1 FROM mailboxes AS b WHERE b.conversation_id = c.id AND b.last_inbound_at >= %(moment)s)
  AND NOT EXISTS (
      SELECT 1 FROM appointments AS a
      WHERE a.conversation_id = c.id AND a.status = 'booked' AND a.starts_at >= %(moment)s
  )
ORDER BY c.updated_at LIMIT %(batch)s
FOR UPDATE SKIP LOCKED
"""
