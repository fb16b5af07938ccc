"""What the doubles of services share: HTTP on loopback, in a thread of its own, while a test runs."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Loopback(ABC):
    """An ASGI application that listens while it is entered. `serve` answers each request."""

    base_path = ""  # of every address

    def __init__(self) -> None:
        self.url = ""
        self._listens = threading.Event()
        self._thread: threading.Thread | None = None
        self._server: Any = None

    @abstractmethod
    async def serve(self, scope: Scope, body: bytes, send: Send) -> None:
        """Answer a request."""

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)
        self._thread.start()
        if not self._listens.wait(10):
            raise RuntimeError(f"{type(self).__name__} did not start.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        assert self._thread is not None
        self._thread.join(10)

    def _run(self) -> None:
        import socket

        import uvicorn

        # With the protocol named, asyncio sends small answers at once instead of waiting for an acknowledgement.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}{self.base_path}"
        config = uvicorn.Config(
            self._app, interface="asgi3", log_config=None, access_log=False, lifespan="off", ws="none"
        )
        self._server = uvicorn.Server(config)

        async def serve() -> None:
            asyncio.get_running_loop().call_soon(self._listens.set)
            await self._server.serve(sockets=[listening])

        asyncio.run(serve())
        listening.close()

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":  # the caller died in the middle of his request
                return
            body += event.get("body", b"")
            if not event.get("more_body"):
                break
        await self.serve(scope, body, send)


async def answer(send: Send, status: int, body: bytes, extra: Iterable[tuple[str, str]] = ()) -> None:
    """Answer with JSON."""
    await send({"type": "http.response.start", "status": status, "headers": _headers(len(body), extra)})
    await send({"type": "http.response.body", "body": body})


async def hang_up(send: Send, body: bytes = b"{}") -> None:
    """End the connection in the middle of the answer."""
    await send({"type": "http.response.start", "status": 200, "headers": _headers(len(body), ())})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    raise ConnectionAbortedError


def _headers(length: int, extra: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    known = [(b"content-type", b"application/json"), (b"content-length", str(length).encode())]
    return known + [(name.encode(), value.encode()) for name, value in extra]
