"""Where the time of a turn goes."""

from __future__ import annotations

from time import perf_counter


class StepTimer:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self._last = perf_counter()
        self.milliseconds: dict[str, float] = {}

    def step(self, name: str) -> None:
        """The step `name` ends now."""
        now = perf_counter()
        self.milliseconds[name] = round((now - self._last) * 1000, 2)
        self._last = now

    def stop(self, name: str) -> dict[str, float]:
        """The last step ends now; all of them with their sum."""
        self.step(name)
        return {**self.milliseconds, "total": round(sum(self.milliseconds.values()), 2)}
