"""Requests around the sale: appointments, the customer's own car, names, ratings, languages."""

from __future__ import annotations

from datetime import date, time
from typing import Any, cast

from commercial_agent.conversation.cars import CarReference, Range, resolve
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import Ask
from commercial_agent.understanding.tracking.about import about
from commercial_agent.understanding.tracking.condition import condition_of, puts_right
from commercial_agent.understanding.tracking.context import Context, vocabulary, whole_number
from commercial_agent.understanding.tracking.of_plans import haggles
from commercial_agent.understanding.tracking.reread import loose_hour
from commercial_agent.understanding.tracking.standing import PRICE, asks_what_it_brings
from commercial_agent.understanding.tracking.talk import offers_less
from commercial_agent.understanding.tracking.visits import (
    asks_status,
    corrected,
    kind_of,
    meant,
    moved_from,
    says,
    shifted,
    without_what_stays,
)

_APPOINTMENTS = frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE, Intent.APPOINTMENT_CANCEL})
STATUS = "status"  # subject: how the visit stands
DISCOUNT = "discount"  # subject: a price bargained over
ANOTHER = "another"  # subject: a visit beside the one there is
EVERY = "every"  # subject: all the visits there are
_FIGURES = ("amount", "number", "price", "down_amount", "trade_in_value")
_SALES = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_SUBJECTS = frozenset({Intent.OUT_OF_SCOPE, Intent.MANIPULATION, Intent.COMPLAINT, Intent.ABUSE})
_STAR_WORDS = {"uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "one": 1, "two": 2, "three": 3,
               "four": 4, "five": 5, "um": 1, "uma": 1, "dois": 2, "duas": 2, "quatro": 4}  # fmt: skip


def concierge_request(context: Context) -> ConciergeRequest:
    """The request of an intent around the sale."""
    intent = context.intent
    name = context.first("name")
    if intent in _APPOINTMENTS:
        return appointment_request(context)
    if intent in _SALES:
        price = PRICE if asks_what_it_brings(context) else None
        return ConciergeRequest(intent, sale=sale_draft(context), name=name, subject=price, text=context.text)
    stars = stars_of(context) if intent is Intent.RATE else None
    language = _language(context) if intent is Intent.LANGUAGE else None
    subject = vocabulary().value("subject", context.scan) if intent in _SUBJECTS else None
    if intent is Intent.MANIPULATION and (haggles(context) or offers_less(context)):
        subject = DISCOUNT
    choices = context.choices if intent is Intent.UNCLEAR else ()
    return ConciergeRequest(
        intent, name=name, stars=stars, language=language, subject=subject, choices=choices, text=context.text
    )


def asks_how_it_stands(context: Context) -> bool:
    """Whether the visit is asked about, not changed: "¿a qué hora quedó mi cita?"."""
    return asks_status(context) or (context.state.appointment is not None and context.says("visit_status"))


def appointment_request(context: Context) -> ConciergeRequest:
    """An appointment as far as this segment speaks of it."""
    of_car = context.has("reference", "model", "make", "stock_id", "order")
    of_list = context.has("year") and bool(context.state.shown)  # "me interesa el de 2020, ¿hay cita el viernes?"
    pointed = about(context, default=False) if of_car or of_list else CarReference()
    if not pointed and context.earlier is not None:
        pointed = CarReference(criteria=context.earlier)
    cancels = context.intent is Intent.APPOINTMENT_CANCEL
    context = without_what_stays(context) if cancels else context  # "cancela la del jueves, solo queda la del sábado"
    another = context.says("another_visit") and not cancels
    subject = STATUS if asks_how_it_stands(context) else ANOTHER if another else None
    return ConciergeRequest(
        Intent.APPOINTMENT if another else context.intent,
        subject=EVERY if cancels and says("every_visit", context.scan) else subject,
        appointment=appointment_draft(context, pointed),
        about=pointed,
        name=context.first("name"),
        moved_from=moved_from(context) if context.intent is Intent.APPOINTMENT_CHANGE else None,
        text=context.text,
    )


def appointment_draft(context: Context, pointed: CarReference | None = None) -> AppointmentDraft:
    """What a segment says of an appointment, nothing else."""
    state = context.state
    found = resolve(pointed, state.shown, state.seen, state.focus) if pointed else ()
    problem = context.first("date_problem")
    held = state.appointment or AppointmentDraft()
    day = None if problem in ("impossible_date",) else cast(date | None, _holds(context, "date", held.day))
    return AppointmentDraft(
        kind=kind_of(context),
        branch=_holds(context, "branch", held.branch),
        city=context.first("city"),
        day=day,
        at=shifted(context, held.at) or cast(time | None, _holds(context, "time", held.at)) or loose_hour(context),
        part_of_day=context.first("part_of_day"),
        stock_id=found[0] if len(found) == 1 else None,
        name=context.first("name"),
        problem="past_date"
        if problem == "past_time"
        else "impossible_date"
        if problem == "impossible_time"
        else problem,
    )


def _holds(context: Context, kind: str, held: object) -> Any:
    entity = meant(context, kind, held)
    return entity.value if entity is not None else None


def sale_draft(context: Context) -> SaleDraft:
    """What a segment says of the customer's own car."""
    model = _holds(context, "model", None)
    make = _holds(context, "make", None)
    name = None
    if model is not None:
        make, _, name = model.partition("/")
    trims = " ".join(entity.value for entity in context.all("trim"))
    return SaleDraft(
        trade_in=context.intent is Intent.TRADE_IN,
        make=make,
        model=name,
        version=trims or None,
        year=whole_number(_holding(context, "year")),
        km=whole_number(_holding(context, "km")),
        city=context.first("city"),
        condition=condition_of(context.scan, asked=tells_condition(context)),
        name=context.first("name"),
    )


def tells_condition(context: Context) -> bool:
    """Whether the words answer how the own car looks, or put that right: "dije excelente, no con detalles"."""
    state = context.state
    if state.question is not None and state.question.ask is Ask.SALE_CONDITION:
        return True
    return state.sale is not None and puts_right(context.scan)


def _holding(context: Context, kind: str) -> list[Range]:
    """The range of that kind that holds; what puts kilometres right needs no unit ("70 mil km, miento, 80 mil")."""
    entity = meant(context, kind)
    if entity is None:
        return []
    if kind == "km":
        later = [e for e in context.all(*_FIGURES) if e.start >= entity.end and corrected(context, entity, e)]
        figures = [e.value.high if isinstance(e.value, Range) else e.value for e in later]
        if figures and figures[-1] is not None:
            return [Range(high=figures[-1])]
    return [entity.value]


def stars_of(context: Context) -> int | None:
    """A rating from 1 to 5, in figures or in words; "10 de 10" is five."""
    words = context.scan.words
    for index, word in enumerate(words):
        if word.isdigit() and len(word) <= 2:
            value = int(word)
            if "10" in words[index + 1 : index + 4] or value > 5:
                return max(1, min(5, round(value / 2))) if value <= 10 else None
            return value if value >= 1 else None
    thumbs = context.text.count("\U0001f44d"), context.text.count("\U0001f44e")
    if (thumbs[0] > 0) != (thumbs[1] > 0):
        return 5 if thumbs[0] else 1
    stars = sum(context.text.count(mark) for mark in "\u2b50\U0001f31f")
    if 1 <= stars <= 5:
        return stars
    for word in words:
        if word in _STAR_WORDS:
            return _STAR_WORDS[word]
    said = vocabulary().value("stars", context.scan)
    return int(said) if said is not None else None


def _language(context: Context) -> Language:
    """The language asked for: of two named ("my Spanish is bad, English please?") not the one spoken so far.

    It is that of the message where it names none, or only the one it leaves: "I don't speak Spanish".
    """
    spoken = context.state.language
    said = [Language(value) for value in vocabulary().values("language", context.scan)]
    others = [language for language in said if language is not spoken]
    if others or context.language is not spoken:
        return next(iter(others), context.language)
    return said[0] if said else context.language
