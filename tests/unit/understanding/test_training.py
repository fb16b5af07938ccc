from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.classifier import TextModel
from commercial_agent.understanding.evaluation import calibration_error, recall_at, with_typos, without_accents
from commercial_agent.understanding.text import fold
from commercial_agent.understanding.training import accuracy, fit, macro_f1
from commercial_agent.understanding.training_data import Line, TrainingData, load_training_data


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return load_training_data(Path("training/intents"))


def test_every_intent_has_enough_utterances_in_every_language(data: TrainingData) -> None:
    lines = Counter((line.language, line.label) for line in data.train)
    for intent in Intent:
        if intent != Intent.UNCLEAR:  # what none of the others is
            assert lines[Language.ES, intent.value] >= 100, intent
            assert lines[Language.EN, intent.value] >= 48, intent
            assert lines[Language.PT, intent.value] >= 48, intent


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", fold(text)).strip()


def test_no_held_out_line_is_learned_from(data: TrainingData) -> None:
    learned = {plain(line.text) for line in data.train if plain(line.text)}
    assert not [line.text for line in (*data.heldout, *data.idiom) if plain(line.text) in learned]


def test_no_utterance_has_two_labels(data: TrainingData) -> None:
    labels: dict[str, set[str]] = {}
    for line in data.train:
        labels.setdefault(plain(line.text) or line.text, set()).add(line.label)
    assert not {text: found for text, found in labels.items() if len(found) > 1}


def test_the_digest_follows_the_data(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("language: es\ntrain:\n  concierge.deny: |\n    no\n", encoding="utf-8")
    first = load_training_data(tmp_path)
    assert [line.text for line in first.train] == ["no"]
    file.write_text("language: es\ntrain:\n  concierge.deny: |\n    nel\n", encoding="utf-8")
    assert load_training_data(tmp_path).digest != first.digest


def test_the_lines_kept_apart_are_many_and_not_in_the_digest(tmp_path: Path, data: TrainingData) -> None:
    assert len(data.heldout) >= 250
    assert sum(line.label == Intent.OUT_OF_SCOPE for line in data.heldout) >= 60
    folder, apart = tmp_path / "intents", tmp_path / "heldout"
    folder.mkdir()
    apart.mkdir()
    (folder / "a.yaml").write_text("language: es\ntrain:\n  concierge.deny: |\n    no\n", encoding="utf-8")
    before = load_training_data(folder)
    (apart / "b.yaml").write_text("language: es\nheldout:\n  concierge.deny: |\n    nel\n", encoding="utf-8")
    after = load_training_data(folder)
    assert [line.text for line in after.heldout] == ["nel"]
    assert after.digest == before.digest


def test_an_unknown_intent_in_the_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("language: es\ntrain:\n  catalog.fly: |\n    vuela\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"catalog\.fly"):
        load_training_data(tmp_path)


def test_fitting_learns_to_tell_classes_apart() -> None:
    texts = {
        "fruit": [
            "ripe red apples",
            "green apples and pears",
            "sweet pears",
            "apple juice",
            "pear tart",
            "an apple a day",
        ],
        "sea": [
            "blue waves",
            "sailing boats",
            "boats on the waves",
            "salty water",
            "a sailing trip",
            "deep blue water",
        ],
    }
    lines = [Line(text, label, Language.EN) for label, group in texts.items() for text in group]
    steps: list[str] = []
    fitted = fit(lines, trade=False, progress=steps.append)
    model = TextModel(fitted.parameters)
    for text, label in [("aples and paers", "fruit"), ("a boat upon blue waters", "sea")]:
        reading = model.read(text, Language.EN)
        assert model.labels[reading.order[0]] == label
    assert "final fit" in steps
    nearer, farther = model.read("sweet apples", Language.EN), model.read("quantum tax law", Language.EN)
    assert nearer.in_scope > farther.in_scope


def test_scores_are_what_they_say() -> None:
    truth, chosen = ["a", "a", "b", "c"], ["a", "b", "b", "b"]
    assert accuracy(truth, chosen) == 0.5
    assert macro_f1(truth, chosen) == pytest.approx((2 / 3 + 0.5 + 0) / 3)
    assert calibration_error([1.0, 1.0, 0.0, 0.0], [True, True, False, False]) == 0
    assert calibration_error([0.95, 0.95], [False, False]) == pytest.approx(0.95)
    assert recall_at([0.9] * 99 + [0.5], [0.1, 0.2, 0.95], 0.03) == pytest.approx(2 / 3)


def test_variants_of_a_text() -> None:
    import random

    assert without_accents("¿Qué garantía?").split() == ["Que", "garantia"]
    changed = with_typos("quiero un jetta", 2, random.Random(1))
    assert changed != "quiero un jetta"
    assert abs(len(changed) - len("quiero un jetta")) <= 2
