"""Words of a plan in hand, in any order and under any label."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarReference
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import CatalogRequest, FinanceKind, FinanceRequest, PlanTerms, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Mexico_City"))
TERMS = PlanTerms(down_amount=Decimal(60_000), months=(48,))
LAST = FinanceRequest(Intent.QUOTE, FinanceKind.QUOTE, CarReference(), Decimal(300_000), TERMS)
PLANNED = DialogueState(
    turns=1, plan=TERMS, plan_kind=FinanceKind.QUOTE, plan_price="300000", calculation=LAST, last_intent=Intent.QUOTE
)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def read(reader: LocalReader, text: str, state: DialogueState) -> tuple[Request, ...]:
    return reader.read_now(text, state, NOW).requests


def plan(reader: LocalReader, text: str) -> FinanceRequest:
    (request,) = read(reader, text, PLANNED)
    assert isinstance(request, FinanceRequest)
    return request


@pytest.mark.parametrize(
    "text",
    [
        "siempre no pienso dar nada de anticipo", "quítale el enganche", "ya no cuento con enganche",
        "forget the down payment", "I'm not putting anything down after all", "no fim não vou dar nada de entrada",
    ],
)  # fmt: skip
def test_nothing_is_paid_down_in_any_words(reader: LocalReader, text: str) -> None:
    assert plan(reader, text).terms.down_amount == 0


@pytest.mark.parametrize(
    "text", ["no, que el enganche sea del 30%", "cámbiale el enganche al 30%", "mejor al 30%", "make it 30% down"]
)
def test_a_share_without_a_rate_is_paid_down(reader: LocalReader, text: str) -> None:
    request = plan(reader, text)
    assert (request.terms.down_percent, request.claimed_rate_percent) == (Decimal(30), None)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("si ago 60 mensualidades", 60), ("can I do 60 payments instead", 60), ("if I take 3 years", 36),
        ("con la misma tasa pero en 72 cuánto sería?", 72), ("12 meses más", 60), ("quítale un año", 36),
        ("one more year", 60),
    ],
)  # fmt: skip
def test_another_term_is_one_of_the_plan(reader: LocalReader, text: str, months: int) -> None:
    request = plan(reader, text)
    assert (request.kind, request.terms.months) == (FinanceKind.QUOTE, (months,))


@pytest.mark.parametrize(
    ("text", "down"),
    [
        ("auméntale 20 mil al enganche", 80_000), ("bájale 10 mil al enganche", 50_000),
        ("fíjate que nada más junté 40 mil", 40_000), ("no deposit, same months", 0),
    ],
)  # fmt: skip
def test_the_down_payment_moves_by_a_step_or_to_what_there_is(reader: LocalReader, text: str, down: int) -> None:
    assert plan(reader, text).terms.down_amount == down


@pytest.mark.parametrize(
    "text", ["era broma, el auto vale 180,000", "mentira, son 180 mil", "how about the car costing 180k"]
)
def test_a_price_taken_back_is_another_price(reader: LocalReader, text: str) -> None:
    request = plan(reader, text)
    assert (request.price, request.terms) == (Decimal(180_000), TERMS)


@pytest.mark.parametrize(
    "text", ["de todo eso cuánto se va en intereses", "cuánto le regalo al banco en intereses", "disso quanto é juros?"]
)
def test_the_interest_is_that_of_the_plan(reader: LocalReader, text: str) -> None:
    assert plan(reader, text).kind is FinanceKind.QUOTE


@pytest.mark.parametrize("text", ["me urge, tengo 120 mil en efectivo", "algo pa mi hijo, tengo 200"])
def test_what_one_has_for_a_car_is_a_limit(reader: LocalReader, text: str) -> None:
    (request,) = read(reader, text, DialogueState())
    assert isinstance(request, CatalogRequest)
    assert request.criteria.price.high in (Decimal(120_000), Decimal(200_000))


@pytest.mark.parametrize("text", ["bom dia, gente!", "stop and go traffic every day, so an automatic please"])
def test_neither_a_greeting_nor_traffic_ends_the_talk(reader: LocalReader, text: str) -> None:
    intents = {request.intent for request in read(reader, text, DialogueState())}
    assert not intents & {Intent.HUMAN, Intent.OPT_OUT}


def test_every_term_asked_behind_a_plan_is_of_that_plan(reader: LocalReader) -> None:
    (request,) = read(reader, "fico com o primeiro dando 30%. Me passa todos os prazos", DialogueState())
    assert request.intent.agent is Agent.FINANCE
    assert isinstance(request, FinanceRequest)
    assert (request.kind, request.terms.down_percent) == (FinanceKind.TERMS, Decimal(30))
