"""Cars of the stock as a conversation speaks of them, for every agent."""

from __future__ import annotations

from dataclasses import replace

from commercial_agent.agents.criteria import not_stocked, query_of, stocked_only
from commercial_agent.agents.relaxation import like_missing, relax
from commercial_agent.catalog import Car, Catalog, LiveCatalog
from commercial_agent.conversation.cars import CarCriteria, CarFacts, Order
from commercial_agent.conversation.findings import CarsFound, Relaxation

PAGE = 3  # cars shown at a time


def facts_of(car: Car) -> CarFacts:
    """A car of the catalogue as conversation facts."""
    return CarFacts(
        stock_id=car.stock_id,
        make=car.make,
        model=car.model,
        year=car.year,
        version=car.version,
        price=car.price,
        km=car.km,
        bluetooth=car.bluetooth,
        car_play=car.car_play,
        length_mm=car.length_mm,
        width_mm=car.width_mm,
        height_mm=car.height_mm,
        body_style=car.body_style,
        transmission=car.transmission,
        drive=car.drive,
        fuel=car.fuel,
        engine_litres=car.engine_litres,
        doors=car.doors,
        seats=car.seats,
        inferred=car.inferred,
        picture_url=car.picture_url,
    )


def car_facts(catalog: Catalog, stock_id: str) -> CarFacts | None:
    """The facts of a car, or None when it is not in stock."""
    car = catalog.get(stock_id)
    return None if car is None else facts_of(car)


class Stock:
    """The stock as the other agents need it: a car by its id, the first cars of a search."""

    def __init__(self, live: LiveCatalog) -> None:
        """Look into a live catalogue."""
        self._live = live

    def car(self, stock_id: str) -> CarFacts | None:
        """The car of that id, None when it is not in stock."""
        return car_facts(self._live.current, stock_id)

    def search(self, criteria: CarCriteria) -> CarsFound:
        """The first cars that fit, at most three, in the order the criteria ask; alternatives when none does."""
        return search(self._live.current, criteria)


def page_of(count: int | None) -> int:
    """How many cars to show where so many were asked for."""
    return PAGE if count is None else max(1, min(count, PAGE))


def search(catalog: Catalog, criteria: CarCriteria, offset: int = 0, page: int = PAGE) -> CarsFound:
    """A page of the cars that fit. When none fits: the nearest alternatives, saying what was relaxed."""
    missing = not_stocked(criteria, catalog)
    stocked = stocked_only(criteria, catalog)
    named = bool(stocked.makes or stocked.models)
    if missing and not named:
        return _instead(catalog, criteria, missing, offset)
    found = catalog.run(query_of(stocked, page, offset))
    if found.total:
        return CarsFound(
            criteria=criteria,
            cars=tuple(map(facts_of, found.cars)),
            total=found.total,
            offset=offset,
            used=stocked if missing else None,
            not_stocked=missing,
            not_in_data=criteria.not_in_data,
            exhausted=offset >= found.total,
        )
    return _alternatives(catalog, criteria, stocked, missing, offset)


def _alternatives(
    catalog: Catalog, criteria: CarCriteria, stocked: CarCriteria, missing: tuple[str, ...], offset: int
) -> CarsFound:
    relaxed = relax(catalog, stocked)
    if relaxed is None:
        return CarsFound(criteria, (), 0, offset, not_stocked=missing, not_in_data=criteria.not_in_data)
    used, steps = relaxed
    if stocked.price.high is not None and any(step.field == "price" and step.dropped for step in steps):
        used = replace(used, order=Order("price"))  # the nearest to a budget that buys nothing are the cheapest
    return _in_place_of(catalog, criteria, used, steps, missing, offset)


def _instead(catalog: Catalog, criteria: CarCriteria, missing: tuple[str, ...], offset: int) -> CarsFound:
    """Nothing of what was named is sold here: cars of the same kind, never passed off as what was asked."""
    used, steps = like_missing(catalog, criteria)
    if not catalog.run(query_of(used, PAGE)).total and (relaxed := relax(catalog, used)) is not None:
        used, more = relaxed
        steps = (*steps, *more)
    return _in_place_of(catalog, criteria, used, steps, missing, offset)


def _in_place_of(
    catalog: Catalog,
    criteria: CarCriteria,
    used: CarCriteria,
    steps: tuple[Relaxation, ...],
    missing: tuple[str, ...],
    offset: int,
) -> CarsFound:
    """A page of alternatives, with what was asked, what was used instead, and which steps led there."""
    found = catalog.run(query_of(used, PAGE, offset))
    return CarsFound(
        criteria=criteria,
        cars=tuple(map(facts_of, found.cars)),
        total=found.total,
        offset=offset,
        relaxed=steps,
        used=used,
        not_stocked=missing,
        not_in_data=criteria.not_in_data,
        exhausted=bool(found.total) and offset >= found.total,
    )
