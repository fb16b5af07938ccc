"""Events reach their targets at least once: signed webhooks, e-mail; on a real database and loopback servers."""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import hmac
import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import psycopg
import pytest

from commercial_agent.chatbot.desk import Desks
from commercial_agent.chatbot.leads import LeadRules
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.findings import HandoffFinding, SaleFinding
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey, Mode
from commercial_agent.conversation.requests import SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.messaging.events import EventSender, Mail, MailServer, Target, Webhook
from commercial_agent.messaging.telling import Teller
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.customers import Customers
from commercial_agent.storage.database import Database
from commercial_agent.storage.events import CRM, EMAIL, SELLERS, Events, Told
from commercial_agent.storage.leads import Leads
from commercial_agent.storage.operators import Operators

ZONE = ZoneInfo("America/Mexico_City")
DEALER = Dealer("Kavak", "Ava", "MX", "MXN", ZONE, (Language.ES,), "https://kavak.com", "https://kavak.com/aviso")
SECRET = "a secret of the test"
Sql = psycopg.Connection[tuple[Any, ...]]


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...

    def advance(self, *, seconds: float = 0, hours: float = 0, days: float = 0) -> datetime: ...


@dataclass
class Receiver:
    """A webhook's other end: refuses as often as it is told to."""

    refuse: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    other = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            other.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(other.refuse.pop(0) if other.refuse else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    other.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield other
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Postbox:
    """A mail server that takes everything."""

    port: int
    letters: list[bytes] = field(default_factory=list)


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    box = Postbox(0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                box.letters.append(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box


async def hand_over(database: Database, clock: Clock, told: Told) -> str:
    """A customer who offers a car and asks for a person; the conversation's id."""
    async with Conversations(database.engine).turn(ConversationKey(Channel.API, "ana")) as conversation:
        state = DialogueState(name="Ana", turns=1)
        findings = (
            SaleFinding("received", SaleDraft(make="Nissan", model="Sentra", year=2018, km=50_000, city="Puebla")),
            HandoffFinding("made", "requested"),
        )
        state = await Desks(told=told).open(conversation, state, clock()).close(findings, state)
        record = TurnRecord(
            "t1", clock(), "quiero vender mi sentra, pásame con alguien", ("Claro",), state, Language.ES, Mode.HUMAN,
            intents=("concierge.complaint",),
        )  # fmt: skip
        await conversation.save(record)
        return conversation.id


def sender_to(database: Database, clock: Clock, **targets: Target) -> EventSender:
    teller = Teller(Operators(database.short), Leads(database.short), DEALER, LeadRules())
    return EventSender(Events(database.short), targets, teller, clock, jitter=lambda: 1.0)


async def test_a_seller_gets_the_summary_signed(database: Database, clock: Clock, receiver: Receiver) -> None:
    conversation = await hand_over(database, clock, Told((), (SELLERS,)))
    sender = sender_to(database, clock, handoff=Webhook(receiver.url, SECRET, clock))
    assert await sender.send_due()
    assert not await sender.send_due()
    await sender.close()
    ((headers, body),) = receiver.got
    stamp, _, mac = headers["x-agent-signature"].partition(",v1=")
    expected = hmac.new(SECRET.encode(), stamp.removeprefix("t=").encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(mac, expected)
    told = json.loads(body)
    assert (told["type"], headers["x-agent-event"]) == ("handoff.made", "handoff.made")
    assert told["conversation"] == {
        "id": conversation, "channel": "api", "address": "ana", "name": "Ana", "language": "es", "mood": "upset",
    }  # fmt: skip
    assert {lead["kind"] for lead in told["leads"]} == {"buy", "sell"}
    for part in ("Ana", "Nissan Sentra 2018", "molesto", "quiero vender mi sentra", conversation):
        assert part in told["summary"]


async def test_what_is_not_taken_comes_again_under_the_same_id(
    database: Database, clock: Clock, receiver: Receiver
) -> None:
    await hand_over(database, clock, Told((CRM,), ()))
    receiver.refuse = [500, 302, 500, 500]
    sender = sender_to(database, clock, crm=Webhook(receiver.url, SECRET, clock))
    for _ in range(4):
        await sender.send_due()
        clock.advance(hours=1)
    await sender.close()
    ids = [headers["x-agent-delivery"] for headers, _ in receiver.got]
    assert len(ids) == 6
    assert len(set(ids)) == 2
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["lead.updated"] * 6


async def test_an_event_waits_for_a_target_that_is_down(database: Database, clock: Clock, sql: Sql) -> None:
    await hand_over(database, clock, Told((), (SELLERS,)))
    sender = sender_to(database, clock, handoff=Webhook("http://127.0.0.1:9/none", SECRET, clock))
    await sender.send_due()
    assert not await sender.send_due()
    await sender.close()
    ((status, attempts, error, due),) = sql.execute("SELECT status, attempts, error, next_attempt_at FROM events")
    assert (status, attempts, error) == ("queued", 1, "ConnectError")
    assert due > clock()


async def test_an_event_is_given_up_in_the_end_and_says_why(
    database: Database, clock: Clock, receiver: Receiver, sql: Sql
) -> None:
    await hand_over(database, clock, Told((), (SELLERS,)))
    receiver.refuse = [410] * 50
    sender = sender_to(database, clock, handoff=Webhook(receiver.url, SECRET, clock))
    while await sender.send_due():
        clock.advance(hours=5)
    await sender.close()
    assert sql.execute("SELECT status, attempts, error FROM events").fetchall() == [("failed", 14, "HTTP 410")]


async def test_an_event_whose_sender_died_is_sent_by_the_next(database: Database, clock: Clock) -> None:
    await hand_over(database, clock, Told((), (SELLERS,)))
    events = Events(database.short)
    (first,) = await events.claim(clock(), limit=5, lease_s=60)
    assert await events.claim(clock(), limit=5, lease_s=60) == ()
    clock.advance(seconds=61)
    (again,) = await events.claim(clock(), limit=5, lease_s=60)
    assert (again.id, again.attempts) == (first.id, 2)


async def test_nothing_is_told_of_an_erased_customer(database: Database, clock: Clock, receiver: Receiver) -> None:
    await hand_over(database, clock, Told((CRM,), (SELLERS,)))
    await Customers(database.engine).erase("ana")
    sender = sender_to(database, clock, handoff=Webhook(receiver.url, SECRET, clock))
    assert not await sender.send_due()
    await sender.close()
    assert receiver.got == []


async def test_a_target_that_is_gone_is_no_reason_to_wait(database: Database, clock: Clock, sql: Sql) -> None:
    await hand_over(database, clock, Told((), (EMAIL,)))
    sender = sender_to(database, clock)
    await sender.send_due()
    assert sql.execute("SELECT status FROM events").fetchall() == [("failed",)]


async def test_a_seller_gets_an_e_mail(database: Database, clock: Clock, postbox: Postbox) -> None:
    conversation = await hand_over(database, clock, Told((), (EMAIL,)))
    mail = Mail(MailServer("127.0.0.1", postbox.port, "none"), "ava@example.com", ("a@example.com", "b@example.com"))
    sender = sender_to(database, clock, email=mail)
    await sender.send_due()
    await sender.close()
    letter = email.message_from_bytes(postbox.letters[0], policy=email.policy.default)
    assert letter["To"] == "a@example.com, b@example.com"
    assert "Ana" in letter["Subject"]
    body = letter.get_body()
    assert body is not None
    assert conversation in body.get_content()


async def test_a_name_cannot_add_headers_to_the_e_mail(database: Database, clock: Clock, postbox: Postbox) -> None:
    from commercial_agent.messaging.events import Told as Full
    from commercial_agent.storage.events import Event

    mail = Mail(MailServer("127.0.0.1", postbox.port, "none"), "ava@example.com", ("a@example.com",))
    event = Event("1", "c", "handoff.made", EMAIL, "", 1, clock())
    await mail.tell(event, Full({}, "Ana\r\nBcc: eve@example.com", "text"))
    letter = email.message_from_bytes(postbox.letters[0], policy=email.policy.default)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Ana Bcc: eve@example.com"


async def test_what_was_sent_long_ago_is_forgotten(
    database: Database, clock: Clock, receiver: Receiver, sql: Sql
) -> None:
    await hand_over(database, clock, Told((CRM,), (SELLERS,)))
    sender = sender_to(database, clock, crm=Webhook(receiver.url, SECRET, clock))
    await sender.send_due()
    await sender.close()
    assert await Events(database.short).forget(clock()) == 0
    assert await Events(database.short).forget(clock.advance(days=31)) == 2
    assert sql.execute("SELECT status, target FROM events").fetchall() == [("failed", "handoff")]
