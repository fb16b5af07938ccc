"""Wishes said briefly: diminutives, choices left open, names before their verb, one car chosen or another asked for."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.entities import EntityReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 20, 10, tzinfo=ZONE)


@pytest.fixture(scope="module")
def reader() -> EntityReader:
    return EntityReader(Taxonomy.load(), time_zone=ZONE)


def kinds(reader: EntityReader, text: str, language: Language = Language.ES) -> list[tuple[str, str]]:
    return [(entity.kind, str(entity.value)) for entity in reader.read(text, language, NOW)]


@pytest.mark.parametrize(
    ("text", "column", "descending"),
    [
        ("el más carito de esos", "price", True),
        ("la menos corridita", "km", False),
        ("el más viejito", "year", False),
        ("o mais novinho", "year", True),
    ],
)
def test_a_diminutive_orders_as_its_adjective(reader: EntityReader, text: str, column: str, descending: bool) -> None:
    orders = [e.value for e in reader.read(text, None, NOW) if e.kind == "order"]
    assert [(order.column, order.descending) for order in orders] == [(column, descending)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("algo por ese estilo que cueste menos", "relative"),
        ("otra camioneta que tenga menos km", "relative"),
        ("something like it that costs less", "relative"),
        ("la que cueste menos", "order"),
        ("de esos los que cuesten menos", "order"),
    ],
)
def test_another_car_is_told_from_the_best_one(reader: EntityReader, text: str, kind: str) -> None:
    assert {"order", "relative"} & {found for found, _ in kinds(reader, text)} == {kind}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("diésel o gasolina, me da lo mismo", Language.ES),
        ("automático o estándar es igual", Language.ES),
        ("hybrid or diesel, either one", Language.EN),
        ("manual ou automático tanto faz", Language.PT),
    ],
)
def test_a_choice_left_open_asks_nothing(reader: EntityReader, text: str, language: Language) -> None:
    assert not {"fuel", "transmission", "attribute"} & {kind for kind, _ in kinds(reader, text, language)}


def test_of_two_names_either_is_wanted(reader: EntityReader) -> None:
    assert kinds(reader, "kia o mazda, cualquiera") == [("make", "Kia"), ("make", "Mazda")]


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("swift, ¿hay?", "Suzuki/Swift"),
        ("march tendrán?", "Nissan/March"),
        ("traes city de honda", "Honda/City"),
        ("un rio de kia", "Kia/Rio"),
        ("un forte da kia", "Kia/Forte"),
    ],
)
def test_a_word_that_is_also_a_name_stands_before_its_verb_or_its_make(
    reader: EntityReader, text: str, model: str
) -> None:
    assert ("model", model) in kinds(reader, text)


def test_a_body_behind_a_make_is_no_model_of_old(reader: EntityReader) -> None:
    assert kinds(reader, "volkswagen sedán") == [("make", "Volkswagen"), ("body_style", "sedan")]
    assert ("model", "Volkswagen/Sedán") in kinds(reader, "volkswagen sedán 1999")


def test_a_camioneta_that_carries_is_a_pickup_or_a_van(reader: EntityReader) -> None:
    found = {value for kind, value in kinds(reader, "una camioneta para repartir") if kind == "body_style"}
    assert found == {"pickup", "van"}
    assert kinds(reader, "únicamente vans") == [("body_style", "van")]


@pytest.mark.parametrize("text", ["y no quiero pasarme de 350", "sin pasarme de 350", "dont want to go over 350"])
def test_a_limit_that_is_not_to_be_passed_is_a_price(reader: EntityReader, text: str) -> None:
    assert [(e.kind, e.value.high) for e in reader.read(text, None, NOW)] == [("price", 350_000)]
