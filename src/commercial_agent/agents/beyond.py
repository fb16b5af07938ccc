"""Less or more than the cars that are meant: "más barato que ese", "newer than those"."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any, TypeGuard

from commercial_agent.agents.criteria import sort_of
from commercial_agent.catalog import Car
from commercial_agent.conversation.cars import CarCriteria, Range
from commercial_agent.conversation.requests import CatalogRequest

_THOUSAND = Decimal(1000)
_LARGE = 20 * _THOUSAND  # prices and kilometres, told in thousands
_STEP = {"price": Decimal("0.01"), "engine_litres": Decimal("0.1")}  # the least by which a column can be less or more


def beyond(criteria: CarCriteria, request: CatalogRequest, cars: tuple[Car, ...]) -> CarCriteria:
    """The criteria with a bound beyond every one of the cars for each wish of less or more."""
    for order in request.relative:
        sort = sort_of(order)
        if sort is None or not isinstance(getattr(criteria, sort.column, None), Range):
            continue  # only a number has less and more
        known = [Decimal(value) for car in cars if (value := getattr(car, sort.column)) is not None]
        if not known:
            continue
        step = _STEP.get(sort.column, Decimal(1))
        old: Range = getattr(criteria, sort.column)
        if sort.descending:
            low = -_rounded_down(-max(known) - step)
            bounds = Range(low, old.high if _number(old.high) and old.high > low else None)
        else:
            high = _rounded_down(min(known) - step)
            keeps = _number(old.low) and old.low < high and sort.column != "year"  # "any older ones?" looks before it
            bounds = Range(old.low if keeps else None, high)
        changed: dict[str, Any] = {sort.column: bounds}
        criteria = replace(criteria, **changed)
    return criteria


def _rounded_down(bound: Decimal) -> Decimal:
    """A bound as one says it: "hasta $338,000" for what is cheaper than $338,999."""
    if abs(bound) < _LARGE:
        return bound
    return (bound / _THOUSAND).to_integral_value(ROUND_FLOOR) * _THOUSAND


def _number(bound: Decimal | None) -> TypeGuard[Decimal]:
    """Whether a bound can be compared: a model may have read one that is no number."""
    return bound is not None and bound.is_finite()
