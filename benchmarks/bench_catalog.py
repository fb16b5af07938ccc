"""The catalogue at a million cars, beside DuckDB, Polars and plain `DataFrame.query` on the same data, same run."""

from __future__ import annotations

import gc
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from commercial_agent.catalog import Aggregate, Aggregation, Between, Catalog, OneOf, Query, Sort
from commercial_agent.catalog.sample import sample_stock, write_sample

CARS = 1_000_000
ROUNDS = 25

SEARCH = Query(
    (
        OneOf("make", ("Volkswagen", "Nissan", "Mazda")),
        OneOf("body_style", ("sedan",)),
        OneOf("transmission", ("automatic",)),
        Between("price", high=Decimal(280_000)),
        Between("km", high=Decimal(80_000)),
    ),
    order=(Sort("price"),),
    limit=3,
)
FIGURES = Query(
    group_by="make",
    aggregates=tuple(
        Aggregate(f, None if f is Aggregation.COUNT else "price")
        for f in (Aggregation.COUNT, Aggregation.MEAN, Aggregation.MIN, Aggregation.MAX)
    ),
)
MEDIAN = Query(group_by="make", aggregates=(Aggregate(Aggregation.MEDIAN, "price"),))
_WHERE = (
    "make in ('Volkswagen', 'Nissan', 'Mazda') and body_style = 'sedan' and transmission = 'automatic' "
    "and price <= 280000 and km <= 80000"
)


def run() -> list[tuple[str, str, str]]:
    """Each figure, ours, and what stands beside it."""
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        catalog = _loading(Path(folder), rows)
    _questions(catalog, rows)
    _small(rows)
    return rows


def _loading(folder: Path, rows: list[tuple[str, str, str]]) -> Catalog:
    stock = sample_stock(CARS, seed=3)
    parquet, csv = folder / "cars.parquet", folder / "cars.csv"
    stock.to_parquet(parquet, index=False)
    stock.to_csv(csv, index=False, lineterminator="\n")
    del stock
    gc.collect()
    begun = time.perf_counter()
    Catalog.load(csv)
    rows.append((f"load {CARS:,} cars from CSV", f"{time.perf_counter() - begun:.2f} s", "bar 12 s"))
    gc.collect()
    begun = time.perf_counter()
    catalog = Catalog.load(parquet)
    rows.append((f"load {CARS:,} cars from Parquet", f"{time.perf_counter() - begun:.2f} s", "bar 3 s"))
    catalog.run(Query(limit=3))  # what is computed once, when first needed
    used = int(catalog.frame.memory_usage(deep=True).sum()) / len(catalog)
    rows.append(("memory of a car in the table", f"{used:.0f} bytes", "bar 400 bytes"))
    return catalog


def _questions(catalog: Catalog, rows: list[tuple[str, str, str]]) -> None:
    plain = catalog.frame.copy()
    for column in plain.columns:
        if str(plain[column].dtype) in ("category", "str"):
            plain[column] = plain[column].astype(object)
    duck, lazy = _duckdb(plain), _polars(plain)
    condition = _WHERE.replace(" = ", " == ")
    rivals: dict[str, Callable[[], object]] = {
        "DuckDB": lambda: duck.execute(f"select stock_id from cars where {_WHERE} order by price limit 3").fetchall(),
        "Polars": lambda: _polars_search(lazy),
        "DataFrame.query": lambda: plain.query(condition).nsmallest(3, "price")["stock_id"].tolist(),
    }
    _row(rows, "five-filter sorted search", lambda: catalog.run(SEARCH), rivals)
    sql = "select make, count(*), avg(price), min(price), max(price) from cars group by make"
    rivals = {"DuckDB": lambda: duck.execute(sql).fetchall(), "Polars": lambda: _polars_figures(lazy)}
    _row(rows, "count, mean, min, max by make", lambda: catalog.run(FIGURES), rivals)
    rivals = {
        "DuckDB": lambda: duck.execute("select make, median(price) from cars group by make").fetchall(),
        "Polars": lambda: _polars_median(lazy),
    }
    _row(rows, "median by make", lambda: catalog.run(MEDIAN), rivals)
    ranked = Query(SEARCH.filters, limit=3)
    _row(rows, "the same search in the seller's order", lambda: catalog.run(ranked), {})


def _small(rows: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cars.csv"
        write_sample(path, 500, seed=3)
        catalog = Catalog.load(path)
    ranked = Query(SEARCH.filters, limit=3)
    catalog.run(ranked)
    rows.append(("search among 500 cars", f"{_milliseconds(lambda: catalog.run(ranked)):.2f} ms", "bar 3 ms"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(("peak memory of this process, rivals included", f"{peak:.0f} MB", ""))


def _row(
    rows: list[tuple[str, str, str]], name: str, ours: Callable[[], object], rivals: dict[str, Callable[[], object]]
) -> None:
    mine = _milliseconds(ours)
    beside = [
        f"{rival} {took:.1f} ms ({mine / took:.2f} x)"
        for rival, question in rivals.items()
        for took in [_milliseconds(question)]
    ]
    rows.append((f"{name}, p50", f"{mine:.1f} ms", ", ".join(beside)))


def _milliseconds(question: Callable[[], object]) -> float:
    question()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        question()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def _duckdb(plain: Any) -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.register("frame", plain)
    connection.execute("create table cars as select * from frame")
    connection.unregister("frame")
    return connection


def _polars(plain: Any) -> Any:
    import polars as pl

    frame = pl.from_pandas(plain)
    words = [name for name, kind in frame.schema.items() if kind == pl.String and name != "stock_id"]
    return frame.with_columns(pl.col(words).cast(pl.Categorical))


def _polars_search(cars: Any) -> object:
    import polars as pl

    return (
        cars.lazy()
        .filter(
            pl.col("make").is_in(["Volkswagen", "Nissan", "Mazda"])
            & (pl.col("body_style") == "sedan")
            & (pl.col("transmission") == "automatic")
            & (pl.col("price") <= 280_000)
            & (pl.col("km") <= 80_000)
        )
        .sort("price")
        .head(3)
        .select("stock_id")
        .collect()
    )


def _polars_figures(cars: Any) -> object:
    import polars as pl

    price = pl.col("price")
    return cars.group_by("make").agg(pl.len(), price.mean(), price.min().alias("low"), price.max().alias("high"))


def _polars_median(cars: Any) -> object:
    import polars as pl

    return cars.group_by("make").agg(pl.col("price").median())


if __name__ == "__main__":
    for figure, ours, beside in run():
        print(f"{figure:52} {ours:>12}   {beside}")
