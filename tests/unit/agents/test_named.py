"""What is asked for by name: a page that speaks of it answers, else it is said not to be known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from commercial_agent.agents.named import asked_by_name
from commercial_agent.conversation.findings import NotKnown, PassagesFound
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import InfoRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.base import Hit, KnowledgeBase

APPROVAL = Hit("k/credito.md#aprobacion", "Crédito", "Aprobación", "Depende de tu perfil.", "es", 0.9, ("financing",))
GUARANTOR = Hit("k/credito.md#aval", "Crédito", "Aval", "Se acepta un aval con ingresos.", "es", 0.5, ("financing",))
COMPLAINTS = Hit("k/empresa.md#quejas", "Empresa", "Quejas", "Hay quejas.", "es", 0.9, ("company",))
REASONS = Hit("k/empresa.md#razones", "Empresa", "Razones", "Inspección y garantía.", "es", 0.9, ("company",))


class Shelf:
    """Answers by a word of the question."""

    def __init__(self, **hits: Hit) -> None:
        self._hits = hits

    async def search(
        self,
        question: str,
        language: str | None = None,
        tags: Sequence[str] = (),
        k: int = 5,
        *,
        prefer: Sequence[str] = (),
    ) -> list[Hit]:
        return [hit for word, hit in self._hits.items() if word in question]


async def ask(question: str, *names: str, **hits: Hit) -> NotKnown | PassagesFound:
    request = InfoRequest(Intent.COMPANY, question, named=names)
    return await asked_by_name(request, DialogueState(), Language.ES, cast("KnowledgeBase", Shelf(**hits)))


async def test_it_is_named_where_no_page_speaks_of_it() -> None:
    found = await ask("¿piden aval?", "guarantor", aval=APPROVAL)
    assert isinstance(found, NotKnown)
    assert found.named == ("guarantor",)
    assert found.question == Question(Ask.HUMAN)


async def test_a_page_that_speaks_of_it_answers() -> None:
    found = await ask("¿piden aval?", "guarantor", aval=GUARANTOR)
    assert isinstance(found, PassagesFound)
    assert found.passages[0].source == GUARANTOR.source


async def test_what_is_known_around_it_comes_along() -> None:
    found = await ask("tengo 70 años, ¿me prestan?", "student_or_age", financiamiento=APPROVAL)
    assert isinstance(found, NotKnown)
    assert [passage.source for passage in found.passages] == [APPROVAL.source]


async def test_what_pages_tell_in_two_places_is_told_whole() -> None:
    found = await ask("leí malas opiniones", "reputation", quejas=COMPLAINTS, comprar=REASONS)
    assert isinstance(found, PassagesFound)
    assert [passage.source for passage in found.passages] == [COMPLAINTS.source, REASONS.source]
    assert found.each
