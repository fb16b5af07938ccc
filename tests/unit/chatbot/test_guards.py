from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.agents.concierge import LEAVE
from commercial_agent.chatbot import guards
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import IncomingMessage, Mode
from commercial_agent.conversation.requests import CatalogRequest, ConciergeRequest, InfoRequest
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.conversation.understanding import IntentScore, Understanding

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def said(intent: Intent, subject: str | None = None) -> Understanding:
    return Understanding(Language.ES, (IntentScore(intent, 0.9),), (ConciergeRequest(intent, subject=subject),))


@pytest.mark.parametrize("intent", [i for i in Intent if i is not Intent.OPT_OUT])
def test_nothing_but_leaving_breaks_the_silence_while_a_person_has_the_chat(intent: Intent) -> None:
    assert guards.silent(Mode.HUMAN, False, said(intent))
    assert not guards.silent(Mode.BOT, False, said(intent))


def test_the_queue_is_left_and_an_opt_out_is_honoured_in_human_mode() -> None:
    assert not guards.silent(Mode.HUMAN, False, said(Intent.DENY, LEAVE))
    assert not guards.silent(Mode.HUMAN, False, said(Intent.OPT_OUT))


def test_who_opted_out_hears_nothing_until_he_comes_back() -> None:
    assert guards.silent(Mode.BOT, True, said(Intent.GREETING))
    assert guards.silent(Mode.BOT, True, None)
    assert not guards.silent(Mode.BOT, True, said(Intent.OPT_IN))


def test_a_place_on_the_map_asks_for_the_nearest_branches() -> None:
    message = IncomingMessage("", NOW, "location", latitude=19.05, longitude=-98.2)
    understanding = guards.read_without_words(message, Language.PT)
    assert understanding is not None
    assert understanding.language is Language.PT
    assert understanding.requests == (InfoRequest(Intent.BRANCHES, question="", point=(19.05, -98.2)),)


def test_a_button_with_a_car_asks_for_that_car_anew() -> None:
    message = IncomingMessage("Jetta 2019", NOW, "button", payload="car:306473")
    understanding = guards.read_without_words(message, Language.ES)
    assert understanding is not None
    request = understanding.requests[0]
    assert isinstance(request, CatalogRequest)
    assert request.about.stock_ids == ("306473",)


def test_typed_text_never_counts_as_a_button() -> None:
    message = IncomingMessage("hola", NOW, payload="car:306473")
    assert guards.read_without_words(message, Language.ES) is None
    assert guards.tapped(message) == message


def test_a_tapped_button_reads_like_what_it_stands_for() -> None:
    cut = IncomingMessage("Ver planes a 48 mes…", NOW, "button", payload="Ver planes a 48 meses")
    assert guards.tapped(cut).text == "Ver planes a 48 meses"
    empty = IncomingMessage("", NOW, "list", payload="Puebla")
    assert guards.tapped(empty).text == "Puebla"
    foreign = IncomingMessage("Sí", NOW, "button", payload="HX81:3")
    assert guards.tapped(foreign).text == "Sí"


def test_words_of_the_same_burst_stay_before_the_button() -> None:
    message = IncomingMessage("me gusta\nPueb…", NOW, "button", payload="Puebla")
    assert guards.tapped(message).text == "me gusta\nPuebla"


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["text", "button", "list"]))
def test_any_payload_gives_a_message(text: str, payload: str, kind: str) -> None:
    message = guards.tapped(IncomingMessage(text, NOW, kind, payload=payload))
    assert guards.check(message) is None or not message.text.strip()


@pytest.mark.parametrize(("text", "chosen"), [("Explanada", True), (" explanada. ", True), ("la Explanada", False)])
def test_an_option_repeated_says_nothing_of_the_language(text: str, chosen: bool) -> None:
    question = Question(Ask.BRANCH, ("Explanada", "Las Torres"))
    assert guards.chooses(IncomingMessage(text, NOW), question) is chosen
    assert not guards.chooses(IncomingMessage(text, NOW), None)
