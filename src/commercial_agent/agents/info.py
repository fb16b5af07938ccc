"""The Info agent: what the company says of itself, each answer with its source, or an honest "I do not have that"."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from commercial_agent.agents.named import asked_by_name, passage_fact, told
from commercial_agent.agents.question_core import asked_to_know, cores, only_counts, outdoes, surest
from commercial_agent.agents.selling import about_selling
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.findings import (
    BranchesFound,
    BranchFact,
    Finding,
    NotKnown,
    PassagesFound,
    SourcesNamed,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import InfoRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.knowledge.branches import Branch, Branches
from commercial_agent.knowledge.claims import contradicts
from commercial_agent.knowledge.encoding import analyser, mentions
from commercial_agent.knowledge.text import fold

if TYPE_CHECKING:
    from commercial_agent.knowledge.base import Hit, KnowledgeBase

_MOST_PARTS = 3
_SHORTEST_PART = 2  # words
_LEANING = 5  # words of a part that its condition may be needed for
_EXPECTED = 0.25  # sure enough where the passage is of the very topic that the customer is known to ask about
_BEYOND_DOUBT = 0.8  # what a follow-up must reach to be asked without the question before
_NEAR = 0.12  # score from which a page that does not answer is still worth naming
_OF_US = frozenset({Intent.BRANCHES, Intent.COMPANY})
_OTHER_THAN_BRANCHES = ("how_many", "repair", "maintenance", "countries", "closed_countries", "abroad")
_CONDITION = re.compile(
    r"(?:(?:y|e|and|pero|but|mas)\s+)?(?:si|if|se|para|pa|pra|to)\s", re.IGNORECASE
)  # it asks nothing by itself
_TOLD_OF_SELF = re.compile(
    r"\b(?:(?:les|le|te|os) (?:escribo|hablo|marco|llamo|contacto) (?:de|desde)"
    r"|(?:writing|calling|texting) from|(?:escrevo|falo) d[eo]"
    r"|calle y n[uú]mero|street (?:and )?number|rua e n[uú]mero)\b",
    re.IGNORECASE,
)  # a number of a street, or whence one writes: no way of reaching anybody
_KINDS = {
    Language.ES: "cuánto cuesta, cuánto tarda, cuánto dura, qué cubre",
    Language.EN: "how much, how long, what does it cover",
    Language.PT: "quanto custa, quanto demora, quanto dura, o que cobre",
}
_PARTS = re.compile(r"[?;:\n]+|,\s+(?=[¿\w])|\s+(?:y|and|e|además|tambi[eé]n|also)\s+", re.IGNORECASE)


class InfoAgent:
    """Answers questions about the company."""

    def __init__(self, knowledge: KnowledgeBase, branches: Branches, dealer: Dealer) -> None:
        self._knowledge = knowledge
        self._branches = branches
        self._dealer = dealer

    async def answer(self, request: InfoRequest, state: DialogueState, now: datetime) -> Finding:
        """Answer one request.

        Args:
            request: the question, whole, with what is certain about it.
            state: the conversation so far; its language is this turn's.
            now: the present moment in the dealer's zone (aware).

        Returns:
            Passages that answer, branches, the sources of the last answer, or that it is not known.

        Raises:
            DatabaseUnavailable: the knowledge base does not answer.
        """
        language = state.language or self._dealer.languages[0]
        if request.intent is Intent.SOURCE:
            return SourcesNamed(state.last_sources)
        if request.named:
            return await asked_by_name(request, state, language, self._knowledge)
        if request.point is not None:
            return self._nearest(request, state)
        if request.seller is not None:
            return await about_selling(request, state, language, self._knowledge)
        if self._about_branches(request, language):
            found = self._branch_answer(request, state, language)
            if found is not None:
                return found
        said = await self._passages(request, state, language)
        records = request.intent is Intent.BRANCHES and self._about_branches(request, language)
        if isinstance(said, NotKnown) and records and not _elsewhere(request, language):
            return self._found(self._branches.all, request, None)
        return said

    def _about_branches(self, request: InfoRequest, language: Language) -> bool:
        """Whether records answer; `¿con quién trabajan?` may sound like hours and is not."""
        if mentions(_TOLD_OF_SELF.sub(" ", request.question), language.value, "contact"):
            return False  # no record has a telephone: the pages say how to reach the dealer
        if not request.asks_hours and _amenities_in(request.question):
            return False  # nor parking or wifi: a page may
        if request.intent is Intent.BRANCHES or request.branch is not None:
            return True
        return request.asks_hours and mentions(request.question, language.value, "hours", "branch")

    def _branch_answer(self, request: InfoRequest, state: DialogueState, language: Language) -> BranchesFound | None:
        """The records that answer; None where the question is about branches as such and the pages answer it."""
        added = _added(request.question, state)
        place = request.branch or request.city or self._branches.mentioned(added or request.question)
        if place is None:
            timed = request.asks_hours or request.weekday is not None
            if timed and (before := self._spoken_of(state)):
                return replace(self._found(before, request, None), told=True)
            if added and (earlier := self._branches.mentioned(request.question)):
                return self._found(self._branches.find(earlier) or self._branches.all, request, earlier)
            if request.asks_hours or _elsewhere(request, language):
                return None
            return self._found(self._branches.all, request, None)
        if found := self._branches.find(place):
            city = None if request.branch and not request.city else request.city or place
            return self._found(found, request, city)
        return self._found(self._branches.nearest(place) or self._branches.all, request, place, nearest=True)

    def _spoken_of(self, state: DialogueState) -> tuple[Branch, ...]:
        """The branches of the last answer, where it was of a few: `¿y los domingos?` is about those."""
        named = (source.partition("#")[2] for source in state.last_sources if source.startswith("branches#"))
        return tuple(branch for name in named if (branch := self._branches.get(name)) is not None)

    def _nearest(self, request: InfoRequest, state: DialogueState) -> BranchesFound:
        """The branches nearest to a place on the map; they are options where an appointment waits for its branch."""
        assert request.point is not None
        nearest = self._branches.nearest_to(*request.point)
        found = self._found(nearest or self._branches.all, request, None, nearest=bool(nearest))
        if state.question is not None and state.question.ask is Ask.BRANCH:
            return replace(found, question=Question(Ask.BRANCH, tuple(branch.name for branch in found.branches)))
        return found

    def _found(
        self, branches: Sequence[Branch], request: InfoRequest, city: str | None, *, nearest: bool = False
    ) -> BranchesFound:
        known = self._branches.places.find(city) if city else None
        return BranchesFound(
            branches=tuple(branch_fact(branch) for branch in branches),
            city=known.name if known else city,
            nearest=nearest,
            asks_hours=request.asks_hours or request.weekday is not None,
            weekday=request.weekday,
            question=Question(Ask.BOOK),
        )

    async def _passages(
        self, request: InfoRequest, state: DialogueState, language: Language
    ) -> PassagesFound | NotKnown:
        prefer = tuple(dict.fromkeys(filter(None, (request.topic, request.intent.value.partition(".")[2]))))
        if request.intent in _OF_US and mentions(_TOLD_OF_SELF.sub(" ", request.question), language.value, "contact"):
            prefer = ("contact",)
            if of_us := await self._how_to_reach(request, language):
                return of_us
        if (added := _added(request.question, state)) and await self._stands_alone(added, language):
            request = replace(request, question=added)
        asked = _parts(request.question)
        whole, *parts = map(
            told,
            await asyncio.gather(
                self._knowledge.search(request.question, language.value, k=4, prefer=prefer),
                *(self._knowledge.search(part, language.value, k=4) for part in asked),
            ),
        )
        for place, part in enumerate(asked[1:], start=1):
            if parts[0] and parts[0][0].answers and _leans(part, language):
                leaning = await self._knowledge.search(f"{parts[0][0].title} {part}", language.value, k=4)
                parts[place] = told(leaning)
        chosen = _chosen(whole, parts, frozenset(prefer))
        each = len(chosen) > 1
        if further := await self._further(request, state, language, whole, prefer):
            chosen = further
        said = bool(asked_to_know(request.question))
        if not each and (said or not chosen or chosen[0].score < _BEYOND_DOUBT):
            chosen = await self._of_the_core(request, chosen, frozenset(prefer), language)
        if request.intent is Intent.BRANCHES and (wanted := _amenities_in(request.question)):
            chosen = [hit for hit in chosen if not wanted.isdisjoint(_amenities_in(hit.text))]
        elif not chosen:
            chosen = await self._otherwise(request, state, language)
        if not chosen:
            near = tuple(dict.fromkeys(hit.title for hit in whole if hit.score >= _NEAR))[:3]
            return NotKnown(request.question, near, question=Question(Ask.HUMAN))
        return PassagesFound(
            asked=request.question,
            passages=tuple(passage_fact(hit) for hit in chosen),
            correction=contradicts(request.question, chosen[0].text, chosen[0].language),
            each=each and len(chosen) > 1,
            question=Question(Ask.OPEN),
        )

    async def _of_the_core(
        self, request: InfoRequest, chosen: list[Hit], topics: frozenset[str], language: Language
    ) -> list[Hit]:
        """The page that answers what is asked, where what is told beside it led to another one or to none."""
        said = asked_to_know(request.question)
        asked = list(dict.fromkeys(filter(None, (said, *cores(request.question)))))
        found = await asyncio.gather(
            *(self._knowledge.search(core, language.value, k=4, prefer=tuple(topics)) for core in asked)
        )
        for core, hits in sorted(zip(asked, map(told, found), strict=True), key=lambda one: one[0] != said):
            best = surest(hits, topics)
            if best is not None and outdoes(best, next(iter(chosen), None), topics, said=core == said):
                chosen = [best]
        return chosen

    async def _stands_alone(self, added: str, language: Language) -> bool:
        """`I want to reserve it` after the warranty: words that a page answers need no question before them."""
        hits = told(await self._knowledge.search(added, language.value, k=1))
        return bool(hits) and hits[0].score >= _BEYOND_DOUBT

    async def _how_to_reach(self, request: InfoRequest, language: Language) -> PassagesFound | None:
        """`¿el teléfono de la de Querétaro?`: how to reach the dealer; no branch has a number of its own."""
        of_branch = request.intent is Intent.BRANCHES or request.city or request.branch
        if not of_branch and not mentions(request.question, language.value, "branch"):
            return None
        hits = told(await self._knowledge.search(request.question, language.value, ("contact",), k=1))
        if not hits or hits[0].score < _NEAR / 2:
            return None
        return PassagesFound(
            asked=request.question, passages=(passage_fact(hits[0]),), correction=False, question=Question(Ask.OPEN)
        )

    async def _further(
        self,
        request: InfoRequest,
        state: DialogueState,
        language: Language,
        whole: Sequence[Hit],
        prefer: Sequence[str],
    ) -> list[Hit]:
        """`¿y qué cubre?`: what was added, asked of the page that was just quoted; the words before would repeat it."""
        added = _added(request.question, state)
        page = next((_page(source) for source in state.last_sources), "")
        title = next((hit.title for hit in whole if _page(hit.source) == page), "")
        if not added or not title:
            return []
        hits, alone = map(
            told,
            await asyncio.gather(
                self._knowledge.search(f"{title} {added}", language.value, k=4, prefer=prefer),
                self._knowledge.search(added, language.value, k=1),
            ),
        )
        first = max((*hits[:1], *alone), key=lambda hit: hit.score, default=None)
        if first is None:
            return []
        sure = first.answers or (first.score >= _EXPECTED and _page(first.source) == page)
        return [first] if sure else []

    async def _otherwise(self, request: InfoRequest, state: DialogueState, language: Language) -> list[Hit]:
        """Where nothing answers: the page just quoted, asked together with the question before, or any page at all."""
        page = next((_page(source) for source in state.last_sources), "")
        if page and state.last_question and not request.question.startswith(state.last_question.rstrip("? ")):
            asked = f"{state.last_question.rstrip('? ')} {request.question}"
            hits = told(await self._knowledge.search(asked, language.value, k=4))
            if (same := next((hit for hit in hits if _page(hit.source) == page), None)) and same.score >= _EXPECTED:
                return [same]
        hits = told(await self._knowledge.search(request.question, language.value, k=1))
        return [hit for hit in hits if hit.answers]


def branch_fact(branch: Branch) -> BranchFact:
    """A branch as evidence."""
    return BranchFact(branch.branch_id, branch.name, branch.city, branch.address, branch.hours, branch.map_url)


def _page(source: str) -> str:
    return source.partition("#")[0]


def _added(question: str, state: DialogueState) -> str:
    """What a follow-up adds to the question before, which it was made whole with; empty when it stands alone."""
    before = (state.last_question or "").strip().rstrip("?").rstrip()
    return question[len(before) :].strip(" ?¿,.") if before and question.startswith(before) else ""


def _amenities_in(text: str) -> frozenset[str]:
    """What a text says that a branch may have: parking, wifi."""
    amenities, same = _amenities()
    return amenities.intersection(same.get(word, word) for word in re.findall(r"[a-z]+", fold(text)))


@lru_cache(1)
def _amenities() -> tuple[frozenset[str], dict[str, str]]:
    """What a branch may have, and other words for it."""
    folder = resources.files("commercial_agent.agents").joinpath("data", "amenities.toml")
    data = tomllib.loads(folder.read_text("utf-8"))
    same = data.pop("same")
    return frozenset(word for words in data.values() for word in words), same


def _elsewhere(request: InfoRequest, language: Language) -> bool:
    """Whether a question that sounds like one about branches is about something else: the pages decide."""
    if mentions(request.question, language.value, *_OTHER_THAN_BRANCHES):
        return True
    named = mentions(request.question, language.value, "branch", "locations", "hours")
    return not named and bool(analyser(language.value).numbers(request.question))


def _leans(part: str, language: Language) -> bool:
    """Whether a part of a question only asks how much, how long or what of the part before it."""
    words, concepts = analyser(language.value).read(part)
    kinds = {number for number, _, _ in analyser(language.value).read(_KINDS[language])[1]}
    meant = {at for number, place, size in concepts if number in kinds for at in range(place, place + size)}
    return bool(meant) and all(word.stop or at in meant for at, word in enumerate(words))


def _parts(question: str) -> list[str]:
    """The parts of a question that asks several things; empty when it asks one."""
    asked: list[str] = []
    condition = ""
    for part in (part.strip(" ¿¡.,") for part in _PARTS.split(question)):
        words = len(part.split())
        if _CONDITION.match(part):
            condition = part
        elif words >= _SHORTEST_PART and not only_counts(part):
            asked.append(f"{condition}, {part}" if condition and words <= _LEANING else part)
    return asked[:_MOST_PARTS] if len(asked) > 1 else []


def _chosen(whole: Sequence[Hit], parts: Sequence[Sequence[Hit]], topics: frozenset[str]) -> list[Hit]:
    """The best passage of each part that has an answer of its own, otherwise that of the whole question."""
    firsts = [hits[0] for hits in parts if hits and hits[0].answers]
    unique = {hit.source: hit for hit in firsts}
    if len(unique) > 1:
        return list(unique.values())
    if (best := surest(whole, topics)) is not None:
        return [best]
    if whole and whole[0].score >= _EXPECTED and topics.intersection(whole[0].tags):
        return [whole[0]]
    return list(unique.values())
