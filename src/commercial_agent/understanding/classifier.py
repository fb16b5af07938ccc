"""The intent model at work: a sparse dot product over fitted weights, and how far its choice can be trusted.

Two linear models vote: a margin model, which chooses well, and a logistic one, which knows better when it does not
know. What they say together is turned by two small fitted curves into "the choice is right" and "the message is about
our business".
Scikit-learn fits the numbers (`training`); serving needs numpy alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.understanding import IntentScore
from commercial_agent.understanding.features import CarNames, Features, block_weights, counts, spellers

Array = NDArray[np.float32]

MODEL_FOLDER = Path(__file__).with_name("model")
REJECTED = "concierge.out_of_scope"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model thinks of a text."""

    order: tuple[int, ...]  # label numbers, best first
    votes: Array  # per label, sums to 1
    right: float  # 0 to 1: the first of `order` is what is meant
    in_scope: float  # 0 to 1: the text is about what the labels cover
    aside: bool  # the text only tells circumstances and asks for nothing


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted weights, terms by labels, as whole numbers of 8 bits with one scale for each label."""

    whole: NDArray[np.int8]
    scale: Array

    @staticmethod
    def of(weights: Array) -> Weights:
        """The nearest such weights."""
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
        return Weights(np.rint(weights / scale).astype(np.int8), scale.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Terms:
    """The known terms of a text."""

    rows: NDArray[np.intp]  # their numbers in the model
    values: Array  # how much each says here
    known: float  # share of the words that the model knows, 0 to 1
    length: int  # words


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that was fitted."""

    labels: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]  # by block
    idf: Array  # of the terms of all blocks, in order
    margin: Weights
    margin_bias: Array
    logistic: Weights
    logistic_bias: Array
    right: Array  # curve over the evidence, its constant last
    scope: Array
    vocabulary: dict[Language, dict[str, int]]  # words seen and how often
    pairs: NDArray[np.uint32]  # words seen beside each other (`spelling.pair_key`)
    car_names: tuple[str, ...]
    sharpness: float  # how much the margins weigh beside the logistic model
    trade: bool  # texts about cars: slots and concepts


@dataclass(frozen=True, slots=True)
class Aside:
    """Fitted weights over the terms of `Parameters`: does a part of a message only tell circumstances?"""

    weights: Weights  # of one label
    bias: float
    above: float  # the chance from which it is taken for one


class TextModel:
    """A fitted classifier of short texts."""

    def __init__(self, parameters: Parameters, extra_car_names: Sequence[str] = (), aside: Aside | None = None) -> None:
        self.parameters = parameters
        self.labels = parameters.labels
        names = (*parameters.car_names, *extra_car_names)
        cars = CarNames(names) if names else None
        pairs = frozenset(parameters.pairs.tolist())
        self.features = Features(cars, spellers(parameters.vocabulary, cars, pairs), trade=parameters.trade)
        self._index: list[dict[str, int]] = []
        first = 0
        for block in parameters.terms:
            self._index.append({term: first + number for number, term in enumerate(block)})
            first += len(block)
        self._aside = aside
        columns = [parameters.margin, parameters.logistic, *([aside.weights] if aside else [])]
        self._weights = np.hstack([column.whole for column in columns])
        self._scale = np.concatenate([column.scale for column in columns])
        constants = (parameters.margin_bias, parameters.logistic_bias, [aside.bias] if aside else [])
        self._bias = np.concatenate(constants, dtype=np.float32)
        self._rejected = self.labels.index(REJECTED) if REJECTED in self.labels else None

    def read(self, text: str, language: Language) -> Reading:
        """Judge a text."""
        terms = self.terms(text, language)
        products = terms.values @ self._weights[terms.rows].astype(np.float32)
        outputs: Array = (self._bias + self._scale * products).astype(np.float32, copy=False)
        count = len(self.labels)
        margins, logits = outputs[:count], outputs[count : 2 * count]
        parameters = self.parameters
        evidence, votes = weigh(margins, logits, terms.known, terms.length, self._rejected, parameters.sharpness)
        order = tuple(int(number) for number in np.argsort(-votes))
        aside = self._aside is not None and _chance(outputs[-1]) >= self._aside.above
        return Reading(order, votes, _curve(evidence, parameters.right), _curve(evidence, parameters.scope), aside)

    def terms(self, text: str, language: Language) -> Terms:
        """The known terms of a text and what each weighs, those of a block together of its weight."""
        blocks = self.features.terms(text, language)
        rows, values = [], []
        for weight, block, index in zip(block_weights(self.parameters.trade), blocks, self._index, strict=True):
            found = counts(block, index)
            if found:
                numbers = np.fromiter(found.keys(), dtype=np.intp, count=len(found))
                times = np.fromiter(found.values(), dtype=np.float32, count=len(found))
                times = (1 + np.log(times)) * self.parameters.idf[numbers]
                rows.append(numbers)
                values.append(times * (weight / np.sqrt(times @ times)))
        length = len(blocks[0])
        known = sum(1 for term in blocks[0] if term in self._index[0]) / max(1, length)
        none = np.zeros(0, dtype=np.float32)
        return Terms(
            np.concatenate([np.zeros(0, dtype=np.intp), *rows]), np.concatenate([none, *values]), known, length
        )


def weigh(
    margins: Array, logits: Array, known: float, length: int, rejected: int | None, sharpness: float
) -> tuple[Array, Array]:
    """The evidence of trust, and the votes per label."""
    log_votes = sharpness * margins + logits
    log_votes -= _log_sum(log_votes)
    top = np.sort(margins)[::-1]
    chances = np.sort(logits - _log_sum(logits))[::-1]
    second = 1 if len(top) > 1 else 0
    inside_margins, inside_logits = margins, logits
    if rejected is not None:
        inside_margins, inside_logits = np.delete(margins, rejected), np.delete(logits, rejected)
    evidence = [
        top[0],
        top[0] - top[second],
        chances[0],
        chances[0] - chances[second],
        float(np.exp(chances[0])),
        inside_margins.max(),
        inside_logits.max(),
        0.0 if rejected is None else margins[rejected],
        0.0 if rejected is None else logits[rejected] - _log_sum(logits),
        known,
        float(np.log1p(length)),
    ]
    return np.array(evidence, dtype=np.float32), np.exp(log_votes).astype(np.float32)


TOP_MARGIN, TOP_CHANCE = 0, 4  # places in the evidence that tell best whether any label fits


def _log_sum(values: Array) -> float:
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum()))


def _curve(evidence: Array, curve: Array) -> float:
    return _chance(evidence @ curve[:-1] + curve[-1])


def _chance(logit: float) -> float:
    return float(1 / (1 + np.exp(-float(logit))))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the classifier thinks of a part of a message."""

    scores: tuple[IntentScore, ...]  # best first, with calibrated confidence
    in_scope: float  # the chance that it is about our business at all
    aside: bool  # it only tells circumstances


class IntentClassifier:
    """Says which intents a text may have."""

    def __init__(self, model: TextModel, card: dict[str, Any]) -> None:
        self.model = model
        self.card = card
        self._intents = tuple(Intent(label) for label in model.labels)
        self.unsure_below: float = card["thresholds"]["unsure_below"]
        self.out_of_scope_below: float = card["thresholds"]["out_of_scope_below"]

    @classmethod
    def load(cls, folder: Path | None = None, extra_car_names: Sequence[str] = ()) -> IntentClassifier:
        """The classifier from its fitted weights.

        Args:
            folder: where `intents.npz` and `intents.json` are; the ones that come with the package when None.
            extra_car_names: names of the loaded catalogue that the weights do not know.
        """
        parameters, card = load_parameters(folder or MODEL_FOLDER)
        return cls(TextModel(parameters, extra_car_names, load_aside(folder or MODEL_FOLDER)), card)

    def classify(self, text: str, language: Language) -> tuple[IntentScore, ...]:
        """The intents a text may have, best first, with calibrated confidence."""
        return self.judge(text, language).scores

    def judge(self, text: str, language: Language) -> Judgement:
        """`classify`, and what else can be told of a text."""
        reading = self.model.read(text, language)
        best, *others = reading.order
        rest = max(1e-30, float(reading.votes[others].sum()))
        scores = [IntentScore(self._intents[best], reading.right)]
        scores += [
            IntentScore(self._intents[number], float(reading.votes[number]) / rest * (1 - reading.right))
            for number in others[:4]
        ]
        return Judgement(tuple(scores), reading.in_scope, reading.aside)


def save_parameters(parameters: Parameters, card: dict[str, Any], folder: Path) -> None:
    """Write `intents.npz` (weights as whole numbers of 8 bits) and `intents.json` (the model card)."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [(language, *entry) for language, found in parameters.vocabulary.items() for entry in found.items()]
    np.savez_compressed(
        folder / "intents.npz",
        labels=_packed(parameters.labels),
        terms=_packed([term for block in parameters.terms for term in block]),
        block_sizes=np.array([len(block) for block in parameters.terms]),
        idf=parameters.idf.astype(np.float16),
        margin=parameters.margin.whole,
        margin_scale=parameters.margin.scale,
        margin_bias=parameters.margin_bias.astype(np.float32),
        logistic=parameters.logistic.whole,
        logistic_scale=parameters.logistic.scale,
        logistic_bias=parameters.logistic_bias.astype(np.float32),
        right=parameters.right.astype(np.float32),
        scope=parameters.scope.astype(np.float32),
        vocabulary=_packed([f"{language} {word}" for language, word, _ in words]),
        vocabulary_counts=np.array([count for _, _, count in words], dtype=np.int32),
        pairs=parameters.pairs,
        car_names=_packed(parameters.car_names),
        sharpness=np.array([parameters.sharpness]),
        trade=np.array([parameters.trade]),
    )
    (folder / "intents.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@lru_cache(4)
def load_parameters(folder: Path) -> tuple[Parameters, dict[str, Any]]:
    """What `save_parameters` wrote. The arrays are shared: do not change them."""
    with np.load(folder / "intents.npz", allow_pickle=False) as stored:
        parameters = Parameters(
            labels=_unpacked(stored["labels"]),
            terms=_split(_unpacked(stored["terms"]), stored["block_sizes"].tolist()),
            idf=stored["idf"].astype(np.float32),
            margin=Weights(stored["margin"], stored["margin_scale"]),
            margin_bias=stored["margin_bias"],
            logistic=Weights(stored["logistic"], stored["logistic_scale"]),
            logistic_bias=stored["logistic_bias"],
            right=stored["right"],
            scope=stored["scope"],
            vocabulary=_by_language(_unpacked(stored["vocabulary"]), stored["vocabulary_counts"].tolist()),
            pairs=stored["pairs"],
            car_names=_unpacked(stored["car_names"]),
            sharpness=float(stored["sharpness"][0]),
            trade=bool(stored["trade"][0]),
        )
    card: dict[str, Any] = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
    return parameters, card


def save_aside(aside: Aside, digest: str, folder: Path) -> None:
    """Write `asides.npz`.

    Args:
        aside: weights over the terms of the `intents.npz` of the same folder.
        digest: hash of the lines it was learned from and of those the terms come from.
        folder: of the weights.
    """
    np.savez_compressed(
        folder / "asides.npz",
        weights=aside.weights.whole,
        scale=aside.weights.scale,
        bias_and_bound=np.array([aside.bias, aside.above]),
        digest=np.array([digest]),
    )


@lru_cache(4)
def load_aside(folder: Path) -> Aside | None:
    """What `save_aside` wrote; None where nothing was."""
    path = folder / "asides.npz"
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as stored:
        bias, above = stored["bias_and_bound"].tolist()
        return Aside(Weights(stored["weights"], stored["scale"]), bias, above)


def _packed(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    text = packed.tobytes().decode()
    return tuple(text.split("\n")) if text else ()


def _split(terms: tuple[str, ...], sizes: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    ends = np.cumsum(sizes).tolist()
    return tuple(terms[end - size : end] for size, end in zip(sizes, ends, strict=True))


def _by_language(words: Sequence[str], frequency: Sequence[int]) -> dict[Language, dict[str, int]]:
    found: dict[Language, dict[str, int]] = {}
    for entry, count in zip(words, frequency, strict=True):
        language, _, word = entry.partition(" ")
        found.setdefault(Language(language), {})[word] = count
    return found
