"""What operators see of calls to models: metrics, log lines, and a run of their own in the turn's trace."""

from __future__ import annotations

import logging

from commercial_agent.llm.calls import CallReport
from commercial_agent.llm.turns import current_turn
from commercial_agent.observability import Metrics, note

log = logging.getLogger(__name__)


class ModelWatch:
    """The callers' observer."""

    def __init__(self, metrics: Metrics) -> None:
        """Count into these metrics."""
        self._metrics = metrics

    def called(self, report: CallReport) -> None:
        """A call ended, well or not."""
        self._metrics.observe_model_call(
            report.model, report.prompt.task, report.outcome, report.seconds,
            report.input_tokens, report.output_tokens, float(report.cost),
        )  # fmt: skip
        log.log(
            logging.INFO if report.outcome in ("ok", "cached") else logging.WARNING,
            "model_called",
            extra={
                "model": report.model, "prompt": report.prompt.name, "outcome": report.outcome,
                "seconds": round(report.seconds, 3), "input_tokens": report.input_tokens,
                "output_tokens": report.output_tokens, "conversation_id": current_turn().conversation_id,
            },
        )  # fmt: skip
        _trace(report)

    def incident(self, kind: str) -> None:
        """An answer was not used."""
        self._metrics.observe_model_incident(kind)
        log.warning("model_answer_not_used", extra={"kind": kind, "conversation_id": current_turn().conversation_id})
        note("incident", "chain", 0.0, outputs={"not_used": kind})


def _trace(report: CallReport) -> None:
    """A run below the turn's: what was said and answered, with prompt, tokens and cost; masked when it is sent."""
    provider, _, model = report.model.partition(":")
    note(
        report.prompt.task,
        "llm",
        report.seconds,
        inputs={"messages": [{"role": role, "content": text} for role, text in report.said]},
        outputs={
            "messages": [{"role": "assistant", "content": report.answer}],
            "usage_metadata": {
                "input_tokens": report.input_tokens,
                "output_tokens": report.output_tokens,
                "total_tokens": report.input_tokens + report.output_tokens,
                "total_cost": float(report.cost),
            },
        },
        metadata={
            "ls_provider": provider, "ls_model_name": model, "prompt": report.prompt.name, "outcome": report.outcome,
        },
        error=None if report.outcome in ("ok", "cached") else report.outcome,
        names=current_turn().names,
    )  # fmt: skip
