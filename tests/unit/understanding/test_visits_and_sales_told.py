"""Names in every position, visits in many words, values put right, and a car for sale told in one message."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import AppointmentDraft, CatalogRequest, ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.branches import Branches
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZONE)  # a Sunday
BOOKED = AppointmentDraft(branch="Explanada", day=date(2026, 11, 26), at=time(11), name="Ana", booking_id="b1")


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    branches = Branches.load(Path(__file__).parents[3] / "dealership" / "branches.toml")
    return LocalReader(IntentClassifier.load(), EntityReader(Taxonomy.load(), time_zone=ZONE, branches=branches))


def _name(reader: LocalReader, text: str, state: DialogueState | None = None) -> str | None:
    found = reader.read_now(text, state or DialogueState(), NOW).requests
    return next((r.name or r.appointment.name for r in found if isinstance(r, ConciergeRequest) and r.name), None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Una visita para Gonzalo en Explanada, jueves 11 de la mañana", "Gonzalo"),
        ("agéndame el viernes a las 10 en Explanada, Ramiro Téllez para servirle", "Ramiro Téllez"),
        ("Book Tuesday 10am at Explanada, Laura Finn is my name", "Laura Finn"),
        ("me agenda pra sexta às 10 na Explanada, em nome de Camila Rocha", "Camila Rocha"),
        ("ponla con el nombre de mi esposa, Irene Bravo", "Irene Bravo"),
        ("Nombre: Rigoberto Luna", "Rigoberto Luna"),
    ],
)
def test_a_name_is_read_before_behind_and_beside_the_wish(reader: LocalReader, text: str, name: str) -> None:
    assert _name(reader, text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("va, Ramona Quispe, el viernes 4pm", "Ramona Quispe"),
        ("Marcus Hill, Friday 11am", "Marcus Hill"),
        ("Beto. el jueves a las 11", "Beto"),
        ("a nombre d Itzel Marín, jueves 11 am", "Itzel Marín"),
        ("el jueves 11 am. Perfecto", None),
        ("Punto Sur, jueves 11 am", None),
    ],
)
def test_a_name_may_stand_beside_the_moment_of_a_visit(reader: LocalReader, text: str, name: str | None) -> None:
    state = DialogueState(
        appointment=AppointmentDraft(branch="Explanada"), question=Question(Ask.DAY), last_intent=Intent.APPOINTMENT
    )
    assert _name(reader, text, state) == name


@pytest.mark.parametrize(
    "text",
    ["una cita para el Jetta", "cita para Puebla", "una visita para mañana", "hay un Mazda por aquí?", "Under Toyota"],
)
def test_cars_places_and_days_are_no_names(reader: LocalReader, text: str) -> None:
    assert _name(reader, text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("Luna. Pedro Luna.", "Pedro Luna"), ("Brooks, Nathan Brooks", "Nathan Brooks"), ("João Prado", "João Prado")],
)
def test_a_bare_name_answers_whatever_its_label(reader: LocalReader, text: str, name: str) -> None:
    draft = AppointmentDraft(branch="Explanada", day=date(2026, 11, 26), at=time(11))
    state = DialogueState(appointment=draft, question=Question(Ask.NAME), last_intent=Intent.APPOINTMENT)
    assert _name(reader, text, state) == name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("apúntame mañana a las 9 en Explanada, trabajo de noche", None),
        ("me gustaría ver un carro en la sucursal Explanada", None),
        ("me encantaría pasar a conocer un vehículo en Explanada", None),
        ("quero passar na loja Explanada pra olhar um carro", None),
        ("pueden traerme el coche a la casa para verlo el martes?", "home_visit"),
        ("can someone bring the car to my place so I can check it out on Monday at 10?", "home_visit"),
    ],
)
def test_a_wish_to_come_is_an_appointment_in_any_words(reader: LocalReader, text: str, kind: str | None) -> None:
    found = reader.read_now(text, DialogueState(), NOW).requests
    visit = next(r for r in found if isinstance(r, ConciergeRequest) and r.intent is Intent.APPOINTMENT)
    assert visit.appointment.kind == kind or kind is None


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("cita en Explanada, miércoles, perdón, jueves a las 10", date(2026, 11, 26), time(10)),
        ("agenda el lunes a las 11, no espera, a las 12 mejor, en Explanada", date(2026, 11, 23), time(12)),
        ("Book me at Explanada Monday, no wait, Tuesday at 10", date(2026, 11, 24), time(10)),
        ("marca na Explanada quarta, não, quinta às 10", date(2026, 11, 26), time(10)),
        ("cita en Explanada el sábado 12 del día", date(2026, 11, 28), time(12)),
    ],
)
def test_of_two_values_the_one_that_puts_right_holds(reader: LocalReader, text: str, day: date, at: time) -> None:
    found = reader.read_now(text, DialogueState(), NOW).requests
    visit = next(r for r in found if isinstance(r, ConciergeRequest) and r.intent is Intent.APPOINTMENT)
    assert (visit.appointment.day, visit.appointment.at) == (day, at)


@pytest.mark.parametrize(
    "text",
    [
        "entonces cómo queda mi cita? dame los datos",
        "me recuerdas la hora de mi cita?",
        "me vuelves a decir cuándo me toca ir",
        "remind me what day I'm going?",
        "como ficou minha visita? me passa os dados",
    ],
)
def test_asking_how_the_visit_stands_changes_nothing(reader: LocalReader, text: str) -> None:
    state = DialogueState(appointment=BOOKED, last_intent=Intent.APPOINTMENT, name="Ana")
    (request,) = reader.read_now(text, state, NOW).requests[:1]
    assert isinstance(request, ConciergeRequest)
    assert (request.subject, request.appointment) == ("status", AppointmentDraft())


def test_the_way_is_asked_of_the_branch_of_the_visit(reader: LocalReader) -> None:
    state = DialogueState(
        appointment=AppointmentDraft(branch="Explanada"), question=Question(Ask.DAY), last_intent=Intent.APPOINTMENT
    )
    found = reader.read_now("espera, primero dime la dirección de esa", state, NOW).requests
    assert found[0].intent is Intent.BRANCHES
    assert getattr(found[0], "branch", None) == "Explanada"


def test_an_own_car_and_the_wish_to_sell_it_are_one_sale(reader: LocalReader) -> None:
    text = "Tengo un Versa 2017, 92 mil km, en Puebla, con un golpecito en la puerta. Quiero vendérselos."
    (request,) = reader.read_now(text, DialogueState(), NOW).requests
    assert isinstance(request, ConciergeRequest)
    assert replace(request.sale, version=None) == SaleDraft(
        make="Nissan", model="Versa", year=2017, km=92_000, city="Puebla", condition="fair"
    )


@pytest.mark.parametrize(
    ("text", "year"),
    [("modelo 2016, digo no, es 2017", 2017), ("del 2016, ay no, es 2017", 2017), ("es 2014, no, 2015", 2015)],
)
def test_a_correction_while_selling_is_no_search(reader: LocalReader, text: str, year: int) -> None:
    state = DialogueState(
        language=Language.ES, sale=SaleDraft(make="Nissan", model="Sentra"), question=Question(Ask.SALE_YEAR),
        last_intent=Intent.SELL_CAR,
    )  # fmt: skip
    (request,) = reader.read_now(text, state, NOW).requests
    assert isinstance(request, ConciergeRequest)
    assert request.sale.year == year


def test_selling_one_car_and_looking_for_another_are_two_requests(reader: LocalReader) -> None:
    text = "tengo un march 2014 para vender y con ese dinero comprarme una suv de menos de 280 mil"
    sale, search = reader.read_now(text, DialogueState(), NOW).requests
    assert isinstance(sale, ConciergeRequest)
    assert (sale.sale.model, sale.sale.year) == ("March", 2014)
    assert isinstance(search, CatalogRequest)
    assert search.criteria.body_styles == ("suv",)
    assert search.criteria.models == ()
