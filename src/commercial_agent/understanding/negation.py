"""What a negation turns: "que no sea kia ni seat" excludes both, "olvida lo de automático" takes a wish back.

It stands before what it turns, or behind: "manuales no", "con Nissan y con Chevrolet no me ha ido bien".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Phrases, Scan, load_data

_NEGATABLE = frozenset(
    {
        "make", "model", "origin", "body_style", "segment", "transmission", "drive", "fuel", "not_in_data",
        "equipment", "seats",
    }
)  # fmt: skip
_BEFORE_EXCLUDED = frozenset({
    "un", "una", "el", "la", "los", "las", "a", "the", "marca", "de", "sea", "ser", "tan", "um", "uma", "autos",
    "carros",
})  # fmt: skip
_OPPOSITE = {"automatic": "manual", "manual": "automatic"}
_FUELS = ("gasoline", "diesel", "hybrid", "electric")
_FIELDS = {
    "transmission": ("transmissions",), "body_style": ("body_styles",), "fuel": ("fuels",), "seats": ("seats",),
    "drive": ("drives",), "make": ("makes", "models"), "model": ("models",), "origin": ("origins",),
}  # fmt: skip
_BEGINS_ANEW = frozenset({"un", "una", "algo", "um", "uma", "mejor", "quiero", "quero"})  # behind a comma
_GOES_ON = frozenset({"ni", "o", "y", "e", "nem", "ou", "nor", "or", "tampoco", "no", "nao"})
_CLAIMS = frozenset({"es", "son", "tiene", "tienen", "trae", "is", "are", "has", "tem"})  # "es automático, no"
_NAMES = frozenset({"make", "model", "origin"})
_EITHER = frozenset({"o", "or", "ou", "y", "and", "e"})
_STOPS = frozenset({".", ";", "?", "!", "\n", "pero", "but"})
_ALIKE = frozenset({"transmission", "fuel", "drive"})  # of names and bodies each one named is wanted
_FIGURES = frozenset({"year", "price", "km", "months", "down_amount", "down_percent", "monthly", "seats"})
_OPEN_FIGURES = frozenset({"number", "amount"})
_DENIES = frozenset({"no", "not", "nao"})
_BEFORE_FIGURE = frozenset({
    "el", "la", "los", "las", "de", "del", "a", "en", "un", "una", "the", "of", "from", "o", "os", "as", "do", "da",
    "ao",
})  # fmt: skip
_ASKS_WHY = frozenset({"que", "si", "why", "if", "se", "porque"})  # "¿por qué no la 2018?"
_CHOICE = 6  # words from an alternative to "me da igual"


class _Words:
    def __init__(self) -> None:
        data = load_data("negation")
        self.exclude = _phrases(data["exclude"])
        self.exclude_after = _phrases(data["exclude_after"])
        self.refused = _phrases(data["refused"])
        self.closing = _phrases(data["closing"])
        self.those_names = _phrases(data["those_names"])
        self.together = frozenset(data["together"])
        self.beside = frozenset(data["beside"])
        self.around_before = frozenset(data["around_before"])
        self.around_after = _phrases(data["around_after"])
        self.asks_for = _phrases(data["asks_for"])
        self.asked_of = frozenset(data["asked_of"])
        self.indifferent = _phrases(data["indifferent"])
        self.indifferent_after = _phrases(data["indifferent_after"])
        self.taken_back = _phrases(data["taken_back"])
        self.no_exclusion = _phrases(data["no_exclusion"])
        self.unneeded = _phrases(data["unneeded"])
        self.not_only = _phrases(data["not_only"])
        self.but_also = _phrases(data["but_also"])
        self.joiners = frozenset(data["joiners"]) | {","}


def _phrases(patterns: list[str]) -> Phrases[bool]:
    return Phrases((pattern, True) for pattern in patterns)


@lru_cache(1)
def _words() -> _Words:
    return _Words()


def apply_negation(
    scan: Scan, entities: list[Entity], word_at: dict[int, int], word_end: dict[int, int]
) -> list[Entity]:
    """The entities with those under a negation turned: make to not_make, automatic to manual, colour stays a wish.

    Args:
        scan: the message.
        entities: sorted by place.
        word_at: original start offset -> word index.
        word_end: original end offset -> index after the last word.
    """
    words = _words()
    after = _refusals(scan)
    free_choice = [hit.last for hit in words.indifferent.find(scan)]
    chosen = _free_behind(scan, entities, word_at, word_end)
    said = words.exclude.find(scan) or words.taken_back.find(scan) or words.around_after.find(scan)
    said = said or words.unneeded.find(scan) or words.not_only.find(scan)
    if not (after or free_choice or chosen or said):
        return entities
    behind = _refused_behind(scan, entities, word_at, word_end, after)
    result: list[Entity] = []
    previous_last, previous_negated, previous_free = -1, False, False
    for entity in entities:
        first = word_at.get(entity.start)
        if first in chosen and entity.kind in ("attribute", *_ALIKE):
            continue
        if entity.kind not in _NEGATABLE or first is None:
            result.append(entity)
            continue
        goes_on = previous_last <= first and _goes_on(scan, previous_last, first)
        if entity.kind in _FIELDS and (_let_go(scan, first, entity.kind) or (previous_free and goes_on)):
            result.append(replace(entity, kind="remove", value=_FIELDS[entity.kind]))
            previous_last, previous_negated, previous_free = word_end.get(entity.end, first + 1), False, True
            continue
        previous_free = False
        chained = previous_negated and goes_on
        if entity.kind == "transmission":
            chained = False  # "que no sea estándar, automático": one of two, and both cannot be refused
        same_span = previous_negated and previous_last > first
        if any(0 <= first - at <= 3 and _listed(scan, at, first) for at in free_choice):
            continue
        aside = _set_aside(scan, first, word_end.get(entity.end, first + 1))
        negated = chained or same_span or aside or first in behind or _excluded(scan, first)
        negated = negated or _stands_behind(words.taken_back, scan, first)
        result += _turned(entity) if negated else (entity,)
        previous_last = word_end.get(entity.end, first + 1)
        previous_negated = negated and first not in behind
    return result


def without_denied(
    scan: Scan, entities: list[Entity], word_at: dict[int, int], word_end: dict[int, int]
) -> list[Entity]:
    """The entities without the figures denied beside others: "la 2021 no la 2018", "esos de 340 no, dije 220".

    Args:
        scan: the message.
        entities: sorted by place.
        word_at: original start offset -> word index.
        word_end: original end offset -> index after the last word.
    """
    figures = [e for e in entities if e.kind in _FIGURES | _OPEN_FIGURES and e.start in word_at]
    if len(figures) < 2 or _DENIES.isdisjoint(scan.words):
        return entities
    after = _refusals(scan)
    denied = [
        e for e in figures if _denied_before(scan, word_at[e.start]) or word_end.get(e.end, len(scan) + 1) in after
    ]
    held = {e.kind for e in figures if e not in denied}
    dropped = [e for e in denied if e.kind in held or (held and (held & _OPEN_FIGURES or e.kind in _OPEN_FIGURES))]
    return [entity for entity in entities if entity not in dropped]


def _denied_before(scan: Scan, first: int) -> bool:
    """`no la 2018`, `not from 2018`; "no, la 2018" answers, and "¿por qué no la 2018?" asks."""
    at = first - 1
    while at > 0 and first - at <= 2 and scan.words[at] in _BEFORE_FIGURE:
        at -= 1
    return at >= 0 and scan.words[at] in _DENIES and scan.word(at - 1) not in _ASKS_WHY


def _free_behind(
    scan: Scan, entities: list[Entity], word_at: dict[int, int], word_end: dict[int, int]
) -> frozenset[int]:
    """The first words of the alternatives that are all the same to the customer: "diésel o gasolina igual"."""
    words = _words()
    ends = [
        hit.first
        for hit in words.indifferent_after.find(scan)
        if hit.last >= len(scan) or words.closing.at(scan, hit.last) is not None
    ]
    found: set[int] = set()
    for entity in entities if ends else ():
        first = word_at.get(entity.start)
        if first is None or entity.kind not in _ALIKE:
            continue
        behind = [end for end in ends if 0 < end - first <= _CHOICE]
        if behind and any(word in _EITHER for word in scan.words[max(0, first - 2) : behind[0]]):
            clause = scan.words[word_end.get(entity.end, first + 1) : behind[0]]
            if "," not in clause and not any(word in _STOPS for word in clause):
                found.add(first)
    return frozenset(found)


def _refusals(scan: Scan) -> frozenset[int]:
    """The words at which a refusal of what stands before begins: "manuales | no, por favor", "kia | no me late"."""
    words = _words()
    after = {hit.first for hit in words.exclude_after.find(scan)}
    for hit in words.refused.find(scan):
        if hit.last >= len(scan) or words.closing.at(scan, hit.last) is not None:
            after.add(hit.first)
    return frozenset(after)


def _refused_behind(
    scan: Scan, entities: list[Entity], word_at: dict[int, int], word_end: dict[int, int], after: frozenset[int]
) -> frozenset[int]:
    """The first words of the entities that a refusal behind them turns, of those named together all."""
    placed = [
        (entity.kind, first, word_end.get(entity.end, first + 1))
        for entity in entities
        if entity.kind in _NEGATABLE and (first := word_at.get(entity.start)) is not None
    ]
    found: set[int] = set()
    for index, (kind, first, last) in enumerate(placed):
        if last in after and scan.word(first - 1) not in _CLAIMS:
            found.add(first)
            found.update(_named_together(scan, placed[:index], kind, first))
    for hit in _words().those_names.find(scan):
        if hit.last in after or _excluded(scan, hit.first) or _set_aside(scan, hit.first, hit.last):
            before = [first for kind, first, last in placed if kind in _NAMES and last <= hit.first]
            one = not scan.words[hit.last - 1].endswith("s") and "those" not in scan.words[hit.first : hit.last]
            found.update(first for first in before if not one or first == before[-1])
    return frozenset(found)


def _named_together(scan: Scan, before: list[tuple[str, int, int]], kind: str, first: int) -> Iterator[int]:
    """`Nissan, Kia y Chevrolet no`: from the last one back, the others of the list."""
    joined: list[int] = []
    listed = False
    for other, start, last in reversed(before):
        between = scan.words[last:first]
        allowed = _words().beside | _words().together
        if kind not in _NAMES | {"body_style"} or other != kind or not all(word in allowed for word in between):
            break
        listed = listed or not _words().together.isdisjoint(between)
        joined.append(start)
        first = start
    return iter(joined if listed else ())


def _goes_on(scan: Scan, first: int, last: int) -> bool:
    """Whether a negation holds for the next name too: "ni sedán ni hatchback", but not ", una camioneta"."""
    between = scan.words[first:last]
    if "," in between and not _BEGINS_ANEW.isdisjoint(between) and _GOES_ON.isdisjoint(between):
        return False
    return all(word in _words().joiners for word in between)


def _listed(scan: Scan, first: int, last: int) -> bool:
    """Whether only joiners and other options stand between ("me da igual gasolina o diesel")."""
    joiners = _words().joiners
    between = range(first, last)
    return all(scan.words[at] in joiners or scan.taken[at] or scan.word(at + 1) in ("o", "or", "ou") for at in between)


def is_excluded(scan: Scan, first: int, last: int) -> bool:
    """Whether a name stands behind an exclusion or before one: "saca el león", "el león ya no"."""
    if _excluded(scan, first) or _set_aside(scan, first, last):
        return True
    return last in _refusals(scan) and scan.word(first - 1) not in _CLAIMS


def refused_after(scan: Scan, last: int) -> bool:
    """Whether what was named before a word is refused behind it: "the compass is too long, leave that one out"."""
    after = _refusals(scan)
    return any(
        hit.first >= last and (hit.last in after or _excluded(scan, hit.first) or _set_aside(scan, hit.first, hit.last))
        for hit in _words().those_names.find(scan)
    )


def _excluded(scan: Scan, first: int) -> bool:
    words = _words()
    if _asked_for(scan, first):
        return False
    for skipped in range(3):
        at = first - skipped
        if skipped and scan.word(at) not in _BEFORE_EXCLUDED:
            return False
        if at > 0 and words.no_exclusion.ending_at(scan, at):
            return False
        if at > 0 and words.exclude.ending_at(scan, at):
            # "no, kia": an answer and a new wish, not an exclusion
            return True
    return False


def _asked_for(scan: Scan, first: int) -> bool:
    """Whether what stands at a word is asked for under a "no": "¿no tienen ningún eléctrico?"."""
    at = first
    while at > 0 and scan.words[at - 1] in _words().asked_of:
        at -= 1
    return at > 0 and _words().asks_for.ending_at(scan, at) is not None


def _let_go(scan: Scan, first: int, kind: str) -> bool:
    """Whether a wish is taken back without being refused; a name that is to be forgotten is refused."""
    words = _words()
    if _stands_behind(words.unneeded, scan, first):
        return True
    if _stands_behind(words.not_only, scan, first):
        return not any(hit.first > first for hit in words.but_also.find(scan))
    return kind not in _NAMES and words.taken_back.ending_at(scan, first) is not None


def _stands_behind(phrases: Phrases[bool], scan: Scan, first: int) -> bool:
    """Whether a phrase ends right before a word, articles between left aside."""
    for at in range(first, max(-1, first - 3), -1):
        if at < first and scan.words[at] not in _BEFORE_EXCLUDED:
            return False
        if at > 0 and phrases.ending_at(scan, at) is not None:
            return True
    return False


def _set_aside(scan: Scan, first: int, last: int) -> bool:
    """`leave the compass out`: a verb before, its other half behind."""
    words = _words()
    before = first - 1 if scan.word(first - 1) in _BEFORE_EXCLUDED else first
    if last >= len(scan) or scan.word(before - 1) not in words.around_before:
        return False
    return words.around_after.at(scan, last) is not None


def _turned(entity: Entity) -> Iterator[Entity]:
    if entity.kind in ("make", "model", "origin", "body_style"):
        yield replace(entity, kind=f"not_{entity.kind}")
    elif entity.kind == "transmission":
        yield replace(entity, value=_OPPOSITE[entity.value])
    elif entity.kind == "fuel":
        yield from (replace(entity, value=fuel) for fuel in _FUELS if fuel != entity.value)
    elif entity.kind == "not_in_data":
        yield entity
    elif entity.kind == "seats":
        yield replace(entity, kind="remove", value=("seats",))  # "y sin los 7 asientos"
