"""Fixtures that every test may use: a fresh database, a clock that the test moves."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.database import Database, conninfo
from commercial_agent.storage.embedded import EmbeddedPostgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for the whole run, in a short temporary path; no fsync is saved, crashes are tested elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="ca-"))
    server = EmbeddedPostgres.start(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _administer(server: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(statement)


def _named(server: EmbeddedPostgres, name: str) -> str:
    return server.url.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def template_database(postgres_server: EmbeddedPostgres) -> str:
    """A migrated database that is only copied, never used."""
    _administer(postgres_server, "CREATE DATABASE template_migrated")
    Database.migrate(_named(postgres_server, "template_migrated"))
    return "template_migrated"


@pytest.fixture
def database_url(postgres_server: EmbeddedPostgres, template_database: str) -> Iterator[str]:
    """A fresh migrated database of this test's own."""
    name = f"test_{next(_numbers)}"
    _administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE {template_database} STRATEGY FILE_COPY")
    try:
        yield _named(postgres_server, name)
    finally:
        _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_database_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """A fresh database without any table."""
    name = f"test_{next(_numbers)}"
    _administer(postgres_server, f"CREATE DATABASE {name}")
    try:
        yield _named(postgres_server, name)
    finally:
        _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The engines of a fresh database."""
    database = Database(database_url)
    yield database
    await database.dispose()


@pytest.fixture
async def engine(database: Database) -> AsyncEngine:
    """The engine of a fresh database."""
    return database.engine


@pytest.fixture
def sql(database_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A look into the fresh database, past the product's code; every statement commits."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        yield connection


@dataclass(slots=True)
class ManualClock:
    """A clock that stands until it is moved."""

    now: datetime = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, *, seconds: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Move it on and read it."""
        self.now += timedelta(days=days, hours=hours, seconds=seconds)
        return self.now


@pytest.fixture
def clock() -> ManualClock:
    """A manual clock."""
    return ManualClock()
