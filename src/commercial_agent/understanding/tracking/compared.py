"""Which cars are set side by side, where not all of them are named: by year, of a make, one pointed at."""

from __future__ import annotations

from dataclasses import replace

from commercial_agent.conversation.cars import CarReference, resolve
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.criteria import names_cars
from commercial_agent.understanding.tracking.about import naming
from commercial_agent.understanding.tracking.context import Context


def by_years(context: Context) -> CarReference | None:
    """`el 2021 contra el 2018`: of the cars told of, one of each year."""
    if context.has("make", "model", "body_style"):
        return None
    years = [e.value.low for e in context.all("year") if e.value.low is not None and e.value.low == e.value.high]
    told = (*context.state.shown, *context.state.seen)
    found = [next((car.stock_id for car in told if car.year == year), None) for year in dict.fromkeys(years)]
    ids = tuple(stock_id for stock_id in found if stock_id is not None)
    return CarReference(stock_ids=ids) if len(ids) > 1 and len(ids) == len(found) else None


def of_the_shown(context: Context, subject: CarReference) -> CarReference | None:
    """`¿cuál de los peugeot?` after a list with two: those of it."""
    named = subject.criteria
    if named is None or named.models or not named.makes or len(named.makes) > 1:
        return None
    ids = resolve(CarReference(criteria=named), context.state.shown, (), None)
    return CarReference(stock_ids=ids) if len(ids) > 1 else None


def with_named(context: Context, pointed: CarReference) -> CarReference | None:
    """`compara el primero con el ibiza más barato`: the one pointed at and the one named, among the cars told of."""
    state, named = context.state, naming(context)
    one = resolve(pointed, state.shown, state.seen, state.focus)
    if not one or not names_cars(named):
        return None
    told = (*state.shown, *state.seen)
    order = context.first("order")
    other = resolve(CarReference(order=order, criteria=named if order else None), told, (), None) if order else ()
    other = other or resolve(CarReference(criteria=named), state.shown, state.seen, state.focus)[:1]
    if other and other != one:
        return CarReference(stock_ids=(*one, *other))
    mention = state.mention(one[0])
    if mention is None or not named.models:
        return None
    models = tuple(dict.fromkeys((f"{mention.make}/{mention.model}", *named.models)))
    return CarReference(criteria=replace(named, models=models))


def each_named(context: Context) -> CarReference | None:
    """`la cx-5 2020 con la rav4`, `esa y la br-v de 291`: each with its own year or price, among the cars told of."""
    items = [e for e in context.all("model", "reference") if e.kind == "model" or e.value.focus]
    if not any(item.kind == "model" for item in items):
        return None
    years = context.all("year")
    if len(items) == 1 and items[0].kind == "model" and len(years) > 1:
        parts: list[tuple[Entity, ...]] = [(items[0], year) for year in years]  # "el Kicks 2018 x 2023"
    else:
        ends = [*(item.start for item in items[1:]), context.start + len(context.text)]
        told = context.all("year", "price", "order")
        parts = [(item, *(t for t in told if item.end <= t.start < end)) for item, end in zip(items, ends, strict=True)]
    found = [_one_told_of(replace(context, entities=part)) for part in parts]
    ids = tuple(dict.fromkeys(stock_id for stock_id in found if stock_id is not None))
    return CarReference(stock_ids=ids) if len(ids) > 1 and None not in found else None


def _one_told_of(context: Context) -> str | None:
    """The one car of the conversation that a name with its traits means."""
    state, named = context.state, naming(context)
    if not named.models:
        return state.focus
    order = context.first("order")
    for cars in (state.shown, state.seen):
        ids = resolve(CarReference(order=order, criteria=named), cars, (), None)
        if len(ids) == 1:
            return ids[0]
        if ids:
            return state.focus if state.focus in ids else None
    return None
