"""The HTTP side on a real database that goes away and comes back."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from commercial_agent.api.app import create_app
from commercial_agent.api.services import Services, TwilioWebhooks
from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage, Mode
from commercial_agent.conversation.reply import Reply, Text
from commercial_agent.messaging.inbox import Inbox
from commercial_agent.messaging.twilio import Verifier
from commercial_agent.observability import Metrics
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.database import Database, conninfo
from commercial_agent.storage.mailboxes import Mailboxes

TOKEN, ACCOUNT = "0123456789abcdef0123456789abcdef", "AC0123456789abcdef0123456789abcdef"
ADDRESS = "https://bot.example.com/webhooks/twilio/whatsapp"


@dataclass
class EchoBot:
    """Says everything back, and stores it as the chatbot does."""

    conversations: Conversations
    clock: Any

    async def answer(self, key: ConversationKey, message: IncomingMessage) -> TurnResult:
        turn_id = uuid4().hex
        async with self.conversations.turn(key) as conversation:
            reply = Reply(Language.ES, (Text(message.text),))
            record = TurnRecord(turn_id, self.clock(), message.text, (reply.text,), conversation.state, Language.ES)
            await conversation.save(record)
        return TurnResult(turn_id, conversation.id, Language.ES, Mode.BOT, False, reply, messages=(reply.text,))


class NoDeliveries:
    async def update(self, form: object, reference: str | None = None) -> bool:
        return False


@pytest.fixture
async def http(database: Database, clock: Any) -> AsyncIterator[httpx.AsyncClient]:
    inbox = Inbox(Mailboxes(database.short), account_sid=ACCOUNT, clock=clock)
    services = Services(
        chatbot=EchoBot(Conversations(database.engine), clock),
        clock=clock,
        metrics=Metrics(),
        twilio=TwilioWebhooks(Verifier("https://bot.example.com", (TOKEN,)), inbox, NoDeliveries()),
        checks={"database": database.check},
    )
    transport = httpx.ASGITransport(create_app(services), client=("127.0.0.1", 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def outage(database_url: str) -> Any:
    """A context in which the database takes no connection and has lost those it had."""
    parsed = make_url(database_url)
    server = conninfo(parsed.set(database="postgres").render_as_string(hide_password=False))

    @contextmanager
    def make() -> Iterator[None]:
        with psycopg.connect(server, autocommit=True) as admin:
            name = psycopg.sql.Identifier(parsed.database or "")
            admin.execute(psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (parsed.database,)
            )
            try:
                yield
            finally:
                admin.execute(psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))

    return make


async def webhook(http: httpx.AsyncClient, sid: str) -> int:
    fields = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": "whatsapp:+5215512345678", "Body": "hola",
              "To": "whatsapp:+14155238886", "NumMedia": "0"}  # fmt: skip
    body = urlencode(fields)
    signed = ADDRESS + "".join(name + fields[name] for name in sorted(fields))
    signature = b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return (await http.post("/webhooks/twilio/whatsapp", content=body, headers=headers)).status_code


async def chat(http: httpx.AsyncClient, text: str) -> httpx.Response:
    return await http.post("/api/chat", json={"conversation_id": "c", "message": text})


async def test_nothing_is_acknowledged_during_an_outage_and_all_works_after_it(
    http: httpx.AsyncClient, outage: Any, sql: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commercial_agent.api.health._KEEP_SECONDS", 0)
    sql.close()
    assert (await http.get("/health/ready")).status_code == 200
    assert await webhook(http, "SM" + "1" * 32) == 200
    assert (await chat(http, "uno")).status_code == 200
    with outage():
        ready = await http.get("/health/ready")
        assert ready.status_code == 503
        assert ready.json()["checks"]["database"]["status"] == "failed"
        assert await webhook(http, "SM" + "2" * 32) == 503
        refused = await chat(http, "dos")
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert (await http.get("/health/live")).status_code == 200
    assert (await http.get("/health/ready")).status_code == 200
    assert await webhook(http, "SM" + "2" * 32) == 200
    assert (await chat(http, "tres")).json()["reply"] == "tres"


async def test_a_message_that_comes_twice_is_stored_once(http: httpx.AsyncClient, sql: Any) -> None:
    for _ in range(3):
        assert await webhook(http, "SM" + "3" * 32) == 200
    assert sql.execute("SELECT count(*) FROM messages").fetchone() == (1,)


@pytest.mark.parametrize(
    "text", ["a\x00b", "𝕳ola 👩‍👩‍👧‍👦", "'; DROP TABLE turns; --", "\u202eabc", "%s %(x)s {} \\u0000"]
)
async def test_any_text_is_answered_and_stored(http: httpx.AsyncClient, text: str) -> None:
    response = await chat(http, text)
    assert response.status_code == 200
    assert response.json()["reply"] == text


async def test_names_of_conversations_do_not_mix(http: httpx.AsyncClient, sql: Any) -> None:
    for name in ("a", "A", "á", "a ", " a", "whatsapp:+5215512345678"):
        response = await http.post("/api/chat", json={"conversation_id": name, "message": "hola"})
        assert response.status_code == 200
    assert sql.execute("SELECT count(*) FROM conversations WHERE channel = 'api'").fetchone() == (6,)
