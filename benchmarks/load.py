"""A load generator light enough not to be what is measured: raw HTTP/1.1 over kept connections."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Load:
    """What a run gave."""

    seconds: float
    milliseconds: list[float]

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def __str__(self) -> str:
        median = statistics.median(self.milliseconds)
        return f"{self.per_second:.0f}/s, p50 {median:.1f} ms, p99 {self.percentile(0.99):.1f} ms"


class Connection:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer, self._host = reader, writer, host

    @classmethod
    async def open(cls, port: int) -> Connection:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return cls(reader, writer, f"127.0.0.1:{port}")

    async def post(self, path: str, body: object) -> bytes:
        data = orjson.dumps(body)
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n".encode()
            + data
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        answer = await self._reader.readexactly(length)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {answer[:300]!r}")
        return answer

    def close(self) -> None:
        self._writer.close()


async def play(
    port: int,
    path: str,
    conversations: int,
    lines: Sequence[str],
    *,
    at_once: int,
    name: Callable[[int], str],
) -> Load:
    """Play the same conversation many times, several at once.

    Args:
        port: of the server on this machine.
        path: what is posted to.
        conversations: how many.
        lines: of each.
        at_once: how many are under way at a time.
        name: the id of the n-th.
    """
    waiting = iter(range(conversations))
    times: list[float] = []

    async def customer() -> None:
        connection = await Connection.open(port)
        for number in waiting:
            for line in lines:
                start = time.perf_counter()
                await connection.post(path, {"conversation_id": name(number), "message": line})
                times.append((time.perf_counter() - start) * 1000)
        connection.close()

    start = time.perf_counter()
    await asyncio.gather(*(customer() for _ in range(at_once)))
    return Load(time.perf_counter() - start, times)
