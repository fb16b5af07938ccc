"""Dense embeddings: fused, kept, switched, and never a reason to be silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.errors import ModelUnavailable
from commercial_agent.knowledge import KnowledgeBase
from commercial_agent.knowledge.embedding import Embedder
from commercial_agent.knowledge.retriever import KnowledgeRetriever


class Meaning(Embeddings):
    """An encoder that knows three meanings, in words that share no letters."""

    GROUPS = (("felino", "gato", "minino"), ("astro", "luna", "satélite"), ("dinero", "pago"))

    def __init__(self, dimensions: int = 4) -> None:
        self.dimensions = dimensions
        self.asked: list[str] = []
        self.broken = False

    def embed_query(self, text: str) -> list[float]:
        if self.broken:
            raise RuntimeError("no network")
        self.asked.append(text)
        vector = [float(any(word in text.lower() for word in group)) for group in self.GROUPS]
        return [*vector, 0.1, *[0.0] * (self.dimensions - 4)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("gato", "El minino duerme mucho."),
        ("luna", "El satélite brilla."),
        ("pago", "El pago es hoy."),
    ):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name[0]}\nlanguage: es\n---\n{text}\n", encoding="utf-8")
    return tmp_path


async def test_a_meaning_without_shared_words_is_found(engine: AsyncEngine, folder: Path) -> None:
    base = KnowledgeBase(engine, folder, embedder=Embedder("test:meaning", Meaning()))
    await base.ingest()
    hits = await base.search("felino", "es")
    assert hits[0].text == "El minino duerme mucho."


async def test_only_new_texts_are_embedded(engine: AsyncEngine, folder: Path) -> None:
    model = Meaning()
    base = KnowledgeBase(engine, folder, embedder=Embedder("test:meaning", model))
    await base.ingest()
    assert len(model.asked) == 3
    (folder / "luna.md").write_text("---\ntitle: l\nlanguage: es\n---\nLa luna llena.\n", encoding="utf-8")
    model.asked.clear()
    await base.ingest()
    assert [text.splitlines()[-1] for text in model.asked] == ["La luna llena."]


async def test_another_model_makes_its_own_index_and_takes_over(engine: AsyncEngine, folder: Path) -> None:
    await KnowledgeBase(engine, folder, embedder=Embedder("test:meaning", Meaning())).ingest()
    other = KnowledgeBase(engine, folder, embedder=Embedder("test:wider", Meaning(dimensions=8)))
    report = await other.ingest()
    assert report.changed
    assert (await other.search("felino", "es"))[0].text == "El minino duerme mucho."
    state = await other.store.state(other.name)
    assert state is not None
    assert state.embeddings == "test:wider"


async def test_a_model_that_fails_leaves_the_sparse_score(engine: AsyncEngine, folder: Path) -> None:
    model = Meaning()
    base = KnowledgeBase(engine, folder, embedder=Embedder("test:meaning", model))
    await base.ingest()
    model.broken = True
    assert (await base.search("¿el minino duerme?", "es"))[0].text == "El minino duerme mucho."


async def test_a_model_that_fails_while_ingesting_leaves_the_old_index(engine: AsyncEngine, folder: Path) -> None:
    model = Meaning()
    base = KnowledgeBase(engine, folder, embedder=Embedder("test:meaning", model))
    first = await base.ingest()
    model.broken = True
    (folder / "luna.md").write_text("La luna nueva.\n", encoding="utf-8")
    with pytest.raises(ModelUnavailable):
        await base.ingest()
    state = await base.store.state(base.name)
    assert state is not None
    assert state.version == first.version


async def test_it_is_a_langchain_retriever(engine: AsyncEngine, folder: Path) -> None:
    base = KnowledgeBase(engine, folder)
    await base.ingest()
    (first, *_) = await KnowledgeRetriever(knowledge=base, language="es", k=2).ainvoke("¿el pago?")
    assert first.page_content == "El pago es hoy."
    assert first.metadata["source"].endswith("pago.md#p")
