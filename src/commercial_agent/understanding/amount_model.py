"""The fitted judge of what amounts are for: a weight for every clue and role, added up."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from commercial_agent.understanding.amount_clues import Clues

MODEL = "amounts.json"


@dataclass(frozen=True, slots=True)
class Linear:
    """A multinomial logistic model over named clues."""

    labels: tuple[str, ...]
    base: tuple[float, ...]
    weights: Mapping[str, Sequence[float]]

    def best(self, features: Sequence[str]) -> tuple[str, float]:
        """The likeliest label and its probability."""
        totals = list(self.base)
        for feature in features:
            row = self.weights.get(feature)
            if row is not None:
                totals = [total + weight for total, weight in zip(totals, row, strict=True)]
        top = max(totals)
        likeliest = totals.index(top)
        return self.labels[likeliest], 1 / sum(math.exp(total - top) for total in totals)


@dataclass(frozen=True, slots=True)
class AmountModel:
    """Judges amounts (see `amount_clues.Arbiter`)."""

    roles: Linear
    bounds: Linear

    def role(self, clues: Clues) -> tuple[str, float]:
        """What an amount is for, and how likely that is."""
        return self.roles.best(clues.features)

    def bound(self, clues: Clues) -> tuple[str, float]:
        """Whether it is the most, the least, an estimate or said as it is; and how likely that is."""
        return self.bounds.best(clues.features)

    def to_json(self) -> str:
        """As text."""
        parts = {"roles": self.roles, "bounds": self.bounds}
        lines = [f'"{name}":{_linear_json(part)}' for name, part in parts.items()]
        return "{" + ",\n".join(lines) + "}\n"

    @classmethod
    def from_json(cls, text: str) -> AmountModel:
        """From that text."""
        data = json.loads(text)
        return cls(_linear(data["roles"]), _linear(data["bounds"]))


def _linear(data: dict[str, object]) -> Linear:
    labels, base, weights = data["labels"], data["base"], data["weights"]
    assert isinstance(labels, list)
    assert isinstance(base, list)
    assert isinstance(weights, dict)
    return Linear(tuple(labels), tuple(base), {name: tuple(row) for name, row in weights.items()})


def _linear_json(part: Linear) -> str:
    rows = ",\n".join(f"{json.dumps(name)}:{_numbers(row)}" for name, row in sorted(part.weights.items()))
    return f'{{"labels":{json.dumps(part.labels)},"base":{_numbers(part.base)},"weights":{{\n{rows}}}}}'


def _numbers(values: Sequence[float]) -> str:
    return "[" + ",".join(f"{value:g}" for value in values) + "]"


@lru_cache(1)
def amount_model() -> AmountModel:
    """The model that comes with the package, read once."""
    text = resources.files(__package__).joinpath(f"model/{MODEL}").read_text(encoding="utf-8")
    return AmountModel.from_json(text)
