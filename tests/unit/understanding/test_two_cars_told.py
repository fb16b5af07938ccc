"""The customer's own car and the one looked for, told in the same breath or in turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarCriteria, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest, ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import LocalReader, default_reader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZONE)
SELLING = DialogueState(
    criteria=CarCriteria(models=("Mazda/3",)), sale=SaleDraft(make="Nissan", model="March", year=2014),
    question=Question(Ask.SALE_CITY), last_intent=Intent.SELL_CAR,
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


@pytest.mark.parametrize(
    ("text", "own", "wanted"),
    [
        ("vendo versa 2016, busco hrv", "Versa", ("Honda/HR-V",)),
        ("busco un sentra y de paso vendo mi versa 2016", "Versa", ("Nissan/Sentra",)),
        ("quiero vender mi jetta 2014 y comprarme una hrv", "Jetta", ("Honda/HR-V",)),
        ("ando vendiendo un spark 2013 y estoy viendo un sentra", "Spark", ("Nissan/Sentra",)),
        ("I'm selling my 2015 Civic and looking for a CR-V under 400k", "Civic", ("Honda/CR-V",)),
        ("quero vender meu versa 2018 e estou procurando um corolla", "Versa", ("Toyota/Corolla",)),
    ],
)
def test_one_car_is_sold_and_another_looked_for(
    reader: LocalReader, text: str, own: str, wanted: tuple[str, ...]
) -> None:
    found = reader.read_now(text, DialogueState(), NOW).requests
    (sale,) = [request for request in found if isinstance(request, ConciergeRequest)]
    (search,) = [request for request in found if isinstance(request, CatalogRequest)]
    assert (sale.intent, sale.sale.model, search.criteria.models) == (Intent.SELL_CAR, own, wanted)


def test_only_a_car_for_sale_is_no_search(reader: LocalReader) -> None:
    (request,) = reader.read_now("quiero vender mi jetta 2015, ya casi no lo uso", DialogueState(), NOW).requests
    assert request.intent is Intent.SELL_CAR


def test_each_clause_goes_to_its_own_car(reader: LocalReader) -> None:
    state = replace(SELLING, criteria=CarCriteria(body_styles=("suv",), price=Range(high=Decimal(280_000))))
    sale, search = reader.read_now("march: 90 mil km. suv: automática", state, NOW).requests
    assert isinstance(sale, ConciergeRequest)
    assert sale.sale.km == 90_000
    assert isinstance(search, CatalogRequest)
    assert (search.criteria.transmissions, search.criteria.price.high) == (("automatic",), Decimal(280_000))


@pytest.mark.parametrize(
    "text",
    [
        "el mazda tendría que ser automático",
        "mazda: automático",
        "y del mazda que sea automático porfa",
        "respecto al mazda, automático de preferencia",
    ],
)
def test_wishes_of_the_other_car_are_no_answer_about_the_own_one(reader: LocalReader, text: str) -> None:
    (request,) = reader.read_now(text, SELLING, NOW).requests
    assert isinstance(request, CatalogRequest)
    assert (request.criteria.models, request.criteria.transmissions) == (("Mazda/3",), ("automatic",))


def test_what_is_still_to_be_told_goes_to_the_own_car(reader: LocalReader) -> None:
    state = replace(SELLING, question=Question(Ask.NARROW, ("2018", "2020"), "year"))
    (request,) = reader.read_now("tiene 80 mil km y está en puebla", state, NOW).requests
    assert isinstance(request, ConciergeRequest)
    assert (request.sale.km, request.sale.city) == (80_000, "Puebla")
