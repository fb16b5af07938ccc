"""Prometheus metrics of one process, in a registry of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class _Caches(Collector):
    """Counts that caches keep themselves, read when they are asked for."""

    def __init__(self) -> None:
        self.read: dict[str, Callable[[], tuple[int, int]]] = {}

    def collect(self) -> Iterable[CounterMetricFamily]:
        family = CounterMetricFamily(
            "commercial_agent_cache", "Look-ups in caches, by outcome.", labels=("cache", "outcome")
        )
        for cache, read in self.read.items():
            hits, misses = read()
            family.add_metric((cache, "hit"), hits)
            family.add_metric((cache, "miss"), misses)
        yield family


class Metrics:
    """Everything that is counted. Labels take values from closed sets only."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._caches = _Caches()
        self.registry.register(self._caches)
        self.turns = Counter(
            "commercial_agent_turns", "Turns, by the agent that answered first and outcome.",
            ("agent", "outcome"), registry=self.registry,
        )  # fmt: skip
        self.turn_seconds = Histogram(
            "commercial_agent_turn_seconds", "Whole turns.", buckets=_FAST, registry=self.registry
        )
        self.step_seconds = Histogram(
            "commercial_agent_step_seconds", "Steps of a turn.", ("step",), buckets=_FAST, registry=self.registry
        )
        self.queue_depth = Gauge(
            "commercial_agent_queue_depth", "Work that waits, by queue.", ("queue",), registry=self.registry
        )
        self.sends = Counter(
            "commercial_agent_sends",
            "Messages handed to the provider, by outcome.",
            ("outcome",),
            registry=self.registry,
        )
        self.http_requests = Counter(
            "commercial_agent_http_requests", "HTTP requests.", ("route", "method", "status"), registry=self.registry
        )
        self.http_seconds = Histogram(
            "commercial_agent_http_request_seconds", "HTTP requests.", ("route",), buckets=_FAST, registry=self.registry
        )

        self.model_calls = Counter(
            "commercial_agent_model_calls", "Calls to language models, by model, task and outcome.",
            ("model", "task", "outcome"), registry=self.registry,
        )  # fmt: skip
        self.model_seconds = Histogram(
            "commercial_agent_model_call_seconds", "Calls to language models.", ("task",), buckets=_FAST,
            registry=self.registry,
        )  # fmt: skip
        self.model_tokens = Counter(
            "commercial_agent_model_tokens", "Tokens read (in) and written (out).", ("model", "direction"),
            registry=self.registry,
        )  # fmt: skip
        self.model_cost = Counter(
            "commercial_agent_model_cost_usd", "What calls to language models cost.", ("model",), registry=self.registry
        )
        self.model_incidents = Counter(
            "commercial_agent_model_incidents", "Answers of models that were not used, by reason.", ("kind",),
            registry=self.registry,
        )  # fmt: skip

    def observe_turn(self, agent: str, outcome: str, milliseconds: Mapping[str, float]) -> None:
        """Count one finished turn.

        Args:
            agent: who answered first; "none" where nobody did.
            outcome: answered, silent, opted_out, failed, cancelled.
            milliseconds: by step; "total" is the whole turn.
        """
        self.turns.labels(agent, outcome).inc()
        for step, spent in milliseconds.items():
            if step == "total":
                self.turn_seconds.observe(spent / 1000)
            else:
                self.step_seconds.labels(step).observe(spent / 1000)

    def observe_send(self, outcome: str) -> None:
        """Count one message handed to the provider: accepted, refused, failed."""
        self.sends.labels(outcome).inc()

    def observe_model_call(
        self, model: str, task: str, outcome: str, seconds: float, read: int, written: int, cost: float
    ) -> None:
        """Count one call to a language model.

        Args:
            model: its configured name.
            task: what it was asked for: understand, phrase.
            outcome: how it ended.
            seconds: it took.
            read: tokens.
            written: tokens.
            cost: US dollars.
        """
        self.model_calls.labels(model, task, outcome).inc()
        self.model_seconds.labels(task).observe(seconds)
        self.model_tokens.labels(model, "in").inc(read)
        self.model_tokens.labels(model, "out").inc(written)
        self.model_cost.labels(model).inc(cost)

    def observe_model_incident(self, kind: str) -> None:
        """Count what a model's answer was not used for, or did not come for: leak, reply_refused, embedding_failed …"""
        self.model_incidents.labels(kind).inc()

    def watch_cache(self, cache: str, read: Callable[[], tuple[int, int]]) -> None:
        """Show how often a cache helped.

        Args:
            cache: its name, of a closed set.
            read: gives (hits, misses) since the start.
        """
        self._caches.read[cache] = read

    def set_queue_depths(self, depths: Mapping[str, float]) -> None:
        """State how much waits in each queue."""
        for queue, depth in depths.items():
            self.queue_depth.labels(queue).set(depth)

    def observe_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one HTTP request by its route (never its path, which a stranger chooses)."""
        self.http_requests.labels(route, method, str(status)).inc()
        self.http_seconds.labels(route).observe(seconds)

    def render(self) -> bytes:
        """The exposition, as text of `content_type`."""
        return generate_latest(self.registry)
