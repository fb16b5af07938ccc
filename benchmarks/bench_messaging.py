"""Messaging: acknowledgement under load, ordered throughput beside bare jobs, latency of an idle system.

Run as a script, or through `run()`. One PostgreSQL, one process with inbox, worker and sender, the double of Twilio in
a process of its own; full durability (synchronous_commit on).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage
from commercial_agent.conversation.state import DialogueState
from commercial_agent.messaging.answering import Answering
from commercial_agent.messaging.inbox import Inbox
from commercial_agent.messaging.outbox import Sender, SendingRules
from commercial_agent.messaging.twilio import TwilioClient
from commercial_agent.messaging.worker import Worker
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.database import Database, conninfo
from commercial_agent.storage.embedded import EmbeddedPostgres
from commercial_agent.storage.mailboxes import Limits, Mailboxes, QuietWindow
from commercial_agent.storage.outbox import OutboxTable, Pace
from commercial_agent.storage.text import new_id
from commercial_agent.testing.twilio import TwilioDouble

CUSTOMERS = 500
MESSAGES = 1500

_DOUBLE = """
import json, sys
from commercial_agent.testing.twilio import TwilioDouble
with TwilioDouble() as double:
    print(double.url, flush=True)
    for line in sys.stdin:
        print(json.dumps(len(double.sent)), flush=True)
"""


def address(customer: int) -> str:
    return f"whatsapp:+52155{customer:08d}"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Bot:
    """A turn with full writes and a reply; `thinks` seconds long."""

    conversations: Conversations
    thinks: float = 0.0
    answered: int = 0
    told: dict[str, asyncio.Event] = field(default_factory=dict)  # by address: set when its message is answered
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    expected: int = 0

    async def answer(self, key: ConversationKey, message: IncomingMessage, inbound_ids: Sequence[str] = ()) -> None:
        async with self.conversations.turn(key) as conversation:
            if self.thinks:
                await asyncio.sleep(self.thinks)
            await conversation.save(
                TurnRecord(
                    new_id(), now(), message.text, ("Estas son las opciones que encontré para ti. " * 8,),
                    DialogueState(turns=conversation.turns + 1, language=Language.ES), Language.ES,
                    findings=b'[{"kind": "cars", "cars": ["1", "2", "3"], "total": 41}]',
                    inbound_ids=tuple(inbound_ids),
                )
            )  # fmt: skip
        self.answered += len(inbound_ids)
        if waiting := self.told.get(key.address):
            waiting.set()
        if self.answered == self.expected:
            self.finished.set()


@contextlib.contextmanager
def _twilio() -> Iterator[tuple[str, Callable[[], int]]]:
    """The double in a process of its own: its address, and how many messages it accepted."""
    process = subprocess.Popen(
        [sys.executable, "-c", _DOUBLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout
    url = stdout.readline().strip()

    def accepted() -> int:
        stdin.write("\n")
        stdin.flush()
        return int(json.loads(stdout.readline()))

    try:
        yield url, accepted
    finally:
        stdin.close()
        process.wait(10)


@contextlib.contextmanager
def _postgres() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="ca-bench-"))
    server = EmbeddedPostgres.start(folder)
    try:
        Database.migrate(server.url)
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Room:
    """Inbox, worker and sender, wired as the product does."""

    def __init__(self, url: str, twilio_url: str, *, thinks: float, window: QuietWindow, at_once: int = 20) -> None:
        self.forms = TwilioDouble()
        self.database = Database(url)
        self.client = TwilioClient(
            self.forms.account_sid, self.forms.auth_token, sender=self.forms.sender, base_url=twilio_url
        )
        mailboxes = Mailboxes(self.database.short)
        self.sender = Sender(
            OutboxTable(self.database.short), self.client, clock=now, rules=SendingRules(pace=Pace(10_000))
        )
        self.bot = Bot(Conversations(self.database.engine), thinks)
        self.answering = Answering(mailboxes, self.bot, answered=self.sender.wake)
        self.worker = Worker(mailboxes, self.answering.answer, at_once=at_once, grace_s=0.1)
        self.inbox = Inbox(
            mailboxes, account_sid=self.forms.account_sid, clock=now, limits=Limits(1000, 5000), window=window,
            received=self.worker.received,
        )  # fmt: skip

    async def __aenter__(self) -> Room:
        self._tasks = [asyncio.create_task(self.worker.run()), asyncio.create_task(self.sender.run())]
        await asyncio.sleep(1.0)  # until the worker listens
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.worker.stop()
        self.sender.stop()
        await asyncio.gather(*self._tasks)
        await self.client.close()
        await self.database.dispose()

    async def say(self, customer: int, text: str = "busco un sedán automático de menos de 280 mil") -> None:
        await self.inbox.receive(self.forms.webhook(text, address(customer)))


async def acknowledgement(url: str, twilio_url: str, *, rate: int = 100, seconds: int = 10) -> list[float]:
    """Milliseconds each webhook took, at a steady rate, while every turn takes 10 s."""
    took: list[float] = []
    async with Room(url, twilio_url, thinks=10.0, window=QuietWindow(0.2, 0.5)) as room:

        async def one(number: int) -> None:
            began = time.perf_counter()
            await room.say(number % CUSTOMERS)
            took.append((time.perf_counter() - began) * 1000)

        tasks, began = [], time.perf_counter()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(number)))
        await asyncio.gather(*tasks)
        room.bot.thinks = 0.0
    return took


async def throughput(url: str, twilio_url: str, accepted: Callable[[], int], messages: int = MESSAGES) -> float:
    """Answered and sent messages a second, in a closed loop: each customer writes again once he is answered.

    So nothing is merged: every message is a turn of its own, in order.
    """
    before = accepted()
    async with Room(url, twilio_url, thinks=0.0, window=QuietWindow(0.0, 0.0), at_once=12) as room:
        room.bot.expected = messages
        began = time.perf_counter()

        async def customer(number: int) -> None:
            told = room.bot.told[address(number)] = asyncio.Event()
            for _ in range(messages // CUSTOMERS):
                told.clear()
                await room.say(number)
                await told.wait()

        await asyncio.gather(*(customer(number) for number in range(CUSTOMERS)))
        await room.bot.finished.wait()
        turns_done = time.perf_counter()
        await _until(partial(_more_than, before + messages - 1, accepted))
        took = time.perf_counter() - began
    print(f"   turns done after {turns_done - began:.1f} s, sent {accepted() - before} after {took:.1f} s")
    return messages / took


def _more_than(before: int, accepted: Callable[[], int]) -> bool:
    return accepted() > before


async def _until(check: Callable[[], bool], every_s: float = 0.05) -> None:
    """Ask another process until it says yes; there is nothing to wait on."""
    loop = asyncio.get_running_loop()
    while not check():
        again = loop.create_future()
        loop.call_later(every_s, again.set_result, None)
        await again


async def bare_jobs(url: str, jobs: int = MESSAGES) -> float:
    """Bare procrastinate jobs a second with the same locks, deferred one by one while they run."""
    import psycopg
    from procrastinate import App, PsycopgConnector
    from procrastinate.schema import SchemaManager

    with psycopg.connect(conninfo(url)) as connection:
        connection.execute(SchemaManager.get_schema())
    app = App(connector=PsycopgConnector(conninfo=conninfo(url), min_size=1, max_size=8))
    done = asyncio.Event()
    ran = 0

    @app.task(name="nothing", queue="bare")
    async def nothing(customer: int) -> None:
        nonlocal ran
        ran += 1
        if ran == jobs:
            done.set()

    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=["bare"], concurrency=20, fetch_job_polling_interval=0.3, install_signal_handlers=False,
                delete_jobs="always",
            )
        )  # fmt: skip
        await asyncio.sleep(0.5)
        began = time.perf_counter()

        async def customer(number: int) -> None:
            for _ in range(jobs // CUSTOMERS):
                await nothing.configure(lock=f"bare-{number}").defer_async(customer=number)

        waiting = asyncio.gather(*(customer(number) for number in range(CUSTOMERS)))
        await done.wait()
        took = time.perf_counter() - began
        await waiting
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    return jobs / took


async def idle_latency(url: str, twilio_url: str, accepted: Callable[[], int], times: int = 40) -> list[float]:
    """Milliseconds from webhook to the provider's acceptance, over the quiet window, one message at a time."""
    window = QuietWindow(0.3, 1.0)
    took = []
    async with Room(url, twilio_url, thinks=0.0, window=window) as room:
        for number in range(times):
            await asyncio.sleep(0.15)
            before, began = accepted(), time.perf_counter()
            await room.say(10_000 + number)
            await _until(partial(_more_than, before, accepted), 0.002)
            took.append((time.perf_counter() - began - window.seconds) * 1000)
    return took


def run() -> list[tuple[str, str, str]]:
    """Figure, ours, beside what."""
    import uvloop

    with _twilio() as (twilio_url, accepted):
        with _postgres() as url:
            floor = uvloop.run(bare_jobs(url))
        with _postgres() as url:
            answered = uvloop.run(throughput(url, twilio_url, accepted))
        with _postgres() as url:
            idle = uvloop.run(idle_latency(url, twilio_url, accepted))
        with _postgres() as url:
            acknowledged = uvloop.run(acknowledgement(url, twilio_url))
    return [
        ("ordered throughput, 500 customers", f"{answered:.0f} answered messages/s", f"bare jobs {floor:.0f}/s"),
        ("throughput beside the floor", f"{answered / floor:.2f}", "at least 0.60"),
        ("acknowledge p50 / p99 at 100/s, turns of 10 s", _percentiles(acknowledged), "p99 at most 50 ms"),
        ("idle answer over the quiet window p50 / p99", _percentiles(idle), "at most 60 / 400 ms"),
    ]


def _percentiles(values: Sequence[float]) -> str:
    cuts: list[Any] = statistics.quantiles(values, n=100)
    return f"{cuts[49]:.1f} / {cuts[98]:.1f} ms"


if __name__ == "__main__":
    for figure, ours, beside in run():
        print(f"{figure:50} {ours:32} {beside}")
