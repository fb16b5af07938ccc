from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.agents.appointments import AppointmentClerk
from commercial_agent.agents.concierge import ConciergeAgent
from commercial_agent.agents.desk import AppointmentRules, Booking, PeopleHours
from commercial_agent.conversation.cars import CarMention
from commercial_agent.conversation.findings import (
    AppointmentFinding,
    BranchFact,
    Declined,
    Finding,
    HandoffFinding,
    NotUnderstood,
    RatingFinding,
    SaleFinding,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import Ask, DialogueState, Question

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZONE)  # a Wednesday
ALL_WEEK = tuple((day, time(9), time(18)) for day in range(7))
EXPLANADA = BranchFact("explanada", "Explanada", "Puebla", "Calle Ignacio Allende 512", ALL_WEEK)
TORRES = BranchFact("torres", "Las Torres", "Puebla", "Blvd. Municipio Libre 1910")
CERRADA = BranchFact("norte", "Norte", "Monterrey", "Av. Uno 1", tuple((d, time(10), time(14)) for d in range(5)))
BRANCHES = (EXPLANADA, TORRES, CERRADA)


class MemoryDesk:
    def __init__(self, full: bool = False) -> None:
        self.full = full
        self.booked: dict[str, datetime] = {}
        self.cancelled: list[str] = []
        self.sales: list[SaleDraft] = []
        self.said: set[Decimal] = set()
        self.stars: list[int] = []

    async def book(self, draft: AppointmentDraft, starts_at: datetime, rules: AppointmentRules) -> str | None:
        if self.full:
            return None
        booking = draft.booking_id or f"b{len(self.booked) + 1}"
        self.booked[booking] = starts_at
        return booking

    async def cancel(self, booking_id: str) -> bool:
        self.cancelled.append(booking_id)
        return self.booked.pop(booking_id, None) is not None

    async def car_for_sale(self, draft: SaleDraft) -> str:
        self.sales.append(draft)
        return "lead-1"

    async def booking(self, booking_id: str | None) -> Booking | None:
        for known, starts_at in self.booked.items():
            if booking_id in (None, known):
                return Booking(known, starts_at, "Explanada", "visit", None, "Ana")
        return None

    async def bookings(self) -> tuple[Booking, ...]:
        known = sorted(self.booked.items(), key=lambda one: one[1])
        return tuple(Booking(booking, starts_at, "Explanada", "visit", None, "Ana") for booking, starts_at in known)

    async def rate(self, stars: int, words: str) -> None:
        self.stars.append(stars)

    async def we_said(self, amounts: Sequence[Decimal]) -> bool:
        return set(amounts) <= self.said


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk()


@pytest.fixture
def concierge() -> ConciergeAgent:
    def find(said: str) -> tuple[BranchFact, ...]:
        return tuple(b for b in BRANCHES if said.casefold() in (b.city.casefold(), b.name.casefold()))

    rules = AppointmentRules(capacity=1, slot_minutes=60, earliest=time(9), latest=time(18), days_ahead=60)
    people = PeopleHours(frozenset(range(6)), time(9), time(18), ("legal",))
    return ConciergeAgent(AppointmentClerk(find, BRANCHES, lambda _: None, rules), people)


async def book(
    concierge: ConciergeAgent,
    desk: MemoryDesk,
    state: DialogueState,
    intent: Intent = Intent.APPOINTMENT,
    **said: Any,
) -> tuple[AppointmentFinding, DialogueState]:
    request = ConciergeRequest(intent, appointment=replace(AppointmentDraft(), **said))
    finding = await concierge.answer(request, state, NOW, desk)
    assert isinstance(finding, AppointmentFinding)
    return finding, replace(state, appointment=finding.draft)


SATURDAY = date(2026, 11, 21)


async def test_an_appointment_is_collected_in_any_order_and_booked_once_complete(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    finding, state = await book(concierge, desk, DialogueState(), at=time(11))
    assert finding.question is not None
    assert finding.question.ask is Ask.BRANCH
    finding, state = await book(concierge, desk, state, branch="Explanada")
    assert finding.question is not None
    assert finding.question.ask is Ask.DAY
    finding, state = await book(concierge, desk, state, day=SATURDAY)
    assert finding.question is not None
    assert finding.question.ask is Ask.NAME
    finding, state = await book(concierge, desk, state, name="Ana")
    assert finding.status == "booked"
    assert finding.starts_at == datetime(2026, 11, 21, 11, tzinfo=ZONE)
    assert desk.booked


async def test_a_city_with_two_branches_asks_which(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    finding, _ = await book(concierge, desk, DialogueState(), city="Puebla", day=SATURDAY, at=time(11))
    assert finding.options == ("Explanada", "Las Torres")
    assert finding.problem is None


async def test_a_city_without_branch_is_said(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    finding, state = await book(concierge, desk, DialogueState(), city="Mérida")
    assert finding.problem == "no_such_branch"
    assert state.appointment is not None
    assert state.appointment.city is None


@pytest.mark.parametrize(
    ("day", "at", "branch", "problem"),
    [
        (date(2026, 11, 17), time(11), "Explanada", "past_date"),
        (date(2026, 11, 18), time(11), "Explanada", "past_date"),
        (SATURDAY, time(3), "Explanada", "closed"),
        (SATURDAY, time(3), "Las Torres", "closed"),
        (SATURDAY, time(11), "Norte", "closed_that_day"),
        (date(2027, 11, 18), time(11), "Explanada", "too_far"),
    ],
)
async def test_a_time_that_cannot_be_is_said_and_the_rest_kept(
    concierge: ConciergeAgent, desk: MemoryDesk, day: date, at: time, branch: str, problem: str
) -> None:
    finding, state = await book(concierge, desk, DialogueState(), day=day, at=at, branch=branch, name="Ana")
    assert finding.problem == problem
    assert finding.question is not None
    assert finding.question.ask in (Ask.DAY, Ask.HOUR)
    assert state.appointment is not None
    assert state.appointment.branch == branch
    assert not desk.booked


async def test_a_full_slot_offers_other_hours(concierge: ConciergeAgent) -> None:
    finding, _ = await book(
        concierge, MemoryDesk(full=True), DialogueState(), day=SATURDAY, at=time(11), branch="Explanada", name="Ana"
    )
    assert finding.problem == "slot_taken"
    assert finding.options
    assert "11:00" not in finding.options


async def test_an_afternoon_offers_hours_of_the_afternoon(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    finding, _ = await book(
        concierge, desk, DialogueState(), day=SATURDAY, part_of_day="afternoon", branch="Explanada", name="Ana"
    )
    assert finding.question is not None
    assert finding.question.ask is Ask.HOUR
    assert all("12:00" <= hour < "19:00" for hour in finding.options)


async def test_a_booking_is_moved_and_cancelled(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    _, state = await book(concierge, desk, DialogueState(), day=SATURDAY, at=time(11), branch="Explanada", name="Ana")
    finding, state = await book(concierge, desk, state, Intent.APPOINTMENT_CHANGE, day=SATURDAY + timedelta(days=1))
    assert finding.status == "changed"
    assert list(desk.booked.values()) == [datetime(2026, 11, 22, 11, tzinfo=ZONE)]
    finding, state = await book(concierge, desk, state, Intent.APPOINTMENT_CANCEL)
    assert finding.status == "cancelled"
    assert not desk.booked


async def test_cancelling_without_an_appointment_says_there_is_none(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    finding, _ = await book(concierge, desk, DialogueState(), Intent.APPOINTMENT_CANCEL)
    assert finding.status == "none"


async def test_a_car_for_sale_is_collected_and_kept_as_a_lead(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    state = DialogueState()
    for said, missing in [
        (SaleDraft(make="Nissan", model="Versa"), "year"),
        (SaleDraft(year=2018), "km"),
        (SaleDraft(km=60_000), "city"),
    ]:
        finding = await concierge.answer(ConciergeRequest(Intent.SELL_CAR, sale=said), state, NOW, desk)
        assert isinstance(finding, SaleFinding)
        assert finding.missing[0] == missing
        state = replace(state, sale=finding.draft)
    finding = await concierge.answer(ConciergeRequest(Intent.SELL_CAR, sale=SaleDraft(city="Puebla")), state, NOW, desk)
    assert isinstance(finding, SaleFinding)
    assert finding.status == "received"
    assert desk.sales[0].model == "Versa"


async def test_an_impossible_mileage_is_asked_again(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    draft = SaleDraft(make="Nissan", model="Versa", year=2018, km=90_000_000, city="Puebla")
    finding = await concierge.answer(ConciergeRequest(Intent.SELL_CAR, sale=draft), DialogueState(), NOW, desk)
    assert isinstance(finding, SaleFinding)
    assert finding.problem == "km"
    assert not desk.sales


async def test_a_person_is_fetched_on_request_and_the_customer_told_when(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    late = datetime(2026, 11, 21, 20, 0, tzinfo=ZONE)  # a Saturday evening; Sunday is free
    finding = await concierge.answer(ConciergeRequest(Intent.HUMAN), DialogueState(), late, desk)
    assert isinstance(finding, HandoffFinding)
    assert finding.status == "made"
    assert finding.opens_at == datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
    now = await concierge.answer(ConciergeRequest(Intent.HUMAN), DialogueState(), NOW, desk)
    assert isinstance(now, HandoffFinding)
    assert now.opens_at is None


async def test_a_complaint_offers_a_person_and_forces_none(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    finding = await concierge.answer(ConciergeRequest(Intent.COMPLAINT), DialogueState(), NOW, desk)
    assert isinstance(finding, HandoffFinding)
    assert finding.status == "offered"


async def test_the_second_unclear_message_offers_a_person(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    state = DialogueState(misunderstood=1)
    finding = await concierge.answer(ConciergeRequest(Intent.UNCLEAR), state, NOW, desk)
    assert isinstance(finding, NotUnderstood)
    assert finding.question is not None
    assert finding.question.ask is Ask.HUMAN


@pytest.mark.parametrize(("stars", "kept"), [(5, [5]), (0, []), (None, []), (9, [])])
async def test_a_rating_is_kept_only_between_one_and_five_stars(
    concierge: ConciergeAgent, desk: MemoryDesk, stars: int | None, kept: list[int]
) -> None:
    finding = await concierge.answer(ConciergeRequest(Intent.RATE, stars=stars), DialogueState(), NOW, desk)
    assert isinstance(finding, RatingFinding)
    assert desk.stars == kept


async def test_a_sensitive_topic_offers_a_person(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    request = ConciergeRequest(Intent.OUT_OF_SCOPE, subject="legal")
    finding = await concierge.answer(request, DialogueState(), NOW, desk)
    assert isinstance(finding, HandoffFinding)
    assert finding.status == "offered"


async def answer(
    concierge: ConciergeAgent, desk: MemoryDesk, state: DialogueState, request: ConciergeRequest
) -> Finding:
    return await concierge.answer(request, state, NOW, desk)


NO = ConciergeRequest(Intent.DENY)


async def test_a_no_while_an_appointment_is_noted_down_ends_the_asking(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    draft = AppointmentDraft(branch="Explanada", at=time(11))
    state = DialogueState(appointment=draft, question=Question(Ask.DAY))
    finding = await answer(concierge, desk, state, NO)
    assert isinstance(finding, AppointmentFinding)
    assert finding.status == "dropped"
    assert desk.cancelled == []


async def test_a_no_while_an_appointment_is_moved_leaves_it_as_it_was(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    desk.booked["b1"] = datetime(2026, 11, 21, 11, tzinfo=ZONE)
    draft = AppointmentDraft(branch="Explanada", booking_id="b1")
    finding = await answer(concierge, desk, DialogueState(appointment=draft, question=Question(Ask.DAY)), NO)
    assert isinstance(finding, AppointmentFinding)
    assert (finding.status, finding.draft.day, finding.draft.at) == ("kept", SATURDAY, time(11))
    assert "b1" in desk.booked


async def test_a_no_to_anything_else_is_just_a_no(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    state = DialogueState(appointment=AppointmentDraft(branch="Explanada"), question=Question(Ask.QUOTE))
    assert isinstance(await answer(concierge, desk, state, NO), Talked)


async def test_an_appointment_that_is_over_is_not_moved(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    yesterday = NOW.date() - timedelta(days=1)
    over = AppointmentDraft(branch="Explanada", city="Puebla", day=yesterday, at=time(11), name="Ana", booking_id="b1")
    request = ConciergeRequest(
        Intent.APPOINTMENT, appointment=AppointmentDraft(branch="Explanada", day=SATURDAY, at=time(12))
    )
    finding = await answer(concierge, desk, DialogueState(appointment=over), request)
    assert isinstance(finding, AppointmentFinding)
    assert finding.status == "booked"
    assert finding.booking_id != "b1" or "b1" in desk.booked


async def test_an_appointment_made_long_ago_can_be_cancelled(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    desk.booked["b7"] = datetime(2026, 11, 21, 11, tzinfo=ZONE)
    finding = await answer(concierge, desk, DialogueState(), ConciergeRequest(Intent.APPOINTMENT_CANCEL))
    assert isinstance(finding, AppointmentFinding)
    assert finding.status == "cancelled"
    assert desk.cancelled == ["b7"]


async def test_giving_up_a_sale_keeps_no_lead(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    state = DialogueState(sale=SaleDraft(make="Nissan"), question=Question(Ask.SALE_YEAR))
    finding = await answer(concierge, desk, state, NO)
    assert isinstance(finding, SaleFinding)
    assert finding.status == "dropped"
    assert desk.sales == []


async def test_a_complete_car_is_kept_before_its_condition_is_asked(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    car = SaleDraft(make="Nissan", model="Sentra", year=2018, km=50_000, city="Puebla")
    finding = await answer(concierge, desk, DialogueState(), ConciergeRequest(Intent.SELL_CAR, sale=car))
    assert isinstance(finding, SaleFinding)
    assert (finding.status, finding.question) == ("received", Question(Ask.SALE_CONDITION))
    state = DialogueState(sale=finding.draft, question=finding.question)
    finding = await answer(concierge, desk, state, ConciergeRequest(Intent.SELL_CAR, sale=SaleDraft(condition="fair")))
    assert isinstance(finding, SaleFinding)
    assert finding.question == Question(Ask.OPEN)
    assert [draft.condition for draft in desk.sales] == [None, "fair"]


async def test_another_car_to_sell_begins_anew(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    state = DialogueState(sale=SaleDraft(make="Nissan", model="Sentra", year=2018, km=50_000))
    request = ConciergeRequest(Intent.SELL_CAR, sale=SaleDraft(make="Volkswagen", model="Jetta"))
    finding = await answer(concierge, desk, state, request)
    assert isinstance(finding, SaleFinding)
    assert finding.missing == ("year", "km", "city")


async def test_a_car_from_the_future_is_asked_again(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    request = ConciergeRequest(Intent.SELL_CAR, sale=SaleDraft(make="Nissan", model="Sentra", year=NOW.year + 2))
    finding = await answer(concierge, desk, DialogueState(), request)
    assert isinstance(finding, SaleFinding)
    assert (finding.problem, finding.draft.year) == ("year", None)


@pytest.mark.parametrize(("said", "subject"), [(150_000, "earlier_claim_true"), (120_000, "earlier_claim")])
async def test_a_claim_on_what_we_said_is_looked_up(
    concierge: ConciergeAgent, desk: MemoryDesk, said: int, subject: str
) -> None:
    desk.said = {Decimal(150_000)}
    request = ConciergeRequest(Intent.MANIPULATION, subject="earlier_claim", amounts=(Decimal(said),))
    finding = await answer(concierge, desk, DialogueState(), request)
    assert isinstance(finding, Declined)
    assert finding.subject == subject


async def test_the_queue_can_be_left(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    request = ConciergeRequest(Intent.DENY, subject="handoff")
    finding = await answer(concierge, desk, DialogueState(handoff="waiting"), request)
    assert isinstance(finding, HandoffFinding)
    assert finding.status == "left"


SERVED = DialogueState(turns=4, shown=(CarMention("1", "Kia", "Rio", 2020, "LX", Decimal(230_000), 1000),))


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        (SERVED, True),
        (replace(SERVED, turns=1), False),
        (replace(SERVED, rated=True), False),
        (DialogueState(turns=9), False),
    ],
)
async def test_who_was_served_is_asked_once_how_it_went(
    concierge: ConciergeAgent, desk: MemoryDesk, state: DialogueState, asked: bool
) -> None:
    finding = await answer(concierge, desk, state, ConciergeRequest(Intent.GOODBYE))
    assert isinstance(finding, Talked)
    assert (finding.question == Question(Ask.RATING)) is asked


async def test_an_hour_that_fits_no_branch_is_said_before_the_branch_is_asked(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    finding, state = await book(concierge, desk, DialogueState(), city="Puebla", day=SATURDAY, at=time(3))
    assert (finding.problem, finding.draft.at, finding.draft.day) == ("closed", None, SATURDAY)
    assert finding.question is not None
    assert finding.question.ask is Ask.BRANCH
    finding, _ = await book(concierge, desk, state, branch="Explanada")
    assert finding.question is not None
    assert finding.question.ask is Ask.HOUR


async def test_a_day_that_is_over_is_said_before_the_branch_is_asked(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    finding, _ = await book(concierge, desk, DialogueState(), city="Puebla", day=NOW.date() - timedelta(days=3))
    assert (finding.problem, finding.draft.day) == ("past_date", None)


async def test_how_the_appointment_stands_is_told_in_full(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    desk.booked["b1"] = datetime(2026, 11, 21, 11, tzinfo=ZONE)
    state = DialogueState(appointment=AppointmentDraft(branch="Explanada", booking_id="b1"))
    finding = await answer(concierge, desk, state, ConciergeRequest(Intent.APPOINTMENT, subject="status"))
    assert isinstance(finding, AppointmentFinding)
    assert (finding.status, finding.starts_at) == ("kept", desk.booked["b1"])
    assert desk.cancelled == []


async def two_visits(desk: MemoryDesk) -> DialogueState:
    """Thursday at 11 and Saturday at 12, the second one spoken of last."""
    desk.booked = {"b1": datetime(2026, 11, 19, 11, tzinfo=ZONE), "b2": datetime(2026, 11, 21, 12, tzinfo=ZONE)}
    draft = AppointmentDraft("visit", "Explanada", day=SATURDAY, at=time(12), name="Ana", booking_id="b2")
    return DialogueState(appointment=draft)


async def test_of_two_visits_a_bare_cancellation_asks_which(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    finding, _ = await book(concierge, desk, await two_visits(desk), Intent.APPOINTMENT_CANCEL)
    assert finding.status == "which"
    assert finding.question is not None
    assert finding.question.ask is Ask.WHICH_VISIT
    assert [visit.booking_id for visit in finding.standing] == ["b1", "b2"]
    assert not desk.cancelled


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ({"day": date(2026, 11, 19)}, "b1"),
        ({"at": time(12)}, "b2"),
        ({"part_of_day": "morning"}, "b1"),
        ({"kind": "visit", "day": SATURDAY}, "b2"),
    ],
)
async def test_of_two_visits_the_one_that_is_named_is_cancelled_and_the_other_told(
    concierge: ConciergeAgent, desk: MemoryDesk, said: dict[str, Any], gone: str
) -> None:
    finding, _ = await book(concierge, desk, await two_visits(desk), Intent.APPOINTMENT_CANCEL, **said)
    assert finding.status == "cancelled"
    assert desk.cancelled == [gone]
    assert [visit.booking_id for visit in finding.gone] == [gone]
    assert len(finding.standing) == 1


async def test_all_visits_are_cancelled_where_all_are_meant(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    state = await two_visits(desk)
    finding = await concierge.answer(ConciergeRequest(Intent.APPOINTMENT_CANCEL, subject="every"), state, NOW, desk)
    assert isinstance(finding, AppointmentFinding)
    assert desk.cancelled == ["b1", "b2"]
    assert finding.standing == ()


async def test_the_visit_being_moved_is_the_one_that_is_cancelled(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    state = replace(await two_visits(desk), question=Question(Ask.HOUR))
    await book(concierge, desk, state, Intent.APPOINTMENT_CANCEL)
    assert desk.cancelled == ["b2"]


async def test_what_a_car_would_bring_is_not_said_while_it_is_noted_down(
    concierge: ConciergeAgent, desk: MemoryDesk
) -> None:
    request = ConciergeRequest(Intent.SELL_CAR, sale=SaleDraft(make="Nissan", model="March"), subject="price")
    finding = await concierge.answer(request, DialogueState(), NOW, desk)
    assert isinstance(finding, SaleFinding)
    assert finding.asks_price
    assert finding.question is not None
    assert finding.question.ask is Ask.SALE_YEAR


async def test_of_two_visits_the_one_that_is_named_is_moved(concierge: ConciergeAgent, desk: MemoryDesk) -> None:
    state = await two_visits(desk)
    request = ConciergeRequest(
        Intent.APPOINTMENT_CHANGE,
        appointment=AppointmentDraft(day=date(2026, 11, 20)),
        moved_from=AppointmentDraft(day=date(2026, 11, 19)),
    )
    finding = await concierge.answer(request, state, NOW, desk)
    assert isinstance(finding, AppointmentFinding)
    assert (finding.status, finding.booking_id) == ("changed", "b1")
    assert desk.booked["b1"] == datetime(2026, 11, 20, 11, tzinfo=ZONE)
    assert desk.booked["b2"] == datetime(2026, 11, 21, 12, tzinfo=ZONE)
