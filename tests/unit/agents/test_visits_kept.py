"""A visit as the clerk keeps it: given back, with more cars, where the customer spoke of, cancelled only if meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.agents.appointments import AppointmentClerk
from commercial_agent.agents.desk import AppointmentRules, Booking
from commercial_agent.conversation.findings import BranchFact
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import DialogueState

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZONE)
BRANCHES = (
    BranchFact("torres", "Las Torres", "Puebla", "Blvd. Municipio Libre 1910"),
    BranchFact("forum", "Forum", "Cuernavaca", "Jacarandas 103"),
)
DRAFT = AppointmentDraft(
    kind="visit", branch="Las Torres", city="Puebla", day=date(2026, 11, 21), at=time(11), name="Ana",
    stock_id="1", booking_id="b1",
)  # fmt: skip
BOOKED = DialogueState(appointment=DRAFT, name="Ana")


class OneVisit:
    def __init__(self) -> None:
        self.drafts: dict[str, AppointmentDraft] = {"b1": DRAFT}

    async def book(self, draft: AppointmentDraft, starts_at: datetime, rules: AppointmentRules) -> str | None:
        key = draft.booking_id or "b2"
        self.drafts[key] = draft
        return key

    async def cancel(self, booking_id: str) -> bool:
        return self.drafts.pop(booking_id, None) is not None

    async def booking(self, booking_id: str | None) -> Booking | None:
        return next(iter(await self.bookings()), None)

    async def bookings(self) -> tuple[Booking, ...]:
        return tuple(
            Booking(key, datetime(2026, 11, 21, 11, tzinfo=ZONE), "Las Torres", "visit", one.stock_id, one.name)
            for key, one in self.drafts.items()
        )

    async def car_for_sale(self, draft: SaleDraft) -> str:
        return "lead"

    async def rate(self, stars: int, words: str) -> None: ...

    async def we_said(self, amounts: Sequence[Decimal]) -> bool:
        return False


@pytest.fixture
def clerk() -> AppointmentClerk:
    def find(said: str) -> tuple[BranchFact, ...]:
        return tuple(b for b in BRANCHES if said.casefold() in (b.city.casefold(), b.name.casefold()))

    rules = AppointmentRules(capacity=1, slot_minutes=60, earliest=time(9), latest=time(18), days_ahead=60)
    return AppointmentClerk(find, BRANCHES, lambda _: None, rules)


async def test_one_more_car_leaves_the_first_one_and_the_moment(clerk: AppointmentClerk) -> None:
    desk = OneVisit()
    request = ConciergeRequest(Intent.APPOINTMENT, subject="adds", appointment=AppointmentDraft(stock_id="2"))
    found = await clerk.answer(request, BOOKED, NOW, desk)
    assert (found.status, found.draft.stock_id, found.draft.also) == ("changed", "1", ("2",))
    assert (found.draft.day, found.draft.at) == (DRAFT.day, DRAFT.at)
    again = await clerk.answer(request, replace(BOOKED, appointment=found.draft), NOW, desk)
    assert (again.status, again.draft.also) == ("kept", ("2",))


async def test_what_was_cancelled_by_mistake_is_booked_again(clerk: AppointmentClerk) -> None:
    desk = OneVisit()
    desk.drafts.clear()
    state = DialogueState(name="Ana", given_up=DRAFT)
    found = await clerk.answer(ConciergeRequest(Intent.APPOINTMENT, subject="restores"), state, NOW, desk)
    assert (found.status, found.draft.day, found.draft.branch) == ("booked", DRAFT.day, "Las Torres")


@pytest.mark.parametrize(("day", "status"), [(None, "cancelled"), (21, "cancelled"), (20, "kept")])
async def test_the_only_visit_is_cancelled_unless_another_day_is_named(
    clerk: AppointmentClerk, day: int | None, status: str
) -> None:
    desk = OneVisit()
    said = AppointmentDraft(day=date(2026, 11, day) if day else None)
    found = await clerk.answer(ConciergeRequest(Intent.APPOINTMENT_CANCEL, appointment=said), BOOKED, NOW, desk)
    assert found.status == status
    assert bool(desk.drafts) == (status == "kept")


@pytest.mark.parametrize(("place", "branch"), [("Cuernavaca", "Forum"), ("Las Torres", "Las Torres"), ("Tepic", None)])
async def test_a_visit_is_where_the_customer_spoke_of(clerk: AppointmentClerk, place: str, branch: str | None) -> None:
    desk = OneVisit()
    desk.drafts.clear()
    said = AppointmentDraft(day=date(2026, 11, 21), at=time(11))
    request = ConciergeRequest(Intent.APPOINTMENT, appointment=said)
    found = await clerk.answer(request, DialogueState(place=place), NOW, desk)
    assert found.draft.branch == branch
