"""What the HTTP side itself costs: `/api/chat` with a chatbot that answers at once, beside a bare Starlette route."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from starlette.types import ASGIApp

BODY = b'{"conversation_id": "bench-%d", "message": "busco un suv autom\xc3\xa1tico de menos de 400 mil"}'
HEAD = "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
REQUESTS, CONNECTIONS = 4000, 8
TICKS = os.sysconf("SC_CLK_TCK")


def _serve_bare(port: int) -> None:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def answer(request: Request) -> Response:
        await request.body()
        return Response(b"{}", media_type="application/json")

    _run(Starlette(routes=[Route("/api/chat", answer, methods=["POST"])]), port)


def _serve_api(port: int) -> None:
    from commercial_agent.api.app import create_app
    from commercial_agent.api.services import Services
    from commercial_agent.chatbot.result import TurnResult
    from commercial_agent.conversation.findings import QuoteFact
    from commercial_agent.conversation.language import Language
    from commercial_agent.conversation.messages import ConversationKey, IncomingMessage, Mode
    from commercial_agent.conversation.reply import Reply, Text
    from commercial_agent.observability import Metrics

    amount = Decimal("1000.50")
    quote = QuoteFact("1", amount, amount, amount, 48, Decimal("0.10"), amount, amount, amount, amount, None)
    reply = Reply(Language.ES, (Text("Así queda tu plan. " * 20),))

    class Ready:
        async def answer(self, key: ConversationKey, message: IncomingMessage) -> TurnResult:
            return TurnResult(
                "t", "c", Language.ES, Mode.BOT, False, reply, messages=(reply.text,), quotes=(quote,) * 4
            )

    _run(create_app(Services(Ready(), lambda: datetime.now(UTC), Metrics())), port)


def _run(app: ASGIApp, port: int) -> None:
    import uvicorn

    uvicorn.run(app, port=port, log_level="error", access_log=False, proxy_headers=False)


async def _ask(port: int, requests: int) -> tuple[float, list[float]]:
    """Requests a second, and the milliseconds of each, sorted."""
    left, took = requests, list[float]()

    async def customer(number: int) -> None:
        nonlocal left
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = BODY % number
        head = f"{HEAD}Content-Length: {len(body)}\r\n\r\n"
        while left > 0:
            left -= 1
            started = time.perf_counter()
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in answer[:16]:
                raise RuntimeError(answer.decode())
            length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
            took.append((time.perf_counter() - started) * 1000)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(customer(number) for number in range(CONNECTIONS)))
    return requests / (time.perf_counter() - started), sorted(took)


def _processor_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _measure(serve: Callable[[int], None]) -> tuple[float, float, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(port,))
    process.start()
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        asyncio.run(_ask(port, 500))
        before = _processor_seconds(process.pid or 0)
        rate, took = asyncio.run(_ask(port, REQUESTS))
        spent = (_processor_seconds(process.pid or 0) - before) / REQUESTS * 1e6
        return rate, took[len(took) // 2], spent
    finally:
        process.terminate()
        process.join()


def run() -> list[tuple[str, str, str]]:
    """Figures of the HTTP side, ours beside a bare route."""
    bare, ours = _measure(_serve_bare), _measure(_serve_api)
    return [
        ("HTTP layer, requests/s", f"{ours[0]:.0f}", f"{bare[0]:.0f} (bare Starlette route)"),
        ("HTTP layer, median ms", f"{ours[1]:.2f}", f"{bare[1]:.2f} (bare Starlette route)"),
        ("HTTP layer, processor µs a request", f"{ours[2]:.0f}", f"{bare[2]:.0f} (bare Starlette route)"),
    ]


if __name__ == "__main__":
    for figure, ours, beside in run():
        sys.stdout.write(f"{figure:40} {ours:>10}   beside {beside}\n")
