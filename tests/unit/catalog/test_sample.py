"""The sample generator."""

from __future__ import annotations

from pathlib import Path

import pytest

from commercial_agent.catalog import Catalog
from commercial_agent.catalog.sample import COLUMNS, sample_stock, write_sample


def test_the_same_seed_gives_the_same_stock() -> None:
    assert sample_stock(50, seed=5).equals(sample_stock(50, seed=5))
    assert not sample_stock(50, seed=5).equals(sample_stock(50, seed=6))


@pytest.mark.parametrize("cars", [1, 2, 30, 3000])
def test_any_number_of_listings_can_be_made(cars: int) -> None:
    stock = sample_stock(cars)
    assert tuple(stock.columns) == COLUMNS
    assert len(stock) == stock["stock_id"].nunique() == cars
    assert stock["price"].gt(0).all()


def test_older_cars_of_a_version_cost_less_and_were_driven_more() -> None:
    stock = sample_stock(20_000)
    jetta = stock[stock["version"] == "1.4T COMFORTLINE TIPTRONIC"].groupby("year")[["price", "km"]].mean()
    assert jetta["price"].is_monotonic_increasing
    assert jetta["km"].is_monotonic_decreasing


@pytest.mark.parametrize("name", ["cars.csv", "cars.parquet", "cars.xlsx"])
def test_it_writes_what_the_catalogue_reads(tmp_path: Path, name: str) -> None:
    write_sample(tmp_path / name, 40, seed=2)
    catalog = Catalog.load(tmp_path / name)
    assert len(catalog) == 40
    assert not catalog.report.refused


def test_a_stock_needs_a_car() -> None:
    with pytest.raises(ValueError, match="at least one"):
        sample_stock(0)
