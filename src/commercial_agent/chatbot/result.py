"""What a turn gives back to the channel that asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.findings import (
    AppointmentFinding,
    BranchesFound,
    Calculated,
    CarDescribed,
    CarGone,
    CarsCompared,
    CarsFound,
    FinancingRules,
    Finding,
    HandoffFinding,
    NotKnown,
    OptFinding,
    PassagesFound,
    PlanImpossible,
    PlanQuoted,
    QuoteFact,
    SaleFinding,
    StockAnalysed,
)
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Mode
from commercial_agent.conversation.reply import Reply
from commercial_agent.conversation.understanding import Understanding


@dataclass(frozen=True, slots=True)
class TurnResult:
    """An answered turn."""

    turn_id: str
    conversation_id: str  # our row's id, not the customer's address
    language: Language
    mode: Mode
    opted_out: bool
    reply: Reply | None  # None: the bot is silent (a human has the chat, or the customer opted out)
    messages: tuple[str, ...] = ()  # the reply's parts as WhatsApp gets them
    agent: Agent = Agent.CONCIERGE  # that answered first
    agents: tuple[Agent, ...] = ()
    intents: tuple[Intent, ...] = ()
    cars: tuple[str, ...] = ()  # stock ids shown, in order
    quotes: tuple[QuoteFact, ...] = ()
    calculations: tuple[Calculated, ...] = ()
    sources: tuple[str, ...] = ()
    appointment: AppointmentFinding | None = None
    understanding: Understanding | None = None
    findings: tuple[Finding, ...] = ()
    milliseconds: dict[str, float] = field(default_factory=dict)  # by step: load, understand, act, phrase, remember


class ConversationLike(Protocol):
    """What a result needs of an open conversation."""

    @property
    def id(self) -> str:
        """Our row's id."""
        ...

    @property
    def mode(self) -> Mode:
        """Who answers it."""
        ...

    @property
    def opted_out(self) -> bool:
        """Whether the customer left."""
        ...


def silence(
    turn_id: str, conversation: ConversationLike, language: Language, understanding: Understanding | None
) -> TurnResult:
    """The result of a turn in which the bot says nothing."""
    intents = tuple(score.intent for score in understanding.intents) if understanding else ()
    return TurnResult(
        turn_id,
        conversation.id,
        language,
        conversation.mode,
        conversation.opted_out,
        None,
        intents=intents,
        understanding=understanding,
    )


def summarise(
    turn_id: str,
    conversation: ConversationLike,
    reply: Reply,
    parts: tuple[str, ...],
    understanding: Understanding | None,
    findings: tuple[Finding, ...],
) -> TurnResult:
    """The result of an answered turn, drawn from its findings."""
    intents = tuple(request.intent for request in understanding.requests) if understanding else (Intent.UNCLEAR,)
    agents = tuple(dict.fromkeys(intent.agent for intent in intents))
    opted_out = conversation.opted_out
    mode = conversation.mode
    for finding in findings:
        if isinstance(finding, OptFinding):
            opted_out = finding.opted_out
        if isinstance(finding, HandoffFinding):
            mode = {"made": Mode.HUMAN, "left": Mode.BOT}.get(finding.status, mode)
    return TurnResult(
        turn_id=turn_id,
        conversation_id=conversation.id,
        language=reply.language,
        mode=mode,
        opted_out=opted_out,
        reply=reply,
        messages=parts,
        agent=_main_agent(agents),
        agents=agents,
        intents=intents,
        cars=tuple(dict.fromkeys(car.stock_id for car in _cars(findings))),
        quotes=tuple(quote for f in findings if isinstance(f, PlanQuoted) for quote in f.quotes),
        calculations=tuple(f for f in findings if isinstance(f, Calculated)),
        sources=tuple(dict.fromkeys(_sources(findings))),
        appointment=next((f for f in reversed(findings) if isinstance(f, AppointmentFinding)), None),
        understanding=understanding,
        findings=findings,
    )


def _main_agent(agents: tuple[Agent, ...]) -> Agent:
    """The agent that did the work: small talk around a question does not count."""
    return next((agent for agent in agents if agent is not Agent.CONCIERGE), agents[0])


def _cars(findings: Iterable[Finding]) -> Iterator[CarFacts]:
    for finding in findings:
        match finding:
            case CarsFound(cars=cars) | CarsCompared(cars=cars) | StockAnalysed(cars=cars):
                yield from cars
            case CarGone(alternatives=cars):
                yield from cars
            case Calculated():
                if finding.car is not None:
                    yield finding.car
                if finding.cars is not None:
                    yield from finding.cars.cars
            case CarDescribed(car=car) | PlanQuoted(car=car) | PlanImpossible(car=car) | AppointmentFinding(car=car):
                if car is not None:
                    yield car
            case _:
                continue


def _sources(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        match finding:
            case (
                PassagesFound(passages=passages)
                | FinancingRules(passages=passages)
                | SaleFinding(passages=passages)
                | NotKnown(passages=passages)
            ):
                yield from (passage.source for passage in passages)
            case BranchesFound(branches=branches):
                yield from (f"branches#{branch.branch_id}" for branch in branches)
            case _:
                continue
