"""From a folder to the next version of an index: only what changed is read, all of it in one transaction."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from commercial_agent.errors import InvalidKnowledge
from commercial_agent.knowledge.documents import (
    DELETED,
    Document,
    SourceFile,
    UnreadableDocument,
    files,
    page_of,
    read,
)
from commercial_agent.knowledge.encoding import ENCODER, LANGUAGES, Fields, Weights, encode_passage, literal
from commercial_agent.knowledge.passages import Passage, cut
from commercial_agent.knowledge.text import key
from commercial_agent.knowledge.text import words as words_of
from commercial_agent.storage.knowledge import CollectionWriter, KnowledgeStore, PassageRow, StoredDocument

if TYPE_CHECKING:
    from commercial_agent.knowledge.embedding import Embedder

Progress = Callable[[int, int], None]
_DRIFT = 0.2  # of the mean length: above it every passage's lengths are normalised anew
_BATCH = 500
_AROUND = 3  # passages on either side that tell what a passage belongs to


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file."""

    path: str
    what: str
    skipped: bool  # it is not in the index (or its earlier version still is)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did."""

    changed: bool
    version: int
    documents: int
    passages: int
    read: tuple[str, ...] = ()  # new or changed
    removed: tuple[str, ...] = ()
    duplicates: int = 0  # passages hidden because another says the same
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document ready to be written."""

    document: Document
    passages: tuple[Passage, ...]
    warnings: tuple[str, ...]
    languages: tuple[str, ...]  # it answers in
    hash: str

    @property
    def texts(self) -> list[tuple[str, str, tuple[str, ...], str]]:
        """What an embedding model reads of it."""
        return [(p.text_hash, self.document.title, p.headings, p.text) for p in self.passages]


@dataclass(slots=True)
class _Plan:
    """What the folder asks of the index."""

    folder: Path
    folder_hash: str = ""
    found: dict[str, SourceFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Ingestion:
    """Writes versions of one collection."""

    def __init__(
        self, store: KnowledgeStore, name: str, default_language: str, embedder: Embedder | None, weights: Weights
    ) -> None:
        self._store = store
        self._name = name
        self._default = default_language
        self._embedder = embedder
        self._weights = weights

    async def run(self, folder: Path | None, progress: Progress | None, *, force: bool) -> IngestReport:
        """Bring the collection up to a folder.

        Raises:
            InvalidKnowledge: there is no folder, or nothing in it can be read.
            DatabaseUnavailable: the database does not answer.
        """
        started = time.perf_counter()
        if folder is None:
            raise InvalidKnowledge("This knowledge base has no folder.")
        plan, state = await asyncio.gather(asyncio.to_thread(_scan, folder), self._store.state(self._name))
        model = self._embedder.model if self._embedder else None
        wanted = (fingerprint(self._weights), plan.folder_hash, model)
        if state and not force and (state.fingerprint, state.folder_hash, state.embeddings) == wanted:
            return IngestReport(
                False, state.version, len(plan.found), state.passages,
                problems=tuple(plan.problems), seconds=time.perf_counter() - started,
            )  # fmt: skip
        await self._prepare_embeddings(plan)
        async with self._store.writing(self._name) as writer:
            return await self._write(writer, plan, progress, started, force=force)

    async def replace(self, documents: Sequence[Document], progress: Progress | None) -> IngestReport:
        """Make these documents the whole collection."""
        started = time.perf_counter()
        prepared = [_Prepared(d, *cut(d), (d.language,), d.path) for d in documents]
        if self._embedder:
            await self._embedder.prepare(self._store, [text for one in prepared for text in one.texts])
        async with self._store.writing(self._name) as writer:
            await writer.remove([document.id for document in await writer.documents()])
            pivot = _mean([passage for one in prepared for passage in one.passages])
            counts = await self._add(writer, prepared, pivot, progress)
            duplicates = await writer.mark_duplicates()
            passages, _ = await writer.lengths()
            version = await self._finish(writer, "", pivot, passages, counts)
        return IngestReport(
            True, version, len(documents), passages, tuple(d.path for d in documents),
            duplicates=duplicates, seconds=time.perf_counter() - started,
        )  # fmt: skip

    async def _write(
        self, writer: CollectionWriter, plan: _Plan, progress: Progress | None, started: float, *, force: bool
    ) -> IngestReport:
        stored = {document.path: document for document in await writer.documents()}
        state = writer.state
        renewed = force or state.fingerprint != fingerprint(self._weights)
        documents, problems = await asyncio.to_thread(_prepare, plan.found, {} if renewed else stored, self._default)
        problems = [*plan.problems, *problems]
        broken = {problem.path for problem in problems if problem.skipped}
        if not documents and not stored and not (plan.found.keys() - broken):
            raise InvalidKnowledge(
                f"No page of {plan.folder} can be read: put Markdown files there, or set DEALERSHIP_DIR."
            )
        if stored and not (plan.found.keys() - broken):
            raise InvalidKnowledge("No document of the knowledge folder can be read: the earlier index stays.")
        removed = [path for path in stored if path not in plan.found and path not in broken]
        pivot = state.pivot if state.pivot and not renewed else _mean([p for one in documents for p in one.passages])
        written = tuple(one.document.path for one in documents)
        await writer.remove([stored[path].id for path in (*removed, *written) if path in stored])
        await self._add(writer, documents, pivot, progress)
        passages, mean = await writer.lengths()
        if pivot and abs(mean / pivot - 1) > _DRIFT and not force:
            return await self._write(writer, plan, progress, started, force=True)
        totals: Counter[int] = Counter()
        async for terms in writer.term_lists():
            totals.update(terms)
        duplicates = await writer.mark_duplicates()
        version = await self._finish(writer, plan.folder_hash, pivot, passages, totals)
        return IngestReport(
            True, version, len(await writer.documents()), passages, written, tuple(removed),
            duplicates, tuple(problems), time.perf_counter() - started,
        )  # fmt: skip

    async def _add(
        self,
        writer: CollectionWriter,
        documents: Sequence[_Prepared],
        pivot: float,
        progress: Progress | None,
    ) -> Counter[int]:
        counts: Counter[int] = Counter()
        for start in range(0, len(documents), _BATCH):
            batch = documents[start : start + _BATCH]
            rows = await asyncio.to_thread(_rows, batch, pivot, self._weights)
            for _, passages in rows:
                for passage in passages:
                    counts.update(passage.terms)
            await writer.add_many(rows)
            if progress:
                progress(start + len(batch), len(documents))
        return counts

    async def _finish(
        self, writer: CollectionWriter, folder_hash: str, pivot: float, passages: int, counts: Mapping[int, int]
    ) -> int:
        numbers = np.fromiter(sorted(counts), dtype="<i4", count=len(counts))
        values = np.fromiter((counts[int(number)] for number in numbers), dtype="<i4", count=len(counts))
        model = None
        if self._embedder:
            model = self._embedder.model
            await self._embedder.store(writer)
        return await writer.finish(
            fingerprint=fingerprint(self._weights), folder_hash=folder_hash, pivot=pivot, passages=passages,
            numbers=numbers.tobytes(), counts=values.tobytes(), embeddings=model,
        )  # fmt: skip

    async def _prepare_embeddings(self, plan: _Plan) -> None:
        """Ask the embedding model before the transaction begins: it may be slow or fail."""
        if self._embedder is None:
            return
        prepared, _ = await asyncio.to_thread(_prepare, plan.found, {}, self._default)
        await self._embedder.prepare(self._store, [text for one in prepared for text in one.texts])


def check_folder(folder: Path, default_language: str = "es") -> tuple[int, int, list[Problem]]:
    """Read a folder without an index: documents and passages it would give, and what is wrong with its files.

    Raises:
        InvalidKnowledge: there is no such folder.
    """
    plan = _scan(folder)
    prepared, problems = _prepare(plan.found, {}, default_language)
    return len(prepared), sum(len(one.passages) for one in prepared), [*plan.problems, *problems]


def fingerprint(weights: Weights) -> str:
    """Of everything that decides how a passage's vectors come out, beside the passage."""
    digest = hashlib.sha256(f"{ENCODER} {weights}".encode())
    for name in ("synonyms.yaml", "stopwords.yaml", "cities.csv"):
        digest.update((resources.files("commercial_agent.knowledge") / "data" / name).read_bytes())
    return digest.hexdigest()[:32]


def _scan(folder: Path) -> _Plan:
    plan = _Plan(folder)
    digest = hashlib.sha256()
    for found in files(folder):
        if isinstance(found, tuple):
            path, what = found
            plan.problems.append(Problem(path, what, skipped=what != DELETED))
            digest.update(f"{path}\0{what}\0".encode())  # so that the next ingest looks again
            continue
        plan.found[found.path] = found
        digest.update(f"{found.path}\0{found.hash}\0".encode())
    plan.folder_hash = digest.hexdigest()[:32]
    return plan


def _prepare(
    found: Mapping[str, SourceFile], stored: Mapping[str, StoredDocument], default: str
) -> tuple[list[_Prepared], list[Problem]]:
    """The documents to write, and what is wrong with the files."""
    opened: dict[str, Document] = {}
    problems: list[Problem] = []
    languages: dict[str, str] = {}

    def open_one(path: str) -> None:
        try:
            opened[path] = read(found[path])
            languages[path] = opened[path].language
        except UnreadableDocument as error:
            kept = "; its earlier version stays" if path in stored else ""
            problems.append(Problem(path, f"{error.message}{kept}", skipped=True))
            if path in stored:
                languages[path] = stored[path].language

    for path, file in found.items():
        if path in stored and stored[path].hash.partition(":")[0] == file.hash:
            languages[path] = stored[path].language
        else:
            open_one(path)
    broken = {problem.path for problem in problems}
    served = _served(languages, default)
    chosen: list[_Prepared] = []
    for path, languages_of in served.items():
        document_hash = f"{found[path].hash}:{','.join(languages_of)}"
        if path in broken or (path in stored and stored[path].hash == document_hash):
            continue
        if path not in opened:
            open_one(path)
        if path in opened:
            passages, warnings = cut(opened[path])
            chosen.append(_Prepared(opened[path], passages, warnings, languages_of, document_hash))
            problems += [Problem(path, warning, skipped=False) for warning in warnings]
    return chosen, [*problems, *_same_titles([one.document for one in chosen], stored)]


def _served(languages: Mapping[str, str], default: str) -> dict[str, tuple[str, ...]]:
    """For each path the languages it answers in: its own, and those its page has no translation in."""
    pages: dict[str, dict[str, str]] = {}
    for path in sorted(languages):
        pages.setdefault(page_of(path), {}).setdefault(languages[path], path)
    served: dict[str, tuple[str, ...]] = {path: (language,) for path, language in languages.items()}
    for translations in pages.values():
        stand_in = translations.get(default) or next(iter(translations.values()))
        missing = tuple(language for language in LANGUAGES if language not in translations)
        served[stand_in] = (*served[stand_in], *missing)
    return served


def _same_titles(documents: Sequence[Document], stored: Mapping[str, StoredDocument]) -> Iterable[Problem]:
    titles: dict[tuple[str, str], str] = {
        (d.language, key(d.title)): path for path, d in stored.items() if path not in {x.path for x in documents}
    }
    for document in documents:
        if (first := titles.setdefault((document.language, key(document.title)), document.path)) != document.path:
            yield Problem(document.path, f"has the same title as {first}", skipped=False)


def _rows(batch: Sequence[_Prepared], pivot: float, weights: Weights) -> list[tuple[StoredDocument, list[PassageRow]]]:
    return [(_record(one), [_row(one, passage, pivot, weights) for passage in one.passages]) for one in batch]


def _record(one: _Prepared) -> StoredDocument:
    document = one.document
    return StoredDocument(
        0, document.path, one.hash, document.title, document.language, one.languages, document.tags,
        document.valid_from, document.valid_until, one.warnings,
    )  # fmt: skip


def _row(one: _Prepared, passage: Passage, pivot: float, weights: Weights) -> PassageRow:
    around = "\n".join(
        other.text
        for other in one.passages[max(0, passage.ordinal - _AROUND) : passage.ordinal + _AROUND + 1]
        if other is not passage
    )
    fields = Fields(one.document.title, passage.headings, passage.text, passage.questions, one.languages, around)
    encoded = encode_passage(fields, pivot, weights)
    return PassageRow(
        passage.ordinal, passage.anchor, passage.headings, passage.text, passage.text_hash, encoded.length,
        literal(encoded.vector), tuple(literal(question) for question in encoded.questions), encoded.numbers,
    )  # fmt: skip


def _mean(passages: Sequence[Passage]) -> float:
    return sum(len(words_of(p.text)) for p in passages) / len(passages) if passages else 0.0
