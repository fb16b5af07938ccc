"""Errors as problem details (RFC 9457). What went wrong inside is logged; only what helps the caller leaves."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from commercial_agent.errors import CommercialAgentError, InvalidInput, OperatorError, Unavailable

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER = "5"  # seconds

_SENTENCES = {
    400: "The request cannot be read.",
    403: "This is not open to you.",
    404: "There is nothing at this address.",
    405: "This address does not take that method; see the Allow header.",
    415: "The body has a content type that is not taken here.",
    422: "The request does not fit what this address takes.",
    500: "Something went wrong on our side. It is in the log; please try again.",
    503: "A part of the service does not answer now. Please try again in a moment.",
}


class Problem(Exception):
    """A refusal that says what to do about it."""

    def __init__(
        self,
        status: int,
        detail: str,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        errors: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code or HTTPStatus(status).phrase.lower().replace(" ", "_")
        self.headers = dict(headers or {})
        self.errors = errors

    def body(self) -> bytes:
        """The problem document."""
        document: dict[str, Any] = {
            "type": f"urn:commercial-agent:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            document["errors"] = self.errors
        return orjson.dumps(document)

    def response(self) -> Response:
        """The problem as a response."""
        return Response(self.body(), self.status, self.headers, MEDIA_TYPE)


def problem_of(error: BaseException) -> Problem:
    """The problem that an error is to the caller."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, InvalidInput):
        return Problem(422, error.message, error.reason)
    if isinstance(error, Unavailable):
        return Problem(503, error.message, error.reason, {"Retry-After": _RETRY_AFTER})
    if isinstance(error, OperatorError):
        return Problem(503, error.message, error.reason)
    if isinstance(error, CommercialAgentError):
        return Problem(500, _SENTENCES[500], error.reason)
    if isinstance(error, HTTPException):
        sentence = _SENTENCES.get(error.status_code, HTTPStatus(error.status_code).description or "")
        return Problem(error.status_code, sentence, headers=error.headers)
    if _is_connection_fault(error):
        return Problem(503, "The database does not answer.", "database_unavailable", {"Retry-After": _RETRY_AFTER})
    return Problem(500, _SENTENCES[500], "internal_error")


def _is_connection_fault(error: BaseException) -> bool:
    from sqlalchemy.exc import InterfaceError, OperationalError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    return isinstance(error, OperationalError | InterfaceError | PoolTimeout | ConnectionError)


def install(app: FastAPI) -> None:
    """Make every error that the application's routes raise a problem."""

    async def handle(_: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            return Problem(422, _SENTENCES[422], "invalid_request").response()
        problem = problem_of(error)
        if problem.status >= 500:
            log.warning("request_refused", status=problem.status, code=problem.code, exc_info=error)
        return problem.response()

    for kind in (Problem, CommercialAgentError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, handle)
