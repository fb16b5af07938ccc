"""Stops asking a model that keeps failing, and tries it again after a pause."""

from __future__ import annotations

from collections.abc import Callable


class CircuitBreaker:
    """Closed: calls pass. Open: they do not. After the pause one trial call decides."""

    def __init__(self, clock: Callable[[], float], *, failures: int = 5, pause: float = 30.0) -> None:
        """Make a closed breaker.

        Args:
            clock: seconds that only rise.
            failures: in a row that open it.
            pause: seconds until a trial.
        """
        self._clock = clock
        self._limit = failures
        self._pause = pause
        self._failures = 0
        self._opened_at: float | None = None

    @property
    def open(self) -> bool:
        """Whether a call would be refused now."""
        return self._opened_at is not None and self._clock() - self._opened_at < self._pause

    def allow(self) -> bool:
        """Whether a call may be made now. After the pause the first caller makes the trial; the rest wait on."""
        if self._opened_at is None:
            return True
        if self.open:
            return False
        self._opened_at = self._clock()
        return True

    def succeeded(self) -> None:
        """A call went well."""
        self._failures = 0
        self._opened_at = None

    def failed(self) -> None:
        """A call failed."""
        self._failures += 1
        if self._failures >= self._limit:
            self._opened_at = self._clock()
