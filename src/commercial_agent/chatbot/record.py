"""What a turn leaves in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.chatbot.timer import StepTimer
from commercial_agent.conversation.findings import Finding, NotKnown
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import IncomingMessage
from commercial_agent.conversation.reply import Card
from commercial_agent.conversation.state import DialogueState
from commercial_agent.observability import current_trace_id
from commercial_agent.storage.conversations import OpenConversation, TurnRecord
from commercial_agent.storage.knowledge import record_unanswered


def record(
    result: TurnResult,
    message: IncomingMessage,
    state: DialogueState,
    inbound_ids: Sequence[str],
    now: datetime,
    timer: StepTimer,
) -> TurnRecord:
    """The turn as it is stored.

    Args:
        result: what was answered.
        message: what the customer sent, its secrets masked.
        state: the dialogue state after the turn.
        inbound_ids: stored messages that the turn answers.
        now: when it was answered (aware).
        timer: where the time went so far.
    """
    reply, reading = result.reply, result.understanding
    return TurnRecord(
        turn_id=result.turn_id,
        at=now,
        text=message.text,
        messages=result.messages,
        state=state,
        language=result.language,
        mode=result.mode,
        opted_out=result.opted_out,
        received_at=message.received_at,
        kind=message.kind,
        payload=message.payload,
        message_id=message.message_id,
        intents=tuple(result.intents),
        agents=tuple(result.agents),
        findings=orjson.dumps([{type(finding).__name__: finding} for finding in result.findings], default=str),
        reader=reading.reader if reading else "local",
        phraser=reply.phraser if reply else "local",
        milliseconds=timer.milliseconds,
        trace_id=current_trace_id(),
        inbound_ids=tuple(inbound_ids),
        quick_replies=reply.quick_replies if reply else (),
        media_urls=_pictures(result) if reply else (),
    )


async def keep_unanswered(
    conversation: OpenConversation, turn_id: str, language: Language, findings: Sequence[Finding], now: datetime
) -> None:
    """Keep what nobody could answer, for whoever writes the pages: one round trip, none where all was answered.

    Args:
        conversation: the turn's, open.
        turn_id: of the turn.
        language: the customer writes in.
        findings: of the turn.
        now: when he asked (aware).
    """
    questions = [finding.asked for finding in findings if isinstance(finding, NotKnown)]
    if questions:
        await record_unanswered(conversation.driver, conversation.id, turn_id, language.value, questions, now)


def _pictures(result: TurnResult) -> tuple[str | None, ...]:
    """The first picture goes with the first part: one media message a bubble is all WhatsApp takes."""
    assert result.reply is not None
    pictures = [block.picture_url for block in result.reply.blocks if isinstance(block, Card) and block.picture_url]
    return (pictures[0],) if pictures else ()
