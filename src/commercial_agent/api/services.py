"""What the HTTP side is given. It reads no settings and builds nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from starlette.datastructures import FormData

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage
from commercial_agent.observability import Metrics


class ChatbotLike(Protocol):
    """Answers turns."""

    async def answer(self, key: ConversationKey, message: IncomingMessage) -> TurnResult:
        """Answer one turn, stored whole or not at all.

        Raises:
            DatabaseUnavailable: nothing was stored.
        """
        ...


class TwilioWebhooks(Protocol):
    """The provider's two webhooks, behind the HTTP details."""

    def verify(self, path: str, query: str, form: FormData, headers: Mapping[str, str]) -> bool:
        """Whether the provider signed this request to our public address.

        Args:
            path: as requested, with its percent escapes.
            query: as requested, without the question mark; may be empty.
            form: every field in order, repeated and empty ones too.
            headers: the request's, by case-insensitive name.
        """
        ...

    async def receive(self, form: FormData) -> None:
        """Store a customer's message once, and the job that answers it.

        Raises:
            DatabaseUnavailable: nothing was stored; the webhook must not be acknowledged.
            InvalidInput: a field that is needed is missing or belongs to another account.
        """
        ...

    async def report(self, form: FormData) -> None:
        """Store a delivery status of one of our messages. Raises as `receive` does."""
        ...


@dataclass(frozen=True, slots=True)
class Download:
    """A file behind a signed link."""

    name: str
    media_type: str
    content: bytes


class SignedFiles(Protocol):
    """Files that are open to whoever holds their link."""

    async def open(self, kind: str, token: str, extension: str) -> Download | None:
        """The file, or None when the token is not ours, has expired, or there is no such form of it.

        Args:
            kind: the folder of the link: plans, appointments.
            token: the signed part.
            extension: csv, xlsx, pdf, ics.
        """
        ...


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
    files: SignedFiles | None = None
