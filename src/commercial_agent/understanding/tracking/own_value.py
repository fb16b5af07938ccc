"""What the customer says he is given for his own car, and the money he adds to it.

"me deben dar como 150 por él" is the worth of the own car, whatever the figure was read as: it counts as down payment
in the plans that follow, to be confirmed by the inspection. "dándolo y 50 mil más" adds a down payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import ConciergeRequest, FinanceKind, FinanceRequest, Request
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.criteria import to_criteria
from commercial_agent.understanding.scan import Phrases, Scan, load_data
from commercial_agent.understanding.tracking.context import Context, point

_SALES = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_FIGURES = ("price", "amount", "number", "down_amount")
_BUDGETS = frozenset({FinanceKind.MAX_PRICE, FinanceKind.AFFORDABILITY})
_LEAST = Decimal(5_000)  # MXN: less than that is told in thousands
_KINDS = frozenset({"body_style", "segment", "transmission", "fuel", "drive", "seats"})


@lru_cache(1)
def _words() -> dict[str, Phrases[bool]]:
    return {
        name: Phrases((p, True) for p in load_data("seller")[name]) for name in ("offered", "gives_own", "adds_cash")
    }


def valued(context: Context, *, selling: bool) -> Context:
    """The segment with what its own car would bring, and the money added to it, read as such.

    Args:
        context: the segment.
        selling: whether the message speaks of the customer's own car in another part.
    """
    if not (selling or context.intent in _SALES or context.state.sale is not None):
        return _as_price(context)
    adds = bool(_words()["gives_own"].find(context.scan))
    entities = tuple(_as_worth(context, entity, adds=adds) for entity in context.entities)
    return context if entities == context.entities else replace(context, entities=entities)


def _as_price(context: Context) -> Context:
    """`leí mal lo que costaba el carro, en realidad vale 380`: the price of the plan in force, no car is given in."""
    planned = context.state.plan_price is not None and context.state.plan.trade_in is None
    if not planned or not context.has("trade_in_value") or context.has("price") or not context.says("cost_word"):
        return context
    if context.says("my_car") or _words()["gives_own"].find(context.scan):
        return context
    entities = tuple(
        replace(entity, kind="price", value=Range(high=entity.value)) if entity.kind == "trade_in_value" else entity
        for entity in context.entities
    )
    return replace(context, entities=entities)


def _as_worth(context: Context, entity: Entity, *, adds: bool) -> Entity:
    figure = _figure(entity) if entity.kind in _FIGURES else None
    if figure is None:
        return entity
    before = Scan(" ".join(context.before(entity, 6)))
    if _words()["offered"].ending_at(before, len(before)) is not None:
        return replace(entity, kind="trade_in_value", value=figure if figure >= _LEAST else figure * 1000)
    if adds and _words()["adds_cash"].ending_at(before, len(before)) is not None:
        return replace(entity, kind="down_amount", value=figure if figure >= _LEAST else figure * 1000)
    return entity


def _figure(entity: Entity) -> Decimal | None:
    if isinstance(entity.value, Range):
        return point(entity.value)
    return entity.value if isinstance(entity.value, Decimal) else None


def carried(requests: Sequence[Request], contexts: Sequence[Context]) -> list[Request]:
    """The requests with the worth of the own car, told in any part, in every calculation; the last one is made again.

    Args:
        requests: of the message, joined.
        contexts: its segments.
    """
    worth = next((value for context in contexts if (value := context.first("trade_in_value")) is not None), None)
    if worth is None or not any(request.intent in _SALES for request in requests):
        return list(requests)
    wanted = to_criteria(tuple(e for c in contexts if c.intent in _SALES for e in c.entities if e.kind in _KINDS))
    kept: list[Request] = []
    for request in requests:
        if isinstance(request, FinanceRequest):
            request = replace(request, terms=replace(request.terms, trade_in=worth))
            if request.kind in _BUDGETS:
                request = replace(request, criteria=wanted.overridden_by(request.criteria))
        elif isinstance(request, ConciergeRequest) and request.intent in _SALES:
            request = replace(request, sale=replace(request.sale, value=worth))
        kept.append(request)
    if (again := _made_again(contexts[0], worth)) is not None and not any(isinstance(r, FinanceRequest) for r in kept):
        kept.insert(0, again)
    return kept


def _made_again(context: Context, worth: Decimal) -> FinanceRequest | None:
    """The calculation in force with the worth of the own car."""
    last, before = context.state.calculation, context.state.last_intent
    in_sight = before is not None and (before.agent is Agent.FINANCE or before in _SALES)
    if last is None or not in_sight or last.terms.trade_in == worth or last.kind is FinanceKind.RULES:
        return None
    return replace(last, terms=replace(context.state.plan, trade_in=worth))
