from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey, Mode
from commercial_agent.conversation.reply import QuickReply
from commercial_agent.conversation.state import DialogueState
from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.database import Database

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
KEY = ConversationKey(Channel.API, "ana")
Sql = psycopg.Connection[tuple[Any, ...]]


def record(turn: str, *, said: str = "hola", messages: tuple[str, ...] = ("¡Hola!",), **more: Any) -> TurnRecord:
    known: dict[str, Any] = {"state": DialogueState(turns=1), "language": Language.ES, "at": NOW} | more
    return TurnRecord(turn_id=turn, text=said, messages=messages, **known)


async def test_a_first_contact_makes_the_conversation(engine: AsyncEngine) -> None:
    async with Conversations(engine).turn(KEY) as conversation:
        assert conversation.created
        assert conversation.mode is Mode.BOT
        assert not conversation.opted_out
        assert conversation.state == DialogueState()
        assert conversation.last_inbound_at is None
        assert await conversation.recent() == ()


async def test_a_turn_is_remembered_whole(engine: AsyncEngine, sql: Sql) -> None:
    conversations = Conversations(engine)
    state = DialogueState(language=Language.ES, turns=1, name="Ana", focus="306473")
    async with conversations.turn(KEY) as conversation:
        await conversation.save(
            record("t1", said="hola", messages=("¡Hola!", "¿Qué buscas?"), state=state, mode=Mode.HUMAN, opted_out=True,
                   intents=("concierge.greeting",), agents=("concierge",), findings=b'[{"a": 1}]',
                   milliseconds={"load": 1.5}, trace_id="trace")
        )  # fmt: skip
    async with conversations.turn(KEY) as conversation:
        assert not conversation.created
        assert (conversation.state, conversation.mode, conversation.opted_out) == (state, Mode.HUMAN, True)
        assert (conversation.language, conversation.last_inbound_at) == (Language.ES, NOW)
        assert conversation.mode_since == NOW
        said = await conversation.recent()
    assert [(message.direction, message.text) for message in said] == [
        ("in", "hola"), ("out", "¡Hola!"), ("out", "¿Qué buscas?"),
    ]  # fmt: skip
    assert sql.execute("SELECT intents, agents, findings, milliseconds, trace_id FROM turns").fetchall() == [
        (["concierge.greeting"], ["concierge"], [{"a": 1}], {"load": 1.5}, "trace")
    ]


async def test_a_turn_that_fails_leaves_nothing_behind(engine: AsyncEngine, sql: Sql) -> None:
    async def fail() -> None:
        async with Conversations(engine).turn(KEY) as conversation:
            await conversation.save(record("t1"))
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await fail()
    for table in ("conversations", "turns", "messages", "outbox"):
        assert sql.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_turns_of_one_conversation_follow_one_another(engine: AsyncEngine) -> None:
    conversations = Conversations(engine)

    async def take(number: int) -> None:
        async with conversations.turn(KEY) as conversation:
            state = conversation.state
            await asyncio.sleep(0)
            await conversation.save(record(f"t{number}", state=replace(state, turns=state.turns + 1)))

    await asyncio.gather(*(take(number) for number in range(20)))
    async with conversations.turn(KEY) as conversation:
        assert conversation.state.turns == 20
        assert conversation.turns == 20


class Windowed(Conversations):
    window = 3


async def test_the_last_messages_come_with_the_conversation_where_they_are_wanted(engine: AsyncEngine) -> None:
    for number in range(3):
        async with Windowed(engine).turn(KEY) as conversation:
            assert (conversation.window is None) == (number == 0)
            at = NOW + timedelta(minutes=number)
            await conversation.save(record(f"t{number}", said=f"<{number}>", messages=(f"«{number}»",), at=at))
    async with Windowed(engine).turn(KEY) as conversation:
        assert conversation.window == (("out", "«1»"), ("in", "<2>"), ("out", "«2»"))
        said = await conversation.recent(3)
        assert tuple((message.direction, message.text) for message in said) == conversation.window
    async with Conversations(engine).turn(KEY) as conversation:
        assert conversation.window is None


async def test_a_turn_that_waited_does_not_take_messages_of_before_for_the_last_ones(engine: AsyncEngine) -> None:
    conversations, windows = Windowed(engine), list[Any]()

    async def take(number: int) -> None:
        async with conversations.turn(KEY) as conversation:
            windows.append(conversation.window)
            await asyncio.sleep(0)
            at = NOW + timedelta(minutes=len(windows))
            await conversation.save(record(f"t{number}", messages=(str(len(windows)),), at=at))

    await asyncio.gather(*(take(number) for number in range(8)))
    assert len(windows) == 8
    for before, window in enumerate(windows):
        assert window is None or window[-1] == ("out", str(before))


async def test_other_conversations_do_not_wait_for_a_slow_one(engine: AsyncEngine) -> None:
    conversations = Conversations(engine)
    async with conversations.turn(KEY):
        async with asyncio.timeout(5), conversations.turn(ConversationKey(Channel.API, "eva")) as other:
            await other.save(record("t1"))
        async with asyncio.timeout(5), conversations.turn(ConversationKey(Channel.WEB, KEY.address)) as other:
            assert other.created


async def test_only_whatsapp_parts_wait_to_be_sent(engine: AsyncEngine, sql: Sql) -> None:
    conversations = Conversations(engine)
    buttons = (QuickReply("Sí", "yes"),)
    for channel in (Channel.API, Channel.WHATSAPP):
        async with conversations.turn(ConversationKey(channel, "x")) as conversation:
            await conversation.save(
                record(
                    f"turn-{channel}", messages=("one", "two"), quick_replies=buttons, media_urls=("https://a/b.jpg",)
                )
            )
    rows = sql.execute(
        "SELECT turn_id, part, body, media_url, quick_replies, status FROM outbox ORDER BY id"
    ).fetchall()
    assert rows == [
        ("turn-whatsapp", 1, "one", "https://a/b.jpg", None, "queued"),
        ("turn-whatsapp", 2, "two", None, [{"title": "Sí", "payload": "yes"}], "queued"),
    ]


async def test_a_silent_turn_keeps_what_the_customer_said(engine: AsyncEngine) -> None:
    conversations = Conversations(engine)
    async with conversations.turn(KEY) as conversation:
        await conversation.save(record("t1", said="¿hay alguien?", messages=(), mode=Mode.HUMAN))
    assert [message.text for message in await conversations.history(KEY)] == ["¿hay alguien?"]


@pytest.mark.parametrize("nasty", ["a\x00b", "\ud800", "🚗" * 2000, "'; DROP TABLE turns; --", "%s %(x)s {}", "‮\u200b"])
async def test_any_text_can_be_stored(engine: AsyncEngine, nasty: str) -> None:
    conversations = Conversations(engine)
    key = ConversationKey(Channel.API, nasty)
    state = DialogueState(last_question=nasty.encode("utf-8", "replace").decode())
    async with conversations.turn(key) as conversation:
        await conversation.save(record("t1", said=nasty, messages=(nasty,), state=state))
    async with conversations.turn(key) as conversation:
        assert conversation.state.last_question == (state.last_question or "").replace("\x00", "")
    stored = await conversations.history(key)
    assert stored[0].text == stored[1].text == nasty.replace("\x00", "").encode("utf-8", "replace").decode()


async def test_a_state_of_another_version_starts_anew(engine: AsyncEngine, sql: Sql) -> None:
    conversations = Conversations(engine)
    async with conversations.turn(KEY) as conversation:
        await conversation.save(record("t1"))
    sql.execute("""UPDATE conversations SET state = '{"turns": "many", "shown": 7}'""")
    async with conversations.turn(KEY) as conversation:
        assert conversation.state == DialogueState()
        assert not conversation.created


async def test_statements_of_repositories_belong_to_the_turn(engine: AsyncEngine, sql: Sql) -> None:
    conversations = Conversations(engine)

    async def fail() -> None:
        async with conversations.turn(KEY) as conversation:
            await conversation.connection.execute(text("INSERT INTO content_templates VALUES ('a', 'b', 'c')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert sql.execute("SELECT count(*) FROM content_templates").fetchone() == (0,)
    async with conversations.turn(KEY) as conversation:
        await conversation.connection.execute(text("INSERT INTO content_templates VALUES ('a', 'b', 'c')"))
    assert sql.execute("SELECT count(*) FROM content_templates").fetchone() == (1,)


async def test_connections_that_the_server_cut_are_replaced(database: Database, sql: Sql) -> None:
    conversations = Conversations(database.engine)
    async with conversations.turn(KEY) as conversation:
        await conversation.save(record("t1"))
    sql.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with conversations.turn(KEY) as conversation:
        assert conversation.turns == 1


async def test_a_connection_cut_inside_the_turn_is_told_as_unavailable(database: Database, sql: Sql) -> None:
    conversations = Conversations(database.engine)

    async def lose() -> None:
        async with conversations.turn(KEY) as conversation:
            sql.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await conversation.save(record("t1"))

    with pytest.raises(DatabaseUnavailable):
        await lose()
    async with conversations.turn(KEY) as conversation:
        assert conversation.created


async def test_a_cancelled_turn_frees_its_conversation(engine: AsyncEngine) -> None:
    conversations = Conversations(engine)
    opened = asyncio.Event()

    async def forever() -> None:
        async with conversations.turn(KEY) as conversation:
            opened.set()
            await conversation.connection.execute(text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(forever())
    await opened.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), conversations.turn(KEY) as conversation:
        assert conversation.created


async def test_an_unreachable_database_is_told_in_a_sentence() -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        async with Conversations(database.engine).turn(KEY):
            pass
    with pytest.raises(DatabaseUnavailable):
        await database.check()
    await database.dispose()


async def test_forgetting_a_conversation_begins_a_new_one(engine: AsyncEngine) -> None:
    conversations = Conversations(engine)
    async with conversations.turn(KEY) as conversation:
        await conversation.save(record("t1"))
    assert await conversations.reset(KEY)
    assert not await conversations.reset(KEY)
    assert await conversations.history(KEY) == ()
