from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey, Mode
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.operators import Operators

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
Sql = psycopg.Connection[tuple[Any, ...]]


async def turn(
    engine: AsyncEngine,
    address: str = "ana",
    *,
    channel: Channel = Channel.WHATSAPP,
    mode: Mode = Mode.BOT,
    opted_out: bool = False,
    at: datetime = NOW,
    text: str = "hola",
) -> str:
    """One answered turn; the conversation's id."""
    state = DialogueState(name="Ana", question=Question(Ask.DAY), handoff="waiting" if mode is Mode.HUMAN else None)
    said = () if mode is Mode.HUMAN else ("¡Hola!",)
    async with Conversations(engine).turn(ConversationKey(channel, address)) as conversation:
        record = TurnRecord(
            f"t-{address}-{at.timestamp()}", at, text, said, state, Language.ES, mode, opted_out,
            intents=("concierge.greeting",),
        )  # fmt: skip
        await conversation.save(record)
        return conversation.id


async def test_a_persons_answer_is_sent_and_silences_the_bot(engine: AsyncEngine, sql: Sql) -> None:
    conversation, operators = await turn(engine), Operators(engine)
    assert await operators.reply(conversation, ("Hola, soy Marta", "¿Qué día?"), NOW)
    (contact,) = await operators.find(conversation)
    assert (contact.mode, contact.mode_since, contact.state.handoff) == (Mode.HUMAN, NOW, "attended")
    rows = sql.execute("SELECT part, body, author, mode FROM outbox WHERE author = 'operator' ORDER BY id").fetchall()
    assert rows == [(1, "Hola, soy Marta", "operator", "human"), (2, "¿Qué día?", "operator", "human")]
    assert [(m.author, m.text) for m in await operators.messages(conversation)][-1] == ("operator", "¿Qué día?")


async def test_other_channels_keep_the_answer_in_the_history_only(engine: AsyncEngine, sql: Sql) -> None:
    conversation = await turn(engine, channel=Channel.WEB)
    assert await Operators(engine).reply(conversation, ("Hola",), NOW)
    assert sql.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    assert sql.execute("SELECT count(*) FROM messages WHERE author = 'operator'").fetchone() == (1,)


async def test_handing_back_is_announced_once_and_forgets_the_pending_question(engine: AsyncEngine) -> None:
    conversation, operators = await turn(engine, mode=Mode.HUMAN), Operators(engine)
    assert await operators.hand_back(conversation, ("Sigo contigo",), NOW)
    assert not await operators.hand_back(conversation, ("Sigo contigo",), NOW)
    (contact,) = await operators.find("whatsapp:ana") or await operators.find("ana")
    assert (contact.mode, contact.state.handoff, contact.state.question) == (Mode.BOT, None, None)
    assert contact.state.name == "Ana"
    assert [m.text for m in await operators.messages(conversation)] == ["hola", "Sigo contigo"]


async def test_nobody_writes_to_who_wants_no_messages(engine: AsyncEngine, sql: Sql) -> None:
    conversation, operators = await turn(engine, opted_out=True, mode=Mode.HUMAN), Operators(engine)
    assert not await operators.reply(conversation, ("Hola",), NOW)
    assert not await operators.tell(conversation, ("Hola",), NOW)
    assert await operators.hand_back(conversation, ("Sigo contigo",), NOW)  # but the mode may change in silence
    assert sql.execute("SELECT count(*) FROM messages WHERE direction = 'out'").fetchone() == (0,)
    assert not await operators.reply("none", ("Hola",), NOW)


async def test_those_who_wait_come_first_with_their_unanswered_messages(engine: AsyncEngine) -> None:
    operators = Operators(engine)
    await turn(engine, "ana", at=NOW)
    eva = await turn(engine, "eva", mode=Mode.HUMAN, at=NOW - timedelta(hours=1), text="¿hola?")
    await turn(engine, "eva", mode=Mode.HUMAN, at=NOW - timedelta(minutes=50), text="¿hay alguien?")
    listed = await operators.list()
    assert [(c.address, c.unanswered, c.last_text) for c in listed] == [
        ("eva", 2, "¿hay alguien?"),
        ("ana", 0, "¡Hola!"),
    ]
    assert [c.id for c in await operators.list(mode=Mode.HUMAN)] == [eva]
    assert await operators.intents(eva) == ("concierge.greeting", "concierge.greeting")


@pytest.mark.parametrize("who", ["%", "_", "\\", "", "'; DROP TABLE leads; --"])
async def test_a_search_for_anything_is_only_a_search(engine: AsyncEngine, who: str) -> None:
    await turn(engine)
    found = await Operators(engine).find(who)
    assert len(found) == (1 if who == "" else 0)


async def test_a_conversation_is_neglected_while_no_person_writes(engine: AsyncEngine) -> None:
    conversation, operators = await turn(engine, mode=Mode.HUMAN, at=NOW - timedelta(hours=13)), Operators(engine)
    await turn(engine, "eva")
    assert await operators.neglected(NOW - timedelta(hours=12)) == (conversation,)
    assert await operators.neglected(NOW - timedelta(hours=14)) == ()
    await operators.reply(conversation, ("Hola",), NOW - timedelta(hours=1))
    assert await operators.neglected(NOW - timedelta(hours=12)) == ()
    assert await operators.neglected(NOW) == (conversation,)
