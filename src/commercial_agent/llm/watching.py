"""What operators see of calls to models: metrics, log lines, and a run of their own in the turn's trace."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from commercial_agent.llm.calls import CallReport
from commercial_agent.llm.turns import current_turn
from commercial_agent.observability import Metrics, mask

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
        _trace_incident(kind)


def _trace(report: CallReport) -> None:
    """A run below the turn's: what was said and answered, personal data masked, with prompt, tokens and cost."""
    parent = _parent()
    if parent is None:
        return
    names = current_turn().names
    end = datetime.now(UTC)
    provider, _, model = report.model.partition(":")
    try:
        run = parent.create_child(
            report.prompt.task,
            run_type="llm",
            inputs=mask({"messages": [{"role": role, "content": text} for role, text in report.said]}, names),
            start_time=end - timedelta(seconds=report.seconds),
            extra={
                "metadata": {
                    "ls_provider": provider, "ls_model_name": model, "prompt": report.prompt.name,
                    "outcome": report.outcome,
                }
            },
        )  # fmt: skip
        run.end(
            outputs={
                "messages": [{"role": "assistant", "content": mask(report.answer, names)}],
                "usage_metadata": {
                    "input_tokens": report.input_tokens,
                    "output_tokens": report.output_tokens,
                    "total_tokens": report.input_tokens + report.output_tokens,
                    "total_cost": float(report.cost),
                },
            },
            error=None if report.outcome in ("ok", "cached") else report.outcome,
            end_time=end,
        )
        run.post()
    except Exception:
        log.warning("call_not_traced", exc_info=True)


def _trace_incident(kind: str) -> None:
    parent = _parent()
    if parent is None:
        return
    try:
        run = parent.create_child("check", run_type="chain", inputs={}, start_time=datetime.now(UTC))
        run.end(outputs={"refused": kind})
        run.post()
    except Exception:
        log.warning("incident_not_traced", exc_info=True)


def _parent() -> Any:
    """The turn's run, where the turn is traced."""
    helpers = sys.modules.get("langsmith.run_helpers")
    return helpers.get_current_run_tree() if helpers is not None else None
