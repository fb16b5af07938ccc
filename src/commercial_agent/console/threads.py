"""The conversations of one browser. The browser keeps the list, the database the conversations themselves."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.console.markup import to_line
from commercial_agent.conversation.messages import Channel, ConversationKey

MAX_THREADS = 50
_NAME = re.compile(r"web-[\w-]{8,40}")


@dataclass(slots=True)
class Entry:
    """One thing in the log: what the customer wrote, our answer to it, or a notice."""

    author: str  # customer, agent, notice
    text: str
    at: datetime
    result: TurnResult | None = None
    answered: bool = True
    failed: bool = False


@dataclass(slots=True)
class Thread:
    """One conversation as the page shows it."""

    id: str
    title: str = ""
    preview: str = ""
    at: str = ""  # ISO 8601
    unread: int = 0
    entries: list[Entry] = field(default_factory=list)
    loaded: bool = False
    pending: int = 0  # messages that wait for their answer
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def key(self) -> ConversationKey:
        """The conversation's key."""
        return ConversationKey(Channel.WEB, self.id)

    @property
    def last_result(self) -> TurnResult | None:
        """The last answered turn of this visit."""
        return next((entry.result for entry in reversed(self.entries) if entry.result is not None), None)

    def add(self, entry: Entry) -> Entry:
        """Append an entry and keep the list's line up to date."""
        self.entries.append(entry)
        if entry.author == "customer" and not self.title:
            self.title = entry.text.strip()[:60]
        if entry.text.strip():
            self.preview = to_line(entry.text)[:80]
        self.at = entry.at.isoformat()
        return entry


def new_thread() -> Thread:
    """A conversation nobody can guess the name of."""
    return Thread(f"web-{secrets.token_urlsafe(12)}", loaded=True)


def restore(stored: Any) -> tuple[list[Thread], str | None]:
    """The list a browser kept, and which conversation was open. Whatever does not fit is left out: it is not ours."""
    if not isinstance(stored, dict) or not isinstance(stored.get("threads"), list):
        return [], None
    threads: dict[str, Thread] = {}
    for item in stored["threads"][:MAX_THREADS]:
        if isinstance(item, dict) and isinstance(name := item.get("id"), str) and _NAME.fullmatch(name):
            title, preview, at = (str(item.get(part) or "")[:80] for part in ("title", "preview", "at"))
            threads[name] = Thread(name, title, preview, at)
    active = stored.get("active")
    return list(threads.values()), active if isinstance(active, str) and active in threads else None


def store(threads: list[Thread], active: str) -> dict[str, Any]:
    """What the browser keeps."""
    return {
        "active": active,
        "threads": [
            {"id": thread.id, "title": thread.title, "preview": thread.preview, "at": thread.at}
            for thread in threads[:MAX_THREADS]
        ],
    }
