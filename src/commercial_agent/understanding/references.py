"""Pointing at cars of the conversation: "el segundo", "la 2", "los dos primeros", "ese", "el más barato de esos"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from commercial_agent.conversation.cars import CarReference
from commercial_agent.understanding.scan import Hit, Phrases, Scan, load_data

MIDDLE = 2
PLURAL_ARTICLES = ("los", "las", "os", "as")
MAX_PLACE = 10  # no list is longer: "el 20" is a day or a percentage

COUNTS = {"dos": 2, "two": 2, "2": 2, "duas": 2, "dois": 2, "tres": 3, "three": 3, "3": 3, "4": 4, "cuatro": 4}
_PLACE_WORDS = {
    "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "one": 1, "two": 2, "three": 3,
    "four": 4, "five": 5, "um": 1, "uma": 1, "dois": 2, "duas": 2, "quatro": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pointing:
    """A reference found in the message. `kind`: ordinal, one, pronoun, all, other, told."""

    kind: str
    reference: CarReference
    first: int
    last: int
    score: float = 1.0


class _Words:
    def __init__(self) -> None:
        data = load_data("references")
        self.ordinal: Phrases[int] = Phrases.of({int(k): v for k, v in data["ordinal"].items()})
        self.place: Phrases[int] = Phrases.of({int(k): v for k, v in data["place"].items()})
        self.place_word: Phrases[int] = Phrases.of({int(k): v for k, v in data["place_word"].items()})
        self.place_link: Phrases[bool] = Phrases((p, True) for p in data["place_link"])
        self.one: Phrases[bool] = Phrases((p, True) for p in data["one"])
        self.all: Phrases[bool] = Phrases((p, True) for p in data["all"])
        self.other: Phrases[bool] = Phrases((p, True) for p in data["other"])
        self.told: Phrases[bool] = Phrases((p, True) for p in data["told"])
        self.of_list: Phrases[bool] = Phrases((p, True) for p in data["of_list"])
        self.clause_starts = frozenset(data["clause_starts"]) | {""}
        self.article = frozenset(data["article"])
        self.option = frozenset(data["option"])
        self.other_nouns = frozenset(data["other_nouns"])
        self.car_nouns = frozenset(data["car_nouns"])
        self.pair_verb = frozenset(data["pair_verb"])
        self.pair_link = frozenset(data["pair_link"])
        self.after_pair = frozenset(data["after_pair"])
        self.after_deictic = frozenset(data["after_deictic"]) | {""}
        self.before_este = frozenset(data["before_este"]) | {""}
        self.before_esta = frozenset(data["before_esta"])
        self.best_starts = frozenset(data["best_starts"])


@lru_cache(1)
def _words() -> _Words:
    return _Words()


def find_references(scan: Scan) -> list[Pointing]:
    """The references in a message, from left to right; claims the words of those that are certain.

    Args:
        scan: the message; names of cars and dates are already claimed.
    """
    found: list[Pointing] = []
    index = 0
    while index < len(scan):
        pointing = None if scan.taken[index] else _at(scan, index)
        if pointing is None:
            index += 1
            continue
        found.append(pointing)
        index = pointing.last
    for pointing in found:
        scan.take(pointing.first, pointing.last)
    return found


def _at(scan: Scan, index: int) -> Pointing | None:
    words = _words()
    return (
        _first_n(scan, index)
        or _ordinal(scan, index)
        or _numbered(scan, index)
        or _bare_places(scan, index)
        or _position(scan, index, words)
        or _bare_position(scan, index, words)
        or _deictic(scan, index, words)
    )


def _place(scan: Scan, index: int) -> int | None:
    word = scan.word(index)
    if word.isdigit() and len(word) <= 2 and 1 <= int(word) <= MAX_PLACE:
        return int(word)
    return _PLACE_WORDS.get(word)


def _ordinal_at(scan: Scan, index: int) -> Hit[int] | None:
    return _words().ordinal.at(scan, index) if index < len(scan) and not scan.taken[index] else None


def _first_n(scan: Scan, index: int) -> Pointing | None:
    """`los dos primeros`, `los primeros 3`, `the first two`, `los últimos dos`."""
    start = index
    if scan.words[index] in _words().article:
        index += 1
    if (placed := _few_placed(scan, start, index)) is not None:
        return placed
    count = COUNTS.get(scan.word(index))
    if count:
        hit = _ordinal_at(scan, index + 1)
        last = hit.last if hit else 0
    else:
        hit = _ordinal_at(scan, index)
        count = COUNTS.get(scan.word(hit.last)) if hit else None
        last = hit.last + 1 if hit else 0
    plural = (
        hit is not None and count and (hit.value == 1 or scan.words[hit.first].startswith("ultim") or hit.value == -1)
    )
    if hit is None or not count or not plural or _is_other(scan, last):
        return None
    if start == index and not scan.words[hit.first].endswith("s") and scan.words[hit.first] not in ("first", "last"):
        return None
    places = tuple(range(1, count + 1)) if hit.value == 1 else tuple(range(-count, 0))
    return Pointing("ordinal", CarReference(ordinals=places), start, last)


def _few_placed(scan: Scan, start: int, index: int) -> Pointing | None:
    """`los dos de arriba`, `the top two`, `the bottom 2`."""
    words = _words()
    count, hit = COUNTS.get(scan.word(index)), None
    if count and index + 1 < len(scan):
        at = index + 2 if scan.word(index + 1).rstrip("s") in words.car_nouns else index + 1
        hit = words.place.at(scan, at) if at < len(scan) else None
        last = hit.last if hit else 0
    elif start < index < len(scan) and (hit := words.place_word.at(scan, index)):
        count, last = COUNTS.get(scan.word(hit.last)), hit.last + 1
    if hit is None or not count or hit.value == MIDDLE or start == index:
        return None
    places = tuple(range(1, count + 1)) if hit.value == 1 else tuple(range(-count, 0))
    return Pointing("ordinal", CarReference(ordinals=places), start, last)


def _is_other(scan: Scan, at: int) -> bool:
    return scan.word(at) in _words().other_nouns


def _ordinal(scan: Scan, index: int) -> Pointing | None:
    """`el segundo`, `la 2da`, `the last one`, `o primeiro`; `segundo` alone only as a whole answer."""
    words = _words()
    article = scan.words[index] in words.article
    if scan.words[index] == "no" and not scan.word(index - 1).isalnum():
        return None  # "no, primero enséñame suvs"; "20% de entrada no segundo" is a place
    at = index + 1 if article else index
    if article and scan.word(at) in words.option:
        at += 1
    hit = _ordinal_at(scan, at)
    if hit is None or _is_other(scan, hit.last):
        return None
    last = hit.last
    if scan.word(last) in words.car_nouns:
        last += 1
    if last < len(scan) and (listed := words.of_list.at(scan, last)):
        last = listed.last
    alone = not article and last == hit.last and not (scan.word(last) == ":" and _begins_clause(scan, index))
    if alone and (scan.word(index) == "prime" or not _is_short_answer(scan, index, last)):
        return None
    word = scan.words[hit.first]
    bare_feminine = article and scan.words[index] in ("a", "o") and word in ("a", "o")
    if bare_feminine or (article and scan.words[index] in ("lo", "al") and hit.value == -1):
        return None
    if scan.word(hit.last) in ("que", "de") and scan.word(hit.last + 1) in ("nada", "todo", "mano"):
        return None
    return Pointing("ordinal", CarReference(ordinals=(hit.value,)), index, last)


def _bare_position(scan: Scan, index: int, words: _Words) -> Pointing | None:
    """`middle one, does it have bluetooth?`"""
    hit = words.place_word.at(scan, index, free=True) if _begins_clause(scan, index) else None
    if hit is None or scan.word(hit.last) not in words.car_nouns:
        return None
    return Pointing("ordinal", CarReference(ordinals=(hit.value,)), index, hit.last + 1)


def _begins_clause(scan: Scan, index: int) -> bool:
    return scan.word(index - 1) in _words().clause_starts


def _is_short_answer(scan: Scan, first: int, last: int) -> bool:
    """Whether little else is said: "segundo", "segundo y tercero", "mejor primero no" is not."""
    others = [w for i, w in enumerate(scan.words) if (i < first or i >= last) and w.isalnum()]
    return all(
        w in ("y", "e", "and", "o", "por", "favor", "porfa", "please", "ok", "si", "yes")
        or _words().ordinal.at(scan, scan.words.index(w))
        for w in others
    )


def _numbered(scan: Scan, index: int) -> Pointing | None:
    """`la 2`, `el 3`, `opción 3`, `el numero dos`, `#2`, `la opción uno`."""
    words = _words()
    at = index
    article = scan.words[at] in words.article
    if article:
        at += 1
    option = scan.word(at) in words.option
    if option:
        at += 1
        if scan.word(at) in ("numero", "num", "number", "#", "no"):
            at += 1
    if not (article or option) or at >= len(scan) or scan.taken[at]:
        return None
    place = _place(scan, at)
    if (
        place is None
        or not (option or scan.words[at].isdigit() or (scan.words[at] == "uno" and scan.words[index] == "el"))
    ) and not (article and place and place > 1 and scan.words[index] in ("el", "la")):
        return None
    if not option and scan.words[index] in ("a", "o", "as", "os", "al", "los", "las", "lo", "este", "esta"):
        return None
    if (
        option
        and not article
        and scan.words[at - 1] in ("no", "auto", "carro", "coche", "car", "camioneta", "unidad", "vehiculo")
    ):
        return None
    after = scan.word(at + 1)
    if _is_other(scan, at + 1) or after in _AFTER_NUMBERS or (scan.word(at + 2) in _UNITS and after in ("y", "o", "a")):
        return None
    places = [place] if place else []
    last = at + 1
    while scan.word(last) in ("y", "e", "and", ",") and (more := _next_place(scan, last + 1)):
        places.append(more[0])
        last = more[1]
    return Pointing("ordinal", CarReference(ordinals=tuple(places)), index, last) if places else None


def _bare_places(scan: Scan, index: int) -> Pointing | None:
    """`compara 1 y 2`, `1 vs 3`: numbers side by side behind a word that compares, or as the whole message."""
    words = _words()
    if not scan.words[index].isdigit() or scan.word(index + 1) not in words.pair_link:
        return None
    if not (index == 0 or scan.word(index - 1) in words.pair_verb):
        return None
    places, last = [scan.words[index]], index + 1
    while scan.word(last) in words.pair_link and scan.word(last + 1).isdigit():
        places.append(scan.words[last + 1])
        last += 2
    over = last >= len(scan) or scan.is_stop(last) or scan.words[last] in words.after_pair
    if len(places) < _PAIR or not over or not all(0 < int(place) <= MAX_PLACE for place in places):
        return None
    return Pointing("ordinal", CarReference(ordinals=tuple(int(place) for place in places)), index, last)


_PAIR = 2
_UNITS = frozenset({
    "mil", "k", "km", "kms", "meses", "mes", "anos", "ano", "%", "puertas", "plazas", "pesos", "mensualidades",
    "months", "years", "thousand", "litros", "litro", "l", "m", "metros", "filas", "cilindros", "velocidades",
    "asientos", "pasajeros", "personas",
})  # fmt: skip
_AFTER_NUMBERS = _UNITS | {"x", "por", "/", ":", "am", "pm", "hrs", "h", "millones", "millon"}


def _next_place(scan: Scan, at: int) -> tuple[int, int] | None:
    """A further number of an enumeration: `la 2 y la 3`, `el 1 y 2`."""
    if scan.word(at) in ("el", "la", "the", "o", "a"):
        at += 1
    if at >= len(scan) or scan.taken[at] or not scan.words[at].isdigit():
        return None
    place = _place(scan, at)
    if place is None or scan.word(at + 1) in _AFTER_NUMBERS:
        return None
    return place, at + 1


def _position(scan: Scan, index: int, words: _Words) -> Pointing | None:
    """`el de en medio`, `el que está hasta arriba`, `the one at the bottom`, `the top one`, `esse aí do meio`."""
    if scan.words[index] not in words.article or scan.words[index] in PLURAL_ARTICLES:
        return None
    at = index + 1
    if scan.word(at) in ("ai", "aqui", "ahi"):
        at += 1
    if at >= len(scan):
        return None
    bare = words.place_word.at(scan, at, free=True)
    if bare is not None and scan.word(bare.last) in words.car_nouns:
        return Pointing("ordinal", CarReference(ordinals=(bare.value,)), index, bare.last + 1)
    if scan.word(at) in words.car_nouns:
        at += 1
    if at < len(scan) and (link := words.place_link.at(scan, at)):
        at = link.last
    hit = words.place.at(scan, at, free=True) if at < len(scan) else None
    if hit is None:
        return None
    return Pointing("ordinal", CarReference(ordinals=(hit.value,)), index, hit.last)


def _deictic(scan: Scan, index: int, words: _Words) -> Pointing | None:
    if (hit := words.other.at(scan, index)) and _ends_or_asks(scan, hit.last):
        return Pointing("other", CarReference(), index, hit.last)
    if hit := words.told.at(scan, index):
        return Pointing("told", CarReference(), index, hit.last)
    if scan.words[index] in ("estas", "estos") and scan.word(index - 1) in ("como", "tu", "que"):
        return None  # "¿cómo estás?"
    if _is_of_a_kind(scan, index):
        return None
    if (hit := words.all.at(scan, index)) and not _is_other(scan, hit.last) and not _names_follow(scan, hit.last):
        counted = scan.words[hit.first] in (*PLURAL_ARTICLES, "the") and hit.last == hit.first + 2
        if not (counted and (scan.word(hit.last) in _UNITS or _is_superlative(scan, hit.last, words))):
            return Pointing("all", CarReference(shown=True), index, hit.last)
    hit = words.one.at(scan, index)
    if hit is None or _is_other(scan, hit.last) or _names_follow(scan, hit.last):
        return None
    # "este" is also the east, a filler, and "esta" a verb: both need a noun of their own or the end of the clause.
    bare = hit.last == index + 1 and scan.words[index] in ("este", "esta", "aquel", "essa", "esse", "ese", "esa")
    if bare and not _clause_ends(scan, index, hit.last):
        return None
    return Pointing("one", CarReference(focus=True), index, hit.last)


def _is_of_a_kind(scan: Scan, index: int) -> bool:
    """`una camioneta de esas de reparto`, `un carro de esos que gastan poco`: a kind that is known, no car shown."""
    if scan.words[index] not in ("esos", "esas", "estos", "estas", "those") or scan.word(index - 1) not in ("de", "of"):
        return False
    some = scan.word(index - 3) in ("un", "una", "algun", "alguna", "unos", "unas", "one")
    return some and scan.word(index + 1) in ("de", "que", "con", "para", "that", "with")


def _is_superlative(scan: Scan, at: int, words: _Words) -> bool:
    """Whether what follows a count chooses by an order: "los tres autos de menor precio", "the two cheapest"."""
    if (
        scan.word(at) in words.car_nouns
        or scan.word(at) in words.option
        or scan.word(at).rstrip("s") in words.car_nouns
    ):
        at += 1
    if scan.word(at) in ("de", "con", "with", "com", "que"):
        at += 2 if scan.word(at + 1) in ("tengan", "tienen", "tenham", "have", "el", "la", "the") else 1
    return scan.word(at) in words.best_starts


def _ends_or_asks(scan: Scan, at: int) -> bool:
    """Whether no noun follows: "el otro" alone, "el otro cuánto cuesta", not "el otro día"."""
    words = _words()
    if scan.word(at - 1) == "one" or scan.word(at) in words.car_nouns:
        return True
    return scan.word(at) in words.after_deictic


def _names_follow(scan: Scan, at: int) -> bool:
    return at < len(scan) and bool(scan.taken[at])


def _car_follows(scan: Scan, at: int, words: _Words) -> bool:
    """Whether another car is named or pointed at: "este y el segundo"."""
    return at < len(scan) and (bool(scan.taken[at]) or scan.words[at] in words.article)


def _clause_ends(scan: Scan, index: int, last: int) -> bool:
    words = _words()
    word, after, before = scan.words[index], scan.word(last), scan.word(index - 1)
    if word == "este" and index == 0 and after == "y" and not _car_follows(scan, last + 1, words):
        return False  # "este… y manuales no": a word to gain time
    if word == "esta":
        return before in words.before_esta and after in words.after_deictic
    if word == "este" and before not in words.before_este:
        return after in ("", "?", ".", "!")
    return after in words.after_deictic
