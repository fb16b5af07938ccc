from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.conversation.messages import IncomingMessage
from commercial_agent.messaging.bursts import MOST_TEXT, QuietWindow, flood, merge
from commercial_agent.messaging.pacing import TokenBucket
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


def test_the_quiet_window_ends_with_silence_or_when_it_lasted_too_long() -> None:
    window = QuietWindow(1.2, 4.0)

    def left(last: float, now: float) -> float:
        return round(window.left(START, START + timedelta(seconds=last), START + timedelta(seconds=now)), 3)

    assert left(0, 0) == 1.2
    assert left(1, 1.5) == 0.7
    assert left(3.5, 3.6) == 0.4
    assert left(5, 4.5) < 0
    assert left(0, -3600) == 4.0  # another machine's clock


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    now = [0.0]
    bucket = TokenBucket(2.0, 3.0, clock=lambda: now[0])
    assert [bucket.take() for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    now[0] = 10.0
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 0.5]
