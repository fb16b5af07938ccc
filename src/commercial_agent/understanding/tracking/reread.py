"""A segment read again with our question in mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.amounts import read_amounts
from commercial_agent.understanding.correction import write_out
from commercial_agent.understanding.dates import find_moments
from commercial_agent.understanding.entities import entities_of_moment
from commercial_agent.understanding.people import find_name, find_name_in_passing
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import Context, point

_AMOUNTS = frozenset(
    [
        "price",
        "year",
        "km",
        "length_mm",
        "width_mm",
        "height_mm",
        "engine_litres",
        "seats",
        "doors",
        "monthly",
        "down_amount",
        "down_percent",
        "income",
        "debts",
        "extra",
        "balloon",
        "trade_in_value",
        "rate_percent",
        "commission_percent",
        "months",
        "after_payment",
        "stock_id",
        "amount",
        "number",
    ]
)
_TOLD_AS = {"down": ("down_amount", "down_percent"), "day": (), "hour": ()}
_TOLD = 1.0
_MOMENTS = frozenset({"date", "time", "part_of_day", "weekday", "date_problem", "vague_date"})


def reread(context: Context, expected: str) -> tuple[Entity, ...]:
    """The entities of a segment, bare values read as what was asked.

    Args:
        context: the segment.
        expected: day, hour, name, or a role of `amounts`.
    """
    if expected == "name":
        return _with_name(context)
    if any(e.kind in _TOLD_AS.get(expected, (expected,)) and e.score >= _TOLD for e in context.entities):
        return context.entities  # what was asked stands there in so many words
    timed = expected in ("day", "hour")
    dropped = _MOMENTS | {"number", "amount"} if timed else _AMOUNTS
    kept = [e for e in context.entities if e.kind not in dropped and not (_is_number(e) and _is_figure(e, timed=timed))]
    scan = Scan(context.text)
    for entity in kept:
        if entity.kind not in ("attribute", "metric", "group_by", "list_column", "visit_kind"):
            scan.take_span(entity.start - context.start, entity.end - context.start)
    if timed:
        moments = find_moments(scan, context.language, context.now, expected)
        found = [entity for moment in moments for entity in entities_of_moment(scan, moment)]
    else:
        found = read_amounts(scan, context.language, context.now, expected)
        found = _as_asked(found, expected)
    shifted = [replace(e, start=e.start + context.start, end=e.end + context.start) for e in found]
    return tuple(sorted((*kept, *shifted), key=lambda entity: (entity.start, entity.end)))


_ASKED = {"income": "income", "down": "down_amount", "extra": "extra", "balloon": "balloon"}


def _as_asked(found: list[Entity], expected: str) -> list[Entity]:
    """A lone bare amount is what was asked, whatever such amounts usually are: "6500" is the income."""
    kind = _ASKED.get(expected)
    money = [entity for entity in found if entity.kind in ("monthly", "amount", "number", "price", "income")]
    if kind is None or len(found) != 1 or len(money) != 1 or any(char.isalpha() for char in _bare(money[0].text)):
        return found
    value = point(money[0].value) if isinstance(money[0].value, Range) else money[0].value
    return [replace(money[0], kind=kind, value=value)] if value is not None else found


def _bare(text: str) -> str:
    return text.casefold().replace("mil", "").replace("k", "").replace("pesos", "").replace("mxn", "")


def _is_figure(entity: Entity, *, timed: bool) -> bool:
    return not timed or entity.text.startswith("el")


def _is_number(entity: Entity) -> bool:
    """`el 10`, `la 2` were taken for places in the list: where a figure was asked they are figures."""
    return entity.kind == "reference" and bool(entity.value.ordinals) and any(c.isdigit() for c in entity.text)


_AROUND = frozenset({"around", "about", "like", "tipo", "aprox", "approx", "circa", "como", "roughly", "por", "umas"})


def loose_hour(context: Context) -> time | None:
    """`next Saturday around 11`: a bare figure beside a day, said to be about an hour; None where there is none."""
    if context.has("time") or not context.has("date"):
        return None
    if not any(_AROUND.intersection(context.before(entity)) for entity in context.all("number", "amount")):
        return None
    return next((entity.value for entity in reread(context, "hour") if entity.kind == "time"), None)


def _with_name(context: Context) -> tuple[Entity, ...]:
    if any(entity.kind == "name" for entity in context.entities):
        return context.entities
    scan = Scan(context.text)
    for entity in context.entities:
        if entity.kind in _AMOUNTS | _MOMENTS | {"email", "phone"}:
            scan.take_span(entity.start - context.start, entity.end - context.start)
    write_out(scan)
    name = find_name_in_passing(scan) or find_name(scan, asked=True)
    if name is None:
        return context.entities
    # A name just asked for is no car and no city: "Mercedes", "León".
    shifted = replace(name, start=name.start + context.start, end=name.end + context.start)
    rest = tuple(e for e in context.entities if e.end <= shifted.start or e.start >= shifted.end)
    return (*rest, shifted)
