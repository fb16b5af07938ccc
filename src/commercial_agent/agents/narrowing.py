"""The question that narrows a long list most, computed from the cars that fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import log2

from commercial_agent.agents.criteria import query_of
from commercial_agent.catalog import Aggregate, Aggregation, Catalog, Group, Query
from commercial_agent.conversation.cars import CarCriteria
from commercial_agent.conversation.state import Ask, Question

OPTIONS = 3
# How much easier an attribute is to answer than its figures say; body and gearbox come natural, an age does not.
_EASE = {
    "body_styles": 1.25,
    "transmissions": 1.2,
    "price": 0.85,
    "makes": 0.8,
    "models": 0.8,
    "fuels": 0.7,
    "year": 0.5,
}
_COLUMNS = {
    "body_styles": "body_style",
    "transmissions": "transmission",
    "makes": "make",
    "models": "model",
    "fuels": "fuel",
}
_ROUND = (5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000)


@dataclass(frozen=True, slots=True)
class _Split:
    field: str
    options: tuple[str, ...]
    gain: float  # bits that an answer tells, weighed by how easy it is to give


def narrowing_question(catalog: Catalog, criteria: CarCriteria) -> Question | None:
    """The attribute, not asked for yet, whose answer tells most about which car it will be, with its main values."""
    query = query_of(criteria)
    splits = [*_word_splits(catalog, criteria, query), *_number_splits(catalog, criteria, query)]
    best = max(splits, key=lambda split: split.gain, default=None)
    if best is None or best.gain <= 0.2:
        return None
    return Question(Ask.NARROW, best.options, best.field)


def _word_splits(catalog: Catalog, criteria: CarCriteria, query: Query) -> Iterator[_Split]:
    for field, column in _COLUMNS.items():
        if getattr(criteria, field):
            continue
        if field == "makes" and criteria.models:
            continue
        if field == "models" and len(criteria.makes) != 1:
            continue
        groups = _groups(catalog, query, column)
        total = sum(group.count for group in groups)
        if len(groups) < 2:
            continue
        top = groups[:OPTIONS]
        rest = total - sum(group.count for group in top)
        shares = [group.count / total for group in top] + ([rest / total] if rest else [])
        covered = 1 - rest / total
        yield _Split(field, tuple(str(group.label) for group in top), _bits(shares) * covered * _EASE[field])


def _groups(catalog: Catalog, query: Query, column: str) -> tuple[Group, ...]:
    return catalog.run(
        Query(query.filters, group_by=column, aggregates=(Aggregate(Aggregation.COUNT),), limit=200)
    ).groups


def _number_splits(catalog: Catalog, criteria: CarCriteria, query: Query) -> Iterator[_Split]:
    if not criteria.price:
        low, middle, high = _figures(catalog, query, "price")
        if low is not None and middle is not None and high is not None and high > low * Decimal("1.25"):
            options = _prices(low, middle, high)
            if len(options) > 1:
                yield _Split("price", options, log2(len(options) + 1) * _EASE["price"])
    if not criteria.year:
        low, middle, high = _figures(catalog, query, "year")
        if low is not None and middle is not None and high is not None and high - low >= 3:
            years = sorted({int(middle), int((middle + high) / 2)})
            yield _Split("year", tuple(map(str, years)), log2(len(years) + 1) * _EASE["year"])


def _figures(catalog: Catalog, query: Query, column: str) -> tuple[Decimal | None, ...]:
    functions = (Aggregation.MIN, Aggregation.MEDIAN, Aggregation.MAX)
    found = catalog.run(Query(query.filters, aggregates=tuple(Aggregate(function, column) for function in functions)))
    return tuple(None if figure is None else Decimal(figure) for figure in found.groups[0].figures)


def _prices(low: Decimal, middle: Decimal, high: Decimal) -> tuple[str, ...]:
    """Round budgets below, at and above the middle of what there is."""
    unit = next((unit for unit in _ROUND if unit * 12 >= high - low), _ROUND[-1])
    points = ((low + middle) / 2, middle, (middle + high) / 2)
    budgets = {max(round(point / unit) * unit, unit) for point in points}
    return tuple(str(budget) for budget in sorted(budgets) if low < budget < high + unit)[:OPTIONS]


def _bits(shares: list[float]) -> float:
    return -sum(share * log2(share) for share in shares if share > 0)
