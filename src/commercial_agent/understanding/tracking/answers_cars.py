"""Answers about cars: what narrows a search, and which car is meant."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from commercial_agent.conversation.cars import CarReference, Range, resolve
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import CatalogRequest, Request
from commercial_agent.conversation.state import Question
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.criteria import names_cars
from commercial_agent.understanding.tracking.about import about, naming
from commercial_agent.understanding.tracking.analysis import asks_of_stock
from commercial_agent.understanding.tracking.catalog import catalog_request
from commercial_agent.understanding.tracking.concierge import appointment_request
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context
from commercial_agent.understanding.tracking.finance import finance_request
from commercial_agent.understanding.tracking.fitting import CATALOG, MONEY, NEUTRAL, VISIT
from commercial_agent.understanding.tracking.options import place_of
from commercial_agent.understanding.tracking.residue import residue
from commercial_agent.understanding.tracking.stock import SURE, best_of_kind, compares

_NO_NARROWING = frozenset({Intent.COMPARE, Intent.SELL_CAR, Intent.TRADE_IN})


def read_narrow(context: Context, question: Question) -> Request | None:
    """A choice among what narrows the search, or a refinement of it."""
    attribute = question.attribute
    if context.pointed and context.intent is Intent.DETAIL:
        return None  # "the one in the middle, does it have CarPlay"
    if context.intent in MONEY or context.has("months", "down_amount", "down_percent", "monthly", "visit_kind"):
        return None
    if asks_of_stock(context) or context.has("similar") or context.says_first("which_one"):
        return None
    if _asks_of_shown(context) or _points_at_one(context) or context.says("side_by_side"):
        return None
    if context.intent in _NO_NARROWING or (context.has("order") and context.has("reference")):
        return None
    if context.says("dont_care") and not context.asks_of_cars and not context.has("reference", "remove"):
        criteria = (
            context.state.criteria.without(attribute) if attribute in _criteria_fields() else context.state.criteria
        )
        return CatalogRequest(Intent.REFINE, criteria, text=context.text)
    if context.asks_of_cars or context.has("remove", "relative"):
        return catalog_request(replace(context, intent=Intent.REFINE))
    if context.state.shown and context.has("reference"):
        return None  # the cars are numbered, our options are not: "el segundo" is a car
    index = place_of(context, question)
    if index is None or attribute not in _criteria_fields():
        return None
    value = _criteria_value(attribute, question.options[index])
    if value is None:
        return None
    chosen: dict[str, Any] = {attribute: value}
    criteria = replace(context.state.criteria, **chosen)
    return CatalogRequest(Intent.REFINE, criteria, text=context.text)


def _points_at_one(context: Context) -> bool:
    """`does the one in the middle come with CarPlay`: asked of a car of the list, no wish for others."""
    pointed = [entity.value for entity in context.all("reference")]
    one = any(value.ordinals or value.focus for value in pointed) or bool(context.pointed)
    return one and bool(context.state.shown) and not context.has("relative", "similar", "remove", "order")


def _asks_of_shown(context: Context) -> bool:
    """`el ford, ¿qué tal de kilometraje?`: a question about a car of the list, by its name or a trait."""
    asks = context.has("attribute", "not_in_data")
    if context.intent is not Intent.DETAIL and not (asks and context.intent in NEUTRAL):
        return False
    named = naming(context)
    if named.empty or not (asks or names_cars(named)):
        return False
    return bool(resolve(CarReference(criteria=named), context.state.shown, (), None))


def _criteria_fields() -> frozenset[str]:
    return frozenset({
    "makes", "models", "body_styles", "segments", "transmissions", "drives", "fuels", "price", "year", "km",
    "seats", "doors",
})  # fmt: skip


def _criteria_value(attribute: str, option: str) -> tuple[str, ...] | Range | None:
    if attribute not in ("price", "year", "km", "seats", "doors"):
        return (option,)
    low, dash, high = option.partition("-")
    try:
        if not dash:
            return Range(high=Decimal(low)) if attribute in ("price", "km") else Range(Decimal(low), Decimal(low))
        return Range(Decimal(low) if low else None, Decimal(high) if high else None)
    except ArithmeticError:
        return None


def read_which_car(context: Context, question: Question) -> Request | None:
    """The car meant; what was waiting for it goes on."""
    if context.intent is Intent.COMPARE and (context.confidence >= SURE or compares(context)):
        return None
    if context.has("order") and context.says("whole_stock"):
        return None  # "¿y el de precio más alto de todos?"
    if context.has("similar", "relative") or asks_of_stock(context) or best_of_kind(context):
        return None  # "something like the first, but cheaper" looks further
    subject = about(context, default=False)
    if looks_for_another(context, subject):
        return None
    last = context.state.last_intent
    named = subject.criteria is not None and last is not None and last.agent is Agent.CATALOG
    if named and context.intent in (Intent.REFINE, Intent.SEARCH):
        state = context.state
        if not resolve(subject, state.shown, state.seen, state.focus):
            return None  # "ok, y jetta igual" names another car
    if not subject:
        index = place_of(context, question)
        places = [int(word) for word in context.scan.words if word.isdigit() and len(word) == 1 and int(word) > 0]
        place = index + 1 if index is not None else places[0] if len(places) == 1 and residue(context) == 0 else None
        if place is None:
            return None
        entity = Entity("reference", CarReference(ordinals=(place,)), context.start, context.start, "")
        context = replace(context, entities=(*context.entities, entity))
    return resume(context)


def looks_for_another(context: Context, subject: CarReference) -> bool:
    """`busco un civic`, `busco una suv barata`: a search of its own, no choice among the cars spoken of."""
    if context.intent not in CATALOG or not context.says("search_verb"):
        return False
    if subject.criteria is None:
        return subject.order is not None and context.has(*WISH_KINDS) and not context.has("reference")
    state = context.state
    return not resolve(subject, state.shown, state.seen, state.focus)


def resume(context: Context) -> Request:
    """The request that was waiting for a car: the plan, the visit, or a closer look."""
    last = context.state.last_intent
    if context.intent in MONEY:
        return finance_request(context)
    if context.has("months", "down_amount", "down_percent"):
        return finance_request(replace(context, intent=Intent.QUOTE))
    if context.intent in VISIT and context.intent is not Intent.BRANCHES:
        return appointment_request(context)
    if context.has("attribute", "not_in_data") and context.intent is Intent.DETAIL and context.confidence >= SURE:
        return catalog_request(context)
    if last is not None and last.agent is Agent.FINANCE and last is not Intent.RULES:
        return finance_request(replace(context, intent=Intent.QUOTE if last is Intent.AFFORD else last))
    if last in VISIT and last is not Intent.BRANCHES:
        return appointment_request(replace(context, intent=Intent.APPOINTMENT))
    subject = about(context, default=False)
    if last is Intent.COMPARE and not _means_one(context, subject):
        return catalog_request(replace(context, intent=Intent.COMPARE))
    return catalog_request(replace(context, intent=Intent.DETAIL))


def _means_one(context: Context, subject: CarReference) -> bool:
    """Whether one of the cars just compared is chosen: "me quedo con el cavalier"."""
    if subject.order is not None or len(subject.ordinals) == 1 or subject.focus:
        return True
    state = context.state
    return subject.criteria is not None and len(resolve(subject, state.shown, (), state.focus)) == 1
