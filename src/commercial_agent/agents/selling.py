"""What the company says to a customer who sells his car: each aspect asked is one whole question.

A page that only comes near is no answer: then what is not known is named.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from commercial_agent.agents.named import passage_fact, told
from commercial_agent.conversation.findings import NotKnown, PassagesFound
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import InfoRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.text import fold

if TYPE_CHECKING:
    from commercial_agent.knowledge.base import KnowledgeBase

_OF_SALE = frozenset({Ask.SALE_CAR, Ask.SALE_YEAR, Ask.SALE_KM, Ask.SALE_CITY, Ask.SALE_CONDITION})
_TRADE_IN = "_trade_in"  # what is asked otherwise where the car is left in part payment


@dataclass(frozen=True, slots=True)
class _Aspect:
    """An aspect of selling: the question, the pages that may answer, the words that an answer holds."""

    question: str
    topics: frozenset[str]
    says: tuple[str, ...]


async def about_selling(
    request: InfoRequest, state: DialogueState, language: Language, knowledge: KnowledgeBase
) -> PassagesFound | NotKnown:
    """What the pages on selling say of the aspect that is asked, or that it is not known.

    The question that was open about the car stays open.
    """
    name = request.seller or ""
    aspect = _asked(name, state, language)
    hits = await knowledge.search(aspect.question, language.value, k=4, prefer=tuple(sorted(aspect.topics)))
    pending = state.question if state.question is not None and state.question.ask in _OF_SALE else None
    for hit in told(hits):
        spoken = fold(hit.text)
        speaks = not aspect.says or any(fold(word) in spoken for word in aspect.says)
        if hit.answers and speaks and aspect.topics.intersection(hit.tags):
            return PassagesFound(request.question, (passage_fact(hit),), question=pending or Question(Ask.OPEN))
    return NotKnown(request.question, sale=name, question=pending or Question(Ask.HUMAN))


def _asked(name: str, state: DialogueState, language: Language) -> _Aspect:
    traded = state.sale is not None and state.sale.trade_in
    return _aspects(language)[f"{name}{_TRADE_IN}" if traded and f"{name}{_TRADE_IN}" in _aspects(language) else name]


@lru_cache(8)
def _aspects(language: Language) -> dict[str, _Aspect]:
    folder = resources.files("commercial_agent.agents").joinpath("data", "selling.toml")
    table = tomllib.loads(folder.read_text("utf-8"))
    return {
        name: _Aspect(data.get(language.value, data["es"]), frozenset(data["topics"]), tuple(data.get("says", ())))
        for name, data in table.items()
    }
