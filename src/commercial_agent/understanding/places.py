"""Cities, states and branches in a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commercial_agent.knowledge.branches import Branches
from commercial_agent.knowledge.places import Places
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.text import fold

MAX_WORDS = 6
SHORTEST_PROPER = 5  # letters; shorter names are words of some language too
_LOOSE = frozenset({
    "lagos", "guada", "leon", "pue", "la", "sur", "norte", "centro", "regio", "capitalino", "chilango",
    "merida", "victoria", "progreso", "hermosillo",
})  # fmt: skip
_NO_PLACE = frozenset({"aca"})  # "de 2019 para acá"; who means Acapulco writes more of it
_BEFORE = frozenset(
    [
        "en",
        "de",
        "desde",
        "a",
        "hacia",
        "vivo",
        "sucursal",
        "visita",
        "cita",
        "agencia",
        "sede",
        "ciudad",
        "cerca",
        "radico",
        "estoy",
        "soy",
        "para",
        "por",
        "in",
        "from",
        "near",
        "at",
        "to",
        "em",
        "estado",
        "plaza",
        "y",
        "o",
        "la",
        "el",
        "tienen",
        "hay",
    ]
)


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A place or a branch. Words `first` to `last` (exclusive) of the scan."""

    kind: str  # city (any place) or branch
    name: str  # canonical
    first: int
    last: int


def _words_of(name: str) -> tuple[str, ...]:
    return tuple(word for word in fold(name, None).replace(".", "").replace(",", " ").split() if word)


def _proper(names: Iterable[list[tuple[tuple[str, ...], str, str]]]) -> frozenset[str]:
    """The words of branches, and cities of one word; short ones are words of the language too."""
    return frozenset(
        word
        for found in names
        for words, kind, _ in found
        for word in words
        if len(word) >= SHORTEST_PROPER and (kind == "branch" or len(words) == 1)
    )


class PlaceFinder:
    """Finds places and branches by any of their names. Built once."""

    def __init__(self, places: Places, branches: Branches | None = None) -> None:
        self._names: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for key, place in places.names.items():
            self._add(key, "city", place.name)
        for branch in branches.all if branches else ():
            for name in (branch.name, *branch.aliases):
                self._add(name, "branch", branch.name)
        for found in self._names.values():
            # The longest first; a branch before a city of the same name ("Santa Fe").
            found.sort(key=lambda entry: (-len(entry[0]), entry[1] != "branch"))
        self.proper = _proper(self._names.values())
        """Words that only name places: they are of no language."""
        self._words = frozenset(
            word for found in self._names.values() for words, _, _ in found for word in words if len(words) == 1
        )

    def _add(self, name: str, kind: str, canonical: str) -> None:
        words = _words_of(name)
        if words and len(words) <= MAX_WORDS:
            self._names.setdefault(words[0], []).append((words, kind, canonical))

    def __contains__(self, word: object) -> bool:
        """Whether a folded word alone names a place."""
        return word in self._words

    def find_long_branches(self, scan: Scan) -> list[PlaceMatch]:
        """Branches named in two words or more; claims them: "a las 11 en Punto Sur" is not eleven sharp."""
        return self._find(scan, long_branches=True)

    def find(self, scan: Scan) -> list[PlaceMatch]:
        """The places in a message; claims their words. Names of cars are already claimed ("Santa Fe", "León")."""
        return self._find(scan)

    def _find(self, scan: Scan, *, long_branches: bool = False) -> list[PlaceMatch]:
        found: list[PlaceMatch] = []
        index = 0
        while index < len(scan):
            match = self._at(scan, index)
            if match is None or (long_branches and (match.kind != "branch" or match.last - match.first < 2)):
                index += 1
            else:
                found.append(match)
                index = match.last
        for match in found:
            scan.take(match.first, match.last)
        return found

    def _at(self, scan: Scan, index: int) -> PlaceMatch | None:
        if scan.taken[index]:
            return None
        for words, kind, canonical in self._names.get(scan.words[index], ()):
            last = index + len(words)
            if tuple(scan.words[index:last]) != words or not scan.free(index, last):
                continue
            if len(words) == 1 and not self._certain(scan, index):
                continue
            return PlaceMatch(kind, canonical, index, last)
        return None

    def _certain(self, scan: Scan, index: int) -> bool:
        """Short or ambiguous names need a word of place before them, or to stand alone."""
        word = scan.words[index]
        if word in _NO_PLACE:
            return False
        if len(word) > 4 and word not in _LOOSE:
            return True
        return scan.word(index - 1) in _BEFORE or sum(1 for w in scan.words if w.isalnum()) <= 2
