from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.messaging.twilio import Action, Verdict, judge
from commercial_agent.messaging.twilio.errors import _TABLE, NEVER_CONFIRMED, NOT_REACHED, WINDOW_CLOSED, explain
from commercial_agent.settings import Settings


@pytest.mark.parametrize(
    ("code", "status", "action"),
    [
        (20429, 429, Action.RETRY),
        (None, 429, Action.RETRY),
        (None, 500, Action.LOOK_UP),
        (20500, 503, Action.LOOK_UP),
        (None, 408, Action.LOOK_UP),
        (30500, None, Action.ONCE),
        (63018, None, Action.RETRY),
        (63017, 400, Action.RETRY),
        (63038, 429, Action.PAUSE),
        (20003, 401, Action.PAUSE),
        (None, 401, Action.PAUSE),
        (63007, 400, Action.PAUSE),
        (63016, None, Action.WINDOW),
        (63014, None, Action.OPT_OUT),
        (21610, 400, Action.OPT_OUT),
        (63024, None, Action.FAIL),
        (63003, None, Action.FAIL),
        (63013, None, Action.PLAIN),
        (63019, None, Action.PLAIN),
        (63012, None, Action.ONCE),
        (63023, None, Action.ONCE),
        (63032, None, Action.FAIL),
        (63049, None, Action.FAIL),
        (21211, 400, Action.FAIL),
        (21617, 400, Action.FAIL),
        (99999, 400, Action.FAIL),
        (None, None, Action.FAIL),
    ],
)
def test_each_error_has_its_treatment(code: int | None, status: int | None, action: Action) -> None:
    verdict = judge(code, status)
    assert verdict.action is action
    assert verdict.code == code
    assert verdict.reason.endswith(".")
    assert explain(code, verdict.reason)[0] == verdict.reason


@pytest.mark.parametrize("code", [*_TABLE, 99999, None])
def test_every_failure_says_what_it_means_and_what_to_do(code: int | None) -> None:
    for reason in (None, "What was noted."):
        said, todo = explain(code, reason)
        assert said.endswith(".")
        assert todo.endswith(".")
        assert said == (reason or said)
    assert set(re.findall(r"[A-Z]+_[A-Z_]+", todo)) <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("verdict", [NEVER_CONFIRMED, NOT_REACHED, WINDOW_CLOSED])
def test_failures_without_a_code_are_known_by_their_reason(verdict: Verdict) -> None:
    assert explain(None, verdict.reason) == (verdict.reason, verdict.todo)


@given(st.integers(), st.one_of(st.none(), st.integers(400, 499)))
def test_an_error_nobody_knows_is_never_repeated(code: int, status: int | None) -> None:
    if status in (401, 403, 408, 429) or judge(code).action is not Action.FAIL:
        return
    assert judge(code, status).action is Action.FAIL
