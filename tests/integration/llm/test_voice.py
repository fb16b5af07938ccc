"""A voice note, a picture and a paper on their whole way: webhook, file, words, answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.integration.llm.conftest import Agent, AgentMaker

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.messages import Channel, ConversationKey
from commercial_agent.llm.transcribing import SpeechToText, TranscriberConfig
from commercial_agent.llm.watching import ModelWatch
from commercial_agent.messaging.bursts import merge
from commercial_agent.messaging.fetching import MediaFetcher
from commercial_agent.messaging.media import MediaDesk
from commercial_agent.messaging.twilio.inbound import parse_inbound
from commercial_agent.replies.evidence import check
from commercial_agent.storage.attachments import Attachments
from commercial_agent.storage.database import Database
from commercial_agent.storage.mailboxes import Limits, Mailboxes, Waiting
from commercial_agent.testing.openai import OpenAIDouble, fails, says
from commercial_agent.testing.twilio import TwilioDouble
from commercial_agent.testing.twilio_media import PAPER, PHOTO, SILENCE, Stored

VOICE = Stored(SILENCE, "audio/ogg")


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


class Line:
    """One customer's WhatsApp, from his handset to the chatbot."""

    def __init__(self, agent: Agent, twilio: TwilioDouble, database: Database, double: OpenAIDouble) -> None:
        self.agent, self.twilio = agent, twilio
        self.address = f"whatsapp:{agent.id}"
        self.mailboxes = Mailboxes(database.short)
        config = TranscriberConfig("whisper-1", double.url, "sk-double", timeout=1.0)
        fetcher = MediaFetcher(twilio.account_sid, twilio.auth_token, base_url=twilio.url)
        ear = SpeechToText(config, ModelWatch(agent.metrics))
        self.desk = MediaDesk(fetcher, Attachments(database.short), ear, clock=lambda: datetime.now(UTC))

    async def send(self, *said: tuple[str, Stored | None]) -> TurnResult:
        waiting: Sequence[Waiting] = [await self._receive(text, file) for text, file in said]
        burst = merge(await self.desk.prepare(self.agent.id, waiting))
        key = ConversationKey(Channel.WHATSAPP, self.address)
        result: TurnResult = await self.agent.rooms.chatbot.answer(key, burst.message, burst.ids)
        assert result.reply is not None
        return result

    async def _receive(self, text: str, file: Stored | None) -> Waiting:
        form = self.twilio.webhook(text, self.address, **(self.twilio.brings(file) if file else {}))
        message, now = parse_inbound(form), datetime.now(UTC)
        received = await self.mailboxes.receive(
            message.key, message.incoming(now), sender=message.sender, raw=message.raw, limits=Limits()
        )
        return Waiting(received.message_id, message.incoming(now), received.limited)


@pytest.fixture
async def line(make_agent: AgentMaker, twilio: TwilioDouble, database: Database, double: OpenAIDouble) -> Line:
    return Line(await make_agent(llm_model=""), twilio, database, double)


async def test_a_voice_note_is_answered_as_if_typed(line: Line, double: OpenAIDouble) -> None:
    said = "hola, busco un Jetta de menos de trescientos mil"
    double.script(says(said))
    spoken = await line.send(("", VOICE))
    typed = await line.agent.ask(said)
    assert spoken.cars == typed.cars != ()
    dealer = line.agent.rooms.profile.dealer
    assert spoken.reply is not None
    assert check(spoken.reply.text, spoken.findings, said, spoken.language, dealer=dealer, introduces=True).ok
    await line.desk.close()


async def test_what_was_said_aloud_counts_as_the_customers_words(line: Line, double: OpenAIDouble) -> None:
    double.script(says("busco un Jetta"), says("y con 80 mil de enganche a 48 meses cuánto queda el primero"))
    await line.send(("", VOICE))
    result = await line.send(("", VOICE))
    assert [quote.months for quote in result.quotes] == [48]
    assert abs(result.quotes[0].down_payment - Decimal(80_000)) < 1
    await line.desk.close()


async def test_a_note_that_was_not_heard_beside_a_text_is_not_passed_over(line: Line, double: OpenAIDouble) -> None:
    double.script(fails(400))
    result = await line.send(("qué Jettas tienes?", None), ("", VOICE))
    assert result.cars
    assert result.reply is not None
    assert "texto" in result.reply.text or "escríbemelo" in result.reply.text
    await line.desk.close()


@pytest.mark.parametrize("file", [Stored(PHOTO, "image/jpeg"), Stored(PAPER, "application/pdf")])
async def test_a_file_is_acknowledged_and_its_caption_answered(line: Line, file: Stored) -> None:
    result = await line.send(("tienen alguno como este Jetta?", file))
    assert result.cars
    assert result.reply is not None
    assert "guard" in result.reply.text
    alone = await line.send(("", file))
    assert alone.reply is not None
    assert "guard" in alone.reply.text
    assert "no te entend" not in alone.reply.text.lower()
    await line.desk.close()
