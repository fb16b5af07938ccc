"""How turns are seen: counted and logged by `TurnLog`, traced by `TracedChatbot`. Neither fails a turn nor waits."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import structlog

from commercial_agent.observability.metrics import Metrics
from commercial_agent.observability.plain import plain
from commercial_agent.observability.tracing import Tracer, TurnTrace

log = structlog.get_logger(__name__)

_HOLDERS_OF_NAMES = frozenset({"Talked", "AppointmentDraft", "SaleDraft", "ConciergeRequest"})


class TurnLog:
    """The chatbot's observer: metrics and one log line a turn."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def answered(self, result: Any) -> None:
        """A turn was answered and is stored; `result` is a chatbot's TurnResult."""
        outcome = _outcome(result)
        agent = result.agent.value if result.reply is not None else "none"
        self._metrics.observe_turn(agent, outcome, result.milliseconds)
        log.info(
            "turn_answered",
            conversation_id=result.conversation_id,
            turn_id=result.turn_id,
            outcome=outcome,
            agents=[agent.value for agent in result.agents],
            intents=[intent.value for intent in result.intents],
            language=result.language.value,
            milliseconds=result.milliseconds,
        )

    def failed(self, conversation_id: str, error: BaseException) -> None:
        """A turn failed. The id may be a customer's address here, so it is not written down."""
        outcome = "cancelled" if isinstance(error, asyncio.CancelledError) else "failed"
        self._metrics.observe_turn("none", outcome, {})
        log.warning("turn_failed", outcome=outcome, exc_info=error)


class TracedChatbot:
    """A chatbot whose turns leave a trace; use it only where the tracer is switched on."""

    def __init__(self, chatbot: Any, tracer: Tracer) -> None:
        self._chatbot = chatbot
        self._tracer = tracer

    async def answer(self, key: Any, message: Any, inbound_ids: Sequence[str] = ()) -> Any:
        """Answer one turn; arguments, result and errors are the wrapped chatbot's."""
        with self._tracer.turn(key.channel.value) as trace:
            try:
                result = await self._chatbot.answer(key, message, inbound_ids)
            except BaseException as error:
                trace.fail(type(error).__name__)
                raise
            _fill(trace, message, result)
            return result


def _outcome(result: Any) -> str:
    if result.reply is not None:
        return "answered"
    return "opted_out" if result.opted_out else "silent"


def _fill(trace: TurnTrace, message: Any, result: Any) -> None:
    details: dict[str, Any] = {
        "understand": {"understanding": result.understanding},
        "act": {"findings": result.findings, "sources": result.sources},
        "phrase": {"messages": result.messages, "phraser": result.reply.phraser if result.reply else None},
    }
    trace.succeed(
        inputs={"message": message.text, "kind": message.kind},
        outputs=lambda: {
            "reply": result.reply.text if result.reply else "",
            "agents": plain(result.agents),
            "intents": plain(result.intents),
            "cars": plain(result.cars),
            "handoff": result.mode.value == "human",
        },
        metadata={
            # LangSmith shows the runs of one thread_id as one conversation.
            "thread_id": result.conversation_id,
            "conversation_id": result.conversation_id,
            "turn_id": result.turn_id,
            "language": result.language.value,
            "reader": result.understanding.reader if result.understanding else None,
            "phraser": result.reply.phraser if result.reply else None,
        },
        steps=[(step, spent, details.get(step, {})) for step, spent in result.milliseconds.items() if step != "total"],
        names=lambda: {*_names(result.understanding), *_names(result.findings), message.profile_name or ""},
    )


def _names(value: Any) -> Iterator[str]:
    """Names of people inside requests and findings (those of cars and branches are no secret)."""
    if isinstance(value, tuple | list):
        for item in value:
            yield from _names(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            if field.name == "name" and type(value).__name__ in _HOLDERS_OF_NAMES and isinstance(inner, str):
                yield inner
                yield from inner.split()
            else:
                yield from _names(inner)
