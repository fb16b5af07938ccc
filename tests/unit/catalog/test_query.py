"""Plans are checked against the schema before they are run."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from commercial_agent.catalog import (
    Aggregate,
    Aggregation,
    AnyOf,
    Between,
    Catalog,
    HasWords,
    OneOf,
    Query,
    Sort,
    TopPerGroup,
)
from commercial_agent.errors import InvalidQuery

REFUSED: list[tuple[Callable[[], Query], str]] = [
    (lambda: Query((Between("colour", low=Decimal(1)),)), "unknown_column"),
    (lambda: Query((OneOf("colour", ("red",)),)), "unknown_column"),
    (lambda: Query((Between("make", low=Decimal(1)),)), "wrong_type"),
    (lambda: Query((OneOf("price", ("1",)),)), "wrong_type"),
    (lambda: Query((OneOf("bluetooth", ("yes",)),)), "wrong_type"),
    (lambda: Query((OneOf("make", (True,)),)), "wrong_type"),
    (lambda: Query((Between("price"),)), "empty_range"),
    (lambda: Query((Between("price", Decimal(3), Decimal(2)),)), "empty_range"),
    (lambda: Query((Between("price", Decimal("NaN")),)), "out_of_range"),
    (lambda: Query((Between("price", Decimal("Infinity")),)), "out_of_range"),
    (lambda: Query((Between("price", Decimal(10) ** 40),)), "out_of_range"),
    (lambda: Query((OneOf("make", ()),)), "no_values"),
    (lambda: Query((OneOf("body_style", ("spaceship",)),)), "unknown_value"),
    (lambda: Query((OneOf("make", tuple(map(str, range(900)))),)), "too_many_values"),
    (lambda: Query((HasWords(()),)), "wrong_type"),
    (lambda: Query((AnyOf(()),)), "empty_union"),
    (lambda: Query(tuple(HasWords((str(n),)) for n in range(99))), "too_many_filters"),
    (lambda: Query(order=(Sort("fuel"),)), "wrong_type"),
    (lambda: Query(order=(Sort("colour"),)), "unknown_column"),
    (lambda: Query(limit=-1), "out_of_range"),
    (lambda: Query(offset=-1), "out_of_range"),
    (lambda: Query(limit=True), "wrong_type"),
    (lambda: Query(near="1", order=(Sort("price"),)), "conflicting_order"),
    (lambda: Query(group_by="make"), "nothing_to_compute"),
    (lambda: Query(group_by="price", aggregates=(Aggregate(Aggregation.COUNT),)), "wrong_type"),
    (lambda: Query(aggregates=(Aggregate(Aggregation.MEAN),)), "column_needed"),
    (lambda: Query(aggregates=(Aggregate(Aggregation.MEAN, "make"),)), "wrong_type"),
    (lambda: Query(top_per_group=TopPerGroup("make", 0)), "out_of_range"),
    (lambda: Query.from_dict({"filters": [{"kind": "eval", "code": "1"}]}), "not_a_query"),
    (lambda: Query.from_dict({"filters": 3}), "not_a_query"),
]


@pytest.mark.parametrize(("build", "reason"), REFUSED)
def test_a_plan_that_does_not_fit_the_schema_is_refused_by_name(build: Callable[[], Query], reason: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        build()
    assert refused.value.reason == reason


PRINTED: list[tuple[Query, str, str]] = [
    (Query(), "cars.sort_values('value_rank')", "cars of the whole stock, best value first"),
    (
        Query((Between("price", high=Decimal(280000)), OneOf("make", ("Kia",), True)), order=(Sort("km"),), limit=3),
        "cars[(cars.price <= 280000) & (cars.make.notna() & ~cars.make.isin(['Kia']))]"
        ".sort_values(['km'], ascending=[True]).iloc[0:3]",
        "cars with price up to 280000; make other than Kia, by km rising, 3 from place 1",
    ),
    (
        Query(group_by="make", aggregates=(Aggregate(Aggregation.MEAN, "price"),)),
        "cars.groupby('make').agg(mean_price=('price', 'mean'))",
        "mean of price over cars of the whole stock, by make",
    ),
    (
        Query(near="7", limit=2, offset=2),
        "cars.sort_values('distance_to_7').iloc[2:4]",
        "cars of the whole stock, most like 7 first, 2 from place 3",
    ),
]


@pytest.mark.parametrize(("query", "code", "text"), PRINTED)
def test_a_plan_prints_itself_as_pandas_and_in_words(query: Query, code: str, text: str) -> None:
    assert query.as_pandas() == code
    assert query.describe() == text


def test_the_printed_pandas_selects_what_the_plan_selects() -> None:
    catalog = Catalog.load("dealership/catalog.csv")
    query = Query((Between("price", high=Decimal(200000)), OneOf("transmission", ("manual",))), order=(Sort("price"),))
    assert query.as_pandas().startswith("cars[(cars.price <= 200000) & (cars.transmission.isin(['manual']))]")
    cars: Any = catalog.frame
    wanted = cars[(cars.price <= 200000) & (cars.transmission.isin(["manual"]))]
    assert set(catalog.run(query).ids) == set(wanted.stock_id)
