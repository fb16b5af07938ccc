from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.conversation.messages import Channel, ConversationKey
from commercial_agent.storage.appointments import Appointments, TurnAppointments
from commercial_agent.storage.conversations import Conversations

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
ELEVEN = datetime(2026, 11, 28, 17, 0, tzinfo=UTC)
NOON = ELEVEN + timedelta(hours=1)
Sql = psycopg.Connection[tuple[Any, ...]]


async def book(engine: AsyncEngine, who: str, at: datetime = ELEVEN, **more: Any) -> str | None:
    known: dict[str, Any] = {"capacity": 1, "now": NOW} | more
    async with Conversations(engine).turn(ConversationKey(Channel.API, who)) as conversation:
        return await TurnAppointments(conversation).book("Puebla", at, **known)


async def test_a_slot_is_given_once_when_many_want_it_at_once(engine: AsyncEngine, sql: Sql) -> None:
    booked = await asyncio.gather(*(book(engine, f"c{number}", capacity=3) for number in range(12)))
    assert sum(item is not None for item in booked) == 3
    assert sql.execute("SELECT seat FROM appointments ORDER BY seat").fetchall() == [(1,), (2,), (3,)]


async def test_a_cancelled_place_is_free_again(engine: AsyncEngine) -> None:
    first = await book(engine, "ana")
    assert first is not None
    assert await book(engine, "eva") is None
    async with Conversations(engine).turn(ConversationKey(Channel.API, "eva")) as conversation:
        assert not await TurnAppointments(conversation).cancel(first, NOW)  # it is not hers
    async with Conversations(engine).turn(ConversationKey(Channel.API, "ana")) as conversation:
        assert await TurnAppointments(conversation).cancel(first, NOW)
        assert not await TurnAppointments(conversation).cancel(first, NOW)
    assert await book(engine, "eva") is not None


async def test_moving_keeps_the_id_and_frees_the_old_slot(engine: AsyncEngine) -> None:
    first = await book(engine, "ana", kind="visit")
    assert await book(engine, "ana", NOON, replaces=first) == first
    assert await book(engine, "eva") is not None
    found = await Appointments(engine).get(first or "")
    assert found is not None
    assert found.starts_at == NOON


async def test_moving_to_a_full_slot_keeps_the_old_one(engine: AsyncEngine) -> None:
    first = await book(engine, "ana")
    assert await book(engine, "eva", NOON)
    assert await book(engine, "ana", NOON, replaces=first) is None
    assert await book(engine, "luis") is None
    found = await Appointments(engine).get(first or "")
    assert found is not None
    assert found.starts_at == ELEVEN


async def test_changing_the_car_needs_no_second_place(engine: AsyncEngine) -> None:
    first = await book(engine, "ana", stock_id="1", name="Ana")
    assert await book(engine, "ana", replaces=first, stock_id="2") == first
    found = await Appointments(engine).get(first or "")
    assert found is not None
    assert (found.stock_id, found.name) == ("2", "Ana")


async def test_a_turn_that_fails_books_nothing(engine: AsyncEngine, sql: Sql) -> None:
    async def fail() -> None:
        async with Conversations(engine).turn(ConversationKey(Channel.API, "ana")) as conversation:
            assert await TurnAppointments(conversation).book("Puebla", ELEVEN, capacity=1, now=NOW)
            raise RuntimeError

    assert isinstance((await asyncio.gather(fail(), return_exceptions=True))[0], RuntimeError)
    assert sql.execute("SELECT count(*) FROM appointments").fetchone() == (0,)
    assert await book(engine, "eva") is not None


async def test_full_slots_upcoming_ones_and_the_day_are_listed(engine: AsyncEngine) -> None:
    first = await book(engine, "ana")
    async with Conversations(engine).turn(ConversationKey(Channel.API, "ana")) as conversation:
        desk = TurnAppointments(conversation)
        assert await desk.taken("Puebla", [ELEVEN, NOON], capacity=1) == {ELEVEN}
        assert await desk.taken("Puebla", [ELEVEN, NOON], capacity=2) == frozenset()
        assert await desk.taken("Toluca", [ELEVEN], capacity=1) == frozenset()
        assert [item.id for item in await desk.upcoming(NOW)] == [first]
        assert await desk.upcoming(NOON) == ()
    listed = await Appointments(engine).between(NOW, NOON, "Puebla")
    assert [item.id for item in listed] == [first]
    assert await Appointments(engine).between(NOW, NOON, "Toluca") == ()


async def test_a_reminder_is_given_out_once(engine: AsyncEngine) -> None:
    first = await book(engine, "ana")
    appointments = Appointments(engine)
    assert await appointments.to_remind(NOW, ELEVEN - timedelta(hours=1)) == ()
    assert [item.id for item in await appointments.to_remind(NOW, ELEVEN)] == [first]
    assert await appointments.to_remind(NOW, ELEVEN) == ()
