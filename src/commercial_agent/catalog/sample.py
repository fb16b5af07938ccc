"""A believable sample stock, the same for the same seed: real models, their true sizes and trims, invented listings."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = (
    "stock_id", "km", "price", "make", "model", "year", "version", "bluetooth", "largo", "ancho", "altura", "car_play",
)  # fmt: skip
REFERENCE_YEAR = 2024  # the newest model year, from which age is counted
KM_A_YEAR = 11_000
MOST_KM = 139_000
FIRST_YEAR_LOSS = 0.84  # share of the new price left after the first year
YEARLY_LOSS = 0.925  # and after each further one
TWINS = 0.04  # share of listings that repeat another one but for km and price


def sample_stock(cars: int, seed: int = 1) -> pd.DataFrame:
    """Invent listings.

    Args:
        cars: how many; every model of the sample list appears once there are enough.
        seed: the same seed gives the same stock.

    Returns:
        The columns of a catalogue file, as text and numbers.

    Raises:
        ValueError: `cars` is below 1.
    """
    if cars < 1:
        raise ValueError("a stock has at least one car")
    random = np.random.default_rng(seed)
    specs = _specs()
    popularity = np.array([float(spec["popularity"]) for spec in specs])
    chosen = random.choice(len(specs), size=cars, p=popularity / popularity.sum())
    if cars >= len(specs):
        chosen[: len(specs)] = np.arange(len(specs))
    years = _years(specs, chosen, random)
    trims = np.array([len(spec["versions"]) for spec in specs])[chosen]
    trim = (random.random(cars) * trims).astype(int)
    chosen, years, trim = _twins(random, chosen, years, trim)
    km = _km(years, random)
    frame = _frame(specs, chosen, years, trim)
    frame["km"] = km
    frame["price"] = _prices(specs, chosen, years, trim, km, random)
    frame["stock_id"] = _stock_ids(cars, random)
    return frame.loc[random.permutation(cars), list(COLUMNS)].reset_index(drop=True)


def write_sample(path: Path, cars: int, seed: int = 1) -> None:
    """Write a sample stock as CSV, Parquet or XLSX, by the ending of `path`."""
    frame = sample_stock(cars, seed)
    match path.suffix.lower():
        case ".parquet":
            frame.to_parquet(path, index=False)
        case ".xlsx":
            frame.to_excel(path, index=False)
        case _:
            frame.to_csv(path, index=False, lineterminator="\n")


def _specs() -> list[dict[str, Any]]:
    source = resources.files("commercial_agent.catalog").joinpath("data", "sample.csv")
    rows: list[dict[str, Any]] = list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        row["versions"] = row["versions"].split("|")
    return rows


def _numbers(specs: list[dict[str, Any]], column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([float(spec[column]) for spec in specs])


def _years(specs: list[dict[str, Any]], chosen: Any, random: np.random.Generator) -> Any:
    first, last = _numbers(specs, "first_year")[chosen], _numbers(specs, "last_year")[chosen]
    late = random.random(len(chosen)) ** 0.8  # used lots hold more of the later years
    return (first + np.floor(late * (last - first + 1))).astype(int)


def _twins(random: np.random.Generator, chosen: Any, years: Any, trim: Any) -> tuple[Any, Any, Any]:
    cars = len(chosen)
    source = np.arange(cars)
    start = cars - int(cars * TWINS)
    if start > 0:
        source[start:] = random.integers(0, start, cars - start)
    return chosen[source], years[source], trim[source]


def _km(years: Any, random: np.random.Generator) -> Any:
    age = np.maximum(REFERENCE_YEAR - years, 0) + 0.6
    km = age**0.9 * KM_A_YEAR * random.lognormal(0.0, 0.38, len(years))
    return np.clip(np.round(km / 10) * 10 + random.integers(0, 10, len(years)), 900, MOST_KM).astype(int)


def _prices(
    specs: list[dict[str, Any]], chosen: Any, years: Any, trim: Any, km: Any, random: np.random.Generator
) -> Any:
    trims = np.array([len(spec["versions"]) for spec in specs])[chosen]
    better = 0.93 + 0.17 * trim / np.maximum(trims - 1, 1)
    age = np.maximum(REFERENCE_YEAR - years, 0)
    left = np.where(age == 0, 0.93, FIRST_YEAR_LOSS * YEARLY_LOSS ** np.maximum(age - 1, 0))
    expected = (age + 0.6) ** 0.9 * KM_A_YEAR
    driven = 1 - 0.10 * np.clip((km - expected) / 60_000, -0.8, 0.8)
    price = _numbers(specs, "new_price_thousands")[chosen] * better * left * driven
    price *= random.normal(1.0, 0.025, len(chosen))
    return np.maximum(np.round(price), 60) * 1000.0 - 1.0


def _frame(specs: list[dict[str, Any]], chosen: Any, years: Any, trim: Any) -> pd.DataFrame:
    versions = [version for spec in specs for version in spec["versions"]]
    starts = np.cumsum([0, *(len(spec["versions"]) for spec in specs)])[:-1]
    plays = _numbers(specs, "car_play_from")[chosen]
    play = (plays > 0) & ((years > plays) | ((years == plays) & (trim > 0)))
    blue = (years >= 2017) | ((years >= 2013) & (trim > 0))
    yes = np.array(["", "Sí"], dtype=object)
    return pd.DataFrame(
        {
            "make": _words(specs, "make")[chosen],
            "model": _words(specs, "model")[chosen],
            "year": years,
            "version": np.array(versions, dtype=object)[starts[chosen] + trim],
            "bluetooth": yes[blue.astype(int)],
            "car_play": yes[play.astype(int)],
            "largo": _numbers(specs, "length_mm")[chosen],
            "ancho": _numbers(specs, "width_mm")[chosen],
            "altura": _numbers(specs, "height_mm")[chosen],
        }
    )


def _words(specs: list[dict[str, Any]], column: str) -> Any:
    return np.array([spec[column] for spec in specs], dtype=object)


def _stock_ids(cars: int, random: np.random.Generator) -> Any:
    digits = 6 if cars <= 400_000 else 8
    low, high = 10 ** (digits - 1), 10**digits
    ids = low + random.choice(high - low, size=cars, replace=False) if cars < 2_000_000 else low + np.arange(cars)
    return ids.astype(str)
