"""Answers to our own question: "48", "sí", "el 20", "mejor mañana", "la primera".

A segment is an answer when it gives what was asked and says little else, or when its label goes with the question.
What was only half said is read again with the question in mind (`expected`), so that a bare 48 is a term, a day or
kilometres.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

from commercial_agent.conversation.cars import CarReference, Range, resolve
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import (
    CatalogRequest,
    ConciergeRequest,
    FinanceKind,
    FinanceRequest,
    Request,
    SaleDraft,
)
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.text import fold
from commercial_agent.understanding.tracking.about import about
from commercial_agent.understanding.tracking.analysis import asks_of_stock
from commercial_agent.understanding.tracking.catalog import catalog_request
from commercial_agent.understanding.tracking.concierge import (
    appointment_request,
    concierge_request,
    sale_draft,
    stars_of,
)
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.finance import completed, finance_request
from commercial_agent.understanding.tracking.info import info_request
from commercial_agent.understanding.tracking.intents import SURE, UNSURE
from commercial_agent.understanding.tracking.reread import reread
from commercial_agent.understanding.tracking.residue import residue
from commercial_agent.understanding.tracking.yes_no import says_no, says_yes, yes_or_no

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
_CATALOG = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.DETAIL, Intent.MORE})
_MONEY = frozenset({Intent.QUOTE, Intent.CHANGE_PLAN, Intent.AFFORD, Intent.PREPAY, Intent.SCHEDULE})
_VISIT = frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE, Intent.BRANCHES})
_SALE = frozenset({Intent.SELL_CAR, Intent.TRADE_IN, Intent.SEARCH, Intent.REFINE, Intent.DETAIL})
_NEUTRAL = frozenset({Intent.UNCLEAR, Intent.AFFIRM, Intent.DENY, Intent.OUT_OF_SCOPE, Intent.INTRODUCE, Intent.THANKS})
_FITTING = {
    Ask.NARROW: _CATALOG,
    Ask.WHICH_CAR: _CATALOG | _MONEY,
    Ask.BUDGET: _CATALOG | _MONEY,
    Ask.PRICE_OR_CAR: _CATALOG | _MONEY,
    Ask.DOWN_PAYMENT: _CATALOG | _MONEY,
    Ask.TERM: _CATALOG | _MONEY,
    Ask.INCOME: _MONEY,
    Ask.EXTRA: _MONEY,
    Ask.AFTER_PAYMENT: _MONEY,
    Ask.BALLOON: _MONEY,
    Ask.RATE: _MONEY | {Intent.RULES},
    Ask.BRANCH: _VISIT,
    Ask.DAY: _VISIT,
    Ask.HOUR: _VISIT,
    Ask.SALE_CAR: _SALE,
    Ask.SALE_YEAR: _SALE,
    Ask.SALE_KM: _SALE,
    Ask.SALE_CITY: _SALE | {Intent.BRANCHES},
    Ask.SALE_CONDITION: frozenset({Intent.SELL_CAR, Intent.TRADE_IN}),
    Ask.RATING: frozenset({Intent.RATE, Intent.COMPLAINT}),
}
_YES_NO = frozenset(
    {Ask.MORE_CARS, Ask.SHOW_CARS, Ask.QUOTE, Ask.BOOK, Ask.HUMAN, Ask.CONFIRM_BOOKING, Ask.CONFIRM_CANCEL}
)
_LONGEST_ANSWER = 2  # words that are neither the value nor fillers
_SHORT_CITY = 4
_FEW = 3  # branches of which any will do; of a country's list one has to be named
_LONGEST_CONDITION = 120  # characters of the customer's own words


def read_answer(context: Context) -> Request | None:
    """The request that answers our pending question, None when the segment is no answer to it."""
    question = context.state.question
    if question is None:
        return None
    if question.ask in _YES_NO:
        return yes_or_no(context, question)
    if expected := _EXPECTED.get(question.ask):
        if question.ask is Ask.BUDGET and _budget_is_monthly(context):
            expected = "monthly"
        context = replace(context, entities=reread(context, expected))
    if not _may_answer(context, question):
        return None
    return _READERS.get(question.ask, _nothing)(context, question)


def _nothing(_: Context, __: Question) -> Request | None:
    return None


def _may_answer(context: Context, question: Question) -> bool:
    """Whether a segment may be an answer: its label goes with the question, or it says little beside the value."""
    if context.intent in _FITTING.get(question.ask, frozenset()) and "?" not in context.text:
        return True
    if context.intent in _NEUTRAL or (context.confidence < UNSURE and "?" not in context.text):
        return True
    if context.confidence >= SURE and context.intent.agent is Agent.CONCIERGE and residue(context):
        return False
    return residue(context) <= _LONGEST_ANSWER and "?" not in context.text


# --- values ---


def _place_of(context: Context, question: Question) -> int | None:
    """The place of the chosen option: "la primera", "2", or its own words."""
    for entity in context.all("reference"):
        if entity.value.ordinals:
            place = entity.value.ordinals[0]
            index = place - 1 if place > 0 else len(question.options) + place
            return index if 0 <= index < len(question.options) else None
    said = " ".join(word for word in context.scan.words if word.isalnum())
    for index, option in enumerate(question.options):
        words = fold(option, None).replace("-", " ").replace(":", " ")
        if words and (f" {words} " in f" {said} " or (len(said) >= 4 and f" {said} " in f" {words} ")):
            return index
    numbers = [word for word in context.scan.words if word.isdigit()]
    if len(numbers) == 1 and len(numbers[0]) == 1 and 1 <= int(numbers[0]) <= len(question.options):
        return int(numbers[0]) - 1
    return None


def _without_places(context: Context) -> Context:
    """The segment without its references: "la primera" chose one of our options, not a car."""
    return replace(context, entities=tuple(entity for entity in context.entities if entity.kind != "reference"))


def _narrow(context: Context, question: Question) -> Request | None:
    attribute = question.attribute
    if context.intent in _MONEY or context.has("months", "down_amount", "down_percent", "monthly", "visit_kind"):
        return None
    if asks_of_stock(context) or context.has("similar") or context.says_first("which_one"):
        return None
    if context.says("dont_care") and not context.asks_of_cars:
        criteria = (
            context.state.criteria.without(attribute) if attribute in _criteria_fields() else context.state.criteria
        )
        return CatalogRequest(Intent.REFINE, criteria, text=context.text)
    if context.asks_of_cars or context.has("remove", "relative"):
        return catalog_request(replace(context, intent=Intent.REFINE))
    if context.state.shown and context.has("reference"):
        return None  # the cars are numbered, our options are not: "el segundo" is a car
    index = _place_of(context, question)
    if index is None or attribute not in _criteria_fields():
        return None
    value = _criteria_value(attribute, question.options[index])
    if value is None:
        return None
    chosen: dict[str, Any] = {attribute: value}
    criteria = replace(context.state.criteria, **chosen)
    return CatalogRequest(Intent.REFINE, criteria, text=context.text)


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


def _which_car(context: Context, question: Question) -> Request | None:
    if context.has("similar", "relative") or asks_of_stock(context):
        return None  # "something like the first, but cheaper" looks further
    subject = about(context, default=False)
    if subject.criteria is not None and context.intent in _CATALOG and context.says("search_verb"):
        state = context.state
        if not resolve(subject, state.shown, state.seen, state.focus):
            return None  # "busco un civic" looks for another car
    last = context.state.last_intent
    named = subject.criteria is not None and last is not None and last.agent is Agent.CATALOG
    if named and context.intent in (Intent.REFINE, Intent.SEARCH):
        state = context.state
        if not resolve(subject, state.shown, state.seen, state.focus):
            return None  # "ok, y jetta igual" names another car
    if not subject:
        index = _place_of(context, question)
        places = [int(word) for word in context.scan.words if word.isdigit() and len(word) == 1 and int(word) > 0]
        place = index + 1 if index is not None else places[0] if len(places) == 1 and residue(context) == 0 else None
        if place is None:
            return None
        entity = Entity("reference", CarReference(ordinals=(place,)), context.start, context.start, "")
        context = replace(context, entities=(*context.entities, entity))
    return resume(context)


def resume(context: Context) -> Request:
    """The request that was waiting for a car: the plan, the visit, or a closer look."""
    last = context.state.last_intent
    if context.intent in _MONEY:
        return finance_request(context)
    if context.intent in _VISIT and context.intent is not Intent.BRANCHES:
        return appointment_request(context)
    if context.has("attribute", "not_in_data") and context.intent is Intent.DETAIL and context.confidence >= SURE:
        return catalog_request(context)
    if last is not None and last.agent is Agent.FINANCE and last is not Intent.RULES:
        return finance_request(replace(context, intent=Intent.QUOTE if last is Intent.AFFORD else last))
    if last in _VISIT and last is not Intent.BRANCHES:
        return appointment_request(replace(context, intent=Intent.APPOINTMENT))
    subject = about(context, default=False)
    if last is Intent.COMPARE and subject.order is None and len(subject.ordinals) != 1 and not subject.focus:
        return catalog_request(replace(context, intent=Intent.COMPARE))
    return catalog_request(replace(context, intent=Intent.DETAIL))


def _budget_is_monthly(context: Context) -> bool:
    last = context.state.last_intent
    return last is not None and last.agent is Agent.FINANCE


def _budget(context: Context, _: Question) -> Request | None:
    if context.has("monthly", "income"):
        last = context.state.last_intent
        keeps = last is not None and last.agent is Agent.FINANCE
        request = finance_request(replace(context, intent=Intent.AFFORD))
        return _same_kind(context, request) if keeps else request
    if context.has("price"):
        return catalog_request(replace(context, intent=Intent.REFINE))
    if context.says("dont_care"):
        return CatalogRequest(Intent.SEARCH, context.state.criteria.without("price"), text=context.text)
    return None


def _price_or_car(context: Context, question: Question) -> Request | None:
    if context.has("price"):
        return _again(context)
    subject = about(context, default=False)
    return resume(context) if subject else _which_car(context, question)


def _again(context: Context) -> FinanceRequest:
    """The last calculation with what was just said."""
    return _same_kind(context, finance_request(replace(context, intent=_finance_intent(context))))


def _same_kind(context: Context, request: FinanceRequest) -> FinanceRequest:
    kind = context.state.plan_kind
    if kind is None or kind is FinanceKind.RULES:
        return request
    if kind is FinanceKind.TERMS and len(request.terms.months) == 1:
        kind = FinanceKind.QUOTE
    return completed(context, replace(request, kind=kind))


def _finance_intent(context: Context) -> Intent:
    last = context.state.last_intent
    if context.intent in _MONEY:
        return context.intent
    return last if last is not None and last.agent is Agent.FINANCE and last is not Intent.RULES else Intent.QUOTE


def _down(context: Context, question: Question) -> Request | None:
    if not context.has("down_amount", "down_percent"):
        if context.says("nothing") or context.says("no_down"):
            context = _with(context, "down_amount", Decimal(0))
        elif context.says("minimum"):
            context = _with(context, "down_percent", Decimal(0))
        elif (index := _place_of(context, question)) is not None:
            figure = "".join(char for char in question.options[index] if char.isdigit())
            if not figure:
                return None
            value = Decimal(figure)
            context = _with(_without_places(context), "down_percent" if value <= 90 else "down_amount", value)
        elif not context.says("dont_care"):
            return None
    return _again(context)


def _term(context: Context, question: Question) -> Request | None:
    months = [month for entity in context.all("months") for month in entity.value]
    if months:
        years_said = max(months) <= 8 and not any("mes" in e.text or "month" in e.text for e in context.all("months"))
        if years_said:  # nobody finances a car over five months: "5" are years
            rest = tuple(entity for entity in context.entities if entity.kind != "months")
            context = _with(replace(context, entities=rest), "months", tuple(month * 12 for month in months))
        return _again(context)
    words = context.scan.words
    index = _place_of(context, question)
    if index is None and question.options:
        longest = {"largo", "largos", "longest", "maximo", "mas tiempo", "mayor", "longo"}
        shortest = {"corto", "cortos", "shortest", "minimo", "menor", "curto"}
        index = (
            len(question.options) - 1 if longest.intersection(words) else 0 if shortest.intersection(words) else None
        )
    if index is not None and question.options[index].isdigit():
        return _again(_with(_without_places(context), "months", (int(question.options[index]),)))
    return _again(context) if context.says("dont_care") or context.says("all_terms") else None


def _with(context: Context, kind: str, value: object) -> Context:
    entity = Entity(kind, value, context.start, context.start, "")
    return replace(context, entities=(*context.entities, entity))


def _if_said(*kinds: str) -> Callable[[Context, Question], Request | None]:
    def read(context: Context, _: Question) -> Request | None:
        return _again(context) if context.has(*kinds) else None

    return read


def _place(context: Context, question: Question) -> Request | None:
    if not context.has("city", "branch"):
        index = _place_of(context, question)
        if index is None and context.says("dont_care") and 0 < len(question.options) <= _FEW:
            index = 0
        if index is None:
            return (
                appointment_request(replace(context, intent=Intent.APPOINTMENT))
                if context.has("date", "time")
                else None
            )
        context = _with(_without_places(context), "branch", question.options[index])
    return appointment_request(replace(context, intent=_visit_intent(context)))


def _visit_intent(context: Context) -> Intent:
    draft = context.state.appointment
    return Intent.APPOINTMENT_CHANGE if draft is not None and draft.booking_id else Intent.APPOINTMENT


def _moment(context: Context, question: Question) -> Request | None:
    if not context.has("date", "time", "part_of_day", "date_problem"):
        index = _place_of(context, question)
        if index is None and context.says("dont_care") and question.options:
            index = 0
        if index is not None and question.ask is Ask.HOUR:
            hour, _, minute = question.options[index].partition(":")
            if hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60:
                context = _with(_without_places(context), "time", time(int(hour), int(minute)))
                return appointment_request(replace(context, intent=_visit_intent(context)))
        vague = context.has("vague_date", "branch", "city")
        return appointment_request(replace(context, intent=_visit_intent(context))) if vague else None
    return appointment_request(replace(context, intent=_visit_intent(context)))


def _name(context: Context, _: Question) -> Request | None:
    if (
        not context.has("name")
        or says_no(context)
        or (context.intent in (Intent.OUT_OF_SCOPE,) and "?" in context.text)
    ):
        return None
    if context.state.appointment is not None:
        return appointment_request(replace(context, intent=_visit_intent(context)))
    if context.state.sale is not None:
        return _sale(context)
    return ConciergeRequest(Intent.INTRODUCE, name=context.first("name"), text=context.text)


def _sale(context: Context) -> ConciergeRequest:
    sale = context.state.sale or SaleDraft()
    intent = Intent.TRADE_IN if sale.trade_in else Intent.SELL_CAR
    context = replace(context, intent=intent)
    return ConciergeRequest(intent, sale=sale_draft(context), name=context.first("name"), text=context.text)


def _sale_value(*kinds: str) -> Callable[[Context, Question], Request | None]:
    def read(context: Context, question: Question) -> Request | None:
        if context.has(*kinds) or (context.has("make", "model", "year", "km") and context.intent in _SALE):
            return _sale(context)
        if question.ask is Ask.SALE_CITY and context.intent not in (Intent.DENY,):
            return _unknown_city(context)
        return None

    return read


def _unknown_city(context: Context) -> Request | None:
    """A town the map does not know is taken as typed when it is all that is said."""
    words = [word for word in context.scan.words if word.isalpha()]
    fillers = vocabulary().fillers
    town = [word for word in words if word not in fillers]
    if not town or len(words) > _SHORT_CITY or "?" in context.text or context.intent not in _NEUTRAL:
        return None
    return _sale(_with(context, "city", " ".join(town).title()))


def _condition(context: Context, _: Question) -> Request | None:
    """How the car looks, in the words we know or the customer's own."""
    request = _sale(context)
    if request.sale.condition is not None or says_no(context):
        return request if request.sale.condition is not None else None
    if "?" in context.text or context.intent not in _NEUTRAL | {Intent.SELL_CAR, Intent.TRADE_IN}:
        return None
    return replace(request, sale=replace(request.sale, condition=" ".join(context.text.split())[:_LONGEST_CONDITION]))


def _rating(context: Context, _: Question) -> Request | None:
    stars = stars_of(context)
    return ConciergeRequest(Intent.RATE, stars=stars, text=context.text) if stars is not None else None


def _choice(context: Context, question: Question) -> Request | None:
    index = _place_of(context, question)
    if index is None and says_yes(context) and len(question.options) == 1:
        index = 0
    chosen = next((intent for intent in Intent if index is not None and intent == question.options[index]), None)
    return build_plain(_without_places(replace(context, intent=chosen))) if chosen is not None else None


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
    Ask.NARROW: _narrow,
    Ask.WHICH_CAR: _which_car,
    Ask.BUDGET: _budget,
    Ask.PRICE_OR_CAR: _price_or_car,
    Ask.DOWN_PAYMENT: _down,
    Ask.TERM: _term,
    Ask.INCOME: _if_said("income"),
    Ask.EXTRA: _if_said("extra"),
    Ask.AFTER_PAYMENT: _if_said("after_payment"),
    Ask.BALLOON: _if_said("balloon"),
    Ask.RATE: _if_said("rate_percent"),
    Ask.BRANCH: _place,
    Ask.DAY: _moment,
    Ask.HOUR: _moment,
    Ask.NAME: _name,
    Ask.SALE_CAR: _sale_value("make", "model"),
    Ask.SALE_YEAR: _sale_value("year"),
    Ask.SALE_KM: _sale_value("km"),
    Ask.SALE_CITY: _sale_value("city", "branch"),
    Ask.SALE_CONDITION: _condition,
    Ask.RATING: _rating,
    Ask.CHOICE: _choice,
}
