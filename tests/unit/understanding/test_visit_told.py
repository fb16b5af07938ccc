"""A visit told in clipped words and in pieces: its moment and its place belong together."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.branches import Branches
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZONE)  # a Sunday
TUESDAY = date(2026, 11, 24)
NO_PLACE = DialogueState(
    turns=2,
    appointment=AppointmentDraft(day=TUESDAY, at=time(11)),
    last_intent=Intent.APPOINTMENT,
    question=Question(Ask.BRANCH, ("Explanada", "Las Torres", "Punto Valle", "Midtown Guadalajara")),
)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    branches = Branches.load(Path(__file__).parents[3] / "dealership" / "branches.toml")
    return LocalReader(IntentClassifier.load(), EntityReader(Taxonomy.load(), time_zone=ZONE, branches=branches))


def _visit(reader: LocalReader, text: str, state: DialogueState | None = None) -> AppointmentDraft:
    requests = reader.read_now(text, state or DialogueState(), NOW).requests
    assert len(requests) == 1, requests
    request = requests[0]
    assert isinstance(request, ConciergeRequest)
    assert request.intent is Intent.APPOINTMENT
    return request.appointment


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        ("visita Midtown, 30 febrero", "Midtown Guadalajara"),
        ("cita en Explanada el 31 de noviembre", "Explanada"),
        ("test drive Explanada, Feb 30", "Explanada"),
        ("visita Antara 31 de fevereiro", "Antara Fashion Hall"),
        ("prueba manejo, Las Torres, 31 abril 11 am", "Las Torres"),
    ],
)
def test_a_day_that_does_not_exist_keeps_the_rest_of_the_visit(reader: LocalReader, text: str, branch: str) -> None:
    visit = _visit(reader, text)
    assert (visit.branch, visit.day, visit.problem) == (branch, None, "impossible_date")


@pytest.mark.parametrize(
    "text",
    [
        "cita el martes a las 11, Punto Sur",
        "Punto Sur, cita martes 11 am",
        "appointment Tuesday 11am, Punto Sur",
        "Punto Sur, martes 24 nov, 11 am, cita",
    ],
)
def test_a_place_apart_from_the_moment_is_the_place_of_the_visit(reader: LocalReader, text: str) -> None:
    visit = _visit(reader, text)
    assert (visit.branch, visit.day, visit.at) == ("Punto Sur", TUESDAY, time(11))


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("Vivo en Cancún, ¿me dan cita el martes a las 11?", "Cancún"),
        ("I live in Tijuana, can I book a visit there Tuesday at 11?", "Tijuana"),
        ("estoy en Monterrey, quiero agendar visita el martes a las 11", "Monterrey"),
        ("moro em Cancún, dá pra agendar visita aí terça 11h?", "Cancún"),
        ("cita sucursal Cancun, martes 11 am", "Cancún"),
    ],
)
def test_where_a_customer_lives_is_where_the_visit_is_asked_for(reader: LocalReader, text: str, city: str) -> None:
    visit = _visit(reader, text)
    assert (visit.city, visit.day, visit.at) == (city, TUESDAY, time(11))


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        ("Ah, ni modo. Que sea en Las Torres, la de Puebla", "Las Torres"),
        ("uy, qué lástima. Entonces en Explanada", "Explanada"),
        ("Ni hablar. En Antara entonces", "Antara Fashion Hall"),
        ("que pena. então Antara", "Antara Fashion Hall"),
        ("oh well. Midtown then", "Midtown Guadalajara"),
    ],
)
def test_a_sigh_before_the_place_is_no_wish(reader: LocalReader, text: str, branch: str) -> None:
    assert _visit(reader, text, NO_PLACE).branch == branch


@pytest.mark.parametrize(
    "text",
    [
        "no se podría por videollamada? pa ver el carro, el martes 11 am",
        "¿se puede por videollamada? el martes a las 11",
    ],
)
def test_the_kind_asked_about_is_that_of_the_visit(reader: LocalReader, text: str) -> None:
    visit = _visit(reader, text)
    assert (visit.kind, visit.day, visit.at) == ("video_call", TUESDAY, time(11))


@pytest.mark.parametrize("text", ["a nombre de Ximena Duarte", "soy Ximena Duarte", "em nome de Ximena Duarte"])
def test_a_name_before_the_place_is_told_is_that_of_the_visit(reader: LocalReader, text: str) -> None:
    request = reader.read_now(text, NO_PLACE, NOW).requests[0]
    assert isinstance(request, ConciergeRequest)
    assert (request.intent, request.name) == (Intent.APPOINTMENT, "Ximena Duarte")


AGREED = DialogueState(
    turns=3,
    appointment=AppointmentDraft(branch="Explanada", day=date(2026, 11, 26), at=time(11), name="Ana", booking_id="b1"),
    last_intent=Intent.APPOINTMENT,
)


def _moved(reader: LocalReader, text: str, state: DialogueState = AGREED) -> AppointmentDraft:
    request = reader.read_now(text, state, NOW).requests[0]
    assert isinstance(request, ConciergeRequest)
    assert request.intent is Intent.APPOINTMENT_CHANGE
    return request.appointment


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("no, mejor 5", time(17)),
        ("que sean 3", time(15)),
        ("digo 4", time(16)),
        ("ponle 5 y media", time(17, 30)),
        ("make it 3", time(15)),
        ("melhor 15", time(15)),
        ("una hora más tarde", time(12)),
        ("media hora antes", time(10, 30)),
        ("an hour earlier", time(10)),
    ],
)
def test_an_agreed_visit_moves_to_a_bare_hour(reader: LocalReader, text: str, at: time) -> None:
    assert _moved(reader, text).at == at


@pytest.mark.parametrize(
    ("text", "day"),
    [("mejor el 28", date(2026, 11, 28)), ("melhor sexta", date(2026, 11, 27)), ("el lunes 30", date(2026, 11, 30))],
)
def test_an_agreed_visit_moves_to_a_bare_day(reader: LocalReader, text: str, day: date) -> None:
    request = reader.read_now(text, AGREED, NOW).requests[0]
    assert isinstance(request, ConciergeRequest)
    assert request.intent in (Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE)
    assert request.appointment.day == day


@pytest.mark.parametrize("text", ["mejor un mazda 3", "mejor a 48 meses", "¿y por 5 mil al mes?", "mejor automático"])
def test_a_figure_of_something_else_moves_no_visit(reader: LocalReader, text: str) -> None:
    requests = reader.read_now(text, AGREED, NOW).requests
    assert all(request.intent is not Intent.APPOINTMENT_CHANGE for request in requests)


def test_of_several_visits_the_one_that_is_moved_is_named(reader: LocalReader) -> None:
    request = reader.read_now("mueve la del jueves al viernes", AGREED, NOW).requests[0]
    assert isinstance(request, ConciergeRequest)
    assert request.moved_from == AppointmentDraft(day=date(2026, 11, 26))
    assert request.appointment.day == date(2026, 11, 27)
