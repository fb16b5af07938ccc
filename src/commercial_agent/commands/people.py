"""`commercial-agent conversations`, `leads` and `customer`: the seller's work from the terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from commercial_agent.errors import InvalidInput

if TYPE_CHECKING:
    from commercial_agent.messaging.outreach import Outreach
    from commercial_agent.messaging.telling import Teller
    from commercial_agent.profile import Profile
    from commercial_agent.storage.attachments import Attachments
    from commercial_agent.storage.customers import Customers
    from commercial_agent.storage.leads import Leads
    from commercial_agent.storage.operators import Contact, Operators

T = TypeVar("T")

conversations = typer.Typer(help="Look at conversations, answer them, hand them back.", no_args_is_help=True)
leads = typer.Typer(help="What customers are worth a call for.", no_args_is_help=True)
customer = typer.Typer(help="One customer's data as a whole.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="Conversation id, its beginning, or the customer's address.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def register(app: typer.Typer) -> None:
    """Add the three groups to the command line."""
    app.add_typer(conversations, name="conversations")
    app.add_typer(leads, name="leads")
    app.add_typer(customer, name="customer")


@conversations.command(name="list")
def list_conversations(
    human: Annotated[bool, typer.Option("--human", help="Only those that a person has.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List conversations; those that wait for a person come first."""
    from commercial_agent.conversation.messages import Mode

    found = _with_desk(lambda desk: desk.operators.list(mode=Mode.HUMAN if human else None, limit=limit))
    if as_json:
        _write([_contact(contact) for contact in found])
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    table = Table(Column("conversation", no_wrap=True), "customer", "who has it", "waits", "last heard", "last words")
    for contact in found:
        has = "bot" if contact.mode is Mode.BOT else contact.state.handoff or "person"
        heard = contact.last_inbound_at.astimezone().strftime("%d %b %H:%M") if contact.last_inbound_at else ""
        words = " ".join((contact.last_text or "").split())[:50]
        table.add_row(
            contact.id,
            escape(contact.name or contact.address),
            has,
            str(contact.unanswered or ""),
            heard,
            escape(words),
        )
    Console().print(table)


@conversations.command()
def show(who: Who, limit: Annotated[int, typer.Option(min=1)] = 20, as_json: AsJson = False) -> None:
    """Show who the customer is, what he wants, and the last messages."""

    async def look(desk: Desk) -> None:
        contact = await desk.contact(who)
        messages = await desk.operators.messages(contact.id, limit)
        files = await desk.attachments.list(contact.id)
        summary = await desk.teller.summary(contact)
        if as_json:
            said = [{"at": m.at, "author": m.author, "text": m.text, "kind": m.kind} for m in messages]
            _write({**_contact(contact), "summary": summary.text, "messages": said, "files": [*map(asdict, files)]})
            return
        typer.echo(summary.text)
        typer.echo()
        for message in messages:
            when = message.at.astimezone(desk.profile.dealer.time_zone).strftime("%d %b %H:%M")
            kind = "" if message.kind in ("text", "button", "list") and message.text else f"[{message.kind}] "
            typer.echo(f"{when}  {message.author:<9} {kind}{message.text}".rstrip())
        for file in files:
            if file.status == KEPT:
                when = file.at.astimezone(desk.profile.dealer.time_zone).strftime("%d %b %H:%M")
                typer.echo(f"{when}  file      {file.id}  {file.content_type}, {-(-file.size // 1024)} kB")

    from commercial_agent.storage.attachments import KEPT

    _with_desk(look)


@conversations.command(name="file")
def write_file(
    file_id: Annotated[str, typer.Argument(help="The file's id, as `show` lists it.")],
    path: Annotated[Path, typer.Argument(help="Where to write it; nothing is overwritten.")],
) -> None:
    """Write a file that a customer sent. Only you may read what is written."""
    import os

    found = _with_desk(lambda desk: desk.attachments.content(file_id))
    if found is None:
        raise InvalidInput(f"There is no file {file_id!r}.")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(found[1])
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.") from error
    typer.echo(f"{path}: {found[0]}")


@conversations.command()
def reply(
    who: Who, text: Annotated[str, typer.Argument(help="What to write; - reads it from standard input.")]
) -> None:
    """Write to the customer as a person. The assistant is silent until you hand the conversation back."""
    words = (sys.stdin.read() if text == "-" else text).strip()
    if not words:
        raise InvalidInput("There is nothing to send.")

    async def write(desk: Desk) -> Contact:
        from commercial_agent.replies.whatsapp import split

        contact = await desk.contact(who)
        if contact.opted_out:
            raise InvalidInput(f"{contact.name or contact.address} asked for no more messages.")
        await desk.operators.reply(contact.id, split(words), desk.now())
        return contact

    contact = _with_desk(write)
    way = "Queued for WhatsApp" if contact.channel == "whatsapp" else "Kept in the conversation"
    typer.echo(f"{way}. You have it now: commercial-agent conversations handback {contact.id}")


@conversations.command()
def handback(who: Who) -> None:
    """Give a conversation back to the assistant, which tells the customer so."""

    async def give(desk: Desk) -> bool:
        return await desk.outreach.hand_back(await desk.contact(who))

    if not _with_desk(give):
        raise InvalidInput("No person has this conversation.")
    typer.echo("The assistant has it again and told the customer.")


@leads.command(name="list")
def list_leads(
    stage: Annotated[str | None, typer.Option(help="new, interested, quoted, booked, contacted, won, lost.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List leads, the warmest first."""

    async def look(desk: Desk) -> list[dict[str, Any]]:
        return [desk.teller.lead(lead) for lead in await desk.leads.list(stage=stage, limit=limit)]

    found = _with_desk(look)
    if as_json:
        _write(found)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    table = Table(Column("lead", no_wrap=True), "customer", "kind", "stage", "score", "why", "about")
    for lead in found:
        why = ", ".join(sign for sign, points in (lead.get("points") or {}).items() if points)
        about = ", ".join(car.get("name", "") for car in (lead.get("cars") or {}).values()) or lead["interest"]
        score = f"{lead['score']} {lead['heat']}"
        cells = (lead["id"], lead["name"] or lead["address"], lead["kind"], lead["stage"], score, why, about[:60])
        table.add_row(*map(escape, cells))
    Console().print(table)


@leads.command(name="show")
def show_lead(lead_id: Annotated[str, typer.Argument(help="The lead's id.")]) -> None:
    """Show a lead with its history, as JSON."""

    async def look(desk: Desk) -> dict[str, Any]:
        found = await desk.leads.get(lead_id)
        if found is None:
            raise InvalidInput(f"There is no lead {lead_id!r}.")
        history = [{"at": event.at, "event": event.event, **dict(event.data)} for event in found[1]]
        return {**desk.teller.lead(found[0]), "history": history}

    _write(_with_desk(look))


@leads.command()
def move(
    lead_id: Annotated[str, typer.Argument(help="The lead's id.")],
    stage: Annotated[str, typer.Argument(help="contacted, won, lost, or an earlier stage.")],
) -> None:
    """Put a lead into another stage."""
    from commercial_agent.storage.leads import SELLER_STAGES, STAGES

    if stage not in (*STAGES, *SELLER_STAGES):
        raise InvalidInput(f"The stages are {', '.join((*STAGES, *SELLER_STAGES))}.")
    if not _with_desk(lambda desk: desk.leads.move(lead_id, stage, desk.now())):
        raise InvalidInput(f"There is no lead {lead_id!r}.")
    typer.echo(f"The lead is {stage}.")


@leads.command(name="export")
def export_leads(
    file: Annotated[Path, typer.Argument(help="Where to: .csv, .xlsx or .json; - writes CSV to standard output.")],
    stage: Annotated[str | None, typer.Option(help="Only this stage.")] = None,
) -> None:
    """Write all leads to a file."""
    from commercial_agent.commands.lead_files import written

    async def read(desk: Desk) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = 1000
        while batch := await desk.leads.list(stage=stage, limit=page, offset=len(found)):
            found += [desk.teller.lead(lead) for lead in batch]
        return found

    rows = _with_desk(read)
    kind = "csv" if str(file) == "-" else file.suffix.lower().lstrip(".")
    data = written(rows, kind)
    if str(file) == "-":
        sys.stdout.buffer.write(data)
        return
    file.write_bytes(data)
    typer.echo(f"{len(rows)} leads in {file}")


@customer.command()
def erase(
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a customer everywhere: conversations, leads, appointments, messages."""

    async def count(desk: Desk) -> int:
        return len(await desk.customers.find(who))

    found = _with_desk(count)
    if not found:
        raise InvalidInput(f"There is no customer {who!r}.")
    if not yes and not typer.confirm(f"Erase {found} conversation(s) of {who} for good?"):
        raise typer.Exit(1)
    gone = _with_desk(lambda desk: desk.customers.erase(who))
    typer.echo(f"Erased {gone.conversations} conversations, {gone.rows} rows.")


@customer.command(name="export")
def export_customer(who: Who) -> None:
    """Write everything that is kept of a customer, as JSON."""
    data = _with_desk(lambda desk: desk.customers.export(who))
    if not data:
        raise InvalidInput(f"There is no customer {who!r}.")
    _write(data)


@dataclass(frozen=True, slots=True)
class Desk:
    """What these commands work with."""

    profile: Profile
    operators: Operators
    leads: Leads
    customers: Customers
    teller: Teller
    outreach: Outreach
    attachments: Attachments
    now: Callable[[], datetime]

    async def contact(self, who: str) -> Contact:
        """The one conversation that is meant.

        Raises:
            InvalidInput: there is none, or more than one.
        """
        found = await self.operators.find(who)
        exact = [contact for contact in found if who in (contact.id, contact.address)]
        chosen: Sequence[Contact] = exact or found
        if not chosen:
            raise InvalidInput(f"There is no conversation {who!r}. See commercial-agent conversations list.")
        if len(chosen) > 1:
            raise InvalidInput(f"{who!r} could be {', '.join(contact.id for contact in chosen)}.")
        return chosen[0]


def _with_desk(work: Callable[[Desk], Awaitable[T]]) -> T:
    async def run() -> T:
        async with _desk() as desk:
            return await work(desk)

    return asyncio.run(run())


@asynccontextmanager
async def _desk() -> AsyncIterator[Desk]:
    """The database beside a running server, or alone. The stock and the models are not loaded."""
    from commercial_agent.bootstrap.database import database_for_command
    from commercial_agent.messaging.outreach import Outreach
    from commercial_agent.messaging.telling import Teller
    from commercial_agent.profile import load_profile
    from commercial_agent.settings import load_settings
    from commercial_agent.storage.appointments import Appointments
    from commercial_agent.storage.attachments import Attachments
    from commercial_agent.storage.customers import Customers
    from commercial_agent.storage.leads import Leads
    from commercial_agent.storage.operators import Operators

    settings = load_settings()
    profile = load_profile(settings.dealership_dir)
    dealer = profile.dealer

    def now() -> datetime:
        return datetime.now(dealer.time_zone)

    async with database_for_command(settings) as database:
        short = database.short
        operators, found = Operators(short), Leads(short)
        teller = Teller(operators, found, dealer, profile.leads)
        outreach = Outreach(operators, Appointments(short), found, dealer, profile.outreach, now)
        yield Desk(profile, operators, found, Customers(short), teller, outreach, Attachments(short), now)


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "channel": contact.channel,
        "address": contact.address,
        "name": contact.name,
        "language": contact.language,
        "mode": contact.mode.value,
        "mode_since": contact.mode_since,
        "handoff": contact.state.handoff,
        "opted_out": contact.opted_out,
        "unanswered": contact.unanswered,
        "last_inbound_at": contact.last_inbound_at,
        "last_text": contact.last_text,
    }


def _write(value: Any) -> None:
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
    sys.stdout.buffer.write(orjson.dumps(value, default=str, option=options))
