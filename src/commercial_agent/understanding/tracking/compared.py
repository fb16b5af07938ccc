"""Which cars are set side by side, where not all of them are named: by year, of a make, one pointed at."""

from __future__ import annotations

from dataclasses import replace

from commercial_agent.conversation.cars import CarReference, resolve
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
