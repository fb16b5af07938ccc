"""Retries, fallbacks, breakers, money and time, through the real provider package."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commercial_agent.errors import DatabaseUnavailable, ModelUnavailable
from commercial_agent.llm.calls import CallReport, ModelCaller
from commercial_agent.llm.ledger import Caps, StoredLedger
from commercial_agent.llm.models import ModelConfig, NamedModel, close_model, load_model
from commercial_agent.llm.prices import Price
from commercial_agent.llm.prompts import SystemPrompt
from commercial_agent.storage.database import Database
from commercial_agent.storage.model_calls import ModelCallStore
from commercial_agent.testing.openai import Answer, OpenAIDouble, fails, says
from commercial_agent.understanding.model_schema import MessageReading

PROMPT = SystemPrompt("understand", "understand:test@1", "Read.", "c4n4ry")
SAID = (("human", "hola"),)
READING = {"language": "es", "wishes": [{"words": "hola", "intent": "concierge.greeting", "particulars": []}]}


class Watch:
    def __init__(self) -> None:
        self.reports: list[CallReport] = []
        self.incidents: list[str] = []

    def called(self, report: CallReport) -> None:
        self.reports.append(report)

    def incident(self, kind: str) -> None:
        self.incidents.append(kind)

    @property
    def outcomes(self) -> list[str]:
        return [report.outcome for report in self.reports]


@pytest.fixture
def watch() -> Watch:
    return Watch()


CallerMaker = Callable[..., ModelCaller]


@pytest.fixture
async def make_caller(double: OpenAIDouble, watch: Watch, database: Database) -> AsyncIterator[CallerMaker]:
    """Makes callers; they are closed before the database, as what they spent is stored then."""
    made: list[ModelCaller] = []

    def make(*names: str, ledger: StoredLedger | None = None, method: str | None = None, **changes: Any) -> ModelCaller:
        names = names or ("openai:gpt-5-mini",)
        values = {"call_timeout": 1.0, "turn_deadline": 2.0, **changes}
        config = ModelConfig(names, double.url, "sk-double", **values)
        models = [load_model(name, config) for name in names]
        if method is not None:
            models = [NamedModel(model.name, model.chat, method, model.price) for model in models]
        caller = ModelCaller(models, config, watch, ledger, dice=lambda: 0.0)
        made.append(caller)
        return caller

    yield make
    for caller in made:
        await caller.close()


@pytest.mark.parametrize("method", ["json_schema", "function_calling", "json_mode"])
async def test_an_answer_of_a_schema_comes_by_each_mode_a_provider_may_have(
    method: str, double: OpenAIDouble, make_caller: CallerMaker
) -> None:
    double.script(says(READING))
    answer = await make_caller(method=method).structured(PROMPT, SAID, MessageReading)
    assert answer.value == MessageReading.model_validate(READING)


async def test_the_responses_format_is_spoken_as_well(double: OpenAIDouble, make_caller: CallerMaker) -> None:
    caller = make_caller(responses_api=True, call_timeout=20, turn_deadline=40)  # the first call imports
    double.script(says(READING), says("Hola, ¿qué tal?"))
    assert (await caller.structured(PROMPT, SAID, MessageReading)).value.wishes[0].words == "hola"
    assert (await caller.text(PROMPT, SAID)).value == "Hola, ¿qué tal?"
    assert {call.path for call in double.calls} == {"/v1/responses"}


async def test_without_a_mode_of_its_own_a_model_may_repair_its_json_once(
    double: OpenAIDouble, make_caller: CallerMaker
) -> None:
    double.script(says("Here you are: {oops"), says(READING))
    answer = await make_caller(method="json_mode").structured(PROMPT, SAID, MessageReading)
    assert answer.value.language == "es"


async def test_an_object_with_words_around_it_is_found(double: OpenAIDouble, make_caller: CallerMaker) -> None:
    double.script(Answer("```json\n" + says(READING).text + "\n```"))
    answer = await make_caller().structured(PROMPT, SAID, MessageReading)
    assert answer.value.wishes[0].intent == "concierge.greeting"


async def test_an_error_that_passes_is_tried_again(
    double: OpenAIDouble, make_caller: CallerMaker, watch: Watch
) -> None:
    double.script(fails(503), says("hola"))
    assert (await make_caller().text(PROMPT, SAID)).value == "hola"
    assert watch.outcomes == ["server_error", "ok"]


async def test_the_wait_that_the_provider_asks_for_is_kept(double: OpenAIDouble, make_caller: CallerMaker) -> None:
    double.script(fails(429, "0.4"), says("hola"))
    started = time.monotonic()
    await make_caller().text(PROMPT, SAID)
    assert time.monotonic() - started >= 0.4


async def test_a_wait_beyond_the_deadline_is_not_waited_for(double: OpenAIDouble, make_caller: CallerMaker) -> None:
    double.script(fails(429, "30"))
    started = time.monotonic()
    with pytest.raises(ModelUnavailable):
        await make_caller().text(PROMPT, SAID)
    assert time.monotonic() - started < 1.5


async def test_an_error_that_stays_is_not_tried_again(
    double: OpenAIDouble, make_caller: CallerMaker, watch: Watch
) -> None:
    double.script(fails(401))
    with pytest.raises(ModelUnavailable):
        await make_caller().text(PROMPT, SAID)
    assert watch.outcomes == ["rejected"]


async def test_the_next_model_answers_for_one_that_is_slow(
    double: OpenAIDouble, make_caller: CallerMaker, watch: Watch
) -> None:
    double.script(Answer("late", delay=5), says("hola"))
    caller = make_caller("openai:gpt-5-mini", "openai:gpt-5-nano", call_timeout=0.5, turn_deadline=3.0)
    answer = await caller.text(PROMPT, SAID)
    assert (answer.value, answer.model) == ("hola", "openai:gpt-5-nano")
    assert watch.outcomes == ["timeout", "ok"]
    assert watch.reports[0].input_tokens > 0  # it may be billed all the same


async def test_a_model_that_keeps_failing_is_left_alone(
    double: OpenAIDouble, make_caller: CallerMaker, watch: Watch
) -> None:
    double.responder = lambda call: fails(400)
    caller = make_caller()
    for _ in range(7):
        with pytest.raises(ModelUnavailable):
            await caller.text(PROMPT, SAID)
    assert len(double.calls) == 5
    assert watch.outcomes[-1] == "circuit_open"


async def test_no_more_calls_at_once_than_allowed(double: OpenAIDouble, make_caller: CallerMaker) -> None:
    double.responder = lambda call: says("hola")
    double.latency = 0.15
    caller = make_caller(concurrency=2)
    started = time.monotonic()
    await asyncio.gather(*(caller.text(PROMPT, (("human", str(n)),)) for n in range(6)))
    assert time.monotonic() - started >= 0.45


async def test_an_open_deadline_is_never_passed(double: OpenAIDouble, make_caller: CallerMaker) -> None:
    double.responder = lambda call: Answer("late", delay=5)
    caller = make_caller(*[f"openai:gpt-5-{n}" for n in range(4)], call_timeout=0.6, turn_deadline=1.0)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable):
        await caller.text(PROMPT, SAID)
    assert time.monotonic() - started < 2.0


def _ledger(database: Database, day: str, hours: float = 1.0, clock: Any = None) -> StoredLedger:
    caps = Caps(Decimal("1"), Decimal(day))
    clock = clock or (lambda: datetime.now(UTC))
    return StoredLedger(ModelCallStore(database.short), caps, clock, keep_for=timedelta(hours=hours))


async def test_a_spent_budget_stops_calls(
    double: OpenAIDouble, make_caller: CallerMaker, watch: Watch, database: Database
) -> None:
    double.responder = lambda call: says("hola", input_tokens=1_000, output_tokens=0)
    spent = datetime(2031, 5, 5, 12, tzinfo=UTC)
    caller = make_caller(ledger=_ledger(database, "0.0025", clock=lambda: spent), price=Price(Decimal(1), Decimal(1)))
    for number in range(3):
        await caller.text(PROMPT, (("human", str(number)),))
    with pytest.raises(ModelUnavailable) as refused:
        await caller.text(PROMPT, (("human", "4"),))
    assert refused.value.reason == "model_budget_spent"
    assert len(double.calls) == 3
    assert watch.outcomes[-1] == "capped"
    spent = spent + timedelta(days=1)
    await caller.text(PROMPT, (("human", "a new day"),))


async def test_the_cost_of_a_call_is_counted(
    double: OpenAIDouble, make_caller: CallerMaker, watch: Watch, database: Database
) -> None:
    double.script(says("hola", input_tokens=2_000, output_tokens=500))
    day = datetime(2032, 1, 1, tzinfo=UTC)
    ledger = _ledger(database, "5", clock=lambda: day)
    await make_caller(ledger=ledger).text(PROMPT, SAID)
    await ledger.settle()
    (report,) = watch.reports
    assert report.cost == Decimal("0.0015")  # 2,000 at 0.25 and 500 at 2 dollars a million
    _, _, of_day = await ModelCallStore(database.short).look("x", "", day)
    assert of_day == Decimal("0.0015")


async def test_the_cost_of_calls_is_stored_though_no_other_call_comes(database: Database) -> None:
    day = datetime(2034, 1, 1, tzinfo=UTC)
    ledger = _ledger(database, "5", clock=lambda: day)
    for conversation in ("a", "b", "", "a"):
        ledger.count(conversation, 100, 10, Decimal("0.25"))
    store = ModelCallStore(database.short)
    async with asyncio.timeout(5):
        while (await store.look("", "a", day))[1:] != (Decimal("0.5"), Decimal(1)):
            await asyncio.sleep(0.02)


async def test_a_look_knows_of_every_call_counted_before_it(database: Database) -> None:
    day = datetime(2035, 1, 1, tzinfo=UTC)
    ledger = _ledger(database, "1.25", clock=lambda: day)
    for spent_out in (False, False, False, True):
        ledger.count("a", 100, 10, Decimal("0.125"))
        ledger.count("b", 100, 10, Decimal("0.25"))
        assert (await ledger.look("", "b")).spent_out is spent_out
    assert (await ModelCallStore(database.short).look("", "a", day))[1:] == (Decimal("0.5"), Decimal("1.5"))


async def test_what_could_not_be_stored_is_stored_with_the_next_look(database: Database) -> None:
    day = datetime(2036, 1, 1, tzinfo=UTC)
    ledger = _ledger(database, "5", clock=lambda: day)
    ledger.count("a", 100, 10, Decimal("0.25"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ModelCallStore, "look", _unreachable)
        patch.setattr(ModelCallStore, "add", _unreachable)
        assert (await ledger.look("", "a")).spent_out
        await ledger.settle()
    assert not (await ledger.look("", "a")).spent_out
    assert (await ModelCallStore(database.short).look("", "a", day))[1:] == (Decimal("0.25"), Decimal("0.25"))


async def test_the_second_call_of_a_turn_goes_by_what_the_first_one_saw_while_far_from_every_cap(
    database: Database,
) -> None:
    day = [datetime(2037, 1, 1, 12, tzinfo=UTC)]
    ledger = _ledger(database, "1", hours=0, clock=lambda: day[0])
    assert not (await ledger.look(None, "a")).spent_out
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ModelCallStore, "look", _unreachable)
        ledger.count("a", 100, 10, Decimal("0.25"))
        assert not (await ledger.look(None, "a")).spent_out
        assert (await ledger.look(None, "b")).spent_out  # not seen before
        day[0] += timedelta(seconds=10)
        assert (await ledger.look(None, "a")).spent_out  # too long ago
        day[0] -= timedelta(seconds=10)
        ledger.count("b", 100, 10, Decimal("0.25"))
        assert (await ledger.look(None, "a")).spent_out  # half of the day's cap: asked again
    assert not (await ledger.look(None, "a")).spent_out
    ledger.count("b", 100, 10, Decimal("0.5"))
    assert (await ledger.look(None, "a")).spent_out
    await ledger.settle()


async def _unreachable(*_: Any) -> None:
    raise DatabaseUnavailable


async def test_a_kept_answer_serves_again_until_its_time_is_over(
    double: OpenAIDouble, make_caller: CallerMaker, watch: Watch, database: Database
) -> None:
    now = [datetime(2033, 1, 1, tzinfo=UTC)]
    caller = make_caller(ledger=_ledger(database, "5", clock=lambda: now[0]))
    said = (("human", "the very same words"),)
    double.script(says("una"), says("dos"))
    first = await caller.text(PROMPT, said)
    await caller.keep(first)
    again = await caller.text(PROMPT, said)
    assert (again.value, again.cached) == ("una", True)
    assert watch.outcomes == ["ok", "cached"]
    now[0] += timedelta(hours=2)
    assert (await caller.text(PROMPT, said)).value == "dos"


async def test_an_answer_nobody_approved_is_not_kept(
    double: OpenAIDouble, make_caller: CallerMaker, database: Database
) -> None:
    caller = make_caller(ledger=_ledger(database, "5"))
    said = (("human", "not approved"),)
    double.script(says("una"), says("dos"))
    await caller.text(PROMPT, said)
    assert (await caller.text(PROMPT, said)).value == "dos"


async def test_a_second_agent_in_a_process_has_connections_of_its_own() -> None:
    with OpenAIDouble(lambda call: says("hola")) as double:
        config = ModelConfig(("openai:gpt-5-mini",), double.url, "sk-double", call_timeout=5.0)
        for _ in range(2):
            model = load_model(config.names[0], config)
            assert (await model.chat.ainvoke("hola")).text == "hola"
            await close_model(model)
