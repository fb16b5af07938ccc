"""Fitting the intent model from labelled lines, with figures of its quality from data it did not see."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.classifier import (
    REJECTED,
    TOP_CHANCE,
    TOP_MARGIN,
    Array,
    Parameters,
    TextModel,
    Weights,
    save_parameters,
    weigh,
)
from commercial_agent.understanding.features import CarNames, Features, block_weights, spellers
from commercial_agent.understanding.language_training import fit_language
from commercial_agent.understanding.spelling import pair_key
from commercial_agent.understanding.term_counts import LEAST_LINES, PRUNED, count_terms
from commercial_agent.understanding.training_data import Line, TrainingData

HELD = 1 / 2  # share of many lines kept from one more fit: enough to calibrate by
FOLDS_OF_FEW = 5  # with a handful of lines a label, each fold must leave most of them
STEPS = 6  # that `train` reports
MANY = 3_000  # lines from which rare terms are dropped and fewer steps are taken
MARGIN_STEPS = 4.0  # logits that one margin is worth before any are fitted
MAX_TERMS = 120_000  # kept by weight; the rest changes no choice
SHARPNESS = (2.0, 4.0, 8.0, 16.0, 32.0)  # tried by cross-validation
_REST = "~"  # all labels but those a model is of; sorts last
FALSE_REJECTS = 0.03  # share of our customers' lines that may be turned away as out of scope

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model and what was measured while fitting."""

    parameters: Parameters
    unsure_below: float
    out_of_scope_below: float
    cross_validated_accuracy: float


def fit(
    lines: Sequence[Line], car_names: Sequence[str] = (), *, trade: bool = True, progress: Progress | None = None
) -> Fitted:
    """Fit, calibrate by cross-validation, and find the thresholds.

    Args:
        lines: what to learn.
        car_names: names replaced by one slot.
        trade: whether the texts are about cars (see `Features`); off for texts of another business.
        progress: called with a few words as each step starts.

    Returns:
        The parameters and the figures of the cross-validation.
    """
    step = progress or (lambda _: None)
    step("terms")
    prepared = _Prepared(lines, car_names, trade)
    fits = _fitted(prepared.table, _held(len(lines)))
    step("final fit")
    whole, _ = next(fits)
    step("fits without some lines")
    unseen = [outcome for _, outcomes in fits for outcome in outcomes]
    sharpness = max(SHARPNESS, key=lambda steep: (sum(one.is_right(steep) for one in unseen), -steep))
    table = np.array([one.evidence(sharpness) for one in unseen])
    is_right = np.array([one.is_right(sharpness) for one in unseen])
    is_inside = np.array([one.label != REJECTED for one in unseen])
    step("calibration")
    right_curve = _fit_curve(table, is_right)
    scope_curve = _plain_scope(table.shape[1]) if is_inside.all() else _fit_curve(table, is_inside)
    parameters = replace(prepared.parameters(whole), right=right_curve, scope=scope_curve, sharpness=sharpness)
    return Fitted(
        parameters,
        unsure_below=_unsure_threshold(_chances(table, right_curve), is_right),
        out_of_scope_below=float(np.quantile(_chances(table, scope_curve)[is_inside], FALSE_REJECTS)),
        cross_validated_accuracy=float(is_right.mean()),
    )


def _held(lines: int) -> list[NDArray[np.intp]]:
    """The lines that each of the fits beside the whole one does without."""
    order = np.random.default_rng(7).permutation(lines)
    if lines > MANY:
        return [np.sort(order[: int(lines * HELD)])]
    return [np.flatnonzero(order % FOLDS_OF_FEW == fold) for fold in range(FOLDS_OF_FEW)]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the two models say of a line they did not see."""

    label: str
    labels: tuple[str, ...]
    margins: Array
    logits: Array
    known: float
    length: int

    def is_right(self, sharpness: float) -> bool:
        """Whether the label with most votes is the line's own."""
        return self.labels[int((sharpness * self.margins + self.logits).argmax())] == self.label

    def evidence(self, sharpness: float) -> Array:
        """What trust is made of."""
        rejected = self.labels.index(REJECTED) if REJECTED in self.labels else None
        return weigh(self.margins, self.logits, self.known, self.length, rejected, sharpness)[0]


@dataclass(frozen=True, slots=True)
class _Table:
    """How often each line has each term, by block; what a fit needs, and little to send to another process."""

    blocks: tuple[Any, ...]
    labels: tuple[str, ...]
    trade: bool


class _Prepared:
    """The terms of every line, found once: spelling uses the words of all lines, also in cross-validation."""

    def __init__(self, lines: Sequence[Line], car_names: Sequence[str], trade: bool) -> None:
        self.car_names = tuple(car_names)
        cars = CarNames(car_names) if car_names else None
        plain = Features(cars, None, trade=trade)
        seen: dict[Language, Counter[str]] = {}
        beside: Counter[int] = Counter()
        for line in lines:
            words = plain.words(line.text)
            seen.setdefault(line.language, Counter()).update(word for word in words if word.isalpha())
            beside.update(pair_key(left, right) for left, right in zip(("^", *words), (*words, "$"), strict=True))
        self.vocabulary = {language: dict(words) for language, words in seen.items()}
        self.pairs = np.array(sorted(pair for pair, times in beside.items() if times > 1), dtype=np.uint32)
        features = Features(cars, spellers(self.vocabulary, cars, frozenset(self.pairs.tolist())), trade=trade)
        counted = count_terms(features, lines, many=len(lines) > MANY)
        self.names = [block.names for block in counted]
        self.table = _Table(tuple(block.table for block in counted), tuple(line.label for line in lines), trade)

    def parameters(self, fit: _Fit) -> Parameters:
        """The fitted numbers with the terms they are of; of trust nothing is known yet."""
        return Parameters(
            labels=fit.labels,
            terms=tuple(tuple(map(str, names[kept])) for names, kept in zip(self.names, fit.terms, strict=True)),
            idf=fit.idf,
            margin=Weights.of(fit.margin),
            margin_bias=fit.margin_bias,
            logistic=Weights.of(fit.logistic),
            logistic_bias=fit.logistic_bias,
            right=np.zeros(1, dtype=np.float32),
            scope=np.zeros(1, dtype=np.float32),
            vocabulary=self.vocabulary,
            pairs=self.pairs,
            car_names=self.car_names,
            sharpness=1.0,
            trade=self.table.trade,
        )


def _fitted(table: _Table, held: Sequence[NDArray[np.intp]]) -> Iterator[tuple[_Fit, list[_Outcome]]]:
    """The fit to all lines, then one without each of the held parts, and what it says of that part."""
    from joblib import Parallel, delayed

    rows = np.arange(len(table.labels))
    workers = 2 if len(rows) > MANY else 1
    each = (delayed(_fit_without)(table, rows, part) for part in (rows[:0], *held))
    yield from Parallel(n_jobs=workers, return_as="generator", max_nbytes=None)(each)


def _fit_without(table: _Table, rows: NDArray[np.intp], held: NDArray[np.intp]) -> tuple[_Fit, list[_Outcome]]:
    fit = _Fit(table, np.setdiff1d(rows, held))
    return fit, fit.outcomes(table, held) if len(held) else []


class _Fit:
    """The two linear models over some of the lines, and the terms they judge by."""

    def __init__(self, table: _Table, rows: NDArray[np.intp]) -> None:
        from sklearn.linear_model import LogisticRegression

        many = len(table.labels) > MANY
        labels = [table.labels[row] for row in rows]
        self.terms, self.idf = _telling(table, rows, many)
        self.known = self.terms[0]
        weighed = self._weighed(table, rows)
        self.labels = tuple(sorted(set(labels)))
        self.margin, self.margin_bias = _margins(weighed, np.array(labels), self.labels, many=many)
        kept = _heaviest(np.abs(self.margin).max(axis=1) * self.idf)
        logistic: Any = LogisticRegression(C=30, max_iter=5 if many else 60, tol=1e-4, warm_start=many)
        if many:  # the margins are a near start: five steps from them do for a hundred from nothing
            logistic.classes_ = np.array(self.labels)
            logistic.coef_ = (self.margin.T[:, kept] * MARGIN_STEPS).astype(np.float32)
            logistic.intercept_ = (self.margin_bias * MARGIN_STEPS).astype(np.float32)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a few steps short of the optimum is near enough
            logistic.fit(weighed[:, kept].astype(np.float32 if many else np.float64), labels)
        self.logistic, self.logistic_bias = _weights(logistic)
        self._keep(kept)

    def outcomes(self, table: _Table, rows: NDArray[np.intp]) -> list[_Outcome]:
        """What the models say of lines they have not learned from."""
        weighed = self._weighed(table, rows)
        margins, logits = weighed @ self.margin + self.margin_bias, weighed @ self.logistic + self.logistic_bias
        words = table.blocks[0][rows]
        lengths = np.asarray(words.sum(axis=1)).ravel()
        shares = np.asarray(words[:, self.known].sum(axis=1)).ravel() / np.maximum(1, lengths)
        return [
            _Outcome(table.labels[row], self.labels, margins[place], logits[place], shares[place], int(lengths[place]))
            for place, row in enumerate(rows)
        ]

    def _weighed(self, table: _Table, rows: NDArray[np.intp]) -> Any:
        """The weighed terms of some lines, each block of length one times its weight."""
        from scipy.sparse import diags, hstack
        from sklearn.preprocessing import normalize

        blocks, first = [], 0
        for weight, counts, kept in zip(block_weights(table.trade), table.blocks, self.terms, strict=True):
            block = counts[rows][:, kept]
            block.data = 1 + np.log(block.data)
            block = normalize(block @ diags(self.idf[first : first + len(kept)]), copy=False)
            blocks.append(weight * block)
            first += len(kept)
        return hstack(blocks).tocsr()

    def _keep(self, kept: NDArray[np.intp]) -> None:
        """Leave out the terms that hardly count."""
        ends = np.cumsum([0, *(len(terms) for terms in self.terms)])
        self.terms = [
            terms[kept[(kept >= first) & (kept < last)] - first]
            for terms, first, last in zip(self.terms, ends, ends[1:], strict=False)
        ]
        self.idf, self.margin = self.idf[kept], self.margin[kept]


def _telling(table: _Table, rows: NDArray[np.intp], many: bool) -> tuple[list[NDArray[np.intp]], Array]:
    """The terms by block that these lines have, but for the rare ones, and how rare each is."""
    found, rarity = [], []
    for number, counts in enumerate(table.blocks):
        times = counts[rows].getnnz(axis=0)
        kept = np.flatnonzero(times >= (LEAST_LINES if many and number in PRUNED else 1))
        found.append(kept)
        rarity.append(np.log((1 + len(rows)) / (1 + times[kept])) + 1)
    return found, np.concatenate(rarity).astype(np.float32)


def _weights(model: Any) -> tuple[Array, Array]:
    """Terms by labels, and the constants; a model of two labels keeps one column, the second is its mirror."""
    slopes, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if slopes.shape[1] == 1:
        return np.hstack([-slopes, slopes]), np.concatenate([-bias, bias])
    return slopes, bias


def _margins(weighed: Any, truth: NDArray[Any], labels: Sequence[str], *, many: bool) -> tuple[Array, Array]:
    """The linear model of margins: each label against all the others, half of the labels in either thread."""
    from joblib import Parallel, delayed
    from sklearn.svm import LinearSVC

    def of(group: Sequence[str]) -> tuple[Array, Array]:
        rest = {label: _REST for label in labels if label not in group}
        model: Any = LinearSVC(C=1.0, tol=1e-2 if many else 1e-3, random_state=7)
        model.fit(weighed, truth if not rest else [rest.get(label, label) for label in truth])
        slopes, bias = _weights(model)
        return slopes[:, : len(group)], bias[: len(group)]

    if not many:
        return of(labels)
    groups = labels[: len(labels) // 2], labels[len(labels) // 2 :]
    found = Parallel(n_jobs=len(groups), prefer="threads")(delayed(of)(group) for group in groups)
    slopes, biases = zip(*found, strict=True)
    return np.hstack(slopes), np.concatenate(biases)


def _heaviest(weights: Array) -> NDArray[np.intp]:
    if len(weights) <= MAX_TERMS:
        return np.arange(len(weights))
    return np.sort(np.argsort(-weights)[:MAX_TERMS])


def _fit_curve(evidence: Array, truth: NDArray[np.bool_]) -> Array:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    if truth.all() or not truth.any():  # nothing to tell apart
        return np.append(np.zeros(evidence.shape[1]), 4.0 if truth.all() else -4.0).astype(np.float32)
    scaler: Any = StandardScaler().fit(evidence)
    curve: Any = LogisticRegression(C=1.0, max_iter=1000).fit(scaler.transform(evidence), truth)
    slopes = curve.coef_[0] / scaler.scale_
    return np.append(slopes, curve.intercept_[0] - slopes @ scaler.mean_).astype(np.float32)


def _plain_scope(size: int) -> Array:
    """Without lines from outside: how well the best label fits, by both models."""
    curve = np.zeros(size + 1, dtype=np.float32)
    curve[TOP_MARGIN] = curve[TOP_CHANCE] = 4.0
    return curve


def _chances(evidence: Array, curve: Array) -> Array:
    chances: Array = 1 / (1 + np.exp(-(evidence @ curve[:-1] + curve[-1])))
    return chances


def _unsure_threshold(chances: Array, right: NDArray[np.bool_]) -> float:
    """Below it a guess is mostly wrong, on lines that models of two thirds of the data did not see."""
    for threshold in np.arange(0.2, 0.7, 0.01):
        near = np.abs(chances - threshold) < 0.08
        if near.sum() >= 10 and right[near].mean() >= 0.4:
            return round(float(threshold), 3)
    return 0.45


def car_names(taxonomy: Taxonomy) -> tuple[str, ...]:
    """Every way to name a car that the classifier replaces by a slot."""
    names = {name for make, aliases in taxonomy.makes.items() for name in (make, *aliases)}
    for model in taxonomy.models.values():
        names.add(f"{model.make} {model.name}" if model.needs_make else model.name)
        names.update(model.aliases)
    return tuple(sorted(names))


def train(data: TrainingData, names: Sequence[str], folder: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Fit everything, write the weights and the model card into a folder.

    Args:
        data: the utterances.
        names: of cars (see `car_names`).
        folder: where `intents.npz`, `intents.json` and `language.npz` go.
        progress: called with a few words as each step starts.

    Returns:
        The model card.
    """
    step = progress or (lambda _: None)
    step("language")
    folder.mkdir(parents=True, exist_ok=True)
    fit_language(data.train, folder / "language.npz")
    fitted = fit(data.train, names, progress=step)
    step("held-out lines")
    model = TextModel(fitted.parameters)
    truth = [line.label for line in data.heldout]
    chosen = [model.labels[model.read(line.text, line.language).order[0]] for line in data.heldout]
    card = {
        "data_sha256": data.digest,
        "train_lines": len(data.train),
        "heldout_lines": len(data.heldout),
        "labels": len(model.labels),
        "terms": [len(block) for block in fitted.parameters.terms],
        "thresholds": {
            "unsure_below": round(fitted.unsure_below, 4),
            "out_of_scope_below": round(fitted.out_of_scope_below, 4),
        },
        "scores": {
            "cross_validated_accuracy": round(fitted.cross_validated_accuracy, 4),
            "heldout_accuracy": round(accuracy(truth, chosen), 4),
            "heldout_macro_f1": round(macro_f1(truth, chosen), 4),
        },
    }
    save_parameters(fitted.parameters, card, folder)
    return card


def accuracy(truth: Sequence[str], chosen: Sequence[str]) -> float:
    """Share of right choices, 0 to 1."""
    return sum(one == other for one, other in zip(truth, chosen, strict=True)) / max(1, len(truth))


def macro_f1(truth: Sequence[str], chosen: Sequence[str]) -> float:
    """The mean over the true labels of the harmonic mean of precision and recall, 0 to 1."""
    scores = []
    for label in sorted(set(truth)):
        hits = sum(one == other == label for one, other in zip(truth, chosen, strict=True))
        scores.append(2 * hits / (truth.count(label) + list(chosen).count(label)))
    return sum(scores) / max(1, len(scores))
