from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from commercial_agent.conversation.messages import Channel, ConversationKey
from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.messaging.inbox import ForeignAccount, Inbox
from commercial_agent.messaging.twilio import InvalidWebhook
from commercial_agent.storage.conversations import Conversations
from commercial_agent.storage.database import Database
from commercial_agent.storage.mailboxes import Limits, Mailboxes

Sql = psycopg.Connection[tuple[Any, ...]]
ANA = "whatsapp:+525511112222"


async def test_a_message_is_stored_and_its_mailbox_is_due(room: Any, sql: Sql) -> None:
    form = room.twilio.webhook("hola \x00🚗", ANA, ReferralHeadline="Jetta", ExternalUserIdentifier="MX.1")
    assert (await room.inbox.receive(form)).new
    assert sql.execute("SELECT seq, kind, text, provider_sid, raw->>'NumMedia', turn_id FROM messages").fetchall() == [
        (1, "text", "hola 🚗", form["MessageSid"], "0", None)
    ]
    assert sql.execute(
        "SELECT sender, due_at > now(), profile_name, external_id, referral FROM mailboxes"
    ).fetchall() == [("whatsapp:+14155238886", True, "Ana María", "MX.1", {"ReferralHeadline": "Jetta"})]


async def test_twenty_copies_of_one_webhook_are_one_message(room: Any, sql: Sql) -> None:
    form = room.twilio.webhook("hola", ANA)
    received = await asyncio.gather(*(room.inbox.receive(form) for _ in range(20)))
    assert sum(item.new for item in received) == 1
    assert len({item.message_id for item in received}) == 1
    assert sql.execute("SELECT count(*) FROM messages").fetchone() == (1,)


async def test_messages_of_one_customer_are_numbered_without_a_gap(room: Any, sql: Sql) -> None:
    await asyncio.gather(*(room.say(f"m{number}") for number in range(30)))
    assert sql.execute("SELECT seq FROM messages ORDER BY id").fetchall() == [(number,) for number in range(1, 31)]


async def test_a_webhook_does_not_wait_for_a_turn_under_way(room: Any, database: Database) -> None:
    await room.say("hola")
    async with Conversations(database.engine).turn(ConversationKey(Channel.WHATSAPP, ANA)), asyncio.timeout(2):
        await room.say("¿sigues ahí?")


async def test_a_foreign_account_is_refused(room: Any, sql: Sql) -> None:
    with pytest.raises(ForeignAccount):
        await room.say("hola", AccountSid="AC" + "f" * 32)
    with pytest.raises(InvalidWebhook):
        await room.say("hola", MessageSid="", SmsMessageSid="", SmsSid="")
    assert sql.execute("SELECT count(*) FROM messages").fetchone() == (0,)


async def test_what_cannot_be_stored_is_not_acknowledged(room: Any) -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    inbox = Inbox(Mailboxes(database.short), account_sid=room.twilio.account_sid, clock=lambda: datetime.now(UTC))
    form = room.twilio.webhook("hola", ANA)
    with pytest.raises(DatabaseUnavailable):
        await inbox.receive(form)
    await database.dispose()


async def test_messages_above_the_limit_are_kept_and_marked(room: Any, sql: Sql, clock: Any) -> None:
    inbox = Inbox(room.mailboxes, account_sid=room.twilio.account_sid, clock=clock, limits=Limits(3, 5))

    async def say() -> bool:
        return (await inbox.receive(room.twilio.webhook("x", ANA))).limited

    assert [await say() for _ in range(5)] == [False, False, False, True, True]
    clock.advance(seconds=11)
    assert await say()  # five in the last minute
    clock.advance(seconds=61)
    assert not await say()
    other = room.twilio.webhook("x", "whatsapp:+525533334444")
    assert not (await inbox.receive(other)).limited
    assert sql.execute("SELECT count(*) FROM messages").fetchone() == (8,)


CARD, CODE = "5555 5555 5555 4444", "cvv 917"


def traces(sql: Sql, *marks: str) -> list[str]:
    """Tables of the whole database with a row that contains one of the marks anywhere."""
    tables = sql.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return sorted(
        name
        for (name,) in tables
        for mark in marks
        if sql.execute(f'SELECT 1 FROM "{name}" AS r WHERE r::text LIKE %s LIMIT 1', (f"%{mark}%",)).fetchone()
    )


@pytest.mark.parametrize(
    "said",
    [
        [f"mi tarjeta es {CARD} {CODE}, ¿la apartan?"],
        ["mi tarjeta", "5555 5555", "5555 4444", CODE],
        ["5555-5555", "hola", "5555555555554444"],
    ],
)
async def test_a_card_number_is_in_no_table_once_it_is_answered(room: Any, sql: Sql, said: list[str]) -> None:
    for text in said:
        conversation = await room.say(text, ANA, ProfileName=f"Ana {CARD}", ReferralBody=CARD, Label=CARD)
    await room.answer(conversation)
    assert traces(sql, CARD, "5555555555554444", "5555 4444", CODE) == []
    ((_, read),) = room.bot.turns
    assert "••••" in read  # so that the turn says what was not kept
    assert sql.execute("SELECT count(*) FROM messages WHERE turn_id IS NULL").fetchone() == (0,)


async def test_the_words_of_a_voice_note_are_masked_before_they_are_stored(room: Any, sql: Sql) -> None:
    said = "me cobras a la cinco 5555 5555 5555 4444"
    conversation = await room.say("", ANA, NumMedia="1", MediaContentType0="audio/ogg", MediaUrl0="https://x/m")

    async def heard(_: str, waiting: Any) -> Any:
        return [replace(item, message=replace(item.message, text=said, kind="voice")) for item in waiting]

    room.answering._prepare = heard
    await room.answer(conversation)
    assert room.bot.turns == [(ANA, "me cobras a la cinco ••••")]
    assert traces(sql, CARD) == []
