from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage
from commercial_agent.conversation.state import DialogueState
from commercial_agent.storage.appointments import TurnAppointments
from commercial_agent.storage.attachments import KEPT, Attachments, File
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.customers import Customers
from commercial_agent.storage.history import PostgresChatMessageHistory
from commercial_agent.storage.leads import TurnLeads
from commercial_agent.storage.mailboxes import Limits, Mailboxes

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
ANA = ConversationKey(Channel.WHATSAPP, "whatsapp:+525511112222")
SECRET = "xyzzy4711"
EVERYWHERE = {
    "conversations", "mailboxes", "messages", "turns", "outbox", "leads", "lead_events", "appointments", "ratings",
    "unanswered_questions", "attachments",
}  # fmt: skip
Sql = psycopg.Connection[tuple[Any, ...]]


async def live(engine: AsyncEngine, key: ConversationKey, mark: str = SECRET, at: datetime = NOW) -> str:
    """A customer who left a mark in every table."""
    mailboxes = Mailboxes(engine)
    for number in range(2):
        message = IncomingMessage(f"soy {mark}", at, message_id=f"{mark}-{key.address}-{number}", profile_name=mark)
        received = await mailboxes.receive(
            key, message, sender="whatsapp:+1", raw={"Body": mark}, limits=Limits(), external_id=f"MX.{mark}",
            referral={"ReferralBody": mark},
        )  # fmt: skip
    kept = File(0, "document", KEPT, mark, len(mark), mark.encode())
    await Attachments(engine).keep(received.message_id, [kept], None, at)
    async with Conversations(engine).turn(key) as conversation:
        await TurnLeads(conversation).note("buy", mark, mark, at, data={"who": mark}, name=mark)
        await TurnLeads(conversation).rate(5, at, comment=mark)
        await TurnAppointments(conversation).book(mark, at + timedelta(days=2), capacity=1, now=at, name=mark)
        await conversation.save(
            TurnRecord(f"t-{mark}-{key.address}", at, mark, (mark,), DialogueState(name=mark), Language.ES,
                       findings=f'["{mark}"]'.encode(), inbound_ids=(received.message_id,), trace_id=mark)
        )  # fmt: skip
        await conversation.driver.execute(
            "INSERT INTO unanswered_questions (conversation_id, turn_id, language, question, created_at) "
            "VALUES (%s, 't', 'es', %s, now())",
            (conversation.id, mark),
        )
    return received.conversation_id


def traces(sql: Sql, mark: str) -> list[str]:
    """Tables of the whole database with a row that contains the mark anywhere."""
    tables = sql.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return sorted(
        name
        for (name,) in tables
        if sql.execute(f'SELECT 1 FROM "{name}" AS r WHERE r::text LIKE %s LIMIT 1', (f"%{mark}%",)).fetchone()
    )


@pytest.mark.parametrize("by", ["id", "address", "phone", "external"])
async def test_an_erased_customer_is_nowhere(engine: AsyncEngine, sql: Sql, by: str) -> None:
    conversation = await live(engine, ANA)
    await live(engine, ConversationKey(Channel.WHATSAPP, "whatsapp:+525599999999"), "other")
    kept = traces(sql, "other")
    assert set(traces(sql, SECRET)) >= EVERYWHERE
    who = {"id": conversation, "address": ANA.address, "phone": "+525511112222", "external": f"MX.{SECRET}"}[by]
    exported = await Customers(engine).export(who)
    assert set(exported) >= set(traces(sql, SECRET))
    erased = await Customers(engine).erase(who)
    assert erased.conversations == 1
    assert erased.rows == sum(len(rows) for rows in exported.values())
    for mark in (SECRET, conversation, "525511112222"):
        assert traces(sql, mark) == []
    assert traces(sql, "other") == kept
    assert (await Customers(engine).erase(who)).conversations == 0


async def test_every_table_with_customer_data_is_known_to_the_erasure(sql: Sql) -> None:
    from commercial_agent.storage.customers import _TABLES

    named = sql.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name IN "
        "('conversation_id', 'address', 'lead_id', 'turn_id')"
    ).fetchall()
    assert {name for (name,) in named} <= set(_TABLES)


async def test_old_customers_are_forgotten_unless_they_come_again(engine: AsyncEngine, sql: Sql) -> None:
    old = NOW - timedelta(days=400)
    await live(engine, ANA, "old", old)
    await live(engine, ConversationKey(Channel.WHATSAPP, "whatsapp:+2"), "new", NOW)
    booked = ConversationKey(Channel.API, "booked")
    async with Conversations(engine).turn(booked) as conversation:
        await TurnAppointments(conversation).book("x", NOW + timedelta(days=9), capacity=1, now=old)
        await conversation.save(TurnRecord("t", old, "a", ("b",), DialogueState(), Language.ES))
    erased = await Customers(engine).erase_silent_since(NOW - timedelta(days=365))
    assert erased.conversations == 1
    assert traces(sql, "old") == []
    assert len(traces(sql, "new")) > 5


async def test_raw_forms_go_before_the_messages_do(engine: AsyncEngine, sql: Sql) -> None:
    await live(engine, ANA)
    assert await Customers(engine).forget_raw_forms(NOW + timedelta(days=1)) == 1
    kept = sql.execute(
        "SELECT turn_id IS NULL, raw IS NULL FROM messages WHERE direction = 'in' ORDER BY id"
    ).fetchall()
    assert kept == [(True, False), (False, True)]


async def test_the_history_speaks_langchain(engine: AsyncEngine) -> None:
    conversations = Conversations(engine)
    key = ConversationKey(Channel.API, "eva")
    history = PostgresChatMessageHistory(conversations, key)
    assert await history.aget_messages() == []
    async with conversations.turn(key) as conversation:
        await conversation.save(TurnRecord("t", NOW, "hola", ("¡Hola!",), DialogueState(), Language.ES))
    await history.aadd_messages([HumanMessage("¿y el precio?"), AIMessage("$238,999")])
    said = await history.aget_messages()
    assert [(message.type, message.content) for message in said] == [
        ("human", "hola"), ("ai", "¡Hola!"), ("human", "¿y el precio?"), ("ai", "$238,999"),
    ]  # fmt: skip
    await history.aclear()
    assert await history.aget_messages() == []
