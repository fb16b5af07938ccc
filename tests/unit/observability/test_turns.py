from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import structlog

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.cars import CarCriteria
from commercial_agent.conversation.findings import CarsFound
from commercial_agent.observability import Metrics, TurnLog, plain


@pytest.mark.parametrize(
    ("changes", "agent", "outcome"),
    [
        ({}, "concierge", "answered"),
        ({"reply": None}, "none", "silent"),
        ({"reply": None, "opted_out": True}, "none", "opted_out"),
    ],
)
def test_turns_are_counted_by_agent_and_outcome(
    result: TurnResult, changes: dict[str, Any], agent: str, outcome: str
) -> None:
    metrics = Metrics()
    TurnLog(metrics).answered(replace(result, **changes))
    text = metrics.render().decode()
    assert f'commercial_agent_turns_total{{agent="{agent}",outcome="{outcome}"}} 1.0' in text
    assert 'commercial_agent_step_seconds_count{step="act"} 1.0' in text
    assert "commercial_agent_turn_seconds_sum 0.006" in text
    assert 'step="total"' not in text


@pytest.mark.parametrize(("error", "outcome"), [(ValueError(), "failed"), (asyncio.CancelledError(), "cancelled")])
def test_failed_turns_are_counted_without_the_customers_address(error: BaseException, outcome: str) -> None:
    metrics = Metrics()
    with structlog.testing.capture_logs() as logs:
        TurnLog(metrics).failed("whatsapp:+5215512345678", error)
    assert f'outcome="{outcome}"}} 1.0' in metrics.render().decode()
    assert "5215512345678" not in str(logs)


def test_one_line_a_turn_with_ids_and_without_words(result: TurnResult) -> None:
    with structlog.testing.capture_logs() as logs:
        TurnLog(Metrics()).answered(result)
    (line,) = logs
    assert (line["event"], line["conversation_id"], line["turn_id"]) == ("turn_answered", "row-1", "turn-1")
    assert line["intents"] == ["concierge.introduce"]
    assert "Ana" not in str(line)
    assert "gusto" not in str(line)


def test_sends_and_queues_are_shown() -> None:
    metrics = Metrics()
    metrics.observe_send("accepted")
    metrics.set_queue_depths({"outbox": 4})
    text = metrics.render().decode()
    assert 'commercial_agent_sends_total{outcome="accepted"} 1.0' in text
    assert 'commercial_agent_queue_depth{queue="outbox"} 4.0' in text


def test_two_registries_share_nothing() -> None:
    one, other = Metrics(), Metrics()
    one.observe_send("accepted")
    assert "accepted" not in other.render().decode()


def test_findings_become_plain_data_without_what_says_nothing(result: TurnResult) -> None:
    shown = plain(CarsFound(CarCriteria(makes=("Nissan",)), (), total=0, relaxed=()))
    assert shown == {
        "kind_of": "CarsFound",
        "criteria": {"kind_of": "CarCriteria", "makes": ["Nissan"]},
        "total": 0,
        "offset": 0,
    }
    assert plain(result.findings) == [{"kind_of": "Talked", "intent": "concierge.introduce", "name": "Ana Torres"}]
