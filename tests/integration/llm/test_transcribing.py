"""Voice notes as words: through the provider's real package, limited in time and money."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commercial_agent.errors import ModelUnavailable, NotConfigured
from commercial_agent.llm.ledger import Caps, StoredLedger
from commercial_agent.llm.transcribing import SpeechToText, TranscriberConfig
from commercial_agent.llm.watching import ModelWatch
from commercial_agent.observability import Metrics
from commercial_agent.storage.database import Database
from commercial_agent.storage.model_calls import ModelCallStore
from commercial_agent.testing.openai import Answer, OpenAIDouble, fails, says
from commercial_agent.testing.twilio_media import SILENCE

Maker = Callable[..., SpeechToText]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def make(double: OpenAIDouble, metrics: Metrics) -> AsyncIterator[Maker]:
    made: list[SpeechToText] = []

    def maker(name: str = "openai:gpt-4o-mini-transcribe", ledger: Any = None, **changes: Any) -> SpeechToText:
        config = TranscriberConfig(name, double.url, "sk-double", **{"timeout": 1.0, **changes})
        made.append(SpeechToText(config, ModelWatch(metrics), ledger))
        return made[-1]

    yield maker
    for one in made:
        await one.close()


def outcomes(metrics: Metrics) -> dict[str, float]:
    return {
        sample.labels["outcome"]: sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name == "commercial_agent_model_calls_total" and sample.labels["task"] == "transcribe"
    }


async def test_a_voice_note_becomes_words(double: OpenAIDouble, make: Maker, metrics: Metrics) -> None:
    double.script(says(" ¿tienen Jettas de menos de 300 mil? "))
    assert await make().transcribe("c", SILENCE, "audio/ogg") == "¿tienen Jettas de menos de 300 mil?"
    (call,) = double.calls
    assert (call.path, call.body["model"]) == ("/v1/audio/transcriptions", "gpt-4o-mini-transcribe")
    assert call.body["file"] >= len(SILENCE) - 2
    assert outcomes(metrics) == {"ok": 1.0}


BROKEN = {
    "slow": Answer("late", delay=3),
    "busy for long": fails(429, "60"),
    "broken": fails(500),
    "reset": Answer("half of it", reset=True),
    "invalid json": Answer(raw=b'{"text": "hal'),
    "not the format": Answer(raw=b'{"hello": "world"}'),
    "random bytes": Answer(raw=bytes(range(128, 256))),
    "no text": Answer(raw=b'{"text": 7}'),
    "rejected": fails(400),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_service_is_told_in_time(name: str, double: OpenAIDouble, make: Maker, metrics: Metrics) -> None:
    double.responder = lambda call: BROKEN[name]
    transcriber = make()
    started = time.monotonic()
    with pytest.raises(ModelUnavailable):
        await transcriber.transcribe("c", SILENCE, "audio/ogg")
    assert time.monotonic() - started < 3
    assert "ok" not in outcomes(metrics)
    assert sum(outcomes(metrics).values()) == len(double.calls)


async def test_an_error_that_passes_is_tried_once_more(double: OpenAIDouble, make: Maker) -> None:
    double.script(fails(503), says("hola"))
    assert await make().transcribe("c", SILENCE, "audio/ogg") == "hola"


async def test_a_service_that_keeps_failing_is_left_alone(double: OpenAIDouble, make: Maker) -> None:
    double.responder = lambda call: fails(400)
    transcriber = make()
    for _ in range(9):
        with pytest.raises(ModelUnavailable):
            await transcriber.transcribe("c", SILENCE, "audio/ogg")
    assert len(double.calls) == 5


@pytest.mark.parametrize(("model", "cost"), [("whisper-1", "0.0012"), ("openai:gpt-4o-mini-transcribe", "0.0004")])
async def test_what_it_costs_counts_until_the_money_is_spent(
    model: str, cost: str, double: OpenAIDouble, make: Maker, metrics: Metrics, database: Database
) -> None:
    store = ModelCallStore(database.short)
    now = datetime(2032 if model == "whisper-1" else 2033, 1, 1, tzinfo=UTC)
    caps = Caps(conversation=Decimal(cost), day=Decimal(1))
    ledger = StoredLedger(store, caps, lambda: now, keep_for=timedelta(0))
    double.script(says("hola"))
    transcriber = make(model, ledger)
    assert await transcriber.transcribe("c", SILENCE, "audio/ogg") == "hola"
    assert (await store.look("", "c", now))[1:] == (Decimal(cost), Decimal(cost))
    with pytest.raises(ModelUnavailable) as raised:
        await transcriber.transcribe("c", SILENCE, "audio/ogg")
    assert raised.value.reason == "model_budget_spent"
    assert len(double.calls) == 1
    assert outcomes(metrics)["capped"] == 1


async def test_an_own_price_wins(double: OpenAIDouble, make: Maker, metrics: Metrics) -> None:
    double.script(says("hola"))
    await make("whisper-large", minute_price=Decimal(0)).transcribe("c", SILENCE, "audio/ogg")
    model = {"model": "openai:whisper-large"}
    assert metrics.registry.get_sample_value("commercial_agent_model_cost_usd_total", model) == 0


def test_another_provider_is_told() -> None:
    with pytest.raises(NotConfigured, match="TRANSCRIPTION_BASE_URL"):
        SpeechToText(TranscriberConfig("deepgram:nova"), ModelWatch(Metrics()))


def test_a_missing_key_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(NotConfigured, match="OPENAI_API_KEY"):
        SpeechToText(TranscriberConfig("whisper-1"), ModelWatch(Metrics()))


def test_a_missing_package_is_told_with_what_to_install() -> None:
    code = (
        "import sys; sys.modules['openai'] = None\n"
        "from commercial_agent.errors import NotConfigured\n"
        "from commercial_agent.llm.transcribing import SpeechToText, TranscriberConfig\n"
        "from commercial_agent.llm.watching import ModelWatch\n"
        "from commercial_agent.observability import Metrics\n"
        "try: SpeechToText(TranscriberConfig('whisper-1'), ModelWatch(Metrics()))\n"
        "except NotConfigured as error: print(error)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "make run EXTRAS=openai" in found.stdout
