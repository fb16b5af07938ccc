"""What becomes of sent messages: status callbacks, and polling for those that were lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from commercial_agent.errors import DatabaseUnavailable, InvalidInput
from commercial_agent.messaging.twilio.client import TwilioClient
from commercial_agent.messaging.twilio.errors import Action, SendFailed, Verdict, judge
from commercial_agent.messaging.twilio.inbound import parse_status
from commercial_agent.storage.deliveries import DeliveryTable
from commercial_agent.storage.outbox import OutboxTable

log = logging.getLogger(__name__)

_STATUS: Final = {
    "accepted": "accepted", "queued": "accepted", "scheduled": "accepted", "sending": "accepted",
    "sent": "sent", "partially_delivered": "sent", "delivered": "delivered", "read": "read",
    "failed": "failed", "undelivered": "undelivered", "canceled": "failed",
}  # fmt: skip
_TRIES: Final = 3  # of a message that the provider takes and cannot deliver


def our_status(word: str) -> str | None:
    """Twilio's word for a status in ours; None for one that says nothing."""
    return _STATUS.get(word.strip().lower())


def given_up(message_id: str, conversation_id: str, status: str, verdict: Verdict) -> None:
    """Tell the operator that a message will not reach its customer; `messages failed` lists it."""
    log.error(
        "message_failed",
        extra={
            "outbox_id": message_id,
            "conversation_id": conversation_id,
            "status": status,
            "error_code": verdict.code,
            "reason": verdict.reason,
            "what_to_do": verdict.todo,
        },
    )


class ForeignStatus(InvalidInput):
    """The status callback is of another Twilio account."""

    code = "foreign_account"


class Deliveries:
    """Keeps what became of each message."""

    def __init__(
        self,
        table: DeliveryTable,
        outbox: OutboxTable,
        client: TwilioClient,
        *,
        clock: Callable[[], datetime],
        quiet_s: float = 60.0,
        wake: Callable[[], None] | None = None,
        observed: Callable[[str, int | None], None] | None = None,
    ) -> None:
        """Make it.

        Args:
            table: the messages that have left.
            outbox: where those that must leave once more go back to.
            client: the provider, for polling.
            clock: the present moment (aware).
            quiet_s: seconds without news after which a message is asked for; then ever longer.
            wake: called when a message is to be sent again.
            observed: told `failed` and the error code of each message given up, for metrics; must not wait.
        """
        self._table = table
        self._outbox = outbox
        self._client = client
        self._clock = clock
        self._quiet_s = quiet_s
        self._wake = wake
        self._observed = observed

    async def update(self, form: Mapping[str, Any], reference: str | None = None) -> bool:
        """Keep a verified status callback. Late, repeated and unknown ones change nothing.

        Args:
            form: the decoded form.
            reference: the `ref` of the callback's query: our own id of the message.

        Returns:
            Whether anything changed. Answer 204 in either case.

        Raises:
            InvalidWebhook: no message id or status: answer 400.
            ForeignStatus: answer 403.
            DatabaseUnavailable: answer 503.
        """
        update = parse_status(form)
        if update.account_sid != self._client.account_sid:
            raise ForeignStatus()
        return await self.report(update.sid, update.status, update.error_code, reference)

    async def report(self, sid: str, word: str, code: int | None, reference: str | None = None) -> bool:
        """Keep a status, and do what a failure asks for.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        status, now = our_status(word), self._clock()
        if status is None:
            return False
        failed = status in ("failed", "undelivered")
        verdict = judge(code) if failed else None
        changed = await self._table.report(
            sid, status, now, reference=reference, error_code=code, error=verdict.reason if verdict else None
        )
        if changed is None:
            return False
        if verdict is not None:
            message_id, conversation_id, attempts = changed
            again = attempts < (2 if verdict.action is not Action.RETRY else _TRIES)
            if again and verdict.action in (Action.RETRY, Action.ONCE, Action.PLAIN, Action.PAUSE):
                plain = verdict.action is Action.PLAIN
                await self._outbox.revive(message_id, now + timedelta(seconds=verdict.delay), plain=plain)
                if self._wake is not None:
                    self._wake()
            else:
                given_up(message_id, conversation_id, status, verdict)
                if self._observed is not None:
                    self._observed("failed", code)
                if verdict.action is Action.OPT_OUT:
                    await self._outbox.opt_out(conversation_id)
        return True

    async def poll(self) -> int:
        """Ask the provider for messages nothing was heard of; how many changed.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        changed = 0
        for message in await self._table.travelling(self._clock(), quiet_s=self._quiet_s, limit=50):
            try:
                found = await self._client.fetch(message.provider_sid)
            except SendFailed as failure:
                if failure.status != 404:
                    break  # the provider is away: next time
                continue
            changed += await self.report(found.sid, found.status, found.error_code, message.id)
        return changed

    async def run(self, every_s: float = 15.0) -> None:
        """Poll until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.poll()
            except DatabaseUnavailable:
                log.warning("delivery_poll_waits_for_database")
