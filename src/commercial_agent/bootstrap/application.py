"""The running agent and its life: start, serve, stop."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from commercial_agent.bootstrap.database import OpenDatabase, Preparation, open_database
from commercial_agent.bootstrap.people import People
from commercial_agent.bootstrap.rooms import Rooms, build_rooms
from commercial_agent.bootstrap.secret import secret_key
from commercial_agent.bootstrap.whatsapp import Whatsapp
from commercial_agent.catalog import LiveCatalog
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage
from commercial_agent.messaging.retention import Retention
from commercial_agent.observability import Metrics, TracingSettings, configure_logging, create_tracer
from commercial_agent.observability.tracing import Tracer
from commercial_agent.profile import load_profile
from commercial_agent.settings import Settings, load_settings
from commercial_agent.storage.customers import Customers
from commercial_agent.storage.database import Database

if TYPE_CHECKING:
    from fastapi import FastAPI

    from commercial_agent.chatbot.result import TurnResult


@dataclass
class Application:
    """Everything of one process."""

    settings: Settings
    rooms: Rooms
    opened: OpenDatabase
    preparation: Preparation
    metrics: Metrics
    tracer: Tracer
    secret: str
    whatsapp: Whatsapp | None = None
    people: People | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    warm: asyncio.Task[None] | None = None  # done when turns are quick

    @property
    def database(self) -> Database:
        """The engines of this process."""
        return self.opened.database

    @property
    def dealer(self) -> Dealer:
        """Who the agent speaks for."""
        return self.rooms.profile.dealer

    def now(self) -> datetime:
        """The present moment in the dealer's zone."""
        return datetime.now(self.dealer.time_zone)

    async def ask(self, text: str, *, conversation: str = "default", channel: Channel = Channel.TERMINAL) -> TurnResult:
        """Answer one message of a conversation on this machine.

        Args:
            text: what the customer says.
            conversation: which one; the same id goes on where it was.
            channel: where it takes place.
        """
        return await self.rooms.chatbot.answer(
            ConversationKey(channel, conversation), IncomingMessage(text, self.now())
        )

    def web(self) -> FastAPI:
        """The HTTP application with its web pages."""
        from commercial_agent.bootstrap.web import build_web

        return build_web(self)

    def announce(self, port: int) -> None:
        """Say in a few lines what runs where and what is not configured."""
        from commercial_agent.bootstrap.announcement import lines

        for line in lines(self, port):
            sys.stdout.write(f"{line}\n")  # for the person who started it, not for the log
        sys.stdout.flush()


@asynccontextmanager
async def open_application(settings: Settings, *, with_worker: bool) -> AsyncIterator[Application]:
    """Start the agent; it is stopped when the block ends.

    Args:
        settings: of this process.
        with_worker: whether WhatsApp messages are answered and sent here.

    Raises:
        OperatorError: something must be changed before it can run; the message says what.
    """
    configure_logging(settings.log_level, settings.log_format)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    profile = load_profile(settings.dealership_dir)
    # The database starts in its own thread while this one reads the stock and the models.
    starting = asyncio.get_running_loop().run_in_executor(None, open_database, settings)
    try:
        metrics = Metrics()
        tracer = create_tracer(_tracing(settings))
        stock = LiveCatalog.load(settings.catalog_file)
        secret = secret_key(settings)
    except BaseException:
        await asyncio.gather(starting, return_exceptions=True)
        raise
    opened = await starting
    database = opened.database
    rooms = build_rooms(settings, profile, stock, database, metrics, tracer, secret)
    metrics.watch_cache("knowledge", lambda: (rooms.knowledge.cache_hits, rooms.knowledge.cache_misses))
    preparation = Preparation(database, rooms.knowledge)
    application = Application(settings, rooms, opened, preparation, metrics, tracer, secret)
    application.whatsapp = Whatsapp.build(application) if not settings.twilio_missing else None
    application.people = People.build(application)
    try:
        await preparation.begin()
        application.tasks = _background(application, with_worker)
        yield application
    finally:
        await _stop(application)


@asynccontextmanager
async def open_agent(settings: Settings | None = None) -> AsyncIterator[Application]:
    """The agent for use from Python, without a server.

    Args:
        settings: by default those of the environment, `.env.local` and `.env`.
    """
    quiet = (settings or load_settings()).model_copy(update={"log_level": "warning"})
    async with open_application(quiet, with_worker=False) as application:
        yield application


def _tracing(settings: Settings) -> TracingSettings:
    return TracingSettings(
        settings.langsmith_tracing,
        settings.langsmith_api_key.get_secret_value(),
        settings.langsmith_endpoint,
        settings.langsmith_project,
    )


def _background(application: Application, with_worker: bool) -> list[asyncio.Task[None]]:
    warm = application.warm = asyncio.create_task(application.rooms.warm_up())
    if with_worker and application.whatsapp is not None:
        application.whatsapp.start(warm)
    watched = [application.rooms.stock.watch(), application.rooms.watch_knowledge()]
    if with_worker and application.people is not None:
        watched += application.people.running()
    if with_worker:
        customers = Customers(application.database.short)
        watched.append(Retention(customers, days=application.settings.retention_days, clock=application.now).run())
    return [warm, *(asyncio.create_task(work) for work in watched)]


async def _stop(application: Application) -> None:
    if application.whatsapp is not None:
        await application.whatsapp.stop()
    for task in application.tasks:
        task.cancel()
    await asyncio.gather(*application.tasks, return_exceptions=True)
    if application.people is not None:
        await application.people.stop()
    await application.preparation.stop()
    await application.rooms.close()
    await asyncio.to_thread(application.tracer.close)
    await application.opened.close()


def agent_version() -> str:
    """The installed version."""
    return version("commercial-agent")
