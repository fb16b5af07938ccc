"""What a question on financing asks about, so that the policy's figures stand where they are asked and only there."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib import resources

POLICY_ASPECTS = frozenset({"rate", "terms", "down_payment", "cat", "cash_or_credit"})
"""What the policy itself answers; the knowledge base answers the others."""


def aspects_of(question: str) -> tuple[str, ...]:
    """The aspects of financing that a question names, in the order of the data file; empty when it names none."""
    words = _fold(question)
    return tuple(aspect for aspect, stems in _stems().items() if any(_says(words, stem) for stem in stems))


@cache
def _stems() -> dict[str, tuple[tuple[str, ...], ...]]:
    source = resources.files("commercial_agent.agents").joinpath("data/financing_aspects.toml")
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return {aspect: tuple(tuple(stem.split()) for stem in stems) for aspect, stems in table.items()}


def _says(words: list[str], stem: tuple[str, ...]) -> bool:
    places = range(len(words) - len(stem) + 1)
    return any(all(_begins(words[at + n], part) for n, part in enumerate(stem)) for at in places)


def _begins(word: str, part: str) -> bool:
    """Short parts are the whole word or its plural: `ine` is not in `inesperado`, `mes` is in `meses`."""
    if part.endswith("$"):
        return word == part[:-1]
    return word in (part, f"{part}s", f"{part}es") if len(part) <= 4 else word.startswith(part)


def _fold(text: str) -> list[str]:
    flat = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char if char.isalnum() else " " for char in flat if not unicodedata.combining(char)).split()
