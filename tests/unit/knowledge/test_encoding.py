"""Vectors: accents, stems, misspellings and the words of the trade meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.knowledge.encoding import (
    DIMENSIONS,
    Fields,
    Statistics,
    covered,
    encode_passage,
    encode_question,
    literal,
    mentions,
)

TEXTS = ("La garantía dura tres meses.", "Pagas por transferencia bancaria.", "Abrimos los domingos en la sede.")


@pytest.fixture(scope="module")
def index() -> tuple[list[set[int]], Statistics, list[dict[int, float]]]:
    encoded = [encode_passage(Fields("", (), text), 6.0) for text in TEXTS]
    counts: dict[int, int] = {}
    for one in encoded:
        for number in one.numbers:
            counts[number] = counts.get(number, 0) + 1
    return [set(one.numbers) for one in encoded], Statistics.of(1, len(TEXTS), counts), [one.vector for one in encoded]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("GARANTIA", 0),
        ("¿las garantías?", 0),
        ("garatnia", 0),
        ("trasnferensia", 1),
        ("¿qué día abre la sucursal?", 2),
        ("¿la agencia?", 2),
    ],
)
def test_a_question_meets_its_passage_however_it_is_written(
    index: tuple[list[set[int]], Statistics, list[dict[int, float]]], question: str, place: int
) -> None:
    _, statistics, vectors = index
    asked = encode_question(question, "es", statistics).vector
    scores = [sum(weight * vector.get(number, 0.0) for number, weight in asked.items()) for vector in vectors]
    assert scores.index(max(scores)) == place
    assert max(scores) > 0


def test_languages_meet_in_the_words_of_the_trade(
    index: tuple[list[set[int]], Statistics, list[dict[int, float]]],
) -> None:
    numbers, statistics, _ = index
    assert covered(encode_question("warranty", "en", statistics), numbers[0]) > 0.5


def test_a_word_nobody_says_is_covered_by_none(
    index: tuple[list[set[int]], Statistics, list[dict[int, float]]],
) -> None:
    numbers, statistics, _ = index
    question = encode_question("¿venden helicópteros?", "es", statistics)
    assert max(covered(question, one) for one in numbers) < 0.5


@given(st.text(max_size=300), st.sampled_from(["es", "en", "pt", "xx"]))
def test_any_text_can_be_asked_and_stays_within_the_space(text: str, language: str) -> None:
    statistics = Statistics.of(1, 10, {})
    question = encode_question(text, language, statistics)
    assert question.vector == {}
    assert covered(question, frozenset()) == 0.0
    passage = encode_passage(Fields("t", ("h",), text, (text,), (language,)), 10.0)
    assert all(0 < number < DIMENSIONS for number in passage.numbers)
    assert all(weight > 0 for weight in passage.vector.values())


@given(st.dictionaries(st.integers(1, DIMENSIONS - 1), st.floats(0.001, 100), max_size=20))
def test_a_vector_is_written_in_ascending_order(vector: dict[int, float]) -> None:
    inside = literal(vector).partition("}")[0].strip("{")
    numbers = [int(pair.partition(":")[0]) for pair in inside.split(",") if pair]
    assert numbers == sorted(vector)


def test_rare_terms_stay_within_their_budget() -> None:
    counts = dict.fromkeys(encode_passage(Fields("", (), TEXTS[0]), 6.0).numbers, 10)
    question = encode_question(TEXTS[0], "es", Statistics.of(1, 1000, counts), budget=35)
    assert 1 <= len(question.rare) <= 4


def test_a_concept_is_seen_in_every_language() -> None:
    assert mentions("¿cuántas sedes tienen?", "es", "how_many")
    assert mentions("how many branches?", "en", "how_many")
    assert not mentions("¿dónde están?", "es", "how_many")
