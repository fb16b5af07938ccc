"""Misspelt words of the trade."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog.taxonomy import Taxonomy
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.correction import correct
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.scan import Scan

NOW = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Mexico_City"))


@lru_cache(1)
def reader() -> EntityReader:
    return EntityReader(Taxonomy.load())


def values(text: str, language: Language = Language.ES) -> set[tuple[str, Any]]:
    return {(entity.kind, entity.value) for entity in reader().read(text, language, NOW) if entity.score >= 0.5}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("automatiko", "automatico"), ("kamioneta", "camioneta"), ("estndar", "estandar"), ("hibirdo", "hibrido"),
        ("mensualida", "mensualidad"), ("kilometrage", "kilometraje"), ("presupesto", "presupuesto"),
        ("segudno", "segundo"), ("primerooo", "primero"), ("sabaod", "sabado"), ("autmatic", "automatic"),
        ("cheepest", "cheapest"), ("saturdy", "saturday"), ("quilometrajem", "quilometragem"),
    ],
)  # fmt: skip
def test_a_slip_of_the_key_is_put_right(typed: str, meant: str) -> None:
    scan = Scan(typed)
    correct(scan)
    assert scan.words == [meant]


@pytest.mark.parametrize(
    "word",
    [
        "prestado",
        "segundos",
        "premio",
        "mental",
        "mesas",
        "place",
        "barco",
        "chofer",
        "carta",
        "certo",
        "conmigo",
        "puebla",
    ],
)
def test_an_ordinary_word_stays_as_it_is(word: str) -> None:
    scan = Scan(word)
    correct(scan, also_known=frozenset({"puebla"}))
    assert scan.words == [word]


def test_claimed_words_are_left_alone() -> None:
    scan = Scan("automatiko")
    scan.take(0, 1)
    correct(scan)
    assert scan.words == ["automatiko"]


def test_the_entity_quotes_what_was_typed() -> None:
    (entity,) = (e for e in reader().read("una camionta", Language.ES, NOW) if e.value == "pickup")
    assert entity.text == "camionta"


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("an automatic sedan", "en", {("transmission", "automatic"), ("body_style", "sedan")}),
        ("um sedã automático", "pt", {("transmission", "automatic"), ("body_style", "sedan")}),
        ("tienen BMWs?", "es", {("make", "BMW")}),
        ("any teslas?", "en", {("make", "Tesla")}),
        ("busco un sedán volkswagen", "es", {("make", "Volkswagen"), ("body_style", "sedan")}),
        ("no sabe manejar estándar", "es", {("transmission", "automatic")}),
        ("el civic no me late", "es", {("not_model", "Honda/Civic")}),
        ("me da igual gasolina o diésel", "es", set()),
    ],
)
def test_words_of_cars_are_read(text: str, language: str, found: set[tuple[str, Any]]) -> None:
    said = {(kind, value) for kind, value in values(text, Language(language)) if kind not in ("attribute", "number")}
    assert said == found


@pytest.mark.parametrize(
    ("text", "kind", "figure"),
    [
        ("somos 7 en la familia", "seats", "low=Decimal('7')"),
        ("family of eight", "seats", "low=Decimal('8')"),
        ("como de 600 mil tope", "price", "low=None, high=Decimal('600000')"),
        ("mi banco me da 14.5% a 60 meses", "rate_percent", "14.5"),
        ("un pago final grande de 80 mil", "balloon", "80000"),
        ("con enganche de -30 mil", "down_amount", "-30000"),
        ("I pay 3,000 a month for a credit card", "debts", "3000"),
        ("pago 3 mil al mes de la tarjeta", "debts", "3000"),
        ("con la mitad de enganche", "down_percent", "50"),
        ("cuestan menos de 150 mil", "price", "high=Decimal('150000')"),
        ("de un march 2016", "year", "low=Decimal('2016')"),
    ],
)
def test_figures_get_their_role(text: str, kind: str, figure: str) -> None:
    assert [repr(value) for role, value in values(text) if role == kind and figure in repr(value)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("el d en medio", "el de en medio"), ("q no pase d 200", "que no pase de 200"),
        ("k no sea kia", "que no sea kia"),
        ("kuanto pal primero", "cuanto el primero"), ("20 d enganche", "20 de enganche"), ("250 k", "250 k"),
        ("4 d", "4 d"), ("I'd pay", "i ' d pay"),
    ],
)  # fmt: skip
def test_clipped_words_are_written_out(typed: str, meant: str) -> None:
    scan = Scan(typed)
    correct(scan)
    assert scan.words == meant.split()


def test_a_shrug_names_no_car() -> None:
    assert not {kind for kind, _ in values("q más da, la que sea")} & {"make", "model"}
