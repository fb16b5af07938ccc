from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    SaleDraft,
)
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.segments import Segment
from commercial_agent.understanding.tracking import build_requests
from commercial_agent.understanding.tracking.build import MAX_REQUESTS

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 12, tzinfo=ZONE)  # a Sunday


def car(stock_id: str, make: str, model: str, year: int, price: int) -> CarMention:
    return CarMention(stock_id, make, model, year, "", Decimal(price), 50_000, "sedan", "automatic", 4_500)


SHOWN = (
    car("11", "Volkswagen", "Vento", 2019, 218_999),
    car("12", "Nissan", "Sentra", 2020, 262_999),
    car("13", "Toyota", "Corolla", 2018, 274_999),
)
FRESH = DialogueState()
BROWSING = DialogueState(
    criteria=CarCriteria(body_styles=("sedan",), price=Range(high=Decimal(280_000))),
    shown=SHOWN,
    total=8,
    last_intent=Intent.SEARCH,
)
QUOTED = replace(
    BROWSING,
    focus="11",
    plan=PlanTerms(down_percent=Decimal(20), months=(48,)),
    plan_kind=FinanceKind.QUOTE,
    last_intent=Intent.QUOTE,
)
BOOKING = replace(QUOTED, appointment=AppointmentDraft(city="Puebla"), last_intent=Intent.APPOINTMENT)
SELLING = DialogueState(sale=SaleDraft(), last_intent=Intent.SELL_CAR)


@lru_cache(1)
def reader() -> EntityReader:
    return EntityReader(Taxonomy.load(), time_zone=ZONE)


def requests(
    text: str, *parts: tuple[str, Intent] | Intent, state: DialogueState = FRESH, language: str = "es"
) -> tuple[Request, ...]:
    entities = reader().read(text, Language(language), NOW)
    segments = []
    for part in parts:
        words, intent = (text, part) if isinstance(part, Intent) else part
        start = text.index(words)
        segments.append(Segment(words, start, start + len(words), intent, 0.9))
    return build_requests(text, Language(language), segments, entities, state, NOW)


def asked(ask: Ask, state: DialogueState = BROWSING, **details: Any) -> DialogueState:
    return replace(state, question=Question(ask, **details))


def criteria_of(text: str, intent: Intent, state: DialogueState = BROWSING) -> CarCriteria:
    (request,) = requests(text, intent, state=state)
    assert isinstance(request, CatalogRequest)
    return request.criteria


def finance_of(text: str, intent: Intent, state: DialogueState = QUOTED) -> FinanceRequest:
    (request,) = requests(text, intent, state=state)
    assert isinstance(request, FinanceRequest)
    return request


def visit_of(text: str, intent: Intent, state: DialogueState) -> ConciergeRequest:
    (request,) = requests(text, intent, state=state)
    assert isinstance(request, ConciergeRequest)
    assert request.intent is Intent.APPOINTMENT
    return request


# --- searching ---


def test_a_first_search_asks_what_was_said() -> None:
    assert criteria_of("busco un corolla 2019 automático", Intent.SEARCH, FRESH) == CarCriteria(
        models=("Toyota/Corolla",), transmissions=("automatic",), year=Range(Decimal(2019), Decimal(2019))
    )


def test_a_refinement_adds() -> None:
    refined = criteria_of("que sea automático", Intent.REFINE)
    assert refined == replace(BROWSING.criteria, transmissions=("automatic",))


def test_a_correction_replaces() -> None:
    state = replace(BROWSING, criteria=replace(BROWSING.criteria, transmissions=("manual",)))
    assert criteria_of("mejor automático", Intent.REFINE, state).transmissions == ("automatic",)
    assert criteria_of("no, hasta 350 mil", Intent.REFINE).price == Range(high=Decimal(350_000))


def test_a_new_search_forgets_the_old_filters() -> None:
    assert criteria_of("ahora busco una pickup", Intent.SEARCH) == CarCriteria(body_styles=("pickup",))
    assert criteria_of("tienen cx5?", Intent.SEARCH) == CarCriteria(models=("Mazda/CX-5",))


def test_a_filter_alone_keeps_the_search_whatever_its_label() -> None:
    assert criteria_of("del 2019 en adelante", Intent.SEARCH) == replace(
        BROWSING.criteria, year=Range(low=Decimal(2019))
    )


def test_a_filter_is_taken_back() -> None:
    assert criteria_of("quita el precio", Intent.REFINE) == CarCriteria(body_styles=("sedan",))
    assert criteria_of("quita los filtros", Intent.REFINE).empty


def test_exclusions_add_up_and_undo_a_wish() -> None:
    state = replace(BROWSING, criteria=CarCriteria(makes=("Kia", "Nissan"), not_makes=("Ford",)))
    refined = criteria_of("menos kia", Intent.REFINE, state)
    assert refined.makes == ("Nissan",)
    assert refined.not_makes == ("Ford", "Kia")


def test_too_joins_a_name_to_the_ones_in_force() -> None:
    state = replace(BROWSING, criteria=CarCriteria(makes=("Nissan",)))
    assert criteria_of("también kia", Intent.REFINE, state).makes == ("Nissan", "Kia")


def test_a_comparative_relates_to_what_was_shown() -> None:
    (request,) = requests("más barato", Intent.REFINE, state=BROWSING)
    assert isinstance(request, CatalogRequest)
    assert request.relative == (Order("price"),)
    assert request.about == CarReference(shown=True)


def test_a_comparative_with_nothing_shown_is_an_order() -> None:
    assert criteria_of("algo más nuevo", Intent.SEARCH, FRESH).order == Order("year", True)


def test_something_like_a_shown_car() -> None:
    (request,) = requests("algo parecido al segundo pero más barato", Intent.REFINE, state=BROWSING)
    assert isinstance(request, CatalogRequest)
    assert (request.similar, request.about, request.relative) == (True, CarReference(ordinals=(2,)), (Order("price"),))


def test_more_turns_the_page() -> None:
    (request,) = requests("muéstrame más", Intent.MORE, state=BROWSING)
    assert isinstance(request, CatalogRequest)
    assert (request.intent, request.offset, request.criteria) == (Intent.MORE, 3, BROWSING.criteria)


# --- one car ---


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("cuántos km tiene el segundo", CarReference(ordinals=(2,))),
        ("cuántos km tiene el sentra", CarReference(criteria=CarCriteria(models=("Nissan/Sentra",)))),
        ("cuántos km tiene", CarReference(focus=True)),
        ("cuántos km tiene el más barato", CarReference(order=Order("price"))),
        ("cuántos km tiene la última", CarReference(ordinals=(-1,))),
        ("cuántos km tienen esos", CarReference(shown=True)),
    ],
)
def test_a_question_binds_to_a_car(text: str, about: CarReference) -> None:
    (request,) = requests(text, Intent.DETAIL, state=QUOTED)
    assert isinstance(request, CatalogRequest)
    assert request.attributes[0] == "km"
    assert request.about == about


def test_the_one_of_a_price_is_near_that_price() -> None:
    (request,) = requests("el de 220 mil es automático?", Intent.DETAIL, state=BROWSING)
    assert isinstance(request, CatalogRequest)
    assert request.attributes == ("transmission",)
    assert request.about.criteria is not None
    price = request.about.criteria.price
    assert price.low is not None
    assert price.high is not None
    assert price.low < 218_999 < price.high


def test_what_the_data_lacks_is_asked_by_name() -> None:
    (request,) = requests("de qué color es?", Intent.DETAIL, state=QUOTED)
    assert isinstance(request, CatalogRequest)
    assert request.attributes == ("colour",)


def test_a_bare_reference_is_a_closer_look() -> None:
    (request,) = requests("el segundo", Intent.UNCLEAR, state=BROWSING)
    assert isinstance(request, CatalogRequest)
    assert (request.intent, request.about) == (Intent.DETAIL, CarReference(ordinals=(2,)))


def test_comparing() -> None:
    (request,) = requests("compara el primero y el tercero", Intent.COMPARE, state=BROWSING)
    assert isinstance(request, CatalogRequest)
    assert request.about == CarReference(ordinals=(1, 3))
    (other,) = requests("versa vs aveo", Intent.COMPARE)
    assert isinstance(other, CatalogRequest)
    assert other.about.criteria == CarCriteria(models=("Nissan/Versa", "Chevrolet/Aveo"))


@pytest.mark.parametrize(
    ("text", "metric", "column", "group"),
    [
        ("cuántas suv tienen", Metric.COUNT, None, None),
        ("cuál es el más barato", Metric.MIN, "price", None),
        ("cuál es el más nuevo", Metric.MAX, "year", None),
        ("precio promedio por marca", Metric.MEAN, "price", "make"),
        ("qué marcas manejan", Metric.LIST, "make", None),
    ],
)
def test_questions_about_the_stock(text: str, metric: Metric, column: str | None, group: str | None) -> None:
    (request,) = requests(text, Intent.ANALYSE)
    assert isinstance(request, CatalogRequest)
    assert request.analysis is not None
    assert (request.analysis.metric, request.analysis.column, request.analysis.group_by) == (metric, column, group)


# --- plans ---


def test_terms_carry_over_to_the_next_car() -> None:
    request = finance_of("y del sentra?", Intent.QUOTE)
    assert request.about.criteria == CarCriteria(models=("Nissan/Sentra",))
    assert request.terms == QUOTED.plan


def test_a_new_down_payment_replaces_the_old_one() -> None:
    request = finance_of("con 50 mil de enganche", Intent.CHANGE_PLAN)
    assert request.terms == PlanTerms(down_amount=Decimal(50_000), months=(48,))
    assert request.about == CarReference(focus=True)


def test_a_bare_number_behind_a_verb_is_a_place_in_the_list() -> None:
    assert finance_of("cotiza 2 a 36 meses", Intent.QUOTE).about == CarReference(ordinals=(2,))


def test_a_pause_does_not_part_an_amount_from_its_cue() -> None:
    assert finance_of("y si doy más enganche, 80 mil", Intent.CHANGE_PLAN).terms.down_amount == 80_000


def test_a_car_given_in_part_payment_keeps_its_year() -> None:
    (request,) = requests("doy mi aveo 2014 a cuenta", Intent.TRADE_IN, state=QUOTED)
    assert isinstance(request, ConciergeRequest)
    assert request.sale == SaleDraft(trade_in=True, make="Chevrolet", model="Aveo", year=2014)


def test_no_down_payment_is_zero() -> None:
    assert finance_of("y sin enganche?", Intent.CHANGE_PLAN).terms.down_amount == 0


def test_changing_a_plan_that_does_not_exist_is_making_one() -> None:
    assert finance_of("a 60 meses", Intent.CHANGE_PLAN, replace(BROWSING, focus="12")).intent is Intent.QUOTE


@pytest.mark.parametrize("text", ["and at 72?", "at 72 then", "what about 72?", "how about 72", "¿y a 72?", "e em 72?"])
def test_a_bare_term_after_a_plan_changes_it(text: str) -> None:
    assert finance_of(text, Intent.CHANGE_PLAN).terms.months == (72,)


def test_an_income_takes_the_place_of_a_budget_told_before() -> None:
    before = replace(FRESH, monthly_budget="4500", plan_kind=FinanceKind.DOWN_NEEDED, last_intent=Intent.AFFORD)
    request = finance_of("gano 30 mil al mes, ¿me alcanza?", Intent.AFFORD, before)
    assert (request.kind, request.income, request.monthly_budget) == (FinanceKind.AFFORDABILITY, Decimal(30_000), None)


def test_an_amount_is_financed_without_a_car() -> None:
    request = finance_of("quiero financiar 260 mil a 48 meses", Intent.QUOTE, FRESH)
    assert (request.price, request.terms.months, bool(request.about)) == (Decimal(260_000), (48,), False)
    later = finance_of("y a 60?", Intent.CHANGE_PLAN, replace(FRESH, plan_kind=FinanceKind.QUOTE, plan_price="260000"))
    assert (later.price, later.terms.months) == (Decimal(260_000), (60,))


@pytest.mark.parametrize(
    ("text", "intent", "kind"),
    [
        ("cuánto queda al mes", Intent.QUOTE, FinanceKind.QUOTE),
        ("a 36, 48 y 60", Intent.QUOTE, FinanceKind.TERMS),
        ("en todos los plazos", Intent.QUOTE, FinanceKind.TERMS),
        ("dame la tabla de amortización", Intent.SCHEDULE, FinanceKind.SCHEDULE),
        ("cuánto de enganche para pagar 4 mil al mes", Intent.QUOTE, FinanceKind.DOWN_NEEDED),
        ("en cuánto tiempo lo pago con 6 mil mensuales", Intent.QUOTE, FinanceKind.TERM_NEEDED),
        ("si abono 30 mil a capital en el mes 12", Intent.PREPAY, FinanceKind.PREPAYMENT),
        ("si quiero liquidar en el mes 24", Intent.PREPAY, FinanceKind.PAYOFF),
        ("con un pago final de 60 mil", Intent.QUOTE, FinanceKind.BALLOON),
        ("con 2% de comisión por apertura cuánto queda", Intent.QUOTE, FinanceKind.COMMISSION),
        ("y con iva?", Intent.CHANGE_PLAN, FinanceKind.IVA),
        ("mi banco me da 14% de interés", Intent.QUOTE, FinanceKind.OTHER_LENDER),
        ("qué documentos piden", Intent.RULES, FinanceKind.RULES),
        ("gano 22 mil, me alcanza para ese?", Intent.AFFORD, FinanceKind.CAN_I),
    ],
)
def test_which_calculation_is_meant(text: str, intent: Intent, kind: FinanceKind) -> None:
    assert finance_of(text, intent).kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("con 4500 al mes qué me alcanza", FinanceKind.MAX_PRICE),
        ("gano 22 mil al mes, qué puedo comprar", FinanceKind.AFFORDABILITY),
        ("qué suv puedo pagar con 5 mil mensuales", FinanceKind.MAX_PRICE),
    ],
)
def test_a_budget_asks_what_it_buys(text: str, kind: FinanceKind) -> None:
    assert finance_of(text, Intent.AFFORD, FRESH).kind is kind


def test_what_a_budget_is_to_buy_is_kept() -> None:
    request = finance_of("qué suv puedo pagar con 5 mil mensuales", Intent.AFFORD, FRESH)
    assert (request.monthly_budget, request.criteria) == (Decimal(5_000), CarCriteria(body_styles=("suv",)))


def test_filters_of_a_search_do_not_leak_into_a_budget() -> None:
    assert finance_of("con 5 mil al mes qué me alcanza", Intent.AFFORD, BROWSING).criteria.empty


# --- the company ---


@pytest.mark.parametrize(
    ("text", "last", "before", "whole"),
    [
        ("¿y en Guadalajara?", Intent.BRANCHES, "¿Qué horario tienen en Puebla?", "en Guadalajara"),
        ("y eso cuánto dura", Intent.WARRANTY, "¿Dan garantía?", "cuánto dura"),
    ],
)
def test_a_follow_up_is_made_whole(text: str, last: Intent, before: str, whole: str) -> None:
    state = replace(BROWSING, last_intent=last, last_question=before)
    (request,) = requests(text, Intent.UNCLEAR, state=state)
    assert isinstance(request, InfoRequest)
    assert request.intent is last
    assert request.question.startswith(before.rstrip("?"))
    assert whole in request.question


def test_a_whole_question_stays_as_it_is() -> None:
    state = replace(BROWSING, last_intent=Intent.BRANCHES, last_question="¿Dónde están?")
    (request,) = requests("¿Cuánto tiempo tengo para devolver el auto?", Intent.RETURN, state=state)
    assert isinstance(request, InfoRequest)
    assert request.question == "¿Cuánto tiempo tengo para devolver el auto?"


def test_opening_hours_of_a_day() -> None:
    (request,) = requests("¿abren el domingo en Querétaro?", Intent.BRANCHES)
    assert isinstance(request, InfoRequest)
    assert (request.city, request.weekday, request.asks_hours) == ("Querétaro", 6, True)


# --- answers to our question ---


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("60", (60,)),
        ("a 60", (60,)),
        ("5 años", (60,)),
        ("5", (60,)),
        ("el de 72 meses", (72,)),
        ("cuatro años", (48,)),
    ],
)
def test_a_term_is_answered(text: str, months: tuple[int, ...]) -> None:
    assert finance_of(text, Intent.UNCLEAR, asked(Ask.TERM, QUOTED)).terms.months == months


@pytest.mark.parametrize(("text", "months"), [("la segunda", 48), ("el más largo", 72), ("el más corto", 36)])
def test_a_term_is_chosen_among_ours(text: str, months: int) -> None:
    state = asked(Ask.TERM, QUOTED, options=("36", "48", "60", "72"))
    assert finance_of(text, Intent.UNCLEAR, state).terms.months == (months,)


@pytest.mark.parametrize(
    ("text", "amount", "percent"),
    [
        ("40 mil", 40_000, None),
        ("40", None, 40),
        ("120", 120_000, None),
        ("el 25", None, 25),
        ("el 10%", None, 10),
        ("nada", 0, None),
        ("sin enganche", 0, None),
        ("$65,000", 65_000, None),
    ],
)
def test_a_down_payment_is_answered(text: str, amount: int | None, percent: int | None) -> None:
    terms = finance_of(text, Intent.UNCLEAR, asked(Ask.DOWN_PAYMENT, QUOTED)).terms
    assert (terms.down_amount, terms.down_percent, terms.months) == (amount, percent, (48,))


@pytest.mark.parametrize("text", ["220", "220 mil", "unos 220", "hasta 220 mil", "máximo 220"])
def test_a_budget_is_answered(text: str) -> None:
    price = criteria_of(text, Intent.UNCLEAR, asked(Ask.BUDGET)).price
    assert price.high in (Decimal(220_000), Decimal(242_000))


def test_a_monthly_budget_is_answered_where_money_was_the_topic() -> None:
    state = asked(Ask.BUDGET, replace(BROWSING, last_intent=Intent.AFFORD, plan_kind=FinanceKind.MAX_PRICE))
    request = finance_of("como 4 mil", Intent.UNCLEAR, state)
    assert (request.kind, request.monthly_budget) == (FinanceKind.MAX_PRICE, Decimal(4_000))


def test_an_income_is_answered() -> None:
    state = asked(Ask.INCOME, replace(BROWSING, plan_kind=FinanceKind.AFFORDABILITY, last_intent=Intent.AFFORD))
    assert finance_of("18", Intent.UNCLEAR, state).income == 18_000


@pytest.mark.parametrize(
    ("ask", "intent"),
    [
        (Ask.QUOTE, Intent.QUOTE),
        (Ask.MORE_CARS, Intent.MORE),
        (Ask.SHOW_CARS, Intent.SEARCH),
        (Ask.BOOK, Intent.APPOINTMENT),
        (Ask.HUMAN, Intent.HUMAN),
        (Ask.CONFIRM_CANCEL, Intent.APPOINTMENT_CANCEL),
    ],
)
@pytest.mark.parametrize("text", ["sí", "claro que sí", "va", "simón, por favor"])
def test_yes_becomes_what_we_offered(ask: Ask, intent: Intent, text: str) -> None:
    (request,) = requests(text, Intent.AFFIRM, state=asked(ask, QUOTED))
    assert request.intent is intent


@pytest.mark.parametrize("ask", [Ask.QUOTE, Ask.MORE_CARS, Ask.BOOK, Ask.HUMAN])
def test_no_is_a_no(ask: Ask) -> None:
    (request,) = requests("no gracias", Intent.DENY, state=asked(ask, QUOTED))
    assert request.intent is Intent.DENY


def test_yes_with_a_term_is_one_plan() -> None:
    found = requests(
        "sí, a 60 meses", ("sí, ", Intent.AFFIRM), ("a 60 meses", Intent.CHANGE_PLAN), state=asked(Ask.QUOTE, QUOTED)
    )
    assert len(found) == 1
    assert isinstance(found[0], FinanceRequest)
    assert found[0].terms.months == (60,)


def test_no_followed_by_a_wish_is_the_wish() -> None:
    parts = (("no, ", Intent.DENY), ("mejor uno automático", Intent.REFINE))
    found = requests("no, mejor uno automático", *parts, state=asked(Ask.MORE_CARS))
    assert [request.intent for request in found] == [Intent.REFINE]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("la 2", CarReference(ordinals=(2,))),
        ("2", CarReference(ordinals=(2,))),
        ("el sentra", CarReference(criteria=CarCriteria(models=("Nissan/Sentra",)))),
        ("el primero", CarReference(ordinals=(1,))),
    ],
)
def test_the_car_we_asked_for_goes_on_with_the_plan(text: str, about: CarReference) -> None:
    state = asked(Ask.WHICH_CAR, replace(BROWSING, last_intent=Intent.QUOTE))
    assert finance_of(text, Intent.UNCLEAR, state).about == about


def test_another_search_is_no_answer_to_which_car() -> None:
    state = asked(Ask.WHICH_CAR, replace(BROWSING, last_intent=Intent.QUOTE))
    assert criteria_of("busco un mazda 2", Intent.SEARCH, state) == CarCriteria(models=("Mazda/2",))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("automático", ("automatic",)), ("la manual", ("manual",)), ("me da igual", ()), ("estándar porfa", ("manual",))],
)
def test_one_of_our_options_narrows(text: str, wanted: tuple[str, ...]) -> None:
    state = asked(Ask.NARROW, options=("automatic", "manual"), attribute="transmissions")
    assert criteria_of(text, Intent.UNCLEAR, state) == replace(BROWSING.criteria, transmissions=wanted)


@pytest.mark.parametrize(
    ("ask", "text", "draft"),
    [
        (Ask.DAY, "mejor mañana", AppointmentDraft(day=date(2026, 11, 23))),
        (Ask.DAY, "el 28", AppointmentDraft(day=date(2026, 11, 28))),
        (Ask.DAY, "el sábado en la tarde", AppointmentDraft(day=date(2026, 11, 28), part_of_day="afternoon")),
        (Ask.DAY, "31 de febrero", AppointmentDraft(problem="impossible_date")),
        (Ask.DAY, "ayer", AppointmentDraft(day=date(2026, 11, 21), problem="past_date")),
        (Ask.HOUR, "11", AppointmentDraft(at=time(11))),
        (Ask.HOUR, "a las 4 y media", AppointmentDraft(at=time(16, 30))),
        (Ask.HOUR, "en la mañana", AppointmentDraft(part_of_day="morning")),
        (Ask.NAME, "Luisa Fernández", AppointmentDraft(name="Luisa Fernández")),
        (Ask.NAME, "mercedes", AppointmentDraft(name="Mercedes")),
        (Ask.BRANCH, "en Monterrey", AppointmentDraft(city="Monterrey")),
    ],
)
def test_an_appointment_is_filled_bit_by_bit(ask: Ask, text: str, draft: AppointmentDraft) -> None:
    assert visit_of(text, Intent.UNCLEAR, asked(ask, BOOKING)).appointment == draft


def test_an_hour_is_chosen_among_ours() -> None:
    state = asked(Ask.HOUR, BOOKING, options=("10:00", "12:30", "16:00"))
    request = visit_of("la segunda", Intent.UNCLEAR, state)
    assert request.appointment == AppointmentDraft(at=time(12, 30))
    assert not request.about


def test_an_appointment_may_be_made_in_one_go() -> None:
    request = visit_of("quiero ver el segundo el sábado a las 11 en Puebla, soy Ana", Intent.APPOINTMENT, BROWSING)
    assert request.appointment == AppointmentDraft(
        city="Puebla", day=date(2026, 11, 28), at=time(11), stock_id="12", name="Ana"
    )


@pytest.mark.parametrize(
    ("ask", "text", "draft"),
    [
        (Ask.SALE_CAR, "un aveo 2016", SaleDraft(make="Chevrolet", model="Aveo", year=2016)),
        (Ask.SALE_YEAR, "2016", SaleDraft(year=2016)),
        (Ask.SALE_YEAR, "es 16", SaleDraft(year=2016)),
        (Ask.SALE_KM, "95 mil", SaleDraft(km=95_000)),
        (Ask.SALE_KM, "95", SaleDraft(km=95_000)),
        (Ask.SALE_CITY, "Toluca", SaleDraft(city="Toluca")),
        (Ask.SALE_CITY, "Xicohtencatl", SaleDraft(city="Xicohtencatl")),
    ],
)
def test_a_car_for_sale_is_filled_bit_by_bit(ask: Ask, text: str, draft: SaleDraft) -> None:
    (request,) = requests(text, Intent.UNCLEAR, state=asked(ask, SELLING))
    assert isinstance(request, ConciergeRequest)
    assert (request.intent, request.sale) == (Intent.SELL_CAR, draft)


@pytest.mark.parametrize(
    ("text", "stars"),
    [("5", 5), ("cuatro estrellas", 4), ("⭐⭐⭐", 3), ("excelente", 5), ("pésimo", 1), ("9 de 10", 4), ("regular", 3)],
)
def test_a_rating_is_answered(text: str, stars: int) -> None:
    (request,) = requests(text, Intent.UNCLEAR, state=asked(Ask.RATING))
    assert isinstance(request, ConciergeRequest)
    assert (request.intent, request.stars) == (Intent.RATE, stars)


def test_a_choice_is_answered() -> None:
    state = asked(Ask.CHOICE, QUOTED, options=("finance.quote", "catalog.detail"))
    (request,) = requests("la segunda", Intent.UNCLEAR, state=state)
    assert request.intent is Intent.DETAIL


@pytest.mark.parametrize("ask", [Ask.BUDGET, Ask.TERM, Ask.DAY, Ask.NAME, Ask.SALE_KM, Ask.WHICH_CAR, Ask.QUOTE])
def test_another_topic_is_no_answer(ask: Ask) -> None:
    (request,) = requests("¿qué cubre la garantía?", Intent.WARRANTY, state=asked(ask, BOOKING))
    assert request.intent is Intent.WARRANTY


# --- several wishes in a message ---


def test_a_plan_points_at_the_search_of_the_same_message() -> None:
    parts = (("busco un sentra 2020 ", Intent.SEARCH), ("y cuánto queda a 48 meses", Intent.QUOTE))
    search, plan = requests("busco un sentra 2020 y cuánto queda a 48 meses", *parts)
    assert isinstance(search, CatalogRequest)
    assert isinstance(plan, FinanceRequest)
    assert plan.about.criteria == search.criteria
    assert plan.terms.months == (48,)


def test_the_way_back_to_a_car_after_another_topic() -> None:
    state = replace(QUOTED, last_intent=Intent.WARRANTY, last_question="¿Dan garantía?")
    request = finance_of("ok y del segundo que me pasaste cuánto queda", Intent.QUOTE, state)
    assert request.about == CarReference(ordinals=(2,))
    assert request.terms == QUOTED.plan


def test_wishes_in_a_greeting_are_a_search() -> None:
    assert criteria_of("hola, jetta 2019", Intent.GREETING, FRESH).models == ("Volkswagen/Jetta",)


def test_nothing_to_go_on_is_unclear_with_its_choices() -> None:
    segment = Segment("mmm pues", 0, 8, Intent.UNCLEAR, 0.2, (Intent.QUOTE, Intent.SEARCH))
    (request,) = build_requests("mmm pues", Language.ES, [segment], (), BROWSING, NOW)
    assert isinstance(request, ConciergeRequest)
    assert (request.intent, request.choices) == (Intent.UNCLEAR, (Intent.QUOTE, Intent.SEARCH))


def test_no_segment_at_all_is_unclear() -> None:
    (request,) = build_requests("", Language.ES, [], (), FRESH, NOW)
    assert request.intent is Intent.UNCLEAR


@pytest.mark.parametrize(
    ("text", "language"),
    [("háblame en inglés", Language.EN), ("in spanish please", Language.ES), ("em português", Language.PT)],
)
def test_the_language_asked_for(text: str, language: Language) -> None:
    (request,) = requests(text, Intent.LANGUAGE)
    assert isinstance(request, ConciergeRequest)
    assert request.language is language


# --- other languages ---


def test_english_and_portuguese_follow_ups() -> None:
    english = finance_of("and the second one over 60 months?", Intent.QUOTE)
    assert (english.about, english.terms.months) == (CarReference(ordinals=(2,)), (60,))
    (portuguese,) = requests("e o segundo em 60 meses?", Intent.QUOTE, state=QUOTED, language="pt")
    assert isinstance(portuguese, FinanceRequest)
    assert (portuguese.about, portuguese.terms.months) == (CarReference(ordinals=(2,)), (60,))


# --- whatever comes ---

WORDS = [
    "sí", "no", "el", "la", "2", "48", "200", "mil", "segundo", "jetta", "kia", "suv",
    "mañana", "sábado", "a", "las", "11", "%", "enganche", "más", "barato", "quita", "precio", "ese",
    "y", "?", "31", "febrero",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    text=st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join),
    cut=st.integers(0, 80),
    intents=st.tuples(st.sampled_from(Intent), st.sampled_from(Intent)),
    ask=st.sampled_from(Ask),
    options=st.lists(
        st.text(max_size=8) | st.sampled_from(["48", "10:00", "finance.quote", "automatic", "200-300"]), max_size=3
    ),
    attribute=st.sampled_from([None, "price", "transmissions", "nonsense"]),
    state=st.sampled_from([FRESH, BROWSING, QUOTED, BOOKING, SELLING]),
)
def test_any_text_in_any_state_gives_requests(
    text: str,
    cut: int,
    intents: tuple[Intent, Intent],
    ask: Ask,
    options: list[str],
    attribute: str | None,
    state: DialogueState,
) -> None:
    cut = min(cut, len(text))
    segments = [Segment(text[:cut], 0, cut, intents[0], 0.5), Segment(text[cut:], cut, len(text), intents[1], 0.5)]
    entities = reader().read(text, Language.ES, NOW)
    asked_state = asked(ask, state, options=tuple(options), attribute=attribute)
    found = build_requests(text, Language.ES, segments, entities, asked_state, NOW)
    assert 1 <= len(found) <= MAX_REQUESTS
