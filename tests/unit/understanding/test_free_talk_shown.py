"""Questions about the cars of a list, asked freely: the datum, where a car is, whether it fits, which of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarCriteria, CarMention, Order, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest, FinanceRequest, Metric
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))
CARS = (
    CarMention("1", "Suzuki", "Ciaz", 2019, "1.5 GLS MT", Decimal(191_999), 32_251, "sedan", "manual", 4490),
    CarMention("2", "Kia", "Rio", 2021, "1.6 LX MT SEDAN", Decimal(219_999), 9_686, "sedan", "manual", 4384),
    CarMention("3", "Kia", "Rio", 2017, "1.6 EX AUTO SEDAN", Decimal(160_999), 81_389, "sedan", "automatic", 4384),
)
LISTED = DialogueState(
    criteria=CarCriteria(body_styles=("sedan",), price=Range(high=Decimal(220_000))),
    total=17,
    shown=CARS,
    last_intent=Intent.SEARCH,
)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def read(reader: LocalReader, text: str, state: DialogueState = LISTED) -> CatalogRequest:
    requests = reader.read_now(text, state, NOW).requests
    assert len(requests) == 1, requests
    assert isinstance(requests[0], CatalogRequest)
    return requests[0]


@pytest.mark.parametrize(
    "text", ["y cuál tiene más cajuela?", "pero no me dijiste lo de la cajuela", "which one has the bigger trunk?"]
)
def test_the_boot_is_asked_of_the_list(reader: LocalReader, text: str) -> None:
    request = read(reader, text)
    assert (request.intent, request.attributes) == (Intent.DETAIL, ("boot",))


@pytest.mark.parametrize("text", ["el ciaz qué tal sale, es bueno?", "the ciaz looks nice", "me gustó el ciaz"])
def test_a_car_that_pleases_is_the_one_of_the_list(reader: LocalReader, text: str) -> None:
    request = read(reader, text)
    assert request.intent is Intent.DETAIL
    assert request.about.criteria == CarCriteria(models=("Suzuki/Ciaz",))


def test_where_a_car_is_is_asked_of_it(reader: LocalReader) -> None:
    assert read(reader, "el ciaz lo puedo ver en Puebla?").attributes == ("location",)


def test_years_alone_are_cars_of_the_list(reader: LocalReader) -> None:
    request = read(reader, "compara el 2019 con el 2017")
    assert (request.intent, request.about.stock_ids) == (Intent.COMPARE, ("1", "3"))


def test_whether_a_car_fits_a_space(reader: LocalReader) -> None:
    request = read(reader, "el primero cabe en una cochera de 4.40?")
    assert request.intent is Intent.DETAIL
    assert "fits" in request.attributes
    assert request.criteria.length_mm == Range(high=Decimal(4400))


def test_thousands_told_of_a_mileage_are_its_beginning(reader: LocalReader) -> None:
    request = read(reader, "y del 2021 de 9 mil km me dices qué trae?")
    assert request.about.criteria is not None
    assert request.about.criteria.km == Range(Decimal(9000), Decimal(9999))


def test_the_best_of_all_that_were_found(reader: LocalReader) -> None:
    (request,) = reader.read_now("e o mais barato dos 17 com 20% de entrada?", LISTED, NOW).requests
    assert isinstance(request, FinanceRequest)
    assert (request.about.order, request.about.criteria) == (Order("price"), LISTED.criteria)


def test_the_second_best_is_the_next_in_that_order(reader: LocalReader) -> None:
    request = read(reader, "y el segundo más barato?")
    assert (request.offset, request.count, request.criteria.order) == (1, 1, Order("price"))


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("cuántas suv automáticas y cuántas manuales tienes?", "transmission"),
        ("how many hybrids and how many diesels do you have?", "fuel"),
    ],
)
def test_two_kinds_are_counted_apart(reader: LocalReader, text: str, group: str) -> None:
    request = read(reader, text, DialogueState())
    assert request.analysis is not None
    assert (request.analysis.metric, request.analysis.group_by) == (Metric.COUNT, group)


def test_the_most_common_make_is_one(reader: LocalReader) -> None:
    request = read(reader, "which make is the most common?", DialogueState())
    assert request.analysis is not None
    assert (request.analysis.group_by, request.analysis.limit) == ("make", 1)


def test_what_the_list_shows_is_not_asked_twice(reader: LocalReader) -> None:
    assert read(reader, "tienen honda civic? qué precio tiene?", DialogueState()).intent is Intent.SEARCH


def test_another_one_at_the_same_price(reader: LocalReader) -> None:
    state = DialogueState(criteria=LISTED.criteria, total=17, shown=CARS, focus="1", last_intent=Intent.DETAIL)
    request = read(reader, "hay uno con carplay del mismo precio?", state)
    assert request.intent in (Intent.SEARCH, Intent.REFINE)
    assert request.criteria.car_play is True
    assert request.criteria.price == Range(Decimal(172_799), Decimal(211_199))
