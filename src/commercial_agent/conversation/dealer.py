"""Who the agent speaks for: the part of the dealership profile that a conversation needs."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from commercial_agent.conversation.language import Language


@dataclass(frozen=True, slots=True)
class Dealer:
    """The dealership and the persona that answers for it."""

    name: str  # Kavak
    assistant: str  # the persona's name
    country: str  # ISO 3166-1 alpha-2
    currency: str  # ISO 4217
    time_zone: ZoneInfo
    languages: tuple[Language, ...]  # the first is the default
    website: str
    privacy_url: str
    contact: str | None = None  # how to reach a person outside the chat, if known
