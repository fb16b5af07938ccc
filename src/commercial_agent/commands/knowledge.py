"""`commercial-agent knowledge`: bring the index up to the folder, look into it, ask it, find what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from commercial_agent.knowledge import Hit, IngestReport, KnowledgeBase
    from commercial_agent.knowledge.ingestion import Problem
    from commercial_agent.storage.knowledge import StoredDocument

app = typer.Typer(help="What the agent knows of the company.", no_args_is_help=True)

INVALID = 1  # exit status when documents could not be read

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Folder = Annotated[Path | None, typer.Option(help="Another folder than the profile's.", file_okay=False)]


@app.command()
def ingest(
    folder: Folder = None,
    force: Annotated[bool, typer.Option("--force", help="Read everything again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to the folder; only what changed is read."""
    report = _with_base(folder, lambda base: _ingest(base, force))
    if as_json:
        _write(report)
    else:
        typer.echo(_report_text(report))
    if any(problem.skipped for problem in report.problems):
        raise typer.Exit(INVALID)


@app.command(name="list")
def list_documents(as_json: AsJson = False) -> None:
    """List the documents in the index."""
    documents = _with_base(None, _documents)
    if as_json:
        _write(documents)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("document", "title", "answers in", "tags", "passages", "valid")
    for one in documents:
        validity = f"{one.valid_from or ''}…{one.valid_until or ''}".strip("…")
        table.add_row(
            one.path, one.title, " ".join(one.languages), " ".join(one.tags), str(one.passages), validity or "always"
        )
    Console().print(table)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="As a customer would ask it.")],
    language: Annotated[str | None, typer.Option(help="es, en or pt; without it all are looked at.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only pages with this tag; may be repeated.")] = None,
    k: Annotated[int, typer.Option("--limit", "-k", help="How many passages.", min=1, max=50)] = 5,
    as_json: AsJson = False,
) -> None:
    """Ask the index a question and see what it would answer, and how sure it is."""
    hits = _with_base(None, lambda base: _search(base, question, language, tuple(tag or ()), k))
    if as_json:
        from dataclasses import asdict

        _write([{**asdict(hit), "answers": hit.answers} for hit in hits])
        return
    if not hits or not hits[0].answers:
        typer.echo("No passage answers this surely enough; the agent would say that it does not know.")
    for hit in hits:
        typer.echo(f"\n{'*' if hit.answers else ' '} {hit.score:.2f}  {hit.source}  [{hit.language}]\n  {hit.text}")


@app.command()
def check(folder: Folder = None, as_json: AsJson = False) -> None:
    """Read the folder without touching the index and name what is wrong with its files."""
    from commercial_agent.knowledge.ingestion import check_folder

    documents, passages, problems = check_folder(folder or _default_folder())
    if as_json:
        _write({"documents": documents, "passages": passages, "problems": problems})
    else:
        typer.echo(f"{documents} documents, {passages} passages")
        typer.echo(_problems_text(problems) or "Nothing is wrong.")
    if any(problem.skipped for problem in problems):
        raise typer.Exit(INVALID)


@app.command()
def gaps(
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 30,
    as_json: AsJson = False,
) -> None:
    """Questions of customers that no page answers, the most frequent first: the pages to write next."""
    rows = _with_base(None, lambda base: base.store.gaps(limit))
    if as_json:
        _write([{"language": r[0], "question": r[1], "times": r[2], "last": r[3].isoformat()} for r in rows])
        return
    if not rows:
        typer.echo("No unanswered questions.")
    for language, question, times, last in rows:
        typer.echo(f"{times:>5}  {language}  {last:%Y-%m-%d}  {question}")


async def _ingest(base: KnowledgeBase, force: bool) -> IngestReport:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("documents", total=None)
        return await base.ingest(lambda done, whole: bars.update(task, completed=done, total=whole), force=force)


async def _documents(base: KnowledgeBase) -> list[StoredDocument]:
    await _bring_up(base)
    return await base.documents()


async def _search(base: KnowledgeBase, question: str, language: str | None, tags: tuple[str, ...], k: int) -> list[Hit]:
    await _bring_up(base)
    return await base.search(question, language, tags, k)


async def _bring_up(base: KnowledgeBase) -> None:
    """Make the index where there never was one."""
    if await base.statistics() is None:
        report = await _ingest(base, force=False)
        typer.echo(f"There was no index yet: {_report_text(report)}", err=True)


def _with_base(folder: Path | None, action: Callable[[KnowledgeBase], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with _base(folder) as base:
            return await action(base)

    return asyncio.run(run())


@asynccontextmanager
async def _base(folder: Path | None) -> AsyncIterator[KnowledgeBase]:
    """The knowledge base of the settings, with its database, migrated."""
    from commercial_agent.bootstrap.database import database_for_command
    from commercial_agent.knowledge.base import KnowledgeBase
    from commercial_agent.knowledge.embedding import load_embedder
    from commercial_agent.settings import load_settings

    settings = load_settings()
    async with database_for_command(settings) as database:
        yield KnowledgeBase(
            database.engine,
            folder or settings.dealership_dir / "knowledge",
            embedder=load_embedder(settings.embeddings_model),
        )


def _default_folder() -> Path:
    from commercial_agent.settings import load_settings

    return load_settings().dealership_dir / "knowledge"


def _report_text(report: IngestReport) -> str:
    what = f"{len(report.read)} read, {len(report.removed)} removed" if report.changed else "nothing changed"
    lines = [
        f"Version {report.version}: {report.documents} documents, {report.passages} passages "
        f"({report.duplicates} said twice); {what}; {report.seconds:.2f} s"
    ]
    return "\n".join(filter(None, [*lines, _problems_text(report.problems)]))


def _problems_text(problems: tuple[Problem, ...] | list[Problem]) -> str:
    return "\n".join(f"{'left out' if p.skipped else 'note    '}  {p.path}: {p.what}" for p in problems)


def _write(value: object) -> None:
    import orjson

    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())
