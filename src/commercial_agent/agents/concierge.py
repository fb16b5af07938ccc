"""The concierge: everything around the sale. Greets, books, takes cars in, hands over, declines."""

from __future__ import annotations

from datetime import datetime

from commercial_agent.agents.appointments import AppointmentClerk
from commercial_agent.agents.desk import Desk, PeopleHours
from commercial_agent.agents.sales import take_car
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

_APPOINTMENTS = {Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE, Intent.APPOINTMENT_CANCEL}
_SALES = {Intent.SELL_CAR, Intent.TRADE_IN}
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
            return await take_car(request, state, desk)
        match request.intent:
            case Intent.HUMAN:
                return await self._hand_over(state, now, desk)
            case Intent.RATE:
                return await _rate(request, desk)
            case Intent.COMPLAINT:
                return HandoffFinding("offered", "complaint", self._people.next_open(now), _OFFER_PERSON)
            case Intent.OPT_OUT | Intent.OPT_IN:
                return OptFinding(opted_out=request.intent is Intent.OPT_OUT)
            case Intent.OUT_OF_SCOPE | Intent.MANIPULATION:
                return self._decline(request, now)
            case Intent.UNCLEAR:
                return self._not_understood(request, state, now)
            case _:
                return _talk(request, state)

    async def _hand_over(self, state: DialogueState, now: datetime, desk: Desk) -> Finding:
        reason = "requested"
        if state.question is not None and state.question.ask is Ask.HUMAN and state.last_intent is not None:
            reason = "complaint" if state.last_intent is Intent.COMPLAINT else "accepted"
        await desk.interest(f"handoff:{reason}", None)
        return HandoffFinding("made", reason, self._people.next_open(now))

    def _decline(self, request: ConciergeRequest, now: datetime) -> Finding:
        if request.subject in self._people.sensitive_topics:
            return HandoffFinding("offered", "topic", self._people.next_open(now), _OFFER_PERSON)
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
    await desk.rate(request.stars)
    return RatingFinding(request.stars, _OFFER_PERSON if request.stars <= 2 else None)


def _talk(request: ConciergeRequest, state: DialogueState) -> Finding:
    quiet = {Intent.GOODBYE, Intent.THANKS, Intent.ABUSE}
    question: Question | None = _ANYTHING_ELSE
    if request.intent is Intent.ABUSE:
        question = _OFFER_PERSON
    elif request.intent in quiet:
        question = None
    elif request.intent in (Intent.LANGUAGE, Intent.INTRODUCE) and state.question is not None:
        question = state.question  # the talk goes on where it was
    return Talked(request.intent, request.name or state.name, state.turns == 0, question)
