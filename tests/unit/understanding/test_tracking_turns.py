"""Whole turns: what a customer's next words mean in the light of the ones before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog.taxonomy import Taxonomy
from commercial_agent.conversation.cars import CarCriteria, CarMention, CarReference, Order, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import (
    AppointmentDraft,
    CatalogRequest,
    ConciergeRequest,
    FinanceKind,
    FinanceRequest,
    InfoRequest,
    Metric,
    PlanTerms,
    Request,
)
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.segments import Segment
from commercial_agent.understanding.tracking import build_requests

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 12, tzinfo=ZONE)  # a Sunday


def car(stock_id: str, make: str, model: str, year: int, price: int) -> CarMention:
    return CarMention(stock_id, make, model, year, "", Decimal(price), 50_000, "sedan", "automatic", 4_500)


def money(value: int) -> Decimal:
    return Decimal(value)


SHOWN = (
    car("11", "Volkswagen", "Vento", 2019, 218_999),
    car("12", "Nissan", "Sentra", 2020, 262_999),
    car("13", "Toyota", "Corolla", 2018, 274_999),
)
FRESH = DialogueState()
BROWSING = DialogueState(
    criteria=CarCriteria(body_styles=("sedan",), price=Range(high=money(280_000))), shown=SHOWN, total=8,
    last_intent=Intent.SEARCH, question=Question(Ask.NARROW, ("automatic", "manual"), "transmissions"),
)  # fmt: skip
QUOTED = replace(
    BROWSING, focus="11", plan=PlanTerms(down_percent=money(20), months=(48,)), plan_kind=FinanceKind.QUOTE,
    last_intent=Intent.QUOTE, question=Question(Ask.BOOK),
)  # fmt: skip
PRICED = DialogueState(
    plan=PlanTerms(down_amount=money(60_000), months=(48,)), plan_kind=FinanceKind.QUOTE, plan_price="300000",
    last_intent=Intent.QUOTE, question=Question(Ask.SHOW_CARS),
)  # fmt: skip
BOOKED = replace(
    BROWSING, question=None, last_intent=Intent.APPOINTMENT,
    appointment=AppointmentDraft(branch="Las Torres", day=date(2026, 11, 24), at=time(9), booking_id="b1", name="Ana"),
)  # fmt: skip


@lru_cache(1)
def reader() -> EntityReader:
    return EntityReader(Taxonomy.load(), time_zone=ZONE)


def requests(
    text: str, *parts: tuple[str, Intent] | Intent, state: DialogueState, sure: float = 0.7, language: str = "es"
) -> tuple[Request, ...]:
    entities = reader().read(text, Language(language), NOW)
    segments = []
    for part in parts:
        words, intent = (text, part) if isinstance(part, Intent) else part
        start = text.index(words)
        segments.append(Segment(words, start, start + len(words), intent, sure))
    return build_requests(text, Language(language), segments, entities, state, NOW)


def stock(text: str, intent: Intent, state: DialogueState, **details: Any) -> CatalogRequest:
    (request,) = requests(text, intent, state=state, **details)
    assert isinstance(request, CatalogRequest)
    return request


def plan(text: str, intent: Intent, state: DialogueState, **details: Any) -> FinanceRequest:
    (request,) = requests(text, intent, state=state, **details)
    assert isinstance(request, FinanceRequest)
    return request


# --- the stock ---


@pytest.mark.parametrize(
    ("text", "intent", "language"),
    [
        ("¿cuántos híbridos hay?", Intent.DETAIL, "es"),
        ("how many hybrids are there?", Intent.DETAIL, "en"),
        ("¿cuántos carros traen bluetooth?", Intent.DETAIL, "es"),
        ("quantos carros têm bluetooth?", Intent.DETAIL, "pt"),
        ("cuántos sentra manejan", Intent.COMPANY, "es"),
    ],
)
def test_how_many_cars_counts_them_whatever_the_label(text: str, intent: Intent, language: str) -> None:
    request = stock(text, intent, FRESH, language=language)
    assert request.analysis is not None
    assert (request.intent, request.analysis.metric) == (Intent.ANALYSE, Metric.COUNT)
    assert not request.criteria.empty


@pytest.mark.parametrize(
    "text", ["cuántos km tiene el segundo", "¿cuántos asientos tiene?", "cuántos dueños ha tenido"]
)
def test_how_many_of_a_cars_own_figures_counts_no_cars(text: str) -> None:
    assert stock(text, Intent.DETAIL, QUOTED).intent is Intent.DETAIL


@pytest.mark.parametrize(
    ("text", "column", "makes"),
    [
        ("¿qué modelos de Mazda manejan?", "model", ("Mazda",)),
        ("which Honda models do you sell?", "model", ("Honda",)),
        ("qué otras marcas hay", "make", ()),
    ],
)
def test_a_question_word_before_a_plural_lists_the_values(text: str, column: str, makes: tuple[str, ...]) -> None:
    request = stock(text, Intent.ANALYSE, FRESH)
    assert request.analysis is not None
    assert (request.analysis.metric, request.analysis.column) == (Metric.LIST, column)
    assert request.criteria.makes == makes


@pytest.mark.parametrize(
    ("text", "intent", "order"),
    [
        ("¿cuál es el más nuevo?", Intent.ANALYSE, Order("year", True)),
        ("cuál tiene menos kilómetros", Intent.COMPARE, Order("km")),
        ("which one is cheaper?", Intent.COMPARE, Order("price")),
        ("qual é o mais barato?", Intent.COMPARE, Order("price")),
    ],
)
def test_a_superlative_after_a_list_is_about_those_shown(text: str, intent: Intent, order: Order) -> None:
    request = stock(text, intent, BROWSING)
    assert (request.intent, request.about) == (Intent.DETAIL, CarReference(order=order))


def test_the_one_of_a_price_is_a_closer_look() -> None:
    request = stock("el de 220 mil", Intent.UNCLEAR, replace(BROWSING, question=Question(Ask.MORE_CARS)))
    assert request.intent is Intent.DETAIL
    assert request.about.criteria is not None
    assert request.about.criteria.price


def test_a_superlative_of_the_stock_keeps_to_the_search_in_force() -> None:
    request = stock("cuál es el más nuevo que tienes", Intent.ANALYSE, BROWSING)
    assert (request.intent, request.criteria.body_styles) == (Intent.ANALYSE, ("sedan",))


def test_a_superlative_of_all_cars_leaves_the_search_in_force() -> None:
    request = stock("cuál es el auto más nuevo que tienes", Intent.ANALYSE, BROWSING)
    assert request.criteria.empty


@pytest.mark.parametrize(
    "text", ["¿cuántos son automáticos?", "y cuántos automáticos hay", "cuántos de esos son automáticos"]
)
def test_a_count_that_leans_on_the_search_is_of_that_search(text: str) -> None:
    request = stock(text, Intent.ANALYSE, BROWSING)
    assert request.criteria == replace(BROWSING.criteria, transmissions=("automatic",))


@pytest.mark.parametrize(("text", "intent"), [("traen algún híbrido?", Intent.DETAIL), ("un kia", Intent.CHANGE_PLAN)])
def test_wishes_with_nothing_to_point_at_are_a_search(text: str, intent: Intent) -> None:
    request = stock(text, intent, FRESH)
    assert request.intent is Intent.SEARCH
    assert not request.criteria.empty


def test_a_bare_name_behind_and_keeps_the_other_wishes() -> None:
    state = replace(BROWSING, criteria=CarCriteria(models=("Nissan/Sentra",), transmissions=("automatic",)))
    wanted = stock("y jetta?", Intent.SEARCH, state).criteria
    assert wanted == CarCriteria(models=("Volkswagen/Jetta",), transmissions=("automatic",))


def test_the_same_car_in_another_body() -> None:
    state = replace(BROWSING, criteria=CarCriteria(models=("Mazda/3",)))
    assert stock("y en sedán?", Intent.SEARCH, state).criteria == CarCriteria(
        models=("Mazda/3",), body_styles=("sedan",)
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [("ok súbele a 300", "es"), ("déjalo en 300 mil", "es"), ("raise it to 300k", "en"), ("aumenta para 300", "pt")],
)
def test_a_moved_limit_is_the_price_of_the_search(text: str, language: str) -> None:
    request = stock(text, Intent.UNCLEAR, BROWSING, language=language)
    assert request.criteria == replace(BROWSING.criteria, price=Range(high=money(300_000)))


def test_two_sentences_make_one_search() -> None:
    first, second = "mi cochera mide 4.10 m", "¿qué automático me cabe?"
    request = requests(f"{first}. {second}", (first, Intent.SEARCH), (second, Intent.DETAIL), state=FRESH)
    assert [type(r) for r in request] == [CatalogRequest]
    assert isinstance(request[0], CatalogRequest)
    assert request[0].criteria == CarCriteria(transmissions=("automatic",), length_mm=Range(high=money(4100)))


def test_two_kinds_of_cars_are_two_searches() -> None:
    first, second = "hatchbacks de menos de 180", "sedanes automáticos de menos de 250"
    found = requests(f"{first} y {second}", (first, Intent.SEARCH), (second, Intent.SEARCH), state=FRESH, sure=0.9)
    assert [r.criteria for r in found if isinstance(r, CatalogRequest)] == [
        CarCriteria(body_styles=("hatchback",), price=Range(high=money(180_000))),
        CarCriteria(body_styles=("sedan",), transmissions=("automatic",), price=Range(high=money(250_000))),
    ]


def test_a_count_and_the_best_of_them_are_two_questions() -> None:
    found = requests("cuántas pickups tienes y cuál es la más barata?", Intent.ANALYSE, state=FRESH)
    assert [r.intent for r in found] == [Intent.ANALYSE, Intent.SEARCH]
    assert isinstance(found[1], CatalogRequest)
    assert found[1].criteria == CarCriteria(body_styles=("pickup",), order=Order("price"))


# --- paying ---


@pytest.mark.parametrize(
    "text", ["cotízame el primero a 36 meses con 50 mil de enganche", "el primero a 36 con 50 de enganche"]
)
def test_a_plan_for_a_place_in_the_list_answers_no_other_question(text: str) -> None:
    request = plan(text, Intent.QUOTE, BROWSING)
    assert request.about == CarReference(ordinals=(1,))
    assert request.terms == PlanTerms(down_amount=money(50_000), months=(36,))


def test_a_car_named_in_one_part_is_the_subject_of_the_next() -> None:
    text = "el segundo, ¿cuánto queda a 48 meses?"
    found = requests(text, ("el segundo", Intent.DETAIL), ("¿cuánto queda a 48 meses?", Intent.QUOTE), state=BROWSING)
    assert [r.intent for r in found] == [Intent.QUOTE]
    assert isinstance(found[0], FinanceRequest)
    assert found[0].about == CarReference(ordinals=(2,))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("y si doy 100 mil?", "es"),
        ("what if I put 100k?", "en"),
        ("e se eu der 100 mil?", "pt"),
        ("súbele a 100", "es"),
    ],
)
def test_money_given_after_a_plan_is_its_down_payment(text: str, language: str) -> None:
    request = plan(text, Intent.CHANGE_PLAN, PRICED, language=language)
    assert (request.price, request.terms.down_amount) == (money(300_000), money(100_000))


@pytest.mark.parametrize("text", ["todos los plazos porfa", "all the terms please", "cómo queda en todos"])
def test_every_term_is_asked_of_the_plan(text: str) -> None:
    assert plan(text, Intent.RULES, PRICED).kind is FinanceKind.TERMS


@pytest.mark.parametrize(("text", "place"), [("y el segundo?", 2), ("and the third one?", 3), ("con el segundo", 2)])
def test_the_same_plan_for_another_car(text: str, place: int) -> None:
    request = plan(text, Intent.DETAIL, QUOTED)
    assert (request.about, request.terms) == (CarReference(ordinals=(place,)), QUOTED.plan)


def test_the_other_of_two_cars() -> None:
    state = replace(QUOTED, shown=SHOWN[:2])
    assert plan("y el otro?", Intent.MORE, state).about == CarReference(stock_ids=("12",))


def test_another_thing_asked_of_another_car_is_no_plan() -> None:
    assert stock("y el segundo qué versión es?", Intent.DETAIL, QUOTED).attributes == ("version",)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("no, espérate, 120", PlanTerms(down_amount=money(120_000), months=(48,))),
        ("entonces a 4 años", PlanTerms(down_amount=money(60_000), months=(48,))),
        ("con la mitad de enganche", PlanTerms(down_percent=money(50), months=(48,))),
        ("con el 20", PlanTerms(down_percent=money(20), months=(48,))),
        ("y si doy el 30?", PlanTerms(down_percent=money(30), months=(48,))),
    ],
)
def test_terms_said_shortly_change_the_plan(text: str, terms: PlanTerms) -> None:
    assert plan(text, Intent.CHANGE_PLAN, PRICED).terms == terms


def test_a_price_is_put_right() -> None:
    text = "me equivoqué en el precio, son 380"
    (request,) = requests(
        text, ("me equivoqué en el precio,", Intent.BUYING), ("son 380", Intent.COMPANY), state=PRICED
    )
    assert isinstance(request, FinanceRequest)
    assert (request.price, request.terms.months) == (money(380_000), (48,))


def test_two_prices_are_a_price_and_what_is_given() -> None:
    request = plan("un carro de 300 mil dando 60 mil a 48", Intent.QUOTE, FRESH)
    assert (request.price, request.terms) == (money(300_000), PlanTerms(down_amount=money(60_000), months=(48,)))


def test_a_calculation_is_completed_step_by_step() -> None:
    said = FinanceRequest(Intent.PREPAY, FinanceKind.PREPAYMENT, price=money(250_000), extra=money(30_000))
    state = replace(
        PRICED, plan_price="250000", plan_kind=FinanceKind.PREPAYMENT, calculation=said, last_intent=Intent.PREPAY,
        question=Question(Ask.AFTER_PAYMENT),
    )  # fmt: skip
    request = plan("en el mes 12", Intent.SCHEDULE, state)
    assert (request.kind, request.extra, request.after_payment) == (FinanceKind.PREPAYMENT, money(30_000), 12)


@pytest.mark.parametrize(("text", "debts"), [("y si pago 3 mil de deudas?", 3_000), ("y sin deudas?", 0)])
def test_debts_change_what_an_income_reaches(text: str, debts: int) -> None:
    said = FinanceRequest(Intent.AFFORD, FinanceKind.AFFORDABILITY, income=money(20_000))
    state = replace(FRESH, plan_kind=FinanceKind.AFFORDABILITY, calculation=said, last_intent=Intent.AFFORD)
    request = plan(text, Intent.AFFORD, state)
    assert (request.kind, request.income, request.debts) == (FinanceKind.AFFORDABILITY, money(20_000), money(debts))


def test_a_question_beside_an_income_is_the_same_question() -> None:
    first, second = "gano 25 mil al mes,", "¿qué coche me puedo comprar?"
    (request,) = requests(f"{first} {second}", (first, Intent.AFFORD), (second, Intent.BUYING), state=FRESH)
    assert isinstance(request, FinanceRequest)
    assert request.income == money(25_000)


def test_what_a_trade_in_is_taken_for_is_part_of_the_plan() -> None:
    assert plan("me lo toman en 70 mil", Intent.TRADE_IN, QUOTED).terms.trade_in == money(70_000)


def test_a_calculation_and_its_figures_in_two_sentences_are_one() -> None:
    first, second = "¿me dejan un pago final grande de 80 mil?", "es un auto de 350 mil a 48"
    (request,) = requests(f"{first} {second}", (first, Intent.PREPAY), (second, Intent.QUOTE), state=FRESH)
    assert isinstance(request, FinanceRequest)
    assert (request.kind, request.balloon, request.price) == (FinanceKind.BALLOON, money(80_000), money(350_000))


def test_a_claimed_rate_is_no_claimed_price() -> None:
    request = plan("cotiza 200 mil a 48 con la tasa del 5% que me prometieron", Intent.QUOTE, FRESH)
    assert (request.price, request.claimed_rate_percent) == (money(200_000), money(5))


def test_a_comparison_and_a_plan_in_one_sentence() -> None:
    text = "compara el onix y el cavalier y dime en cuánto queda el más barato a 60 meses"
    found = requests(text, Intent.COMPARE, state=FRESH)
    assert [r.intent for r in found] == [Intent.COMPARE, Intent.QUOTE]
    assert isinstance(found[1], FinanceRequest)
    assert found[1].about.order == Order("price")


# --- around the sale ---


@pytest.mark.parametrize("text", ["mejor en Explanada a las 10", "y pásala al jueves", "mejor el viernes"])
def test_a_day_or_an_hour_moves_the_visit_just_booked(text: str) -> None:
    (request,) = requests(text, Intent.REFINE, state=BOOKED)
    assert request.intent is Intent.APPOINTMENT_CHANGE


def test_a_visit_is_asked_about_not_changed() -> None:
    (request,) = requests("a qué hora quedó mi cita?", Intent.APPOINTMENT_CHANGE, state=BOOKED)
    assert isinstance(request, ConciergeRequest)
    assert (request.subject, request.appointment) == ("status", AppointmentDraft())


def test_a_name_given_beside_a_visit_is_its_name() -> None:
    text = "quiero ir el martes a las 3, soy Nacho"
    first = "quiero ir el martes a las 3"
    (request,) = requests(text, (first, Intent.APPOINTMENT), ("soy Nacho", Intent.INTRODUCE), state=FRESH)
    assert isinstance(request, ConciergeRequest)
    assert request.appointment.name == "Nacho"


def test_a_question_about_the_company_goes_on() -> None:
    state = replace(FRESH, last_intent=Intent.RETURN, last_question="¿Puedo devolver el auto?")
    (request,) = requests("y si ya le anduve 500 km?", Intent.SEARCH, state=state)
    assert isinstance(request, InfoRequest)
    assert request.question.startswith("¿Puedo devolver el auto")


@pytest.mark.parametrize(
    ("text", "intent", "kept"),
    [("va, entonces a 48", Intent.CHANGE_PLAN, FinanceRequest), ("sí", Intent.AFFIRM, CatalogRequest)],
)
def test_an_ok_before_a_wish_is_no_yes_to_our_offer(text: str, intent: Intent, kept: type[Request]) -> None:
    parts = [("va,", Intent.AFFIRM), ("entonces a 48", intent)] if "," in text else [(text, intent)]
    (request,) = requests(text, *parts, state=PRICED)
    assert isinstance(request, kept)


@pytest.mark.parametrize(("word", "intent"), [("START", Intent.OPT_IN), (" stop ", Intent.OPT_OUT)])
def test_words_of_the_messaging_service_mean_what_they_mean_there(word: str, intent: Intent) -> None:
    (request,) = requests(word, Intent.HELP, state=FRESH)
    assert request.intent is intent
