"""What stands in the conversation, as safe HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.console.art import drawing
from commercial_agent.console.markup import to_html
from commercial_agent.console.wording import word
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.reply import Block, Bullets, Card, Text

_ONE_TICK = '<svg viewBox="0 0 16 11"><path d="M3 6l3 3 6-7"/></svg>'
_TWO_TICKS = '<svg class="read" viewBox="0 0 16 11"><path d="M1 6l3 3 6-7M7.5 8.4l.6.6 6-7"/></svg>'
_SPACE = '<i class="ca-space"></i>'


def customer_bubble(text: str, at: datetime, answered: bool) -> str:
    """What the customer wrote, with one tick, or two blue ones once it is answered."""
    ticks = _TWO_TICKS if answered else _ONE_TICK
    return f'<div class="ca-bubble tail">{to_html(text)}{_SPACE}{_meta(at, ticks)}</div>'


def text_bubble(text: str, at: datetime, tail: bool = True) -> str:
    """One of our messages as it was sent."""
    return f'<div class="ca-bubble{" tail" if tail else ""}">{to_html(text, links=True)}{_SPACE}{_meta(at)}</div>'


def reply_bubbles(result: TurnResult, at: datetime) -> str:
    """A reply: text in bubbles, cars as a row of cards."""
    if result.reply is None:
        return ""
    styles = {car.stock_id: car.body_style for car in _cars(result.findings)}
    groups = [
        (cards, list(blocks))
        for cards, blocks in groupby(result.reply.blocks, key=lambda block: isinstance(block, Card))
    ]
    parts = []
    for number, (cards, blocks) in enumerate(groups):
        if cards:
            inner = "".join(_card(card, styles.get(card.stock_id)) for card in blocks if isinstance(card, Card))
            parts.append(f'<div class="ca-cards">{inner}</div>')
        else:
            inner = _with_space("".join(_block(block) for block in blocks))
            tail = " tail" if number == 0 else ""
            parts.append(f'<div class="ca-bubble{tail}">{inner}{_meta(at)}</div>')
    return "".join(parts)


def _block(block: Block) -> str:
    if isinstance(block, Bullets):
        tag = "ol" if block.numbered else "ul"
        return f"<{tag}>{''.join(f'<li>{to_html(item, links=True)}</li>' for item in block.items)}</{tag}>"
    return f"<p>{to_html(block.text, links=True)}</p>" if isinstance(block, Text) else ""


def _with_space(html: str) -> str:
    """Room for the time at the end of the last line."""
    for end in ("</p>", "</li></ul>", "</li></ol>"):
        if html.endswith(end):
            return f"{html.removesuffix(end)}{_SPACE}{end}"
    return html


def _card(card: Card, body_style: str | None) -> str:
    picture = card.picture_url or ""
    if picture.startswith("https://"):
        art = f'<img src="{escape(picture, quote=True)}" alt="{escape(card.title, quote=True)}" loading="lazy">'
    else:
        art = f'<div title="{escape(word("picture"), quote=True)}">{drawing(card.stock_id, body_style)}</div>'
    lines = "".join(f"<span>{to_html(line)}</span>" for line in card.lines)
    return (
        f'<article class="ca-card" data-stock-id="{escape(card.stock_id, quote=True)}">{art}'
        f'<div class="ca-card-text"><b>{escape(card.title)}</b>{lines}</div></article>'
    )


def _meta(at: datetime, ticks: str = "") -> str:
    return f'<span class="ca-meta">{at:%H:%M}{ticks}</span>'


def _cars(value: Any) -> Iterator[CarFacts]:
    """Every car that the findings speak of."""
    if isinstance(value, CarFacts):
        yield value
    elif isinstance(value, tuple):
        yield from _each(value)
    else:
        yield from _each(getattr(value, name, ()) for name in ("cars", "car", "alternatives"))


def _each(values: Iterable[Any]) -> Iterator[CarFacts]:
    for value in values:
        if value:
            yield from _cars(value)
