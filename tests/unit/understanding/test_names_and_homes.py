"""Names given with any verb, visits at the customer's, several visits in one message, tainted cars, insults."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, Request
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import default_reader

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))  # a Friday
HOUR_ASKED = replace(
    DialogueState(),
    turns=2,
    last_intent=Intent.APPOINTMENT,
    appointment=AppointmentDraft(branch="Las Torres", day=date(2026, 11, 24)),
    question=Question(Ask.HOUR),
)


def requests(text: str, state: DialogueState | None = None) -> tuple[Request, ...]:
    return default_reader().read_now(text, state or replace(DialogueState(), turns=1), NOW).requests


def visits(text: str, state: DialogueState | None = None) -> list[ConciergeRequest]:
    return [r for r in requests(text, state) if isinstance(r, ConciergeRequest) and r.intent is Intent.APPOINTMENT]


def names(text: str, state: DialogueState | None = None) -> list[str]:
    return [r.name for r in requests(text, state) if isinstance(r, ConciergeRequest) and r.name]


@pytest.mark.parametrize(
    "text",
    [
        "ponla para doña Meche Robles",
        "apúntala a Meche Robles",
        "sería para la señora Meche Robles, porfa",
        "que quede con el nombre de Meche Robles",
        "la cita es para mi suegra, Meche Robles",
        "anota que va a ir doña Meche Robles",
        "hazla a nombre de la Sra. Meche Robles",
        "a nombre mío, Meche Robles",
        "meche robles",
        "make that Meche Robles",
        "coloca no nome da dona Meche Robles",
    ],
)
def test_a_name_given_before_the_hour_is_that_of_the_visit(text: str) -> None:
    assert [visit.name for visit in visits(text, HOUR_ASKED) if visit.name] == ["Meche Robles"]


@pytest.mark.parametrize("text", ["ponla para las 4", "sería para el viernes mejor", "va, a las cuatro y media"])
def test_a_moment_or_a_place_is_no_name(text: str) -> None:
    assert names(text, HOUR_ASKED) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Te dejo mi nombre para que lo tengas: Chava", "Chava"),
        ("te paso mi nombre, Lencho", "Lencho"),
        ("le di mal mi nombre hace rato, anóteme como Chava Ríos", "Chava Ríos"),
    ],
)
def test_a_name_stands_behind_an_aside(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize("text", ["es para mi hija", "¿la camioneta es para Uber?", "hablé con el señor Pérez ayer"])
def test_whom_something_is_for_gives_no_name(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "será que el jueves me traigan el carro al domicilio para conocerlo?",
        "el jueves no me lo podrían arrimar a la casa para verlo",
        "no tengo cómo moverme, ¿me lo traerían el jueves?",
        "el jueves puede ser en mi domicilio? para ver el carro",
        "a ver si me lo traen a la chamba el viernes para verlo",
        "could someone come by my house on friday with the car?",
        "do you do home visits? thursday works",
        "dá pra trazerem o carro aqui em casa quinta-feira pra eu ver?",
    ],
)
def test_a_car_brought_to_be_seen_is_a_visit_at_home(text: str) -> None:
    assert [visit.appointment.kind for visit in visits(text)] == ["home_visit"]


@pytest.mark.parametrize("text", ["¿hacen entregas a domicilio?", "¿me lo mandan a domicilio ya comprado?"])
def test_a_car_delivered_is_no_visit(text: str) -> None:
    assert [request.intent for request in requests(text)] == [Intent.DELIVERY]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("agéndame dos citas: martes 10 am en Antara, y jueves 12 del día en Cosmopol", 2),
        ("quiero ir a dos sucursales: Antara el martes a las 10 y Cosmopol el jueves a las 12", 2),
        ("book me Tuesday at 10 in Antara and another one Thursday at 12 in Cosmopol", 2),
        ("quero marcar duas visitas: terça às 10 na Antara e quinta às 12 na Cosmopol", 2),
        ("tres visitas: lunes 10 am Antara, martes 11 am Cosmopol y jueves 4 pm Explanada", 3),
        ("el martes a las 10 en Antara, no, mejor el jueves a las 12 en Cosmopol", 1),
        ("quiero ir el martes o el jueves a las 12 a Antara", 1),
    ],
)
def test_every_visit_of_a_message_is_read(text: str, count: int) -> None:
    read = visits(text)
    assert len(read) == count
    assert len({visit.appointment.day for visit in read}) == count


@pytest.mark.parametrize(
    "text",
    [
        "Puedo ir en domingo a Explanada? está abierta ese día?",
        "quisiera pasar el domingo a Explanada, ¿abren?",
        "dá pra ir domingo na Explanada? vocês abrem?",
    ],
)
def test_whether_a_branch_is_open_is_asked_before_a_visit(text: str) -> None:
    assert [request.intent for request in requests(text)] == [Intent.BRANCHES]


@pytest.mark.parametrize(
    "text",
    [
        "¿Y no manejará alguno chocolate, sin papeles, que salga más barato?",
        "¿tendrás alguno ilegal, sin placas ni papeles, pero barato?",
        "y uno sin factura, más baratito?",
        "tem algum sem documento, mais barato?",
    ],
)
def test_a_car_without_papers_is_refused(text: str) -> None:
    assert [request.intent for request in requests(text)] == [Intent.MANIPULATION]


@pytest.mark.parametrize(
    "text", ["busco un carro color chocolate", "¿traen todos los papeles en regla?", "¿tienes algún sedán más barato?"]
)
def test_papers_and_colours_are_not_refused(text: str) -> None:
    assert Intent.MANIPULATION not in [request.intent for request in requests(text)]


@pytest.mark.parametrize(
    "text", ["La verdad no das una, qué bot tan inservible", "vaya robot más malo", "useless piece of trash bot"]
)
def test_an_insult_calls_for_nobody(text: str) -> None:
    assert [request.intent for request in requests(text)] == [Intent.ABUSE]


def test_a_person_asked_for_beside_an_insult_comes() -> None:
    assert Intent.HUMAN in [request.intent for request in requests("este bot es inútil, pásame con una persona")]
