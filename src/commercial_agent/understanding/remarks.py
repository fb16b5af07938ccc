"""What is said of a car, or of oneself, in words that otherwise wish for one: "¡qué barato!", "se ve muy chico"."""

from __future__ import annotations

from functools import lru_cache

from commercial_agent.understanding.scan import Phrases, Scan, load_data

_CAME = 10  # words from having moved to the work one moved for


class _Words:
    def __init__(self) -> None:
        data = load_data("lexicon")
        self.before_remark = frozenset(data["before_remark"]) | {""}
        self.remark: Phrases[bool] = Phrases((pattern, True) for pattern in data["remark"])
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


def came_for_work(scan: Scan, first: int) -> bool:
    """`I moved to Mexico City for work`: why somebody came, not what his car is for."""
    for at in range(first - 1, max(-1, first - _CAME), -1):
        if scan.is_stop(at) or scan.words[at] == ",":
            return False
        if scan.words[at] in _words().came:
            return True
    return False
