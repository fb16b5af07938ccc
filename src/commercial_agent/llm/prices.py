"""What tokens cost. A table of list prices; an unknown model is taken for a dear one, so that caps still hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

TABLE = Path(__file__).parent / "data" / "prices.yaml"
_MILLION = Decimal(1_000_000)
_VERSION = re.compile(r"(?:[-@]\d[\d-]*|-latest)?")  # -2025-08-07, @20250929, -5

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    input: Decimal
    output: Decimal

    def of(self, input_tokens: int, output_tokens: int) -> Decimal:
        """What a call costs, in US dollars."""
        return (self.input * input_tokens + self.output * output_tokens) / _MILLION


@lru_cache(1)
def _minutes() -> dict[str, Decimal]:
    return {name: Decimal(str(price)) for name, price in _file()["minutes"].items()}


def price_of_minute(name: str) -> Decimal:
    """US dollars for a minute of speech, by the same rules as `price_of`."""
    return _entry(_minutes(), name)


@lru_cache(1)
def _file() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return data


@lru_cache(1)
def _table() -> dict[str, Price]:
    rows = _file()["models"]
    return {name: Price(Decimal(str(pair[0])), Decimal(str(pair[1]))) for name, pair in rows.items()}


def price_of(name: str) -> Price:
    """The price of `provider:model`: that of its entry, a dated version's too, else the `unknown` one.

    `gpt-5-pro` is no `gpt-5`: it costs twelve times as much.
    """
    return _entry(_table(), name)


def _entry(table: Mapping[str, Held], name: str) -> Held:
    known = [entry for entry in table if name.startswith(entry) and _VERSION.fullmatch(name[len(entry) :])]
    known += [entry for entry in table if entry.endswith(":") and name.startswith(entry)]  # a whole provider
    return table[max(known, key=len)] if known else table["unknown"]
