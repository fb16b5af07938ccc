"""The concierge's desk: bookings, leads and ratings, kept in the transaction of the turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commercial_agent.agents.desk import AppointmentRules
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.requests import AppointmentDraft, SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.storage.appointments import TurnAppointments
from commercial_agent.storage.conversations import OpenConversation
from commercial_agent.storage.leads import TurnLeads


class TurnDesk:
    """Keeps what one turn promises."""

    def __init__(self, conversation: OpenConversation, state: DialogueState, now: datetime) -> None:
        self._appointments = TurnAppointments(conversation)
        self._leads = TurnLeads(conversation)
        self._state = state
        self._now = now

    async def book(self, draft: AppointmentDraft, starts_at: datetime, rules: AppointmentRules) -> str | None:
        """Take a slot and return the booking's id; None when the slot is full. A draft with a booking id moves it."""
        booking = await self._appointments.book(
            draft.branch or "",
            starts_at,
            capacity=rules.capacity,
            now=self._now,
            kind=draft.kind,
            stock_id=draft.stock_id,
            name=draft.name,
            replaces=draft.booking_id,
        )
        if booking is not None:
            event = "moved" if draft.booking_id else "booked"
            details = {"appointment": booking, "starts_at": starts_at.isoformat(), "branch": draft.branch}
            await self._note("buy", draft.stock_id or "visit", event, details, draft.name)
        return booking

    async def cancel(self, booking_id: str) -> bool:
        """Give a slot back; False when there was none."""
        return await self._appointments.cancel(booking_id, self._now)

    async def car_for_sale(self, draft: SaleDraft) -> str:
        """Keep a car that a customer wants to sell or trade in; the lead's id."""
        kind = "trade_in" if draft.trade_in else "sell"
        interest = f"{draft.make or ''} {draft.model or ''} {draft.year or ''}".strip()
        data = {"version": draft.version, "km": draft.km, "city": draft.city, "condition": draft.condition}
        return await self._note(kind, interest, "offered", data, draft.name)

    async def interest(self, what: str, car: CarFacts | None) -> str:
        """Note what a seller should know of this customer; the lead's id."""
        stock_id = car.stock_id if car else self._state.focus
        data = {"shown": [mention.stock_id for mention in self._state.shown], "budget": self._state.monthly_budget}
        return await self._note("buy", stock_id or "general", what, data, None)

    async def rate(self, stars: int) -> None:
        """Keep the customer's rating; the last one counts."""
        await self._leads.rate(stars, self._now)

    async def _note(self, kind: str, interest: str, event: str, data: Mapping[str, Any], name: str | None) -> str:
        known = {key: value for key, value in data.items() if value}
        return await self._leads.note(kind, interest, event, self._now, data=known, name=name or self._state.name)
