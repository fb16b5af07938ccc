"""What is asked for by name is set apart from the rest of a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import FinanceRequest, InfoRequest, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import default_reader

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))


def read(text: str, last_question: str | None = None) -> tuple[Request, ...]:
    state = replace(DialogueState(), last_question=last_question)
    return default_reader().read_now(text, state, NOW).requests


def named(requests: tuple[Request, ...]) -> set[str]:
    return {name for one in requests if isinstance(one, InfoRequest | FinanceRequest) for name in one.named}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("¿y si no alcanzo a pagar un mes me cobran recargos?", "late_payment"),
        ("what happens if I miss a payment?", "late_payment"),
        ("e se eu atrasar uma parcela?", "late_payment"),
        ("si lo liquido antes de tiempo me penalizan?", "prepayment_penalty"),
        ("is there a fee for paying off early?", "prepayment_penalty"),
        ("mi mamá puede entrar como coacreditada?", "guarantor"),
        ("can my brother co-sign the loan?", "guarantor"),
        ("trabajo en un tianguis y me pagan en efectivo, me financian?", "unproven_income"),
        ("tengo 68 años, todavía me dan crédito?", "student_or_age"),
        ("soy colombiano con residencia temporal, puedo sacar un coche a meses?", "foreign_resident"),
        ("oigan y más o menos cuánto sale el seguro del carro?", "insurance_cost"),
        ("do I need to buy insurance through you?", "insurance_choice"),
        ("me dejan cruzar la frontera con el carro si lo debo?", "taking_abroad"),
        ("can I take it across the border to Texas?", "taking_abroad"),
        ("y qué pasa si la empresa quiebra y ya les pagué?", "bankruptcy"),
        ("puedo llevar un mecánico a que lo revise?", "own_mechanic"),
        ("cuánto cobran por el año extra de garantía", "warranty_extension_cost"),
        ("quanto custa estender a garantia?", "warranty_extension_cost"),
        ("la batería del híbrido la cubre la garantía?", "hybrid_battery_cover"),
        ("todavía tiene garantía de agencia?", "factory_warranty"),
        ("lo quiero apartar, qué sigue?", "how_to_reserve"),
        ("quero reservar esse, como faço?", "how_to_reserve"),
        ("leí puras malas opiniones de ustedes, qué onda?", "reputation"),
        ("do I get my money back if I return it?", "refund_money"),
        ("me sale mejor de contado o financiado?", "cash_or_credit"),
        ("is cash better or financing?", "cash_or_credit"),
        ("em quantas parcelas posso dividir?", "terms_offered"),
        ("y si dejo de pagar la mensualidad qué pasa, me lo quitan?", "job_loss"),
        ("y si mi esposo lo saca a su nombre?", "other_person_credit"),
        ("can my husband take the loan instead?", "other_person_credit"),
        ("dan financiamiento para mi empresa?", "company_credit"),
        ("facturan a persona moral?", "invoice_name"),
        ("qué tengo que llevar a la cita?", "visit_bring"),
    ],
)
def test_it_is_known_by_its_name_alone(text: str, name: str) -> None:
    requests = read(text)
    assert named(requests) == {name}
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("text", "other", "name"),
    [
        ("cómo funciona el crédito? piden aval?", Intent.RULES, "guarantor"),
        ("gano 18 mil al mes, pero mi hermano puede firmar conmigo", Intent.AFFORD, "guarantor"),
        ("Hola. What's the interest rate and is there a prepayment penalty?", Intent.RULES, "prepayment_penalty"),
        ("quiero una visita el sábado a las 12 y llevo a mi mecánico, se puede?", Intent.APPOINTMENT, "own_mechanic"),
    ],
)  # fmt: skip
def test_the_rest_of_the_message_is_answered_too(text: str, other: Intent, name: str) -> None:
    requests = read(text)
    assert other in {request.intent for request in requests}
    assert name in named(requests)


def test_what_is_said_of_it_leans_on_the_question_before() -> None:
    assert named(read("y eso viene incluido o se paga aparte?", "qué es kavak total?")) == {"kavak_total_price"}
    assert not named(read("y eso viene incluido o se paga aparte?", "hacen el trámite de placas?"))


@pytest.mark.parametrize(
    "text",
    [
        "estoy seguro que quiero el jetta",
        "quiero un carro para mi hijo que tiene 18 años, hasta 200 mil",
        "vendo mi carro, la factura está a mi nombre",
        "cuánto pago si liquido en el mes 12?",
        "puedo apartar 4 mil al mes, qué me alcanza?",
        "perdí mi trabajo, ya no me manden mensajes",
        "ya les compré y no quiero más promociones",
        "pásame el teléfono del cliente que compró el jetta",
    ],
)
def test_the_same_words_for_something_else_are_left(text: str) -> None:
    assert not named(read(text))
