"""Liveness, readiness and metrics."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import orjson
import structlog
from fastapi import APIRouter, Response

from commercial_agent.api.services import Check, Services
from commercial_agent.errors import CommercialAgentError

log = structlog.get_logger(__name__)

_CHECK_SECONDS = 2.0
_KEEP_SECONDS = 0.5  # so that a crowd of probes does not become a crowd of queries


def create_router(services: Services) -> APIRouter:
    """The routes of health and metrics."""
    router = APIRouter(include_in_schema=False)
    readiness = Readiness(services)

    @router.api_route("/health/live", methods=["GET", "HEAD"])
    async def live() -> Response:
        return Response(orjson.dumps({"status": "alive", "version": services.version}), media_type="application/json")

    @router.api_route("/health/ready", methods=["GET", "HEAD"])
    async def ready() -> Response:
        report = await readiness.report()
        return Response(orjson.dumps(report), 200 if report["status"] == "ready" else 503, None, "application/json")

    @router.get("/metrics")
    async def metrics() -> Response:
        if services.queue_depths is not None:
            try:
                services.metrics.set_queue_depths(await asyncio.wait_for(services.queue_depths(), _CHECK_SECONDS))
            except Exception:
                # The other figures are worth more than none: the depth keeps its last value.
                log.warning("queue_depth_unknown", exc_info=True)
        return Response(services.metrics.render(), media_type=services.metrics.content_type)

    return router


class Readiness:
    """Runs the checks together, each within its time."""

    def __init__(self, services: Services) -> None:
        self._checks = services.checks
        self._lock = asyncio.Lock()
        self._last: tuple[float, dict[str, Any]] | None = None

    async def report(self) -> dict[str, Any]:
        """What is ready and what is not: names, states and milliseconds, no inner detail."""
        async with self._lock:
            if self._last is not None and time.monotonic() - self._last[0] < _KEEP_SECONDS:
                return self._last[1]
            results = await asyncio.gather(*(_run(name, check) for name, check in self._checks.items()))
            checks = dict(zip(self._checks, results, strict=True))
            status = "ready" if all(result["status"] == "ok" for result in results) else "not_ready"
            report = {"status": status, "checks": checks}
            self._last = (time.monotonic(), report)
            return report


async def _run(name: str, check: Check) -> dict[str, Any]:
    started = time.perf_counter()
    result: dict[str, Any] = {"status": "ok"}
    try:
        await asyncio.wait_for(check(), _CHECK_SECONDS)
    except CommercialAgentError as error:
        result = {"status": "failed", "reason": error.reason}
    except TimeoutError:
        result = {"status": "failed", "reason": "timeout"}
    except Exception:
        log.warning("check_failed", check=name, exc_info=True)
        result = {"status": "failed", "reason": "error"}
    return result | {"milliseconds": round((time.perf_counter() - started) * 1000, 1)}
