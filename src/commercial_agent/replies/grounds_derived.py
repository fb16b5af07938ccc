"""What follows from a finding without standing in it as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import time
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, permutations

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.replies.ground_values import Grounds

_NOT_COUNTED = frozenset({"figures", "extras", "assumed", "relaxed", "aspects"})  # nobody says how many there are


def derived(finding: f.Finding, grounds: Grounds) -> None:
    """What follows from a finding without standing in it as such."""
    grounds.best_buys |= _best_buys(finding)
    for length in _lengths(finding):
        for count in range(1, min(length, 60) + 1):
            grounds.add("count", count)
    match finding:
        case f.CarsFound():
            for place in (finding.offset, finding.offset + 1, finding.offset + len(finding.cars)):
                grounds.add("count", place)
        case f.CarsCompared():
            _distances(finding.cars, grounds)
        case f.PlanQuoted():
            _plan(finding, grounds)
        case f.Calculated() | f.PlanImpossible():
            _figures(finding.figures, grounds)
        case f.StockAnalysed():
            _analysis(finding, grounds)
        case f.RatingFinding():
            for star in range(1, 6):
                grounds.add("count", star)
        case f.CarDescribed():
            _answers(finding, grounds)
        case _:
            _hours_of(finding, grounds)
    _options(finding, grounds)


def _distances(cars: Sequence[CarFacts], grounds: Grounds) -> None:
    """By how much compared cars differ."""
    for first, second in permutations(cars, 2):
        for column, kind in (("price", "money"), ("km", "km"), ("year", "years")):
            one, other = getattr(first, column), getattr(second, column)
            if one is None or other is None or one <= other:
                continue
            if kind == "money":
                grounds.money(one - other)
            else:
                grounds.add(kind, Decimal(one - other))
            grounds.loose.add(Decimal(one - other))


def _plan(finding: f.PlanQuoted, grounds: Grounds) -> None:
    for quote in finding.quotes:
        grounds.payments.setdefault(quote.monthly_payment, set()).add(quote.months)
        if quote.price:
            share = quote.down_payment / quote.price * 100
            grounds.add("percent", share.quantize(Decimal(1), ROUND_HALF_UP))
            grounds.add("percent", share.quantize(Decimal("0.01"), ROUND_HALF_UP))
    _figures(finding.extras, grounds)


def _figures(figures: Sequence[tuple[str, Decimal | int | bool | None]], grounds: Grounds) -> None:
    for name, figure in figures:
        if figure is not None and not isinstance(figure, bool):
            _figure(name, Decimal(figure), grounds)


def _answers(finding: f.CarDescribed, grounds: Grounds) -> None:
    for answer in finding.answers:
        if isinstance(answer.value, Decimal | int) and not isinstance(answer.value, bool):
            _column(answer.name, Decimal(answer.value), grounds)


def _hours_of(finding: f.Finding, grounds: Grounds) -> None:
    for hours in _branch_hours(finding):
        for _, run in groupby(sorted(hours), key=lambda entry: entry[1:]):
            days = [entry[0] for entry in run]
            grounds.weeks.add((days[0], days[-1]))
        for weekday, opens, closes in hours:
            grounds.add("weekday", weekday)
            grounds.moment(opens)
            grounds.moment(closes)


def _options(finding: f.Finding, grounds: Grounds) -> None:
    question = finding.question
    if question is None:
        return
    for option in question.options:
        if option.isdigit():
            _column(question.attribute or "", Decimal(option), grounds)
            grounds.months(Decimal(option))


def _best_buys(finding: f.Finding) -> set[str]:
    if isinstance(finding, f.CarsCompared):
        return {stock_id for what, stock_id in finding.best if what == "value"}
    if isinstance(finding, f.CarsFound):
        return {stock_id for stock_id, why in finding.reasons if why == "best_value"}
    return set()


def _lengths(finding: f.Finding) -> Iterator[int]:
    if isinstance(finding, f.Calculated) and finding.cars is not None:
        yield len(finding.cars.cars)
    for part in fields(finding):
        value = getattr(finding, part.name)
        if isinstance(value, tuple) and len(value) > 1 and part.name not in _NOT_COUNTED:
            yield len(value)


def _figure(name: str, figure: Decimal, grounds: Grounds) -> None:
    grounds.add("count", figure)
    if name.endswith(("months", "months_saved", "months_fewer", "months_left")) or name == "term":
        grounds.months(figure)
    elif name.endswith("percent") or name == "cat":
        grounds.add("percent", figure)
        grounds.add("percent", figure.quantize(Decimal("0.1"), ROUND_HALF_UP))
        grounds.add("percent", figure.quantize(Decimal("0.01"), ROUND_HALF_UP))
    elif name.endswith(("rate", "share", "ceiling")):
        grounds.add("percent", (figure * 100).quantize(Decimal("0.01"), ROUND_HALF_UP))
    grounds.money(figure)


def _column(column: str, value: Decimal, grounds: Grounds) -> None:
    """A value of a catalogue column."""
    grounds.add("count", value)
    if column in ("price",):
        grounds.money(value)
    elif column in ("year", "km", "doors", "seats"):
        grounds.add(column, value)
    elif column.endswith("_mm"):
        grounds.size(value)
        grounds.add("metres", (value / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP))
    elif column == "engine_litres":
        grounds.add("litres", value)
        grounds.add("litres", value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def _analysis(finding: f.StockAnalysed, grounds: Grounds) -> None:
    for row in finding.rows:
        for value in (row.value, row.high):
            if isinstance(value, Decimal | int) and not isinstance(value, bool):
                number = Decimal(value)
                for shown in (number, number.quantize(Decimal(1)), number.quantize(Decimal("0.1"), ROUND_HALF_UP)):
                    _column(finding.column or "", shown, grounds)
                if abs(number) <= 1:
                    grounds.add("percent", (number * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))
        if row.label and row.label.isdigit():
            _column(finding.group_by or "", Decimal(row.label), grounds)


def _branch_hours(finding: f.Finding) -> Iterator[tuple[tuple[int, time, time], ...]]:
    branches: tuple[f.BranchFact | None, ...] = ()
    if isinstance(finding, f.BranchesFound):
        branches = finding.branches
    elif isinstance(finding, f.AppointmentFinding):
        branches = (finding.branch,)
    for branch in branches:
        if branch is not None and branch.hours:
            yield branch.hours
