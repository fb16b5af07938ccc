"""The figures of a calculation: what every plan names, and what was assumed."""

from __future__ import annotations

from decimal import Decimal

from commercial_agent.finance import Quote

Figures = tuple[tuple[str, Decimal | int | bool | None], ...]


def plan_figures(plan: Quote) -> Figures:
    """What every plan names: price, down payment, loan, term, rate."""
    return (
        ("price", plan.price),
        ("down_payment", plan.down_payment),
        ("loan", plan.loan),
        ("months", plan.months),
        ("annual_rate", plan.annual_rate),
    )


def assumed_names(down: bool, months: bool, share: bool) -> tuple[str, ...]:
    """The names of what was taken because nothing was said."""
    return tuple(name for name, taken in (("down", down), ("months", months), ("share", share)) if taken)
