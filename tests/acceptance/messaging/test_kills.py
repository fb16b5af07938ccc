"""A process is killed at each step between webhook and handset; another one must finish its work, once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from commercial_agent.messaging.inbox import Inbox
from commercial_agent.messaging.worker import LEASE_S, POLL_S
from commercial_agent.storage.database import Database
from commercial_agent.storage.mailboxes import Mailboxes, QuietWindow
from commercial_agent.testing.twilio import TwilioDouble

Sql = psycopg.Connection[tuple[Any, ...]]
ANA, WINDOW = "whatsapp:+525511112222", QuietWindow(0.05, 0.2)
RESCUE_S = 15.0
OPEN = (
    "SELECT (SELECT count(*) FROM messages WHERE direction = 'in' AND turn_id IS NULL) + "
    "(SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending', 'unknown'))"
)

# A worker process with an echoing chatbot. The failpoint kills it (-9) at the named step of its first turn.
WORKER = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.state import DialogueState
from commercial_agent.messaging.answering import Answering
from commercial_agent.messaging.outbox import Sender, SendingRules
from commercial_agent.messaging.twilio import TwilioClient
from commercial_agent.messaging.worker import Worker
from commercial_agent.storage.conversations import Conversations, OpenConversation, TurnRecord
from commercial_agent.storage.database import Database
from commercial_agent.storage.mailboxes import Mailboxes
from commercial_agent.storage.outbox import OutboxTable
from commercial_agent.storage.text import new_id

url, twilio_url, account, token, failpoint, fast = sys.argv[1:]
now = lambda: datetime.now(UTC)


def die_at(owner, name, after):
    real = getattr(owner, name)

    async def deadly(*arguments, **options):
        result = await real(*arguments, **options) if after else None
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)


class Bot:
    async def answer(self, key, message, inbound_ids=()):
        async with conversations.turn(key) as conversation:
            await conversation.save(TurnRecord(
                new_id(), now(), message.text, (message.text + " 1", message.text + " 2"),
                DialogueState(turns=conversation.turns + 1), Language.ES, inbound_ids=tuple(inbound_ids)))


async def main():
    global conversations
    database = Database(url)
    conversations = Conversations(database.engine)
    waits = {"timeout": 1.0} if fast else {}
    client = TwilioClient(account, token, sender="+14155238886", base_url=twilio_url, **waits)
    rules = SendingRules(lease_s=1.5, settle_s=0.5, first_delay_s=0.1) if fast else SendingRules()
    sender = Sender(OutboxTable(database.short), client, clock=now, rules=rules)
    bot = Bot()
    mailboxes = Mailboxes(database.short)
    answering = Answering(mailboxes, bot, answered=sender.wake)
    steps = {
        "before the turn is saved": (OpenConversation, "save", False),
        "before the turn is committed": (OpenConversation, "save", True),
        "after the turn is committed": (Bot, "answer", True),
        "before a message leaves": (TwilioClient, "send", False),
        "after a message has left": (TwilioClient, "send", True),
        "before its status is stored": (OutboxTable, "accepted", False),
        "after its status is stored": (OutboxTable, "accepted", True),
    }
    finding = {"when a mailbox is taken": (Mailboxes, "take"), "when a message is claimed": (OutboxTable, "claim")}
    if failpoint in finding:
        owner, name = finding[failpoint]
        real = getattr(owner, name)

        async def find(*arguments, **options):
            found = await real(*arguments, **options)
            if found:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        setattr(owner, name, find)
    elif failpoint:
        die_at(*steps[failpoint])
    print("ready", flush=True)
    lease = {"lease_s": 1.5} if fast else {}
    await asyncio.gather(Worker(mailboxes, answering.answer, **lease).run(), sender.run())


asyncio.run(main())
"""
STEPS = [
    "when a mailbox is taken", "before the turn is saved", "before the turn is committed",
    "after the turn is committed", "when a message is claimed", "before a message leaves", "after a message has left",
    "before its status is stored", "after its status is stored",
]  # fmt: skip


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    """The provider."""
    with TwilioDouble() as double:
        yield double


class Workers:
    """Worker processes; `fast` ones wait as briefly as a test can bear, the others as they do in service."""

    def __init__(self, database_url: str, twilio: TwilioDouble) -> None:
        self._arguments = [database_url, twilio.url, twilio.account_sid, twilio.auth_token]
        self._processes: list[subprocess.Popen[str]] = []

    async def start(self, failpoint: str = "", *, fast: bool = True) -> subprocess.Popen[str]:
        """Start one; returns once it works."""
        arguments = [*self._arguments, failpoint, "fast" if fast else ""]
        process = subprocess.Popen([sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, text=True)
        self._processes.append(process)
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "ready\n"
        return process

    def end(self) -> None:
        """All are dead in the end."""
        for process in self._processes:
            process.kill()
            process.communicate()


@pytest.fixture
def workers(database_url: str, twilio: TwilioDouble) -> Iterator[Workers]:
    """Starts worker processes."""
    started = Workers(database_url, twilio)
    yield started
    started.end()


@pytest.fixture
def inbox(database: Database, twilio: TwilioDouble) -> Inbox:
    """Where webhooks arrive."""
    return Inbox(
        Mailboxes(database.short), account_sid=twilio.account_sid, clock=lambda: datetime.now(UTC), window=WINDOW
    )


async def _settled(sql: Sql, seconds: float) -> float:
    """Wait until everything is answered and sent; how long that took."""
    begun = time.monotonic()
    async with asyncio.timeout(seconds):
        while sql.execute(OPEN).fetchone() != (0,):
            await asyncio.sleep(0.05)
    return time.monotonic() - begun


@pytest.mark.parametrize("step", STEPS)
async def test_what_a_killed_worker_left_is_finished_by_another(
    step: str, workers: Workers, inbox: Inbox, twilio: TwilioDouble, sql: Sql
) -> None:
    await inbox.receive(twilio.webhook("uno", ANA))
    victim = await workers.start(step)
    assert await asyncio.to_thread(victim.wait, 30) == -9
    await inbox.receive(twilio.webhook("dos", ANA))
    await workers.start()
    await _settled(sql, RESCUE_S)
    texts = " ".join(twilio.handset(ANA))
    expected = {"uno 1 uno 2 dos 1 dos 2", "uno\ndos 1 uno\ndos 2"}  # apart, or as one burst: each exactly once
    assert texts in expected
    assert sql.execute("SELECT count(*) FROM messages WHERE direction = 'in'").fetchone() == (2,)


async def test_a_rescue_takes_less_than_fifteen_seconds_with_the_leases_of_service(
    workers: Workers, inbox: Inbox, twilio: TwilioDouble, sql: Sql
) -> None:
    await inbox.receive(twilio.webhook("uno", ANA))
    victim = await workers.start("before a message leaves", fast=False)  # the longest: it may have been sent
    assert await asyncio.to_thread(victim.wait, 30) == -9
    killed = time.monotonic()
    await workers.start(fast=False)  # alive, as another machine's would be
    await _settled(sql, RESCUE_S - (time.monotonic() - killed))
    assert twilio.handset(ANA) == ("uno 1", "uno 2")
    assert LEASE_S + POLL_S < RESCUE_S / 2  # and a turn's mailbox is free long before that
