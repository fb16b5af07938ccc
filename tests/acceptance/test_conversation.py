"""The conversation that every version must hold, through the real server."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import Server

from commercial_agent.finance import quote

CATALOG = Path(__file__).parents[2] / "dealership" / "catalog.csv"

SPANISH = (
    "hola",
    "busco un sedán automático de menos de 280 mil",
    "el segundo, ¿cuánto queda a 48 meses con 20% de enganche?",
    "y a 60?",
    "¿qué garantía tiene?",
    "¿y dónde lo puedo ver en Puebla?",
    "quiero hablar con una persona",
)
ENGLISH = (
    "hi there",
    "I'm looking for an automatic sedan under 280 thousand",
    "the second one, how much is it over 48 months with 20% down?",
    "and at 60?",
    "what warranty does it have?",
    "and where can I see it in Puebla?",
    "I want to talk to a person",
)


def stock() -> dict[str, dict[str, str]]:
    with CATALOG.open(encoding="utf-8") as file:
        return {row["stock_id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(("language", "lines"), [("es", SPANISH), ("en", ENGLISH)])
def test_the_whole_conversation_is_answered_with_true_facts(
    server: Server, language: str, lines: tuple[str, ...]
) -> None:
    answers: list[dict[str, Any]] = [server.ask(f"whole-{language}", line) for line in lines]
    greeting, search, plan, longer, warranty, branches, human = answers
    assert [a["language"] for a in answers] == [language] * 7

    assert greeting["intents"] == ["concierge.greeting"]
    assert greeting["reply"]

    cars = stock()
    assert search["agent"] == "catalog"
    assert 2 <= len(search["cars"]) <= 3
    assert all(Decimal(cars[stock_id]["price"]) <= 280_000 for stock_id in search["cars"])
    second = search["cars"][1]

    price = Decimal(cars[second]["price"])
    for answer, months in ((plan, 48), (longer, 60)):
        (quoted,) = answer["quotes"]
        expected = quote(price, price * Decimal("0.20"), months)
        assert quoted["stock_id"] == second
        assert (quoted["months"], quoted["monthly_payment"]) == (months, str(expected.monthly_payment))
        assert f"{expected.monthly_payment:,.2f}" in answer["reply"]

    assert warranty["agent"] == "info"
    assert any("garantia" in source or "warranty" in source for source in warranty["sources"])

    assert "Explanada" in branches["reply"]
    assert "Las Torres" in branches["reply"]

    assert human["handoff"] is True
    assert human["reply"]
    silent = server.ask(f"whole-{language}", lines[1])
    assert (silent["reply"], silent["handoff"]) == ("", True)


def test_two_customers_never_share_anything(server: Server) -> None:
    server.ask("ana", "busco un sedán automático de menos de 280 mil")
    answer = server.ask("beto", "el segundo, ¿cuánto queda a 48 meses?")
    assert answer["quotes"] == []
    assert answer["cars"] == []
