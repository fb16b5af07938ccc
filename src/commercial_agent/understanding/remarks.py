"""What is said of a car, or of oneself, in words that otherwise wish for one: "¡qué barato!", "se ve muy chico"."""

from __future__ import annotations

from functools import lru_cache

from commercial_agent.conversation.cars import Order
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Phrases, Scan, load_data

_WISHES = frozenset({
    "make", "model", "body_style", "segment", "transmission", "fuel", "drive", "seats", "relative", "price", "year",
})  # fmt: skip
_CAME = 10  # words from having moved to the work one moved for


class _Words:
    def __init__(self) -> None:
        data = load_data("lexicon")
        self.before_remark = frozenset(data["before_remark"]) | {""}
        self.remark: Phrases[bool] = Phrases((pattern, True) for pattern in data["remark"])
        self.conceded: Phrases[bool] = Phrases((pattern, True) for pattern in data["conceded"])
        self.fault: Phrases[bool] = Phrases((pattern, True) for pattern in load_data("negation")["fault"])
        self.too_much = frozenset(data["too_much"])
        self.pointed_at = frozenset(data["pointed_at"])
        self.came = frozenset(data["came"])


@lru_cache(1)
def _words() -> _Words:
    return _Words()


def is_remark(scan: Scan, first: int) -> bool:
    """`¡qué barato!`, `wow, están baratísimas`: said of what was shown, nothing is asked for by it."""
    if "?" in scan.words[first:] or first == 0:
        return False
    said = _words().remark.ending_at(scan, first)
    return said is not None and scan.word(said.first - 1) in _words().before_remark


def finds_fault(scan: Scan, first: int) -> bool:
    """`el Beat se ve muy chiquito`, `that one is too big`: how a car shown is, and no wish."""
    said = _words().remark.ending_at(scan, first)
    if said is None or said.first == 0 or scan.words[first - 1] not in _words().too_much:
        return False
    before = said.first - 1
    return bool(scan.taken[before]) or scan.words[before] in _words().before_remark | _words().pointed_at


def bounds_a_number(scan: Scan, at: int) -> bool:
    """`cuestan menos de 150 mil`, `cheaper than 200k`: a limit, no order."""
    after = scan.words[at : at + 5]
    return (
        bool(after)
        and after[0] in ("de", "que", "than", "do")
        and any(w[0].isdigit() for w in after[1:3])
        and (not any(scan.taken[at + 1 : at + 3]))
    )


def concedes(scan: Scan, first: int, order: Order) -> bool:
    """`aunque sea más cara`, `even if older`: what may be worse is no wish, its limit gives way."""
    worse = order.descending if order.column in ("price", "km") else not order.descending
    worse = worse and order.column in ("price", "km", "year")
    return worse and any(_words().conceded.ending_at(scan, at) for at in (first, first - 1, first - 2) if at > 0)


def without_faulted(scan: Scan, entities: list[Entity], word_end: dict[int, int]) -> list[Entity]:
    """The entities without the cars found fault with, where something else is wished for.

    "Jetta o Sentra de 2019 a 2021; el Sentra 2016 está muy viejo", "el Forte es muy caro, otro sedán hasta 250".
    """
    faults = {hit.first: hit.last for hit in _words().fault.find(scan)}
    dropped: list[Entity] = []
    for index, entity in enumerate(entities if faults else ()):
        if entity.kind not in ("model", "make"):
            continue
        at = word_end.get(entity.end, -1)
        beside = [e for e in entities[index + 1 :] if e.kind in ("year", "trim", "model") and e.start - entity.end <= 2]
        ends = [at, *(word_end.get(e.end, -1) for e in beside)]
        behind = [faults[end] for end in ends if end in faults]
        if behind and scan.word(behind[0]) != "?":
            dropped += [entity, *beside]
    left = [entity for entity in entities if entity not in dropped]
    return left if any(e.kind in _WISHES for e in left) else entities


def came_for_work(scan: Scan, first: int) -> bool:
    """`I moved to Mexico City for work`: why somebody came, not what his car is for."""
    for at in range(first - 1, max(-1, first - _CAME), -1):
        if scan.is_stop(at) or scan.words[at] == ",":
            return False
        if scan.words[at] in _words().came:
            return True
    return False
