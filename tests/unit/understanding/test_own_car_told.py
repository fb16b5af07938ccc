"""The customer's own car: how it looks, what is asked of its sale, what he says it is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import (
    CatalogRequest,
    ConciergeRequest,
    FinanceRequest,
    InfoRequest,
    Request,
    SaleDraft,
)
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import default_reader
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.condition import condition_of

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))
_GOLF = SaleDraft(make="Volkswagen", model="Golf", year=2016)
SELLING = DialogueState(turns=2, last_intent=Intent.SELL_CAR, sale=_GOLF, question=Question(Ask.SALE_KM))
TRADING = replace(SELLING, last_intent=Intent.TRADE_IN, sale=replace(_GOLF, trade_in=True))


def requests(text: str, state: DialogueState | None = None) -> tuple[Request, ...]:
    return default_reader().read_now(text, state or DialogueState(), NOW).requests


def asked(text: str, state: DialogueState) -> list[str | None]:
    return [one.seller for one in requests(text, state) if isinstance(one, InfoRequest)]


def sales(text: str, state: DialogueState | None = None) -> list[SaleDraft]:
    of_sale = (Intent.SELL_CAR, Intent.TRADE_IN)
    return [one.sale for one in requests(text, state) if isinstance(one, ConciergeRequest) and one.intent in of_sale]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("impecable, nunca ha chocado", "excellent"),
        ("está muy bien, sin rayones ni golpes", "good"),
        ("sin detalles", "good"),
        ("buen estado, nomás unos raspones", "fair"),
        ("un golpe leve en la salpicadera", "fair"),
        ("trae un golpe en la puerta", "bad"),
        ("no está en buen estado", "fair"),
        ("no accidents, great shape", "excellent"),
        ("good shape, but it has a dent", "fair"),
        ("sem batidas, bom estado", "good"),
        ("tiene 85 mil km", None),
        ("excelente, lo vendo", None),
    ],
)
def test_the_worst_that_is_not_denied_is_how_a_car_looks(text: str, condition: str | None) -> None:
    assert condition_of(Scan(text)) == condition


def test_one_word_is_a_condition_where_it_is_asked() -> None:
    assert condition_of(Scan("excelente"), asked=True) == "excellent"
    assert condition_of(Scan("bien"), asked=True) == "good"


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("¿y cuándo me depositan?", ["paid"]),
        ("when do I get paid?", ["paid"]),
        ("quando vocês me pagam?", ["paid"]),
        ("todavía lo estoy pagando, ¿así lo reciben?", ["debts"]),
        ("I still owe money on it", ["debts"]),
        ("¿compran autos chocados?", ["accepted"]),
        ("¿qué papeles llevo?", ["documents"]),
        ("¿ustedes pasan por él?", ["pick_up"]),
        ("¿cuánto tarda la inspección?", ["inspection_time"]),
        ("how soon will you call me?", ["called"]),
        ("¿qué sigue?", ["steps"]),
        ("¿cuánto dura la valuación y qué documentos me piden?", ["documents", "inspection_time"]),
    ],
)
def test_what_one_who_sells_asks_is_of_the_sale(text: str, aspects: list[str]) -> None:
    assert sorted(filter(None, asked(text, SELLING))) == sorted(aspects)


def test_one_who_buys_asks_none_of_that() -> None:
    assert not any(asked("¿qué documentos necesito?", DialogueState()))


def test_a_datum_and_a_question_beside_it_are_both_read() -> None:
    text = "70 mil km, pero aún lo debo, ¿se puede?"
    assert "debts" in asked(text, TRADING)
    assert [draft.km for draft in sales(text, TRADING)] == [70_000]


def test_the_own_car_named_beside_is_none_to_buy() -> None:
    text = "¿cuánto sería dejando mi carro a cuenta? tengo un Aveo 2014"
    assert [(draft.model, draft.year) for draft in sales(text)] == [("Aveo", 2014)]
    assert not any(isinstance(one, CatalogRequest) for one in requests(text))


def test_a_car_given_for_another_is_noted_and_the_other_searched() -> None:
    text = "tengo un Vento 2016 y quiero cambiarlo por una suv de hasta 280 mil"
    (search,) = (one for one in requests(text) if isinstance(one, CatalogRequest))
    assert [(draft.model, draft.year, draft.trade_in) for draft in sales(text)] == [("Vento", 2016, True)]
    assert (search.criteria.models, search.criteria.body_styles) == ((), ("suv",))


def test_of_two_cars_the_one_called_mine_is_given() -> None:
    (draft,) = sales("me gusta el mazda 3, pero quiero dar mi aveo 2014 a cuenta")
    assert (draft.model, draft.year) == ("Aveo", 2014)


def test_what_the_own_car_brings_is_part_of_every_plan() -> None:
    text = (
        "Quiero cambiar mi Golf 2016 por una camioneta, me deben dar como 120 por él. ¿qué me alcanza con 6 mil al mes?"
    )
    (plan,) = (one for one in requests(text) if isinstance(one, FinanceRequest))
    assert plan.terms.trade_in == Decimal(120_000)
    assert plan.criteria.body_styles
    assert [draft.value for draft in sales(text)] == [Decimal(120_000)]


def test_the_worth_of_the_own_car_is_asked_of_no_car_of_ours() -> None:
    state = replace(SELLING, question=Question(Ask.OPEN))
    (request,) = requests("¿y cuánto vale más o menos mi golf?", state)
    assert isinstance(request, ConciergeRequest)
    assert request.subject == "price"
