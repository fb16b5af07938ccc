"""False premises: what the customer takes for granted and the passage denies."""

from __future__ import annotations

import pytest

from commercial_agent.knowledge.claims import contradicts

WARRANTY = "Cada auto lleva 3 meses de garantía incluidos. Si quieres más tiempo, puedes ampliarla un año adicional."
RETURN = "Tienes 7 días o 300 km de manejo, lo que llegue primero, para vivir con tu auto."
HOURS = "La sede abre de lunes a domingo de 9:00 a 18:00."
CASH = "No manejamos efectivo: el pago se hace por transferencia bancaria."


@pytest.mark.parametrize(
    ("question", "passage", "language"),
    [
        ("la garantía es de 5 años, ¿verdad?", WARRANTY, "es"),
        ("¿La garantía es de seis meses?", WARRANTY, "es"),
        ("la garantía es de por vida, ¿no?", WARRANTY, "es"),
        ("tengo 30 días para devolverlo", RETURN, "es"),
        ("me dijeron que son 2 semanas para regresarlo", RETURN, "es"),
        ("me dijeron que abren 24 horas", HOURS, "es"),
        ("You are open 24/7, right?", "We open every day from 9:00 to 18:00.", "en"),
        ("Vocês abrem 24 horas, certo?", "Abrimos das 9:00 às 18:00.", "pt"),
        ("aceptan efectivo, ¿verdad?", CASH, "es"),
        ("siguen en Colombia, ¿verdad?", "En Colombia abrió en 2022 y cerró en 2024; hoy no opera ahí.", "es"),
        ("me devuelven el apartado, ¿no?", "El apartado no se cancela ni se reembolsa.", "es"),
        ("The warranty lasts five years, right?", "Every car includes a 3-month warranty.", "en"),
        ("You take cash, right?", "We don't handle cash: payment is made by bank transfer.", "en"),
        ("A garantia é de 2 anos, certo?", "Todo carro vem com 3 meses de garantia.", "pt"),
    ],
)
def test_a_wrong_claim_is_seen(question: str, passage: str, language: str) -> None:
    assert contradicts(question, passage, language)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("¿cuánto dura la garantía?", WARRANTY),
        ("la garantía es de 3 meses, ¿verdad?", WARRANTY),
        ("no aceptan efectivo, ¿verdad?", CASH),
        ("me ayudan a buscarlo, ¿verdad?", "Si el modelo no está en el catálogo, te ayudamos a encontrarlo."),
        ("¿se puede ampliar un año?", WARRANTY),
        ("tengo una semana para devolverlo, ¿cierto?", RETURN),
        ("¿aceptan efectivo?", CASH),
        ("¿a qué hora abren?", HOURS),
        ("abren de 9:00 a 18:00, ¿verdad?", HOURS),
        ("", WARRANTY),
    ],
)
def test_a_question_or_a_right_claim_is_not_corrected(question: str, passage: str) -> None:
    assert not contradicts(question, passage, "es")
