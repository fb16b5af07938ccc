"""What a customer tells as a reason asks nothing: "automático, porque el estándar no le gusta".

Of two gearboxes named in one breath the one under a negation, or behind the word that gives a reason with one, is not
wanted; the other is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Scan, load_data
from commercial_agent.understanding.tracking.context import Context

_BEFORE, _AFTER = 8, 4  # words around a wish in which its negation stands
_PAID_FOR = frozenset({"gasoline", "diesel"})
_TWO = 2


@lru_cache(1)
def _words() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in load_data("reasons").items()}


def without_reasons(context: Context) -> Context:
    """The segment without the wishes it only gives as reasons."""
    gearboxes = context.all("transmission")
    values = {entity.value for entity in gearboxes}
    kept = context.entities
    if len(values) > 1:
        refused = [entity for entity in gearboxes if _is_refused(context, entity)]
        if refused and {e.value for e in gearboxes if e not in refused}:
            kept = tuple(entity for entity in kept if entity not in refused)
    kept = tuple(entity for entity in kept if not _is_a_cost(context, entity))
    return context if kept == context.entities else replace(context, entities=kept)


def _is_a_cost(context: Context, entity: Entity) -> bool:
    """`con lo que gasto de gasolina ya quiero un híbrido`: the fuel paid for, beside the one wanted."""
    if entity.kind != "fuel" or entity.value not in _PAID_FOR or len({e.value for e in context.all("fuel")}) < _TWO:
        return False
    before = Scan(context.whole[max(context.start, entity.start - 60) : entity.start]).words[-_BEFORE:]
    behind = Scan(context.whole[entity.end : entity.end + 60]).words[:_AFTER]
    return not _words()["costs"].isdisjoint((*before, *behind))


def _is_refused(context: Context, entity: Entity) -> bool:
    words = _words()
    before = Scan(context.whole[max(context.start, entity.start - 90) : entity.start]).words[-_BEFORE:]
    for word in reversed(before):
        if word in words["no"]:
            return True
        if word in words["breaks"]:
            break
    behind = Scan(context.whole[entity.end : entity.end + 60]).words[:_AFTER]
    for index, word in enumerate(behind):
        if word in words["no"]:
            return bool(words["likes"].intersection(behind[index + 1 :]))
        if word in words["breaks"]:
            return False
    return False
