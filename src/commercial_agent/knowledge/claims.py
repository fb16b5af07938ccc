"""Whether a question takes something for granted that the passage says otherwise: "five years of warranty, right?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from commercial_agent.knowledge.text import fold

_FOREVER = float("inf")
_ALL_DAY, _PART_OF_DAY = 24.0, 0.0
_SENTENCE_END = re.compile(r"[.!?:]\s")
_OPENING = re.compile(r"\b\d{1,2}:\d{2}(?: ?[ap]\.? ?m\.?)? ?(?:a|as|to|ate|until|-|–) ?(?:las )?\d{1,2}:\d{2}")


def contradicts(question: str, passage: str, language: str) -> bool:
    """Whether a question claims what the passage denies.

    A question that asks for the figure itself claims nothing. One that names a figure is contradicted by a passage with
    figures of the same kind of which none is equal; one that asks to confirm, by a passage that denies what it affirms.

    Args:
        question: the customer's words.
        passage: what the knowledge base says.
        language: of both, by its code.
    """
    rules = _rules().get(language) or _rules()["es"]
    asked, said = fold(question), fold(passage)
    confirms = bool(re.search(rules["confirms"], asked))
    if not confirms and re.search(rules["asks"], asked):
        return False
    known = list(_figures(said, rules))
    for kind, value in _figures(asked, rules):
        same_kind = [figure for other, figure in known if other == kind]
        if same_kind and value not in same_kind:
            return True
    if not confirms:
        return False
    claim = re.sub(rules["confirms"], " ", asked)
    return _denies(said, rules) and not re.search(rules["negates"], claim)


def _denies(said: str, rules: Mapping[str, Any]) -> bool:
    """Whether a passage's first sentence says no; what it says under a condition does not count."""
    first = _SENTENCE_END.split(said, maxsplit=1)[0]
    return bool(re.search(rules["negates"], re.sub(rules["condition"], " ", first)))


def _figures(text: str, rules: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The figures of a text with what they count, times in days."""
    if re.search(rules["forever"], text):
        yield "time", _FOREVER
    if re.search(rules["all_day"], text):
        yield "open", _ALL_DAY
    if _OPENING.search(text):
        yield "open", _PART_OF_DAY
    for match in re.finditer(rules["figure"], text):
        word = match["number"].replace(",", "")
        value = float(word) if word.replace(".", "", 1).isdigit() else float(rules["numbers"].get(word, 0))
        kind, factor = rules["units"][match["unit"]]
        if value:
            yield kind, value * factor


@lru_cache(1)
def _rules() -> Mapping[str, Any]:
    import yaml

    text = (resources.files("commercial_agent.knowledge") / "data" / "claims.yaml").read_text(encoding="utf-8")
    rules = dict(yaml.safe_load(text))
    for one in rules.values():
        one["units"] = {word: (kind, factor) for kind, units in one["units"].items() for word, factor in units.items()}
        numbers = "|".join(sorted(one["numbers"], key=len, reverse=True))
        units = "|".join(sorted(map(re.escape, one["units"]), key=len, reverse=True))
        one["figure"] = re.compile(rf"(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?|{numbers})[ -](?P<unit>{units})(?!\w)")
    return rules
