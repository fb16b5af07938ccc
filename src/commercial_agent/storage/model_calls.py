"""What language models cost each day, and answers that may serve again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.sessions import statement
from commercial_agent.storage.text import clean

_LONGEST: Final = 20_000  # characters of an answer worth keeping

_LOOK: Final = """
SELECT (SELECT answer FROM model_answers WHERE key = %(key)s AND expires_at > %(now)s),
       (SELECT cost FROM model_spending WHERE day = %(day)s AND conversation_id = %(conversation)s),
       (SELECT cost FROM model_spending WHERE day = %(day)s AND conversation_id = '')
"""

_KEEP: Final = """
WITH gone AS (
    DELETE FROM model_answers WHERE key IN (
        SELECT key FROM model_answers WHERE expires_at <= %(now)s AND key <> %(key)s ORDER BY expires_at LIMIT 20
        FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO model_answers (key, answer, expires_at) VALUES (%(key)s, %(answer)s, %(until)s)
ON CONFLICT (key) DO UPDATE SET answer = EXCLUDED.answer, expires_at = EXCLUDED.expires_at
"""

# The rows are written in one order, a day's own before its conversations': no two statements can wait for each other.
_ADD: Final = """
INSERT INTO model_spending (day, conversation_id, calls, input_tokens, output_tokens, cost)
SELECT * FROM unnest(%(days)s::date[], %(whose)s::text[], %(calls)s::int[], %(read)s::bigint[], %(written)s::bigint[],
                     %(costs)s::numeric[])
ON CONFLICT (day, conversation_id) DO UPDATE SET
    calls = model_spending.calls + EXCLUDED.calls,
    input_tokens = model_spending.input_tokens + EXCLUDED.input_tokens,
    output_tokens = model_spending.output_tokens + EXCLUDED.output_tokens,
    cost = model_spending.cost + EXCLUDED.cost
"""

# A statement does not see in a table what it writes there: the rows it wrote come from what it returns.
_ADD_AND_LOOK: Final = f"""
WITH added AS ({_ADD} RETURNING day, conversation_id, cost)
SELECT (SELECT answer FROM model_answers WHERE key = %(key)s AND expires_at > %(now)s),
       coalesce((SELECT cost FROM added WHERE day = %(day)s AND conversation_id = %(conversation)s),
                (SELECT cost FROM model_spending WHERE day = %(day)s AND conversation_id = %(conversation)s)),
       coalesce((SELECT cost FROM added WHERE day = %(day)s AND conversation_id = ''),
                (SELECT cost FROM model_spending WHERE day = %(day)s AND conversation_id = ''))
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one call used: tokens read and written, and US dollars."""

    day: date
    conversation_id: str  # "" for a call outside of conversations
    read: int
    written: int
    cost: Decimal


class ModelCallStore:
    """The tables `model_answers` and `model_spending`. No row names a customer."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use an engine for short statements."""
        self._engine = engine

    async def look(
        self, key: str, conversation_id: str, now: datetime, counted: Sequence[Spent] = ()
    ) -> tuple[str | None, Decimal, Decimal]:
        """An answer kept under the key, and what the conversation and all of them cost on that day (US dollars).

        Args:
            key: of the answer.
            conversation_id: whose cost.
            now: the moment.
            counted: calls to add first; what they cost is in the sums.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        values = {"key": key, "conversation": conversation_id, "now": now, "day": now.date()}
        async with statement(self._engine) as driver:
            if counted:
                row = await (await driver.execute(_ADD_AND_LOOK, values | _rows(counted))).fetchone()
            else:
                row = await (await driver.execute(_LOOK, values)).fetchone()
        assert row is not None
        return row[0], row[1] or Decimal(0), row[2] or Decimal(0)

    async def keep(self, key: str, answer: str, now: datetime, until: datetime) -> None:
        """Keep an answer until a moment; some that are over are taken out by the way.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        if len(answer) > _LONGEST:
            return
        async with statement(self._engine) as driver:
            await driver.execute(_KEEP, {"key": key, "answer": clean(answer), "now": now, "until": until})

    async def add(self, counted: Sequence[Spent]) -> None:
        """Count calls for their conversations and for their days.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(_ADD, _rows(counted))


def _rows(counted: Sequence[Spent]) -> dict[str, Any]:
    """One row for each day and each conversation of it, as columns, in the order in which they are written."""
    rows: dict[tuple[date, str], list[Spent]] = {}
    for spent in counted:
        for whose in {"", spent.conversation_id}:
            rows.setdefault((spent.day, whose), []).append(spent)
    keys = sorted(rows)
    return {
        "days": [day for day, _ in keys],
        "whose": [whose for _, whose in keys],
        "calls": [len(rows[key]) for key in keys],
        "read": [sum(spent.read for spent in rows[key]) for key in keys],
        "written": [sum(spent.written for spent in rows[key]) for key in keys],
        "costs": [sum((spent.cost for spent in rows[key]), Decimal(0)) for key in keys],
    }
