from __future__ import annotations

import asyncio
from typing import Any

import pytest

from commercial_agent.errors import DatabaseUnavailable


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/chat/", 404),
        ("GET", "/api/chat", 405),
        ("DELETE", "/api/chat", 405),
        ("GET", "/webhooks/twilio/whatsapp", 405),
        ("POST", "/health/live", 405),
        ("GET", "/docs", 404),
    ],
)
async def test_wrong_addresses_and_methods_are_problems_too(client: Any, method: str, path: str, status: int) -> None:
    async with client() as http:
        response = await http.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    if status == 405:
        assert response.headers["allow"]


async def test_every_answer_carries_the_safety_headers(client: Any) -> None:
    async with client() as http:
        for path in ("/health/live", "/nothing", "/login"):
            headers = (await http.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "no-referrer"


async def test_alive_says_the_version(client: Any) -> None:
    async with client() as http:
        response = await http.get("/health/live")
    assert response.json() == {"status": "alive", "version": "1.2.3"}


async def test_ready_names_every_check(client: Any) -> None:
    async def fine() -> None: ...

    async with client(checks={"database": fine, "catalogue": fine}) as http:
        response = await http.get("/health/ready")
    body = response.json()
    assert response.status_code == 200
    assert body["status"] == "ready"
    assert set(body["checks"]) == {"database", "catalogue"}
    assert body["checks"]["database"]["milliseconds"] >= 0


async def test_a_failing_check_makes_it_not_ready_without_inner_detail(client: Any) -> None:
    async def down() -> None:
        raise DatabaseUnavailable("postgresql://user:hunter2@db")

    async def broken() -> None:
        raise RuntimeError("hunter2")

    async def fine() -> None: ...

    async with client(checks={"database": down, "model": broken, "catalogue": fine}) as http:
        response = await http.get("/health/ready")
    body = response.json()
    assert response.status_code == 503
    assert body["status"] == "not_ready"
    assert body["checks"]["database"]["reason"] == "database_unavailable"
    assert body["checks"]["catalogue"]["status"] == "ok"
    assert "hunter2" not in response.text


async def test_a_hanging_check_ends_as_a_timeout(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commercial_agent.api.health._CHECK_SECONDS", 0.01)

    async def hangs() -> None:
        await asyncio.Event().wait()

    async with client(checks={"database": hangs}) as http:
        body = (await http.get("/health/ready")).json()
    assert body["checks"]["database"]["reason"] == "timeout"


async def test_a_crowd_of_probes_asks_the_database_once(client: Any) -> None:
    asked = 0

    async def count() -> None:
        nonlocal asked
        asked += 1

    async with client(checks={"database": count}) as http:
        await asyncio.gather(*(http.get("/health/ready") for _ in range(30)))
    assert asked == 1


async def test_metrics_show_requests_by_route_and_the_queues(client: Any) -> None:
    async def depths() -> dict[str, float]:
        return {"turns": 3, "outbox": 1}

    async with client(queue_depths=depths) as http:
        await http.post("/api/chat", json={"conversation_id": "c", "message": "hola"})
        await http.get("/a-path-that-a-stranger-chose")
        text = (await http.get("/metrics")).text
    assert 'commercial_agent_http_requests_total{method="POST",route="/api/chat",status="200"} 1.0' in text
    assert 'commercial_agent_queue_depth{queue="turns"} 3.0' in text
    assert "stranger" not in text


async def test_metrics_survive_a_database_that_is_down(client: Any) -> None:
    async def depths() -> dict[str, float]:
        raise DatabaseUnavailable

    async with client(queue_depths=depths) as http:
        assert (await http.get("/metrics")).status_code == 200


async def test_the_contract_is_published_as_openapi(client: Any) -> None:
    async with client() as http:
        document = (await http.get("/api/openapi.json")).json()
    chat = document["paths"]["/api/chat"]["post"]
    assert set(chat["requestBody"]["content"]["application/json"]["schema"]["properties"]) == {
        "conversation_id",
        "message",
    }
    assert "413" in chat["responses"]
    assert list(document["paths"]) == ["/api/chat"]
