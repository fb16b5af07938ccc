"""Tells sellers and their systems what happened: signed webhooks and e-mail, at least once, until it is taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from commercial_agent.errors import DatabaseUnavailable, ProviderUnavailable
from commercial_agent.storage.events import Event, Events

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

SIGNATURE: Final = "X-Agent-Signature"  # t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>.<body>">
EVENT: Final = "X-Agent-Event"
DELIVERY: Final = "X-Agent-Delivery"  # the same on every try: to know a repetition

_TRIES: Final = 14  # over about a day
_FIRST_DELAY_S: Final = 5.0
_LONGEST_DELAY_S: Final = 4 * 3600.0
_LEASE_S: Final = 120.0
_IDLE_S: Final = 2.0
_TIMEOUT_S: Final = 10.0
_AT_ONCE: Final = 10
_TIDY_EVERY: Final = timedelta(hours=1)
_KEPT: Final = timedelta(days=30)  # events that were sent


@dataclass(frozen=True, slots=True)
class Told:
    """An event in full: for machines and for people."""

    body: Mapping[str, Any]
    subject: str = ""
    text: str = ""


class Target(Protocol):
    """Takes events."""

    async def tell(self, event: Event, told: Told) -> None:
        """Hand an event over.

        Raises:
            ProviderUnavailable: it was not taken.
        """
        ...

    async def close(self) -> None:
        """No more events come."""
        ...


class Webhook:
    """An address that gets events as signed JSON; any answer of the 200s takes one."""

    def __init__(self, url: str, secret: str, clock: Callable[[], datetime], timeout_s: float = _TIMEOUT_S) -> None:
        self._url = url
        self._secret = secret.encode()
        self._clock = clock
        self._timeout_s = timeout_s
        self._client: httpx.AsyncClient | None = None

    async def tell(self, event: Event, told: Told) -> None:
        """Hand an event over; see `Target`."""
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._timeout_s, follow_redirects=False)
        body = orjson.dumps(dict(told.body), default=str)
        headers = {
            "Content-Type": "application/json",
            EVENT: event.kind,
            DELIVERY: event.id,
            SIGNATURE: signature(self._secret, body, int(self._clock().timestamp())),
        }
        try:
            answer = await self._client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise ProviderUnavailable(type(error).__name__) from error
        if not answer.is_success:
            raise ProviderUnavailable(f"HTTP {answer.status_code}")

    async def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            await self._client.aclose()


def signature(secret: bytes, body: bytes, seconds: int) -> str:
    """The signature header of a body sent at a moment (seconds since 1970)."""
    mac = hmac.new(secret, f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={mac.hexdigest()}"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed in."""

    host: str
    port: int
    security: str = "starttls"  # starttls, tls, none
    username: str = ""
    password: str = ""


class Mail:
    """E-mail to the sellers."""

    def __init__(self, server: MailServer, sender: str, recipients: tuple[str, ...]) -> None:
        self._server = server
        self._sender = sender
        self._recipients = recipients

    async def tell(self, event: Event, told: Told) -> None:
        """Hand an event over; see `Target`."""
        import smtplib

        message = EmailMessage()
        message["Subject"] = " ".join(told.subject.split())
        message["From"] = self._sender
        message["To"] = ", ".join(self._recipients)
        message["Message-ID"] = f"<event-{event.id}-{event.conversation_id}@{self._sender.rpartition('@')[2]}>"
        message["Date"] = event.at
        message.set_content(told.text)
        try:
            await asyncio.to_thread(self._send, message)
        except (OSError, smtplib.SMTPException) as error:
            raise ProviderUnavailable(type(error).__name__) from error

    def _send(self, message: EmailMessage) -> None:
        import smtplib
        import ssl

        server = self._server
        trusted = ssl.create_default_context()
        connection: smtplib.SMTP
        if server.security == "tls":
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=trusted)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)
        with connection:
            if server.security == "starttls":
                connection.starttls(context=trusted)
            if server.username:
                connection.login(server.username, server.password)
            connection.send_message(message)

    async def close(self) -> None:
        """Nothing is held between letters."""


class EventSender:
    """Sends what the turns left in the table of events. Any number of processes may run one."""

    def __init__(
        self,
        events: Events,
        targets: Mapping[str, Target],
        describe: Callable[[Event], Awaitable[Told | None]],
        clock: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Make it.

        Args:
            events: the table.
            targets: by name.
            describe: an event in full; None where there is nothing left to tell (the customer was erased).
            clock: the present moment (aware).
            jitter: 0 to 1.
        """
        self._events = events
        self._targets = targets
        self._describe = describe
        self._clock = clock
        self._jitter = jitter

    async def run(self) -> None:
        """Send until cancelled; survives the absence of the database and of the targets."""
        tidied: datetime | None = None
        while True:
            try:
                more = await self.send_due()
                if tidied is None or self._clock() - tidied > _TIDY_EVERY:
                    tidied = self._clock()
                    await self._events.forget(tidied - _KEPT)
            except DatabaseUnavailable:
                more = False
            if not more:
                await asyncio.sleep(_IDLE_S)

    async def send_due(self) -> bool:
        """Send what is due now; whether there was anything.

        Raises:
            DatabaseUnavailable: the database does not answer; what was claimed is due again after its lease.
        """
        claimed = await self._events.claim(self._clock(), limit=_AT_ONCE, lease_s=_LEASE_S)
        await asyncio.gather(*map(self._send, claimed))
        return bool(claimed)

    async def close(self) -> None:
        """Close the targets."""
        for target in self._targets.values():
            await target.close()

    async def _send(self, event: Event) -> None:
        target = self._targets.get(event.target)
        if target is None:
            await self._events.again(event.id, None, "This target is no longer configured.")
            return
        told = await self._describe(event)
        if told is None:
            await self._events.sent(event.id, self._clock())
            return
        try:
            await target.tell(event, told)
        except ProviderUnavailable as error:
            await self._put_off(event, error.message)
        except Exception as error:
            log.exception("event_broke", extra={"event_id": event.id, "target": event.target})
            await self._put_off(event, type(error).__name__)
        else:
            await self._events.sent(event.id, self._clock())

    async def _put_off(self, event: Event, error: str) -> None:
        last = event.attempts >= _TRIES
        log.log(
            logging.ERROR if last else logging.WARNING,
            "event_given_up" if last else "event_not_taken",
            extra={"event_id": event.id, "target": event.target, "attempts": event.attempts, "error": error},
        )
        longest = min(_FIRST_DELAY_S * 3.0 ** (event.attempts - 1), _LONGEST_DELAY_S)
        at = None if last else self._clock() + timedelta(seconds=longest * (0.5 + self._jitter() / 2))
        await self._events.again(event.id, at, error)
