"""A price bargained over in many words, and what only sounds like it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.cars import CarCriteria, CarMention
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import ConciergeRequest
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 20, 10, tzinfo=ZONE)
SHOWN = DialogueState(
    turns=2,
    criteria=CarCriteria(models=("Mazda/3",)),
    shown=(
        CarMention("1", "Mazda", "3", 2019, "2.0 I", Decimal(289_000), 40_000),
        CarMention("2", "Mazda", "3", 2021, "2.5 S", Decimal(349_000), 20_000),
    ),
    last_intent=Intent.SEARCH,
)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return LocalReader(IntentClassifier.load(), EntityReader(Taxonomy.load(), time_zone=ZONE))


@pytest.mark.parametrize(
    "text",
    [
        "¿es lo último en que me lo deja?",
        "¿en cuánto lo más bajito?",
        "está caro, ¿en cuánto es lo último?",
        "échame la mano con el precio",
        "siquiera diez mil pesos menos",
        "ni 5 mil de descuento?",
        "come on, at least 10k off",
        "any wiggle room?",
        "what's the lowest you'd take?",
        "pelo menos uns 5 mil a menos",
        "qual o último preço?",
    ],
)
def test_the_price_of_a_car_shown_is_bargained_over(reader: LocalReader, text: str) -> None:
    request = reader.read_now(text, SHOWN, NOW).requests[0]
    assert isinstance(request, ConciergeRequest)
    assert (request.intent, request.subject) == (Intent.MANIPULATION, "discount")


@pytest.mark.parametrize(
    "text",
    [
        "¿cuál es el último?",
        "el más barato",
        "de menos de 300 mil",
        "algo más barato, de unos 250",
        "¿y el enganche mínimo?",
    ],
)
def test_a_wish_for_less_is_no_bargain(reader: LocalReader, text: str) -> None:
    requests = reader.read_now(text, SHOWN, NOW).requests
    assert all(request.intent is not Intent.MANIPULATION for request in requests)
