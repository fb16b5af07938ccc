"""LangSmith tracing against a loopback server that speaks the part of its API that takes runs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.findings import Talked
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage, Mode
from commercial_agent.conversation.reply import Reply, Text
from commercial_agent.conversation.requests import ConciergeRequest
from commercial_agent.conversation.understanding import IntentScore, Understanding
from commercial_agent.observability import NullTracer, TracedChatbot, TracingSettings, create_tracer
from commercial_agent.testing.langsmith import LangSmithDouble

KEY = ConversationKey(Channel.WHATSAPP, "whatsapp:+5215512345678")
MESSAGE = IncomingMessage("soy Ana Torres, ana@correo.mx", datetime(2026, 3, 2, tzinfo=UTC), profile_name="Anita")


@pytest.fixture
def collector() -> Iterator[LangSmithDouble]:
    with LangSmithDouble() as double:
        yield double


class OneTurn:
    """Answers, or fails, and may call a model library on the way."""

    def __init__(self, error: Exception | None = None, model: Any = None) -> None:
        self.error = error
        self.model = model

    async def answer(self, key: ConversationKey, message: IncomingMessage, inbound_ids: object = ()) -> TurnResult:
        if self.model is not None:
            await self.model.ainvoke("di hola a 55 1234 5678")
        if self.error is not None:
            raise self.error
        return TurnResult(
            turn_id="turn-1",
            conversation_id="row-1",
            language=Language.ES,
            mode=Mode.BOT,
            opted_out=False,
            reply=Reply(Language.ES, (Text("¡Mucho gusto, Ana!"),)),
            messages=("¡Mucho gusto, Ana!",),
            agents=(Agent.CONCIERGE,),
            intents=(Intent.INTRODUCE,),
            understanding=Understanding(
                Language.ES,
                (IntentScore(Intent.INTRODUCE, 0.97),),
                (ConciergeRequest(Intent.INTRODUCE, name="Ana Torres"),),
            ),
            findings=(Talked(Intent.INTRODUCE, name="Ana Torres"),),
            milliseconds={"understand": 2.0, "act": 3.0, "phrase": 1.0, "total": 6.0},
        )


def settings(collector: LangSmithDouble) -> TracingSettings:
    return TracingSettings(True, "lsv2_test", collector.address, "dealer", timeout=1.0)


async def test_one_run_tree_a_turn_with_its_steps_and_without_personal_data(collector: LangSmithDouble) -> None:
    tracer = create_tracer(settings(collector))
    await TracedChatbot(OneTurn(), tracer).answer(KEY, MESSAGE)
    await asyncio.to_thread(tracer.close, 10.0)
    roots = [run for run in collector.runs.values() if not run.get("parent_run_id")]
    (root,) = roots
    assert root["name"] == "turn"
    assert root["extra"]["metadata"]["thread_id"] == "row-1"
    assert root["extra"]["metadata"]["turn_id"] == "turn-1"
    steps = sorted((run for run in collector.runs.values() if run is not root), key=lambda run: run["start_time"])
    assert [run["name"] for run in steps] == ["understand", "act", "phrase"]
    assert all(run["parent_run_id"] == root["id"] and run["trace_id"] == root["id"] for run in steps)
    assert root["inputs"]["message"] == "soy [name], [email]"
    assert root["outputs"]["reply"] == "¡Mucho gusto, [name]!"
    everything = json.dumps(collector.runs, ensure_ascii=False)
    for secret in ("Torres", "Ana", "Anita", "correo.mx", "5512345678"):
        assert secret not in everything


async def test_calls_to_a_model_belong_to_the_turn(collector: LangSmithDouble) -> None:
    from langchain_core.language_models.fake_chat_models import FakeListChatModel

    tracer = create_tracer(settings(collector))
    model = FakeListChatModel(responses=["hola"])
    await TracedChatbot(OneTurn(model=model), tracer).answer(KEY, MESSAGE)
    await asyncio.to_thread(tracer.close, 10.0)
    (root,) = [run for run in collector.runs.values() if not run.get("parent_run_id")]
    (call,) = [run for run in collector.runs.values() if run["run_type"] == "llm"]
    assert call["trace_id"] == root["id"]
    assert call["parent_run_id"] == root["id"]
    assert "1234" not in json.dumps(call["inputs"])


async def test_a_failed_turn_is_traced_by_the_kind_of_its_error(collector: LangSmithDouble) -> None:
    tracer = create_tracer(settings(collector))
    with pytest.raises(RuntimeError):
        await TracedChatbot(OneTurn(RuntimeError("Ana Torres")), tracer).answer(KEY, MESSAGE)
    await asyncio.to_thread(tracer.close, 10.0)
    (root,) = collector.runs.values()
    assert root["error"] == "RuntimeError"


@pytest.mark.parametrize("status", [500, 403, 429])
async def test_turns_go_on_when_the_server_refuses(collector: LangSmithDouble, status: int) -> None:
    collector.status = status
    tracer = create_tracer(settings(collector))
    for _ in range(3):
        assert (await TracedChatbot(OneTurn(), tracer).answer(KEY, MESSAGE)).turn_id == "turn-1"
    await asyncio.to_thread(tracer.close, 0.2)


async def test_a_server_that_hangs_or_is_not_there_slows_no_turn(collector: LangSmithDouble) -> None:
    collector.release.clear()
    for address in (collector.address, "http://127.0.0.1:9"):
        tracer = create_tracer(TracingSettings(True, "lsv2_test", address, "dealer", timeout=1.0))
        chatbot = TracedChatbot(OneTurn(), tracer)
        await chatbot.answer(KEY, MESSAGE)
        started = time.perf_counter()
        for _ in range(700):  # more than may wait
            await chatbot.answer(KEY, MESSAGE)
        each = (time.perf_counter() - started) / 700
        assert each < 0.05
        started = time.perf_counter()
        await asyncio.to_thread(tracer.close, 0.1)
        assert time.perf_counter() - started < 5


def test_switched_off_it_imports_nothing() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from commercial_agent.observability import TracingSettings, create_tracer;"
        "create_tracer(TracingSettings()); print([m for m in ('langsmith', 'langchain_core') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_settings_that_cannot_be_switch_it_off_instead_of_stopping_the_agent() -> None:
    tracer = create_tracer(TracingSettings(True, "", "https://api.smith.langchain.com", "x"))
    assert tracer.enabled in (True, False)
    assert isinstance(create_tracer(TracingSettings(False)), NullTracer)
    tracer.close(0.1)
