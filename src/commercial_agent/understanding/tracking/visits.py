"""What is said of a visit in words of many shapes: that one is wanted, how it stands, and which of two values holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from functools import lru_cache
from itertools import pairwise

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import AppointmentDraft
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Phrases, Scan, load_data
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context, vocabulary
from commercial_agent.understanding.tracking.fitting import SAID_OUTRIGHT

_OF_MONEY = ("months", "down_amount", "down_percent", "price", "monthly", "income", "amount")
_WHEN = ("date", "time", "part_of_day", "date_problem", "vague_date")
_NAMES = frozenset({"make", "model"})
_SURE = 0.75
_UNSURE = 0.55
_MAY_COME = frozenset({
    Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.DETAIL, Intent.MORE, Intent.ANALYSE, Intent.UNCLEAR,
    Intent.BRANCHES, Intent.BUYING, Intent.COMPANY, Intent.OUT_OF_SCOPE, Intent.INTRODUCE, Intent.AFFIRM,
    Intent.DELIVERY, Intent.GREETING, Intent.INSPECTION, Intent.HELP, Intent.RETURN,
})  # fmt: skip
_VOID = frozenset({Intent.OUT_OF_SCOPE, Intent.UNCLEAR})
_PADDING = frozenset({"ver", "final", "todo", "tudo"})  # "a ver, ¿cómo queda al final?"
_DAY = 24 * 60  # minutes
_AFTER = 12  # characters behind a value in which "mejor" still corrects the one before


@lru_cache(1)
def _phrases() -> dict[str, Phrases[bool]]:
    return {name: Phrases((p, True) for p in patterns) for name, patterns in load_data("visits").items()}


_CLAUSE = re.compile(r"[^,;.\n]+")
_MOMENT = ("date", "time", "weekday", "part_of_day", "vague_date")


def says(name: str, scan: Scan) -> bool:
    """Whether a phrase of that group of `data/visits.yaml` stands in some words."""
    return bool(_phrases()[name].find(scan))


def words_of(name: str, scan: Scan) -> set[int]:
    """The places of the words that make phrases of a group."""
    return {index for hit in _phrases()[name].find(scan) for index in range(hit.first, hit.last)}


def covers(name: str, scan: Scan) -> bool:
    """Whether words are phrases of a group, and but for them nothing but fillers."""
    said = words_of(name, scan)
    fillers = vocabulary().fillers
    return bool(said) and all(
        index in said or word in fillers or not word.isalnum() for index, word in enumerate(scan.words)
    )


def first_of(name: str, scan: Scan) -> list[int]:
    """Where the phrases of a group begin, offsets in the original words."""
    return [scan.folded.original_span(scan.starts[h.first], scan.ends[h.first])[0] for h in _phrases()[name].find(scan)]


def visit_intent(context: Context) -> Intent | None:
    """What a segment wants of a visit, whatever its label; None where it is about something else."""
    if context.intent in SAID_OUTRIGHT:
        return None
    if asks_status(context):
        return Intent.APPOINTMENT
    if asks_the_way(context):
        return Intent.BRANCHES
    if context.intent.agent is Agent.FINANCE or context.has(*_OF_MONEY) or _wishes(context):
        return None
    if brought_home(context) and context.has(*_WHEN):
        return _made_or_moved(context)
    asks_where = says("where_question", context.scan) or context.says("hours")
    if asks_where and (_which_branch(context) or _asks_of_hours(context)):
        return Intent.BRANCHES
    if context.intent not in _MAY_COME:
        return None
    if _is_asked_for(context, asks_where=asks_where):
        return _made_or_moved(context)
    if asks_where or _asks_of_place(context) or _asks_if_open(context) or not says("wants_to_come", context.scan):
        return None
    place = context.has("branch") or says("of_ours", context.scan)
    seen = says("a_car", context.scan) or context.has("reference", "model", "make", "visit_kind")
    return _made_or_moved(context) if (place or context.has("date", "time")) and (seen or context.has(*_WHEN)) else None


def _is_asked_for(context: Context, *, asks_where: bool) -> bool:
    """A visit asked for as such, by name with its moment, or told as a place and an hour."""
    if says("book_me", context.scan) and (context.has(*_WHEN, "branch", "city") or says("visit_noun", context.scan)):
        return True
    if asks_where:
        return False
    if context.intent in _VOID and context.has("branch") and context.has("time"):
        return True  # "en Explanada, digo, en Las Torres, el martes a la 1"
    return says("visit_noun", context.scan) and context.has(*_WHEN)  # "cita en Explanada, 31 de febrero"


def _asks_of_place(context: Context) -> bool:
    """`voy a ir a la sucursal Antara, ¿cuánto cobran de estacionamiento?`: of the place, under a label that is sure."""
    seen = says("a_car", context.scan) or context.has("reference", "model", "make")
    sure = context.intent is Intent.BRANCHES and context.confidence >= _SURE
    return sure and "?" in context.text and not seen and not context.has(*_WHEN)


def _asks_if_open(context: Context) -> bool:
    """`¿puedo ir en domingo a Explanada? ¿está abierta ese día?`: of the day, before a visit is asked for."""
    opens = "?" in context.text and says("opens", context.scan) and not context.has("time")
    return opens and context.intent is Intent.BRANCHES and not says("book_me", context.scan)


def _asks_of_hours(context: Context) -> bool:
    """`en domingo, ¿la de Explanada sí da servicio?`: of a branch and a day, under a label that is a guess."""
    unsure = context.confidence < _UNSURE and "?" in context.text and context.says("hours")
    comes = says("wants_to_come", context.scan) or says("book_me", context.scan) or says("visit_noun", context.scan)
    return unsure and context.has("branch", "city") and not comes and not context.has("time")


def _which_branch(context: Context) -> bool:
    """`¿a qué sucursal voy a conocerlo?`: where, before there is a visit."""
    if context.intent not in _VOID | {Intent.APPOINTMENT} or context.has(*_WHEN) or context.state.appointment:
        return False
    return says("where_question", context.scan) and (context.has("visit_kind") or says("wants_to_come", context.scan))


def _wishes(context: Context) -> bool:
    """Whether it says what a car should be, not merely which one."""
    merely = _NAMES | {"segment"} if says("book_me", context.scan) else _NAMES  # "salgo tarde de la chamba"
    return any(entity.kind in WISH_KINDS and entity.kind not in merely for entity in context.entities)


def _made_or_moved(context: Context) -> Intent:
    if context.intent in (Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE):
        return context.intent
    return Intent.APPOINTMENT


def brought_home(context: Context) -> bool:
    """`¿me traen el coche a la casa para verlo?`: a visit at the customer's."""
    if context.first("visit_kind") == "home_visit":
        return True
    scan = context.scan
    here = says("to_me", scan) or says("brought", scan)
    return says("brings", scan) and here and (says("to_see", scan) or context.has("date", "time"))


def kind_of(context: Context) -> str | None:
    """The kind of visit: the one said last of several that is more than a mere visit."""
    if brought_home(context):
        return "home_visit"
    kinds = [entity.value for entity in context.all("visit_kind")]
    return next((kind for kind in kinds if kind != "visit"), kinds[0] if kinds else None)


def asks_status(context: Context) -> bool:
    """`¿cómo queda mi cita?`, `remind me what day I'm going`: the visit as it stands, nothing new for it."""
    if context.state.appointment is None or context.has("date", "time", "branch", "date_problem", "name"):
        return False
    if context.intent is Intent.APPOINTMENT_CANCEL or says("moves_or_ends", context.scan):
        return False
    if says("status_alone", context.scan):
        return not context.has(*WISH_KINDS, *_OF_MONEY)
    if _asks_only_how_it_stands(context):
        return True
    return says("of_visit", context.scan) and says("asks_about", context.scan) and not _wishes(context)


def _asks_only_how_it_stands(context: Context) -> bool:
    """`¿entonces cómo queda?` right after the visit was spoken of, and not a word of anything else."""
    last = context.state.last_intent
    if context.entities or (last is not None and last.agent is not Agent.CONCIERGE):
        return False
    hits = _phrases()["status_bare"].find(context.scan)
    said = {index for hit in hits for index in range(hit.first, hit.last)}
    fillers = vocabulary().fillers
    return bool(hits) and all(
        index in said or word in fillers or word in _PADDING or not word.isalnum()
        for index, word in enumerate(context.scan.words)
    )


def asks_the_way(context: Context) -> bool:
    """`primero dime la dirección de esa` while a visit is arranged: of the branch, not of a car."""
    draft = context.state.appointment
    if draft is None or draft.branch is None or not context.says("place_question"):
        return False
    if context.has(*WISH_KINDS, "date", "time", *_OF_MONEY) or context.intent is Intent.APPOINTMENT_CHANGE:
        return False
    asked = {entity.value for entity in context.all("attribute")} - {"location"}
    return not asked and not any(entity.value.ordinals for entity in context.all("reference"))


_SHIFTS = {
    "shift_60": 60, "shift_120": 120, "shift_30": 30, "shift_minus_60": -60, "shift_minus_120": -120,
    "shift_minus_30": -30,
}  # fmt: skip


def shifted(context: Context, at: time | None) -> time | None:
    """`una hora más tarde`, `half an hour earlier`: the hour of the visit moved by so much; None where none is told."""
    minutes = next((value for name, value in _SHIFTS.items() if says(name, context.scan)), None)
    if at is None or minutes is None:
        return None
    moved = at.hour * 60 + at.minute + minutes
    return time(moved // 60, moved % 60) if 0 <= moved < _DAY else None


def speaks_of_ending(context: Context) -> bool:
    """Whether words of moving a visit or giving it up stand in a segment."""
    return says("moves_or_ends", context.scan)


def speaks_of_visits(context: Context) -> bool:
    """Whether any word of a visit, of booking or of coming stands in a segment."""
    return any(says(name, context.scan) for name in ("visit_noun", "book_me", "wants_to_come", "only_books"))


def gives_up(context: Context) -> bool:
    """Whether a visit is given up outright."""
    return says("gives_up", context.scan)


def meant(context: Context, kind: str, held: object = None) -> Entity | None:
    """The value of a kind that holds: "el jueves, digo viernes" is Friday, "en vez del martes el jueves" Thursday.

    Args:
        context: the segment.
        kind: of the entities.
        held: what was agreed before; of two values it is the one that is left.
    """
    found = [entity for entity in context.entities if entity.kind == kind]
    if len({str(entity.value) for entity in found}) < 2:
        return found[0] if found else None
    left = [entity for entity in found if not _given_up(context, entity)] or found
    chosen = left[0]
    for before, entity in pairwise(left):
        if corrected(context, before, entity):
            chosen = entity
    if chosen.value == held:
        chosen = next((entity for entity in left if entity.value != held), chosen)
    return chosen


def corrected(context: Context, before: Entity, entity: Entity) -> bool:
    """Whether the second of two values takes the place of the first."""
    between = context.whole[before.end : entity.start]
    if says("corrects", Scan(between)):
        return True
    behind = Scan(context.whole[entity.end : entity.end + _AFTER])
    return any(hit.first <= 1 for hit in _phrases()["corrects"].find(behind)) and "mejor" in behind.words[:2]


def moved_from(context: Context) -> AppointmentDraft | None:
    """`mueve la del jueves al viernes`: the moment that is left for another one."""
    left = {
        kind: next((e.value for e in context.all(kind) if _given_up(context, e)), None) for kind in ("date", "time")
    }
    moved = AppointmentDraft(day=left["date"], at=left["time"])
    named = any(len({entity.value for entity in context.all(kind)}) > 1 for kind in left if left[kind] is not None)
    return moved if named else None


def _given_up(context: Context, entity: Entity) -> bool:
    before = Scan(context.whole[max(0, entity.start - 20) : entity.start])
    return len(before) > 0 and _phrases()["instead_of"].ending_at(before, len(before)) is not None


def without_what_stays(context: Context) -> Context:
    """`la del viernes déjala, es otra`: the moment of the visit that stays is none of the other one's."""
    left: list[Entity] = []
    for clause in _CLAUSE.finditer(context.text):
        if says("stays", Scan(clause[0])):
            start, end = context.start + clause.start(), context.start + clause.end()
            left += [e for e in context.all(*_MOMENT) if start <= e.start < end]
    return replace(context, entities=tuple(entity for entity in context.entities if entity not in left))


def corrects(text: str) -> bool:
    """Whether a message puts something right that it has just said."""
    return says("corrects", Scan(text))
