"""Voice notes, pictures and papers: fetched before the turn, once, and kept where erasing finds them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage
from commercial_agent.errors import ModelUnavailable
from commercial_agent.messaging.bursts import merge
from commercial_agent.messaging.fetching import MediaFetcher
from commercial_agent.messaging.media import MediaDesk
from commercial_agent.messaging.twilio.inbound import parse_inbound
from commercial_agent.storage import attachments as files
from commercial_agent.storage.attachments import Attachments
from commercial_agent.storage.customers import Customers
from commercial_agent.storage.database import Database
from commercial_agent.storage.mailboxes import Limits, Mailboxes, Waiting
from commercial_agent.testing.twilio import TwilioDouble
from commercial_agent.testing.twilio_media import PAPER, PHOTO, SILENCE, Stored

ANA = "whatsapp:+525511112222"
VOICE = Stored(SILENCE, "audio/ogg")
Sql = psycopg.Connection[tuple[Any, ...]]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Ear:
    """Hears the same in every note."""

    words: str = "¿qué Jettas tienen?"
    error: Exception | None = None
    heard: int = 0

    async def transcribe(self, conversation_id: str, speech: bytes, content_type: str) -> str:
        self.heard += 1
        if self.error is not None:
            raise self.error
        assert (speech, content_type) == (SILENCE, "audio/ogg")
        return self.words

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class Room:
    """A desk, what customers send to it, and a look at the database."""

    twilio: TwilioDouble
    mailboxes: Mailboxes
    attachments: Attachments
    desk: MediaDesk
    ear: Ear
    sent: list[str] = field(default_factory=list)

    async def say(self, text: str = "", file: Stored | None = None, kind: str = "") -> Waiting:
        """A message as it waits after its webhook."""
        form = self.twilio.webhook(text, ANA, **(self.twilio.brings(file) if file else {}))
        message = parse_inbound(form)
        received = await self.mailboxes.receive(
            ConversationKey(Channel.WHATSAPP, ANA), message.incoming(_now()), sender=message.sender, raw=message.raw,
            limits=Limits(),
        )  # fmt: skip
        self.sent.append(received.conversation_id)
        return Waiting(received.message_id, message.incoming(_now()), received.limited)

    async def prepare(self, *waiting: Waiting) -> list[IncomingMessage]:
        """The messages as a turn reads them."""
        return [item.message for item in await self.desk.prepare(self.sent[0], waiting)]


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture
async def media_room(database: Database, twilio: TwilioDouble) -> AsyncIterator[Room]:
    fetcher = MediaFetcher(twilio.account_sid, twilio.auth_token, base_url=twilio.url, timeout=2.0)
    ear, kept = Ear(), Attachments(database.short)
    desk = MediaDesk(fetcher, kept, ear, clock=_now, within=3.0)
    yield Room(twilio, Mailboxes(database.short), kept, desk, ear)
    await desk.close()
    assert twilio.media.faults == []


async def test_a_voice_note_is_read_as_if_typed_and_its_words_are_stored(media_room: Room, sql: Sql) -> None:
    (message,) = await media_room.prepare(await media_room.say(file=VOICE))
    assert (message.text, message.kind, message.beside) == ("¿qué Jettas tienen?", "voice", ())
    assert sql.execute("SELECT kind, text FROM messages").fetchall() == [("voice", "¿qué Jettas tienen?")]
    assert sql.execute("SELECT status, content IS NULL FROM attachments").fetchall() == [("heard", True)]


async def test_after_a_crash_nothing_is_fetched_or_heard_again(media_room: Room, sql: Sql) -> None:
    waiting = [await media_room.say(file=VOICE), await media_room.say(file=Stored(PAPER, "application/pdf"))]
    await media_room.prepare(*waiting)
    stored = sql.execute("SELECT kind, text FROM messages ORDER BY id").fetchall()
    again = [replace(w, message=replace(w.message, kind=k, text=t)) for w, (k, t) in zip(waiting, stored, strict=True)]
    voice, paper = await media_room.prepare(*again)
    assert (voice.text, paper.beside) == ("¿qué Jettas tienen?", ("document",))
    assert (media_room.ear.heard, len(media_room.twilio.media.fetched)) == (1, 2)


async def test_two_workers_at_once_store_it_once(media_room: Room, sql: Sql) -> None:
    import asyncio

    waiting = await media_room.say(file=VOICE)
    both = await asyncio.gather(media_room.prepare(waiting), media_room.prepare(waiting))
    assert [m.text for (m,) in both] == ["¿qué Jettas tienen?"] * 2
    assert sql.execute("SELECT count(*) FROM attachments").fetchone() == (1,)


@pytest.mark.parametrize("why", ["no transcriber", "transcriber down", "nothing said", "no audio", "host down"])
async def test_what_cannot_be_heard_is_told_and_the_turn_goes_on(media_room: Room, sql: Sql, why: str) -> None:
    file = VOICE
    if why == "no transcriber":
        media_room.desk._transcriber = None
    elif why == "transcriber down":
        media_room.ear.error = ModelUnavailable("down")
    elif why == "nothing said":
        media_room.ear.words = "  "
    elif why == "no audio":
        file = Stored(b"MZ\x90\x00", "audio/ogg")
    else:
        file = Stored(SILENCE, "audio/ogg", status=503)
    waiting = [await media_room.say("busco un Jetta"), await media_room.say(file=file)]
    messages = await media_room.prepare(*waiting)
    assert [(m.text, m.beside) for m in messages] == [("busco un Jetta", ()), ("", ("voice",))]
    merged = merge([replace(w, message=m) for w, m in zip(waiting, messages, strict=True)]).message
    assert (merged.text, merged.beside) == ("busco un Jetta", ("voice",))
    assert sql.execute("SELECT kind, text FROM messages ORDER BY id DESC").fetchone() == ("audio", "")
    if why == "no transcriber":
        assert media_room.twilio.media.fetched == []


async def test_a_slow_host_holds_no_turn_up(media_room: Room) -> None:
    media_room.desk._within = 0.3
    waiting = [await media_room.say(file=replace(VOICE, silence_s=1.5)) for _ in range(3)]
    started = time.monotonic()
    messages = await media_room.prepare(*waiting)
    assert time.monotonic() - started < 1.4
    assert all(message.beside == ("voice",) for message in messages)


@pytest.mark.parametrize(
    ("content", "claimed", "beside", "status"),
    [
        (PAPER, "application/pdf", "document", "kept"),
        (PHOTO, "image/jpeg", "picture", "kept"),
        (PHOTO, "application/pdf", "document", "kept"),  # the picture of a paper, sent as a file
        (b"MZ\x90\x00", "application/pdf", "file", "refused"),
        (b"<html><script>", "image/jpeg", "file", "refused"),
        (b"PK\x03\x04", "application/zip", "file", "refused"),
    ],
)
async def test_papers_are_kept_for_the_seller_by_what_they_are(
    media_room: Room, content: bytes, claimed: str, beside: str, status: str
) -> None:
    (message,) = await media_room.prepare(await media_room.say("mi factura", Stored(content, claimed)))
    assert (message.text, message.beside) == ("mi factura", (beside,))
    (file,) = await media_room.attachments.list(media_room.sent[0])
    assert (file.status, file.size) == (status, len(content) if status == "kept" else 0)
    kept = await media_room.attachments.content(file.id)
    assert (kept is not None and kept[1] == content) is (status == "kept")


async def test_one_customer_cannot_fill_the_database(
    media_room: Room, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", len(PAPER) * 2 + 1)
    paper = Stored(PAPER, "application/pdf")
    for expected in ("document", "document", "file"):
        (message,) = await media_room.prepare(await media_room.say("", paper))
        assert message.beside == (expected,)
    assert sql.execute("SELECT count(content), sum(size) FROM attachments WHERE status = 'kept'").fetchone() == (
        2, 2 * len(PAPER),
    )  # fmt: skip


async def test_an_erased_customers_files_are_gone(media_room: Room, database: Database, sql: Sql) -> None:
    await media_room.prepare(await media_room.say("mi INE", Stored(PHOTO, "image/jpeg")))
    customers = Customers(database.short)
    exported = await customers.export(ANA)
    assert exported["attachments"][0]["content"].startswith("/9j/")
    await customers.erase(ANA)
    assert sql.execute("SELECT count(*) FROM attachments").fetchone() == (0,)


async def test_a_customer_erased_meanwhile_leaves_nothing_behind(
    media_room: Room, database: Database, sql: Sql
) -> None:
    waiting = await media_room.say("mi INE", Stored(PHOTO, "image/jpeg"))
    message = waiting.message
    (brought,) = await media_room.attachments.brought([waiting.id])
    await Customers(database.short).erase(ANA)
    assert (await media_room.desk._one(media_room.sent[0], message, brought, time.monotonic() + 3)).beside == ()
    assert sql.execute("SELECT count(*) FROM attachments").fetchone() == (0,)


async def test_a_card_number_that_is_said_is_not_stored(media_room: Room, sql: Sql) -> None:
    media_room.ear.words = "mi tarjeta es 4111 1111 1111 1111"
    (message,) = await media_room.prepare(await media_room.say(file=VOICE))
    assert "4111" in message.text  # the turn tells the customer so
    (row,) = sql.execute("SELECT text FROM messages").fetchall()
    assert "4111" not in row[0]


async def test_without_a_database_nothing_is_lost(media_room: Room, sql: Sql) -> None:
    waiting = await media_room.say(file=VOICE)
    sql.execute("ALTER TABLE attachments RENAME TO away")
    with pytest.raises(Exception, match="attachments"):
        await media_room.prepare(waiting)
    sql.execute("ALTER TABLE away RENAME TO attachments")
    assert (await media_room.prepare(waiting))[0].text == "¿qué Jettas tienen?"
