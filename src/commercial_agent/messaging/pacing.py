"""Token buckets: how fast messages may leave."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class TokenBucket:
    """So many at once, then so many a second. For one event loop."""

    def __init__(self, rate: float, burst: float | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Make a full bucket.

        Args:
            rate: tokens a second.
            burst: tokens it holds; one second's worth by default.
            clock: seconds that only grow.
        """
        self._rate = rate
        self._burst = burst if burst is not None else max(1.0, rate)
        self._clock = clock
        self._tokens = self._burst
        self._at = clock()

    def take(self) -> float:
        """Take a token, on credit if need be; seconds to wait before it may be used."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - 1
        self._at = now
        return max(0.0, -self._tokens / self._rate)

    async def wait(self) -> None:
        """Take a token and wait until it may be used; those who came first go first."""
        if delay := self.take():
            await asyncio.sleep(delay)
