"""The order of cars: by columns, by likeness to a car, or as a seller would: best fit and value, with variety."""

from __future__ import annotations

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from commercial_agent.catalog.query import Between, Query, Sort
from commercial_agent.catalog.table import Array, Rows, Table

KM_WEIGHT = 0.10  # of log price, for 50,000 km more or less than like cars
AGE_WEIGHT = 0.012  # of log price, for a year of age: newer is easier to sell
FIT_WEIGHT = 0.20  # for a price at half of the budget
SHRINK = 4.0  # like cars at which half of a price difference is believed
MAINSTREAM_WEIGHT = 0.06  # for a price e times the usual, where no price was asked for
REPEAT_WEIGHT = 0.05  # for each earlier car of the same model
REFERENCE_YEAR = 2024

_values: WeakKeyDictionary[Table, Array] = WeakKeyDictionary()


def arrange(table: Table, rows: Rows, query: Query, wanted: int | None) -> Rows:
    """The rows in the plan's order; at least the first `wanted` of them are right, None wants all."""
    if query.near is not None:
        return _nearest(table, rows, query.near)
    if query.order:
        return _sorted(table, rows, query.order, wanted)
    return _sellers_order(table, rows, query)


# --- By columns ------------------------------------------------------------------------------------------------------


def _sorted(table: Table, rows: Rows, order: tuple[Sort, ...], wanted: int | None) -> Rows:
    first = _key(table, rows, order[0])
    if wanted is not None and wanted * 8 < len(rows) and wanted > 0:
        edge = np.partition(first, wanted - 1)[wanted - 1]
        if not np.isnan(edge):
            close = first <= edge
            rows, first = rows[close], first[close]
    keys = [_key(table, rows, sort) for sort in reversed(order[1:])]
    return rows[np.lexsort([*keys, first])] if keys else rows[np.argsort(first, kind="stable")]


def _key(table: Table, rows: Rows, sort: Sort) -> Array:
    if sort.column == "stock_id":
        ids = np.asarray(table.stock_ids[rows], dtype=object)
        values: Array = np.unique(ids, return_inverse=True)[1].astype(np.float64)
    elif sort.column in ("make", "model", "version"):
        values = table.words(sort.column).codes[rows].astype(np.float64)
        values[values < 0] = np.nan
    else:
        values = table.numbers(sort.column)[rows]
        if values.dtype.kind != "f":
            values = values.astype(np.float64)
    return -values if sort.descending else values  # NaN sorts last either way


# --- As a seller would -----------------------------------------------------------------------------------------------


def value_scores(table: Table) -> Array:
    """How much less (below zero) or more a car asks than like cars, in log price; km weighed in."""
    if table not in _values:
        _values[table] = _value_scores(table)
    return _values[table]


def _value_scores(table: Table) -> Array:
    models = table.words("model").codes.astype(np.int64)
    years = table.numbers("year").astype(np.int64)
    _, like = np.unique(models * 4096 + years, return_inverse=True)
    price = np.log(table.numbers("price"))
    count = np.bincount(like)
    mean_price = np.bincount(like, weights=price) / count
    km = table.numbers("km").astype(np.float64)
    known = ~np.isnan(km)
    _, age = np.unique(years, return_inverse=True)
    mean_km = np.bincount(age[known], weights=km[known], minlength=age.max() + 1) / np.maximum(
        np.bincount(age[known], minlength=age.max() + 1), 1
    )
    extra_km = np.where(known, km - mean_km[age], 20_000.0)  # an unknown mileage is no recommendation
    old = np.clip(REFERENCE_YEAR - years, 0, 30) * AGE_WEIGHT
    trusted = (count / (count + SHRINK))[like]  # the mean of two or three cars says little
    score = (price - mean_price[like]) * trusted + KM_WEIGHT * np.clip(extra_km / 50_000, -2, 2) + old
    return score.astype(np.float32)


def _fit(table: Table, rows: Rows, query: Query) -> Array | float:
    """Cars near what was said of the price come first: near the budget, near the middle of a range."""
    for condition in query.filters:
        if isinstance(condition, Between) and condition.column == "price" and not condition.negated:
            price = table.numbers("price")[rows]
            if condition.high is None:
                return 0.0
            high = max(float(condition.high), 1.0)
            target = (float(condition.low) + high) / 2 if condition.low is not None else high
            off: Array = np.abs(price - target) / max(target, 1.0)
            return FIT_WEIGHT * 2 * np.maximum(off - 0.15, 0.0)
    price = np.log(table.numbers("price")[rows])
    usual = np.median(price) if len(price) else 0.0
    return np.asarray(MAINSTREAM_WEIGHT * np.abs(price - usual))


def _sellers_order(table: Table, rows: Rows, query: Query) -> Rows:
    score = value_scores(table)[rows].astype(np.float64) + _fit(table, rows, query)
    best_first = np.argsort(score, kind="stable")
    rows, score = rows[best_first], score[best_first]
    models = table.words("model").codes[rows]
    versions = table.words("version").codes[rows].astype(np.int64)
    trim_turn = _turn(models.astype(np.int64) * (len(table.words("version").names) + 1) + versions)
    score = score + REPEAT_WEIGHT * _turn(models)
    return rows[np.lexsort((score, trim_turn))]


def _turn(groups: Array) -> npt.NDArray[np.intp]:
    """For each place how many earlier places have the same group."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, dtype=np.intp)
    counts = np.diff(np.r_[starts, len(ordered)])
    turns = np.empty(len(groups), dtype=np.intp)
    turns[order] = np.arange(len(groups)) - np.repeat(starts, counts)
    return turns


# --- By likeness -----------------------------------------------------------------------------------------------------

_DIFFERENT = {"body_style": 1.2, "transmission": 0.4, "make": 0.25, "fuel": 0.4, "model": 0.2}
_SCALE = {"year": 6.0, "km": 120_000.0, "length_mm": 900.0, "seats": 4.0, "engine_litres": 2.5}


def _nearest(table: Table, rows: Rows, stock_id: str) -> Rows:
    place = table.place(stock_id)
    if place is None:
        return rows
    rows = rows[rows != place]
    return rows[np.argsort(distances(table, rows, place), kind="stable")]


def distances(table: Table, rows: Rows, place: int) -> Array:
    """How unlike each row is to the car at `place`; 0 is its twin."""
    price = table.numbers("price")
    far = np.abs(np.log(price[rows]) - np.log(price[place])) * 2.0
    for column, weight in _DIFFERENT.items():
        codes = table.words(column).codes
        far += weight * (codes[rows] != codes[place])
    for column, scale in _SCALE.items():
        values = table.numbers(column)
        gap = np.abs(values[rows].astype(np.float64) - float(values[place])) / scale
        far += np.where(np.isnan(gap), 0.3, np.minimum(gap, 2.0))
    return np.asarray(_shared_segments(table, rows, place) + far)


def _shared_segments(table: Table, rows: Rows, place: int) -> Array:
    codes = table.words("model").codes
    unlike: Any = np.zeros(len(rows))
    for belongs in table.segments.values():
        unlike = unlike + 0.15 * (belongs[codes[rows]] != belongs[codes[place]])
    return np.asarray(unlike)


@cache
def explained() -> tuple[str, ...]:
    """The rules of the seller's order, for the documentation."""
    return (
        "no trim of a model is shown twice before every other fitting one was shown",
        "a car asks less than like cars of its model and year, or was driven less than cars of its year",
        "newer before older, nearer to the budget before far below it",
        "each further car of the same model gives way a little",
    )
