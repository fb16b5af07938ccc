"""A real server process on a free port, with its own data folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # seconds that a server may take to be ready on a busy machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`commercial-agent serve` as a process of its own."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    ready_status: int = 200  # what `/health/ready` says once it is up

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir / "server.log"

    def start(self) -> Server:
        inherited = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
        environment = {**inherited, "DATA_DIR": str(self.data_dir), "PORT": str(self.port), **self.settings}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("commercial-agent")), "serve"],
                cwd=ROOT, env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_until(lambda: self._get("/health/ready") == self.ready_status)
        return self

    def _get(self, path: str) -> int | None:
        try:
            return httpx.get(self.url + path, timeout=5).status_code
        except httpx.TransportError:
            return None

    def wait_until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        pause = time.monotonic
        while not ready():
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"the server ended:\n{self.log.read_text()[-4000:]}")
            if time.monotonic() > deadline:
                raise AssertionError(f"the server was not ready in time:\n{self.log.read_text()[-4000:]}")
            until = pause() + 0.05
            while pause() < until:
                os.sched_yield()

    def kill(self) -> None:
        """As the power cord would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def ask(self, conversation: str, message: str) -> dict[str, object]:
        """One message through the HTTP API."""
        answer = httpx.post(
            f"{self.url}/api/chat", json={"conversation_id": conversation, "message": message}, timeout=30
        )
        assert answer.status_code == 200, answer.text
        data = answer.json()
        assert isinstance(data, dict)
        return data


@pytest.fixture(scope="session")
def make_server() -> Iterator[Callable[..., Server]]:
    """Servers of a test's own; they and their databases are gone at the end."""
    servers: list[Server] = []

    def make(ready_status: str = "200", **settings: str) -> Server:
        server = Server(Path(tempfile.mkdtemp(prefix="ca-srv-")), settings, ready_status=int(ready_status))
        server.data_dir.chmod(0o755)
        servers.append(server)
        return server.start()

    yield make
    for server in servers:
        if server.process is not None and server.process.poll() is None:
            server.stop()
        stop_postgres(server.data_dir)
        shutil.rmtree(server.data_dir, ignore_errors=True)


def stop_postgres(data_dir: Path) -> None:
    """A server that was killed leaves its PostgreSQL running, for the next one to attach to."""
    pid_file = data_dir / "postgres" / "postmaster.pid"
    if pid_file.exists():
        try:
            os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGINT)
        except (ProcessLookupError, ValueError):
            return


@pytest.fixture(scope="session")
def server(make_server: Callable[..., Server]) -> Server:
    """One server for all tests that need nothing special."""
    return make_server()
