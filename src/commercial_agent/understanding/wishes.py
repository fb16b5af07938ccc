"""Words of what a car should be: body, gearbox, drive, fuel, equipment, orders, and what is taken back.

Negation is settled here too: "que no sea kia ni seat" excludes both, "no tan caro" turns the direction, "quita el
precio" removes the filter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from commercial_agent.conversation.cars import Order
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.criteria import OTHERS
from commercial_agent.understanding.negation import is_excluded
from commercial_agent.understanding.remarks import bounds_a_number, came_for_work, concedes, finds_fault, is_remark
from commercial_agent.understanding.scan import Hit, Phrases, Scan, expand, load_data

_PLAIN_KINDS = ("origin", "body_style", "segment", "transmission", "drive", "fuel", "equipment", "not_in_data")
_SORTED = frozenset({"price", "km", "year", "size", "engine_litres"})
_BREAKS = frozenset(
    {",", ".", "?", "que", "pero", "y", "es", "esta", "but", "mas", "porem", "only", "so", "solo", "nomas"}
)


_ENDS_IN_VOWEL = re.compile(r"([a-z]+)([aeo])(s?)")
_SHORTEST_STEM = 3
_RELATIVES = frozenset({"que", "that", "which"})
_SUCH = 5  # words before "que cueste menos" in which it is said whether one is chosen or another asked for

_ASKED = frozenset({
    "puras", "puros", "unicamente", "solamente", "nomas", "exclusivamente", "solo", "mejor", "ya", "las", "los",
    "sea", "cuales", "que", "otras", "unos", "ser", "una", "unas", "la", "de", "tienen", "busco", "quiero", "otra",
    "uma", "tipo", "en", "o", "hay",
})  # fmt: skip
_WHICH = frozenset({"cual", "cuales", "which", "qual", "quais"})
_TO_END = frozenset({"al", "a", "la", "las", "los", "el", "to", "the", "ao", "os", "as"})


@dataclass(frozen=True, slots=True)
class _Degree:
    """An adjective: the column it speaks of, its direction, and its form."""

    order: Order
    form: str  # plain, more, less, better, best


class _Words:
    def __init__(self) -> None:
        data = load_data("lexicon")
        self.plain: Phrases[tuple[str, str]] = Phrases(
            (pattern, (kind, value))
            for kind in _PLAIN_KINDS
            for value, patterns in data[kind].items()
            for pattern in patterns
        )
        self.degrees: Phrases[_Degree] = Phrases(_degrees(data))
        self.attribute: Phrases[str] = Phrases.of(data["attribute"])
        self.bare_attribute: Phrases[str] = Phrases.of(data["bare_attribute"])
        self.beside_attribute = frozenset(data["beside_attribute"])
        self.sayings: Phrases[bool] = Phrases((pattern, True) for pattern in data["sayings"])
        self.similar: Phrases[bool] = Phrases((pattern, True) for pattern in data["similar"])
        self.group_by: Phrases[str] = Phrases.of(data["group_by"])
        self.metric: Phrases[str] = Phrases.of(data["metric"])
        self.list_column: Phrases[str] = Phrases.of(data["list_column"])
        self.sort: Phrases[bool] = Phrases((pattern, True) for pattern in data["sort"])
        self.sort_ends: Phrases[bool] = Phrases.of({True: data["sort_down"], False: data["sort_up"]})
        self.end: Phrases[bool] = Phrases.of({True: data["high_end"], False: data["low_end"]})
        self.between_ends = frozenset(data["between_ends"])
        self.which = frozenset(data["which"])
        self.between_which = frozenset(data["between_which"])
        self.trim: Phrases[str] = Phrases((word, word) for word in data["trim"])
        self.trim_or_word = frozenset(data["trim_or_word"])
        self.definite = frozenset(data["definite"])
        self.indefinite = frozenset(data["indefinite"])
        self.needs_article = frozenset(data["needs_article"])
        self.only_portuguese = frozenset(data["only_portuguese"])
        self.only_english = frozenset(data["only_english"])
        self.not_beside = {word: frozenset(near) for word, near in data["not_beside"].items()}
        negation = load_data("negation")
        self.remove: Phrases[bool] = Phrases((pattern, True) for pattern in negation["remove"])
        self.remove_after: Phrases[bool] = Phrases((pattern, True) for pattern in negation["remove_after"])
        self.field: Phrases[str] = Phrases.of(negation["field"])
        self.other_names: Phrases[bool] = Phrases((pattern, True) for pattern in negation["other_names"])
        self.everything: Phrases[bool] = Phrases((pattern, True) for pattern in negation["everything"])
        self.joiners = frozenset(negation["joiners"]) | {","}


@lru_cache(1)
def _words() -> _Words:
    return _Words()


def _degrees(data: dict[str, Any]) -> Iterator[tuple[str, _Degree]]:
    for row in data["adjectives"]:
        up = row["up"] == "true"
        order = Order(row["column"], descending=up)
        reverse = replace(order, descending=not up)
        words = [word for pattern in row["words"] for word in expand(pattern)]
        for word in dict.fromkeys((*words, *(small for big in words for small in _sizes_of(big)))):
            yield from ((f"{more} {word}", _Degree(order, "more")) for more in data["more"])
            yield from ((f"{less} {word}", _Degree(reverse, "more")) for less in data["less"])
            yield from ((f"{no} {word}", _Degree(reverse, "more")) for no in data["not_so"])
            if row.get("plain"):
                yield word, _Degree(order, "plain")
        yield from ((pattern, _Degree(order, "plain")) for pattern in row.get("plain_words", ()))
        yield from ((pattern, _Degree(order, "better")) for pattern in row.get("better", ()))
        yield from ((pattern, _Degree(order, "best")) for pattern in row.get("best", ()))


def _sizes_of(word: str) -> Iterator[str]:
    """`caro` is also said "carito", "carísimo", "carote", `grande` "grandote", `novo` "novinho"."""
    found = _ENDS_IN_VOWEL.fullmatch(word)
    if found is None or len(found[1]) < _SHORTEST_STEM:
        return
    stem, vowel, plural = found.groups()
    soft = stem[:-1] + {"c": "qu", "g": "gu"}.get(stem[-1], stem[-1])
    small = ("ecit",) if vowel == "e" else ("it", "inh", "ill")
    for ending in ("o", "a") if vowel == "e" else (vowel,):
        yield from (f"{soft}{size}{ending}{plural}" for size in (*small, "isim"))
        yield f"{stem}ot{'e' if ending == 'o' else 'a'}{plural}"


def find_wishes(scan: Scan, language: Language | None) -> list[Entity]:
    """What a car should be like, from left to right, negation not yet applied; claims its words.

    Returns:
        Entities of the kinds body_style, segment, transmission, drive, fuel, equipment, not_in_data (`str`), order and
        relative (`Order`), remove (`tuple[str, ...]`, names of criteria fields or `*`), similar (`True`), trim (`str`).
    """
    words = _words()
    found = _removals(scan)
    for hit in words.sayings.find(scan, free=True):
        scan.take(hit.first, hit.last)
    for hit in words.similar.find(scan, free=True):
        found.append(scan.entity("similar", True, hit.first, hit.last))
        scan.take(hit.first, hit.last)
    for degree in words.degrees.find(scan, free=True):
        if bounds_a_number(scan, degree.last) or _widens_a_year(scan, degree.first):
            continue
        if degree.value.form == "plain" and is_remark(scan, degree.first):
            continue
        if _ends_a_sort(scan, degree, found):
            scan.take(degree.first, degree.last)
            continue
        found.append(_degree_entity(scan, degree))
        scan.take(degree.first, degree.last)
    for wish in words.plain.find(scan, free=True):
        if not _certain(scan, wish, language):
            continue
        kind, value = wish.value
        if kind == "segment" and (
            finds_fault(scan, wish.first) or (wish.value[1] == "work" and came_for_work(scan, wish.first))
        ):
            continue
        found.extend(scan.entity(kind, part, wish.first, wish.last) for part in value.split("+"))
        scan.take(wish.first, wish.last)
    found.extend(_trims(scan))
    if not any(entity.kind == "order" for entity in found):
        found.extend(_sorted_by(scan))
    return found


def _ends_a_sort(scan: Scan, degree: Hit[_Degree], found: list[Entity]) -> bool:
    """`del más nuevo al más viejo`: the second end of an order says nothing new."""
    if not found or found[-1].kind not in ("order", "relative") or scan.word(degree.first - 1) not in _TO_END:
        return False
    before: Order = found[-1].value
    return before.column == degree.value.order.column and before.descending != degree.value.order.descending


def _sorted_by(scan: Scan) -> list[Entity]:
    """`ordénalos por kilometraje`, `sort them by price, highest first`: a column and its direction."""
    words = _words()
    for verb in words.sort.find(scan):
        for hit in words.attribute.find(scan):
            if hit.first < verb.last or hit.value not in _SORTED:
                continue
            ends = words.sort_ends.find(scan)
            descending = ends[0].value if ends else hit.value in ("year", "size")
            column = "length_mm" if hit.value == "size" else hit.value
            return [scan.entity("order", Order(column, descending), hit.first, hit.last)]
    return []


def find_questions(scan: Scan) -> list[Entity]:
    """What is asked of a car or of the stock: attribute, metric, group_by, list_column. Claims nothing."""
    words = _words()
    found = [scan.entity("attribute", hit.value, hit.first, hit.last) for hit in words.attribute.find(scan)]
    found = [*found, *_joined_attributes(scan, found)] if found else _bare_attribute(scan)
    sorts = bool(words.sort.find(scan))  # "del más barato al más caro" is then an order, no range
    found += [
        scan.entity("metric", hit.value, hit.first, hit.last)
        for hit in words.metric.find(scan)
        if not (sorts and hit.value == "range")
    ]
    if not sorts and (ends := _both_ends(scan)) is not None:
        found.append(scan.entity("metric", "range", *ends))
    found += [scan.entity("group_by", hit.value, hit.first, hit.last) for hit in words.group_by.find(scan)]
    for hit in words.list_column.find(scan):
        found.append(scan.entity("list_column", hit.value, hit.first, hit.last, 0.5))
        if _asks_which(scan, hit):
            found.append(scan.entity("metric", "list", hit.first, hit.last))
    return found


def _bare_attribute(scan: Scan) -> list[Entity]:
    """`¿km?`, `el más barato: ¿km?`: a unit that is the whole message, or its last clause, asks for it."""
    words = _words()
    start = max((at for at, word in enumerate(scan.words[:-1], 1) if word in (":", ",", "?", ".")), default=0)
    said = [at for at in range(start, len(scan)) if _tells(scan.words[at], words.beside_attribute)]
    hit = words.bare_attribute.at(scan, said[0]) if len(said) == 1 else None
    return [scan.entity("attribute", hit.value, hit.first, hit.last)] if hit is not None else []


def _joined_attributes(scan: Scan, found: list[Entity]) -> list[Entity]:
    """`considerando precio y kilómetros`: a unit named together with what is asked for."""
    ends = {entity.end for entity in found}
    joined: list[Entity] = []
    for hit in _words().bare_attribute.find(scan):
        if scan.word(hit.first - 1) in ("y", "e", "and", ",") and hit.first > 1:
            _, end = scan.folded.original_span(scan.starts[hit.first - 2], scan.ends[hit.first - 2])
            if end in ends:
                joined.append(scan.entity("attribute", hit.value, hit.first, hit.last))
    return joined


def _tells(word: str, fillers: frozenset[str]) -> bool:
    return word.isalnum() and word not in fillers


def _both_ends(scan: Scan) -> tuple[int, int] | None:
    """`el más bajo y el más alto`, `the lowest and highest price`: a range, in words of its ends."""
    words = _words()
    hits = words.end.find(scan)
    for one, two in pairwise(hits):
        if one.value != two.value and all(word in words.between_ends for word in scan.words[one.last : two.first]):
            return one.first, two.last
    return None


def _asks_which(scan: Scan, hit: Hit[str]) -> bool:
    """`qué modelos`, `which Kia models`, `quais outras marcas`: a question word before a plural, names between."""
    if not scan.words[hit.last - 1].endswith("s"):
        return False
    words = _words()
    for at in range(hit.first - 1, max(-1, hit.first - 6), -1):
        if scan.words[at] in words.which:
            return True
        if not scan.taken[at] and scan.words[at] not in words.between_which:
            return False
    return False


def _certain(scan: Scan, hit: Hit[tuple[str, str]], language: Language | None) -> bool:
    """Words that are other words too ("van", "stick") need an article outside of English."""
    if scan.words[hit.first] in _words().only_portuguese:
        return language is Language.PT
    if hit.last == hit.first + 1:
        if scan.words[hit.first] in _words().only_english and language is not Language.EN:
            return False
        near = _words().not_beside.get(scan.words[hit.first], frozenset())
        if not near.isdisjoint((scan.word(hit.first - 1), scan.word(hit.last))):
            return False
    if hit.last > hit.first + 1 or scan.words[hit.first] not in _words().needs_article:
        return True
    before = scan.word(hit.first - 1)
    if language is Language.EN:
        return before not in ("a", "y") or scan.words[hit.first] in ("van", "vans")
    return before in _ASKED or len(scan) <= 2


def _degree_entity(scan: Scan, hit: Hit[_Degree]) -> Entity:
    degree = hit.value
    if concedes(scan, hit.first, degree.order):
        return scan.entity("remove", (degree.order.column,), hit.first, hit.last)
    another = _of_another(scan, hit.first + 1 if scan.words[hit.first] in _RELATIVES else hit.first)
    if degree.form == "best":
        best = scan.word(hit.first - 1) not in _words().indefinite and not another
    else:
        best = degree.form == "plain" or (_is_superlative(scan, hit.first) and not another)
    return scan.entity("order" if best else "relative", degree.order, hit.first, hit.last)


def _of_another(scan: Scan, first: int) -> bool:
    """`algo por el estilo que cueste menos`: another car is asked for; "la que cueste menos" chooses one."""
    if scan.word(first - 1) not in _RELATIVES:
        return False
    words = _words()
    for at in range(first - 2, max(-1, first - 2 - _SUCH), -1):
        if scan.words[at] in words.indefinite:
            return True
        if at == first - 2 and scan.words[at] in words.definite:
            return False
        if scan.is_stop(at):
            return False
    return False


def _widens_a_year(scan: Scan, first: int) -> bool:
    """`de 2019 o más nuevo`: a limit, no order."""
    year = scan.word(first - 2)
    return scan.word(first - 1) in ("o", "or", "ou") and len(year) in (2, 4) and year.isdigit()


def _is_superlative(scan: Scan, first: int) -> bool:
    """`el más barato`, `los 3 más nuevos`, `el jetta más barato`: an article governs it; `algo más barato` compares."""
    words = _words()
    if scan.word(first - 1) == "a" and scan.word(first) in ("mais", "menos", "menor", "maior"):
        return True  # "a mais barata"
    for at in range(first - 1, max(-1, first - 5), -1):
        word = scan.words[at]
        if word == "que" and scan.word(at - 1) in words.definite:
            return True  # "la que sale más barata"
        if word in words.indefinite and scan.word(at - 1) in _WHICH:
            return True  # "¿cuál tienes más barato?"
        if word in words.indefinite or word in _BREAKS:
            return False
        if word in words.definite:
            return not scan.taken[at]  # "like the second for less": that article is another's
    return False


def _removals(scan: Scan) -> list[Entity]:
    """`quita el precio`, `sin importar la marca`, `el color no importa`, `quita todos los filtros`."""
    words = _words()
    found: list[Entity] = []
    for hit in words.everything.find(scan, free=True):
        found.append(scan.entity("remove", ("*",), hit.first, hit.last))
        scan.take(hit.first, hit.last)
    for hit in words.other_names.find(scan, free=True):
        if not is_excluded(scan, hit.first, hit.last) and not _asked_which(scan, hit.first):
            found.append(scan.entity("remove", ("makes", "models", "origins", OTHERS), hit.first, hit.last))
            scan.take(hit.first, hit.last)
    for hit in words.remove.find(scan, free=True):
        field = words.field.at(scan, hit.last, free=True) if hit.last < len(scan) else None
        if field is None or _bounded(scan, field.last):
            continue
        last = field.last
        while scan.word(last) in ("y", "ni", "o", "and", "e", ","):
            nxt = last + 2 if scan.word(last + 1) in ("el", "la", "the", "o", "a") else last + 1
            more = words.field.at(scan, nxt, free=True) if nxt < len(scan) else None
            if more is None:
                break
            found.append(scan.entity("remove", tuple(more.value.split("+")), nxt, more.last))
            last = more.last
        found.append(scan.entity("remove", tuple(field.value.split("+")), hit.first, field.last))
        scan.take(hit.first, last)
    for hit in words.remove_after.find(scan, free=True):
        for field_hit in words.field.find(scan, free=True):
            if 0 <= hit.first - field_hit.last <= 1:
                found.append(scan.entity("remove", tuple(field_hit.value.split("+")), field_hit.first, hit.last))
                scan.take(field_hit.first, hit.last)
                break
    return found


def _asked_which(scan: Scan, at: int) -> bool:
    """`¿qué otras marcas manejan?`: the makes are asked for, no cars of them."""
    return scan.word(at - 1) in _words().which or scan.word(at - 2) in _words().which


def _bounded(scan: Scan, at: int) -> bool:
    """Whether a value follows the field ("cualquier año 2018", "any price under 200"): then nothing is removed."""
    nearby = scan.words[at : at + 3]
    return any(word[0].isdigit() for word in nearby)


def _is_pronoun(scan: Scan, hit: Hit[str]) -> bool:
    """`la mazda le gustó a mi esposa`, `el jetta se ve bien`: no trim, unless in capitals or with nothing behind."""
    ordinary = hit.value in _words().trim_or_word and not scan.capitalised(hit.first)
    return ordinary and scan.word(hit.last).isalpha() and not scan.taken[hit.last]


def _trims(scan: Scan) -> list[Entity]:
    """Trim words right behind a car's name ("jetta comfortline", "mazda 3 i sport")."""
    found: list[Entity] = []
    for hit in _words().trim.find(scan, free=True):
        before = hit.first - 1
        near_name = (
            (before >= 0 and scan.taken[before])
            or scan.word(before) in ("version", "linea", "trim")
            or (len(scan.word(before)) == 4 and scan.word(before).isdigit())
        )
        if near_name and not _is_pronoun(scan, hit):
            found.append(scan.entity("trim", hit.value, hit.first, hit.last))
            scan.take(hit.first, hit.last)
    return found
