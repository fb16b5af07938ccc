"""`commercial-agent evaluate retrieval` and `evidence`: the other rooms' measurements."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `evaluate`."""
    app.command()(retrieval)
    app.command()(evidence)


def retrieval(
    docs: Annotated[Path, typer.Option(help='JSON lines {"id", "text"}.')],
    queries: Annotated[Path, typer.Option(help='JSON lines {"text", "relevant": [id]}.')],
    language: Annotated[str, typer.Option(help="Of the set: es, en or pt.")] = "es",
    json: AsJson = False,
) -> None:
    """Retrieval on a public set: indexed in a collection of its own, asked, forgotten."""
    _print(asyncio.run(_retrieval(docs, queries, language)), json)


async def _retrieval(docs: Path, queries: Path, language: str) -> dict[str, Any]:
    from rich.console import Console

    from commercial_agent.bootstrap.database import database_for_command
    from commercial_agent.knowledge.embedding import load_embedder
    from commercial_agent.knowledge.evaluation import evaluate_retrieval
    from commercial_agent.settings import load_settings

    settings = load_settings()
    async with database_for_command(settings) as database:
        with Console(stderr=True).status("indexing and asking"):
            scores = await evaluate_retrieval(
                database.engine, docs, queries, language, load_embedder(settings.embeddings_model)
            )
    return scores.as_dict()


def evidence(
    turns: Annotated[int, typer.Option(min=1, help="Sets of findings to make replies of.")] = 600,
    seed: Annotated[int, typer.Option(help="Of the generator.")] = 1,
    json: AsJson = False,
) -> None:
    """The evidence check: false replies it lets through, true replies it refuses."""
    from rich.console import Console

    from commercial_agent.replies.evaluation.rates import evaluate_evidence

    with Console(stderr=True).status("writing true and false replies"):
        rates = evaluate_evidence(turns, seed)
    figures: dict[str, Any] = {
        "false_replies": rates.false_replies,
        "missed": rates.missed,
        "miss_rate": rates.miss_rate,
        "true_replies": rates.true_replies,
        "refused": rates.refused,
        "false_alarm_rate": rates.false_alarm_rate,
    }
    examples = {"missed_examples": rates.missed_examples, "refused_examples": rates.refused_examples}
    _print(figures | examples if json else figures, json)


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        import orjson

        typer.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode())
        return
    for name, value in figures.items():
        typer.echo(f"{name.replace('_', ' '):<24} {f'{value:.4f}' if isinstance(value, float) else value}")
