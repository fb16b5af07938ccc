from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from commercial_agent.llm import turns
from commercial_agent.llm.calls import CallReport
from commercial_agent.llm.prompts import SystemPrompt
from commercial_agent.llm.turns import ModelTurn
from commercial_agent.llm.watching import ModelWatch
from commercial_agent.observability import Metrics, current_trace_id
from commercial_agent.observability.spans import Recorder, recording

PROMPT = SystemPrompt("phrase", "phrase:response_interpretation@1+rag_answer@1#abc", "Write.", "c4n4ry")
SAID = (("system", "Write."), ("human", "soy Mariana Robles, mi cel es 55 1234 5678 y mi correo mari@correo.mx"))


def report(**changes: Any) -> CallReport:
    values = {
        "model": "openai:gpt-5-mini", "prompt": PROMPT, "seconds": 0.25, "input_tokens": 900, "output_tokens": 60,
        "cost": Decimal("0.00035"), "outcome": "ok", "said": SAID, "answer": "Claro, Mariana.",
    }  # fmt: skip
    return CallReport(**{**values, **changes})


def test_a_call_is_noted_in_its_turn_with_prompt_model_tokens_and_cost() -> None:
    recorder = Recorder("trace-1")
    token = turns._current.set(ModelTurn("row-1", names=("Mariana Robles", "Mariana")))
    with recording(recorder):
        ModelWatch(Metrics()).called(report())
        assert current_trace_id() == "trace-1"
    turns._current.reset(token)
    assert current_trace_id() is None
    (span,) = recorder.spans
    assert (span.name, span.run_type, span.error) == ("phrase", "llm", None)
    assert span.metadata["prompt"] == PROMPT.name
    assert (span.metadata["ls_provider"], span.metadata["ls_model_name"]) == ("openai", "gpt-5-mini")
    usage = span.outputs["usage_metadata"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_cost"]) == (900, 60, 0.00035)
    assert span.names == ("Mariana Robles", "Mariana")
    assert (span.ended - span.started).total_seconds() == pytest.approx(0.25)


def test_a_call_that_failed_says_how() -> None:
    recorder = Recorder("trace-1")
    with recording(recorder):
        ModelWatch(Metrics()).called(report(outcome="timeout"))
        ModelWatch(Metrics()).incident("leak")
    assert [span.error for span in recorder.spans] == ["timeout", None]
    assert recorder.spans[1].outputs == {"not_used": "leak"}


def test_without_a_trace_a_call_is_only_counted() -> None:
    metrics = Metrics()
    ModelWatch(metrics).called(report(outcome="timeout"))
    labels = {"model": "openai:gpt-5-mini", "task": "phrase", "outcome": "timeout"}
    assert metrics.registry.get_sample_value("commercial_agent_model_calls_total", labels) == 1


def test_an_incident_is_counted_by_its_kind() -> None:
    metrics = Metrics()
    ModelWatch(metrics).incident("leak")
    assert metrics.registry.get_sample_value("commercial_agent_model_incidents_total", {"kind": "leak"}) == 1
