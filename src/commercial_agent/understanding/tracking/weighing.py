"""Plans weighed against each other: "compárame 48 contra 72", "which one costs me less?", "¿qué plazo conviene?".

What is weighed are terms of one plan, those said or those quoted just before, never cars.
"""

from __future__ import annotations

from commercial_agent.conversation.cars import CarReference, resolve
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.criteria import to_criteria
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context

_CARS = tuple(kind for kind in WISH_KINDS if kind != "price")
_POINTED = ("reference", "stock_id", "other", "similar", "date", "time", "extra", "after_payment", "balloon")
_TRAITS = ("make", "model", "year", "transmission", "body_style", "trim")
_WEIGHED = frozenset({FinanceKind.QUOTE, FinanceKind.TERMS, FinanceKind.SCHEDULE})


def weighs_plans(context: Context) -> bool:
    """Whether terms of the plan spoken of are put side by side."""
    if context.has(*_CARS, *_POINTED) or context.says("payoff") or context.intent in (Intent.HUMAN, Intent.COMPLAINT):
        return False
    months = _months_said(context)
    if len(months) > 1:
        return context.intent in (Intent.COMPARE, Intent.ANALYSE, Intent.RECOMMEND) or context.says("weighs_plans")
    state = context.state
    spoken = state.last_intent is not None and state.last_intent.agent is Agent.FINANCE
    if not spoken or state.plan_kind not in _WEIGHED:
        return False
    if context.says("best_term"):
        return True
    return context.says("weighs_plans") and bool(months or len(state.months_quoted) > 1)


def weighed_months(context: Context) -> tuple[int, ...]:
    """The terms weighed, as they are said or as they were quoted; none where the whole menu is."""
    said, quoted = _months_said(context), context.state.months_quoted
    if len(said) > 1 or context.says("best_term"):
        return said
    if said:
        before = tuple(month for month in quoted if month not in said)
        return tuple(sorted({*said, *before[:1]}))
    return tuple(sorted(quoted[:2]))


def both_cars(context: Context) -> CarReference | None:
    """`¿cuánto más pagaría entre uno y otro?`, `… y el manual igual`: the car named and the one spoken of."""
    state = context.state
    traits = to_criteria(context.all(*_TRAITS))
    if state.focus is None or traits.empty or not context.says("both_plans"):
        return None
    for cars in (state.shown, state.seen):
        named = resolve(CarReference(criteria=traits), cars, (), None)
        if others := [stock_id for stock_id in named if stock_id != state.focus]:
            return CarReference(stock_ids=(state.focus, min(others, key=lambda other: not _same_model(state, other))))
    return None


def _same_model(state: DialogueState, stock_id: str) -> bool:
    one, other = state.mention(state.focus or ""), state.mention(stock_id)
    return one is not None and other is not None and (one.make, one.model) == (other.make, other.model)


def _months_said(context: Context) -> tuple[int, ...]:
    return tuple(dict.fromkeys(month for entity in context.all("months") for month in entity.value))
