"""What is asked of one car: stated by the listing, inferred from the model, or not known."""

from __future__ import annotations

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


def answers_for(car: CarFacts, attributes: tuple[str, ...]) -> tuple[AttributeAnswer, ...]:
    """The answers to the asked attributes, in their order; none asked, none given."""
    names = [name for attribute in attributes for name in _GROUPS.get(attribute, (attribute,))]
    return tuple(_answer(car, name) for name in dict.fromkeys(names))


def _answer(car: CarFacts, name: str) -> AttributeAnswer:
    if name == "availability":
        return AttributeAnswer(name, True, Origin.STATED)  # a car that left the stock is not described at all
    value: Scalar = getattr(car, name) if name in _KNOWN else None
    if value is None or value == "":
        return AttributeAnswer(name, None, Origin.UNKNOWN)
    return AttributeAnswer(name, value, Origin.INFERRED if name in car.inferred else Origin.STATED)
