"""`commercial-agent catalog ask`: a question about the stock, answered from the file alone, without a database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commercial_agent.errors import InvalidInput

if TYPE_CHECKING:
    from commercial_agent.conversation.findings import Finding
    from commercial_agent.conversation.reply import Reply


def register(app: typer.Typer) -> None:
    """Add the command to `catalog`."""
    app.command()(ask)


def ask(
    question: Annotated[str, typer.Argument(help="As a customer would put it, in es, en or pt.")],
    file: Annotated[Path | None, typer.Option(help="Another CSV, Parquet or XLSX file.", dir_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Answer a question about the stock."""
    findings, reply = asyncio.run(_answer(question, file))
    if not as_json:
        typer.echo(reply.text)
        return
    import orjson

    from commercial_agent.observability import plain

    content = {"reply": reply.text, "language": reply.language, "findings": [plain(finding) for finding in findings]}
    typer.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())


async def _answer(question: str, file: Path | None) -> tuple[tuple[Finding, ...], Reply]:
    from datetime import datetime

    from commercial_agent.agents.catalog import CatalogAgent
    from commercial_agent.bootstrap.rooms import StockReader
    from commercial_agent.catalog import LiveCatalog
    from commercial_agent.conversation.reply import PhrasingContext
    from commercial_agent.conversation.requests import CatalogRequest
    from commercial_agent.conversation.state import DialogueState
    from commercial_agent.knowledge import Branches
    from commercial_agent.profile import load_profile
    from commercial_agent.replies.local import LocalPhraser
    from commercial_agent.settings import load_settings
    from commercial_agent.understanding.classifier import IntentClassifier

    settings = load_settings()
    profile = load_profile(settings.dealership_dir)
    path = file or settings.catalog_file
    stock = LiveCatalog.load(path)
    reader = StockReader(IntentClassifier.load(), stock, Branches.load(profile.branches_file), profile.dealer)
    now, state = datetime.now(profile.dealer.time_zone), DialogueState(turns=1)  # nobody to be greeted
    reading = await reader.read(question, state, now)
    agent = CatalogAgent(stock)
    asked = [request for request in reading.requests if isinstance(request, CatalogRequest)]
    if not asked:
        what = ", ".join(request.intent.value for request in reading.requests)
        raise InvalidInput(f"This was not understood as a question about the stock ({what}).")
    findings: tuple[Any, ...] = tuple([await agent.answer(request, state, now) for request in asked])
    context = PhrasingContext(reading.language, state, question, "ask")
    return findings, await LocalPhraser(profile.dealer).phrase(findings, context)
