from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from langsmith import RunTree
from langsmith.run_helpers import tracing_context

from commercial_agent.llm import turns
from commercial_agent.llm.calls import CallReport
from commercial_agent.llm.prompts import SystemPrompt
from commercial_agent.llm.turns import ModelTurn
from commercial_agent.llm.watching import ModelWatch
from commercial_agent.observability import Metrics

PROMPT = SystemPrompt("phrase", "phrase:response_interpretation@1+rag_answer@1#abc", "Write.", "c4n4ry")
SAID = (("system", "Write."), ("human", "soy Mariana Robles, mi cel es 55 1234 5678 y mi correo mari@correo.mx"))


class Client:
    """Keeps the runs it is given."""

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []

    def create_run(self, **run: Any) -> None:
        self.runs.append(run)


def report(**changes: Any) -> CallReport:
    values = {
        "model": "openai:gpt-5-mini", "prompt": PROMPT, "seconds": 0.25, "input_tokens": 900, "output_tokens": 60,
        "cost": Decimal("0.00035"), "outcome": "ok", "said": SAID, "answer": "Claro, Mariana.",
    }  # fmt: skip
    return CallReport(**{**values, **changes})


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Client:
    """The run of one call in a traced turn."""
    client = Client()
    token = turns._current.set(ModelTurn("row-1", names=("Mariana Robles", "Mariana")))
    parent = RunTree(name="turn", run_type="chain", ls_client=client, inputs={})
    try:
        with tracing_context(parent=parent, enabled=True):
            ModelWatch(Metrics()).called(report())
    finally:
        turns._current.reset(token)
    return client


def test_a_call_is_a_run_of_the_turn_with_prompt_model_tokens_and_cost(traced: Client) -> None:
    (run,) = traced.runs
    assert (run["name"], run["run_type"]) == ("phrase", "llm")
    metadata = run["extra"]["metadata"]
    assert metadata["prompt"] == PROMPT.name
    assert (metadata["ls_provider"], metadata["ls_model_name"]) == ("openai", "gpt-5-mini")
    usage = run["outputs"]["usage_metadata"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_cost"]) == (900, 60, 0.00035)


def test_nothing_personal_is_in_the_run(traced: Client) -> None:
    shown = repr(traced.runs)
    for canary in ("Mariana", "Robles", "1234 5678", "mari@correo.mx"):
        assert canary not in shown


def test_without_a_trace_a_call_is_only_counted() -> None:
    metrics = Metrics()
    ModelWatch(metrics).called(report(outcome="timeout"))
    labels = {"model": "openai:gpt-5-mini", "task": "phrase", "outcome": "timeout"}
    assert metrics.registry.get_sample_value("commercial_agent_model_calls_total", labels) == 1


def test_an_incident_is_counted_by_its_kind() -> None:
    metrics = Metrics()
    ModelWatch(metrics).incident("leak")
    assert metrics.registry.get_sample_value("commercial_agent_model_incidents_total", {"kind": "leak"}) == 1
