"""Which rows meet the conditions of a plan."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from commercial_agent.catalog.facts import plain
from commercial_agent.catalog.query import FLAGS, AnyOf, Between, Filter, HasWords, OneOf, Simple
from commercial_agent.catalog.table import Array, Bools, Rows, Table

FEW_VALUES = 6  # that many comparisons of small integers beat a look-up per row
CHEAP = 60  # costs up to here compare whole columns, which is faster than picking rows out of them


def select(table: Table, filters: tuple[Filter, ...]) -> Rows | None:
    """The rows that meet all conditions, ascending; None stands for all of them."""
    mask: Bools | None = None
    rows: Rows | None = None
    for condition in sorted(filters, key=_cost):
        if rows is None and mask is not None and _cost(condition) > CHEAP:
            rows = np.flatnonzero(mask)
        if rows is not None:
            rows = rows[_meets(table, condition, rows)]
        else:
            met = _meets(table, condition, None)
            mask = met if mask is None else np.logical_and(mask, met, out=mask)
    if rows is None and mask is not None:
        rows = np.flatnonzero(mask)
    return rows


def _cost(condition: Filter) -> int:
    match condition:
        case OneOf(column, values, False) if column not in ("stock_id", "segment"):
            return 1 if column in FLAGS else len(values) if len(values) <= FEW_VALUES else 70
        case Between():
            return 50
        case AnyOf():
            return 80
        case _:
            return 70


def _meets(table: Table, condition: Filter, rows: Rows | None) -> Bools:
    if isinstance(condition, AnyOf):
        met = _simple(table, condition.filters[0], rows)
        for other in condition.filters[1:]:
            met = met | _simple(table, other, rows)
        return met
    return _simple(table, condition, rows)


def _simple(table: Table, condition: Simple, rows: Rows | None) -> Bools:
    match condition:
        case Between():
            return _between(_taken(table.numbers(condition.column), rows), condition)
        case OneOf():
            return _one_of(table, condition, rows)
        case HasWords(words, negated):
            wanted = [f" {plain(word)} " for word in words]
            holds = [all(word in text for word in wanted) != negated for text in table.plain_versions]
            return _looked_up(_taken(table.words("version").codes, rows), holds)


def _taken(values: Array, rows: Rows | None) -> Array:
    return values if rows is None else values[rows]


def _between(values: Array, condition: Between) -> Bools:
    low, high = condition.low, condition.high
    kind = values.dtype.kind
    inside: Bools | None = None
    if low is not None:
        inside = values >= _bound(values, low, up=True)
    if high is not None:
        below = values <= _bound(values, high, up=False)
        inside = below if inside is None else inside & below
    assert inside is not None  # the plan was checked
    if condition.negated:
        return ~inside if kind != "f" else ~inside & ~np.isnan(values)
    return inside


def _bound(values: Array, bound: Decimal, up: bool) -> float | int | np.float32:
    """The bound in the column's own kind, so that the comparison needs no copy and loses no case on the edge."""
    if values.dtype.kind == "f" and values.dtype.itemsize == 8:
        return float(bound)
    whole = int(bound) if bound == int(bound) else int(np.ceil(float(bound))) if up else int(np.floor(float(bound)))
    whole = max(-32_000, min(32_000, whole))  # years, millimetres, seats and doors all lie within
    return np.float32(whole) if values.dtype.kind == "f" else whole


def _one_of(table: Table, condition: OneOf, rows: Rows | None) -> Bools:
    column, values, negated = condition.column, condition.values, condition.negated
    if column in FLAGS:
        flags = _taken(table.numbers(column), rows)
        wanted = set(values) if not negated else {True, False} - set(values)
        met = np.zeros(len(flags), dtype=bool)
        if True in wanted:
            met |= flags
        if False in wanted:
            met |= ~flags
        return met
    if column == "stock_id":
        places = [place for value in values if (place := table.place(str(value))) is not None]
        met = np.zeros(table.size, dtype=bool)
        met[places] = True
        return _taken(~met if negated else met, rows)
    if column == "segment":
        belongs = np.logical_or.reduce([table.segments[str(value)] for value in values])
        belongs = ~belongs & table.segments_known if negated else belongs
        return np.asarray(belongs[_taken(table.words("model").codes, rows)])
    words = table.words(column)
    codes = _taken(words.codes, rows)
    wanted_codes = [code for code, name in enumerate(words.names) if name in values]
    if not negated and len(wanted_codes) <= FEW_VALUES:
        return _equal_to(codes, wanted_codes)
    chosen = set(wanted_codes)
    return _looked_up(codes, [(code in chosen) != negated for code in range(len(words.names))])


def _equal_to(codes: Array, wanted: list[int]) -> Bools:
    met = np.zeros(len(codes), dtype=bool)
    for number, code in enumerate(wanted):
        met = codes == code if number == 0 else met | (codes == code)
    return met


def _looked_up(codes: Array, holds: list[bool]) -> Bools:
    table = np.array([*holds, False], dtype=bool)  # the last one answers for code -1
    return table[codes]
