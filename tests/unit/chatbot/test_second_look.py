"""Where the pages have a say in how a message is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from commercial_agent.chatbot.second_look import SecondLook
from commercial_agent.conversation.cars import CarCriteria
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import (
    CatalogRequest,
    ConciergeRequest,
    FinanceKind,
    FinanceRequest,
    InfoRequest,
    Request,
    SaleDraft,
)
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Entity, IntentScore, Understanding
from commercial_agent.knowledge.base import Hit


class _Pages:
    """Pages that answer with one passage, as sure as told."""

    def __init__(self, source: str = "knowledge/vender.md#ofertas", score: float = 0.9, *tags: str) -> None:
        self.hit = Hit(source, "Vender", "Ofertas", "Texto.", "es", score, tags or ("selling",))
        self.asked: list[str] = []

    async def search(
        self,
        question: str,
        language: str | None = None,
        tags: Sequence[str] = (),
        k: int = 5,
        *,
        prefer: Sequence[str] = (),
    ) -> list[Hit]:
        self.asked.append(question)
        return [self.hit]


def _look(
    pages: _Pages,
    text: str,
    request: Request,
    confidence: float = 0.9,
    state: DialogueState | None = None,
    entities: tuple[Entity, ...] = (),
) -> tuple[Request, ...]:
    reading = Understanding(Language.ES, (IntentScore(request.intent, confidence),), (request,), entities)
    return asyncio.run(SecondLook(pages).over(reading, text, state or DialogueState())).requests


@pytest.mark.parametrize(
    "text",
    [
        "cómo funciona lo de dejarlo en consignación?",
        "qué papeles llevo si les vendo mi coche",
        "cuánto tardan en depositarme si se los vendo?",
        "how does selling to you work?",
        "que documentos preciso pra vender o meu?",
    ],
)
def test_how_selling_goes_is_a_question_and_no_sale(text: str) -> None:
    (found,) = _look(_Pages(), text, ConciergeRequest(Intent.SELL_CAR, text=text))

    assert isinstance(found, InfoRequest)
    assert (found.question, found.topic) == (text, "selling")


@pytest.mark.parametrize("text", ["quiero vender mi carro", "cuánto me dan por mi coche?", "how much for my car?"])
def test_who_sells_or_wants_a_price_is_still_selling(text: str) -> None:
    request = ConciergeRequest(Intent.SELL_CAR, text=text)

    assert _look(_Pages(), text, request) == (request,)


def test_a_sale_that_names_its_car_stands() -> None:
    request = ConciergeRequest(Intent.SELL_CAR, sale=SaleDraft(model="March", year=2017), text="")

    assert _look(_Pages(), "qué les parece mi march 2017, me lo compran?", request) == (request,)


def test_what_was_unclear_goes_to_the_page_that_answers_it() -> None:
    text = "oye qué uso le dan a lo que les cuento?"
    (found,) = _look(_Pages("k/privacidad.md#uso", 0.6, "privacy"), text, ConciergeRequest(Intent.UNCLEAR), 0.3)

    assert found.intent is Intent.COMPANY


def test_what_no_page_answers_stays_unclear() -> None:
    request = ConciergeRequest(Intent.UNCLEAR, text="")

    assert _look(_Pages("k/x.md#y", 0.1), "oye qué onda con lo otro?", request, 0.3) == (request,)


def test_a_goodbye_that_asks_for_hours_takes_its_branch_and_day_along() -> None:
    text = "solo descanso domingo, ¿ese día trabajan en Explanada?"
    entities = (Entity("weekday", 6, 13, 20, "domingo"), Entity("branch", "Explanada", 44, 53, "Explanada"))
    pages = _Pages("k/sedes.md#horarios", 0.9, "branches")
    (found,) = _look(pages, text, ConciergeRequest(Intent.GOODBYE, text=text), 0.6, entities=entities)

    assert isinstance(found, InfoRequest)
    assert (found.intent, found.branch, found.weekday, found.asks_hours) == (Intent.BRANCHES, "Explanada", 6, True)


@pytest.mark.parametrize("intent", [Intent.OPT_OUT, Intent.OPT_IN])
def test_how_to_leave_is_told_before_anybody_leaves(intent: Intent) -> None:
    text = "y si quisiera dejar de recibir sus avisos, cómo se le hace"
    (found,) = _look(_Pages("k/privacidad.md#baja", 0.9, "privacy"), text, ConciergeRequest(intent, text=text))

    assert isinstance(found, InfoRequest)


@pytest.mark.parametrize(
    "text",
    ["ya no me manden mensajes", "como ya compré un carro, ya no me manden mensajes", "donde sea menos aquí, baja"],
)
def test_who_leaves_outright_has_left(text: str) -> None:
    request = ConciergeRequest(Intent.OPT_OUT, text=text)

    assert _look(_Pages("k/privacidad.md#baja", 0.9, "privacy"), request.text, request) == (request,)


def test_a_telephone_is_asked_of_the_pages_and_a_person_is_not() -> None:
    pages = _Pages("k/contacto.md#numero", 0.9, "contact")
    asked = ConciergeRequest(Intent.HUMAN, text="a qué número le puedo marcar a la sucursal?")
    wanted = ConciergeRequest(Intent.HUMAN, text="quiero que me atienda una persona de verdad")

    assert isinstance(_look(pages, asked.text, asked)[0], InfoRequest)
    assert _look(pages, wanted.text, wanted) == (wanted,)


def test_a_short_question_goes_on_with_the_page_just_quoted() -> None:
    state = DialogueState(
        last_intent=Intent.WARRANTY, last_question="qué cubre la garantía?", last_sources=("k/garantia.md#cubre",)
    )
    request = FinanceRequest(Intent.RULES, FinanceKind.RULES, question="y por cuántos meses dura")
    (found,) = _look(_Pages("k/garantia.md#dura", 0.8, "warranty"), request.question, request, 0.5, state)

    assert found.intent is Intent.WARRANTY


def test_a_search_with_wishes_stands_after_an_answer_of_the_pages() -> None:
    state = DialogueState(
        last_intent=Intent.WARRANTY, last_question="qué cubre la garantía?", last_sources=("k/garantia.md#cubre",)
    )
    request = CatalogRequest(Intent.SEARCH, CarCriteria(makes=("Mazda",)), text="tienen mazdas?")

    assert _look(_Pages("k/garantia.md#dura", 0.8, "warranty"), request.text, request, 0.5, state) == (request,)


def test_a_car_of_ours_that_fails_brings_its_warranty_beside_the_person() -> None:
    request = ConciergeRequest(Intent.COMPLAINT, text="me vendieron un aveo y ya prendió el testigo del motor")
    found = _look(_Pages("k/garantia.md#usar", 0.9, "warranty"), request.text, request)

    assert [one.intent for one in found] == [Intent.COMPLAINT, Intent.WARRANTY]


def test_a_complaint_about_the_service_brings_no_warranty() -> None:
    request = ConciergeRequest(Intent.COMPLAINT, text="llevo tres días esperando y nadie me contesta")

    assert _look(_Pages("k/garantia.md#usar", 0.9, "warranty"), request.text, request) == (request,)


@pytest.mark.parametrize(
    "text",
    [
        "les compré un march hace dos meses. se prendió el testigo. qué hago?",
        "mi versa lo compré ahí hace 3 semanas, ya no prende",
        "bought an Aveo from you a month ago, check engine light is on",
        "comprei um Onix com vocês faz um mês, acendeu a luz do motor",
    ],
)
def test_a_car_of_ours_that_fails_is_no_wish_for_one(text: str) -> None:
    (found,) = _look(_Pages(), text, CatalogRequest(Intent.SEARCH, CarCriteria(models=("Nissan/March",)), text=text))

    assert isinstance(found, InfoRequest)
    assert found.intent is Intent.WARRANTY


@pytest.mark.parametrize("text", ["compré un aveo con ustedes, ¿la garantía cubre fallas?", "¿tienen el march?"])
def test_coverage_and_other_cars_are_asked_as_they_stand(text: str) -> None:
    request = CatalogRequest(Intent.SEARCH, CarCriteria(models=("Nissan/March",)), text=text)
    assert _look(_Pages(), text, request) == (request,)


@pytest.mark.parametrize(
    "text", ["¿por dónde me comunico con ustedes?", "de qué manera los contacto?", "how do I get in touch with you?"]
)
def test_how_to_reach_us_is_told_and_nobody_called(text: str) -> None:
    pages = _Pages("knowledge/contacto.md#como", 0.9, "contact")
    (found,) = _look(pages, text, ConciergeRequest(Intent.HUMAN, text=text))
    assert isinstance(found, InfoRequest)


def test_who_asks_how_to_reach_a_person_is_passed_on() -> None:
    text = "¿cómo contacto a un asesor?"
    request = ConciergeRequest(Intent.HUMAN, text=text)
    assert _look(_Pages("knowledge/contacto.md#como", 0.9, "contact"), text, request) == (request,)


def test_what_is_asked_of_selling_in_two_parts_is_one_question() -> None:
    text = "and to sell it, what documents do you ask for"
    first = ConciergeRequest(Intent.SELL_CAR, text="and to sell it,")
    second = FinanceRequest(Intent.RULES, FinanceKind.RULES, question="what documents do you ask for")
    scores = (IntentScore(Intent.SELL_CAR, 0.9), IntentScore(Intent.RULES, 0.9))
    reading = Understanding(Language.EN, scores, (first, second), ())
    (found,) = asyncio.run(SecondLook(_Pages()).over(reading, text, DialogueState())).requests
    assert isinstance(found, InfoRequest)
    assert found.question == text
