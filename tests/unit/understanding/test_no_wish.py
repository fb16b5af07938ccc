"""What is denied, conceded, found fault with or part of a name is no wish for a car."""

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


def kinds(reader: EntityReader, text: str, language: Language = Language.ES) -> set[tuple[str, str]]:
    return {(entity.kind, str(entity.value)) for entity in reader.read(text, language, NOW)}


def years(reader: EntityReader, text: str) -> list[tuple[int | None, int | None]]:
    return [
        (e.value.low and int(e.value.low), e.value.high and int(e.value.high))
        for e in reader.read(text, Language.ES, NOW)
        if e.kind == "year"
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("la 2020 no la 2017", [(2020, 2020)]),
        ("quiero el 2019 pero el 2016 no", [(2019, 2019)]),
        ("del 2018 al 2020, no 2017", [(2018, 2020)]),
        ("¿por qué no la 2018? tienes la 2021", [(2018, 2018), (2021, 2021)]),
        ("no, el 2018", [(2018, 2018)]),
        ("que no sea más viejo que 2016", [(2016, None)]),
        ("más nuevo que 2016", [(2017, None)]),
    ],
)
def test_a_year_denied_beside_another_is_left_out(
    reader: EntityReader, text: str, left: list[tuple[int | None, int | None]]
) -> None:
    assert years(reader, text) == left


def test_an_amount_refused_beside_another_is_no_limit(reader: EntityReader) -> None:
    assert "price" not in {kind for kind, _ in kinds(reader, "esos de 310 mil no, le dije 240 por unidad")}


@pytest.mark.parametrize("text", ["nothing too big", "nada muito grande", "nada muy grande", "not too big"])
def test_nothing_big_asks_for_smaller(reader: EntityReader, text: str) -> None:
    found = kinds(reader, text, Language.PT if "muito" in text else Language.EN if "too" in text else Language.ES)
    assert ("segment", "large") not in found
    assert "relative" in {kind for kind, _ in found}


def test_who_does_not_drive_a_manual_wants_an_automatic(reader: EntityReader) -> None:
    assert ("transmission", "automatic") in kinds(reader, "my husband doesn't drive stick", Language.EN)
    assert ("transmission", "manual") in kinds(reader, "I drive stick", Language.EN)


@pytest.mark.parametrize(
    ("text", "dropped", "kept"),
    [
        ("el Beat se ve muy chiquito, algo manual", ("segment", "small"), ("transmission", "manual")),
        ("we relocated to Puebla for work, I need an SUV", ("segment", "work"), ("body_style", "suv")),
        ("two kids and a big dog, an SUV", ("segment", "large"), ("body_style", "suv")),
        ("un SUV que lleven a Lomas Verdes", ("not_in_data", "colour"), ("body_style", "suv")),
        ("el Onix está muy caro, otro sedán", ("model", "Chevrolet/Onix"), ("body_style", "sedan")),
        ("soy Ramiro Cantú, quiero un sedán", ("model", "Renault/Kangoo"), ("body_style", "sedan")),
    ],
)
def test_circumstances_and_faults_are_no_wishes(
    reader: EntityReader, text: str, dropped: tuple[str, str], kept: tuple[str, str]
) -> None:
    language = Language.EN if "an SUV" in text else Language.ES
    found = kinds(reader, text, language)
    assert dropped not in found
    assert kept in found


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("quiero uno muy grande", ("segment", "large")),
        ("busco un carro para trabajar", ("segment", "work")),
        ("un sentra verde", ("not_in_data", "colour")),
        ("¿el Onix está muy caro?", ("model", "Chevrolet/Onix")),
        ("tienes un Beat", ("model", "Chevrolet/Beat")),
    ],
)
def test_neighbours_of_circumstances_are_wishes(reader: EntityReader, text: str, wish: tuple[str, str]) -> None:
    assert wish in kinds(reader, text)


def test_beating_a_price_names_no_car(reader: EntityReader) -> None:
    found = kinds(reader, "another dealer offers a Kia Forte 2020, can you beat that price?", Language.EN)
    assert ("model", "Chevrolet/Beat") not in found


def test_what_may_be_worse_takes_its_limit_back(reader: EntityReader) -> None:
    assert ("remove", "('price',)") in kinds(reader, "algo más nuevo aunque sea más caro")
    assert ("remove", "('year',)") not in kinds(reader, "uno más viejo")


def test_both_ends_of_a_range_hold_before_a_year(reader: EntityReader) -> None:
    found = reader.read("between 350 and 500 thousand, 2020 or newer", Language.EN, NOW)
    (price,) = [entity.value for entity in found if entity.kind == "price"]
    assert (price.low, price.high) == (350_000, 500_000)


@pytest.mark.parametrize("text", ["vivo en Guadalajara hace 6 meses", "moro aqui faz 6 meses", "I moved 6 months ago"])
def test_time_gone_by_is_no_term(reader: EntityReader, text: str) -> None:
    language = Language.PT if "moro" in text else Language.EN if "ago" in text else Language.ES
    assert "months" not in {kind for kind, _ in kinds(reader, text, language)}


def test_a_limit_beside_the_fewest_kilometres_is_one_of_money(reader: EntityReader) -> None:
    found = {kind for kind, _ in kinds(reader, "la más nueva con menos kilómetros de menos de 350")}
    assert "price" in found
    assert "km" not in found
    assert "km" in {kind for kind, _ in kinds(reader, "con menos de 50 mil km")}
