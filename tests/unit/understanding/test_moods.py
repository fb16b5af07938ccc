"""What is said to us, whatever its label: persons refused, insistence, complaints, accounts to pay to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import ConciergeRequest, InfoRequest, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import default_reader
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.moods import HELD, LEGAL, NO_PERSON, PAST_PRICE, UNANSWERED, refused_person

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))
REFUSED = replace(DialogueState(), turns=2, last_intent=Intent.MANIPULATION, declined="earlier_claim")


def requests(text: str, state: DialogueState | None = None) -> tuple[Request, ...]:
    return default_reader().read_now(text, state or replace(DialogueState(), turns=1), NOW).requests


def subjects(text: str, state: DialogueState | None = None) -> set[str | None]:
    return {one.subject for one in requests(text, state) if isinstance(one, ConciergeRequest)}


def labels(text: str, state: DialogueState | None = None) -> set[Intent]:
    return {one.intent for one in requests(text, state)}


@pytest.mark.parametrize(
    "text",
    [
        "no quiero persona, dame el horario de Antara",
        "no necesito un asesor, solo dime si abren el domingo",
        "prefiero no hablar con nadie, mejor dime los precios de los versa",
        "con una persona no",
        "I don't want to talk to an agent",
        "não quero falar com atendente, quero saber da garantia",
    ],
)
def test_a_person_refused_is_never_called(text: str) -> None:
    assert Intent.HUMAN not in labels(text)
    assert NO_PERSON in subjects(text)


@pytest.mark.parametrize("text", ["quiero hablar con una persona", "pásame con un asesor por favor", "I want a human"])
def test_a_person_asked_for_is_called(text: str) -> None:
    assert Intent.HUMAN in labels(text)
    assert refused_person(Scan(text)) is None


@pytest.mark.parametrize(
    "text", ["eso no responde mi pregunta", "that's not what I asked", "no me contestaste", "você não respondeu"]
)
def test_an_answer_that_was_none_is_admitted(text: str) -> None:
    assert subjects(text) == {UNANSWERED}


@pytest.mark.parametrize(
    "text",
    [
        "claro que sí me dijiste, tengo la captura",
        "¿entonces me respetas los 180?",
        "mentira, lo vi con mis propios ojos",
        "yes you did, I have a screenshot",
    ],
)
def test_a_claim_said_once_more_is_not_granted(text: str) -> None:
    assert subjects(text, REFUSED) == {HELD}


def test_a_price_said_to_have_been_lower_is_neither_granted_nor_searched() -> None:
    found = requests("¿por qué le subieron al precio del Aveo 2013? ayer estaba en 69 mil")
    assert [one.intent for one in found] == [Intent.DETAIL, Intent.MANIPULATION]
    assert isinstance(found[1], ConciergeRequest)
    assert found[1].subject == PAST_PRICE


@pytest.mark.parametrize(
    "text",
    [
        "el auto que compré con ustedes sigue sin placas",
        "compré una Equinox con ustedes hace 3 meses y todavía no me dan las placas",
        "comprei um carro com vocês há 2 meses e ainda não recebi as placas",
        "qué coraje, su aplicación no funciona",
    ],
)
def test_what_went_wrong_after_a_sale_is_a_complaint_and_no_search(text: str) -> None:
    assert labels(text) == {Intent.COMPLAINT}


def test_a_threat_of_the_law_is_a_complaint_that_a_person_takes() -> None:
    assert LEGAL in subjects("los voy a demandar, mi abogado ya lo sabe")


@pytest.mark.parametrize(
    "text", ["pásame la clabe y te deposito", "¿a qué cuenta te transfiero?", "¿y si me hackean al pagar?"]
)
def test_an_account_to_pay_to_is_answered_with_how_paying_is_safe(text: str) -> None:
    assert any(isinstance(one, InfoRequest) for one in requests(text))
    assert Intent.HUMAN not in labels(text)


@pytest.mark.parametrize(
    "text", ["what if I take 60 months, how much is left over?", "¿y si pongo 50 mil de enganche?"]
)
def test_an_ordinary_question_is_no_manipulation(text: str) -> None:
    assert Intent.MANIPULATION not in labels(text)


def test_what_is_asked_beside_an_insult_is_answered() -> None:
    assert Intent.ABUSE not in labels("estás bien menso, dame el precio del Sentra 2016")
