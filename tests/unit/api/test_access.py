from __future__ import annotations

from typing import Any

import httpx
import pytest

from commercial_agent.api.access import COOKIE
from commercial_agent.api.services import AccessConfig

ASK = {"conversation_id": "c", "message": "hola"}


async def test_this_machine_may_chat_without_a_key(client: Any) -> None:
    async with client() as http:
        assert (await http.post("/api/chat", json=ASK)).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:80"])
async def test_local_names_are_local(client: Any, host: str) -> None:
    async with client() as http:
        assert (await http.post("/api/chat", json=ASK, headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("peer", ["10.0.0.5", "203.0.113.9", "::ffff:10.0.0.5", "fe80::1", "unix", ""])
async def test_other_machines_may_not_chat_without_a_key(client: Any, peer: str) -> None:
    async with client(peer=peer) as http:
        response = await http.post("/api/chat", json=ASK)
    assert response.status_code == 403
    assert "CHAT_API_KEY" in response.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "bot.example.com"},
        {"Host": "localhost.evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost@evil.example"},
        {"Host": ""},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Host": "localhost"},
        {"x-FORWARDED-proto": "https"},
        {"X-Forwarded": "1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/api/chat", "/metrics", "/", "/_nicegui/x", "/api/openapi.json"])
async def test_a_tunnel_or_proxy_on_this_machine_is_not_this_machine(
    client: Any, headers: dict[str, str], path: str
) -> None:
    async with client() as http:
        response = await http.request("POST" if path == "/api/chat" else "GET", path, headers=headers)
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_health_is_open_to_everyone(client: Any, path: str) -> None:
    async with client(peer="203.0.113.9", base_url="https://bot.example.com") as http:
        assert (await http.get(path)).status_code == 200


@pytest.mark.parametrize(
    "path", ["//api/chat", "/API/chat", "/health/../api/chat", "/webhooks/%2e%2e/metrics", "/plans/..%2f..%2fmetrics"]
)
async def test_no_spelling_of_a_path_opens_a_closed_door(client: Any, chatbot: Any, path: str) -> None:
    async with client(peer="203.0.113.9") as http:
        response = await http.send(http.build_request("POST", f"http://localhost{path}", json=ASK))
        listed = await http.send(http.build_request("GET", f"http://localhost{path}"))
    assert response.status_code in (403, 404, 405)
    assert listed.status_code in (403, 404, 405)
    assert chatbot.asked == []


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("Bearer wrong", 401),
        ("Bearer ", 401),
        ("Basic s3cret", 401),
        ("s3cret", 401),
        ("Bearer s3cretx", 401),
        ("Bearer s3cret", 200),
        ("bearer s3cret", 200),
    ],
)
@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.9"])
async def test_with_a_key_only_its_bearers_may_chat(
    client: Any, peer: str, authorization: str | None, status: int
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with client(peer=peer, access=AccessConfig(chat_api_key="s3cret")) as http:
        response = await http.post("/api/chat", json=ASK, headers=headers)
    assert response.status_code == status
    if status == 401:
        assert response.headers["www-authenticate"] == "Bearer"


async def test_metrics_open_with_their_token(client: Any) -> None:
    async with client(peer="203.0.113.9", access=AccessConfig(metrics_token="t0ken")) as http:
        closed = await http.get("/metrics")
        opened = await http.get("/metrics", headers={"Authorization": "Bearer t0ken"})
    assert closed.status_code == 401
    assert opened.status_code == 200
    assert "commercial_agent_http_requests_total" in opened.text


@pytest.fixture
def guarded() -> AccessConfig:
    return AccessConfig(console_password="abre-te", secret_key="k" * 32, public_base_url="https://bot.example.com")


async def test_with_a_password_the_page_sends_to_the_login_form(client: Any, guarded: AccessConfig) -> None:
    async with client(peer="203.0.113.9", base_url="https://bot.example.com", access=guarded) as http:
        page = await http.get("/")
        form = await http.get("/login")
        asset = await http.get("/_nicegui/static/x.js")
    assert (page.status_code, page.headers["location"]) == (303, "/login")
    assert form.status_code == 200
    assert "Contraseña" in form.text
    assert asset.status_code == 401


async def test_the_right_password_opens_the_pages(client: Any, guarded: AccessConfig) -> None:
    async with client(peer="203.0.113.9", base_url="https://bot.example.com", access=guarded) as http:
        answer = await http.post("/login", data={"password": "abre-te"})
        inside = await http.get("/somewhere")
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 303
    assert "httponly" in cookie
    assert "secure" in cookie
    assert "samesite=strict" in cookie
    assert inside.status_code == 404


async def test_a_session_does_not_open_the_api(client: Any, guarded: AccessConfig) -> None:
    async with client(peer="203.0.113.9", base_url="https://bot.example.com", access=guarded) as http:
        await http.post("/login", data={"password": "abre-te"})
        assert (await http.post("/api/chat", json=ASK)).status_code == 403


@pytest.mark.parametrize("value", ["", "console", "console.x.y", "ñ", "console.aaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
async def test_a_forged_session_opens_nothing(client: Any, guarded: AccessConfig, value: str) -> None:
    async with client(access=guarded) as http:
        response = await http.get("/somewhere", headers=[(b"cookie", f"{COOKIE}={value}".encode())])
    assert response.status_code == 401


async def test_another_password_ends_the_sessions_of_the_old_one(client: Any, guarded: AccessConfig) -> None:
    async with client(access=guarded) as http:
        await http.post("/login", data={"password": "abre-te"})
        session = http.cookies[COOKIE]
    async with client(access=AccessConfig(console_password="otra", secret_key="k" * 32)) as http:
        response = await http.get("/somewhere", headers={"Cookie": f"{COOKIE}={session}"})
    assert response.status_code == 401


async def test_a_page_of_another_site_cannot_use_the_session(client: Any, guarded: AccessConfig) -> None:
    async with client(base_url="https://bot.example.com", access=guarded) as http:
        await http.post("/login", data={"password": "abre-te"})
        foreign = await http.get("/somewhere", headers={"Origin": "https://evil.example"})
        own = await http.get("/somewhere", headers={"Origin": "https://bot.example.com"})
    assert (foreign.status_code, own.status_code) == (403, 404)


async def test_guessing_passwords_is_slowed_down(client: Any, guarded: AccessConfig) -> None:
    async with client(access=guarded) as http:
        tries = [(await http.post("/login", data={"password": f"p{n}"})).status_code for n in range(12)]
        late = await http.post("/login", data={"password": "abre-te"})
    assert tries[:10] == [401] * 10
    assert tries[10:] == [429] * 2
    assert late.status_code == 429


async def test_leaving_ends_the_session(client: Any, guarded: AccessConfig) -> None:
    async with client(base_url="https://bot.example.com", access=guarded) as http:
        await http.post("/login", data={"password": "abre-te"})
        await http.post("/logout")
        assert (await http.get("/somewhere")).status_code == 401


async def test_without_a_password_the_login_form_leads_to_the_page(client: Any) -> None:
    async with client() as http:
        response = await http.get("/login")
        refused = await http.post("/login", data={"password": ""})
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert refused.status_code == 401
    assert isinstance(refused, httpx.Response)


async def test_a_websocket_from_outside_is_refused(services: Any) -> None:
    from commercial_agent.api.app import create_app

    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": "/_nicegui_ws/socket.io/",
        "query_string": b"",
        "headers": [(b"host", b"localhost:8000"), (b"origin", b"https://evil.example")],
        "client": ("127.0.0.1", 5000),
        "subprotocols": [],
    }
    await create_app(services)(scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "not allowed"}]
