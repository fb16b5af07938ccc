"""Turns per second of `/api/chat`, beside a floor endpoint with the same round trips; start-up; memory."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.load import play
from benchmarks.servers import ROOT, executable, free_port, megabytes, process
from commercial_agent.storage.embedded import EmbeddedPostgres

LINES = (
    "hola",
    "busco un sedán automático de menos de 280 mil",
    "el segundo, ¿cuánto queda a 48 meses con 20% de enganche?",
    "y a 60?",
    "¿qué garantía tiene?",
    "¿y dónde lo puedo ver en Puebla?",
    "quiero hablar con una persona",
)
IMPORTS = "import fastapi, pandas, sqlalchemy, nicegui"
AT_ONCE = 16


def run() -> list[tuple[str, str, str]]:
    folder = Path(tempfile.mkdtemp(prefix="ca-bench-"))
    folder.chmod(0o755)
    try:
        return _measure(folder)
    finally:
        EmbeddedPostgres.start(folder).stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path) -> list[tuple[str, str, str]]:
    port, floor_port = free_port(), free_port()
    settings = {"DATA_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "warning"}
    serve = [executable("commercial-agent"), "serve"]
    with process(serve, port, **settings):
        pass  # the first start sets everything up
    starts, imports = [], []
    for _ in range(3):
        imports.append(_seconds([sys.executable, "-c", IMPORTS]))
        begun = time.perf_counter()
        with process(serve, port, **settings):
            starts.append(time.perf_counter() - begun)

    database = EmbeddedPostgres.start(folder)
    floor = [sys.executable, "-m", "benchmarks.floor", str(floor_port)]
    with process(serve, port, **settings) as server, process(floor, floor_port, FLOOR_DATABASE=database.url):
        asyncio.run(play(port, "/api/chat", 20, LINES, at_once=4, name="warm-{}".format))
        asyncio.run(play(floor_port, "/floor", 20, LINES, at_once=4, name="floor-warm-{}".format))
        bare = asyncio.run(play(floor_port, "/floor", 150, LINES, at_once=AT_ONCE, name="floor-{}".format))
        ours = asyncio.run(play(port, "/api/chat", 150, LINES, at_once=AT_ONCE, name="ours-{}".format))
        alone = asyncio.run(play(port, "/api/chat", 40, LINES, at_once=1, name="alone-{}".format))
        memory = megabytes(server.pid)
    return [
        ("turns, 16 customers at once", str(ours), f"floor {bare} ({ours.per_second / bare.per_second:.2f} of it)"),
        ("turns, one at a time", str(alone), "Rasa 3.6 with PostgreSQL, published for this class: 40 to 43/s"),
        ("memory of the process", f"{memory:.0f} MB", "Rasa 3.6: 800 MB"),
        ("second start, until it listens", f"{min(starts):.2f} s",
         f"the four imports alone {min(imports):.2f} s (× {min(starts) / min(imports):.2f})"),
    ]  # fmt: skip


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT)
    return time.perf_counter() - begun


if __name__ == "__main__":
    for row in run():
        print(*row, sep=" | ")
