"""Fitting what tells an aside from a wish: "salgo tarde de la chamba" from "¿me reciben a las nueve?".

People wrap a wish in reasons, feelings and courtesy. Whatever intent the words of such a part resemble, it asks
nothing. The judge is one more column over the terms of the intent model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.classifier import Array, Aside, TextModel, Weights, load_parameters, save_aside
from commercial_agent.understanding.training_data import Line, TrainingData, read_strings

SOFTNESS = 20.0  # the C of the fit, chosen by cross-validation
MANY_WISHES = 5_000  # lines of the intents that stand for wishes of every kind
FALSE_ASIDES = 0.02  # share of those that may be taken for asides
_FOLDS = 2
_TALK = frozenset({
    Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.ABUSE, Intent.OUT_OF_SCOPE, Intent.COMPLAINT, Intent.RATE,
    Intent.DENY, Intent.AFFIRM, Intent.SOURCE, Intent.HELP,
})  # fmt: skip
"""Told as asides are: nothing is learned from their lines."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message."""

    text: str
    language: Language
    aside: bool


def load_parts(folder: Path) -> tuple[tuple[Part, ...], str]:
    """The parts of a folder of YAML files (`language`, `asides`, `wishes`: one a line), and their hash."""
    parts: list[Part] = []
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw)
        content = read_strings(raw)
        for section, aside in (("asides", True), ("wishes", False)):
            texts = (text.strip() for text in content[section].splitlines())
            parts += (Part(text, Language(content["language"]), aside) for text in texts if text)
    return tuple(parts), digest.hexdigest()


def train_asides(folder: Path, data: TrainingData, models: Path) -> dict[str, float]:
    """Fit over the terms of the intent model in a folder, and write `asides.npz` beside it.

    Args:
        folder: of the parts (see `load_parts`).
        data: the lines of the intents: wishes of every kind.
        models: where `intents.npz` is, of those lines.

    Returns:
        What cross-validation says: shares of asides found, and of wishes (parts, lines of intents) taken for asides.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    parts, digest = load_parts(folder)
    parameters, card = load_parameters(models)
    wishes = _some([line for line in data.train if Intent(line.label) not in _TALK])
    items = [*parts, *(Part(line.text, line.language, aside=False) for line in wishes)]
    model = TextModel(parameters)
    found = [model.terms(item.text, item.language) for item in items]
    ends = np.cumsum([0, *(len(terms.rows) for terms in found)])
    table = csr_matrix(
        (np.concatenate([terms.values for terms in found]), np.concatenate([terms.rows for terms in found]), ends),
        shape=(len(items), len(parameters.idf)),
    )
    truth = np.array([item.aside for item in items])
    judge: Any = LogisticRegression(C=SOFTNESS, solver="liblinear", tol=0.01, dual=True, random_state=7)
    chances = cross_val_predict(judge, table, truth, cv=_FOLDS, method="predict_proba")[:, 1]
    told = np.arange(len(items)) < len(parts)
    above = float(np.quantile(chances[~told], 1 - FALSE_ASIDES))
    judge.fit(table, truth)
    weights: Array = judge.coef_.T.astype(np.float32)
    aside = Aside(Weights.of(weights), float(judge.intercept_[0]), round(above, 4))
    save_aside(aside, hashlib.sha256(f"{digest} {card['data_sha256']}".encode()).hexdigest(), models)
    return {
        "asides_found": float((chances[truth] >= above).mean()),
        "wishes_taken_for_asides": float((chances[told & ~truth] >= above).mean()),
    }


def _some(lines: Sequence[Line]) -> Sequence[Line]:
    step = max(1, len(lines) // MANY_WISHES)
    return lines[::step]
