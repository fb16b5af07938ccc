"""Questions that go on with an answer of the company, or with what the sentence before has named."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.cars import CarMention
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import InfoRequest, Request
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.branches import Branches
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZONE)
BRANCHES = DialogueState(
    last_intent=Intent.BRANCHES, last_question="¿tienen sucursal en Tijuana?", question=Question(Ask.BOOK), turns=1
)
RETURNS = DialogueState(last_intent=Intent.RETURN, last_question="¿lo puedo regresar a los 5 días?", turns=1)
WARRANTY = DialogueState(last_intent=Intent.WARRANTY, last_question="¿cuánto dura la garantía?", turns=1)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    branches = Branches.load(Path(__file__).parents[3] / "dealership" / "branches.toml")
    return LocalReader(IntentClassifier.load(), EntityReader(Taxonomy.load(), time_zone=ZONE, branches=branches))


def _one(reader: LocalReader, text: str, state: DialogueState) -> Request:
    (request,) = reader.read_now(text, state, NOW).requests
    return request


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("este, y en Puebla?", "Puebla"),
        ("ah ok y fíjese que Monterrey?", "Monterrey"),
        ("bueno y por Guadalajara?", "Guadalajara"),
        ("ok and um Puebla?", "Puebla"),
        ("mi hermana vive en Cuernavaca, ¿ahí sí tienen?", "Cuernavaca"),
        ("y tengo una tía en Monterrey, ahí también tienen?", "Monterrey"),
        ("my sister lives in Puebla, is there one there?", "Puebla"),
    ],
)
def test_another_place_is_asked_of_in_the_same_question(reader: LocalReader, text: str, city: str) -> None:
    request = _one(reader, text, BRANCHES)
    assert isinstance(request, InfoRequest)
    assert (request.intent, request.city) == (Intent.BRANCHES, city)


@pytest.mark.parametrize(
    "text",
    [
        "y con 600 km encima?",
        "y con 500 km ya recorridos?",
        "este y si para ese día ya lleva 450 kilómetros?",
        "e com 500 km já rodados?",
        "and with 500 km already on it?",
    ],
)
def test_kilometres_driven_are_a_case_of_what_was_asked(reader: LocalReader, text: str) -> None:
    request = _one(reader, text, RETURNS)
    assert isinstance(request, InfoRequest)
    assert request.question.startswith("¿lo puedo regresar")


def test_kilometres_of_a_car_looked_for_are_not(reader: LocalReader) -> None:
    assert _one(reader, "busco un versa con menos de 60 mil km", RETURNS).intent.agent is Agent.CATALOG


@pytest.mark.parametrize(
    "text",
    [
        "¿y qué tendría que hacer para usarla si falla",
        "and how would I use it if it came to that?",
        "¿cómo la reclamo?",
    ],
)
def test_what_a_verb_speaks_of_is_what_was_told(reader: LocalReader, text: str) -> None:
    request = _one(reader, text, WARRANTY)
    assert isinstance(request, InfoRequest)
    assert request.question.startswith("¿cuánto dura la garantía")


@pytest.mark.parametrize(
    "text",
    [
        "Escuché de una cosa que se llama Kavak Total, ¿qué es?",
        "me ofrecieron Kavak Total. ¿me explica en qué consiste?",
        "I heard about something called Kavak Total, could you explain it?",
    ],
)
def test_what_only_leads_to_the_question_is_left_out_of_it(reader: LocalReader, text: str) -> None:
    request = _one(reader, text, DialogueState())
    assert isinstance(request, InfoRequest)
    assert request.question.startswith("Kavak Total")


def test_a_trait_of_a_car_of_the_list_is_asked_of_that_car(reader: LocalReader) -> None:
    car = CarMention("1", "Chevrolet", "Aveo", 2019, "LTZ", Decimal(204999), 31996)
    shown = DialogueState(shown=(car,), last_intent=Intent.SEARCH, turns=1)
    request = _one(reader, "prométeme que el primero no ha tenido accidentes", shown)
    assert request.intent is Intent.DETAIL


@pytest.mark.parametrize("text", ["teléfono de la sucursal de Puebla", "numero para llamar a Cuernavaca"])
def test_a_number_of_a_branch_is_no_call_for_a_person(reader: LocalReader, text: str) -> None:
    assert _one(reader, text, DialogueState()).intent is Intent.BRANCHES
