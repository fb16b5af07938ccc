"""A reply with its structure: channels make bubbles, cards and WhatsApp markup of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from commercial_agent.conversation.findings import Finding
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.state import DialogueState, Question


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `*bold*` and `_italic_` are WhatsApp's; nothing else is markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """A car as the customer sees it."""

    stock_id: str
    title: str  # 1. Volkswagen Jetta 2019
    lines: tuple[str, ...]  # price, km, what else tells it apart
    picture_url: str | None = None


@dataclass(frozen=True, slots=True)
class Bullets:
    """A short list or table, one line each."""

    items: tuple[str, ...]
    numbered: bool = False


Block = Text | Card | Bullets


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button. The payload is opaque to the channel."""

    title: str  # at most 20 characters
    payload: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the customer gets for a turn."""

    language: Language
    blocks: tuple[Block, ...]
    question: Question | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    phraser: str = "local"  # who wrote it

    @property
    def text(self) -> str:
        """The whole reply as WhatsApp shows it."""
        return "\n\n".join(block_text(block) for block in self.blocks)


def block_text(block: Block) -> str:
    """A block in WhatsApp's markup."""
    if isinstance(block, Text):
        return block.text
    if isinstance(block, Card):
        return "\n".join((f"*{block.title}*", *block.lines))
    if block.numbered:
        return "\n".join(f"{number}. {item}" for number, item in enumerate(block.items, start=1))
    return "\n".join(f"- {item}" for item in block.items)


@dataclass(frozen=True, slots=True)
class PhrasingContext:
    """What phrasing may know beside the findings."""

    language: Language
    state: DialogueState  # before the turn
    text: str  # what the customer wrote
    seed: str  # conversation id: varied wording, the same on every run
    secret_masked: bool = False  # the message carried a card, account or identity number: say that it was not kept
    beside: tuple[str, ...] = ()  # files that came with it, as IncomingMessage.beside


class Phraser(Protocol):
    """Turns findings into a reply."""

    async def phrase(self, findings: tuple[Finding, ...], context: PhrasingContext) -> Reply:
        """Write the reply.

        Args:
            findings: what the agents established, in order; not empty.
            context: language and conversation.

        Returns:
            The reply, in the context's language, saying only what the findings say.
        """
        ...
