"""Answers around the sale: the visit, the customer's name, the car he sells, a rating."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time

from commercial_agent.conversation.cars import CarReference
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, Request, SaleDraft
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.understanding.tracking.concierge import appointment_request, sale_draft, stars_of
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.fitting import NEUTRAL, SALE
from commercial_agent.understanding.tracking.options import place_of, with_value, without_places
from commercial_agent.understanding.tracking.reread import reread
from commercial_agent.understanding.tracking.yes_no import says_no

_OF_OTHERS = (
    "make",
    "model",
    "body_style",
    "segment",
    "price",
    "months",
    "monthly",
    "down_amount",
    "trade_in_value",
    "income",
)
_FEW = 3  # branches of which any will do; of a country's list one has to be named
_SHORT_CITY = 4  # words
_LONGEST_CONDITION = 120  # characters of the customer's own words


def read_place(context: Context, question: Question) -> Request | None:
    """The branch or the city of the visit."""
    context = _with_told_name(context)
    if not context.has("city", "branch"):
        moment = context.has("time", "date")  # "a las 9" is no ninth place
        index = place_of(context, question) if not moment else None
        if index is None and context.says("dont_care") and 0 < len(question.options) <= _FEW:
            index = 0
        if index is None:
            told = context.has("date", "time") or _introduces(context)
            return appointment_request(replace(context, intent=Intent.APPOINTMENT)) if told else None
        context = with_value(without_places(context), "branch", question.options[index])
    return appointment_request(replace(context, intent=_visit_intent(context)))


def _introduces(context: Context) -> bool:
    """`a nombre de Ximena` before the place or the day is told: the name of the visit."""
    return context.has("name") and context.intent in NEUTRAL and "?" not in context.text


def _with_told_name(context: Context) -> Context:
    """`doña Chela Ortiz` before the place or the day is told, under the label of who introduces himself."""
    if context.entities or context.intent is not Intent.INTRODUCE or "?" in context.text:
        return context
    return replace(context, entities=reread(context, "name"))


def _visit_intent(context: Context) -> Intent:
    draft = context.state.appointment
    return Intent.APPOINTMENT_CHANGE if draft is not None and draft.booking_id else Intent.APPOINTMENT


def read_moment(context: Context, question: Question) -> Request | None:
    """The day or the hour of the visit."""
    context = _with_told_name(context)
    if not context.has("date", "time", "part_of_day", "date_problem"):
        index = place_of(context, question)
        if index is None and context.says("dont_care") and question.options:
            index = 0
        if index is not None and question.ask is Ask.HOUR:
            hour, _, minute = question.options[index].partition(":")
            if hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60:
                context = with_value(without_places(context), "time", time(int(hour), int(minute)))
                return appointment_request(replace(context, intent=_visit_intent(context)))
        told = context.has("vague_date", "branch", "city") or _introduces(context)
        return appointment_request(replace(context, intent=_visit_intent(context))) if told else None
    return appointment_request(replace(context, intent=_visit_intent(context)))


def read_which_visit(context: Context, question: Question) -> Request | None:
    """Which of several visits is cancelled: "la segunda", "la del sábado", "las dos"."""
    if says_no(context) and not context.has("reference", "date", "time"):
        return ConciergeRequest(Intent.DENY, text=context.text)
    cancelled = replace(context, intent=Intent.APPOINTMENT_CANCEL)
    index = place_of(context, question)
    if index is not None:
        request = appointment_request(without_places(cancelled))
        return replace(request, about=CarReference(ordinals=(index + 1,)), appointment=AppointmentDraft())
    request = appointment_request(cancelled)
    return request if request.subject is not None or request.appointment != AppointmentDraft() else None


def read_name(context: Context, _: Question) -> Request | None:
    """The name, for the visit, the sale or by itself."""
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


def read_sale_value(*kinds: str) -> Callable[[Context, Question], Request | None]:
    """A reader that takes what is asked of the car for sale."""

    def read(context: Context, question: Question) -> Request | None:
        if context.has(*kinds) or (context.has("make", "model", "year", "km") and context.intent in SALE):
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
    if not town or len(words) > _SHORT_CITY or "?" in context.text or context.intent not in NEUTRAL:
        return None
    return _sale(with_value(context, "city", " ".join(town).title()))


def read_condition(context: Context, _: Question) -> Request | None:
    """How the car looks, in the words we know or the customer's own."""
    request = _sale(context)
    if request.sale.condition is not None or says_no(context):
        return request if request.sale.condition is not None else None
    if "?" in context.text or context.intent not in NEUTRAL | {Intent.SELL_CAR, Intent.TRADE_IN}:
        return None
    if context.has(*_OF_OTHERS) or context.says("search_verb") or context.says("show_verb"):
        return None  # "y quiero cambiarlo por una SUV de hasta 300 mil"
    if context.says("well"):
        return replace(request, sale=replace(request.sale, condition="good"))
    if context.intent in (Intent.THANKS, Intent.AFFIRM, Intent.INTRODUCE):
        return None
    return replace(request, sale=replace(request.sale, condition=" ".join(context.text.split())[:_LONGEST_CONDITION]))


def read_rating(context: Context, _: Question) -> Request | None:
    """The stars."""
    stars = stars_of(context)
    return ConciergeRequest(Intent.RATE, stars=stars, text=context.text) if stars is not None else None
