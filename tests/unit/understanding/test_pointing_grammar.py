"""Pointing, ordering and counting in many words: what each way of saying it means."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from commercial_agent.conversation.cars import CarCriteria, CarMention, Order, Range, resolve
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import CatalogRequest, FinanceRequest, Metric, Request
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
FIRST = CarMention("a", "Kia", "Forte", 2014, "1.8 LX MT", Decimal(159999), 37308, "sedan", "manual", 4560)
SECOND = CarMention("b", "Ford", "Figo", 2021, "1.5 IMPULSE MT", Decimal(189999), 45000, "hatchback", "manual", 3941)
THIRD = CarMention("c", "Suzuki", "Ciaz", 2019, "1.5 GLX AUTO", Decimal(199999), 60000, "sedan", "automatic", 4490)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def listed(language: Language = Language.ES) -> DialogueState:
    return DialogueState(
        language=language,
        turns=1,
        criteria=CarCriteria(body_styles=("sedan",), price=Range(high=Decimal(200_000))),
        total=20,
        shown=(FIRST, SECOND, THIRD),
        last_intent=Intent.SEARCH,
        question=Question(Ask.NARROW, ("automatic", "manual"), "transmissions"),
    )


def requests(reader: LocalReader, text: str, state: DialogueState) -> tuple[Request, ...]:
    return reader.read_now(text, state, NOW).requests


def meant(request: Request, state: DialogueState) -> tuple[str, ...]:
    assert isinstance(request, CatalogRequest | FinanceRequest)
    return resolve(request.about, state.shown, state.seen, state.focus)


@pytest.mark.parametrize(
    ("text", "language", "car"),
    [
        ("el de hasta arriba cuántos km trae?", Language.ES, "a"),
        ("el que quedó al final qué año es?", Language.ES, "c"),
        ("la del mero medio trae carplay?", Language.ES, "b"),
        ("does the middle one come with carplay?", Language.EN, "b"),
        ("how many km on the one at the bottom?", Language.EN, "c"),
        ("esse aí do meio tem quantos km?", Language.PT, "b"),
        ("de los que me mandaste cuál ha rodado menos?", Language.ES, "a"),
        ("la que sale más barata de esas cuántos km lleva?", Language.ES, "a"),
        ("qual deles rodou menos?", Language.PT, "a"),
        ("el forte qué motor tiene?", Language.ES, "a"),
    ],
)
def test_a_car_of_the_list_is_looked_at_however_it_is_pointed_at(
    reader: LocalReader, text: str, language: Language, car: str
) -> None:
    state = listed(language)
    (request,) = requests(reader, text, state)
    assert request.intent is Intent.DETAIL
    assert meant(request, state) == (car,)


@pytest.mark.parametrize(
    ("text", "cars"),
    [
        ("ponme lado a lado los dos de arriba", ("a", "b")),
        ("diferencias entre el primerito y el último", ("a", "c")),
    ],
)
def test_cars_side_by_side_are_compared(reader: LocalReader, text: str, cars: tuple[str, ...]) -> None:
    state = listed()
    (request,) = requests(reader, text, state)
    assert request.intent is Intent.COMPARE
    assert set(meant(request, state)) == set(cars)


def test_the_months_of_the_best_of_the_list_are_a_plan(reader: LocalReader) -> None:
    state = listed()
    (request,) = requests(reader, "el más nuevo de los tres a 48 meses en cuánto sale", state)
    assert isinstance(request, FinanceRequest)
    assert meant(request, state) == ("b",)


@pytest.mark.parametrize(
    ("text", "language", "fields"),
    [
        ("nothing older than 2018", Language.EN, {"year": Range(low=Decimal(2018))}),
        ("I don't want to go over 180k", Language.EN, {"price": Range(high=Decimal(180_000))}),
        ("nada mais velho que 2018", Language.PT, {"year": Range(low=Decimal(2018))}),
        ("sin contar los kia", Language.ES, {"not_makes": ("Kia",)}),
        ("leave out the kias", Language.EN, {"not_makes": ("Kia",)}),
        ("tem algum assim da nissan?", Language.PT, {"makes": ("Nissan",)}),
        ("ordénalos del más barato al más caro", Language.ES, {"order": Order("price")}),
        ("sort them by mileage", Language.EN, {"order": Order("km")}),
    ],
)
def test_the_search_in_force_is_refined(
    reader: LocalReader, text: str, language: Language, fields: dict[str, object]
) -> None:
    (request,) = requests(reader, text, listed(language))
    assert isinstance(request, CatalogRequest)
    assert request.intent in (Intent.SEARCH, Intent.REFINE)
    assert request.criteria.body_styles == ("sedan",)
    assert {name: getattr(request.criteria, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("cuál es el precio más bajo y cuál el más alto de los honda", "price"),
        ("what's the lowest and highest price on a Honda", "price"),
        ("el mínimo y máximo de kilometraje de los honda", "km"),
        ("en qué rango de años tienen honda", "year"),
    ],
)
def test_both_ends_of_a_number_are_a_range(reader: LocalReader, text: str, column: str) -> None:
    (request,) = requests(reader, text, DialogueState())
    assert isinstance(request, CatalogRequest)
    assert request.analysis is not None
    assert (request.analysis.metric, request.analysis.column) == (Metric.RANGE, column)
    assert request.criteria.makes == ("Honda",)


def test_a_count_with_a_superlative_chooses_anew(reader: LocalReader) -> None:
    (request,) = requests(reader, "cuáles son los dos carros con menos kilometraje que manejan", listed())
    assert isinstance(request, CatalogRequest)
    assert (request.intent, request.criteria.order) == (Intent.SEARCH, Order("km"))


def test_a_car_shown_is_left_out_by_an_everyday_word(reader: LocalReader) -> None:
    (out,) = requests(reader, "quita el forte de la lista", listed())
    assert isinstance(out, CatalogRequest)
    assert out.criteria.not_models == ("Kia/Forte",)
