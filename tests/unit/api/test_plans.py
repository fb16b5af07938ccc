from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commercial_agent.finance import quote
from commercial_agent.finance.links import PlanLinks

NOW = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def links() -> PlanLinks:
    return PlanLinks("s" * 32, "https://bot.example.com", Clock())


@pytest.fixture
def path(links: PlanLinks) -> str:
    plan = quote(Decimal("224999"), Decimal("44999.80"), 48, Decimal("0.10"))
    return f"/plans/{links.token(plan)}"


@pytest.mark.parametrize(
    ("kind", "begins", "media_type"),
    [
        ("csv", b"", "text/csv"),
        ("pdf", b"%PDF-", "application/pdf"),
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
async def test_a_link_opens_its_plan_for_anybody(
    client: Any, links: PlanLinks, path: str, kind: str, begins: bytes, media_type: str
) -> None:
    async with client(peer="203.0.113.9", base_url="https://bot.example.com", plan_links=links) as http:
        response = await http.get(f"{path}.{kind}")
    assert response.status_code == 200
    assert response.content.startswith(begins)
    assert response.headers["content-type"].startswith(media_type)
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    assert response.headers["cache-control"] == "private, no-store"


async def test_a_changed_or_foreign_link_opens_nothing(client: Any, links: PlanLinks, path: str) -> None:
    async with client(plan_links=links) as http:
        for broken in (path[:-1] + ("A" if path[-1] != "A" else "B"), "/plans/x", "/plans/~", "/plans/%00~%ff"):
            response = await http.get(f"{broken}.csv")
            assert response.status_code == 404, broken
            assert response.headers["content-type"] == "application/problem+json"
        assert (await http.get(f"{path}.exe")).status_code == 404


async def test_an_old_link_has_expired(client: Any, links: PlanLinks, path: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(Clock, "now", NOW + timedelta(days=8))
    async with client(plan_links=links) as http:
        response = await http.get(f"{path}.csv")
    assert response.status_code == 410
    assert response.json()["code"] == "link_expired"


async def test_without_a_signer_there_are_no_documents(client: Any, path: str) -> None:
    async with client() as http:
        assert (await http.get(f"{path}.csv")).status_code == 404
