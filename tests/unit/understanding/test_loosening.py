"""A search loosened and narrowed: names let go, others asked for, where makes come from, limits beside comparisons."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog.taxonomy import Taxonomy
from commercial_agent.conversation.cars import CarCriteria, CarMention, Order, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import CatalogRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.segments import Segment
from commercial_agent.understanding.tracking import build_requests

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 12, tzinfo=ZONE)
LANGUAGES = {"es": Language.ES, "en": Language.EN, "pt": Language.PT}


@lru_cache(1)
def reader() -> EntityReader:
    return EntityReader(Taxonomy.load(), time_zone=ZONE)


def car(stock_id: str, make: str, model: str, price: int) -> CarMention:
    return CarMention(stock_id, make, model, 2019, "", Decimal(price), 60_000, "suv", "automatic", 4_400)


SHOWN = (car("1", "Kia", "Seltos", 356_000), car("2", "Kia", "Sportage", 402_000))
OF_KIA = DialogueState(
    criteria=CarCriteria(makes=("Kia",), body_styles=("suv",)),
    shown=SHOWN, last_intent=Intent.SEARCH,
)  # fmt: skip
OF_MAZDA_3 = replace(OF_KIA, criteria=CarCriteria(models=("Mazda/3",)), shown=(car("3", "Mazda", "3", 390_000),))


def asked(text: str, state: DialogueState = OF_KIA, intent: Intent = Intent.REFINE) -> CatalogRequest:
    language, _, said = text.partition("|") if text[2:3] == "|" else ("es", "", text)
    segments = (Segment(said, 0, len(said), intent, 0.9),)
    spoken = LANGUAGES[language]
    (request, *_) = build_requests(said, spoken, segments, reader().read(said, spoken, NOW), state, NOW)
    assert isinstance(request, CatalogRequest)
    return request


@pytest.mark.parametrize(
    "text",
    [
        "de cualquier marca", "la marca es lo de menos", "no tiene que ser kia", "me da igual que no sea kia",
        "no importa que no sea kia", "no solo kia", "en|any make is ok", "en|it doesn't have to be a kia",
        "en|not just kia", "pt|qualquer marca", "pt|não precisa ser kia",
    ],
)  # fmt: skip
def test_a_make_is_let_go_and_not_refused(text: str) -> None:
    assert asked(text).criteria == CarCriteria(body_styles=("suv",))


def test_a_make_is_let_go_also_where_something_else_was_asked() -> None:
    state = replace(OF_KIA, question=Question(Ask.NARROW, ("250000", "400000"), "price"))
    assert asked("la que sea, cualquier marca", state).criteria == CarCriteria(body_styles=("suv",))


@pytest.mark.parametrize(
    "text", ["mejor de otra marca", "y de otras marcas?", "en|show me other brands", "pt|quero ver outras marcas"]
)
def test_other_makes_leave_out_those_looked_for(text: str) -> None:
    assert asked(text).criteria == CarCriteria(body_styles=("suv",), not_makes=("Kia",))


def test_no_other_makes_keeps_the_one_looked_for() -> None:
    assert asked("no quiero otras marcas").criteria.makes == ("Kia",)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("algo japonés", {"origins": ("japanese",)}),
        ("que no sea coreano ni chino", {"not_origins": ("korean", "chinese")}),
        ("quita lo de kia, cualquier alemán", {"origins": ("german",), "not_makes": ("Kia",)}),
        ("en|nothing chinese", {"not_origins": ("chinese",)}),
        ("pt|um japonês", {"origins": ("japanese",)}),
    ],
)
def test_makes_are_known_by_where_they_come_from(text: str, fields: dict[str, Any]) -> None:
    criteria = asked(text).criteria
    assert {name: getattr(criteria, name) for name in fields} == fields


def test_every_make_has_its_origin() -> None:
    taxonomy = Taxonomy.load()
    assert set(taxonomy.origins) == set(taxonomy.makes)
    assert taxonomy.makes_from(("korean",)) == ("Hyundai", "Kia")


@pytest.mark.parametrize(
    ("text", "column", "bounds"),
    [
        ("más baratas, hasta 300 mil", "price", Range(high=Decimal(300_000))),
        ("algo menos viejo, 2020 o más", "year", Range(low=Decimal(2020))),
        ("en|newer, 2021 or later", "year", Range(low=Decimal(2021))),
        ("pt|mais barato, até 250 mil", "price", Range(high=Decimal(250_000))),
    ],
)
def test_a_limit_that_is_named_stands_beside_a_comparison(text: str, column: str, bounds: Range) -> None:
    request = asked(text)
    assert getattr(request.criteria, column) == bounds
    assert not request.relative


def test_a_body_behind_a_model_is_a_wish() -> None:
    criteria = asked("busco un mazda 3 sedán", DialogueState(), Intent.SEARCH).criteria
    assert (criteria.models, criteria.body_styles) == (("Mazda/3",), ("sedan",))


@pytest.mark.parametrize("text", ["solo hatchback", "te dije hatchback", "en|I said hatchback only"])
def test_a_body_insisted_on_narrows_the_model(text: str) -> None:
    assert asked(text, OF_MAZDA_3).criteria == CarCriteria(models=("Mazda/3",), body_styles=("hatchback",))


@pytest.mark.parametrize("text", ["cualquier sedán hasta 300 mil", "en|any sedan under 300k"])
def test_any_of_a_kind_lets_the_model_go(text: str) -> None:
    criteria = asked(text, OF_MAZDA_3).criteria
    assert (criteria.models, criteria.body_styles) == ((), ("sedan",))


def test_the_kind_that_was_asked_for_keeps_what_was_told() -> None:
    told = CarCriteria(segments=("family",))
    state = replace(OF_KIA, criteria=told, question=Question(Ask.NARROW, ("suv", "sedan"), "body_styles"))
    criteria = asked("suv, 2019 en adelante y hasta 400 mil", state, Intent.SEARCH).criteria
    assert (criteria.segments, criteria.body_styles) == (("family",), ("suv",))


@pytest.mark.parametrize("text", ["me urge un carro para uber, cuál me recomiendas", "en|i need a car to get around"])
def test_a_search_of_which_nothing_was_understood_is_vague(text: str) -> None:
    assert asked(text, DialogueState(), Intent.RECOMMEND).vague


@pytest.mark.parametrize("text", ["muéstrame autos", "el más barato que tengas para mi hijo", "una suv para mi hijo"])
def test_a_search_that_can_be_answered_is_not_vague(text: str) -> None:
    assert not asked(text, DialogueState(), Intent.SEARCH).vague


def test_names_liked_best_are_told_apart() -> None:
    assert asked("pickup, de preferencia nissan", DialogueState(), Intent.SEARCH).preferred
    assert not asked("pickup nissan", DialogueState(), Intent.SEARCH).preferred


def test_what_sounds_like_a_name_or_a_refusal_is_none() -> None:
    assert asked("busco algo chico para mi jefa", DialogueState(), Intent.SEARCH).criteria.models == ()
    criteria = asked("o cuando menos un Sentra en 200", DialogueState(), Intent.SEARCH).criteria
    assert criteria == CarCriteria(models=("Nissan/Sentra",), price=Range(high=Decimal(200_000)))


def test_a_bargain_is_no_order_by_price() -> None:
    assert asked("un sedán bueno, bonito y barato", DialogueState(), Intent.SEARCH).criteria.order is None
    criteria = asked("cuál suv tienes más barata", DialogueState(), Intent.SEARCH).criteria
    assert criteria.order == Order("price")


def test_names_that_are_not_in_stock_give_way_to_the_next_wish() -> None:
    state = replace(OF_KIA, criteria=CarCriteria(models=("Tesla/Model 3",)))
    assert asked("que sea automático", state).criteria == CarCriteria(transmissions=("automatic",))
