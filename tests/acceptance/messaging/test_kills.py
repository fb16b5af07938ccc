"""A process is killed at each step between webhook and handset; another one must finish its work, once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from commercial_agent.messaging.inbox import Inbox
from commercial_agent.storage.database import Database
from commercial_agent.storage.mailboxes import Mailboxes, QuietWindow
from commercial_agent.testing.twilio import TwilioDouble

Sql = psycopg.Connection[tuple[Any, ...]]
ANA, WINDOW = "whatsapp:+525511112222", QuietWindow(0.05, 0.2)

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

url, twilio_url, account, token, failpoint = sys.argv[1:]
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
    client = TwilioClient(account, token, sender="+14155238886", base_url=twilio_url, timeout=2)
    rules = SendingRules(lease_s=3, settle_s=1, first_delay_s=0.1)
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
    await asyncio.gather(Worker(mailboxes, answering.answer, lease_s=3.0).run(), sender.run())


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


@pytest.fixture
def start(database_url: str, twilio: TwilioDouble) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts worker processes; all are dead in the end."""
    processes: list[subprocess.Popen[str]] = []

    def worker(failpoint: str = "") -> subprocess.Popen[str]:
        arguments = [database_url, twilio.url, twilio.account_sid, twilio.auth_token, failpoint]
        process = subprocess.Popen([sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield worker
    for process in processes:
        process.kill()
        process.communicate()


async def _until(check: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not check():
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("step", STEPS)
async def test_what_a_killed_worker_left_is_finished_by_another(
    step: str, start: Any, twilio: TwilioDouble, database: Database, sql: Sql
) -> None:
    inbox = Inbox(
        Mailboxes(database.short), account_sid=twilio.account_sid, clock=lambda: datetime.now(UTC), window=WINDOW
    )
    await inbox.receive(twilio.webhook("uno", ANA))
    victim = start(step)
    assert await asyncio.to_thread(victim.wait, 30) == -9
    await inbox.receive(twilio.webhook("dos", ANA))
    start()

    def settled() -> bool:
        waiting = sql.execute("SELECT count(*) FROM messages WHERE direction = 'in' AND turn_id IS NULL").fetchone()
        unsent = sql.execute("SELECT count(*) FROM outbox WHERE status <> 'accepted'").fetchone()
        return waiting == (0,) and unsent == (0,)

    await _until(settled, 45)
    texts = " ".join(twilio.handset(ANA))
    expected = {"uno 1 uno 2 dos 1 dos 2", "uno\ndos 1 uno\ndos 2"}  # apart, or as one burst: each exactly once
    assert texts in expected
    assert sql.execute("SELECT count(*) FROM messages WHERE direction = 'in'").fetchone() == (2,)
