from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.chatbot.privacy import MASK, mask


@pytest.mark.parametrize(
    "text",
    [
        "mi tarjeta es 4111 1111 1111 1111",
        "4111-1111-1111-1111 vence 12/29",
        "amex 378282246310005",
        "CLABE 002010077777777771",
        "mi curp es HEGG560427MVZRRL04",
        "RFC: VECJ880326XK4",
        "rfc vecj880326xk4 por favor",
        "4111 1111\n1111 1111",
        "4111.1111.1111.1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "52 55 1234 5678 y 4111  1111  1111  1111",
        "002 010 07777777777 1",
    ],
)
def test_card_account_and_identity_numbers_are_masked(text: str) -> None:
    masked, found = mask(text)
    assert found
    assert MASK in masked
    assert not any(number in masked for number in ("1111", "378282", "00201007", "560427", "880326"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111 1111 1111 1111 123", f"{MASK} {MASK}"),
        ("4111111111111111 12/29 123 y un jetta 2019", f"{MASK} {MASK} {MASK} y un jetta 2019"),
        ("5555 5555 5555 4444 exp 12/29 cvc: 4321", f"{MASK} exp {MASK} cvc: {MASK}"),
        ("amex 3782 822463 10005, cvv 1234", f"amex {MASK}, cvv {MASK}"),
        ("meu cartão 4111111111111111 código de segurança 999", f"meu cartão {MASK} código de segurança {MASK}"),
        ("the security code is 999", f"the security code is {MASK}"),
        ("los tres dígitos de atrás son 123", f"los tres dígitos de atrás son {MASK}"),
        ("4111111111111111 150 mil de enganche, a 48 meses", f"{MASK} 150 mil de enganche, a 48 meses"),
        ("５５５５ ５５５５ ５５５５ ４４４４", MASK),
    ],
)
def test_the_code_and_the_expiry_beside_a_card_are_masked_with_it(text: str, masked: str) -> None:
    assert mask(text) == (masked, True)


@given(st.text(alphabet="0123456789 -.\n•/cv", max_size=60))
def test_masking_what_is_masked_changes_nothing_but_what_now_stands_beside_it(text: str) -> None:
    masked, found = mask(text)
    assert found == (MASK in masked)
    assert not any(number in masked for number in ("4111111111111111", "4111 1111 1111 1111"))


@pytest.mark.parametrize("size", range(14, 20))
@given(data=st.data())
def test_any_number_with_a_good_control_digit_is_masked_wherever_it_stands(size: int, data: st.DataObject) -> None:
    start = data.draw(st.text("123456789", min_size=1, max_size=1)) + data.draw(
        st.text("0123456789", min_size=size - 2, max_size=size - 2)
    )
    total = sum((d * 2 - 9 if d > 4 else d * 2) if at % 2 == 0 else d for at, d in enumerate(map(int, start[::-1])))
    number = start + str(-total % 10)
    for said in (number, f"es la {number}.", " ".join(number[at : at + 4] for at in range(0, size, 4)), f"x{number}\n"):
        masked, found = mask(said)
        if not said.startswith(number[:4] + " "):
            assert found
            assert number not in masked
        elif not found:  # groups that are years or prices, one after the other
            assert re.search(r"(?:19[89]|20[0-3])\d|00\b", said)


@pytest.mark.parametrize(
    "text",
    [
        "quiero uno de 250000 o 280,000 pesos",
        "mi cel es +52 55 1234 5678",
        "stock 306473, 45,000 km, modelo 2019",
        "1234567890123456",  # no card: the control digit is wrong
        "hola " * 50,
        "9" * 40,
        "0" * 16,
        "5215512345678",  # a telephone number whose digits pass the check
        "5511987654320",
        "2019 2020 2021 2022",
        "250000 300000 350000",
        "1. 250000\n2. 300000",
        "el de 3 dígitos",
    ],
)
def test_prices_phones_and_other_numbers_stay(text: str) -> None:
    assert mask(text) == (text, False)
