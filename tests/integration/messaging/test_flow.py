from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from commercial_agent.conversation.messages import Mode
from commercial_agent.messaging.inbox import Inbox
from commercial_agent.messaging.worker import Worker
from commercial_agent.storage.mailboxes import Limits, QuietWindow
from commercial_agent.testing.twilio import Fault


def _now() -> datetime:
    return datetime.now(UTC)


Sql = psycopg.Connection[tuple[Any, ...]]
LOCKED = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
    "AND query LIKE '%NO KEY%'"
)
IDLE = "SELECT count(*) FROM mailboxes WHERE due_at IS NOT NULL OR worker IS NOT NULL"
ANA, EVA = "whatsapp:+525511112222", "whatsapp:+525533334444"


async def test_a_message_gets_its_answer_on_the_handset(running: Any, until: Any, sql: Sql) -> None:
    await running.say("hola")
    await until(lambda: running.twilio.handset(ANA) == ("hola",))
    await until(lambda: sql.execute("SELECT status FROM outbox").fetchall() == [("accepted",)])
    assert running.twilio.sent[0].sender == "whatsapp:+14155238886"
    assert sql.execute("SELECT count(*) FROM messages WHERE turn_id IS NULL").fetchone() == (0,)
    await until(lambda: sql.execute(IDLE).fetchone() == (0,))
    await until(lambda: len(running.twilio.typing) == 1)


async def test_a_burst_is_answered_once(running: Any, until: Any) -> None:
    for text in ("hola", "busco un jetta", "de 2019"):
        await running.say(text)
    await until(lambda: running.twilio.handset(ANA) != ())
    assert running.bot.turns == [(ANA, "hola\nbusco un jetta\nde 2019")]


async def test_a_message_that_comes_during_the_turn_is_answered_next(running: Any, until: Any, sql: Sql) -> None:
    running.bot.gate = asyncio.Event()
    await running.say("uno")
    await until(lambda: sql.execute("SELECT worker IS NOT NULL FROM mailboxes").fetchone() == (True,))
    await running.say("dos")
    running.bot.gate.set()
    await until(lambda: running.twilio.handset(ANA) == ("uno", "dos"))


async def test_parts_leave_in_order_also_when_the_first_fails_for_a_while(running: Any, until: Any) -> None:
    running.twilio.wrong.next.extend([Fault.BUSY, Fault.LOST, Fault.BUSY])
    await running.say("a|b|c")
    await until(lambda: len(running.twilio.handset(ANA)) == 3)
    assert running.twilio.handset(ANA) == ("a", "b", "c")


async def test_a_slow_customer_does_not_hold_up_another(running: Any, until: Any) -> None:
    running.bot.gate = asyncio.Event()
    await running.say("lento", ANA)
    await until(lambda: running.bot.entered == 1)
    gate, running.bot.gate = running.bot.gate, None
    await running.say("rápido", EVA)
    await until(lambda: running.twilio.handset(EVA) == ("rápido",))
    assert running.twilio.handset(ANA) == ()
    gate.set()
    await until(lambda: running.twilio.handset(ANA) == ("lento",))


@pytest.mark.parametrize("fault", list(Fault))
async def test_each_way_a_send_may_fail_leaves_one_message(running: Any, until: Any, sql: Sql, fault: Fault) -> None:
    running.twilio.wrong.silence_s = 1.2
    running.twilio.wrong.next.append(fault)
    await running.say("hola")
    await until(lambda: sql.execute("SELECT status FROM outbox").fetchall() == [("accepted",)])
    assert running.twilio.handset(ANA) == ("hola",)


async def test_equal_texts_are_told_apart_when_one_is_in_doubt(running: Any, until: Any, sql: Sql) -> None:
    await running.say("hola")
    await until(lambda: len(running.twilio.handset(ANA)) == 1)
    running.twilio.wrong.next.append(Fault.BROKEN)
    await running.say("hola")
    accepted = "SELECT count(*) FROM outbox WHERE status = 'accepted'"
    await until(lambda: sql.execute(accepted).fetchone() == (2,))
    assert running.twilio.handset(ANA) == ("hola", "hola")


async def test_a_turn_that_breaks_is_tried_again(running: Any, until: Any) -> None:
    running.bot.fail = 1
    await running.say("hola")
    await until(lambda: running.twilio.handset(ANA) == ("hola",))


async def test_a_flood_gets_one_notice_and_everything_is_settled(running: Any, until: Any, sql: Sql) -> None:
    inbox = Inbox(running.mailboxes, account_sid=running.twilio.account_sid, clock=_now, limits=Limits(2, 4))
    for number in range(8):
        await inbox.receive(running.twilio.webhook(f"m{number}", ANA))
    await until(lambda: sql.execute("SELECT count(*) FROM messages WHERE turn_id IS NULL").fetchone() == (0,))
    for number in range(3):
        await inbox.receive(running.twilio.webhook(f"n{number}", ANA))
    await until(lambda: sql.execute("SELECT count(*) FROM messages WHERE turn_id IS NULL").fetchone() == (0,))
    assert running.bot.turns[0] == (ANA, "m0\nm1")
    assert running.bot.kinds.count("flood") == 1


async def test_a_dead_workers_mailbox_is_answered_by_another(room: Any, until: Any, sql: Sql) -> None:
    await room.say("hola")
    sql.execute("UPDATE mailboxes SET due_at = now()")
    (taken,) = await room.mailboxes.take("dead", {}, [], limit=9, lease_s=0.4)
    assert [item.message.text for item in taken.waiting] == ["hola"]
    assert await room.mailboxes.take("other", {}, [], limit=9, lease_s=9) == ()
    await room.say("dos")
    task = asyncio.create_task(room.worker.run())
    await until(lambda: room.bot.turns == [(ANA, "hola\ndos")])
    await until(lambda: sql.execute(IDLE).fetchone() == (0,))
    await room.mailboxes.keep("dead", [taken.conversation_id], 9.0)  # wakes up too late: it is no longer his
    assert await room.mailboxes.take("dead", {taken.conversation_id: 0.0}, [], limit=9, lease_s=9) == ()
    assert sql.execute(IDLE).fetchone() == (0,)
    room.worker.stop()
    await task


async def test_a_living_worker_keeps_what_takes_longer_than_a_lease(room: Any, until: Any, sql: Sql) -> None:
    room.bot.gate = asyncio.Event()
    worker = Worker(room.mailboxes, room.answering.answer, lease_s=0.2, poll_s=0.02)
    task = asyncio.create_task(worker.run())
    await room.say("hola")
    await until(lambda: room.bot.entered == 1)
    first = sql.execute("SELECT due_at FROM mailboxes").fetchone()
    renewed = "SELECT due_at > %s + interval '300 milliseconds' FROM mailboxes"
    await until(lambda: sql.execute(renewed, first).fetchone() == (True,))
    assert await room.mailboxes.take("other", {}, [], limit=9, lease_s=9) == ()
    room.bot.gate.set()
    worker.stop()
    await task
    assert room.bot.turns == [(ANA, "hola")]


async def test_a_mailbox_is_due_after_silence_or_when_the_burst_lasts_too_long(room: Any, sql: Sql) -> None:
    async def say(window: QuietWindow) -> float:
        inbox = Inbox(room.mailboxes, account_sid=room.twilio.account_sid, clock=_now, window=window)
        await inbox.receive(room.twilio.webhook("hola", ANA))
        return float(await room.mailboxes.next_due())

    assert 29 < await say(QuietWindow(30, 60)) <= 30
    assert 19 < await say(QuietWindow(20, 60)) <= 20
    sql.execute("UPDATE mailboxes SET waiting_since = now() - interval '55 seconds'")
    assert 4 < await say(QuietWindow(30, 60)) <= 5


async def test_two_workers_that_take_one_mailbox_answer_it_once(room: Any, until: Any, sql: Sql) -> None:
    conversation = await room.say("hola")
    room.bot.gate = asyncio.Event()
    both = [asyncio.create_task(room.answer(conversation)) for _ in range(2)]
    await until(lambda: room.bot.entered == 1)
    await until(lambda: sql.execute(LOCKED).fetchone() == (1,))
    room.bot.gate.set()
    await asyncio.gather(*both)
    assert len(room.bot.turns) == 1
    assert sql.execute("SELECT count(*) FROM outbox").fetchone() == (1,)


async def test_a_stopped_worker_leaves_its_work_to_the_next(room: Any, until: Any) -> None:
    room.bot.gate = asyncio.Event()
    first = Worker(room.mailboxes, room.answering.answer, grace_s=0.2)
    task = asyncio.create_task(first.run())
    await room.say("hola")
    await until(lambda: room.bot.entered == 1)
    first.stop()
    await task
    room.bot.gate.set()
    assert room.bot.turns == []
    second = Worker(room.mailboxes, room.answering.answer)
    task = asyncio.create_task(second.run())
    await until(lambda: room.bot.turns == [(ANA, "hola")])
    second.stop()
    await task


async def test_everything_survives_a_cut_of_all_connections(running: Any, until: Any, sql: Sql) -> None:
    running.bot.gate = asyncio.Event()
    await running.say("uno", ANA)
    await until(lambda: sql.execute("SELECT worker IS NOT NULL FROM mailboxes").fetchone() == (True,))
    sql.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    running.bot.gate.set()
    await until(lambda: running.twilio.handset(ANA) == ("uno",))
    await running.say("dos", EVA)
    await until(lambda: running.twilio.handset(EVA) == ("dos",))
    assert sql.execute("SELECT count(*) FROM outbox").fetchone() == (2,)


async def test_the_farewell_is_sent_and_nothing_after_it(running: Any, until: Any, sql: Sql) -> None:
    running.bot.opted_out = True
    await running.say("baja")
    await until(lambda: running.twilio.handset(ANA) == ("baja",))
    sql.execute(
        "INSERT INTO outbox (conversation_id, part, body, author, mode, opted_out, next_attempt_at, created_at) "
        "SELECT id, 1, 'oferta', 'bot', 'bot', false, now(), now() FROM conversations"
    )
    await until(lambda: sql.execute("SELECT status FROM outbox WHERE body = 'oferta'").fetchone() == ("cancelled",))
    assert running.twilio.handset(ANA) == ("baja",)


async def test_a_person_who_took_over_silences_the_bot_at_the_moment_of_sending(
    running: Any, until: Any, sql: Sql
) -> None:
    running.bot.mode = Mode.HUMAN
    await running.say("humano")
    await until(lambda: running.twilio.handset(ANA) == ("humano",))
    insert = (
        "INSERT INTO outbox (conversation_id, part, body, author, mode, opted_out, next_attempt_at, created_at) "
        "SELECT id, 1, %s, %s, 'bot', false, now(), now() FROM conversations"
    )
    sql.execute(insert, ("late bot", "bot"))
    sql.execute(insert, ("a person", "operator"))
    await until(lambda: running.twilio.handset(ANA) == ("humano", "a person"))
    assert sql.execute("SELECT status FROM outbox WHERE body = 'late bot'").fetchone() == ("cancelled",)


async def test_a_call_that_could_outlast_its_lease_is_not_begun(room: Any, sql: Sql) -> None:
    conversation = await room.say("hola")
    await room.answer(conversation)
    rules = room.sender._rules
    (claimed,) = await room.table.claim(_now(), limit=5, lease_s=rules.lease_s, pace=rules.pace)
    late = replace(claimed, attempted_at=_now() - timedelta(seconds=rules.lease_s - room.client.timeout + 0.01))
    await room.sender._send(late)
    assert room.twilio.sent == ()
    assert sql.execute("SELECT status, attempts FROM outbox").fetchone() == ("queued", 0)
