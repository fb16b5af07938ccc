"""The documented examples run."""

from __future__ import annotations

import doctest

import commercial_agent.catalog


def test_the_example_of_the_library_runs_as_documented() -> None:
    result = doctest.testmod(commercial_agent.catalog)
    assert result.attempted >= 8
    assert result.failed == 0
