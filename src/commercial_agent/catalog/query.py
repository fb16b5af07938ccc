"""A question to the stock as a plan: typed, checked against the schema, serialisable. The only way to the table.

    Query((Between("price", high=280_000), OneOf("body_style", ("sedan",))), order=(Sort("price"),), limit=3)

An unknown value meets no condition, negated or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from commercial_agent.catalog.taxonomy import BODY_STYLES, DRIVES, FUELS, SEGMENTS, TRANSMISSIONS
from commercial_agent.errors import InvalidQuery

NUMBERS = ("price", "year", "km", "length_mm", "width_mm", "height_mm", "engine_litres", "seats", "doors")
FLAGS = ("bluetooth", "car_play")
WORDS: Mapping[str, tuple[str, ...] | None] = {  # None: any value, the stock decides
    "make": None,
    "model": None,  # "Make/Model"
    "version": None,
    "trim": None,
    "stock_id": None,
    "segment": SEGMENTS,
    "body_style": BODY_STYLES,
    "transmission": TRANSMISSIONS,
    "drive": DRIVES,
    "fuel": FUELS,
}
COLUMNS = (*NUMBERS, *FLAGS, *WORDS)
GROUPABLE = (
    "make", "model", "year", "body_style", "transmission", "drive", "fuel", "trim", "version", "seats", "doors",
    "engine_litres", "bluetooth", "car_play",
)  # fmt: skip
SORTABLE = (*NUMBERS, "make", "model", "version", "stock_id")
MAX_LIMIT = 10_000
MAX_VALUES = 500
MAX_FILTERS = 64
_BEYOND = Decimal("1e15")


class Aggregation(StrEnum):
    """What is computed of a group."""

    COUNT = "count"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    MEDIAN = "median"
    SHARE = "share"  # part of all the stock's cars, 0 to 1


@dataclass(frozen=True, slots=True)
class Between:
    """A number within closed bounds; None leaves a side open."""

    column: str
    low: Decimal | None = None
    high: Decimal | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """A word or flag among values; `segment` means the model belongs to at least one of them."""

    column: str
    values: tuple[str | bool, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class HasWords:
    """All these words stand in the version, whatever case, accents and order."""

    words: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these conditions holds."""

    filters: tuple[Between | OneOf | HasWords, ...]


Simple = Between | OneOf | HasWords
Filter = Simple | AnyOf


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by one column; unknown values come last either way."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A figure of a group; `count` and `share` need no column."""

    function: Aggregation
    column: str | None = None


@dataclass(frozen=True, slots=True)
class TopPerGroup:
    """The first `count` cars of each group, in the plan's order."""

    column: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Query:
    """A plan. Without an order cars come ranked: by value for money, with variety."""

    filters: tuple[Filter, ...] = ()
    order: tuple[Sort, ...] = ()
    limit: int | None = None
    offset: int = 0
    near: str | None = None  # stock id: order by likeness to that car, itself left out
    ids: tuple[str, ...] = ()  # these cars and no other, in this order
    top_per_group: TopPerGroup | None = None
    group_by: str | None = None
    aggregates: tuple[Aggregate, ...] = field(default=())  # not empty: figures in place of cars

    def __post_init__(self) -> None:
        _check(self)

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain JSON values."""
        return _plan_dict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Query:
        """The plan that `to_dict` wrote.

        Raises:
            InvalidQuery: it is not one.
        """
        try:
            return _plan(data)
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
            raise InvalidQuery("This is not a catalogue query.", code="not_a_query") from error

    def as_pandas(self) -> str:
        """The pandas code the plan stands for, to be read, never run."""
        from commercial_agent.catalog.wording import as_pandas

        return as_pandas(self)

    def describe(self) -> str:
        """The plan in plain English words."""
        from commercial_agent.catalog.wording import describe

        return describe(self)


def simple_filters(filters: tuple[Filter, ...]) -> Iterator[Simple]:
    """Every condition, those inside unions too."""
    for condition in filters:
        if isinstance(condition, AnyOf):
            yield from condition.filters
        else:
            yield condition


# --- Checking --------------------------------------------------------------------------------------------------------


def _check(query: Query) -> None:
    conditions = list(simple_filters(query.filters))
    if len(conditions) > MAX_FILTERS:
        raise InvalidQuery(f"A query has at most {MAX_FILTERS} conditions.", code="too_many_filters")
    for condition in conditions:
        _check_filter(condition)
    for union in query.filters:
        if isinstance(union, AnyOf) and not union.filters:
            raise InvalidQuery("A union needs at least one condition.", code="empty_union")
    for sort in query.order:
        _known(sort.column, SORTABLE, "sorted by")
    if query.top_per_group is not None:
        _known(query.top_per_group.column, GROUPABLE, "grouped by")
        _whole(query.top_per_group.count, "top_per_group", low=1)
    _check_page(query)
    _check_figures(query)


def _check_page(query: Query) -> None:
    if query.limit is not None:
        _whole(query.limit, "limit", low=0)
    _whole(query.offset, "offset", low=0)
    named = query.ids if query.near is None else (*query.ids, query.near)
    if any(not isinstance(stock_id, str) for stock_id in named):
        raise InvalidQuery("A stock id is a text.", code="wrong_type")
    if query.near is not None and (query.order or query.aggregates):
        raise InvalidQuery("Likeness to a car is itself an order and has no figures.", code="conflicting_order")
    if len(query.ids) > MAX_VALUES:
        raise InvalidQuery(f"At most {MAX_VALUES} cars can be named.", code="too_many_values")


def _check_figures(query: Query) -> None:
    if query.group_by is not None:
        _known(query.group_by, GROUPABLE, "grouped by")
        if not query.aggregates:
            raise InvalidQuery("Groups need a figure to compute.", code="nothing_to_compute")
    for aggregate in query.aggregates:
        if aggregate.function in (Aggregation.COUNT, Aggregation.SHARE):
            continue
        if aggregate.column is None:
            raise InvalidQuery(f"{aggregate.function} needs a column.", code="column_needed")
        _known(aggregate.column, NUMBERS, "computed with")


def _known(column: str, allowed: tuple[str, ...], use: str) -> None:
    if column not in COLUMNS:
        raise InvalidQuery(f"The catalogue has no column {column!r}.", code="unknown_column")
    if column not in allowed:
        raise InvalidQuery(f"The column {column!r} cannot be {use}.", code="wrong_type")


def _whole(value: int, name: str, low: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidQuery(f"{name} must be a whole number.", code="wrong_type")
    if not low <= value <= 10**9:
        raise InvalidQuery(f"{name} must be {low} or more.", code="out_of_range")


def _check_filter(condition: Simple) -> None:
    match condition:
        case Between():
            _check_range(condition)
        case OneOf():
            _check_values(condition)
        case HasWords():
            if not condition.words or len(condition.words) > 20:
                raise InvalidQuery("Give one to twenty words.", code="wrong_type")


def _check_range(condition: Between) -> None:
    _known(condition.column, NUMBERS, "compared with numbers")
    for bound in (condition.low, condition.high):
        if bound is None:
            continue
        if isinstance(bound, bool) or not isinstance(bound, (Decimal, int)):
            raise InvalidQuery(f"A bound of {condition.column} must be a number.", code="wrong_type")
        if not Decimal(bound).is_finite() or abs(Decimal(bound)) > _BEYOND:
            raise InvalidQuery(f"A bound of {condition.column} is beyond belief.", code="out_of_range")
    if condition.low is None and condition.high is None:
        raise InvalidQuery(f"A range of {condition.column} needs a bound.", code="empty_range")
    if condition.low is not None and condition.high is not None and condition.low > condition.high:
        raise InvalidQuery(f"No {condition.column} is both from {condition.low} and up to {condition.high}.",
                           code="empty_range")  # fmt: skip


def _check_values(condition: OneOf) -> None:
    if condition.column in FLAGS:
        if any(not isinstance(value, bool) for value in condition.values):
            raise InvalidQuery(f"{condition.column} is true or false.", code="wrong_type")
    else:
        _known(condition.column, tuple(WORDS), "compared with words")
        if any(not isinstance(value, str) for value in condition.values):
            raise InvalidQuery(f"A value of {condition.column} must be a text.", code="wrong_type")
    if not condition.values:
        raise InvalidQuery(f"Give at least one value of {condition.column}.", code="no_values")
    if len(condition.values) > MAX_VALUES:
        raise InvalidQuery(f"At most {MAX_VALUES} values of {condition.column}.", code="too_many_values")
    allowed = WORDS.get(condition.column)
    strange = [value for value in condition.values if allowed is not None and value not in allowed]
    if strange:
        raise InvalidQuery(f"{strange[0]!r} is no {condition.column}.", code="unknown_value")


# --- As data ---------------------------------------------------------------------------------------------------------


def _plan_dict(query: Query) -> dict[str, Any]:
    plan: dict[str, Any] = {"filters": [_filter_dict(condition) for condition in query.filters]}
    plan["order"] = [{"column": sort.column, "descending": sort.descending} for sort in query.order]
    plan["aggregates"] = [{"function": str(item.function), "column": item.column} for item in query.aggregates]
    plan |= {"limit": query.limit, "offset": query.offset, "near": query.near, "ids": list(query.ids)}
    plan["group_by"] = query.group_by
    if (top := query.top_per_group) is not None:
        plan["top_per_group"] = {"column": top.column, "count": top.count}
    return {
        name: value for name, value in plan.items() if value not in (None, [], 0) or (name == "limit" and value == 0)
    }


def _filter_dict(condition: Filter) -> dict[str, Any]:
    match condition:
        case Between(column, low, high, negated):
            bounds = {"low": None if low is None else str(low), "high": None if high is None else str(high)}
            return {"kind": "between", "column": column, **bounds, "negated": negated}
        case OneOf(column, values, negated):
            return {"kind": "one_of", "column": column, "values": list(values), "negated": negated}
        case HasWords(words, negated):
            return {"kind": "has_words", "words": list(words), "negated": negated}
        case AnyOf(filters):
            return {"kind": "any_of", "filters": [_filter_dict(inner) for inner in filters]}


def _plan(data: Mapping[str, Any]) -> Query:
    top = data.get("top_per_group")
    return Query(
        filters=tuple(_filter(item) for item in data.get("filters", ())),
        order=tuple(Sort(item["column"], bool(item.get("descending"))) for item in data.get("order", ())),
        limit=data.get("limit"),
        offset=data.get("offset", 0),
        near=data.get("near"),
        ids=tuple(str(item) for item in data.get("ids", ())),
        top_per_group=TopPerGroup(top["column"], top.get("count", 1)) if top else None,
        group_by=data.get("group_by"),
        aggregates=tuple(
            Aggregate(Aggregation(item["function"]), item.get("column")) for item in data.get("aggregates", ())
        ),
    )


def _filter(data: Mapping[str, Any]) -> Filter:
    match data["kind"]:
        case "between":
            low, high = data.get("low"), data.get("high")
            bounds = (None if low is None else Decimal(str(low)), None if high is None else Decimal(str(high)))
            return Between(str(data["column"]), *bounds, negated=bool(data.get("negated")))
        case "one_of":
            return OneOf(str(data["column"]), tuple(data["values"]), bool(data.get("negated")))
        case "has_words":
            return HasWords(tuple(str(word) for word in data["words"]), bool(data.get("negated")))
        case "any_of":
            simple = tuple(inner for inner in map(_filter, data["filters"]) if not isinstance(inner, AnyOf))
            return AnyOf(simple)
        case kind:
            raise ValueError(kind)
