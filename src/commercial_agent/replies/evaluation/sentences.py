"""Sentences that make a true reply false, or leave it true: from a file, written apart from the check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any

from commercial_agent.conversation.language import Language


@dataclass(frozen=True, slots=True)
class Varied:
    """A reply with one sentence more."""

    name: str  # of the kind of sentence
    text: str
    customer: str = ""  # what he wrote, where it matters


_DONE = re.compile(r"status='(?:booked|changed|made)'")


@lru_cache(1)
def _file() -> dict[str, Any]:
    import yaml

    folder = files("commercial_agent.replies.evaluation")
    data: dict[str, Any] = yaml.safe_load(folder.joinpath("data", "sentences.yaml").read_text("utf-8"))
    return data


def made_false(reply: str, language: Language, random: Random, truth: str, count: int = 3) -> Iterator[Varied]:
    """The reply with a false sentence: some kinds, and one that agrees with what the customer claims.

    Args:
        reply: true.
        language: of it.
        random: chooses.
        truth: everything the findings say: a figure that stands there would not be false.
        count: how many kinds.
    """
    data = _file()
    for kind in random.sample(sorted(data["false"]), count):
        sentence = random.choice(data["false"][kind][language.value])
        if kind == "done" and _DONE.search(truth):
            continue  # something was
        if _is_false(sentence, truth):
            yield Varied(kind, _put(reply, sentence, random))
    customer, agreed = random.choice(data["dictated"][language.value])
    if _is_false(agreed, truth):
        yield Varied("dictated", _put(reply, agreed, random), customer)


def left_true(reply: str, language: Language, random: Random) -> Iterator[Varied]:
    """The reply with a sentence that claims nothing: one of each kind, and one that repeats the customer's own."""
    data = _file()
    for kind in data["true"]:
        yield Varied(kind, _put(reply, random.choice(data["true"][kind][language.value]), random, kind == "bridge"))
    customer, echo = random.choice(data["echoed"][language.value])
    yield Varied("echoed", _put(reply, echo, random), customer)


def _is_false(sentence: str, truth: str) -> bool:
    """Whether no figure of a sentence stands in the findings by chance."""
    return not any(
        re.search(rf"(?<!\d){re.escape(number)}(?!\d)", truth)
        for number in re.findall(r"\d+(?:\.\d+)?", sentence.replace(",", ""))
    )


def _put(reply: str, sentence: str, random: Random, first: bool = False) -> str:
    """A sentence as a paragraph of its own, or behind one; never after the question."""
    blocks = reply.split("\n\n")
    last = len(blocks) - 1 if blocks[-1].endswith("?") else len(blocks)
    place = 0 if first else random.randrange(last + 1)
    if place and "\n" not in blocks[place - 1] and blocks[place - 1].endswith((".", "!")) and random.random() < 0.5:
        blocks[place - 1] += f" {sentence}"
        return "\n\n".join(blocks)
    return "\n\n".join((*blocks[:place], sentence, *blocks[place:]))
