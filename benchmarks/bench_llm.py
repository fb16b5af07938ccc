"""Our own time per turn beside a model that answers at once; turns per second with one that takes 200 ms; memory."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.load import play
from benchmarks.servers import executable, free_port, megabytes, process
from commercial_agent.storage.embedded import EmbeddedPostgres
from commercial_agent.testing.models import Obedient
from commercial_agent.testing.openai import OpenAIDouble

SEARCH = "ando tras un sedán automático pa la familia que no se pase de 280 mil pesitos si se puede"
WARRANTY = "oigan y si el carro me sale malo a los dos meses me responden con la garantía o cómo le hacen"
PLAN = "pues el segundo está padre, cuánto quedaría pagando a 48 meses si doy el 20% de enganche"
VISIT = "y en qué parte de la ciudad de Puebla lo puedo ir a ver con mi señora este fin"


def _wish(words: str, intent: str, **particulars: str) -> dict[str, Any]:
    return {
        "words": words,
        "intent": intent,
        "particulars": [{"kind": kind, "value": value} for kind, value in particulars.items()],
    }


WISHES = (
    _wish(SEARCH, "catalog.search", body_style="sedan", transmission="automatic", price_max="280000"),
    _wish(PLAN, "finance.quote", place_in_list="2", months="48", down_percent="20"),
    _wish(WARRANTY, "info.warranty"),
    _wish(VISIT, "info.branches", city="Puebla"),
)
READINGS = {str(wish["words"]): {"language": "es", "wishes": [wish]} for wish in WISHES}
LINES = tuple(READINGS)


def run() -> list[tuple[str, str, str]]:
    folder = Path(tempfile.mkdtemp(prefix="ca-bench-llm-"))
    folder.chmod(0o755)
    try:
        with OpenAIDouble(Obedient(READINGS)) as double:
            return _measure(folder, double)
    finally:
        EmbeddedPostgres.start(folder).stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path, double: OpenAIDouble) -> list[tuple[str, str, str]]:
    port = free_port()
    plain = {"DATA_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "error", "LLM_MODEL": ""}
    model = plain | {
        "LLM_MODEL": "openai:gpt-5-mini", "LLM_BASE_URL": double.url, "LLM_API_KEY": double.key,
        "LLM_CACHE_HOURS": "0", "LLM_CONCURRENCY": "100", "DATABASE_POOL": "48",
        "LLM_DAY_BUDGET": "10000", "LLM_CONVERSATION_BUDGET": "100",
    }  # fmt: skip
    serve = [executable("commercial-agent"), "serve"]
    with process(serve, port, **plain):
        asyncio.run(play(port, "/api/chat", 10, LINES, at_once=1, name="warm-{}".format))
        local = asyncio.run(play(port, "/api/chat", 40, LINES, at_once=1, name="local-{}".format))
    with process(serve, port, **model) as server:
        asyncio.run(play(port, "/api/chat", 10, LINES, at_once=1, name="llm-warm-{}".format))
        before = len(double.calls)
        alone = asyncio.run(play(port, "/api/chat", 40, LINES, at_once=1, name="llm-{}".format))
        calls = (len(double.calls) - before) / (40 * len(LINES))
        tokens = sum(len(text) for call in double.calls[before:] for _, text in call.messages) / 4 / (40 * len(LINES))
        double.latency = 0.2
        many = asyncio.run(play(port, "/api/chat", 160, LINES, at_once=40, name="many-{}".format))
        memory = megabytes(server.pid)
    return [
        ("our time per turn with a model that answers at once", str(alone), f"local engine {local}"),
        ("turns with a 200 ms model, 40 customers at once", str(many), "aim 50/s, at least 35/s"),
        ("calls per turn", f"{calls:.2f}", "at most 2"),
        (
            "tokens read per turn (4 characters each)",
            f"{tokens:.0f}",
            "most of them in the prefix that providers cache",
        ),
        ("memory of the process", f"{memory:.0f} MB", "512 MB"),
    ]


if __name__ == "__main__":
    for row in run():
        print(*row, sep=" | ")
