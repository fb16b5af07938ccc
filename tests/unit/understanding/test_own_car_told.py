"""A car of one's own told in pieces, what it would bring, and the name said around a visit."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.branches import Branches
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZONE)  # a Sunday
SELLING = DialogueState(
    turns=2,
    sale=SaleDraft(make="Nissan", model="Versa", year=2019, km=60_000),
    last_intent=Intent.SELL_CAR,
    question=Question(Ask.SALE_CITY),
)
NAME_ASKED = DialogueState(
    turns=2,
    appointment=AppointmentDraft(branch="Explanada", day=date(2026, 11, 26), at=time(11)),
    last_intent=Intent.APPOINTMENT,
    question=Question(Ask.NAME),
)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    branches = Branches.load(Path(__file__).parents[3] / "dealership" / "branches.toml")
    return LocalReader(IntentClassifier.load(), EntityReader(Taxonomy.load(), time_zone=ZONE, branches=branches))


def _only(reader: LocalReader, text: str, state: DialogueState | None = None) -> ConciergeRequest:
    requests = reader.read_now(text, state or DialogueState(), NOW).requests
    assert len(requests) == 1, requests
    assert isinstance(requests[0], ConciergeRequest)
    return requests[0]


@pytest.mark.parametrize(
    ("text", "model", "year", "city"),
    [
        ("compran autos usados? traigo un Aveo 2015 con 100 mil km", "Aveo", 2015, None),
        ("do you guys buy cars? I have a 2017 Corolla with 80k km", "Corolla", 2017, None),
        ("vcs compram carro? tenho um Onix 2019, 70 mil km", "Onix", 2019, None),
        ("vendo mi Jetta 2018, 85 mil km, lo tengo aquí en Monterrey", "Jetta", 2018, "Monterrey"),
        ("les vendo mi Versa 2016 con 90 mil km y lo tengo acá en Puebla", "Versa", 2016, "Puebla"),
    ],
)
def test_what_is_told_of_the_car_for_sale_belongs_to_it(
    reader: LocalReader, text: str, model: str, year: int, city: str | None
) -> None:
    request = _only(reader, text)
    assert request.intent is Intent.SELL_CAR
    assert (request.sale.model, request.sale.year, request.sale.city) == (model, year, city)


@pytest.mark.parametrize(
    "text",
    [
        "como en cuánto me lo agarrarían",
        "¿y cuánto creen que me ofrezcan?",
        "pues mira, como en cuanto me lo pagarian?",
        "¿y de a cómo me lo compran?",
        "qué oferta me harían?",
        "how much would I get for it?",
        "what would you offer me?",
        "quanto vocês me dão por ele?",
    ],
)
def test_what_the_own_car_would_bring_is_a_question_about_it(reader: LocalReader, text: str) -> None:
    request = _only(reader, text, SELLING)
    assert (request.intent, request.subject) == (Intent.SELL_CAR, "price")


def test_a_price_asked_with_a_fact_keeps_the_fact(reader: LocalReader) -> None:
    request = _only(reader, "está en Toluca, ¿en cuánto me lo tomarían?", SELLING)
    assert (request.subject, request.sale.city) == ("price", "Toluca")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ah tá, é João Prado", "João Prado"),
        ("va, es Rocío Luna", "Rocío Luna"),
        ("ah sí, Pancho Villegas", "Pancho Villegas"),
        ("oh right, it's Kate Moss", "Kate Moss"),
        ("que quede como Toño Rivas", "Toño Rivas"),
        ("ponme como Memo", "Memo"),
        ("Perdón, Héctor Solís Peña, por favor", "Héctor Solís Peña"),
    ],
)
def test_a_name_is_found_among_the_words_that_lead_to_it(reader: LocalReader, text: str, name: str) -> None:
    request = _only(reader, text, NAME_ASKED)
    assert request.intent is Intent.APPOINTMENT
    assert request.name == name


@pytest.mark.parametrize("text", ["es urgente", "sí claro", "va, gracias", "¿y qué llevo?"])
def test_words_that_lead_to_no_name_give_none(reader: LocalReader, text: str) -> None:
    requests = reader.read_now(text, NAME_ASKED, NOW).requests
    assert all(not isinstance(request, ConciergeRequest) or request.name is None for request in requests)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("apuntame como Paty para el jueves 11 am en Explanada", "Paty"),
        ("put me down as Greg for Thursday 11am at Midtown", "Greg"),
        ("me coloca como Bia na quinta 11h na Antara", "Bia"),
        ("agéndame como cliente nuevo el jueves 11 am en Explanada", None),
    ],
)
def test_a_visit_is_put_down_as_somebody(reader: LocalReader, text: str, name: str | None) -> None:
    requests = reader.read_now(text, DialogueState(), NOW).requests
    names = [r.name or r.appointment.name for r in requests if isinstance(r, ConciergeRequest)]
    assert [one for one in names if one] == ([name] if name else [])
