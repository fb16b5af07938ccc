"""Buttons and lists: content templates made once for each shape, filled for each message; numbered text elsewhere."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from commercial_agent.messaging.twilio.client import TwilioClient
from commercial_agent.messaging.twilio.errors import SendFailed
from commercial_agent.storage.content import ContentTemplates

log = logging.getLogger(__name__)

MOST_BUTTONS: Final = 3
MOST_ITEMS: Final = 10
_BODY: Final = 1024  # UTF-16 units, as all lengths here
_CAPTION: Final = 1024
_TEXT: Final = 1600
_BUTTON_TITLE: Final = 20
_ITEM_TITLE: Final = 24
_PAYLOAD: Final = 200
_TRY_AGAIN: Final = timedelta(minutes=10)
_SAMPLES: Final = {"body": "Elige una opción.", "button": "Ver opciones", "title": "Opción", "id": "opcion"}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a template looks like; its texts are variables."""

    kind: str  # quick-reply, list-picker
    options: int

    @property
    def name(self) -> str:
        """By which it is kept."""
        return f"{self.kind}/{self.options}"

    def types(self) -> dict[str, Any]:
        """The template's content as the provider takes it."""
        first = 2 if self.kind == "quick-reply" else 3
        pairs = [(f"{{{{{n}}}}}", f"{{{{{n + 1}}}}}") for n in range(first, first + 2 * self.options, 2)]
        if self.kind == "quick-reply":
            actions = [{"type": "QUICK_REPLY", "title": title, "id": payload} for title, payload in pairs]
            return {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}
        items = [{"item": title, "id": payload} for title, payload in pairs]
        return {"twilio/list-picker": {"body": "{{1}}", "button": "{{2}}", "items": items}}

    def samples(self) -> dict[str, str]:
        """An example for every variable; the provider wants them, and all different."""
        values = [_SAMPLES["body"]] + ([_SAMPLES["button"]] if self.kind == "list-picker" else [])
        for number in range(1, self.options + 1):
            values += [f"{_SAMPLES['title']} {number}", f"{_SAMPLES['id']}-{number}"]
        return {str(number): value for number, value in enumerate(values, start=1)}


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its values, to be sent."""

    content_sid: str
    variables: Mapping[str, str]


class Interactive:
    """Makes interactive messages for one account."""

    def __init__(
        self,
        client: TwilioClient,
        templates: ContentTemplates,
        *,
        clock: Callable[[], datetime],
        list_button: Mapping[str, str],
    ) -> None:
        """Make it.

        Args:
            client: the provider.
            templates: those that were made.
            clock: the present moment (aware).
            list_button: by language, what opens a list; at most 20 characters.
        """
        self._client = client
        self._templates = templates
        self._clock = clock
        self._list_button = list_button
        self._known: dict[str, str] = {}
        self._refused: dict[str, datetime] = {}  # shape -> when it may be tried again
        self._making = asyncio.Lock()

    async def fill(self, body: str, options: Sequence[tuple[str, str]], language: str | None) -> Filled | None:
        """A message with its options to tap.

        Args:
            body: the text above them.
            options: title and payload of each.
            language: of the conversation; decides what opens a list.

        Returns:
            The message; None where it does not fit or the provider makes no templates: send `numbered` text.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        if not body.strip() or utf16_length(body) > _BODY:
            return None
        fitting = fit(options)
        if fitting is None:
            return None
        shape, options = fitting
        content_sid = await self._template(shape)
        if content_sid is None:
            return None
        values = [body]
        if shape.kind == "list-picker":
            values.append(self._list_button.get(language or "") or _SAMPLES["button"])
        values += [value for option in options for value in option]
        return Filled(content_sid, {str(number): value for number, value in enumerate(values, start=1)})

    async def gone(self, content_sid: str) -> None:
        """The provider does not know a template any more: it is made anew for the next message.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        self._known = {name: sid for name, sid in self._known.items() if sid != content_sid}
        await self._templates.forget(content_sid)

    async def _template(self, shape: Shape) -> str | None:
        if sid := self._known.get(shape.name):
            return sid
        async with self._making:  # a burst of messages makes one template
            if sid := self._known.get(shape.name):
                return sid
            refused = self._refused.get(shape.name)
            if refused is not None and self._clock() < refused:
                return None
            sid = await self._templates.find(shape.name)
            if sid is None:
                sid = await self._make(shape)
            if sid is not None:
                self._known[shape.name] = sid
            return sid

    async def _make(self, shape: Shape) -> str | None:
        name = f"commercial-agent {shape.name}"
        try:
            made = await self._client.create_content(name, "es", shape.types(), shape.samples())
        except SendFailed as failure:
            self._refused[shape.name] = self._clock() + _TRY_AGAIN
            log.warning("content_not_made", extra={"shape": shape.name, "error_code": failure.verdict.code})
            return None
        return await self._templates.keep(shape.name, made) if made else None


def utf16_length(text: str) -> int:
    """How long WhatsApp takes a text to be."""
    return len(text.encode("utf-16-le", "replace")) // 2


def fit(options: Sequence[tuple[str, str]]) -> tuple[Shape, tuple[tuple[str, str], ...]] | None:
    """The shape for some options, and the options cut to its limits; None where no shape carries them.

    Titles cut short must still be told apart, and payloads are never cut: a cut one would mean something else.
    """
    clean = [(" ".join(title.split()), payload.strip()) for title, payload in options]
    if not clean or len(clean) > MOST_ITEMS or any(not title or not payload for title, payload in clean):
        return None
    if any(utf16_length(payload) > _PAYLOAD for _, payload in clean):
        return None
    for kind, most, limit in (("quick-reply", MOST_BUTTONS, _BUTTON_TITLE), ("list-picker", MOST_ITEMS, _ITEM_TITLE)):
        cut = tuple((shorten(title, limit), payload) for title, payload in clean)
        apart = len({title.casefold() for title, _ in cut}) == len({payload for _, payload in cut}) == len(cut)
        if len(cut) <= most and apart:
            return Shape(kind, len(cut)), cut
    return None


def shorten(text: str, limit: int) -> str:
    """A text of at most so many UTF-16 units, with an ellipsis where it was cut."""
    if utf16_length(text) <= limit:
        return text
    while utf16_length(text) > limit - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def numbered(body: str, options: Sequence[tuple[str, str]], *, caption: bool = False) -> str:
    """The text with its options as numbered lines; without them where they do not fit or are in it already.

    Args:
        body: the text.
        options: title and payload of each.
        caption: whether it goes under a picture, which takes less.
    """
    lines = [f"{number}. {' '.join(title.split())}" for number, (title, _) in enumerate(options, start=1)]
    if not lines or all(" ".join(title.split()) in body for title, _ in options):
        return body
    text = body + "\n\n" + "\n".join(lines)
    return text if utf16_length(text) <= (_CAPTION if caption else _TEXT) else body
