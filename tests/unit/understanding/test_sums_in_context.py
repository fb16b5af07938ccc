"""Sums and terms in few words, and what the conversation makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarMention, CarReference
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest, FinanceKind, FinanceRequest, InfoRequest, PlanTerms
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Mexico_City"))
TERMS = PlanTerms(down_amount=Decimal(60_000), months=(48,))
FRESH = DialogueState()


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def _amount(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def planned(
    kind: FinanceKind = FinanceKind.QUOTE,
    terms: PlanTerms = TERMS,
    *,
    monthly: int | None = None,
    income: int | None = None,
    debts: int | None = None,
) -> DialogueState:
    of_budget = kind in (FinanceKind.AFFORDABILITY, FinanceKind.MAX_PRICE)
    price = None if of_budget else "300000"
    last = FinanceRequest(
        Intent.QUOTE, kind, CarReference(), None if price is None else Decimal(price), terms,
        monthly_budget=_amount(monthly), income=_amount(income), debts=_amount(debts),
    )  # fmt: skip
    return DialogueState(
        turns=1, plan=terms, plan_kind=kind, plan_price=price, calculation=last, last_intent=Intent.QUOTE,
        monthly_budget=None if monthly is None else str(monthly),
    )  # fmt: skip


def sums(reader: LocalReader, text: str, state: DialogueState) -> FinanceRequest:
    found = [r for r in reader.read_now(text, state, NOW).requests if isinstance(r, FinanceRequest)]
    assert len(found) == 1, found
    return found[0]


def car(stock_id: str, make: str, model: str, price: int) -> CarMention:
    return CarMention(stock_id, make, model, 2020, "", Decimal(price), 50_000, "sedan", "automatic", 4_500)


SHOWN = (car("11", "Nissan", "Versa", 190_000), car("12", "Nissan", "Sentra", 240_000))
PLAN_OF_ONE = replace(
    planned(), shown=SHOWN, focus="11", plan_price=None, last_intent=Intent.QUOTE, question=Question(Ask.BOOK)
)


@pytest.mark.parametrize(
    ("text", "down"),
    [
        ("y con 90?", 90_000), ("que sean 110", 110_000), ("perdón, quise decir 80", 80_000), ("no, eran 75", 75_000),
        ("make that 70", 70_000), ("what if it's 100?", 100_000), ("e com 90?", 90_000),
        ("hold on, I can only give 50", 50_000), ("¿y si doy 85 mil?", 85_000),
    ],
)  # fmt: skip
def test_a_bare_figure_takes_the_place_of_the_down_payment(reader: LocalReader, text: str, down: int) -> None:
    request = sums(reader, text, planned())
    assert (request.terms.down_amount, request.terms.months) == (Decimal(down), (48,))


@pytest.mark.parametrize(("text", "months"), [("y con 60?", 60), ("ok con la misma pero 72", 72), ("mejor 36", 36)])
def test_a_usual_term_is_one(reader: LocalReader, text: str, months: int) -> None:
    state = replace(planned(), question=Question(Ask.DOWN_PAYMENT)) if "misma" in text else planned()
    assert sums(reader, text, state).terms == replace(TERMS, months=(months,))


@pytest.mark.parametrize("text", ["no, mejor 250", "perdón, eran 250", "ups, el carro costaba 250"])
def test_a_figure_of_the_size_of_the_price_is_the_price(reader: LocalReader, text: str) -> None:
    request = sums(reader, text, planned())
    assert (request.price, request.terms) == (Decimal(250_000), TERMS)


@pytest.mark.parametrize(("text", "monthly"), [("con 5?", 5_000), ("y con 7?", 7_000), ("and with 6?", 6_000)])
def test_a_small_figure_is_thousands_of_the_payment(reader: LocalReader, text: str, monthly: int) -> None:
    state = planned(FinanceKind.TERM_NEEDED, PlanTerms(down_percent=Decimal(20)), monthly=4_000)
    request = sums(reader, text, state)
    assert (request.kind, request.monthly_budget) == (FinanceKind.TERM_NEEDED, Decimal(monthly))


@pytest.mark.parametrize(
    "text",
    ["olvidé: tarjeta 3 mil al mes", "plus a card, 3k a month", "esqueci: pago 3 mil de cartão",
     "y si pago 3mil de otro prestamo?"],
)  # fmt: skip
def test_what_is_paid_elsewhere_goes_with_the_income(reader: LocalReader, text: str) -> None:
    request = sums(reader, text, planned(FinanceKind.AFFORDABILITY, PlanTerms(), income=40_000))
    assert (request.kind, request.income, request.debts) == (
        FinanceKind.AFFORDABILITY, Decimal(40_000), Decimal(3_000),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["y suponiendo que ya hubiera pagado las tarjetas?", "imagínate que ya pagué las tarjetas",
     "what if the cards were already paid?"],
)  # fmt: skip
def test_debts_supposed_paid_are_gone(reader: LocalReader, text: str) -> None:
    request = sums(reader, text, planned(FinanceKind.AFFORDABILITY, PlanTerms(), income=32_000, debts=4_000))
    assert (request.kind, request.income, request.debts) == (FinanceKind.AFFORDABILITY, Decimal(32_000), Decimal(0))


@pytest.mark.parametrize(
    "text", ["ni hablar, con la tasa de ustedes pero a 72", "ni modo, la tasa normal entonces, a 72",
             "fine, with your regular rate, but make it 72"],
)  # fmt: skip
def test_another_term_at_the_rate_of_the_house_changes_the_plan(reader: LocalReader, text: str) -> None:
    assert sums(reader, text, planned()).terms == replace(TERMS, months=(72,))


@pytest.mark.parametrize(
    "text", ["lo menos que puedo dar de enganche cuánto es", "con cuánto mínimo de enganche puedo entrarle?",
             "what is the least I can put down?", "la tasa de cuánto sería?"],
)  # fmt: skip
def test_what_is_asked_in_general_is_asked_of_the_rules(reader: LocalReader, text: str) -> None:
    assert sums(reader, text, FRESH).kind is FinanceKind.RULES


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("auto 310mil, 60 meses, pagar 5000 mensual. enganche necesario?", FinanceKind.DOWN_NEEDED),
        ("310k car, 60 months, can pay 5000/mo. down needed?", FinanceKind.DOWN_NEEDED),
        ("coche 200, dar 40, plazo 36", FinanceKind.QUOTE),
        ("hay uno de 310 mil, doy 90 mil de enganche y lo pago en 60 meses", FinanceKind.QUOTE),
    ],
)
def test_a_plan_in_telegrams_is_whole(reader: LocalReader, text: str, kind: FinanceKind) -> None:
    request = sums(reader, text, FRESH)
    assert request.kind is kind
    assert request.price is not None
    assert len(request.terms.months) == 1


@pytest.mark.parametrize(
    "text",
    ["mi banco: crédito 200mil, 48 meses, 15%. vs ustedes?", "santander me aprobó 200k a 48 meses al 15%, ¿y ustedes?",
     "the bank gives me 200k over 48 months at 15%, can you beat it?"],
)  # fmt: skip
def test_a_loan_elsewhere_has_no_down_payment(reader: LocalReader, text: str) -> None:
    request = sums(reader, text, FRESH)
    assert (request.kind, request.price, request.terms.down_amount) == (
        FinanceKind.OTHER_LENDER, Decimal(200_000), Decimal(0),
    )  # fmt: skip
    assert request.claimed_rate_percent == Decimal(15)


@pytest.mark.parametrize("text", ["el otro?", "¿y cómo saldría el otro?", "va, ¿y el segundo en cuánto queda?"])
def test_the_other_car_gets_the_same_plan(reader: LocalReader, text: str) -> None:
    request = sums(reader, text, PLAN_OF_ONE)
    assert (request.kind, request.terms) == (FinanceKind.QUOTE, TERMS)
    assert request.about.stock_ids == ("12",) or request.about.ordinals == (2,)


def test_cars_and_terms_are_a_plan_of_each(reader: LocalReader) -> None:
    state = replace(FRESH, shown=SHOWN, last_intent=Intent.COMPARE, question=Question(Ask.WHICH_CAR))
    request = sums(reader, "ambos a 60 meses?", state)
    assert (request.kind, request.about.shown, request.terms.months) == (FinanceKind.QUOTE, True, (60,))


@pytest.mark.parametrize("text", ["y si llegando al mes 24 lo quiero saldar?", "si en el mes 24 lo liquido todo?"])
def test_the_month_of_a_payoff_is_no_payment(reader: LocalReader, text: str) -> None:
    request = sums(reader, text, planned())
    assert (request.kind, request.after_payment) == (FinanceKind.PAYOFF, 24)


def test_some_car_its_plan_and_where_to_see_it_are_three_wishes(reader: LocalReader) -> None:
    text = "quiero un mazda 2 automático, ¿a 48 meses en cuánto sale y en Querétaro dónde lo puedo ver?"
    kinds = [type(request) for request in reader.read_now(text, FRESH, NOW).requests]
    assert kinds == [CatalogRequest, FinanceRequest, InfoRequest]


@pytest.mark.parametrize(("text", "expected"), [("95 mil", Ask.INCOME), ("60 mil", Ask.DOWN_PAYMENT)])
def test_a_lone_amount_is_what_was_asked(reader: LocalReader, text: str, expected: Ask) -> None:
    kind = FinanceKind.AFFORDABILITY if expected is Ask.INCOME else FinanceKind.QUOTE
    request = sums(reader, text, replace(planned(kind, PlanTerms(months=(48,))), question=Question(expected)))
    told = request.income if expected is Ask.INCOME else request.terms.down_amount
    assert told == Decimal(text.split()[0]) * 1000


@pytest.mark.parametrize("text", ["como pa q carro me da a mí?", "¿a qué carro le llego?", "¿pa qué nave me alcanza?"])
def test_how_far_ones_money_goes_is_a_question_of_money(reader: LocalReader, text: str) -> None:
    assert sums(reader, text, FRESH).kind in (FinanceKind.AFFORDABILITY, FinanceKind.MAX_PRICE)


@pytest.mark.parametrize("text", ["la mazda le encantó a mi hija", "el jetta se ve bien"])
def test_a_pronoun_is_no_trim(reader: LocalReader, text: str) -> None:
    assert "trim" not in {entity.kind for entity in reader.read_now(text, FRESH, NOW).entities}


def of_car(criteria_of: CarMention) -> DialogueState:
    return DialogueState(turns=1, shown=(criteria_of,), focus=criteria_of.stock_id, last_intent=Intent.DETAIL)


@pytest.mark.parametrize(
    ("text", "down", "trade_in", "months"),
    [
        ("en cuánto me saldría si doy 90, a 60 meses?", 90_000, None, (60,)),
        ("cuánto queda si pongo 60 a 48 meses", 60_000, None, (48,)),
        ("cuánto queda si me dan 110 por la Ranger y pongo otros 30, a 60 meses?", 30_000, 110_000, (60,)),
    ],
)
def test_what_is_put_down_for_the_car_spoken_of_is_told_in_thousands(
    reader: LocalReader, text: str, down: int, trade_in: int | None, months: tuple[int, ...]
) -> None:
    request = sums(reader, text, of_car(car("7", "Volkswagen", "Golf", 400_000)))
    assert request.terms.down_amount == down
    assert request.terms.trade_in == _amount(trade_in)
    assert request.terms.months == months
    assert request.about.criteria is None or "Ford/Ranger" not in request.about.criteria.models


def test_an_income_told_by_another_period_is_no_debt(reader: LocalReader) -> None:
    request = sums(reader, "no pero gano 16 quincenal, o sea 32 al mes", FRESH)
    assert (request.income, request.debts) == (Decimal(32_000), None)


def test_a_mark_is_no_share_of_the_price(reader: LocalReader) -> None:
    found = reader.read_now("te pongo un 8", planned(), NOW).requests
    assert not any(isinstance(one, FinanceRequest) for one in found)


def test_the_trait_behind_a_name_tells_which(reader: LocalReader) -> None:
    request = sums(reader, "el vento 2018 automático a 60 meses cuánto queda?", planned())
    assert request.about.criteria is not None
    assert request.about.criteria.transmissions == ("automatic",)
