from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarReference
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest, PlanTerms
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Mexico_City"))
TERMS = PlanTerms(down_amount=Decimal(60_000), months=(48,))


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def after(
    kind: FinanceKind,
    price: str | None = "300000",
    *,
    income: Decimal | None = None,
    debts: Decimal | None = None,
    extra: Decimal | None = None,
) -> DialogueState:
    amount = Decimal(price) if price is not None else None
    last = FinanceRequest(Intent.QUOTE, kind, CarReference(), amount, TERMS, income=income, debts=debts, extra=extra)
    return DialogueState(
        turns=1, plan=TERMS, plan_kind=kind, plan_price=price, calculation=last, last_intent=Intent.QUOTE
    )


def asked(reader: LocalReader, text: str, state: DialogueState) -> FinanceRequest:
    (request,) = reader.read_now(text, state, NOW).requests
    assert isinstance(request, FinanceRequest)
    return request


@pytest.mark.parametrize(
    "text", ["y pagando 5,000 mensuales?", "y si cada mes diera 5 mil?", "e pagando 5 mil por mês?"]
)
def test_another_payment_asks_how_long_again(reader: LocalReader, text: str) -> None:
    request = asked(reader, text, after(FinanceKind.TERM_NEEDED))
    assert (request.kind, request.monthly_budget, request.price) == (
        FinanceKind.TERM_NEEDED,
        Decimal(5_000),
        Decimal(300_000),
    )


@pytest.mark.parametrize(
    "text", ["ups el precio estaba mal, el carro cuesta 280 mil", "oops wrong price, the car is 280k"]
)
def test_a_price_put_right_keeps_the_terms(reader: LocalReader, text: str) -> None:
    request = asked(reader, text, after(FinanceKind.QUOTE))
    assert (request.kind, request.price, request.terms) == (FinanceKind.QUOTE, Decimal(280_000), TERMS)


@pytest.mark.parametrize("text", ["y si ya liquido las tarjetas?", "and once the cards are paid off?"])
def test_debts_that_are_gone_leave_the_income(reader: LocalReader, text: str) -> None:
    state = after(FinanceKind.AFFORDABILITY, None, income=Decimal(30_000), debts=Decimal(4_000))
    request = asked(reader, text, state)
    assert (request.kind, request.income, request.debts) == (FinanceKind.AFFORDABILITY, Decimal(30_000), Decimal(0))


def test_the_plan_without_its_last_payment(reader: LocalReader) -> None:
    request = asked(reader, "ok y ahora sin dejar ese pago grande al final", after(FinanceKind.BALLOON))
    assert (request.kind, request.price, request.balloon) == (FinanceKind.QUOTE, Decimal(300_000), None)


def test_a_bare_figure_replaces_the_term_of_its_size(reader: LocalReader) -> None:
    state = after(FinanceKind.PREPAYMENT, extra=Decimal(30_000))
    request = asked(reader, "y si mejor fueran 50 mil?", state)
    assert (request.kind, request.extra) == (FinanceKind.PREPAYMENT, Decimal(50_000))
