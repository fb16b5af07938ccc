from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest
from langchain_core.messages import AIMessage

from commercial_agent.errors import NotConfigured
from commercial_agent.llm.breaker import CircuitBreaker
from commercial_agent.llm.deadline import Deadline
from commercial_agent.llm.models import ModelConfig, load_model
from commercial_agent.llm.outcomes import Unusable, cut_short, judge, refusal
from commercial_agent.llm.prices import Price, _table, price_of


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_trial_through() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock, failures=3, pause=30)
    for _ in range(3):
        assert breaker.allow()
        breaker.failed()
    assert not breaker.allow()
    clock.now += 31
    assert breaker.allow()
    assert not breaker.allow()  # the trial is under way
    breaker.succeeded()
    assert breaker.allow()


def test_a_success_between_failures_keeps_the_breaker_closed() -> None:
    breaker = CircuitBreaker(Clock(), failures=2)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.allow()


def test_a_failed_trial_opens_the_breaker_again() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock, failures=1, pause=10)
    breaker.failed()
    clock.now += 11
    assert breaker.allow()
    breaker.failed()
    clock.now += 5
    assert not breaker.allow()


def test_a_deadline_runs_out_and_stays_out() -> None:
    clock = Clock()
    deadline = Deadline(clock, 8)
    clock.now += 3
    assert deadline.left == 5
    clock.now += 30
    assert deadline.left == 0


def test_a_price_is_that_of_the_longest_name_in_the_table() -> None:
    assert price_of("openai:gpt-5-mini-2025-08-07") == price_of("openai:gpt-5-mini")
    assert price_of("openai:gpt-5-mini") != price_of("openai:gpt-5")
    assert price_of("anthropic:claude-sonnet-4-5-20250929") == price_of("anthropic:claude-sonnet-4")
    assert price_of("ollama:qwen3").output == 0


@pytest.mark.parametrize("dear", ["openai:gpt-5-pro", "openai:gpt-5.9", "openai:gpt-4o-audio-preview", "openai:o1-pro"])
def test_a_model_is_not_taken_for_a_cheaper_one_whose_name_it_begins_with(dear: str) -> None:
    assert price_of(dear) == price_of("unknown")


def test_the_priced_models_are_those_that_the_provider_package_knows() -> None:
    from langchain_openai.data._profiles import _PROFILES

    ours = {name.partition(":")[2] for name in _table() if name.startswith("openai:")}
    assert {name for name in ours - _PROFILES.keys() if "transcribe" not in name} == set()


def test_an_unknown_model_is_taken_for_a_dear_one() -> None:
    unknown = price_of("somebody:new-model")
    assert unknown.output >= price_of("openai:gpt-5").output


def test_cost_is_counted_by_the_million() -> None:
    assert Price(Decimal(2), Decimal(8)).of(500_000, 250_000) == Decimal(3)


@pytest.mark.parametrize(
    ("model", "package", "extra"),
    [
        ("openai:gpt-5-mini", "langchain_openai", "openai"),
        ("openai:gpt-5-mini", "langchain", "openai"),
        ("anthropic:claude-haiku-4-5", "langchain_anthropic", "anthropic"),
        ("google_genai:gemini-2.5-flash", "langchain_google_genai", "google"),
        ("ollama:qwen3", "langchain_ollama", "ollama"),
    ],
)
def test_a_missing_package_says_which_extra_to_install(model: str, package: str, extra: str) -> None:
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from commercial_agent.errors import NotConfigured\n"
        "from commercial_agent.llm.models import ModelConfig, load_model\n"
        f"try: load_model({model!r}, ModelConfig(({model!r},), api_key='x'))\n"
        "except NotConfigured as error: print(error)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"make run EXTRAS={extra}." in found.stdout


def test_a_model_without_a_key_is_not_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(NotConfigured, match="key"):
        load_model("openai:gpt-5-mini", ModelConfig(("openai:gpt-5-mini",)))


class _Response:
    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class _StatusError(Exception):
    def __init__(self, status: int, **headers: str) -> None:
        super().__init__("no")
        self.status_code = status
        self.response = _Response(**headers)


@pytest.mark.parametrize(
    ("error", "outcome", "again", "wait"),
    [
        (_StatusError(429, retry_after="2"), "rate_limited", True, 2.0),
        (_StatusError(429, retry_after="soon"), "rate_limited", True, None),
        (_StatusError(503), "server_error", True, None),
        (_StatusError(401), "rejected", False, None),
        (TimeoutError(), "timeout", False, None),
        (ConnectionResetError(), "disconnected", True, None),
        (ValueError("json"), "invalid", False, None),
        (Unusable("refused"), "refused", False, None),
        (KeyError("x"), "failed", False, None),
    ],
)
def test_an_error_says_whether_the_same_call_may_go_well(
    error: Exception, outcome: str, again: bool, wait: float | None
) -> None:
    failure = judge(error)
    assert (failure.outcome, failure.again, failure.wait) == (outcome, again, wait)


def test_an_answer_cut_short_and_a_refusal_are_known_by_their_marks() -> None:
    assert cut_short(AIMessage("x", response_metadata={"finish_reason": "length"}))
    assert not cut_short(AIMessage("x", response_metadata={"finish_reason": "stop", "status": "completed"}))
    assert refusal(AIMessage("", additional_kwargs={"refusal": "I can't."}))
    assert refusal(AIMessage([{"type": "refusal", "refusal": "no"}]))
    assert not refusal(AIMessage("Claro"))
