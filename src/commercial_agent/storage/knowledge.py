"""The SQL of the knowledge base. What vectors mean is the business of the knowledge library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from psycopg import OperationalError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.storage.knowledge_writing import (
    DOCUMENTS,
    CollectionState,
    CollectionWriter,
    PassageRow,
    StoredDocument,
    document_of,
)
from commercial_agent.storage.sessions import Driver, statement
from commercial_agent.storage.text import clean

__all__ = [
    "CollectionState",
    "CollectionWriter",
    "Found",
    "KnowledgeStore",
    "PassageRow",
    "Search",
    "StoredDocument",
    "record_unanswered",
]

_LONGEST_KEPT: Final = 500  # characters of a question that nobody could answer

_LISTED: Final = (
    "CASE WHEN cardinality(p.question_vectors) = 0 THEN 0"
    " ELSE (SELECT max(-(u <#> q.v)) FROM unnest(p.question_vectors) u) END"
)

_ALL: Final = "JOIN knowledge_documents d ON d.id = p.document_id AND {filters}"

# Of a few rows each document is looked up; a plain join would read all documents first.
_FEW: Final = """CROSS JOIN LATERAL (
        SELECT * FROM knowledge_documents d WHERE d.id = p.document_id AND {filters} OFFSET 0
    ) d"""

_FILTERS: Final = """(%(language)s::text IS NULL OR %(language)s::text = ANY (d.languages))
      AND (cardinality(%(tags)s::text[]) = 0 OR d.tags && %(tags)s::text[])
      AND (d.valid_from IS NULL OR d.valid_from <= %(day)s) AND (d.valid_until IS NULL OR d.valid_until >= %(day)s)"""

_SEARCH: Final = """
WITH q AS MATERIALIZED (SELECT %(vector)s::sparsevec AS v)
SELECT c.version, h.path, h.title, h.language, h.tags, h.valid_from, h.anchor, h.headings, h.text, h.terms,
       h.ordinal, h.listed, h.score, h.likeness
FROM knowledge_collections c
LEFT JOIN LATERAL (
    SELECT p.id, d.path, d.title, d.language, d.tags, d.valid_from, p.anchor, p.headings, p.text, p.terms, p.ordinal,
           s.listed,
           s.score * (CASE WHEN d.tags && %(boosted)s::text[] THEN 1 + %(boost)s ELSE 1 END) {dense_score} AS score,
           {dense_value} AS likeness
    FROM q, knowledge_passages p
    {documents}
    CROSS JOIN LATERAL (
        SELECT -(p.vector <#> q.v) + %(question_share)s * l.listed AS score, l.listed
        FROM (SELECT {listed} AS listed OFFSET 0) l
    ) s
    {dense_join}
    WHERE {collection} = c.id AND NOT p.duplicate {candidates}
    ORDER BY score DESC, p.id
    LIMIT %(limit)s
) h ON true
WHERE c.name = %(name)s
ORDER BY h.score DESC, h.id
"""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for."""

    vector: str
    asked: Sequence[int]  # every term of the question
    limit: int
    day: date
    language: str | None = None
    tags: tuple[str, ...] = ()
    boosted: tuple[str, ...] = ()
    boost: float = 0.0
    question_share: float = 0.0
    candidates: tuple[int, ...] | None = None  # terms of which a passage must have one; None looks at all
    embedding: str | None = None
    embedding_share: float = 0.0
    model: str | None = None
    dimensions: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A passage found."""

    path: str
    title: str
    language: str
    tags: tuple[str, ...]
    valid_from: date | None
    anchor: str
    headings: tuple[str, ...]
    text: str
    terms: frozenset[int]  # those of the question that the passage has
    ordinal: int
    listed: float  # the score of the best question it is listed for
    score: float
    likeness: float | None  # cosine of the embeddings, where there are any


class KnowledgeStore:
    """The collections of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="READ COMMITTED")  # also of an engine in autocommit
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")  # a question costs one round trip

    async def state(self, name: str) -> CollectionState | None:
        """The collection of that name, if it was ever written.

        Raises:
            DatabaseUnavailable: the database does not answer or has no tables.
        """
        rows = await self._rows(
            "SELECT id, version, fingerprint, folder_hash, pivot, passages, embeddings"
            " FROM knowledge_collections WHERE name = :name",
            {"name": name},
        )
        return CollectionState(*rows[0]) if rows else None

    async def statistics(self, name: str) -> tuple[int, int, bytes, bytes] | None:
        """Version, passages, and the arrays of term numbers and counts.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        rows = await self._rows(
            "SELECT version, passages, term_numbers, term_counts FROM knowledge_collections WHERE name = :name",
            {"name": name},
        )
        return (rows[0][0], rows[0][1], bytes(rows[0][2]), bytes(rows[0][3])) if rows else None

    async def documents(self, name: str) -> list[StoredDocument]:
        """The documents of a collection by path.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        return [document_of(row) for row in await self._rows(DOCUMENTS, {"name": name})]

    async def search(self, name: str, search: Search) -> tuple[int | None, list[Found]]:
        """The best passages, best first, and the version they are of (None: there is no such collection).

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        parameters: dict[str, Any] = {
            "name": name, "vector": search.vector, "limit": search.limit,
            "day": search.day, "language": search.language, "tags": list(search.tags),
            "boosted": list(search.boosted), "boost": search.boost, "question_share": search.question_share,
        }  # fmt: skip
        if search.candidates is not None:
            parameters["candidates"] = list(search.candidates)
        if search.embedding is not None:
            parameters |= {
                "embedding": search.embedding, "embedding_share": search.embedding_share, "model": search.model,
                "near": max(50, 10 * search.limit),
            }  # fmt: skip
        sql = _search_statement(search.candidates is not None, search.dimensions if search.embedding else 0)
        try:
            async with statement(self._reader) as driver:
                cursor = await driver.execute(sql, parameters, prepare=True, binary=True)
                rows = await cursor.fetchall()
        except (SQLAlchemyError, OperationalError, OSError) as error:
            raise DatabaseUnavailable from error
        if not rows:
            return None, []
        asked = frozenset(search.asked)  # cheaper than to let the server pick them from the passages' terms
        return rows[0][0], [_found(row, asked) for row in rows if row[1] is not None]

    @asynccontextmanager
    async def writing(self, name: str) -> AsyncIterator[CollectionWriter]:
        """One transaction on a collection: readers see the old version until it ends, writers wait for each other.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        try:
            async with self._engine.begin() as connection:
                await connection.execute(
                    text("INSERT INTO knowledge_collections (name) VALUES (:name) ON CONFLICT (name) DO NOTHING"),
                    {"name": name},
                )
                row = (
                    await connection.execute(
                        text(
                            "SELECT id, version, fingerprint, folder_hash, pivot, passages, embeddings"
                            " FROM knowledge_collections WHERE name = :name FOR UPDATE"
                        ),
                        {"name": name},
                    )
                ).one()
                yield CollectionWriter(connection, CollectionState(*row), name)
        except SQLAlchemyError as error:
            raise DatabaseUnavailable(f"The knowledge index could not be written: {type(error).__name__}.") from error

    async def drop(self, name: str) -> None:
        """Forget a collection.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with self.writing(name) as writer:
            await writer.drop()

    async def known_embeddings(self, model: str, hashes: Sequence[str]) -> set[str]:
        """Which of these texts have an embedding of that model.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        rows = await self._rows(
            "SELECT text_hash FROM knowledge_embeddings WHERE model = :model AND text_hash = ANY(:hashes)",
            {"model": model, "hashes": list(hashes)},
        )
        return {str(row[0]) for row in rows}

    async def gaps(self, limit: int) -> list[tuple[str, str, int, datetime]]:
        """Questions nobody could answer: language, the question as last asked, how often, when last.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        rows = await self._rows(
            """SELECT language, (array_agg(question ORDER BY id DESC))[1], count(*), max(created_at)
               FROM unanswered_questions WHERE resolved_at IS NULL
               GROUP BY language, btrim(regexp_replace(
                   regexp_replace(normalize(lower(question), NFD), U&'[\\0300-\\036f]', '', 'g'),
                   '[^a-z0-9]+', ' ', 'g'))
               ORDER BY count(*) DESC, max(created_at) DESC LIMIT :limit""",
            {"limit": limit},
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    async def _rows(self, sql: str, parameters: Mapping[str, Any]) -> Sequence[Any]:
        try:
            async with self._reader.connect() as connection:
                return (await connection.execute(text(sql), dict(parameters))).all()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise DatabaseUnavailable from error


async def record_unanswered(
    driver: Driver, conversation_id: str, turn_id: str, language: str, questions: Sequence[str], now: datetime
) -> None:
    """Keep the questions of a turn that the knowledge base could not answer: one round trip, in the turn's transaction.

    Args:
        driver: the connection of the turn.
        conversation_id: whose.
        turn_id: in which they were asked.
        language: of the questions, by its code.
        questions: in the customer's words; only the first 500 characters of each are kept.
        now: when they were asked (aware).
    """
    await driver.execute(
        "INSERT INTO unanswered_questions (conversation_id, turn_id, language, question, created_at)"
        " SELECT %s, %s, %s, asked, %s FROM unnest(%s::text[]) asked",
        (conversation_id, turn_id, language, now, [clean(question)[:_LONGEST_KEPT] for question in questions]),
    )


@lru_cache(16)
def _search_statement(few: bool, dimensions: int) -> str:
    """The search, one text for each shape, so that the server keeps it prepared.

    Args:
        few: candidates come first, by the question's rare terms.
        dimensions: of the embeddings to fuse; 0 for none.
    """
    candidates = "AND p.terms && %(candidates)s::integer[]" if few else ""
    dense_join, dense_score, dense_value = "", "", "NULL::float"
    if dimensions:
        near = f"::vector({int(dimensions)}) <=> %(embedding)s::vector({int(dimensions)})"
        dense_value = f"(1 - (e.embedding{near}))"
        dense_score = f"+ %(embedding_share)s * coalesce({dense_value}, 0)"
        dense_join = "LEFT JOIN knowledge_embeddings e ON e.model = %(model)s AND e.text_hash = p.text_hash"
        if few:
            candidates = (
                "AND (p.terms && %(candidates)s::integer[] OR p.text_hash IN (SELECT near.text_hash FROM"
                " knowledge_embeddings near WHERE near.model = %(model)s"
                f" ORDER BY near.embedding{near} LIMIT %(near)s))"
            )
    return _SEARCH.format(
        listed=_LISTED, candidates=candidates,
        documents=(_FEW if few else _ALL).format(filters=_FILTERS),
        collection="p.collection_id + 0" if few else "p.collection_id",  # no index of it: the terms find the rows
        dense_join=dense_join, dense_score=dense_score, dense_value=dense_value,
    )  # fmt: skip


def _found(row: Any, asked: frozenset[int]) -> Found:
    return Found(
        path=row[1], title=row[2], language=row[3], tags=tuple(row[4]), valid_from=row[5], anchor=row[6],
        headings=tuple(row[7]), text=row[8], terms=asked.intersection(row[9]), ordinal=row[10], listed=float(row[11]),
        score=float(row[12]), likeness=row[13],
    )  # fmt: skip
