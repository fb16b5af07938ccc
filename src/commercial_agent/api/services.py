"""What the HTTP side is given. It reads no settings and builds nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from starlette.datastructures import FormData

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage
from commercial_agent.finance.links import PlanLinks
from commercial_agent.observability import Metrics


class ChatbotLike(Protocol):
    """Answers turns."""

    async def answer(self, key: ConversationKey, message: IncomingMessage) -> TurnResult:
        """Answer one turn, stored whole or not at all.

        Raises:
            DatabaseUnavailable: nothing was stored.
        """
        ...


class Verifier(Protocol):
    """Checks that a webhook is signed; see messaging.twilio.signature."""

    def verify(self, raw_path: bytes, query: bytes, form: FormData, headers: Mapping[str, str]) -> bool:
        """Whether the provider signed this request to our public address."""
        ...


class Inbox(Protocol):
    """Takes customers' messages; see messaging.inbox."""

    async def receive(self, form: FormData) -> object:
        """Store a message once, and the job that answers it.

        Raises:
            DatabaseUnavailable: nothing was stored; the webhook must not be acknowledged.
            InvalidInput: a field that is needed is missing, or belongs to another account.
        """
        ...


class Deliveries(Protocol):
    """Takes what became of our messages; see messaging.twilio.deliveries."""

    async def update(self, form: FormData, reference: str | None = None) -> object:
        """Store a delivery status; `reference` is our own id of the message. Raises as `Inbox.receive` does."""
        ...


@dataclass(frozen=True, slots=True)
class TwilioWebhooks:
    """What the provider's two webhooks need."""

    verifier: Verifier
    inbox: Inbox
    deliveries: Deliveries


@dataclass(frozen=True, slots=True)
class AccessConfig:
    """The secrets that open the doors. An empty one leaves its door to this machine alone."""

    chat_api_key: str = ""
    console_password: str = ""
    metrics_token: str = ""
    secret_key: str = ""  # signs the console's cookie; needed with a console password
    public_base_url: str = ""  # https://bot.example.com


Check = Callable[[], Awaitable[object]]  # raises where something is wrong


@dataclass(frozen=True, slots=True)
class Services:
    """Everything `create_app` needs."""

    chatbot: ChatbotLike
    clock: Callable[[], datetime]  # aware, in the dealer's zone
    metrics: Metrics
    access: AccessConfig = field(default_factory=AccessConfig)
    version: str = "0"
    twilio: TwilioWebhooks | None = None
    twilio_missing: tuple[str, ...] = ()  # settings to name when `twilio` is None
    checks: Mapping[str, Check] = field(default_factory=dict)  # database, migrations, catalogue, model
    queue_depths: Callable[[], Awaitable[Mapping[str, float]]] | None = None
    plan_links: PlanLinks | None = None
    calendar: Callable[[str], Awaitable[bytes | None]] | None = None  # the calendar file of a signed token
