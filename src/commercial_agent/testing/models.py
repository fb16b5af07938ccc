"""Models as they may be: one that does as told, one that babbles. Responders for `OpenAIDouble`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from commercial_agent.testing.openai import Answer, Call, says

_BLOCK = "<{0}>\n(.*?)\n</{0}>"
_BABBLE = "abcdefghijklmnopqrstuvwxyzáéíóúñü0123456789 \n{}[]\":,.$%¿?!<>/\\'"


def block(call: Call, name: str) -> Any:
    """The data of a block in the last human message of a prompt that has it."""
    pattern = re.compile(_BLOCK.format(name), re.DOTALL)
    for role, text in call.messages:
        if role == "user" and (found := pattern.search(text)):
            return json.loads(found[1])
    return None


def phrases(call: Call) -> bool:
    """Whether a call asks for a reply in words; otherwise it asks for a reading."""
    return block(call, "draft") is not None


class Obedient:
    """Reads what it was taught and sends drafts back as they are."""

    def __init__(
        self,
        readings: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        rewrite: Callable[[str, Call], str] = lambda draft, call: draft,
    ) -> None:
        """Make it.

        Args:
            readings: the reading of each message.
            rewrite: what it makes of a draft.
        """
        self.readings = dict(readings or {})
        self._rewrite = rewrite

    def __call__(self, call: Call) -> Answer:
        """The answer to a call."""
        if phrases(call):
            return says(self._rewrite(str(block(call, "draft")), call))
        message = str(block(call, "customer_message"))
        return says(self.readings.get(message, {"language": "es", "wishes": []}))


class Babbler:
    """Random text, always."""

    def __init__(self, seed: int = 1) -> None:
        """Begin at a seed."""
        self._random = Random(seed)

    def __call__(self, call: Call) -> Answer:
        """The answer to a call."""
        return says("".join(self._random.choices(_BABBLE, k=self._random.randrange(0, 400))))
