"""The outermost layer: access, request metrics, safety headers, and the last word when something breaks."""

from __future__ import annotations

import time
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commercial_agent.api.access import Access, NeedsLogin
from commercial_agent.api.problems import MEDIA_TYPE, Problem, problem_of
from commercial_agent.observability import Metrics

log = structlog.get_logger(__name__)

MAX_BODY = 64 * 1024  # bytes of a request

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
]
# The pages may load and reach nothing but this server; pictures of cars may come from the dealer's own address.
_PAGE_POLICY = (
    b"content-security-policy",
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: https:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; "
    b"base-uri 'self'; form-action 'self'; object-src 'none'",
)


class Edge:
    """Pure ASGI: a request passes it in microseconds."""

    def __init__(self, app: ASGIApp, access: Access, metrics: Metrics) -> None:
        self._app = app
        self._access = access
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message)
            await send(message)

        received = 0

        async def receive_on() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise _too_large()
            return message

        try:
            self._access.check(scope)
            if _announced_length(scope) > MAX_BODY:
                raise _too_large()
            await self._app(scope, receive_on, send_on)
        except NeedsLogin:
            await _respond(send_on, 303, b"", [(b"location", b"/login")])
        except Exception as error:
            if status:
                raise  # the answer is already on its way: only the connection can be cut
            problem = problem_of(error)
            if problem.status >= 500:
                log.error("request_failed", code=problem.code, exc_info=error)
            await _refuse(send_on, problem)
        finally:
            self._metrics.observe_request(
                _route(scope), scope["method"] if scope["method"] in _METHODS else "OTHER", status or 499,
                time.perf_counter() - started,
            )  # fmt: skip

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._access.check(scope)
        except (NeedsLogin, Problem):
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": 1008, "reason": "not allowed"})
            return
        await self._app(scope, receive, send)


def _announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _too_large() -> Problem:
    return Problem(413, f"The body is larger than the {MAX_BODY // 1024} KB that are taken.", "content_too_large")


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _route(scope: Scope) -> str:
    route: Any = scope.get("route")
    return str(getattr(route, "path", "") or "console") if route is not None else "none"


def _add_headers(message: Message) -> None:
    headers = message["headers"] = list(message.get("headers", ()))
    names = {name for name, _ in headers}
    headers.extend(pair for pair in _HEADERS if pair[0] not in names)
    if any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers):
        headers.append(_PAGE_POLICY)


async def _respond(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse(send: Send, problem: Problem) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await _respond(send, problem.status, problem.body(), [*headers, (b"content-type", MEDIA_TYPE.encode())])
