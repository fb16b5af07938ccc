"""Sends what turns have written: in order per conversation, never twice, never against the rules.

A message is marked before it leaves. If nobody knows whether it arrived, the provider's list is asked first.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.messaging.interactive import Filled, Interactive, numbered
from commercial_agent.messaging.twilio.client import RemoteMessage, TwilioClient
from commercial_agent.messaging.twilio.deliveries import given_up, our_status
from commercial_agent.messaging.twilio.errors import NEVER_CONFIRMED, WINDOW_CLOSED, Action, SendFailed, Verdict
from commercial_agent.storage.outbox import Accepted, OutboxTable, Outgoing, Pace

log = logging.getLogger(__name__)

_WINDOW: Final = timedelta(hours=24) - timedelta(minutes=2)  # stop a little early: the provider's clock decides
_LOOK_UPS: Final = 10  # at once
CONTENT_GONE: Final = 21655  # the provider's code for a content template it does not know
_SKEW: Final = timedelta(seconds=90)  # the provider's clock is not ours, and counts whole seconds


@dataclass(frozen=True, slots=True)
class SendingRules:
    """How sending behaves."""

    pace: Pace = field(default_factory=Pace)
    at_once: int = 40
    lease_s: float = 5.5  # longer than any call to the provider takes
    settle_s: float = 6.0  # how long the provider's list may lag behind; with the lease and a look, less than 15
    first_delay_s: float = 1.0
    longest_delay_s: float = 300.0
    tries: int = 12
    idle_s: float = 0.25  # how often to look when nobody wakes us
    template_sid: str = ""  # an approved template for messages after the 24 hours; {{1}} is the text


class Observer(Protocol):
    """Counts what happens to messages. Must neither fail nor wait."""

    def sent(self, outcome: str, code: int | None) -> None:
        """A try ended: accepted, retry, unknown, failed, blocked, cancelled."""
        ...


class Sender:
    """Sends the outbox of this database until it is stopped; several processes may."""

    def __init__(
        self,
        table: OutboxTable,
        client: TwilioClient,
        *,
        clock: Callable[[], datetime],
        rules: SendingRules | None = None,
        interactive: Interactive | None = None,
        observer: Observer | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Make a sender; nothing runs yet.

        Args:
            table: the outbox.
            client: the provider.
            clock: the present moment (aware).
            rules: pace and patience.
            interactive: makes buttons and lists; None: numbered text.
            observer: told of every try.
            jitter: numbers from 0 to 1 that spread retries.
        """
        self._table = table
        self._client = client
        self._clock = clock
        self._rules = rules or SendingRules()
        self._interactive = interactive
        self._observer = observer
        self._jitter = jitter
        self._accepted: list[Accepted] = []  # to be stored together
        self._wake = asyncio.Event()
        self._stopping = False
        self._paused_until: datetime | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns once the calls under way have ended."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`; survives the database's and the provider's absence."""
        settling = asyncio.create_task(self._settle(), name="settle doubts")  # never holds up what is to be sent
        try:
            while not self._stopping:
                self._wake.clear()
                more = False
                try:
                    await self._store_accepted()
                    more = await self._claim_and_send()
                except DatabaseUnavailable:
                    log.warning("sender_waits_for_database")
                except Exception:
                    log.exception("sender_broke")  # and goes on: nobody else in this process would
                if not more:
                    await self._idle()
            await self._wind_down()
        finally:
            settling.cancel()
            await asyncio.gather(settling, return_exceptions=True)

    async def _wind_down(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._store_accepted()
        except DatabaseUnavailable:  # their leases run out, and they are looked up
            log.warning("send_results_not_stored", extra={"messages": len(self._accepted)})

    async def _settle(self) -> None:
        while True:
            await asyncio.sleep(min(0.5, self._rules.settle_s))
            try:
                await self._settle_doubts()
            except DatabaseUnavailable:
                log.warning("doubts_wait_for_database")
            except Exception:
                log.exception("settling_broke")

    async def _idle(self) -> None:
        try:
            async with asyncio.timeout(self._rules.idle_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _store_accepted(self) -> None:
        if not self._accepted:
            return
        accepted, self._accepted = self._accepted, []
        try:
            await self._table.accepted(accepted)
        except BaseException:
            self._accepted = accepted + self._accepted
            raise

    async def _claim_and_send(self) -> bool:
        """Start sending what is due; whether anything was."""
        room = self._rules.at_once - len(self._tasks)
        now = self._clock()
        if room <= 0 or (self._paused_until is not None and now < self._paused_until):
            return False
        claimed = await self._table.claim(now, limit=room, lease_s=self._rules.lease_s, pace=self._rules.pace)
        for message in claimed:
            task = asyncio.create_task(self._guarded(message))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        return bool(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()  # the conversation's next message, or room for another

    async def _guarded(self, message: Outgoing) -> None:
        try:
            await self._send(message)
        except DatabaseUnavailable:  # its lease runs out, and it is looked up
            log.warning("send_result_not_stored", extra={"outbox_id": message.id})
        except Exception:
            log.exception("send_broke", extra={"outbox_id": message.id, "conversation_id": message.conversation_id})

    async def _send(self, message: Outgoing) -> None:
        if reason := self.refusal(message):
            if reason == "window_closed":
                await self._give_up(message, WINDOW_CLOSED)
                return
            await self._table.ended(message.id, "cancelled", error=_REFUSALS[reason])
            self._note("cancelled", None)
            return
        body, filled = await self._dressed(message)
        if self._too_late(message):
            await self._table.again(message.id, self._clock(), free=True)
            return
        try:
            sent = await self._client.send(
                message.address,
                body,
                reference=message.id,
                sender=message.sender,
                media_url=message.media_url,
                content_sid=filled.content_sid if filled else None,
                content_variables=filled.variables if filled else None,
            )
        except SendFailed as failure:
            if failure.verdict.code == CONTENT_GONE and filled is not None and self._interactive is not None:
                await self._interactive.gone(filled.content_sid)
            await self._failed(message, failure.verdict)
            return
        self._took(message.id, sent)

    def _took(self, message_id: str, remote: RemoteMessage) -> None:
        """Noted here, and stored with the others before anything more is claimed."""
        status = our_status(remote.status) or "accepted"
        self._accepted.append(Accepted(message_id, remote.sid, status, self._clock()))
        self._note("accepted", None)

    def _too_late(self, message: Outgoing) -> bool:
        """Whether a call begun now could outlast the lease: another process would look for its message too early."""
        begun = (self._clock() - message.attempted_at).total_seconds()
        return begun + self._client.timeout > self._rules.lease_s

    async def _dressed(self, message: Outgoing) -> tuple[str, Filled | None]:
        """The message as it leaves: a template after the 24 hours, buttons or a list, or plain text."""
        if self._outside_window(message):
            return message.body, Filled(self._rules.template_sid, {"1": one_line(message.body)})
        if not message.quick_replies:
            return message.body, None
        if self._interactive is not None and not message.media_url:
            filled = await self._interactive.fill(message.body, message.quick_replies, message.language)
            if filled is not None:
                return message.body, filled
        return numbered(message.body, message.quick_replies, caption=bool(message.media_url)), None

    def refusal(self, message: Outgoing) -> str | None:
        """Why a message may not leave now, if it may not. Read with the claim, so as fresh as can be."""
        if message.opted_out and not message.written_opted_out:
            return "opted_out"
        if message.author == "bot" and message.mode == "human" and message.written_in_mode != "human":
            return "human"
        if self._outside_window(message) and not self._rules.template_sid:
            return "window_closed"
        return None

    def _outside_window(self, message: Outgoing) -> bool:
        last = message.last_inbound_at
        return last is None or self._clock() - last > _WINDOW

    async def _failed(self, message: Outgoing, verdict: Verdict) -> None:
        now, code = self._clock(), verdict.code
        put_off = partial(self._table.again, message.id, error_code=code, error=verdict.reason)
        most = 2 if verdict.action is Action.ONCE else self._rules.tries
        match verdict.action:
            case Action.RETRY | Action.ONCE if message.attempts < most:
                await put_off(now + timedelta(seconds=max(verdict.delay, self._backoff(message.attempts))))
            case Action.PAUSE:
                self._paused_until = now + timedelta(seconds=verdict.delay)
                log.error(
                    "sending_paused", extra={"error_code": code, "seconds": verdict.delay, "reason": verdict.reason}
                )
                await put_off(self._paused_until, free=True)
            case Action.LOOK_UP:
                await put_off(now + timedelta(seconds=self._rules.settle_s), status="unknown")
                self._note("unknown", code)
                return
            case Action.PLAIN if message.media_url or message.quick_replies:
                await put_off(now, plain=True)
            case _:
                await self._give_up(message, verdict)
                return
        self._note("retry", code)

    async def _give_up(self, message: Outgoing, verdict: Verdict) -> None:
        """The message will not reach its customer: the operator learns it."""
        status = "blocked" if verdict.action is Action.WINDOW else "failed"
        await self._table.ended(message.id, status, error_code=verdict.code, error=verdict.reason)
        given_up(message.id, message.conversation_id, status, verdict)
        self._note(status, verdict.code)
        if verdict.action is Action.OPT_OUT:
            await self._table.opt_out(message.conversation_id)

    def _backoff(self, attempts: int) -> float:
        longest = min(self._rules.first_delay_s * 2.0 ** (attempts - 1), self._rules.longest_delay_s)
        return longest * (0.5 + self._jitter() / 2)

    async def _settle_doubts(self) -> None:
        """Find out what became of messages that may have been sent."""
        now = self._clock()
        if await self._table.doubt(now, self._rules.settle_s):
            log.warning("messages_in_doubt")
        unknown = await self._table.claim_unknown(now, limit=_LOOK_UPS, lease_s=self._rules.lease_s)
        for outcome in await asyncio.gather(*map(self._look_up, unknown), return_exceptions=True):
            if isinstance(outcome, DatabaseUnavailable):
                raise outcome
            if isinstance(outcome, BaseException):
                log.error("look_up_broke", exc_info=outcome)

    async def _look_up(self, message: Outgoing) -> None:
        now = self._clock()
        try:
            listed = await self._client.sent_to(message.address, message.attempted_at - _SKEW)
        except SendFailed:
            later = now + timedelta(seconds=self._rules.settle_s)
            await self._table.again(message.id, later, status="unknown", error="Twilio's list could not be read.")
            return
        known = await self._table.known([item.sid for item in listed])
        found = [item for item in listed if item.sid not in known and same(item, message)]
        if found:
            oldest = found[-1]
            self._took(message.id, oldest)
            self._wake.set()
        elif message.attempts < self._rules.tries:
            await self._table.again(message.id, now)
            self._wake.set()
        else:
            await self._give_up(message, NEVER_CONFIRMED)

    def _note(self, outcome: str, code: int | None) -> None:
        if self._observer is not None:
            self._observer.sent(outcome, code)


_REFUSALS: Final = {
    "opted_out": "The customer wants no messages.",
    "human": "A person has taken over the conversation.",
}


def same(listed: RemoteMessage, message: Outgoing) -> bool:
    """Whether a message of the provider's list may be this one of ours."""
    if listed.to != message.address:
        return False
    said, ours = listed.body.strip(), message.body.strip()
    if said == ours:
        return True
    if message.quick_replies:  # the list shows the text above the buttons, with or without them, or nothing
        return not said or said.startswith(ours)
    return one_line(ours) in one_line(said)  # as the value of a template


def one_line(text: str) -> str:
    """The text as WhatsApp takes it for a template's variable: no line breaks, no runs of spaces."""
    return " ".join(text.split())
