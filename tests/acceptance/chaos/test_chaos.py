"""The short chaos run; `make chaos` plays the long one."""

from __future__ import annotations

import os
import random
import sys

import pytest
from tests.acceptance.chaos.run import Plan, chaos


@pytest.mark.timeout(400)  # a minute on a machine of its own
async def test_nothing_is_lost_or_doubled_whatever_dies() -> None:
    seed = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    report = await chaos(Plan(messages=500, customers=120, kills=3, seed=seed))
    sys.stderr.write("\n".join(report.lines()) + "\n")
    assert report.wrong == [], "\n".join(report.lines())
    assert report.kills == {"web": 3, "worker": 3, "postgres": 3}
