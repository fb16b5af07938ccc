"""Whole turns with the real agents, on a real database: silence, the queue, old buttons, places."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from commercial_agent.bootstrap import Application, open_agent
from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.findings import BranchesFound, CarGone, HandoffFinding
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage, Mode
from commercial_agent.settings import Settings
from commercial_agent.storage.appointments import Appointments

Sql = psycopg.Connection[tuple[Any, ...]]
ANA = ConversationKey(Channel.TEST, "ana")
PROFILE = Path(__file__).parents[3] / "dealership"


@pytest.fixture
async def agent(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    """The agent as it is delivered, on this test's database."""
    settings = Settings(
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        dealership_dir=PROFILE,
        catalog_path=tmp_path / "catalog.csv",
        secret_key=SecretStr("s" * 32),
    )
    shutil.copy(PROFILE / "catalog.csv", tmp_path)
    async with open_agent(settings) as application:
        yield application


async def say(agent: Application, text: str, key: ConversationKey = ANA, **fields: Any) -> TurnResult:
    return await agent.rooms.chatbot.answer(key, IncomingMessage(text, agent.now(), **fields))


async def test_a_silent_turn_keeps_what_the_customer_wrote(agent: Application, sql: Sql) -> None:
    assert (await say(agent, "quiero hablar con una persona")).mode is Mode.HUMAN
    waiting = await say(agent, "¿cuánto cuesta el jetta?")
    assert waiting.reply is None
    assert waiting.messages == ()
    kept = sql.execute("SELECT text FROM messages WHERE direction = 'in' ORDER BY id").fetchall()
    assert kept == [("quiero hablar con una persona",), ("¿cuánto cuesta el jetta?",)]
    left = await say(agent, "ya no, gracias")
    assert left.mode is Mode.BOT
    assert isinstance(left.findings[0], HandoffFinding)
    assert (await say(agent, "¿cuánto cuesta el jetta?")).reply is not None


async def test_a_person_who_answers_keeps_the_chat_until_he_hands_it_back(agent: Application) -> None:
    assert agent.people is not None
    await say(agent, "pásame con un asesor")
    (contact,) = await agent.people.operators.find("ana")
    await agent.people.operators.reply(contact.id, ("¿Te aparto el Jetta?",), agent.now())
    assert (await say(agent, "no, gracias")).reply is None
    assert await agent.people.outreach.hand_back(contact)
    assert (await say(agent, "hola")).reply is not None


async def test_a_place_on_the_map_is_answered_with_the_nearest_branches(agent: Application) -> None:
    result = await say(agent, "", kind="location", latitude=20.59, longitude=-100.39)
    (found,) = result.findings
    assert isinstance(found, BranchesFound)
    assert found.branches[0].city == "Querétaro"
    assert found.nearest


async def test_a_place_on_the_map_answers_which_branch(agent: Application) -> None:
    await say(agent, "quiero agendar una cita el sábado a las 11")
    result = await say(agent, "", kind="location", latitude=20.59, longitude=-100.39)
    (found,) = result.findings
    assert isinstance(found, BranchesFound)
    chosen = await say(agent, "la primera")
    assert chosen.appointment is not None
    assert chosen.appointment.branch == found.branches[0]


async def test_an_old_button_of_a_sold_car_says_so(agent: Application, tmp_path: Path) -> None:
    sold = (await say(agent, "busco un jetta")).cars[0]
    tapped = await say(agent, "Ver el auto", kind="button", payload=f"car:{sold}")
    assert tapped.cars == (sold,)
    file = tmp_path / "catalog.csv"
    left = [line for line in file.read_text("utf-8").splitlines(keepends=True) if not line.startswith(f"{sold},")]
    file.write_text("".join(left), "utf-8")
    assert agent.rooms.stock.reload_if_changed()
    gone = await say(agent, "Ver el auto", kind="button", payload=f"car:{sold}")
    assert isinstance(gone.findings[0], CarGone)
    assert sold not in gone.cars


async def test_a_booking_survives_a_fresh_start_of_the_conversation(agent: Application) -> None:
    for text in ("quiero agendar el sábado a las 11 en Explanada", "me llamo Ana"):
        booked = await say(agent, text)
    assert booked.appointment is not None
    assert booked.appointment.status == "booked"
    await say(agent, "empecemos de cero")
    cancelled = await say(agent, "cancela mi cita")
    assert cancelled.appointment is not None
    assert cancelled.appointment.status == "cancelled"


async def test_parallel_turns_of_many_customers_fill_a_slot_and_no_more(agent: Application) -> None:
    text = "soy Ana, quiero agendar una cita el sábado a las 11 en Explanada"
    keys = [ConversationKey(Channel.TEST, f"c{number}") for number in range(8)]
    results = await asyncio.gather(*(say(agent, text, key) for key in keys))
    booked = [r.appointment for r in results if r.appointment is not None and r.appointment.status == "booked"]
    capacity = agent.rooms.profile.appointments.capacity
    assert len(booked) == capacity
    starts: datetime | None = booked[0].starts_at
    assert starts is not None
    day = await Appointments(agent.database.engine).between(starts, starts.replace(hour=23))
    assert len(day) == capacity
    refused = [r.appointment.problem for r in results if r.appointment is not None and r.appointment not in booked]
    assert refused == ["slot_taken"] * (len(keys) - capacity)
