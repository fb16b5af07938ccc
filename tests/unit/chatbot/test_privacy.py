from __future__ import annotations

import pytest

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
    ],
)
def test_card_account_and_identity_numbers_are_masked(text: str) -> None:
    masked, found = mask(text)
    assert found
    assert MASK in masked
    assert not any(number in masked for number in ("1111", "378282", "00201007", "560427", "880326"))


@pytest.mark.parametrize(
    "text",
    [
        "quiero uno de 250000 o 280,000 pesos",
        "mi cel es +52 55 1234 5678",
        "stock 306473, 45,000 km, modelo 2019",
        "1234567890123456",  # no card: the control digit is wrong
        "hola " * 50,
        "9" * 40,
    ],
)
def test_prices_phones_and_other_numbers_stay(text: str) -> None:
    assert mask(text) == (text, False)
