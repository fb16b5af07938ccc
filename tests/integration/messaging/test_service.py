from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg

from commercial_agent.messaging.service import Messaging
from commercial_agent.storage.database import Database
from commercial_agent.storage.mailboxes import QuietWindow

Sql = psycopg.Connection[tuple[Any, ...]]
ANA = "whatsapp:+525511112222"


async def test_the_room_answers_while_it_runs_and_ends_when_told(
    database: Database, room: Any, until: Any, sql: Sql
) -> None:
    messaging = Messaging(
        database, room.bot, room.client, clock=lambda: datetime.now(UTC), window=QuietWindow(0.05, 0.2), grace_s=5.0
    )
    running = asyncio.create_task(messaging.run())
    await messaging.inbox.receive(room.twilio.webhook("hola", ANA))
    await until(lambda: sql.execute("SELECT status FROM outbox").fetchall() == [("accepted",)])
    assert room.twilio.handset(ANA) == ("hola",)
    messaging.stop()
    async with asyncio.timeout(10):
        await running
    await messaging.inbox.receive(room.twilio.webhook("¿sigues?", ANA))
    assert sql.execute("SELECT due_at IS NOT NULL, worker FROM mailboxes").fetchall() == [(True, None)]
