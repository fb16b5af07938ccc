"""What is asked for by name: a page that speaks of just that answers it; else it is said, by name, not to be known."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from commercial_agent.conversation.findings import NotKnown, PassageFact, PassagesFound
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import InfoRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.orders import without_orders
from commercial_agent.knowledge.text import fold

if TYPE_CHECKING:
    from commercial_agent.knowledge.base import Hit, KnowledgeBase

_TRIED = 3  # pages that may speak of it


@dataclass(frozen=True, slots=True)
class _Named:
    told: tuple[str, ...] = ()  # a passage that answers says one of these; without any none does
    near: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by language: questions whose pages say what is known around it
    answers: bool = False  # that page is the answer itself


async def asked_by_name(
    request: InfoRequest, state: DialogueState, language: Language, knowledge: KnowledgeBase
) -> NotKnown | PassagesFound:
    """Answer what is asked for by name.

    Args:
        request: with its names.
        state: the conversation so far; a visit or a sale in hand goes on with what it was asked.
        language: of the answer.
        knowledge: where the pages are.

    Returns:
        The passages that speak of it; or that it is not known, what it is, and what is known around it.

    Raises:
        DatabaseUnavailable: the knowledge base does not answer.
    """
    found = await asyncio.gather(*(_look_up(name, request.question, language, knowledge) for name in request.named))
    missing = tuple(name for name, (answers, _) in zip(request.named, found, strict=True) if not answers)
    answers = _once(answer for answers, _ in found for answer in answers)
    around = _once(near for _, around in found for near in around)
    if not missing:
        return PassagesFound(request.question, answers, each=True, question=_pending(state) or Question(Ask.OPEN))
    passages = _once((*answers, *around))
    return NotKnown(request.question, named=missing, passages=passages, question=_pending(state) or Question(Ask.HUMAN))


def _pending(state: DialogueState) -> Question | None:
    """What a visit or a sale in hand still waits for."""
    if state.appointment is None and state.sale is None:
        return None
    arranged = state.appointment is not None and state.appointment.booking_id is None
    return state.question or (Question(Ask.OPEN) if arranged else None)  # "gracias, ¿y puedo llevar mecánico?"


async def _look_up(
    name: str, question: str, language: Language, knowledge: KnowledgeBase
) -> tuple[list[PassageFact], list[PassageFact]]:
    """The passages that answer, and those that say what is known around it."""
    named = _all_named().get(name, _Named())
    if named.told:
        for hit in told(await knowledge.search(question, language.value, k=_TRIED)):
            if any(word in fold(hit.text) for word in named.told):
                return [passage_fact(hit)], []
    asked = dict(named.near).get(language.value, ())
    found = await asyncio.gather(*(knowledge.search(one, language.value, k=1) for one in asked))
    near = [passage_fact(hit) for hits in found for hit in told(hits) if hit.answers]
    return (near, []) if named.answers else ([], near)


def told(hits: Sequence[Hit]) -> list[Hit]:
    """The hits without what speaks to a machine instead of a customer."""
    return [replace(hit, text=text) for hit in hits if (text := without_orders(hit.text))]


def passage_fact(hit: Hit) -> PassageFact:
    """A hit as evidence."""
    return PassageFact(
        source=hit.source,
        title=hit.title,
        heading=hit.heading,
        text=hit.text,
        language=Language(hit.language),
        score=hit.score,
        supersedes=hit.supersedes,
    )


def _once(passages: Iterable[PassageFact]) -> tuple[PassageFact, ...]:
    return tuple({passage.source: passage for passage in passages}.values())


def _several(questions: str | list[str]) -> tuple[str, ...]:
    return (questions,) if isinstance(questions, str) else tuple(questions)


@cache
def _all_named() -> dict[str, _Named]:
    """The file `data/named.toml`, read once."""
    source = resources.files("commercial_agent.agents").joinpath("data/named.toml")
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        name: _Named(
            tuple(one.get("told", ())),
            tuple((language.value, _several(one[language.value])) for language in Language if language.value in one),
            one.get("answers", False),
        )
        for name, one in table.items()
    }
