from __future__ import annotations

from typing import Any

import pytest

from commercial_agent.chatbot.calendar import AppointmentLinks

LINKS = AppointmentLinks("s" * 32, "https://bot.example.com")


async def calendar(token: str) -> bytes | None:
    return b"BEGIN:VCALENDAR\r\n" if LINKS.open(token) == "b1" else None


async def test_a_signed_link_gives_the_calendar_file(client: Any) -> None:
    async with client(calendar=calendar) as http:
        answer = await http.get(f"/appointments/{LINKS.token('b1')}.ics")
    assert answer.status_code == 200
    assert answer.content == b"BEGIN:VCALENDAR\r\n"
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "appointment.ics" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("token", [LINKS.token("b2"), LINKS.token("b1")[:-2], "b1", "b1~", "..%2f..%2fetc"])
async def test_other_links_open_nothing(client: Any, token: str) -> None:
    async with client(calendar=calendar) as http:
        answer = await http.get(f"/appointments/{token}.ics")
    assert answer.status_code == 404


async def test_without_a_calendar_there_is_no_such_page(client: Any) -> None:
    async with client() as http:
        assert (await http.get(f"/appointments/{LINKS.token('b1')}.ics")).status_code == 404
