from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.cars import CarCriteria, CarFacts, Origin, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.reply import Card, PhrasingContext, Reply
from commercial_agent.conversation.requests import AppointmentDraft, FinanceKind, Metric, SaleDraft
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.replies import local
from commercial_agent.replies.evaluation import samples
from commercial_agent.replies.evidence import check
from commercial_agent.replies.local import LocalPhraser, at_most_three_cars, introduces

PHRASER = LocalPhraser(samples.DEALER)
JETTA = CarFacts(
    "1", "Volkswagen", "Jetta", 2019, "2.5 COMFORTLINE AUTO", Decimal("238999.00"), 45000, True, True, 4659, 1799, 1455,
    "sedan", "automatic", "fwd", "gasoline", Decimal("2.5"), 4, 5, inferred=("drive",),
)  # fmt: skip
MAZDA = replace(JETTA, stock_id="2", make="Mazda", model="3", version="2.0 I SPORT TA", price=Decimal(228999), km=60123)
QUOTE = f.QuoteFact(
    "1", Decimal("238999.00"), Decimal("47799.80"), Decimal("191199.20"), 48, Decimal("0.10"), Decimal("4849.31"),
    Decimal("4849.20"), Decimal("41567.57"), Decimal("232766.77"), Decimal("10.4713"),
)  # fmt: skip


def say(
    *findings: f.Finding, language: Language = Language.ES, turns: int = 3, seed: str = "x", customer: str = ""
) -> Reply:
    return PHRASER.write(findings, PhrasingContext(language, DialogueState(turns=turns), customer, seed))


def verdict(reply: Reply, findings: tuple[f.Finding, ...], turns: int = 3, customer: str = "") -> tuple[str, ...]:
    context = PhrasingContext(reply.language, DialogueState(turns=turns), customer, "x")
    found = check(
        reply.text, findings, customer, reply.language, dealer=samples.DEALER, introduces=introduces(findings, context)
    )
    return tuple(f"{problem.kind}: {problem.text}" for problem in found.problems)


ONE_OF_EACH: tuple[f.Finding, ...] = (
    f.CarsFound(CarCriteria(body_styles=("sedan",), price=Range(None, Decimal(280000))), (JETTA, MAZDA), 9),
    f.CarsFound(CarCriteria(), (), 0, not_stocked=("Tesla/Model 3",), not_in_data=("colour",)),
    f.CarsFound(CarCriteria(), (), 7, exhausted=True),
    f.CarDescribed(JETTA, ()),
    f.CarDescribed(JETTA, (f.AttributeAnswer("colour", None, Origin.UNKNOWN),)),
    f.CarsCompared((JETTA, MAZDA), ("price", "km"), (("price", "2"), ("km", "1"))),
    f.StockAnalysed(Metric.COUNT, None, "make", CarCriteria(), (f.AnalysisRow("Nissan", 12),), 15, 7),
    f.CarGone("Jetta 2019", (MAZDA,)),
    f.CarNotClear(2),
    f.PlanQuoted((QUOTE,), JETTA, date(2026, 11, 22), True, True),
    f.Calculated(FinanceKind.MAX_PRICE, (("max_price", Decimal(332392)), ("months", 60))),
    f.PlanImpossible("down_exceeds_price", (("price", Decimal(100000)), ("down", Decimal(200000)))),
    f.PlanNeeds(FinanceKind.QUOTE, "car_or_price", Question(Ask.PRICE_OR_CAR)),
    f.FinancingRules(Decimal("0.10"), (36, 48, 60, 72), Decimal(0), Decimal(20)),
    f.PassagesFound("x", (f.PassageFact("a.md", "A", "B", "La garantía dura 3 meses.", Language.ES, 0.9),)),
    f.BranchesFound((f.BranchFact("b", "Valle", "Puebla", "Blvd. Atlixco 1502", None),), "Puebla", asks_hours=True),
    f.NotKnown("x"),
    f.SourcesNamed(("knowledge/garantia.md",)),
    f.Talked(Intent.GREETING),
    f.AppointmentFinding("collecting", AppointmentDraft(), question=Question(Ask.DAY)),
    f.SaleFinding("collecting", SaleDraft(True), ("car",), question=Question(Ask.SALE_CAR)),
    f.HandoffFinding("made", "requested"),
    f.RatingFinding(5),
    f.OptFinding(True),
    f.Declined(Intent.OUT_OF_SCOPE),
    f.NotUnderstood((Intent.SEARCH, Intent.QUOTE), question=Question(Ask.CHOICE, ("catalog.search", "finance.quote"))),
)  # fmt: skip


def test_every_kind_of_finding_is_among_the_examples() -> None:
    assert {type(finding) for finding in ONE_OF_EACH} == set(get_args(f.Finding)) == set(local._RENDERERS)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("finding", ONE_OF_EACH, ids=lambda finding: type(finding).__name__)
def test_every_finding_is_told_in_every_language_and_stands_the_evidence_check(
    finding: f.Finding, language: Language
) -> None:
    reply = say(finding, language=language)
    assert reply.text.strip()
    assert verdict(reply, (finding,)) == ()


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(Language), st.sampled_from((0, 1, 9)))
def test_whatever_the_findings_the_local_words_stand_the_evidence_check(
    seed: int, language: Language, turns: int
) -> None:
    findings = samples.findings(Random(seed), language)
    reply = say(*findings, language=language, turns=turns, seed=str(seed))
    assert verdict(reply, findings, turns) == ()


HOSTILE = st.text(alphabet="AbÑ*_~`{}$<>|#@[]()/\\ .,:;%'\"\n\u202e\u200b😀", max_size=60)


@settings(max_examples=80, deadline=None)
@given(HOSTILE, HOSTILE, st.sampled_from(Language))
def test_data_is_never_markup_nor_wording(version: str, name: str, language: Language) -> None:
    car = replace(JETTA, version=version)
    findings: tuple[f.Finding, ...] = (
        f.Talked(Intent.INTRODUCE, name), f.CarsFound(CarCriteria(), (car,), 1), f.CarDescribed(car, ()),
    )  # fmt: skip
    text = say(*findings, language=language).text
    assert "\u202e" not in text
    assert "`" not in text
    for line in text.splitlines():
        assert line.count("*") % 2 == 0


def test_the_first_words_say_who_speaks_and_how_to_reach_a_person() -> None:
    reply = say(f.CarsFound(CarCriteria(), (JETTA,), 1), turns=0)
    first = reply.text.split("\n\n")[0]
    assert "automático" in first
    assert "*persona*" in first
    assert samples.DEALER.privacy_url in first


def test_later_replies_do_not_introduce_themselves_again() -> None:
    assert samples.DEALER.privacy_url not in say(f.Talked(Intent.THANKS)).text


def test_the_same_conversation_reads_the_same_and_never_repeats_itself_in_a_row() -> None:
    said = [say(f.Talked(Intent.THANKS, question=Question(Ask.OPEN)), turns=turn).text for turn in range(1, 8)]
    again = [say(f.Talked(Intent.THANKS, question=Question(Ask.OPEN)), turns=turn).text for turn in range(1, 8)]
    assert said == again
    assert all(one != following for one, following in pairwise(said))


def test_only_the_last_question_is_asked_and_it_closes_the_reply() -> None:
    reply = say(
        f.CarsFound(CarCriteria(), (JETTA,), 1, question=Question(Ask.QUOTE)),
        f.NotKnown("x", question=Question(Ask.HUMAN)),
    )
    assert reply.question == Question(Ask.HUMAN)
    assert reply.text.count("?") == 1
    assert reply.text.endswith("?")


def test_nothing_is_asked_once_a_person_takes_over() -> None:
    reply = say(
        f.CarsFound(CarCriteria(), (JETTA,), 1, question=Question(Ask.BOOK)), f.HandoffFinding("made", "requested")
    )
    assert reply.question is None
    assert "?" not in reply.text


def test_a_reply_shows_three_cars_at_most() -> None:
    page = f.CarsFound(CarCriteria(), (JETTA, MAZDA, replace(MAZDA, stock_id="3")), 9)
    other = f.CarsFound(CarCriteria(makes=("Mazda",)), (MAZDA, JETTA), 2)
    cut = at_most_three_cars((page, other))
    assert sum(len(item.cars) for item in cut if isinstance(item, f.CarsFound)) <= 3
    cards = [block for block in say(page, other).blocks if isinstance(block, Card)]
    assert len(cards) <= 3


def test_cars_that_look_alike_are_told_apart_by_their_stock_number() -> None:
    twin = replace(JETTA, stock_id="99")
    text = say(f.CarsFound(CarCriteria(), (JETTA, twin), 2)).text
    assert "Clave 99" in text


def test_criteria_agree_in_gender_and_number() -> None:
    criteria = CarCriteria(body_styles=("suv",), transmissions=("automatic",), price=Range(None, Decimal(280000)))
    assert "SUVs automáticas de hasta $280,000" in say(f.CarsFound(criteria, (), 0)).text
    mixed = replace(criteria, body_styles=("suv", "sedan"))
    assert "SUVs o sedanes automáticos" in say(f.CarsFound(mixed, (), 0)).text
    assert "automatic SUVs up to $280,000" in say(f.CarsFound(criteria, (), 0), language=Language.EN).text


def test_a_plan_names_all_it_must() -> None:
    text = say(f.PlanQuoted((QUOTE,), JETTA, date(2026, 11, 22), True, True)).text
    for said in ("$238,999", "$47,799.80", "$191,199.20", "48 meses", "10%", "*Mensualidad: $4,849.31*", "aprobación"):
        assert said in text
    assert "CAT informativo 10.5% sin IVA, calculado el 22 de noviembre de 2026" in text


def test_a_plan_that_needs_no_credit_quotes_no_payment() -> None:
    paid = replace(QUOTE, down_payment=QUOTE.price, loan=Decimal(0), monthly_payment=Decimal(0), cat_percent=None)
    text = say(f.PlanQuoted((paid,), JETTA, date(2026, 11, 22))).text
    assert "Mensualidad" not in text
    assert "CAT" not in text


def test_a_person_is_promised_no_sooner_than_known() -> None:
    opens = datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert "lunes 23 de noviembre, 9:00 a.m." in say(f.HandoffFinding("made", "requested", opens)).text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("ask", Ask)
def test_quick_replies_are_few_short_and_typable(ask: Ask, language: Language) -> None:
    options = {
        Ask.TERM: ("36", "48", "60"),
        Ask.CHOICE: ("catalog.search", "finance.quote"),
        Ask.NARROW: ("sedan", "suv"),
    }
    question = Question(ask, options.get(ask, ()), "body_styles" if ask is Ask.NARROW else None)
    reply = say(f.NotKnown("x", question=question), language=language)
    assert len(reply.quick_replies) <= 3
    assert all(len(button.title) <= 20 and button.payload for button in reply.quick_replies)
    assert reply.text.endswith("?")


async def test_the_phraser_speaks_the_protocol() -> None:
    context = PhrasingContext(Language.PT, DialogueState(turns=2), "", "s")
    reply = await PHRASER.phrase((f.Talked(Intent.THANKS),), context)
    assert (reply.language, reply.phraser) == (Language.PT, "local")
