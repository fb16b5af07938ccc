"""What a plan is for: the car, or the amount, that a finance request means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from commercial_agent.conversation.cars import CarCriteria, CarFacts, CarReference, Order, Range, resolve
from commercial_agent.conversation.findings import CarGone, CarNotClear, CarsFound, Finding
from commercial_agent.conversation.requests import FinanceRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question

MOST_PLANS = 3  # cars side by side
_SIMILAR_PRICE = Decimal("0.2")  # either way, for what stands in for a car that is gone


class Cars(Protocol):
    """The stock as a finance answer needs it."""

    def car(self, stock_id: str) -> CarFacts | None:
        """The car of that id, None when it is not in stock."""
        ...

    def search(self, criteria: CarCriteria) -> CarsFound:
        """The first cars that fit, at most three, in the order the criteria ask; alternatives when none does."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """One price to work with."""

    price: Decimal
    car: CarFacts | None = None

    @property
    def stock_id(self) -> str | None:
        """Of the car."""
        return None if self.car is None else self.car.stock_id


def find_subjects(request: FinanceRequest, state: DialogueState, cars: Cars) -> tuple[Subject, ...] | Finding:
    """What the request is about.

    Returns:
        One subject, or several when the customer points at several cars; none when nothing tells; or the finding that
        says why the car cannot be told.
    """
    about = request.about
    named = bool(about.stock_ids or about.ordinals or about.order or about.criteria or about.shown)
    if request.price is not None and not named:
        return (Subject(request.price),)
    if about.criteria is not None and about.criteria == state.criteria and state.shown and about.order is None:
        about = CarReference(shown=True)  # what was just searched for: the cars that were shown of it
    ids = () if _of_all_found(about, state) else resolve(about, state.shown, state.seen, state.focus)
    if ids:
        return _in_stock(ids, several=bool(about.ordinals or about.stock_ids or about.shown), state=state, cars=cars)
    if about.criteria is not None:
        found = cars.search(_cheapest_first(replace(about.criteria, order=about.order or about.criteria.order)))
        if found.relaxed or not found.cars:
            return replace(found, question=Question(Ask.WHICH_CAR if found.cars else Ask.PRICE_OR_CAR))
        return (Subject(found.cars[0].price, found.cars[0]),)
    if named:
        return _not_clear(state)
    return _unsaid(state, cars)


def _of_all_found(about: CarReference, state: DialogueState) -> bool:
    """`el más barato de los 14`: of the whole search, of which not all cars were shown."""
    searched = about.criteria is not None and about.criteria == replace(state.criteria, order=None)
    return searched and about.order is not None and state.total > len(state.shown)


def _unsaid(state: DialogueState, cars: Cars) -> tuple[Subject, ...] | Finding:
    """Nothing in the message tells: what the conversation is at."""
    if state.plan_price is not None:
        return (Subject(Decimal(state.plan_price)),)
    if state.focus is not None:
        return _in_stock((state.focus,), several=False, state=state, cars=cars)
    if len(state.shown) == 1:
        return _in_stock((state.shown[0].stock_id,), several=False, state=state, cars=cars)
    return _not_clear(state) if state.shown else ()


def _in_stock(
    ids: tuple[str, ...], *, several: bool, state: DialogueState, cars: Cars
) -> tuple[Subject, ...] | Finding:
    present = [car for car in (cars.car(stock_id) for stock_id in dict.fromkeys(ids)) if car is not None]
    if not present:
        return _gone(ids[0], state, cars)
    if not several:
        present = [car for car in present if car.stock_id == state.focus] or present  # "el vento": the one spoken of
        present = [min(present, key=lambda car: (car.price, car.stock_id))]
    return tuple(Subject(car.price, car) for car in present[:MOST_PLANS])


def _gone(stock_id: str, state: DialogueState, cars: Cars) -> Finding:
    mention = state.mention(stock_id)
    if mention is None:
        return _not_clear(state)
    same = CarCriteria(models=(f"{mention.make}/{mention.model}",))
    near = CarCriteria(
        body_styles=(mention.body_style,) if mention.body_style else (),
        price=Range(mention.price * (1 - _SIMILAR_PRICE), mention.price * (1 + _SIMILAR_PRICE)),
    )
    alternatives: tuple[CarFacts, ...] = ()
    for criteria in (same, near):
        found = cars.search(criteria)
        if found.cars and not found.relaxed:
            alternatives = found.cars
            break
    name = f"{mention.make} {mention.model} {mention.year}"
    return CarGone(name, alternatives, Question(Ask.WHICH_CAR if alternatives else Ask.OPEN))


def _not_clear(state: DialogueState) -> CarNotClear:
    names = tuple(f"{car.make} {car.model} {car.year}" for car in state.shown)
    return CarNotClear(len(state.shown), names[:MOST_PLANS], Question(Ask.WHICH_CAR if names else Ask.PRICE_OR_CAR))


def _cheapest_first(criteria: CarCriteria) -> CarCriteria:
    return criteria if criteria.order is not None else replace(criteria, order=Order("price"))
