"""The clean table as arrays: numbers as they are, words as codes. Everything that computes works on these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from commercial_agent.catalog.facts import plain
from commercial_agent.catalog.taxonomy import SEGMENTS, Taxonomy

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: `names[codes[row]]`, code -1 where unknown."""

    codes: Array
    names: list[str]


class Table:
    """Arrays over the frame's memory, nothing copied; helpers are computed once, when first needed."""

    def __init__(self, frame: pd.DataFrame, taxonomy: Taxonomy) -> None:
        self.frame = frame
        self.taxonomy = taxonomy
        self.size = len(frame)
        self._words: dict[str, Words] = {}
        self._numbers: dict[str, Array] = {}
        self._groups: dict[str, tuple[Array, list[Any]]] = {}

    def numbers(self, column: str) -> Array:
        """A numeric or flag column; NaN where unknown."""
        if column not in self._numbers:
            self._numbers[column] = self.frame[column].to_numpy()
        return self._numbers[column]

    def words(self, column: str) -> Words:
        """A column of words."""
        if column not in self._words:
            values = self.frame[column].array
            assert isinstance(values, pd.Categorical)
            self._words[column] = Words(np.asarray(values.codes), [str(name) for name in values.categories])
        return self._words[column]

    @cached_property
    def stock_ids(self) -> Any:
        """The ids, in an array of strings."""
        return self.frame["stock_id"].array

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {stock_id: place for place, stock_id in enumerate(self.stock_ids)}

    def place(self, stock_id: str) -> int | None:
        """The row of a stock id."""
        if self.size <= 100_000:
            return self._place_of.get(stock_id)
        found = np.flatnonzero(np.asarray(self.stock_ids == stock_id))  # a dictionary of a million texts costs 100 MB
        return int(found[0]) if len(found) else None

    @cached_property
    def segments(self) -> dict[str, Bools]:
        """For each segment whether each model (by its code) belongs to it."""
        models = [self.taxonomy.models.get(key) for key in self.words("model").names]
        return {
            segment: np.array([model is not None and segment in model.segments for model in models] + [False])
            for segment in SEGMENTS
        }

    @cached_property
    def segments_known(self) -> Bools:
        """For each model (by its code) whether its segments are known."""
        models = [self.taxonomy.models.get(key) for key in self.words("model").names]
        return np.array([model is not None and bool(model.segments) for model in models] + [False])

    @cached_property
    def plain_versions(self) -> list[str]:
        """Each distinct version folded, a space on both sides, to look for whole words in."""
        return [f" {plain(name)} " for name in self.words("version").names]

    def groups(self, column: str) -> tuple[Array, list[Any]]:
        """Codes and labels of a column to group by; -1 where unknown."""
        if column not in self._groups:
            self._groups[column] = self._group(column)
        return self._groups[column]

    def _group(self, column: str) -> tuple[Array, list[Any]]:
        if isinstance(self.frame[column].dtype, pd.CategoricalDtype):
            words = self.words(column)
            return words.codes, list(words.names)
        values = self.numbers(column)
        if values.dtype == np.bool_:
            return values.astype(np.int8), [False, True]
        known = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), dtype=bool)
        labels, codes = np.unique(values[known], return_inverse=True)
        whole = np.full(len(values), -1, dtype=np.int16 if len(labels) < 32_767 else np.int32)
        whole[known] = codes
        return whole, [label.item() for label in labels]
