"""Random catalogues and random plans against a reference that looks at one car after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commercial_agent.catalog import (
    Aggregate,
    Aggregation,
    AnyOf,
    Between,
    Car,
    Catalog,
    Filter,
    HasWords,
    OneOf,
    Query,
    Sort,
    Taxonomy,
    TopPerGroup,
)
from commercial_agent.catalog.query import FLAGS, NUMBERS
from commercial_agent.catalog.taxonomy import BODY_STYLES, DRIVES, FUELS, SEGMENTS, TRANSMISSIONS
from commercial_agent.errors import InvalidQuery

HEADER = "stock_id,km,price,make,model,year,version,bluetooth,largo,ancho,altura,car_play"
NAMES = (
    ("Volkswagen", "Jetta"),
    ("Mazda", "3"),
    ("Nissan", "Versa"),
    ("Toyota", "Hilux"),
    ("BMW", "X5"),
    ("Fiat", "500"),
    ("Inventada", "Rara"),
)
VERSIONS = (
    "1.4T COMFORTLINE TIPTRONIC",
    "2.5 I SPORT MT SEDAN",
    "1.6 ADVANCE CVT",
    "2.8 SR DOBLE CABINA DIESEL AUTO 4X4",
    "3.0 XDRIVE 45E PLUG-IN HYBRID AUTO",
    "S LINE 5 PTAS",
    "",
)

rows = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(VERSIONS),
        st.integers(2012, 2024),
        st.integers(50_000, 60_000).map(lambda pesos: Decimal(pesos)) | st.decimals(1, 900_000, places=2),
        st.none() | st.integers(0, 150_000),
        st.none() | st.integers(3_500, 5_500),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


def catalogue(listings: list[Any]) -> Catalog:
    lines = [HEADER]
    for number, (name, version, year, price, km, length, flag) in enumerate(listings):
        cells = (number + 100, "" if km is None else km, price, *name, year, version, "Sí" if flag else "")
        lines.append(",".join(map(str, (*cells, "" if length is None else length, "", "", "" if flag else "Sí"))))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cars.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return Catalog.load(path)


numbers = st.sampled_from(NUMBERS)
bounds = (
    st.integers(0, 900_000).map(Decimal)
    | st.decimals(0, 9_000, places=1)
    | st.sampled_from([Decimal(2018), Decimal(5)])
)


@st.composite
def ranges(draw: Any) -> Between:
    low, high = draw(st.none() | bounds), draw(st.none() | bounds)
    if low is None and high is None:
        low = draw(bounds)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Between(draw(numbers), low, high, draw(st.booleans()))


WORDS: dict[str, tuple[str, ...]] = {
    "make": (*dict(NAMES), "Tesla"),
    "model": (*(f"{make}/{model}" for make, model in NAMES), "Tesla/Model 3"),
    "version": VERSIONS,
    "body_style": BODY_STYLES,
    "transmission": TRANSMISSIONS,
    "drive": DRIVES,
    "fuel": FUELS,
    "segment": SEGMENTS,
    "stock_id": ("100", "101", "120", "nope"),
}


@st.composite
def words(draw: Any) -> OneOf:
    column = draw(st.sampled_from(tuple(WORDS)))
    values = draw(st.lists(st.sampled_from(WORDS[column]), min_size=1, max_size=8, unique=True))
    return OneOf(column, tuple(values), draw(st.booleans()))


flags = st.builds(OneOf, st.sampled_from(FLAGS), st.sampled_from([(True,), (False,), (True, False)]), st.booleans())
texts = st.builds(
    HasWords,
    st.lists(st.sampled_from(["sport", "S line", "ADVÁNCE", "mt", "zzz"]), min_size=1, max_size=2).map(tuple),
    st.booleans(),
)
simple = st.one_of(ranges(), words(), flags, texts)
filters = st.lists(simple | st.lists(simple, min_size=1, max_size=3).map(lambda f: AnyOf(tuple(f))), max_size=5).map(
    tuple
)


def cars_of(catalog: Catalog) -> list[Car]:
    found = [catalog.get(str(stock_id)) for stock_id in catalog.frame["stock_id"]]
    assert all(found)
    return [car for car in found if car is not None]


def meets(car: Car, condition: Filter, taxonomy: Taxonomy) -> bool:
    match condition:
        case AnyOf(inner):
            return any(meets(car, other, taxonomy) for other in inner)
        case Between(column, low, high, negated):
            value = getattr(car, column)
            if value is None:
                return False
            return ((low is None or value >= low) and (high is None or value <= high)) != negated
        case HasWords(wanted, negated):
            text = f" {car.version.lower()} ".replace("-", " ")
            return all(f" {word.lower().replace('á', 'a')} " in text for word in wanted) != negated
        case OneOf("segment", values, negated):
            segments = taxonomy.models[car.model_key].segments
            return bool(segments) and (any(value in segments for value in values) != negated)
        case OneOf(column, values, negated):
            value = car.model_key if column == "model" else getattr(car, column)
            return value is not None and (value in values) != negated


def expected(catalog: Catalog, conditions: tuple[Filter, ...]) -> list[Car]:
    return [car for car in cars_of(catalog) if all(meets(car, c, catalog.taxonomy) for c in conditions)]


@settings(max_examples=250, deadline=None)
@given(rows, filters)
def test_a_plan_selects_exactly_the_cars_that_meet_it(listings: list[Any], conditions: tuple[Filter, ...]) -> None:
    catalog = catalogue(listings)
    found = catalog.run(Query(conditions))
    wanted = expected(catalog, conditions)
    assert sorted(found.ids) == sorted(car.stock_id for car in wanted)
    assert found.total == len(wanted)


@settings(max_examples=120, deadline=None)
@given(
    rows,
    filters,
    st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2, unique=True),
    st.booleans(),
    st.integers(0, 12),
)
def test_a_sorted_plan_gives_the_first_cars_in_that_order_unknown_ones_last(
    listings: list[Any], conditions: tuple[Filter, ...], columns: list[str], falling: bool, limit: int
) -> None:
    catalog = catalogue(listings)
    query = Query(conditions, order=tuple(Sort(column, falling) for column in columns), limit=limit)

    def key(car: Car) -> list[tuple[bool, Decimal]]:
        values = [getattr(car, column) for column in columns]
        sign = -1 if falling else 1
        return [(value is None, Decimal(0) if value is None else sign * Decimal(value)) for value in values]

    wanted = sorted(expected(catalog, conditions), key=key)[:limit]
    assert catalog.run(query).ids == tuple(car.stock_id for car in wanted)


@settings(max_examples=80, deadline=None)
@given(rows, filters, st.sampled_from([(), (Sort("price"),), (Sort("year", True), Sort("km"))]), st.integers(1, 7))
def test_paging_neither_repeats_nor_skips(
    listings: list[Any], conditions: tuple[Filter, ...], order: tuple[Sort, ...], page: int
) -> None:
    catalog = catalogue(listings)
    whole = catalog.run(Query(conditions, order=order))
    paged: list[str] = []
    while len(paged) < whole.total:
        paged += catalog.run(Query(conditions, order=order, limit=page, offset=len(paged))).ids
    assert tuple(paged) == whole.ids
    assert len(set(paged)) == len(paged) == whole.total
    assert not catalog.run(Query(conditions, order=order, limit=page, offset=whole.total)).cars


GROUPS = ("make", "model", "year", "body_style", "transmission", "drive", "fuel", "seats", "engine_litres", "car_play")
FIGURES: dict[Aggregation, Callable[[list[Decimal]], Decimal]] = {
    Aggregation.MIN: min,
    Aggregation.MAX: max,
    Aggregation.MEAN: lambda values: sum(values, Decimal(0)) / len(values),
    Aggregation.MEDIAN: lambda values: Decimal(median(values)),
}


@settings(max_examples=150, deadline=None)
@given(rows, filters, st.none() | st.sampled_from(GROUPS), st.sampled_from(sorted(FIGURES)), st.sampled_from(NUMBERS))
def test_figures_of_groups_equal_those_computed_car_by_car(
    listings: list[Any], conditions: tuple[Filter, ...], group_by: str | None, function: Aggregation, column: str
) -> None:
    catalog = catalogue(listings)
    aggregates = (Aggregate(Aggregation.COUNT), Aggregate(function, column), Aggregate(Aggregation.SHARE))
    found = catalog.run(Query(conditions, group_by=group_by, aggregates=aggregates)).groups
    wanted: dict[Any, list[Car]] = {} if group_by else {None: []}
    for car in expected(catalog, conditions):
        label = None if group_by is None else car.model_key if group_by == "model" else getattr(car, group_by)
        if label is not None or group_by is None:
            wanted.setdefault(label, []).append(car)
    assert {group.label for group in found} == set(wanted)
    for group in found:
        cars = wanted[group.label]
        values = [Decimal(getattr(car, column)) for car in cars if getattr(car, column) is not None]
        count, figure, share = group.figures
        assert count == group.count == len(cars)
        assert share == pytest.approx(Decimal(len(cars)) / len(catalog), abs=Decimal("0.0001"))
        if not values:
            assert figure is None
        else:
            assert figure is not None
            assert abs(Decimal(figure) - FIGURES[function](values)) <= Decimal("0.0051")
    assert [group.count for group in found] == sorted((group.count for group in found), reverse=True)


@settings(max_examples=60, deadline=None)
@given(rows, filters, st.sampled_from(["make", "model", "body_style"]), st.integers(1, 3))
def test_top_per_group_keeps_the_first_of_each_group(
    listings: list[Any], conditions: tuple[Filter, ...], column: str, count: int
) -> None:
    catalog = catalogue(listings)
    order = (Sort("price"), Sort("km"))
    whole = catalog.run(Query(conditions, order=order)).cars
    kept: list[str] = []
    seen: dict[Any, int] = {}
    for car in whole:
        label = car.model_key if column == "model" else getattr(car, column)
        if label is None:
            continue
        seen[label] = seen.get(label, 0) + 1
        if seen[label] <= count:
            kept.append(car.stock_id)
    assert catalog.run(Query(conditions, order=order, top_per_group=TopPerGroup(column, count))).ids == tuple(kept)


@settings(max_examples=60, deadline=None)
@given(rows, filters)
def test_no_trim_is_shown_twice_before_every_other_was_shown(
    listings: list[Any], conditions: tuple[Filter, ...]
) -> None:
    found = catalogue(listings).run(Query(conditions)).cars
    trims = [(car.model_key, car.version) for car in found]
    different = len(set(trims))
    assert len(set(trims[:different])) == different


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(0, 39))
def test_the_nearest_car_to_a_car_is_its_twin_and_never_itself(listings: list[Any], place: int) -> None:
    listings = [*listings, listings[place % len(listings)]]
    catalog = catalogue(listings)
    twin = str(100 + place % (len(listings) - 1))
    found = catalog.run(Query(near=twin))
    assert twin not in found.ids
    assert found.total == len(listings) - 1
    first = catalog.get(found.ids[0])
    original = catalog.get(twin)
    assert first is not None
    assert original is not None
    assert (first.model_key, first.version, first.price) == (original.model_key, original.version, original.price)


@settings(max_examples=150, deadline=None)
@given(filters, st.none() | st.integers(0, 50), st.integers(0, 50), st.sampled_from([None, "make", "year"]))
def test_a_plan_survives_being_written_and_read(
    conditions: tuple[Filter, ...], limit: int | None, offset: int, group: str | None
) -> None:
    aggregates = (Aggregate(Aggregation.COUNT), Aggregate(Aggregation.MEAN, "price")) if group else ()
    top = TopPerGroup("make", 2) if not group else None
    query = Query(
        conditions, order=(Sort("price", True),), limit=limit, offset=offset, group_by=group, aggregates=aggregates,
        ids=("1", "2"), top_per_group=top,
    )  # fmt: skip
    assert Query.from_dict(query.to_dict()) == query
    assert query.as_pandas().startswith("cars")
    assert query.describe()


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
plans = st.fixed_dictionaries(
    {},
    optional={
        "filters": st.lists(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(["between", "one_of", "has_words", "any_of", "drop"])},
                optional={"column": st.sampled_from([*NUMBERS, "make", "colour", ""]), "low": json, "high": json,
                          "values": json, "words": json, "filters": json, "negated": json},
            ),
            max_size=3,
        ),
        "order": json, "limit": json, "offset": json, "near": json, "ids": json, "group_by": json, "aggregates": json,
        "top_per_group": json,
    },
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(plans)
def test_a_plan_from_anywhere_is_run_or_refused_by_name(stock: Catalog, plan: dict[str, Any]) -> None:
    with suppress(InvalidQuery):
        assert stock.run(Query.from_dict(plan)).total <= len(stock)


@pytest.fixture(scope="module")
def stock() -> Catalog:
    return Catalog.load("dealership/catalog.csv")
