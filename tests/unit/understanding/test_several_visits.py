"""Which of several visits is meant when one is given up."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.branches import Branches
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZONE)  # a Sunday
BOOKED = AppointmentDraft("video_call", day=date(2026, 11, 28), at=time(12), name="Ana", booking_id="b2")
ASKED = DialogueState(
    turns=4,
    appointment=BOOKED,
    last_intent=Intent.APPOINTMENT_CANCEL,
    question=Question(Ask.WHICH_VISIT, ("1", "2")),
)


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    branches = Branches.load(Path(__file__).parents[3] / "dealership" / "branches.toml")
    return LocalReader(IntentClassifier.load(), EntityReader(Taxonomy.load(), time_zone=ZONE, branches=branches))


def _answer(reader: LocalReader, text: str) -> ConciergeRequest:
    request = reader.read_now(text, ASKED, NOW).requests[0]
    assert isinstance(request, ConciergeRequest)
    return request


@pytest.mark.parametrize("text", ["la segunda", "la 2", "2", "la última", "the second one", "a segunda", "la dos"])
def test_one_of_several_visits_is_chosen_by_its_place(reader: LocalReader, text: str) -> None:
    request = _answer(reader, text)
    assert request.intent is Intent.APPOINTMENT_CANCEL
    assert request.about.ordinals in ((2,), (-1,))


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("la del sábado", date(2026, 11, 28), None),
        ("la de las 11", None, time(11)),
        ("the saturday one", date(2026, 11, 28), None),
        ("a de quinta-feira", date(2026, 11, 26), None),
        ("la del jueves 11 am porfa", date(2026, 11, 26), time(11)),
        ("el sabado", date(2026, 11, 28), None),
    ],
)
def test_one_of_several_visits_is_named_by_its_moment(
    reader: LocalReader, text: str, day: date | None, at: time | None
) -> None:
    request = _answer(reader, text)
    assert request.intent is Intent.APPOINTMENT_CANCEL
    assert (request.appointment.day, request.appointment.at) == (day, at)


@pytest.mark.parametrize("text", ["las dos", "ambas", "todas", "both", "both of them", "as duas", "all of them"])
def test_all_of_several_visits_are_meant(reader: LocalReader, text: str) -> None:
    request = _answer(reader, text)
    assert (request.intent, request.subject) == (Intent.APPOINTMENT_CANCEL, "every")


@pytest.mark.parametrize("text", ["ninguna", "no, déjalas", "mejor ninguna", "neither"])
def test_none_of_several_visits_is_given_up(reader: LocalReader, text: str) -> None:
    assert _answer(reader, text).intent is not Intent.APPOINTMENT_CANCEL


@pytest.mark.parametrize("text", ["cancela todas mis citas", "cancel all my appointments", "cancela as duas visitas"])
def test_all_visits_are_cancelled_at_once(reader: LocalReader, text: str) -> None:
    request = reader.read_now(text, DialogueState(appointment=BOOKED, turns=3), NOW).requests[0]
    assert isinstance(request, ConciergeRequest)
    assert (request.intent, request.subject) == (Intent.APPOINTMENT_CANCEL, "every")
