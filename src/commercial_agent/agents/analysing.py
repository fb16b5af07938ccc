"""Questions about the stock as a whole."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from commercial_agent.agents.cars import PAGE, facts_of
from commercial_agent.agents.criteria import not_stocked, query_of, stocked_only
from commercial_agent.agents.narrowing import narrowing_question
from commercial_agent.catalog import Aggregate, Aggregation, Car, Catalog, OneOf, Query, Sort
from commercial_agent.catalog.figures import Group, Label
from commercial_agent.catalog.query import GROUPABLE, NUMBERS
from commercial_agent.catalog.taxonomy import SEGMENTS
from commercial_agent.conversation.cars import CarCriteria
from commercial_agent.conversation.findings import AnalysisRow, StockAnalysed
from commercial_agent.conversation.requests import Analysis, Metric
from commercial_agent.conversation.state import Ask, Question

MOST_LISTED = 60
FEW_GROUPS = 10  # that many are all shown when no number was said
_UNSAID_LIMIT = 5
_PLURALS = {
    "makes": "make", "models": "model", "body_styles": "body_style", "segments": "segment", "drives": "drive",
    "transmissions": "transmission", "fuels": "fuel", "years": "year", "size": "length_mm", "versions": "version",
}  # fmt: skip
_FUNCTIONS = {
    Metric.COUNT: (Aggregation.COUNT,),
    Metric.SHARE: (Aggregation.COUNT,),
    Metric.MIN: (Aggregation.MIN,),
    Metric.MAX: (Aggregation.MAX,),
    Metric.MEAN: (Aggregation.MEAN,),
    Metric.MEDIAN: (Aggregation.MEDIAN,),
    Metric.RANGE: (Aggregation.MIN, Aggregation.MAX),
    Metric.LIST: (Aggregation.COUNT,),
}
_RISING = {Metric.MIN}  # groups with the lowest figure first; otherwise the highest


def analyse(catalog: Catalog, analysis: Analysis, criteria: CarCriteria) -> StockAnalysed:
    """Compute what is asked over the cars that fit the criteria. Columns the stock has not are said to be unknown."""
    missing = not_stocked(criteria, catalog)
    asked = stocked_only(criteria, catalog)
    column, group_by = _column(analysis.column), _column(analysis.group_by)
    if analysis.metric is Metric.LIST:
        column, group_by = None, column or group_by or "make"
    unknown = _unknown(analysis, column, group_by)
    if missing and not (asked.makes or asked.models):
        return _nothing_sold(analysis, criteria, column, group_by, missing)
    if unknown:
        return StockAnalysed(
            analysis.metric, analysis.column, analysis.group_by, criteria, (), 0,
            not_stocked=missing, not_in_data=(*criteria.not_in_data, *unknown), question=Question(Ask.HUMAN),
        )  # fmt: skip
    plan = query_of(asked)
    total = catalog.run(Query(plan.filters, limit=0)).total
    column = column or ("price" if _needs_column(analysis.metric) else None)
    rows, groups = _rows(catalog, analysis, plan, column, group_by, total)
    cars = () if group_by else _cars(catalog, analysis.metric, plan, column)
    return StockAnalysed(
        metric=analysis.metric,
        column=group_by if analysis.metric is Metric.LIST else column,
        group_by=None if analysis.metric is Metric.LIST else group_by,
        criteria=criteria,
        rows=rows,
        total=total,
        groups=groups,
        cars=tuple(map(facts_of, cars)),
        not_stocked=missing,
        not_in_data=criteria.not_in_data,
        question=_question(catalog, analysis.metric, asked, total, len(cars)),
    )


def _column(name: str | None) -> str | None:
    return None if name is None else _PLURALS.get(name, name)


def _needs_column(metric: Metric) -> bool:
    return metric in (Metric.MIN, Metric.MAX, Metric.MEAN, Metric.MEDIAN, Metric.RANGE)


def _unknown(analysis: Analysis, column: str | None, group_by: str | None) -> tuple[str, ...]:
    names = []
    if _needs_column(analysis.metric) and column is not None and column not in NUMBERS:
        names.append(column)
    if group_by is not None and group_by not in GROUPABLE and group_by != "segment":
        names.append(group_by)
    return tuple(names)


def _nothing_sold(
    analysis: Analysis, criteria: CarCriteria, column: str | None, group_by: str | None, missing: tuple[str, ...]
) -> StockAnalysed:
    zero = analysis.metric in (Metric.COUNT, Metric.SHARE) and group_by is None
    rows = (AnalysisRow(None, 0 if analysis.metric is Metric.COUNT else Decimal(0)),) if zero else ()
    return StockAnalysed(
        analysis.metric, column, group_by, criteria, rows, 0, not_stocked=missing, not_in_data=criteria.not_in_data,
        question=Question(Ask.OPEN),
    )  # fmt: skip


def _rows(
    catalog: Catalog, analysis: Analysis, plan: Query, column: str | None, group_by: str | None, total: int
) -> tuple[tuple[AnalysisRow, ...], int]:
    metric = analysis.metric
    if metric is Metric.VALUE:
        return (AnalysisRow(None, total, count=total),) if total else (), 0
    row = _row_maker(metric, total if group_by else len(catalog))
    if group_by == "segment":
        groups = _segments(catalog, plan, metric, column)
    else:
        groups = catalog.run(_figures(plan, metric, column, group_by)).groups
    if not total and group_by is None and metric not in (Metric.COUNT, Metric.SHARE):
        return (), 0
    limit = MOST_LISTED if metric is Metric.LIST else max(1, min(analysis.limit, MOST_LISTED))
    if limit == _UNSAID_LIMIT and len(groups) <= FEW_GROUPS:
        limit = FEW_GROUPS
    shown = groups[:limit]
    if group_by == "year":
        shown = tuple(sorted(shown, key=lambda group: str(group.label), reverse=True))
    return tuple(map(row, shown)), len(groups) if group_by else 0


def _figures(plan: Query, metric: Metric, column: str | None, group_by: str | None) -> Query:
    figures = tuple(
        Aggregate(function, None if function is Aggregation.COUNT else column) for function in _FUNCTIONS[metric]
    )
    order = (Sort("price"),) if metric in _RISING else ()
    return Query(plan.filters, order=order, group_by=group_by, aggregates=figures)


def _segments(catalog: Catalog, plan: Query, metric: Metric, column: str | None) -> tuple[Group, ...]:
    """Segments overlap, so each is a selection of its own."""
    found = []
    for segment in SEGMENTS:
        part = Query((*plan.filters, OneOf("segment", (segment,))))
        group = catalog.run(_figures(part, metric, column, None)).groups[0]
        if group.count:
            found.append(Group(segment, group.count, group.figures))
    return tuple(sorted(found, key=lambda group: group.count, reverse=True))


def _row_maker(metric: Metric, whole: int) -> Callable[[Group], AnalysisRow]:
    def row(group: Group) -> AnalysisRow:
        label = _said(group.label)
        match metric:
            case Metric.SHARE:
                return AnalysisRow(label, _share(group.count, whole), count=group.count)
            case Metric.RANGE:
                return AnalysisRow(label, group.figures[0], high=group.figures[1], count=group.count)
            case Metric.LIST:
                return AnalysisRow(label, group.count, count=group.count)
            case _:
                return AnalysisRow(label, group.figures[0], count=group.count)

    return row


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / max(whole, 1)).quantize(Decimal("0.0001"))


def _said(label: Label) -> str | None:
    if isinstance(label, bool):
        return "yes" if label else "no"
    return None if label is None else str(label)


def _cars(catalog: Catalog, metric: Metric, plan: Query, column: str | None) -> tuple[Car, ...]:
    """The cars at the extremes, or the best buys."""
    match metric:
        case Metric.MIN | Metric.MAX if column is not None:
            order = (Sort(column, descending=metric is Metric.MAX), Sort("km"))
            return catalog.run(Query(plan.filters, order=order, limit=1)).cars
        case Metric.RANGE if column is not None:
            ends = [
                catalog.run(Query(plan.filters, order=(Sort(column, down),), limit=1)).cars for down in (False, True)
            ]
            return tuple({car.stock_id: car for end in ends for car in end}.values())
        case Metric.VALUE:
            return catalog.run(Query(plan.filters, limit=PAGE)).cars
        case _:
            return ()


def _question(catalog: Catalog, metric: Metric, criteria: CarCriteria, total: int, cars: int) -> Question:
    if not total:
        return Question(Ask.OPEN)
    if cars:
        return Question(Ask.QUOTE if cars == 1 else Ask.WHICH_CAR)
    if metric is Metric.COUNT and total <= 50 and not criteria.empty:
        return Question(Ask.SHOW_CARS)
    return narrowing_question(catalog, criteria) or Question(Ask.SHOW_CARS)
