"""The stock: loaded once, asked many times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from commercial_agent.catalog.figures import Group, compute
from commercial_agent.catalog.loading import INFERRED_NAMES, LoadReport, load
from commercial_agent.catalog.query import Query
from commercial_agent.catalog.ranking import _turn, arrange
from commercial_agent.catalog.reading import Progress
from commercial_agent.catalog.selection import select
from commercial_agent.catalog.table import Rows, Table
from commercial_agent.catalog.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Car:
    """One car of the stock. None is unknown; `inferred` names what the taxonomy and not the listing says."""

    stock_id: str
    make: str
    model: str
    year: int
    version: str
    price: Decimal  # in the currency of the dealer
    km: int | None
    bluetooth: bool
    car_play: bool
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    body_style: str | None
    transmission: str | None
    drive: str | None
    fuel: str | None
    engine_litres: Decimal | None
    doors: int | None
    seats: int | None
    trim: str
    inferred: tuple[str, ...] = ()
    picture_url: str | None = None

    @property
    def model_key(self) -> str:
        """`Volkswagen/Jetta`."""
        return f"{self.make}/{self.model}"


@dataclass(frozen=True, slots=True)
class Result:
    """What a plan gave: this page of cars and how many fit, or groups with figures."""

    cars: tuple[Car, ...]
    total: int  # cars that meet the conditions, whatever the page
    groups: tuple[Group, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The stock ids of this page."""
        return tuple(car.stock_id for car in self.cars)


class Catalog:
    """The cars of a dealer in a DataFrame (`frame`), asked by typed plans (`run`)."""

    def __init__(self, frame: pd.DataFrame, taxonomy: Taxonomy, report: LoadReport, version: str) -> None:
        self.frame = frame
        self.taxonomy = taxonomy  # with the stock's own names
        self.report = report
        self.version = version  # hash of the file's content
        self.table = Table(frame, taxonomy)

    @classmethod
    def load(cls, path: Path | str, taxonomy: Taxonomy | None = None, progress: Progress | None = None) -> Catalog:
        """Load a catalogue file: CSV, Parquet or XLSX.

        Args:
            path: the file; its ending tells the kind.
            taxonomy: what is known of vehicles; by default the one that comes with the package.
            progress: told step, steps done and steps in all.

        Raises:
            InvalidCatalog: the file is unreadable, lacks a required column, or no row can be used.
        """
        frame, report, grown, version = load(Path(path), taxonomy or Taxonomy.load(), progress)
        return cls(frame, grown, report, version)

    def __len__(self) -> int:
        return self.table.size

    def __contains__(self, stock_id: str) -> bool:
        return self.table.place(stock_id) is not None

    def get(self, stock_id: str) -> Car | None:
        """The car of a stock id, or None when it is not (or no longer) in stock."""
        place = self.table.place(stock_id)
        return None if place is None else self._car(place)

    @cached_property
    def makes(self) -> frozenset[str]:
        """The makes in stock."""
        return frozenset(self.table.words("make").names)

    @cached_property
    def models(self) -> frozenset[str]:
        """The models in stock, as `Make/Model`."""
        return frozenset(self.table.words("model").names)

    def run(self, query: Query) -> Result:
        """Answer a plan.

        Returns:
            The page of cars with the count of all that fit; with aggregates the groups, without cars.
        """
        rows = select(self.table, query.filters)
        if query.ids:
            rows = self._named(query.ids, rows)
        total = self.table.size if rows is None else len(rows)
        if query.aggregates:
            return Result((), total, compute(self.table, rows, query))
        if rows is None:
            rows = np.arange(self.table.size)
        if query.near is not None and (place := self.table.place(query.near)) is not None:
            rows = rows[rows != place]
            total = len(rows)
        page = self._page(rows, query)
        return Result(tuple(self._car(int(row)) for row in page), total)

    def _page(self, rows: Rows, query: Query) -> Rows:
        end = None if query.limit is None else query.offset + query.limit
        if query.ids and not query.order and query.near is None:
            ordered = rows
        else:
            ordered = arrange(self.table, rows, query, None if query.top_per_group else end)
        if query.top_per_group is not None:
            codes, _ = self.table.groups(query.top_per_group.column)
            turns = _turn(codes[ordered])
            ordered = ordered[(turns < query.top_per_group.count) & (codes[ordered] >= 0)]
        return ordered[query.offset : end]

    def _named(self, ids: Iterable[str], rows: Rows | None) -> Rows:
        places = [place for stock_id in dict.fromkeys(ids) if (place := self.table.place(stock_id)) is not None]
        named = np.array(places, dtype=np.intp)
        return named if rows is None else named[np.isin(named, rows)]

    def _car(self, row: int) -> Car:
        word, whole, table = self._word, self._whole, self.table
        make = word("make", row) or ""
        litres = float(table.numbers("engine_litres")[row])
        bits = int(table.numbers("inferred")[row])
        return Car(
            stock_id=str(table.stock_ids[row]),
            make=make,
            model=(word("model", row) or "")[len(make) + 1 :],
            year=int(table.numbers("year")[row]),
            version=word("version", row) or "",
            price=Decimal(repr(float(table.numbers("price")[row]))).quantize(Decimal("0.01")),
            km=whole("km", row),
            bluetooth=bool(table.numbers("bluetooth")[row]),
            car_play=bool(table.numbers("car_play")[row]),
            length_mm=whole("length_mm", row),
            width_mm=whole("width_mm", row),
            height_mm=whole("height_mm", row),
            body_style=word("body_style", row),
            transmission=word("transmission", row),
            drive=word("drive", row),
            fuel=word("fuel", row),
            engine_litres=None if np.isnan(litres) else Decimal(str(round(litres, 1))),
            doors=whole("doors", row),
            seats=whole("seats", row),
            trim=word("trim", row) or "",
            inferred=tuple(name for place, name in enumerate(INFERRED_NAMES) if bits >> place & 1),
            picture_url=self._picture(row),
        )

    def _word(self, column: str, row: int) -> str | None:
        words = self.table.words(column)
        code = int(words.codes[row])
        return words.names[code] if code >= 0 else None

    def _whole(self, column: str, row: int) -> int | None:
        value = float(self.table.numbers(column)[row])
        return None if np.isnan(value) else round(value)

    def _picture(self, row: int) -> str | None:
        if "picture_url" not in self.frame:
            return None
        url = str(self.frame["picture_url"].array[row])
        return url if url.startswith(("https://", "http://")) else None
