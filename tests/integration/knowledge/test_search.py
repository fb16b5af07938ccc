"""Search over the default dealer's pages and made ones: languages, filters, validity, doubt, many passages."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import commercial_agent.knowledge.base as knowledge_base
from commercial_agent.knowledge import KnowledgeBase
from commercial_agent.knowledge.documents import UNANSWERED, Document
from commercial_agent.knowledge.encoding import GENERAL
from commercial_agent.knowledge.evaluation import evaluate_own, evaluate_retrieval, load_questions

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def dealer(engine: AsyncEngine) -> KnowledgeBase:
    base = KnowledgeBase(engine, ROOT / "dealership" / "knowledge")
    await base.ingest()
    return base


@pytest.fixture
def empty(engine: AsyncEngine) -> KnowledgeBase:
    return KnowledgeBase(engine, None, name="made", today=lambda: date(2026, 6, 1))


@pytest.mark.parametrize(
    ("question", "language", "source"),
    [
        ("¿me guardan el coche unos días?", "es", "knowledge/apartado.md#cuanto-dura-el-apartado"),
        ("se puede en efectibo", "es", "knowledge/pagos.md#efectivo"),
        ("How long is the warranty?", "en", "knowledge/en/garantia.md#how-long-the-warranty-lasts"),
        ("posso devolver o carro?", "pt", "knowledge/pt/prueba-y-devolucion.md#sete-dias-ou-300-km-para-testar"),
    ],
)
async def test_the_right_passage_comes_first(dealer: KnowledgeBase, question: str, language: str, source: str) -> None:
    hits = await dealer.search(question, language)
    assert hits[0].source == source
    assert hits[0].answers
    assert all(hit.language == language for hit in hits)


@pytest.mark.parametrize("question", ["¿cuál es la capital de Francia?", "¿venden helicópteros?", "xyzzy", "", "🚗"])
async def test_what_no_page_says_is_not_answered(dealer: KnowledgeBase, question: str) -> None:
    assert not any(hit.answers for hit in await dealer.search(question, "es"))


async def test_a_filter_by_tag_holds(dealer: KnowledgeBase) -> None:
    hits = await dealer.search("¿cuánto dura?", "es", tags=("maintenance",))
    assert hits
    assert all("maintenance" in hit.tags for hit in hits)


async def test_a_question_costs_one_statement(dealer: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    await dealer.search("¿hay garantía?", "es")
    statements: list[object] = []
    execute = psycopg.AsyncCursor.execute

    async def counted(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        statements.append(query)
        return await execute(cursor, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", counted)
    await dealer.search("¿puedo apartar un auto?", "es")
    assert len(statements) == 1


async def test_a_frequent_question_is_answered_from_memory(engine: AsyncEngine) -> None:
    base = KnowledgeBase(engine, ROOT / "dealership" / "knowledge", cache_seconds=3600)
    await base.ingest()
    first = await base.search("¿hay garantía?", "es")
    assert await base.search("HAY GARANTIA", "es") == first
    assert (base.cache_hits, base.cache_misses) == (1, 1)


async def test_a_page_without_translation_answers_in_its_own_language(empty: KnowledgeBase) -> None:
    await empty.replace_all([Document("a.md", "Garantía", "es", "La garantía dura tres meses.")])
    assert await empty.search("how long is the warranty", "en") == []
    assert [hit.language for hit in await empty.search("how long is the warranty")] == ["es"]


async def test_a_folder_page_without_translation_serves_the_other_languages(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    (tmp_path / "garantia.md").write_text(
        "---\ntitle: Garantía\nlanguage: es\n---\nLa garantía dura tres meses.\n", encoding="utf-8"
    )
    base = KnowledgeBase(engine, tmp_path)
    await base.ingest()
    assert [hit.language for hit in await base.search("how long is the warranty", "en")] == ["es"]
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "garantia.md").write_text("The warranty lasts three months.\n", encoding="utf-8")
    await base.ingest()
    assert [hit.language for hit in await base.search("how long is the warranty", "en")] == ["en"]


async def test_a_page_speaks_only_while_it_is_valid(empty: KnowledgeBase) -> None:
    await empty.replace_all(
        [
            Document("vieja.md", "Promo", "es", "La promoción de mayo regala tapetes.", valid_until=date(2026, 5, 31)),
            Document("nueva.md", "Promo", "es", "La promoción de junio regala cera.", valid_from=date(2026, 6, 1)),
            Document("futura.md", "Promo", "es", "La promoción de julio regala llantas.", valid_from=date(2026, 7, 1)),
        ]
    )
    assert [hit.source for hit in await empty.search("¿qué regala la promoción?", "es")] == ["made/nueva.md#promo"]


async def test_of_two_pages_on_one_point_the_newer_speaks_and_names_the_older(empty: KnowledgeBase) -> None:
    pages = [
        Document(f"{year}.md", "Garantía", "es", f"## Plazo\n\nLa garantía dura {months} meses.", (), date(year, 1, 1))
        for year, months in ((2024, 3), (2026, 6))
    ]  # fmt: skip
    await empty.replace_all(pages)
    (hit,) = await empty.search("¿cuánto dura la garantía?", "es")
    assert hit.text == "La garantía dura 6 meses."
    assert hit.supersedes == ("made/2024.md#plazo",)


async def test_above_the_threshold_candidates_keep_the_best(
    empty: KnowledgeBase, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(11)
    vocabulary = [
        f"{a}{b}{c}" for a in "bcdfglmnprst" for b in ("ara", "emi", "osu", "ilu") for c in ("to", "na", "lo", "sa")
    ]
    documents = [
        Document(f"{n}.md", "", "es", " ".join(rng.choices(vocabulary, weights=range(1, len(vocabulary) + 1), k=30)))
        for n in range(600)
    ]
    await empty.replace_all(documents)
    questions = [" ".join(rng.sample(document.text.split(), 6)) for document in rng.sample(documents, 40)]
    exact = [[hit.source for hit in await empty.search(question, "es")] for question in questions]
    monkeypatch.setattr(knowledge_base, "EXACT_LIMIT", 100)
    monkeypatch.setattr(knowledge_base, "CANDIDATES", 300)
    fast = KnowledgeBase(engine, None, name="made", today=lambda: date(2026, 6, 1))
    kept = [[hit.source for hit in await fast.search(question, "es")] for question in questions]
    shared = sum(len({*one} & {*other}) for one, other in zip(exact, kept, strict=True))
    assert shared / sum(map(len, exact)) >= 0.95
    assert [one[0] for one in exact] == [other[0] for other in kept]


async def test_the_own_question_set_holds_its_figures(dealer: KnowledgeBase) -> None:
    scores = await evaluate_own(dealer, load_questions(ROOT / "training" / "knowledge_questions.yaml"))
    assert scores.questions >= 150
    assert scores.unanswerable >= 40
    assert scores.right_first >= 0.92
    assert scores.right_in_three >= 0.98
    assert scores.answered >= 0.93
    assert scores.abstained >= 0.88


async def test_a_public_set_is_measured_and_leaves_nothing(
    engine: AsyncEngine, tmp_path: Path, sql: psycopg.Connection[tuple[object, ...]]
) -> None:
    docs, queries = tmp_path / "docs.jsonl", tmp_path / "queries.jsonl"
    docs.write_text(
        '{"id": "a", "text": "El volcán hizo erupción."}\n{"id": "b", "text": "# La luna"}\n', encoding="utf-8"
    )
    queries.write_text(
        '{"text": "¿qué volcán?", "relevant": ["a"]}\n{"text": "luna", "relevant": ["b"]}\n', encoding="utf-8"
    )
    scores = await evaluate_retrieval(engine, docs, queries)
    assert (scores.documents, scores.queries, scores.recall_at_1, scores.mrr_at_10) == (2, 2, 1.0, 1.0)
    assert sql.execute("SELECT count(*) FROM knowledge_passages").fetchone() == (0,)


async def test_general_weights_leave_the_trade_out(engine: AsyncEngine) -> None:
    base = KnowledgeBase(engine, None, name="plain", weights=GENERAL)
    await base.replace_all([Document("a.md", "", "es", "El carro."), Document("b.md", "", "es", "La luna.")])
    assert await base.search("nave", "es") == []


async def test_a_question_listed_as_unanswered_is_not_answered_by_the_next_best(empty: KnowledgeBase) -> None:
    page = Document(
        "servicios.md", "Servicios", "es", "## Compra\nPuedes comprar un auto en línea.",
        section_questions={"Compra": ("¿Venden autos?", "¿Venden carros?")},
    )  # fmt: skip
    await empty.replace_all([page])
    assert (await empty.search("¿venden motos?", "es"))[0].source.startswith("made/servicios.md")
    sure = (await empty.search("¿venden motos?", "es"))[0].score
    other = Document(
        "nada.md", "Sin respuesta", "es", "## Motos\nMotocicletas.", tags=(UNANSWERED,),
        section_questions={"Motos": ("¿Venden motos?", "¿Tienen motocicletas?")},
    )  # fmt: skip
    await empty.replace_all([page, other])
    hits = await empty.search("¿tienen motos?", "es")
    assert all(UNANSWERED not in hit.tags for hit in hits)
    assert not hits[0].answers
    assert hits[0].score < sure
