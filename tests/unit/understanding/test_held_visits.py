"""A visit agreed on stays unless it is given up, and cars are put to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarMention
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, ConciergeRequest, SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import default_reader

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))
DRAFT = AppointmentDraft(
    kind="visit", branch="Punto Sur", city="Guadalajara", day=date(2026, 11, 29), at=time(12), name="Ana Ruiz",
    booking_id="b1", stock_id="1",
)  # fmt: skip
CARS = (
    CarMention("2", "Nissan", "Versa", 2019, "1.8 AUTO", Decimal(200000), 40000),
    CarMention("3", "Toyota", "Corolla", 2017, "1.8 AUTO", Decimal(200000), 40000),
)
BOOKED = replace(DialogueState(), turns=4, appointment=DRAFT, name="Ana Ruiz", shown=CARS)
CANCELLED = replace(BOOKED, appointment=None, given_up=DRAFT, last_intent=Intent.APPOINTMENT_CANCEL)


def visits(text: str, state: DialogueState) -> list[ConciergeRequest]:
    found = default_reader().read_now(text, state, NOW).requests
    return [one for one in found if isinstance(one, ConciergeRequest) and one.intent.value.startswith("concierge.app")]


@pytest.mark.parametrize(
    "text",
    [
        "no, a la cita, que tengo que llevar a la cita?",
        "no, la cita te digo, mandamela por correo",
        "no a la cita, te pregunto qué llevo",
        "no la canceles!! dejala como estaba",
        "oye yo no pedí cancelar nada",
        "nunca dije que la cancelaras",
        "I didn't cancel my visit!",
        "don't cancel it, keep it as it was",
        "não é pra cancelar a visita",
    ],
)
def test_a_no_beside_the_visit_gives_nothing_up(text: str) -> None:
    found = visits(text, BOOKED)
    assert all(one.intent is not Intent.APPOINTMENT_CANCEL for one in found)
    assert all(one.subject in (None, "status") for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "no, mejor cancélala",
        "ya no voy a poder ir, cancela",
        "siempre no, cancela la cita",
        "no voy a ir el domingo",
        "no, ya no quiero la cita",
        "no longer need the visit",
        "não vou mais, cancela a visita",
        "cancel my appointment please",
    ],
)
def test_a_visit_given_up_in_words_is_cancelled(text: str) -> None:
    assert [one.intent for one in visits(text, BOOKED)] == [Intent.APPOINTMENT_CANCEL]


@pytest.mark.parametrize("text", ["yo no cancelé nada, la quiero", "no la canceles, déjala como estaba"])
def test_what_was_cancelled_by_mistake_is_given_back(text: str) -> None:
    assert "restores" in [one.subject for one in visits(text, CANCELLED)]


@pytest.mark.parametrize(
    "text",
    [
        "el corolla, agrégalo a mi cita",
        "¿puedo agregar también el Corolla a la cita?",
        "y el Corolla también lo quiero ver ahí mismo",
        "súmale el corolla a mi visita",
        "el 2017 quiero verlo en la misma visita",
        "can you add the Corolla to my appointment?",
        "coloca o Corolla na minha visita",
    ],
)
def test_a_car_is_put_to_the_visit(text: str) -> None:
    found = visits(text, BOOKED)
    assert [(one.subject, one.appointment.stock_id) for one in found] == [("adds", "3")]


@pytest.mark.parametrize(
    "text",
    [
        "¿el corolla es automático?",
        "agrégale 20 mil de enganche al corolla",
        "también quiero ver camionetas de 300 mil",
        "cambia mi cita a las 4",
        "quiero otra cita el viernes a las 3",
        "¿cuánto cuesta el corolla?",
        "pon el enganche en 50 mil",
    ],
)
def test_other_wishes_put_no_car_to_the_visit(text: str) -> None:
    assert all(one.subject != "adds" for one in visits(text, BOOKED))


def test_the_second_of_visits_is_no_place_in_a_list() -> None:
    found = visits("can you book a second visit for the Versa on Saturday at noon?", BOOKED)
    assert [(one.subject, one.appointment.stock_id) for one in found] == [("one_more", "2")]


def test_an_inspection_booked_by_one_who_sells_is_that_of_his_car() -> None:
    selling = replace(DialogueState(), turns=3, sale=SaleDraft(make="Honda", model="CR-V", year=2015))
    found = visits("can I book an inspection at Forum Cuernavaca next Tuesday at noon?", selling)
    assert [one.appointment.kind for one in found] == ["valuation"]


@pytest.mark.parametrize("text", ["nome Bruno Carvalho", "me llamo Ana Bravo, mi tel es 2221234567"])
def test_a_name_told_is_no_talk_of_another_kind(text: str) -> None:
    found = default_reader().read_now(text, DialogueState(), NOW).requests
    assert not {one.intent for one in found} & {Intent.ABUSE, Intent.RATE, Intent.GOODBYE}
