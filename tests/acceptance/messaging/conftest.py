"""The real server connected to a double of Twilio: signed webhooks in, messages on a handset out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from tests.acceptance.conftest import PATIENCE, Server

from commercial_agent.storage.embedded import EmbeddedPostgres
from commercial_agent.testing.twilio import TwilioDouble

WEBHOOK = "/webhooks/twilio/whatsapp"


def twilio_settings(twilio: TwilioDouble, quiet_window: float = 0.2) -> dict[str, str]:
    """The settings that connect a server to the double."""
    return {
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_PHONE_NUMBER": twilio.sender.removeprefix("whatsapp:"),
        "TWILIO_API_BASE_URL": twilio.url,
        "PUBLIC_BASE_URL": twilio.public_base_url,
        "QUIET_WINDOW": str(quiet_window),
    }


@dataclass
class Line:
    """WhatsApp between customers and one server."""

    server: Server
    twilio: TwilioDouble
    sql: psycopg.Connection[tuple[Any, ...]]

    def post(self, form: dict[str, str], **headers: str) -> httpx.Response:
        """One webhook, signed as Twilio does it; headers override."""
        body, signed = self.twilio.signed(WEBHOOK, form)
        return httpx.post(self.server.url + WEBHOOK, content=body, headers={**signed, **headers}, timeout=20)

    def settled(self) -> bool:
        """Whether everything received is answered and everything written is sent."""
        row = self.sql.execute(
            "SELECT (SELECT count(*) FROM messages WHERE direction = 'in' AND turn_id IS NULL) + "
            "(SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending', 'unknown'))"
        ).fetchone()
        return row == (0,)

    def say(self, text: str, address: str, **fields: str) -> str:
        """A customer's message; everything that comes to his handset for it."""
        before = len(self.twilio.handset(address))
        answer = self.post(self.twilio.webhook(text, address, **fields))
        assert answer.status_code == 200, answer.text
        assert self.twilio.wait(self.settled, PATIENCE), self.server.log.read_text()[-3000:]
        return "\n\n".join(self.twilio.handset(address)[before:])


@pytest.fixture(scope="module")
def line(make_server: Callable[..., Server]) -> Iterator[Line]:
    """A server and the double of Twilio, which reports every delivery."""
    with TwilioDouble(statuses=("sent", "delivered", "read")) as twilio:
        server = make_server(**twilio_settings(twilio))
        twilio.app_url = server.url
        url = EmbeddedPostgres.start(server.data_dir).url
        with psycopg.connect(url, autocommit=True) as sql:
            yield Line(server, twilio, sql)
        server.stop()
