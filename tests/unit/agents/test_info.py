"""The Info agent: which finding a question about the company gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.agents.info import InfoAgent
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.findings import BranchesFound, NotKnown, PassagesFound, SourcesNamed
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import InfoRequest
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.knowledge.base import Hit, KnowledgeBase
from commercial_agent.knowledge.branches import Branches

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
WARRANTY = Hit(
    "knowledge/garantia.md#duracion", "Garantía", "Duración", "La garantía dura 3 meses.", "es", 0.9, ("warranty",)
)
RETURN = Hit(
    "knowledge/devolucion.md#plazo", "Devolución", "Plazo", "Tienes 7 días para devolverlo.", "es", 0.9, ("return",)
)


class Shelf:
    """Knows what it was given, by a word of the question; keeps what it was asked."""

    def __init__(self, **hits: Hit) -> None:
        self._hits = hits
        self.asked: list[tuple[str, str | None, tuple[str, ...]]] = []

    async def search(
        self,
        question: str,
        language: str | None = None,
        tags: Sequence[str] = (),
        k: int = 5,
        *,
        prefer: Sequence[str] = (),
    ) -> list[Hit]:
        self.asked.append((question, language, tuple(prefer)))
        return [hit for word, hit in self._hits.items() if word in question]


def agent(shelf: Shelf) -> InfoAgent:
    dealer = Dealer("Kavak", "Ana", "MX", "MXN", ZoneInfo("America/Mexico_City"), (Language.ES,), "kavak.com", "p")
    return InfoAgent(cast("KnowledgeBase", shelf), Branches.load(ROOT / "dealership" / "branches.toml"), dealer)


async def test_a_passage_comes_with_its_source() -> None:
    shelf = Shelf(garantía=WARRANTY)
    found = await agent(shelf).answer(InfoRequest(Intent.WARRANTY, "¿hay garantía?"), DialogueState(), NOW)
    assert isinstance(found, PassagesFound)
    assert [p.source for p in found.passages] == [WARRANTY.source]
    assert not found.correction
    assert shelf.asked == [("¿hay garantía?", "es", ("warranty",))]


async def test_the_language_is_the_conversations() -> None:
    shelf = Shelf()
    await agent(shelf).answer(InfoRequest(Intent.WARRANTY, "warranty?"), DialogueState(language=Language.EN), NOW)
    assert shelf.asked[0][1] == "en"


async def test_a_topic_that_is_certain_only_helps() -> None:
    shelf = Shelf(garantía=WARRANTY)
    request = InfoRequest(Intent.COMPANY, "¿y la garantía?", topic="maintenance")
    found = await agent(shelf).answer(request, DialogueState(), NOW)
    assert isinstance(found, PassagesFound)
    assert shelf.asked[0][2] == ("maintenance", "company")


async def test_two_questions_in_one_get_both_passages() -> None:
    shelf = Shelf(garantía=WARRANTY, devolver=RETURN)
    request = InfoRequest(Intent.WARRANTY, "¿qué garantía tienen y lo puedo devolver?")
    found = await agent(shelf).answer(request, DialogueState(), NOW)
    assert isinstance(found, PassagesFound)
    assert {p.source for p in found.passages} == {WARRANTY.source, RETURN.source}


async def test_a_false_premise_is_corrected() -> None:
    request = InfoRequest(Intent.WARRANTY, "la garantía es de 5 años, ¿verdad?")
    found = await agent(Shelf(garantía=WARRANTY)).answer(request, DialogueState(), NOW)
    assert isinstance(found, PassagesFound)
    assert found.correction


async def test_what_is_not_known_is_said_with_what_is_near_and_a_person() -> None:
    unsure = Shelf(garantía=replace(WARRANTY, score=0.25))
    found = await agent(unsure).answer(InfoRequest(Intent.COMPANY, "¿garantía de marcianos?"), DialogueState(), NOW)
    assert isinstance(found, NotKnown)
    assert found.near == ("Garantía",)
    assert found.question is not None
    assert found.question.ask is Ask.HUMAN


async def test_a_likely_passage_is_said_when_the_topic_is_known() -> None:
    likely = Shelf(garantía=replace(WARRANTY, score=0.3))
    known = await agent(likely).answer(InfoRequest(Intent.WARRANTY, "garantía mm"), DialogueState(), NOW)
    other = await agent(likely).answer(InfoRequest(Intent.COMPANY, "garantía mm"), DialogueState(), NOW)
    assert isinstance(known, PassagesFound)
    assert isinstance(other, NotKnown)


async def test_an_older_passage_that_was_left_out_stays_in_the_evidence() -> None:
    newer = Shelf(garantía=replace(WARRANTY, supersedes=("knowledge/vieja.md#duracion",)))
    found = await agent(newer).answer(InfoRequest(Intent.WARRANTY, "garantía"), DialogueState(), NOW)
    assert isinstance(found, PassagesFound)
    assert found.passages[0].supersedes == ("knowledge/vieja.md#duracion",)


async def test_the_sources_of_the_last_answer_are_named() -> None:
    state = DialogueState(last_sources=("knowledge/garantia.md#duracion",))
    found = await agent(Shelf()).answer(InfoRequest(Intent.SOURCE, "¿de dónde sale eso?"), state, NOW)
    assert isinstance(found, SourcesNamed)
    assert found.sources == ("knowledge/garantia.md#duracion",)


@pytest.mark.parametrize("city", ["Puebla", None])
async def test_branches_of_a_city_are_records(city: str | None) -> None:
    request = InfoRequest(Intent.BRANCHES, "¿dónde están en Puebla?", city=city)
    found = await agent(Shelf()).answer(request, DialogueState(), NOW)
    assert isinstance(found, BranchesFound)
    assert [branch.name for branch in found.branches] == ["Explanada", "Las Torres"]
    assert (found.city, found.nearest) == ("Puebla", False)


async def test_a_city_without_branch_gets_the_nearest() -> None:
    found = await agent(Shelf()).answer(InfoRequest(Intent.BRANCHES, "¿y en León?", city="León"), DialogueState(), NOW)
    assert isinstance(found, BranchesFound)
    assert found.nearest
    assert found.city == "León"
    assert found.branches[0].city == "Querétaro"


async def test_a_place_nobody_knows_gets_all_branches() -> None:
    request = InfoRequest(Intent.BRANCHES, "¿en Macondo?", city="Macondo")
    found = await agent(Shelf()).answer(request, DialogueState(), NOW)
    assert isinstance(found, BranchesFound)
    assert (found.nearest, len(found.branches)) == (True, 15)


async def test_hours_are_asked_of_that_branch_only() -> None:
    request = InfoRequest(Intent.BRANCHES, "¿abren el domingo en Las Torres?", branch="Las Torres", weekday=6)
    found = await agent(Shelf()).answer(request, DialogueState(), NOW)
    assert isinstance(found, BranchesFound)
    assert (found.asks_hours, found.weekday) == (True, 6)
    assert [(branch.name, branch.hours) for branch in found.branches] == [("Las Torres", None)]


async def test_known_hours_are_given() -> None:
    request = InfoRequest(Intent.BRANCHES, "¿a qué hora abre Explanada?", branch="Explanada", asks_hours=True)
    found = await agent(Shelf()).answer(request, DialogueState(), NOW)
    assert isinstance(found, BranchesFound)
    assert found.branches[0].hours is not None
    assert found.branches[0].hours[0] == (0, time(9), time(18))


async def test_how_many_branches_there_are_is_a_question_for_the_pages() -> None:
    shelf = Shelf(sedes=replace(WARRANTY, tags=("branches",)))
    found = await agent(shelf).answer(InfoRequest(Intent.BRANCHES, "¿cuántas sedes tienen?"), DialogueState(), NOW)
    assert isinstance(found, PassagesFound)


async def test_where_they_are_without_a_city_lists_all() -> None:
    found = await agent(Shelf()).answer(InfoRequest(Intent.BRANCHES, "¿dónde están?"), DialogueState(), NOW)
    assert isinstance(found, BranchesFound)
    assert len(found.branches) == 15
    assert found.city is None


async def test_hours_of_no_branch_in_particular_are_a_question_for_the_pages() -> None:
    shelf = Shelf(abren=replace(WARRANTY, tags=("branches",)))
    request = InfoRequest(Intent.BRANCHES, "me dijeron que abren las 24 horas", asks_hours=True)
    assert isinstance(await agent(shelf).answer(request, DialogueState(), NOW), PassagesFound)


async def test_branches_are_listed_where_no_page_tells_their_hours() -> None:
    request = InfoRequest(Intent.BRANCHES, "¿a qué hora abren?", asks_hours=True)
    found = await agent(Shelf()).answer(request, DialogueState(), NOW)
    assert isinstance(found, BranchesFound)
    assert found.asks_hours


async def test_with_whom_they_work_is_no_question_of_hours() -> None:
    request = InfoRequest(Intent.PAPERWORK, "¿con qué aseguradoras trabajan?", asks_hours=True)
    assert isinstance(await agent(Shelf()).answer(request, DialogueState(), NOW), NotKnown)


async def test_a_follow_up_asks_the_page_that_was_just_quoted_for_what_it_adds() -> None:
    covered = replace(WARRANTY, source="knowledge/garantia.md#cubre", heading="Qué cubre", text="Lo dice la póliza.")
    state = DialogueState(last_question="¿tienen garantía?", last_sources=(WARRANTY.source,))
    shelf = Shelf(tienen=WARRANTY, Garantía=covered)
    found = await agent(shelf).answer(InfoRequest(Intent.WARRANTY, "¿tienen garantía qué cubre?"), state, NOW)
    assert isinstance(found, PassagesFound)
    assert [p.source for p in found.passages] == [covered.source]
    assert "Garantía qué cubre" in [question for question, *_ in shelf.asked]


async def test_hours_asked_without_a_place_are_of_the_branches_just_named() -> None:
    state = DialogueState(last_question="¿tienen en Puebla en Querétaro", last_sources=("branches#puerta-la-victoria",))
    request = InfoRequest(Intent.BRANCHES, "¿tienen en Puebla en Querétaro los domingos?", weekday=6)
    found = await agent(Shelf()).answer(request, state, NOW)
    assert isinstance(found, BranchesFound)
    assert [branch.branch_id for branch in found.branches] == ["puerta-la-victoria"]
    assert found.asks_hours


async def test_what_sounds_like_branches_and_is_something_else_is_not_answered_with_their_list() -> None:
    found = await agent(Shelf()).answer(InfoRequest(Intent.BRANCHES, "¿tienen estacionamiento?"), DialogueState(), NOW)
    assert isinstance(found, NotKnown)


async def test_what_a_branch_has_is_told_only_by_a_page_that_names_it() -> None:
    branches = Hit("knowledge/sedes.md#donde", "Sedes", "Dónde", "Hay 15 sedes.", "es", 0.9, ("branches",))
    request = InfoRequest(Intent.BRANCHES, "¿hay estacionamiento en Antara?", branch="Antara Fashion Hall")
    assert isinstance(await agent(Shelf(estacionamiento=branches)).answer(request, DialogueState(), NOW), NotKnown)
    parking = replace(branches, text="El estacionamiento de Antara es del centro comercial.")
    found = await agent(Shelf(estacionamiento=parking)).answer(request, DialogueState(), NOW)
    assert isinstance(found, PassagesFound)


async def test_a_part_that_only_asks_how_much_is_asked_of_the_page_of_the_part_before() -> None:
    cost = replace(WARRANTY, source="knowledge/garantia.md#costo", text="Cuesta según el plan.")
    shelf = Shelf(**{"Garantía cuánto cuesta": cost, "cuánto cuesta": RETURN, "dan garantía": WARRANTY})
    found = await agent(shelf).answer(
        InfoRequest(Intent.WARRANTY, "¿dan garantía y cuánto cuesta?"), DialogueState(), NOW
    )
    assert isinstance(found, PassagesFound)
    assert [p.source for p in found.passages] == [WARRANTY.source, cost.source]


async def test_a_condition_is_no_question_of_its_own() -> None:
    shelf = Shelf(garantía=WARRANTY)
    await agent(shelf).answer(InfoRequest(Intent.WARRANTY, "¿y si choco, la garantía lo cubre?"), DialogueState(), NOW)
    assert len(shelf.asked) == 1
