"""The database of this process: the embedded one where none is given; migrated and filled as soon as it answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commercial_agent.errors import CommercialAgentError, DatabaseUnavailable
from commercial_agent.knowledge import KnowledgeBase
from commercial_agent.settings import Settings
from commercial_agent.storage.database import Database, conninfo

if TYPE_CHECKING:
    from commercial_agent.storage.embedded import EmbeddedPostgres

log = logging.getLogger(__name__)

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0
_OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """The engines, and the embedded server behind them if it is ours."""

    database: Database
    server: EmbeddedPostgres | None

    async def close(self) -> None:
        """Close the engines; whoever is last to leave the embedded server stops it."""
        await self.database.dispose()
        if self.server is not None and not await asyncio.to_thread(_in_use, self.server.url):
            await asyncio.to_thread(self.server.stop)


def open_database(settings: Settings) -> OpenDatabase:
    """The engines for the configured database; starts the embedded server where there is none. Blocks.

    Raises:
        OperatorError: the embedded server cannot run, or the address is none.
    """
    url = settings.database_url.get_secret_value()
    server = None
    if not url:
        from commercial_agent.storage.embedded import EmbeddedPostgres

        server = EmbeddedPostgres.start(settings.data_dir)
        url = server.url
        try:
            Database.migrate(url)
        except DatabaseUnavailable:
            log.warning("migration_waits")  # `Preparation` tries again
    return OpenDatabase(Database(url, size=settings.database_pool), server)


@asynccontextmanager
async def database_for_command(settings: Settings) -> AsyncIterator[Database]:
    """The migrated database, for as long as a command needs it.

    Raises:
        DatabaseUnavailable: it does not answer.
        OperatorError: the embedded server cannot run, or the address is none.
    """
    opened = await asyncio.to_thread(open_database, settings)
    try:
        await asyncio.to_thread(Database.migrate, opened.database.url)
        yield opened.database
    finally:
        await opened.close()


def _in_use(url: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(conninfo(url), connect_timeout=5) as connection:
            row = connection.execute(_OTHERS).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] > 0


class Preparation:
    """Brings the tables and the knowledge index up to date. A database that is away is waited for in the background."""

    def __init__(self, database: Database, knowledge: KnowledgeBase) -> None:
        self._database = database
        self._knowledge = knowledge
        self._waiting: asyncio.Task[None] | None = None
        self.problem: str | None = "The agent is starting."

    async def begin(self) -> None:
        """Prepare now; if the database does not answer, say so and go on trying.

        Raises:
            OperatorError: the knowledge folder cannot be used.
        """
        try:
            await self._prepare()
        except DatabaseUnavailable as error:
            self.problem = error.message
            log.error("database_unavailable", extra={"what_to_do": error.message})
            self._waiting = asyncio.create_task(self._keep_trying())

    async def check(self) -> None:
        """Whether everything is prepared.

        Raises:
            DatabaseUnavailable: not yet.
        """
        if self.problem is not None:
            raise DatabaseUnavailable(self.problem)

    async def stop(self) -> None:
        """Try no more."""
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)

    async def _prepare(self) -> None:
        await asyncio.to_thread(Database.migrate, self._database.url)
        report = await self._knowledge.ingest()
        for problem in report.problems:
            log.warning("knowledge_page_refused", extra={"page": problem.path, "reason": problem.what})
        self.problem = None

    async def _keep_trying(self) -> None:
        pause = _FIRST_PAUSE_S
        while True:
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
            try:
                await self._prepare()
            except DatabaseUnavailable:
                continue
            except CommercialAgentError as error:
                self.problem = error.message
                log.error("preparation_failed", extra={"what_to_do": error.message})
                return
            log.info("database_ready")
            return
