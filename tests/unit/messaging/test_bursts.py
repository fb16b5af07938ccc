from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.conversation.messages import IncomingMessage
from commercial_agent.messaging.bursts import MOST_TEXT, flood, merge
from commercial_agent.storage.mailboxes import Waiting

START = datetime(2026, 11, 23, tzinfo=UTC)


def waiting(*texts: str | dict[str, Any]) -> list[Waiting]:
    items = [text if isinstance(text, dict) else {"text": text} for text in texts]
    return [
        Waiting(str(number), IncomingMessage(received_at=START + timedelta(seconds=number), message_id=f"SM{number}",
                                             **item), limited=False)
        for number, item in enumerate(items)
    ]  # fmt: skip


def test_a_burst_is_one_message() -> None:
    burst = merge(waiting("hola", "busco un jetta", "de 2019"))
    assert burst.message.text == "hola\nbusco un jetta\nde 2019"
    assert (burst.message.kind, burst.message.message_id) == ("text", "SM2")
    assert burst.ids == ("0", "1", "2")


def test_a_picture_with_words_is_read_as_words() -> None:
    assert merge(waiting({"text": "", "kind": "image"}, "¿lo tienen?")).message.kind == "text"
    assert merge(waiting({"text": "", "kind": "image"}, {"text": "", "kind": "audio"})).message.kind == "audio"


def test_a_place_or_button_within_a_burst_counts() -> None:
    place = {"text": "", "kind": "location", "latitude": 19.4, "longitude": -99.1}
    burst = merge(waiting(place, "¿cuál me queda cerca?"))
    assert (burst.message.kind, burst.message.latitude) == ("location", 19.4)
    assert burst.message.text == "¿cuál me queda cerca?"
    tapped = merge(waiting({"text": "Sí", "kind": "button", "payload": "yes"}, "gracias"))
    assert (tapped.message.kind, tapped.message.payload) == ("button", "yes")


@given(st.lists(st.text(max_size=3000), min_size=1, max_size=8))
def test_a_turn_takes_what_fits_and_always_the_first(texts: list[str]) -> None:
    items = waiting(*texts)
    burst = merge(items)
    assert burst.ids == tuple(item.id for item in items[: len(burst.ids)])
    assert burst.ids[0] == "0"
    assert len(burst.message.text) <= max(MOST_TEXT, len(texts[0]))


def test_messages_above_the_limit_ask_for_one_notice() -> None:
    burst = flood(waiting("a", "b"))
    assert (burst.message.kind, burst.message.text, burst.ids) == ("flood", "", ("0", "1"))
