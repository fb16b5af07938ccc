"""What the operator reads when something is wrong: one sentence that says what to do, and never a stack trace."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.acceptance.conftest import ROOT, Server


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "dealership", tmp_path / "dealership"))


def refused_start(data_dir: Path, **settings: str) -> str:
    """What `serve` says before it ends."""
    inherited = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    program = str(Path(sys.executable).with_name("commercial-agent"))
    done = subprocess.run(
        [program, "serve"],
        cwd=ROOT,
        env={**inherited, "DATA_DIR": str(data_dir), "PORT": "0", **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


def test_a_port_in_use_is_named_with_the_way_out(server: Server) -> None:
    said = refused_start(server.data_dir, PORT=str(server.port))
    assert str(server.port) in said
    assert "Set PORT" in said


def test_a_missing_profile_is_named(server: Server, tmp_path: Path) -> None:
    assert "DEALERSHIP_DIR" in refused_start(server.data_dir, DEALERSHIP_DIR=str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("line", "broken", "named"),
    [
        ('annual_rate = "0.10"', 'annual_rate = "-1"', "annual_rate"),
        ("terms = [36, 48, 60, 72]", "terms = []", "terms"),
        ('time_zone = "America/Mexico_City"', 'time_zone = "Mars/Olympus"', "time_zone"),
        ('name = "Kavak"', "name = ", "TOML"),
    ],
)
def test_a_nonsense_profile_stops_the_start_and_names_the_line(
    server: Server, profile: Path, line: str, broken: str, named: str
) -> None:
    file = profile / "dealership.toml"
    text = file.read_text(encoding="utf-8")
    assert line in text
    file.write_text(text.replace(line, broken), encoding="utf-8")
    assert named in refused_start(server.data_dir, DEALERSHIP_DIR=str(profile))


def test_a_catalogue_without_a_usable_row_stops_the_start(server: Server, profile: Path) -> None:
    (profile / "catalog.csv").write_text("stock_id,price\n1,-5\n", encoding="utf-8")
    assert "catalog.csv" in refused_start(server.data_dir, DEALERSHIP_DIR=str(profile))


def test_an_address_that_is_no_postgresql_is_refused(server: Server) -> None:
    assert "DATABASE_URL" in refused_start(server.data_dir, DATABASE_URL="mysql://somewhere/db")


def test_a_data_folder_with_other_files_is_left_alone(server: Server, tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "holiday.jpg").write_bytes(b"beach")
    assert "holiday.jpg" in refused_start(tmp_path)
    assert (tmp_path / "postgres" / "holiday.jpg").read_bytes() == b"beach"


def test_without_a_database_it_says_so_and_acknowledges_nothing(make_server: Callable[..., Server]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    server = make_server(DATABASE_URL=f"postgresql://agent:secret@127.0.0.1:{port}/agent", ready_status="503")
    ready = httpx.get(f"{server.url}/health/ready", timeout=10)
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"]["status"] == "failed"
    assert httpx.get(f"{server.url}/health/live", timeout=5).status_code == 200
    answer = httpx.post(f"{server.url}/api/chat", json={"conversation_id": "a", "message": "hola"}, timeout=30)
    assert answer.status_code == 503
    assert "secret" not in server.log.read_text() + answer.text + ready.text


def test_without_twilio_the_webhooks_say_what_to_set(server: Server) -> None:
    answer = httpx.post(f"{server.url}/webhooks/twilio/whatsapp", data={"Body": "hola"}, timeout=10)
    assert answer.status_code == 503
    assert "TWILIO_ACCOUNT_SID" in answer.json()["detail"]
