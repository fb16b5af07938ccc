"""How long a turn may still wait for models."""

from __future__ import annotations

from collections.abc import Callable


class Deadline:
    """A moment after which nothing is waited for."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        """Set a deadline `seconds` from now on a clock that only rises."""
        self._clock = clock
        self._end = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds left; zero once it is over."""
        return max(0.0, self._end - self._clock())
