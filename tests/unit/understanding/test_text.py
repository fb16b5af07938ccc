from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.understanding.text import MAX_CHARS, FoldedText, fold, squeeze, tokenize


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("¿Cuánto CUESTA?", "?cuanto cuesta?"),
        ("pin\u0303ata", "pinata"),
        ("je\u200btta", "jetta"),
        ("\u202ejetta\u202c", "jetta"),
        ("a\x00b\tc", "a b c"),
        ("uno\r\ndos", "uno\n\ndos"),
        ("\uff12\uff10\uff11\uff19", "2019"),
        ("\u0662\u0660", "20"),
        ("I\u2019m \u201cok\u201d", 'i\'m "ok"'),
        ("4 \u2014 5", "4 - 5"),
        ("\ud83d", " "),
    ],
)
def test_folding_leaves_plain_words(typed: str, plain: str) -> None:
    assert fold(typed) == plain


def test_only_the_beginning_of_a_long_message_is_read() -> None:
    assert len(fold("a" * 10_000)) == MAX_CHARS


def test_numbers_keep_their_separators_and_glued_letters() -> None:
    assert [token.text for token in tokenize("$250,000 o 1.2M, cx5")] == ["$", "250,000", "o", "1.2m", ",", "cx5"]


@given(st.text(max_size=300))
def test_every_token_leads_back_to_what_was_typed(text: str) -> None:
    folded = FoldedText(text)
    for token in folded.tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert token.text in fold(text[token.start : token.end])
    assert folded.text == fold(text)


def test_stretched_words_meet_their_plain_form() -> None:
    assert squeeze("holaaaa") == squeeze("holaa") == "hola"
