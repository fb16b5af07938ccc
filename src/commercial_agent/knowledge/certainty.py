"""How sure it is that a passage answers a question."""

from __future__ import annotations

import math
from dataclasses import dataclass

THRESHOLD = 0.36  # below it the knowledge base does not know; where the tuning half gains most from both rates together


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells whether a passage answers."""

    strength: float  # its score as a part of the best possible
    telling: int  # words of the question that tell something: one alone proves little
    rival: float = 0.0  # the strength of the best question known to have no answer
    coverage: float = 0.0  # part of what the question tells that this passage speaks of
    margin: float = 0.0  # how far it is ahead of the next page
    listed: float = 0.0  # how much of the question one listed question says, long ones held back; near 1: the same
    likeness: float | None = None  # cosine of the embeddings, where there are any


def sureness(signs: Signs) -> float:
    """How likely a passage answers, 0 to 1.

    A logistic model, fitted on listed questions asked while left out (some misspelt, some of passages with few
    others, some with their whole passage gone), on listed questions without an answer, and on the tuning half of ours.
    """
    logit = -4.77 + 2.19 * signs.coverage + 2.48 * signs.strength + 2.91 * signs.margin
    logit += 1.34 * min(signs.telling, 4) / 4
    logit += 1.42 * max(0.0, signs.listed * signs.coverage - 0.7) - 1.62 * signs.listed
    logit -= 0.55 * signs.rival + 2.65 * max(0.0, signs.rival - 0.8 * signs.strength)
    if signs.likeness is not None:
        logit += 4.0 * (signs.likeness - 0.4)
    return 1 / (1 + math.exp(-logit))
