"""Starts the processes that are measured."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: Sequence[str], port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, ready on its port; stopped at the end."""
    environment = {**os.environ, **settings}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as running:
        try:
            _wait(running, port)
            yield running
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(30)


def _wait(running: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if running.poll() is not None:
            assert running.stderr is not None
            raise RuntimeError(running.stderr.read().decode()[-2000:])
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")


def executable(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def megabytes(pid: int) -> float:
    """Resident memory of a process, without its children's."""
    return float(psutil.Process(pid).memory_info().rss) / 2**20
