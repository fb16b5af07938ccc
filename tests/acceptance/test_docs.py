"""The code in the documentation runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.conftest import ROOT, Server

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAM = ".venv/bin/commercial-agent"
TALKS = (
    "chat",
    "serve",
    "worker",
    "train",
    "conversations",
    "customer",
    "leads",
    "evaluate",
)  # wait, serve, or need a customer


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (f"{page.relative_to(ROOT)}:{number}", body)
        for page in PAGES
        for number, (kind, body) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
        if kind == language
    ]


def commands() -> list[tuple[str, str]]:
    found = {}
    for _, body in blocks("sh"):
        for line in body.splitlines():
            command = line.split("#")[0].strip()
            if command.startswith(PROGRAM) and "my-dealership" not in command and "|" not in command:
                words = shlex.split(command)
                if words[1] not in TALKS and not any(word.startswith(("FILE", "ID")) for word in words):
                    found[command] = command
    return [(command, command) for command in found]


@pytest.fixture(scope="module")
def environment(server: Server) -> dict[str, str]:
    return {**os.environ, "DATA_DIR": str(server.data_dir), "PYTHONWARNINGS": "error::SyntaxWarning"}


@pytest.mark.parametrize(("where", "code"), blocks("python"), ids=lambda value: value[:40].replace("\n", " "))
def test_a_python_example_runs(environment: dict[str, str], where: str, code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{where}: {done.stderr[-1500:]}"


@pytest.mark.parametrize(("command", "line"), commands(), ids=lambda value: value[-40:])
def test_a_command_of_the_documentation_works(environment: dict[str, str], command: str, line: str) -> None:
    program = str(Path(sys.executable).with_name("commercial-agent"))
    words = [program, *shlex.split(line)[1:]]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command}: {done.stdout[-800:]}{done.stderr[-800:]}"
