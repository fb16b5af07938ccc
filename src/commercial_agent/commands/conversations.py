"""`commercial-agent evaluate conversations`: whole dialogues against the agent in this process, or any address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from commercial_agent.quality.dialogues import Dialogue
    from commercial_agent.quality.judge import Judge
    from commercial_agent.quality.play import Ask, Trial

SUITE = Path("tests/acceptance/conversations")


def register(app: typer.Typer) -> None:
    """Add the command to `evaluate`."""
    app.command()(conversations)


def conversations(
    suite: Annotated[Path, typer.Option(help="Folder of dialogues (YAML).")] = SUITE,
    url: Annotated[str, typer.Option(help="Address of a running agent; by default one is opened here.")] = "",
    trials: Annotated[int, typer.Option("--k", min=1, help="How often each is played, with other wording.")] = 1,
    only: Annotated[str, typer.Option(help="Play only dialogues whose id has this in it.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Play written dialogues and judge every answer by its facts."""
    import asyncio

    from commercial_agent.errors import InvalidInput
    from commercial_agent.quality.dialogues import load_dialogues

    dialogues = [dialogue for dialogue in load_dialogues(suite) if only in dialogue.id]
    if not dialogues:
        raise InvalidInput(f"No dialogue has {only!r} in its id.")
    played = asyncio.run(_play_all(dialogues, url, trials))
    _print(played, json)
    if any(not trial.passed for runs in played for trial in runs):
        raise typer.Exit(1)


async def _play_all(dialogues: Sequence[Dialogue], url: str, trials: int) -> list[list[Trial]]:
    import secrets

    from rich.progress import track

    from commercial_agent.quality.play import play

    run = secrets.token_hex(4)
    async with _agent(url) as (ask, judge):
        return [
            [await play(dialogue, ask, judge, f"{run}-{trial}-{dialogue.id}") for trial in range(trials)]
            for dialogue in track(dialogues, "playing", transient=True)
        ]


@asynccontextmanager
async def _agent(url: str) -> AsyncIterator[tuple[Ask, Judge]]:
    import os

    import httpx

    from commercial_agent.api.chat import answer_of
    from commercial_agent.bootstrap import open_agent
    from commercial_agent.catalog import Catalog
    from commercial_agent.conversation.messages import Channel
    from commercial_agent.errors import ProviderUnavailable
    from commercial_agent.profile import load_profile
    from commercial_agent.quality.stock import judge_of
    from commercial_agent.settings import load_settings

    settings = load_settings()
    judge = judge_of(Catalog.load(settings.catalog_file), load_profile(settings.dealership_dir).finance)
    if not url:
        async with open_agent(settings) as agent:

            async def ask_here(conversation: str, message: str) -> dict[str, Any]:
                result = await agent.ask(message, conversation=conversation, channel=Channel.TEST)
                return answer_of(conversation, result)

            yield ask_here, judge
        return
    key = os.environ.get("CHAT_API_KEY", "")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:

        async def ask_there(conversation: str, message: str) -> dict[str, Any]:
            try:
                answer = await client.post("/api/chat", json={"conversation_id": conversation, "message": message})
                answer.raise_for_status()
            except httpx.HTTPError as error:
                raise ProviderUnavailable(f"{url} does not answer as it should: {error}") from error
            data: dict[str, Any] = answer.json()
            return data

        yield ask_there, judge


def _print(played: list[list[Trial]], json: bool) -> None:
    from dataclasses import asdict

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from commercial_agent.quality.play import scores

    table, faults = scores(played), [fault for runs in played for trial in runs for fault in trial.faults]
    console = Console()
    if json:
        console.print_json(data={"groups": [asdict(row) for row in table], "faults": [asdict(f) for f in faults]})
        return
    for fault in faults:
        console.print(f"[red]{fault.dialogue}[/red] turn {fault.turn} «{escape(fault.said)}»: {escape(fault.what)}")
        console.print(f"[dim]{escape(fault.reply)}[/dim]\n")
    grid = Table("group", "dialogues", "passed", f"pass^{len(played[0])}")
    for row in table:
        grid.add_row(row.group, str(row.dialogues), str(row.passed_once), str(row.passed_all))
    console.print(grid)
