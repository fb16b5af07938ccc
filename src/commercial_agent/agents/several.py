"""Several appointments of one customer: which of them a message means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from commercial_agent.agents.desk import PARTS_OF_DAY, Booking
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest

EVERY = "every"  # subject of a cancellation: all of them


def draft_of(booking: Booking, now: datetime) -> AppointmentDraft:
    """An appointment as its draft, in the zone of `now`."""
    local = booking.starts_at.astimezone(now.tzinfo)
    return AppointmentDraft(
        kind=booking.kind,
        branch=booking.branch or None,
        day=local.date(),
        at=local.time(),
        stock_id=booking.stock_id,
        name=booking.name,
        booking_id=booking.id,
    )


def meant_of(
    bookings: Sequence[Booking], request: ConciergeRequest, now: datetime, spoken_of: str | None
) -> tuple[Booking, ...]:
    """The appointments that a request means: all of them, the one it names, or the only one; empty where it is open.

    Args:
        bookings: those that stand, the next first.
        request: what is wanted of one of them.
        now: the present moment in the dealer's zone (aware).
        spoken_of: the id of the one that is being moved.
    """
    if request.subject == EVERY:
        return tuple(bookings)
    if len(bookings) < 2:
        return tuple(one for one in bookings if _is(one, AppointmentDraft(day=request.appointment.day), now))
    places = {place - 1 if place > 0 else len(bookings) + place for place in request.about.ordinals}
    if places:
        return tuple(one for place, one in enumerate(bookings) if place in places)
    said = request.appointment
    named = tuple(one for one in bookings if _is(one, said, now))
    if said != AppointmentDraft(name=said.name):
        return named if len(named) == 1 else ()
    return tuple(one for one in bookings if one.id == spoken_of)


def named_by(said: AppointmentDraft, bookings: Sequence[Booking], now: datetime) -> AppointmentDraft | None:
    """The one appointment that stands at a moment, as its draft; None where there is none, or more than one."""
    found = [one for one in bookings if _is(one, said, now)]
    return draft_of(found[0], now) if len(found) == 1 else None


def _is(booking: Booking, said: AppointmentDraft, now: datetime) -> bool:
    at = booking.starts_at.astimezone(now.tzinfo)
    return not (
        (said.day is not None and at.date() != said.day)
        or (said.at is not None and at.time() != said.at)
        or (said.branch is not None and booking.branch != said.branch)
        or not _in_part(at.time(), said.part_of_day)
        or (said.stock_id is not None and booking.stock_id != said.stock_id)
        # "la visita" may be any of them, "la videollamada" only such a one.
        or (said.kind is not None and said.kind != (booking.kind or "visit") and said.kind != "visit")
    )


def _in_part(at: time, part: str | None) -> bool:
    low, high = PARTS_OF_DAY.get(part or "", (time.min, time.max))
    return low <= at < high
