"""The line to LangSmith: given up soon when nobody answers, so that the end of the process does not wait."""

from __future__ import annotations

import threading
import time
from typing import Any

import requests
import structlog

log = structlog.get_logger(__name__)

_FAULTS = 2  # in a row, after which the line rests
_REST = 30.0  # seconds


class Line(requests.Session):
    """A session that stops calling a server that is down, and calls nobody once it is hung up."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._faults = 0
        self._rests_until = 0.0
        self._hung_up = False

    def hang_up(self) -> None:
        """Send nothing more: what still waits is dropped."""
        self._hung_up = True

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Call the server.

        Raises:
            requests.ConnectionError: it does not answer, or did not a moment ago.
        """
        with self._lock:
            if self._hung_up or time.monotonic() < self._rests_until:
                raise requests.ConnectionError("the line rests")
        try:
            response = super().request(*args, **kwargs)
        except Exception:
            self._count(fault=True)
            raise
        self._count(fault=response.status_code >= 500 or response.status_code in (401, 403, 429))
        return response

    def _count(self, *, fault: bool) -> None:
        with self._lock:
            self._faults = self._faults + 1 if fault else 0
            if self._faults < _FAULTS:
                return
            self._faults, self._rests_until = 0, time.monotonic() + _REST
        log.warning("tracing_rests", seconds=_REST)
