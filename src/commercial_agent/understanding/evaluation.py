"""How well messages are read: every figure comes from lines the models have not learned from."""

from __future__ import annotations

import json
import random
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import CatalogRequest, FinanceRequest
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Reader, Understanding
from commercial_agent.errors import InvalidInput
from commercial_agent.understanding.classifier import REJECTED, IntentClassifier, Reading, TextModel
from commercial_agent.understanding.segments import Segmenter
from commercial_agent.understanding.training import Progress, accuracy, fit, macro_f1
from commercial_agent.understanding.training_data import Line, TrainingData

KEYS = "abcdefghijklmnopqrstuvwxyz"
BINS = 10  # of the calibration error
PEER_AGENTS = {"info": Agent.INFO, "catalog": Agent.CATALOG, "finance": Agent.FINANCE}  # all other labels: concierge
_SMALL_TALK = frozenset(
    {Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.AFFIRM, Intent.DENY, Intent.INTRODUCE, Intent.UNCLEAR}
)


def with_typos(text: str, count: int, rng: random.Random) -> str:
    """The text with some key errors: a letter lost, doubled up with another, changed, or swapped with the next."""
    chars = list(text)
    for _ in range(count):
        if len(chars) < 2:
            break
        at = rng.randrange(len(chars) - 1)
        kind = rng.choice(("lost", "added", "changed", "swapped"))
        if kind == "lost":
            del chars[at]
        elif kind == "added":
            chars.insert(at, rng.choice(KEYS))
        elif kind == "changed":
            chars[at] = rng.choice(KEYS)
        else:
            chars[at], chars[at + 1] = chars[at + 1], chars[at]
    return "".join(chars)


def without_accents(text: str) -> str:
    """The text without accents and without signs."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return "".join(char if char.isalnum() or char.isspace() or char in "$%." else " " for char in plain)


def calibration_error(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """The mean distance between how sure the model is and how often it is right, 0 to 1 (ten bins)."""
    sure, hit = np.array(confidence), np.array(right)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        abs(sure[bins == number].mean() - hit[bins == number].mean()) * (bins == number).mean()
        for number in range(BINS)
        if (bins == number).any()
    ]
    return float(sum(gaps))


def recall_at(inside: Sequence[float], outside: Sequence[float], false_rejects: float) -> float:
    """Share of `outside` turned away by the threshold that turns away `false_rejects` of `inside`."""
    if not inside or not outside:
        return float("nan")
    return float(np.mean(np.array(outside) < np.quantile(np.array(inside), false_rejects)))


def evaluate_understanding(data: TrainingData, classifier: IntentClassifier, folder: Path) -> dict[str, Any]:
    """Every figure of the local understanding on the held-out lines.

    Args:
        data: its `heldout` lines, those of `idiom` and the `several` messages are measured.
        classifier: the fitted intents.
        folder: of the weights, for their size.

    Returns:
        Figures by name; shares are 0 to 1, times are milliseconds, sizes are megabytes.
    """
    lines = data.heldout
    figures: dict[str, Any] = {"lines": len(lines)}
    variants: dict[str, Callable[[str, random.Random], str]] = {
        "clean": lambda text, _: text,
        "one_typo": lambda text, rng: with_typos(text, 1, rng),
        "two_typos": lambda text, rng: with_typos(text, 2, rng),
        "no_accents": lambda text, _: without_accents(text),
        "lower_case": lambda text, _: text.lower(),
    }
    for name, variant in variants.items():
        figures[name] = _scored([_changed(line, variant) for line in lines], classifier)
    figures["by_language"] = {
        language.value: _scored([line for line in lines if line.language == language], classifier)
        for language in Language
    }
    figures["idiom"] = {"lines": len(data.idiom)} | _scored(data.idiom, classifier)
    figures |= _trust(lines, classifier)
    segmenter = Segmenter(classifier)
    found = [
        tuple(segment.intent.value for segment in segmenter.split(text, language)) for text, language, _ in data.mixed
    ]
    figures["several_intents"] = {
        "messages": len(data.mixed),
        "exact": accuracy([" ".join(wanted) for *_, wanted in data.mixed], [" ".join(one) for one in found]),
    }
    figures["milliseconds"] = latency(
        [line.text for line in lines], lambda text: classifier.classify(text, Language.ES)
    )
    figures["model_megabytes"] = sum(path.stat().st_size for path in folder.glob("*.npz")) / 1e6
    return figures


def _changed(line: Line, variant: Callable[[str, random.Random], str]) -> Line:
    return Line(variant(line.text, random.Random(line.text)), line.label, line.language)


def _scored(lines: Sequence[Line], classifier: IntentClassifier) -> dict[str, float]:
    truth = [line.label for line in lines]
    chosen = [classifier.classify(line.text, line.language)[0].intent.value for line in lines]
    agents = [Intent(label).agent for label in truth], [Intent(label).agent for label in chosen]
    return {"accuracy": accuracy(truth, chosen), "macro_f1": macro_f1(truth, chosen), "agent": accuracy(*agents)}


def _trust(lines: Sequence[Line], classifier: IntentClassifier) -> dict[str, float]:
    judged = [classifier.judge(line.text, line.language) for line in lines]
    right = [one.scores[0].intent.value == line.label for one, line in zip(judged, lines, strict=True)]
    inside = [one.in_scope for one, line in zip(judged, lines, strict=True) if line.label != REJECTED]
    outside = [one.in_scope for one, line in zip(judged, lines, strict=True) if line.label == REJECTED]
    return {
        "calibration_error": calibration_error([one.scores[0].confidence for one in judged], right),
        "out_of_scope_recall_at_3": recall_at(inside, outside, 0.03),
        "out_of_scope_recall_at_5": recall_at(inside, outside, 0.05),
    }


def latency(texts: Sequence[str], read: Callable[[str], object]) -> dict[str, float]:
    """Median and 99th percentile of reading each text once, in milliseconds, after a first warm pass."""
    for text in texts[:50]:
        read(text)
    times = []
    for text in texts:
        started = time.perf_counter()
        read(text)
        times.append((time.perf_counter() - started) * 1000)
    return {"p50": float(np.quantile(times, 0.5)), "p99": float(np.quantile(times, 0.99))}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A message whose agent is not the one its label says."""

    texts: tuple[str, ...]
    expected: str
    found: str
    intents: tuple[str, ...]
    confidence: float


def leading_agent(intents: Sequence[Intent]) -> Agent:
    """The agent a message is mainly for: that of the first intent that is more than a courtesy."""
    weighty = [intent for intent in intents if intent not in _SMALL_TALK]
    return (weighty or list(intents))[0].agent


async def evaluate_messages(path: Path, reader: Reader, now: datetime) -> tuple[dict[str, Any], list[Disagreement]]:
    """The share of labelled messages whose agent is found.

    Args:
        path: JSON lines with `user` (a message, or the messages of a conversation), `agent` and `lang`.
        reader: what is measured.
        now: the present moment.

    Returns:
        The figures, and the messages read differently.

    Raises:
        InvalidInput: the file is not of that form.
    """
    rows = _rows(path)
    wrong: list[Disagreement] = []
    times: list[float] = []
    for row in rows:
        texts = (row["user"],) if isinstance(row["user"], str) else tuple(row["user"])
        state = DialogueState(language=Language(row["lang"]))
        for text in texts:
            started = time.perf_counter()
            reading = await reader.read(text, state, now)
            times.append((time.perf_counter() - started) * 1000)
            state = after(state, reading)
        expected = PEER_AGENTS.get(row["agent"], Agent.CONCIERGE)
        intents = tuple(request.intent for request in reading.requests)
        found = leading_agent(intents)
        if found != expected:
            sure = max((score.confidence for score in reading.intents), default=0.0)
            wrong.append(Disagreement(texts, row["agent"], found.value, tuple(i.value for i in intents), sure))
    figures = {
        "messages": len(rows),
        "agent_accuracy": 1 - len(wrong) / max(1, len(rows)),
        "milliseconds": {"p50": float(np.quantile(times, 0.5)), "p99": float(np.quantile(times, 0.99))},
    }
    return figures, wrong


def after(state: DialogueState, reading: Understanding) -> DialogueState:
    """What a conversation remembers of a message when no agent has answered it: language, criteria, terms, intent."""
    last = reading.requests[-1]
    if isinstance(last, CatalogRequest):
        state = replace(state, criteria=last.criteria)
    elif isinstance(last, FinanceRequest):
        state = replace(state, plan=last.terms, plan_kind=last.kind)
    return replace(state, language=reading.language, last_intent=last.intent, turns=state.turns + 1)


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for row in rows:
            Language(row["lang"])
            if not isinstance(row["user"], str | list) or not isinstance(row["agent"], str):
                raise ValueError("a line without messages or agent")
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise InvalidInput(f"{path} is not a file of labelled messages: {error}") from error
    if not rows:
        raise InvalidInput(f"{path} holds no messages")
    return rows


def evaluate_dataset(path: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Our classifier alone, fitted on a public file's training lines and measured on its test lines.

    Args:
        path: JSON with `lang`, `train` and `test` ([text, intent] pairs), `variants` (texts parallel to `test`) and
            `oos` (texts that belong to no intent).
        progress: called with a few words as each step starts.

    Returns:
        Figures by name; shares are 0 to 1, times are milliseconds.

    Raises:
        InvalidInput: the file is not of that form.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        language = Language(content["lang"])
        train = [Line(text, label, language) for text, label in content["train"]]
        test = [(str(text), str(label)) for text, label in content["test"]]
        texts = {"clean": [text for text, _ in test], **content.get("variants", {})}
        outside = [str(text) for text in content.get("oos", [])]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise InvalidInput(f"{path} is not an intent data set: {error}") from error
    started = time.perf_counter()
    model = TextModel(fit(train, trade=False, progress=progress).parameters)
    figures: dict[str, Any] = {"train": len(train), "test": len(test), "fit_seconds": time.perf_counter() - started}
    truth = [label for _, label in test]
    for name, variant in texts.items():
        readings = [model.read(text, language) for text in variant]
        chosen = [_label(model, reading) for reading in readings]
        figures[name] = {"accuracy": accuracy(truth, chosen), "macro_f1": macro_f1(truth, chosen)}
        if name == "clean":
            right = [one == other for one, other in zip(truth, chosen, strict=True)]
            figures["calibration_error"] = calibration_error([reading.right for reading in readings], right)
            inside = [reading.in_scope for reading in readings]
    away = [model.read(text, language).in_scope for text in outside]
    for percent in (3, 5, 10):
        figures[f"out_of_scope_recall_at_{percent}"] = recall_at(inside, away, percent / 100)
    figures["milliseconds"] = latency(texts["clean"], lambda text: model.read(text, language))
    return figures


def _label(model: TextModel, reading: Reading) -> str:
    return model.labels[reading.order[0]]
