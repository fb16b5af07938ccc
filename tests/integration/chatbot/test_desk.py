"""What a turn keeps for sellers, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.agents.desk import AppointmentRules
from commercial_agent.chatbot.desk import Desks
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.findings import (
    AppointmentFinding,
    CarDescribed,
    Finding,
    HandoffFinding,
    PlanQuoted,
    QuoteFact,
    SaleFinding,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey
from commercial_agent.conversation.requests import AppointmentDraft, SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.events import CRM, EMAIL, HANDOFF, LEAD, SELLERS, Told
from commercial_agent.storage.leads import Leads

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=ZoneInfo("America/Mexico_City"))
NOBODY = Told()
ANA = ConversationKey(Channel.API, "ana")
RIO = CarFacts("306473", "Kia", "Rio", 2020, "LX AUTO", Decimal(230_000), 30_000)
JETTA = replace(RIO, stock_id="2", make="Volkswagen", model="Jetta")
QUOTE = QuoteFact(
    "306473", Decimal(230_000), Decimal(46_000), Decimal(184_000), 48, Decimal("0.1"), Decimal("4666.73"),
    Decimal("4666.50"), Decimal(40_000), Decimal(224_000), Decimal("10.5"),
)  # fmt: skip
QUOTED = PlanQuoted((QUOTE,), RIO, NOW.date())
SENTRA = SaleDraft(make="Nissan", model="Sentra", year=2018, km=50_000, city="Puebla")
RULES = AppointmentRules(capacity=2, slot_minutes=60, earliest=time(9), latest=time(18), days_ahead=60)
ELEVEN = NOW + timedelta(days=5)
Sql = psycopg.Connection[tuple[Any, ...]]


async def turn(
    engine: AsyncEngine, *findings: Finding, key: ConversationKey = ANA, said: Sequence[str] = (), told: Told = NOBODY
) -> None:
    """A turn with these findings and replies."""
    desks = Desks(told=told)
    async with Conversations(engine).turn(key) as conversation:
        state = replace(conversation.state, name="Ana", turns=conversation.turns + 1)
        desk = desks.open(conversation, state, NOW)
        state = await desk.close(findings, state)
        turn_id = f"t-{key.address}-{state.turns}"
        await conversation.save(TurnRecord(turn_id, NOW, "…", tuple(said), state, Language.ES))


async def test_one_buyer_is_one_lead_that_grows(engine: AsyncEngine) -> None:
    await turn(engine, CarDescribed(JETTA, ()))
    await turn(engine, CarDescribed(RIO, ()), QUOTED)
    (lead,) = await Leads(engine).list()
    assert (lead.kind, lead.stage, lead.name, lead.score) == ("buy", "quoted", "Ana", 5 + 15 + 5)
    assert set(lead.data["cars"]) == {"2", "306473"}
    assert lead.data["points"] == {"described": 5, "quoted": 15, "named": 5}
    assert lead.data["plan"]["monthly_payment"] == "4666.73"
    found = await Leads(engine).get(lead.id)
    assert found is not None
    assert [event.event for event in found[1]] == ["described", "described", "quoted"]


async def test_a_turn_without_news_asks_the_database_nothing(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Conversations(engine).turn(ANA) as conversation:
        asked: list[object] = []

        async def execute(*statement: object) -> None:
            asked.append(statement)

        monkeypatch.setattr(conversation.driver, "execute", execute)
        desk = Desks().open(conversation, DialogueState(), NOW)
        state = await desk.close((Talked(Intent.GREETING),), DialogueState())
        assert asked == []
        await desk.close((CarDescribed(RIO, ()), QUOTED, SaleFinding("received", SENTRA)), state)
        assert len(asked) == 1
        monkeypatch.undo()


async def test_a_given_up_visit_lowers_stage_and_score_a_sellers_stage_stays(engine: AsyncEngine) -> None:
    leads = Leads(engine)
    draft = AppointmentDraft(branch="Explanada", day=date(2026, 11, 28))
    await turn(engine, AppointmentFinding("booked", draft, None, RIO, booking_id="b1", starts_at=ELEVEN))
    assert [(lead.stage, lead.score) for lead in await leads.list()] == [("booked", 45)]
    await turn(engine, AppointmentFinding("cancelled", draft))
    (lead,) = await leads.list()
    assert (lead.stage, lead.score, lead.data["appointment"]) == ("interested", 5, None)
    assert await leads.move(lead.id, "contacted", NOW)
    await turn(engine, QUOTED)
    assert [lead.stage for lead in await leads.list()] == ["contacted"]


async def test_the_score_ends_at_a_hundred(engine: AsyncEngine) -> None:
    draft = AppointmentDraft(branch="Explanada")
    booked = AppointmentFinding("booked", draft, None, RIO, booking_id="b1", starts_at=ELEVEN)
    traded = SaleFinding("received", replace(SENTRA, trade_in=True))
    await turn(engine, CarDescribed(RIO, ()), QUOTED, booked, traded, HandoffFinding("made", "requested"))
    scores = {lead.kind: lead.score for lead in await Leads(engine).list()}
    assert scores == {"buy": 100, "trade_in": 30}


async def test_the_promised_id_is_the_leads(engine: AsyncEngine) -> None:
    async with Conversations(engine).turn(ANA) as conversation:
        desk = Desks().open(conversation, DialogueState(), NOW)
        promised = await desk.car_for_sale(SENTRA)
        await desk.close((SaleFinding("received", SENTRA),), DialogueState())
    found = await Leads(engine).get(promised)
    assert found is not None
    assert (found[0].kind, found[0].interest) == ("sell", "Nissan Sentra 2018")


async def test_a_handoff_is_told_to_whom_it_concerns(engine: AsyncEngine, sql: Sql) -> None:
    told = Told((CRM,), (SELLERS, EMAIL))
    await turn(engine, CarDescribed(RIO, ()), told=told)
    await turn(engine, HandoffFinding("offered", "complaint"), told=told)
    await turn(engine, HandoffFinding("made", "accepted"), SaleFinding("received", SENTRA), told=told)
    kinds = sql.execute("SELECT kind, target FROM events ORDER BY id").fetchall()
    assert sorted(kinds) == sorted([(LEAD, CRM)] * 3 + [(HANDOFF, SELLERS), (HANDOFF, EMAIL)])


async def test_nobody_is_told_of_a_turn_that_fails(engine: AsyncEngine, sql: Sql) -> None:
    async def fail() -> None:
        async with Conversations(engine).turn(ANA) as conversation:
            desk = Desks(told=Told((CRM,), (SELLERS,))).open(conversation, DialogueState(), NOW)
            await desk.close((HandoffFinding("made", "requested"),), DialogueState())
            raise RuntimeError

    assert isinstance((await asyncio.gather(fail(), return_exceptions=True))[0], RuntimeError)
    assert sql.execute("SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM leads)").fetchone() == (0,)


@pytest.mark.parametrize(
    ("amount", "ours"),
    [("348999", True), ("7081.21", True), ("7000", False), ("7100", True), ("150000", False), ("48", True)],
)
async def test_what_we_said_is_found_as_we_wrote_it(engine: AsyncEngine, amount: str, ours: bool) -> None:
    await turn(engine, said=("El *Jetta 2022*: $348,999 a 48 meses, mensualidad $7,081.21",))
    async with Conversations(engine).turn(ANA) as conversation:
        desk = Desks().open(conversation, DialogueState(), NOW)
        assert await desk.we_said([Decimal(amount)]) is ours


async def test_parallel_customers_never_share_a_place(engine: AsyncEngine, sql: Sql) -> None:
    draft = AppointmentDraft(branch="Explanada", name="Ana")

    async def book(number: int) -> str | None:
        async with Conversations(engine).turn(ConversationKey(Channel.API, f"c{number}")) as conversation:
            return await Desks().open(conversation, DialogueState(), NOW).book(draft, ELEVEN, RULES)

    booked = await asyncio.gather(*map(book, range(12)))
    assert len([one for one in booked if one is not None]) == RULES.capacity
    seats = sql.execute("SELECT seat FROM appointments WHERE status = 'booked' ORDER BY seat").fetchall()
    assert seats == [(1,), (2,)]


async def test_a_change_of_mind_replaces_the_rating_and_keeps_its_turn(engine: AsyncEngine, sql: Sql) -> None:
    await turn(engine)
    for number, (stars, words) in enumerate(((2, "2"), (5, "ah no, estuvo excelente")), start=2):
        async with Conversations(engine).turn(ANA) as conversation:
            await Desks().open(conversation, DialogueState(), NOW + timedelta(minutes=number)).rate(stars, words)
        await turn(engine)
    rows = sql.execute("SELECT turn_id, stars, comment FROM ratings").fetchall()
    assert rows == [("t-ana-1", 5, "ah no, estuvo excelente")]


async def test_the_next_appointment_is_found_without_its_id(engine: AsyncEngine) -> None:
    async with Conversations(engine).turn(ANA) as conversation:
        desk = Desks().open(conversation, DialogueState(), NOW)
        assert await desk.booking(None) is None
        made = await desk.book(AppointmentDraft(branch="Explanada", name="Ana"), ELEVEN, RULES)
        found = await desk.booking(None)
        assert found is not None
        assert (found.id, found.branch, found.starts_at) == (made, "Explanada", ELEVEN)
        assert await desk.booking("another") is None
