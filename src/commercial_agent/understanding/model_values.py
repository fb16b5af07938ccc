"""A model's particulars as the entities that the local grammars give. What cannot be, or was not said, is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from commercial_agent.catalog.taxonomy import BODY_STYLES, DRIVES, FUELS, SEGMENTS, TRANSMISSIONS, Taxonomy
from commercial_agent.conversation.cars import CarCriteria, CarReference, Order, Range
from commercial_agent.conversation.understanding import Entity
from commercial_agent.knowledge.branches import Branches
from commercial_agent.understanding.model_schema import Kind, Particular
from commercial_agent.understanding.text import fold

MOST = 24  # particulars of one wish
LONGEST_NAME = 40  # characters

_LISTS: dict[Kind, tuple[str, tuple[str, ...]]] = {
    Kind.BODY_STYLE: ("body_style", BODY_STYLES),
    Kind.NOT_BODY_STYLE: ("not_body_style", BODY_STYLES),
    Kind.SEGMENT: ("segment", SEGMENTS),
    Kind.TRANSMISSION: ("transmission", TRANSMISSIONS),
    Kind.DRIVE: ("drive", DRIVES),
    Kind.FUEL: ("fuel", FUELS),
    Kind.EQUIPMENT: ("equipment", ("bluetooth", "car_play")),
    Kind.NOT_IN_DATA: ("not_in_data", (
        "colour", "owners", "accidents", "fuel_economy", "sunroof", "leather", "cameras", "airbags",
        "air_conditioning", "screen", "safety", "tyres", "boot", "power", "cylinders", "invoice", "plates",
        "accessibility", "towing", "payload", "power_doors", "factory_warranty", "clearance", "armour", "resale",
        "upkeep", "reliability",
    )),
    Kind.ATTRIBUTE: ("attribute", (
        "price", "km", "year", "version", "transmission", "size", "engine_litres", "fuel", "drive", "doors", "seats",
        "body_style", "bluetooth", "car_play", "pictures", "location", "availability", "colour", "owners", "accidents",
        "fuel_economy", "sunroof", "leather", "cameras", "airbags", "air_conditioning", "screen", "safety", "tyres",
        "boot", "power", "cylinders", "invoice", "plates", "accessibility", "towing", "payload", "power_doors",
        "factory_warranty", "clearance", "armour", "resale", "upkeep", "reliability",
    )),
    Kind.METRIC: ("metric", ("count", "min", "max", "mean", "median", "range", "share", "list", "value")),
    Kind.GROUP_BY: ("group_by", ("make", "model", "year", "body_style", "transmission")),
    Kind.LIST_COLUMN: ("list_column", ("make", "model", "body_style", "year", "version")),
    Kind.PART_OF_DAY: ("part_of_day", ("morning", "afternoon", "evening")),
    Kind.VISIT_KIND: ("visit_kind", ("visit", "test_drive", "video_call", "home_visit")),
}  # fmt: skip

_COLUMNS = ("price", "year", "km", "length_mm", "engine_litres", "seats")

# Bounds of what a figure may be; what lies outside was misread.
_FIGURES: dict[Kind, tuple[str, Decimal, Decimal]] = {
    kind: (name, Decimal(low), Decimal(high))
    for kind, name, low, high in (
        (Kind.AMOUNT_TO_FINANCE, "price", 1_000, 50_000_000),
        (Kind.DOWN_AMOUNT, "down_amount", 0, 50_000_000),
        (Kind.DOWN_PERCENT, "down_percent", 0, 100),
        (Kind.TRADE_IN_VALUE, "trade_in_value", 0, 50_000_000),
        (Kind.MONTHLY, "monthly", 1, 5_000_000),
        (Kind.INCOME, "income", 1, 50_000_000),
        (Kind.DEBTS, "debts", 0, 50_000_000),
        (Kind.EXTRA, "extra", 1, 50_000_000),
        (Kind.BALLOON, "balloon", 1, 50_000_000),
        (Kind.RATE_PERCENT, "rate_percent", 0, 500),
        (Kind.COMMISSION_PERCENT, "commission_percent", 0, 50),
    )
}
_BOUNDS: dict[str, tuple[int, int]] = {
    "price": (1_000, 50_000_000), "year": (1950, 2100), "km": (0, 2_000_000), "seats": (1, 20), "doors": (1, 8),
    "length_mm": (1_000, 15_000), "engine_litres": (0, 20),
}  # fmt: skip
_RANGE = re.compile(r"(\w+)_(min|max)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEAR = Decimal("0.2")  # "around 250": the bounds stand a fifth from what was said, at most
_SCALES = (1, 12, 100, 1_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Names:
    """The names that values are held against."""

    taxonomy: Taxonomy
    branches: Branches


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one wish, and what the local grammars read in them."""

    text: str
    start: int  # in the message
    whole: str  # the message
    local: tuple[Entity, ...]
    today: date

    def entity(self, kind: str, value: Any) -> Entity:
        """An entity of the wish: the local one where both read the same, else one over all its words."""
        for known in self.local:
            if known.kind == kind and known.value == value:
                return known
        return Entity(kind, value, self.start, self.start + len(self.text), self.text)

    def says(self, name: str) -> bool:
        """Whether a name stands in the message."""
        words = re.findall(r"\w+", fold(name))
        said = set(re.findall(r"\w+", fold(self.whole)))
        return bool(words) and all(word in said for word in words)

    def says_figure(self, value: Decimal, near: Decimal = Decimal(0)) -> bool:
        """Whether a figure was said: read by the grammars, or written with any of the usual units.

        A message without any figure may hold one in words that the grammars do not know.
        """
        figures = {*_figures_of(self.local), *_written(self.whole)}
        if not figures:
            return True
        return any(abs(value - figure * scale) <= near * figure * scale for figure in figures for scale in _SCALES)


def entities_of(particulars: Iterable[Particular], said: Said, names: Names) -> tuple[Entity, ...]:
    """The entities of a wish. Values out of bounds, off the lists or never said are left out."""
    found: list[Entity] = []
    ranges: dict[str, Range] = {}
    for particular in list(particulars)[:MOST]:
        kind, value = particular.kind, particular.value.strip()
        if match := _RANGE.fullmatch(kind.value):
            _widen(ranges, match[1], match[2], value, said)
        else:
            found += [said.entity(name, read) for name, read in _read(kind, value, said, names)]
    found += [said.entity(name, bounds) for name, bounds in ranges.items()]
    return tuple(found)


def flags_of(particulars: Iterable[Particular]) -> frozenset[Kind]:
    """The particulars that only say yes."""
    yes = (Kind.NEW_SEARCH, Kind.ANSWERS_QUESTION, Kind.ASKS_HOURS)
    return frozenset(
        p.kind for p in particulars if p.kind in yes and p.value.strip().lower() not in ("false", "no", "0")
    )


def _read(kind: Kind, value: str, said: Said, names: Names) -> Iterator[tuple[str, Any]]:
    if kind in _LISTS:
        name, allowed = _LISTS[kind]
        if value in allowed:
            yield name, value
    elif kind in _FIGURES:
        name, low, high = _FIGURES[kind]
        figure = _decimal(value)
        if figure is not None and low <= figure <= high and said.says_figure(figure):
            yield name, Range(figure, figure) if name == "price" else figure
    elif (reader := _READERS.get(kind)) and (found := reader(value, said, names)) is not None:
        yield found


def _widen(ranges: dict[str, Range], name: str, side: str, value: str, said: Said) -> None:
    figure = _decimal(value)
    low, high = _BOUNDS[name]
    if figure is None or not low <= figure <= high or not said.says_figure(figure, near=_NEAR):
        return
    old = ranges.get(name, Range())
    ranges[name] = Range(figure, old.high) if side == "min" else Range(old.low, figure)
    new = ranges[name]
    if new.low is not None and new.high is not None and new.low > new.high:
        ranges[name] = Range(new.high, new.low)


# --- Single kinds ----------------------------------------------------------------------------------------------------

_Found = tuple[str, Any] | None


def _make(value: str, said: Said, names: Names, name: str = "make") -> _Found:
    """A make of the taxonomy; an unknown one stays as the customer wrote it: he hears that it is not here."""
    known = names.taxonomy.find_make(value)
    return (name, known) if known else _as_said(name, value, said)


def _not_make(value: str, said: Said, names: Names) -> _Found:
    return _make(value, said, names, "not_make")


def _model(value: str, said: Said, names: Names, name: str = "model") -> _Found:
    for make, model in _splits(value):
        found = names.taxonomy.find_make(make)
        if found and (known := names.taxonomy.find_model(found, model)):
            return name, known.key
    for each in names.taxonomy.makes:
        known = names.taxonomy.find_model(each, value)
        if known is not None and not known.needs_make:
            return name, known.key
    make, slash, model = value.partition("/")
    known_make = names.taxonomy.find_make(make) if slash else None
    if known_make and (kept := _as_said(name, model, said)):
        return name, f"{known_make}/{kept[1]}"
    return _as_said("make" if name == "model" else "not_make", model or make, said)


def _not_model(value: str, said: Said, names: Names) -> _Found:
    return _model(value, said, names, "not_model")


def _splits(value: str) -> Iterator[tuple[str, str]]:
    if "/" in value:
        make, _, model = value.partition("/")
        yield make, model
    words = value.replace("/", " ").split()
    for count in range(1, len(words)):
        yield " ".join(words[:count]), " ".join(words[count:])


def _as_said(name: str, value: str, said: Said) -> _Found:
    if 1 < len(value) <= LONGEST_NAME and said.says(value) and not any(c in value for c in "/<>{}"):
        return name, value
    return None


def _trim(value: str, said: Said, names: Names) -> _Found:
    return ("trim", fold(value)) if len(value) <= LONGEST_NAME and said.says(value) else None


def _order(value: str, said: Said, names: Names) -> _Found:
    return _ordered("order", value)


def _relative(value: str, said: Said, names: Names) -> _Found:
    return _ordered("relative", value)


def _ordered(name: str, value: str) -> _Found:
    column, _, direction = value.replace(":", " ").partition(" ")
    if column in _COLUMNS and direction.strip() in ("asc", "desc"):
        return name, Order(column, descending=direction.strip() == "desc")
    return None


def _remove(value: str, said: Said, names: Names) -> _Found:
    if value in ("*", "all"):
        return "remove", ("*",)
    return ("remove", (value,)) if value in CarCriteria.__dataclass_fields__ else None


def _similar(value: str, said: Said, names: Names) -> _Found:
    return "similar", True


def _place(value: str, said: Said, names: Names) -> _Found:
    places = [int(text) for text in re.findall(r"-?\d+", value)[:4]]
    places = [place for place in places if -1 <= place <= 10 and place]
    return ("reference", CarReference(ordinals=tuple(places))) if places else None


def _shown(value: str, said: Said, names: Names) -> _Found:
    return "reference", CarReference(shown=True)


def _that(value: str, said: Said, names: Names) -> _Found:
    return "reference", CarReference(focus=True)


def _stock_id(value: str, said: Said, names: Names) -> _Found:
    return ("stock_id", value) if value and fold(value) in fold(said.whole) else None


def _months(value: str, said: Said, names: Names) -> _Found:
    months = [int(text) for text in re.findall(r"\d+", value)[:6]]
    kept = tuple(m for m in months if 1 <= m <= 600 and said.says_figure(Decimal(m)))
    return ("months", kept[:6]) if kept else None


def _after_payment(value: str, said: Said, names: Names) -> _Found:
    return ("after_payment", int(value)) if value.isdigit() and 0 < int(value) <= 600 else None


def _city(value: str, said: Said, names: Names) -> _Found:
    if (place := names.branches.places.find(value)) is not None:
        return "city", place.name
    return _as_said("city", value, said)


def _branch(value: str, said: Said, names: Names) -> _Found:
    branch = names.branches.named(value)
    return ("branch", branch.name) if branch is not None else None


def _date(value: str, said: Said, names: Names) -> _Found:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return "date_problem", "impossible_date"
    if day < said.today:
        return "date_problem", "past_date"
    return ("date", day) if day <= said.today + timedelta(days=730) else None


def _time(value: str, said: Said, names: Names) -> _Found:
    try:
        return "time", time.fromisoformat(value).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _weekday(value: str, said: Said, names: Names) -> _Found:
    return ("weekday", int(value)) if value in "0123456" and len(value) == 1 else None


def _name(value: str, said: Said, names: Names) -> _Found:
    kept = _as_said("name", value, said)
    return kept if kept and re.fullmatch(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*\.?", value) else None


_READERS: dict[Kind, Callable[[str, Said, Names], _Found]] = {
    Kind.MAKE: _make, Kind.NOT_MAKE: _not_make, Kind.MODEL: _model, Kind.NOT_MODEL: _not_model, Kind.TRIM: _trim,
    Kind.ORDER: _order, Kind.RELATIVE: _relative, Kind.SIMILAR: _similar, Kind.REMOVE: _remove,
    Kind.PLACE_IN_LIST: _place, Kind.SHOWN_CARS: _shown, Kind.THAT_CAR: _that, Kind.STOCK_ID: _stock_id,
    Kind.MONTHS: _months, Kind.AFTER_PAYMENT: _after_payment, Kind.CITY: _city, Kind.BRANCH: _branch,
    Kind.DATE: _date, Kind.TIME: _time, Kind.WEEKDAY: _weekday, Kind.NAME: _name,
}  # fmt: skip


# --- Figures ---------------------------------------------------------------------------------------------------------


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "").replace("$", "").replace("%", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _written(text: str) -> Iterator[Decimal]:
    for match in _NUMBER.findall(text):
        for plain in {match.replace(",", ""), match.replace(".", "").replace(",", ".")}:
            if (value := _decimal(plain)) is not None:
                yield value


def _figures_of(entities: Sequence[Entity]) -> Iterator[Decimal]:
    for entity in entities:
        values = entity.value if isinstance(entity.value, tuple) else (entity.value,)
        for value in values:
            if isinstance(value, Range):
                yield from (side for side in (value.low, value.high) if side is not None)
            elif isinstance(value, Decimal | int) and not isinstance(value, bool):
                yield Decimal(value)
