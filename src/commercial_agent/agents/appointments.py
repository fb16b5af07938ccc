"""Making, moving and cancelling appointments: collected in any order, booked only where the branch is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from commercial_agent.agents.desk import AppointmentRules, Desk
from commercial_agent.conversation.cars import CarFacts, resolve
from commercial_agent.conversation.findings import AppointmentFinding, BranchFact
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question

PARTS_OF_DAY = {"morning": (time(6), time(12)), "afternoon": (time(12), time(19)), "evening": (time(18), time(22))}
VIRTUAL = frozenset({"video_call", "home_visit"})  # need no branch


class AppointmentClerk:
    """Keeps the dealership's appointments."""

    def __init__(
        self,
        branches: Callable[[str], Sequence[BranchFact]],
        all_branches: Sequence[BranchFact],
        car: Callable[[str], CarFacts | None],
        rules: AppointmentRules,
    ) -> None:
        """Make a clerk.

        Args:
            branches: the branches of a city, or of a branch's name; empty where there is none.
            all_branches: every branch.
            car: a car in stock by its id.
            rules: when and how many.
        """
        self._branches = branches
        self._all = tuple(all_branches)
        self._car = car
        self._rules = rules

    async def answer(
        self, request: ConciergeRequest, state: DialogueState, now: datetime, desk: Desk
    ) -> AppointmentFinding:
        """Take the appointment one step further, or book, move or cancel it."""
        current = state.appointment or AppointmentDraft()
        if request.intent is Intent.APPOINTMENT_CANCEL:
            return await self._cancel(current, desk)
        if current.booking_id and not _says_something(request):
            if request.intent is Intent.APPOINTMENT_CHANGE:
                current = replace(current, day=None, at=None)  # to when is asked next
            else:
                current = AppointmentDraft(name=current.name)  # another appointment
        draft = current.overridden_by(request.appointment)
        draft = replace(draft, name=draft.name or request.name or state.name)
        if (stock_id := self._about(request, state)) is not None:
            draft = replace(draft, stock_id=stock_id)
        return await self._advance(draft, now, desk)

    def _about(self, request: ConciergeRequest, state: DialogueState) -> str | None:
        cars = resolve(request.about, state.shown, state.seen, state.focus)
        if cars:
            return cars[0]
        kept = state.appointment.stock_id if state.appointment else None
        return kept or state.focus or (state.shown[0].stock_id if len(state.shown) == 1 else None)

    async def _cancel(self, draft: AppointmentDraft, desk: Desk) -> AppointmentFinding:
        booked = draft.booking_id is not None and await desk.cancel(draft.booking_id)
        collecting = draft != AppointmentDraft()
        status = "cancelled" if booked or collecting else "none"
        return AppointmentFinding(status, replace(draft, booking_id=None), question=Question(Ask.OPEN))

    async def _advance(self, draft: AppointmentDraft, now: datetime, desk: Desk) -> AppointmentFinding:
        car = self._car(draft.stock_id) if draft.stock_id else None
        branch, draft, trouble = self._place(draft)
        if trouble is not None:
            return replace(trouble, car=car)
        problem = draft.problem or self._time_problem(draft, branch, now)
        if problem:
            return self._again(draft, problem, branch, car, now)
        ask = _next_question(draft, branch)
        if ask is not None:
            hours = self._hours(draft, branch, now) if ask is Ask.HOUR else ()
            question = Question(ask, hours)
            return AppointmentFinding("collecting", draft, branch, car, options=hours, question=question)
        return await self._book(draft, branch, car, now, desk)

    def _place(self, draft: AppointmentDraft) -> tuple[BranchFact | None, AppointmentDraft, AppointmentFinding | None]:
        if draft.kind in VIRTUAL:
            return None, draft, None
        said = draft.branch or draft.city
        found = tuple(self._branches(said)) if said else ()
        if len(found) == 1:
            return found[0], replace(draft, branch=found[0].name, city=found[0].city), None
        if said is None:
            cities = tuple(dict.fromkeys(branch.city for branch in self._all))
            question = Question(Ask.BRANCH, cities)
            return None, draft, AppointmentFinding("collecting", draft, options=cities, question=question)
        names = tuple(branch.name for branch in (found or self._all))
        problem = None if found else "no_such_branch"
        kept = draft if found else replace(draft, branch=None, city=None)
        question = Question(Ask.BRANCH, names)
        return None, kept, AppointmentFinding("collecting", kept, None, None, problem, names, question=question)

    def _time_problem(self, draft: AppointmentDraft, branch: BranchFact | None, now: datetime) -> str | None:
        if draft.day is None:
            return None
        if draft.day < now.date():
            return "past_date"
        if draft.day > now.date() + timedelta(days=self._rules.days_ahead):
            return "too_far"
        opening = self._opening(branch, draft.day.weekday())
        if opening is None:
            return "closed_that_day"
        if draft.at is None:
            return None
        if datetime.combine(draft.day, draft.at, tzinfo=now.tzinfo) <= now:
            return "past_date"
        opens, closes = opening
        return None if opens <= draft.at and draft.at < closes else "closed"

    def _opening(self, branch: BranchFact | None, weekday: int) -> tuple[time, time] | None:
        if branch is None or branch.hours is None:
            return self._rules.earliest, self._rules.latest
        return next(((opens, closes) for day, opens, closes in branch.hours if day == weekday), None)

    def _hours(self, draft: AppointmentDraft, branch: BranchFact | None, now: datetime) -> tuple[str, ...]:
        """Up to three hours of that day to choose from, spread over the part of the day that was said."""
        if draft.day is None:
            return ()
        opening = self._opening(branch, draft.day.weekday())
        if opening is None:
            return ()
        opens, closes = opening
        low, high = PARTS_OF_DAY.get(draft.part_of_day or "", (opens, closes))
        step = timedelta(minutes=self._rules.slot_minutes)
        at = datetime.combine(draft.day, opens, tzinfo=now.tzinfo)
        end = datetime.combine(draft.day, closes, tzinfo=now.tzinfo)
        hours = []
        while at < end:
            if at > now and low <= at.time() < high:
                hours.append(at.strftime("%H:%M"))
            at += step
        return tuple(hours[:: max(1, -(-len(hours) // 3))][:3])

    def _again(
        self, draft: AppointmentDraft, problem: str, branch: BranchFact | None, car: CarFacts | None, now: datetime
    ) -> AppointmentFinding:
        """Say what cannot be and ask for it anew, keeping the rest."""
        if problem == "closed":
            kept = replace(draft, at=None, problem=None)
            hours = self._hours(kept, branch, now)
            question = Question(Ask.HOUR, hours)
            return AppointmentFinding("collecting", kept, branch, car, problem, hours, question=question)
        kept = replace(draft, day=None, problem=None)
        return AppointmentFinding("collecting", kept, branch, car, problem, question=Question(Ask.DAY))

    async def _book(
        self, draft: AppointmentDraft, branch: BranchFact | None, car: CarFacts | None, now: datetime, desk: Desk
    ) -> AppointmentFinding:
        assert draft.day is not None and draft.at is not None
        starts_at = datetime.combine(draft.day, draft.at, tzinfo=now.tzinfo)
        moved = draft.booking_id is not None
        booking = await desk.book(draft, starts_at, self._rules)
        if booking is None:
            kept = replace(draft, at=None)
            taken = draft.at.strftime("%H:%M")
            hours = tuple(hour for hour in self._hours(kept, branch, now) if hour != taken)
            question = Question(Ask.HOUR, hours)
            return AppointmentFinding("collecting", kept, branch, car, "slot_taken", hours, question=question)
        booked = replace(draft, booking_id=booking)
        status = "changed" if moved else "booked"
        return AppointmentFinding(status, booked, branch, car, None, (), booking, starts_at)


def _says_something(request: ConciergeRequest) -> bool:
    return request.appointment != AppointmentDraft()


def _next_question(draft: AppointmentDraft, branch: BranchFact | None) -> Ask | None:
    if draft.kind not in VIRTUAL and branch is None:
        return Ask.BRANCH
    if draft.day is None:
        return Ask.DAY
    if draft.at is None:
        return Ask.HOUR
    return None if draft.name else Ask.NAME
