"""The stock as a library: load a catalogue, ask it typed questions, know vehicles by any name.

from commercial_agent.catalog import Aggregate, Aggregation, Between, Catalog, OneOf, Query, Sort

catalog = Catalog.load("dealership/catalog.csv")
found = catalog.run(Query((OneOf("body_style", ("suv",)), Between("price", high=400_000)), limit=3))
means = catalog.run(Query(group_by="make", aggregates=(Aggregate(Aggregation.MEAN, "price"),)))
"""

from __future__ import annotations

from commercial_agent.catalog.catalog import Car, Catalog, Result
from commercial_agent.catalog.figures import Group
from commercial_agent.catalog.live import LiveCatalog
from commercial_agent.catalog.loading import Issue, LoadReport
from commercial_agent.catalog.query import (
    Aggregate,
    Aggregation,
    AnyOf,
    Between,
    Filter,
    HasWords,
    OneOf,
    Query,
    Sort,
    TopPerGroup,
)
from commercial_agent.catalog.taxonomy import Taxonomy, VehicleModel, fold_name

__all__ = [
    "Aggregate",
    "Aggregation",
    "AnyOf",
    "Between",
    "Car",
    "Catalog",
    "Filter",
    "Group",
    "HasWords",
    "Issue",
    "LiveCatalog",
    "LoadReport",
    "OneOf",
    "Query",
    "Result",
    "Sort",
    "Taxonomy",
    "TopPerGroup",
    "VehicleModel",
    "fold_name",
]
