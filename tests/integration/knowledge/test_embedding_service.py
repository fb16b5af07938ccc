"""Dense embeddings through the provider's real package, at a double of its service."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.errors import ModelUnavailable, NotConfigured
from commercial_agent.knowledge import KnowledgeBase
from commercial_agent.knowledge.embedding import Embedder, load_embedder
from commercial_agent.testing.openai import OpenAIDouble

SMALL, LARGE = "openai:text-embedding-3-small", "openai:text-embedding-3-large"
PAGES = {
    "gato": "El minino duerme mucho.",
    "luna": "El satélite brilla de noche.",
    "pago": "El pago se hace el día quince de cada mes.",
}


@pytest.fixture
def double() -> Iterator[OpenAIDouble]:
    with OpenAIDouble() as double:
        yield double


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PAGES.items():
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name}\nlanguage: es\n---\n{text}\n", encoding="utf-8")
    return tmp_path


class Counter:
    """Counts what failed."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


Maker = Callable[..., Embedder]


@pytest.fixture
async def make(double: OpenAIDouble) -> AsyncIterator[Maker]:
    """Embedders at the double."""
    made: list[Embedder] = []

    def maker(model: str = SMALL, failed: Counter | None = None) -> Embedder:
        loaded = load_embedder(model, base_url=double.url, api_key="sk-double", failed=failed)
        assert loaded is not None
        made.append(loaded)
        return loaded

    yield maker
    for one in made:
        await one.close()


async def test_pages_and_questions_are_embedded_and_fused(
    engine: AsyncEngine, folder: Path, double: OpenAIDouble, make: Maker
) -> None:
    base = KnowledgeBase(engine, folder, embedder=make())
    await base.ingest()
    assert double.embeddings == len(PAGES)
    fused = await base.search("¿cuándo se hace el pago?", "es")
    assert double.embeddings == len(PAGES) + 1
    sparse = await KnowledgeBase(engine, folder, embedder=None).search("¿cuándo se hace el pago?", "es")
    assert fused[0].text == sparse[0].text == PAGES["pago"]
    assert fused[0].weight > sparse[0].weight  # the dense score was added


async def test_a_question_costs_one_call_and_then_none(
    engine: AsyncEngine, folder: Path, double: OpenAIDouble, make: Maker
) -> None:
    used = make()
    base = KnowledgeBase(engine, folder, embedder=used, cache_size=0)
    await base.ingest()
    for _ in range(3):
        await base.search("¿el minino duerme?", "es")
    assert double.embeddings == len(PAGES) + 1
    assert (used.hits, used.misses) == (2, 1)


async def test_another_model_takes_over_at_once_or_not_at_all(
    engine: AsyncEngine, folder: Path, double: OpenAIDouble, make: Maker
) -> None:
    first = KnowledgeBase(engine, folder, embedder=make())
    await first.ingest()
    broken = KnowledgeBase(engine, folder, embedder=make(LARGE))
    double.key = "sk-another"  # the service refuses
    with pytest.raises(ModelUnavailable):
        await broken.ingest()
    state = await broken.store.state(broken.name)
    assert state is not None
    assert state.embeddings == SMALL
    double.key = "sk-double"
    switching = asyncio.create_task(broken.ingest())
    answers = await asyncio.gather(*(first.search(f"¿el pago {n}?", "es") for n in range(8)))
    await switching
    assert all(hits[0].text == PAGES["pago"] for hits in answers)
    state = await broken.store.state(broken.name)
    assert state is not None
    assert state.embeddings == LARGE


async def test_a_service_that_is_down_leaves_the_sparse_score_and_is_counted(
    engine: AsyncEngine, folder: Path, double: OpenAIDouble, make: Maker
) -> None:
    failed = Counter()
    base = KnowledgeBase(engine, folder, embedder=make(failed=failed))
    await base.ingest()
    double.key = "sk-another"
    assert (await base.search("¿el minino duerme?", "es"))[0].text == PAGES["gato"]
    assert failed.count == 1


def test_a_missing_key_and_an_unknown_provider_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for model in (SMALL, "nobody:model", "text"):
        with pytest.raises(NotConfigured, match="EMBEDDINGS_MODEL"):
            load_embedder(model)


def test_a_missing_package_is_told_with_what_to_install() -> None:
    code = (
        "import sys; sys.modules['langchain_openai'] = None\n"
        "from commercial_agent.errors import NotConfigured\n"
        "from commercial_agent.knowledge.embedding import load_embedder\n"
        f"try: load_embedder({SMALL!r}, api_key='x')\n"
        "except NotConfigured as error: print(error)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "make run EXTRAS=openai" in found.stdout
