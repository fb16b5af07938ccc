"""The chat page: a phone's chat on the left, the reasons on the right."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from html import escape
from importlib.resources import files
from typing import Any

import structlog
from nicegui import Client, ui

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.console.art import drawing
from commercial_agent.console.bubbles import customer_bubble, reply_bubbles, text_bubble
from commercial_agent.console.explain import explain
from commercial_agent.console.services import ConsoleServices
from commercial_agent.console.threads import Entry, Thread, new_thread, restore, store
from commercial_agent.console.wording import word, wording
from commercial_agent.conversation.messages import IncomingMessage, Mode

log = structlog.get_logger(__name__)

MAX_TEXT = 4096  # characters

_ICONS = {
    "back": "M15 5l-7 7 7 7",
    "new": "M12 5v14M5 12h14",
    "theme": "M20 14.5A8.2 8.2 0 0 1 9.5 4 8.2 8.2 0 1 0 20 14.5z",
    "reset": "M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3",
    "why": "M9.2 9a2.9 2.9 0 1 1 4 2.7c-.8.4-1.2 1-1.2 1.9v.4M12 17.5v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
    "close": "M6 6l12 12M18 6L6 18",
}
_SEND = '<svg viewBox="0 0 24 24"><path d="M3 20.5v-6.8L13 12 3 10.3V3.5L22 12z"/></svg>'


@lru_cache(1)
def _head() -> str:
    folder = files("commercial_agent.console").joinpath("static")
    style, script = (folder.joinpath(name).read_text("utf-8") for name in ("chat.css", "chat.js"))
    return f"<style>{style}</style><script>{script}</script>"


def _icon(name: str) -> str:
    return f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_ICONS[name]}"/></svg>'


def _html(content: str) -> ui.html:
    """Markup of our own, in which every text of others is escaped."""
    return ui.html(content, sanitize=False).classes("ca-html")


def _box(classes: str, tag: str = "div") -> ui.element:
    return ui.element(tag).classes(classes)


def _icon_button(name: str, label: str, classes: str = "") -> ui.element:
    button = _box(f"ca-icon {classes}", "button").props(f'type="button" aria-label="{label}" title="{label}"')
    with button:
        _html(_icon(name))
    return button


def _text_button(text: str, on_click: Callable[[], object], classes: str = "") -> ui.element:
    button = _box(classes, "button").props('type="button"').on("click", on_click)
    with button:
        ui.label(text)
    return button


class ChatPage:
    """One open page. Lives as long as the browser's tab is connected."""

    def __init__(self, services: ConsoleServices) -> None:
        self._services = services
        self._zone = services.dealer.time_zone
        self._threads: list[Thread] = [new_thread()]
        self._active = self._threads[0]
        self._bubbles: dict[int, ui.html] = {}  # of the customer's messages in the log, whose ticks change
        self._passing: list[ui.element] = []  # goes with the next message: quick replies, the welcome
        self._dots: ui.html | None = None
        self._client: Client

    async def build(self) -> None:
        """Draw the page, then fill it with what the browser and the database remember."""
        self._client = ui.context.client
        ui.add_head_html(_head())
        with _box("ca-app"):
            self._draw_side()
            self._draw_chat()
            self._draw_why()
        await self._client.connected(timeout=30)
        threads, active = restore(await self._client.run_javascript("chat.start(); return chat.load()", timeout=10))
        if threads:
            self._threads = threads
        await self._open(next((thread for thread in self._threads if thread.id == active), self._threads[0]))

    # --- The three columns -------------------------------------------------------------------------------------------

    def _draw_side(self) -> None:
        dealer = self._services.dealer
        with _box("ca-side", "aside").props(f'aria-label="{word("conversations")}"'):
            with _box("ca-bar", "header"):
                with _box("ca-grow"):
                    _html(f"<h2>{escape(dealer.name)}</h2>")
                theme = _icon_button("theme", word("theme"))
                theme.on("click", js_handler="() => chat.theme()")
                _icon_button("new", word("new"), "ca-new").on("click", self._new)
            self._list = _box("ca-list", "nav")

    def _draw_chat(self) -> None:
        assistant = self._services.dealer.assistant
        with _box("ca-chat", "main"):
            with _box("ca-bar", "header"):
                back = _icon_button("back", word("back"), "ca-back")
                back.on("click", js_handler="() => chat.toggle('list-open', true)")
                _html(f'<div class="ca-avatar" aria-hidden="true">{escape(assistant[:1].upper())}</div>')
                with _box("ca-grow"):
                    _html(f"<h1>{escape(assistant)} · {escape(self._services.dealer.name)}</h1>")
                    with _box("ca-status").props('aria-live="polite"'):
                        self._status = _html("")
                _icon_button("reset", word("reset"), "ca-reset").on("click", self._ask_reset)
                why = _icon_button("why", word("why"), "ca-why-button")
                why.on("click", js_handler="() => chat.toggle('why-open')")
            self._log = _box("ca-log").props('role="log" aria-live="polite" tabindex="0"')
            self._draw_composer()

    def _draw_composer(self) -> None:
        placeholder = word("placeholder")
        with _box("ca-composer", "footer"):
            area = ui.element("textarea").props(
                f'rows="1" maxlength="{MAX_TEXT}" placeholder="{placeholder}" aria-label="{placeholder}" autofocus'
            )
            area.on("input", js_handler="(event) => chat.grow(event.target)")
            area.on(
                "keydown",
                self._typed,
                js_handler=(
                    "(event) => { if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;"
                    "event.preventDefault(); const text = chat.take(); if (text) emit(text); }"
                ),
            )
            send = _box("ca-send", "button").props(f'type="button" aria-label="{word("send")}"')
            send.on("click", self._typed, js_handler="() => { const text = chat.take(); if (text) emit(text); }")
            with send:
                _html(_SEND)

    def _draw_why(self) -> None:
        with _box("ca-why", "aside").props(f'aria-label="{word("why")}"'):
            with _box("ca-bar", "header"):
                with _box("ca-grow"):
                    _html(f"<h2>{escape(word('why'))}</h2>")
                close = _icon_button("close", word("close"), "ca-why-close")
                close.on("click", js_handler="() => chat.toggle('why-open', false)")
            with _box("ca-why-body"):
                self._why = _html("")

    # --- The list of conversations -----------------------------------------------------------------------------------

    def _draw_list(self) -> None:
        self._list.clear()
        with self._list:
            for thread in sorted(self._threads, key=lambda thread: thread.at or "~", reverse=True):
                active = thread is self._active
                row = _box(f"ca-row{' active' if active else ''}", "button").props(
                    f'type="button" data-thread="{thread.id}"{" aria-current=true" if active else ""}'
                )
                row.on("click", partial(self._open, thread))
                with row:
                    _html(self._row(thread))
        saved = json.dumps(store(self._threads, self._active.id))
        self._client.run_javascript(f"chat.save({saved})")

    def _row(self, thread: Thread) -> str:
        title = thread.title or word("untitled")
        hue = sum(thread.id.encode()) * 37 % 360
        at = datetime.fromisoformat(thread.at).astimezone(self._zone) if _is_moment(thread.at) else None
        today = self._services.clock().date()
        when = "" if at is None else f"{at:%H:%M}" if at.date() == today else f"{at:%d/%m}"
        unread = f'<br><i class="ca-unread" style="font-style:normal">{thread.unread}</i>' if thread.unread else ""
        return (
            f'<div class="ca-avatar" style="--hue:{hue}" aria-hidden="true">{escape(title[:1].upper())}</div>'
            f'<div class="ca-row-text"><b>{escape(title)}</b><span>{escape(thread.preview) or "&nbsp;"}</span></div>'
            f'<div class="ca-row-end">{when}{unread}</div>'
        )

    async def _open(self, thread: Thread) -> None:
        self._active = thread
        thread.unread = 0
        if not thread.loaded:
            await self._load(thread)
        self._draw_log()
        self._draw_list()
        self._client.run_javascript("chat.toggle('list-open', false); chat.bottom(false)")

    async def _load(self, thread: Thread) -> None:
        try:
            past = await self._services.history(thread.key)
        except Exception:
            log.warning("history_not_loaded", exc_info=True)
            thread.entries.append(Entry("notice", word("failed"), self._now()))
            return
        thread.loaded = True
        thread.entries = [
            Entry("customer" if message.direction == "in" else "agent", message.text, message.at.astimezone(self._zone))
            for message in past
        ]

    async def _new(self) -> None:
        blank = next((thread for thread in self._threads if thread.loaded and not thread.entries), None)
        if blank is None:
            blank = new_thread()
            self._threads.insert(0, blank)
        await self._open(blank)

    async def _ask_reset(self) -> None:
        with ui.dialog() as dialog, ui.card():
            ui.label(word("reset_sure"))
            with ui.row():
                ui.button(word("no"), on_click=lambda: dialog.submit(False)).props("flat no-caps")
                ui.button(word("yes"), on_click=lambda: dialog.submit(True)).props("no-caps color=negative")
        sure = await dialog
        dialog.delete()
        if not sure:
            return
        thread = self._active
        try:
            await self._services.reset(thread.key)
        except Exception:
            log.warning("conversation_not_reset", exc_info=True)
            self._show(thread, thread.add(Entry("notice", word("failed"), self._now())))
            return
        self._threads = [other for other in self._threads if other is not thread] or [new_thread()]
        await self._open(self._threads[0])

    # --- The conversation --------------------------------------------------------------------------------------------

    def _draw_log(self) -> None:
        thread = self._active
        self._log.clear()
        self._bubbles, self._passing, self._dots = {}, [], None
        with self._log:
            if thread.entries:
                self._draw_day(thread.entries[0].at)
            elif thread.loaded:
                self._draw_empty()
        for entry in thread.entries:
            self._append(entry, new=False)
        self._draw_state()
        self._draw_reasons(thread.last_result)

    def _draw_day(self, at: datetime) -> None:
        day = word("today") if at.date() == self._services.clock().date() else f"{at:%d/%m/%Y}"
        _html(f'<div class="ca-day">{escape(day)}</div>')

    def _draw_empty(self) -> None:
        with _box("ca-empty") as empty:
            title, text = escape(word("empty_title")), escape(word("empty_text"))
            _html(f"{drawing('welcome', 'suv')}<h2>{title}</h2><p>{text}</p>")
            with _box("ca-quick"):
                for suggestion in wording()["suggestions"]["items"]:
                    _text_button(suggestion, partial(self._send, suggestion))
        self._passing.append(empty)

    def _append(self, entry: Entry, new: bool = True) -> None:
        with self._log:
            if entry.author == "notice":
                _html(f'<div class="ca-notice" role="status">{escape(entry.text)}</div>')
                return
            mine = " mine" if entry.author == "customer" else ""
            with _box(f"ca-entry{mine}{' new' if new else ''}") as box:
                if entry.author == "customer":
                    self._bubbles[id(entry)] = _html(customer_bubble(entry.text, entry.at, entry.answered))
                    if entry.failed:
                        self._draw_failed(entry, box)
                elif entry.result is not None:
                    self._draw_answer(entry, entry.result)
                else:
                    _html(text_bubble(entry.text, entry.at))

    def _draw_answer(self, entry: Entry, result: TurnResult) -> None:
        _html(reply_bubbles(result, entry.at))
        link = _text_button(word("why_short"), partial(self._draw_reasons, result, show=True), "ca-whylink")
        link.props(f'aria-label="{word("why")}"')
        if entry is self._active.entries[-1] and result.reply is not None and result.reply.quick_replies:
            with _box("ca-quick") as quick_replies:
                for quick in result.reply.quick_replies:
                    _text_button(quick.title, partial(self._send, quick.title, quick.payload))
            self._passing.append(quick_replies)

    def _draw_failed(self, entry: Entry, box: ui.element) -> None:
        with box, _box("ca-failed").props('role="alert"'):
            ui.label(word("failed"))
            _text_button(word("retry"), partial(self._retry, entry))

    def _draw_state(self) -> None:
        """The dots at the end of the log and the line under the name."""
        thread, last = self._active, self._active.last_result
        if self._dots is not None:
            self._dots.delete()
            self._dots = None
        if thread.pending:
            label = escape(word("typing"))
            with self._log:
                self._dots = _html(
                    f'<div class="ca-typing" role="status" aria-label="{label}"><i></i><i></i><i></i></div>'
                )
            state = "typing"
        elif last is None:
            state = "online"
        else:
            state = "opted_out" if last.opted_out else "human" if last.mode is Mode.HUMAN else "online"
        self._status.set_content(escape(word(state)))

    def _draw_reasons(self, result: TurnResult | None, show: bool = False) -> None:
        self._why.set_content(explain(result) if result else f'<p class="why-none"><br>{escape(word("no_why"))}</p>')
        if show:
            self._client.run_javascript("chat.toggle('why-open', true)")

    # --- One message -------------------------------------------------------------------------------------------------

    async def _typed(self, event: Any) -> None:
        text = event.args[0] if isinstance(event.args, list) else event.args
        if isinstance(text, str) and text.strip():
            await self._send(text[:MAX_TEXT])

    async def _retry(self, entry: Entry) -> None:
        if entry in self._active.entries and entry.failed:
            self._active.entries.remove(entry)
            self._draw_log()
            await self._send(entry.text)

    async def _send(self, text: str, payload: str | None = None) -> None:
        thread = self._active
        entry = thread.add(Entry("customer", text, self._now(), answered=False))
        thread.pending += 1
        self._show(thread, entry)
        message = IncomingMessage(text, self._services.clock(), "button" if payload else "text", payload=payload)
        answer = None
        try:
            async with thread.turn:
                result = await self._services.chatbot.answer(thread.key, message)
        except Exception:
            log.warning("page_turn_failed", exc_info=True)
            entry.failed = True
        else:
            entry.answered = True
            answer = thread.add(self._answer(result))
        thread.pending -= 1
        if not self._client.is_deleted:
            self._settle(thread, entry, answer)

    def _answer(self, result: TurnResult) -> Entry:
        if result.reply is not None:
            return Entry("agent", result.reply.text, self._now(), result=result)
        reason = "silent_opted_out" if result.opted_out else "silent_human"
        return Entry("notice", word(reason), self._now(), result=result)

    def _show(self, thread: Thread, entry: Entry) -> None:
        """Put a new entry at the end; what was only for the moment before goes."""
        if thread is self._active:
            for element in self._passing:
                element.delete()
            self._passing = []
            if entry is thread.entries[0]:
                with self._log:
                    self._draw_day(entry.at)
            self._append(entry)
            self._draw_state()
        self._draw_list()

    def _settle(self, thread: Thread, entry: Entry, answer: Entry | None) -> None:
        """The turn is over: ticks, the answer, the reasons."""
        with self._client:
            if thread is not self._active:
                thread.unread += 1
            elif answer is None:
                self._draw_log()
            else:
                if bubble := self._bubbles.get(id(entry)):
                    bubble.set_content(customer_bubble(entry.text, entry.at, answered=True))
                self._show(thread, answer)
                self._draw_reasons(answer.result)
                return
            self._draw_list()

    def _now(self) -> datetime:
        return self._services.clock().astimezone(self._zone)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
