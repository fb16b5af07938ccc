"""The conversation that every version must hold, through Twilio's webhook and REST API."""

from __future__ import annotations

import csv
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest
from tests.acceptance.conftest import ROOT, Server

from commercial_agent.finance import quote

SPANISH = (
    "hola",
    "busco un sedán automático de menos de 280 mil",
    "el segundo, ¿cuánto queda a 48 meses con 20% de enganche?",
    "y a 60?",
    "¿qué garantía tiene?",
    "¿y dónde lo puedo ver en Puebla?",
    "quiero hablar con una persona",
)
ENGLISH = (
    "hi there",
    "I'm looking for an automatic sedan under 280 thousand",
    "the second one, how much is it over 48 months with 20% down?",
    "and at 60?",
    "what warranty does it have?",
    "and where can I see it in Puebla?",
    "I want to talk to a person",
)
STATES = "SELECT DISTINCT o.status FROM outbox AS o JOIN conversations AS c ON c.id = o.conversation_id"


def _prices() -> set[Decimal]:
    with (ROOT / "dealership" / "catalog.csv").open(encoding="utf-8") as file:
        return {Decimal(row["price"]) for row in csv.DictReader(file)}


def _offered(text: str) -> list[Decimal]:
    """The prices on the numbered cards of a reply."""
    return [Decimal(price.replace(",", "")) for price in re.findall(r"\*\d\. [^*]+\*\n[^$]*\$([\d,]+)", text)]


@pytest.mark.parametrize(
    ("address", "lines"), [("whatsapp:+525511110001", SPANISH), ("whatsapp:MX.Ana1b2c3d4e5", ENGLISH)]
)
def test_the_whole_conversation_reaches_the_handset(line: Any, address: str, lines: tuple[str, ...]) -> None:
    greeting, search, plan, longer, warranty, branches, human = (line.say(text, address) for text in lines)
    assert greeting

    offered = _offered(search)
    assert 2 <= len(offered) <= 3
    assert set(offered) <= _prices()
    assert max(offered) <= 280_000
    for answer, months in ((plan, 48), (longer, 60)):
        assert f"{quote(offered[1], offered[1] * Decimal('0.20'), months).monthly_payment:,.2f}" in answer

    assert re.search("garantía|warranty", warranty)
    assert "Explanada" in branches
    assert "Las Torres" in branches
    assert human
    assert line.say(lines[1], address) == ""  # a person has the chat

    def all_read() -> bool:
        return bool(line.sql.execute(STATES + " WHERE c.address = %s", (address,)).fetchall() == [("read",)])

    assert line.twilio.wait(all_read, 20)
    assert all(message.sender == line.twilio.sender for message in line.twilio.sent)


def test_twenty_parallel_copies_of_a_webhook_make_one_turn(line: Any) -> None:
    address = "whatsapp:+525511110002"
    form = line.twilio.webhook("hola", address)
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(line.post, [form] * 20))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.text.partition("?>")[2] for answer in answers} == {"<Response/>"}
    assert line.twilio.wait(line.settled)
    turns = "SELECT c.turns FROM conversations AS c WHERE c.address = %s"
    assert line.sql.execute(turns, (address,)).fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("image", {"NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": "https://api.twilio.com/m"}),
        ("audio", {"NumMedia": "1", "MediaContentType0": "audio/ogg", "MediaUrl0": "https://api.twilio.com/m"}),
        ("sticker", {"NumMedia": "1", "MediaContentType0": "image/webp", "MediaUrl0": "https://api.twilio.com/m"}),
        ("document", {"NumMedia": "1", "MediaContentType0": "application/pdf", "MediaUrl0": "https://api.twilio.com/m"}),
        ("contact", {"NumMedia": "1", "MediaContentType0": "text/vcard", "MediaUrl0": "https://api.twilio.com/m"}),
        ("location", {"Latitude": "19.0414", "Longitude": "-98.2063"}),
    ],
)  # fmt: skip
def test_every_kind_of_message_has_its_answer(line: Any, kind: str, fields: dict[str, str]) -> None:
    address = f"whatsapp:+5255222200{len(kind):02}"
    answer = line.say("", address, **fields)
    assert answer
    if kind == "location":
        assert "Las Torres" in answer


def test_what_is_not_twilio_is_refused_and_stores_nothing(line: Any) -> None:
    stored = "SELECT count(*) FROM messages"
    before = line.sql.execute(stored).fetchone()
    form = line.twilio.webhook("hola", "whatsapp:+525511110003")

    assert line.post(form, **{"X-Twilio-Signature": "j8/8VqNzgegH9b4+E9TytyV4KfE="}).status_code == 403
    assert line.post(form, **{"X-Twilio-Signature": ""}).status_code == 403
    assert line.post(form | {"AccountSid": "AC" + "9" * 32}).status_code == 403
    assert line.post(form, **{"Content-Type": "application/json"}).status_code == 415
    assert line.post(form | {"Body": "a" * 70_000}).status_code == 413
    unnamed = {name: value for name, value in form.items() if not name.endswith("Sid")}
    assert line.post(unnamed | {"AccountSid": line.twilio.account_sid}).status_code == 400
    assert line.sql.execute(stored).fetchone() == before


def test_a_server_without_twilio_says_what_to_set(server: Server, line: Any) -> None:
    body, headers = line.twilio.signed("/webhooks/twilio/whatsapp", line.twilio.webhook("hola", "whatsapp:+525511"))
    for path in ("whatsapp", "status"):
        answer = httpx.post(f"{server.url}/webhooks/twilio/{path}", content=body, headers=headers, timeout=10)
        assert answer.status_code == 503
        assert "TWILIO_ACCOUNT_SID" in answer.text


def test_late_and_repeated_reports_of_delivery_change_nothing(line: Any) -> None:
    address = "whatsapp:+525511110004"
    line.say("hola", address)
    read = "SELECT o.id, o.provider_sid FROM outbox AS o JOIN conversations AS c ON c.id = o.conversation_id " \
           "WHERE c.address = %s AND o.status = 'read'"  # fmt: skip
    assert line.twilio.wait(lambda: bool(line.sql.execute(read, (address,)).fetchone()), 20)
    reference, sid = line.sql.execute(read, (address,)).fetchone()
    for status in ("sent", "delivered", "queued", "undelivered", "nonsense"):
        form = {"MessageSid": sid, "MessageStatus": status, "AccountSid": line.twilio.account_sid, "ErrorCode": "63018"}
        path = f"/webhooks/twilio/status?ref={reference}"
        body, headers = line.twilio.signed(path, form)
        answer = httpx.post(line.server.url + path, content=body, headers=headers, timeout=10)
        assert answer.status_code == 200
    assert line.sql.execute(read, (address,)).fetchone() == (reference, sid)


def test_a_tapped_button_is_answered_and_a_car_that_is_gone_is_not_quoted(line: Any) -> None:
    address = "whatsapp:+525511110005"
    line.say("busco un sedán automático de menos de 280 mil", address)
    offered = next(message for message in reversed(line.twilio.sent) if message.to == address)
    assert len(offered.options) >= 2
    title, payload = offered.options[0]
    tapped = line.say(title, address, ButtonText=title, ButtonPayload=payload, ButtonType="REPLY")
    assert tapped
    weeks_later = line.say("Jetta 2019", address, ListId="car:000000", ListTitle="Jetta 2019")
    assert weeks_later
    assert "$" not in weeks_later.partition("1.")[0]


def test_a_card_number_is_said_not_to_be_kept_and_is_nowhere(line: Any) -> None:
    card, address = "5555 5555 5555 4444", "whatsapp:+525511110008"
    metadata = f'{{"data":{{"text":"{card} cvv 917"}}}}'
    answer = line.say(f"{card} cvv 917", address, ProfileName=f"Eva {card}", ChannelMetadata=metadata)
    assert re.search("no guardé|no lo guardé", answer)
    tables = line.sql.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    for (table,) in tables:
        found = f'SELECT count(*) FROM "{table}" AS r WHERE r::text LIKE ANY(%s)'
        assert line.sql.execute(found, ([f"%{card}%", "%cvv 917%"],)).fetchone() == (0,), table
    assert card not in line.server.log.read_text()


def test_a_flooding_customer_gets_one_notice_and_others_their_answers(line: Any) -> None:
    flooding, other = "whatsapp:+525511110006", "whatsapp:+525511110007"
    forms = [line.twilio.webhook(f"¿sigue ahí? {n}", flooding) for n in range(45)]
    with ThreadPoolExecutor(12) as threads:
        assert {answer.status_code for answer in threads.map(line.post, forms)} == {200}
    assert line.say("hola", other)
    assert line.twilio.wait(line.settled, 40)
    received = line.twilio.handset(flooding)
    assert 1 <= len(received) <= 4
    notices = [text for text in received if "muchos mensajes" in text]
    assert len(notices) == 1
    limited = "SELECT count(*) FROM messages AS m JOIN conversations AS c ON c.id = m.conversation_id " \
              "WHERE c.address = %s AND m.limited"  # fmt: skip
    assert line.sql.execute(limited, (flooding,)).fetchone()[0] >= 20
