"""A customer's own car, to sell or to trade in: taken down as a lead, never priced."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commercial_agent.agents.desk import Desk
from commercial_agent.conversation.findings import SaleFinding
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import Ask, DialogueState, Question

OLDEST_YEAR = 1950
MOST_KM = 1_500_000

_QUESTIONS = {
    "car": Question(Ask.SALE_CAR),
    "year": Question(Ask.SALE_YEAR),
    "km": Question(Ask.SALE_KM),
    "city": Question(Ask.SALE_CITY),
}
ASKS = frozenset({*(question.ask for question in _QUESTIONS.values()), Ask.SALE_CONDITION, Ask.NAME})
_CONDITION = Question(Ask.SALE_CONDITION)


PRICE = "price"  # subject of a request: what the car would bring


async def take_car(request: ConciergeRequest, state: DialogueState, now: datetime, desk: Desk) -> SaleFinding:
    """Collect the car's data over the conversation; the lead is kept as soon as a buyer could call.

    How the car looks is asked last: the lead does not wait for it.
    """
    draft = _begun(state.sale, request.sale).overridden_by(request.sale)
    draft = replace(draft, name=draft.name or request.name or state.name)
    if request.intent is Intent.TRADE_IN:
        draft = draft.overridden_by(SaleDraft(trade_in=True))
    draft, problem = _plausible(draft, now)
    missing, asks_price = _missing(draft), request.subject == PRICE
    if missing:
        question = _QUESTIONS[missing[0]]
        return SaleFinding("collecting", draft, missing, problem, question=question, asks_price=asks_price)
    lead = await desk.car_for_sale(draft)
    asked = state.question is not None and state.question.ask is Ask.SALE_CONDITION
    question = _CONDITION if draft.condition is None and not asked else Question(Ask.OPEN)
    status = "known" if state.sale is not None and _same(draft, state.sale) else "received"
    return SaleFinding(status, draft, lead_id=lead, asks_price=asks_price, question=question)


def _same(draft: SaleDraft, before: SaleDraft) -> bool:
    """Whether nothing new was told of a car that is registered: that is not said again."""
    return replace(draft, name=before.name, trade_in=before.trade_in) == before


def leave_car(draft: SaleDraft) -> SaleFinding:
    """Ask no further; a car that is complete stays known."""
    status = "dropped" if _missing(draft) else "kept"
    return SaleFinding(status, draft, question=Question(Ask.OPEN))


def _begun(draft: SaleDraft | None, said: SaleDraft) -> SaleDraft:
    """What was noted down so far; nothing, when another car is spoken of now."""
    if draft is None:
        return SaleDraft()
    other_make = said.make is not None and draft.make is not None and said.make != draft.make
    other_model = said.model is not None and draft.model is not None and said.model != draft.model
    return SaleDraft(city=draft.city, name=draft.name) if other_make or other_model else draft


def _missing(draft: SaleDraft) -> tuple[str, ...]:
    known = {"car": draft.model or draft.make, "year": draft.year, "km": draft.km, "city": draft.city}
    return tuple(name for name, value in known.items() if value is None)


def _plausible(draft: SaleDraft, now: datetime) -> tuple[SaleDraft, str | None]:
    if draft.year is not None and not OLDEST_YEAR <= draft.year <= now.year + 1:
        return replace(draft, year=None), "year"
    if draft.km is not None and not 0 <= draft.km <= MOST_KM:
        return replace(draft, km=None), "km"
    return draft, None
