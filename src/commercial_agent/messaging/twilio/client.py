"""Twilio's REST API: send, look up, list, typing indicator, content. Plain HTTP with time limits; errors are judged."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from commercial_agent.messaging.twilio.errors import NO_ANSWER, NOT_REACHED, SendFailed, judge

if TYPE_CHECKING:
    from aiohttp import ClientSession

API: Final = "https://api.twilio.com"
_HOSTS: Final = {"messaging": "https://messaging.twilio.com", "content": "https://content.twilio.com"}
_PAGE: Final = 100
_TYPING_TIMEOUT_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """A message as Twilio keeps it."""

    sid: str
    status: str
    to: str
    body: str
    created_at: datetime | None
    error_code: int | None = None
    direction: str = "outbound-api"


class TwilioClient:
    """One account's REST API. Use it inside one event loop; `close` it at the end."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        sender: str = "",
        messaging_service_sid: str = "",
        status_callback: str = "",
        base_url: str = API,
        timeout: float = 4.0,
        connections: int = 20,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            account_sid: AC…
            auth_token: its secret.
            sender: our WhatsApp number, E.164, used where a message names none.
            messaging_service_sid: MG…, optional.
            status_callback: address for delivery status; each message adds its own reference to it.
            base_url: another address than Twilio's, for a double: then all of Twilio's hosts are there.
            timeout: seconds for an answer.
            connections: at most this many at once.
        """
        self.account_sid = account_sid
        self.sender = sender if not sender or sender.startswith("whatsapp:") else f"whatsapp:{sender}"
        self._service = messaging_service_sid
        self._callback = status_callback
        self._auth = "Basic " + b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._base = base_url.rstrip("/")
        self.timeout = timeout
        self._connections = connections
        self._client: ClientSession | None = None

    async def send(
        self,
        to: str,
        body: str,
        *,
        reference: str,
        sender: str = "",
        media_url: str | None = None,
        content_sid: str | None = None,
        content_variables: Mapping[str, str] | None = None,
    ) -> RemoteMessage:
        """Hand a message over.

        Args:
            to: the customer's address exactly as he came in.
            body: at most 1600 characters; not sent with a `content_sid`.
            reference: our own id; comes back with every status callback, also when this call's answer is lost.
            sender: our address, if not the default one.
            media_url: a picture to go with it.
            content_sid: an interactive message or template in place of the body.
            content_variables: values of its variables.

        Raises:
            SendFailed: not accepted, or nobody knows; its verdict says which.
        """
        form: dict[str, Any] = {"To": to, "From": sender or self.sender}
        if self._service:
            form["MessagingServiceSid"] = self._service
        if content_sid:
            form["ContentSid"] = content_sid
            form["ContentVariables"] = orjson.dumps(dict(content_variables or {})).decode()
        else:
            form["Body"] = body
            if media_url:
                form["MediaUrl"] = media_url
        if self._callback:
            form["StatusCallback"] = f"{self._callback}?ref={reference}"
        return _message(await self._call("POST", f"{self._account()}/Messages.json", data=form))

    async def fetch(self, sid: str) -> RemoteMessage:
        """One message by its id.

        Raises:
            SendFailed: Twilio did not answer, or does not know it (status 404).
        """
        return _message(await self._call("GET", f"{self._account()}/Messages/{sid}.json"))

    async def sent_to(self, to: str, since: datetime, *, pages: int = 5) -> Sequence[RemoteMessage]:
        """Our messages to a customer since a moment, newest first.

        Raises:
            SendFailed: Twilio did not answer.
        """
        # not filtered by DateSent: a message that still queues at Twilio has none
        query = {"To": to, "PageSize": str(_PAGE)}
        answer = await self._call("GET", f"{self._account()}/Messages.json", params=query)
        found: list[RemoteMessage] = []
        for _ in range(pages):
            page = [_message(item) for item in answer.get("messages", ())]
            found.extend(page)
            following = answer.get("next_page_uri")
            if not following or any(_before(message, since) for message in page):
                break
            answer = await self._call("GET", f"{self._base}{following}")
        return [m for m in found if not _before(m, since) and m.direction.startswith("outbound")]

    async def typing(self, message_sid: str) -> bool:
        """Show the customer that we write, and mark his message read. Best effort: False where it did not work."""
        from aiohttp import ClientError

        form = {"messageId": message_sid, "channel": "whatsapp"}
        url = f"{self._host('messaging')}/v2/Indicators/Typing.json"
        try:
            async with asyncio.timeout(_TYPING_TIMEOUT_S), self._http().post(url, data=form) as answer:
                return answer.ok
        except (ClientError, OSError, TimeoutError):
            return False

    async def create_content(
        self, name: str, language: str, types: Mapping[str, Any], variables: Mapping[str, str]
    ) -> str:
        """Make a content template; its id.

        Raises:
            SendFailed: it was not made.
        """
        content = {"friendly_name": name, "language": language, "variables": variables, "types": types}
        answer = await self._call(
            "POST",
            f"{self._host('content')}/v1/Content",
            data=orjson.dumps(content),
            headers={"Content-Type": "application/json"},
        )
        return str(answer.get("sid", ""))

    async def close(self) -> None:
        """Close its connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _call(self, method: str, url: str, **request: Any) -> dict[str, Any]:
        from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError

        try:
            async with (
                asyncio.timeout(self.timeout),
                self._http().request(method, url, allow_redirects=False, **request) as answer,
            ):
                data = _json(await answer.read())
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise SendFailed(NOT_REACHED) from error
        except (ClientError, OSError, TimeoutError) as error:
            raise SendFailed(NO_ANSWER) from error
        if 200 <= answer.status < 300:
            if not data:
                raise SendFailed(NO_ANSWER, status=answer.status)
            return data
        verdict = judge(_code(data), answer.status)
        asked = answer.headers.get("Retry-After", "")
        if asked.isdigit() and len(asked) < 6:
            verdict = replace(verdict, delay=max(verdict.delay, float(asked)))
        raise SendFailed(verdict, status=answer.status)

    def _http(self) -> ClientSession:
        if self._client is None:
            from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

            self._client = ClientSession(
                headers={"Authorization": self._auth},
                connector=TCPConnector(limit=self._connections),
                timeout=ClientTimeout(total=None, connect=min(5.0, self.timeout)),
                cookie_jar=DummyCookieJar(),
            )
        return self._client

    def _account(self) -> str:
        return f"{self._base}/2010-04-01/Accounts/{self.account_sid}"

    def _host(self, name: str) -> str:
        return _HOSTS[name] if self._base == API else self._base


def _before(message: RemoteMessage, moment: datetime) -> bool:
    return message.created_at is not None and message.created_at < moment


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _code(data: Mapping[str, Any]) -> int | None:
    code = data.get("code")
    return code if isinstance(code, int) else None


def _message(data: Mapping[str, Any]) -> RemoteMessage:
    sid = data.get("sid")
    if not isinstance(sid, str) or not sid:
        raise SendFailed(NO_ANSWER)
    code = data.get("error_code")
    return RemoteMessage(
        sid=sid,
        status=str(data.get("status") or "queued"),
        to=str(data.get("to") or ""),
        body=str(data.get("body") or ""),
        created_at=_moment(data.get("date_created")),
        error_code=int(str(code)) if str(code or "").isdigit() else None,
        direction=str(data.get("direction") or "outbound-api"),
    )


def _moment(text: object) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(text)) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
