from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.cars import CarReference, Order, Range
from commercial_agent.errors import InvalidInput
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.entity_evaluation import NOW, as_text, evaluate_entities, load_labelled


@pytest.fixture(scope="module")
def reader() -> EntityReader:
    return EntityReader(Taxonomy.load())


def test_values_are_written_as_in_the_labels() -> None:
    assert as_text(Range(high=Decimal("250000"))) == "..250000"
    assert as_text(Range(Decimal("2018"), Decimal("2020"))) == "2018..2020"
    assert as_text(Order("price", descending=True)) == "price desc"
    assert as_text(CarReference(ordinals=(1, 2))) == "#1,2"
    assert as_text(CarReference(order=Order("km"))) == "km asc"
    assert as_text(CarReference(shown=True)) == "shown"
    assert as_text(Decimal("20.00")) == "20"
    assert as_text((36, 48)) == "36,48"
    assert as_text(date(2026, 11, 21)) == "2026-11-21"
    assert as_text(time(9, 5)) == "09:05"


def test_a_missed_and_an_invented_value_both_cost(tmp_path: Path, reader: EntityReader) -> None:
    file = tmp_path / "labels.yaml"
    file.write_text("es: |\n  un jetta 2018 => model=Volkswagen/Jetta; city=Puebla\n", encoding="utf-8")
    figures = evaluate_entities(load_labelled(file), reader)
    assert figures["precision"] == 0.5
    assert figures["recall"] == 0.5
    assert figures["f1"] == 0.5
    assert figures["wrong"] == [("un jetta 2018", [("city", "Puebla")], [("year", "2018..2018")])]


def test_the_labelled_values_are_read(reader: EntityReader) -> None:
    messages = load_labelled(Path("training/entities.yaml"))
    assert NOW.isoweekday() == 5
    assert len(messages) >= 200
    assert len({message.text for message in messages}) == len(messages)
    assert evaluate_entities(messages, reader)["f1"] >= 0.95


@pytest.mark.parametrize("content", ["es: |\n  hola\n", "es: |\n  hola => price\n", "fr: |\n  bonjour => \n", "- a\n"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "labels.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput):
        load_labelled(file)
