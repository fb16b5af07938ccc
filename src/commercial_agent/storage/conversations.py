"""Conversations and their turns: one row locked, one turn, one transaction.

A turn costs three round trips: lock and load, save, commit. Statements run on the driver's own connection, prepared and
kept by it; SQLAlchemy's engine lends the connection and its pool looks after it.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey, Mode
from commercial_agent.conversation.reply import QuickReply
from commercial_agent.conversation.state import DialogueState, dump_state, load_state
from commercial_agent.errors import CommercialAgentError
from commercial_agent.storage.sessions import Driver, Row, transaction
from commercial_agent.storage.text import clean, clean_json, new_id, to_json

log = logging.getLogger(__name__)


class AlreadyAnswered(CommercialAgentError):
    """The messages of this turn were answered by another one."""

    code = "already_answered"


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message of the history."""

    id: str
    direction: str  # in, out
    author: str  # customer, bot, operator
    kind: str
    text: str
    at: datetime
    turn_id: str | None = None


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """Everything a turn leaves behind."""

    turn_id: str
    at: datetime  # when it was answered (aware)
    text: str  # what the customer wrote
    messages: tuple[str, ...]  # the reply's parts as the channel gets them; empty: the bot is silent
    state: DialogueState
    language: Language
    mode: Mode = Mode.BOT
    opted_out: bool = False
    received_at: datetime | None = None  # when the customer's message came, if not just now
    kind: str = "text"
    payload: str | None = None
    message_id: str | None = None  # the provider's, of a message that no inbox stored
    intents: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    findings: bytes = b"[]"  # JSON
    reader: str = "local"
    phraser: str = "local"
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    trace_id: str | None = None
    inbound_ids: tuple[str, ...] = ()  # stored messages this turn answers; empty: `text` itself is stored now
    quick_replies: tuple[QuickReply, ...] = ()  # go with the last part
    media_urls: tuple[str | None, ...] = ()  # a picture for each part, where it has one


class OpenConversation:
    """A conversation inside its transaction: nobody else can take a turn of it now.

    `window` is direction and text of its last messages, oldest first; None where they were not read along.
    """

    def __init__(self, connection: AsyncConnection, driver: Driver, key: ConversationKey, row: Row) -> None:
        self.connection = connection  # repositories that take part in the turn execute here
        self.driver = driver  # the same connection, below SQLAlchemy
        self.key = key
        self.id: str = row[0]
        self.mode = Mode(row[1])
        self.opted_out: bool = row[2]
        self.language = Language(row[3]) if row[3] else None
        self.state = _state(row[4], self.id)
        self.turns: int = row[5]
        self.last_inbound_at: datetime | None = row[6]
        self.mode_since: datetime | None = row[7]
        self.window = _window(row[8]) if len(row) > 8 else None

    @property
    def created(self) -> bool:
        """Whether no turn was answered before: the first contact."""
        return self.turns == 0

    async def recent(self, limit: int = 20) -> tuple[StoredMessage, ...]:
        """The last messages, oldest first, without those that wait for this turn."""
        return await _history(self.driver, self.id, limit)

    async def save(self, record: TurnRecord) -> None:
        """Store the turn: history, state, outgoing messages. One round trip; `Conversations.turn` commits it.

        Raises:
            AlreadyAnswered: another turn answered one of `inbound_ids` meanwhile; let it end the block.
        """
        statement = _SAVE_WHATSAPP if self.key.channel is Channel.WHATSAPP else _SAVE
        row = await (await self.driver.execute(statement, _parameters(self.id, record))).fetchone()
        if row is None or row[0] != len(record.inbound_ids):
            raise AlreadyAnswered()


class Conversations:
    """All conversations of this database."""

    window = 0  # messages of the history that are read with a conversation when a turn of it begins

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def turn(self, key: ConversationKey) -> AsyncIterator[OpenConversation]:
        """Open a conversation for one turn: made if it is new, locked until the block ends, committed if it ends well.

        Raises:
            DatabaseUnavailable: the database does not answer; nothing was stored.
        """
        async with transaction(self._engine) as (connection, driver):
            row = await _lock(driver, key, self.window)
            yield OpenConversation(connection, driver, key, row)

    async def history(self, key: ConversationKey, limit: int = 200) -> tuple[StoredMessage, ...]:
        """The last messages of a conversation, oldest first; empty when there is none.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with transaction(self._engine) as (_, driver):
            row = await (await driver.execute(_FIND, (key.channel.value, clean(key.address)))).fetchone()
            return await _history(driver, row[0], limit) if row else ()

    async def add(self, key: ConversationKey, said: Sequence[tuple[str, str]], author: str = "bot") -> None:
        """Add to a history what no turn said.

        Args:
            key: whose conversation; made if it is new.
            said: direction (`in`, `out`) and text, in order.
            author: of what went out.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with transaction(self._engine) as (_, driver):
            row = await _lock(driver, key)
            for direction, words in said:
                who = "customer" if direction == "in" else author
                await driver.execute(_ADD, (row[0], direction, who, clean(words)))

    async def reset(self, key: ConversationKey) -> bool:
        """Forget a conversation altogether: history, state, leads. False when there was none.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with transaction(self._engine) as (_, driver):
            cursor = await driver.execute(
                "DELETE FROM conversations WHERE channel = %s AND address = %s", (key.channel.value, clean(key.address))
            )
            return cursor.rowcount > 0


async def _lock(driver: Driver, key: ConversationKey, window: int = 0) -> Row:
    names = (key.channel.value, clean(key.address))
    statement, values = (_OPEN_WITH_WINDOW, (window, *names)) if window else (_OPEN, names)
    while True:
        row = await (await driver.execute(statement, values)).fetchone()
        if row is not None:
            return row
        await driver.execute(_CREATE, (new_id(), *names))


async def _history(driver: Driver, conversation_id: str, limit: int) -> tuple[StoredMessage, ...]:
    rows = await (await driver.execute(_RECENT, (conversation_id, limit))).fetchall()
    return tuple(StoredMessage(str(row[0]), *row[1:]) for row in reversed(rows))


def _window(data: str | None) -> tuple[tuple[str, str], ...] | None:
    """The messages read along; None where they are not all there may be.

    A statement that waited for the lock sees the row as it is and the messages as they were: those of the turn it
    waited for are missing. That turn's reply is as old as the row's last change, so where no message is, they are asked
    for again.
    """
    messages = orjson.loads(data) if data else []
    if not any(newest for _, _, newest in messages):
        return None
    return tuple((direction, words) for direction, words, _ in reversed(messages))


def _state(data: str, conversation_id: str) -> DialogueState:
    try:
        return load_state(data)
    except ValidationError:
        log.warning("dialogue_state_unreadable", extra={"conversation_id": conversation_id})
        return DialogueState()


def _parameters(conversation_id: str, record: TurnRecord) -> dict[str, Any]:
    return {
        "conversation": conversation_id,
        "turn": record.turn_id,
        "at": record.at.astimezone(UTC),
        "received_at": (record.received_at or record.at).astimezone(UTC),
        "language": record.language.value,
        "mode": record.mode.value,
        "opted_out": record.opted_out,
        "state": clean_json(dump_state(record.state)).decode(),
        "intents": list(record.intents),
        "agents": list(record.agents),
        "findings": clean_json(record.findings).decode(),
        "reader": record.reader,
        "phraser": record.phraser,
        "milliseconds": to_json(dict(record.milliseconds)).decode(),
        "trace": record.trace_id,
        "inbound": [int(message_id) for message_id in record.inbound_ids],
        "text": clean(record.text),
        "kind": record.kind,
        "payload": clean(record.payload) if record.payload is not None else None,
        "message_id": record.message_id,
        "parts": [clean(part) for part in record.messages],
        "media": _media(record),
        "quick_replies": _quick_replies(record.quick_replies),
    }


def _media(record: TurnRecord) -> list[str | None]:
    return [*record.media_urls, *[None] * len(record.messages)][: len(record.messages)]


def _quick_replies(replies: Sequence[QuickReply]) -> str | None:
    if not replies:
        return None
    return to_json([{"title": reply.title, "payload": reply.payload} for reply in replies]).decode()


# --- Statements ------------------------------------------------------------------------------------------------------

_FIND = "SELECT id FROM conversations WHERE channel = %s AND address = %s"

# NO KEY: messages that refer to the conversation are stored while a turn holds it.
_OPEN = """
SELECT id, mode, opted_out, language, state::text, turns, last_inbound_at, mode_since
FROM conversations WHERE channel = %s AND address = %s
FOR NO KEY UPDATE
"""

_OPEN_WITH_WINDOW = """
SELECT id, mode, opted_out, language, state::text, turns, last_inbound_at, mode_since,
       (SELECT json_agg(json_build_array(direction, text, created_at = conversations.updated_at))::text
        FROM (SELECT direction, text, created_at FROM messages
              WHERE conversation_id = conversations.id AND turn_id IS NOT NULL ORDER BY id DESC LIMIT %s) AS last)
FROM conversations WHERE channel = %s AND address = %s
FOR NO KEY UPDATE
"""

_CREATE = (
    "INSERT INTO conversations (id, channel, address) VALUES (%s, %s, %s) ON CONFLICT (channel, address) DO NOTHING"
)

_RECENT = """
SELECT id, direction, author, kind, text, created_at, turn_id FROM messages
WHERE conversation_id = %s AND turn_id IS NOT NULL
ORDER BY id DESC LIMIT %s
"""

_ADD = """
INSERT INTO messages (conversation_id, direction, author, text, turn_id, created_at) VALUES (%s, %s, %s, %s, '', now())
"""

_SAVE_COMMON = """
WITH turn AS (
    INSERT INTO turns (id, conversation_id, language, intents, agents, findings, reader, phraser, milliseconds,
                       trace_id, created_at)
    VALUES (%(turn)s, %(conversation)s, %(language)s, %(intents)s::text[], %(agents)s::text[], %(findings)s::jsonb,
            %(reader)s, %(phraser)s, %(milliseconds)s::jsonb, %(trace)s, %(at)s)
), answered AS (
    UPDATE messages SET turn_id = %(turn)s
    WHERE id = ANY(%(inbound)s::bigint[]) AND conversation_id = %(conversation)s AND turn_id IS NULL
    RETURNING id
), history AS (
    INSERT INTO messages (conversation_id, direction, author, kind, text, payload, provider_sid, turn_id, created_at)
    SELECT %(conversation)s, 'in', 'customer', %(kind)s::text, %(text)s::text, %(payload)s::text, %(message_id)s::text,
           %(turn)s, %(received_at)s::timestamptz
    WHERE cardinality(%(inbound)s::bigint[]) = 0
    UNION ALL
    SELECT %(conversation)s, 'out', 'bot', 'text', part, NULL, NULL, %(turn)s, %(at)s::timestamptz
    FROM unnest(%(parts)s::text[]) AS part
)"""

_SAVE_OUTBOX = """, sending AS (
    INSERT INTO outbox (conversation_id, turn_id, part, body, media_url, quick_replies, author, mode, opted_out,
                        next_attempt_at, created_at)
    SELECT %(conversation)s, %(turn)s, part.number, part.body, part.media,
           CASE WHEN part.number = cardinality(%(parts)s::text[]) THEN %(quick_replies)s::jsonb END,
           'bot', %(mode)s, %(opted_out)s, %(at)s, %(at)s
    FROM unnest(%(parts)s::text[], %(media)s::text[]) WITH ORDINALITY AS part(body, media, number)
    ORDER BY part.number
)"""

_SAVE_STATE = """
UPDATE conversations SET
    state = %(state)s::jsonb, language = %(language)s, turns = turns + 1, opted_out = %(opted_out)s,
    mode_since = CASE WHEN mode = %(mode)s THEN mode_since ELSE %(at)s END, mode = %(mode)s,
    last_inbound_at = %(received_at)s, updated_at = %(at)s,
    last_reply_at = CASE WHEN cardinality(%(parts)s::text[]) > 0 THEN %(at)s ELSE last_reply_at END
WHERE id = %(conversation)s
RETURNING (SELECT count(*) FROM answered)
"""

_SAVE = _SAVE_COMMON + _SAVE_STATE
_SAVE_WHATSAPP = _SAVE_COMMON + _SAVE_OUTBOX + _SAVE_STATE
