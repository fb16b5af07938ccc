"""What the operator sees of a running agent: logs, metrics and traces, none of which may show or harm a customer."""

from commercial_agent.observability.logs import configure_logging
from commercial_agent.observability.masking import mask, mask_text
from commercial_agent.observability.metrics import Metrics
from commercial_agent.observability.plain import plain
from commercial_agent.observability.spans import Work, current_trace_id, note
from commercial_agent.observability.tracing import NullTracer, Tracer, TracingSettings, create_tracer
from commercial_agent.observability.turns import TracedChatbot, TurnLog

__all__ = [
    "Metrics",
    "NullTracer",
    "TracedChatbot",
    "Tracer",
    "TracingSettings",
    "TurnLog",
    "Work",
    "configure_logging",
    "create_tracer",
    "current_trace_id",
    "mask",
    "mask_text",
    "note",
    "plain",
]
