"""How well the values of a message are read: F1 over (kind, value) on labelled messages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from commercial_agent.conversation.cars import CarReference, Order, Range
from commercial_agent.conversation.language import Language
from commercial_agent.errors import InvalidInput
from commercial_agent.understanding.entities import EntityReader

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))  # the moment the labels are written for
# What is asked of a car, and halves of another value: intents and dates are measured without them.
UNLABELLED = frozenset(
    {"attribute", "metric", "group_by", "list_column", "number", "amount", "weekday", "part_of_day", "told", "similar",
     "relative", "visit_kind"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message and the values it names, as text."""

    text: str
    language: Language
    values: tuple[tuple[str, str], ...]  # kind and value


def load_labelled(path: Path) -> tuple[LabelledMessage, ...]:
    """The messages of a YAML file: by language, one a line, `text => kind=value; kind=value`.

    Raises:
        InvalidInput: the file is not of that form.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        return tuple(
            _labelled(line, Language(language))
            for language, block in content.items()
            for line in block.splitlines()
            if line.strip()
        )
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise InvalidInput(f"{path} is not a file of labelled values: {error}") from error


def _labelled(line: str, language: Language) -> LabelledMessage:
    text, arrow, labels = line.partition("=>")
    if not arrow:
        raise ValueError(f"no labels: {line}")
    values = []
    for label in labels.split(";"):
        if label.strip():
            kind, equals, value = label.strip().partition("=")
            if not equals:
                raise ValueError(f"no value: {line}")
            values.append((kind, value))
    return LabelledMessage(text.strip(), language, tuple(values))


def as_text(value: Any) -> str:
    """A value as it is written in the labels."""
    match value:
        case Range(low=low, high=high):
            return f"{as_text(low)}..{as_text(high)}"
        case Order(column=column, descending=descending):
            return f"{column} {'desc' if descending else 'asc'}"
        case CarReference():
            return _pointing(value)
        case None:
            return ""
        case Decimal():
            return f"{value.normalize():f}"
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case tuple():
            return ",".join(as_text(part) for part in value)
        case _:
            return str(value)


def _pointing(reference: CarReference) -> str:
    if reference.ordinals:
        return "#" + ",".join(str(place) for place in reference.ordinals)
    if reference.order is not None:
        return as_text(reference.order)
    return "shown"


def evaluate_entities(messages: tuple[LabelledMessage, ...], reader: EntityReader) -> dict[str, Any]:
    """Precision, recall and F1 over all values, the F1 of the kinds that occur often, and what was read differently.

    Returns:
        Shares of 0 to 1 by name; `wrong` holds (message, missed, invented).
    """
    hits, wanted, given = Counter[str](), Counter[str](), Counter[str]()
    wrong = []
    for message in messages:
        found = {(entity.kind, as_text(entity.value)) for entity in reader.read(message.text, message.language, NOW)}
        found = {(kind, value) for kind, value in found if kind not in UNLABELLED}
        labels = set(message.values)
        for counter, pairs in ((hits, found & labels), (wanted, labels), (given, found)):
            counter.update(kind for kind, _ in pairs)
        if found != labels:
            wrong.append((message.text, sorted(labels - found), sorted(found - labels)))
    return {
        "messages": len(messages),
        "precision": hits.total() / max(1, given.total()),
        "recall": hits.total() / max(1, wanted.total()),
        "f1": _f1(hits.total(), wanted.total(), given.total()),
        "exact": 1 - len(wrong) / max(1, len(messages)),
        "by_kind": {kind: _f1(hits[kind], count, given[kind]) for kind, count in wanted.most_common() if count >= 5},
        "wrong": wrong,
    }


def _f1(hits: int, wanted: int, given: int) -> float:
    return 2 * hits / max(1, wanted + given)
