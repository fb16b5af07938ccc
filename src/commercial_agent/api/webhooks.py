"""The provider's webhooks: verified, stored once, acknowledged at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from commercial_agent.api.problems import Problem
from commercial_agent.api.services import Services, TwilioWebhooks
from commercial_agent.errors import InvalidInput

_FORM = "application/x-www-form-urlencoded"
_PATIENCE = 8.0  # seconds for storing a webhook
_NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def create_router(services: Services) -> APIRouter:
    """The webhook routes."""
    router = APIRouter(prefix="/webhooks/twilio", tags=["webhooks"], include_in_schema=False)

    @router.post("/whatsapp")
    async def whatsapp(request: Request) -> Response:
        twilio = _configured(services)
        form = await _signed_form(request, twilio)
        async with _refusals():
            await twilio.inbox.receive(form)
        return Response(_NOTHING_TO_SAY, media_type="text/xml")

    @router.post("/status")
    async def status(request: Request) -> Response:
        twilio = _configured(services)
        form = await _signed_form(request, twilio)
        async with _refusals():
            await twilio.deliveries.update(form, request.query_params.get("ref"))
        return Response(_NOTHING_TO_SAY, media_type="text/xml")

    return router


def _configured(services: Services) -> TwilioWebhooks:
    if services.twilio is None:
        missing = ", ".join(services.twilio_missing) or "the TWILIO_ settings"
        raise Problem(503, f"WhatsApp is not connected. Set {missing} and start again.", "twilio_not_configured")
    return services.twilio


@asynccontextmanager
async def _refusals() -> AsyncIterator[None]:
    """Say no in time: the provider waits fifteen seconds, and asks again only where it is told that we failed."""
    try:
        async with asyncio.timeout(_PATIENCE):
            yield
    except TimeoutError:
        raise Problem(503, "The database does not answer.", "database_unavailable", {"Retry-After": "5"}) from None
    except InvalidInput as error:
        raise Problem(403 if error.reason == "foreign_account" else 400, error.message, error.reason) from None


async def _signed_form(request: Request, twilio: TwilioWebhooks) -> FormData:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Problem(415, f"Webhooks come as {_FORM}.", "unsupported_media_type")
    form = await request.form()
    raw_path = request.scope.get("raw_path") or request.url.path.encode()
    if not twilio.verifier.verify(raw_path, request.scope["query_string"], form, request.headers):
        raise Problem(
            403,
            "The signature does not fit. PUBLIC_BASE_URL must be the address that Twilio calls, "
            "TWILIO_AUTH_TOKEN the account's primary token.",
            "bad_signature",
        )
    return form
