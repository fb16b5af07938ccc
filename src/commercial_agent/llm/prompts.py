"""Prompts as versioned files: an id, a version, a purpose, a ceiling. The customer's words come in as data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "prompts"
_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_FIELD = re.compile(r"\{\{ *(\w+) *\}\}")
_SHINGLE = 9  # words in a row that nobody writes by chance


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file."""

    id: str
    version: int
    purpose: str
    ceiling: int  # characters, rendered
    text: str

    @property
    def fields(self) -> frozenset[str]:
        """The names it wants values for."""
        return frozenset(_FIELD.findall(self.text))

    def render(self, **values: str) -> str:
        """The text with its fields filled.

        Raises:
            ValueError: a field has no value, a value has no field, or the result is longer than the ceiling.
        """
        if self.fields != set(values):
            raise ValueError(f"{self.id} takes {sorted(self.fields)}, not {sorted(values)}")
        text = _FIELD.sub(lambda found: values[found[1]], self.text)
        if len(text) > self.ceiling:
            raise ValueError(f"{self.id} is {len(text)} characters, more than {self.ceiling}")
        return text


@lru_cache
def load_prompt(name: str) -> Prompt:
    """The prompt of a file.

    Raises:
        ValueError: the file has no front matter.
    """
    found = _FRONT.match((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"the prompt {name} has no front matter")
    head = yaml.safe_load(found[1])
    return Prompt(name, int(head["version"]), str(head["purpose"]), int(head["ceiling"]), found[2].strip())


@dataclass(frozen=True, slots=True)
class SystemPrompt:
    """The system message of a call: some prompts in a row, the same for every customer, so that providers cache it."""

    task: str  # understand, phrase
    name: str  # `understand:intents@1+catalogue@2#1f2e3d4c`, for traces and caches
    text: str
    canary: str

    def leaked_in(self, answer: str) -> bool:
        """Whether an answer shows the canary or a piece of the prompt word for word."""
        if self.canary in answer:
            return True
        words = _words(answer)
        shown = {tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}
        return not shown.isdisjoint(_shingles(self.text))


def compose(task: str, parts: tuple[str, ...], canary: str, **values: str) -> SystemPrompt:
    """A system prompt from its files.

    Args:
        task: what the call does.
        parts: names of the files, in order.
        canary: a mark that no answer may carry; the last file has a field for it.
        values: of the other fields.

    Raises:
        ValueError: a field without a value, or a part beyond its ceiling.
    """
    known = {**values, "canary": canary}
    prompts = [load_prompt(part) for part in parts]
    text = "\n\n".join(prompt.render(**{name: known[name] for name in prompt.fields}) for prompt in prompts)
    versions = "+".join(f"{prompt.id}@{prompt.version}" for prompt in prompts)
    return SystemPrompt(task, f"{task}:{versions}#{sha256(text.encode()).hexdigest()[:8]}", text, canary)


@lru_cache(16)
def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = _words(text)
    return frozenset(tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def as_data(value: object) -> str:
    """A value as JSON that cannot end the block it stands in: data to read, not instructions to follow."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("<", "\\u003c")
