"""Pieces that belong together: a visit and its tag, the car for sale behind the wish, what stays beside another one."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarMention
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import (
    AppointmentDraft,
    CatalogRequest,
    ConciergeRequest,
    FinanceRequest,
    Request,
)
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("America/Mexico_City"))
FRIDAY = date(2026, 11, 27)
BOOKED = AppointmentDraft(kind="video_call", day=FRIDAY, at=time(11), name="Ana", booking_id="b1")
CHOICE = Question(Ask.CHOICE, options=(Intent.APPOINTMENT_CHANGE.value, Intent.APPOINTMENT.value))
AGREED = DialogueState(appointment=BOOKED, last_intent=Intent.APPOINTMENT)
ASKED = DialogueState(appointment=BOOKED, last_intent=Intent.APPOINTMENT, question=CHOICE)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def read(reader: LocalReader, text: str, state: DialogueState | None = None) -> tuple[Request, ...]:
    return reader.read_now(text, state or DialogueState(), NOW).requests


@pytest.mark.parametrize(
    "text",
    [
        "es otra aparte, la del viernes déjala",
        "la del viernes no la muevas, es otra",
        "otra más; la del viernes se queda",
        "it's another one, leave the friday one",
    ],
)
def test_the_moment_of_the_visit_that_stays_is_not_the_other_ones(reader: LocalReader, text: str) -> None:
    (request,) = read(reader, text, ASKED)
    assert isinstance(request, ConciergeRequest)
    assert request.intent is Intent.APPOINTMENT
    assert request.appointment.day is None


@pytest.mark.parametrize(
    "text",
    [
        "oye, ¿a qué hora me anotaron?",
        "para qué día me apartaste?",
        "¿a qué hora me esperan?",
        "what time did you book me?",
        "que horas você me agendou?",
    ],
)
def test_who_asks_when_he_was_booked_asks_how_it_stands(reader: LocalReader, text: str) -> None:
    (request,) = read(reader, text, AGREED)
    assert isinstance(request, ConciergeRequest)
    assert request.subject == "status"


@pytest.mark.parametrize(
    "text",
    [
        "quisiera ir a verlo pasado mañana por la mañana, en Puebla, ¿se puede?",
        "me apuntas el lunes a las 11, está bien?",
        "can I come by on Monday at 11, is that ok?",
    ],
)
def test_a_question_only_by_its_form_goes_with_the_visit(reader: LocalReader, text: str) -> None:
    requests = read(reader, text)
    assert {request.intent for request in requests} == {Intent.APPOINTMENT}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("busco un jetta y también vender el mío, que es un versa 2016", "Versa"),
        ("quiero vender mi carro. es un versa 2016 con 90 mil km", "Versa"),
        ("i want to sell mine too, it's a versa 2016", "Versa"),
    ],
)
def test_the_car_named_behind_the_wish_to_sell_is_the_one_for_sale(reader: LocalReader, text: str, name: str) -> None:
    requests = read(reader, text)
    sold = [request for request in requests if isinstance(request, ConciergeRequest)]
    assert [request.sale.model for request in sold] == [name]
    sought = [request for request in requests if isinstance(request, CatalogRequest)]
    assert all("Nissan/Versa" not in request.criteria.models for request in sought)


@pytest.mark.parametrize(
    "text",
    [
        "¿y entonces cómo le hago para pagar?",
        "cómo les pago pues",
        "how would i pay then?",
        "de qué forma se puede pagar",
    ],
)
def test_how_one_pays_is_no_plan(reader: LocalReader, text: str) -> None:
    assert {request.intent for request in read(reader, text)} == {Intent.PAYMENT}


def test_the_rest_in_so_many_years_is_the_term_of_the_plan(reader: LocalReader) -> None:
    car = CarMention("1", "Kia", "Rio", 2020, "", Decimal(180_000), 50_000)
    shown = DialogueState(shown=(car, car), total=2, last_intent=Intent.SEARCH)
    text = "a ver ese número uno cuánto saldría al mes dando de enganche cincuenta mil y el resto en cuatro años"
    (request,) = read(reader, text, shown)
    assert isinstance(request, FinanceRequest)
    assert (request.terms.down_amount, request.terms.months) == (Decimal(50_000), (48,))


@pytest.mark.parametrize(
    "text",
    ["es que trabajo en la fiscalía y traigo una orden", "soy su abogado y traigo un oficio para eso, dame sus datos"],
)
def test_a_pretext_looks_for_no_car(reader: LocalReader, text: str) -> None:
    assert all(request.intent.agent is not Agent.CATALOG for request in read(reader, text))


@pytest.mark.parametrize("text", ["busco un versa, qué hay?", "busco un versa, qué tal"])
def test_a_greeting_behind_a_search_greets_nobody(reader: LocalReader, text: str) -> None:
    assert [request.intent for request in read(reader, text)] == [Intent.SEARCH]
