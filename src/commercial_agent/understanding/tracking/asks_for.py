"""Cars asked for by their names beside another question."""

from __future__ import annotations

from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import Context

_ONE = frozenset({"un", "una", "algun", "alguna", "a", "an", "any", "um", "uma", "algum", "alguma"})
_THE = frozenset({"el", "la", "the", "o", "a", "este", "ese", "this", "that"})


def asks_for_name(context: Context) -> bool:
    """`si manejan el rio de kia, y cuánto es de garantía`: a car asked for beside a question of the company."""
    near = (Scan(" ".join(context.before(entity, 3))) for entity in context.all("make", "model"))
    asked = any(context.names("stock_verb", words) for words in near)
    return asked and context.says("also") and not context.has("reference", "order")


def looks_for_one(context: Context) -> bool:
    """`quiero un mazda 2 automático, ¿a 48 en cuánto sale?`: some car of that kind, none that was seen."""
    names = [context.before(entity, 1) for entity in context.all("make", "model")]
    unseen = not context.state.shown and context.state.focus is None and context.says("interested")
    some = any(words and (words[0] in _ONE or (unseen and words[0] in _THE)) for words in names)
    wished = context.says("search_verb") or unseen or context.has("transmission", "fuel", "drive", "km", "equipment")
    return some and wished and not context.has("reference", "other", "order")
