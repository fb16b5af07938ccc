from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from commercial_agent.errors import DatabaseUnavailable, InvalidSettings, OperatorError
from commercial_agent.storage import database as storage
from commercial_agent.storage.database import MIGRATIONS, Database, applied_revision, head_revision
from commercial_agent.storage.embedded import EmbeddedPostgres
from commercial_agent.storage.tables import metadata

_MIGRATE = "import sys; from commercial_agent.storage.database import Database; Database.migrate(sys.argv[1])"


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_the_newest_revision_is_told_by_the_files_alone() -> None:
    assert scripts().get_heads() == [head_revision()]
    for revision in scripts().walk_revisions():
        assert Path(revision.path).stem == revision.revision


def test_the_migrated_tables_are_those_the_code_knows(database_url: str) -> None:
    engine = create_engine(storage.database_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, metadata) == []


def _ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "table" or name in metadata.tables


def test_migrating_twice_does_nothing_and_needs_no_alembic(empty_database_url: str) -> None:
    assert applied_revision(empty_database_url) is None
    assert Database.migrate(empty_database_url)
    assert applied_revision(empty_database_url) == head_revision()
    assert not Database.migrate(empty_database_url)


def test_processes_that_migrate_at_once_do_not_disturb_each_other(empty_database_url: str) -> None:
    errors: list[BaseException] = []

    def migrate() -> None:
        try:
            subprocess.run(
                [sys.executable, "-c", _MIGRATE, empty_database_url],
                check=True, capture_output=True, env={**os.environ, "PYTHONPATH": "src"},
            )  # fmt: skip
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert applied_revision(empty_database_url) == head_revision()


async def test_a_database_without_its_tables_is_not_ready(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with pytest.raises(DatabaseUnavailable, match="run the migrations") as raised:
        await database.check()
    assert raised.value.reason == "migrations_pending"
    Database.migrate(empty_database_url)
    await database.check()
    await database.dispose()


@pytest.mark.parametrize(
    "written", ["postgres://u:p%40ss@h:5433/d?sslmode=require", "postgresql://u:p%40ss@h:5433/d?sslmode=require",
                "postgresql+asyncpg://u:p%40ss@h:5433/d?sslmode=require"],
)  # fmt: skip
def test_an_address_may_be_written_as_its_owner_is_used_to(written: str) -> None:
    url = storage.database_url(written)
    assert url.drivername == "postgresql+psycopg"
    assert (url.password, url.port, url.query["sslmode"]) == ("p@ss", 5433, "require")


@pytest.mark.parametrize("written", ["", "nonsense", "mysql://h/d", "sqlite:///x"])
def test_another_kind_of_address_is_told_without_its_password(written: str) -> None:
    with pytest.raises(InvalidSettings, match="DATABASE_URL"):
        storage.database_url(written)


def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL"):
        Database.migrate("postgresql://nobody:secret@127.0.0.1:9/none")


# --- The embedded server ---------------------------------------------------------------------------------------------


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short temporary path of this test's own."""
    path = Path(tempfile.mkdtemp(prefix="ca-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def answers(server: EmbeddedPostgres) -> bool:
    with psycopg.connect(server.url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_a_running_server_is_attached_to_and_a_killed_one_recovers(folder: Path) -> None:
    first = EmbeddedPostgres.start(folder / "data")
    assert not first.attached
    with psycopg.connect(first.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    second = EmbeddedPostgres.start(folder / "data")
    assert (second.attached, second.pid) == (True, first.pid)

    killed = psutil.Process(first.pid)
    killed.kill()
    while killed.is_running() and killed.status() != psutil.STATUS_ZOMBIE:
        os.sched_yield()  # a signal takes a moment, and one that is still dying can still be attached to
    third = EmbeddedPostgres.start(folder / "data")
    assert not third.attached
    with psycopg.connect(third.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)

    third.stop()
    fourth = EmbeddedPostgres.start(folder / "data")
    assert answers(fourth)
    fourth.stop()
    with pytest.raises(psycopg.OperationalError):
        answers(fourth)


def test_a_lock_file_of_another_process_does_not_deceive(folder: Path) -> None:
    server = EmbeddedPostgres.start(folder)
    lock = (folder / "postgres" / "postmaster.pid").read_text()
    server.stop()
    (folder / "postgres" / "postmaster.pid").write_text(lock.replace(lock.splitlines()[0], str(os.getpid()), 1))
    again = EmbeddedPostgres.start(folder)
    assert not again.attached
    assert answers(again)
    again.stop()


def test_a_deep_data_folder_is_no_problem(folder: Path) -> None:
    server = EmbeddedPostgres.start(folder / ("a" * 60) / ("b" * 60) / ".data")
    assert answers(server)
    server.stop()


def test_other_files_in_the_data_folder_stay(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    server = EmbeddedPostgres.start(folder)
    server.stop()
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_folder_that_is_no_cluster_is_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "holiday.jpg").write_text("x")
    with pytest.raises(OperatorError, match=r"holiday\.jpg"):
        EmbeddedPostgres.start(folder)


def test_a_file_in_the_way_is_told(folder: Path) -> None:
    (folder / "data").write_text("a file")
    with pytest.raises(OperatorError, match="cannot use"):
        EmbeddedPostgres.start(folder / "data")


def test_a_full_disk_is_told_before_anything_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(2**30, 2**30, 5 * 2**20))
    with pytest.raises(OperatorError, match="Only 5 MB are free"):
        EmbeddedPostgres.start(folder)


def test_a_broken_cluster_is_told_with_its_own_words(folder: Path) -> None:
    server = EmbeddedPostgres.start(folder)
    server.stop()
    (folder / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(OperatorError, match="did not start"):
        EmbeddedPostgres.start(folder)
