"""Several messages of a burst as one: what a customer sends within a breath is one thing to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from commercial_agent.chatbot.guards import FLOOD
from commercial_agent.conversation.messages import IncomingMessage
from commercial_agent.storage.mailboxes import Waiting

MOST_TEXT: Final = 4096  # characters one turn reads


@dataclass(frozen=True, slots=True)
class Burst:
    """What one turn answers."""

    message: IncomingMessage
    ids: tuple[str, ...]


def merge(waiting: Sequence[Waiting]) -> Burst:
    """The first of the waiting messages that fit into one turn, as one message.

    Args:
        waiting: in order, at least one.

    Returns:
        The burst. Texts are joined by line; a tapped button, a chosen item or a place counts as the last one said.
    """
    taken = [waiting[0]]
    length = len(waiting[0].message.text)
    for item in waiting[1:]:
        length += len(item.message.text) + 1
        if length > MOST_TEXT:
            break
        taken.append(item)
    messages = [item.message for item in taken]
    last = messages[-1]
    special = next((message for message in reversed(messages) if message.payload or message.kind == "location"), None)
    text = "\n".join(message.text for message in messages if message.text.strip())
    kind = special.kind if special else next((m.kind for m in reversed(messages) if m.text.strip()), last.kind)
    merged = replace(
        last,
        text=text,
        kind="text" if special is None and text and kind not in ("button", "list") else kind,
        payload=special.payload if special else None,
        latitude=special.latitude if special else None,
        longitude=special.longitude if special else None,
        beside=tuple(dict.fromkeys(what for message in messages for what in message.beside)),
    )
    return Burst(merged, tuple(item.id for item in taken))


def flood(limited: Sequence[Waiting]) -> Burst:
    """Messages above the limit as one that asks for the polite notice."""
    last = limited[-1].message
    return Burst(replace(last, text="", kind=FLOOD, payload=None), tuple(item.id for item in limited))
