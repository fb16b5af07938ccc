"""What words say of a plan together that none of them says alone: nothing paid down, the interest of all of it.

"Siempre no voy a dar nada de enganche", "forget the down payment": a word that denies, its noun, and only small words
between. "De todo eso, ¿cuánto se va en intereses?": the noun and a word of amount, and no word of a rate.
"""

from __future__ import annotations

from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import Context, vocabulary

_GIVEN = ("down_amount", "down_percent", "trade_in_value")


def gives_none_down(context: Context) -> bool:
    """Whether nothing is to be paid down."""
    if context.has(*_GIVEN):
        return False
    return context.says("no_down") or (context.says("down_noun") and _denies_down(context.scan))


def _denies_down(scan: Scan) -> bool:
    words = vocabulary()
    nouns = {hit.first for hit in words.find("down_noun", scan)}
    between = {index for hit in words.find("down_between", scan) for index in range(hit.first, hit.last)}
    for denial in words.find("denies_down", scan):
        at = denial.last
        while at not in nouns and at in between:
            at += 1
        if at in nouns:
            return True
    return False


def asks_interest(context: Context) -> bool:
    """Whether the interest of a plan is asked for in pesos."""
    if context.says("interest_total"):
        return True
    told = context.says("interest_noun") and context.says("amount_asked")
    return told and not context.says("rate_asked") and not context.says("zero_rate")
