"""Calls to language models that end in time: retries, fallbacks, breakers, concurrency limits."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from commercial_agent.errors import ModelUnavailable
from commercial_agent.llm.breaker import CircuitBreaker
from commercial_agent.llm.deadline import Deadline
from commercial_agent.llm.models import ModelConfig, NamedModel

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage

Answer = TypeVar("Answer", bound=BaseModel)
Got = TypeVar("Got")

_SHORTEST_CALL = 0.2  # seconds: less is not worth a try
_PASSING = frozenset({408, 409, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class CallReport:
    """What one call to a model took."""

    model: str
    prompt: str
    seconds: float
    input_tokens: int
    output_tokens: int
    outcome: str  # ok, timeout, rate_limited, invalid, failed …


class CallObserver(Protocol):
    """Sees every call: metrics, spending, traces."""

    def called(self, report: CallReport) -> None:
        """A call ended, well or not."""
        ...


class _Unusable(Exception):
    """The model answered, but with nothing that can be used."""


class ModelCaller:
    """Asks the configured models in their order until one answers as it should."""

    def __init__(
        self,
        models: Sequence[NamedModel],
        config: ModelConfig,
        observer: CallObserver,
        *,
        clock: Callable[[], float] = time.monotonic,
        dice: Callable[[], float] = random.random,
    ) -> None:
        """Make a caller.

        Args:
            models: loaded, in the order they are tried.
            config: time limits and how many calls at once.
            observer: sees every call.
            clock: seconds that only rise.
            dice: 0 to 1, for jitter.
        """
        self._models = [(model, CircuitBreaker(clock), asyncio.Semaphore(config.concurrency)) for model in models]
        self._config = config
        self._observer = observer
        self._clock = clock
        self._dice = dice

    def deadline(self) -> Deadline:
        """The deadline of a turn that begins now."""
        return Deadline(self._clock, self._config.turn_deadline)

    async def structured(
        self, prompt: str, messages: Sequence[BaseMessage], schema: type[Answer], deadline: Deadline
    ) -> tuple[Answer, str]:
        """An answer of a schema, and the name of the model that gave it.

        Args:
            prompt: its name, for reports.
            messages: system and conversation.
            schema: what the answer must be.
            deadline: of the turn.

        Raises:
            ModelUnavailable: no model answered as it should in time.
        """
        return await self._first(prompt, deadline, lambda model: _structured(model, messages, schema))

    async def text(self, prompt: str, messages: Sequence[BaseMessage], deadline: Deadline) -> tuple[str, str]:
        """A text, and the name of the model that wrote it. Raises as `structured` does."""
        return await self._first(prompt, deadline, lambda model: _text(model, messages))

    async def _first(
        self, prompt: str, deadline: Deadline, ask: Callable[[NamedModel], Awaitable[tuple[Got, AIMessage | None]]]
    ) -> tuple[Got, str]:
        for model, breaker, places in self._models:
            for attempt in range(1 + self._config.retries):
                if deadline.left < _SHORTEST_CALL or not breaker.allow():
                    break
                started = self._clock()
                try:
                    async with asyncio.timeout(min(deadline.left, self._config.call_timeout)), places:
                        got, raw = await ask(model)
                except Exception as error:
                    breaker.failed()
                    outcome, again = _judged(error)
                    self._report(model, prompt, started, None, outcome)
                    if not again or attempt == self._config.retries:
                        break
                    await asyncio.sleep(min(deadline.left, 0.1 * 2**attempt * (1 + self._dice())))
                    continue
                breaker.succeeded()
                self._report(model, prompt, started, raw, "ok")
                return got, model.name
        raise ModelUnavailable("No language model answered as it should in time.")

    def _report(self, model: NamedModel, prompt: str, started: float, raw: AIMessage | None, outcome: str) -> None:
        usage: Any = (raw.usage_metadata if raw is not None else None) or {}
        self._observer.called(
            CallReport(
                model.name,
                prompt,
                self._clock() - started,
                int(usage.get("input_tokens", 0)),
                int(usage.get("output_tokens", 0)),
                outcome,
            )
        )


async def _structured(
    model: NamedModel, messages: Sequence[BaseMessage], schema: type[Answer]
) -> tuple[Answer, AIMessage | None]:
    """By the provider's own mode; a malformed answer gets one chance to be repaired."""
    asked = model.chat.with_structured_output(schema, method=model.structured_method, include_raw=True)
    found: Any = await asked.ainvoke(list(messages))
    if isinstance(found["parsed"], schema):
        return found["parsed"], found["raw"]
    repaired = _from_text(schema, str(getattr(found["raw"], "text", "")))
    if repaired is None:
        raise _Unusable
    return repaired, found["raw"]


def _from_text(schema: type[Answer], text: str) -> Answer | None:
    """The JSON object that stands somewhere in a text, if it fits."""
    start, end = text.find("{"), text.rfind("}")
    if not 0 <= start < end:
        return None
    try:
        return schema.model_validate_json(text[start : end + 1])
    except ValidationError:
        return None


async def _text(model: NamedModel, messages: Sequence[BaseMessage]) -> tuple[str, AIMessage | None]:
    answer = await model.chat.ainvoke(list(messages))
    text = answer.text.strip()
    if not text or answer.response_metadata.get("finish_reason") == "length":
        raise _Unusable
    return text, answer


def _judged(error: Exception) -> tuple[str, bool]:
    """What an error is called, and whether the same call may go well in a moment."""
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
        return "timeout", False  # the time is spent: the next model, not the same again
    if isinstance(error, _Unusable | ValidationError | ValueError):
        return "invalid", False
    status = getattr(error, "status_code", None)
    if status == 429:
        return "rate_limited", True
    if status in _PASSING or "Connection" in type(error).__name__:
        return "failed", True
    return "refused" if status in (400, 401, 403, 404, 422) else "failed", False
