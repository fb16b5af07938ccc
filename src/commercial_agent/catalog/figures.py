"""Figures of groups of cars: count, share, lowest, highest, mean, median."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from commercial_agent.catalog.query import Aggregate, Aggregation, Query
from commercial_agent.catalog.table import Array, Rows, Table

Figure = int | Decimal | None
Label = str | int | bool | Decimal | None
_CELLS = 65_536  # of all histograms together


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
    """Exact medians without sorting everything: a histogram of each group tells which few values hold its middle."""
    if not len(values):
        return [None] * groups
    exact = values.astype(np.float64, copy=False)
    low, high = float(exact.min()), float(exact.max())
    buckets = max(16, _CELLS // groups)
    keys = ((exact - low) * ((buckets - 1) / max(high - low, 1e-9))).astype(np.int32)
    keys += codes.astype(np.int32) * np.int32(buckets)
    filled = np.bincount(keys, minlength=groups * buckets).reshape(groups, buckets).cumsum(axis=1)
    counts = filled[:, -1]
    middles = np.stack(((counts - 1) // 2, counts // 2))  # ranks in each group, from 0
    wanted = np.zeros((groups, buckets), dtype=bool)
    full = np.flatnonzero(counts)
    for ranks in middles:
        wanted[full, (filled[full] <= ranks[full, None]).sum(axis=1)] = True
    chosen = wanted.reshape(-1)[keys]
    few_codes, few = codes[chosen], exact[chosen]
    order = np.lexsort((few, few_codes))
    few_codes, few = few_codes[order], few[order]
    starts = np.searchsorted(few_codes, np.arange(groups))
    result: list[Figure] = []
    for group in range(groups):
        if not counts[group]:
            result.append(None)
            continue
        before = _below(filled[group], wanted[group], middles[:, group])
        pair = [_decimal(few[starts[group] + rank - below], column) for rank, below in before]
        result.append(_tidy((pair[0] + pair[1]) / 2))
    return result


def _below(filled: Array, wanted: Array, ranks: Array) -> list[tuple[int, int]]:
    """For each rank how many values of its group, smaller than its bucket's, were not chosen."""
    sizes = np.diff(filled, prepend=0)
    skipped = np.cumsum(np.where(wanted, 0, sizes))
    return [(int(rank), int(skipped[int((filled <= rank).sum())])) for rank in ranks]


def _decimal(value: float, column: str) -> Decimal:
    number = Decimal(repr(float(value)))
    return number.quantize(Decimal("0.01")) if column == "price" else number.quantize(Decimal("0.1"))


def _number(value: float, column: str, mean: bool = False) -> Figure:
    if mean:
        return _tidy(Decimal(repr(float(value))).quantize(Decimal("0.01")))
    if column == "price":
        return Decimal(repr(float(value))).quantize(Decimal("0.01"))
    return Decimal(str(round(float(value), 1))) if column == "engine_litres" else round(float(value))


def _tidy(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
