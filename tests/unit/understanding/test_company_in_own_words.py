"""Questions about the company in other words, beside talk, and going on with the one before."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import InfoRequest, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.knowledge.branches import Branch, Branches
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

NOW = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Mexico_City"))
FRESH = DialogueState()
TALK = (Intent.GREETING, Intent.THANKS)
WARRANTY = DialogueState(
    turns=1, last_intent=Intent.WARRANTY, last_question="¿Qué garantía dan?", last_sources=("knowledge/garantia.md#a",)
)
RETURN = DialogueState(
    turns=1, last_intent=Intent.RETURN, last_question="¿Puedo devolver el auto?", last_sources=("knowledge/d.md#a",)
)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    zone = ZoneInfo("America/Mexico_City")
    branches = Branches([Branch(name.lower(), name, name, "Puebla", "Calle 1") for name in ("Explanada", "Midtown")])
    return LocalReader(IntentClassifier.load(), EntityReader(Taxonomy.load(), time_zone=zone, branches=branches))


def read(reader: LocalReader, text: str, state: DialogueState = FRESH) -> tuple[Request, ...]:
    return reader.read_now(text, state, NOW).requests


def info(reader: LocalReader, text: str, state: DialogueState = FRESH) -> InfoRequest:
    (request,) = [one for one in read(reader, text, state) if one.intent not in TALK]
    assert isinstance(request, InfoRequest), request
    return request


@pytest.mark.parametrize(
    "text",
    ["ah, qué bien. Si llegara a necesitarla, ¿cómo procedo?", "ok ya. y si la llego a ocupar, ¿cómo le hago?"],
)
def test_a_case_of_what_was_asked_goes_on_with_it(reader: LocalReader, text: str) -> None:
    request = info(reader, text, WARRANTY)
    assert request.intent is Intent.WARRANTY
    assert request.question.startswith("¿Qué garantía dan")


@pytest.mark.parametrize(
    "text",
    ["¿y si para entonces ya le hubiera hecho 450 km?", "y en caso de que ya le metiera 600 km, ¿también se puede?"],
)
def test_kilometres_driven_are_no_search_after_a_question_on_returning(reader: LocalReader, text: str) -> None:
    assert info(reader, text, RETURN).intent is Intent.RETURN


@pytest.mark.parametrize(
    "text",
    [
        "Vivo en Mérida, ¿hay manera de que me hagan llegar el coche?",
        "¿y enviarlo a cualquier estado no cuesta nada?",
        "could you ship it to Oaxaca?",
    ],
)
def test_how_a_car_gets_there_is_delivery(reader: LocalReader, text: str) -> None:
    assert info(reader, text).intent is Intent.DELIVERY


@pytest.mark.parametrize(
    "text", ["son siete días los que dan para devolverlo, ¿cierto?", "¿dan 3 meses de garantía, verdad?"]
)
def test_a_tag_is_no_question_of_sources(reader: LocalReader, text: str) -> None:
    assert info(reader, text).intent is not Intent.SOURCE


def test_where_an_answer_comes_from_is_still_asked(reader: LocalReader) -> None:
    assert info(reader, "¿de dónde sacas eso?", WARRANTY).intent is Intent.SOURCE


@pytest.mark.parametrize(
    "text", ["And the Midtown branch on Saturdays, it's 9 to 8, right?", "En domingo, ¿la de Explanada sí da servicio?"]
)
def test_the_days_of_a_branch_are_no_visit(reader: LocalReader, text: str) -> None:
    request = info(reader, text)
    assert request.intent is Intent.BRANCHES
    assert request.branch is not None


def test_a_day_to_come_is_a_visit(reader: LocalReader) -> None:
    (request,) = read(reader, "quiero ir a Explanada el domingo a las 11, ¿se puede?")
    assert request.intent is Intent.APPOINTMENT


def test_how_sure_a_car_is_asks_of_the_inspection(reader: LocalReader) -> None:
    assert info(reader, "¿cómo me garantizan que el carro que venden no trae un choque?").intent.agent is Agent.INFO


def test_what_is_told_first_belongs_to_what_is_asked(reader: LocalReader) -> None:
    request = info(reader, "ya lo compré y no me gustó, ¿me lo aceptan de vuelta?")
    assert request.intent is Intent.RETURN
    assert "no me gustó" in request.question


@pytest.mark.parametrize("text", ["ok, ¿y de qué otra forma me puedo comunicar con ustedes?", "¿y cómo los localizo?"])
def test_how_to_reach_us_is_no_way_of_paying(reader: LocalReader, text: str) -> None:
    assert info(reader, text).intent in (Intent.COMPANY, Intent.BRANCHES)


def test_whence_one_writes_is_where_it_is_asked_of(reader: LocalReader) -> None:
    requests = read(reader, "perfecto, y como soy de Puebla, ¿a dónde podría ir a verlo?")
    assert any(isinstance(one, InfoRequest) and one.city == "Puebla" for one in requests), requests


def test_a_remark_and_what_is_asked_of_it_are_one_question(reader: LocalReader) -> None:
    request = info(reader, "lo que me da miedo es que traiga reporte de robo, ¿cómo podría revisar eso?")
    assert "reporte de robo" in request.question


def test_what_a_branch_has_is_asked_after_its_address(reader: LocalReader) -> None:
    state = DialogueState(
        turns=1,
        last_intent=Intent.BRANCHES,
        last_question="¿Dónde está Explanada?",
        last_sources=("branches#explanada",),
    )
    assert info(reader, "y es que tengo que trabajar, ¿ahí habrá wifi?", state).intent is Intent.BRANCHES


def test_paying_it_with_the_instalment_is_of_what_was_told(reader: LocalReader) -> None:
    request = info(reader, "Se oye bien. ¿Podría irla cubriendo con el pago de cada mes?", WARRANTY)
    assert request.intent is Intent.WARRANTY
