from __future__ import annotations

from pathlib import Path

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.errors import InvalidInput
from commercial_agent.understanding.amount_model import AmountModel, amount_model
from commercial_agent.understanding.amount_training import MarkedLine, load_marked, roles_right, training_lines

AMOUNTS = Path(__file__).parents[3] / "training" / "amounts"


@pytest.fixture(scope="module")
def heldout() -> tuple[MarkedLine, ...]:
    return load_marked(AMOUNTS / "heldout.yaml")


def test_amounts_of_lines_not_learned_from_get_their_role(heldout: tuple[MarkedLine, ...]) -> None:
    assert roles_right(amount_model(), heldout, Taxonomy.load()) >= 0.94


def test_no_held_out_line_is_learned_from(heldout: tuple[MarkedLine, ...]) -> None:
    learned = {line.text for line in training_lines(AMOUNTS)}
    assert len(learned) >= 1_000
    assert learned.isdisjoint(line.text for line in heldout)


def test_the_weights_survive_being_written() -> None:
    model = amount_model()
    assert AmountModel.from_json(model.to_json()) == model


def test_marks_are_taken_out_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "lines.yaml"
    path.write_text("es: |\n  no más de [price<=280 mil] y doy [down=50 mil]\n", encoding="utf-8")
    (line,) = load_marked(path)
    assert line.text == "no más de 280 mil y doy 50 mil"
    assert [(line.text[m.start : m.end], m.role, m.op) for m in line.marks] == [
        ("280 mil", "price", "<="),
        ("50 mil", "down", "="),
    ]


def test_a_file_without_languages_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lines.yaml"
    path.write_text("klingon: |\n  [price=1]\n", encoding="utf-8")
    with pytest.raises(InvalidInput):
        load_marked(path)
