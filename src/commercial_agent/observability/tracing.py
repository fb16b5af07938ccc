"""LangSmith tracing: one run tree per turn, sent by a thread of its own, dropped rather than waited for."""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from commercial_agent.observability.masking import mask
from commercial_agent.observability.plain import plain
from commercial_agent.observability.spans import Recorder, Span, recording

if TYPE_CHECKING:
    from langsmith import Client, RunTree

log = structlog.get_logger(__name__)

Step = tuple[str, float, Any]  # name, milliseconds, what it gave
_SLACK = timedelta(milliseconds=1)  # two clocks
_WAITING = 500  # turns that may wait to be sent; the next one is dropped


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """LangSmith's standard variables as values."""

    enabled: bool = False  # LANGSMITH_TRACING
    api_key: str = ""  # LANGSMITH_API_KEY
    endpoint: str = ""  # LANGSMITH_ENDPOINT
    project: str = ""  # LANGSMITH_PROJECT
    timeout: float = field(default=5.0)  # seconds for one call to LangSmith


class TurnTrace:
    """What one turn leaves for its trace. The switched-off form keeps nothing."""

    def succeed(
        self,
        *,
        inputs: Mapping[str, Any],
        outputs: Callable[[], Any],
        metadata: Mapping[str, Any],
        steps: Sequence[Step] = (),
        names: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """Keep what an answered turn took and gave; callables are run later, by the sending thread."""

    def fail(self, error: str) -> None:
        """Keep that the turn failed, by the error's type."""


class Tracer(Protocol):
    """Traces turns."""

    enabled: bool

    def turn(self, channel: str) -> AbstractContextManager[TurnTrace]:
        """A context in which one turn runs; calls to language models inside become part of its tree."""
        ...

    def close(self, timeout: float = 2.0) -> None:
        """Send what waits, for at most `timeout` seconds."""
        ...


class NullTracer:
    """No tracing."""

    enabled = False

    def turn(self, channel: str) -> AbstractContextManager[TurnTrace]:
        """A context that keeps nothing."""
        return nullcontext(_NOTHING)

    def close(self, timeout: float = 2.0) -> None:
        """Nothing waits."""


_NOTHING = TurnTrace()


def create_tracer(settings: TracingSettings) -> Tracer:
    """The tracer for these settings; a fault in them switches tracing off with a warning, it stops nothing."""
    if not settings.enabled:
        return NullTracer()
    try:
        return LangSmithTracer(settings)
    except Exception:
        log.warning("tracing_switched_off", exc_info=True)
        return NullTracer()


class LangSmithTracer:
    """Sends run trees to LangSmith, or to a server that speaks its API."""

    enabled = True

    def __init__(self, settings: TracingSettings) -> None:
        from langsmith import Client, run_helpers
        from langsmith.run_trees import RunTree
        from urllib3.util import Retry

        from commercial_agent.observability.line import Line

        # Its own warnings name every run that was lost; the line says once that it rests.
        logging.getLogger("langsmith").setLevel(logging.CRITICAL)
        milliseconds = int(settings.timeout * 1000)
        self._context = run_helpers.tracing_context
        self._run_tree = RunTree
        self._project = settings.project or "default"
        self._line = Line()
        self._client: Client = Client(
            api_url=settings.endpoint or None,
            api_key=settings.api_key or None,
            timeout_ms=(milliseconds, milliseconds),
            session=self._line,
            retry_config=Retry(total=1, backoff_factor=0.2, allowed_methods=None, raise_on_status=False),
            # Runs that the model library itself adds to the tree pass through these too.
            hide_inputs=mask,
            hide_outputs=mask,
            omit_traced_runtime_info=True,
        )
        self._queue: queue.Queue[_Trace | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._send_all, name="tracing", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    @contextmanager
    def turn(self, channel: str) -> Iterator[TurnTrace]:
        """A context in which one turn runs; see `Tracer.turn`."""
        try:
            root = self._run_tree(
                name="turn", run_type="chain", ls_client=self._client, project_name=self._project, inputs={},
                start_time=datetime.now(UTC), tags=[f"channel:{channel}"],
            )  # fmt: skip
            scope: AbstractContextManager[Any] = self._context(
                parent=root, enabled=True, client=self._client, project_name=self._project
            )
        except Exception:
            log.warning("turn_not_traced", exc_info=True)
            yield _NOTHING
            return
        trace = _Trace(root)
        try:
            with scope, recording(trace.recorder):
                yield trace
        finally:
            trace.ended = datetime.now(UTC)
            try:
                self._queue.put_nowait(trace)
            except queue.Full:
                log.warning("turn_not_traced", reason="queue_full")

    def close(self, timeout: float = 2.0) -> None:
        """Send what waits, for at most `timeout` seconds."""
        atexit.unregister(self.close)
        deadline = time.monotonic() + timeout
        try:
            self._queue.put(None, timeout=timeout)
            self._thread.join(timeout)
            self._client.flush(max(0.0, deadline - time.monotonic()))
        except Exception:
            log.warning("traces_not_sent", exc_info=True)
        # The client's own thread holds the process until its queue is empty: from here on that takes no time.
        self._line.hang_up()

    def _send_all(self) -> None:
        while (trace := self._queue.get()) is not None:
            try:
                trace.send()
            except Exception:
                log.warning("turn_not_traced", exc_info=True)


class _Trace(TurnTrace):
    def __init__(self, root: RunTree) -> None:
        self._root = root
        self._outputs: Callable[[], Any] = dict
        self._steps: Sequence[Step] = ()
        self._names: Callable[[], Collection[str]] = tuple
        self._inputs: Mapping[str, Any] = {}
        self._metadata: Mapping[str, Any] = {}
        self._error: str | None = None
        self.recorder = Recorder(str(root.trace_id))
        self.ended = root.start_time

    def succeed(
        self,
        *,
        inputs: Mapping[str, Any],
        outputs: Callable[[], Any],
        metadata: Mapping[str, Any],
        steps: Sequence[Step] = (),
        names: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._inputs, self._outputs, self._metadata = inputs, outputs, metadata
        self._steps, self._names = steps, names

    def fail(self, error: str) -> None:
        self._error = error

    def send(self) -> None:
        spans = self.recorder.spans
        known = {*self._names(), *(name for span in spans for name in span.names)}
        names = sorted(filter(None, known), key=len, reverse=True)
        root = self._root
        root.inputs = mask(dict(self._inputs), names)
        root.add_metadata(dict(self._metadata))
        root.end(outputs=mask(self._outputs(), names), error=self._error, end_time=self.ended)
        root.post()
        steps: list[tuple[datetime, RunTree]] = [(root.start_time, root)]
        begin = root.start_time
        for name, milliseconds, result in self._steps:
            end = begin + timedelta(milliseconds=milliseconds)
            child = root.create_child(name, run_type="chain", inputs={}, start_time=begin)
            child.end(outputs=mask(plain(result), names), end_time=end)
            child.post()
            steps.append((begin, child))
            begin = end
        self._send_spans(spans, steps, names)

    def _send_spans(
        self, spans: Sequence[Span], steps: Sequence[tuple[datetime, RunTree]], names: Sequence[str]
    ) -> None:
        """What was noted inside the steps, below the step it began in, or below the span it was part of."""
        runs: dict[int, RunTree] = {}
        for span in spans:
            parent = runs.get(id(span.parent)) if span.parent is not None else None
            if parent is None:
                parent = next((run for begin, run in reversed(steps) if begin <= span.started + _SLACK), self._root)
            run = parent.create_child(
                span.name,
                run_type=span.run_type,
                inputs=_named("input", mask(plain(span.inputs), names)),
                start_time=span.started,
                extra={"metadata": span.metadata},
            )
            runs[id(span)] = run
            run.end(outputs=_named("output", mask(plain(span.outputs), names)), error=span.error, end_time=span.ended)
            run.post()


def _named(name: str, value: Any) -> dict[str, Any]:
    """A run's inputs and outputs are objects."""
    if value is None:
        return {}
    return value if isinstance(value, dict) else {name: value}
