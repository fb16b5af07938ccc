from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.aside_training import load_parts, train_asides
from commercial_agent.understanding.classifier import (
    MODEL_FOLDER,
    IntentClassifier,
    TextModel,
    load_aside,
    load_parameters,
    save_parameters,
)
from commercial_agent.understanding.segments import Segmenter
from commercial_agent.understanding.training import fit
from commercial_agent.understanding.training_data import Line, TrainingData


@lru_cache(1)
def segmenter() -> Segmenter:
    return Segmenter(IntentClassifier.load())


def intents(text: str, language: Language = Language.ES) -> list[Intent]:
    return [segment.intent for segment in segmenter().split(text, language)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mi hermano ya tiene cuatro chamacos, me enseñas camionetas de 7 plazas?", Intent.SEARCH),
        ("trabajo de noche y ando bien desvelado, ¿qué garantía dan?", Intent.WARRANTY),
        ("mi esposa no me suelta con lo del carro nuevo. ¿Dónde queda la sucursal?", Intent.BRANCHES),
        ("me chocaron el carro la semana pasada, ¿qué suv tienen?", Intent.SEARCH),
        ("¿a qué hora abren? es que vengo desde el rancho", Intent.BRANCHES),
    ],
)
def test_circumstances_are_no_wish_of_their_own(text: str, wanted: Intent) -> None:
    assert intents(text) == [wanted]


def test_circumstances_are_told_in_other_languages() -> None:
    assert intents("my old car finally died last week, do you deliver to Mérida?", Language.EN) == [Intent.DELIVERY]
    assert intents("meu irmão vive falando bem de vocês, qual é a garantia?", Language.PT) == [Intent.WARRANTY]


def test_a_message_of_circumstances_keeps_its_words_for_whom_looks_for_names() -> None:
    text = "a mi prima le salió muy bueno su onix, ¿tienen alguno?"
    (segment,) = segmenter().split(text, Language.ES)
    assert segment.text == text
    assert (segment.start, segment.end) == (0, len(text))


def test_each_wish_around_circumstances_stays() -> None:
    text = "busco un jetta automático. Mi mamá ya no quiere manejar estándar. ¿Y qué garantía dan?"
    assert intents(text) == [Intent.SEARCH, Intent.WARRANTY]


@pytest.mark.parametrize(
    "text", ["ya no voy a poder ir", "me llamo Rosa", "tengo 80 mil de enganche", "quiero hablar con alguien"]
)
def test_what_answers_or_orders_is_no_aside(text: str) -> None:
    assert not IntentClassifier.load().judge(text, Language.ES).aside


def test_the_weights_are_of_the_parts_and_of_the_intent_model_that_come_with_them() -> None:
    digest = load_parts(Path("training/asides"))[1]
    card = load_parameters(MODEL_FOLDER)[1]
    with np.load(MODEL_FOLDER / "asides.npz") as stored:
        assert str(stored["digest"][0]) == hashlib.sha256(f"{digest} {card['data_sha256']}".encode()).hexdigest()
        assert len(stored["weights"]) == len(load_parameters(MODEL_FOLDER)[0].idf)


def test_a_fit_learns_asides_and_is_used_with_its_model(tmp_path: Path) -> None:
    wishes = ["quiero un jetta", "busco una suv", "me muestras sedanes", "tienes versas", "dame opciones de mazda"] * 3
    lines = [Line(text, Intent.SEARCH.value, Language.ES) for text in wishes]
    lines += [Line(text, Intent.THANKS.value, Language.ES) for text in ("gracias", "mil gracias", "muy amable")]
    save_parameters(fit(lines).parameters, {"data_sha256": "x"}, tmp_path)
    parts = tmp_path / "parts"
    parts.mkdir()
    asides = ["mi primo sedanes", "mi tía muy versas", "mi papá mil opciones", "mi abuela una suv"]
    block = "".join(f"  {text}\n" for text in asides)
    (parts / "a.yaml").write_text(f"language: es\nasides: |\n{block}wishes: |\n  quiero opciones\n  busco versas\n")
    assert load_aside(tmp_path / "nothing") is None
    scores = train_asides(parts, TrainingData(tuple(lines), (), (), "x"), tmp_path)
    assert set(scores) == {"asides_found", "wishes_taken_for_asides"}
    model = TextModel(load_parameters(tmp_path)[0], aside=load_aside(tmp_path))
    assert not model.read("quiero un jetta", Language.ES).aside
