"""What language models cost each day, and answers that may serve again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

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

# The rows are written in one order, the day's first: two calls at once cannot wait for each other.
_ADD: Final = """
INSERT INTO model_spending (day, conversation_id, calls, input_tokens, output_tokens, cost)
SELECT %(day)s, who, 1, %(read)s, %(written)s, %(cost)s
FROM unnest(%(whose)s::text[]) AS who
ON CONFLICT (day, conversation_id) DO UPDATE SET
    calls = model_spending.calls + 1,
    input_tokens = model_spending.input_tokens + EXCLUDED.input_tokens,
    output_tokens = model_spending.output_tokens + EXCLUDED.output_tokens,
    cost = model_spending.cost + EXCLUDED.cost
"""


class ModelCallStore:
    """The tables `model_answers` and `model_spending`. No row names a customer."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use an engine for short statements."""
        self._engine = engine

    async def look(self, key: str, conversation_id: str, now: datetime) -> tuple[str | None, Decimal, Decimal]:
        """An answer kept under the key, and what the conversation and all of them cost on that day (US dollars).

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        values = {"key": key, "conversation": conversation_id, "now": now, "day": now.date()}
        async with statement(self._engine) as driver:
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

    async def add(self, conversation_id: str, day: date, read: int, written: int, cost: Decimal) -> None:
        """Count a call: tokens read and written, and US dollars.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        whose = ["", conversation_id] if conversation_id else [""]
        values = {"day": day, "read": read, "written": written, "cost": cost, "whose": whose}
        async with statement(self._engine) as driver:
            await driver.execute(_ADD, values)
