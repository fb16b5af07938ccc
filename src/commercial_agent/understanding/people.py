"""Who writes: names people give, and the numbers and addresses that belong to a person.

What is found here is personal: it is stored where it is needed (a name, an e-mail) and masked everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.correction import is_word
from commercial_agent.understanding.scan import Phrases, Scan, load_data

SENSITIVE = frozenset({"card", "curp", "rfc", "clabe"})  # never stored, never echoed

_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_CURP = re.compile(r"\b[a-z]{4}\d{6}[hmx][a-z]{5}[a-z0-9]\d\b")
_RFC = re.compile(r"\b[a-z&]{3,4}\d{6}[a-z0-9]{3}\b")
_LONG_DIGITS = re.compile(r"(?<![\w.,$])\+?\d(?:[\s-]?\d){9,18}(?![\w]|[.,]\d)")
_PHONE = re.compile(r"(?<![\w.,$])(?:\+?\d{1,3}[\s-]?)?\(?\d{2,3}\)?[\s-]?\d{3,4}[\s-]?\d{4}(?![\w]|[.,]\d)")
_PLATE = re.compile(
    r"\bplacas?\s(?:es\s|son\s|:\s?)?"
    r"([a-z]{3}-?\d{2}-?\d{2}|[a-z]{3}-?\d{3,4}(?:-?[a-z])?|[a-z]-?\d{3}-?[a-z]{3}|\d{3}-?[a-z]{3}"
    r"|[a-z]{1,2}\d{2}-?[a-z0-9]{2,4})\b"
)
MAX_NAME_WORDS = 4
MAX_LEADS = 4  # words around a name that only lead to it
_SIGNS = frozenset(":,-.*\"'")
_OF_A_PERSON = frozenset({"don", "dona", "sr", "sra", "srita", "senor", "senora", "mr", "mrs", "ms"})


@lru_cache(1)
def _data() -> tuple[Phrases[bool], frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    data = load_data("people")
    weak = frozenset(data["weak"])
    introductions = Phrases((phrase, phrase in weak) for phrase in data["introductions"])
    return (
        introductions,
        frozenset(data["not_names"]),
        frozenset(data["titles"]),
        frozenset(data["particles"]),
        frozenset(data["first_names"].split()),
    )


@lru_cache(1)
def _around() -> tuple[Phrases[bool], Phrases[bool], Phrases[bool], frozenset[str]]:
    """What follows a name ("… is my name"; True where weak), what stands before one in passing, kin."""
    data = load_data("people")
    following = Phrases([*((phrase, False) for phrase in data["after"]), *((p, True) for p in data["after_weak"])])
    held_for: Phrases[bool] = Phrases(
        (phrase, True) for phrase in [*data["held_for"], *data["given_to"], *data["in_passing"]]
    )
    kin: Phrases[bool] = Phrases((phrase, True) for phrase in data["kin"])
    return following, held_for, kin, frozenset(data["openings"])


@lru_cache(1)
def _leads() -> frozenset[str]:
    """Words that only lead to a name, or follow it, in the answer to who one is."""
    return frozenset(load_data("people")["leads"])


@lru_cache(1)
def _beside_name() -> Phrases[bool]:
    """What is said beside a name that is given, and that it is noted down for somebody."""
    data = load_data("people")
    return Phrases((phrase, True) for phrase in [*data["beside_name"], *data["given_to"]])


@lru_cache(1)
def _ordinary() -> frozenset[str]:
    """Words that go on with the sentence: no surname typed in lower case."""
    names = load_data("names")
    return frozenset(names["common"].split()) | frozenset(names["before_strong"]) | frozenset(names["context"])


def find_identifiers(scan: Scan) -> list[Entity]:
    """E-mail, phone, plates, CURP, RFC, card and CLABE numbers; claims their words."""
    found: list[Entity] = []
    text = scan.text
    if "@" in text:
        found += [scan.entity_at("email", match.group(), *match.span()) for match in _EMAIL.finditer(text)]
    if any(char.isdigit() for char in text):
        found += [_plain(scan, "curp", match) for match in _CURP.finditer(text)]
        found += [_plain(scan, "rfc", match) for match in _RFC.finditer(text)]
        found += [scan.entity_at("plate", m.group(1).upper(), *m.span(1)) for m in _PLATE.finditer(text)]
        found += _long_numbers(scan)
    kept: list[Entity] = []
    for entity in found:
        if not any(entity.start < other.end and other.start < entity.end for other in kept):
            kept.append(entity)
            scan.take_span(entity.start, entity.end)
    return kept


def _plain(scan: Scan, kind: str, match: re.Match[str]) -> Entity:
    return scan.entity_at(kind, match.group().upper(), *match.span())


def _long_numbers(scan: Scan) -> list[Entity]:
    found: list[Entity] = []
    for match in _LONG_DIGITS.finditer(scan.text):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) == 18:
            found.append(scan.entity_at("clabe", digits, *match.span()))
        elif 15 <= len(digits) <= 16 and _luhn(digits):
            found.append(scan.entity_at("card", digits, *match.span()))
        elif 10 <= len(digits) <= 13 and not match.group().isspace():
            found.append(scan.entity_at("phone", digits, *match.span()))
    found += [
        scan.entity_at("phone", re.sub(r"\D", "", match.group()), *match.span())
        for match in _PHONE.finditer(scan.text)
        if 10 <= len(re.sub(r"\D", "", match.group())) <= 13
    ]
    return found


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def find_name(scan: Scan, *, asked: bool = False) -> Entity | None:
    """The name a person gives ("me llamo Ana Ruiz", "soy Beto", "Ana Ruiz, a sus órdenes"); claims its words.

    Args:
        scan: the message.
        asked: his name was just asked for: then a bare "Ana Ruiz" is one too.
    """
    introductions = _data()[0]
    told = [(_past_kin(scan, hit.last), not hit.value) for hit in introductions.find(scan, free=True)]
    for first, certain in sorted(told, key=lambda one: not _looks_like_name(scan, one[0])):
        name = _name_from(scan, first, certain=certain)
        if name is not None:
            return name
    return _name_before(scan, weak=False) or (_bare_name(scan) if asked else None)


def _looks_like_name(scan: Scan, first: int) -> bool:
    """`le di mal mi nombre hace rato, anóteme como Chava`: of several words that give names, those before a capital."""
    return first < len(scan) and (scan.words[first] in _data()[4] or scan.capitalised(first))


def find_name_in_passing(scan: Scan) -> Entity | None:
    """A name in words that may mean other things, once cars, places and days are claimed; claims its words.

    "Karla por acá", "Oscar here", "una cita para Genaro".
    """
    if (name := _name_before(scan, weak=True)) is not None:
        return name
    for hit in _around()[1].find(scan, free=True):
        first = _past_kin(scan, hit.last)
        titled = scan.word(first) in _OF_A_PERSON or scan.word(first + 1) in _OF_A_PERSON
        if first < len(scan) and (titled or scan.capitalised(first) or scan.words[first] in _data()[4]):
            name = _name_from(scan, first, certain=False)
            if name is not None:
                return name
    return None


def find_name_apart(scan: Scan) -> Entity | None:
    """A name that stands between signs in words about something else: "Dana Cole, Thursday 3pm", "Nacho. visita hoy".

    What other readers claimed must be claimed already; a word alone has to be a known first name.
    """
    first_names = _data()[4]
    for first, last in _chunks(scan):
        while first < last and scan.words[first] in _around()[3] and scan.words[first] not in first_names:
            first += 1
        if not 0 < last - first <= MAX_NAME_WORDS or not all(_may_be_named(scan, i, last) for i in range(first, last)):
            continue
        if scan.words[first] in first_names or (last - first > 1 and not is_word(scan.words[first])):
            return _entity(scan, first, last)
    return None


def _chunks(scan: Scan) -> Iterator[tuple[int, int]]:
    """The words between commas, stops and the ends of a message."""
    first = 0
    for index in range(len(scan) + 1):
        if index == len(scan) or not scan.words[index].isalnum():
            if first < index:
                yield first, index
            first = index + 1


def _past_kin(scan: Scan, first: int) -> int:
    """Past the signs, the relation and asides: "nombre: …", "a nombre de mi esposa, …", "mi nombre, para que …: …"."""
    at = first
    while at < len(scan):
        hit = _around()[2].at(scan, at) or _beside_name().at(scan, at)
        if hit is None and scan.word(at) not in _SIGNS:
            break
        at = hit.last if hit is not None else at + 1
    return at if at < len(scan) else first


def _name_before(scan: Scan, *, weak: bool) -> Entity | None:
    """`Ramiro Téllez para servirle`, `Dana Cole is my name`: the capitalised words before such a phrase."""
    following, _, _, openings = _around()
    for hit in following.find(scan):
        if hit.value != weak:
            continue
        last = hit.first
        while scan.word(last - 1) in _SIGNS:
            last -= 1
        first = last
        while first > 0 and last - first < MAX_NAME_WORDS and _may_be_named(scan, first - 1, last):
            first -= 1
        opened = first == 0 or not scan.words[first - 1].isalnum() or scan.words[first - 1] in openings
        if first < last and opened:
            return _entity(scan, first, last)
    return None


def _may_be_named(scan: Scan, index: int, last: int) -> bool:
    _, not_names, _, particles, first_names = _data()
    word = scan.words[index]
    if scan.taken[index] or not word.isalpha() or not 2 <= len(word) <= 20:
        return False
    if word in particles:
        return index + 1 < last
    if word in not_names or word in _around()[3] or word in _ordinary():
        return False
    return word in first_names or scan.capitalised(index)


def _name_from(scan: Scan, first: int, *, certain: bool) -> Entity | None:
    _, not_names, titles, particles, first_names = _data()
    while (scan.word(first) in titles or scan.word(first) in _SIGNS) and first + 1 < len(scan):
        certain = certain or scan.word(first) in _OF_A_PERSON
        first += 1
    last = first
    while last < len(scan) and last - first < MAX_NAME_WORDS and not scan.taken[last]:
        word = scan.words[last]
        if not word.isalpha() or len(word) > 20 or len(word) < 2:
            break
        if word in not_names and not (word in particles and last > first):
            break
        capital = scan.capitalised(last)
        if word in particles and last > first and last + 1 < len(scan) and scan.words[last + 1].isalpha():
            if not scan.capitalised(last + 1):
                break
        elif last == first:
            if not (certain or word in first_names or capital):
                return None
        elif not capital and word not in first_names and (not certain or word in _ordinary()):
            break
        last += 1
    while last > first and scan.words[last - 1] in particles:
        last -= 1
    return _entity(scan, first, last) if last > first else None


def _bare_name(scan: Scan) -> Entity | None:
    """A short answer that can only be a name."""
    _, not_names, titles, particles, first_names = _data()
    indexes = [i for i in range(len(scan)) if scan.words[i].isalpha() and not scan.taken[i]]
    if not 1 <= len(indexes) <= MAX_NAME_WORDS + MAX_LEADS or any(scan.words[i].isdigit() for i in range(len(scan))):
        return None
    first, last = _within_leads(scan, indexes)
    if first == last:
        return None
    led = (first, last) != (indexes[0], indexes[-1] + 1)
    indexes = [i for i in indexes if first <= i < last]
    if len(indexes) > 2 and scan.words[first] == scan.words[last - 1] and not scan.words[first + 1].isalnum():
        first = indexes[1]  # "Bond, James Bond"
    while scan.words[first] in titles and first + 1 < last:
        first += 1
    words = scan.words[first:last]
    if any(not w.isalpha() or (w in not_names and w not in particles) for w in words):
        return None
    if len(words) > MAX_NAME_WORDS:
        return None
    known = any(word in first_names for word in words) or all(scan.capitalised(i) for i in range(first, last))
    loose = not led and len(words) <= 2 and all(len(word) > 2 for word in words)
    return _entity(scan, first, last) if known or loose else None


def _within_leads(scan: Scan, indexes: Sequence[int]) -> tuple[int, int]:
    """Where a name may stand in an answer, past "ah, sí, es …" and before "… porfa"; nowhere gives an empty span."""
    leads, first_names = _leads(), _data()[4]
    kept = list(indexes)
    while kept and scan.words[kept[0]] in leads and scan.words[kept[0]] not in first_names:
        kept.pop(0)
    while kept and scan.words[kept[-1]] in leads and scan.words[kept[-1]] not in first_names:
        kept.pop()
    return (kept[0], kept[-1] + 1) if kept else (0, 0)


def names_somebody_known(scan: Scan) -> bool:
    """Whether a first name that is known stands in some words."""
    return any(word in _data()[4] for word in scan.words)


def is_only_name(scan: Scan) -> bool:
    """Whether an answer is a name and nothing but words that lead to one: "ah, es Rocío Luna"."""
    words = [index for index, word in enumerate(scan.words) if word.isalnum()]
    name = find_name(scan, asked=True)
    if name is None:
        return False
    starts = {index: scan.folded.original_span(scan.starts[index], scan.ends[index])[0] for index in words}
    inside = [index for index in words if name.start <= starts[index] < name.end]
    known = any(scan.words[index] in _data()[4] for index in inside)
    if not known and not all(scan.capitalised(index) for index in inside):
        return False
    around = _leads() | _data()[2] | {scan.words[index] for index in inside}  # "Bond, James Bond"
    return all(index in inside or scan.words[index] in around for index in words)


def only_introduces(scan: Scan) -> bool:
    """Whether words are a name, what gives it and small words around: "and I'm Dana Cole, by the way"."""
    introductions, _, titles, _, _ = _data()
    following, _, kin, openings = _around()
    around = {
        i
        for group in (introductions, following, kin, _beside_name())
        for hit in group.find(scan)
        for i in range(hit.first, hit.last)
    }
    name = find_name(scan) or find_name_in_passing(scan)
    if name is None or not around:
        return False
    small = _leads() | titles | openings
    for index, word in enumerate(scan.words):
        start, _ = scan.folded.original_span(scan.starts[index], scan.ends[index])
        if word.isalnum() and index not in around and word not in small and not name.start <= start < name.end:
            return False
    return True


def _entity(scan: Scan, first: int, last: int) -> Entity:
    particles = _data()[3]
    start, end = scan.folded.original_span(scan.starts[first], scan.ends[last - 1])
    typed = scan.folded.original[start:end].split()
    name = " ".join(
        w if w.lower() in particles and i else w[:1].upper() + w[1:].lower() if w.islower() or w.isupper() else w
        for i, w in enumerate(typed)
    )
    scan.take(first, last)
    return Entity("name", name, start, end, scan.folded.original[start:end], 1.0)
