"""The HTTP side: services for the API, the web pages, files behind signed links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commercial_agent.api.app import create_app
from commercial_agent.api.services import AccessConfig, Check, Services
from commercial_agent.bootstrap.people import Calendar
from commercial_agent.console.mount import ConsoleServices, mount_console
from commercial_agent.errors import CommercialAgentError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from commercial_agent.bootstrap.application import Application


def build_web(application: Application) -> FastAPI:
    """The application that uvicorn serves."""
    from commercial_agent.bootstrap.application import agent_version

    settings, rooms = application.settings, application.rooms
    whatsapp = application.whatsapp
    services = Services(
        chatbot=rooms.chatbot,
        clock=application.now,
        metrics=application.metrics,
        access=AccessConfig(
            settings.chat_api_key.get_secret_value(),
            settings.console_password.get_secret_value(),
            settings.metrics_token.get_secret_value(),
            application.secret,
            settings.public_base_url,
        ),
        version=agent_version(),
        twilio=whatsapp.webhooks if whatsapp else None,
        twilio_missing=settings.twilio_missing,
        checks=_checks(application),
        queue_depths=whatsapp.queue_depths if whatsapp else None,
        plan_links=rooms.plan_links,
        calendar=Calendar(application),
    )
    app = create_app(services)
    mount_console(
        app,
        ConsoleServices(
            chatbot=rooms.chatbot,
            dealer=application.dealer,
            clock=application.now,
            history=rooms.conversations.history,
            reset=rooms.conversations.reset,
        ),
    )
    return app


def _checks(application: Application) -> dict[str, Check]:
    async def catalogue() -> None:
        stock = application.rooms.stock
        if stock.problem is not None:
            raise CommercialAgentError(f"The newest catalogue is not in use: {stock.problem}")

    return {
        "database": application.database.check,
        "preparation": application.preparation.check,
        "catalogue": catalogue,
        "model": application.rooms.check_model,
    }
