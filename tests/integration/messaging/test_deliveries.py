from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from commercial_agent.messaging.inbox import Inbox
from commercial_agent.messaging.outbox import Sender, SendingRules
from commercial_agent.messaging.twilio import InvalidWebhook
from commercial_agent.messaging.twilio.deliveries import Deliveries, ForeignStatus
from commercial_agent.storage.outbox import Accepted, OutboxTable, Pace

Sql = psycopg.Connection[tuple[Any, ...]]
ANA = "whatsapp:+525511112222"


async def send_one(room: Any, until: Any, text: str = "hola") -> str:
    """One message on its way; Twilio's id of it."""
    before = len(room.twilio.sent)
    await room.say(text)
    await until(lambda: len(room.twilio.sent) == before + 1)
    await until(lambda: room.sent_stored())
    return str(room.twilio.sent[-1].sid)


def status(room: Any, sid: str, word: str, **fields: str) -> dict[str, str]:
    return {"MessageSid": sid, "MessageStatus": word, "AccountSid": room.twilio.account_sid} | fields


@pytest.fixture
def at_work(running: Any, sql: Sql) -> Any:
    running.sent_stored = lambda: (
        sql.execute("SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending', 'unknown')").fetchone() == (0,)
    )
    return running


async def test_status_only_grows_in_whatever_order_callbacks_come(at_work: Any, until: Any, sql: Sql) -> None:
    for order in itertools.permutations(["sent", "delivered", "read"]):
        sid = await send_one(at_work, until)
        for word in (*order, *order):
            await at_work.deliveries.update(status(at_work, sid, word))
        row = sql.execute(
            "SELECT status, delivered_at IS NOT NULL FROM outbox WHERE provider_sid = %s", (sid,)
        ).fetchone()
        assert row == ("read", True)
        assert not await at_work.deliveries.update(status(at_work, sid, "sent"))


async def test_a_delivery_after_a_failure_counts(at_work: Any, until: Any, sql: Sql) -> None:
    sid = await send_one(at_work, until)
    assert await at_work.deliveries.update(status(at_work, sid, "undelivered", ErrorCode="63024"))
    failures = await at_work.delivered.failures()
    assert [(item.error_code, item.status) for item in failures] == [(63024, "undelivered")]
    assert failures[0].reason == "The customer cannot be reached on WhatsApp."
    assert await at_work.deliveries.update(status(at_work, sid, "delivered"))
    assert await at_work.delivered.failures() == ()


async def test_a_callback_that_overtakes_the_answer_is_kept(room: Any, sql: Sql, clock: Any) -> None:
    conversation = await room.say("hola")
    await room.answer(conversation)
    claimed = await room.table.claim(clock.now + timedelta(days=9), limit=9, lease_s=9, pace=Pace())
    assert await room.deliveries.update(status(room, "SM9", "delivered"), reference=claimed[0].id)
    await room.table.accepted([Accepted(claimed[0].id, "SM9", "accepted", clock.now)])
    assert sql.execute("SELECT provider_sid, status FROM outbox").fetchall() == [("SM9", "delivered")]


async def test_what_whatsapp_could_not_deliver_now_is_sent_again_later(at_work: Any, until: Any, sql: Sql) -> None:
    sid = await send_one(at_work, until)
    assert await at_work.deliveries.update(status(at_work, sid, "failed", ErrorCode="63018"))
    wait = sql.execute("SELECT status, next_attempt_at > now() + interval '20 seconds' FROM outbox").fetchone()
    assert wait == ("queued", True)
    assert not await at_work.deliveries.update(status(at_work, sid, "failed", ErrorCode="63018"))
    sql.execute("UPDATE outbox SET next_attempt_at = now()")
    await until(lambda: len(at_work.twilio.handset(ANA)) == 2)


async def test_a_customer_who_blocked_us_gets_nothing_more(at_work: Any, until: Any, sql: Sql) -> None:
    sid = await send_one(at_work, until)
    await at_work.deliveries.update(status(at_work, sid, "failed", ErrorCode="63014"))
    assert sql.execute("SELECT opted_out FROM conversations").fetchone() == (True,)


async def test_foreign_and_broken_callbacks_are_refused(room: Any) -> None:
    with pytest.raises(ForeignStatus):
        await room.deliveries.update({"MessageSid": "SM1", "MessageStatus": "sent", "AccountSid": "AC9"})
    with pytest.raises(InvalidWebhook):
        await room.deliveries.update({"AccountSid": room.twilio.account_sid})
    assert not await room.deliveries.update(status(room, "SM404", "sent"))
    assert not await room.deliveries.update(status(room, "SM404", "nonsense"), reference="1; DROP TABLE outbox")


async def test_lost_callbacks_are_asked_for(at_work: Any, until: Any, sql: Sql, clock: Any) -> None:
    await send_one(at_work, until)
    at_work.twilio.sent[0].status = "delivered"
    sent_at = sql.execute("SELECT sent_at FROM outbox").fetchone()
    assert sent_at is not None
    clock.now = sent_at[0]
    deliveries = Deliveries(at_work.delivered, at_work.table, at_work.client, clock=clock, quiet_s=60)
    assert await deliveries.poll() == 0
    clock.advance(seconds=61)
    assert await deliveries.poll() == 1
    assert sql.execute("SELECT status FROM outbox").fetchone() == ("delivered",)
    clock.advance(hours=1)
    assert await deliveries.poll() == 0


async def test_free_text_is_not_sent_after_the_window_and_a_template_is(
    room: Any, until: Any, sql: Sql, clock: Any
) -> None:
    content = {"sid": "HX1", "types": {"twilio/text": {"body": "Kavak: {{1}}. Responde aquí."}}}
    room.twilio.contents.append(content)
    for template, expected in (("", "blocked"), ("HX1", "accepted")):
        inbox = Inbox(room.mailboxes, account_sid=room.twilio.account_sid, clock=clock)
        received = await inbox.receive(room.twilio.webhook("hola", ANA))
        await room.answer(received.conversation_id)
        sql.execute("UPDATE outbox SET next_attempt_at = '2020-01-01' WHERE status = 'queued'")
        sql.execute("UPDATE conversations SET last_inbound_at = %s", (clock.now,))
        clock.advance(hours=23, seconds=3590)
        sender = Sender(room.table, room.client, clock=clock, rules=SendingRules(template_sid=template))
        await sender._claim_and_send()
        sender.stop()
        await sender.run()
        row = sql.execute("SELECT status FROM outbox ORDER BY id DESC LIMIT 1").fetchone()
        assert row == (expected,)
    assert [(message.content_sid, message.body) for message in room.twilio.sent] == [
        ("HX1", "Kavak: hola. Responde aquí.")
    ]


async def test_one_customer_is_not_sent_more_than_his_pace(room: Any, sql: Sql, clock: Any) -> None:
    conversation = await room.say("a|b|c|d|e")
    await room.answer(conversation)
    (clock.now,) = sql.execute("SELECT now()").fetchone() or ()
    sql.execute("UPDATE mailboxes SET send_tokens = 2, send_tokens_at = %s", (clock.now,))
    pace = Pace(burst=2, seconds_each=6)

    async def claim() -> int:
        claimed = await room.table.claim(clock.now, limit=9, lease_s=9, pace=pace)
        await room.table.accepted([Accepted(m.id, f"SM{m.id}", "accepted", clock.now) for m in claimed])
        return len(claimed)

    assert [await claim() for _ in range(3)] == [1, 1, 0]
    clock.advance(seconds=5)
    assert await claim() == 0
    clock.advance(seconds=1.1)
    assert [await claim() for _ in range(2)] == [1, 0]
    clock.advance(hours=1)
    assert [await claim() for _ in range(3)] == [1, 1, 0]


async def test_all_senders_together_keep_the_pace(room: Any, sql: Sql, clock: Any) -> None:
    for number in range(12):
        await room.answer(await room.say("hola", f"whatsapp:+5255000000{number:02}"))
    (clock.now,) = sql.execute("SELECT now() + interval '1 second'").fetchone() or ()

    async def claim(rate: float) -> int:
        tables = (room.table, OutboxTable(room.table._engine))  # of two processes
        taken = await asyncio.gather(*(t.claim(clock.now, limit=9, lease_s=9, pace=Pace(rate)) for t in tables))
        return sum(map(len, taken))

    sql.execute("UPDATE sending_pace SET filling_since = now() - interval '1 hour'")
    assert await claim(4.0) == 4
    assert await claim(0.001) == 0
    sql.execute("UPDATE sending_pace SET filling_since = now() - interval '500 milliseconds'")
    assert await claim(4.0) == 2
    sql.execute("UPDATE sending_pace SET filling_since = now() - interval '1 second'")
    assert await claim(1000.0) == 6


async def test_bad_credentials_stop_sending_and_lose_nothing(room: Any, sql: Sql, clock: Any) -> None:
    conversation = await room.say("hola")
    await room.answer(conversation)
    (clock.now,) = sql.execute("SELECT now() + interval '1 second'").fetchone() or ()
    room.twilio.wrong.next.append((401, 20003))
    sender = Sender(room.table, room.client, clock=clock)
    assert await sender._claim_and_send()
    sender.stop()
    await sender.run()
    assert sql.execute("SELECT status, attempts FROM outbox").fetchall() == [("queued", 0)]
    assert not await sender._claim_and_send()
    clock.advance(seconds=61)
    assert await sender._claim_and_send()
    await sender.run()
    assert room.twilio.handset(ANA) == ("hola",)


class Seen:
    """Remembers the outcomes of tries."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, int | None]] = []

    def sent(self, outcome: str, code: int | None) -> None:
        self.outcomes.append((outcome, code))


async def _try(room: Any, sender: Sender) -> None:
    await sender._claim_and_send()
    while sender._tasks:
        await asyncio.gather(*sender._tasks)


async def test_what_fails_for_good_is_told_once_with_its_reason(
    room: Any, sql: Sql, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    seen = Seen()
    sender = Sender(room.table, room.client, clock=clock, rules=SendingRules(tries=2), observer=seen)
    (clock.now,) = sql.execute("SELECT now() + interval '5 minutes'").fetchone() or ()
    for text, wrong in (("a", [(400, 21211)]), ("b", [(429, 20429)] * 2), ("c", [(400, 63012)] * 2)):
        await room.answer(await room.say(text))
        room.twilio.wrong.next.extend(wrong)
        for _ in wrong:
            await _try(room, sender)
            clock.advance(seconds=300)
    assert [outcome for outcome in seen.outcomes if outcome[0] != "accepted"] == [
        ("failed", 21211), ("retry", 20429), ("failed", 20429), ("retry", 63012), ("failed", 63012),
    ]  # fmt: skip
    told = [record for record in caplog.records if record.message == "message_failed"]
    assert [record.__dict__["error_code"] for record in told] == [21211, 20429, 63012]
    assert {record.levelname for record in told} == {"ERROR"}
    assert [(failure.body, failure.error_code) for failure in await room.delivered.failures()] == [
        ("c", 63012), ("b", 20429), ("a", 21211),
    ]  # fmt: skip
    assert await room.delivered.failed_within(24) == 3
    sql.execute("UPDATE outbox SET attempted_at = now() - interval '25 hours' WHERE body <> 'c'")
    assert await room.delivered.failed_within(24) == 1


async def test_a_late_failure_is_told_only_when_it_is_not_tried_again(
    room: Any, sql: Sql, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    (clock.now,) = sql.execute("SELECT now() + interval '1 second'").fetchone() or ()
    seen = Seen()
    deliveries = Deliveries(room.delivered, room.table, room.client, clock=clock, observed=seen.sent)
    sender = Sender(room.table, room.client, clock=clock)
    await room.answer(await room.say("hola"))
    for left in (2, 1, 0):
        await _try(room, sender)
        await sender._store_accepted()
        sid = room.twilio.sent[-1].sid
        assert await deliveries.update(status(room, sid, "failed", ErrorCode="63018"))
        clock.advance(seconds=300)
        assert bool(seen.outcomes) == (left == 0)
    assert seen.outcomes == [("failed", 63018)]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["message_failed"]
