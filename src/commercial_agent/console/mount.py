"""Puts the web pages on the application, out of the way of everything else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fastapi import FastAPI
from nicegui import core, ui
from starlette.routing import Match, Mount
from starlette.types import Scope

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.console.wording import word
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage


class ChatbotLike(Protocol):
    """Answers turns."""

    async def answer(self, key: ConversationKey, message: IncomingMessage) -> TurnResult:
        """Answer one turn."""
        ...


class PastMessage(Protocol):
    """A stored message."""

    @property
    def direction(self) -> str:
        """`in` or `out`."""
        ...

    @property
    def text(self) -> str:
        """What was said."""
        ...

    @property
    def at(self) -> datetime:
        """When (aware)."""
        ...


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """What the web pages use."""

    chatbot: ChatbotLike
    dealer: Dealer
    clock: Callable[[], datetime]  # aware, in the dealer's zone
    history: Callable[[ConversationKey], Awaitable[Sequence[PastMessage]]]  # oldest first
    reset: Callable[[ConversationKey], Awaitable[object]]  # forgets the conversation altogether


class ConsoleMount(Mount):
    """The pages' own paths and no others, so that every other path gets the application's answers and errors."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for the pages."""
        path = scope.get("path", "")
        asks_page = path in ("/", "/favicon.ico") and scope.get("method") in ("GET", "HEAD")
        if asks_page or path.startswith(("/_nicegui/", "/_nicegui_ws/")):
            return super().matches(scope)
        return Match.NONE, {}


def mount_console(app: FastAPI, services: ConsoleServices) -> None:
    """Serve the web chat at `/`. Once a process: the page library keeps one application for itself.

    Args:
        app: the application of `create_app`; who may call is decided there.
        services: what the pages use.
    """
    from commercial_agent.console.chat import ChatPage

    @ui.page("/", title=f"{services.dealer.assistant} · {services.dealer.name}", response_timeout=10)
    async def chat() -> None:
        await ChatPage(services).build()

    # The library's own page would show the error's message.
    core.app.on_page_exception(lambda: ui.label(word("broken")))
    ui.run_with(
        app,
        title=services.dealer.name,
        favicon="🚗",
        dark=False,
        binding_refresh_interval=None,
        reconnect_timeout=10.0,
        tailwind=False,
        show_welcome_message=False,
    )
    app.router.routes[:] = [route for route in app.router.routes if getattr(route, "app", None) is not core.app]
    app.router.routes.append(ConsoleMount("/", core.app, name="console"))
