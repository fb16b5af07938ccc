"""`POST /api/chat`: one turn in one request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from commercial_agent.api.problems import Problem
from commercial_agent.api.schemas import API_VERSION, MAX_MESSAGE, ChatRequest, ChatResponse, ProblemDetails
from commercial_agent.api.services import Services
from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.findings import AppointmentFinding, Calculated, QuoteFact
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage, Mode

_HEADERS = {"Commercial-Agent-Api": API_VERSION}
_MAX_WAITING = 200  # requests of one conversation at once
_ERRORS = (400, 401, 403, 413, 415, 422, 429, 500, 503)


def create_router(services: Services) -> APIRouter:
    """The chat API's routes."""
    router = APIRouter()
    chatbot, clock, queues = services.chatbot, services.clock, Queues(_MAX_WAITING)

    @router.post(
        "/api/chat",
        summary="Ask, and be answered",
        response_model=None,
        responses={
            200: {"model": ChatResponse, "description": "the turn"},
            **{
                status: {
                    "description": "a problem (RFC 9457)",
                    "content": {"application/problem+json": {"schema": ProblemDetails.model_json_schema()}},
                }
                for status in _ERRORS
            },
        },
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": ChatRequest.model_json_schema()}},
            }
        },
    )
    async def chat(request: Request) -> Response:
        asked = read_request(request.headers.get("content-type", ""), await request.body())
        key = ConversationKey(Channel.API, asked.conversation_id)
        async with queues.place(asked.conversation_id):
            result = await chatbot.answer(key, IncomingMessage(asked.message, clock()))
        answer = orjson.dumps(answer_of(asked.conversation_id, result))
        return Response(answer, 200, _HEADERS, "application/json")

    return router


def read_request(content_type: str, body: bytes) -> ChatRequest:
    """The request in a body.

    Raises:
        Problem: 400, 413, 415 or 422 with a sentence that says what to change.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "Send JSON with the header Content-Type: application/json.", "unsupported_media_type")
    try:
        asked = ChatRequest.model_validate_json(body)
    except ValidationError as error:
        raise _problem(error) from None
    if len(asked.message) > MAX_MESSAGE:
        raise Problem(
            413,
            f"The message has {len(asked.message)} characters; at most {MAX_MESSAGE} are taken.",
            "message_too_long",
        )
    if not asked.message.replace("\x00", "").strip():
        raise Problem(422, "The message is empty. Send what the customer wrote.", "empty_message")
    return asked


_WISHES = {
    "conversation_id": "must be a text of 1 to 128 characters without control characters",
    "message": "must be a text",
}


def _problem(error: ValidationError) -> Problem:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    kind, field = first["type"], ".".join(str(part) for part in first["loc"])[:80]
    if kind == "json_invalid":
        return Problem(400, "The body is not valid JSON.", "bad_json")
    if kind == "model_type":
        return Problem(422, "Send one JSON object with conversation_id and message.", "invalid_request")
    if kind == "extra_forbidden":
        return Problem(422, f"There is no field {field!r}; send conversation_id and message.", "unknown_field")
    if kind == "string_too_short" and field == "message":
        return Problem(422, "The message is empty. Send what the customer wrote.", "empty_message")
    if kind == "missing":
        return Problem(422, f"The field {field} is missing.", "missing_field")
    wish = {
        "conversation_id": "must be a text of 1 to 128 characters without control characters",
        "message": "must be text",
    }
    return Problem(422, f"The field {field} {wish.get(field, 'cannot be taken')}.", "invalid_field")


class Queues:
    """Lets one request of a conversation at a time reach the turn, in order of arrival.

    The turn holds a lock in the database too; waiting here instead keeps a crowded conversation from taking every
    database connection of the process.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def place(self, name: str) -> AsyncIterator[None]:
        """Wait for the turn of this request.

        Raises:
            Problem: 429, too many already wait.
        """
        lock, waiting = self._locks.get(name) or (asyncio.Lock(), 0)
        if waiting >= self._longest:
            raise Problem(
                429, "Too many messages of this conversation wait for an answer.", "too_many", {"Retry-After": "2"}
            )
        self._locks[name] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[name]
            if waiting == 1:
                del self._locks[name]
            else:
                self._locks[name] = (lock, waiting - 1)


def answer_of(conversation_id: str, result: TurnResult) -> dict[str, Any]:
    """A turn as the public contract shows it.

    Args:
        conversation_id: the caller's own.
        result: the turn.
    """
    return {
        "conversation_id": conversation_id,
        "turn_id": result.turn_id,
        "reply": result.reply.text if result.reply is not None else "",
        "messages": result.messages,
        "language": result.language.value,
        "agent": result.agent.value,
        "agents": [agent.value for agent in result.agents],
        "intents": [intent.value for intent in result.intents],
        "cars": result.cars,
        "quotes": [_quote(quote) for quote in result.quotes],
        "calculations": [_calculation(calculation) for calculation in result.calculations],
        "sources": result.sources,
        "handoff": result.mode is Mode.HUMAN,
        "appointment": _appointment(result.appointment),
        "opted_out": result.opted_out,
    }


def _decimal(value: Decimal) -> str:
    """At least two decimals, and no digit lost."""
    exponent = value.as_tuple().exponent
    shown = value.quantize(Decimal("0.01")) if isinstance(exponent, int) and exponent > -2 else value
    text = format(shown, "f")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def _quote(quote: QuoteFact) -> dict[str, Any]:
    return {
        "stock_id": quote.stock_id,
        "price": _decimal(quote.price),
        "down_payment": _decimal(quote.down_payment),
        "months": quote.months,
        "annual_rate": _decimal(quote.annual_rate),
        "monthly_payment": _decimal(quote.monthly_payment),
        "total_interest": _decimal(quote.total_interest),
    }


def _calculation(calculation: Calculated) -> dict[str, Any]:
    return {
        "kind": calculation.kind.value,
        "stock_id": calculation.car.stock_id if calculation.car else None,
        "figures": {
            name: _decimal(value) if isinstance(value, Decimal) else value for name, value in calculation.figures
        },
    }


_PUBLIC_STATUS = {
    "collecting": "collecting",
    "booked": "booked",
    "changed": "booked",
    "kept": "booked",
    "cancelled": "cancelled",
}


def _appointment(found: AppointmentFinding | None) -> dict[str, Any] | None:
    if found is None or found.status not in _PUBLIC_STATUS:
        return None
    draft = found.draft
    return {
        "status": _PUBLIC_STATUS[found.status],
        "booking_id": found.booking_id,
        "kind": draft.kind,
        "branch": found.branch.name if found.branch else draft.branch,
        "city": found.branch.city if found.branch else draft.city,
        "starts_at": found.starts_at.isoformat() if found.starts_at else None,
        "day": draft.day.isoformat() if draft.day else None,
        "at": draft.at.isoformat("minutes") if draft.at else None,
        "stock_id": found.car.stock_id if found.car else draft.stock_id,
        "problem": found.problem or draft.problem,
        "options": found.options,
    }
