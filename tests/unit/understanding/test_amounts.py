from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.amounts import read_amounts
from commercial_agent.understanding.scan import Scan

NOW = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Mexico_City"))


def roles(text: str, expected: str | None = None) -> list[tuple[str, object]]:
    language, _, rest = text.partition("|") if text[2:3] == "|" else ("es", "", text)
    found = read_amounts(Scan(rest), Language(language), NOW, expected)
    return [(entity.kind, entity.value) for entity in found]


def between(low: int | None, high: int | None) -> Range:
    return Range(None if low is None else Decimal(low), None if high is None else Decimal(high))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("no más de 320", None, 320_000),
        ("que no pase de 320 mil", None, 320_000),
        ("hasta 320k", None, 320_000),
        ("320 máximo", None, 320_000),
        ("menos de 320 mil pesos", None, 320_000),
        ("por debajo de $320,000", None, 320_000),
        ("tope de 320", None, 320_000),
        ("arriba de 180", 180_000, None),
        ("mínimo 180 mil", 180_000, None),
        ("a partir de 180 mil", 180_000, None),
        ("entre 220 y 340", 220_000, 340_000),
        ("entre 220 mil y 340 mil", 220_000, 340_000),
        ("de 220 a 340 mil", 220_000, 340_000),
        ("220-340 mil", 220_000, 340_000),
        ("desde 220 hasta 340", 220_000, 340_000),
        ("entre 800 mil y 1.2 millones", 800_000, 1_200_000),
        ("como 300", 270_000, 330_000),
        ("alrededor de 300 mil", 270_000, 330_000),
        ("300 mil más o menos", 270_000, 330_000),
        ("tengo un presupuesto de 275", None, 275_000),
        ("cuento con 275 mil", None, 275_000),
        ("quiero gastar 275", None, 275_000),
        ("un carro de dos ochenta", None, 280_000),
        ("en|under 320k", None, 320_000),
        ("en|no more than 320 thousand", None, 320_000),
        ("en|between 220 and 340k", 220_000, 340_000),
        ("en|at least 180k", 180_000, None),
        ("en|around 300k", 270_000, 330_000),
        ("en|my budget is 275k", None, 275_000),
        ("pt|até 320 mil", None, 320_000),
        ("pt|entre 220 e 340 mil", 220_000, 340_000),
        ("pt|acima de 180 mil", 180_000, None),
    ],
)
def test_prices_and_their_bounds(text: str, low: int | None, high: int | None) -> None:
    assert roles(text) == [("price", between(low, high))]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2017 pa arriba", 2017, None),
        ("2017 para arriba", 2017, None),
        ("del 2017 en adelante", 2017, None),
        ("2017+", 2017, None),
        ("2017 o más nuevo", 2017, None),
        ("a partir del 2017", 2017, None),
        ("más nuevo que 2017", 2018, None),
        ("del 16 al 19", 2016, 2019),
        ("del 2016 al 2019", 2016, 2019),
        ("entre 2016 y 2019", 2016, 2019),
        ("2018 o 2019", 2018, 2019),
        ("modelo 21", 2021, 2021),
        ("modelo 2021", 2021, 2021),
        ("hasta 2016", None, 2016),
        ("de no más de 4 años de antigüedad", 2022, None),
        ("en|2017 or newer", 2017, None),
        ("en|from 2016 to 2019", 2016, 2019),
        ("en|after 2017", 2018, None),
        ("pt|a partir de 2017", 2017, None),
        ("pt|de 2016 a 2019", 2016, 2019),
    ],
)
def test_years_and_their_bounds(text: str, low: int | None, high: int | None) -> None:
    assert roles(text) == [("year", between(low, high))]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("puedo pagar 4 mil al mes", "monthly", 4_000),
        ("pagos de 4500 mensuales", "monthly", 4_500),
        ("que me quede en 3 y medio al mes", "monthly", 3_500),
        ("mensualidades de 4,200", "monthly", 4_200),
        ("de 4 a 5 mil por mes", "monthly", 5_000),
        ("en|payments of 4000 a month", "monthly", 4_000),
        ("pt|parcelas de 2200", "monthly", 2_200),
        ("60 mil de enganche", "down_amount", 60_000),
        ("enganche de 60", "down_amount", 60_000),
        ("doy 60 de enganche", "down_amount", 60_000),
        ("de anticipo tengo 60 mil", "down_amount", 60_000),
        ("en|60k down", "down_amount", 60_000),
        ("pt|entrada de 60 mil", "down_amount", 60_000),
        ("15% de enganche", "down_percent", 15),
        ("enganche del 15", "down_percent", 15),
        ("el 15 de enganche", "down_percent", 15),
        ("con 15 por ciento de enganche", "down_percent", 15),
        ("gano 22 mil", "income", 22_000),
        ("gano 22 al mes", "income", 22_000),
        ("mis ingresos son de 22,000 mensuales", "income", 22_000),
        ("mi sueldo es 22 mil", "income", 22_000),
        ("en|i make 22k a month", "income", 22_000),
        ("pt|ganho 22 mil por mês", "income", 22_000),
        ("pago 3 mil de tarjetas", "debts", 3_000),
        ("debo 3500 al mes", "debts", 3_500),
        ("abonar 25 mil a capital", "extra", 25_000),
        ("un pago extra de 25 mil", "extra", 25_000),
        ("pago final de 70 mil", "balloon", 70_000),
        ("me dan 85 mil por mi carro", "trade_in_value", 85_000),
        ("mi coche vale 85 mil", "trade_in_value", 85_000),
        ("tasa del 14%", "rate_percent", 14),
        ("comisión por apertura de 2.5%", "commission_percent", "2.5"),
    ],
)
def test_money_gets_its_role_from_the_words_around_it(text: str, kind: str, value: int | str) -> None:
    assert roles(text) == [(kind, Decimal(value))]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("a 60 meses", (60,)),
        ("a 60", (60,)),
        ("en 36 mensualidades", (36,)),
        ("plazo de 72", (72,)),
        ("a 3 años", (36,)),
        ("cinco años", (60,)),
        ("a 36 o 60 meses", (36, 60)),
        ("36, 48 y 60 meses", (36, 48, 60)),
        ("de 36 a 72 meses", (36, 72)),
        ("cuarenta y ocho meses", (48,)),
        ("en|over 60 months", (60,)),
        ("en|for 4 years", (48,)),
        ("pt|em 60 meses", (60,)),
    ],
)
def test_terms(text: str, months: tuple[int, ...]) -> None:
    assert roles(text) == [("months", months)]


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("menos de 60 mil km", "km", None, 60_000),
        ("con 60,000 kilómetros", "km", None, 60_000),
        ("kilometraje menor a 60 mil", "km", None, 60_000),
        ("no más de 60 mil kms", "km", None, 60_000),
        ("entre 20 y 60 mil km", "km", 20_000, 60_000),
        ("60kkm", "km", None, 60_000),
        ("en|less than 60k km", "km", None, 60_000),
        ("que quepa en 4.2 metros", "length_mm", None, 4_200),
        ("mi cochera es de 4.2 m", "length_mm", None, 4_200),
        ("4 metros 20", "length_mm", None, 4_200),
        ("4 metros con 20 de largo", "length_mm", None, 4_200),
        ("máximo 4.20 de largo", "length_mm", None, 4_200),
        ("largo menor a 4200 mm", "length_mm", None, 4_200),
        ("420 cm", "length_mm", None, 4_200),
        ("menos de 1.85 m de ancho", "width_mm", None, 1_850),
        ("1.60 metros de alto", "height_mm", None, 1_600),
        ("7 pasajeros", "seats", 7, None),
        ("de tres filas", "seats", 7, None),
        ("4 puertas", "doors", 4, 4),
        ("en|7 seats", "seats", 7, None),
        ("pt|7 lugares", "seats", 7, None),
    ],
)
def test_measures_get_their_role_from_their_unit(text: str, kind: str, low: int | None, high: int | None) -> None:
    assert roles(text) == [(kind, between(low, high))]


def test_engine_size() -> None:
    size = Range(Decimal("1.6"), Decimal("1.6"))
    assert roles("motor 1.6") == roles("1.6 litros") == roles("1.6 turbo") == [("engine_litres", size)]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("50 mil de enganche a 48 y que quede en 5 mil al mes", ["down_amount", "months", "monthly"]),
        ("un auto de 300 mil con 20% de enganche a 60 meses", ["price", "down_percent", "months"]),
        ("gano 30 mil, pago 5 mil de otros créditos", ["income", "debts"]),
        ("2019, menos de 50 mil km y hasta 280 mil", ["year", "km", "price"]),
        ("abono 40 mil extra después del pago 18", ["extra", "after_payment"]),
        ("2017 hasta 240 mil", ["year", "price"]),
        ("2017 máximo 240 mil", ["year", "price"]),
        ("financiar 280 mil pesos con enganche de 70 mil", ["price", "down_amount"]),
        ("un auto de 280,000 con un enganche de 70,000 a 36 meses", ["price", "down_amount", "months"]),
        ("uno que cueste 240 mil", ["number", "price"]),
        ("tengo 120 mil de enganche y puedo dar 6 mil mensuales", ["down_amount", "monthly"]),
        ("en|i earn 30k a month, 40k down, 48 months", ["income", "down_amount", "months"]),
        ("pt|entrada de 30 mil e parcelas de 2 mil em 48 meses", ["down_amount", "monthly", "months"]),
    ],
)
def test_each_number_of_a_message_has_its_own_role(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in roles(text)] == kinds


@pytest.mark.parametrize(
    "text", ["tengo 35 años", "garantía de 2 años", "10% de descuento", "a las 3 cuadras", "2 hijos"]
)
def test_numbers_about_something_else_are_left_alone(text: str) -> None:
    assert not [kind for kind, _ in roles(text) if kind not in ("number", "amount")]


@pytest.mark.parametrize(
    ("text", "expected", "kind", "value"),
    [
        ("48", "months", "months", (48,)),
        ("200", "price", "price", between(None, 200_000)),
        ("como 80", "km", "km", between(72_000, 88_000)),
        ("2016", "year", "year", between(2016, 2016)),
        ("16", "year", "year", between(2016, 2016)),
        ("18", "income", "income", Decimal(18_000)),
        ("15 mil", "down", "down_amount", Decimal(15_000)),
        ("20", "down", "down_percent", Decimal(20)),
        ("3 y medio", "monthly", "monthly", Decimal("3500")),
        ("12", "after_payment", "after_payment", 12),
        ("30", "extra", "extra", Decimal(30_000)),
        ("14", "rate_percent", "rate_percent", Decimal(14)),
    ],
)
def test_a_bare_number_takes_the_role_that_was_asked(text: str, expected: str, kind: str, value: object) -> None:
    assert roles(text, expected) == [(kind, value)]


def test_a_bare_number_with_nothing_asked_stays_open() -> None:
    assert roles("48") == [("number", Decimal(48))]
    assert roles("200.000")[0] == ("price", between(None, 200_000))


def test_a_bound_between_two_numbers_belongs_to_the_second() -> None:
    assert roles("2017 máximo 240 mil") == [("year", between(2017, 2017)), ("price", between(None, 240_000))]


def test_a_stock_number_keeps_its_digits() -> None:
    assert roles("folio 00412") == [("stock_id", "00412")]
