"""The concierge's desk: bookings, leads and ratings, kept in the transaction of the turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from commercial_agent.agents.desk import AppointmentRules, Booking
from commercial_agent.chatbot.leads import LeadRules, news, sale_interest, sale_kind
from commercial_agent.conversation.findings import Finding, HandoffFinding
from commercial_agent.conversation.requests import AppointmentDraft, SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.storage.appointments import Appointment, TurnAppointments
from commercial_agent.storage.conversations import OpenConversation
from commercial_agent.storage.events import HANDOFF, LEAD, Told
from commercial_agent.storage.leads import TurnLeads

_LOOK_BACK = 100  # messages in which an amount we are said to have named is looked for
_NEAR = Decimal("0.01")  # "7 mil" may stand for $7,049
_SHORTEST_WORDS = 4  # characters: less is a number or a mark, not a comment
_AMOUNT = re.compile(r"\d[\d.,]*\d|\d")


@dataclass(frozen=True, slots=True)
class Desks:
    """Opens a desk for each turn."""

    rules: LeadRules = field(default_factory=LeadRules)
    told: Told = field(default_factory=Told)

    def open(self, conversation: OpenConversation, state: DialogueState, now: datetime) -> TurnDesk:
        """The desk of one turn."""
        return TurnDesk(conversation, state, now, self)


class TurnDesk:
    """Keeps what one turn promises."""

    def __init__(self, conversation: OpenConversation, state: DialogueState, now: datetime, desks: Desks) -> None:
        self._conversation = conversation
        self._appointments = TurnAppointments(conversation)
        self._leads = TurnLeads(conversation)
        self._state = state
        self._now = now
        self._desks = desks

    async def book(self, draft: AppointmentDraft, starts_at: datetime, rules: AppointmentRules) -> str | None:
        """Take a slot and return the booking's id; None when the slot is full. A draft with a booking id moves it."""
        return await self._appointments.book(
            draft.branch or "",
            starts_at,
            capacity=rules.capacity,
            now=self._now,
            kind=draft.kind,
            stock_id=draft.stock_id,
            name=draft.name,
            replaces=draft.booking_id,
        )

    async def cancel(self, booking_id: str) -> bool:
        """Give a slot back; False when there was none."""
        return await self._appointments.cancel(booking_id, self._now)

    async def booking(self, booking_id: str | None) -> Booking | None:
        """One of the customer's appointments to come, by its id; the next one where no id is given."""
        found = await self._appointments.standing(booking_id, self._now)
        return _booking(found) if found is not None else None

    async def bookings(self) -> tuple[Booking, ...]:
        """All of the customer's appointments to come, the next first."""
        return tuple(_booking(found) for found in await self._appointments.upcoming(self._now))

    async def car_for_sale(self, draft: SaleDraft) -> str:
        """The lead's id of a car that a customer wants to sell or trade in; `close` keeps it."""
        return self._leads.id_of(sale_kind(draft), sale_interest(draft))

    async def rate(self, stars: int, words: str) -> None:
        """Keep the customer's rating with what he wrote; the last one counts."""
        comment = words.strip()[:500]
        await self._leads.rate(stars, self._now, comment=comment if len(comment) >= _SHORTEST_WORDS else None)

    async def we_said(self, amounts: Sequence[Decimal]) -> bool:
        """Whether each of these amounts stands in what we wrote to this customer."""
        ours = [m.text for m in await self._conversation.recent(_LOOK_BACK) if m.direction == "out"]
        said = {number for text in ours for number in map(_number, _AMOUNT.findall(text)) if number is not None}
        return all(any(abs(number - amount) <= amount * _NEAR for number in said) for amount in amounts)

    async def close(self, findings: Sequence[Finding], state: DialogueState) -> DialogueState:
        """Keep what the turn brings for sellers: one round trip, none without news.

        Args:
            findings: of the turn.
            state: after it.

        Returns:
            The state with what has been noted.
        """
        notes, noted = news(findings, state, self._desks.rules)
        if not notes:
            return state
        handed_over = any(isinstance(x, HandoffFinding) and x.status == "made" for x in findings)
        tell = [(LEAD, target) for target in self._desks.told.leads]
        tell += [(HANDOFF, target) for target in self._desks.told.handoffs if handed_over]
        await self._leads.note_all(notes, self._now, tell)
        return replace(state, noted=noted)


def _booking(found: Appointment) -> Booking:
    return Booking(found.id, found.starts_at, found.branch, found.kind, found.stock_id, found.name)


def _number(text: str) -> Decimal | None:
    """An amount as our replies write it, in any of the languages: 1,234.50 or 1.234,50."""
    whole, mark, cents = text, "", ""
    for separator in ".,":
        head, found, tail = text.rpartition(separator)
        if found and len(tail) != 3:
            whole, mark, cents = head, ".", tail
            break
    digits = "".join(char for char in whole if char.isdigit())
    return Decimal(f"{digits}{mark}{cents}") if digits and (not mark or cents.isdigit()) else None
