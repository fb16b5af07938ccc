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


def test_an_exclusion_ends_where_a_new_wish_begins(reader: EntityReader) -> None:
    found = kinds(reader, "ni sedán ni hatchback, una camioneta suv")
    assert found == [("not_body_style", "sedan"), ("not_body_style", "hatchback"), ("body_style", "suv")]


def test_an_exclusion_goes_on_in_a_list(reader: EntityReader) -> None:
    assert kinds(reader, "que no sea kia, ni seat") == [("not_make", "Kia"), ("not_make", "Seat")]


def test_a_fuel_that_is_excluded_leaves_the_others(reader: EntityReader) -> None:
    assert {value for kind, value in kinds(reader, "que no sea de diésel") if kind == "fuel"} == {
        "gasoline",
        "hybrid",
        "electric",
    }


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("olvida lo de automático", Language.ES),
        ("ya no tiene que ser automático", Language.ES),
        ("forget the automatic", Language.EN),
        ("não precisa mais ser automático", Language.PT),
    ],
)
def test_a_wish_is_taken_back(reader: EntityReader, text: str, language: Language) -> None:
    assert ("remove", "('transmissions',)") in kinds(reader, text, language)


@pytest.mark.parametrize("text", ["del más nuevo al más viejo", "de los más nuevos a los más viejos"])
def test_both_ends_of_a_sort_are_one_order(reader: EntityReader, text: str) -> None:
    assert [value for kind, value in kinds(reader, text) if kind == "order"] == [
        "Order(column='year', descending=True)"
    ]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("un cuarto de millón tope", "price", "Range(low=None, high=Decimal('250000'))"),
        ("three quarters of a million max", "price", "Range(low=None, high=Decimal('750000'))"),
        ("um quarto de milhão no máximo", "price", "Range(low=None, high=Decimal('250000'))"),
        ("que no sea anterior al 2018", "year", "Range(low=Decimal('2018'), high=None)"),
        ("a dos años y medio", "months", "(30,)"),
        ("over two and a half years", "months", "(30,)"),
        ("mi sueldo es de 9 mil a la quincena", "income", "18000.00"),
        ("gano 3 mil por semana", "income", "13000.00"),
        ("de hoy en ocho", "date", "2026-11-27"),
        ("el lunes en ocho", "date", "2026-11-30"),
        ("placas NKT-51-28", "plate", "NKT-51-28"),
    ],
)
def test_values_in_the_words_of_the_street(reader: EntityReader, text: str, kind: str, value: str) -> None:
    language = Language.EN if "quarters" in text or "years" in text else Language.PT if "um" in text else Language.ES
    assert (kind, value) in kinds(reader, text, language)


@pytest.mark.parametrize("text", ["Hola, ¿cómo estás?", "¿cómo está?", "cómo estás ava"])
def test_how_someone_is_likens_nothing(reader: EntityReader, text: str) -> None:
    assert "similar" not in [kind for kind, _ in kinds(reader, text)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("estándares no, gracias", Language.ES, [("transmission", "automatic")]),
        ("manual mejor no", Language.ES, [("transmission", "automatic")]),
        ("kia y mazda no porfa", Language.ES, [("not_make", "Kia"), ("not_make", "Mazda")]),
        ("Ford, Seat y Renault no", Language.ES, [("not_make", "Ford"), ("not_make", "Seat"), ("not_make", "Renault")]),
        ("el versa ya no, bórralo", Language.ES, [("not_model", "Nissan/Versa")]),
        ("ford me salió malo", Language.ES, [("not_make", "Ford")]),
        ("Nissan and Chevy, no thanks", Language.EN, [("not_make", "Nissan"), ("not_make", "Chevrolet")]),
        ("manual não, por favor", Language.PT, [("transmission", "automatic")]),
        ("que no sea estándar, automático", Language.ES, [("transmission", "automatic")] * 2),
    ],
)
def test_a_refusal_stands_behind_what_it_refuses(
    reader: EntityReader, text: str, language: Language, expected: list[tuple[str, str]]
) -> None:
    assert kinds(reader, text, language) == expected


@pytest.mark.parametrize("text", ["es automático, no?", "¿es automático no?", "kia sí, mazda no", "tienes kia o no"])
def test_a_question_or_a_choice_refuses_nothing(reader: EntityReader, text: str) -> None:
    assert kinds(reader, text)[0] in [("transmission", "automatic"), ("make", "Kia")]


def test_names_said_before_are_refused_together(reader: EntityReader) -> None:
    found = kinds(reader, "tuve un ford y luego un mazda, de esas marcas ya no")
    assert [pair for pair in found if pair[0] != "reference"][:2] == [("not_make", "Ford"), ("not_make", "Mazda")]


def test_a_word_to_gain_time_points_at_no_car(reader: EntityReader) -> None:
    assert kinds(reader, "este y estándares no porfa") == [("transmission", "automatic")]
    assert [kind for kind, _ in kinds(reader, "este y el segundo")] == ["reference", "reference"]
