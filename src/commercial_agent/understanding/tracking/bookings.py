"""The customer's appointments spoken of as such: which there are, whether one stands, one more, his car's valuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, InfoRequest, Request
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.dates import find_moments
from commercial_agent.understanding.people import find_name
from commercial_agent.understanding.scan import Phrases, Scan, load_data
from commercial_agent.understanding.tracking.concierge import STATUS, appointment_request
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context
from commercial_agent.understanding.tracking.held_visits import car_put_to_visit, left_as_it_stands
from commercial_agent.understanding.tracking.visits import corrects, first_of

LIST = "list"  # subject: which appointments there are
ONE_MORE = "one_more"  # subject: an appointment beside the one there is, said outright
VALUATION = "valuation"  # kind: of the customer's own car

_ASKS = frozenset({Ask.BRANCH, Ask.DAY, Ask.HOUR, Ask.NAME})
_NOUN = 14  # characters behind an ordinal in which the visit it counts is named
_WHEN = ("date", "time", "part_of_day", "vague_date")
_TOLD = (*_WHEN, "branch", "city", "name", "date_problem")
_KEPT = frozenset({Intent.APPOINTMENT_CANCEL, Intent.HUMAN, Intent.OPT_OUT, Intent.COMPLAINT, Intent.ABUSE})
_LEADING = re.compile(r"\s*([^\W\d_]+(?:\s+[^\W\d_]+){0,3})\s*(?:[,.;]|\s(?:y|and|e)\s)\s*\S")
_NOT_NAMED = ("make", "model", "city", "branch", "date", "weekday", "body_style", "reference")


@lru_cache(1)
def _phrases() -> dict[str, Phrases[bool]]:
    return {name: Phrases((p, True) for p in patterns) for name, patterns in load_data("bookings").items()}


def _says(name: str, scan: Scan) -> bool:
    return bool(_phrases()[name].find(scan))


def of_booking(context: Context) -> tuple[Request, ...]:
    """The request of words about the customer's appointments; empty where the segment is something else."""
    for rule in (left_as_it_stands, _lists, _asks_whether, _values_own_car, _adds_one, _asks_nearest, car_put_to_visit):
        if (found := rule(context)) is not None:
            return (found,)
    return ()


def _lists(context: Context) -> Request | None:
    """`¿qué citas tengo?`, also where there is none."""
    if context.has(*WISH_KINDS) or not _says("list_visits", context.scan):
        return None
    return ConciergeRequest(Intent.APPOINTMENT, subject=LIST, text=context.text)


def _asks_whether(context: Context) -> Request | None:
    """`¿quedó mi cita o no?`: how it stands, whatever it reminds of; a name told with it is taken."""
    asks = "?" in context.text or "o no" in context.scan.text
    spoken_of = context.state.appointment is not None or _says("of_visit", context.scan)
    if not asks or not spoken_of or context.has(*WISH_KINDS, "time") or not _says("is_it_booked", context.scan):
        return None
    if context.state.appointment is None and context.says("hours"):
        return None  # "¿a qué hora quedó mi cita?": of one made elsewhere
    name = context.first("name")
    return ConciergeRequest(
        Intent.APPOINTMENT, subject=STATUS, appointment=AppointmentDraft(name=name), name=name, text=context.text
    )


def _values_own_car(context: Context) -> Request | None:
    """`y quiero llevar mi carro a que lo valúen el martes`: an appointment of its own, no question about prices."""
    if context.intent in _KEPT or context.intent.agent is Agent.FINANCE:
        return None
    scan, whole = context.scan, Scan(context.whole)
    selling = context.state.sale is not None and _says("inspected", scan) and context.intent is Intent.APPOINTMENT
    if selling and context.has(*_WHEN, "branch"):
        request = appointment_request(replace(context, entities=context.all(*_TOLD)))
        return replace(request, appointment=replace(request.appointment, kind=VALUATION))
    if not _says("valuation", whole) or not _says("to_a_visit", scan):
        return None
    timed = context.has(*_WHEN, "branch") or _says("same_day", scan) or _says("same_place", scan)
    if not timed and not _says("valuation", scan):
        return None
    if not timed and context.state.appointment is None and "?" in context.text:
        return None  # "¿puedo llevar mi carro a que lo valúen?" asks how it works
    request = appointment_request(replace(context, intent=Intent.APPOINTMENT, entities=context.all(*_TOLD)))
    return _like_the_one(replace(request, appointment=replace(request.appointment, kind=VALUATION)), context)


def _adds_one(context: Context) -> Request | None:
    """`quiero agendar otra cita, el martes a la 1`: one more, not the one there is moved."""
    held, question = context.state.appointment, context.state.question
    if context.intent in _KEPT or not (_says("one_more", context.scan) or _is_the_other(context)):
        return None
    if (held is None or held.booking_id is None) and context.text == context.whole:
        return None
    if question is not None and question.ask is Ask.CHOICE:
        return None  # the answer to our question whether that one moves
    told = tuple(entity for entity in context.entities if not _is_the_visit(context, entity))
    request = appointment_request(replace(context, intent=Intent.APPOINTMENT, entities=told))
    return _like_the_one(request, context)


def _is_the_visit(context: Context, entity: Entity) -> bool:
    """`a second visit`: an ordinal of the visit, which points at no car."""
    behind = Scan(context.whole[entity.start : entity.end + _NOUN])
    return entity.kind == "reference" and any(hit.first == 0 for hit in _phrases()["one_more"].find(behind))


def _is_the_other(context: Context) -> bool:
    """`y otra para mi hermano el viernes a las 4` beside a visit, of this message or agreed on before."""
    if not context.has("date", "time") or context.has(*WISH_KINDS):
        return False
    spoken_of = Intent.APPOINTMENT in (context.state.last_intent, context.intent)
    return spoken_of and (first_of("the_other", context.scan)[:1] == [0] or _is_the_next(context))


def _is_the_next(context: Context) -> bool:
    """`martes 10 am en Antara | y jueves 12 en Cosmopol`: whole in itself, behind the moment of another one."""
    whole = context.has("date") and context.has("time", "branch") and context.intent is Intent.APPOINTMENT
    if not whole or context.start == 0 or context.state.appointment is not None or corrects(context.text):
        return False
    before = find_moments(Scan(context.whole[: context.start]), context.language, context.now)
    return any(moment.day is not None and moment.day != context.first("date") for moment in before)


def _like_the_one(request: ConciergeRequest, context: Context) -> ConciergeRequest:
    """One more appointment, with the day or the place of the one there is where that is said."""
    held = context.state.appointment or AppointmentDraft()
    draft = request.appointment
    if _says("same_day", context.scan):
        draft = replace(draft, day=draft.day or held.day)
    if _says("same_place", context.scan):
        draft = replace(draft, branch=draft.branch or held.branch, city=draft.city or held.city)
    return replace(request, subject=ONE_MORE, appointment=draft)


def _asks_nearest(context: Context) -> Request | None:
    """`¿cuál de las dos me queda más cerca?` while the branch is chosen: their addresses."""
    state = context.state
    choosing = state.question is not None and state.question.ask is Ask.BRANCH and state.appointment is not None
    if not choosing or context.has("branch", "date", *WISH_KINDS) or not _says("near_which", context.scan):
        return None
    assert state.appointment is not None
    city = context.first("city") or state.appointment.city
    return InfoRequest(Intent.BRANCHES, context.text, city=city)


def leading_name(text: str, state: DialogueState, entities: Sequence[tuple[int, str]]) -> ConciergeRequest | None:
    """`Luis Ortega, y también quiero …`: the name of the visit being noted down, before something else is said.

    Args:
        text: the message.
        state: the conversation so far.
        entities: where the entities of the message begin, and their kinds.
    """
    question, held = state.question, state.appointment
    if question is None or question.ask not in _ASKS or held is None or held.booking_id or held.name:
        return None
    found = _LEADING.match(text)
    if found is None or any(start < found.end(1) and kind in _NOT_NAMED for start, kind in entities):
        return None
    words = found[1].split()
    if question.ask is not Ask.NAME and not (len(words) > 1 and all(word[0].isupper() for word in words)):
        return None
    name = find_name(Scan(found[1]), asked=True)
    if name is None:
        return None
    told = str(name.value)
    return ConciergeRequest(Intent.APPOINTMENT, appointment=AppointmentDraft(name=told), name=told, text=found[1])
