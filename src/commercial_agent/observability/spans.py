"""What happens inside a traced turn, noted where it happens; outside of one nothing is kept and nothing costs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Literal

RunType = Literal["chain", "llm", "retriever", "tool"]  # some of LangSmith's


@dataclass(slots=True)
class Span:
    """One piece of work."""

    name: str
    run_type: RunType
    started: datetime
    ended: datetime
    parent: Span | None = None
    inputs: Any = None  # made plain and masked by the thread that sends
    outputs: Any = None
    metadata: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    names: Collection[str] = ()  # of people, to be masked


@dataclass(slots=True)
class Recorder:
    """The pieces of one turn."""

    trace_id: str
    spans: list[Span] = field(default_factory=list)


_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)
_parent: ContextVar[Span | None] = ContextVar("span", default=None)


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """A turn that is traced."""
    token = _recorder.set(recorder)
    try:
        yield
    finally:
        _recorder.reset(token)


def current_trace_id() -> str | None:
    """The id of this turn's trace; None where it is not traced."""
    recorder = _recorder.get()
    return recorder.trace_id if recorder is not None else None


class Work:
    """A piece of work as a context: `with Work("retrieval", "retriever", question) as work: work.gave(hits)`."""

    __slots__ = ("_inputs", "_name", "_run_type", "_span", "_token")

    def __init__(self, name: str, run_type: RunType = "chain", inputs: Any = None) -> None:
        """Nothing is noted before it is entered.

        Args:
            name: of the run.
            run_type: as LangSmith knows it.
            inputs: what it took.
        """
        self._name = name
        self._run_type = run_type
        self._inputs = inputs
        self._span: Span | None = None
        self._token: Token[Span | None] | None = None

    def __enter__(self) -> Work:
        recorder = _recorder.get()
        if recorder is not None:
            now = datetime.now(UTC)
            self._span = Span(self._name, self._run_type, now, now, _parent.get(), self._inputs)
            recorder.spans.append(self._span)
            self._token = _parent.set(self._span)
        return self

    def gave(self, outputs: Any) -> None:
        """What it gave."""
        if self._span is not None:
            self._span.outputs = outputs

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._span is not None and self._token is not None:
            _parent.reset(self._token)
            self._span.ended = datetime.now(UTC)
            self._span.error = kind.__name__ if kind is not None else None


def note(
    name: str,
    run_type: RunType,
    seconds: float,
    *,
    inputs: Any = None,
    outputs: Any = None,
    metadata: dict[str, Any] | None = None,
    error: str | None = None,
    names: Collection[str] = (),
) -> None:
    """Note a piece of work that ended just now.

    Args:
        name: of the run.
        run_type: as LangSmith knows it.
        seconds: it took.
        inputs: what it took.
        outputs: what it gave.
        metadata: what else is known of it.
        error: how it failed.
        names: of people, to be masked.
    """
    recorder = _recorder.get()
    if recorder is None:
        return
    now = datetime.now(UTC)
    recorder.spans.append(
        Span(
            name, run_type, now - timedelta(seconds=seconds), now, _parent.get(), inputs, outputs, metadata or {},
            error, names,
        )
    )  # fmt: skip
