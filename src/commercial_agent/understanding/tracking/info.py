"""Questions about the company, made whole: "¿y en Guadalajara?" carries what was asked before."""

from __future__ import annotations

import re

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import InfoRequest
from commercial_agent.understanding.tracking.context import Context

MAX_QUESTION = 500  # characters

_LONGEST, _BARE = 9, 4  # words of a question that leans on the one before
_SURE = 0.9
_DOUBTFUL = 0.6
_CLEAR = 0.75
_LEAD = re.compile(r"^[\s¿?¡!,.]*(?:(?:y|e|and|ok|oye|bueno|entonces)\b[\s,]*)+", re.IGNORECASE)
_LONGEST_CONDITION = 13  # words
_CONDITION = re.compile(
    r"^\W*(?:(?:y|e|and|ok|oye|pero|bueno|ah|but|mas|entonces)\W+)*"
    r"(?:(?<=\w )(?:si|if|se)|aunque|aun (?:si|cuando)|incluso (?:si|cuando)|hasta si|even (?:if|though|when)|what if"
    r"|(?:en )?(?:el )?caso (?:de )?que|en caso de|suponiendo que|supongamos que|digamos que|pongamos que|in case"
    r"|(?:let's )?say that|suppos(?:e|ing)(?: that)?|caso eu|suponha que|digamos"
    r"|que (?:pasa|pasaria) si|mesmo (?:se|que|assim)|ainda que|(?P<bare>si|if|se))\s+(?!\W)"
)
_POINTING = frozenset({"eso", "esa", "ese", "that", "it", "isso", "ahi", "alla", "there"})
_ELLIPTIC = frozenset({"y", "e", "and", "eso", "esa", "ese", "that", "it", "isso", "ahi", "alla", "there", "tambien"})


def info_request(context: Context) -> InfoRequest:
    """The request of an info intent."""
    return InfoRequest(
        context.intent,
        _whole_question(context)[:MAX_QUESTION],
        topic=context.intent.value.partition(".")[2],
        city=context.first("city"),
        branch=context.first("branch") or _branch_spoken_of(context),
        weekday=context.first("weekday"),
        asks_hours=context.says("hours"),
    )


def _branch_spoken_of(context: Context) -> str | None:
    """`¿en qué calle está?` while a visit is arranged: the branch of the visit."""
    appointment = context.state.appointment
    if appointment is None or context.has("city") or not context.says("place_question"):
        return None
    return appointment.branch


def is_elliptic(context: Context) -> bool:
    """Whether a segment leans on the question before: it starts with "y", or only says "eso"."""
    words = [word for word in context.scan.words if word.isalnum()]
    if not words or len(words) > 7 or context.state.last_question is None:
        return False
    return (
        words[0] in ("y", "e", "and")
        or (len(words) <= _BARE and context.says("bare_question"))
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


def goes_on_asking(context: Context) -> bool:
    """`¿y si ya le anduve 500 km?`, `¿cuántos meses son?` after a question about the company: it goes on with that."""
    last = context.state.last_intent
    if last is None or last.agent is not Agent.INFO or context.state.last_question is None:
        return False
    if context.intent.agent is Agent.INFO and context.intent is not last and context.confidence >= _CLEAR:
        return False  # "¿y si no me gusta?" after the warranty asks of returning
    conditional = _is_condition(context)
    talk = context.intent.agent is Agent.CONCIERGE and not (conditional and context.intent is Intent.UNCLEAR)
    if talk or context.has("make", "model", "body_style", "reference", "price"):
        return False
    if context.has("months", "down_amount", "down_percent", "monthly", "income", "visit_kind", "date"):
        return False
    words = [word for word in context.scan.words if word.isalnum()]
    elliptic = words[:1] in (["y"], ["e"], ["and"]) and len(words) <= _LONGEST and not context.entities
    if elliptic and context.confidence < _DOUBTFUL and context.state.plan_kind is None:
        return True  # "¿y se puede pagar junto con la mensualidad?"
    bare = len(words) <= _BARE and context.says("bare_question") and context.confidence < _SURE
    return conditional or bare


def _is_condition(context: Context) -> bool:
    """`¿y si para entonces ya le anduve 500 km?`, `aunque ya lo haya usado`, `even if …`: a case of what was asked."""
    words = [word for word in context.scan.words if word.isalnum()]
    found = _CONDITION.match(context.scan.text)
    if found is None or len(words) > _LONGEST_CONDITION:
        return False
    bare = found["bare"] is not None  # "sí, …" is a yes
    return not bare or ("?" in context.text and not context.text.strip(" ¿").lower().startswith("sí"))


def _leans(context: Context) -> bool:
    """Whether a segment says nothing of its own: a place, "eso", "ahí"."""
    words = [word for word in context.scan.words if word.isalnum()]
    return _only_a_place(context, words) or not _POINTING.isdisjoint(words)


def _whole_question(context: Context) -> str:
    last = context.state.last_question
    text = context.text.strip()
    if last is None or not is_elliptic(context):
        return text
    if context.intent is not context.state.last_intent and context.confidence >= _CLEAR and not _leans(context):
        return text
    rest = _LEAD.sub("", text).strip()
    return f"{last.strip().rstrip('?').rstrip()} {rest}" if rest else last
