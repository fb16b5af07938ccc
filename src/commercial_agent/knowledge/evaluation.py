"""How well retrieval finds: on the dealer's own questions, and on any public set of passages and questions."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.errors import InvalidKnowledge
from commercial_agent.knowledge.base import Hit, KnowledgeBase
from commercial_agent.knowledge.documents import Document, SourceFile, files, page_of, read
from commercial_agent.knowledge.embedding import Embedder
from commercial_agent.knowledge.encoding import GENERAL

DEPTH = 10


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Figures of one question set, shares from 0 to 1, times in milliseconds."""

    documents: int
    queries: int
    recall_at_1: float
    recall_at_3: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    ingest_seconds: float

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question about the dealer's pages."""

    question: str
    language: str
    answers: tuple[str, ...]  # page/section, sections from 1; empty when no page says
    held: bool


@dataclass(frozen=True, slots=True)
class OwnScores:
    """Figures of the dealer's own question set, shares from 0 to 1."""

    questions: int
    unanswerable: int
    right_first: float
    right_in_three: float
    answered: float  # of the answerable: not abstained
    abstained: float  # of the unanswerable
    misses: tuple[tuple[str, str, str], ...]  # (question, wanted, got)


async def evaluate_retrieval(
    engine: AsyncEngine, docs: Path, queries: Path, language: str = "es", embedder: Embedder | None = None
) -> RetrievalScores:
    """Index a public set in a collection of its own, ask its questions, and forget it.

    Args:
        engine: of a migrated database.
        docs: JSON lines `{"id", "text"}`.
        queries: JSON lines `{"text", "relevant": [id]}`.
        language: of the set.
        embedder: dense embeddings to fuse, if any.

    Raises:
        InvalidKnowledge: a file is missing or not of that form.
        DatabaseUnavailable: the database does not answer.
    """
    texts, asked = _lines(docs, ("id", "text")), _lines(queries, ("text", "relevant"))
    base = KnowledgeBase(
        engine,
        None,
        name=f"evaluation {docs.name}",
        default_language=language,
        embedder=embedder,
        weights=GENERAL,
        cache_size=0,
    )
    documents = [
        Document(path=str(row["id"]), title="", language=language, text=_as_paragraph(str(row["text"])))
        for row in texts
    ]
    try:
        report = await base.replace_all(documents)
        ranks: list[int | None] = []
        times: list[float] = []
        for row in asked:
            started = time.perf_counter()
            hits = await base.search(str(row["text"]), language, k=2 * DEPTH)
            times.append((time.perf_counter() - started) * 1000)
            ranks.append(_rank(hits, {str(one) for one in row["relevant"]}))
    finally:
        await base.store.drop(base.name)
    times.sort()
    return RetrievalScores(
        documents=len(documents), queries=len(asked),
        recall_at_1=_share(ranks, 1), recall_at_3=_share(ranks, 3), recall_at_5=_share(ranks, 5),
        recall_at_10=_share(ranks, DEPTH),
        mrr_at_10=sum(1 / rank for rank in ranks if rank and rank <= DEPTH) / (len(ranks) or 1),
        p50_ms=percentile(times, 50), p95_ms=percentile(times, 95), p99_ms=percentile(times, 99),
        ingest_seconds=report.seconds,
    )  # fmt: skip


async def evaluate_own(base: KnowledgeBase, questions: Sequence[OwnQuestion]) -> OwnScores:
    """Ask the dealer's own questions of his index.

    Raises:
        DatabaseUnavailable: the database does not answer.
    """
    first = three = answered = abstained = 0
    misses: list[tuple[str, str, str]] = []
    for one in questions:
        hits = await base.search(one.question, one.language, k=5)
        sure = bool(hits) and hits[0].answers
        if not one.answers:
            abstained += not sure
            if sure:
                misses.append((one.question, "nothing", f"{hits[0].source} {hits[0].score:.2f}"))
            continue
        places = [_place(hit) for hit in hits]
        answered += sure
        first += bool(places) and places[0] in one.answers
        three += any(place in one.answers for place in places[:3])
        if not sure or not places or places[0] not in one.answers:
            got = f"{places[0]} {hits[0].score:.2f}" if places else "nothing"
            misses.append((one.question, ", ".join(one.answers), got))
    unanswerable = sum(not one.answers for one in questions)
    rest = len(questions) - unanswerable
    return OwnScores(
        len(questions), unanswerable, first / (rest or 1), three / (rest or 1), answered / (rest or 1),
        abstained / (unanswerable or 1), tuple(misses),
    )  # fmt: skip


def thinned(folder: Path, listed: int) -> list[Document]:
    """The documents of a folder with so many listed questions a heading: what a dealer who writes few would have.

    Raises:
        InvalidKnowledge: there is no such folder.
    """
    documents = [read(file) for file in files(folder) if isinstance(file, SourceFile)]
    return [
        replace(
            one,
            questions=one.questions[:listed],
            section_questions={heading: asked[:listed] for heading, asked in one.section_questions.items()},
        )
        for one in documents
    ]


def load_questions(path: Path) -> list[OwnQuestion]:
    """The question set of a YAML file.

    Raises:
        InvalidKnowledge: it is missing or not of that form.
    """
    import yaml

    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
        return [
            OwnQuestion(str(r["question"]), str(r["language"]), tuple(r["answers"]), r["set"] == "held") for r in rows
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise InvalidKnowledge(f"{path.name} is not a question set.") from error


def _place(hit: Hit) -> str:
    """A hit as page/section, the same in every language."""
    path = hit.source.partition("/")[2].partition("#")[0]
    return f"{page_of(path)}/{hit.ordinal + 1}"


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Of sorted values, the nearest rank."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def _share(ranks: Sequence[int | None], depth: int) -> float:
    return sum(rank is not None and rank <= depth for rank in ranks) / (len(ranks) or 1)


def _rank(hits: Sequence[Hit], relevant: set[str]) -> int | None:
    seen: list[str] = []
    for hit in hits:
        found = hit.source.partition("/")[2].rpartition("#")[0]
        if found not in seen:
            seen.append(found)
        if found in relevant:
            return len(seen)
    return None


def _as_paragraph(text: str) -> str:
    """Plain text as one Markdown paragraph: a line of it must not become a heading."""
    joined = " ".join(text.split())
    return joined if not joined.startswith(("#", "|", "-")) else f"\u200b{joined}"


def _lines(path: Path, names: Sequence[str]) -> list[Mapping[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise InvalidKnowledge(f"{path.name} is not a file of JSON lines.") from error
    if not rows or any(not isinstance(row, dict) or any(name not in row for name in names) for row in rows):
        raise InvalidKnowledge(f"{path.name} must have {' and '.join(names)} on every line.")
    return rows
