"""When nothing fits: which condition gives way, in a fixed order, from the least to the most painful.

First every soft step alone, in this order, then soft steps together; only then the hard ones (a limit or the kind of
car dropped altogether), alone and together. Of several steps those that turn out not to be needed are given back. What
the customer refused (`not_…`) never gives way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from commercial_agent.agents.criteria import RANGES, SIZES, query_of, tidy
from commercial_agent.catalog import Catalog, VehicleModel
from commercial_agent.conversation.cars import CarCriteria, Order, Range
from commercial_agent.conversation.findings import Relaxation


@dataclass(frozen=True, slots=True)
class Step:
    """One way to loosen one field."""

    field: str
    share: Decimal | None = None  # widen the range by this part of each bound; None drops the field
    by: int = 0  # or by this much


SOFT = (
    Step("version_words"),
    Step("km", share=Decimal("0.25")),
    Step("bluetooth"),
    Step("car_play"),
    Step("height_mm", share=Decimal("0.05")),
    Step("width_mm", share=Decimal("0.05")),
    Step("length_mm", share=Decimal("0.05")),
    Step("price", share=Decimal("0.10")),
    Step("year", by=1),
    Step("year", by=2),
    Step("price", share=Decimal("0.20")),
    Step("km", share=Decimal("0.6")),
    Step("engine_litres"),
    Step("doors"),
    Step("drives"),
    Step("segments"),
    Step("fuels"),
    Step("price", share=Decimal("0.35")),
)
HARD = (
    Step("km"),
    Step("height_mm"),
    Step("width_mm"),
    Step("length_mm"),
    Step("transmissions"),
    Step("seats"),
    Step("year"),
    Step("body_styles"),
    Step("price"),
    Step("models"),
    Step("makes"),
    Step("origins"),
)

Loosened = tuple[CarCriteria, tuple[Relaxation, ...]]


def relax(catalog: Catalog, criteria: CarCriteria) -> Loosened | None:
    """The least loosening of the criteria that some car fits.

    Returns:
        The loosened criteria and what was loosened; None when no loosening helps.
    """
    fitted = frozenset(catalog.run(query_of(criteria)).ids)
    if criteria.fuels == ("electric",):  # the nearest to it is what is half of it
        hybrid = replace(criteria, fuels=("hybrid",))
        if _fits(catalog, hybrid, fitted):
            return hybrid, (Relaxation("fuels", dropped=True),)
    soft = [step for step in SOFT if _asks(criteria, step.field)]
    hard = [step for step in HARD if _asks(criteria, step.field)]
    for steps, before in ((soft, []), (hard, soft)):
        taken = _alone(catalog, criteria, steps, fitted) or _together(catalog, criteria, before, steps, fitted)
        if taken:
            return _result(criteria, _loosen(criteria, taken), tuple(taken))
    return None


def _alone(catalog: Catalog, criteria: CarCriteria, steps: list[Step], fitted: frozenset[str]) -> list[Step]:
    for step in steps:
        if _fits(catalog, _loosen(criteria, [step]), fitted):
            return [step]
    return []


def _together(
    catalog: Catalog, criteria: CarCriteria, before: list[Step], steps: list[Step], fitted: frozenset[str]
) -> list[Step]:
    taken: list[Step] = []
    for step in before:
        taken = [other for other in taken if other.field != step.field] + [step]
    for step in steps:
        taken = [other for other in taken if other.field != step.field] + [step]
        if _fits(catalog, _loosen(criteria, taken), fitted):
            return _given_back(catalog, criteria, taken, fitted)
    return []


def _given_back(catalog: Catalog, criteria: CarCriteria, taken: list[Step], fitted: frozenset[str]) -> list[Step]:
    for step in reversed(list(taken)):
        fewer = [other for other in taken if other is not step]
        if fewer and _fits(catalog, _loosen(criteria, fewer), fitted):
            taken = fewer
    return taken


def _fits(catalog: Catalog, criteria: CarCriteria, fitted: frozenset[str] = frozenset()) -> bool:
    """Whether some car fits, and all that fitted before do: "a Volkswagen or a Mazda 3" is no wider without the 3."""
    if not fitted:
        return catalog.run(query_of(criteria, limit=0)).total > 0
    return fitted <= frozenset(catalog.run(query_of(criteria)).ids)


def _asks(criteria: CarCriteria, field: str) -> bool:
    value = getattr(criteria, field)
    return value is not None and bool(value or value is False)


def _loosen(criteria: CarCriteria, steps: list[Step]) -> CarCriteria:
    for step in steps:
        if step.share is None and not step.by:
            criteria = criteria.without(step.field)
        else:
            wider: dict[str, Any] = {step.field: _wider(getattr(criteria, step.field), step)}
            criteria = replace(criteria, **wider)
    return criteria


def _wider(bounds: Range, step: Step) -> Range:
    bounds = tidy(bounds)
    share = step.share or Decimal(0)

    def moved(bound: Decimal | None, sign: int) -> Decimal | None:
        return None if bound is None else bound + sign * (abs(bound) * share + step.by)

    return Range(moved(bounds.low, -1), moved(bounds.high, 1))


def _result(criteria: CarCriteria, loosened: CarCriteria, steps: tuple[Step, ...]) -> Loosened:
    said = tuple(Relaxation(step.field, dropped=step.share is None and not step.by) for step in steps)
    if loosened.order is None:
        loosened = replace(loosened, order=_nearest_first(criteria, said))
    return loosened, said


def _nearest_first(criteria: CarCriteria, said: tuple[Relaxation, ...]) -> Order | None:
    """The alternatives nearest to what was asked come first: by the first range that gave way on one side."""
    for relaxation in said:
        if relaxation.field in RANGES:
            bounds = tidy(getattr(criteria, relaxation.field))
            if bounds.low is None or bounds.high is None:
                return Order(relaxation.field, descending=bounds.low is not None)
    return None


# --- What is not sold at all -----------------------------------------------------------------------------------------


def like_missing(catalog: Catalog, criteria: CarCriteria) -> Loosened:
    """The criteria with the missing names replaced by the kind of car they stand for, as far as the stock has that."""
    bare = criteria.without("makes", "models")
    steps = tuple(Relaxation(field, dropped=True) for field in ("makes", "models") if getattr(criteria, field))
    for kind in _kinds(_vehicles(catalog, criteria)):
        alike = kind(bare)
        if _fits(catalog, alike):
            return alike, steps
    return bare, steps


def _vehicles(catalog: Catalog, criteria: CarCriteria) -> list[VehicleModel]:
    models = catalog.taxonomy.models
    if criteria.models:
        return [models[key] for key in criteria.models if key in models]
    return [model for make in criteria.makes for model in catalog.taxonomy.models_of(make)]


def _kinds(vehicles: list[VehicleModel]) -> Iterator[Callable[[CarCriteria], CarCriteria]]:
    """Ways to ask for such vehicles, the closest first."""
    body = _common([vehicle.body_style for vehicle in vehicles])
    fuel = _common([vehicle.fuel for vehicle in vehicles])
    size = _common([next((s for s in vehicle.segments if s in SIZES), None) for vehicle in vehicles])
    luxury = _common(["luxury" if "luxury" in vehicle.segments else None for vehicle in vehicles])

    def kind(**wanted: str | None) -> Callable[[CarCriteria], CarCriteria]:
        def asked(criteria: CarCriteria) -> CarCriteria:
            new: dict[str, Any] = {f: (value,) for f, value in wanted.items() if value and not getattr(criteria, f)}
            return replace(criteria, **new)

        return asked

    if fuel in ("electric", "hybrid"):  # what makes such a car is its engine
        for same in dict.fromkeys((fuel, "hybrid")):
            yield kind(body_styles=body, fuels=same)
            yield kind(fuels=same)
    if body is not None:
        yield kind(body_styles=body, segments=luxury or size)
        yield kind(body_styles=body, segments=size)
        yield kind(body_styles=body)
    if luxury is not None:
        yield kind(segments=luxury)


def _common(values: list[str | None]) -> str | None:
    """The value that most of them share."""
    counts = Counter(value for value in values if value)
    if not counts:
        return None
    value, times = counts.most_common(1)[0]
    return value if times * 2 > len(values) else None
