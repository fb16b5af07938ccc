"""What the concierge needs of the dealership: rules, and a desk where bookings and leads are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Protocol

from commercial_agent.conversation.requests import AppointmentDraft, SaleDraft

PARTS_OF_DAY = {"morning": (time(6), time(12)), "afternoon": (time(12), time(19)), "evening": (time(18), time(22))}


@dataclass(frozen=True, slots=True)
class AppointmentRules:
    """When and how many appointments may be made."""

    capacity: int  # in one slot of one branch
    slot_minutes: int
    earliest: time  # bounds where a branch's hours are not known
    latest: time
    days_ahead: int


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment that stands."""

    id: str
    starts_at: datetime  # aware
    branch: str  # its name; "" where there is none: a video call
    kind: str | None = None
    stock_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PeopleHours:
    """When a person answers in the chat."""

    days: frozenset[int]  # 0 is Monday
    opens: time
    closes: time
    sensitive_topics: tuple[str, ...] = ()

    def next_open(self, now: datetime) -> datetime | None:
        """When people are there again; None if they are there now, or never are.

        Args:
            now: the present moment in the dealer's zone (aware).
        """
        if now.weekday() in self.days and self.opens <= now.time() < self.closes:
            return None
        for ahead in range(8):
            start = datetime.combine(now.date() + timedelta(days=ahead), self.opens, tzinfo=now.tzinfo)
            if start.weekday() in self.days and start > now:
                return start
        return None


class Desk(Protocol):
    """Keeps what a turn promises, in the turn's own transaction."""

    async def book(self, draft: AppointmentDraft, starts_at: datetime, rules: AppointmentRules) -> str | None:
        """Take a slot and return the booking's id; None when the slot is full. A draft with a booking id moves it."""
        ...

    async def cancel(self, booking_id: str) -> bool:
        """Give a slot back; False when there was none."""
        ...

    async def booking(self, booking_id: str | None) -> Booking | None:
        """One of the customer's appointments to come, by its id; the next one where no id is given."""
        ...

    async def bookings(self) -> tuple[Booking, ...]:
        """All of the customer's appointments to come, the next first."""
        ...

    async def car_for_sale(self, draft: SaleDraft) -> str:
        """Keep a car that a customer wants to sell or trade in; the lead's id."""
        ...

    async def rate(self, stars: int, words: str) -> None:
        """Keep the customer's rating with what he wrote; the last one counts."""
        ...

    async def we_said(self, amounts: Sequence[Decimal]) -> bool:
        """Whether each of these amounts stands in what we wrote to this customer."""
        ...
