from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
import yaml

from commercial_agent.understanding.scan import expand

MOST_OF_ONE = 25_000  # phrases that one pattern may make
MOST_OF_ALL = 300_000  # that all make together: they are held in memory, and made at the first message


def patterns(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from patterns(item)
    elif isinstance(value, list):
        for item in value:
            yield from patterns(item)


def test_a_choice_gives_every_option() -> None:
    assert list(expand("automatic(o|a)")) == ["automatico", "automatica"]


def test_an_empty_option_leaves_the_choice_out() -> None:
    assert list(expand("(muy |)barato")) == ["muy barato", "barato"]


def test_a_choice_within_a_choice_gives_each_phrase_once() -> None:
    assert list(expand("(ver(lo|la)|ir) ya")) == ["verlo ya", "verla ya", "ir ya"]


@pytest.mark.parametrize("pattern", ["(a|b", "a|b)", "(a|(b)"])
def test_a_parenthesis_without_its_partner_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="unbalanced"):
        list(expand(pattern))


def test_the_vocabulary_stays_small() -> None:
    sizes: dict[str, int] = {}
    for file in resources.files("commercial_agent.understanding").joinpath("data").iterdir():
        for pattern in patterns(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)):
            if len(pattern) > 1:  # parentheses alone are signs
                sizes[pattern] = sum(1 for _ in expand(pattern))
    assert max(sizes.values()) < MOST_OF_ONE, max(sizes, key=sizes.__getitem__)
    assert sum(sizes.values()) < MOST_OF_ALL
