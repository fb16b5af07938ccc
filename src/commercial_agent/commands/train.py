"""`commercial-agent train`: fit the local understanding from the labelled utterances."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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

    from commercial_agent.catalog import Taxonomy
    from commercial_agent.understanding.amount_training import train_amounts
    from commercial_agent.understanding.aside_training import train_asides
    from commercial_agent.understanding.classifier import MODEL_FOLDER
    from commercial_agent.understanding.training import STEPS, car_names
    from commercial_agent.understanding.training import train as fit_and_write
    from commercial_agent.understanding.training_data import load_training_data

    if not data.is_dir():
        raise typer.BadParameter(f"no folder {data}", param_hint="--data")
    started = time.perf_counter()
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), *Progress.get_default_columns()[1:3], TimeElapsedColumn(),
        console=Console(stderr=True),
    )  # fmt: skip
    with bar:
        task = bar.add_task("reading", total=STEPS)
        lines, models = load_training_data(data), out or MODEL_FOLDER
        card = fit_and_write(
            lines,
            car_names(Taxonomy.load()),
            models,
            progress=lambda step: bar.update(task, advance=1, description=step),
        )
        asides = data.with_name(ASIDES)
        if asides.is_dir():
            bar.update(task, description="asides")
            card["scores"] |= train_asides(asides, lines, models)
        amounts = data.with_name(AMOUNTS)
        if amounts.is_dir():
            bar.update(task, description="amounts")
            told = train_amounts(amounts, models)
            card["scores"]["heldout_amount_roles"] = told
        bar.update(task, completed=STEPS, description="done")
    if json:
        typer.echo(orjson.dumps(card, option=orjson.OPT_INDENT_2))
        return
    scores = card["scores"]
    typer.echo(f"{card['train_lines']} lines, {card['labels']} intents, {time.perf_counter() - started:.0f} s")
    for name, value in scores.items():
        typer.echo(f"{name.replace('_', ' ')}: {value:.3f}")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(train)
