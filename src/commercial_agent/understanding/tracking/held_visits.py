"""The visit agreed on left as it stands, and cars put to it: "no la canceles", "agrégalo a mi cita"."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from commercial_agent.conversation.cars import CarReference, resolve
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import AppointmentDraft, CatalogRequest, ConciergeRequest, Request
from commercial_agent.understanding.scan import Phrases, Scan, load_data
from commercial_agent.understanding.tracking.about import about
from commercial_agent.understanding.tracking.concierge import STATUS, appointment_request
from commercial_agent.understanding.tracking.context import Context
from commercial_agent.understanding.tracking.visits import gives_up, says

RESTORES = "restores"  # subject: what was cancelled was not meant to be
ADDS = "adds"  # subject: a car to be seen at the visit there is

_GROUPS = (
    "not_given_up", "not_coming", "no_but_of_visit", "puts", "to_the_visit", "also_seen", "is_for", "same_place",
    "same_visit",
)  # fmt: skip
_CARS = ("reference", "model", "make", "stock_id", "year", "order")
_MONEY = ("months", "down_amount", "down_percent", "monthly", "income")
_OTHER_WISHES = ("body_style", "price", "segment", "seats", "km", "fuel", "budget")
_OUTRIGHT = frozenset({Intent.HUMAN, Intent.OPT_OUT, Intent.COMPLAINT, Intent.ABUSE})


@lru_cache(1)
def _phrases() -> dict[str, Phrases[bool]]:
    data = load_data("bookings")
    return {name: Phrases((pattern, True) for pattern in data[name]) for name in _GROUPS}


def _says(name: str, scan: Scan) -> bool:
    return bool(_phrases()[name].find(scan))


def left_as_it_stands(context: Context) -> ConciergeRequest | None:
    """`no la canceles, déjala`, `no, a la cita, ¿qué llevo?`: a "no" beside a visit, and nothing of giving it up."""
    state, scan = context.state, context.scan
    if state.appointment is None and state.given_up is None:
        return None
    kept = _says("not_given_up", scan)
    around = kept or _says("not_given_up", Scan(context.whole))
    goes_with_it = around and says("stays", scan) and not context.has(*_CARS)
    if not kept and not goes_with_it and not _only_puts_right(context):
        return None
    if state.appointment is not None and context.has("date", "time"):
        return appointment_request(replace(context, intent=Intent.APPOINTMENT_CHANGE))
    subject = RESTORES if state.appointment is None else STATUS
    return ConciergeRequest(Intent.APPOINTMENT, subject=subject, text=context.text)


def _only_puts_right(context: Context) -> bool:
    """`no, la cita te digo, mándamela por correo` under the label of giving it up."""
    if context.intent is not Intent.APPOINTMENT_CANCEL or gives_up(context):
        return False
    leads = any(hit.first == 0 for hit in _phrases()["no_but_of_visit"].find(context.scan))
    return leads and not _says("not_coming", context.scan)


def car_put_to_visit(context: Context) -> Request | None:
    """`agrégalo a mi cita`, `también quiero ver el Aveo ahí mismo`: one more car, or the one that lacks still."""
    held = context.state.appointment
    if held is None or context.intent in _OUTRIGHT or gives_up(context):
        return None
    if context.intent.agent is Agent.FINANCE or context.has(*_MONEY, *_OTHER_WISHES):
        return None
    if context.has("date", "time") and not _says("to_the_visit", context.scan):
        return None  # at another moment it is another visit
    if not _is_put(context):
        return None
    state = context.state
    pointed = about(context, default=False) if context.has(*_CARS) else context.pointed
    if not pointed and context.earlier is not None:
        pointed = CarReference(criteria=context.earlier)
    found = resolve(pointed, state.shown, state.seen, state.focus) if pointed else ()
    spoken_of = state.focus or held.stock_id
    if not found and not context.has(*_CARS) and spoken_of is not None:
        found = (spoken_of,)
    if len(found) > 1 and state.focus in found:
        found = (state.focus,) if state.focus else ()
    if len(found) > 1:
        return CatalogRequest(Intent.DETAIL, about=pointed, text=context.text)  # which of them is asked
    if not found:
        return None
    return ConciergeRequest(
        Intent.APPOINTMENT, subject=ADDS, appointment=AppointmentDraft(stock_id=found[0]), about=pointed,
        text=context.text,
    )  # fmt: skip


def _is_put(context: Context) -> bool:
    scan = context.scan
    to_visit = _says("to_the_visit", scan) or _says("same_place", scan)
    if _says("puts", scan) and (to_visit or (_says("also_seen", scan) and context.has(*_CARS))):
        return True
    named = context.has(*_CARS)
    seen_too = (context.pointed or context.earlier is not None) and not named
    if _says("same_visit", scan) and (seen_too or _says("also_seen", Scan(context.whole))):
        return True  # "y si puedo ver otro, el 2023 | en la misma visita"
    if named and (_says("is_for", scan) or (_says("also_seen", scan) and (to_visit or "?" not in context.text))):
        return True
    return named and to_visit and says("wants_to_come", scan)
