"""The public contract of `POST /api/chat`. Described in docs/reference/api.md; changed only with its version."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

API_VERSION = "1"
MAX_MESSAGE = 4096  # characters


def _opaque(value: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise ValueError("must not hold control characters")
    return value


class ChatRequest(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(extra="forbid", strict=True)

    conversation_id: Annotated[
        str,
        Field(min_length=1, max_length=128, description="any text that names the conversation; yours to choose"),
        AfterValidator(_opaque),
    ]
    message: Annotated[
        str, Field(min_length=1, description=f"what the customer wrote, at most {MAX_MESSAGE} characters")
    ]


class ChatQuote(BaseModel):
    """A level plan at the dealer's rate, without extras. Amounts are MXN with two decimals, as text."""

    stock_id: str | None
    price: str
    down_payment: str
    months: int
    annual_rate: str
    monthly_payment: str
    total_interest: str


class ChatCalculation(BaseModel):
    """Any other calculation: its kind says which figures it has."""

    kind: str
    stock_id: str | None
    figures: dict[str, str | int | bool | None]


class ChatAppointment(BaseModel):
    """An appointment of this conversation."""

    status: Literal["collecting", "booked", "cancelled"]
    booking_id: str | None
    kind: str | None
    branch: str | None
    city: str | None
    starts_at: str | None = Field(description="ISO 8601 with offset, once booked")
    day: str | None
    at: str | None
    stock_id: str | None
    problem: str | None = Field(description="why what was asked cannot be: past_date, slot_taken …")
    options: list[str]


class ChatResponse(BaseModel):
    """What comes back."""

    conversation_id: str
    turn_id: str
    reply: str = Field(description="the whole text; empty while a person has the conversation")
    messages: list[str] = Field(description="the parts as WhatsApp gets them")
    language: Literal["es", "en", "pt"]
    agent: Literal["info", "catalog", "finance", "concierge"]
    agents: list[str]
    intents: list[str]
    cars: list[str] = Field(description="stock ids shown, in order")
    quotes: list[ChatQuote]
    calculations: list[ChatCalculation]
    sources: list[str]
    handoff: bool
    appointment: ChatAppointment | None
    opted_out: bool


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
