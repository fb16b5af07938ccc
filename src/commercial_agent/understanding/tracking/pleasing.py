"""The car that pleases, and its price as a limit.

"El versa manual me late", "¿qué tal sale el Ciaz?": a car of the list is spoken of, none of its name is looked for.
"Uno con CarPlay del mismo precio", "sedanes de ese precio": at the price of the car, or of the plan, spoken of.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from commercial_agent.conversation.cars import CarCriteria, CarReference, Range, resolve
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.understanding.criteria import to_criteria
from commercial_agent.understanding.tracking.context import Context

_LABELS = frozenset({
    Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.COMPARE, Intent.UNCLEAR, Intent.AFFIRM, Intent.THANKS,
    Intent.GREETING, Intent.INTRODUCE,
})  # fmt: skip
_TRAITS = ("make", "model", "year", "transmission", "trim")
_OTHERS = ("price", "km", "order", "relative", "similar", "other", "remove", "not_make", "not_model", "months",
           "down_amount", "down_percent", "monthly", "metric", "body_style", "segment", "seats")  # fmt: skip


def pleases(context: Context) -> bool:
    """Whether a segment only says of one car of the list that it is liked, or asks how it is."""
    asks = context.has("not_in_data") and context.intent in (Intent.CHANGE_PLAN, Intent.QUOTE)
    return (context.intent in _LABELS or asks) and _is_liked(context)


def _is_liked(context: Context) -> bool:
    if not context.has("make", "model") or context.has(*_OTHERS):
        return False
    if len(context.all("model")) > 1 or not context.says("likes") or not context.state.shown:
        return False
    return _one_of_list(context)


def pleasing_car(context: Context) -> CarReference | None:
    """The car of the list that pleases, by all that is said of it: "el versa manual"."""
    return CarReference(criteria=to_criteria(context.all(*_TRAITS))) if _is_liked(context) else None


def asks_where(context: Context) -> bool:
    """`o Seltos está em Guadalajara?`, `el 2019 manual, ¿lo puedo ver en cdmx?`: where a car is."""
    if not context.says("is_at") or not context.has("city", "branch") or context.has(*_OTHERS):
        return False
    named = context.has("make", "model", "year", "transmission")
    return _one_of_list(context) if named else context.has("reference") and context.intent in _LABELS


def second_best(context: Context) -> bool:
    """`¿y el segundo más nuevo?`: the next one in that order, no place of the list."""
    ordered = context.has("order", "relative") and not context.has("similar", "model", "months")
    return ordered and context.says("second_best") and context.intent.agent in (Agent.CATALOG, Agent.CONCIERGE)


def _one_of_list(context: Context) -> bool:
    return len(resolve(CarReference(criteria=to_criteria(context.all(*_TRAITS))), context.state.shown, (), None)) == 1


_AROUND = Decimal("0.1")  # of a car's price, either way


def at_that_price(context: Context, criteria: CarCriteria) -> CarCriteria:
    """The criteria with the price spoken of before as their limit, where the words mean it."""
    if context.has("price", "monthly") or not (context.says("same_price") or context.says("that_much")):
        return criteria
    state = context.state
    car = state.mention(state.focus or "")
    if car is not None:
        low, high = car.price * (1 - _AROUND), car.price * (1 + _AROUND)
        return replace(criteria, price=Range(low.quantize(Decimal(1)), high.quantize(Decimal(1))))
    if state.plan_price is not None:
        return replace(criteria, price=Range(high=Decimal(state.plan_price)))
    return criteria
