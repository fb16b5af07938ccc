"""How long reading a message takes: language, intents, entities, dialogue state; whole taxonomy loaded."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from commercial_agent.catalog.taxonomy import Taxonomy
from commercial_agent.conversation.cars import CarCriteria, CarMention, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import FinanceKind, PlanTerms
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 12, tzinfo=ZONE)
ROUNDS = 30

MESSAGES = (
    "hola",
    "busco un mazda 3 automático del 2018 pa arriba con menos de 60 mil km y hasta 280 mil",
    "qué suv tienen entre 250 y 350?",
    "algo más barato",
    "el segundo cuánto queda a 48 meses con 20% de enganche",
    "y a 60?",
    "gano 22 mil al mes y pago 3 mil de tarjetas, me alcanza?",
    "un siviv o una corola que no sea roja",
    "que quepa en mi cochera de 4.3 m",
    "quiero una cita el sábado a las 11 en Puebla, soy Ana",
    "¿qué cubre la garantía y cuánto dura?",
    "quiero vender mi aveo 2015 con 90 mil km",
    "do you have any hondas under 250k with low mileage?",
    "how much would the second one be over 60 months?",
    "tem algum corolla automático até 200 mil?",
    "gracias, y del jetta que me pasaste es estándar?",
)


def _state() -> DialogueState:
    names = (("Volkswagen", "Jetta"), ("Honda", "Civic"), ("Mazda", "3"))
    shown = tuple(
        CarMention(str(n), make, model, 2019, "", Decimal(240_000), 50_000, "sedan", "automatic", 4_600)
        for n, (make, model) in enumerate(names)
    )
    return DialogueState(
        criteria=CarCriteria(body_styles=("sedan",), price=Range(high=Decimal(300_000))),
        shown=shown,
        focus="0",
        plan=PlanTerms(down_percent=Decimal(20), months=(48,)),
        plan_kind=FinanceKind.QUOTE,
        last_intent=Intent.QUOTE,
    )


def _timed(read: Callable[[str], object]) -> list[float]:
    """Milliseconds of each reading, the first round (caches fill) left out."""
    for message in MESSAGES:
        read(message)
    spent = []
    for _ in range(ROUNDS):
        for message in MESSAGES:
            began = time.perf_counter()
            read(message)
            spent.append((time.perf_counter() - began) * 1000)
    return spent


def run() -> list[tuple[str, str, str]]:
    """The figures: (what, ours, beside what)."""
    began = time.perf_counter()
    entities = EntityReader(Taxonomy.load(), time_zone=ZONE)
    reader = LocalReader(IntentClassifier.load(), entities)
    reader.read_now(MESSAGES[1], DialogueState(), NOW)
    ready = (time.perf_counter() - began) * 1000
    state = _state()
    whole = _timed(lambda text: reader.read_now(text, state, NOW))
    ours = _timed(lambda text: entities.read(text, Language.ES, NOW))
    pasted = "busco un jetta entre 200 y 300 mil o algo parecido " * 200
    began = time.perf_counter()
    reader.read_now(pasted, state, NOW)
    longest = (time.perf_counter() - began) * 1000
    return [
        ("whole reading, p50", f"{statistics.median(whole):.2f} ms", "at most 3 ms"),
        ("whole reading, p99", f"{statistics.quantiles(whole, n=100)[98]:.2f} ms", "at most 10 ms"),
        ("entities alone, p50", f"{statistics.median(ours):.2f} ms", "at most 2 ms"),
        ("a pasted page of 10,000 characters", f"{longest:.1f} ms", "at most 50 ms"),
        ("indexes and weights loaded, first message read", f"{ready:.0f} ms", "once a process"),
    ]


if __name__ == "__main__":
    for figure, value, beside in run():
        print(f"{figure:50} {value:>12}   {beside}")
