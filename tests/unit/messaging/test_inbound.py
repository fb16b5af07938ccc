from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.conversation.messages import Channel, ConversationKey
from commercial_agent.messaging.twilio import InvalidWebhook, parse_inbound, parse_status

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TEXT = {"MessageSid": "SM1", "AccountSid": "AC1", "From": "whatsapp:+525511112222", "To": "whatsapp:+14155238886",
        "Body": "hola", "NumMedia": "0"}  # fmt: skip


def media(content_type: str, body: str = "") -> dict[str, str]:
    return {"Body": body, "NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": content_type}


@pytest.mark.parametrize(
    ("fields", "kind", "text", "payload"),
    [
        ({}, "text", "hola", None),
        ({"Body": "Ver fotos", "ButtonText": "Ver fotos", "ButtonPayload": "p:1"}, "button", "Ver fotos", "p:1"),
        ({"Body": "Azul", "ListId": "car:4711", "ListTitle": "Jetta 2019"}, "list", "Jetta 2019", "car:4711"),
        ({"InteractiveData": json.dumps({"a": [{"list_reply": {"id": "i", "title": "T"}}]})}, "list", "T", "i"),
        ({"ChannelMetadata": json.dumps({"data": {"button_reply": {"id": "b"}}})}, "button", "hola", "b"),
        ({"InteractiveData": "{no json"}, "text", "hola", None),
        (media("image/jpeg", "¿este?"), "image", "¿este?", None),
        (media("image/webp"), "sticker", "", None),
        (media("image/webp", "mira"), "image", "mira", None),
        (media("audio/ogg; codecs=opus"), "audio", "", None),
        (media("video/mp4"), "video", "", None),
        (media("text/vcard"), "contact", "", None),
        (media("application/pdf", "ine.pdf"), "document", "ine.pdf", None),
        (media(""), "document", "", None),
        ({"NumMedia": "many"}, "text", "hola", None),
        ({"NumMedia": "-1"}, "text", "hola", None),
        ({"Latitude": "19.43", "Longitude": "-99.13", "Body": ""}, "location", "", None),
        ({"Latitude": "nan", "Longitude": "-99.13"}, "text", "hola", None),
        ({"Latitude": "191", "Longitude": "0"}, "text", "hola", None),
    ],
)
def test_every_kind_of_message_is_told_apart(fields: dict[str, str], kind: str, text: str, payload: str | None) -> None:
    message = parse_inbound(TEXT | fields)
    assert (message.kind, message.text, message.payload) == (kind, text, payload)


def test_the_customer_is_known_by_the_address_as_it_came() -> None:
    message = parse_inbound(TEXT | {"From": "whatsapp:MX.AbC123", "ExternalUserIdentifier": "MX.AbC123", "WaId": ""})
    assert message.key == ConversationKey(Channel.WHATSAPP, "whatsapp:MX.AbC123")
    assert message.external_id == "MX.AbC123"


def test_place_name_and_advertisement_come_along() -> None:
    message = parse_inbound(
        TEXT | {"Latitude": "19.43", "Longitude": "-99.13", "ProfileName": "Ana", "ReferralHeadline": "Jetta 2019"}
    )
    incoming = message.incoming(NOW)
    assert (incoming.latitude, incoming.longitude, incoming.profile_name) == (19.43, -99.13, "Ana")
    assert (incoming.message_id, incoming.received_at) == ("SM1", NOW)
    assert message.referral == {"ReferralHeadline": "Jetta 2019"}
    assert message.raw["Latitude"] == "19.43"


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_message_without_its_ids_is_refused(missing: str) -> None:
    with pytest.raises(InvalidWebhook, match=missing):
        parse_inbound({name: value for name, value in TEXT.items() if name != missing})
    with pytest.raises(InvalidWebhook):
        parse_inbound(TEXT | {missing: "x" * 300})


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40)))
def test_unknown_fields_change_nothing(extra: dict[str, str]) -> None:
    unknown = {name: value for name, value in extra.items() if name not in TEXT and not name[:1].isupper()}
    message = parse_inbound(unknown | TEXT)
    assert (message.sid, message.kind, message.text) == ("SM1", "text", "hola")


FIELDS = ["NumMedia", "Latitude", "Longitude", "InteractiveData", "ChannelMetadata", "ListId", "ButtonPayload", "Body"]


@given(st.dictionaries(st.sampled_from(FIELDS), st.text()))
def test_no_content_breaks_the_reading(fields: dict[str, str]) -> None:
    assert parse_inbound(TEXT | fields).sid == "SM1"


def test_a_status_is_read() -> None:
    status = parse_status(
        {
            "MessageSid": "SM2",
            "MessageStatus": "Undelivered",
            "ErrorCode": "63016",
            "AccountSid": "AC1",
            "ChannelStatusMessage": "window",
        }
    )
    assert (status.sid, status.status, status.error_code, status.error) == ("SM2", "undelivered", 63016, "window")
    assert parse_status({"SmsSid": "SM2", "SmsStatus": "sent", "ErrorCode": "x"}).error_code is None


@pytest.mark.parametrize("form", [{}, {"MessageSid": "SM1"}, {"MessageStatus": "sent"}])
def test_a_status_without_message_or_word_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(InvalidWebhook):
        parse_status(form)
