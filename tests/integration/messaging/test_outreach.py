"""Messages that we start, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage, Mode
from commercial_agent.conversation.state import DialogueState
from commercial_agent.messaging.outreach import Outreach, OutreachRules, QuietHours
from commercial_agent.storage.appointments import Appointments, TurnAppointments
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.database import Database
from commercial_agent.storage.leads import LeadNote, Leads, TurnLeads
from commercial_agent.storage.mailboxes import Limits, Mailboxes
from commercial_agent.storage.operators import Operators

ZONE = ZoneInfo("America/Mexico_City")
DEALER = Dealer("Kavak", "Ava", "MX", "MXN", ZONE, (Language.ES, Language.EN), "https://k.mx", "https://k.mx/aviso")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
ANA = ConversationKey(Channel.WHATSAPP, "whatsapp:+525511112222")
Sql = psycopg.Connection[tuple[Any, ...]]


def outreach(database: Database, now: datetime, rules: OutreachRules | None = None) -> Outreach:
    short = database.short
    return Outreach(Operators(short), Appointments(short), Leads(short), DEALER, rules or OutreachRules(), lambda: now)


async def customer(
    database: Database,
    at: datetime,
    *,
    mode: Mode = Mode.BOT,
    language: Language = Language.ES,
    opted_out: bool = False,
    visit: datetime | None = None,
    branch: str = "Explanada",
    lead: str | None = None,
    state: DialogueState | None = None,
) -> str:
    """A WhatsApp customer who wrote once; the conversation's id."""
    message = IncomingMessage("hola", at, message_id=f"SM{at.timestamp()}")
    await Mailboxes(database.short).receive(ANA, message, sender="whatsapp:+1", raw={}, limits=Limits())
    async with Conversations(database.engine).turn(ANA) as conversation:
        if visit is not None:
            assert await TurnAppointments(conversation).book(branch, visit, capacity=1, now=at)
        if lead is not None:
            note = LeadNote("buy", "car", "quoted", stage=lead, cars={"1": {"name": "Kia Rio 2020", "price": "1"}})
            await TurnLeads(conversation).note_all((note,), at)
        record = TurnRecord(f"t{at.timestamp()}", at, "hola", (), state or DialogueState(), language, mode, opted_out)
        await conversation.save(record)
        return conversation.id


def sent(sql: Sql) -> list[str]:
    return [row[0] for row in sql.execute("SELECT body FROM outbox ORDER BY id").fetchall()]


async def test_a_visit_is_reminded_of_once_hours_before(database: Database, sql: Sql) -> None:
    await customer(database, NOON, visit=NOON + timedelta(hours=6))
    assert await outreach(database, NOON + timedelta(hours=2)).look() == 0
    assert await outreach(database, NOON + timedelta(hours=3, minutes=1)).look() == 1
    assert await outreach(database, NOON + timedelta(hours=4)).look() == 0
    (body,) = sent(sql)
    assert "Explanada" in body
    assert "6:00 p.m." in body


async def test_a_video_call_is_reminded_of_without_a_place_in_the_customers_language(
    database: Database, sql: Sql
) -> None:
    await customer(database, NOON, visit=NOON + timedelta(hours=5), branch="", language=Language.EN)
    assert await outreach(database, NOON + timedelta(hours=3)).look() == 1
    assert "5:00 PM" in sent(sql)[0]


async def test_who_has_just_booked_is_not_reminded_at_once(database: Database) -> None:
    await customer(database, NOON, visit=NOON + timedelta(hours=2))
    assert await outreach(database, NOON + timedelta(minutes=5)).look() == 0
    assert await outreach(database, NOON + timedelta(minutes=61)).look() == 1


async def test_an_early_visit_is_said_the_evening_before_and_nothing_at_night(database: Database) -> None:
    await customer(database, NOON, visit=NOON + timedelta(hours=22))  # 10:00 tomorrow
    assert await outreach(database, NOON.replace(hour=22)).look() == 0
    assert await outreach(database, NOON.replace(hour=19)).look() == 0
    assert await outreach(database, NOON.replace(hour=20, minute=30)).look() == 1


async def test_a_neglected_conversation_comes_back_and_says_so(database: Database, sql: Sql) -> None:
    conversation = await customer(database, NOON, mode=Mode.HUMAN, state=DialogueState(handoff="waiting"))
    rules = OutreachRules(handback_hours=4)
    assert await outreach(database, NOON + timedelta(hours=3), rules).look() == 0
    assert await outreach(database, NOON + timedelta(hours=5), replace(rules, handback_hours=0)).look() == 0
    assert await outreach(database, NOON + timedelta(hours=5), rules).look() == 1
    (contact,) = await Operators(database.short).find(conversation)
    assert contact.mode is Mode.BOT
    assert "persona" in sent(sql)[0]
    assert await outreach(database, NOON + timedelta(hours=6), rules).look() == 0


async def test_one_follow_up_where_it_is_wanted(database: Database, sql: Sql) -> None:
    await customer(database, NOON, lead="quoted")
    rules = OutreachRules(follow_up_hours=20)
    late = NOON + timedelta(hours=21, minutes=30)
    assert await outreach(database, late, OutreachRules()).look() == 0
    assert await outreach(database, NOON + timedelta(hours=8), rules).look() == 0
    assert await outreach(database, late, rules).look() == 1
    assert await outreach(database, late + timedelta(hours=1), rules).look() == 0
    (body,) = sent(sql)
    assert "Kia Rio 2020" in body
    assert "BAJA" in body


@pytest.mark.parametrize(
    "reason", ["opted_out", "booked", "with a person", "no interest", "the window is closed", "writing again"]
)
async def test_nobody_is_followed_up_who_should_not_be(database: Database, reason: str) -> None:
    at = NOON - timedelta(hours=4) if reason == "the window is closed" else NOON
    late = NOON + timedelta(hours=21, minutes=30)
    await customer(
        database,
        at,
        lead="new" if reason == "no interest" else "quoted",
        opted_out=reason == "opted_out",
        mode=Mode.HUMAN if reason == "with a person" else Mode.BOT,
        visit=NOON + timedelta(days=4) if reason == "booked" else None,
    )
    if reason == "writing again":
        await customer(database, late - timedelta(hours=1))
    assert await outreach(database, late, OutreachRules(follow_up_hours=20, handback_hours=0)).look() == 0


def test_quiet_hours_may_span_midnight() -> None:
    night, siesta = QuietHours(time(21), time(9)), QuietHours(time(14), time(16))
    assert [night.at(NOON.replace(hour=hour)) for hour in (8, 9, 20, 21, 0)] == [True, False, False, True, True]
    assert [siesta.at(NOON.replace(hour=hour)) for hour in (13, 14, 15, 16)] == [False, True, True, False]
    assert night.over_after(NOON.replace(hour=22)) == NOON.replace(hour=9) + timedelta(days=1)
    assert night.over_after(NOON.replace(hour=3)) == NOON.replace(hour=9)
