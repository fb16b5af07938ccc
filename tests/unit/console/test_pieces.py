from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.console.art import drawing
from commercial_agent.console.bubbles import customer_bubble, reply_bubbles
from commercial_agent.console.explain import explain
from commercial_agent.console.threads import MAX_THREADS, Entry, Thread, new_thread, restore, store
from commercial_agent.conversation.cars import CarCriteria, CarFacts
from commercial_agent.conversation.findings import CarsFound, Talked
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, Mode
from commercial_agent.conversation.reply import Bullets, Card, Reply, Text
from commercial_agent.conversation.requests import CatalogRequest
from commercial_agent.conversation.understanding import IntentScore, Understanding

AT = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
EVIL = '"><img src=x onerror=alert(1)>'
PICKUP = CarFacts("9", "Nissan", "NP300", 2019, "2.5 S", Decimal("300000"), 40000, body_style="pickup")


def turn(*blocks: Any, findings: tuple[Any, ...] = (), request: Any = None) -> TurnResult:
    understanding = None
    if request is not None:
        understanding = Understanding(Language.ES, (IntentScore(request.intent, 0.876),), (request,))
    return TurnResult(
        turn_id="t", conversation_id="c", language=Language.ES, mode=Mode.BOT, opted_out=False,
        reply=Reply(Language.ES, blocks), findings=findings, understanding=understanding,
        sources=("knowledge/a.md#b",), milliseconds={"act": 3.0, "phrase": 1.0, "total": 4.0},
    )  # fmt: skip


def test_ticks_tell_whether_a_message_was_answered() -> None:
    assert 'class="read"' not in customer_bubble("hola", AT, answered=False)
    assert 'class="read"' in customer_bubble("hola", AT, answered=True)
    assert "09:05" in customer_bubble("hola", AT, answered=True)


def test_cars_stand_side_by_side_between_the_texts() -> None:
    html = reply_bubbles(turn(Text("a"), Card("1", "Uno", ("$1",)), Card("2", "Dos", ()), Bullets(("x",), True)), AT)
    assert html.count('class="ca-cards"') == 1
    assert html.count("<article") == 2
    assert html.index("<p>a") < html.index("Uno") < html.index("Dos") < html.index("<ol>")


def test_a_card_is_drawn_by_the_body_style_of_its_car() -> None:
    card = Card("9", "Nissan NP300 2019", ())
    found = CarsFound(CarCriteria(), (PICKUP,), 1)
    assert drawing("9", "pickup") in reply_bubbles(turn(card, findings=(found,)), AT)


@pytest.mark.parametrize(
    "style", ["sedan", "suv", "pickup", "minivan", "wagon", "convertible", "coupe", "van", None, "?"]
)
def test_every_car_has_the_same_drawing_every_time(style: str | None) -> None:
    assert drawing("306473", style) == drawing("306473", style)
    assert drawing("306473", style).startswith("<svg")


@pytest.mark.parametrize("url", ["http://example.com/a.jpg", "javascript:alert(1)", "data:text/html,x", "", None])
def test_only_pictures_over_https_are_shown(url: str | None) -> None:
    assert "<img" not in reply_bubbles(turn(Card("1", "Uno", (), url)), AT)
    assert 'src="https://example.com/a.jpg"' in reply_bubbles(
        turn(Card("1", "Uno", (), "https://example.com/a.jpg")), AT
    )


def test_texts_of_others_stay_texts_everywhere() -> None:
    result = turn(
        Text(EVIL), Card(EVIL, EVIL, (EVIL,), f"https://x/{EVIL}"), Bullets((EVIL,)),
        findings=(Talked(Intent.GREETING, name=EVIL),), request=CatalogRequest(Intent.SEARCH, text=EVIL),
    )  # fmt: skip
    for html in (reply_bubbles(result, AT), explain(result), customer_bubble(EVIL, AT, answered=True)):
        assert "<img src=x" not in html
        assert "&lt;img src=x" in html


def test_the_reasons_name_intent_request_findings_sources_and_time() -> None:
    request = CatalogRequest(Intent.SEARCH, CarCriteria(makes=("Nissan",)))
    html = explain(
        turn(Text("a"), findings=(CarsFound(CarCriteria(makes=("Nissan",)), (PICKUP,), 1),), request=request)
    )
    for part in ("catalog.search", "88%", "CatalogRequest", "Nissan", "CarsFound", "knowledge/a.md#b", "4.0 ms"):
        assert part in html
    assert "<summary><label>criterios</label> <em>CarCriteria</em></summary>" in html


def test_a_silent_turn_has_reasons_too() -> None:
    result = turn(Text("a"))
    silent = TurnResult("t", "c", Language.ES, Mode.HUMAN, False, None, milliseconds={})
    assert "4.0 ms" in explain(result)
    assert "nada" in explain(silent)
    assert reply_bubbles(silent, AT) == ""


def test_a_conversation_is_named_after_its_first_words() -> None:
    thread = new_thread()
    thread.add(Entry("customer", "  busco un *auto*\nrojo ", AT))
    thread.add(Entry("agent", "*Claro*, aquí hay", AT))
    assert (thread.title, thread.preview) == ("busco un *auto*\nrojo", "Claro, aquí hay")
    assert thread.key.channel is Channel.WEB


def test_what_the_browser_keeps_comes_back() -> None:
    threads = [Thread("web-abcdefgh", "uno", "hola", AT.isoformat()), Thread("web-12345678", "dos")]
    restored, active = restore(store(threads, "web-12345678"))
    assert [(t.id, t.title, t.preview, t.at) for t in restored] == [(t.id, t.title, t.preview, t.at) for t in threads]
    assert active == "web-12345678"


@pytest.mark.parametrize(
    "stored",
    [
        None,
        7,
        "x",
        [],
        {},
        {"threads": None},
        {"threads": [None, 1, {}, {"id": 5}, {"id": "5215512345678"}, {"id": "web-a/../b"}]},
    ],
)
def test_what_does_not_fit_is_left_out(stored: Any) -> None:
    assert restore(stored) == ([], None)


def test_the_list_is_bounded_and_names_are_not_guessable() -> None:
    many = {"threads": [{"id": f"web-{n:08}", "title": ["x"], "preview": "y" * 999} for n in range(200)], "active": "?"}
    restored, active = restore(many)
    assert len(restored) == MAX_THREADS
    assert max(len(thread.preview) for thread in restored) == 80
    assert active is None
    assert len({new_thread().id for _ in range(100)}) == 100
