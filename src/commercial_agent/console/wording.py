"""The words of the web chat, read once."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(1)
def wording() -> dict[str, dict[str, Any]]:
    """Every text of the page, by section."""
    return tomllib.loads(files("commercial_agent.console").joinpath("wording.toml").read_text("utf-8"))


def word(name: str) -> str:
    """A text of the page itself."""
    return str(wording()["page"][name])
