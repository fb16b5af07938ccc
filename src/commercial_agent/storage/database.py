"""One PostgreSQL database: its engines, its health, its migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from commercial_agent.errors import DatabaseUnavailable, InvalidSettings

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_SCHEMES: Final = {"postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"}
_CONNECT_TIMEOUT_S: Final = 10


def database_url(url: str) -> URL:
    """The address in the one form the engines take, whichever PostgreSQL scheme it was written with.

    Raises:
        InvalidSettings: it is not the address of a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidSettings(
            "DATABASE_URL is not an address like postgresql://user:password@host:5432/name."
        ) from None
    if parsed.drivername not in _SCHEMES:
        raise InvalidSettings(f"DATABASE_URL must be a postgresql:// address, not {parsed.drivername}://.")
    return parsed.set(drivername="postgresql+psycopg")


def conninfo(url: str) -> str:
    """The address as libpq reads it, for use without SQLAlchemy."""
    return database_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def head_revision() -> str:
    """The newest migration. A revision's id is its file's name, so this needs no Alembic."""
    return max(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


class Database:
    """The engines of one process.

    `engine` serves turns, which may hold a connection for as long as a language model thinks. `short` has its own few
    connections for what must never wait behind them: webhooks, sending, health.
    """

    def __init__(self, url: str, *, size: int = 24, short: int = 8) -> None:
        self.url = url
        parsed = database_url(url)
        self.engine = _engine(parsed, size)
        self.short = _engine(parsed, short, isolation_level="AUTOCOMMIT")  # one statement, one round trip

    async def check(self) -> None:
        """Make sure that the database answers and has the newest tables.

        Raises:
            DatabaseUnavailable: it does not answer, or its migrations are not applied.
        """
        try:
            async with self.short.connect() as connection:
                row = (await connection.execute(text("SELECT to_regclass('alembic_version') IS NOT NULL"))).scalar_one()
                version = (
                    (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
                    if row
                    else None
                )
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise DatabaseUnavailable("The database does not answer.") from error
        if version != head_revision():
            raise DatabaseUnavailable(
                f"The database has the tables of {version or 'no version'}, not {head_revision()}: run the migrations.",
                code="migrations_pending",
            )

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self.short.dispose()

    @staticmethod
    def migrate(url: str) -> bool:
        """Bring the tables to the newest revision. Blocks; safe to call from several processes at once.

        Returns:
            Whether anything had to be done.

        Raises:
            DatabaseUnavailable: the database does not answer.
            InvalidSettings: the address is not one of PostgreSQL.
        """
        if applied_revision(url) == head_revision():
            return False
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["url"] = database_url(url)
        command.upgrade(config, "head")
        return True


def applied_revision(url: str) -> str | None:
    """The revision the database is at; None when it is empty. Costs one connection and no Alembic import.

    Raises:
        DatabaseUnavailable: the database does not answer.
    """
    import psycopg

    try:
        with psycopg.connect(conninfo(url), connect_timeout=_CONNECT_TIMEOUT_S) as connection:
            try:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            except psycopg.errors.UndefinedTable:
                return None
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            "The database does not answer. Check DATABASE_URL, and that PostgreSQL runs and accepts connections."
        ) from error
    return str(row[0]) if row else None


def _engine(url: URL, size: int, **options: Any) -> AsyncEngine:
    arguments: dict[str, Any] = {"application_name": "commercial-agent"}
    if "connect_timeout" not in url.query:
        arguments["connect_timeout"] = _CONNECT_TIMEOUT_S
    return create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=15, pool_use_lifo=True, connect_args=arguments, **options
    )
