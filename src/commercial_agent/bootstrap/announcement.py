"""What the person who started the agent is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commercial_agent.bootstrap.application import Application


def lines(application: Application, port: int) -> Iterator[str]:
    """A line for each thing that runs or is missing."""
    settings, rooms = application.settings, application.rooms
    host = "localhost" if settings.host in ("127.0.0.1", "0.0.0.0", "::1", "::") else settings.host
    embedded = not settings.database_url.get_secret_value()
    yield f"{application.dealer.assistant} of {application.dealer.name} is at http://{host}:{port}"
    yield f"  stock       {len(rooms.stock.current)} cars from {settings.catalog_file}"
    if refused := rooms.stock.current.report.refused:
        yield f"              {refused} rows left out: see commercial-agent catalog check {settings.catalog_file}"
    yield f"  database    {'embedded, in ' + str(settings.data_dir / 'postgres') if embedded else 'DATABASE_URL'}"
    if application.preparation.problem:
        yield f"              not ready: {application.preparation.problem}"
    if application.whatsapp is not None:
        yield f"  WhatsApp    {settings.twilio_phone_number}, webhooks under {settings.public_base_url}/webhooks/twilio"
    else:
        yield f"  WhatsApp    not connected, simulator only: set {', '.join(settings.twilio_missing)}"
    yield f"  language    {settings.llm_model or 'local engine: no LLM_MODEL set'}"
    if settings.transcription_model:
        yield f"  voice notes {settings.transcription_model}"
    open_doors = [
        name
        for name, secret in (
            ("CHAT_API_KEY", settings.chat_api_key),
            ("CONSOLE_PASSWORD", settings.console_password),
            ("METRICS_TOKEN", settings.metrics_token),
        )
        if not secret.get_secret_value()
    ]
    if open_doors:
        yield f"  access      this machine only, without {', '.join(open_doors)}"
    yield "  Ctrl-C stops it."
