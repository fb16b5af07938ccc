from __future__ import annotations

from commercial_agent.observability.metrics import Metrics


def test_a_cache_is_read_when_metrics_are_asked_for() -> None:
    metrics, counts = Metrics(), [0, 0]
    metrics.watch_cache("knowledge", lambda: (counts[0], counts[1]))
    counts[:] = [3, 4]
    shown = metrics.render().decode()
    assert 'commercial_agent_cache_total{cache="knowledge",outcome="hit"} 3.0' in shown
    assert 'commercial_agent_cache_total{cache="knowledge",outcome="miss"} 4.0' in shown
