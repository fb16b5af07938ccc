"""The customer's appointments spoken of as such: listed, asked about, one more, the valuation of his car."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, InfoRequest, Request
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import default_reader

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))
DRAFT = AppointmentDraft(kind="visit", branch="Las Torres", city="Puebla", day=date(2026, 11, 27), at=time(11))
NAMING = replace(DialogueState(), turns=3, appointment=DRAFT, question=Question(Ask.NAME))
BOOKED = replace(
    DialogueState(), turns=4, appointment=replace(DRAFT, name="Ana Ruiz", booking_id="b1"), name="Ana Ruiz"
)
CHOOSING = replace(
    DialogueState(), turns=2, appointment=AppointmentDraft(city="Puebla"),
    question=Question(Ask.BRANCH, ("Explanada", "Las Torres")),
)  # fmt: skip


def requests(text: str, state: DialogueState) -> tuple[Request, ...]:
    return default_reader().read_now(text, state, NOW).requests


def visits(text: str, state: DialogueState) -> list[ConciergeRequest]:
    return [r for r in requests(text, state) if isinstance(r, ConciergeRequest) and r.intent is Intent.APPOINTMENT]


@pytest.mark.parametrize(
    "text",
    ["¿qué citas tengo?", "cuántas citas tengo agendadas?", "what appointments do I have?", "quais visitas eu tenho?"],
)
@pytest.mark.parametrize("state", [DialogueState(), BOOKED], ids=["none", "one"])
def test_appointments_are_listed_and_none_is_begun(text: str, state: DialogueState) -> None:
    assert [visit.subject for visit in visits(text, state)] == ["list"]


@pytest.mark.parametrize(
    "text", ["entonces ¿quedó mi cita o no?", "¿ya quedó agendada?", "meu agendamento ficou marcado?", "is it booked?"]
)
@pytest.mark.parametrize("state", [NAMING, BOOKED], ids=["open", "booked"])
def test_how_it_stands_is_no_cancellation(text: str, state: DialogueState) -> None:
    assert [visit.subject for visit in visits(text, state)] == ["status"]


@pytest.mark.parametrize(
    "text",
    [
        "Luis Ortega, y también quiero llevar mi carro a que lo valúen ese mismo día",
        "Luis Ortega. ¿y aceptan tarjeta?",
        "Luis Ortega, qué SUV tienen ahí?",
    ],
)
def test_a_name_before_something_else_is_that_of_the_visit(text: str) -> None:
    first = requests(text, NAMING)[0]
    assert isinstance(first, ConciergeRequest)
    assert (first.intent, first.name) == (Intent.APPOINTMENT, "Luis Ortega")
    assert len(requests(text, NAMING)) > 1


@pytest.mark.parametrize(
    "text",
    [
        "también quiero llevar mi carro a que lo valúen el martes a la 1",
        "quiero agendar otra cita el martes a la 1, para que valúen mi coche",
        "can you book me an appraisal of my car on Tuesday at 1 pm?",
    ],
)
def test_the_valuation_of_the_own_car_is_an_appointment_beside_the_one_there_is(text: str) -> None:
    (visit,) = visits(text, BOOKED)
    assert (visit.subject, visit.appointment.kind, visit.appointment.at) == ("one_more", "valuation", time(13))


def test_one_more_on_the_same_day_at_the_same_place() -> None:
    (visit,) = visits("quiero agendar otra cita ese mismo día en el mismo lugar a las 4", BOOKED)
    assert (visit.subject, visit.appointment.day, visit.appointment.branch) == ("one_more", DRAFT.day, "Las Torres")


@pytest.mark.parametrize(
    "text", ["¿cuál de las dos me queda más cerca del centro?", "cuál de esas me conviene?", "which one is closest?"]
)
def test_which_branch_is_near_is_answered_with_those_to_choose_from(text: str) -> None:
    (asked,) = requests(text, CHOOSING)
    assert isinstance(asked, InfoRequest)
    assert (asked.intent, asked.city) == (Intent.BRANCHES, "Puebla")


def test_an_hour_said_loosely_is_the_hour() -> None:
    assert time(11) in {visit.appointment.at for visit in visits("Las Torres, next Saturday around 11", CHOOSING)}
