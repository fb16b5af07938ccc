"""JSON logs: one event a line, a constant message with fields, never a customer's words."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from commercial_agent.observability.masking import mask_text

# A field of one of these names is dropped whoever logs it: the last guard, not the first.
_FORBIDDEN = frozenset(
    {"text", "body", "message_text", "reply", "phone", "address", "from_", "to", "profile_name", "token", "password"}
)
_QUIET_LIBRARIES = (
    *("uvicorn", "uvicorn.error", "uvicorn.access", "nicegui", "aiohttp", "sqlalchemy", "alembic", "httpx"),
    *("httpcore", "twilio", "langsmith", "langchain", "engineio", "socketio", "urllib3", "asyncio"),
)


def configure_logging(
    level: Literal["debug", "info", "warning", "error"] = "info",
    form: Literal["json", "console"] = "json",
    stream: TextIO | None = None,
) -> None:
    """Send the logs of the agent and of its libraries to one stream, in one form.

    Args:
        level: the least level written; libraries write warnings and above, whatever it is.
        form: one JSON object a line, or columns for a person.
        stream: where to; standard error when None.
    """
    target = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _safe_exception,
        _safe_fields,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=target.isatty())
        if form == "console"
        else structlog.processors.JSONRenderer(serializer=_to_json)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared, _mask_event],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET_LIBRARIES:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(max(logging.WARNING, root.level))


def _to_json(event: EventDict, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _safe_fields(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name in _FORBIDDEN.intersection(event):
        del event[name]
    return event


def _mask_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    # What another library writes is not under our rule of constant messages.
    event["event"] = mask_text(str(event.get("event", "")))
    return event


def _safe_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Exceptions as type and frames: their messages quote statements, parameters and the customer's words."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        error: BaseException | None = info
    elif isinstance(info, tuple):
        error = info[1]
    else:
        error = sys.exc_info()[1] if info else None
    if error is not None:
        event["error"] = _describe(error)
    return event


def _describe(error: BaseException, depth: int = 0) -> MutableMapping[str, Any]:
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{Path(code.co_filename).name}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    described: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}", "frames": frames[-12:]}
    if reason := getattr(error, "reason", None):
        described["reason"] = str(reason)[:80] if type(error).__module__.startswith("commercial_agent") else "other"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < 3:
        described["cause"] = _describe(cause, depth + 1)
    return described
