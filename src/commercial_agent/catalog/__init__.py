"""The stock as a library: load a catalogue, ask it typed questions, know vehicles by any name.

>>> from decimal import Decimal
>>> from commercial_agent.catalog import Aggregate, Aggregation, Between, Catalog, OneOf, Query, Sort
>>> catalog = Catalog.load("dealership/catalog.csv")
>>> suvs = Query(
...     (OneOf("body_style", ("suv",)), Between("price", high=Decimal(250_000))), order=(Sort("km"),), limit=2
... )
>>> found = catalog.run(suvs)
>>> found.total > len(found.cars) == 2
True
>>> print(suvs.describe())
cars with body_style among suv; price up to 250000, by km rising, 2 from place 1
>>> means = catalog.run(Query(group_by="make", aggregates=(Aggregate(Aggregation.MEAN, "price"),), limit=1))
>>> means.groups[0].label
'Porsche'
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
