"""What is asked of one car: stated by the listing, inferred from the model, or not known."""

from __future__ import annotations

from decimal import Decimal

from commercial_agent.conversation.cars import CarFacts, Origin
from commercial_agent.conversation.findings import AttributeAnswer, Scalar

_SIZES = ("length_mm", "width_mm", "height_mm")
_GROUPS = {  # one word of the customer for several facts
    "size": _SIZES,
    "dimensions": _SIZES,
    "equipment": ("bluetooth", "car_play"),
    "engine": ("engine_litres", "fuel"),
    "length": ("length_mm",),
    "width": ("width_mm",),
    "height": ("height_mm",),
    "mileage": ("km",),
    "body_styles": ("body_style",),
    "transmissions": ("transmission",),
    "drives": ("drive",),
    "fuels": ("fuel",),
}
_KNOWN = (
    "stock_id", "make", "model", "year", "version", "price", "km", "bluetooth", "car_play", *_SIZES, "body_style",
    "transmission", "drive", "fuel", "engine_litres", "doors", "seats",
)  # fmt: skip


def answers_for(
    car: CarFacts, attributes: tuple[str, ...], space: Decimal | None = None
) -> tuple[AttributeAnswer, ...]:
    """The answers to the asked attributes, in their order; none asked, none given.

    Args:
        car: the car.
        attributes: what is asked.
        space: how long the space is in which it should fit, in millimetres.
    """
    names = [name for attribute in attributes for name in _GROUPS.get(attribute, (attribute,))]
    return tuple(
        _fits(car, space) if name == "fits" and space is not None else _answer(car, name)
        for name in dict.fromkeys(names)
    )


def _fits(car: CarFacts, space: Decimal) -> AttributeAnswer:
    if car.length_mm is None:
        return AttributeAnswer("fits", None, Origin.UNKNOWN)
    origin = Origin.INFERRED if "length_mm" in car.inferred else Origin.STATED
    return AttributeAnswer("fits", car.length_mm <= space, origin)


def fields_asked(attributes: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of a car by which the asked attributes are answered, in their order."""
    names = (name for attribute in attributes for name in _GROUPS.get(attribute, (attribute,)))
    return tuple(dict.fromkeys(name for name in names if name in _KNOWN and name != "stock_id"))


def _answer(car: CarFacts, name: str) -> AttributeAnswer:
    if name == "availability":
        return AttributeAnswer(name, True, Origin.STATED)  # a car that left the stock is not described at all
    value: Scalar = getattr(car, name) if name in _KNOWN else None
    if value is None or value == "":
        return AttributeAnswer(name, None, Origin.UNKNOWN)
    return AttributeAnswer(name, value, Origin.INFERRED if name in car.inferred else Origin.STATED)
