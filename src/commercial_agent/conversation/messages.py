"""Messages between a customer and the agent, free of any provider's form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """Where a conversation takes place."""

    WHATSAPP = "whatsapp"
    WEB = "web"
    API = "api"
    TERMINAL = "terminal"
    TEST = "test"


class Mode(StrEnum):
    """Who answers a conversation."""

    BOT = "bot"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """One customer on one channel. `address` is opaque: it need not be a phone number."""

    channel: Channel
    address: str


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """Something the customer sent."""

    text: str
    received_at: datetime  # aware
    kind: str = "text"  # text, button, list, location, image, audio, voice, video, document, contact, sticker
    message_id: str | None = None  # the provider's
    payload: str | None = None  # of a tapped button or list item: opaque, validated again
    latitude: float | None = None
    longitude: float | None = None
    profile_name: str | None = None  # untrusted
    beside: tuple[str, ...] = ()  # what came with the words: picture, document (kept); voice, file (not taken)
