"""The concierge: everything around the sale. Greets, books, takes cars in, hands over, declines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commercial_agent.agents.appointments import ASKS as APPOINTMENT_ASKS
from commercial_agent.agents.appointments import AppointmentClerk
from commercial_agent.agents.desk import Desk, PeopleHours
from commercial_agent.agents.sales import ASKS as SALE_ASKS
from commercial_agent.agents.sales import leave_car, take_car
from commercial_agent.conversation.findings import (
    Declined,
    Finding,
    HandoffFinding,
    NotUnderstood,
    OptFinding,
    RatingFinding,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import ConciergeRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question

PATIENCE = 2  # unclear messages in a row before a person is offered
SUBSTANCE = 3  # turns before the customer is asked how it went
LEAVE = "handoff"  # subject of a refusal: the person is no longer wanted
NO_PERSON = "no_person"  # subject of a refusal: no person is wanted
UNANSWERED, LEGAL = "unanswered", "legal"  # subjects of a complaint
CLAIM = "earlier_claim"  # subject: what we are said to have named before

_APPOINTMENTS = {Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE, Intent.APPOINTMENT_CANCEL}
_SALES = {Intent.SELL_CAR, Intent.TRADE_IN}
_HARD = frozenset({"claim_held", "past_price"})  # refused so that a person is offered
_ANYTHING_ELSE = Question(Ask.OPEN)
_OFFER_PERSON = Question(Ask.HUMAN)


class ConciergeAgent:
    """Answers what is about the conversation itself."""

    def __init__(self, clerk: AppointmentClerk, people: PeopleHours) -> None:
        self._clerk = clerk
        self._people = people

    async def answer(self, request: ConciergeRequest, state: DialogueState, now: datetime, desk: Desk) -> Finding:
        """Answer one request.

        Args:
            request: what is wanted.
            state: the conversation so far.
            now: the present moment in the dealer's zone (aware).
            desk: where bookings, leads and ratings are kept, within the turn's transaction.
        """
        if request.intent in _APPOINTMENTS:
            return await self._clerk.answer(request, state, now, desk)
        if request.intent in _SALES:
            return await take_car(request, state, now, desk)
        match request.intent:
            case Intent.HUMAN:
                return self._hand_over(state, now)
            case Intent.DENY:
                return await self._refused(request, state, now, desk)
            case Intent.RATE:
                return await _rate(request, desk)
            case Intent.COMPLAINT:
                return self._heard(request, state, now)
            case Intent.OPT_OUT | Intent.OPT_IN:
                return OptFinding(opted_out=request.intent is Intent.OPT_OUT)
            case Intent.OUT_OF_SCOPE | Intent.MANIPULATION:
                return await self._decline(request, state, now, desk)
            case Intent.UNCLEAR:
                return self._not_understood(request, state, now)
            case _:
                return _talk(request, state)

    def _heard(self, request: ConciergeRequest, state: DialogueState, now: datetime) -> Finding:
        """A complaint: regretted, and a person offered unless he is not wanted."""
        reason = request.subject if request.subject in (UNANSWERED, LEGAL) else "complaint"
        if state.without_person:
            return HandoffFinding("regretted", reason, None, _ANYTHING_ELSE)
        opens_at = None if reason == UNANSWERED else self._people.next_open(now)
        return HandoffFinding("offered", reason, opens_at, _OFFER_PERSON)

    async def _refused(self, request: ConciergeRequest, state: DialogueState, now: datetime, desk: Desk) -> Finding:
        """A no: to the person, to the appointment or the sale being noted down, or to anything else."""
        if request.subject == LEAVE:
            return HandoffFinding("left", "requested", None, _ANYTHING_ELSE)
        if request.subject == NO_PERSON:
            return HandoffFinding("refused", "requested", None, _ANYTHING_ELSE)
        asked = state.question.ask if state.question is not None else None
        if asked in APPOINTMENT_ASKS and state.appointment is not None:
            return await self._clerk.drop(state.appointment, now, desk)
        if asked in SALE_ASKS and state.sale is not None:
            return leave_car(state.sale)
        return _talk(request, state)

    def _hand_over(self, state: DialogueState, now: datetime) -> Finding:
        reason = "requested"
        if state.question is not None and state.question.ask is Ask.HUMAN and state.last_intent is not None:
            reason = "complaint" if state.last_intent is Intent.COMPLAINT else "accepted"
        return HandoffFinding("made", reason, self._people.next_open(now))

    async def _decline(self, request: ConciergeRequest, state: DialogueState, now: datetime, desk: Desk) -> Finding:
        if request.subject == CLAIM and request.amounts:
            said = await desk.we_said(request.amounts)
            return Declined(request.intent, "earlier_claim_true" if said else CLAIM, _ANYTHING_ELSE)
        if request.subject in self._people.sensitive_topics:
            return HandoffFinding("offered", "topic", self._people.next_open(now), _OFFER_PERSON)
        if request.subject in _HARD and not state.without_person:
            return Declined(request.intent, request.subject, _OFFER_PERSON)
        return Declined(request.intent, request.subject, _ANYTHING_ELSE)

    def _not_understood(self, request: ConciergeRequest, state: DialogueState, now: datetime) -> Finding:
        times = state.misunderstood + 1
        if times >= PATIENCE and not request.choices:
            return NotUnderstood((), times, question=_OFFER_PERSON)
        if request.choices:
            return NotUnderstood(
                request.choices, times, question=Question(Ask.CHOICE, tuple(c.value for c in request.choices))
            )
        return NotUnderstood((), times, question=_ANYTHING_ELSE)


async def _rate(request: ConciergeRequest, desk: Desk) -> Finding:
    if request.stars is None or not 1 <= request.stars <= 5:
        return RatingFinding(None, Question(Ask.RATING))
    await desk.rate(request.stars, request.text)
    return RatingFinding(request.stars, _OFFER_PERSON if request.stars <= 2 else None)


def _talk(request: ConciergeRequest, state: DialogueState) -> Finding:
    talked = Talked(request.intent, request.name or state.name, state.turns == 0, _ANYTHING_ELSE)
    match request.intent:
        case Intent.ABUSE:
            return replace(talked, question=_OFFER_PERSON)
        case Intent.THANKS | Intent.GOODBYE:
            name = request.name or (state.name if request.intent is Intent.GOODBYE else None)  # sparingly
            return replace(talked, name=name, question=Question(Ask.RATING) if _worth_rating(state) else None)
        case Intent.LANGUAGE | Intent.INTRODUCE if state.question is not None:
            return replace(talked, question=state.question)  # the talk goes on where it was
        case _:
            return talked


def _worth_rating(state: DialogueState) -> bool:
    """Whether the customer got something that he can judge; he is asked once."""
    served = state.shown or state.plan_kind or state.appointment or state.last_sources
    return not state.rated and state.turns >= SUBSTANCE and bool(served)
