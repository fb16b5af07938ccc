from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commercial_agent.commands.evaluate import app

WORDS = {"fruit": ["apple", "pear", "plum", "grape"], "sea": ["wave", "boat", "salt", "sail"]}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    train = [[f"{word} {number}th {other}", label] for label, words in WORDS.items() for word in words
             for number, other in enumerate(words)]  # fmt: skip
    test = [["pear plum", "fruit"], ["boat sail", "sea"]]
    variants = {"typo1": ["paer plum", "baot sail"]}
    content = {"name": "toy", "lang": "en", "train": train, "test": test, "oos": ["tax law"], "variants": variants}
    file = tmp_path / "toy.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_a_data_set_is_fitted_and_measured(dataset: Path) -> None:
    done = CliRunner().invoke(app, ["intents", "--dataset", str(dataset), "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert figures["clean"] == {"accuracy": 1.0, "macro_f1": 1.0}
    assert figures["typo1"]["accuracy"] == 1.0
    assert figures["out_of_scope_recall_at_5"] == 1.0


@pytest.mark.parametrize("content", ["", "[]", '{"lang": "xx"}', '{"lang": "en", "train": [["a"]], "test": []}'])
def test_a_file_of_another_form_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content, encoding="utf-8")
    done = CliRunner().invoke(app, ["intents", "--dataset", str(file)])
    assert done.exit_code == 2
    assert "not an intent data set" in " ".join(done.stderr.replace("│", " ").split())


def test_the_understanding_is_measured_on_labelled_messages(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    rows = [
        {"user": "busco un jetta automático", "agent": "catalog", "lang": "es"},
        {"user": ["hola", "¿qué garantía dan?"], "agent": "info", "lang": "es"},
        {"user": "¿cuánto pagaría al mes por un versa?", "agent": "info", "lang": "es"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    done = CliRunner().invoke(app, ["understanding", "--messages", str(file), "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert figures["messages"]["agent_accuracy"] == pytest.approx(2 / 3)
    assert [one["found"] for one in figures["messages"]["disagreements"]] == ["finance"]
    assert figures["clean"]["macro_f1"] >= 0.42  # of the blind, idiomatic split; see its floor in test_classifier.py
    assert 0 <= figures["out_of_scope_recall_at_3"] <= figures["out_of_scope_recall_at_5"] <= 1


def test_messages_of_another_form_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"text": "hola"}', encoding="utf-8")
    done = CliRunner().invoke(app, ["understanding", "--messages", str(file)])
    assert done.exit_code == 2
