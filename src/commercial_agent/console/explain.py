"""The side panel: what was asked, what was found, where it comes from, how long it took."""

from __future__ import annotations

from html import escape
from typing import Any

from commercial_agent.chatbot.result import TurnResult
from commercial_agent.console.wording import wording
from commercial_agent.observability import plain

_OPEN_LEVELS = 3  # of the tree, at first


def explain(result: TurnResult) -> str:
    """The panel of one turn as safe HTML."""
    words = wording()["why"]
    understanding = result.understanding
    sections = [_section(words["intents"], _intents(result))]
    if understanding is not None:
        sections.append(_section(words["requests"], _trees(understanding.requests)))
    sections.append(_section(words["findings"], _trees(result.findings)))
    if result.sources:
        items = "".join(f"<li><code>{escape(source)}</code></li>" for source in result.sources)
        sections.append(_section(words["sources"], f'<ul class="why-sources">{items}</ul>'))
    sections.append(_section(words["milliseconds"], _milliseconds(result.milliseconds)))
    sections.append(_who(result))
    return "".join(sections)


def _section(title: str, inner: str) -> str:
    return f'<section class="why-section"><h3>{escape(title)}</h3>{inner}</section>'


def _intents(result: TurnResult) -> str:
    scores = result.understanding.intents if result.understanding is not None else ()
    rows = [(score.intent.value, f"{score.confidence:.0%}", score.confidence) for score in scores]
    rows = rows or [(intent.value, "", 0.0) for intent in result.intents]
    return "".join(
        f'<div class="why-intent"><span class="why-chip">{escape(name)}</span><span class="why-bar">'
        f'<i style="width:{max(0.0, min(1.0, share)) * 100:.0f}%"></i></span><b>{shown}</b></div>'
        for name, shown, share in rows
    )


def _trees(values: tuple[Any, ...]) -> str:
    if not values:
        return f'<p class="why-none">{escape(wording()["why"]["nothing"])}</p>'
    return "".join(f'<div class="why-tree">{_node(None, plain(value), 0)}</div>' for value in values)


def _node(label: str | None, value: Any, depth: int) -> str:
    if isinstance(value, dict):
        kind = value.get("kind_of")
        head = " ".join(part for part in (_label(label), f"<em>{escape(str(kind))}</em>" if kind else "") if part)
        inner = "".join(_node(key, item, depth + 1) for key, item in value.items() if key != "kind_of")
        if kind == "CarFacts":  # thirteen lines of a car that the chat shows already: a heading will do at first
            about = " ".join(str(value.get(part, "")) for part in ("make", "model", "year"))
            return _branch(f"{head}<small>{escape(about)}</small>", inner, _OPEN_LEVELS)
        return _branch(head, inner, depth)
    if isinstance(value, list):
        if all(not isinstance(item, dict | list) for item in value):
            return _leaf(label, ", ".join(_shown(item) for item in value))
        if all(_is_pair(item) for item in value):
            return _branch(_label(label), "".join(_node(str(k), v, depth + 1) for k, v in value), depth)
        inner = "".join(_node(str(number), item, depth + 1) for number, item in enumerate(value, start=1))
        return _branch(f'{_label(label)} <span class="why-count">{len(value)}</span>', inner, depth)
    return _leaf(label, _shown(value))


def _is_pair(item: Any) -> bool:
    return (
        isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) and not isinstance(item[1], dict | list)
    )


def _branch(head: str, inner: str, depth: int) -> str:
    opened = " open" if depth < _OPEN_LEVELS else ""
    return f'<details{opened}><summary>{head}</summary><div class="why-inner">{inner}</div></details>'


def _leaf(label: str | None, shown: str) -> str:
    return f'<div class="why-leaf">{_label(label)}<span>{escape(shown)}</span></div>'


def _label(name: str | None) -> str:
    if name is None:
        return ""
    return f"<label>{escape(str(wording()['fields'].get(name, name.replace('_', ' '))))}</label>"


def _shown(value: Any) -> str:
    words = wording()["why"]
    if isinstance(value, bool):
        return str(words["yes"] if value else words["no"])
    return "—" if value is None else str(value)


def _milliseconds(steps: dict[str, float]) -> str:
    names = wording()["steps"]
    total = steps.get("total") or sum(steps.values()) or 1.0
    rows = "".join(
        f'<div class="why-step"><span>{escape(str(names.get(name, name)))}</span><span class="why-bar">'
        f'<i style="width:{min(100.0, spent / total * 100):.1f}%"></i></span><b>{spent:.1f} ms</b></div>'
        for name, spent in steps.items()
        if name != "total"
    )
    whole = escape(str(wording()["why"]["total"]))
    return f'{rows}<div class="why-step why-total"><span>{whole}</span><span></span><b>{total:.1f} ms</b></div>'


def _who(result: TurnResult) -> str:
    words = wording()["why"]
    facts = [
        (words["reader"], result.understanding.reader if result.understanding else "—"),
        (words["phraser"], result.reply.phraser if result.reply else "—"),
        (words["language"], result.language.value),
        (words["turn"], result.turn_id),
    ]
    rows = "".join(f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>" for name, value in facts)
    return f'<dl class="why-who">{rows}</dl>'
