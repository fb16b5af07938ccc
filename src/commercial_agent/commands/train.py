"""`commercial-agent train`: fit the local understanding from the labelled utterances."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

DATA = Path("training/intents")
AMOUNTS = "amounts"  # the folder of marked amounts beside it
ASIDES = "asides"  # that of the parts of messages that only tell circumstances


def train(
    data: Annotated[Path, typer.Option(help="Folder of labelled utterances (YAML).")] = DATA,
    out: Annotated[Path | None, typer.Option(help="Where the weights go; beside the code by default.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the model card as JSON.")] = False,
) -> None:
    """Fit, calibrate and measure the models of intents, asides and amounts; write their weights and the model card."""
    import time

    import orjson
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from commercial_agent.understanding.classifier import MODEL_FOLDER
    from commercial_agent.understanding.training import STEPS

    if not data.is_dir():
        raise typer.BadParameter(f"no folder {data}", param_hint="--data")
    started = time.perf_counter()
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), *Progress.get_default_columns()[1:3], TimeElapsedColumn(),
        console=Console(stderr=True),
    )  # fmt: skip
    with bar:
        task = bar.add_task("reading", total=STEPS + 2)
        card = _fitted(data, out or MODEL_FOLDER, lambda step: bar.update(task, advance=1, description=step))
        bar.update(task, completed=STEPS + 2, description="done")
    if json:
        typer.echo(orjson.dumps(card, option=orjson.OPT_INDENT_2))
        return
    scores = card["scores"]
    typer.echo(f"{card['train_lines']} lines, {card['labels']} intents, {time.perf_counter() - started:.0f} s")
    for name, value in scores.items():
        typer.echo(f"{name.replace('_', ' ')}: {value:.3f}")


def _fitted(data: Path, models: Path, step: Callable[[str], None]) -> dict[str, Any]:
    """Fit every model there are lines for, and say how well."""
    from commercial_agent.catalog import Taxonomy
    from commercial_agent.understanding.amount_training import train_amounts
    from commercial_agent.understanding.aside_training import train_asides
    from commercial_agent.understanding.training import car_names
    from commercial_agent.understanding.training import train as fit_and_write
    from commercial_agent.understanding.training_data import load_training_data

    lines = load_training_data(data)
    card = fit_and_write(lines, car_names(Taxonomy.load()), models, progress=step)
    if (asides := data.with_name(ASIDES)).is_dir():
        step("asides")
        card["scores"] |= train_asides(asides, lines, models)
    if (amounts := data.with_name(AMOUNTS)).is_dir():
        step("amounts")
        card["scores"]["heldout_amount_roles"] = train_amounts(amounts, models)
    return card


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(train)
