"""Evidence on cars: their names, and that what is said of a car is true of that one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from commercial_agent.conversation.cars import CarFacts
from commercial_agent.replies.claims import Claim
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.spelled import fold

_NAMED_WITH_YEAR = re.compile(
    r"((?:[A-Z][\w-]*|\d{1,4}|[a-z]\d)(?: (?:[A-Z][\w-]*|\d{1,3}|[a-z]\d)){0,4}) ((?:19|20)\d\d)\b"
)
_OF_THE = 12  # characters between "$238,999" and the name in "$238,999 del Jetta"
_Place = tuple[int, int, frozenset[str]]  # start, end, stock ids that the name may mean


@lru_cache(1)
def _lexicon() -> tuple[tuple[tuple[str, str, re.Pattern[str]], ...], tuple[tuple[str, bool, re.Pattern[str]], ...]]:
    """Attribute words (field, value, pattern) and superlatives (column, descending, pattern) from the data file."""
    import yaml

    data = yaml.safe_load(files("commercial_agent.replies").joinpath("data", "car_words.yaml").read_text("utf-8"))
    attributes = tuple(
        (field, value, re.compile(rf"\b(?:{'|'.join(words)})\b"))
        for field, values in data["attributes"].items()
        for value, words in values.items()
    )
    superlatives = tuple(
        (entry["column"], bool(entry["descending"]), re.compile(rf"\b(?:{'|'.join(entry['words'])})\b"))
        for entry in data["superlatives"]
    )
    return attributes, superlatives


@lru_cache(16)
def said_of_cars(plain: str) -> tuple[tuple[int, int], ...]:
    """Where a folded text says what a car is: that is held against the cars, not against the findings' words."""
    attributes, superlatives = _lexicon()
    patterns = [pattern for _, _, pattern in (*attributes, *superlatives)]
    return tuple(found.span() for pattern in patterns for found in _found(pattern, plain))


@lru_cache(256)
def _found(pattern: re.Pattern[str], plain: str) -> tuple[re.Match[str], ...]:
    """Where a folded text has a pattern: several checks ask."""
    return tuple(pattern.finditer(plain))


def car_problems(reply: str, plain: str, found: Sequence[Claim], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """Problems with cars, as (kind, text)."""
    yield from _unknown_names(reply, grounds)
    places = _mentions(plain, grounds)
    yield from _attributes(plain, places, grounds)
    yield from _values_of_others(plain, found, places, grounds)
    yield from _superlatives(plain, places, grounds)
    yield from _equipment(plain, places, grounds)
    yield from _contests(plain, places, grounds)


def _unknown_names(reply: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """`Name Year` where no finding has that name with that year."""
    known = [fold(car.name) for car in grounds.cars.values()]
    for match in _NAMED_WITH_YEAR.finditer(reply.replace("*", " ").replace("_", " ")):
        name, year = fold(match.group(1)), match.group(2)
        last = name.split()[-1]
        if not last[0].isalpha() and len(name.split()) == 1:
            continue
        if any(f"{last} {year}" in text for text in (*known, *grounds.texts, grounds.customer)):
            continue
        if last in grounds.words and not any(last in text.split() for text in known):
            continue  # not a car's name: "Noviembre de 2026" and the like
        yield "car", match.group()


def _mentions(plain: str, grounds: Grounds) -> list[_Place]:
    """Where cars are named, in order; a name that several cars share means any of them."""
    names: dict[str, set[str]] = {}
    for car in grounds.cars.values():
        for name in (car.name, f"{car.make} {car.model}", f"{car.model} {car.year}", car.model):
            if len(name) > 2:
                names.setdefault(fold(name), set()).add(car.stock_id)
    places: list[_Place] = []
    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", plain):
            if not any(start < match.end() and match.start() < end for start, end, _ in places):
                places.append((match.start(), match.end(), frozenset(names[name])))
    places += _by_one_trait(plain, places, grounds)
    return sorted(places)


def _by_one_trait(plain: str, places: Sequence[_Place], grounds: Grounds) -> Iterator[_Place]:
    """ "The 2021", "the MG": a year or a make that only one of several cars has."""
    cars = list(grounds.cars.values())
    for trait in ("year", "make") if len(cars) > 1 else ():
        values = [fold(str(getattr(car, trait))) for car in cars]
        for car, value in zip(cars, values, strict=True):
            if values.count(value) > 1 or len(value) < 2:
                continue
            for match in re.finditer(
                rf"(?<!\w)(?:el|la|the|o|a|del|al|do|da|es|y|e|and) ({re.escape(value)})(?!\w)", plain
            ):
                if not any(start < match.end(1) and match.start(1) < end for start, end, _ in places):
                    yield match.start(1), match.end(1), frozenset({car.stock_id})


def _spoken_of(plain: str, place: int, places: Sequence[_Place], grounds: Grounds) -> list[CarFacts]:
    """The cars that a place in the reply is about: the last named before it in its paragraph."""
    paragraph = plain.rfind("\n\n", 0, place)
    before = [ids for start, _, ids in places if paragraph < start < place]
    return [grounds.cars[stock_id] for stock_id in before[-1]] if before else []


def _values_of_others(
    plain: str, found: Sequence[Claim], places: Sequence[_Place], grounds: Grounds
) -> Iterator[tuple[str, str]]:
    """A price, distance or year told of one car that is another's."""
    if len(grounds.cars) < 2:
        return
    columns = {"money": "price", "km": "km", "year": "year"}
    for claim in found:
        column = columns.get(claim.kind)
        if column is None or any(start <= claim.start < end for start, end, _ in places) or _compares(plain, claim):
            continue
        cars = _spoken_of(plain, claim.start, places, grounds)
        follows = [
            ids
            for start, _, ids in places
            if 0 <= start - claim.end <= _OF_THE and "\n" not in plain[claim.end : start]
        ]
        of_next = [grounds.cars[stock_id] for ids in follows[:1] for stock_id in ids]
        cars = of_next if of_next and _OF.match(plain, claim.end) else cars and [*cars, *of_next]
        values = {value for value in claim.values if isinstance(value, Decimal)}
        if _RESPECTIVELY.match(plain, claim.end):
            cars = [grounds.cars[stock_id] for _, _, ids in places for stock_id in ids]
        if not cars or values & grounds.loose or any(getattr(car, column) in values for car in cars):
            continue
        owners = [car for car in grounds.cars.values() if getattr(car, column) in values]
        other_roles = set().union(*(grounds.roles.get(value, set()) for value in values)) - {"price"}
        if owners and not (column == "price" and other_roles):
            yield "car", plain[claim.start : claim.end]


def _compares(plain: str, claim: Claim) -> bool:
    """Whether a value stands against another: "45,000 km against 61,250"."""
    before = plain[max(0, claim.start - 40) : claim.start]
    return _VERSUS.match(plain, claim.end) is not None or _VERSUS_BEFORE.search(before) is not None


_OF = re.compile(r"[* ]*(?:de la|del|of the|for the|on the|do|da) ")
_AGAINST = r"(?:contra|frente a|vs\.?|versus|against|compared (?:to|with)|en lugar de|instead of)"
_VERSUS = re.compile(rf"[ *]*{_AGAINST} (?:l[oa]s )?[$*]*\d")
_VERSUS_BEFORE = re.compile(rf"\d[^.\n]{{0,10}} {_AGAINST} (?:l[oa]s )?[$*]*$")
_RESPECTIVELY = re.compile(r"[^.!?\n]{0,40}\b(?:respectiv\w+|cada uno|cada um|each)\b")


def _attributes(plain: str, places: Sequence[_Place], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """Transmission, fuel, body or drive words that no finding has, or that are not this car's."""
    attributes, _ = _lexicon()
    said_by_findings = " \n ".join((*grounds.texts, grounds.customer))
    for field, value, pattern in attributes:
        for match in _found(pattern, plain):
            if not re.search(rf"\b{value}\b", said_by_findings) and not pattern.search(said_by_findings):
                yield "attribute", match.group()
                continue
            cars = _spoken_of(plain, match.start(), places, grounds)
            known = {getattr(car, field) for car in cars} - {None}
            if known and value not in known and _is_of_one_car(plain, match.start(), places):
                yield "attribute", match.group()


def _is_of_one_car(plain: str, place: int, places: Sequence[_Place]) -> bool:
    """Whether the line of a place is a car's: a line of its card, or one that names it and no other."""
    start = plain.rfind("\n", 0, place) + 1
    end = plain.find("\n", place)
    line = plain[start : end if end >= 0 else len(plain)]
    named = [p for p in places if start <= p[0] < start + len(line)]
    if named:
        part = max(plain.rfind(mark, start, place) for mark in ("; ", ". ", "\n")) + 1
        own = [p for p in named if part <= p[0] < place]
        later = [p for p in named if place < p[0] and not re.search(r"[;.]", plain[place : p[0]])]
        return len(own) == 1 and not later
    return " · " in line and _is_card_line(plain, place, places)


def _is_card_line(plain: str, place: int, places: Sequence[_Place]) -> bool:
    """Whether the paragraph of a place names one car only, in its first line: what follows is that car's."""
    start = plain.rfind("\n\n", 0, place) + 1
    end = plain.find("\n\n", place)
    named = [p for p in places if start <= p[0] < (end if end >= 0 else len(plain))]
    first_line_end = plain.find("\n", start + 2)
    return len(named) == 1 and 0 <= named[0][0] < first_line_end < place


def _superlatives(plain: str, places: Sequence[_Place], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """ "The cheapest" said of a car that another one beats."""
    if len(grounds.cars) < 2:
        return
    _, superlatives = _lexicon()
    for column, descending, pattern in superlatives:
        found = _found(pattern, plain)
        if not found:
            continue
        best = (
            grounds.best_buys
            if column == "value"
            else {leader for group in grounds.groups for leader in _leaders(group, column, descending, grounds)}
        )
        for match in found:
            ids = _named_after(plain, match.end(), places) or _named_before(plain, match.start(), places)
            if ids and best and not ids & best:
                yield "superlative", match.group()


_IS = re.compile(
    r"[^.!?\n,;]{0,24}?\b(?:es|is|seria|sigue siendo|would be)\b[ *]*(?:el|la|the|o|a|un|una|ese|este)?[ *]*"
)


def _named_after(plain: str, place: int, places: Sequence[_Place]) -> frozenset[str]:
    """The car in "the cheapest is the Versa"."""
    said = _IS.match(plain, place)
    return next((ids for start, _, ids in places if said and said.end() <= start <= said.end() + 12), frozenset())


def _named_before(plain: str, place: int, places: Sequence[_Place]) -> frozenset[str]:
    """The car in "the Versa is the cheapest", or on whose card it stands."""
    line = plain.rfind("\n", 0, place)
    if not any(line < start < place for start, _, _ in places) and not _is_card_line(plain, place, places):
        return frozenset()
    paragraph = plain.rfind("\n\n", 0, place)
    before = [ids for start, _, ids in places if paragraph < start < place]
    return before[-1] if before else frozenset()


def _leaders(group: frozenset[str], column: str, descending: bool, grounds: Grounds) -> set[str]:
    """The cars of a group that none of it beats in a column."""
    values = {stock_id: v for stock_id in group if (v := getattr(grounds.cars[stock_id], column)) is not None}
    if not values:
        return set()
    best = max(values.values()) if descending else min(values.values())
    return {stock_id for stock_id, value in values.items() if value == best}


_HAS = re.compile(r"\b(bluetooth|carplay)\b[^\n.;]{0,60}?\b(si|yes|sim|no|nao)\b")


def _equipment(plain: str, places: Sequence[_Place], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """Bluetooth or CarPlay answered with a yes or a no that is not this car's."""
    for match in _HAS.finditer(plain):
        field = "car_play" if match.group(1) == "carplay" else "bluetooth"
        cars = _spoken_of(plain, match.start(2), places, grounds) or list(grounds.cars.values())
        wanted = match.group(2) in ("si", "yes", "sim")
        if cars and all(getattr(car, field) is not wanted for car in cars):
            yield "equipment", match.group()
    for name, field in (("bluetooth", "bluetooth"), ("carplay", "car_play")):
        has = any(getattr(car, field) for car in grounds.cars.values())
        if has or not grounds.cars or name not in plain:
            continue
        if not any(name in text.replace("_", "").replace(" ", "") for text in (*grounds.texts, grounds.customer)):
            yield "equipment", name


_WINS = re.compile(
    r"\b(?:gana\w*|lleva (?:la )?(?:ventaja|delantera)|se lleva|destaca|sobresale|supera|domina"
    r"|wins?|leads?|comes out ahead|beats|has the edge"
    r"|ganha|vence|leva (?:a )?(?:vantagem|melhor)|se destaca)\b"
)
_CONTESTED: tuple[tuple[str, bool, re.Pattern[str]], ...] = tuple(
    (column, most, re.compile(rf"\b(?:{words})\b"))
    for column, most, words in (
        ("price", False, "precio|price|preco"),
        ("km", False, "kilometraje|kilometros|mileage|kilometers|quilometragem"),
        ("year", True, "ano|modelo|year|antiguedad"),
        ("engine_litres", True, "motor|engine|cilindrada"),
        ("length_mm", True, "largo|longitud|tamano|length|size|comprimento|tamanho"),
    )
)


def _contests(plain: str, places: Sequence[_Place], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """ "It wins on price and mileage" said of a car that another one beats there; the next car named ends the list."""
    if len(grounds.cars) < 2:
        return
    starts = [start for start, _, _ in places]
    for index, (start, end, ids) in enumerate(places):
        stop = (starts[index + 1 :] or [len(plain)])[0]
        said = re.split(r"[.!?\n]", plain[end:stop])[0]
        wins = _WINS.search(said)
        if wins is None and not re.match(r",? (?:en|on|in|em|no|na)\b", said):
            continue
        if wins is None and _WINS.search(re.split(r"[.!?\n]", plain[:start])[-1]) is None:
            continue
        for column, most, pattern in _CONTESTED:
            if pattern.search(said[wins.end() if wins else 0 :]):
                best = {best for group in grounds.groups for best in _leaders(group, column, most, grounds)}
                if best and not ids & best:
                    yield "superlative", said.strip()[:60]
