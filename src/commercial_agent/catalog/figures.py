"""Figures of groups of cars: count, share, lowest, highest, mean, median."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from commercial_agent.catalog.query import Aggregate, Aggregation, Query
from commercial_agent.catalog.table import Array, Rows, Table

Figure = int | Decimal | None
Label = str | int | bool | Decimal | None
_SCALES = {"price": 100, "engine_litres": 10}  # that make whole numbers of a column


@dataclass(frozen=True, slots=True)
class Group:
    """A group and its figures, in the order they were asked for; the label is None for all cars together."""

    label: Label
    count: int
    figures: tuple[Figure, ...]


def compute(table: Table, rows: Rows | None, query: Query) -> tuple[Group, ...]:
    """The figures of a plan over the selected rows, all groups, largest first figure first."""
    if query.group_by is None:
        codes: Array = np.zeros(table.size if rows is None else len(rows), dtype=np.int8)
        labels: list[Label] = [None]
    else:
        codes, found = table.groups(query.group_by)
        labels = [Decimal(str(name)) if query.group_by == "engine_litres" else _plain(name) for name in found]
        codes = codes if rows is None else codes[rows]
    counts = _counts(codes, len(labels))
    columns = [_figures(table, rows, codes, counts, aggregate) for aggregate in query.aggregates]
    groups = [
        Group(label, int(counts[code]), tuple(column[code] for column in columns))
        for code, label in enumerate(labels)
        if counts[code] or query.group_by is None
    ]
    rising = bool(query.order) and not query.order[0].descending
    groups.sort(
        key=lambda group: (group.figures[0] is None, _signed(group.figures[0], rising), _label_key(group.label))
    )
    end = None if query.limit is None else query.offset + query.limit
    return tuple(groups[query.offset : end])


def _plain(name: object) -> Label:
    return int(name) if isinstance(name, float) else name if isinstance(name, (bool, int)) else str(name)


def _signed(figure: Figure, rising: bool) -> Decimal:
    value = Decimal(figure or 0)
    return value if rising else -value


def _label_key(label: Label) -> tuple[Decimal, str]:
    if isinstance(label, (int, Decimal)):
        return Decimal(label), ""
    return Decimal(0), label or ""


def _counts(codes: Array, groups: int) -> Array:
    known = codes if len(codes) == 0 or codes.min() >= 0 else codes[codes >= 0]
    return np.bincount(known, minlength=groups)


def _figures(table: Table, rows: Rows | None, codes: Array, counts: Array, aggregate: Aggregate) -> list[Figure]:
    if aggregate.function is Aggregation.COUNT:
        return [int(count) for count in counts]
    if aggregate.function is Aggregation.SHARE:
        whole = max(table.size, 1)
        return [(Decimal(int(count)) / whole).quantize(Decimal("0.0001")) for count in counts]
    column = aggregate.column or ""
    values = table.numbers(column)
    values = values if rows is None else values[rows]
    usable = codes >= 0
    if values.dtype.kind == "f":
        usable &= ~np.isnan(values)
    if not usable.all():
        codes, values = codes[usable], values[usable]
    groups = len(counts)
    match aggregate.function:
        case Aggregation.MEAN:
            sums = np.bincount(codes, weights=values, minlength=groups)
            seen = np.bincount(codes, minlength=groups)
            return [_number(total / n, column, mean=True) if n else None for total, n in zip(sums, seen, strict=True)]
        case Aggregation.MEDIAN:
            return _medians(codes, values, groups, column)
        case _:
            return _extremes(codes, values, groups, column, aggregate.function is Aggregation.MAX)


def _extremes(codes: Array, values: Array, groups: int, column: str, highest: bool) -> list[Figure]:
    best = np.full(groups, -np.inf if highest else np.inf)
    (np.maximum if highest else np.minimum).at(best, codes, values.astype(np.float64, copy=False))
    return [_number(value, column) if np.isfinite(value) else None for value in best]


def _medians(codes: Array, values: Array, groups: int, column: str) -> list[Figure]:
    """One sort of whole numbers that hold group and value puts every group's middle at a known place."""
    if not len(values):
        return [None] * groups
    scale = _scale(values, column)
    exact = values if scale == 1 else np.rint(values.astype(np.float64) * scale)
    low = int(exact.min())
    span = int(exact.max()) - low + 1
    kind = np.int32 if span * groups < 2**31 else np.int64  # half as wide sorts twice as fast
    keys = codes.astype(kind)
    keys *= span
    keys += (exact - low).astype(kind)
    keys.sort()
    counts = np.bincount(codes, minlength=groups)
    starts = np.cumsum(counts) - counts
    result: list[Figure] = []
    for group in range(groups):
        if not counts[group]:
            result.append(None)
            continue
        middle = starts[group] + (counts[group] - 1) // 2, starts[group] + counts[group] // 2
        pair = [int(keys[place]) - group * span + low for place in middle]
        result.append(_tidy(Decimal(pair[0] + pair[1]) / 2 / scale))
    return result


def _scale(values: Array, column: str) -> int:
    scale = _SCALES.get(column, 1)
    return 1 if scale > 1 and bool((values == np.rint(values)).all()) else scale


def _number(value: float, column: str, mean: bool = False) -> Figure:
    if mean:
        return _tidy(Decimal(repr(float(value))).quantize(Decimal("0.01")))
    if column == "price":
        return Decimal(repr(float(value))).quantize(Decimal("0.01"))
    return Decimal(str(round(float(value), 1))) if column == "engine_litres" else round(float(value))


def _tidy(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
