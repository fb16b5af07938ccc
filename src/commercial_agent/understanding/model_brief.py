"""The conversation so far in a few lines of data: a rolling summary that code keeps, so it cannot be made up."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from commercial_agent.conversation.cars import CarCriteria, Order, Range
from commercial_agent.conversation.state import DialogueState

MOST_SHOWN = 6
MOST_SEEN = 4


def brief(state: DialogueState) -> dict[str, Any]:
    """What a reader must know of a conversation; empty parts are left out."""
    parts: dict[str, Any] = {
        "turns": state.turns,
        "search_in_force": criteria_in_brief(state.criteria),
        "cars_shown": [
            {"place": place, "car": f"{car.make} {car.model} {car.year}", "price": str(car.price)}
            for place, car in enumerate(state.shown[:MOST_SHOWN], start=1)
        ],
        "cars_shown_before": [f"{car.make} {car.model} {car.year}" for car in state.seen[:MOST_SEEN]],
        "car_in_focus": _car(state),
        "plan": _said(state.plan),
        "last_calculation": state.plan_kind.value if state.plan_kind else None,
        "monthly_budget": state.monthly_budget,
        "last_intent": state.last_intent.value if state.last_intent else None,
        "appointment": _said(state.appointment) if state.appointment else None,
        "car_to_sell": _said(state.sale) if state.sale else None,
        "we_asked": _question(state),
    }
    return {name: value for name, value in parts.items() if value}


def criteria_in_brief(criteria: CarCriteria) -> dict[str, Any]:
    """The fields that ask something, as plain data."""
    return {name: _plain(getattr(criteria, name)) for name in sorted(criteria.named())}


def _plain(value: Any) -> Any:
    if isinstance(value, Range):
        return {side: str(bound) for side in ("low", "high") if (bound := getattr(value, side)) is not None}
    if isinstance(value, Order):
        return f"{value.column} {'desc' if value.descending else 'asc'}"
    return list(value) if isinstance(value, tuple) else value


def _said(value: Any) -> dict[str, str]:
    """The filled fields of a draft, without the customer's name."""
    return {
        field.name: str(held)
        for field in fields(value)
        if field.name not in ("name", "booking_id") and (held := getattr(value, field.name)) not in (None, (), False)
    }


def _car(state: DialogueState) -> str | None:
    car = state.mention(state.focus) if state.focus else None
    return f"{car.make} {car.model} {car.year}" if car else None


def _question(state: DialogueState) -> dict[str, Any] | None:
    if state.question is None:
        return None
    return {"about": state.question.ask.value, "options": list(state.question.options)}
