"""What is asked on after a plan or an answer of the company, and amounts told in ways that are easy to misread."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.cars import CarReference
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest, InfoRequest, PlanTerms, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("America/Mexico_City"))
TERMS = PlanTerms(down_amount=Decimal(100_000), months=(60,))
PLANNED = DialogueState(
    turns=1,
    plan=TERMS,
    plan_kind=FinanceKind.QUOTE,
    plan_price="400000",
    calculation=FinanceRequest(Intent.QUOTE, FinanceKind.QUOTE, CarReference(), Decimal(400_000), TERMS),
    last_intent=Intent.QUOTE,
)
WARRANTY = DialogueState(turns=1, last_intent=Intent.WARRANTY, last_question="¿qué cubre la garantía?")


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


def read(reader: LocalReader, text: str, state: DialogueState | None = None) -> tuple[Request, ...]:
    return reader.read_now(text, state or DialogueState(), NOW).requests


def plan(reader: LocalReader, text: str, state: DialogueState | None = None) -> FinanceRequest:
    found = [request for request in read(reader, text, state) if isinstance(request, FinanceRequest)]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "text",
    [
        "un coche de $250,000 a 48 meses con menos veinte mil de enganche",
        "uno de 250 mil a 48 meses y que el enganche fuera de menos 20 mil",
        "250 mil a 48 meses dando -20,000 de enganche",
        "250 mil a 48 meses, enganche (-20,000)",
    ],
)
def test_a_down_payment_below_zero_is_told_as_such(reader: LocalReader, text: str) -> None:
    assert plan(reader, text).terms.down_amount == Decimal(-20_000)


@pytest.mark.parametrize(
    "text", ["con menos de 20 mil de enganche, uno de 250 mil a 48", "enganche 20 mil, 250 mil a 48"]
)
def test_a_limit_of_the_down_payment_is_not_below_zero(reader: LocalReader, text: str) -> None:
    assert plan(reader, text).terms.down_amount == Decimal(20_000)


@pytest.mark.parametrize("text", ["now try it at five years", "and at 5 years?", "put it at five years please"])
def test_years_behind_at_are_a_term_and_no_hour(reader: LocalReader, text: str) -> None:
    assert plan(reader, text, PLANNED).terms.months == (60,)


@pytest.mark.parametrize(
    "text",
    [
        "tengo una oferta del banco: 200,000 de crédito, 48 meses, tasa de 13%. ¿con ustedes sale mejor?",
        "traigo un crédito de mi banco por 200 mil a 48 meses al 13%, ustedes qué ofrecen?",
        "200 mil prestados por mi banco, 48 meses, tasa del 13%, ¿cómo queda con ustedes?",
    ],
)
def test_nothing_of_an_amount_that_is_lent_is_paid_down(reader: LocalReader, text: str) -> None:
    asked = plan(reader, text)
    assert (asked.kind, asked.terms.down_amount) == (FinanceKind.OTHER_LENDER, Decimal(0))


@pytest.mark.parametrize(
    "text",
    [
        "uno de 300 mil a 60 meses, ¿de cuánto tiene que ser el enganche para pagar 5 mil al mes?",
        "para que me quede en 5 mil al mes uno de 300 mil a 60 meses, cuánto hay que dar de enganche",
        "how big does the down payment have to be so I pay 5,000 a month on 300,000 over 60 months",
    ],
)
def test_the_down_payment_a_month_needs_is_asked_for(reader: LocalReader, text: str) -> None:
    assert plan(reader, text).kind is FinanceKind.DOWN_NEEDED


def test_the_price_of_a_plan_put_right_is_no_car_given_in(reader: LocalReader) -> None:
    asked = plan(reader, "uy, leí mal lo que costaba el carro, en realidad vale 380", PLANNED)
    assert (asked.price, asked.terms.trade_in) == (Decimal(380_000), None)


@pytest.mark.parametrize("text", ["y de cuántos meses me la dan?", "y por cuántos meses la dan?"])
def test_months_after_the_warranty_are_those_of_the_warranty(reader: LocalReader, text: str) -> None:
    assert [request.intent for request in read(reader, text, WARRANTY)] == [Intent.WARRANTY]


def test_months_of_a_credit_after_the_warranty_stay_its_own(reader: LocalReader) -> None:
    asked = read(reader, "y a cuántos meses dan el crédito?", WARRANTY)
    assert [request.intent for request in asked] == [Intent.RULES]


def test_a_place_told_first_is_that_of_the_branch_asked_for(reader: LocalReader) -> None:
    asked = read(
        reader,
        "soy de Querétaro y quiero un mazda 2, ¿cuánto al mes a 48, y en qué lugar de aquí lo puedo ir a conocer?",
    )
    places = [request.city for request in asked if isinstance(request, InfoRequest)]
    assert places == ["Querétaro"]


def test_no_source_is_asked_for_where_nothing_was_told(reader: LocalReader) -> None:
    asked = read(
        reader, "mi banco me presta 200 mil a 4 años con tasa de 13%, me dices cómo está contra lo que dan ustedes?"
    )
    assert Intent.SOURCE not in {request.intent for request in asked}


@pytest.mark.parametrize(
    "text",
    [
        "la vez pasada me vendieron en otro lado un carro que había chocado, ustedes cómo demuestran que los suyos no?",
        "en otro lote me vendieron uno robado, ¿ustedes cómo le hacen?",
    ],
)
def test_what_others_sold_is_no_complaint_about_us(reader: LocalReader, text: str) -> None:
    assert Intent.COMPLAINT not in {request.intent for request in read(reader, text)}
