"""A customer's criteria as a plan for the stock. Whatever was read, the plan is valid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from commercial_agent.catalog import AnyOf, Between, Catalog, Filter, HasWords, OneOf, Query, Sort, Taxonomy
from commercial_agent.catalog.query import MAX_VALUES, SORTABLE, WORDS
from commercial_agent.conversation.cars import CarCriteria, Order, Range

RANGES = (
    "price", "year", "km", "length_mm", "width_mm", "height_mm", "engine_litres", "seats", "doors",
)  # fmt: skip
SIZES = ("small", "compact", "midsize", "large")  # of the segments: alternatives; the others must all hold
_MOST = Decimal(10) ** 12
_COLUMNS = {"size": "length_mm", "length": "length_mm", "mileage": "km", "engine": "engine_litres"}
_BODIES_NEAR = {
    "accessibility": ("minivan", "suv"),
    "towing": ("pickup", "suv"),
    "payload": ("pickup", "van"),
    "clearance": ("suv", "pickup"),
}
"""The bodies in which what no column tells is looked for."""
_SMALL_ENGINE = Decimal("1.6")  # litres: what stands for one that uses little
_ENGINES = ("models", "fuels", "engine_litres", "order")
_KINDS = ("makes", "models", "body_styles", "not_body_styles", "segments", "drives", "seats")
_WORD_FIELDS = (
    ("body_styles", "body_style", False),
    ("not_body_styles", "body_style", True),
    ("transmissions", "transmission", False),
    ("drives", "drive", False),
    ("fuels", "fuel", False),
    ("not_makes", "make", True),
    ("not_models", "model", True),
)


def query_of(criteria: CarCriteria, limit: int | None = None, offset: int = 0) -> Query:
    """The plan of a search: all conditions hold; models and makes of other models are alternatives."""
    order = sort_of(criteria.order)
    return Query(tuple(filters_of(criteria)), order=(order,) if order else (), limit=limit, offset=max(offset, 0))


def near_wish(criteria: CarCriteria) -> CarCriteria:
    """The criteria of a wish that no column tells with the bodies or the engines it is met in."""
    thrifty = "fuel_economy" in criteria.not_in_data and criteria.named().isdisjoint(_ENGINES)
    return _bodies_near(replace(criteria, engine_litres=Range(high=_SMALL_ENGINE)) if thrifty else criteria)


def _bodies_near(criteria: CarCriteria) -> CarCriteria:
    """The bodies in which a wish is looked for where no kind of car is named."""
    bodies = next((_BODIES_NEAR[wish] for wish in criteria.not_in_data if wish in _BODIES_NEAR), ())
    if not bodies or not criteria.named().isdisjoint(_KINDS):
        return criteria
    return replace(criteria, body_styles=bodies)


def sort_of(order: Order | None) -> Sort | None:
    """The order as the stock knows it; None for a column it has not."""
    if order is None:
        return None
    column = _COLUMNS.get(order.column, order.column)
    return Sort(column, order.descending) if column in SORTABLE else None


def filters_of(criteria: CarCriteria) -> Iterator[Filter]:
    """The conditions of the criteria."""
    yield from _names(criteria)
    for field, column, negated in _WORD_FIELDS:
        if values := _known(column, getattr(criteria, field)):
            yield OneOf(column, values, negated)
    yield from _segments(criteria.segments)
    for origins, negated in ((criteria.origins, False), (criteria.not_origins, True)):
        if makes := Taxonomy.load().makes_from(origins):
            yield OneOf("make", makes, negated)
    for column in RANGES:
        if bounds := tidy(getattr(criteria, column)):
            yield Between(column, bounds.low, bounds.high)
    for flag in ("bluetooth", "car_play"):
        if (wanted := getattr(criteria, flag)) is not None:
            yield OneOf(flag, (wanted,))
    if criteria.version_words:
        yield HasWords(criteria.version_words[:20])


def _names(criteria: CarCriteria) -> Iterator[Filter]:
    """A model of a named make narrows that make; a model of another make is an alternative to it."""
    models, makes = criteria.models[:MAX_VALUES], criteria.makes[:MAX_VALUES]
    narrowed = {model.partition("/")[0] for model in models}
    others = tuple(make for make in makes if make not in narrowed)
    if models and others:
        yield AnyOf((OneOf("model", models), OneOf("make", others)))
    elif models:
        yield OneOf("model", models)
    elif makes:
        yield OneOf("make", makes)


def _segments(segments: tuple[str, ...]) -> Iterator[Filter]:
    known = _known("segment", segments)
    roomy = ("large",) if "family" in known else ()  # "para la familia, espacioso" says one thing twice
    if sizes := tuple(segment for segment in known if segment in SIZES and segment not in roomy):
        yield OneOf("segment", sizes)
    for character in known:
        if character not in SIZES:
            yield OneOf("segment", (character,))


def _known(column: str, values: tuple[str, ...]) -> tuple[str, ...]:
    allowed = WORDS[column]
    return tuple(value for value in values[:MAX_VALUES] if allowed is None or value in allowed)


def tidy(bounds: Range) -> Range:
    """The range with senseless bounds left out and swapped ones put right."""
    low, high = _bound(bounds.low), _bound(bounds.high)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Range(low, high)


def _bound(value: Decimal | None) -> Decimal | None:
    if value is None or not value.is_finite():
        return None
    return max(min(value, _MOST), -_MOST)


def not_stocked(criteria: CarCriteria, catalog: Catalog) -> tuple[str, ...]:
    """The asked makes and models of which the stock has no car at all; a missing model's make is not said twice."""
    models = tuple(model for model in criteria.models if model not in catalog.models)
    said = {model.partition("/")[0] for model in models}
    makes = tuple(make for make in criteria.makes if make not in catalog.makes and make not in said)
    return makes + models


def stocked_only(criteria: CarCriteria, catalog: Catalog) -> CarCriteria:
    """The criteria with the names that are not in stock left out."""
    missing_makes = {model.partition("/")[0] for model in criteria.models if model not in catalog.models}
    return replace(
        criteria,
        models=tuple(model for model in criteria.models if model in catalog.models),
        makes=tuple(make for make in criteria.makes if make in catalog.makes and make not in missing_makes),
    )
