"""`serve`, `worker` and `chat`: the agent itself."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from commercial_agent.errors import InvalidSettings

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import uvicorn

    from commercial_agent.bootstrap import Application
    from commercial_agent.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(worker)
    app.command()(chat)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (PORT).")] = None,
) -> None:
    """Serve the web chat, the API and the webhooks, with the job worker inside."""
    from commercial_agent.settings import load_settings

    gc.disable()  # start-up makes much and throws away little; on again once it serves
    settings = load_settings()
    settings = settings.model_copy(update={k: v for k, v in (("host", host), ("port", port)) if v is not None})
    listener = _listen(settings.host, settings.port)
    _run(_serve(settings, listener))


def worker() -> None:
    """Work the queue of WhatsApp messages, without a web server."""
    from commercial_agent.settings import load_settings

    _run(_work(load_settings()))


def chat(
    language: Annotated[str | None, typer.Option(help="Begin in es, en or pt.")] = None,
    conversation: Annotated[str, typer.Option(help="Which conversation to go on with.")] = "terminal",
) -> None:
    """Talk to the agent in the terminal. An empty line or Ctrl-D ends."""
    from commercial_agent.settings import load_settings

    _run(_chat(load_settings(), conversation, language))


def _run(main: Coroutine[None, None, None]) -> None:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port at once: a port in use must be said before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InvalidSettings(
            f"Port {port} of {host} cannot be used: {error.strerror}. Set PORT to a free one: PORT=8001 make run."
        ) from error
    listener.set_inheritable(True)
    return listener


async def _serve(settings: Settings, listener: socket.socket) -> None:
    import uvicorn

    from commercial_agent.bootstrap import open_application

    async with open_application(settings, with_worker=settings.workers) as application:
        config = uvicorn.Config(
            application.web(),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="websockets-sansio",
            timeout_graceful_shutdown=10,
        )
        server = _server(config)
        application.announce(listener.getsockname()[1])
        gc.freeze()  # what was made so far stays: no collection need look at it again
        gc.enable()
        await server.serve(sockets=[listener])


def _server(config: uvicorn.Config) -> uvicorn.Server:
    import uvicorn

    class PoliteServer(uvicorn.Server):
        """Ends on a signal and lets the rest of the process end in order; uvicorn's own raises the signal again."""

        @contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            loop = asyncio.get_running_loop()
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(name, self.handle_exit, name, None)
            try:
                yield
            finally:
                for name in (signal.SIGINT, signal.SIGTERM):
                    loop.remove_signal_handler(name)

    return PoliteServer(config)


async def _work(settings: Settings) -> None:

    from commercial_agent.bootstrap import open_application

    async with open_application(settings, with_worker=True) as application:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        stopping = asyncio.create_task(stop.wait())
        assert application.warm is not None
        await asyncio.wait({stopping, application.warm}, return_when=asyncio.FIRST_COMPLETED)
        typer.echo("Worker ready. Ctrl-C stops it.")
        await stopping


async def _chat(settings: Settings, conversation: str, language: str | None) -> None:
    from rich.console import Console

    from commercial_agent.bootstrap import open_application

    console = Console(highlight=False)
    quiet = settings.model_copy(update={"log_level": "warning", "log_format": "console"})
    async with open_application(quiet, with_worker=False) as application:
        console.print("[dim]Escribe tu mensaje; una línea vacía termina.[/dim]")
        if language:
            await _say(
                application, console, conversation, {"es": "español", "en": "english", "pt": "português"}[language]
            )
        while True:
            try:
                text = await asyncio.to_thread(console.input, "[bold green]tú ›[/bold green] ")
            except (EOFError, KeyboardInterrupt):
                break
            if not text.strip():
                break
            await _say(application, console, conversation, text)


async def _say(application: Application, console: object, conversation: str, text: str) -> None:
    from rich.console import Console
    from rich.markup import escape

    assert isinstance(console, Console)
    result = await application.ask(text, conversation=conversation)
    if not result.messages:
        console.print("[dim](una persona atiende esta conversación)[/dim]")
    for part in result.messages:
        console.print(f"[bold cyan]{escape(application.dealer.assistant)} ›[/bold cyan] {escape(part)}")
    console.print(f"[dim]{', '.join(result.intents)} · {result.milliseconds.get('total', 0):.0f} ms[/dim]")
