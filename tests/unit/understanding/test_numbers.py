from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.numbers import find_numbers, read_digits
from commercial_agent.understanding.scan import Scan


def values(text: str, language: str = "es") -> list[Decimal]:
    return [number.value for number in find_numbers(Scan(text), Language(language))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("310k", 310_000),
        ("310 K", 310_000),
        ("310mil", 310_000),
        ("310 mil", 310_000),
        ("$310,000", 310_000),
        ("310.000", 310_000),
        ("310 000", 310_000),
        ("$310,000.50", "310000.50"),
        ("310.000,50", "310000.50"),
        ("1.3 mdp", 1_300_000),
        ("1,3 millones", 1_300_000),
        ("1.350 millones", 1_350_000),
        ("2M", 2_000_000),
        ("medio millón", 500_000),
        ("medio melón", 500_000),
        ("un millón", 1_000_000),
        ("millón y medio", 1_500_000),
        ("millón trescientos", 1_300_000),
        ("un millón trescientos mil", 1_300_000),
        ("1 millón 300", 1_300_000),
        ("trescientos diez mil", 310_000),
        ("tres diez", 3),
        ("tres veinte", 320),
        ("dos ochenta y cinco", 285),
        ("uno noventa", 190),
        ("cuatro y medio", "4.5"),
        ("cuatro mil y medio", 4_500),
        ("cinco mil quinientos", 5_500),
        ("tres quinientos", 3_500),
        ("2 mil 800", 2_800),
        ("mil ochocientos", 1_800),
        ("dos mil diecisiete", 2017),
        ("sesenta y seis", 66),
        ("doscientos", 200),
        ("dosientos sincuenta mil", 250_000),
        ("mil", 1_000),
        ("un ciego", 100),
    ],
)
def test_spanish_numbers(text: str, value: int | str) -> None:
    assert values(text)[0] == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("three hundred and ten thousand", 310_000),
        ("two eighty", 280),
        ("half a million", 500_000),
        ("one million", 1_000_000),
        ("350 grand", 350_000),
        ("eighteen hundred", 1_800),
        ("forty eight", 48),
        ("twenty nineteen", 20),
    ],
)
def test_english_numbers(text: str, value: int) -> None:
    assert values(text, "en")[0] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("trezentos e dez mil", 310_000),
        ("cento e vinte mil", 120_000),
        ("meio milhão", 500_000),
        ("mil e oitocentos", 1_800),
        ("quarenta e oito", 48),
        ("duas", 2),
    ],
)
def test_portuguese_numbers(text: str, value: int) -> None:
    assert values(text, "pt")[0] == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("entre doscientos y trescientos", [200, 300]),
        ("treinta y seis o sesenta", [36, 60]),
        ("300 mil 48 meses", [300_000, 48]),
        ("trescientos mil cuarenta y ocho meses", [300_000, 48]),
        ("entre mil y dos mil", [1_000, 2_000]),
        ("10 20 30", [10, 20, 30]),
        ("veintiuno y tres", [21, 3]),
        ("un carro", []),
        ("una camioneta", []),
        ("y medio", []),
        ("k", []),
    ],
)
def test_neighbouring_numbers_stay_apart(text: str, found: list[int]) -> None:
    assert values(text) == found


def test_a_word_that_is_a_number_in_one_language_only_is_one_there_only() -> None:
    assert values("once", "es") == [11]
    assert values("once", "en") == []
    assert values("dos carros", "pt") == []


def test_a_row_of_forty_digits_is_no_quantity() -> None:
    assert values("mi numero es " + "7" * 40) == []


def test_signs_belong_to_their_number() -> None:
    dollars, percent = find_numbers(Scan("$ 90,000 pesos y 15 por ciento"), Language.ES)
    assert dollars.currency
    assert percent.percent
    assert percent.value == 15


def test_thanks_by_the_thousand_are_no_amount() -> None:
    for text in ("mil gracias, adiós", "un millón de disculpas", "ok, mil gracias por todo"):
        assert values(text) == []
    assert values("doy 50 mil, gracias") == [50_000]
    assert values("doscientos mil gracias") == [200_000]


@given(st.integers(1, 999_999_999))
def test_every_grouping_of_digits_reads_back(number: int) -> None:
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", ".")):
        read = read_digits(text)
        assert read is not None
        assert read[0] == number or read[1] == number


@given(st.integers(1, 999))
def test_thousands_read_the_same_however_they_are_written(number: int) -> None:
    for text in (f"{number}k", f"{number} mil", f"{number}mil", f"{number},000"):
        assert values(text) == [number * 1000]
