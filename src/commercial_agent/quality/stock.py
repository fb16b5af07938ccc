"""The stock as a judge sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from commercial_agent.catalog import Catalog, Query
from commercial_agent.finance import FinancePolicy
from commercial_agent.quality.judge import Judge


def judge_of(catalog: Catalog, policy: FinancePolicy) -> Judge:
    """A judge by this stock and policy."""
    cars: dict[str, Mapping[str, Any]] = {}
    for car in catalog.run(Query(limit=len(catalog))).cars:
        cars[car.stock_id] = asdict(car)
    return Judge(cars.get, tuple(cars.values()), policy)
