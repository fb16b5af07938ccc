"""Answers to our own question: "48", "sí", "el 20", "mejor mañana", "la primera".

A segment is an answer when it gives what was asked and says little else, or when its label goes with the question.
What was only half said is read again with the question in mind (`expected`), so that a bare 48 is a term, a day or
kilometres.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import Request
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.understanding.tracking.answers_cars import read_narrow, read_which_car
from commercial_agent.understanding.tracking.answers_money import (
    budget_is_monthly,
    read_budget,
    read_down,
    read_if_said,
    read_price_or_car,
    read_term,
)
from commercial_agent.understanding.tracking.answers_people import (
    read_condition,
    read_moment,
    read_name,
    read_place,
    read_rating,
    read_sale_value,
    read_which_visit,
)
from commercial_agent.understanding.tracking.catalog import catalog_request
from commercial_agent.understanding.tracking.company import of_the_company
from commercial_agent.understanding.tracking.concierge import concierge_request
from commercial_agent.understanding.tracking.condition import condition_of
from commercial_agent.understanding.tracking.context import Context
from commercial_agent.understanding.tracking.finance import finance_request
from commercial_agent.understanding.tracking.fitting import FITTING, NEUTRAL
from commercial_agent.understanding.tracking.in_force import changes_terms
from commercial_agent.understanding.tracking.info import info_request
from commercial_agent.understanding.tracking.options import place_of, without_places
from commercial_agent.understanding.tracking.own_car import speaks_of_another
from commercial_agent.understanding.tracking.reread import reread
from commercial_agent.understanding.tracking.residue import residue
from commercial_agent.understanding.tracking.stock import SURE, UNSURE
from commercial_agent.understanding.tracking.visits import says as visit_says
from commercial_agent.understanding.tracking.visits import without_what_stays
from commercial_agent.understanding.tracking.yes_no import says_yes, yes_or_no

_EXPECTED = {
    Ask.BUDGET: "price",
    Ask.PRICE_OR_CAR: "price",
    Ask.DOWN_PAYMENT: "down",
    Ask.TERM: "months",
    Ask.INCOME: "income",
    Ask.DAY: "day",
    Ask.HOUR: "hour",
    Ask.NAME: "name",
    Ask.SALE_YEAR: "year",
    Ask.SALE_KM: "km",
    Ask.EXTRA: "extra",
    Ask.AFTER_PAYMENT: "after_payment",
    Ask.BALLOON: "balloon",
    Ask.RATE: "rate_percent",
}
_OF_PLANS = frozenset({Ask.DOWN_PAYMENT, Ask.TERM, Ask.EXTRA, Ask.BALLOON, Ask.AFTER_PAYMENT, Ask.RATE})
_OF_SALE = frozenset({Ask.SALE_CAR, Ask.SALE_YEAR, Ask.SALE_KM, Ask.SALE_CITY, Ask.SALE_CONDITION})
_YES_NO = frozenset(
    {Ask.MORE_CARS, Ask.SHOW_CARS, Ask.QUOTE, Ask.BOOK, Ask.HUMAN, Ask.CONFIRM_BOOKING, Ask.CONFIRM_CANCEL}
)
_LONGEST_ANSWER = 2  # words that are neither the value nor fillers


def read_answer(context: Context) -> Request | None:
    """The request that answers our pending question, None when the segment is no answer to it."""
    question = context.state.question
    if question is None:
        return None
    if "?" in context.text and of_the_company(context) is not None:
        return None  # "¿me da la seguridad de que me lo aprueban?"
    if question.ask in _YES_NO:
        return None if changes_terms(context) else yes_or_no(context, question)
    if question.ask is Ask.DOWN_PAYMENT and context.has("months") and context.says("same_terms"):
        return None  # "con la misma pero 72"
    if _tells_a_payment(context, question):
        return None
    if expected := _EXPECTED.get(question.ask):
        if question.ask is Ask.BUDGET and budget_is_monthly(context):
            expected = "monthly"
        context = replace(context, entities=reread(context, expected))
    if not _may_answer(context, question):
        return None
    return _READERS.get(question.ask, _nothing)(context, question)


def _tells_a_payment(context: Context, question: Question) -> bool:
    """`la verdad puedo dar 5,500 mensuales`: what is paid a month, neither an income nor a down payment."""
    monthly = any(entity.score >= 1 for entity in context.all("monthly"))
    return monthly and (question.ask in _OF_PLANS or (question.ask is Ask.INCOME and context.says("can_pay")))


def _nothing(_: Context, __: Question) -> Request | None:
    return None


def _may_answer(context: Context, question: Question) -> bool:
    """Whether a segment may be an answer: its label goes with the question, or it says little beside the value."""
    if question.ask in _OF_SALE and speaks_of_another(context):
        return False
    if _asks_of_car(context) or _looks_for_cars(context, question):
        return False
    if context.intent in FITTING.get(question.ask, frozenset()) and "?" not in context.text:
        return True
    if question.ask in _OF_SALE and _tells_of_sale(context):
        return True
    if question.ask is Ask.CHOICE and visit_says("stays", context.scan):
        return True
    if context.intent in NEUTRAL or (context.confidence < UNSURE and "?" not in context.text):
        return True
    if context.confidence >= SURE and context.intent.agent is Agent.CONCIERGE and residue(context):
        return False
    return residue(context) <= _LONGEST_ANSWER and "?" not in context.text


def _asks_of_car(context: Context) -> bool:
    """`any idea if it has Android Auto`: a trait of the car spoken of, whatever we asked; no figure is told."""
    if context.intent is not Intent.DETAIL or any(char.isdigit() for char in context.text):
        return False
    asked = {entity.value for entity in context.all("attribute", "equipment", "not_in_data")} - {"price"}
    return bool(asked) and context.state.focus is not None and not context.has("order", "relative", "make", "model")


def _looks_for_cars(context: Context, question: Question) -> bool:
    """`olvida la koleos. muéstrame suvs de hasta 335`: other cars, whatever was asked of a plan."""
    if question.ask not in _OF_PLANS or context.has("months", "down_percent", "monthly"):
        return False
    kinds = context.has("body_style", "segment", "not_model", "not_make")
    return kinds and (context.says("show_verb") or context.says("search_verb"))


def _tells_of_sale(context: Context) -> bool:
    """`it's in Puebla, good condition`: what was asked of the car for sale, under a label that is not sure."""
    said = context.has("city", "km", "year", "branch") or condition_of(context.scan) is not None
    return said and "?" not in context.text and context.confidence < SURE


def _choice(context: Context, question: Question) -> Request | None:
    index = None
    if Intent.APPOINTMENT_CHANGE.value in question.options:
        one_stays = visit_says("stays", context.scan) and context.has("date", "weekday", "time", "reference")
        if context.says("another_one") or one_stays:
            index = question.options.index(Intent.APPOINTMENT.value)
            context = without_what_stays(context)
        elif context.says("move_verb") or context.says("same_one"):
            index = question.options.index(Intent.APPOINTMENT_CHANGE.value)
    if index is None:
        index = place_of(context, question)
    if index is None and says_yes(context) and len(question.options) == 1:
        index = 0
    chosen = next((intent for intent in Intent if index is not None and intent == question.options[index]), None)
    return build_plain(without_places(replace(context, intent=chosen))) if chosen is not None else None


def build_plain(context: Context) -> Request:
    """The request of the segment's intent."""
    match context.intent.agent:
        case Agent.CATALOG:
            return catalog_request(context)
        case Agent.FINANCE:
            return finance_request(context)
        case Agent.INFO:
            return info_request(context)
        case Agent.CONCIERGE:
            return concierge_request(context)


_READERS: dict[Ask, Callable[[Context, Question], Request | None]] = {
    Ask.NARROW: read_narrow,
    Ask.WHICH_CAR: read_which_car,
    Ask.BUDGET: read_budget,
    Ask.PRICE_OR_CAR: read_price_or_car,
    Ask.DOWN_PAYMENT: read_down,
    Ask.TERM: read_term,
    Ask.INCOME: read_if_said("income"),
    Ask.EXTRA: read_if_said("extra"),
    Ask.AFTER_PAYMENT: read_if_said("after_payment"),
    Ask.BALLOON: read_if_said("balloon"),
    Ask.RATE: read_if_said("rate_percent"),
    Ask.BRANCH: read_place,
    Ask.DAY: read_moment,
    Ask.HOUR: read_moment,
    Ask.NAME: read_name,
    Ask.WHICH_VISIT: read_which_visit,
    Ask.SALE_CAR: read_sale_value("make", "model"),
    Ask.SALE_YEAR: read_sale_value("year"),
    Ask.SALE_KM: read_sale_value("km"),
    Ask.SALE_CITY: read_sale_value("city", "branch"),
    Ask.SALE_CONDITION: read_condition,
    Ask.RATING: read_rating,
    Ask.CHOICE: _choice,
}
