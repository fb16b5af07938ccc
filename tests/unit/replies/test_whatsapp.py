from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.replies.whatsapp import split, units

WORDS = st.text(alphabet="abcdeñ😀 .\n?", min_size=0, max_size=900)


def test_a_short_reply_is_one_message() -> None:
    assert split("  Hola, ¿qué tal?  ") == ("Hola, ¿qué tal?",)


def test_a_blank_reply_is_no_message() -> None:
    assert split(" \n ") == ()


def test_a_limit_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        split("hola", 3)


def test_cuts_fall_between_paragraphs_where_they_fit() -> None:
    first, second = "a" * 40, "b" * 40
    assert split(f"{first}\n\n{second}", 60) == (first, second)


def test_cuts_fall_between_sentences_next() -> None:
    text = "Una frase corta aquí. Otra frase corta aquí. Y otra más por aquí."
    assert all(part.endswith(".") for part in split(text, 40))


def test_bold_that_is_cut_is_closed_and_opened_again() -> None:
    parts = split("*" + "palabra " * 20 + "fin*", 60)
    assert len(parts) > 1
    assert all(part.startswith("*") and part.endswith("*") for part in parts)


def test_emoji_count_as_two_units_and_are_never_cut() -> None:
    parts = split("😀" * 100, 20)
    assert all(units(part) <= 20 for part in parts)
    assert "".join(parts) == "😀" * 100


def test_an_address_stays_whole() -> None:
    address = "https://example.com/" + "x" * 30
    assert any(address in part for part in split("palabra " * 12 + address, 70))


@given(WORDS, st.integers(min_value=16, max_value=120))
def test_parts_hold_every_word_in_order_within_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < units(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
