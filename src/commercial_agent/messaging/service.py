"""The messaging room as one thing to start and stop: what bootstrap builds when Twilio is configured."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from commercial_agent.messaging.answering import Answerer, Answering
from commercial_agent.messaging.inbox import Inbox
from commercial_agent.messaging.interactive import Interactive
from commercial_agent.messaging.media import MediaDesk
from commercial_agent.messaging.outbox import Observer, Sender, SendingRules
from commercial_agent.messaging.twilio.client import TwilioClient
from commercial_agent.messaging.twilio.deliveries import Deliveries
from commercial_agent.messaging.worker import Worker
from commercial_agent.storage.content import ContentTemplates
from commercial_agent.storage.database import Database
from commercial_agent.storage.deliveries import DeliveryTable
from commercial_agent.storage.mailboxes import Limits, Mailboxes, QuietWindow
from commercial_agent.storage.outbox import OutboxTable

log = logging.getLogger(__name__)

STATUS_PATH: Final = "/webhooks/twilio/status"


class Messaging:
    """Webhooks in, answers out. `inbox` and `deliveries` serve the webhooks; `run` does the work behind them."""

    def __init__(
        self,
        database: Database,
        chatbot: Answerer,
        client: TwilioClient,
        *,
        clock: Callable[[], datetime],
        window: QuietWindow | None = None,
        turns_at_once: int = 20,
        limits: Limits | None = None,
        rules: SendingRules | None = None,
        list_button: Mapping[str, str] | None = None,
        observer: Observer | None = None,
        grace_s: float = 20.0,
        media: MediaDesk | None = None,
    ) -> None:
        """Wire the room; nothing runs yet.

        Args:
            database: its engines; `short` must be able to serve beside busy turns.
            chatbot: takes the turns.
            client: Twilio; give it `status_callback=PUBLIC_BASE_URL + STATUS_PATH`.
            clock: the present moment (aware).
            window: how long to wait for the rest of a burst.
            turns_at_once: turns of this process; fewer than the database's connections.
            limits: how much one customer may write.
            rules: how sending behaves.
            list_button: by language, what opens a list of choices.
            observer: told of every try to send.
            grace_s: seconds that running turns get when the process stops.
            media: hears voice notes and keeps papers; None: the customer is asked to type.
        """
        self.mailboxes = Mailboxes(database.short)
        self.table = OutboxTable(database.short)
        self.delivered = DeliveryTable(database.short)
        self.client = client
        templates = ContentTemplates(database.short, client.account_sid)
        interactive = Interactive(client, templates, clock=clock, list_button=list_button or {})
        self.sender = Sender(self.table, client, clock=clock, rules=rules, interactive=interactive, observer=observer)
        self.deliveries = Deliveries(
            self.delivered, self.table, client, clock=clock, wake=self.sender.wake,
            observed=observer.sent if observer is not None else None,
        )  # fmt: skip
        self.answering = Answering(
            self.mailboxes,
            chatbot,
            typing=client.typing,
            answered=self.sender.wake,
            prepare=media.prepare if media is not None else None,
        )
        self.media = media
        self.worker = Worker(self.mailboxes, self.answering.answer, at_once=turns_at_once, grace_s=grace_s)
        self.inbox = Inbox(
            self.mailboxes,
            account_sid=client.account_sid,
            clock=clock,
            limits=limits,
            window=window,
            received=self.worker.received,
        )

    async def run(self, ready: asyncio.Future[None] | None = None) -> None:
        """Answer and send until `stop`; start it as a task. Cancelling it is a hard stop: others finish the work.

        Args:
            ready: done when a turn is quick here; until then only sending begins.
        """
        polling = asyncio.create_task(self.deliveries.run(), name="poll deliveries")
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self.sender.run(), name="send messages")
                await tasks.create_task(self.worker.run(ready), name="answer messages")
                self.sender.stop()  # after the worker: the last turns' messages are claimed by whoever runs next
                await sending
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await self.client.close()
            if self.media is not None:
                await self.media.close()

    def stop(self) -> None:
        """Take no new work; `run` returns once what is under way has ended."""
        log.info("messaging_stops")
        self.worker.stop()
