"""Commands that messaging services reserve: "STOP", "Start!", "please START"."""

from __future__ import annotations

from commercial_agent.conversation.intents import Intent
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import vocabulary

_KEYWORDS = {
    "start": Intent.OPT_IN, "unstop": Intent.OPT_IN, "alta": Intent.OPT_IN,
    "stop": Intent.OPT_OUT, "unsubscribe": Intent.OPT_OUT,
}  # fmt: skip
"""Whole messages that messaging services reserve, and our own word for coming back."""
_SHOUTED = frozenset({"START", "UNSTOP", "STOP", "UNSUBSCRIBE"})
_LONGEST = 40  # characters
_MARKS = ".,;:!¡?¿\"'*_()"


def keyword(text: str) -> Intent | None:
    """The command that a short message is: but for courtesy, or in capitals beside words that are in none."""
    if len(text) > _LONGEST:
        return None
    words = [word for word in Scan(text).words if word.isalnum()]
    told = [word for word in words if word not in vocabulary().courtesy]
    if len(told) == 1:
        return _KEYWORDS.get(told[0])
    shouted = {word.strip(_MARKS) for word in text.split()} & _SHOUTED
    return _KEYWORDS[shouted.pop().lower()] if len(shouted) == 1 and not text.isupper() else None
