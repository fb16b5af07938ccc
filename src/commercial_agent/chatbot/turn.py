"""One turn: guard, understand, act, phrase, remember. Nothing else calls the agents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from commercial_agent.agents.catalog import CatalogAgent
from commercial_agent.agents.concierge import ConciergeAgent
from commercial_agent.agents.finance import FinanceAgent
from commercial_agent.agents.info import InfoAgent
from commercial_agent.chatbot import guards, memory
from commercial_agent.chatbot.desk import Desks, TurnDesk
from commercial_agent.chatbot.record import keep_unanswered, record
from commercial_agent.chatbot.result import TurnResult, silence, summarise
from commercial_agent.chatbot.second_look import SecondLook
from commercial_agent.chatbot.timer import StepTimer
from commercial_agent.conversation.findings import Finding
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage, Mode
from commercial_agent.conversation.reply import Phraser, PhrasingContext
from commercial_agent.conversation.requests import (
    CatalogRequest,
    ConciergeRequest,
    FinanceRequest,
    InfoRequest,
    Request,
)
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Reader, Understanding
from commercial_agent.observability import Work
from commercial_agent.replies.local import at_most_three_cars
from commercial_agent.storage.conversations import Conversations, OpenConversation


@dataclass(frozen=True, slots=True)
class Agents:
    """Who answers what."""

    catalog: CatalogAgent
    finance: FinanceAgent
    info: InfoAgent
    concierge: ConciergeAgent


class TurnObserver(Protocol):
    """Sees every turn once it is over: metrics, logs, traces. Must neither fail nor wait."""

    def answered(self, result: TurnResult) -> None:
        """A turn was answered and is stored."""
        ...

    def failed(self, conversation_id: str, error: BaseException) -> None:
        """A turn failed and left nothing behind."""
        ...


class Chatbot:
    """Answers conversations, one turn at a time."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        reader: Reader,
        agents: Agents,
        phraser: Phraser,
        split: Callable[[str], Sequence[str]],
        clock: Callable[[], datetime],
        default_language: Language,
        observer: TurnObserver,
        desks: Desks | None = None,
        listener: Reader | None = None,
        second_look: SecondLook | None = None,
    ) -> None:
        """Make the orchestrator.

        Args:
            conversations: where conversations are kept and locked.
            reader: reads messages.
            agents: answer requests.
            phraser: writes replies.
            split: cuts a text into messages that a channel takes.
            clock: the present moment in the dealer's zone (aware).
            default_language: before the customer has shown his.
            observer: sees every turn.
            desks: where bookings and leads are kept; with the usual points for leads and nobody told by default.
            listener: reads where the bot is silent and only listens for a way back; it should cost nothing.
            second_look: asks the pages about what may be a question to them; without it the reading stands.
        """
        self._conversations = conversations
        self._reader = reader
        self._listener = listener or reader
        self._second_look = second_look
        self._agents = agents
        self._phraser = phraser
        self._split = split
        self._clock = clock
        self._default_language = default_language
        self._observer = observer
        self._desks = desks or Desks()

    async def answer(
        self, key: ConversationKey, message: IncomingMessage, inbound_ids: Sequence[str] = ()
    ) -> TurnResult:
        """Answer what a customer sent; the turn is stored whole or not at all.

        Args:
            key: whose conversation.
            message: what he sent; several messages of a burst come as one.
            inbound_ids: stored messages that this turn answers (WhatsApp).

        Returns:
            The answered turn.

        Raises:
            DatabaseUnavailable: nothing was stored.
        """
        timer = StepTimer()
        try:
            async with self._conversations.turn(key) as conversation:
                timer.step("load")
                result = await self._take_turn(conversation, message, inbound_ids, timer)
            result.milliseconds.update(timer.stop("commit"))
        except BaseException as error:
            self._observer.failed(key.address, error)
            raise
        self._observer.answered(result)
        return result

    async def _take_turn(
        self, conversation: OpenConversation, message: IncomingMessage, inbound_ids: Sequence[str], timer: StepTimer
    ) -> TurnResult:
        now, turn_id, state = self._clock(), uuid4().hex, conversation.state
        message, warned = guards.without_secrets(guards.tapped(message))

        # 1 guard, 2 understand
        understanding = guards.read_without_words(message, state.language or self._default_language)
        blocked = None if understanding else guards.check(message)
        if understanding is None and blocked is None:
            only_listens = conversation.mode is Mode.HUMAN or conversation.opted_out
            reader = self._listener if only_listens else self._reader
            understanding = await reader.read(message.text, state, now)
            if self._second_look is not None and not only_listens:
                understanding = await self._second_look.over(understanding, message.text, state)
        timer.step("understand")
        named = guards.chooses(message, state.question)
        language = self._language(None if named else understanding, state)
        if guards.silent(conversation.mode, conversation.opted_out, understanding):
            result = silence(turn_id, conversation, language, understanding)
            await conversation.save(record(result, message, state, inbound_ids, now, timer))
            return result

        # 3 act
        state = replace(state, language=language)
        if understanding is not None:
            state = memory.placed(memory.paying(state, understanding.pays_cash), understanding.entities)
        desk = self._desks.open(conversation, state, now)
        if understanding is None:
            assert blocked is not None
            findings: tuple[Finding, ...] = (blocked,)
            after = replace(state, question=None)
        else:
            findings, after = await self._act(understanding, state, now, desk)
        timer.step("act")

        # 4 phrase
        context = PhrasingContext(language, state, message.text, conversation.id, warned, message.beside)
        reply = await self._phraser.phrase(findings, context)
        parts = tuple(self._split(reply.text))
        timer.step("phrase")

        # 5 remember
        after = memory.asked(replace(after, turns=state.turns + 1), reply.question)
        result = summarise(turn_id, conversation, reply, parts, understanding, findings)
        after = await desk.close(findings, after)
        await keep_unanswered(conversation, turn_id, language, findings, now)
        await conversation.save(record(result, message, after, inbound_ids, now, timer))
        timer.step("remember")
        return result

    async def _act(
        self, understanding: Understanding, state: DialogueState, now: datetime, desk: TurnDesk
    ) -> tuple[tuple[Finding, ...], DialogueState]:
        """Answer the requests in order; each sees what the ones before it established."""
        findings: list[Finding] = []
        begin = state
        for request in understanding.requests:
            with Work(request.intent.agent.value, inputs=request) as work:
                finding = await self._ask(request, state, now, desk)
                work.gave(finding)
            findings.append(finding)
            state = memory.after(state, request, finding)
        shown = at_most_three_cars(tuple(findings))
        if shown != tuple(findings):  # the state remembers what the customer sees
            state = begin
            for request, finding in zip(understanding.requests, shown, strict=True):
                state = memory.after(state, request, finding)
        told = memory.person_offered(memory.without_credit(shown, state))
        told = memory.resumed(told, begin, state)
        return memory.farewell_only(memory.without_person(told, state)), memory.together(state, shown)

    async def _ask(self, request: Request, state: DialogueState, now: datetime, desk: TurnDesk) -> Finding:
        match request:
            case CatalogRequest():
                return await self._agents.catalog.answer(request, state, now)
            case FinanceRequest():
                return await self._agents.finance.answer(request, state, now)
            case InfoRequest():
                return await self._agents.info.answer(request, state, now)
            case _:
                return await self._agents.concierge.answer(request, state, now, desk)

    def _language(self, understanding: Understanding | None, state: DialogueState) -> Language:
        if understanding is not None and (chosen := _language_chosen(understanding)) is not None:
            return chosen
        if understanding is None or state.language_fixed:
            return state.language or self._default_language
        return understanding.language


def _language_chosen(understanding: Understanding) -> Language | None:
    """The language the customer has just asked for: the answer is already in it."""
    asked = (r for r in understanding.requests if isinstance(r, ConciergeRequest) and r.intent is Intent.LANGUAGE)
    return next((request.language for request in asked), None)
