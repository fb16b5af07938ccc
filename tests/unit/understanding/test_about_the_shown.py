"""What is asked of the cars shown, and what goes on from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarCriteria, CarMention, CarReference, Order, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import LocalReader, default_reader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZONE)


def car(stock_id: str, year: int, price: int, body: str = "hatchback") -> CarMention:
    return CarMention(stock_id, "Kia", "Rio", year, "", Decimal(price), 50_000, body, "automatic", 4_500)


SHOWN = (car("1", 2020, 200_000), car("2", 2021, 220_000), car("3", 2019, 180_000))
RIOS = DialogueState(
    criteria=CarCriteria(models=("Kia/Rio",), body_styles=("hatchback",)), shown=SHOWN, total=8,
    last_intent=Intent.SEARCH,
)  # fmt: skip
SEDANS = replace(RIOS, criteria=CarCriteria(body_styles=("sedan",), price=Range(high=Decimal(290_000))))
CHEAPEST = replace(RIOS, criteria=CarCriteria(transmissions=("automatic",), order=Order("price", descending=False)))


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def one(reader: LocalReader, text: str, state: DialogueState) -> CatalogRequest:
    (request,) = reader.read_now(text, state, NOW).requests
    assert isinstance(request, CatalogRequest)
    return request


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("los dos más baratos de esos", ("3", "1")),
        ("de esos los 2 más nuevos", ("2", "1")),
        ("cuáles son los dos menos caros de esos tres", ("3", "1")),
        ("the two cheapest of those", ("3", "1")),
        ("os dois mais baratos desses", ("3", "1")),
    ],
)
def test_the_two_best_of_the_shown_are_two_of_them(reader: LocalReader, text: str, ids: tuple[str, ...]) -> None:
    assert one(reader, text, RIOS).about.stock_ids == ids


def test_the_two_best_without_those_are_of_the_search(reader: LocalReader) -> None:
    request = one(reader, "los dos más baratos", RIOS)
    assert (request.count, request.criteria.order) == (2, Order("price", descending=False))


@pytest.mark.parametrize("text", ["¿y el sedán?", "el sedán tienes?", "y en sedán hay?", "the sedan?"])
def test_the_same_car_in_another_body(reader: LocalReader, text: str) -> None:
    request = one(reader, text, RIOS)
    assert (request.criteria.models, request.criteria.body_styles) == (("Kia/Rio",), ("sedan",))


@pytest.mark.parametrize(
    ("text", "make"),
    [
        ("mazda así tienes?", "Mazda"),
        ("así pero de mazda", "Mazda"),
        ("lo mismo pero en ford", "Ford"),
        ("con esas características en toyota hay?", "Toyota"),
        ("do you have the same thing in Kia?", "Kia"),
        ("assim da Honda tem?", "Honda"),
    ],
)
def test_such_a_car_of_another_make_keeps_the_wishes(reader: LocalReader, text: str, make: str) -> None:
    criteria = one(reader, text, SEDANS).criteria
    assert (criteria.makes, criteria.body_styles, criteria.price.high) == ((make,), ("sedan",), Decimal(290_000))


def test_so_that_is_no_likeness(reader: LocalReader) -> None:
    found = reader.read_now("tienes jetta? así que dime cuáles hay", SEDANS, NOW).requests[0]
    assert isinstance(found, CatalogRequest)
    assert found.criteria.body_styles == ()


@pytest.mark.parametrize("text", ["e ele já rodou quantos km?", "¿cuántos km tiene?", "what's the mileage on it?"])
def test_after_a_superlative_the_first_is_asked_about(reader: LocalReader, text: str) -> None:
    request = one(reader, text, CHEAPEST)
    assert (request.about, request.attributes) == (CarReference(ordinals=(1,)), ("km",))


@pytest.mark.parametrize("text", ["¿cuántos km tienen?", "qué kilometraje traen", "what mileage do they have?"])
def test_a_question_in_the_plural_is_about_the_list(reader: LocalReader, text: str) -> None:
    request = one(reader, text, CHEAPEST)
    assert (request.about.shown, request.attributes) == (True, ("km",))


@pytest.mark.parametrize(("text", "asked"), [("km?", "km"), ("y los kilómetros?", "km"), ("asientos?", "seats")])
def test_a_bare_unit_asks_of_the_car_in_focus(reader: LocalReader, text: str, asked: str) -> None:
    request = one(reader, text, replace(RIOS, focus="2", last_intent=Intent.DETAIL))
    assert (request.intent, request.attributes) == (Intent.DETAIL, (asked,))


@pytest.mark.parametrize(
    "text", ["¿y por qué esos?", "porque me sugieres ese?", "why that one?", "por que você recomenda esse?"]
)
def test_why_asks_for_the_reasons(reader: LocalReader, text: str) -> None:
    assert one(reader, text, replace(RIOS, last_intent=Intent.RECOMMEND)).intent is Intent.RECOMMEND


@pytest.mark.parametrize(
    "text",
    [
        "En casa somos siete. ¿Habrá alguna suv de máximo 300 mil?",
        "We are a family of seven. Do you have any SUVs under 300k?",
    ],
)
def test_what_is_told_beside_a_search_is_part_of_it(reader: LocalReader, text: str) -> None:
    criteria = one(reader, text, DialogueState()).criteria
    assert (criteria.seats.low, criteria.price.high) == (Decimal(7), Decimal(300_000))
    assert criteria.body_styles == ("suv",)


def test_a_choice_left_open_compares_nothing(reader: LocalReader) -> None:
    request = one(reader, "pick up 4x4. diésel o gasolina igual. máximo 500 mil", DialogueState())
    assert request.criteria.body_styles == ("pickup",)
    assert request.criteria.price.high == Decimal(500_000)


@pytest.mark.parametrize(
    ("text", "places"),
    [("compara 1 y 2", (1, 2)), ("1 vs 3", (1, 3)), ("compare 2 and 3 please", (2, 3)), ("entre 1 y 3 cuál", (1, 3))],
)
def test_bare_numbers_side_by_side_are_places(reader: LocalReader, text: str, places: tuple[int, ...]) -> None:
    assert one(reader, text, replace(SEDANS, criteria=CarCriteria())).about.ordinals == places


@pytest.mark.parametrize("text", ["¿alguno tiene más lugares?", "does either have more seats?"])
def test_a_trait_of_any_of_them_compares_them(reader: LocalReader, text: str) -> None:
    request = one(reader, text, replace(RIOS, last_intent=Intent.COMPARE))
    assert (request.intent, request.about.shown, request.attributes) == (Intent.COMPARE, True, ("seats",))


def test_one_of_those_is_a_kind_and_no_car_shown(reader: LocalReader) -> None:
    request = one(reader, "quiero una camioneta de esas de reparto", replace(RIOS, criteria=CarCriteria()))
    assert (request.intent, set(request.criteria.body_styles)) == (Intent.SEARCH, {"pickup", "van"})


def test_what_is_refused_goes_with_what_is_wanted_instead(reader: LocalReader) -> None:
    found = reader.read_now(
        "civic no. mejor accord, ¿el más barato a 72 con 25% cuánto?", DialogueState(), NOW
    ).requests
    searches = [request.criteria.models for request in found if isinstance(request, CatalogRequest)]
    assert searches in ([], [("Honda/Accord",)])
    assert any(request.intent is Intent.QUOTE for request in found)


def test_one_more_thing_is_a_wish_of_its_own(reader: LocalReader) -> None:
    text = "equinox vs escape, put em side by side pls, also what warranty comes with it"
    found = reader.read_now(text, DialogueState(), NOW).requests
    assert [request.intent for request in found] == [Intent.COMPARE, Intent.WARRANTY]


def test_a_trait_of_the_list_is_no_question_of_money(reader: LocalReader) -> None:
    assert one(reader, "¿cuál está menos corrida?", RIOS).about.order == Order("km", descending=False)


@pytest.mark.parametrize("text", ["¿por qué?", "why?", "y eso por qué?"])
def test_a_bare_why_after_a_recommendation_asks_for_the_reasons(reader: LocalReader, text: str) -> None:
    assert one(reader, text, replace(RIOS, last_intent=Intent.RECOMMEND)).intent is Intent.RECOMMEND


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("me gusta la primera pero está cara, ¿habrá otra parecida por menos?", 1),
        ("something like the second for less", 2),
        ("algo como el tercero por menos dinero", 3),
    ],
)
def test_another_like_one_of_them_for_less(reader: LocalReader, text: str, place: int) -> None:
    request = one(reader, text, RIOS)
    assert (request.similar, request.relative) == (True, (Order("price", descending=False),))
    assert request.about.ordinals == (place,)


def test_the_best_of_all_those_is_one_of_them(reader: LocalReader) -> None:
    request = one(reader, "cuál es la que cuesta menos de todas esas", RIOS)
    assert request.about.order == Order("price", descending=False)
