"""Chat completions of OpenAI's models without what a call as we make it does not need.

The package walks every request against the types of its API, builds a tree of objects from every answer, and sends both
through four layers of clients written in Python; LangChain then turns the tree into a dict again, in another thread.
For messages of text and one JSON schema all of this changes nothing and is two thirds of what a call costs. LangChain
still makes the payload and reads the answer, the package still knows address, key and headers; what goes between them
goes by aiohttp, which answers in a quarter of the time. Where a call is of another kind, or goes through a proxy, it is
made as the package makes it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

if TYPE_CHECKING:
    from ssl import SSLContext

    from aiohttp import ClientSession
    from langchain_core.outputs import ChatResult

_OF_A_CONNECTION = frozenset({"host", "content-length", "accept-encoding", "connection"})
_ANOTHER_KIND = frozenset({"extra_headers", "extra_query", "extra_body"})
_KEPT = 15.0  # seconds that a connection waits for the next call


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error is told with."""

    status_code: int
    headers: Mapping[str, str]  # whichever case they are asked in


class CallRefused(Exception):
    """The service answered with an error; its status and headers say what it means."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(f"status {status}")
        self.status_code = status
        self.response = Refusal(status, headers)


def make_plain(model: Any) -> None:
    """Make the chat completions of a `ChatOpenAI` go the short way."""
    object.__setattr__(model, "_agenerate", PlainCalls(model).generate)  # before the class's own


async def end_plain(model: Any) -> None:
    """End the connections of a model whose completions go the short way."""
    calls = getattr(getattr(model, "_agenerate", None), "__self__", None)
    if isinstance(calls, PlainCalls):
        await calls.close()


class PlainCalls:
    """Stands for a model's `_agenerate`; what it does not do itself, the package does."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._packaged = model._agenerate
        self._session: ClientSession | None = None
        self._by_proxy = any(kind != "no" for kind in getproxies())
        self._address = ""
        self._headers: dict[str, str] = {}

    async def generate(
        self, messages: Any, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        """Ask for a completion.

        Raises:
            CallRefused: the service answered with an error.
            ConnectionError: it did not answer, or not to the end.
            TimeoutError: not in time.
            ValueError: not with JSON.
        """
        model = self._model
        payload = model._get_request_payload(messages, stop=stop, **kwargs)
        if self._by_proxy or not _plain(payload):
            packaged: ChatResult = await self._packaged(messages, stop, run_manager, **kwargs)
            return packaged
        result: ChatResult = model._create_chat_result(_readable(await self._post(payload)), {})
        return result

    async def close(self) -> None:
        """End the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, payload: dict[str, Any]) -> Any:
        from aiohttp import ClientError

        body = {name: value for name, value in payload.items() if name not in ("stream", "timeout")}
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            async with self._open().post(self._address, data=data, headers=self._headers) as response:
                if response.status >= 400:
                    raise CallRefused(response.status, response.headers)
                return json.loads(await response.read())
        except TimeoutError:
            raise
        except ClientError as error:
            raise ConnectionError(type(error).__name__) from error

    def _open(self) -> ClientSession:
        if self._session is None or self._session.closed:
            from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

            request = self._as_packaged()
            self._address = str(request.url)
            self._headers = {name: value for name, value in request.headers.items() if name not in _OF_A_CONNECTION}
            given = self._model.request_timeout
            seconds = given if isinstance(given, int | float) else None  # every call has a limit of its own besides
            self._session = ClientSession(
                connector=TCPConnector(limit=0, keepalive_timeout=_KEPT, ssl=_trusted(request)),
                timeout=ClientTimeout(total=None, connect=seconds, sock_read=seconds),
                cookie_jar=DummyCookieJar(),
            )
        return self._session

    def _as_packaged(self) -> Any:
        """A request as the package would make it, for its address and headers."""
        from openai._models import FinalRequestOptions

        options = FinalRequestOptions(method="post", url="/chat/completions", json_data={})
        return self._model.root_async_client._build_request(options)


def _trusted(request: Any) -> SSLContext | bool:
    """The certificates that the package trusts."""
    if request.url.scheme != "https":
        return True
    package = sys.modules[type(request).__module__.partition(".")[0]]  # httpx, or what took its place
    context: SSLContext = package.create_ssl_context()
    return context


def _plain(payload: dict[str, Any]) -> bool:
    """Whether a request is messages of chat completions, and at most a schema given as data."""
    return (
        "messages" in payload
        and not payload.get("stream")
        and isinstance(payload.get("response_format", {}), dict)
        and payload.keys().isdisjoint(_ANOTHER_KIND)
    )


def _readable(answer: Any) -> Any:
    """The answer; one that declines as the package's object, where LangChain looks for the refusal."""
    if not _refuses(answer):
        return answer
    from openai.types.chat import ChatCompletion

    return ChatCompletion.model_validate(answer)


def _refuses(answer: Any) -> bool:
    choices = answer.get("choices") if isinstance(answer, dict) else None
    messages = [choice.get("message") for choice in choices or () if isinstance(choice, dict)]
    return any(isinstance(message, dict) and message.get("refusal") for message in messages)
