"""Reading by a language model: one structured call that gives what the local reader gives.

The local reading always comes first. It is the answer where it is certain (a bare "48", a stop, a call for a person):
no call is made, nothing is paid. It is the answer again when no model gives one. In between, the model says which
wishes the message holds and their particulars; merging them with the conversation is the same code for both readers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from commercial_agent.conversation.cars import CarCriteria, CarReference
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import (
    CatalogRequest,
    ConciergeRequest,
    FinanceKind,
    FinanceRequest,
    InfoRequest,
    Request,
)
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Entity, IntentScore, Reader, Understanding
from commercial_agent.errors import ModelUnavailable
from commercial_agent.llm.calls import ModelCaller
from commercial_agent.llm.prompts import SystemPrompt, as_data, compose
from commercial_agent.llm.turns import Exchange, current_turn
from commercial_agent.understanding.certainty import certain, personal
from commercial_agent.understanding.model_brief import brief
from commercial_agent.understanding.model_schema import Kind, MessageReading, Wish
from commercial_agent.understanding.model_values import Names, Said, entities_of, flags_of
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.text import MAX_CHARS
from commercial_agent.understanding.tracking.answers import build_plain, read_answer
from commercial_agent.understanding.tracking.build import MAX_REQUESTS, searched_for, without_echoes
from commercial_agent.understanding.tracking.context import Context
from commercial_agent.understanding.tracking.intents import settled_intent

log = logging.getLogger(__name__)

PARTS = ("intent_classification", "catalogue_query", "finance_request")
_GRAVE = frozenset({Intent.OPT_OUT, Intent.OPT_IN, Intent.RESET})  # done only where the local reader agrees
_ABOUT_BUDGETS = frozenset({FinanceKind.MAX_PRICE, FinanceKind.AFFORDABILITY})
_SUBJECTS = frozenset({
    "weather", "sports", "jokes", "cooking", "politics", "coding", "homework", "math", "health", "finance_advice",
    "insurance", "repairs", "new_cars", "motorcycles", "rental", "jobs", "discount", "secrets", "identity",
})  # fmt: skip


def understand_prompt(dealer: str, canary: str) -> SystemPrompt:
    """The system prompt of reading."""
    return compose("understand", PARTS, canary, dealer=dealer)


class ModelReader:
    """Reads messages with a language model, the local reader before and behind it."""

    def __init__(self, local: Reader, caller: ModelCaller, names: Callable[[], Names], prompt: SystemPrompt) -> None:
        """Make a reader.

        Args:
            local: reads first, and where no model answers.
            caller: asks the models.
            names: of cars and places, as they are now.
            prompt: made by `understand_prompt`.
        """
        self._local = local
        self._caller = caller
        self._names = names
        self._prompt = prompt

    async def read(self, text: str, state: DialogueState, now: datetime) -> Understanding:
        """Read a message (see `conversation.understanding.Reader`)."""
        local = await self._local.read(text, state, now)
        turn = current_turn()
        turn.names = (*personal(local.entities), *((state.name,) if state.name else ()))
        if certain(local, text, state):
            return local
        text = text[:MAX_CHARS]
        said = [("human", message(text, state, now, local.language, await turn.window()))]
        try:
            answer = await self._caller.structured(self._prompt, said, MessageReading, cached=not turn.names)
        except ModelUnavailable as error:
            log.info("read_locally", extra={"reason": error.reason})
            return local
        if self._prompt.canary in answer.text:
            self._caller.incident("leak")
            return local
        understanding = self._understood(answer.value, local, text, state, now)
        if understanding is None:
            self._caller.incident("reading_unusable")
            return local
        if not turn.names:
            await self._caller.keep(answer)
        return replace(understanding, reader=answer.model)

    def _understood(
        self, reading: MessageReading, local: Understanding, text: str, state: DialogueState, now: datetime
    ) -> Understanding | None:
        """The reading as an Understanding; None where nothing of it can be used."""
        wishes = reading.wishes[:MAX_REQUESTS]
        read_locally = {score.intent for score in local.intents}
        if not wishes or any(wish.intent in _GRAVE - read_locally for wish in wishes):
            return None
        language = state.language if state.language_fixed and state.language else reading.language
        names = self._names()
        built: list[Request] = []
        agreed: list[int] = []
        entities: list[Entity] = []
        earlier: CarCriteria | None = None
        for wish in wishes:
            said = _said(wish, text, local.entities, now)
            found = entities_of(wish.particulars, said, names)
            entities += found
            context = _context(wish, said, found, language, state, now, earlier)
            request = _answer_to_question(wish, context)
            if request is not None and not found:
                agreed.append(len(built))
            request = request or _refined(build_plain(replace(context, intent=settled_intent(context))), wish, state)
            earlier = searched_for(request) or earlier
            built.append(request)
        requests = tuple(without_echoes(built, agreed))
        scores = tuple(IntentScore(wish.intent, 0.9) for wish in wishes)
        return Understanding(language, scores, requests, tuple(entities)) if requests else None


def message(text: str, state: DialogueState, now: datetime, language: Language, window: Sequence[Exchange]) -> str:
    """What the model reads: the conversation in brief, then the message. All of it is data."""
    data = {
        "now": now.strftime("%Y-%m-%d %H:%M %A"),
        "language_guess": language.value,
        "conversation": brief(state),
        "last_messages": [{"from": exchange.who, "text": exchange.text} for exchange in window],
    }
    return f"<conversation>\n{as_data(data)}\n</conversation>\n<customer_message>\n{as_data(text)}\n</customer_message>"


def _said(wish: Wish, text: str, local: tuple[Entity, ...], now: datetime) -> Said:
    """The wish's words where they stand in the message; the whole message where the model did not copy them."""
    words = wish.words.strip()
    start = text.find(words) if words else -1
    if start < 0:
        start, words = 0, text
    within = tuple(e for e in local if e.start < start + len(words) and e.end > start)
    return Said(words, start, text, within, now.date())


def _context(
    wish: Wish,
    said: Said,
    entities: tuple[Entity, ...],
    language: Language,
    state: DialogueState,
    now: datetime,
    earlier: CarCriteria | None,
) -> Context:
    if Kind.NEW_SEARCH in flags_of(wish.particulars):
        state = replace(state, criteria=CarCriteria())
    return Context(
        text=said.text,
        intent=wish.intent,
        confidence=1.0,
        entities=tuple(sorted(entities, key=lambda entity: (entity.start, entity.end))),
        state=state,
        language=language,
        now=now,
        whole=said.whole,
        start=said.start,
        earlier=earlier,
        scan=Scan(said.text),
    )


def _answer_to_question(wish: Wish, context: Context) -> Request | None:
    if Kind.ANSWERS_QUESTION not in flags_of(wish.particulars):
        return None
    return read_answer(context)


def _refined(request: Request, wish: Wish, state: DialogueState) -> Request:
    """What only the model can tell, put into the request the builders made."""
    values = {particular.kind: particular.value.strip() for particular in wish.particulars}
    match request:
        case FinanceRequest():
            return _calculation(request, values.get(Kind.CALCULATION))
        case InfoRequest():
            return replace(request, asks_hours=request.asks_hours or Kind.ASKS_HOURS in flags_of(wish.particulars))
        case ConciergeRequest():
            return _conversation(request, values)
        case CatalogRequest():
            return request


def _calculation(request: FinanceRequest, asked: str | None) -> FinanceRequest:
    if asked not in set(FinanceKind):
        return request
    kind = FinanceKind(asked)
    if kind is request.kind:
        return request
    if kind in _ABOUT_BUDGETS:
        return replace(request, kind=kind, about=CarReference(), price=None)
    return replace(request, kind=kind)


def _conversation(request: ConciergeRequest, values: dict[Kind, str]) -> ConciergeRequest:
    stars = values.get(Kind.STARS, "")
    if request.intent is Intent.RATE and stars in ("1", "2", "3", "4", "5"):
        request = replace(request, stars=int(Decimal(stars)))
    language = values.get(Kind.LANGUAGE)
    if request.intent is Intent.LANGUAGE and language in set(Language):
        request = replace(request, language=Language(language))
    subject = values.get(Kind.SUBJECT)
    if (
        request.subject is None
        and subject in _SUBJECTS
        and request.intent in (Intent.OUT_OF_SCOPE, Intent.MANIPULATION)
    ):
        request = replace(request, subject=subject)
    return request
