"""Puts the web pages on the application, out of the way of everything else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from commercial_agent.console.services import ConsoleServices

log = logging.getLogger(__name__)

_OWN = ("/_nicegui/", "/_nicegui_ws/")
_BROKEN = PlainTextResponse("The web pages could not be loaded; the log says why.", 503)

__all__ = ["ConsoleServices", "mount_console"]


class ConsoleMount(Mount):
    """The pages' own paths and no others, so that every other path gets the application's answers and errors."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for the pages."""
        path, method = scope.get("path", ""), scope.get("method", "GET")
        if path.startswith(_OWN) or (path in ("/", "/favicon.ico") and method in ("GET", "HEAD")):
            return super().matches(scope)
        return Match.NONE, {}


class LatePages:
    """The pages, loaded behind a server that already answers messages: their library is the slowest import of all."""

    def __init__(self, services: ConsoleServices) -> None:
        self._services = services
        self._loaded = asyncio.Event()
        self._app: ASGIApp = _BROKEN

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, once the pages are there."""
        await self._loaded.wait()
        await self._app(scope, receive, send)

    async def run(self) -> None:
        """Load the pages and keep them alive until cancelled."""
        try:
            host, app = await asyncio.to_thread(_build, self._services)
            async with host.router.lifespan_context(host):
                self._app = app
                self._loaded.set()
                await asyncio.Event().wait()
        except Exception:
            log.exception("web_pages_not_loaded")
        finally:
            self._app = _BROKEN
            self._loaded.set()


def mount_console(app: FastAPI, services: ConsoleServices) -> None:
    """Serve the web chat at `/`. Once a process: the page library keeps one application for itself.

    Args:
        app: the application of `create_app`; who may call is decided there.
        services: what the pages use.
    """
    pages = LatePages(services)
    app.router.routes.append(ConsoleMount("/", pages, name="console"))
    lifespan = app.router.lifespan_context

    @asynccontextmanager
    async def with_pages(application: Any) -> AsyncIterator[Any]:
        running = asyncio.create_task(pages.run(), name="web pages")
        try:
            async with lifespan(application) as state:
                yield state
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    app.router.lifespan_context = with_pages


def _build(services: ConsoleServices) -> tuple[FastAPI, ASGIApp]:
    from commercial_agent.console import pages

    return pages.build(services)
