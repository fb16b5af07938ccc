"""Making, moving and cancelling appointments: collected in any order, booked only where the branch is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from commercial_agent.agents.desk import PARTS_OF_DAY, AppointmentRules, Booking, Desk
from commercial_agent.agents.several import draft_of, meant_of, named_by
from commercial_agent.conversation.cars import CarFacts, resolve
from commercial_agent.conversation.findings import AppointmentFinding, BranchFact
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question

ASKS = frozenset({Ask.BRANCH, Ask.DAY, Ask.HOUR, Ask.NAME, Ask.CONFIRM_BOOKING})  # while one is being made
STATUS = "status"  # subject of a request: how the appointment stands
LIST = "list"  # subject of a request: which appointments there are
ONE_MORE = "one_more"  # subject of a request: said outright to be beside the one there is
ADDS = "adds"  # subject of a request: one more car for the one there is
RESTORES = "restores"  # subject of a request: what was cancelled was not meant to be
VALUATION = "valuation"  # kind: of the customer's own car
ANOTHER = "another"  # subject of a request: a visit beside the one there is
VIRTUAL = frozenset({"video_call", "home_visit"})  # need no branch


class AppointmentClerk:
    """Keeps the dealership's appointments."""

    def __init__(
        self,
        branches: Callable[[str], Sequence[BranchFact]],
        all_branches: Sequence[BranchFact],
        car: Callable[[str], CarFacts | None],
        rules: AppointmentRules,
        link: Callable[[str], str] | None = None,
    ) -> None:
        """Make a clerk.

        Args:
            branches: the branches of a city, or of a branch's name; empty where there is none.
            all_branches: every branch.
            car: a car in stock by its id.
            rules: when and how many.
            link: the address of a booking's calendar file.
        """
        self._branches = branches
        self._all = tuple(all_branches)
        self._car = car
        self._rules = rules
        self._link = link

    async def answer(
        self, request: ConciergeRequest, state: DialogueState, now: datetime, desk: Desk
    ) -> AppointmentFinding:
        """Take the appointment one step further, or book, move or cancel it."""
        found = await self._answered(request, state, now, desk)
        also = tuple(car for stock_id in found.draft.also if (car := self._car(stock_id)) is not None)
        return replace(found, also=also)

    async def _answered(
        self, request: ConciergeRequest, state: DialogueState, now: datetime, desk: Desk
    ) -> AppointmentFinding:
        current = self._standing(state.appointment or AppointmentDraft(), now)
        if request.moved_from is not None and (named := named_by(request.moved_from, await desk.bookings(), now)):
            current = named
        if request.intent is Intent.APPOINTMENT_CANCEL:
            return await self._cancel(request, current, state, now, desk)
        if (spoken_of := await self._as_it_is(request, current, state, now, desk)) is not None:
            return spoken_of
        if request.subject == ONE_MORE:
            settled = await self._one_more(request, current, now, desk)
            if isinstance(settled, AppointmentFinding):
                return settled
            current = settled
        if current.booking_id and _was_asked_which(state) and not _says_something(request):
            kept = current if request.intent is Intent.APPOINTMENT_CHANGE else replace(current, booking_id=None)
            return await self._advance(kept, now, desk)
        if current.booking_id and not _says_something(request):
            if request.intent is Intent.APPOINTMENT_CHANGE:
                current = replace(current, day=None, at=None)  # to when is asked next
            else:
                current = AppointmentDraft(name=current.name)  # another appointment
        second = current.booking_id is not None and self._may_be_second(request, current, state)
        draft = current.overridden_by(request.appointment)
        draft = replace(draft, name=draft.name or request.name or state.name)
        if (stock_id := self._about(request, state)) is not None:
            draft = replace(draft, stock_id=stock_id)
        draft = self._near(draft, state)
        if current.booking_id and draft == current and _says_something(request):
            return await self.drop(current, now, desk)  # it stands as it is said
        if second:
            question = Question(Ask.CHOICE, (Intent.APPOINTMENT_CHANGE.value, Intent.APPOINTMENT.value))
            return AppointmentFinding("collecting", draft, problem="second", question=question)
        return _which_car(await self._advance(draft, now, desk), request, state)

    async def _as_it_is(
        self, request: ConciergeRequest, current: AppointmentDraft, state: DialogueState, now: datetime, desk: Desk
    ) -> AppointmentFinding | None:
        """The visit there is, told, given back, or with one more car; None where something else is wanted of it."""
        if request.subject == RESTORES and state.given_up is not None and not current.booking_id:
            return await self._advance(replace(state.given_up, booking_id=None), now, desk)
        if request.subject == ADDS and request.appointment.stock_id:
            draft = current.seeing(request.appointment.stock_id)
            if current.booking_id and draft == current:
                return await self.drop(current, now, desk)
            return await self._advance(replace(draft, name=draft.name or state.name), now, desk)
        if request.subject in (STATUS, LIST, RESTORES):
            return await self._tell(request, current, state, now, desk)
        return None

    async def _one_more(
        self, request: ConciergeRequest, current: AppointmentDraft, now: datetime, desk: Desk
    ) -> AppointmentFinding | AppointmentDraft:
        """One beside the one there is: what it begins with; or what is said where it stands, or another is open."""
        if (same := self._agreed(request, await desk.bookings(), now)) is not None:
            return await self.drop(same, now, desk)
        if current.booking_id:
            return _beside(current, request)
        if _fits(request, current):
            return current
        return replace(await self._advance(current, now, desk), problem="first")

    def _agreed(self, request: ConciergeRequest, booked: Sequence[Booking], now: datetime) -> AppointmentDraft | None:
        """The appointment that is asked for, where it stands already."""
        said = replace(request.appointment, name=None)
        return named_by(said, booked, now) if said.day is not None and said.at is not None else None

    async def _tell(
        self, request: ConciergeRequest, current: AppointmentDraft, state: DialogueState, now: datetime, desk: Desk
    ) -> AppointmentFinding:
        """How the appointment spoken of stands, or which there are; one not agreed on yet still misses something."""
        booked = await desk.bookings()
        if request.subject == LIST and booked:
            standing = tuple(draft_of(one, now) for one in booked)
            return AppointmentFinding("listed", current, question=Question(Ask.OPEN), standing=standing)
        if current.booking_id:
            return await self.drop(current, now, desk)
        if replace(current, name=None) == AppointmentDraft():
            if booked:
                return await self.drop(draft_of(booked[0], now), now, desk)
            return AppointmentFinding("none", current, question=Question(Ask.OPEN))
        draft = replace(current, name=request.name or current.name or state.name)
        found = await self._advance(draft, now, desk)
        open_yet = found.status == "collecting" and found.problem is None
        return replace(found, problem="not_yet") if open_yet else found

    def _may_be_second(self, request: ConciergeRequest, current: AppointmentDraft, state: DialogueState) -> bool:
        """Whether a visit is asked for that may stand beside the one there is: another car, at another time."""
        if request.intent is not Intent.APPOINTMENT or not (request.appointment.day or request.appointment.at):
            return False
        if request.subject == ANOTHER:
            return True
        cars = resolve(request.about, state.shown, state.seen, state.focus)
        named = bool(request.about.criteria or request.about.ordinals or request.about.stock_ids)
        return named and current.stock_id is not None and current.stock_id not in cars

    def _about(self, request: ConciergeRequest, state: DialogueState) -> str | None:
        held = state.appointment.kind if state.appointment else None
        if VALUATION in (request.appointment.kind, held):
            return None  # no car of ours
        cars = resolve(request.about, state.shown, state.seen, state.focus)
        if cars and (len(cars) == 1 or not request.about.criteria):
            return cars[0]
        beside = request.subject in (ONE_MORE, ANOTHER) and bool(request.about.criteria)
        if cars or beside:
            return None  # which of them is asked; of another visit its car is not that of the first
        kept = state.appointment.stock_id if state.appointment else None
        return kept or state.focus or (state.shown[0].stock_id if len(state.shown) == 1 else None)

    def _near(self, draft: AppointmentDraft, state: DialogueState) -> AppointmentDraft:
        """The draft, where the customer spoke of a branch or a city of ours before it and names none."""
        told = draft.branch or draft.city or draft.kind in VIRTUAL
        return draft if told or not state.place or not self._branches(state.place) else replace(draft, city=state.place)

    async def drop(self, draft: AppointmentDraft, now: datetime, desk: Desk) -> AppointmentFinding:
        """Ask no further: what was being noted down is left, what was being moved stays as it was."""
        booking = await desk.booking(draft.booking_id) if draft.booking_id else None
        if booking is None:
            return AppointmentFinding("dropped", replace(draft, booking_id=None), question=Question(Ask.OPEN))
        kept = replace(draft_of(booking, now), also=draft.also)
        found = self._branches(booking.branch) if booking.branch else ()
        branch = found[0] if len(found) == 1 else None
        car = self._car(booking.stock_id) if booking.stock_id else None
        starts_at = booking.starts_at.astimezone(now.tzinfo)
        return AppointmentFinding("kept", kept, branch, car, None, (), booking.id, starts_at, self._url(booking.id))

    def _standing(self, draft: AppointmentDraft, now: datetime) -> AppointmentDraft:
        """The draft; a new one where it was booked and its time has passed."""
        if draft.booking_id is None or draft.day is None or draft.at is None:
            return draft
        over = datetime.combine(draft.day, draft.at, tzinfo=now.tzinfo) <= now
        return AppointmentDraft(name=draft.name) if over else draft

    async def _cancel(
        self, request: ConciergeRequest, draft: AppointmentDraft, state: DialogueState, now: datetime, desk: Desk
    ) -> AppointmentFinding:
        """Cancel the appointment spoken of, also one made long ago; of several, only the one that is meant."""
        booked = await desk.bookings()
        moving = draft.booking_id if state.question is not None and state.question.ask in ASKS else None
        meant = meant_of(booked, request, now, moving)
        left = replace(draft, booking_id=None)
        if len(booked) > 1 and not meant:
            question = Question(Ask.WHICH_VISIT, tuple(str(place) for place in range(1, len(booked) + 1)))
            standing = tuple(draft_of(one, now) for one in booked)
            return AppointmentFinding("which", draft, question=question, standing=standing)
        if booked and not meant:
            return await self.drop(draft_of(booked[0], now), now, desk)  # of another day: it stands
        gone = [one for one in meant if await desk.cancel(one.id)]
        if not gone:
            status = "none" if draft == AppointmentDraft(name=draft.name) else "dropped"
            return AppointmentFinding(status, left, question=Question(Ask.OPEN))
        standing = tuple(draft_of(one, now) for one in booked if one not in gone)
        named = tuple(draft_of(one, now) for one in gone) if len(booked) > 1 else ()
        return AppointmentFinding("cancelled", left, question=Question(Ask.OPEN), standing=standing, gone=named)

    def _url(self, booking_id: str) -> str | None:
        return self._link(booking_id) if self._link is not None else None

    async def _advance(self, draft: AppointmentDraft, now: datetime, desk: Desk) -> AppointmentFinding:
        car = self._car(draft.stock_id) if draft.stock_id else None
        branch, draft, trouble = self._place(draft)
        if trouble is not None:
            if trouble.problem is None and (problem := draft.problem or self._time_problem_anywhere(draft, now)):
                kept = replace(draft, at=None, problem=None, day=draft.day if problem == "closed" else None)
                trouble = replace(trouble, problem=problem, draft=kept)
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

    def _time_problem_anywhere(self, draft: AppointmentDraft, now: datetime) -> str | None:
        """Why a day or an hour fits no branch that is still meant; None where one of them takes it."""
        said = draft.branch or draft.city
        meant = tuple(self._branches(said)) if said else self._all
        problems = [self._time_problem(draft, branch, now) for branch in meant]
        return problems[0] if problems and all(problems) else None

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
        assert draft.day is not None
        assert draft.at is not None
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
        return AppointmentFinding(status, booked, branch, car, None, (), booking, starts_at, self._url(booking))


def _which_car(finding: AppointmentFinding, request: ConciergeRequest, state: DialogueState) -> AppointmentFinding:
    """Which of the cars of a name is meant, asked before the rest while the visit is noted down."""
    about = request.about
    several = about.criteria is not None and len(resolve(about, state.shown, state.seen, state.focus)) > 1
    if not several or finding.status != "collecting" or finding.problem or finding.draft.stock_id:
        return finding
    return replace(finding, options=(), question=Question(Ask.WHICH_CAR))


def _beside(current: AppointmentDraft, request: ConciergeRequest) -> AppointmentDraft:
    """A new appointment beside the one there is: at the same place, unless another one is named."""
    elsewhere = request.appointment.branch or request.appointment.city
    kept = AppointmentDraft(name=current.name)
    return kept if elsewhere else replace(kept, branch=current.branch, city=current.city)


def _fits(request: ConciergeRequest, current: AppointmentDraft) -> bool:
    """Whether what is asked may be the visit being noted down: of the same sort, or nothing is noted yet."""
    bare = replace(current, name=None) == AppointmentDraft()
    return bare or (request.appointment.kind == VALUATION) == (current.kind == VALUATION)


def _was_asked_which(state: DialogueState) -> bool:
    """Whether we asked if the visit there is moves or another one comes beside it."""
    question = state.question
    return question is not None and question.ask is Ask.CHOICE and Intent.APPOINTMENT_CHANGE.value in question.options


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
