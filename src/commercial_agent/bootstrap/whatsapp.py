"""WhatsApp through Twilio: the webhooks' entry, and the work of answering and sending."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commercial_agent.api.services import TwilioWebhooks
from commercial_agent.conversation.language import Language
from commercial_agent.messaging.fetching import MediaFetcher
from commercial_agent.messaging.media import MediaDesk
from commercial_agent.messaging.outbox import SendingRules
from commercial_agent.messaging.service import STATUS_PATH, Messaging
from commercial_agent.messaging.twilio.client import TwilioClient
from commercial_agent.messaging.twilio.signature import Verifier
from commercial_agent.observability import Metrics
from commercial_agent.replies.wordbook import wordbook
from commercial_agent.storage.attachments import Attachments
from commercial_agent.storage.mailboxes import Limits, QuietWindow
from commercial_agent.storage.outbox import Pace

if TYPE_CHECKING:
    from commercial_agent.bootstrap.application import Application


@dataclass
class Whatsapp:
    """The channel of one process."""

    verifier: Verifier
    messaging: Messaging
    running: asyncio.Task[None] | None = None

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
        messaging = Messaging(
            application.database,
            application.rooms.chatbot,
            client,
            clock=application.now,
            window=QuietWindow(settings.quiet_window, settings.quiet_window_max),
            turns_at_once=settings.worker_concurrency,
            limits=Limits(settings.customer_messages_ten_seconds, settings.customer_messages_minute),
            rules=SendingRules(
                pace=Pace(
                    settings.twilio_messages_per_second,
                    settings.twilio_customer_burst,
                    settings.twilio_customer_seconds,
                ),
                template_sid=settings.twilio_template_sid,
            ),
            list_button={language.value: wordbook(language).say("list-button") for language in Language},
            observer=_Sends(application.metrics),
            media=_media(application, token),
        )
        return cls(verifier, messaging)

    def start(self, ready: asyncio.Future[None]) -> None:
        """Send in this process, and answer as soon as it is ready for quick turns."""
        self.running = asyncio.create_task(self.messaging.run(ready), name="messaging")

    async def stop(self) -> None:
        """Take nothing more, finish what runs, hand the rest back."""
        if self.running is None:
            await self.messaging.client.close()
            return
        self.messaging.stop()
        await asyncio.gather(self.running, return_exceptions=True)

    @property
    def webhooks(self) -> TwilioWebhooks:
        """What the HTTP side needs."""
        return TwilioWebhooks(self.verifier, self.messaging.inbox, self.messaging.deliveries)

    async def queue_depths(self) -> dict[str, float]:
        """Messages that wait for an answer or to be sent, the seconds the oldest of each has waited, and what failed.

        All are of the database, so that one process tells them for every worker.
        """
        waiting, oldest = await self.messaging.mailboxes.depth()
        unsent, oldest_unsent = await self.messaging.table.depth()
        return {
            "turns": float(waiting),
            "oldest_seconds": oldest,
            "outbox": float(unsent),
            "outbox_oldest_seconds": oldest_unsent,
            "failed_day": float(await self.messaging.delivered.failed_within(24)),
        }


def _media(application: Application, token: str) -> MediaDesk:
    settings, short = application.settings, application.database.short
    fetcher = MediaFetcher(settings.twilio_account_sid, token, base_url=settings.twilio_api_base_url)
    transcriber = None
    if settings.transcription_model:
        from commercial_agent.bootstrap.models import build_transcriber

        transcriber = build_transcriber(settings, application.database, application.metrics, application.now)
    return MediaDesk(fetcher, Attachments(short), transcriber, clock=application.now)


class _Sends:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def sent(self, outcome: str, code: int | None) -> None:
        """A try to send ended."""
        self._metrics.observe_send(outcome)
