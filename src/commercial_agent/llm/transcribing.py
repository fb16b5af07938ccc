"""Voice notes as words, by a service that speaks OpenAI's audio interface: time, money and failures are limited."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from commercial_agent.errors import ModelUnavailable, NotConfigured
from commercial_agent.llm import outcomes
from commercial_agent.llm.breaker import CircuitBreaker
from commercial_agent.llm.calls import CallObserver, CallReport
from commercial_agent.llm.deadline import Deadline
from commercial_agent.llm.ledger import Ledger, NoLedger
from commercial_agent.llm.outcomes import judge
from commercial_agent.llm.prices import price_of, price_of_minute
from commercial_agent.llm.prompts import SystemPrompt

_TASK: Final = SystemPrompt("transcribe", "transcribe", "", "")
_TRIES: Final = 2
_SHORTEST_CALL: Final = 0.2  # seconds
_BYTES_A_SECOND: Final = 1_500  # of a voice note, at the least: where nobody says how long it is, it counts as long
_ENDINGS: Final = {
    "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/wav": "wav", "audio/webm": "webm",
    "audio/flac": "flac",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TranscriberConfig:
    """Which service writes down what is said."""

    name: str  # openai:model, or the model alone
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    timeout: float = 6.0  # seconds for one note, all tries
    concurrency: int = 10
    minute_price: Decimal | None = None  # US dollars; None: the table's


class SpeechToText:
    """Transcribes voice notes."""

    def __init__(
        self,
        config: TranscriberConfig,
        observer: CallObserver,
        ledger: Ledger | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        dice: Callable[[], float] = random.random,
    ) -> None:
        """Connect; nothing is sent yet.

        Args:
            config: the service.
            observer: sees every call.
            ledger: what was spent; the caps of language models hold for transcription too.
            clock: seconds that only rise.
            dice: 0 to 1, for jitter.

        Raises:
            NotConfigured: the package or a key is missing, or the provider is another one.
        """
        provider, _, model = config.name.rpartition(":")
        if provider not in ("", "openai"):
            raise NotConfigured(
                f"TRANSCRIPTION_MODEL={config.name} cannot be used: openai:model, or an OpenAI-compatible server by "
                "TRANSCRIPTION_BASE_URL."
            )
        self.name = f"openai:{model}"
        self._model = model
        self._config = config
        self._observer = observer
        self._ledger = ledger or NoLedger()
        self._clock = clock
        self._dice = dice
        self._breaker = CircuitBreaker(clock)
        self._places = asyncio.Semaphore(config.concurrency)
        self._client = _connect(config)

    async def transcribe(self, conversation_id: str, speech: bytes, content_type: str) -> str:
        """What is said in a voice note; "" where nothing is.

        Args:
            conversation_id: whose spending it counts to.
            speech: the file.
            content_type: its type.

        Raises:
            ModelUnavailable: it was not heard in time, or the money is spent.
        """
        if (await self._ledger.look("", conversation_id)).spent_out:
            self._report(outcomes.CAPPED, self._clock(), None, b"")
            raise ModelUnavailable("The money for language models is spent.", code="model_budget_spent")
        deadline = Deadline(self._clock, self._config.timeout)
        for attempt in range(_TRIES):
            if deadline.left < _SHORTEST_CALL or not self._breaker.allow():
                break
            started = self._clock()
            try:
                async with asyncio.timeout(deadline.left), self._places:
                    heard = await self._ask(speech, content_type)
            except Exception as error:
                self._breaker.failed()
                failure = judge(error)
                await self._count(conversation_id, self._report(failure.outcome, started, None, speech))
                wait = failure.wait if failure.wait is not None else 0.1 * (1 + self._dice())
                if not failure.again or attempt + 1 == _TRIES or wait + _SHORTEST_CALL > deadline.left:
                    break
                await asyncio.sleep(wait)
                continue
            except BaseException:
                self._breaker.failed()
                raise
            self._breaker.succeeded()
            await self._count(conversation_id, self._report(outcomes.OK, started, heard, speech))
            return str(heard.text).strip()
        raise ModelUnavailable("The voice note was not heard in time.")

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    async def _ask(self, speech: bytes, content_type: str) -> Any:
        name = f"voice.{_ENDINGS.get(content_type, 'ogg')}"
        heard = await self._client.audio.transcriptions.create(
            file=(name, speech, content_type), model=self._model, timeout=self._config.timeout
        )
        if not isinstance(getattr(heard, "text", None), str):
            raise ValueError("no transcript")
        return heard

    def _report(self, outcome: str, started: float, heard: Any, speech: bytes) -> CallReport:
        usage = getattr(heard, "usage", None)
        read, written = int(getattr(usage, "input_tokens", 0) or 0), int(getattr(usage, "output_tokens", 0) or 0)
        cost = Decimal(0)
        if outcome in (outcomes.OK, "timeout", "disconnected"):  # the last two may be billed all the same
            seconds = getattr(usage, "seconds", None)
            length = Decimal(str(seconds)) if seconds is not None else Decimal(len(speech)) / _BYTES_A_SECOND
            cost = self._price(read, written, length)
        report = CallReport(self.name, _TASK, self._clock() - started, read, written, cost, outcome)
        self._observer.called(report)
        return report

    def _price(self, read: int, written: int, seconds: Decimal) -> Decimal:
        own = self._config.minute_price
        if own is None and read:
            return price_of(self.name).of(read, written)
        return (own if own is not None else price_of_minute(self.name)) * seconds / 60

    async def _count(self, conversation_id: str, report: CallReport) -> None:
        self._ledger.count(conversation_id, report.input_tokens, report.output_tokens, report.cost)
        await self._ledger.settle()


def _connect(config: TranscriberConfig) -> Any:
    try:
        from openai import AsyncOpenAI, OpenAIError
    except ImportError as error:
        raise NotConfigured(
            f"TRANSCRIPTION_MODEL={config.name} needs a package that is not installed: make run EXTRAS=openai."
        ) from error
    try:
        return AsyncOpenAI(
            base_url=config.base_url or None, api_key=config.api_key or None, max_retries=0, timeout=config.timeout
        )
    except OpenAIError as error:
        raise NotConfigured(
            f"TRANSCRIPTION_MODEL={config.name} has no key: set LLM_API_KEY or OPENAI_API_KEY."
        ) from error
