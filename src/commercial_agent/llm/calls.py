"""Calls to language models that end in time: cache, spend caps, retries, fallbacks, breakers, concurrency limits."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import ValidationError

from commercial_agent.errors import ModelUnavailable
from commercial_agent.llm import outcomes
from commercial_agent.llm.asking import Asker, Said, Schema
from commercial_agent.llm.breaker import CircuitBreaker
from commercial_agent.llm.deadline import Deadline
from commercial_agent.llm.ledger import Ledger, NoLedger
from commercial_agent.llm.models import ModelConfig, NamedModel, close_model
from commercial_agent.llm.outcomes import Failure, Unusable, judge
from commercial_agent.llm.prompts import SystemPrompt
from commercial_agent.llm.turns import ModelTurn, current_turn

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

Got = TypeVar("Got")

_SHORTEST_CALL = 0.2  # seconds: less is not worth a try
_CHARS_PER_TOKEN = 4  # for calls that end without saying what they used
_NO_PRICE = Decimal(0)


@dataclass(frozen=True, slots=True)
class CallReport:
    """What one call to a model took and gave."""

    model: str
    prompt: SystemPrompt
    seconds: float
    input_tokens: int
    output_tokens: int
    cost: Decimal  # US dollars
    outcome: str  # ok, cached, timeout, rate_limited, server_error, disconnected, invalid, empty, refused, capped …
    said: Sequence[Said] = ()
    answer: str = ""


class CallObserver(Protocol):
    """Sees every call: metrics, traces."""

    def called(self, report: CallReport) -> None:
        """A call ended, well or not."""
        ...

    def incident(self, kind: str) -> None:
        """An answer was not used: it leaked, or said what is not so."""
        ...


@dataclass(frozen=True, slots=True)
class Answered(Generic[Got]):
    """What a model gave."""

    value: Got
    model: str
    text: str  # as it was said
    key: str  # in the cache
    cached: bool = False


class ModelCaller:
    """Asks the configured models in their order until one answers as it should."""

    def __init__(
        self,
        models: Sequence[NamedModel],
        config: ModelConfig,
        observer: CallObserver,
        ledger: Ledger | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        dice: Callable[[], float] = random.random,
    ) -> None:
        """Make a caller.

        Args:
            models: loaded, in the order they are tried.
            config: time limits and how many calls at once.
            observer: sees every call.
            ledger: what was spent and answered before; None: neither caps nor cache.
            clock: seconds that only rise.
            dice: 0 to 1, for jitter.
        """
        self._models = [(Asker(m), CircuitBreaker(clock), asyncio.Semaphore(config.concurrency)) for m in models]
        self._config = config
        self._observer = observer
        self._ledger = ledger or NoLedger()
        self._clock = clock
        self._dice = dice
        self._names = ",".join(model.name for model in models)

    def begin(self) -> Deadline:
        """The deadline of a turn that begins now."""
        return Deadline(self._clock, self._config.turn_deadline)

    def incident(self, kind: str) -> None:
        """Count an answer that could not be used."""
        self._observer.incident(kind)

    async def close(self) -> None:
        """Store what was spent and end the connections to the providers."""
        await self._ledger.settle()
        for asker, _, _ in self._models:
            await close_model(asker.model)

    async def structured(
        self, prompt: SystemPrompt, said: Sequence[Said], schema: type[Schema], *, cached: bool = True
    ) -> Answered[Schema]:
        """An answer of a schema.

        Args:
            prompt: the system message.
            said: what follows it.
            schema: what the answer must be.
            cached: whether an earlier answer to the very same words will do.

        Raises:
            ModelUnavailable: no model answered as it should in time, or the money is spent.
        """

        async def ask(asker: Asker, words: Sequence[Said]) -> tuple[Schema, str, AIMessage]:
            try:
                value, raw = await asker.structured(words, schema)
            except Unusable as error:
                if not asker.repairs or error.outcome != "invalid" or error.raw is None:
                    raise
                again = [*words, ("ai", str(error.raw.text)), ("human", "That is not the JSON object asked for.")]
                value, raw = await asker.structured(again, schema)
            return value, value.model_dump_json(), raw

        def read(text: str) -> Schema | None:
            try:
                return schema.model_validate_json(text)
            except ValidationError:
                return None

        return await self._answer(prompt, said, ask, read if cached else None)

    async def text(self, prompt: SystemPrompt, said: Sequence[Said], *, cached: bool = True) -> Answered[str]:
        """A text. Arguments and errors are those of `structured`."""

        async def ask(asker: Asker, words: Sequence[Said]) -> tuple[str, str, AIMessage]:
            text, raw = await asker.text(words)
            return text, text, raw

        return await self._answer(prompt, said, ask, str if cached else None)

    async def keep(self, answered: Answered[Any]) -> None:
        """Let an answer that proved good serve again for the very same words."""
        if not answered.cached:
            await self._ledger.keep(answered.key, answered.text)

    async def _answer(
        self,
        prompt: SystemPrompt,
        said: Sequence[Said],
        ask: Callable[[Asker, Sequence[Said]], Awaitable[tuple[Got, str, AIMessage]]],
        read: Callable[[str], Got | None] | None,
    ) -> Answered[Got]:
        turn = current_turn()
        deadline = turn.until(self.begin)
        words = [("system", prompt.text), *said]
        key = _key(self._names, prompt.name, said)
        known = await self._ledger.look(key if read is not None else None, turn.conversation_id)
        if known.answer is not None and read is not None and (value := read(known.answer)) is not None:
            self._report(self._names, prompt, said, 0.0, None, outcomes.CACHED, known.answer)
            return Answered(value, self._names.split(",")[0], known.answer, key, cached=True)
        if known.spent_out:
            self._report(self._names.split(",")[0], prompt, (), 0.0, None, outcomes.CAPPED)
            raise ModelUnavailable("The money for language models is spent.", code="model_budget_spent")
        for asker, breaker, places in self._models:
            got = await self._try(asker, breaker, places, prompt, words, turn, deadline, ask)
            if got is not None:
                return Answered(got[0], asker.model.name, got[1], key)
        raise ModelUnavailable("No language model answered as it should in time.")

    async def _try(
        self,
        asker: Asker,
        breaker: CircuitBreaker,
        places: asyncio.Semaphore,
        prompt: SystemPrompt,
        words: Sequence[Said],
        turn: ModelTurn,
        deadline: Deadline,
        ask: Callable[[Asker, Sequence[Said]], Awaitable[tuple[Got, str, AIMessage]]],
    ) -> tuple[Got, str] | None:
        """One model, again where that may help; None when it did not answer."""
        model = asker.model
        for attempt in range(1 + self._config.retries):
            if deadline.left < _SHORTEST_CALL:
                return None
            if not breaker.allow():
                self._report(model.name, prompt, (), 0.0, None, outcomes.OPEN)
                return None
            started = self._clock()
            turn.calls += 1
            try:
                async with asyncio.timeout(min(deadline.left, self._config.call_timeout)), places:
                    with _untraced():
                        value, text, raw = await ask(asker, words)
            except Exception as error:
                breaker.failed()
                failure = judge(error)
                self._spent(model, prompt, words, started, getattr(error, "raw", None), failure.outcome)
                if (
                    not failure.again
                    or attempt == self._config.retries
                    or not await self._pause(failure, attempt, deadline)
                ):
                    return None
                continue
            except BaseException:
                breaker.failed()  # cancelled: a trial call must not leave the breaker waiting
                raise
            breaker.succeeded()
            self._spent(model, prompt, words, started, raw, outcomes.OK, text)
            return value, text
        return None

    async def _pause(self, failure: Failure, attempt: int, deadline: Deadline) -> bool:
        """Wait before the next try; False when there is no time for it."""
        seconds = failure.wait if failure.wait is not None else 0.1 * 2**attempt * (1 + self._dice())
        if seconds + _SHORTEST_CALL > min(deadline.left, self._config.call_timeout):
            return False
        await asyncio.sleep(seconds)
        return True

    def _spent(
        self, model: NamedModel, prompt: SystemPrompt, words: Sequence[Said], started: float,
        raw: AIMessage | None, outcome: str, text: str = "",
    ) -> None:  # fmt: skip
        seconds = self._clock() - started
        report = self._report(model.name, prompt, words, seconds, raw, outcome, text, model)
        self._ledger.count(current_turn().conversation_id, report.input_tokens, report.output_tokens, report.cost)

    def _report(
        self, name: str, prompt: SystemPrompt, words: Sequence[Said], seconds: float, raw: AIMessage | None,
        outcome: str, text: str = "", model: NamedModel | None = None,
    ) -> CallReport:  # fmt: skip
        usage: Any = (raw.usage_metadata if raw is not None else None) or {}
        read, written = int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0))
        if not read and outcome in ("timeout", "disconnected"):
            read = sum(len(part) for _, part in words) // _CHARS_PER_TOKEN  # it may be billed all the same
        cost = model.price.of(read, written) if model is not None else _NO_PRICE
        answer = text or (str(raw.text)[:2_000] if raw is not None else "")
        report = CallReport(name, prompt, seconds, read, written, cost, outcome, words, answer)
        self._observer.called(report)
        return report


def _key(names: str, prompt: str, said: Sequence[Said]) -> str:
    digest = sha256()
    for part in (names, prompt, *(piece for pair in said for piece in pair)):
        digest.update(f"{len(part)}:".encode() + part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _untraced() -> Any:
    """The package's own trace of the call switched off: ours is masked and knows prompt, cost and outcome."""
    from langsmith.run_helpers import tracing_context

    return tracing_context(enabled=False)
