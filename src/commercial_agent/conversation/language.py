"""The languages the agent speaks."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """A language of the conversation, by its ISO 639-1 code."""

    ES = "es"
    EN = "en"
    PT = "pt"
