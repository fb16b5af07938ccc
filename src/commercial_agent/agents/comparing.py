"""Cars against each other: what differs, who is ahead in what, which one to recommend and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np

from commercial_agent.agents.cars import facts_of
from commercial_agent.catalog import Car, Catalog
from commercial_agent.catalog.ranking import value_scores
from commercial_agent.conversation.cars import CarFacts

MOST = 4
# Fields in which cars are compared, the most telling first.
TELLING = (
    "price", "km", "year", "version", "transmission", "body_style", "engine_litres", "fuel", "drive", "seats", "doors",
    "car_play", "bluetooth", "length_mm", "height_mm", "width_mm",
)  # fmt: skip
_RACES: tuple[tuple[str, Callable[[CarFacts], Decimal | int | None], bool], ...] = (
    ("price", lambda car: car.price, False),
    ("km", lambda car: car.km, False),
    ("year", lambda car: car.year, True),
    ("room", lambda car: car.seats, True),
    ("length_mm", lambda car: car.length_mm, True),
    ("engine_litres", lambda car: car.engine_litres, True),
    ("equipment", lambda car: int(car.bluetooth) + int(car.car_play), True),
)
_NEAR = {
    "fuel_economy": ("engine_litres", "fuel", "transmission"),
    "power": ("engine_litres", "version"),
    "cylinders": ("engine_litres", "version"),
    "boot": ("length_mm", "body_style"),
    "accessibility": ("body_style", "height_mm", "width_mm", "doors"),
    "clearance": ("body_style", "drive", "height_mm"),
    "payload": ("engine_litres", "drive", "version"),
    "towing": ("engine_litres", "drive", "body_style"),
}
"""What of a car says something of what no listing tells, the most telling first."""
_REASONS = {"price": "lowest_price", "km": "lowest_km", "year": "newest", "room": "most_room"}


def differences(cars: Sequence[CarFacts], asked: Sequence[str] = ()) -> tuple[str, ...]:
    """The fields in which the cars differ; those asked for first, whether they differ or not."""
    wanted = [field for field in asked if field in TELLING]
    differing = [field for field in TELLING if len({getattr(car, field) for car in cars}) > 1]
    return tuple(dict.fromkeys([*wanted, *differing]))


def near_to(cars: Sequence[CarFacts], untold: Sequence[str]) -> tuple[str, ...]:
    """The fields that say something of what no listing tells: of the fuel used, the engine."""
    fields = [field for name in untold for field in _NEAR.get(name, ())]
    return tuple(field for field in dict.fromkeys(fields) if any(getattr(car, field) is not None for car in cars))


def winners(catalog: Catalog, cars: Sequence[CarFacts]) -> tuple[tuple[str, str], ...]:
    """Who alone is ahead in what: (price, km, year, room …, value; stock id)."""
    ahead = []
    for what, measure, most in _RACES:
        known = [(value, car.stock_id) for car in cars if (value := measure(car)) is not None]
        if len(known) != len(cars):
            continue  # an unknown one might be ahead
        best = (max if most else min)(value for value, _ in known)
        first = [stock_id for value, stock_id in known if value == best]
        if len(first) == 1:
            ahead.append((what, first[0]))
    if len(cars) > 1:
        scores = values(catalog, cars)
        ahead.append(("value", min(scores, key=lambda stock_id: scores[stock_id])))
    return tuple(ahead)


def values(catalog: Catalog, cars: Sequence[CarFacts]) -> dict[str, float]:
    """How good a buy each car is; less is better."""
    scores = value_scores(catalog.table)
    places = {car.stock_id: catalog.table.place(car.stock_id) for car in cars}
    return {stock_id: float(scores[place]) for stock_id, place in places.items() if place is not None}


def recommended(catalog: Catalog, cars: Sequence[Car]) -> tuple[tuple[CarFacts, ...], tuple[tuple[str, str], ...]]:
    """The cars, the best buy first, and for each what speaks for it among them."""
    facts = [facts_of(car) for car in cars]
    scores = values(catalog, facts)
    facts.sort(key=lambda car: scores.get(car.stock_id, np.inf))
    ahead = winners(catalog, facts) if len(facts) > 1 else ()
    reasons = [(facts[0].stock_id, "best_value")] if len(facts) > 1 else []
    reasons += [(stock_id, _REASONS[what]) for what, stock_id in ahead if what in _REASONS]
    return tuple(facts), tuple(reasons)
