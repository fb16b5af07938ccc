"""A customer's own car, to sell or to trade in: taken down as a lead, never priced."""

from __future__ import annotations

from commercial_agent.agents.desk import Desk
from commercial_agent.conversation.findings import SaleFinding
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import Ask, DialogueState, Question

OLDEST_YEAR = 1950
MOST_KM = 1_500_000


async def take_car(request: ConciergeRequest, state: DialogueState, desk: Desk) -> SaleFinding:
    """Collect the car's data over the conversation; keep the lead once it is complete."""
    draft = (state.sale or SaleDraft()).overridden_by(request.sale)
    if request.intent is Intent.TRADE_IN:
        draft = draft.overridden_by(SaleDraft(trade_in=True))
    draft, problem = _plausible(draft)
    missing = _missing(draft)
    if missing:
        return SaleFinding("collecting", draft, missing, problem, question=_QUESTIONS[missing[0]])
    lead = await desk.car_for_sale(draft)
    return SaleFinding("received", draft, lead_id=lead, question=Question(Ask.OPEN))


_QUESTIONS = {
    "car": Question(Ask.SALE_CAR),
    "year": Question(Ask.SALE_YEAR),
    "km": Question(Ask.SALE_KM),
    "city": Question(Ask.SALE_CITY),
}


def _missing(draft: SaleDraft) -> tuple[str, ...]:
    known = {"car": draft.model or draft.make, "year": draft.year, "km": draft.km, "city": draft.city}
    return tuple(name for name, value in known.items() if value is None)


def _plausible(draft: SaleDraft) -> tuple[SaleDraft, str | None]:
    if draft.year is not None and draft.year < OLDEST_YEAR:
        return _cleared(draft, "year"), "year"
    if draft.km is not None and not 0 <= draft.km <= MOST_KM:
        return _cleared(draft, "km"), "km"
    return draft, None


def _cleared(draft: SaleDraft, name: str) -> SaleDraft:
    return SaleDraft(
        trade_in=draft.trade_in,
        make=draft.make,
        model=draft.model,
        version=draft.version,
        year=None if name == "year" else draft.year,
        km=None if name == "km" else draft.km,
        city=draft.city,
        condition=draft.condition,
        name=draft.name,
    )
