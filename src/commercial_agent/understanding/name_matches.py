"""Which of the names found in a message are meant, where one could stand for several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commercial_agent.understanding.scan import Scan

_ADDS = frozenset({
    "y", "e", "o", "u", "ni", "and", "or", "ou", "vs", "versus", "contra", "tambien", "also", "tambem", "que", "than",
})  # fmt: skip
_FAR = 7  # words between a name and what it is to be more precisely


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A make or a model found in a message."""

    kind: str  # make or model
    canonical: str  # "Volkswagen" or "Volkswagen/Jetta"
    first: int  # words of the scan
    last: int
    score: float  # 1 is written as known
    how: str  # exact, sound, spelling


def of_named_makes(found: list[NameMatch]) -> list[NameMatch]:
    """`el ibiza o el león, de seat`: of two models by one name the one whose make is named too, wherever it stands."""
    named = {match.canonical for match in found if match.kind == "make"}
    spans = [(match.first, match.last) for match in found if match.kind == "model" and _make_of(match) in named]
    return [
        match
        for match in found
        if match.kind == "make" or _make_of(match) in named or (match.first, match.last) not in spans
    ]


def without_shorter(scan: Scan, found: list[NameMatch]) -> list[NameMatch]:
    """`el golf pero gti`: a model told more precisely right after is that one; "golf o golf gti" are two."""
    models = [match for match in found if match.kind == "model"]
    return [match for match in found if not any(_tells_more(scan, match, other) for other in models)]


def _tells_more(scan: Scan, name: NameMatch, other: NameMatch) -> bool:
    if name.kind != "model" or not other.canonical.startswith(f"{name.canonical} "):
        return False
    between = scan.words[name.last : other.first]
    return name.last <= other.first and len(between) <= _FAR and _ADDS.isdisjoint(_without_that_be(between))


def _without_that_be(words: list[str]) -> list[str]:
    """The words without "que sea", which tells more of what stands before."""
    return [
        word for at, word in enumerate(words) if word != "que" or words[at + 1 : at + 2] not in (["sea"], ["fuera"])
    ]


def _make_of(match: NameMatch) -> str:
    return match.canonical.partition("/")[0]
