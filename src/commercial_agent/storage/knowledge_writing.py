"""The transaction that makes the next version of a knowledge collection."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from commercial_agent.storage.text import clean

DOCUMENTS: Final = """
SELECT d.id, d.path, d.hash, d.title, d.language, d.languages, d.tags, d.valid_from, d.valid_until, d.warnings,
       (SELECT count(*) FROM knowledge_passages p WHERE p.document_id = d.id)
FROM knowledge_documents d JOIN knowledge_collections c ON c.id = d.collection_id
WHERE c.name = :name ORDER BY d.path
"""


@dataclass(frozen=True, slots=True)
class CollectionState:
    """What is stored of a collection, without its passages."""

    id: int
    version: int
    fingerprint: str
    folder_hash: str
    pivot: float
    passages: int
    embeddings: str | None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is stored."""

    id: int
    path: str
    hash: str
    title: str
    language: str
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    warnings: tuple[str, ...]
    passages: int = 0


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage to be stored; vectors as pgvector reads them."""

    ordinal: int
    anchor: str
    headings: tuple[str, ...]
    text: str
    text_hash: str
    length: int
    vector: str
    question_vectors: tuple[str, ...]
    terms: Sequence[int]


class CollectionWriter:
    """The open transaction that makes a collection's next version."""

    def __init__(self, connection: AsyncConnection, state: CollectionState, name: str) -> None:
        self._connection = connection
        self._name = name
        self.state = state

    async def documents(self) -> list[StoredDocument]:
        """The documents as this transaction sees them."""
        rows = (await self._connection.execute(text(DOCUMENTS), {"name": self._name})).all()
        return [document_of(row) for row in rows]

    async def remove(self, document_ids: Sequence[int]) -> None:
        """Take documents out with their passages."""
        if document_ids:
            await self._connection.execute(
                text("DELETE FROM knowledge_documents WHERE id = ANY(:ids)"), {"ids": list(document_ids)}
            )

    async def add(self, document: StoredDocument, passages: Iterable[PassageRow]) -> None:
        """Put a document in; its id is given here."""
        await self.add_many([(document, passages)])

    async def add_many(self, batch: Sequence[tuple[StoredDocument, Iterable[PassageRow]]]) -> None:
        """Put documents in with their passages, by COPY."""
        raw = (await self._connection.get_raw_connection()).driver_connection
        assert raw is not None
        ids: list[int] = []
        async with raw.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO knowledge_documents (collection_id, path, hash, title, language, languages, tags,"
                " valid_from, valid_until, warnings) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
                [
                    (self.state.id, clean(d.path), d.hash, clean(d.title), d.language, list(d.languages), list(d.tags),
                     d.valid_from, d.valid_until, [clean(w) for w in d.warnings])
                    for d, _ in batch
                ],
                returning=True,
            )  # fmt: skip
            async for result in cursor.results():
                ids.append((await result.fetchone())[0])
            async with cursor.copy(
                "COPY knowledge_passages (collection_id, document_id, ordinal, anchor, headings, text, text_hash,"
                " length, vector, question_vectors, terms) FROM STDIN"
            ) as copy:
                for document_id, (_, passages) in zip(ids, batch, strict=True):
                    for p in passages:
                        await copy.write_row((
                            self.state.id, document_id, p.ordinal, clean(p.anchor), [clean(h) for h in p.headings],
                            clean(p.text), p.text_hash, p.length, p.vector, _array(p.question_vectors),
                            f"{{{','.join(map(str, p.terms))}}}",
                        ))  # fmt: skip

    async def term_lists(self, document_ids: Sequence[int] | None = None) -> AsyncIterator[Sequence[int]]:
        """The terms of every passage, or of those documents' only."""
        chosen = "" if document_ids is None else "AND document_id = ANY(:ids)"
        parameters: dict[str, Any] = {"collection": self.state.id}
        if document_ids is not None:
            parameters["ids"] = list(document_ids)
        result = await self._connection.stream(
            text(f"SELECT terms FROM knowledge_passages WHERE collection_id = :collection {chosen}"), parameters
        )
        async for row in result:
            yield row[0]

    async def lengths(self) -> tuple[int, float]:
        """How many passages there are now, and their mean length in words."""
        row = (
            await self._connection.execute(
                text("SELECT count(*), coalesce(avg(length), 0) FROM knowledge_passages WHERE collection_id = :id"),
                {"id": self.state.id},
            )
        ).one()
        return int(row[0]), float(row[1])

    async def mark_duplicates(self) -> int:
        """Hide all but the first of passages with the same words in the same language; how many are hidden."""
        result = await self._connection.execute(
            text(
                """WITH ranked AS (
                    SELECT p.id, p.duplicate, row_number() OVER (
                        PARTITION BY d.language, p.text_hash, d.valid_from, d.valid_until ORDER BY d.path, p.ordinal
                    ) > 1 AS again
                    FROM knowledge_passages p JOIN knowledge_documents d ON d.id = p.document_id
                    WHERE p.collection_id = :id
                ), changed AS (
                    UPDATE knowledge_passages p SET duplicate = r.again FROM ranked r
                    WHERE r.id = p.id AND r.again <> p.duplicate
                )
                SELECT count(*) FILTER (WHERE again) FROM ranked"""
            ),
            {"id": self.state.id},
        )
        return int(result.scalar_one())

    async def texts(self) -> list[tuple[str, str, tuple[str, ...], str]]:
        """Hash, title, headings and text of every passage, each hash once: what an embedding model reads."""
        rows = await self._connection.execute(
            text(
                "SELECT DISTINCT ON (p.text_hash) p.text_hash, d.title, p.headings, p.text"
                " FROM knowledge_passages p JOIN knowledge_documents d ON d.id = p.document_id"
                " WHERE p.collection_id = :id ORDER BY p.text_hash, p.id"
            ),
            {"id": self.state.id},
        )
        return [(row[0], row[1], tuple(row[2]), row[3]) for row in rows]

    async def add_embeddings(self, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep embeddings of a model by the hash of their text."""
        for text_hash, vector in vectors.items():
            await self._connection.execute(
                text(
                    "INSERT INTO knowledge_embeddings (model, text_hash, embedding)"
                    " VALUES (:model, :hash, CAST(:v AS vector)) ON CONFLICT DO NOTHING"
                ),
                {"model": model, "hash": text_hash, "v": f"[{','.join(f'{x:.7g}' for x in vector)}]"},
            )

    async def index_embeddings(self, model: str, dimensions: int) -> None:
        """Make the HNSW index of a model's embeddings, once; above 2,000 dimensions they are scanned instead."""
        if dimensions > 2000:
            return
        name = f"knowledge_embeddings_{hashlib.sha256(model.encode()).hexdigest()[:16]}_idx"
        literal = "'" + model.replace("'", "''") + "'"
        await self._connection.exec_driver_sql(
            f"CREATE INDEX IF NOT EXISTS {name} ON knowledge_embeddings"
            f" USING hnsw ((embedding::vector({int(dimensions)})) vector_cosine_ops)"
            f" WHERE model = {literal.replace('%', '%%')}"
        )

    async def finish(
        self, *, fingerprint: str, folder_hash: str, pivot: float, passages: int,
        numbers: bytes, counts: bytes, embeddings: str | None,
    ) -> int:  # fmt: skip
        """Make this the serving version when the transaction ends; its number."""
        row = await self._connection.execute(
            text(
                "UPDATE knowledge_collections SET version = version + 1, fingerprint = :fingerprint,"
                " folder_hash = :folder_hash, pivot = :pivot, passages = :passages, term_numbers = :numbers,"
                " term_counts = :counts, embeddings = :embeddings, updated_at = now() WHERE id = :id RETURNING version"
            ),
            {
                "fingerprint": fingerprint, "folder_hash": folder_hash, "pivot": pivot, "passages": passages,
                "numbers": numbers, "counts": counts, "embeddings": embeddings, "id": self.state.id,
            },
        )  # fmt: skip
        return int(row.scalar_one())

    async def drop(self) -> None:
        """Forget the collection with all it holds."""
        await self._connection.execute(
            text("DELETE FROM knowledge_passages WHERE collection_id = :id"), {"id": self.state.id}
        )
        await self._connection.execute(text("DELETE FROM knowledge_collections WHERE id = :id"), {"id": self.state.id})


def document_of(row: Any) -> StoredDocument:
    """A row of DOCUMENTS."""
    return StoredDocument(
        row[0], row[1], row[2], row[3], row[4], tuple(row[5]), tuple(row[6]), row[7], row[8], tuple(row[9]), row[10]
    )


def _array(vectors: Sequence[str]) -> str:
    return "{" + ",".join(f'"{vector}"' for vector in vectors) + "}"
