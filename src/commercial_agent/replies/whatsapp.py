"""WhatsApp's form: parts of bounded length with the markup kept whole."""

from __future__ import annotations

import re

LIMIT = 1500  # UTF-16 units, under the provider's 1,600
_MARKS = "*_~"
_SENTENCE = re.compile(r"(?<=[.!?…])[ \t]+")
_OPENING = "([{¿¡\"'«“—-"
_CLOSING = ".,;:!?)]}\"'»”…—-"


def units(text: str) -> int:
    """The length of a text as WhatsApp counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int = LIMIT) -> tuple[str, ...]:
    """Cut a reply into messages.

    Cuts fall between paragraphs where that fits, else between lines, sentences, words, and only in a word longer
    than the limit itself. A bold or italic span that is cut is closed before the cut and opened again after it.

    Args:
        text: the whole reply.
        limit: the most UTF-16 units of a message; at least 16.

    Returns:
        The messages in order, none empty; no message for a blank text.

    Raises:
        ValueError: the limit is too small to hold anything.
    """
    if limit < 16:
        raise ValueError("limit must be at least 16")
    text = text.strip()
    if not text:
        return ()
    if units(text) <= limit:
        return (text,)
    room = limit - 2 * len(_MARKS)  # for the marks that a cut closes and opens again
    return tuple(_whole_markup(_packed(text, room)))


def _packed(text: str, room: int) -> list[str]:
    """The text in pieces of at most `room` units, as few as the best cuts allow."""
    parts: list[str] = []
    for piece, gap in _pieces(text, room, 0):
        joined = parts[-1] + gap + piece if parts else piece
        if parts and units(joined) <= room:
            parts[-1] = joined
        else:
            parts.append(piece)
    return parts


_LEVELS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\n[ \t]*\n\s*"), "\n\n"),
    (re.compile(r"\n"), "\n"),
    (_SENTENCE, " "),
    (re.compile(r"\s+"), " "),
)


def _pieces(text: str, room: int, level: int) -> list[tuple[str, str]]:
    """Pieces that fit, each with the gap that stood before it."""
    if units(text) <= room:
        return [(text, "")]
    if level == len(_LEVELS):
        return [(piece, "") for piece in _chopped(text, room)]
    pattern, gap = _LEVELS[level]
    found: list[tuple[str, str]] = []
    for part in pattern.split(text):
        if not part.strip():
            continue
        inner = _pieces(part, room, level + 1)
        found.append((inner[0][0], gap if found else ""))
        found += inner[1:]
    return found


def _chopped(word: str, room: int) -> list[str]:
    pieces, current, used = [], "", 0
    for character in word:
        width = units(character)
        if used + width > room:
            pieces.append(current)
            current, used = "", 0
        current += character
        used += width
    return [*pieces, current] if current else pieces


def _whole_markup(parts: list[str]) -> list[str]:
    """Close what a part leaves open and open it again in the next one."""
    whole: list[str] = []
    carried = ""
    for part in parts:
        part = carried + part.strip()
        still_open = _open_marks(part)
        whole.append(part + still_open[::-1])
        carried = still_open
    return [part for part in whole if part.strip(_MARKS + " \n")]


def _open_marks(text: str) -> str:
    """The marks that are open at the end of a text, outermost first. A mark never spans lines in WhatsApp."""
    line = text.rpartition("\n")[2]
    stack: list[str] = []
    for place, character in enumerate(line):
        if character not in _MARKS:
            continue
        before, after = line[place - 1 : place], line[place + 1 : place + 2]
        if character in stack and _ends(before, after):
            del stack[stack.index(character) :]
        elif character not in stack and _starts(before, after):
            stack.append(character)
    return "".join(stack)


def _starts(before: str, after: str) -> bool:
    edge = not before or before.isspace() or before in _OPENING or before in _MARKS
    return edge and bool(after) and not after.isspace()


def _ends(before: str, after: str) -> bool:
    edge = not after or after.isspace() or after in _CLOSING or after in _MARKS
    return edge and bool(before) and not before.isspace()
