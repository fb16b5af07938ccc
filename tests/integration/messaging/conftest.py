"""A messaging room with a chatbot that echoes: what was asked can be told from what was answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage, Mode
from commercial_agent.conversation.reply import QuickReply
from commercial_agent.conversation.state import DialogueState
from commercial_agent.messaging.answering import Answering
from commercial_agent.messaging.inbox import Inbox
from commercial_agent.messaging.interactive import Interactive
from commercial_agent.messaging.outbox import Sender, SendingRules
from commercial_agent.messaging.twilio import TwilioClient
from commercial_agent.messaging.twilio.deliveries import Deliveries
from commercial_agent.messaging.worker import Worker
from commercial_agent.storage.content import ContentTemplates
from commercial_agent.storage.conversations import Conversations, TurnRecord
from commercial_agent.storage.database import Database
from commercial_agent.storage.deliveries import DeliveryTable
from commercial_agent.storage.mailboxes import Mailboxes, QuietWindow
from commercial_agent.storage.outbox import OutboxTable
from commercial_agent.storage.text import new_id
from commercial_agent.testing.twilio import TwilioDouble


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class EchoBot:
    """Answers each line of a message with itself; `pause` makes it slow, `fail` makes it break so many times."""

    conversations: Conversations
    turns: list[tuple[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    entered: int = 0
    fail: int = 0
    mode: Mode = Mode.BOT
    opted_out: bool = False
    quick_replies: tuple[QuickReply, ...] = ()
    picture: str | None = None

    async def answer(self, key: ConversationKey, message: IncomingMessage, inbound_ids: Sequence[str] = ()) -> None:
        async with self.conversations.turn(key) as conversation:
            self.entered += 1
            if self.gate is not None:
                await self.gate.wait()
            if self.fail:
                self.fail -= 1
                raise RuntimeError("the turn broke")
            text = message.text or message.kind
            await conversation.save(
                TurnRecord(
                    turn_id=new_id(), at=wall_clock(), text=message.text, messages=tuple(text.split("|")),
                    state=DialogueState(turns=conversation.turns + 1), language=Language.ES, mode=self.mode,
                    opted_out=self.opted_out, inbound_ids=tuple(inbound_ids),
                    quick_replies=self.quick_replies, media_urls=(self.picture,),
                )
            )  # fmt: skip
        self.turns.append((key.address, message.text))
        self.kinds.append(message.kind)


@dataclass
class Room:
    """Everything of messaging, wired as bootstrap does it."""

    twilio: TwilioDouble
    client: TwilioClient
    bot: EchoBot
    mailboxes: Mailboxes
    table: OutboxTable
    delivered: DeliveryTable
    inbox: Inbox
    answering: Answering
    sender: Sender
    deliveries: Deliveries
    worker: Worker
    sent_stored: Callable[[], bool] = lambda: True

    async def say(self, text: str, address: str = "whatsapp:+525511112222", **fields: str) -> str:
        """A customer's message; our id of his conversation."""
        return (await self.inbox.receive(self.twilio.webhook(text, address, **fields))).conversation_id

    async def answer(self, conversation_id: str) -> None:
        """What a worker does with a mailbox that it has taken."""
        opened = await self.mailboxes.waiting(conversation_id)
        assert opened is not None
        await self.answering.answer(opened)


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    """The provider."""
    with TwilioDouble() as double:
        yield double


@pytest.fixture
async def room(database: Database, twilio: TwilioDouble) -> AsyncIterator[Room]:
    """The room; its worker and sender are not running yet."""
    mailboxes, table = Mailboxes(database.short), OutboxTable(database.short)
    bot = EchoBot(Conversations(database.engine))
    client = TwilioClient(
        twilio.account_sid, twilio.auth_token, sender="+14155238886", base_url=twilio.url, timeout=1.0,
        status_callback="https://bot.example.com/webhooks/twilio/status",
    )  # fmt: skip
    rules = SendingRules(settle_s=0.3, first_delay_s=0.05, lease_s=1.5, idle_s=0.02)
    templates = ContentTemplates(database.short, client.account_sid)
    interactive = Interactive(client, templates, clock=wall_clock, list_button={"es": "Ver opciones"})
    sender = Sender(table, client, clock=wall_clock, rules=rules, interactive=interactive)
    answering = Answering(mailboxes, bot, typing=client.typing, answered=sender.wake)
    worker = Worker(mailboxes, answering.answer, grace_s=2.0, lease_s=2.0, poll_s=0.02)
    inbox = Inbox(mailboxes, account_sid=twilio.account_sid, clock=wall_clock, window=QuietWindow(0.05, 0.3))
    delivered = DeliveryTable(database.short)
    deliveries = Deliveries(delivered, table, client, clock=wall_clock, wake=sender.wake)
    yield Room(twilio, client, bot, mailboxes, table, delivered, inbox, answering, sender, deliveries, worker)
    await client.close()


@pytest.fixture
async def running(room: Room) -> AsyncIterator[Room]:
    """The room with its worker and sender at work."""
    tasks = [asyncio.create_task(room.worker.run()), asyncio.create_task(room.sender.run())]
    yield room
    room.worker.stop()
    room.sender.stop()
    await asyncio.gather(*tasks)


@pytest.fixture
def until() -> Callable[..., object]:
    """Wait for a state, not for a time."""

    async def wait(check: Callable[[], bool], seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while not check():
                await asyncio.sleep(0.01)

    return wait
