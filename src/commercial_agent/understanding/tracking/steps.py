"""A term of the plan in force moved by a step: "20 mil más de enganche", "un año más", "bájale 10 mil al enganche"."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.grouping import TERMS
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.in_force import in_force

_REACH = 24  # characters beside a figure in which the word of its step is looked for
_A_YEAR = 12
_SUMS = ("down_amount", "price", "amount", "extra")


def stepped(context: Context) -> Context:
    """The segment with the term that a step leads to in the place of the step."""
    if in_force(context.state) not in (FinanceKind.QUOTE, FinanceKind.TERMS, FinanceKind.SCHEDULE):
        return context
    return _more_months(context) or _more_down(context) or context


def _more_months(context: Context) -> Context | None:
    now = context.state.plan.months
    if len(now) != 1 or context.has("extra", "after_payment", "down_amount", "price"):
        return None
    told = context.all("months")
    step = None
    if len(told) == 1 and len(told[0].value) == 1:
        step = _step(context, told[0], Decimal(told[0].value[0]))
    elif not told and context.says("a_year_more"):
        step = Decimal(_A_YEAR)
    elif not told and context.says("a_year_less"):
        step = Decimal(-_A_YEAR)
    if step is None or now[0] + int(step) not in TERMS:
        return None
    moved = Entity("months", (now[0] + int(step),), context.start, context.start, "")
    kept = tuple(
        entity for entity in context.entities if entity.kind not in ("months", "list_column", "number", "order")
    )
    return replace(context, entities=(*kept, moved))


def _more_down(context: Context) -> Context | None:
    now, told = context.state.plan.down_amount, context.all(*_SUMS)
    if now is None or len(told) != 1 or not context.says("down_noun"):
        return None
    figure = told[0].value if isinstance(told[0].value, Decimal) else getattr(told[0].value, "high", None)
    step = _step(context, told[0], figure) if figure is not None else None
    if step is None or now + step < 0:
        return None
    moved = replace(told[0], kind="down_amount", value=now + step, score=1.0)
    return replace(context, entities=tuple(moved if entity is told[0] else entity for entity in context.entities))


def _step(context: Context, entity: Entity, figure: Decimal) -> Decimal | None:
    """How far it is moved: `20 mil más`, `bájale 10 mil al enganche`; None where a value is told."""
    before = Scan(context.whole[max(context.start, entity.start - _REACH) : entity.start])
    behind = Scan(context.whole[entity.end : entity.end + _REACH])
    if vocabulary().starts("step_up", behind) or vocabulary().ends("adds_to_term", before):
        return figure
    if vocabulary().starts("step_down", behind) or vocabulary().ends("takes_away", before):
        return -figure
    return None
