"""How the customer's own car looks: "excelente, sin golpes", "golpe en el frente", "bueno, solo un rayón"."""

from __future__ import annotations

from functools import lru_cache

from commercial_agent.understanding.scan import Hit, Phrases, Scan, load_data

_BEST_FIRST = ("excellent", "good", "fair", "bad")
_FLAWS = frozenset({"fair", "bad"})
_NEAR = 3  # words between a denial and the praise that it denies: "no está en buen estado"


@lru_cache(1)
def _data() -> tuple[Phrases[str], Phrases[str], Phrases[str], Phrases[bool]]:
    data = load_data("condition")
    looks = [(pattern, name) for name in _BEST_FIRST for pattern in data[name]]
    bare = [(pattern, name) for name, patterns in data["bare"].items() for pattern in patterns]
    turns = Phrases((pattern, name) for name in ("denies", "resumes") for pattern in data[name])
    return Phrases(looks), Phrases([*looks, *bare]), turns, Phrases((pattern, True) for pattern in data["said_before"])


def condition_of(scan: Scan, *, asked: bool = False) -> str | None:
    """The condition told: the worst that is not denied; flaws that are all denied leave a good one.

    Args:
        scan: the words.
        asked: whether they answer our question about it, or put the answer right: "excelente" alone is one then.
    """
    told_of, answering, turns, _ = _data()
    hits = [hit for hit in (answering if asked else told_of).find(scan) if not _is_about(scan, hit)]
    if not hits:
        return None
    denials = turns.find(scan)
    told: set[str] = set()
    for hit in hits:
        before = [turn for turn in denials if turn.last <= hit.first and not _ends(scan, turn.last, hit.first)]
        denied = bool(before) and before[-1].value == "denies"
        if hit.value in _FLAWS:
            told.add("good" if denied else hit.value)
        elif not denied or hit.first - before[-1].last > _NEAR or "," in scan.words[before[-1].last : hit.first]:
            told.add(hit.value)
        else:
            told.add("fair")
    if told == {"excellent", "good"}:
        return "excellent"
    return max(told, key=_BEST_FIRST.index)


def _is_about(scan: Scan, hit: Hit[str]) -> bool:
    """`¿cuánto me dan más o menos?`, `más o menos 90 mil km`: of a figure."""
    if scan.words[hit.first : hit.last] != ["mas", "o", "menos"]:
        return False
    return "cuanto" in scan.words[: hit.first] or scan.word(hit.last)[:1].isdigit()


def _ends(scan: Scan, first: int, last: int) -> bool:
    return any(scan.is_stop(index) for index in range(first, last))


def puts_right(scan: Scan) -> bool:
    """`dije excelente, no con detalles`: what was said before is said again."""
    return bool(_data()[3].find(scan))
