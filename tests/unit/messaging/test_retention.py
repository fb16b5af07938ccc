from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commercial_agent.messaging.retention import Retention
from commercial_agent.storage.customers import Customers, Erased

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Register(Customers):
    def __init__(self) -> None:
        self.asked: list[tuple[str, datetime]] = []

    async def forget_raw_forms(self, before: datetime) -> int:
        self.asked.append(("raw", before))
        return 0

    async def erase_silent_since(self, moment: datetime, *, batch: int = 200) -> Erased:
        self.asked.append(("erase", moment))
        return Erased(1, batch)


@pytest.mark.parametrize(("days", "erased"), [(0, []), (730, [("erase", NOW - timedelta(days=730))])])
async def test_silent_customers_are_kept_as_long_as_was_set(days: int, erased: list[tuple[str, datetime]]) -> None:
    register = Register()
    await Retention(register, days=days, clock=lambda: NOW).forget()
    assert register.asked == [("raw", NOW - timedelta(days=30)), *erased]
