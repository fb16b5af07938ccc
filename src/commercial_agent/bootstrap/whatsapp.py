"""WhatsApp through Twilio: the webhooks' entry and the tasks that answer and send."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commercial_agent.api.services import TwilioWebhooks
from commercial_agent.messaging.answering import Answering
from commercial_agent.messaging.bursts import QuietWindow
from commercial_agent.messaging.inbox import Inbox
from commercial_agent.messaging.jobs import Worker
from commercial_agent.messaging.outbox import Sender
from commercial_agent.messaging.twilio.client import TwilioClient
from commercial_agent.messaging.twilio.deliveries import Deliveries
from commercial_agent.messaging.twilio.signature import Verifier
from commercial_agent.observability import Metrics
from commercial_agent.storage.mailboxes import Mailboxes
from commercial_agent.storage.outbox import OutboxTable

if TYPE_CHECKING:
    from commercial_agent.bootstrap.application import Application

STATUS_PATH = "/webhooks/twilio/status"


@dataclass
class Whatsapp:
    """The channel of one process."""

    verifier: Verifier
    inbox: Inbox
    deliveries: Deliveries
    mailboxes: Mailboxes
    answering: Answering
    worker: Worker
    sender: Sender
    client: TwilioClient
    started: bool = False

    @classmethod
    def build(cls, application: Application) -> Whatsapp:
        """Connect the channel; nothing runs yet.

        Raises:
            InvalidSettings: PUBLIC_BASE_URL is no address.
        """
        settings = application.settings
        token = settings.twilio_auth_token.get_secret_value()
        verifier = Verifier(settings.public_base_url, (token, settings.twilio_auth_token_next.get_secret_value()))
        client = TwilioClient(
            settings.twilio_account_sid,
            token,
            sender=settings.twilio_phone_number,
            messaging_service_sid=settings.twilio_messaging_service_sid,
            status_callback=settings.public_base_url.rstrip("/") + STATUS_PATH,
            base_url=settings.twilio_api_base_url,
        )
        mailboxes = Mailboxes(application.database.short)
        outbox = OutboxTable(application.database.short)
        sender = Sender(outbox, client, clock=application.now, observer=_Sends(application.metrics))
        answering = Answering(
            mailboxes,
            application.rooms.chatbot,
            clock=application.now,
            window=QuietWindow(settings.quiet_window, settings.quiet_window_max),
            turns_at_once=settings.worker_concurrency,
            typing=client.typing,
            answered=sender.wake,
        )
        return cls(
            verifier,
            Inbox(mailboxes, account_sid=settings.twilio_account_sid, clock=application.now),
            Deliveries(outbox, client, clock=application.now, wake=sender.wake),
            mailboxes,
            answering,
            Worker(application.database.url, answering.answer, mailboxes, clock=application.now),
            sender,
            client,
        )

    def running(self) -> list[Coroutine[Any, Any, None]]:
        """What answers and sends, each until `stop`."""
        self.started = True
        return [self.worker.run(), self.sender.run(), self.deliveries.run()]

    async def stop(self) -> None:
        """Take nothing more, finish what runs, hand the rest back."""
        if self.started:
            self.answering.hurry()
            self.worker.stop()
            self.sender.stop()
            await asyncio.sleep(0)
        await self.client.close()

    @property
    def webhooks(self) -> TwilioWebhooks:
        """What the HTTP side needs."""
        return TwilioWebhooks(self.verifier, self.inbox, self.deliveries)

    async def queue_depths(self) -> dict[str, float]:
        """Messages that wait and the seconds the oldest has waited."""
        waiting, oldest = await self.mailboxes.depth()
        return {"turns": float(waiting), "oldest_seconds": oldest}


class _Sends:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def sent(self, outcome: str, code: int | None) -> None:
        """A try to send ended."""
        self._metrics.observe_send(outcome)
