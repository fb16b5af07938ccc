"""The processes of one installation, to be killed and started again: web servers, workers, PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from commercial_agent.storage.database import Database
from commercial_agent.storage.embedded import EmbeddedPostgres
from commercial_agent.testing.twilio import TwilioDouble

ROOT = Path(__file__).parents[3]
# One PostgreSQL takes a hundred connections: they are shared out.
SMALL = {"DATABASE_POOL": "12", "WORKER_CONCURRENCY": "8", "LOG_LEVEL": "warning", "QUIET_WINDOW": "0.4"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Member:
    """One process of the product."""

    command: str  # serve or worker
    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None
    started: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.started += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("commercial-agent")), self.command],
                cwd=ROOT, env={**self.environment, "PORT": str(self.port)}, stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self) -> None:
        """As the power cord would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    async def ready(self, client: httpx.AsyncClient) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"{self.command} ended by itself:\n{self.log.read_text()[-3000:]}")
        if self.command == "worker":
            return self.log.read_text().count("Worker ready") == self.started
        try:
            return (await client.get(f"{self.url}/health/ready", timeout=5)).status_code == 200
        except httpx.HTTPError:
            return False


class Fleet:
    """All of it. Use it as a context manager."""

    def __init__(self, twilio: TwilioDouble, *, webs: int, workers: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ca-chaos-"))
        self.folder.chmod(0o755)
        self.postgres = EmbeddedPostgres.start(self.folder)
        self.postgres_away = False
        self.database_url = self.postgres.url
        Database.migrate(self.database_url)
        inherited = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")}
        environment = inherited | SMALL | {
            "DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url, "WORKERS": "false",
            "TWILIO_ACCOUNT_SID": twilio.account_sid, "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_PHONE_NUMBER": twilio.sender.removeprefix("whatsapp:"), "TWILIO_API_BASE_URL": twilio.url,
            "PUBLIC_BASE_URL": twilio.public_base_url,
        }  # fmt: skip
        self.webs = [Member("serve", environment, self.folder / f"web{n}.log") for n in range(webs)]
        self.workers = [Member("worker", environment, self.folder / f"worker{n}.log") for n in range(workers)]
        self.client = httpx.AsyncClient(trust_env=False, timeout=20)

    async def __aenter__(self) -> Fleet:
        for member in self.webs + self.workers:
            member.start()
        for member in self.webs + self.workers:
            await self.wait_for(member)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.client.aclose()
        for member in self.webs + self.workers:
            if member.process is not None and member.process.poll() is None:
                member.kill()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def wait_for(self, member: Member, seconds: float = 120.0) -> None:
        async with asyncio.timeout(seconds):
            while not await member.ready(self.client):
                await asyncio.sleep(0.2)

    async def kill_member(self, member: Member) -> None:
        """Kill a process that is at work, and start it again."""
        await self.wait_for(member)
        member.kill()
        member.start()

    async def kill_postgres(self, away: float) -> None:
        """Kill the postmaster, and start it again after some seconds."""
        self.postgres_away = True
        os.kill(self.postgres.pid, signal.SIGKILL)
        await asyncio.sleep(away)
        self.postgres = await asyncio.to_thread(EmbeddedPostgres.start, self.folder)
        self.postgres_away = False
        assert self.postgres.url == self.database_url

    def logs(self) -> str:
        """The end of every process's log."""
        return "\n".join(f"--- {m.log.name}\n{m.log.read_text()[-1500:]}" for m in self.webs + self.workers)
