"""Names of cars in a message: makes and models, misspelt or not, and why each was taken for one.

A name is found, the surest first,
1. as it is written in the taxonomy or in one of its aliases, spaces and hyphens aside ("cx 5", "cx-5", "cx5");
2. by its sound ("sivik"), 3. by one wrong key, two in long names ("corrola", "volkswaguen").
What is also an ordinary word ("onda", "gol", "rio", "city") or was only guessed needs evidence in the words around it:
an article, a verb of wanting, a make, a year. Bare numbers ("3", "500") are models only beside their make.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from rapidfuzz.distance import OSA

from commercial_agent.understanding.name_matches import NameMatch, of_named_makes, without_shorter
from commercial_agent.understanding.phonetics import sound
from commercial_agent.understanding.scan import Phrases, Scan, load_data
from commercial_agent.understanding.text import fold

if TYPE_CHECKING:  # the catalogue room brings pandas along; only the type is needed here
    from commercial_agent.catalog.taxonomy import Taxonomy

MAX_WORDS = 5  # of one name
MAX_FUZZY = 12  # guesses tried in one message: a pasted page is no list of cars
_LONG_WORD = 6  # letters of an ordinary word that a misspelt one may stand for
_SIGNS = frozenset("-&'/")
_LOOSE_ENDS = frozenset({"de", "la", "el", "en", "y", "o", "que", "un", "lo", "se", "no", "the"})
_DATA_FILES = ("lexicon", "amounts", "dates", "references", "numbers", "negation")
_LAST_BEETLE = 2004  # no car with a body for a name was built later
_YEAR = re.compile(r"(?:19[89]|20[0-3])\d")


class PlaceNames(Protocol):
    """Tells whether a folded word names a place."""

    def __contains__(self, word: object) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Name:
    kind: str
    canonical: str
    make: str
    needs_make: bool = False


def _compact(text: str) -> str:
    return "".join(c for c in fold(text, None) if c.isalnum())


def _all_words(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield from re.findall(r"[^\W_]+", re.sub(r"[()|]", " ", fold(value, None)))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _all_words(item)
            yield from _all_words(key)
    elif isinstance(value, list):
        for item in value:
            yield from _all_words(item)


_IT = frozenset({"lo", "la", "los", "las"})
_BEFORE_MAKE = frozenset({",", "el", "la", "los", "las", "de", "da", "do", "from", "by", "the", "one", "o", "a"})
_OF = frozenset({"de", "da", "do", "from", "by"})
_ENUMERATES = frozenset({",", "y", "e", "o", "u", "ni", "and", "or", "ou", "vs"})
_LISTED = _ENUMERATES | {"el", "la", "los", "las", "un", "una", "the", "a", "an", "um", "uma", "os", "as"}
_OF_KINDS = frozenset({"tipo", "version", "carroceria", "estilo", "type", "style"})


class NameFinder:
    """Finds names of cars. Built once for a taxonomy; matching is read-only."""

    def __init__(self, taxonomy: Taxonomy, places: PlaceNames | None = None) -> None:
        data = load_data("names")
        self._places: PlaceNames = places if places is not None else frozenset()
        self._bodies = frozenset(_all_words(list(load_data("lexicon")["body_style"].values())))
        self._weak = frozenset(_compact(word) for word in data["weak"])
        self._make_only = frozenset(data["make_only"])
        self._blocked: Phrases[bool] = Phrases((phrase, True) for phrase in data["blocked_phrases"])
        self._before_strong = frozenset(data["before_strong"])
        self._before_weak = frozenset(data["before_weak"])
        self._place_before = frozenset(data["place_before"])
        self._after_strong = frozenset(data["after_strong"])
        self._context = frozenset(data["context"])
        self._verbs = frozenset(data["verbs"])
        self._stocked = frozenset(data["stocked"])
        self._common = frozenset(data["common"].split()) | frozenset(
            word for name in _DATA_FILES for word in _all_words(load_data(name))
        )
        self._common |= frozenset(load_data("people")["first_names"].split())
        self._number_words = frozenset(_all_words(load_data("numbers")))
        self._exact: dict[str, list[_Name]] = {}
        self._spoken: set[str] = set()
        self._fill(taxonomy)
        self._starts = {key[:2] for key in self._exact}
        self._sounds: dict[str, str] = {}
        self._by_letter: dict[str, list[str]] = {}
        for key in self._exact:
            weak = key in self._weak
            if len(key) >= (_LONG_WORD if weak else 4) and not key.isdigit() and key not in self._spoken:
                if not weak:
                    self._sounds.setdefault(sound(key), key)
                self._by_letter.setdefault(key[0], []).append(key)
        self._guess = lru_cache(20_000)(self._guess_uncached)

    def _fill(self, taxonomy: Taxonomy) -> None:
        for make, aliases in taxonomy.makes.items():
            for name in (make, *aliases):
                self._add(name, _Name("make", make, make))
        for key, model in taxonomy.models.items():
            plain = _Name("model", key, model.make)
            self._add(model.name, _Name("model", key, model.make, model.needs_make))
            self._add(f"{model.make} {model.name}", plain)
            for alias in model.aliases:
                self._add(alias, plain)

    def _add(self, name: str, entry: _Name) -> None:
        key = _compact(name)
        if " " in name.strip() and len(key) < 7:
            self._spoken.add(key)  # "a tres", "s 10": short words joined, no target for a guess
        known = self._exact.setdefault(key, [])
        if key and all(other.canonical != entry.canonical for other in known):
            known.append(entry)

    def find(self, scan: Scan) -> list[NameMatch]:
        """The names in a message, from left to right; claims their words."""
        blocked = bytearray(len(scan))
        for hit in self._blocked.find(scan):
            blocked[hit.first : hit.last] = b"\x01" * (hit.last - hit.first)
        found: list[NameMatch] = []
        misses: list[int] = []
        index = 0
        while index < len(scan):
            matches = None if scan.taken[index] else self._exact_at(scan, index, blocked, found)
            if matches:
                found.extend(matches)
                index = matches[-1].last
                continue
            misses.append(index)
            index += 1
        found.extend(self._listed(scan, misses, blocked, found))
        found.extend(self._guessed(scan, misses, blocked, found))
        found = without_shorter(scan, of_named_makes(found))
        found.sort(key=lambda match: (match.first, match.kind != "make"))
        for match in found:
            scan.take(match.first, match.last)
        return found

    def _listed(self, scan: Scan, misses: list[int], blocked: bytearray, found: list[NameMatch]) -> Iterator[NameMatch]:
        """`la durango, la traverse y la suburban`: a doubtful name in a list with one that is none."""
        named = list(found)
        for index in reversed(misses) if named else ():
            for match in self._exact_at(scan, index, blocked, named) or ():
                after = min((other.first for other in named if other.first >= match.last), default=match.last)
                between = scan.words[match.last : after]
                if between and _LISTED.issuperset(between) and not _ENUMERATES.isdisjoint(between):
                    named.append(match)
                    yield match

    # --- written as known ---

    def _exact_at(self, scan: Scan, first: int, blocked: bytearray, found: list[NameMatch]) -> list[NameMatch] | None:
        best: list[NameMatch] | None = None
        key = ""
        parts = 0
        for last in range(first, min(first + 2 * MAX_WORDS, len(scan))):
            word = scan.words[last]
            if word in _SIGNS and parts:
                continue
            if scan.taken[last] or (not word.isalnum() and not re.fullmatch(r"[a-z0-9.]+", word)):
                break
            key += word
            parts += 1
            if parts > MAX_WORDS or len(key) > 30 or (len(key) >= 2 and key[:2] not in self._starts):
                break
            names = self._exact.get(key)
            if parts == 1 and self._is_plural(key) and (key in self._spoken or not names):
                names = self._exact.get(key[:-1]) or names  # "teslas" are several, not a "Tesla S"
            if names and not all(blocked[first : last + 1]):
                accepted = self._accept(scan, first, last + 1, key, parts, names, found)
                best = accepted or best
        return best

    def _is_plural(self, key: str) -> bool:
        return len(key) > 2 and key.endswith("s") and key.isalpha() and key not in self._common

    def _accept(
        self, scan: Scan, first: int, last: int, key: str, parts: int, names: list[_Name], found: list[NameMatch]
    ) -> list[NameMatch] | None:
        make = self._make_before(first, found)
        about_make = [name for name in names if name.kind == "model" and name.make == make]
        if (about_make and scan.word(first - 1) in _OF_KINDS) or self._is_body(scan, last, names):
            return None  # "un volkswagen tipo sedán"
        if about_make:
            end = self._without_body(scan, first, last, about_make[0])
            return [NameMatch("model", name.canonical, first, end, 1.0, "exact") for name in about_make[:1]]
        if self._is_numeric(scan, first, last, parts, key) or (parts > 1 and scan.words[last - 1] in _LOOSE_ENDS):
            return None
        needed = self._needed(scan, first, key, names)
        if needed and self._evidence(scan, first, last, found, names) < needed:
            return None
        return self._split(scan, first, last, names)

    def _is_body(self, scan: Scan, last: int, names: list[_Name]) -> bool:
        """Whether a model's name rather says the body ("volkswagen sedán"), unless its years stand behind it."""
        if scan.words[last - 1] not in self._bodies:
            return False
        if not all(_compact(name.canonical.partition("/")[2]) in self._bodies for name in names):
            return False
        year = scan.word(last + 1 if scan.word(last) in _OF | {"del", "modelo"} else last)
        return not (_YEAR.fullmatch(year) and int(year) < _LAST_BEETLE)

    def _is_numeric(self, scan: Scan, first: int, last: int, parts: int, key: str) -> bool:
        """Whether this could as well be a number ("320", "tres veinte", "a 4", "es 350")."""
        if key.isdigit() or all(word in self._number_words for word in scan.words[first:last]):
            return True
        if parts == 1:
            return False
        head, rest = scan.words[first], [w for w in scan.words[first + 1 : last] if w not in _SIGNS]
        numeric_rest = all(word[0].isdigit() or word in self._number_words for word in rest)
        risky_head = len(head) == 1 or head in ("es", "is", "de", "un", "lo", "una", "modelo", "model", "clasico")
        glued = scan.ends[last - 1] - scan.starts[first] <= len(key) + 1 and "-" in scan.words[first:last]
        return numeric_rest and risky_head and not glued and not (head == "model" and self._named(key, "Tesla"))

    def _named(self, key: str, make: str) -> bool:
        return any(name.make == make for name in self._exact.get(key, ()))

    def _needed(self, scan: Scan, first: int, key: str, names: list[_Name]) -> int:
        """How much evidence this spelling needs."""
        before = scan.word(first - 1)
        of_place = before == "de" and scan.word(first - 2) in ("soy", "somos", "vivo", "cerca", "eres", "gente")
        if scan.words[first] in self._places and (of_place or before in self._place_before):
            return 4
        if key in self._make_only or key.rstrip("s") in self._make_only:
            return 9
        if key in self._weak or key.rstrip("s") in self._weak:
            return 2
        if all(name.needs_make for name in names):
            return 3
        return 0

    def _split(self, scan: Scan, first: int, last: int, names: list[_Name]) -> list[NameMatch]:
        """The matches of a spelling; a make written inside of a model's name is a match of its own."""
        best = [name for name in names if name.kind == "make"] or names
        if best[0].kind == "make":
            return [NameMatch("make", best[0].canonical, first, last, 1.0, "exact")]
        result: list[NameMatch] = []
        start = first
        head = ""
        for at in range(first, last - 1):
            head += "" if scan.words[at] in _SIGNS else scan.words[at]
            if any(n.kind == "make" and n.canonical == best[0].make for n in self._exact.get(head, ())):
                result.append(NameMatch("make", best[0].make, first, at + 1, 1.0, "exact"))
                start = at + 1
        for name in best[:2]:
            end = self._without_body(scan, start, last, name)
            result.append(NameMatch("model", name.canonical, start, end, 1.0, "exact"))
        return result

    def _without_body(self, scan: Scan, first: int, last: int, name: _Name) -> int:
        """Where a name ends: the body behind it is a wish ("mazda 3 hatchback"), unless the model is called so."""
        word = scan.words[last - 1]
        called_so = any(_compact(part) in self._bodies for part in name.canonical.partition("/")[2].split())
        return last if last - first < 2 or word not in self._bodies or called_so else last - 1

    @staticmethod
    def _make_before(first: int, found: list[NameMatch]) -> str | None:
        """The make that ends just before, also through another model ("bmw serie 3 320")."""
        for match in reversed(found):
            if 0 <= first - match.last <= 1:
                return match.canonical.partition("/")[0]
        return None

    # --- evidence ---

    def _evidence(self, scan: Scan, first: int, last: int, found: list[NameMatch], names: list[_Name]) -> int:
        before, after = scan.word(first - 1), scan.word(last)
        points = 0
        if before in self._before_strong:
            points += 2
        elif before in self._before_weak:
            points += 2 if scan.word(first - 2) in self._verbs else 1  # "ver el kicks"
        if (
            _YEAR.fullmatch(after)
            or after in self._after_strong
            or (after in ("del", "de") and _YEAR.fullmatch(scan.word(last + 1)))
        ):
            points += 2
        makes = {name.make for name in names}
        if any(match.canonical.partition("/")[0] in makes for match in found):
            points += 2
        elif found:
            points += 1
        if self._make_follows(scan, last, makes):
            points += 3
        if next((word for word in scan.words[last : last + 3] if word.isalnum()), "") in self._stocked:
            points += 2  # "swift, ¿tienes?"
        if any(one in _IT and word in self._stocked for one, word in pairwise(scan.words)):
            points += 2  # "… de la tracker, no sé si la tengan"
        spoken = sum(1 for word in scan.words if word.isalnum())
        points += 2 if spoken <= last - first else 1 if spoken <= 3 else 0
        if first > 0 and scan.capitalised(first) and not scan.is_stop(first - 1):
            points += 1
        if len(scan) < 200 and not self._context.isdisjoint(scan.words):
            points += 1
        return points

    def _make_follows(self, scan: Scan, last: int, makes: set[str]) -> bool:
        """`city honda`, `un city de honda`, `un city, el de honda`."""
        at = last
        while at < last + 3 and scan.word(at) in _BEFORE_MAKE:
            at += 1
        return any(name.make in makes for name in self._exact.get(scan.word(at), ()))

    # --- misspelt ---

    def _guessed(self, scan: Scan, misses: list[int], blocked: bytearray, found: list[NameMatch]) -> list[NameMatch]:
        guesses: list[NameMatch] = []
        tried: list[tuple[int, tuple[str, str, float, int]]] = []
        claimed = {at for match in found for at in range(match.first, match.last)}
        for index in misses:
            word = scan.words[index]
            if scan.taken[index] or index in claimed or blocked[index] or not self._may_be_name(word):
                continue
            if len(tried) > MAX_FUZZY * 4:
                break
            if (guess := self._guess(word)) is not None:
                tried.append((index, guess))
        for index, (key, how, score, needed) in tried:
            names = self._exact[key]
            if self._evidence(scan, index, index + 1, found, names) + self._beside(index, names, tried) < needed:
                continue
            name = next((n for n in names if n.kind == "make"), names[0])
            guesses.append(NameMatch(name.kind, name.canonical, index, index + 1, score, how))
            if len(guesses) >= MAX_FUZZY:
                break
        return guesses

    def _beside(self, index: int, names: list[_Name], tried: list[tuple[int, tuple[str, str, float, int]]]) -> int:
        """`toytoa rva4`: a make and a model of it, each misspelt, are evidence of each other."""
        makes = {name.make for name in names}
        others = (name.make for at, guess in tried if abs(at - index) in (1, 2) for name in self._exact[guess[0]])
        return 2 if any(make in makes for make in others) else 0

    def _may_be_name(self, word: str) -> bool:
        return 4 <= len(word) <= 16 and word.isalnum() and not word[0].isdigit() and word not in self._common

    def _guess_uncached(self, word: str) -> tuple[str, str, float, int] | None:
        """(key, how, score, evidence needed) of the name a misspelt word most likely is."""
        if word in self._weak or word.removesuffix("s") in self._common:
            return None
        alike = self._sounds.get(sound(word))
        if alike is not None and alike[-1:].isdigit() == word[-1:].isdigit():
            return alike, "sound", 0.95, 0 if len(word) >= 6 else 1
        allowed = 2 if len(word) >= 9 else 1
        best: tuple[int, str] | None = None
        for letter in {word[0], *_NEAR_LETTERS.get(word[0], "")}:
            for key in self._by_letter.get(letter, ()):
                if abs(len(key) - len(word)) > allowed or key[-1].isdigit() != word[-1].isdigit():
                    continue
                distance = OSA.distance(word, key, score_cutoff=allowed)
                if distance <= allowed and (best is None or (distance, key) < best):
                    best = (distance, key)
        if best is None or (len(word) == 4 and best[1][0] != word[0]):
            return None
        score = round(1 - best[0] / len(best[1]), 3)
        if best[1] in self._weak:
            return best[1], "spelling", score, 3  # "the compss" beside a Jeep
        return best[1], "spelling", score, 1 if best[0] == 1 and len(word) >= 7 else 2


_NEAR_LETTERS = {
    "b": "v", "v": "b", "c": "sk", "s": "cz", "z": "s", "k": "cq", "q": "k", "j": "hyg", "y": "j", "g": "j", "h": "j",
}  # fmt: skip
