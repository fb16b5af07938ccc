"""How a conversation speaks of cars: what was asked for, what was shown, which one is meant."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range of a number; None leaves that side open."""

    low: Decimal | None = None
    high: Decimal | None = None

    def __bool__(self) -> bool:
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of cars by one column, for "the cheapest", "the newest"."""

    column: str  # price, year, km, length_mm, engine_litres …: a catalogue column or derived fact
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CarCriteria:
    """What the customer asks of a car. Empty fields ask nothing.

    Names are canonical: those of the vehicle taxonomy (`makes`, `models`, body styles and so on), never raw text.
    A model is written `make/model` ("Volkswagen/Jetta") so that it says its make.
    """

    makes: tuple[str, ...] = ()
    not_makes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    not_models: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()  # of the makes: japanese, korean, chinese, german, american, italian, french …
    not_origins: tuple[str, ...] = ()
    body_styles: tuple[str, ...] = ()  # sedan, hatchback, suv, pickup, minivan, coupe, convertible, wagon, van
    not_body_styles: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()  # small, compact, midsize, large, luxury, sport, work
    transmissions: tuple[str, ...] = ()  # automatic, manual
    drives: tuple[str, ...] = ()  # fwd, rwd, awd
    fuels: tuple[str, ...] = ()  # gasoline, diesel, hybrid, electric
    price: Range = field(default_factory=Range)  # MXN
    year: Range = field(default_factory=Range)
    km: Range = field(default_factory=Range)
    length_mm: Range = field(default_factory=Range)
    width_mm: Range = field(default_factory=Range)
    height_mm: Range = field(default_factory=Range)
    engine_litres: Range = field(default_factory=Range)
    seats: Range = field(default_factory=Range)
    doors: Range = field(default_factory=Range)
    bluetooth: bool | None = None
    car_play: bool | None = None
    version_words: tuple[str, ...] = ()  # trim names as the versions write them
    not_in_data: tuple[str, ...] = ()  # asked for, but no column knows it: "colour", "owners", "fuel_economy" …
    order: Order | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing at all is asked."""
        return self == CarCriteria()

    def named(self) -> frozenset[str]:
        """The names of the fields that ask something."""
        blank = CarCriteria()
        return frozenset(f.name for f in fields(self) if getattr(self, f.name) != getattr(blank, f.name))

    def overridden_by(self, newer: CarCriteria) -> CarCriteria:
        """These criteria with every field that `newer` asks replaced by it."""
        return replace(self, **{name: getattr(newer, name) for name in newer.named()})

    def without(self, *names: str) -> CarCriteria:
        """These criteria with the named fields asking nothing."""
        blank = CarCriteria()
        return replace(self, **{name: getattr(blank, name) for name in names})


class Origin(StrEnum):
    """How a fact about a car is known."""

    STATED = "stated"  # a column or the version text says it
    INFERRED = "inferred"  # the vehicle taxonomy knows it of the model
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CarFacts:
    """One car of the stock as a conversation may speak of it."""

    stock_id: str
    make: str
    model: str
    year: int
    version: str
    price: Decimal  # MXN
    km: int | None
    bluetooth: bool = False
    car_play: bool = False
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    body_style: str | None = None
    transmission: str | None = None
    drive: str | None = None
    fuel: str | None = None
    engine_litres: Decimal | None = None
    doors: int | None = None
    seats: int | None = None
    inferred: tuple[str, ...] = ()  # names of the fields above that the taxonomy, not the listing, says
    picture_url: str | None = None

    @property
    def name(self) -> str:
        """`Volkswagen Jetta 2019`."""
        return f"{self.make} {self.model} {self.year}"


@dataclass(frozen=True, slots=True)
class CarMention:
    """The little of a shown car that later turns need to know which one is meant."""

    stock_id: str
    make: str
    model: str
    year: int
    version: str
    price: Decimal
    km: int | None
    body_style: str | None = None
    transmission: str | None = None
    length_mm: int | None = None

    @classmethod
    def of(cls, car: CarFacts) -> CarMention:
        """The mention of a car."""
        return cls(
            car.stock_id, car.make, car.model, car.year, car.version, car.price, car.km,
            car.body_style, car.transmission, car.length_mm,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CarReference:
    """Which cars a request is about, still in the customer's terms. An empty reference points at nothing.

    Exactly one way of pointing is used, the first that is set: `stock_ids`, `ordinals`, `order`, `criteria`, `shown`,
    `focus`.
    """

    stock_ids: tuple[str, ...] = ()
    ordinals: tuple[int, ...] = ()  # places in the last list, from 1; -1 is the last one
    order: Order | None = None  # "the cheapest of those": the first of the shown by this order
    criteria: CarCriteria | None = (
        None  # "the red jetta you told me of", "a 2019 Jetta": by name, first among the shown, then in stock
    )
    shown: bool = False  # "those": all of the last list
    focus: bool = False  # "it", "that one", or nothing said while one car is in focus

    def __bool__(self) -> bool:
        return self != CarReference()


def resolve(
    reference: CarReference, shown: tuple[CarMention, ...], seen: tuple[CarMention, ...], focus: str | None
) -> tuple[str, ...]:
    """The stock ids a reference means among the cars of the conversation.

    Args:
        reference: what the customer said.
        shown: the last list, in order.
        seen: cars of earlier lists, newest first.
        focus: the stock id in focus.

    Returns:
        Stock ids in the order meant; empty when the conversation has no such car (a named one may still be in stock).
    """
    if reference.stock_ids:
        return reference.stock_ids
    if reference.ordinals:
        places = [n - 1 if n > 0 else len(shown) + n for n in reference.ordinals if n]
        return tuple(shown[i].stock_id for i in places if 0 <= i < len(shown))
    if reference.order is not None:
        return _first_by(reference.order, _matching(reference.criteria, shown) if reference.criteria else shown)
    if reference.criteria is not None:
        for cars in (shown, seen):
            if found := _matching(reference.criteria, cars):
                return tuple(car.stock_id for car in found)
        return ()
    if reference.shown:
        return tuple(car.stock_id for car in shown)
    if reference.focus:
        if focus is not None:
            return (focus,)
        return (shown[0].stock_id,) if len(shown) == 1 else ()
    return ()


def _first_by(order: Order, cars: tuple[CarMention, ...]) -> tuple[str, ...]:
    known = [car for car in cars if getattr(car, order.column, None) is not None]
    if not known:
        return ()
    best = (max if order.descending else min)(known, key=lambda car: getattr(car, order.column))
    return (best.stock_id,)


def _matching(criteria: CarCriteria, cars: tuple[CarMention, ...]) -> tuple[CarMention, ...]:
    return tuple(car for car in cars if _fits(criteria, car))


_TOLD = frozenset({
    "makes", "models", "body_styles", "transmissions", "version_words", "price", "year", "km", "order", "not_in_data",
})  # fmt: skip
"""The criteria a mention can be checked against; what asks more is looked up in the stock."""


def _fits(criteria: CarCriteria, car: CarMention) -> bool:
    if not criteria.named() <= _TOLD:
        return False
    if criteria.makes and car.make not in criteria.makes:
        return False
    if criteria.models and f"{car.make}/{car.model}" not in criteria.models:
        return False
    if criteria.body_styles and car.body_style not in criteria.body_styles:
        return False
    if criteria.transmissions and car.transmission not in criteria.transmissions:
        return False
    words = car.version.casefold().split()
    if any(word.casefold() not in words for word in criteria.version_words):
        return False
    return all(
        _within(getattr(criteria, name), getattr(car, name))
        for name in ("price", "year", "km")
        if getattr(criteria, name)
    )


def _within(bounds: Range, value: Decimal | int | None) -> bool:
    if value is None:
        return False
    return (bounds.low is None or value >= bounds.low) and (bounds.high is None or value <= bounds.high)
