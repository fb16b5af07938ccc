"""What LangSmith is told of a model's turn, over its real wire: one tree, and no person in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.integration.llm.conftest import Agent, AgentMaker

from commercial_agent.observability import TracingSettings, create_tracer
from commercial_agent.observability.tracing import Tracer
from commercial_agent.storage.database import conninfo
from commercial_agent.testing.langsmith import LangSmithDouble
from commercial_agent.testing.models import block, phrases
from commercial_agent.testing.openai import Answer, Call, OpenAIDouble, says

CANARIES = {
    "name": "Mariana Robles", "first name": "Mariana", "phone": "55 9183 2274", "e-mail": "mari.robles@correo.mx",
    "plates": "NRX-456-B", "curp": "ROLM850101MDFBRR09", "rfc": "ROLM850101AB1", "card": "4111 1111 1111 1111",
}  # fmt: skip
SAID = (
    "hola soy Mariana Robles, mi cel es 55 9183 2274 y mi correo mari.robles@correo.mx, traigo placas NRX-456-B, CURP "
    "ROLM850101MDFBRR09, RFC ROLM850101AB1 y tarjeta 4111 1111 1111 1111; oigan y si el carro me sale malo a los dos "
    "meses ustedes me responden con la garantía"
)
WARRANTY = "oigan y si el carro me sale malo a los dos meses ustedes me responden con la garantía"


@pytest.fixture
def langsmith() -> Iterator[LangSmithDouble]:
    with LangSmithDouble() as double:
        yield double


@pytest.fixture
def tracer(langsmith: LangSmithDouble) -> Tracer:
    return create_tracer(TracingSettings(True, "lsv2_test", langsmith.address, "dealer", timeout=2.0))


def fluent(call: Call) -> Answer:
    if not phrases(call):
        words = str(block(call, "customer_message"))[-80:]
        return says({"language": "es", "wishes": [{"words": words, "intent": "info.warranty", "particulars": []}]})
    first, *rest = str(block(call, "draft")).split("\n\n")
    return says("\n\n".join([first, "Claro que sí, con gusto te explico.", *rest]), input_tokens=900, output_tokens=70)


async def traced(agent: Agent, tracer: Tracer, text: str) -> Any:
    result = await agent.ask(text)
    await asyncio.to_thread(tracer.close, 10.0)
    return result


async def test_a_models_turn_is_one_tree_with_its_agents_retrieval_calls_and_check(
    double: OpenAIDouble, make_agent: AgentMaker, langsmith: LangSmithDouble, tracer: Tracer, shared_url: str
) -> None:
    double.responder = fluent
    agent = await make_agent(tracer, llm_timeout=10, llm_turn_deadline=20)
    result = await traced(agent, tracer, WARRANTY)
    (root,) = langsmith.roots
    steps = {run["name"]: run for run in langsmith.below(root)}
    assert list(steps) == ["load", "understand", "act", "phrase", "remember", "commit"]

    (reading,) = [run for run in langsmith.below(steps["understand"]) if run["run_type"] == "llm"]
    assert reading["extra"]["metadata"]["prompt"].startswith("understand:intent_classification@")
    (info,) = langsmith.below(steps["act"])
    assert info["name"] == "info"
    retrievals = langsmith.below(info)
    assert retrievals
    assert {run["run_type"] for run in retrievals} == {"retriever"}
    assert any("garantia" in found["source"] for run in retrievals for found in run["outputs"]["documents"])

    phrasing, check = langsmith.below(steps["phrase"])
    assert (phrasing["run_type"], phrasing["name"]) == ("llm", "phrase")
    metadata, usage = phrasing["extra"]["metadata"], phrasing["outputs"]["usage_metadata"]
    assert "response_interpretation@" in metadata["prompt"]
    assert (metadata["ls_provider"], metadata["ls_model_name"]) == ("openai", "gpt-5-mini")
    assert (usage["input_tokens"], usage["output_tokens"]) == (900, 70)
    assert usage["total_cost"] == pytest.approx(900 * 0.25e-6 + 70 * 2e-6)
    assert phrasing["end_time"] > phrasing["start_time"]
    assert check["name"] == "check"
    assert check["outputs"]["problems"] == []

    assert all(run["trace_id"] == root["id"] for run in langsmith.runs.values())
    assert root["extra"]["metadata"]["phraser"] == "openai:gpt-5-mini"
    with psycopg.connect(conninfo(shared_url)) as sql:
        stored = sql.execute("SELECT trace_id FROM turns WHERE id = %s", (result.turn_id,)).fetchone()
    assert stored == (root["id"],)


async def test_no_personal_data_leaves_in_any_run(
    double: OpenAIDouble, make_agent: AgentMaker, langsmith: LangSmithDouble, tracer: Tracer
) -> None:
    double.responder = fluent
    agent = await make_agent(tracer, llm_timeout=10, llm_turn_deadline=20)
    await traced(agent, tracer, SAID)
    everything = json.dumps(langsmith.runs, ensure_ascii=False)
    shown = {kind for kind, canary in CANARIES.items() if canary in everything}
    assert shown == set()
    assert "[phone]" in everything
    assert "garantía" in everything


async def test_a_refused_reply_shows_what_was_wrong_with_it(
    double: OpenAIDouble, make_agent: AgentMaker, langsmith: LangSmithDouble, tracer: Tracer
) -> None:
    def lies(call: Call) -> Answer:
        return fluent(call) if not phrases(call) else says(f"La garantía es de 99 meses.\n\n{block(call, 'draft')}")

    double.responder = lies
    agent = await make_agent(tracer, llm_timeout=10, llm_turn_deadline=20)
    await traced(agent, tracer, WARRANTY)
    checks = [run for run in langsmith.runs.values() if run["name"] == "check"]
    assert len(checks) == 2
    assert all("99" in json.dumps(run["outputs"]["problems"]) for run in checks)


async def test_a_turn_that_is_not_traced_has_no_trace_id(
    double: OpenAIDouble, make_agent: AgentMaker, shared_url: str
) -> None:
    result = await (await make_agent(llm_model="")).ask(WARRANTY)
    with psycopg.connect(conninfo(shared_url)) as sql:
        assert sql.execute("SELECT trace_id FROM turns WHERE id = %s", (result.turn_id,)).fetchone() == (None,)
