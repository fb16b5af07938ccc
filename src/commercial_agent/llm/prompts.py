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


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file."""

    id: str
    version: int
    purpose: str
    ceiling: int  # characters, rendered
    text: str

    @property
    def name(self) -> str:
        """`understand@3#1f2e3d4c`, for traces and caches."""
        return f"{self.id}@{self.version}#{sha256(self.text.encode()).hexdigest()[:8]}"

    def render(self, **values: str) -> str:
        """The text with its fields filled.

        Raises:
            ValueError: a field has no value, a value has no field, or the result is longer than the ceiling.
        """
        fields = set(_FIELD.findall(self.text))
        if fields != set(values):
            raise ValueError(f"{self.id} takes {sorted(fields)}, not {sorted(values)}")
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


def as_data(value: object) -> str:
    """A value as JSON that cannot end the block it stands in: data to read, not instructions to follow."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("<", "\\u003c")
