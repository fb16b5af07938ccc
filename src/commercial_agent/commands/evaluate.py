"""`commercial-agent evaluate`: how well messages are read. Other rooms mount their own measurements here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Measure quality on data that was not learned from.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]
DATA = Path("training/intents")
ENTITIES = Path("training/entities.yaml")


@app.command()
def understanding(
    messages: Annotated[Path | None, typer.Option(help="Labelled messages (JSON lines) to measure on as well.")] = None,
    data: Annotated[Path, typer.Option(help="Folder of labelled utterances (YAML).")] = DATA,
    entities: Annotated[Path, typer.Option(help="Labelled values (YAML).")] = ENTITIES,
    json: AsJson = False,
) -> None:
    """The local understanding on the held-out utterances, and on a file of labelled messages."""
    from commercial_agent.understanding.classifier import MODEL_FOLDER, IntentClassifier
    from commercial_agent.understanding.evaluation import evaluate_understanding
    from commercial_agent.understanding.training_data import load_training_data

    figures = evaluate_understanding(load_training_data(data), IntentClassifier.load(), MODEL_FOLDER)
    figures["entities"] = _on_entities(entities)
    if messages is not None:
        figures["messages"] = _on_messages(messages)
    _print(figures, json)


def _on_entities(path: Path) -> dict[str, Any]:
    from zoneinfo import ZoneInfo

    from commercial_agent.catalog import Taxonomy
    from commercial_agent.errors import InvalidInput
    from commercial_agent.understanding.entities import EntityReader
    from commercial_agent.understanding.entity_evaluation import evaluate_entities, load_labelled

    try:
        messages = load_labelled(path)
    except InvalidInput as error:
        raise typer.BadParameter(error.message, param_hint="--entities") from error
    return evaluate_entities(messages, EntityReader(Taxonomy.load(), time_zone=ZoneInfo("America/Mexico_City")))


def _on_messages(path: Path) -> dict[str, Any]:
    import asyncio
    from dataclasses import asdict
    from datetime import UTC, datetime

    from commercial_agent.errors import InvalidInput
    from commercial_agent.understanding.evaluation import evaluate_messages
    from commercial_agent.understanding.local import default_reader

    try:
        figures, wrong = asyncio.run(evaluate_messages(path, default_reader(), datetime.now(UTC)))
    except InvalidInput as error:
        raise typer.BadParameter(error.message, param_hint="--messages") from error
    return {**figures, "disagreements": [asdict(one) for one in wrong]}


@app.command()
def intents(
    dataset: Annotated[Path, typer.Option(help="A public intent data set (JSON).")],
    json: AsJson = False,
) -> None:
    """Our classifier alone: fitted on a data set's training lines, measured on its test lines."""
    from rich.console import Console

    from commercial_agent.errors import InvalidInput
    from commercial_agent.understanding.evaluation import evaluate_dataset

    with Console(stderr=True).status("fitting") as status:
        try:
            figures = evaluate_dataset(dataset, progress=status.update)
        except InvalidInput as error:
            raise typer.BadParameter(error.message, param_hint="--dataset") from error
    _print(figures, json)


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        import orjson

        typer.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode())
        return
    for name, value in _flat(figures):
        typer.echo(f"{name:<42} {value}")


def _flat(figures: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in figures.items():
        label = f"{above}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            rows.extend(_flat(value, f"{label}, "))
        elif isinstance(value, list):
            rows.extend((label if not number else "", _row(item)) for number, item in enumerate(value))
        else:
            rows.append((label, f"{value:.3f}" if isinstance(value, float) else str(value)))
    return rows


def _row(item: dict[str, Any] | tuple[str, list[tuple[str, str]], list[tuple[str, str]]]) -> str:
    if isinstance(item, tuple):
        text, missed, invented = item
        signs = [f"-{kind} {value}" for kind, value in missed] + [f"+{kind} {value}" for kind, value in invented]
        return f"{text}: {', '.join(signs)}"
    texts = " / ".join(item["texts"])
    return f"{item['expected']} read as {item['found']} ({', '.join(item['intents'])}): {texts}"
