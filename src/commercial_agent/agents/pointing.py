"""Which cars of the stock a request points at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from commercial_agent.agents.cars import PAGE, facts_of
from commercial_agent.agents.criteria import not_stocked, query_of, stocked_only
from commercial_agent.catalog import Car, Catalog
from commercial_agent.conversation.cars import CarCriteria, CarReference, Range, resolve
from commercial_agent.conversation.findings import CarGone, CarNotClear
from commercial_agent.conversation.state import Ask, DialogueState, Question

_ONLY_STOCK = frozenset({"fuels", "drives", "segments", "engine_litres", "seats", "doors", "bluetooth", "car_play"})
_NEAR = Decimal("0.2")  # of the price, either way, for what stands in for a car that is gone


@dataclass(frozen=True, slots=True)
class Pointed:
    """The cars meant, those that left the stock, and what a name stands for when nothing like it was shown."""

    cars: tuple[Car, ...] = ()
    gone: tuple[str, ...] = ()  # stock ids
    named: CarCriteria | None = None  # by name, not among the shown
    matches: int = 0  # cars in stock of that name


def find_pointed(catalog: Catalog, about: CarReference, state: DialogueState) -> Pointed:
    """Resolve a reference: among the cars of the conversation first, then by name in the stock."""
    ids = resolve(about or CarReference(focus=True), state.shown, state.seen, state.focus)
    if ids:
        cars = tuple(car for car in map(catalog.get, dict.fromkeys(ids)) if car is not None)
        present = {car.stock_id for car in cars}
        return Pointed(cars, tuple(stock_id for stock_id in ids if stock_id not in present))
    if about.criteria is None or about.criteria.empty or about.ordinals:
        return Pointed()
    criteria = about.criteria if about.order is None else replace(about.criteria, order=about.order)
    stocked = stocked_only(criteria, catalog)
    if about.order is None and (shown := _among_shown(catalog, stocked, state)):
        return Pointed(shown)
    if not_stocked(criteria, catalog) and not (stocked.makes or stocked.models):
        return Pointed(named=criteria)
    found = catalog.run(query_of(stocked, 1 if about.order is not None else 4))
    return Pointed(found.cars, named=criteria, matches=found.total)


def _among_shown(catalog: Catalog, criteria: CarCriteria, state: DialogueState) -> tuple[Car, ...]:
    """`el eléctrico de esos`: cars of the last list by what only the stock knows of them."""
    if not state.shown or not criteria.named() & _ONLY_STOCK:
        return ()
    ids = tuple(mention.stock_id for mention in state.shown)
    return catalog.run(replace(query_of(criteria, len(ids)), ids=ids)).cars


def car_gone(catalog: Catalog, stock_id: str, state: DialogueState) -> CarGone | CarNotClear:
    """What to say of a car that left the stock: its name and cars in its place."""
    mention = state.mention(stock_id)
    if mention is None:
        return not_clear(state)
    same = CarCriteria(models=(f"{mention.make}/{mention.model}",))
    near = CarCriteria(
        body_styles=(mention.body_style,) if mention.body_style else (),
        price=Range(mention.price * (1 - _NEAR), mention.price * (1 + _NEAR)),
    )
    name = f"{mention.make} {mention.model} {mention.year}"
    for criteria in (same, near):
        found = catalog.run(query_of(criteria, PAGE))
        if found.cars:
            return CarGone(name, tuple(map(facts_of, found.cars)), Question(Ask.WHICH_CAR))
    return CarGone(name, question=Question(Ask.OPEN))


def not_clear(state: DialogueState) -> CarNotClear:
    """The cars there are to choose from."""
    names = tuple(f"{car.make} {car.model} {car.year}" for car in state.shown)
    return CarNotClear(len(state.shown), names[:PAGE], Question(Ask.WHICH_CAR if names else Ask.OPEN))
