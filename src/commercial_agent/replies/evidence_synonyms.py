"""Words of the trade that say the same, in three languages: what one finding says, a reply may say with another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.replies.evidence_plain import conjugated, forms, stem
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.spelled import fold

_VERB_ENDINGS = ("ar", "er", "ir")


@dataclass(frozen=True, slots=True)
class _Synonyms:
    groups: dict[str, tuple[str, ...]]  # of each stem
    light: frozenset[str]  # stems without weight
    kinds: dict[str, frozenset[str]]  # the groups that a kind of finding speaks of


@lru_cache(4)
def _synonyms(language: Language) -> _Synonyms:
    import yaml

    text = files("commercial_agent.replies").joinpath("data", "synonyms.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    stems = {
        name: frozenset(
            form for each in Language for word in words[each.value].split() for form in stems_of(word, each)
        )
        for name, words in data["same"].items()
    }
    groups: dict[str, list[str]] = {}
    for name, held in stems.items():
        for form in held:
            groups.setdefault(form, []).append(name)
    light = frozenset(form for word in data["light"][language.value].split() for form in stems_of(word, language))
    kinds = {kind: frozenset(names) for kind, names in data["kinds"].items()}
    return _Synonyms({form: tuple(names) for form, names in groups.items()}, light, kinds)


def stems_of(word: str, language: Language) -> set[str]:
    """The stems of all forms of a dictionary form."""
    own = {stem(word, language), stem(fold(word), language)}
    verb = language is not Language.EN and word[-2:] in _VERB_ENDINGS
    return own | conjugated(word, language) if verb else own


@lru_cache(20_000)
def concepts(word: str, language: Language) -> tuple[str, ...]:
    """What a word speaks of: its groups, else its own stem; nothing where it has no weight."""
    known = _synonyms(language)
    own = tuple(forms(word, language))
    for form in own:
        if form in known.groups:
            return known.groups[form]
    return () if any(form in known.light for form in own) else (own[0],)


@lru_cache(20_000)
def groups_of(word: str, language: Language) -> tuple[str, ...]:
    """The groups of the trade that a word belongs to."""
    known = _synonyms(language).groups
    return next((known[form] for form in forms(word, language) if form in known), ())


@dataclass(frozen=True, slots=True)
class Subject:
    """What a turn is about: the stems held, and all stems that say the same as one of them."""

    held: frozenset[str]  # of the findings' and the customer's words
    names: frozenset[str]  # of groups
    groups: dict[str, tuple[str, ...]]

    def __contains__(self, form: object) -> bool:
        return form in self.held or (isinstance(form, str) and not self.names.isdisjoint(self.groups.get(form, ())))

    def also(self, kinds: frozenset[str], language: Language) -> Subject:
        """With the groups that kinds of findings, by the names of their classes, speak of by themselves."""
        known = _synonyms(language)
        return Subject(self.held, self.names.union(*(known.kinds.get(kind, ()) for kind in kinds)), self.groups)


def subject_of(grounds: Grounds) -> Subject:
    """What the findings and the customer say."""
    known = _synonyms(grounds.language)
    held = frozenset(stem(word, grounds.language) for word in grounds.words)
    return Subject(held, frozenset(name for form in held for name in known.groups.get(form, ())), known.groups)
