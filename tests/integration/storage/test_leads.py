from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey
from commercial_agent.conversation.state import DialogueState
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.leads import Leads, TurnLeads

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
KEY = ConversationKey(Channel.API, "ana")
Sql = psycopg.Connection[tuple[Any, ...]]


async def test_one_lead_grows_with_what_is_learnt(engine: AsyncEngine) -> None:
    conversations, leads = Conversations(engine), Leads(engine)
    async with conversations.turn(KEY) as conversation:
        desk = TurnLeads(conversation)
        first = await desk.note("buy", "Volkswagen/Jetta", "asked", NOW, data={"stock_id": "1", "price": "238999"})
    later = NOW + timedelta(hours=1)
    async with conversations.turn(KEY) as conversation:
        desk = TurnLeads(conversation)
        again = await desk.note(
            "buy", "Volkswagen/Jetta", "quoted", later, data={"months": 48}, name="Ana \x00", score=30
        )
        other = await desk.note("sell", "Nissan/Tsuru", "offered", later)
    assert again == first != other
    found = await leads.get(first)
    assert found is not None
    lead, events = found
    assert (lead.name, lead.score, lead.stage, lead.address) == ("Ana ", 30, "new", "ana")
    assert lead.data == {"stock_id": "1", "price": "238999", "months": 48}
    assert (lead.created_at, lead.updated_at) == (NOW, later)
    assert [event.event for event in events] == ["asked", "quoted"]
    assert [item.id for item in await leads.list()] == [first, other]


async def test_a_lead_moves_through_its_stages(engine: AsyncEngine) -> None:
    leads = Leads(engine)
    async with Conversations(engine).turn(KEY) as conversation:
        lead = await TurnLeads(conversation).note("buy", "x", "asked", NOW)
    assert await leads.move(lead, "won", NOW)
    assert not await leads.move("none", "won", NOW)
    assert [item.id for item in await leads.list(stage="won")] == [lead]
    assert await leads.list(stage="new") == ()
    assert await leads.get("none") is None


async def test_the_last_rating_of_a_turn_counts(engine: AsyncEngine, sql: Sql) -> None:
    async with Conversations(engine).turn(KEY) as conversation:
        await conversation.save(TurnRecord("t1", NOW, "hola", ("¡Hola!",), DialogueState(), Language.ES))
    for stars in (2, 5):
        async with Conversations(engine).turn(KEY) as conversation:
            await TurnLeads(conversation).rate(stars, NOW)
    assert sql.execute("SELECT turn_id, stars FROM ratings").fetchall() == [("t1", 5)]
