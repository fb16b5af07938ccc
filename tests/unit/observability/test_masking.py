from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.observability import mask, mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mi cel es 55 1234 5678", "mi cel es [phone]"),
        ("llámame al +52 1 (222) 123-4567 hoy", "llámame al [phone] hoy"),
        ("5512345678", "[phone]"),
        ("whatsapp:+5215512345678", "whatsapp:[phone]"),
        ("escríbeme a ana.torres+x@correo.com.mx por favor", "escríbeme a [email] por favor"),
        ("mi CURP es TOAA850101MDFRRN09", "mi CURP es [curp]"),
        ("RFC toaa850101ab1", "RFC [rfc]"),
        ("tarjeta 4111 1111 1111 1111", "tarjeta [number]"),
        ("CLABE 032180000118359719", "CLABE [number]"),
        ("mi carro trae ABC-123-D y otro XYZ-12-34", "mi carro trae [plates] y otro [plates]"),
        ("el de placas abc123d", "el de placas [plates]"),
        ("mis placas son NRX 45 67 de Puebla", "mis placas son [plates] de Puebla"),
        ("my plates are 123-ABC", "my plates are [plates]"),
        ("NIV 3VWD17AJ5EM388202", "NIV [vin]"),
    ],
)
def test_personal_numbers_and_addresses_are_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "un Jetta 2019 de $238,999 con 48,210 km",
        "tengo 280000 pesos y quiero pagarlo en 48 meses",
        "el 306473, del 2015 al 2020",
        "mide 4,659 mm de largo y 1,799 mm de ancho",
        "pago de $4,565.27 al mes, 10.5% de CAT",
        "cuesta $1,234,567.89",
        "entre 200000 y 300000",
        "un Mazda CX-5, un BMW 320 I y un CLA-250",
        "¿incluye placas de 2024 y verificación?",
        "3 HATCHBACK SPORT 2.5 TA, NP300 2.5",
    ],
)
def test_amounts_years_and_stock_numbers_stay(text: str) -> None:
    assert mask_text(text) == text


def test_known_names_are_masked_as_whole_words() -> None:
    assert mask_text("Hola Ana, ¿ANA viene mañana? La Banana no.", ("Ana",)) == (
        "Hola [name], ¿[name] viene mañana? La Banana no."
    )


def test_nested_data_is_masked_and_personal_keys_are_emptied() -> None:
    data = {
        "message": "55 1234 5678",
        "address": "whatsapp:+52155",
        "cars": [{"price": "238999", "at": "a@b.mx"}],
        "n": 3,
    }
    assert mask(data) == {
        "message": "[phone]",
        "address": "[masked]",
        "cars": [{"price": "238999", "at": "[email]"}],
        "n": 3,
    }


@given(st.text(max_size=400))
def test_any_text_is_masked_without_failing_and_once_is_enough(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@given(st.from_regex(r"\+52 ?1? ?\d{3}[ -]?\d{3}[ -]?\d{4}", fullmatch=True))
def test_no_mexican_mobile_number_is_left(number: str) -> None:
    digits = [c for c in mask_text(f"mi número: {number}.") if c.isdigit()]
    assert len(digits) < 4
