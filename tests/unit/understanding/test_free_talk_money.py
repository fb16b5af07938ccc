"""Free talk about money: what a budget reaches, credit refused, plans weighed, other currencies."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarCriteria, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest, FinanceKind, FinanceRequest, PlanTerms, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))
PLANNED = DialogueState(
    plan_kind=FinanceKind.QUOTE,
    plan_price="240000",
    plan=PlanTerms(down_amount=Decimal(50_000), months=(36,)),
    months_quoted=(36, 60),
    last_intent=Intent.QUOTE,
)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def read(reader: LocalReader, text: str, state: DialogueState | None = None) -> tuple[Request, ...]:
    return reader.read_now(text, state or DialogueState(), NOW).requests


def money(requests: tuple[Request, ...]) -> FinanceRequest:
    return next(request for request in requests if isinstance(request, FinanceRequest))


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("puedo pagar 5500 al mes y traigo 40 mil de enganche, qué hatchbacks me alcanzan", ("hatchback",)),
        ("gano 28 mil y busco una pickup", ("pickup",)),
        ("I earn 35k a month, which sedans can I afford?", ("sedan",)),
    ],
)
def test_the_cars_looked_for_are_those_a_budget_reaches(
    reader: LocalReader, text: str, bodies: tuple[str, ...]
) -> None:
    requests = read(reader, text)
    assert not any(isinstance(request, CatalogRequest) for request in requests)
    assert money(requests).criteria.body_styles == bodies


def test_a_car_refused_is_not_what_a_budget_is_asked_of(reader: LocalReader) -> None:
    request = money(read(reader, "la duster no la quiero, qué suvs me alcanzan con 6000 al mes"))
    assert request.kind is FinanceKind.MAX_PRICE
    assert request.criteria.body_styles == ("suv",)


@pytest.mark.parametrize(
    "text",
    [
        "no quiero crédito, qué sedanes tienes de 200 mil",
        "busco una suv de 300 mil, la pago de contado",
        "I don't want financing, show me sedans under 250k",
    ],
)
def test_credit_refused_makes_no_plan(reader: LocalReader, text: str) -> None:
    understanding = reader.read_now(text, DialogueState(), NOW)
    assert understanding.pays_cash is True
    assert not any(isinstance(request, FinanceRequest) for request in understanding.requests)


@pytest.mark.parametrize(
    ("text", "cash"),
    [("si pago de contado me hacen descuento?", None), ("a 48 meses con 20% uno de 300 mil", False)],
)
def test_what_refuses_no_credit(reader: LocalReader, text: str, cash: bool | None) -> None:
    assert reader.read_now(text, DialogueState(), NOW).pays_cash is cash


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("compárame 36 contra 72", (36, 72)),
        ("cuál me sale más barato al final?", (36, 60)),
        ("which one costs me less?", (36, 60)),
        ("cuánto más pagaría de intereses a 72?", (36, 72)),
    ],
)
def test_terms_are_weighed_against_each_other(reader: LocalReader, text: str, months: tuple[int, ...]) -> None:
    request = money(read(reader, text, PLANNED))
    assert request.kind is FinanceKind.TERMS
    assert request.terms.months == months


@pytest.mark.parametrize("text", ["around 18k USD for a family SUV", "traigo 12 mil dólares para una camioneta"])
def test_an_amount_in_another_currency_is_no_income(reader: LocalReader, text: str) -> None:
    request = read(reader, text)[0]
    assert isinstance(request, CatalogRequest)
    assert request.foreign
    assert not request.criteria.price


def test_pesos_told_beside_another_currency_count(reader: LocalReader) -> None:
    request = read(reader, "about 12,000 USD, say 220,000 pesos, a sedan")[0]
    assert isinstance(request, CatalogRequest)
    assert request.criteria.price


def test_the_price_of_the_plan_is_the_limit_of_a_search(reader: LocalReader) -> None:
    request = read(reader, "muéstrame hatchbacks de ese precio", PLANNED)[-1]
    assert isinstance(request, CatalogRequest)
    assert request.criteria == CarCriteria(body_styles=("hatchback",), price=Range(high=Decimal(240_000)))


def test_the_down_payment_that_a_monthly_sum_needs(reader: LocalReader) -> None:
    request = money(read(reader, "what deposit do I need for a 260k car paying 5,000 a month over 60 months?"))
    assert request.kind is FinanceKind.DOWN_NEEDED


def test_an_extra_payment_is_made_on_the_plan_told_with_it(reader: LocalReader) -> None:
    requests = read(
        reader, "uno de 300 mil con 60 de enganche a 60 meses, y si al año abono 30 mil a capital qué pasa?"
    )
    assert money(requests[-1:]).terms.months == (60,)


def test_a_share_is_none_where_nothing_is_paid_down(reader: LocalReader) -> None:
    request = money(read(reader, "con el 10% cuánto queda sin enganche uno de 250 mil a 60 meses?"))
    assert (request.terms.down_amount, request.terms.down_percent) == (Decimal(0), None)
