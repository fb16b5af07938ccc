from __future__ import annotations

from collections.abc import Callable

import httpx
from tests.acceptance.conftest import Server


def test_a_killed_server_goes_on_with_the_conversation(make_server: Callable[..., Server]) -> None:
    server = make_server()
    found = server.ask("c1", "busco un sedán automático de menos de 280 mil")
    assert isinstance(found["cars"], list)
    server.kill()
    server.start()
    plan = server.ask("c1", "el segundo, ¿cuánto queda a 48 meses con 20% de enganche?")
    assert isinstance(plan["quotes"], list)
    assert plan["quotes"][0]["stock_id"] == found["cars"][1]


def test_a_stopped_server_ends_cleanly_and_leaves_no_error(make_server: Callable[..., Server]) -> None:
    server = make_server()
    assert httpx.get(f"{server.url}/health/live", timeout=5).status_code == 200
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()
