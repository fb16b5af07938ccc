"""What a turn gives back to the channel that asked for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from commercial_agent.conversation.findings import AppointmentFinding, Calculated, Finding, QuoteFact
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
