"""The knowledge base: ask it a question, get the passages that answer, each with its source."""

from __future__ import annotations

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.knowledge.certainty import THRESHOLD, Signs, sureness
from commercial_agent.knowledge.documents import UNANSWERED
from commercial_agent.knowledge.encoding import (
    TRADE,
    EncodedQuestion,
    Statistics,
    Weights,
    covered,
    encode_question,
)
from commercial_agent.knowledge.ingestion import Ingestion, IngestReport, Progress
from commercial_agent.knowledge.text import key
from commercial_agent.observability.spans import Work
from commercial_agent.storage.knowledge import Found, KnowledgeStore, Search, StoredDocument

if TYPE_CHECKING:
    from commercial_agent.knowledge.documents import Document
    from commercial_agent.knowledge.embedding import Embedder

log = logging.getLogger(__name__)

EXACT_LIMIT = 3_000  # passages up to which every one is scored
CANDIDATES = 800  # rows the rare terms of a question may point at above that; a 50th of a very large index
TAG_BOOST = 0.12
_SPARE = 6  # rows more than asked for: some are superseded, some only tell that nobody here can answer

__all__ = ["THRESHOLD", "Hit", "IngestReport", "KnowledgeBase"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer."""

    source: str  # knowledge/garantia.md#ampliar-la-garantia
    title: str
    heading: str
    text: str
    language: str
    score: float  # how sure it is that the passage answers, calibrated to 0..1
    tags: tuple[str, ...] = ()
    valid_from: date | None = None
    ordinal: int = 0  # its place in the document
    weight: float = 0.0  # what the passages were ranked by
    supersedes: tuple[str, ...] = ()  # sources of older passages on the same point

    @property
    def answers(self) -> bool:
        """Whether it is sure enough to be said."""
        return self.score >= THRESHOLD


class KnowledgeBase:
    """One collection of passages in PostgreSQL and the folder it is made from."""

    def __init__(
        self,
        engine: AsyncEngine,
        folder: Path | None,
        *,
        name: str = "dealer",
        default_language: str = "es",
        embedder: Embedder | None = None,
        weights: Weights = TRADE,
        cache_size: int = 1024,
        cache_seconds: float = 3.0,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        """Nothing is read yet.

        Args:
            engine: of the database.
            folder: with the documents; None for a collection that is filled by hand.
            name: of the collection; several may share a database.
            default_language: of pages that answer for a language they have no translation in.
            embedder: dense embeddings to fuse with the sparse score.
            weights: of the kinds of evidence.
            cache_size: answers kept in memory.
            cache_seconds: how long another process's new version may go unnoticed by a kept answer.
            today: the day on which validity is judged.
        """
        self.folder = folder
        self.name = name
        self.store = KnowledgeStore(engine)
        self.embedder = embedder
        self.cache_hits = 0
        self.cache_misses = 0
        self._ingestion = Ingestion(self.store, name, default_language, embedder, weights)
        self._weights = weights
        self._default = default_language
        self._statistics: Statistics | None = None
        self._today = today
        self._cache: OrderedDict[tuple[object, ...], tuple[Hit, ...]] = OrderedDict()
        self._cache_size = cache_size
        self._cache_seconds = cache_seconds
        self._checked_at = -math.inf
        self._signature: object = None

    @property
    def version(self) -> int:
        """Of the index last seen; 0 before the first question."""
        return self._statistics.version if self._statistics else 0

    async def ingest(self, progress: Progress | None = None, *, force: bool = False) -> IngestReport:
        """Bring the index up to the folder; only what changed is read again. The old version serves until the end.

        Args:
            progress: called with (done, all) documents.
            force: read everything again.

        Raises:
            InvalidKnowledge: there is no folder, or nothing in it can be read.
            DatabaseUnavailable: the database does not answer.
        """
        report = await self._ingestion.run(self.folder, progress, force=force)
        if report.changed:
            self._forget()
        return report

    async def replace_all(self, documents: Sequence[Document], progress: Progress | None = None) -> IngestReport:
        """Make these documents the whole index, without a folder.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        report = await self._ingestion.replace(documents, progress)
        self._forget()
        return report

    async def refresh(self) -> IngestReport | None:
        """Ingest again if a file's size or time changed since the last call; None when nothing did. Cheap."""
        if self.folder is None:
            return None
        signature = _signature(self.folder)
        if signature == self._signature:
            return None
        report = await self.ingest()
        self._signature = signature
        return report if report.changed else None

    async def documents(self) -> list[StoredDocument]:
        """What is in the index, by path."""
        return await self.store.documents(self.name)

    async def search(
        self,
        question: str,
        language: str | None = None,
        tags: Sequence[str] = (),
        k: int = 5,
        *,
        prefer: Sequence[str] = (),
    ) -> list[Hit]:
        """The passages that answer best, in one round trip to the database.

        Args:
            question: whole, in the customer's words.
            language: of the answer; pages without that translation answer in their own. None looks at all.
            tags: a passage must have one of these; empty asks none.
            k: how many at most.
            prefer: passages with one of these tags come a little sooner.

        Returns:
            Hits, best first; `hit.answers` says whether it is sure enough to be said.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        day = self._today()
        asked = (key(question), language, tuple(tags), tuple(prefer), k, day)
        kept = self._cache.get(asked)
        if kept is not None and time.monotonic() - self._checked_at < self._cache_seconds:
            self._cache.move_to_end(asked)
            self.cache_hits += 1
            return list(kept)
        self.cache_misses += 1
        with Work("retrieval", "retriever", {"question": question, "language": language}) as work:
            hits = await self._search(question, language, tuple(tags), tuple(prefer), k, day)
            work.gave({"documents": [{"source": hit.source, "score": hit.score} for hit in hits]})
        self._cache[asked] = tuple(hits)
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        return hits

    async def _search(
        self, question: str, language: str | None, tags: tuple[str, ...], prefer: tuple[str, ...], k: int, day: date
    ) -> list[Hit]:
        embedding = await self.embedder.question(question) if self.embedder else None
        for _ in range(3):
            statistics = await self.statistics()
            if statistics is None or not statistics.passages:
                return []
            large = statistics.passages > EXACT_LIMIT
            encoded = encode_question(
                question, language or self._default, statistics, _budget(statistics.passages), self._weights
            )
            if not encoded.vector and embedding is None:
                return []
            search = Search(
                vector=encoded.literal, asked=encoded.asked, limit=k + _SPARE, day=day, language=language, tags=tags,
                boosted=prefer, boost=TAG_BOOST, question_share=self._weights.question,
                candidates=encoded.rare if large else None,
            )  # fmt: skip
            if embedding is not None and self.embedder is not None:
                search = replace(
                    search, embedding=embedding.literal, dimensions=embedding.dimensions, model=self.embedder.model,
                    embedding_share=self.embedder.share * _ceiling(encoded, self._weights),
                )  # fmt: skip
            version, found = await self.store.search(self.name, search)
            self._checked_at = time.monotonic()
            if version == statistics.version:
                return _newest(self._hits(encoded, found))[:k]
            self._forget()
        return []

    async def statistics(self) -> Statistics | None:
        """Of the version that serves; None when nothing was ever ingested.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return self._statistics or await self._load()

    async def _load(self) -> Statistics | None:
        stored = await self.store.statistics(self.name)
        if stored is None:
            return None
        version, passages, numbers, counts = stored
        self._statistics = Statistics(
            version, passages, np.frombuffer(numbers, dtype="<i4"), np.frombuffer(counts, dtype="<i4")
        )
        return self._statistics

    def _forget(self) -> None:
        self._statistics = None
        self._cache.clear()

    def _hits(self, encoded: EncodedQuestion, found: Sequence[Found]) -> list[Hit]:
        folder = self.folder.name if self.folder else self.name
        ceiling = _ceiling(encoded, self._weights) or 1.0
        whole = sum(encoded.vector.values()) or 1.0
        rivals = [one for one in found if UNANSWERED in one.tags]
        found = [one for one in found if UNANSWERED not in one.tags]
        signs = Signs(
            strength=0.0,
            telling=len(encoded.words),
            rival=rivals[0].score / ceiling if rivals else 0.0,
        )
        return [
            Hit(
                source=f"{folder}/{one.path}#{one.anchor}",
                title=one.title,
                heading=one.headings[-1] if one.headings else one.title,
                text=one.text,
                language=one.language,
                score=sureness(
                    replace(
                        signs,
                        coverage=covered(encoded, one.terms),
                        strength=one.score / ceiling,
                        margin=_margin(found) if place == 0 else 0.0,
                        listed=one.listed / whole,
                        likeness=one.likeness,
                    )
                ),
                tags=one.tags,
                valid_from=one.valid_from,
                ordinal=one.ordinal,
                weight=one.score,
            )
            for place, one in enumerate(found)
        ]


def _budget(passages: int) -> int:
    """Rows that the rare terms of a question may point at; 0 where every passage is scored."""
    return 0 if passages <= EXACT_LIMIT else max(CANDIDATES, passages // 50)


def _ceiling(encoded: EncodedQuestion, weights: Weights) -> float:
    """The score of a passage that says all the question says."""
    return sum(encoded.vector.values()) * (weights.k1 + 1) / 2


def _margin(found: Sequence[Found]) -> float:
    """How far the first is ahead of the next page, as a part of its score; its own page may well say more on it."""
    first = found[0].score
    if first <= 0:
        return 0.0
    other = next((one for one in found[1:] if one.path != found[0].path), None) or (found[1] if found[1:] else None)
    return (first - (other.score if other else 0.0)) / first


def _newest(hits: list[Hit]) -> list[Hit]:
    """Of passages of different pages under the same heading, close in rank, only the one that is valid since later."""
    kept: list[Hit] = []
    for hit in hits:
        place = next((i for i, other in enumerate(kept) if _same_point(hit, other)), None)
        if place is None:
            kept.append(hit)
            continue
        newer, older = sorted((hit, kept[place]), key=lambda h: h.valid_from or date.min, reverse=True)
        kept[place] = replace(
            newer, score=max(newer.score, older.score), supersedes=(*newer.supersedes, older.source, *older.supersedes)
        )
    return kept


def _same_point(one: Hit, other: Hit) -> bool:
    if one.language != other.language or one.source.partition("#")[0] == other.source.partition("#")[0]:
        return False
    if one.valid_from == other.valid_from:
        return False
    return key(one.heading) == key(other.heading) and (
        key(one.title) == key(other.title) or bool({*one.tags} & {*other.tags})
    )


def _signature(folder: Path) -> object:
    try:
        return tuple(
            (str(path), stat.st_size, stat.st_mtime_ns)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and (stat := path.stat())
        )
    except OSError:
        return object()
