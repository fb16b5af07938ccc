"""`commercial-agent catalog`: check a catalogue file, make a sample one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from commercial_agent.catalog import LoadReport

app = typer.Typer(help="The stock: ask it, check a catalogue file, make a sample one.", no_args_is_help=True)

INVALID = 1  # exit status of a file that cannot be used
LARGE = 5_000_000  # bytes from which progress is shown


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A CSV, Parquet or XLSX file.", metavar="FILE")],
    issues: Annotated[int, typer.Option(help="How many lines with problems to print.", min=0)] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Say what loading a catalogue file does: what is refused, repaired, left out, line by line."""
    from commercial_agent.catalog import Catalog
    from commercial_agent.errors import InvalidCatalog

    tell, done = _progress(file)
    try:
        catalog = Catalog.load(file, progress=tell)
    except InvalidCatalog as error:
        done()
        typer.echo(_json_of_failure(error.message) if as_json else error.message, err=not as_json)
        raise typer.Exit(INVALID) from error
    done()
    typer.echo(_as_json(catalog.report) if as_json else _in_words(catalog, issues))


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(help="Where to write: .csv, .parquet or .xlsx.", metavar="OUT")],
    cars: Annotated[int, typer.Option(help="How many.", min=1)] = 480,
    seed: Annotated[int, typer.Option(help="The same seed gives the same stock.")] = 7,
) -> None:
    """Write a believable sample stock."""
    from commercial_agent.catalog.sample import write_sample

    write_sample(out, cars, seed)
    typer.echo(f"{cars} listings written to {out}")


def _progress(file: Path) -> tuple[Callable[[str, int, int], None] | None, Callable[[], None]]:
    import sys

    large = file.is_file() and file.stat().st_size >= LARGE
    if not large or not sys.stderr.isatty():
        return None, lambda: None
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("reading")
    bar.start()
    return lambda step, done, total: bar.update(task, description=step, completed=done, total=total), bar.stop


def _in_words(catalog: object, most: int) -> str:
    from commercial_agent.catalog import Catalog

    assert isinstance(catalog, Catalog)
    report = catalog.report
    lines = [
        f"{report.path}: {report.loaded:,} of {report.rows:,} cars loaded in {report.seconds:.2f} s "
        f"({len(catalog.makes)} makes, {len(catalog.models)} models), {report.refused:,} refused"
    ]
    for (outcome, reason), times in sorted(report.counts.items(), key=lambda item: (item[0][0], -item[1])):
        lines.append(f"  {outcome:>8}  {times:>7,}  {reason}")
    for issue in report.issues[:most]:
        where = f"line {issue.line}" if issue.line else "file"
        column = f", {issue.column}" if issue.column else ""
        value = f" ({issue.value!r})" if issue.value else ""
        lines.append(f"{where}{column}: {issue.reason}{value}: {issue.outcome}")
    if len(report.issues) > most:
        lines.append(f"… and more; --issues {len(report.issues)} prints them all")
    return "\n".join(lines)


def _as_json(report: LoadReport) -> str:
    import json
    from dataclasses import asdict

    by_outcome: Counter[str] = Counter()
    for (outcome, _), times in report.counts.items():
        by_outcome[outcome] += times
    return json.dumps(
        {
            "file": report.path,
            "rows": report.rows,
            "loaded": report.loaded,
            "refused": report.refused,
            "cells": dict(by_outcome),
            "reasons": [
                {"outcome": outcome, "reason": reason, "times": times}
                for (outcome, reason), times in sorted(report.counts.items())
            ],
            "issues": [asdict(issue) for issue in report.issues],
            "seconds": round(report.seconds, 3),
        },
        ensure_ascii=False,
        indent=2,
    )


def _json_of_failure(message: str) -> str:
    import json

    return json.dumps({"error": "invalid_catalog", "message": message}, ensure_ascii=False)
