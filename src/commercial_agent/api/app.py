"""Assembles the HTTP application from what it is given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from commercial_agent.api import appointments, chat, health, login, plans, problems, webhooks
from commercial_agent.api.access import Access
from commercial_agent.api.edge import Edge
from commercial_agent.api.services import Services

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


def create_app(services: Services, lifespan: Lifespan | None = None) -> FastAPI:
    """The application: webhooks, chat API, health, metrics, signed links, login. The console mounts itself on it.

    Args:
        services: what the routes use.
        lifespan: what runs as long as the application (the job worker, the tracer), if anything.

    Returns:
        An ASGI application. Serve it with `proxy_headers=False`: the peer's own address decides who may call.
    """
    access = Access(services.access)
    app = FastAPI(
        title="commercial-agent",
        version=services.version,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=[Middleware(Edge, access=access, metrics=services.metrics)],
    )
    problems.install(app)
    for router in (
        chat.create_router(services),
        webhooks.create_router(services),
        health.create_router(services),
        plans.create_router(services),
        appointments.create_router(services),
        login.create_router(access),
    ):
        app.include_router(router)
    return app
