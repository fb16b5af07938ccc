from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from commercial_agent.api.app import create_app
from commercial_agent.api.services import Services
from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.findings import QuoteFact
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage, Mode
from commercial_agent.conversation.reply import Reply, Text
from commercial_agent.observability import Metrics

NOW = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


@dataclass
class ScriptedChatbot:
    """Answers every turn with the same result, or raises the same error, and remembers what it was asked."""

    result: TurnResult
    error: BaseException | None = None
    asked: list[tuple[ConversationKey, IncomingMessage]] = field(default_factory=list)

    async def answer(self, key: ConversationKey, message: IncomingMessage) -> TurnResult:
        self.asked.append((key, message))
        if self.error is not None:
            raise self.error
        return self.result


@pytest.fixture
def result() -> TurnResult:
    """A turn that quoted one car."""
    return TurnResult(
        turn_id="turn-1",
        conversation_id="row-1",
        language=Language.ES,
        mode=Mode.BOT,
        opted_out=False,
        reply=Reply(Language.ES, (Text("Tu pago sería de *$4,565.27* al mes."), Text("¿Lo apartamos?"))),
        messages=("Tu pago sería de *$4,565.27* al mes.\n\n¿Lo apartamos?",),
        agent=Agent.FINANCE,
        agents=(Agent.FINANCE,),
        intents=(Intent.QUOTE,),
        cars=("306473",),
        quotes=(
            QuoteFact(
                stock_id="306473",
                price=Decimal("224999"),
                down_payment=Decimal("44999.8"),
                loan=Decimal("179999.20"),
                months=48,
                annual_rate=Decimal("0.1"),
                monthly_payment=Decimal("4565.27"),
                last_payment=Decimal("4565.11"),
                total_interest=Decimal("39133.60"),
                total_paid=Decimal("219132.80"),
                cat_percent=Decimal("10.5"),
            ),
        ),
        milliseconds={"understand": 1.5, "total": 4.0},
    )


@pytest.fixture
def chatbot(result: TurnResult) -> ScriptedChatbot:
    return ScriptedChatbot(result)


@pytest.fixture
def services(chatbot: ScriptedChatbot) -> Services:
    return Services(chatbot=chatbot, clock=lambda: NOW, metrics=Metrics(), version="1.2.3")


Client = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def client(services: Services) -> Client:
    """Makes clients of the application; any field of Services may be replaced."""

    def make(
        peer: str = "127.0.0.1", base_url: str = "http://localhost:8000", **changes: Any
    ) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        app = create_app(replace(services, **changes))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(peer, 50000)), base_url=base_url)

    return make
