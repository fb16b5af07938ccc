from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.segments import Segmenter
from commercial_agent.understanding.training_data import load_training_data


@lru_cache(1)
def loaded() -> Segmenter:
    return Segmenter(IntentClassifier.load())


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return loaded()


def intents(segmenter: Segmenter, text: str, language: Language = Language.ES) -> list[Intent]:
    return [segment.intent for segment in segmenter.split(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hola, busco un jetta y ¿qué garantía dan?", [Intent.GREETING, Intent.SEARCH, Intent.WARRANTY]),
        ("gracias, ¿dónde están?", [Intent.THANKS, Intent.BRANCHES]),
        ("quiero un versa y también vender mi carro", [Intent.SEARCH, Intent.SELL_CAR]),
        ("Buenas tardes. ¿Qué tasa manejan? ¿Abren los domingos?", [Intent.GREETING, Intent.RULES, Intent.BRANCHES]),
    ],
)
def test_each_wish_of_a_message_is_found_in_order(segmenter: Segmenter, text: str, expected: list[Intent]) -> None:
    assert intents(segmenter, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "un sedán o un suv de menos de 300 y automático",
        "200 mil con 20 % de enganche a 48 meses",
        "qué diferencia hay entre el jetta y el vento",
        "busco camioneta, que sea blanca, con bluetooth y de menos de 400 mil",
        "con 50 mil de enganche, a 48 meses, ¿cuánto pagaría?",
        "me llamo Ana María y Luz es mi apellido",
    ],
)
def test_one_wish_is_not_cut(segmenter: Segmenter, text: str) -> None:
    assert len(intents(segmenter, text)) == 1


def test_most_messages_with_several_wishes_are_read_whole(segmenter: Segmenter) -> None:
    messages = load_training_data(Path("training/intents")).mixed
    exact = sum([i.value for i in intents(segmenter, text, lang)] == list(wanted) for text, lang, wanted in messages)
    assert len(messages) >= 40
    assert exact >= 0.75 * len(messages)


def test_single_wishes_stay_single(segmenter: Segmenter) -> None:
    lines = load_training_data(Path("training/intents")).heldout
    whole = sum(len(segmenter.split(line.text, line.language)) == 1 for line in lines)
    assert whole >= 0.90 * len(lines)  # lines in idioms the model has not met


def test_an_unsure_reading_offers_the_likeliest_intents(segmenter: Segmenter) -> None:
    (segment,) = segmenter.split("blarf zuip trelo", Language.ES)
    assert segment.intent in (Intent.UNCLEAR, Intent.OUT_OF_SCOPE)
    if segment.intent == Intent.UNCLEAR:
        assert 2 <= len(segment.choices) <= 3


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["hola", "y", ",", "¿qué", "jetta", "?", ".", "\n", "\x00", "🙂"])).map(" ".join)
)
def test_segments_lie_in_the_text_in_order(text: str) -> None:
    found = loaded().split(text, Language.ES)
    assert found
    position = 0
    for segment in found:
        assert position <= segment.start <= segment.end <= len(text)
        assert text[segment.start : segment.end] == segment.text
        position = segment.end


@pytest.mark.parametrize(
    "text", ["¿cómo estás?", "Hola, ¿cómo estás?", "buenas tardes", "oi, tudo bem?", "hi there, how are you?"]
)
def test_a_mere_greeting_is_one(text: str) -> None:
    assert [segment.intent for segment in loaded().split(text, Language.ES)] == [Intent.GREETING]
