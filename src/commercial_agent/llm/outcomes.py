"""How a call to a model ended, and whether the same call may go well in a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

OK = "ok"
CACHED = "cached"
CAPPED = "capped"
OPEN = "circuit_open"
_PASSING = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
_TRUNCATED = frozenset({"length", "max_tokens", "MAX_TOKENS", "incomplete"})


class Unusable(Exception):
    """The model answered, but with nothing that can be used."""

    def __init__(self, outcome: str, raw: AIMessage | None = None) -> None:
        super().__init__(outcome)
        self.outcome = outcome  # invalid, empty, truncated, refused, too_long
        self.raw = raw


@dataclass(frozen=True, slots=True)
class Failure:
    """What an error means."""

    outcome: str
    again: bool = False  # the same call may go well in a moment
    wait: float | None = None  # seconds the provider asks for


def judge(error: Exception) -> Failure:
    """What the error of a call means; providers share no classes, only habits."""
    if isinstance(error, Unusable):
        return Failure(error.outcome)
    name = type(error).__name__
    if isinstance(error, TimeoutError) or "Timeout" in name:
        return Failure("timeout")  # the time is spent: the next model, not the same again
    if "Length" in name:
        return Failure("truncated")
    if "ContentFilter" in name or "Refusal" in name:
        return Failure("refused")
    status = getattr(error, "status_code", None)
    if status is not None:
        return _by_status(int(status), error)
    if "Connection" in name or "Protocol" in name or isinstance(error, OSError):
        return Failure("disconnected", again=True)
    if isinstance(error, ValidationError | ValueError) or "Parser" in name or "Validation" in name:
        return Failure("invalid")
    return Failure("failed")


def _by_status(status: int, error: Exception) -> Failure:
    if status == 429:
        return Failure("rate_limited", again=True, wait=_retry_after(error))
    if status in _PASSING:
        return Failure("server_error", again=True, wait=_retry_after(error))
    if status == 200:
        return Failure("invalid")
    return Failure("rejected")  # our key, our request: no retry mends it


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


def cut_short(message: AIMessage) -> bool:
    """Whether an answer ended because it was too long."""
    data: dict[str, Any] = message.response_metadata
    return any(str(data.get(name)) in _TRUNCATED for name in ("finish_reason", "stop_reason", "done_reason", "status"))


def refusal(message: AIMessage) -> bool:
    """Whether the model declined to answer."""
    if message.additional_kwargs.get("refusal"):
        return True
    if message.response_metadata.get("finish_reason") == "content_filter":
        return True
    blocks: Any = message.content if isinstance(message.content, list) else []
    return any(isinstance(block, dict) and block.get("type") == "refusal" for block in blocks)
