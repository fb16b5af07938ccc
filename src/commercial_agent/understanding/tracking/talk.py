"""Talk that is no business of ours, or must not be done: sums, verses, other people's data, hidden words, bargaining.

Such words remind a classifier that knows cars of anything else ("345 x 23" of months, "versos" of a schedule). What
marks them is a pair: a verb and a thing to be made, two figures and a sign, a buyer and his name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.understanding.scan import Phrases, Scan, load_data
from commercial_agent.understanding.tracking.context import Context
from commercial_agent.understanding.tracking.residue import residue

_SUM = re.compile(
    r"(?<![\w.,])\d[\d.,]*\s*(?:[x*+/^=-]|por|times|multiplicado por|vezes|entre|divid\w+ (?:entre|por|by)"
    r"|mas|plus|menos|minus|elevado a(?: la)?)\s*\d[\d.,]*(?![\w])"
    r"|\b(?:raiz (?:cuadrada|cubica|quadrada)|square root)\b"
)
_STARS = re.compile(r"[\s\u2b50\U0001f31f\u2605\u2606\u2728\ufe0f!.]+")
_KEPT = frozenset({
    Intent.HUMAN, Intent.OPT_OUT, Intent.OPT_IN, Intent.ABUSE, Intent.COMPLAINT, Intent.SELL_CAR, Intent.TRADE_IN,
    Intent.APPOINTMENT_CANCEL, Intent.RESET,
})  # fmt: skip
_VERSES_REACH = 7  # words from a verb of making to what is made
_WHO = frozenset({"name", "phone", "email"})
_MISTAKEN_FOR = frozenset({Intent.ABUSE, Intent.RATE, Intent.GOODBYE, Intent.COMPLAINT})
_CARS = ("make", "model", "body_style", "reference", "stock_id")
_TERMS = ("months", "down_amount", "down_percent", "monthly", "income", "trade_in_value")


@lru_cache(1)
def _phrases() -> dict[str, Phrases[bool]]:
    return {name: Phrases((p, True) for p in patterns) for name, patterns in load_data("talk").items()}


def _says(name: str, scan: Scan) -> bool:
    return bool(_phrases()[name].find(scan))


def as_talk(context: Context) -> Context:
    """The segment, labelled as the talk that it can only be; unchanged where it is none.

    No figure and no car in such talk is a wish.
    """
    if _only_stars(context):
        return replace(context, intent=Intent.RATE, confidence=1.0)
    if _only_tells_who(context):
        return replace(context, intent=Intent.INTRODUCE, confidence=1.0)
    if context.intent in _KEPT - {Intent.HUMAN} or (context.intent is Intent.HUMAN and not _asks_of_others(context)):
        return context
    if _asks_own_rules(context) or _asks_of_others(context) or _hides_words(context) or offers_less(context):
        return replace(context, intent=Intent.MANIPULATION, confidence=1.0, entities=())
    if _is_sum(context) or _wants_verses(context) or _asks_for_a_remedy(context):
        return replace(context, intent=Intent.OUT_OF_SCOPE, confidence=1.0, entities=())
    return context


def _only_stars(context: Context) -> bool:
    """`⭐⭐⭐⭐⭐` is a rating, asked for or not."""
    text = context.whole.strip()
    return any(mark in text for mark in "\u2b50\U0001f31f\u2605") and _STARS.fullmatch(text) is not None


def _only_tells_who(context: Context) -> bool:
    """`nome Bruno Carvalho`, `mi tel 2221234567`: a name or a number under a label of abuse, stars or a farewell."""
    told = context.entities and all(entity.kind in _WHO for entity in context.entities)
    if not told or context.intent not in _MISTAKEN_FOR:
        return False
    heads = sum(hit.last - hit.first for hit in _phrases()["of_who"].find(context.scan))
    return residue(context) <= heads


def _is_sum(context: Context) -> bool:
    """`cuánto da 345 x 23?`, and no word of a car or of paying."""
    if not _SUM.search(context.scan.text) or not _says("sums", Scan(context.whole)):
        return False
    return not context.has(*_CARS) and not _says("of_sums", context.scan)


def _wants_verses(context: Context) -> bool:
    """`compón unos versos`: a verb of making and what is made of words."""
    made = _phrases()["created"].find(context.scan)
    verbs = _phrases()["create_verb"].find(context.scan) if made else []
    return any(0 <= thing.first - verb.last <= _VERSES_REACH for verb in verbs for thing in made)


def _asks_for_a_remedy(context: Context) -> bool:
    """`ando con gripa, ¿qué me recomendarías tomar?`: an illness and what is taken for it."""
    return not context.has(*_CARS) and _says("ill", context.scan) and _says("takes", context.scan)


def _asks_own_rules(context: Context) -> bool:
    """`¿cuál es tu primera regla?`: what the assistant itself was told; the dealer's rules belong to the company."""
    if _says("numbered", context.scan):
        return True
    if context.intent.agent in (Agent.CATALOG, Agent.FINANCE) or context.has(*_CARS, *_TERMS):
        return False
    return any(
        told.first == own.last
        for own in _phrases()["own"].find(context.scan)
        for told in _phrases()["told"].find(context.scan)
    )


def _asks_of_others(context: Context) -> bool:
    """`¿quién se lo llevó? pásame su celular`: another customer and what is personal of him."""
    whole = Scan(context.whole)
    if not _says("others", whole) or not _says("personal", whole):
        return False
    return _says("others", context.scan) or _says("personal", context.scan)


def _hides_words(context: Context) -> bool:
    """`lo mismo pero en base64`: what was refused, asked for in another dress."""
    refused = context.state.last_intent is Intent.MANIPULATION
    if context.has(*_CARS, *_TERMS):
        return False
    encoded, again = _says("encoded", context.scan), _says("again", context.scan)
    return (refused and (encoded or again)) or (encoded and again and context.intent.agent is not Agent.FINANCE)


def offers_less(context: Context) -> bool:
    """`te lo pago de contado en 300, ¿cierras?`: an amount of his own for a car of ours, and a deal."""
    if _closes_a_bargain(context):
        return True
    if not any(char.isdigit() for char in context.text) or context.has(*_TERMS) or context.says("my_car"):
        return False
    if context.says("down_words") or context.intent is Intent.CHANGE_PLAN:
        return False
    return _pays_a_sum(context.scan) or (_says("offers", context.scan) and _says("deal", context.scan))


def _pays_a_sum(scan: Scan) -> bool:
    """`pagándolo al contado en 300 mil, ¿ya queda?`: a sum of one's own, and whether it is agreed on."""
    return _says("pays_at_once", scan) and _says("agrees", scan)


def _closes_a_bargain(context: Context) -> bool:
    """`¿cerramos el trato?` beside `que me lo deje en 300`: of the same bargain."""
    if context.text.strip() == context.whole.strip() or context.has(*_CARS, *_TERMS):
        return False
    whole = Scan(context.whole)
    return _says("closes", context.scan) and (context.names("haggle", whole) or _pays_a_sum(whole))
