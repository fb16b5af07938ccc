"""Conversations as the people of the dealership work on them: looked at, answered, handed back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Mode
from commercial_agent.conversation.state import DialogueState, load_state
from commercial_agent.storage.conversations import StoredMessage
from commercial_agent.storage.sessions import statement
from commercial_agent.storage.text import clean

BOT, OPERATOR = "bot", "operator"  # authors


@dataclass(frozen=True, slots=True)
class Contact:
    """A conversation with its customer, as it stands."""

    id: str
    channel: str
    address: str
    name: str | None  # as the customer said it, or as his profile does
    language: Language | None
    mode: Mode
    mode_since: datetime | None
    opted_out: bool
    turns: int
    last_inbound_at: datetime | None
    last_text: str | None  # of the last message, whoever wrote it
    unanswered: int  # messages of the customer since a person or the bot last wrote
    state: DialogueState


class Operators:
    """The conversations of this database, for operators."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Make the repository; it takes an engine for short work, not the turns' one."""
        self._engine = engine

    async def list(self, *, mode: Mode | None = None, limit: int = 50) -> tuple[Contact, ...]:
        """Conversations: those that wait for a person first, then the most recent.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        values = {"mode": mode.value if mode else None, "limit": limit}
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_CONTACTS + _LIST, values)).fetchall()
        return tuple(map(_contact, rows))

    async def find(self, who: str) -> tuple[Contact, ...]:
        """The conversations of an id, of the beginning of an id, or of a customer's address.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        prefix = who.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        values = {"who": clean(who), "whatsapp": f"whatsapp:{clean(who)}", "prefix": clean(prefix)}
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_CONTACTS + _FIND, values)).fetchall()
        return tuple(map(_contact, rows))

    async def messages(self, conversation_id: str, limit: int = 20) -> tuple[StoredMessage, ...]:
        """The last messages, oldest first, also those that wait for their turn.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_MESSAGES, (conversation_id, limit))).fetchall()
        return tuple(StoredMessage(str(row[0]), *row[1:]) for row in reversed(rows))

    async def intents(self, conversation_id: str, limit: int = 6) -> tuple[str, ...]:
        """The intents of the last turns, newest first.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_INTENTS, (conversation_id, limit))).fetchall()
        return tuple(intent for row in rows for intent in row[0])

    async def reply(self, conversation_id: str, parts: Sequence[str], now: datetime) -> bool:
        """Answer as a person: the bot is silent from here on. Waits for a turn under way.

        Returns:
            Whether it was taken; not when the customer wants no messages, or is gone.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return await self._say(conversation_id, parts, now, author=OPERATOR, mode=Mode.HUMAN, handoff="attended")

    async def hand_back(self, conversation_id: str, parts: Sequence[str], now: datetime) -> bool:
        """Give a conversation back to the bot and tell the customer; False when no person had it.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return await self._say(
            conversation_id, parts, now, author=BOT, mode=Mode.BOT, only_in=Mode.HUMAN, to_opted_out=True
        )

    async def tell(self, conversation_id: str, parts: Sequence[str], now: datetime) -> bool:
        """Write to a customer first: a reminder, a follow-up. Never to one who wants no messages.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return await self._say(conversation_id, parts, now, author=BOT)

    async def neglected(self, before: datetime, limit: int = 50) -> tuple[str, ...]:
        """Conversations that a person has, and in which no person wrote since a moment.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            rows = await (await driver.execute(_NEGLECTED, {"before": before, "limit": limit})).fetchall()
        return tuple(row[0] for row in rows)

    async def _say(
        self,
        conversation_id: str,
        parts: Sequence[str],
        now: datetime,
        *,
        author: str,
        mode: Mode | None = None,
        handoff: str | None = None,
        only_in: Mode | None = None,
        to_opted_out: bool = False,
    ) -> bool:
        values = {
            "id": conversation_id,
            "parts": [clean(part) for part in parts],
            "now": now,
            "author": author,
            "mode": mode.value if mode else None,
            "handoff": handoff,
            "only_in": only_in.value if only_in else None,
            "also_opted_out": to_opted_out,
        }
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_SAY, values)).fetchone()
        return row is not None and row[0] > 0


def _contact(row: tuple[Any, ...]) -> Contact:
    try:
        state = load_state(row[12])
    except ValidationError:
        state = DialogueState()
    return Contact(
        row[0], row[1], row[2], row[3], Language(row[4]) if row[4] else None, Mode(row[5]), row[6], row[7], row[8],
        row[9], row[10], row[11], state,
    )  # fmt: skip


# --- Statements ------------------------------------------------------------------------------------------------------

_CONTACTS: Final = """
SELECT c.id, c.channel, c.address, coalesce(c.state ->> 'name', b.profile_name), c.language, c.mode, c.mode_since,
       c.opted_out, c.turns, greatest(b.last_inbound_at, c.last_inbound_at), last.text, open.count, c.state::text
FROM conversations AS c LEFT JOIN mailboxes AS b ON b.conversation_id = c.id
    LEFT JOIN LATERAL (
        SELECT text FROM messages WHERE conversation_id = c.id ORDER BY id DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS count FROM messages AS m WHERE m.conversation_id = c.id AND m.direction = 'in' AND m.id > (
            SELECT coalesce(max(id), 0) FROM messages WHERE conversation_id = c.id AND direction = 'out'
        )
    ) AS open ON true
"""

_LIST: Final = """
WHERE %(mode)s::text IS NULL OR c.mode = %(mode)s
ORDER BY c.mode = 'human' DESC, CASE WHEN c.mode = 'human' THEN c.mode_since END, c.updated_at DESC LIMIT %(limit)s
"""

_FIND: Final = """
WHERE c.id = %(who)s OR c.id LIKE %(prefix)s OR c.address IN (%(who)s, %(whatsapp)s) ORDER BY c.updated_at DESC LIMIT 5
"""

_MESSAGES: Final = """
SELECT id, direction, author, kind, text, created_at, turn_id FROM messages
WHERE conversation_id = %s ORDER BY id DESC LIMIT %s
"""

_INTENTS: Final = "SELECT intents FROM turns WHERE conversation_id = %s ORDER BY created_at DESC, id DESC LIMIT %s"

# The update waits for the conversation's lock and then sees what the turn before it left.
_SAY: Final = """
WITH said AS (
    UPDATE conversations SET
        mode_since = CASE WHEN mode = coalesce(%(mode)s, mode) THEN mode_since ELSE %(now)s END,
        mode = coalesce(%(mode)s, mode),
        state = CASE WHEN %(mode)s::text IS NULL THEN state
                     WHEN %(handoff)s::text IS NULL THEN state - 'handoff' - 'question'
                     ELSE state || jsonb_build_object('handoff', %(handoff)s::text) END,
        last_reply_at = %(now)s, updated_at = %(now)s
    WHERE id = %(id)s AND (%(only_in)s::text IS NULL OR mode = %(only_in)s) AND (NOT opted_out OR %(also_opted_out)s)
    RETURNING id, channel, mode, opted_out
), history AS (
    INSERT INTO messages (conversation_id, direction, author, text, turn_id, created_at)
    SELECT said.id, 'out', %(author)s, part.body, '', %(now)s
    FROM said, unnest(%(parts)s::text[]) WITH ORDINALITY AS part(body, number)
    WHERE NOT said.opted_out ORDER BY part.number
), sending AS (
    INSERT INTO outbox (conversation_id, part, body, author, mode, opted_out, next_attempt_at, created_at)
    SELECT said.id, part.number, part.body, %(author)s, said.mode, false, %(now)s, %(now)s
    FROM said, unnest(%(parts)s::text[]) WITH ORDINALITY AS part(body, number)
    WHERE said.channel = 'whatsapp' AND NOT said.opted_out ORDER BY part.number
)
SELECT count(*) FROM said
"""

_NEGLECTED: Final = """
SELECT c.id FROM conversations AS c
WHERE c.mode = 'human' AND c.mode_since < %(before)s AND NOT EXISTS (
    SELECT 1 FROM messages AS m
    WHERE m.conversation_id = c.id AND m.author = 'operator' AND m.created_at >= %(before)s
)
ORDER BY c.mode_since LIMIT %(limit)s
"""
