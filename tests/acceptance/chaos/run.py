"""Customers write while web servers, workers and PostgreSQL are killed and Twilio fails: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
from tests.acceptance.chaos.fleet import Fleet

from commercial_agent.messaging.interactive import numbered
from commercial_agent.testing.twilio import Fault, Sent, TwilioDouble

WEBHOOK = "/webhooks/twilio/whatsapp"
# Nothing that hands over to a person or says goodbye for good: each of these asks for an answer.
SAYINGS = (
    "hola", "busco un sedán automático de menos de 280 mil", "¿qué garantía tienen?", "¿dónde están en Puebla?",
    "¿cuánto queda a 48 meses con 20% de enganche?", "tienes un Jetta 2019?", "una SUV para 7 personas", "y a 60?",
    "I'm looking for an automatic hatchback", "¿cuál es el más barato?", "gracias", "¿puedo dar mi auto a cuenta?",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How much of it."""

    messages: int
    customers: int
    kills: int  # of each kind: web, worker, PostgreSQL
    seed: int
    webs: int = 1
    workers: int = 2
    rate: float = 25.0  # messages a second
    pause: float = 0.7  # seconds between kills, on average
    drain_s: float = 60.0  # after the last message was taken


@dataclass
class Report:
    """What happened, and what was wrong."""

    seed: int
    seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter)
    posts: Counter[str] = field(default_factory=Counter)
    figures: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report in lines."""
        return [
            f"seed {self.seed}: {self.seconds:.0f} s",
            "killed: " + ", ".join(f"{count} {what}" for what, count in sorted(self.kills.items())),
            "webhooks: " + ", ".join(f"{count} {what}" for what, count in sorted(self.posts.items())),
            *(f"{name}: {value}" for name, value in self.figures.items()),
            *(f"WRONG: {what}" for what in self.wrong[:20]),
        ]


class Chaos:
    """One run."""

    def __init__(self, plan: Plan, fleet: Fleet, twilio: TwilioDouble) -> None:
        self.plan = plan
        self.fleet = fleet
        self.twilio = twilio
        self.report = Report(plan.seed)
        self.chance = random.Random(plan.seed)
        self.accepted: dict[str, str] = {}  # message id -> address, once it was acknowledged
        self.killing = True
        self.outages: list[tuple[float, float]] = []  # when no worker lived, or no database

    async def play(self) -> Report:
        """Write, kill, wait until all is quiet, check."""
        began = time.monotonic()
        watching = asyncio.create_task(self._watch())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._kill())
            tasks.create_task(self._write())
        self.twilio.wrong.faults = tuple(f for f in Fault if f not in (Fault.SILENT, Fault.ACCEPTED_SILENT))
        written = time.monotonic() - began
        await self._drain()
        watching.cancel()
        self.report.figures["written and killed after"] = f"{written:.0f} s"
        self.report.seconds = time.monotonic() - began
        self._check()
        return self.report

    # --- Customers --------------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        began, tasks = time.monotonic(), []
        turns = [n % self.plan.customers for n in range(self.plan.messages)]
        self.chance.shuffle(turns)
        reserve = len(turns) // 10  # some are always left to be written after the last kill
        for number, customer in enumerate(turns):
            while self.killing and number >= len(turns) - reserve:
                await asyncio.sleep(0.1)
            await asyncio.sleep(max(0.0, began + number / self.plan.rate - time.monotonic()))
            address = f"whatsapp:+5215{customer:09d}"
            form = self.twilio.webhook(self.chance.choice(SAYINGS), address)
            copies = 1 + (self.chance.random() < 0.1)
            tasks.append(asyncio.create_task(self._post(form, copies)))
        await asyncio.gather(*tasks)

    async def _post(self, form: dict[str, str], copies: int) -> None:
        for copy in range(copies):
            pause = 0.5
            while True:
                outcome = await self._try(form)
                self.report.posts["taken again" if copy and outcome == "taken" else outcome] += 1
                if outcome == "taken":
                    break
                await asyncio.sleep(pause * self.chance.uniform(0.5, 1.0))
                pause = min(pause * 2, 4.0)
        self.accepted[form["MessageSid"]] = form["From"]

    async def _try(self, form: dict[str, str]) -> str:
        web = random.choice(self.fleet.webs)
        body, headers = self.twilio.signed(WEBHOOK, form)
        try:
            answer = await self.fleet.client.post(web.url + WEBHOOK, content=body, headers=headers)
        except httpx.HTTPError:
            return "unanswered"
        if answer.status_code in (200, 503):
            return "taken" if answer.status_code == 200 else "refused"
        raise AssertionError(f"the webhook was answered with {answer.status_code}: {answer.text}")

    # --- Death ------------------------------------------------------------------------------------------------------

    async def _kill(self) -> None:
        # in turn, so that one comes back to life while the next ones die
        for what in ("web", "worker", "postgres") * self.plan.kills:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.plan.pause)
            match what:
                case "web":
                    await self.fleet.kill_member(self.fleet.webs[self.report.kills[what] % len(self.fleet.webs)])
                case "worker":
                    await self.fleet.kill_member(self.fleet.workers[self.report.kills[what] % len(self.fleet.workers)])
                case _:
                    await self.fleet.kill_postgres(self.chance.uniform(0.1, 1.0))
            self.report.kills[what] += 1
        self.killing = False

    async def _watch(self) -> None:
        """Note when nobody could have answered: a wait is told with these times and without."""
        while True:
            began = time.time()
            await asyncio.sleep(0.1)
            if self.fleet.postgres_away or not any([await w.ready(self.fleet.client) for w in self.fleet.workers]):
                self.outages.append((began, time.time()))

    def _beside_outages(self, received: float, seconds: float) -> float:
        away = (min(end, received + seconds) - max(begin, received) for begin, end in self.outages)
        return seconds - sum(max(0.0, part) for part in away)

    # --- Judgement --------------------------------------------------------------------------------------------------

    async def _drain(self) -> None:
        deadline = time.monotonic() + self.plan.drain_s
        while time.monotonic() < deadline:
            if await asyncio.to_thread(self._open) == 0:
                return
            await asyncio.sleep(0.3)
        self.report.wrong.append(f"not settled after {self.plan.drain_s:.0f} s: {self._open()} left")

    def _open(self) -> int:
        return int(self._rows(
            "SELECT (SELECT count(*) FROM messages WHERE direction = 'in' AND turn_id IS NULL) + "
            "(SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending', 'unknown')) + "
            "(SELECT count(*) FROM mailboxes WHERE due_at IS NOT NULL OR worker IS NOT NULL)"
        )[0][0])  # fmt: skip

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.fleet.database_url) as connection:
            return connection.execute(query).fetchall()

    def _check(self) -> None:
        wrong = self.report.wrong
        messages = self._rows(
            "SELECT m.provider_sid, m.conversation_id, m.turn_id, extract(epoch FROM t.created_at - m.created_at), "
            "extract(epoch FROM m.created_at) "
            "FROM messages AS m LEFT JOIN turns AS t ON t.id = m.turn_id WHERE m.direction = 'in' "
            "ORDER BY m.conversation_id, m.seq"
        )
        outbox = self._rows(
            "SELECT id::text, conversation_id, turn_id, body, status, quick_replies FROM outbox ORDER BY id"
        )
        stored = [row[0] for row in messages]
        wrong += [f"{sid} was acknowledged and is not stored" for sid in self.accepted.keys() - set(stored)]
        wrong += [f"{sid} is stored and was never written" for sid in set(stored) - self.accepted.keys()]

        first: dict[str, int] = {}
        for reference, _, turn, _, status, _ in outbox:
            first.setdefault(turn, int(reference))
            if status in ("failed", "blocked", "cancelled", "undelivered"):
                wrong.append(f"message {reference} ended as {status}")
        last: dict[str, int] = defaultdict(int)
        waits, fair = [], []
        for sid, conversation, turn, seconds, received in messages:
            if turn not in first:
                wrong.append(f"{sid} has no answer (turn {turn})")
            elif first[turn] < last[conversation]:
                wrong.append(f"{sid} was answered out of order")
            else:
                last[conversation] = first[turn]
                waits.append(float(seconds))
                fair.append(self._beside_outages(float(received), float(seconds)))
        self._check_handsets(outbox)
        self._figures(waits, fair, len(messages), len(outbox), len(first))

    def _check_handsets(self, outbox: list[tuple[Any, ...]]) -> None:
        """What the customers hold is what was written for them: each message once, in order."""
        wrong, received = self.report.wrong, defaultdict(list)
        for sent in self.twilio.sent:
            received[_reference(sent)].append(sent)
        for reference, _, _, body, _, replies in outbox:
            options = [(reply["title"], reply["payload"]) for reply in replies or ()]
            copies = received.pop(reference, [])
            if len(copies) != 1:
                wrong.append(f"message {reference} was sent {len(copies)} times")
            elif copies[0].body != (body if copies[0].content_sid else numbered(body, options)):
                wrong.append(f"message {reference} was sent with another text")
        wrong += [f"message {reference} was sent and is not stored" for reference in received]
        latest: dict[str, int] = defaultdict(int)
        for sent in self.twilio.sent:
            reference = int(_reference(sent))
            if reference < latest[sent.to]:
                wrong.append(f"message {reference} reached its customer out of order")
            latest[sent.to] = max(latest[sent.to], reference)

    def _figures(self, waits: list[float], fair: list[float], messages: int, sent: int, turns: int) -> None:
        tries = sum(method == "POST" and path.endswith("Messages.json") for method, path in self.twilio.calls)
        self.report.figures |= {
            "customers": str(self.plan.customers),
            "messages": f"{messages}, answered by {turns} turns with {sent} messages, {tries} tries to send",
            "seconds to the answer": _spread(waits),
            "beside times without any worker or database": _spread(fair),
            "answered messages a second": f"{messages / self.report.seconds:.1f}",
        }


def _spread(values: list[float]) -> str:
    cuts = statistics.quantiles(values, n=100) if len(values) > 1 else [0.0] * 99
    return f"p50 {cuts[49]:.1f}, p99 {cuts[98]:.1f}, longest {max(values, default=0):.1f}"


def _reference(sent: Sent) -> str:
    return (sent.callback or "").rpartition("ref=")[2]


async def chaos(plan: Plan) -> Report:
    """Play it."""
    with TwilioDouble(statuses=("sent", "delivered"), seed=plan.seed) as twilio:
        wrong = twilio.wrong
        wrong.rate, wrong.list_lag_s = 0.1, 5.0
        wrong.lost_callbacks, wrong.repeated_callbacks, wrong.shuffled_callbacks = 0.2, 0.2, True
        async with Fleet(twilio, webs=plan.webs, workers=plan.workers) as fleet:
            twilio.app_url = fleet.webs[0].url
            report = await Chaos(plan, fleet, twilio).play()
            if report.wrong:
                report.wrong.append(fleet.logs())
            return report
