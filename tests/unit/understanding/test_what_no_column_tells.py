"""Wishes and questions that no column of the stock tells, and what does not stick to the next search."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarCriteria, CarMention, Order
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZoneInfo("America/Mexico_City"))


def car(stock_id: str, name: str, price: int) -> CarMention:
    make, _, model = name.partition("/")
    return CarMention(stock_id, make, model, 2020, "", Decimal(price), 50_000, "hatchback", "automatic", 4_500)


SHOWN = (car("1", "Seat/Leon", 200_000), car("2", "Seat/Ibiza", 220_000), car("3", "Kia/Rio", 180_000))
LIST = DialogueState(
    criteria=CarCriteria(body_styles=("hatchback",)), shown=SHOWN, total=8, last_intent=Intent.SEARCH
)  # fmt: skip
TWO = replace(
    LIST, shown=SHOWN[:2], total=2, last_intent=Intent.COMPARE, question=Question(Ask.WHICH_CAR), criteria=CarCriteria()
)
CHEAPEST = replace(LIST, criteria=CarCriteria(body_styles=("suv",), order=Order("price")))


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def one(reader: LocalReader, text: str, state: DialogueState) -> CatalogRequest:
    (request,) = reader.read_now(text, state, NOW).requests
    assert isinstance(request, CatalogRequest)
    return request


@pytest.mark.parametrize(
    ("text", "untold"),
    [
        ("hay algún carro al que se pueda subir alguien con silla de ruedas?", "accessibility"),
        ("mi mamá es de movilidad reducida, tienes algo para ella?", "accessibility"),
        ("do you have any car for a wheelchair user?", "accessibility"),
        ("tem algum carro para cadeirante?", "accessibility"),
        ("busco un auto blindado", "armour"),
        ("quiero algo que no se devalúe mucho", "resale"),
        ("necesito una pickup para remolcar una lancha", "towing"),
        ("una suv que no pegue en los topes, hay alguna?", "clearance"),
    ],
)
def test_a_wish_no_column_tells_is_a_search_that_says_so(reader: LocalReader, text: str, untold: str) -> None:
    request = one(reader, text, DialogueState())
    assert request.intent in (Intent.SEARCH, Intent.RECOMMEND)
    assert untold in request.criteria.not_in_data


@pytest.mark.parametrize(
    "text",
    ["tienes algo para silla de ruedas?", "do you have something for a wheelchair?", "busco un auto blindado"],
)
def test_an_order_does_not_stick_to_a_search_of_its_own(reader: LocalReader, text: str) -> None:
    assert one(reader, text, CHEAPEST).criteria.order is None


@pytest.mark.parametrize("text", ["que sea automática", "tienes alguna automática?", "y de 2018 para arriba"])
def test_an_order_stays_where_the_search_is_refined(reader: LocalReader, text: str) -> None:
    assert one(reader, text, CHEAPEST).criteria.order == Order("price")


@pytest.mark.parametrize(
    "text",
    ["y cuál tiene más potencia?", "¿cuál corre más?", "which one is faster?", "y cual es mas potente de los dos?"],
)
def test_power_is_asked_of_the_cars_spoken_of(reader: LocalReader, text: str) -> None:
    request = one(reader, text, TWO)
    assert request.intent is Intent.COMPARE
    assert request.about.shown
    assert request.attributes == ("power", "engine_litres")


@pytest.mark.parametrize("text", ["busco una suv barata", "quiero un sedán económico", "i want a cheap pickup"])
def test_a_search_after_a_comparison_is_no_choice_of_one(reader: LocalReader, text: str) -> None:
    assert one(reader, text, TWO).intent in (Intent.SEARCH, Intent.REFINE)


@pytest.mark.parametrize(
    "text", ["y al revés, cuál es el más caro de todos?", "y el de más km de todo el inventario, cuál es?"]
)
def test_the_best_of_all_is_not_one_of_those_compared(reader: LocalReader, text: str) -> None:
    assert one(reader, text, TWO).intent in (Intent.SEARCH, Intent.REFINE, Intent.ANALYSE)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("la segunda de las últimas dos, qué equipamiento trae?", -1),
        ("de las primeras dos, la segunda cuánto tiene de km", 2),
        ("tell me more about the first of the last two", -2),
        ("qué kilometraje trae el primero de los últimos dos?", -2),
    ],
)
def test_one_within_several_places_is_that_one(reader: LocalReader, text: str, place: int) -> None:
    assert one(reader, text, LIST).about.ordinals == (place,)


def test_places_named_together_are_all_meant(reader: LocalReader) -> None:
    assert one(reader, "compara el primero y los dos últimos", LIST).about.ordinals == (1, -2, -1)


@pytest.mark.parametrize("text", ["manuales no quiero", "estándar pues no queremos", "de palanca no manejo"])
def test_what_is_refused_behind_is_left_out(reader: LocalReader, text: str) -> None:
    assert one(reader, text, LIST).criteria.transmissions == ("automatic",)


@pytest.mark.parametrize("text", ["ya sin el león", "el león quítalo", "sin el leon plis"])
def test_a_car_of_the_list_left_out_is_no_city(reader: LocalReader, text: str) -> None:
    request = one(reader, text, replace(LIST, last_intent=Intent.COMPARE, shown=SHOWN[:2]))
    assert request.criteria.models == ("Seat/Ibiza",)


def test_of_two_models_by_one_name_the_make_named_behind_tells(reader: LocalReader) -> None:
    request = one(reader, "busco el leon o el ibiza, los dos de seat", DialogueState())
    named = request.about.criteria or request.criteria
    assert set(named.models) == {"Seat/Leon", "Seat/Ibiza"}


@pytest.mark.parametrize("text", ["¿cuáles son los más baratos? compártemelos", "el más nuevo? me lo compartes"])
def test_to_share_a_list_compares_nothing(reader: LocalReader, text: str) -> None:
    assert one(reader, text, DialogueState()).intent is not Intent.COMPARE
