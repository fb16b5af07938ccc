from __future__ import annotations

import pytest

from commercial_agent.chatbot.privacy import MASK
from commercial_agent.messaging.secrets import form_without_secrets, in_pieces, without_secrets
from commercial_agent.messaging.twilio.inbound import media_of, parse_inbound
from commercial_agent.testing.twilio import TwilioDouble

CARD = "4111 1111 1111 1111"
ADDRESS = "whatsapp:+4111111111111111"  # digits that would pass for a card's


def test_the_whole_form_is_masked_and_what_must_be_found_again_is_not() -> None:
    double = TwilioDouble()
    sid = "SM" + "4111111111111111" * 2
    form = double.webhook(
        f"mi tarjeta {CARD} cvv 917", ADDRESS, MessageSid=sid, WaId=ADDRESS[10:], ProfileName=f"Ana {CARD}",
        Label=CARD, ButtonText=CARD, ButtonPayload=f"pay {CARD}", ReferralBody=CARD,
        ReferralSourceId="4111111111111111",
        ChannelMetadata=f'{{"type":"whatsapp","data":{{"from":"x","list":[{{"text":"{CARD}"}}]}}}}',
        InteractiveData="{" + CARD, Latitude="40.41111111111111", NumMedia="1", MediaContentType0="image/jpeg",
        MediaUrl0="https://api.twilio.com/4111111111111111", NewField=CARD,
    )  # fmt: skip
    before = parse_inbound(form)
    after = without_secrets(before)
    assert not [name for name, value in after.raw.items() if CARD in value or "917" in value]
    assert (after.sid, after.address, after.latitude) == (sid, ADDRESS, before.latitude)
    assert (after.raw["From"], after.raw["WaId"], after.raw["Latitude"]) == (ADDRESS, ADDRESS[10:], "40.41111111111111")
    assert media_of(after.raw) == before.media
    assert after.raw["ReferralSourceId"] == "4111111111111111"
    assert after.text == f"mi tarjeta {MASK} cvv {MASK}"
    assert (after.profile_name, after.referral["ReferralBody"]) == (f"Ana {MASK}", MASK)
    assert set(after.raw) == set(form)


def test_a_form_without_secrets_stays_as_it_was() -> None:
    form = TwilioDouble().webhook("hola, un Jetta 2019 de 250,000", "whatsapp:MX.1", ChannelMetadata="{}", Body2="[1")
    assert form_without_secrets(form) == dict(form)


@pytest.mark.parametrize(
    ("texts", "masked"),
    [
        (["4111 1111", "1111 1111"], (MASK, MASK)),
        (["es la 4111", "1111", "1111", "1111 ok"], (f"es la {MASK}", MASK, MASK, f"{MASK} ok")),
        ([MASK, "123"], (MASK, MASK)),
        (["hola", "busco un jetta", "2019"], None),
        (["", "250000"], None),
    ],
)
def test_a_number_sent_in_pieces_is_found_in_the_burst(texts: list[str], masked: tuple[str, ...] | None) -> None:
    assert in_pieces(texts) == masked
