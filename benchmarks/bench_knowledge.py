"""Retrieval at 300, 10,000 and 200,000 passages, beside PostgreSQL's own full-text search in the same run.

    python benchmarks/bench_knowledge.py [PASSAGES ...]

Passages are made: words of Spanish syllables with the frequencies of a real language, so that rare and common words
exist as they do in pages. A question is six words of one passage, some misspelt, between function words.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import commercial_agent.knowledge.base as knowledge_base
from commercial_agent.knowledge import KnowledgeBase
from commercial_agent.knowledge.documents import Document
from commercial_agent.knowledge.encoding import GENERAL, encode_question
from commercial_agent.knowledge.evaluation import OwnQuestion, evaluate_own, load_questions, percentile, thinned
from commercial_agent.storage.database import Database
from commercial_agent.storage.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[1]
SIZES = (300, 10_000, 200_000)
QUESTIONS = 200
CHECKED = 40  # questions of which the exact answer is worked out where all is not scored
WORDS = 60  # of a passage
FEW = (5, 2, 0)  # questions listed under a heading
_FUNCTION = ("de", "la", "el", "en", "que", "y", "para", "con", "los", "por")

Figure = tuple[str, str, str]


def run(sizes: Sequence[int] = SIZES) -> list[Figure]:
    """The figures: what, ours, beside what."""
    folder = Path(tempfile.mkdtemp(prefix="ca-"))
    server = EmbeddedPostgres.start(folder)
    try:
        Database.migrate(server.url)
        return asyncio.run(_run(server.url, sizes))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(url: str, sizes: Sequence[int]) -> list[Figure]:
    database = Database(url, size=4, short=1)
    try:
        figures = await _own(database.engine)
        for size in sizes:
            figures += await _made(database.engine, size)
        return figures
    finally:
        await database.dispose()


async def _own(engine: AsyncEngine) -> list[Figure]:
    base = KnowledgeBase(engine, ROOT / "dealership" / "knowledge", cache_size=0)
    report = await base.ingest()
    started = time.perf_counter()
    await base.ingest()
    unchanged = (time.perf_counter() - started) * 1000
    questions = load_questions(ROOT / "training" / "knowledge_questions.yaml")
    held = await evaluate_own(base, [one for one in questions if one.held])
    times = []
    for one in questions:
        started = time.perf_counter()
        await base.search(one.question, one.language)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    fewer = [await _with_few(engine, questions, listed) for listed in FEW]
    return [
        ("knowledge: own pages, ingest", f"{report.passages} passages in {report.seconds:.2f} s", ""),
        ("knowledge: own pages, nothing changed", f"{unchanged:.1f} ms", ""),
        ("knowledge: own pages, p50 / p95", f"{percentile(times, 50):.1f} / {percentile(times, 95):.1f} ms", ""),
        (
            "knowledge: own held-out questions, right first / in three",
            f"{held.right_first:.1%} / {held.right_in_three:.1%}",
            "bars 92 % / 98 %",
        ),
        (
            "knowledge: answered of the answerable / abstained of the rest",
            f"{held.answered:.1%} / {held.abstained:.1%}",
            "bars 95 % / 90 %",
        ),
        *fewer,
    ]


async def _with_few(engine: AsyncEngine, questions: Sequence[OwnQuestion], listed: int) -> Figure:
    """The same pages with few listed questions: those of a dealer who has just begun."""
    base = KnowledgeBase(engine, None, name=f"listed {listed}", cache_size=0)
    await base.replace_all(thinned(ROOT / "dealership" / "knowledge", listed))
    scores = await evaluate_own(base, questions)
    await base.store.drop(base.name)
    return (
        f"knowledge: all questions, {listed} listed a heading: first / three",
        f"{scores.right_first:.1%} / {scores.right_in_three:.1%}",
        f"answered {scores.answered:.1%}, abstained {scores.abstained:.1%}",
    )


async def _made(engine: AsyncEngine, size: int) -> list[Figure]:
    rng = random.Random(size)
    texts, questions = _corpus(rng, size)
    base = KnowledgeBase(engine, None, name=f"bench {size}", weights=GENERAL, cache_size=0)
    report = await base.replace_all([Document(f"{n}", "", "es", body) for n, body in enumerate(texts)])
    await _statement(engine, "VACUUM ANALYZE knowledge_passages, knowledge_documents")
    ours, found = await _ours(base, questions)
    recall = await _recall(base, size, questions, found)
    size_mb = await _size(engine, "knowledge_passages")
    await _prepare_rival(engine, texts)
    theirs, _ = await _theirs(engine, questions)
    rival_mb = await _size(engine, "rival")
    encoding = await _encoding_ms(base, questions)
    await base.store.drop(base.name)
    return [
        (
            f"retrieval over {size:,}: p50 / p95",
            f"{percentile(ours, 50):.1f} / {percentile(ours, 95):.1f} ms",
            f"full-text search {percentile(theirs, 50):.1f} / {percentile(theirs, 95):.1f} ms",
        ),
        (f"retrieval over {size:,}: recall@5 of exact scoring", f"{recall:.3f}", "bar 0.95"),
        (f"retrieval over {size:,}: a question's vector", f"{encoding:.2f} ms", "bar 1 ms"),
        (f"retrieval over {size:,}: ingest", f"{size / report.seconds:,.0f} passages/s", f"{report.seconds:.1f} s"),
        (f"retrieval over {size:,}: table and indexes", f"{size_mb:.0f} MB", f"full-text search {rival_mb:.0f} MB"),
    ]


async def _ours(base: KnowledgeBase, questions: Sequence[str]) -> tuple[list[float], list[list[str]]]:
    for question in questions[:8]:
        await base.search(question, "es")
    times, found = [], []
    for question in questions:
        started = time.perf_counter()
        hits = await base.search(question, "es")
        times.append((time.perf_counter() - started) * 1000)
        found.append([hit.source for hit in hits])
    return sorted(times), found


async def _recall(base: KnowledgeBase, size: int, questions: Sequence[str], found: Sequence[list[str]]) -> float:
    """Which part of the exact best five is found where candidates are chosen first."""
    if size <= knowledge_base.EXACT_LIMIT:
        return 1.0
    limit, knowledge_base.EXACT_LIMIT = knowledge_base.EXACT_LIMIT, size
    try:
        exact = [{hit.source for hit in await base.search(question, "es")} for question in questions[:CHECKED]]
    finally:
        knowledge_base.EXACT_LIMIT = limit
    return sum(len(one & {*other}) / len(one) for one, other in zip(exact, found, strict=False)) / len(exact)


async def _encoding_ms(base: KnowledgeBase, questions: Sequence[str]) -> float:
    statistics = await base.statistics()
    assert statistics is not None
    started = time.perf_counter()
    for question in questions:
        encode_question(question, "es", statistics, knowledge_base.CANDIDATES, GENERAL)
    return (time.perf_counter() - started) * 1000 / len(questions)


async def _prepare_rival(engine: AsyncEngine, texts: Sequence[str]) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE IF EXISTS rival"))
        await connection.execute(text("CREATE TABLE rival (id integer PRIMARY KEY, body text, document tsvector)"))
        for start in range(0, len(texts), 5000):
            await connection.execute(
                text("INSERT INTO rival SELECT :start + n, b, to_tsvector('spanish', b)"
                     " FROM unnest(CAST(:bodies AS text[])) WITH ORDINALITY AS t(b, n)"),
                {"start": start, "bodies": list(texts[start : start + 5000])},
            )  # fmt: skip
        await connection.execute(text("CREATE INDEX ON rival USING gin (document)"))
    await _statement(engine, "VACUUM ANALYZE rival")


async def _theirs(engine: AsyncEngine, questions: Sequence[str]) -> tuple[list[float], list[list[int]]]:
    """Full-text search as it is used for questions: any word may match, ranked, norm 1."""
    statement = text(
        "SELECT id FROM rival, (SELECT replace(plainto_tsquery('spanish', :asked)::text, '&', '|')::tsquery AS q) q"
        " WHERE document @@ q ORDER BY ts_rank(document, q, 1) DESC LIMIT 5"
    )
    times, found = [], []
    reader = engine.execution_options(isolation_level="AUTOCOMMIT")
    for question in questions:
        started = time.perf_counter()
        async with reader.connect() as connection:
            found.append([row[0] for row in await connection.execute(statement, {"asked": question})])
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times), found


def _corpus(rng: random.Random, size: int) -> tuple[list[str], list[str]]:
    syllables = [
        c + v for c in ("b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "tr", "ch") for v in "aeiou"
    ]
    count = min(40_000, 2_000 + size // 2)
    vocabulary = list({"".join(rng.choices(syllables, k=rng.randint(2, 5))) for _ in range(count)})
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    texts = []
    for _ in range(size):
        words = rng.choices(vocabulary, weights=weights, k=WORDS)
        texts.append(" ".join(word if n % 3 else f"{rng.choice(_FUNCTION)} {word}" for n, word in enumerate(words)))
    questions = []
    for body in rng.sample(texts, min(QUESTIONS, size)):
        words = rng.sample([word for word in body.split() if word not in _FUNCTION], 6)
        words[0] = _misspelt(rng, words[0])
        questions.append(" ".join(f"{rng.choice(_FUNCTION)} {word}" for word in words))
    return texts, questions


def _misspelt(rng: random.Random, word: str) -> str:
    place = rng.randrange(len(word))
    return word[:place] + rng.choice("aeiounrs") + word[place + 1 :]


async def _statement(engine: AsyncEngine, statement: str) -> None:
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(statement))


async def _size(engine: AsyncEngine, table: str) -> float:
    async with engine.connect() as connection:
        size = await connection.execute(text("SELECT pg_total_relation_size(CAST(:name AS regclass))"), {"name": table})
        return float(size.scalar_one()) / 2**20


if __name__ == "__main__":
    for what, our_figure, beside in run([int(size) for size in sys.argv[1:]] or SIZES):
        print(f"{what:<70} {our_figure:<28} {beside}")
