from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.cars import CarCriteria, CarFacts, Origin, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import AppointmentDraft, FinanceKind
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.replies.evaluation.rates import evaluate_evidence
from commercial_agent.replies.evaluation.samples import DEALER, ZONE
from commercial_agent.replies.evidence import Problem, check
from commercial_agent.replies.model_phraser import complaint

JETTA = CarFacts(
    "306473", "Volkswagen", "Jetta", 2019, "2.5 COMFORTLINE AUTO", Decimal("238999.00"), 45000, True, True, 4659, 1799,
    1455, "sedan", "automatic", None, "gasoline", Decimal("2.5"), 4, 5,
)  # fmt: skip
VERSA = replace(
    JETTA, stock_id="291120", make="Nissan", model="Versa", year=2020, version="1.6 ADVANCE TM",
    price=Decimal("214999.00"), km=61250, car_play=False, transmission="manual", engine_litres=Decimal("1.6"),
)  # fmt: skip
QUOTE = f.QuoteFact(
    "306473", Decimal("238999.00"), Decimal("47799.80"), Decimal("191199.20"), 48, Decimal("0.10"), Decimal("4849.31"),
    Decimal("4849.20"), Decimal("41567.57"), Decimal("232766.77"), Decimal("10.4713"),
)  # fmt: skip
LONGER = replace(QUOTE, months=60, monthly_payment=Decimal("4062.42"), total_interest=Decimal("52546.00"))
BRANCH = f.BranchFact("n", "Valle Norte", "Monterrey", "Av. Lázaro Cárdenas 2400, San Pedro Garza García")
SCENES: dict[str, tuple[f.Finding, ...]] = {
    "cars": (
        f.CarsFound(
            CarCriteria(price=Range(None, Decimal(280000))), (JETTA, VERSA), 14, question=Question(Ask.QUOTE)
        ),
    ),
    "compared": (f.CarsCompared((JETTA, VERSA), ("price", "km"), (("price", "291120"), ("km", "306473"))),),
    "described": (f.CarDescribed(JETTA, (f.AttributeAnswer("km", 45000, Origin.STATED),)),),
    "plan": (f.PlanQuoted((QUOTE,), JETTA, date(2026, 11, 22), question=Question(Ask.BOOK)),),
    "terms": (f.PlanQuoted((QUOTE, LONGER), JETTA, date(2026, 11, 22)),),
    "budget": (
        f.Calculated(
            FinanceKind.MAX_PRICE, (("monthly_budget", Decimal(6000)), ("max_price", Decimal(332392)), ("months", 60))
        ),
    ),
    "rules": (f.FinancingRules(Decimal("0.10"), (36, 48, 60, 72), Decimal(0), Decimal(20), ("rate",), Decimal(6)),),
    "warranty": (
        f.PassagesFound(
            "x",
            (
                f.PassageFact(
                    "garantia.md", "Garantía", "Cobertura",
                    "La garantía cubre motor y transmisión durante 3 meses. No cubre llantas ni frenos.",
                    Language.ES, 0.9,
                ),
            ),
        ),
    ),
    "branch": (f.BranchesFound((BRANCH,), "Monterrey", asks_hours=True),),
    "booked": (
        f.AppointmentFinding(
            "booked", AppointmentDraft("visit", "Valle Norte", name="Mariana"), BRANCH, JETTA, None, (), "C12",
            datetime(2026, 11, 28, 11, tzinfo=ZONE),
        ),
    ),
    "collecting": (
        f.AppointmentFinding(
            "collecting", AppointmentDraft("visit", "Valle Norte"), BRANCH, JETTA, question=Question(Ask.DAY)
        ),
    ),
    "declined": (f.Declined(Intent.MANIPULATION, "discount", Question(Ask.OPEN)),),
    "unknown": (f.NotKnown("x", question=Question(Ask.HUMAN)),),
    "person": (f.HandoffFinding("made", "requested", datetime(2026, 11, 23, 9, tzinfo=ZONE)),),
    "thanks": (f.Talked(Intent.THANKS),),
}  # fmt: skip
CORPUS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "data" / "evidence.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: f"{case['scene']}-{case['language']}")
def test_the_corpus_of_good_and_bad_replies_is_told_apart(case: dict[str, Any]) -> None:
    language = Language(case["language"])
    findings = SCENES[case["scene"]]
    for reply in case.get("good", ()):
        verdict = check(reply, findings, case.get("customer", ""), language, dealer=DEALER)
        assert (*verdict.problems, *verdict.omitted) == (), reply
    for reply in case.get("bad", ()):
        assert not check(reply, findings, case.get("customer", ""), language, dealer=DEALER).complete, reply


def test_the_rates_on_made_replies_are_within_their_bounds() -> None:
    rates = evaluate_evidence(turns=90, seed=2718)
    assert rates.false_replies > 500
    assert rates.true_replies > 400
    assert rates.miss_rate <= 0.005, rates.missed_examples
    assert rates.false_alarm_rate <= 0.02, rates.refused_examples


def test_the_first_words_must_say_who_speaks() -> None:
    found = check("¡Hola! ¿En qué te ayudo?", SCENES["thanks"], "", Language.ES, dealer=DEALER, introduces=True)
    assert {problem.kind for problem in found.problems} == {"missing"}


def test_an_empty_reply_is_refused() -> None:
    assert not check("  ", SCENES["thanks"], "", Language.ES).ok


def test_a_reply_without_end_is_refused() -> None:
    assert not check("Con gusto. " * 2000, SCENES["thanks"], "", Language.ES).ok


def test_random_bytes_raise_nothing() -> None:
    noise = bytes(range(256)).decode("latin-1") * 3
    assert not check(noise, SCENES["plan"], noise, Language.ES, dealer=DEALER).ok


def test_the_same_reply_gets_the_same_verdict() -> None:
    reply = CORPUS[0]["bad"][0]
    first, second = (check(reply, SCENES["cars"], "", Language.ES) for _ in range(2))
    assert first == second


NATURAL = (
    (
        "warranty",
        Language.ES,
        "Son tres meses de garantía y protegen motor y transmisión; llantas y frenos quedan fuera.",
    ),
    (
        "warranty",
        Language.ES,
        "Estás cubierto 3 meses en motor y transmisión. Eso sí, las llantas y los frenos no entran.",
    ),
    (
        "compared",
        Language.ES,
        "El Versa 2020 sale $24,000 más barato, y el Jetta 2019 ha rodado menos: 45,000 km contra 61,250 km.",
    ),
    (
        "person",
        Language.ES,
        "Ya pasé tu conversación al equipo; retoman el lunes 23 de noviembre a las 9 de la mañana.",
    ),
    (
        "described",
        Language.EN,
        "The Jetta 2019 has 45,000 km on the clock, and you can hook up your phone through Bluetooth.",
    ),
    ("thanks", Language.PT, "Imagina! Se surgir outra dúvida, é só me chamar."),
)
UNFOUNDED = (
    ("warranty", Language.ES, "La garantía no cubre motor ni transmisión."),
    ("warranty", Language.ES, "La puedes usar en cualquier taller."),
    ("thanks", Language.ES, "¡Con gusto! Te aparto el auto hasta el viernes."),
    ("thanks", Language.ES, "¡Gracias por tu compra!"),
    ("person", Language.ES, "Te marca un gerente el lunes 23 de noviembre a las 9:00 a.m."),
    ("compared", Language.ES, "El Versa 2020 es el de menos kilómetros."),
    ("compared", Language.EN, "The one with the lowest mileage is the Versa."),
    ("described", Language.EN, "The Jetta 2019 has 45,000 km and most of these versions have leather."),
    ("rules", Language.ES, "La tasa es de 10% anual y siempre se aprueba."),
    ("branch", Language.PT, "A loja Valle Norte abre aos domingos às 10h."),
    ("thanks", Language.EN, "You can pay it off early at no cost."),
)


@pytest.mark.parametrize(("scene", "language", "reply"), NATURAL, ids=range(len(NATURAL)))
def test_a_finding_may_be_told_in_other_words(scene: str, language: Language, reply: str) -> None:
    assert check(reply, SCENES[scene], "", language, dealer=DEALER).problems == ()


@pytest.mark.parametrize(("scene", "language", "reply"), UNFOUNDED, ids=range(len(UNFOUNDED)))
def test_what_no_finding_says_is_refused_in_ordinary_words_too(scene: str, language: Language, reply: str) -> None:
    assert not check(reply, SCENES[scene], "", language, dealer=DEALER).ok


def test_what_no_data_tell_is_neither_affirmed_nor_denied() -> None:
    findings = (f.CarDescribed(JETTA, (f.AttributeAnswer("sunroof", None, Origin.UNKNOWN),)),)
    asked = "¿el jetta trae quemacocos?"
    open_ones = "Del Jetta 2019 no tengo el dato del quemacocos; una persona del equipo te lo confirma."
    assert check(open_ones, findings, asked, Language.ES, dealer=DEALER).ok
    for closed in ("El Jetta 2019 sí trae quemacocos.", "Veo que el Jetta 2019 no trae quemacocos."):
        assert not check(closed, findings, asked, Language.ES, dealer=DEALER).ok


def test_what_a_plan_leaves_out_is_told_apart_from_what_it_says_wrongly() -> None:
    verdict = check("Pagarías $4,849.31 al mes por 48 meses.", SCENES["plan"], "", Language.ES, dealer=DEALER)
    assert verdict.ok
    assert not verdict.complete
    assert {problem.kind for problem in verdict.omitted} == {"missing"}


def test_a_complaint_names_the_sentence_to_drop() -> None:
    reply = "Hay 14 opciones. Además, te regalamos el seguro. ¿Cuál te gusta?"
    said = complaint(Problem("promise", "regalamos el seguro"), reply)
    assert "Además, te regalamos el seguro" in said
    assert "14 opciones" not in said
