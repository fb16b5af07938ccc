"""What is decided before a message is read: secrets, length, kinds we cannot read, and when to be silent."""

from __future__ import annotations

from dataclasses import replace

from commercial_agent.chatbot.privacy import mask
from commercial_agent.conversation.findings import NotUnderstood
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.messages import IncomingMessage, Mode
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.conversation.understanding import Understanding
from commercial_agent.storage.text import clean

MAX_TEXT = 4096  # characters: the most that WhatsApp carries

_UNREADABLE = {"image": "picture", "video": "picture", "sticker": "sticker", "audio": "voice", "document": "document",
               "contact": "contact"}  # fmt: skip


def without_secrets(message: IncomingMessage) -> tuple[IncomingMessage, bool]:
    """The message with card, account and identity numbers masked, and whether there were any."""
    text, masked = mask(clean(message.text))
    return replace(message, text=text), masked


def check(message: IncomingMessage) -> NotUnderstood | None:
    """Why the message cannot be read at all, if it cannot."""
    if len(message.text) > MAX_TEXT:
        return NotUnderstood(reason="too_long", question=Question(Ask.OPEN))
    if message.text.strip():
        return None
    return NotUnderstood(reason=_UNREADABLE.get(message.kind, "empty"), question=Question(Ask.OPEN))


def silent(mode: Mode, opted_out: bool, understanding: Understanding | None) -> bool:
    """Whether the bot says nothing: a human has the chat, or the customer left and has not come back."""
    intents = {score.intent for score in understanding.intents} if understanding else set()
    if opted_out:
        return Intent.OPT_IN not in intents
    return mode is Mode.HUMAN and Intent.OPT_OUT not in intents
