"""WhatsApp's markup as HTML. Everything is escaped first: a customer's `<script>` stays text."""

from __future__ import annotations

import re
from html import escape

# A mark opens after a space or punctuation and closes before one, as on the phone: "2*3*4" and "snake_case_name" stay.
_MARKS = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def to_html(text: str, links: bool = False) -> str:
    """The text as safe HTML, with bold, italics, line breaks and, if asked for, links.

    Args:
        text: any text, from anybody.
        links: make `https://…` clickable; for our own replies only.
    """
    if not links:
        return _marked(text)
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = escape(found.group(), quote=True)
        link = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>'
        parts += [_marked(text[end : found.start()]), link]
        end = found.end()
    return "".join([*parts, _marked(text[end:])])


def to_line(text: str) -> str:
    """The text on one line, without its markup; not escaped."""
    for pattern, _ in _MARKS:
        text = pattern.sub(r"\1", text)
    return " ".join(text.split())


def _marked(text: str) -> str:
    html = escape(text, quote=True)
    for pattern, tag in _MARKS:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    return html.replace("\n", "<br>")
