from __future__ import annotations

from datetime import UTC, datetime

import pytest

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.findings import Talked
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage, Mode
from commercial_agent.conversation.reply import Reply, Text
from commercial_agent.conversation.requests import ConciergeRequest
from commercial_agent.conversation.understanding import IntentScore, Understanding


@pytest.fixture
def key() -> ConversationKey:
    return ConversationKey(Channel.WHATSAPP, "whatsapp:+5215512345678")


@pytest.fixture
def message() -> IncomingMessage:
    return IncomingMessage(
        "soy Ana Torres, mi correo es ana@correo.mx", datetime(2026, 3, 2, tzinfo=UTC), profile_name="Anita"
    )


@pytest.fixture
def result() -> TurnResult:
    request = ConciergeRequest(Intent.INTRODUCE, name="Ana Torres")
    return TurnResult(
        turn_id="turn-1",
        conversation_id="row-1",
        language=Language.ES,
        mode=Mode.BOT,
        opted_out=False,
        reply=Reply(Language.ES, (Text("¡Mucho gusto, Ana!"),)),
        messages=("¡Mucho gusto, Ana!",),
        agents=(Agent.CONCIERGE,),
        intents=(Intent.INTRODUCE,),
        understanding=Understanding(Language.ES, (IntentScore(Intent.INTRODUCE, 0.97),), (request,)),
        findings=(Talked(Intent.INTRODUCE, name="Ana Torres"),),
        milliseconds={"understand": 2.0, "act": 3.0, "phrase": 1.0, "total": 6.0},
    )
