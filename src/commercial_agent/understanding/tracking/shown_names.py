"""What only the conversation makes a name: the cars just shown, by any word of theirs; and what a superlative says.

"Forte", "City" and "Rio" are other words too: right after a list that holds one, behind an article, they are that car.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from commercial_agent.conversation.cars import CarMention
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.negation import is_excluded, refused_after
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.text import fold
from commercial_agent.understanding.tracking.context import vocabulary

_BEFORE = frozenset({
    "el", "la", "los", "las", "del", "al", "the", "o", "a", "do", "da", "ao", "y", "e", "and", "ou", "or", "vs",
    "versus", "contra", "ese", "esa", "este", "esta", "that", "this", "esse", "essa", "un", "una", "um", "uma", "con",
    "com", "with", ",", "mi", "de",
})  # fmt: skip
_ARTICLED = frozenset(
    {"el", "la", "del", "al", "the", "o", "a", "do", "da", "ese", "esa", "este", "esta", "that", "this"}
)
_SHORTEST = 2
_SHORTEST_TRIM = 4
_LONG_WORD = 6  # letters of a name that is known with one wrong key
_NEAR = 12  # characters
_GIVES_WAY = frozenset({"city", "name"})  # "saca el León de la lista"


def with_shown_names(
    scan: Scan, start: int, entities: Sequence[Entity], cars: Sequence[CarMention]
) -> tuple[Entity, ...]:
    """The entities with the cars just shown that are named by words which are usually no names.

    Args:
        scan: the segment.
        start: of the segment in the message.
        entities: of the segment, offsets in the message.
        cars: the last list.
    """
    if not cars:
        return tuple(entities)
    found: list[Entity] = []
    for car in cars:
        words, key = _words_of(car.model), f"{car.make}/{car.model}"
        if not words or any(
            entity.kind in ("model", "not_model") and entity.value == key for entity in (*entities, *found)
        ):
            continue
        found += _named(scan, start, words, key, entities)[:1]
    if not any(entity.kind in ("trim", "reference") for entity in entities):
        found += _trims(scan, start, (*entities, *found), cars)
    kept = [e for e in entities if not any(f.start < e.end and e.start < f.end for f in found)]
    return tuple(sorted((*kept, *found), key=lambda e: (e.start, e.end)))


def _trims(scan: Scan, start: int, entities: Sequence[Entity], cars: Sequence[CarMention]) -> list[Entity]:
    """`y el highline a 72`: a word of the version of one car of the list, and of no other; "el auto" is any car."""
    versions = [frozenset(Scan(fold(car.version, None)).words) for car in cars]
    found: list[Entity] = []
    for index, word in enumerate(scan.words):
        if len(word) < _SHORTEST_TRIM or not word.isalpha() or scan.word(index - 1) not in _ARTICLED:
            continue
        if sum(word in version for version in versions) != 1 or vocabulary().says("car_noun", Scan(word)):
            continue
        entity = scan.entity("trim", word, index, index + 1, 0.9)
        first, last = entity.start + start, entity.end + start
        if not any(other.start < last and other.end > first for other in entities):
            found.append(Entity("trim", word, first, last, entity.text, 0.9))
    return found


def _named(scan: Scan, start: int, words: tuple[str, ...], key: str, entities: Sequence[Entity]) -> list[Entity]:
    found: list[Entity] = []
    for index in range(len(scan) - len(words) + 1):
        if not all(_is_word(said, word) for said, word in zip(scan.words[index:], words, strict=False)):
            continue
        last = index + len(words)
        excluded = is_excluded(scan, index, last) or refused_after(scan, last)
        if scan.word(index - 1) not in _BEFORE and not excluded:
            continue
        entity = scan.entity("model", key, index, index + len(words), 0.9)
        begin, end = entity.start + start, entity.end + start
        if not any(other.start < end and other.end > begin for other in entities if other.kind not in _GIVES_WAY):
            found.append(Entity("not_model" if excluded else "model", key, begin, end, entity.text, 0.9))
    return found


def _is_word(said: str, word: str) -> bool:
    """Whether a word is that of a name just shown, one wrong key allowed in a long one."""
    long = len(word) >= _LONG_WORD and word.isalpha()
    return said == word or (long and OSA.distance(said, word, score_cutoff=1) <= 1)


@lru_cache(1_000)
def _words_of(model: str) -> tuple[str, ...]:
    words = tuple(Scan(fold(model, None)).words)
    return words if len("".join(words)) >= _SHORTEST and not words[0][:1].isdigit() else ()


def without_doubles(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The entities without what another already says: "el menor kilometraje" and "cuántos km" ask one thing each."""
    return tuple(entity for entity in entities if not _is_double(entity, entities))


def _is_double(entity: Entity, entities: Sequence[Entity]) -> bool:
    if entity.kind == "attribute":
        over = ("order", "relative", "not_in_data")
        return any(e.kind in over and e.start < entity.end and entity.start < e.end for e in entities)
    if entity.kind == "fuel" and entity.value == "gasoline":  # "rendimiento de gasolina", "de gasolina cuál rinde más"
        saved = (e for e in entities if e.kind == "not_in_data" and e.value == "fuel_economy")
        return any(e.start - entity.end <= _NEAR and entity.start - e.end <= _NEAR for e in saved)
    if entity.kind == "metric" and entity.value == "count":  # "cuántos km" counts no cars
        return any(e.kind == "attribute" and e.start <= entity.start < entity.end <= e.end for e in entities)
    return False
