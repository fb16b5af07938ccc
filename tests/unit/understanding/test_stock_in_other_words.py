"""The stock asked for in other words: superlatives, refusals, remarks, lists of names, and labels that are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
import yaml

from commercial_agent.conversation.cars import CarCriteria, CarMention, Order, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZoneInfo("America/Mexico_City"))
CARS = tuple(
    CarMention(stock_id, "Ford", model, year, "", Decimal(price), 50_000, "pickup", "automatic", 5_000)
    for stock_id, model, year, price in (("1", "Ranger", 2019, 334_000), ("2", "F-150", 2017, 388_000))
)
PICKUPS = DialogueState(
    criteria=CarCriteria(body_styles=("pickup",)), shown=CARS, total=26, last_intent=Intent.SEARCH
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def read(reader: LocalReader, text: str, state: DialogueState | None = None) -> tuple[Request, ...]:
    return reader.read_now(text, state or DialogueState(), NOW).requests


def wished(reader: LocalReader, text: str, state: DialogueState | None = None) -> CarCriteria:
    found = [one for one in read(reader, text, state) if isinstance(one, CatalogRequest)]
    assert len(found) == 1, found
    return found[0].criteria


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("el más carísimo que tengan", Order("price", descending=True)),
        ("cuál es la suv más baratísima que manejan", Order("price", descending=False)),
        ("enséñame el kia con el precio más bajito", Order("price", descending=False)),
        ("quiero el honda de kilometraje más bajito", Order("km", descending=False)),
        ("de los audi cuál sale en menos", Order("price", descending=False)),
    ],
)
def test_a_superlative_in_any_size_is_one(reader: LocalReader, text: str, order: Order) -> None:
    entities = reader.read_now(text, DialogueState(), NOW).entities
    assert [entity.value for entity in entities if entity.kind == "order"] == [order]


@pytest.mark.parametrize("text", ["qué barato!", "uy, están bien baratas", "wow, that's cheap", "ah, salen económicos"])
def test_praise_of_a_price_is_no_wish(reader: LocalReader, text: str) -> None:
    assert not any(entity.kind in ("order", "relative") for entity in reader.read_now(text, PICKUPS, NOW).entities)


@pytest.mark.parametrize(
    "text", ["la de modelo más reciente?", "el de año más nuevo", "la más nuevecita", "the newest one?", "o mais novo"]
)
def test_the_best_of_the_list_is_one_of_it(reader: LocalReader, text: str) -> None:
    (request,) = read(reader, text, PICKUPS)
    assert request.intent is Intent.DETAIL
    assert isinstance(request, CatalogRequest)
    assert request.about.order == Order("year", descending=True)


@pytest.mark.parametrize(
    "text",
    [
        "quíteme los nissan", "descárteme los nissan", "bórrenme los nissan", "no me ponga nissan",
        "los nissan quítelos por favor", "los nissan no fueron lo mío", "el nissan siempre no me latió",
        "el nissan mejor lo descartaría", "el nissan es mucho para mí, ese ya no lo tomes en cuenta",
        "the nissan is too long, leave that one out",
    ],
)  # fmt: skip
def test_a_make_is_refused_in_any_person(reader: LocalReader, text: str) -> None:
    assert "Nissan" in wished(reader, text, PICKUPS).not_makes


@pytest.mark.parametrize("text", ["me interesa el nissan", "ese nissan sí me late", "quiero ver el nissan", "y nissan"])
def test_what_pleases_is_not_refused(reader: LocalReader, text: str) -> None:
    entities = reader.read_now(text, PICKUPS, NOW).entities
    assert [entity.kind for entity in entities if entity.value == "Nissan"] == ["make"]


@pytest.mark.parametrize(
    "text",
    [
        "tiene que ser automático porque estándar nomás no aprendió", "automático, al estándar no le sé",
        "it has to be automatic because my wife won't drive stick", "automático, estándar no sabe manejar mi hija",
    ],
)  # fmt: skip
def test_the_gearbox_one_cannot_drive_is_no_wish(reader: LocalReader, text: str) -> None:
    assert wished(reader, text).transmissions == ("automatic",)


@pytest.mark.parametrize(
    ("text", "high"),
    [
        ("un sedán en el que no gaste más de 250 mil", 250_000),
        ("a sedan without spending 250,000 or more", 250_000),
        ("un sedán, no podríamos gastar arriba de 280 mil", 280_000),
        ("un sedán, traigo unos 600 mil bolas como máximo", 600_000),
    ],
)
def test_what_cannot_be_spent_is_a_limit(reader: LocalReader, text: str, high: int) -> None:
    assert wished(reader, text).price == Range(high=Decimal(high))


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("nos gustan la durango, la traverse y la suburban, ¿cuáles tendrás de esas?", 3),
        ("¿nos podrías poner juntas la cx5, la rav 4 y la crv?", 3),
    ],
)
def test_names_of_one_list_are_of_one_request(reader: LocalReader, text: str, models: int) -> None:
    (request,) = read(reader, text)
    assert isinstance(request, CatalogRequest)
    named = request.criteria if request.about.criteria is None else request.about.criteria
    assert len(named.models) == models


@pytest.mark.parametrize("text", ["vivo en durango y busco una suburban", "voy a la fiesta y luego veo un jetta"])
def test_a_place_beside_a_name_is_no_car(reader: LocalReader, text: str) -> None:
    assert (
        len([entity for entity in reader.read_now(text, DialogueState(), NOW).entities if entity.kind == "model"]) == 1
    )


@pytest.mark.parametrize(
    "text",
    [
        "Antes de seguir, ¿qué tipo de revisión les hacen a los autos?",
        "¿cómo me aseguran que el auto que me venden no ha tenido un choque?",
        "o sea que en ese precio ya van las placas y la tenencia, ¿verdad?",
    ],
)
def test_no_cars_are_looked_for_where_none_are_asked_for(reader: LocalReader, text: str) -> None:
    assert not any(isinstance(one, CatalogRequest) for one in read(reader, text))


def test_a_car_beside_a_question_of_the_company_is_looked_for(reader: LocalReader) -> None:
    found = [one.intent for one in read(reader, "dos cosas: si manejan el sentra de nissan, y cuánto es de garantía")]
    assert found == [Intent.SEARCH, Intent.WARRANTY]


def test_only_the_body_wanted_alone_is_looked_for(reader: LocalReader) -> None:
    assert wished(reader, "en caja abierta se me moja todo, mejor puras vans", PICKUPS).body_styles == ("van",)


def test_the_roof_that_comes_down_stops_no_messages(reader: LocalReader) -> None:
    text = "y si fuera convertible? de esos que se les baja el techo, estaría padre"
    assert wished(reader, text, replace(PICKUPS, shown=())).body_styles[-1:] == ("convertible",)


def test_no_group_of_words_is_given_twice() -> None:
    for file in resources.files("commercial_agent.understanding").joinpath("data").iterdir():
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        assert node is not None
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), file.name


RIO = DialogueState(
    criteria=CarCriteria(models=("Kia/Rio",), body_styles=("hatchback",)),
    shown=(CarMention("7", "Kia", "Rio", 2018, "LX AUTO", Decimal(195_999), 50_887, "hatchback", "automatic", 4_065),),
    total=2, last_intent=Intent.SEARCH,
)  # fmt: skip


@pytest.mark.parametrize(
    "text", ["ese mismito pero sedán?", "y el mismo modelo en sedán", "same car but sedan?", "o mesmo mas sedã, tem?"]
)
def test_the_same_car_in_another_body(reader: LocalReader, text: str) -> None:
    criteria = wished(reader, text, RIO)
    assert (criteria.models, criteria.body_styles) == (("Kia/Rio",), ("sedan",))


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("busco un golf, pero de los gti", ("Volkswagen/Golf GTI",)),
        ("hay golf y golf gti?", ("Volkswagen/Golf", "Volkswagen/Golf GTI")),
        ("tienes una toytoa rva4", ("Toyota/RAV4",)),
    ],
)
def test_a_name_told_more_precisely_or_misspelt_with_its_make(
    reader: LocalReader, text: str, models: tuple[str, ...]
) -> None:
    assert wished(reader, text).models == models


@pytest.mark.parametrize(
    "text", ["la gasolina me sale carísima, quiero un híbrido, hay?", "gasto un dineral en gasolina, híbridos manejan?"]
)
def test_the_fuel_that_costs_too_much_is_not_wanted(reader: LocalReader, text: str) -> None:
    assert wished(reader, text).fuels == ("hybrid",)


@pytest.mark.parametrize("text", ["otra pregunta", "déjame verlo con mi esposa", "one more question"])
def test_what_is_no_further_page_of_a_list(reader: LocalReader, text: str) -> None:
    assert all(request.intent.agent.value != "catalog" for request in read(reader, text, PICKUPS))


def test_the_own_car_is_exchanged_for_one_that_is_wanted(reader: LocalReader) -> None:
    own, wanted = read(reader, "me gustaría cambiar mi auto por un sedán automático")
    assert own.intent is Intent.TRADE_IN
    assert isinstance(wanted, CatalogRequest)
    assert (wanted.criteria.body_styles, wanted.criteria.transmissions) == (("sedan",), ("automatic",))
