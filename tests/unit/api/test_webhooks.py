"""The webhook routes with the real signature check; the vectors were made with the provider's own package."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.datastructures import FormData

from commercial_agent.api.services import TwilioWebhooks
from commercial_agent.errors import DatabaseUnavailable, InvalidInput
from commercial_agent.messaging.twilio import InvalidWebhook, Verifier

TOKEN = "12345abcdef67890fedcba0987654321"
WHATSAPP, STATUS = "/webhooks/twilio/whatsapp", "/webhooks/twilio/status"
MESSAGE = (
    "MessageSid=SM0123456789abcdef0123456789abcdef&SmsSid=SM0123456789abcdef0123456789abcdef"
    "&SmsMessageSid=SM0123456789abcdef0123456789abcdef&AccountSid=AC0123456789abcdef0123456789abcdef"
    "&From=whatsapp%3A%2B34600111222&To=whatsapp%3A%2B14155238886"
    "&Body=Hola%2C+%C2%BFsigue+disponible+el+Le%C3%B3n%3F+%F0%9F%9A%97&NumMedia=0&NumSegments=1"
    "&ProfileName=Ana+Mar%C3%ADa&WaId=34600111222&SmsStatus=received&ApiVersion=2010-04-01&MessageType=text"
)
DELIVERY = (
    "MessageSid=SM22222222222222222222222222222222&SmsSid=SM22222222222222222222222222222222"
    "&MessageStatus=undelivered&SmsStatus=undelivered&ErrorCode=63016&From=whatsapp%3A%2B14155238886"
    "&To=whatsapp%3A%2B34600111222&AccountSid=AC0123456789abcdef0123456789abcdef&ApiVersion=2010-04-01"
    "&ChannelPrefix=whatsapp"
)
REPEATED = "MessageSid=MM0123456789abcdef0123456789abcdef&From=whatsapp%3A%2B34600111222&Tag=b&Tag=a&Tag=b&Body="
GOOD = "j8/8VqNzgegH9b4+E9TytyV4KfE="
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


@dataclass
class Notebook:
    """Takes both kinds of webhooks and writes them down, or fails as it is told."""

    error: Exception | None = None
    messages: list[FormData] = field(default_factory=list)
    statuses: list[tuple[FormData, str | None]] = field(default_factory=list)

    async def receive(self, form: FormData) -> None:
        if self.error:
            raise self.error
        self.messages.append(form)

    async def update(self, form: FormData, reference: str | None = None) -> None:
        if self.error:
            raise self.error
        self.statuses.append((form, reference))


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def hooked(client: Any, notebook: Notebook) -> Any:
    """A client far away, behind a proxy that ends TLS: what Twilio looks like from here."""

    def make(tokens: tuple[str, ...] = (TOKEN,), base: str = "https://bot.example.com") -> Any:
        twilio = TwilioWebhooks(Verifier(base, tokens), notebook, notebook)
        return client(peer="203.0.113.9", base_url="http://internal:8000", twilio=twilio)

    return make


@pytest.mark.parametrize(
    ("path", "body", "signature"),
    [
        (WHATSAPP, MESSAGE, GOOD),
        (f"{WHATSAPP}?tenant=a%20b&x=1", MESSAGE, "qyFtWX7l4aCOB7yFC16tiZXK6xg="),
        (WHATSAPP, REPEATED, "Dr93pOP+nPaTc1Pnsg1LMeXDSnc="),
    ],
)
async def test_a_signed_message_is_stored_and_acknowledged_with_empty_twiml(
    hooked: Any, notebook: Notebook, path: str, body: str, signature: str
) -> None:
    async with hooked() as http:
        response = await http.post(path, content=body, headers={**FORM, "X-Twilio-Signature": signature})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/xml")
    assert response.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert len(notebook.messages) == 1


async def test_the_form_arrives_whole(hooked: Any, notebook: Notebook) -> None:
    async with hooked() as http:
        await http.post(WHATSAPP, content=MESSAGE, headers={**FORM, "X-Twilio-Signature": GOOD})
    assert notebook.messages[0]["Body"] == "Hola, ¿sigue disponible el León? 🚗"
    assert notebook.messages[0]["ProfileName"] == "Ana María"


async def test_a_status_is_stored_with_its_reference(hooked: Any, notebook: Notebook) -> None:
    headers = {**FORM, "X-Twilio-Signature": "Fs7UWah41TLch163460lFpW17ck="}
    async with hooked() as http:
        response = await http.post(f"{STATUS}?tenant=a%20b", content=DELIVERY, headers=headers)
    assert response.status_code == 200
    assert notebook.statuses[0][0]["ErrorCode"] == "63016"
    assert notebook.statuses[0][1] is None


@pytest.mark.parametrize(
    ("path", "body", "signature"),
    [
        (WHATSAPP, MESSAGE, None),
        (WHATSAPP, MESSAGE, ""),
        (WHATSAPP, MESSAGE, "AAAA"),
        (WHATSAPP, MESSAGE, "ñ"),
        (WHATSAPP, MESSAGE.replace("Hola", "Hola+"), GOOD),
        (WHATSAPP, MESSAGE + "&Extra=1", GOOD),
        (f"{WHATSAPP}?x=1", MESSAGE, GOOD),
        (STATUS, MESSAGE, GOOD),
        (WHATSAPP, "", GOOD),
    ],
)
async def test_what_is_not_signed_is_refused_and_not_stored(
    hooked: Any, notebook: Notebook, path: str, body: str, signature: str | None
) -> None:
    headers: list[tuple[str, bytes]] = [("Content-Type", FORM["Content-Type"].encode())]
    if signature is not None:
        headers.append(("X-Twilio-Signature", signature.encode()))
    async with hooked() as http:
        response = await http.post(path, content=body, headers=headers)
    assert response.status_code == 403
    assert response.json()["code"] == "bad_signature"
    assert notebook.messages == []
    assert notebook.statuses == []


async def test_the_next_token_is_accepted_while_it_is_rotated(hooked: Any) -> None:
    headers = {**FORM, "X-Twilio-Signature": GOOD}
    async with hooked(tokens=("another", TOKEN)) as http:
        assert (await http.post(WHATSAPP, content=MESSAGE, headers=headers)).status_code == 200
    async with hooked(tokens=("another",)) as http:
        assert (await http.post(WHATSAPP, content=MESSAGE, headers=headers)).status_code == 403


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
async def test_only_forms_are_taken(hooked: Any, kind: str) -> None:
    async with hooked() as http:
        headers = {"Content-Type": kind, "X-Twilio-Signature": GOOD}
        response = await http.post(WHATSAPP, content=MESSAGE, headers=headers)
    assert response.status_code == 415


async def test_a_form_larger_than_the_limit_is_refused(hooked: Any) -> None:
    async with hooked() as http:
        response = await http.post(WHATSAPP, content="a=" + "x" * 70_000, headers=FORM)
    assert response.status_code == 413


async def test_what_could_not_be_stored_is_not_acknowledged(hooked: Any, notebook: Notebook) -> None:
    headers = {**FORM, "X-Twilio-Signature": GOOD}
    notebook.error = DatabaseUnavailable()
    async with hooked() as http:
        down = await http.post(WHATSAPP, content=MESSAGE, headers=headers)
        notebook.error = None
        up = await http.post(WHATSAPP, content=MESSAGE, headers=headers)
    assert (down.status_code, up.status_code) == (503, 200)
    assert down.headers["retry-after"]


async def test_a_database_that_hangs_is_not_waited_for(hooked: Any, notebook: Notebook, monkeypatch: Any) -> None:
    monkeypatch.setattr("commercial_agent.api.webhooks._PATIENCE", 0.01)
    monkeypatch.setattr(notebook, "receive", lambda form: asyncio.Event().wait())
    async with hooked() as http:
        response = await http.post(WHATSAPP, content=MESSAGE, headers={**FORM, "X-Twilio-Signature": GOOD})
    assert response.status_code == 503


@pytest.mark.parametrize(
    ("error", "status"), [(InvalidWebhook(), 400), (InvalidInput("not ours", code="foreign_account"), 403)]
)
async def test_what_is_no_message_of_ours_is_turned_down(
    hooked: Any, notebook: Notebook, error: Exception, status: int
) -> None:
    notebook.error = error
    async with hooked() as http:
        response = await http.post(WHATSAPP, content=MESSAGE, headers={**FORM, "X-Twilio-Signature": GOOD})
    assert response.status_code == status


@pytest.mark.parametrize("path", [WHATSAPP, STATUS])
async def test_without_twilio_the_webhooks_say_what_to_set(client: Any, path: str) -> None:
    async with client(peer="203.0.113.9", twilio_missing=("TWILIO_AUTH_TOKEN", "PUBLIC_BASE_URL")) as http:
        response = await http.post(path, content=MESSAGE, headers=FORM)
    assert response.status_code == 503
    assert "TWILIO_AUTH_TOKEN, PUBLIC_BASE_URL" in response.json()["detail"]
