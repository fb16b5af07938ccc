from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import (
    AppointmentDraft,
    CatalogRequest,
    ConciergeRequest,
    Request,
    SaleDraft,
)
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.tracking.build import build_requests
from commercial_agent.understanding.tracking.standing import CLAIM, LEAVE

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
WAITING = DialogueState(turns=4, handoff="waiting")
ATTENDED = DialogueState(turns=4, handoff="attended")


@dataclass(frozen=True)
class Part:
    text: str
    intent: Intent
    start: int = 0
    confidence: float = 0.9
    choices: tuple[Intent, ...] = ()

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read(text: str, intent: Intent, state: DialogueState, entities: tuple[Entity, ...] = ()) -> tuple[Request, ...]:
    return build_requests(text, Language.ES, (Part(text, intent),), entities, state, NOW)


def leaves(text: str, intent: Intent, state: DialogueState) -> bool:
    request = read(text, intent, state)[0]
    return isinstance(request, ConciergeRequest) and request.subject == LEAVE


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ya no, gracias", Intent.DENY),
        ("no", Intent.DENY),
        ("déjalo", Intent.UNCLEAR),
        ("ya no hace falta", Intent.HUMAN),
        ("never mind", Intent.UNCLEAR),
        ("não precisa mais", Intent.DENY),
        ("prefiero seguir contigo", Intent.HUMAN),
        ("quiero volver al bot", Intent.UNCLEAR),
    ],
)
def test_who_waits_for_a_person_leaves_the_queue_in_many_words(text: str, intent: Intent) -> None:
    assert leaves(text, intent, WAITING)
    assert not leaves(text, intent, DialogueState(turns=4))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("¿ya no hay nadie?", Intent.UNCLEAR),
        ("hola?", Intent.GREETING),
        ("gracias", Intent.THANKS),
        ("¿cuánto cuesta el jetta?", Intent.DETAIL),
    ],
)
def test_other_words_keep_the_place_in_the_queue(text: str, intent: Intent) -> None:
    assert not leaves(text, intent, WAITING)


def test_a_no_to_the_person_who_answers_is_not_for_us() -> None:
    assert not leaves("no, gracias", Intent.DENY, ATTENDED)
    assert leaves("mejor sigo con el asistente", Intent.UNCLEAR, ATTENDED)


@pytest.mark.parametrize(
    "text",
    [
        "me dijiste que costaba 150 mil",
        "pero quedamos en 150 mil",
        "you told me it was 150 thousand",
        "vocês me falaram 150 mil",
    ],
)
def test_what_we_are_said_to_have_named_is_checked_and_the_price_told(text: str) -> None:
    place = text.index("150")
    price = Entity("price", Range(high=Decimal(150_000)), place, len(text), text[place:])
    requests = read(text, Intent.QUOTE, DialogueState(turns=4, focus="306473"), (price,))
    check, holds = requests
    assert isinstance(check, ConciergeRequest)
    assert (check.subject, check.amounts) == (CLAIM, (Decimal(150_000),))
    assert isinstance(holds, CatalogRequest)
    assert (holds.intent, holds.attributes, holds.about.focus) == (Intent.DETAIL, ("price",), True)


def test_a_plain_amount_is_no_claim() -> None:
    text = "tengo 150 mil"
    price = Entity("price", Range(high=Decimal(150_000)), 6, len(text), "150 mil")
    assert all(getattr(r, "subject", None) != CLAIM for r in read(text, Intent.SEARCH, DialogueState(), (price,)))


@pytest.mark.parametrize("text", ["me da igual", "any", "tanto faz"])
def test_of_a_few_branches_any_will_do_of_many_one_is_named(text: str) -> None:
    few = DialogueState(appointment=AppointmentDraft(day=NOW.date()), question=Question(Ask.BRANCH, ("Norte", "Sur")))
    (request,) = read(text, Intent.UNCLEAR, few)
    assert isinstance(request, ConciergeRequest)
    assert request.appointment.branch == "Norte"
    many = DialogueState(question=Question(Ask.BRANCH, tuple(f"Sucursal {n}" for n in range(8))))
    (request,) = read(text, Intent.UNCLEAR, many)
    assert not isinstance(request, ConciergeRequest) or request.appointment.branch is None


def test_of_the_hours_offered_any_will_do() -> None:
    state = DialogueState(appointment=AppointmentDraft(day=NOW.date()), question=Question(Ask.HOUR, ("10:00", "13:00")))
    (request,) = read("la que sea", Intent.UNCLEAR, state)
    assert isinstance(request, ConciergeRequest)
    assert request.appointment.at == time(10)


BOOKED = DialogueState(turns=5, appointment=AppointmentDraft(branch="Norte", day=NOW.date(), booking_id="b1"))


@pytest.mark.parametrize(
    "text",
    ["a qué hora quedó mi cita?", "¿cuándo es mi cita?", "confírmame cómo quedó", "what time is my appointment?",
     "quando é a minha visita?"],
)  # fmt: skip
def test_how_an_appointment_stands_is_asked_in_many_words(text: str) -> None:
    (request,) = read(text, Intent.BRANCHES, BOOKED)
    assert isinstance(request, ConciergeRequest)
    assert (request.intent, request.subject) == (Intent.APPOINTMENT, "status")
    (other,) = read(text, Intent.BRANCHES, DialogueState())
    assert getattr(other, "subject", None) != "status"


@pytest.mark.parametrize(
    ("text", "intent"), [("olvídalo, ya no lo vendo", Intent.SELL_CAR), ("déjalo", Intent.UNCLEAR)]
)
def test_what_is_being_noted_can_be_given_up(text: str, intent: Intent) -> None:
    selling = DialogueState(sale=SaleDraft(make="Nissan"), question=Question(Ask.SALE_KM))
    (request,) = read(text, intent, selling)
    assert request.intent is Intent.DENY


def test_what_a_car_would_bring_goes_on_with_its_sale() -> None:
    selling = DialogueState(sale=SaleDraft(make="Nissan", trade_in=True), question=Question(Ask.SALE_KM))
    (request,) = read("¿cuánto me darían más o menos?", Intent.UNCLEAR, selling)
    assert request.intent is Intent.TRADE_IN


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Start!!", Intent.OPT_IN),
        ("start, por favor", Intent.OPT_IN),
        ("ok ALTA", Intent.OPT_IN),
        ("STOP please", Intent.OPT_OUT),
        ("start the car", Intent.SEARCH),
    ],
)
def test_courtesy_does_not_hide_a_command(text: str, intent: Intent) -> None:
    assert read(text, Intent.SEARCH, DialogueState())[0].intent is intent
