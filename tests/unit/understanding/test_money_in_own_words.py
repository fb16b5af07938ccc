"""Plans, budgets and terms as people tell them, in several sentences and under labels that are guesses."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarMention, CarReference
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest, PlanTerms, Request
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Mexico_City"))
TERMS = PlanTerms(down_amount=Decimal(60_000), months=(48,))
FRESH = DialogueState()


def car(stock_id: str, make: str, model: str) -> CarMention:
    return CarMention(stock_id, make, model, 2020, "", Decimal(300_000), 50_000, "sedan", "automatic", 4_500)


SHOWN = (car("1", "Mazda", "3"), car("2", "Volkswagen", "Jetta"))


def planned(kind: FinanceKind = FinanceKind.QUOTE, balloon: int | None = None) -> DialogueState:
    last = FinanceRequest(
        Intent.QUOTE,
        kind,
        CarReference(),
        Decimal(300_000),
        TERMS,
        balloon=None if balloon is None else Decimal(balloon),
    )
    return DialogueState(
        turns=1, plan=TERMS, plan_kind=kind, plan_price="300000", calculation=last, last_intent=Intent.QUOTE
    )


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def read(reader: LocalReader, text: str, state: DialogueState = FRESH) -> tuple[Request, ...]:
    return reader.read_now(text, state, NOW).requests


def plan(reader: LocalReader, text: str, state: DialogueState = FRESH) -> FinanceRequest:
    found = [request for request in read(reader, text, state) if isinstance(request, FinanceRequest)]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "text",
    [
        "a ver, enséñame cómo sale en cada uno de los plazos",
        "ponme cada plazo que manejen",
        "me muestras los demás plazos",
        "show me each of the terms",
    ],
)
def test_every_term_is_of_the_plan_and_shows_no_cars(reader: LocalReader, text: str) -> None:
    request = plan(reader, text, planned())
    assert request.kind is FinanceKind.TERMS
    assert not request.about


@pytest.mark.parametrize("text", ["¿y sin dejar los 70 mil para el final?", "y si quito ese pago final cómo queda"])
def test_what_was_left_for_the_end_is_taken_back(reader: LocalReader, text: str) -> None:
    request = plan(reader, text, planned(FinanceKind.BALLOON, 70_000))
    assert (request.kind, request.balloon) == (FinanceKind.QUOTE, None)


def test_another_sum_for_the_end_is_no_taking_back(reader: LocalReader) -> None:
    request = plan(reader, "mejor que sean 90 mil al final", planned(FinanceKind.BALLOON, 70_000))
    assert request.balloon == 90_000


@pytest.mark.parametrize("text", ["con esas mismas cifras, ¿y el jetta?", "y el segundo con esos números?"])
def test_the_same_figures_for_another_car(reader: LocalReader, text: str) -> None:
    last = FinanceRequest(Intent.QUOTE, FinanceKind.QUOTE, CarReference(stock_ids=("1",)), None, TERMS)
    state = DialogueState(
        turns=2, shown=SHOWN, focus="1", plan=TERMS, plan_kind=FinanceKind.QUOTE, calculation=last,
        last_intent=Intent.QUOTE,
    )  # fmt: skip
    request = plan(reader, text, state)
    assert request.kind is FinanceKind.QUOTE
    assert request.terms.down_amount == 60_000
    assert request.about


def test_which_cars_there_are_is_a_search_also_after_a_plan(reader: LocalReader) -> None:
    (request,) = read(reader, "va, ¿y qué jettas tienen?", planned())
    assert request.intent.agent is Agent.CATALOG


@pytest.mark.parametrize(
    "text",
    [
        "cuesta 180 mil, doy 30 mil y al mes puedo 4 mil. ¿En cuántos meses lo terminaría?",
        "Un carro de 210 mil con 20% de enganche, pagando 5 mil al mes. ¿A cuántos meses quedaría pagado?",
    ],
)
def test_the_term_asked_behind_the_figures_is_of_them(reader: LocalReader, text: str) -> None:
    assert plan(reader, text).kind is FinanceKind.TERM_NEEDED


def test_whether_a_car_can_be_paid_is_asked_before_the_figures(reader: LocalReader) -> None:
    state = DialogueState(turns=1, shown=SHOWN, last_intent=Intent.SEARCH)
    request = plan(reader, "el segundo, ¿crees que lo pueda pagar? doy 50 mil y al mes puedo 6 mil", state)
    assert request.kind is FinanceKind.CAN_I
    assert request.about.ordinals == (2,)
    assert request.monthly_budget == 6_000
    assert request.terms.down_amount == 50_000


@pytest.mark.parametrize(
    "text",
    [
        "si doy 35 mil por un carro que vale 190 mil, ¿lo puedo pagar en 3 años?",
        "el auto cuesta 190,000 y pongo 35,000, a 36 meses",
    ],
)
def test_money_given_for_a_priced_car_is_paid_down(reader: LocalReader, text: str) -> None:
    request = plan(reader, text)
    assert request.kind is FinanceKind.QUOTE
    assert request.terms.down_amount == 35_000


def test_what_can_be_paid_a_month_is_no_income(reader: LocalReader) -> None:
    asked = DialogueState(
        turns=1, plan_kind=FinanceKind.AFFORDABILITY, last_intent=Intent.AFFORD, question=Question(Ask.INCOME),
        calculation=FinanceRequest(Intent.AFFORD, FinanceKind.AFFORDABILITY),
    )  # fmt: skip
    request = plan(reader, "pues puedo pagar 4,500 mensuales", asked)
    assert request.kind is FinanceKind.MAX_PRICE
    assert request.monthly_budget == 4_500
    assert request.income is None
    request = plan(reader, "son 15 mil mensuales", asked)
    assert request.income == 15_000


def test_a_promised_rate_is_told_with_the_plan(reader: LocalReader) -> None:
    request = plan(reader, "cotízame 220 mil a 36 meses, recuerda que me habían prometido tasa del 6%")
    assert request.kind is FinanceKind.QUOTE
    assert request.claimed_rate_percent == 6


def test_an_offer_of_another_bank_is_compared(reader: LocalReader) -> None:
    request = plan(reader, "tengo oferta de mi banco: crédito de 180 mil al 13.9% a 48 meses. Ustedes qué tal?")
    assert request.kind is FinanceKind.OTHER_LENDER


@pytest.mark.parametrize(
    "text",
    ["ayúdame a ver qué coche puedo comprar con lo que gano", "no sé ni pa qué carro me da", "até que preço eu chego?"],
)
def test_what_one_can_reach_asks_for_a_budget(reader: LocalReader, text: str) -> None:
    assert plan(reader, text).kind is FinanceKind.AFFORDABILITY


def test_every_term_behind_a_share_for_a_named_car(reader: LocalReader) -> None:
    state = DialogueState(turns=1, shown=SHOWN, last_intent=Intent.COMPARE)
    request = plan(reader, "For the Mazda: 25% deposit. Give me every term you have.", state)
    assert request.kind is FinanceKind.TERMS
    assert request.terms.down_percent == 25


def test_what_was_told_with_a_budget_stays_with_it(reader: LocalReader) -> None:
    request = plan(reader, "Consigo arcar com 6 mil de parcela em 48 meses, entrada de 50 mil. Até que preço eu chego?")
    assert request.kind is FinanceKind.MAX_PRICE
    assert (request.terms.down_amount, request.terms.months) == (Decimal(50_000), (48,))


def test_more_money_down_is_no_other_price(reader: LocalReader) -> None:
    request = plan(reader, "perdón, mi esposo dice que podemos dar más, serían 80 mil", planned())
    assert request.terms.down_amount == 80_000
    assert request.price in (None, Decimal(300_000))


def test_the_same_conditions_point_at_no_car(reader: LocalReader) -> None:
    request = plan(reader, "y en esas mismas condiciones uno de 420 mil", planned())
    assert (request.price, bool(request.about)) == (Decimal(420_000), False)


def test_a_plan_paid_off_by_its_term_is_no_early_payment(reader: LocalReader) -> None:
    request = plan(reader, "quisiera liquidar en 36 meses uno que cuesta $210,000, dando de enganche 40 mil")
    assert request.kind is FinanceKind.QUOTE


def test_what_is_owed_elsewhere_is_no_car_given_in(reader: LocalReader) -> None:
    last = FinanceRequest(Intent.AFFORD, FinanceKind.AFFORDABILITY, income=Decimal(25_000))
    state = DialogueState(turns=1, plan_kind=FinanceKind.AFFORDABILITY, calculation=last, last_intent=Intent.AFFORD)
    request = plan(reader, "ah, tendría que contarte que traigo otro crédito por el que doy 3 mil al mes", state)
    assert (request.kind, request.debts) == (FinanceKind.AFFORDABILITY, Decimal(3_000))


def test_a_remark_on_debts_stops_no_messages(reader: LocalReader) -> None:
    found = read(reader, "no quiero endeudarme de más; con un sueldo de 25 mil, ¿qué coche estaría a mi alcance?")
    assert [request.intent.agent for request in found] == [Agent.FINANCE]


def test_when_an_extra_is_paid_is_no_term(reader: LocalReader) -> None:
    request = plan(reader, "en un año me dan un bono: si en el mes 12 abono 20 mil a capital, ¿qué gano?", planned())
    assert request.kind is FinanceKind.PREPAYMENT
    assert request.terms.months == (48,)


def test_the_interest_charged_is_of_the_rules_where_no_plan_is(reader: LocalReader) -> None:
    assert plan(reader, "bueno, y ya para saber, ¿qué interés me estarían cobrando?").kind is FinanceKind.RULES
