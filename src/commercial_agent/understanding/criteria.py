"""From entities to what is asked of a car, and how a new wish meets the ones in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from commercial_agent.conversation.cars import CarCriteria, Order, Range
from commercial_agent.conversation.understanding import Entity

_TUPLES = {
    "make": "makes",
    "not_make": "not_makes",
    "model": "models",
    "not_model": "not_models",
    "body_style": "body_styles",
    "not_body_style": "not_body_styles",
    "origin": "origins",
    "not_origin": "not_origins",
    "segment": "segments",
    "transmission": "transmissions",
    "drive": "drives",
    "fuel": "fuels",
    "trim": "version_words",
    "not_in_data": "not_in_data",
}
_RANGES = frozenset({"price", "year", "km", "length_mm", "width_mm", "height_mm", "engine_litres", "seats", "doors"})
CRITERIA_KINDS = frozenset(_TUPLES) | _RANGES | {"equipment", "order"}
OTHERS = "others"  # beside removed names: those in force are refused
_NAMES = ("makes", "models", "not_makes", "not_models")
_FIELDS = frozenset(CarCriteria.__dataclass_fields__)


def to_criteria(entities: Iterable[Entity]) -> CarCriteria:
    """What the entities ask of a car; the rest of them is left aside."""
    lists: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    for entity in entities:
        if entity.kind in _TUPLES:
            lists.setdefault(_TUPLES[entity.kind], []).append(entity.value)
        elif entity.kind in _RANGES:
            values[entity.kind] = _both(values.get(entity.kind), entity.value)
        elif entity.kind == "equipment":
            values[entity.value] = True
        elif entity.kind == "order":
            values["order"] = _first_of_ends(values.get("order"), entity.value)
    tuples: dict[str, Any] = {name: tuple(dict.fromkeys(found)) for name, found in lists.items()}
    return _names_settled(CarCriteria(**tuples, **values))


def _first_of_ends(one: Order | None, two: Order) -> Order:
    """`del más barato al más caro` begins with the cheapest; of two different orders the last one said counts."""
    return one if one is not None and one.column == two.column else two


def _both(one: Range | None, two: Range) -> Range:
    """Two bounds of one number said apart: "más de 200 … menos de 300"; what contradicts is replaced."""
    if one is None:
        return two
    if one.low is not None and one.high is None and two.low is None and two.high is not None and one.low <= two.high:
        return Range(one.low, two.high)
    if one.high is not None and one.low is None and two.high is None and two.low is not None and two.low <= one.high:
        return Range(two.low, one.high)
    return two


def _names_settled(criteria: CarCriteria) -> CarCriteria:
    """A model says its make: the make beside it asks nothing more, and what is excluded is not asked for."""
    of_models = {key.partition("/")[0] for key in criteria.models}
    makes = tuple(make for make in criteria.makes if make not in of_models and make not in criteria.not_makes)
    models = tuple(model for model in criteria.models if model not in criteria.not_models)
    bodies = tuple(body for body in criteria.body_styles if body not in criteria.not_body_styles)
    not_makes = tuple(
        make for make in criteria.not_makes if all(make != key.partition("/")[0] for key in criteria.not_models)
    )
    return replace(criteria, makes=makes, models=models, body_styles=bodies, not_makes=not_makes)


def removed_fields(entities: Iterable[Entity]) -> tuple[str, ...]:
    """The criteria fields the customer takes back; all of them for "quita los filtros"."""
    names: list[str] = []
    for entity in entities:
        if entity.kind == "remove":
            names.extend(_FIELDS if "*" in entity.value else entity.value)
    return tuple(dict.fromkeys(names))


def refined(
    old: CarCriteria, new: CarCriteria, removed: Sequence[str] = (), *, adds: bool = False, keeps_models: bool = False
) -> CarCriteria:
    """Criteria in force after a refinement or a correction.

    Args:
        old: those in force.
        new: what the message asks; each field replaces the old one.
        removed: fields taken back.
        adds: "también kia": names join the old ones instead.
        keeps_models: "¿y en sedán?": the same car in another body.
    """
    base = _others_than(old, removed).without(*(name for name in removed if name in _FIELDS))
    if new.origins and not names_cars(new):
        base = base.without("makes", "models", "version_words")
    if new.makes or new.models:
        if adds:
            new = replace(new, makes=_union(base.makes, new.makes), models=_union(base.models, new.models))
        else:
            base = base.without("makes", "models", "origins", "version_words")
        base = replace(
            base,
            not_makes=tuple(m for m in base.not_makes if m not in new.makes),
            not_models=tuple(m for m in base.not_models if m not in new.models),
        )
    if new.models and not new.body_styles:
        base = base.without("body_styles", "segments")  # a model has its own body
    if new.body_styles and not new.models and not keeps_models:
        base = base.without("models", "version_words", "segments")
    merged = base.overridden_by(new)
    if merged.models:
        merged = replace(merged, not_models=(), not_makes=(), not_origins=())  # who names models has said which not
    return _without_excluded(merged, base, new)


def _others_than(old: CarCriteria, removed: Sequence[str]) -> CarCriteria:
    """For "enséñame otras marcas": the makes in force are refused."""
    if OTHERS not in removed:
        return old
    makes = (*old.makes, *(key.partition("/")[0] for key in old.models))
    return replace(old, not_makes=_union(old.not_makes, makes))


def _without_excluded(merged: CarCriteria, base: CarCriteria, new: CarCriteria) -> CarCriteria:
    """Exclusions add up; what is newly excluded is no longer asked for."""
    return replace(
        merged,
        not_makes=_union(base.not_makes, new.not_makes),
        not_models=_union(base.not_models, new.not_models),
        not_origins=tuple(o for o in _union(base.not_origins, new.not_origins) if o not in new.origins),
        origins=tuple(origin for origin in merged.origins if origin not in new.not_origins),
        not_body_styles=tuple(b for b in _union(base.not_body_styles, new.not_body_styles) if b not in new.body_styles),
        makes=tuple(make for make in merged.makes if make not in new.not_makes),
        models=tuple(
            key for key in merged.models if key not in new.not_models and key.partition("/")[0] not in new.not_makes
        ),
        body_styles=tuple(body for body in merged.body_styles if body not in new.not_body_styles),
    )


def _union(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *two)))


def names_cars(criteria: CarCriteria) -> bool:
    """Whether a make or a model is asked for."""
    return bool(criteria.makes or criteria.models)
