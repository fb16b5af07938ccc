"""Fitting the judge of amounts from lines in which every amount says what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.language import Language
from commercial_agent.errors import InvalidInput
from commercial_agent.understanding.amount_clues import Clues
from commercial_agent.understanding.amount_model import MODEL, AmountModel, Linear
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.entity_evaluation import NOW

SOFTNESS = {"roles": 2.0, "bounds": 2.0}  # the C of the fits, chosen by cross-validation
LEAST_WEIGHT = 0.04  # a clue that moves nothing by more is left out
_MARK = re.compile(r"\[([a-z_%]+)(<=|>=|<>|=|~)([^\]]+)\]")
_BOUNDS = {"<=": "high", ">=": "low", "~": "about", "=": "none", "<>": "none"}
_ROLES = {"trade": "trade_in"}
JUDGED = frozenset({"price", "monthly", "down", "income", "debts", "extra", "balloon", "trade_in", "km", "other"})


@dataclass(frozen=True, slots=True)
class Mark:
    """An amount of a line and what it is for."""

    start: int
    end: int
    role: str
    op: str


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A message whose amounts are marked."""

    text: str
    language: Language
    marks: tuple[Mark, ...]


def load_marked(path: Path) -> tuple[MarkedLine, ...]:
    """The lines of a YAML file: by language, one a line, `no más de [price<=280 mil]`.

    Raises:
        InvalidInput: the file is not of that form.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        return tuple(
            _marked(line.strip(), Language(language))
            for language, block in content.items()
            for line in block.splitlines()
            if line.strip()
        )
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise InvalidInput(f"{path} is not a file of marked amounts: {error}") from error


def _marked(line: str, language: Language) -> MarkedLine:
    text, marks, at = "", [], 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        role = _ROLES.get(match.group(1), match.group(1))
        marks.append(Mark(len(text), len(text) + len(match.group(3)), role, match.group(2)))
        text += match.group(3)
        at = match.end()
    return MarkedLine(text + line[at:], language, tuple(marks))


@dataclass(slots=True)
class _Recorder:
    """Stands in for the judge, says what the marks say and keeps what it was asked."""

    line: MarkedLine | None = None
    roles: list[tuple[Clues, str]] = field(default_factory=list)
    bounds: list[tuple[Clues, str]] = field(default_factory=list)

    def _mark(self, clues: Clues) -> Mark | None:
        marks = self.line.marks if self.line is not None else ()
        return next((mark for mark in marks if mark.start - 2 <= clues.start < mark.end), None)

    def role(self, clues: Clues) -> tuple[str, float]:
        mark = self._mark(clues)
        role = mark.role if mark is not None and mark.role in JUDGED else "other"
        self.roles.append((clues, role))
        self.bounds.append((clues, _BOUNDS[mark.op] if mark is not None else "none"))
        return role, 1.0

    def bound(self, clues: Clues) -> tuple[str, float]:
        mark = self._mark(clues)
        return _BOUNDS[mark.op] if mark is not None else "none", 1.0


@dataclass(frozen=True, slots=True)
class Examples:
    """Clues with their labels, for both judgements."""

    roles: tuple[tuple[Clues, str], ...]
    bounds: tuple[tuple[Clues, str], ...]


def examples_of(lines: Sequence[MarkedLine], taxonomy: Taxonomy) -> Examples:
    """What the judge would be asked about these lines, and the right answers."""
    recorder = _Recorder()
    reader = EntityReader(taxonomy, arbiter=recorder)
    for recorder.line in lines:
        reader.read(recorder.line.text, recorder.line.language, NOW)
    return Examples(tuple(dict.fromkeys(recorder.roles)), tuple(dict.fromkeys(recorder.bounds)))


def fit_amounts(examples: Examples) -> AmountModel:
    """The model fitted to examples."""
    return AmountModel(_fit(examples.roles, SOFTNESS["roles"], evenly=True), _fit(examples.bounds, SOFTNESS["bounds"]))


def _fit(pairs: Sequence[tuple[Clues, str]], softness: float, *, evenly: bool = False) -> Linear:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = DictVectorizer(dtype=np.float32)
    rows = vectorizer.fit_transform([dict.fromkeys(clues.features, 1.0) for clues, _ in pairs])
    model: Any = LogisticRegression(C=softness, max_iter=400, class_weight="balanced" if evenly else None)
    model.fit(rows, [label for _, label in pairs])
    weights = {
        str(name): tuple(round(float(weight), 2) for weight in column)
        for name, column in zip(vectorizer.get_feature_names_out(), model.coef_.T, strict=True)
        if np.abs(column).max() >= LEAST_WEIGHT
    }
    return Linear(tuple(map(str, model.classes_)), tuple(round(float(b), 3) for b in model.intercept_), weights)


def train_amounts(folder: Path, out: Path) -> float:
    """Fit the judge on a folder of marked lines and write `amounts.json`.

    Returns:
        The share of the amounts of `heldout.yaml` whose role it tells.
    """
    taxonomy = Taxonomy.load()
    model = fit_amounts(examples_of(list(training_lines(folder)), taxonomy))
    (out / MODEL).write_text(model.to_json(), encoding="utf-8")
    return roles_right(model, load_marked(folder / "heldout.yaml"), taxonomy)


def roles_right(model: AmountModel, lines: Sequence[MarkedLine], taxonomy: Taxonomy) -> float:
    """The share of amounts whose role the model tells, among those it is asked about."""
    asked = examples_of(lines, taxonomy).roles
    return sum(model.role(clues)[0] == role for clues, role in asked) / len(asked)


def training_lines(folder: Path) -> Iterator[MarkedLine]:
    """The lines to learn from of a folder."""
    for path in sorted(folder.glob("lines.*.yaml")):
        yield from load_marked(path)
