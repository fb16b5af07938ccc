from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.findings import (
    AppointmentFinding,
    BranchesFound,
    BranchFact,
    Declined,
    Finding,
    NotUnderstood,
    SaleFinding,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.reply import PhrasingContext
from commercial_agent.conversation.requests import AppointmentDraft, SaleDraft
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.replies.local import LocalPhraser

ZONE = ZoneInfo("America/Mexico_City")
DEALER = Dealer("Kavak", "Ava", "MX", "MXN", ZONE, tuple(Language), "https://kavak.com", "https://kavak.com/aviso")
PHRASER = LocalPhraser(DEALER)
EXPLANADA = BranchFact("explanada", "Explanada", "Puebla", "Calle Ignacio Allende 512", ((5, time(9), time(18)),))
languages = pytest.mark.parametrize("language", list(Language))


def said(*findings: Finding, language: Language = Language.ES, masked: bool = False) -> str:
    context = PhrasingContext(language, DialogueState(turns=3), "…", "seed", masked)
    return PHRASER.write(findings, context).text


@languages
def test_a_delicate_number_is_said_not_to_be_kept(language: Language) -> None:
    found = Talked(Intent.INTRODUCE, "Ana")
    plain, masked = said(found, language=language), said(found, language=language, masked=True)
    assert masked.endswith(plain)
    assert len(masked) > len(plain) + 40


@languages
@pytest.mark.parametrize("puzzled", [NotUnderstood(), Declined(Intent.OUT_OF_SCOPE)])
def test_a_message_that_was_only_such_a_number_is_not_called_unclear(puzzled: Finding, language: Language) -> None:
    assert len(said(puzzled, language=language, masked=True).split("\n\n")) == 1


@languages
def test_a_kept_appointment_is_told_in_full_a_dropped_one_is_not(language: Language) -> None:
    draft = AppointmentDraft(branch="Explanada", name="Ana", booking_id="b1")
    starts_at = datetime(2026, 11, 28, 11, tzinfo=ZONE)
    kept = AppointmentFinding("kept", draft, EXPLANADA, booking_id="b1", starts_at=starts_at)
    assert all(part in said(kept, language=language) for part in ("Explanada", "Ana", "28", "11", "b1"))
    assert "Explanada" not in said(AppointmentFinding("dropped", draft), language=language)


@languages
@pytest.mark.parametrize("condition", ["good", "fair", "bad"])
def test_a_cars_condition_is_told_in_the_customers_language(condition: str, language: Language) -> None:
    draft = SaleDraft(make="Nissan", model="Sentra", year=2018, km=50_000, city="Puebla", condition=condition)
    text = said(SaleFinding("received", draft), language=language)
    assert f", {condition}." not in text
    own = said(SaleFinding("received", replace(draft, condition="le falta un espejo")), language=language)
    assert "le falta un espejo" in own


@languages
def test_a_figure_that_we_never_named_is_not_conceded(language: Language) -> None:
    denied = said(Declined(Intent.MANIPULATION, "earlier_claim"), language=language)
    agreed = said(Declined(Intent.MANIPULATION, "earlier_claim_true"), language=language)
    general = said(Declined(Intent.MANIPULATION, None), language=language)
    assert len({denied, agreed, general}) == 3


@languages
def test_the_nearest_branches_are_called_so(language: Language) -> None:
    near = said(BranchesFound((EXPLANADA,), nearest=True, question=Question(Ask.BOOK)), language=language)
    assert "Explanada" in near
    assert near != said(BranchesFound((EXPLANADA,), question=Question(Ask.BOOK)), language=language)
