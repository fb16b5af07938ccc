"""Questions about the company, made whole: "¿y en Guadalajara?" carries what was asked before."""

from __future__ import annotations

import re

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import InfoRequest
from commercial_agent.understanding.tracking.context import Context

MAX_QUESTION = 500  # characters

_LEAD = re.compile(r"^[\s¿?¡!,.]*(?:(?:y|e|and|ok|oye|bueno|entonces)\b[\s,]*)+", re.IGNORECASE)
_ELLIPTIC = frozenset({"y", "e", "and", "eso", "esa", "ese", "that", "it", "isso", "ahi", "alla", "there", "tambien"})


def info_request(context: Context) -> InfoRequest:
    """The request of an info intent."""
    return InfoRequest(
        context.intent,
        _whole_question(context)[:MAX_QUESTION],
        topic=context.intent.value.partition(".")[2],
        city=context.first("city"),
        branch=context.first("branch"),
        weekday=context.first("weekday"),
        asks_hours=context.says("hours"),
    )


def is_elliptic(context: Context) -> bool:
    """Whether a segment leans on the question before: it starts with "y", or only says "eso"."""
    words = [word for word in context.scan.words if word.isalnum()]
    if not words or len(words) > 7 or context.state.last_question is None:
        return False
    return (
        words[0] in ("y", "e", "and")
        or (len(words) <= 5 and not _ELLIPTIC.isdisjoint(words))
        or _only_a_place(context, words)
    )


def _only_a_place(context: Context, words: list[str]) -> bool:
    return len(words) <= 3 and context.has("city", "branch", "weekday")


def continues_info(context: Context) -> bool:
    """Whether an elliptic segment goes on with the company, not with a car."""
    last = context.state.last_intent
    if last is None or (last.agent not in (Agent.INFO,) and last is not Intent.RULES) or not is_elliptic(context):
        return False
    return not context.has("make", "model", "price", "reference", "months", "down_percent", "down_amount", "body_style")


def _whole_question(context: Context) -> str:
    last = context.state.last_question
    text = context.text.strip()
    if last is None or not is_elliptic(context):
        return text
    rest = _LEAD.sub("", text).strip()
    return f"{last.strip().rstrip('?').rstrip()} {rest}" if rest else last
