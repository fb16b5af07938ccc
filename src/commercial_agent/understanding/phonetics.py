"""How a word sounds to a Mexican ear, as a key: words that sound alike share it."""

from __future__ import annotations

import re
from functools import lru_cache

_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"[^a-z0-9]", ""),
        (r"sch|sh", "s"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"(?<!c)h", ""),
        (r"ck|qu(?=[eiy])|q", "k"),
        (r"c(?=[eiy])|z|ç", "s"),
        (r"ch", "#"),
        (r"c", "k"),
        (r"x$|ks|cs", "ks"),
        (r"v", "b"),
        (r"w", "u"),
        (r"gu(?=[ei])", "g"),
        (r"g(?=[ei])|ll|y(?=[aeiou])", "j"),
        (r"y", "i"),
        (r"m(?=[bp])", "n"),
        (r"(\D)\1+", r"\1"),
    )
)


@lru_cache(20_000)
def sound(word: str) -> str:
    """The phonetic key of a folded word: `jetta`, `yeta` and `getta` share one, so do `civic` and `sivik`."""
    for pattern, to in _STEPS:
        word = pattern.sub(to, word)
    return word
