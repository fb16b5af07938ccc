"""The labelled lines that the intent model learns from, and those kept apart to measure it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language

UNSEEN = "heldout"  # the folder of lines that nothing was chosen by
IDIOM = "heldout_idiom"  # the folder of those that are hard on purpose


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled utterance."""

    text: str
    label: str
    language: Language


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Lines to learn from and lines to measure with, and the hash of all that the weights come from."""

    train: tuple[Line, ...]
    heldout: tuple[Line, ...]
    idiom: tuple[Line, ...]  # held-out lines that are hard on purpose
    digest: str
    mixed: tuple[tuple[str, Language, tuple[str, ...]], ...] = field(default=())  # several intents in one message


def load_training_data(folder: Path) -> TrainingData:
    """The utterances of a folder of YAML files, and those kept apart in the folders `heldout` and
    `heldout_idiom` beside it.

    A file says its `language` and has a `train` or `heldout` section, which maps an intent to one utterance a line.
    `several` lists messages with more than one intent (`text`, `intents`). The digest is of what is learned from.
    """
    train: list[Line] = []
    mixed: list[tuple[str, Language, tuple[str, ...]]] = []
    digest = hashlib.sha256()
    for name in ("concepts", "senses"):
        lexicon = resources.files("commercial_agent.understanding").joinpath("data", f"{name}.yaml")
        digest.update(lexicon.read_bytes())
    for path in sorted(folder.glob("*.yaml")):
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw)
        content = read_strings(raw)
        language = Language(content["language"])
        train.extend(_lines(content.get("train") or {}, language))
        for message in content.get("several") or ():
            intents = tuple(Intent(label).value for label in message["intents"])
            mixed.append((message["text"], language, intents))
    heldout, idiom = _apart(folder.with_name(UNSEEN)), _apart(folder.with_name(IDIOM))
    return TrainingData(tuple(train), heldout, idiom, digest.hexdigest(), tuple(mixed))


def read_strings(raw: bytes) -> Any:
    """What a YAML file holds, every value a string: "no" stays "no"."""
    return yaml.load(raw.decode("utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def _apart(folder: Path) -> tuple[Line, ...]:
    found: list[Line] = []
    for path in sorted(folder.glob("*.yaml")):
        content = read_strings(path.read_bytes())
        found.extend(_lines(content["heldout"], Language(content["language"])))
    return tuple(found)


def _lines(section: dict[str, str], language: Language) -> Iterator[Line]:
    for label, block in section.items():
        intent = Intent(label)
        for text in block.splitlines():
            if text.strip():
                yield Line(text.strip(), intent.value, language)
