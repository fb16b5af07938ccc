"""`commercial-agent messages`: what did not reach its customer, why, and what to do about it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import tzinfo

messages = typer.Typer(help="Messages on their way to customers.", no_args_is_help=True)

_WORDS = {
    "blocked": "held back: the 24 hours are over",
    "failed": "not sent",
    "undelivered": "sent, not delivered",
}


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(messages, name="messages")


@messages.callback()
def group() -> None:
    """Messages on their way to customers."""


@messages.command()
def failed(
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List messages that did not reach their customer: when, whose, why, and what to do."""
    found, zone = asyncio.run(_failed(limit))
    if as_json:
        import orjson

        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        sys.stdout.buffer.write(orjson.dumps(found, default=str, option=options))
        return
    if not found:
        typer.echo("Every message reached its customer or is on its way.")
        return
    for message in found:
        when = message["at"].astimezone(zone).strftime("%d %b %H:%M")
        code = f" (error {message['error_code']})" if message["error_code"] else ""
        typer.echo(f"{when}  {message['customer']}  conversation {message['conversation_id']}")
        typer.echo(f"    {_WORDS[message['status']]}: {message['reason']}{code}")
        typer.echo(f"    do: {message['what_to_do']}")
        typer.echo(f"    {message['author']}: {message['text']}\n")


async def _failed(limit: int) -> tuple[list[dict[str, Any]], tzinfo]:
    from commercial_agent.bootstrap.database import database_for_command
    from commercial_agent.messaging.twilio.errors import explain
    from commercial_agent.profile import load_profile
    from commercial_agent.settings import load_settings
    from commercial_agent.storage.deliveries import DeliveryTable

    settings = load_settings()
    zone = load_profile(settings.dealership_dir).dealer.time_zone
    async with database_for_command(settings) as database:
        failures = await DeliveryTable(database.short).failures(limit)
    found = []
    for failure in failures:
        reason, todo = explain(failure.error_code, failure.reason)
        found.append(
            {
                "id": failure.id,
                "conversation_id": failure.conversation_id,
                "customer": failure.name or failure.address,
                "address": failure.address,
                "at": failure.at,
                "status": failure.status,
                "error_code": failure.error_code,
                "reason": reason,
                "what_to_do": todo,
                "author": failure.author,
                "text": " ".join(failure.body.split())[:160],
            }
        )
    return found, zone
