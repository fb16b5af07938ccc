"""The pages on their library. Importing this takes as long as half the rest of the agent: see `mount`."""

from __future__ import annotations

from fastapi import FastAPI
from nicegui import core, ui
from starlette.types import ASGIApp

from commercial_agent.console.chat import ChatPage
from commercial_agent.console.services import ConsoleServices


def build(services: ConsoleServices) -> tuple[FastAPI, ASGIApp]:
    """The pages. Once a process: the library keeps one application for itself.

    Args:
        services: what the pages use.

    Returns:
        The application whose lifespan the pages need, and the one that answers their requests.
    """

    @ui.page("/", title=f"{services.dealer.assistant} · {services.dealer.name}", response_timeout=10)
    async def chat() -> None:
        await ChatPage(services).build()

    host = FastAPI()
    ui.run_with(
        host,
        title=services.dealer.name,
        favicon="🚗",
        dark=False,
        binding_refresh_interval=None,
        reconnect_timeout=10.0,
        tailwind=False,
        show_welcome_message=False,
    )
    return host, core.app
