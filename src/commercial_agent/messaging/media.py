"""What customers send beside words: fetched with limits before the turn, voice heard, papers kept for the seller."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from commercial_agent.chatbot.privacy import mask
from commercial_agent.conversation.messages import IncomingMessage
from commercial_agent.errors import ModelUnavailable
from commercial_agent.messaging.fetching import Fetched, FetchFailed, MediaFetcher
from commercial_agent.messaging.twilio.inbound import Media, media_of
from commercial_agent.storage.attachments import FAILED, HEARD, KEPT, REFUSED, Attachments, Brought, File
from commercial_agent.storage.mailboxes import Waiting

log = logging.getLogger(__name__)

BRINGS_FILES: Final = frozenset({"audio", "image", "document"})
PAPERS: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})
SPEECH: Final = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/webm", "audio/flac"})
MOST_FILES: Final = 10  # of one burst
LONGEST_SPEECH: Final = 4_000  # characters of a transcript that are read


class Transcriber(Protocol):
    """Writes down what is said."""

    async def transcribe(self, conversation_id: str, speech: bytes, content_type: str) -> str:
        """The words; "" where nothing is said.

        Raises:
            ModelUnavailable: they could not be had.
        """
        ...

    async def close(self) -> None:
        """No more notes come."""
        ...


@dataclass(frozen=True, slots=True)
class _Got:
    """One file and, if it is speech, its words."""

    file: File
    words: str | None = None


class MediaDesk:
    """Makes waiting messages readable: outside of any transaction, and once more without harm."""

    def __init__(
        self,
        fetcher: MediaFetcher,
        attachments: Attachments,
        transcriber: Transcriber | None,
        *,
        clock: Callable[[], datetime],
        within: float = 8.0,
    ) -> None:
        """Make a desk.

        Args:
            fetcher: gets files from the provider.
            attachments: where they are kept.
            transcriber: hears voice notes; None: the customer is asked to type.
            clock: the present moment (aware).
            within: seconds for everything that one burst brings.
        """
        self._fetcher = fetcher
        self._attachments = attachments
        self._transcriber = transcriber
        self._clock = clock
        self._within = within

    async def prepare(self, conversation_id: str, waiting: Sequence[Waiting]) -> tuple[Waiting, ...]:
        """The messages with what was heard as their text and what was kept beside it.

        Raises:
            DatabaseUnavailable: the database does not answer; what is stored by then is not fetched again.
        """
        bringing = [item for item in waiting if item.message.kind in BRINGS_FILES and not item.limited][:MOST_FILES]
        if not bringing:
            return tuple(waiting)
        brought = await self._attachments.brought([item.id for item in bringing])
        end = asyncio.get_running_loop().time() + self._within
        messages = {item.id: item.message for item in bringing}
        done = await asyncio.gather(*(self._one(conversation_id, messages[b.message_id], b, end) for b in brought))
        ready = dict(zip((b.message_id for b in brought), done, strict=True))
        return tuple(replace(item, message=ready.get(item.id, item.message)) for item in waiting)

    async def _one(
        self, conversation_id: str, message: IncomingMessage, brought: Brought, end: float
    ) -> IncomingMessage:
        if brought.statuses:
            return _ready(message, brought.statuses, None)
        files = enumerate(media_of(brought.raw))
        got = await asyncio.gather(
            *(self._get(conversation_id, message.kind, number, media, end) for number, media in files)
        )
        words = " ".join(one.words for one in got if one.words) or None
        kept = mask(words)[0] if words is not None else None
        statuses = await self._attachments.keep(brought.message_id, [one.file for one in got], kept, self._clock())
        return _ready(message, statuses, words)

    async def _get(self, conversation_id: str, kind: str, number: int, media: Media, end: float) -> _Got:
        """One file, whatever comes of it."""
        wanted = SPEECH if kind == "audio" else PAPERS
        if kind == "audio" and self._transcriber is None:
            return _Got(File(number, kind, FAILED, media.content_type))
        try:
            async with asyncio.timeout_at(end):
                fetched = await self._fetcher.fetch(media.url)
                if fetched.content_type not in wanted:
                    raise FetchFailed("type", lasting=True)
                if kind != "audio":
                    return _Got(_file(number, kind, KEPT, fetched, content=fetched.content))
                words = await self._hear(conversation_id, fetched)
        except (FetchFailed, ModelUnavailable, TimeoutError) as error:
            reason = error.reason if isinstance(error, FetchFailed | ModelUnavailable) else "timeout"
            log.warning("file_not_taken", extra={"conversation_id": conversation_id, "kind": kind, "reason": reason})
            status = REFUSED if isinstance(error, FetchFailed) and error.lasting else FAILED
            return _Got(File(number, kind, status, media.content_type))
        return _Got(_file(number, kind, HEARD if words else FAILED, fetched), words or None)

    async def _hear(self, conversation_id: str, fetched: Fetched) -> str:
        assert self._transcriber is not None
        said = await self._transcriber.transcribe(conversation_id, fetched.content, fetched.content_type)
        return " ".join(said.split())[:LONGEST_SPEECH]

    async def close(self) -> None:
        """End the connections."""
        await self._fetcher.close()
        if self._transcriber is not None:
            await self._transcriber.close()


def _file(number: int, kind: str, status: str, fetched: Fetched, content: bytes | None = None) -> File:
    return File(number, kind, status, fetched.content_type, len(fetched.content), content)


def _ready(message: IncomingMessage, statuses: Sequence[str], words: str | None) -> IncomingMessage:
    """The message as the turn reads it."""
    if words is not None:
        return replace(message, text=words, kind="voice")
    if message.kind == "audio":
        return replace(message, beside=("voice",))
    if KEPT in statuses:
        return replace(message, beside=("picture" if message.kind == "image" else "document",))
    return replace(message, beside=("file",)) if statuses else message
