from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from commercial_agent.commands.program import app
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage
from commercial_agent.storage.attachments import HEARD, KEPT, Attachments, File
from commercial_agent.storage.database import Database
from commercial_agent.storage.mailboxes import Limits, Mailboxes

Sql = psycopg.Connection[tuple[Any, ...]]
ANA = ConversationKey(Channel.WHATSAPP, "whatsapp:+525511112222")
PAPER = b"%PDF-1.7 recibo"


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Callable[..., Result]:
    """The command line beside this test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def invoke(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


async def received(database: Database, clock: Any, text: str = "hola") -> tuple[str, str]:
    """A customer's message: conversation and message."""
    message = IncomingMessage(text, clock.now, message_id=f"SM{text}", kind="text", profile_name="Ana")
    stored = await Mailboxes(database.short).receive(ANA, message, sender="whatsapp:+1", raw={}, limits=Limits())
    return stored.conversation_id, stored.message_id


def insert(sql: Sql, conversation: str, body: str, status: str, code: int | None, error: str | None) -> None:
    sql.execute(
        "INSERT INTO outbox (conversation_id, part, body, author, mode, opted_out, next_attempt_at, created_at, "
        "status, attempted_at, error_code, error) VALUES "
        "(%s, 1, %s, 'bot', 'bot', false, now(), now(), %s, now(), %s, %s)",
        (conversation, body, status, code, error),
    )


async def test_what_did_not_arrive_is_listed_with_its_reason_and_what_to_do(
    run: Callable[..., Result], database: Database, clock: Any, sql: Sql
) -> None:
    empty = await asyncio.to_thread(run, "messages", "failed")
    assert "Every message reached its customer" in empty.output
    conversation, _ = await received(database, clock)
    insert(sql, conversation, "Tu cita es mañana.", "undelivered", 63024, "The customer cannot be reached on WhatsApp.")
    insert(
        sql, conversation, "¿Sigues ahí?", "blocked", None, "The 24 hours after the customer's last message are over"
    )
    insert(sql, conversation, "llegó", "delivered", None, None)
    insert(sql, conversation, "raro", "failed", 99999, None)

    listed = json.loads((await asyncio.to_thread(run, "messages", "failed", "--json")).stdout)
    assert [(item["text"], item["error_code"]) for item in listed] == [
        ("raro", 99999), ("¿Sigues ahí?", None), ("Tu cita es mañana.", 63024),
    ]  # fmt: skip
    assert {item["conversation_id"] for item in listed} == {conversation}
    assert all(item["reason"] and item["what_to_do"] and item["at"] and item["customer"] == "Ana" for item in listed)
    assert "99999" in listed[0]["reason"]
    assert listed[2]["what_to_do"].startswith("Call the customer")

    shown = (await asyncio.to_thread(run, "messages", "failed", "--limit", "2")).output
    assert conversation in shown
    assert "Tu cita" not in shown
    assert "held back: the 24 hours are over" in shown


async def test_kept_files_are_listed_and_written_for_their_reader_alone(
    run: Callable[..., Result], database: Database, clock: Any, tmp_path: Path
) -> None:
    conversation, message = await received(database, clock)
    files = [File(0, "document", KEPT, "application/pdf", len(PAPER), PAPER), File(1, "audio", HEARD, "audio/ogg", 9)]
    await Attachments(database.short).keep(message, files, None, clock.now)
    (paper, note) = await Attachments(database.short).list(conversation)

    shown = (await asyncio.to_thread(run, "conversations", "show", conversation)).output
    assert f"{paper.id}  application/pdf, 1 kB" in shown
    assert note.id not in shown  # only its words were kept
    data = json.loads((await asyncio.to_thread(run, "conversations", "show", conversation, "--json")).stdout)
    assert [(file["id"], file["status"], file["size"]) for file in data["files"]] == [
        (paper.id, KEPT, len(PAPER)), (note.id, HEARD, 9),
    ]  # fmt: skip

    target = tmp_path / "ana.pdf"
    said = await asyncio.to_thread(run, "conversations", "file", paper.id, str(target))
    assert "application/pdf" in said.output
    assert target.read_bytes() == PAPER
    assert target.stat().st_mode & 0o777 == 0o600


async def test_a_file_is_never_overwritten_and_what_is_not_there_is_said(
    run: Callable[..., Result], database: Database, clock: Any, tmp_path: Path
) -> None:
    conversation, message = await received(database, clock)
    files = [File(0, "image", KEPT, "image/jpeg", 3, b"jpg"), File(1, "audio", HEARD, "audio/ogg", 9)]
    await Attachments(database.short).keep(message, files, None, clock.now)
    (picture, note) = await Attachments(database.short).list(conversation)
    taken = tmp_path / "taken"
    taken.write_bytes(b"mine")
    for file_id, path, expected in (
        (picture.id, taken, "cannot be written"),
        (picture.id, tmp_path / "none" / "x", "cannot be written"),
        (note.id, tmp_path / "x", "There is no file"),
        ("nobody", tmp_path / "x", "There is no file"),
    ):
        refused = await asyncio.to_thread(run, "conversations", "file", file_id, str(path), code=1)
        assert expected in str(refused.exception)
    assert taken.read_bytes() == b"mine"
    assert not (tmp_path / "x").exists()
