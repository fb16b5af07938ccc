"""A double of Twilio on loopback: its REST API with every way it can fail, signed webhooks, status callbacks.

It keeps what it accepts, so that a test can say what a customer has on his handset. It runs in a thread of its own and
knows nothing of the product: it speaks HTTP, like Twilio.
"""

from __future__ import annotations

import asyncio
import base64
import random
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode

import orjson

from commercial_agent.testing.loopback import Loopback, Scope, Send, answer, hang_up
from commercial_agent.testing.twilio_media import MediaShelf, Stored
from commercial_agent.testing.twilio_rules import Content, error, filled, refused

_API: Final = "/2010-04-01/Accounts/"


class Fault(StrEnum):
    """Ways in which a call to send may fail."""

    BUSY = "busy"  # 429, not processed
    BROKEN = "broken"  # 500, not processed
    LOST = "lost"  # the connection ends before anything is processed
    SILENT = "silent"  # no answer, not processed
    ACCEPTED_BROKEN = "accepted_broken"  # 500, but processed
    ACCEPTED_LOST = "accepted_lost"  # the connection ends, but processed
    ACCEPTED_SILENT = "accepted_silent"  # no answer, but processed


@dataclass(slots=True)
class Sent:
    """A message Twilio accepted."""

    sid: str
    to: str
    sender: str
    body: str
    accepted_at: float  # seconds since the epoch
    media_url: str | None = None
    content_sid: str | None = None
    content_variables: str | None = None
    options: tuple[tuple[str, str], ...] = ()  # title and id of what can be tapped
    callback: str | None = None
    status: str = "queued"
    error_code: int | None = None


@dataclass(slots=True)
class Misbehaviour:
    """What the double does wrong; all of it may change while it runs."""

    rate: float = 0.0  # part of the calls to send that fail, each in one of `faults`
    faults: tuple[Fault, ...] = tuple(Fault)
    next: deque[Fault | tuple[int, int]] = field(default_factory=deque)  # first of all: a fault, or (HTTP status, code)
    silence_s: float = 12.0  # how long a silent call hangs
    no_content: bool = False  # no content templates are made
    list_lag_s: float = 0.0  # how long an accepted message is missing from the list
    lost_callbacks: float = 0.0  # part of the status callbacks that never come
    repeated_callbacks: float = 0.0  # part that come twice
    shuffled_callbacks: bool = False
    undelivered: dict[str, int] = field(default_factory=dict)  # address -> error code of what goes there


class TwilioDouble(Loopback):
    """One account at the double. Use it as a context manager."""

    def __init__(
        self,
        *,
        account_sid: str = "AC0123456789abcdef0123456789abcdef",
        auth_token: str = "12345abcdef67890fedcba0987654321",
        sender: str = "whatsapp:+14155238886",
        public_base_url: str = "https://bot.example.com",
        app_url: str = "",
        statuses: Iterable[str] = (),
        seed: int = 0,
    ) -> None:
        """Make a double; it listens once entered.

        Args:
            account_sid: the account.
            auth_token: signs the webhooks and opens the REST API.
            sender: the dealer's address.
            public_base_url: the address that is signed.
            app_url: where the application really listens; "" sends no webhooks by itself.
            statuses: what is reported of each accepted message, in order: sent, delivered …
            seed: of all that is left to chance.
        """
        super().__init__()
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.sender = sender
        self.public_base_url = public_base_url.rstrip("/")
        self.app_url = app_url.rstrip("/")
        self.statuses = tuple(statuses)
        self.wrong = Misbehaviour()
        self.calls: list[tuple[str, str]] = []  # method and path of every REST call
        self.typing: list[str] = []
        self.contents: list[dict[str, Any]] = []
        self.media = MediaShelf(account_sid)
        self._chance = random.Random(seed)
        self._sent: dict[str, Sent] = {}
        self._lock = threading.Condition()
        self._callbacks: set[asyncio.Task[None]] = set()

    # --- What a test asks -------------------------------------------------------------------------------------------

    @property
    def sent(self) -> tuple[Sent, ...]:
        """Everything accepted, in order."""
        with self._lock:
            return tuple(self._sent.values())

    def wait(self, check: Callable[[], bool], seconds: float = 30.0) -> bool:
        """Wait until a check holds; it is made anew after each message that is accepted, and ten times a second.

        Args:
            check: what is waited for.
            seconds: the longest wait.

        Returns:
            Whether it held in time.
        """
        deadline = time.monotonic() + seconds
        with self._lock:
            while not (held := check()) and time.monotonic() < deadline:
                self._lock.wait(0.1)
        return held

    def handset(self, address: str) -> tuple[str, ...]:
        """The texts a customer received, in order."""
        return tuple(message.body for message in self.sent if message.to == address)

    def brings(self, file: Stored) -> dict[str, str]:
        """Keep a file; the fields of the webhook that brings it."""
        return self.media.add(self.url, file)

    def webhook(self, text: str, address: str, **fields: str) -> dict[str, str]:
        """The form of a message from a customer; fields override or add."""
        sid = "SM" + secrets.token_hex(16)
        known = {
            "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": self.account_sid, "From": address,
            "To": self.sender, "Body": text, "NumMedia": "0", "NumSegments": "1", "ProfileName": "Ana María",
            "WaId": address.removeprefix("whatsapp:+"), "SmsStatus": "received", "ApiVersion": "2010-04-01",
        }  # fmt: skip
        return known | fields

    def signed(self, path: str, form: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
        """The body and headers of a webhook as Twilio would send it to a path (with its query)."""
        from twilio.request_validator import RequestValidator

        signature = RequestValidator(self.auth_token).compute_signature(self.public_base_url + path, dict(form))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature,
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
        }
        return urlencode(form).encode(), headers

    async def deliver(self, client: Any, form: Mapping[str, str], path: str = "/webhooks/twilio/whatsapp") -> int:
        """Post a webhook to the application.

        Args:
            client: an httpx.AsyncClient.
            form: its fields.
            path: where to.

        Returns:
            The HTTP status.
        """
        body, headers = self.signed(path, form)
        took = await client.post(self.app_url + path, content=body, headers=headers)
        return int(took.status_code)

    # --- The REST API -----------------------------------------------------------------------------------------------

    async def serve(self, scope: Scope, body: bytes, send: Send) -> None:
        """Answer a call."""
        path, method = scope["path"], scope["method"]
        self.calls.append((method, path))
        known = self._known(dict(scope["headers"]).get(b"authorization", b""))
        if await self.media.serve(scope, send, known):
            return
        if not known:
            return await self._say(send, 401, error(20003, "Authenticate", 401))
        if path == f"{_API}{self.account_sid}/Messages.json":
            if method == "POST":
                return await self._create(body, send)
            return await self._say(send, 200, self._list(scope))
        if path.startswith(f"{_API}{self.account_sid}/Messages/"):
            return await self._fetch(path, send)
        if path == "/v2/Indicators/Typing.json":
            self.typing.append(parse_qs(body.decode())["messageId"][0])
            return await self._say(send, 200, {"success": True})
        if path == "/v1/Content":
            return await self._content(body, send)
        await self._say(send, 404, error(20404, "The requested resource was not found", 404))

    def _known(self, authorization: bytes) -> bool:
        expected = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode())
        return secrets.compare_digest(authorization, b"Basic " + expected)

    async def _create(self, body: bytes, send: Send) -> None:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        fault = self._fault()
        if isinstance(fault, tuple):
            return await self._say(send, fault[0], error(fault[1], "refused", fault[0]))
        if fault is not None and not fault.value.startswith("accepted"):
            return await self._fail(fault, send)
        content, problem = filled(self.contents, form)
        if problem := problem or refused(form):
            return await self._say(send, 400, problem)
        message = self._accept(form, content)
        if fault is not None:
            return await self._fail(fault, send)
        await self._say(send, 201, self._shown(message))

    def _fault(self) -> Fault | tuple[int, int] | None:
        with self._lock:
            if self.wrong.next:
                return self.wrong.next.popleft()
            if self.wrong.rate and self._chance.random() < self.wrong.rate:
                return self._chance.choice(self.wrong.faults)
        return None

    async def _fail(self, fault: Fault, send: Send) -> None:
        if fault is Fault.BUSY:
            return await self._say(send, 429, error(20429, "Too Many Requests", 429))
        if fault in (Fault.BROKEN, Fault.ACCEPTED_BROKEN):
            return await self._say(send, 500, error(20500, "Internal Server Error", 500))
        if fault in (Fault.SILENT, Fault.ACCEPTED_SILENT):
            await asyncio.sleep(self.wrong.silence_s)
        await hang_up(send)

    async def _say(self, send: Send, status: int, value: Mapping[str, Any]) -> None:
        await answer(send, status, orjson.dumps(value))

    def _accept(self, form: Mapping[str, str], content: Content) -> Sent:
        message = Sent(
            sid="SM" + secrets.token_hex(16),
            to=form["To"],
            sender=form.get("From", ""),
            body=content[0],
            options=content[1],
            accepted_at=time.time(),
            media_url=form.get("MediaUrl"),
            content_sid=form.get("ContentSid"),
            content_variables=form.get("ContentVariables"),
            callback=form.get("StatusCallback"),
        )
        with self._lock:
            self._sent[message.sid] = message
            self._lock.notify_all()
        if message.callback and (self.statuses or message.to in self.wrong.undelivered):
            task = asyncio.get_running_loop().create_task(self._report(message))
            self._callbacks.add(task)
            task.add_done_callback(self._callbacks.discard)
        return message

    def _list(self, scope: Scope) -> dict[str, Any]:
        query = dict(parse_qsl(scope["query_string"].decode()))
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        visible = time.time() - self.wrong.list_lag_s
        found = [m for m in self.sent if m.accepted_at <= visible and query.get("To") in (None, m.to)][::-1]
        shown = found[page * size : (page + 1) * size]
        more = {**query, "Page": str(page + 1)}
        following = f"{scope['path']}?{urlencode(more)}" if len(found) > (page + 1) * size else None
        return {"messages": [self._shown(message) for message in shown], "next_page_uri": following, "page_size": size}

    async def _fetch(self, path: str, send: Send) -> None:
        sid = path.rsplit("/", 1)[1].removesuffix(".json")
        message = self._sent.get(sid)
        if message is None:
            return await self._say(send, 404, error(20404, "The requested resource was not found", 404))
        await self._say(send, 200, self._shown(message))

    async def _content(self, body: bytes, send: Send) -> None:
        if self.wrong.no_content:
            return await self._say(send, 400, error(20001, "Content cannot be created", 400))
        content = {**orjson.loads(body), "sid": "HX" + secrets.token_hex(16)}
        self.contents.append(content)
        await self._say(send, 201, content)

    def _shown(self, message: Sent) -> dict[str, Any]:
        created = datetime.fromtimestamp(message.accepted_at, UTC).replace(microsecond=0)
        return {
            "sid": message.sid, "account_sid": self.account_sid, "status": message.status, "to": message.to,
            "from": message.sender, "body": message.body, "error_code": message.error_code, "error_message": None,
            "direction": "outbound-api", "num_segments": "1", "date_created": format_datetime(created),
        }  # fmt: skip

    # --- Status callbacks -------------------------------------------------------------------------------------------

    async def _report(self, message: Sent) -> None:
        import httpx

        code = self.wrong.undelivered.get(message.to)
        steps = ["sent", "undelivered"] if code is not None else list(self.statuses)
        if steps:
            message.status = steps[-1]
            message.error_code = code
        steps = [step for step in steps for _ in range(1 + (self._chance.random() < self.wrong.repeated_callbacks))]
        if self.wrong.shuffled_callbacks:
            self._chance.shuffle(steps)
        assert message.callback is not None
        path = message.callback.removeprefix(self.public_base_url)
        # nothing here is encrypted: certificates are not loaded, which takes longer than all the rest
        async with httpx.AsyncClient(timeout=15, trust_env=False, verify=False) as client:
            for step in steps:
                if self._chance.random() < self.wrong.lost_callbacks:
                    continue
                form = {"MessageSid": message.sid, "SmsSid": message.sid, "MessageStatus": step, "SmsStatus": step,
                        "From": message.sender, "To": message.to, "AccountSid": self.account_sid,
                        "ApiVersion": "2010-04-01", "ChannelPrefix": "whatsapp"}  # fmt: skip
                if step == "undelivered":
                    form["ErrorCode"] = str(code)
                try:
                    await self.deliver(client, form, path)
                except httpx.HTTPError:
                    continue  # as Twilio does: it is written to a log that nobody reads
