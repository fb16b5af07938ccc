"""Documents cut into passages along their structure: a heading's text, lists and tables whole, short for chat."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from commercial_agent.knowledge.documents import Document
from commercial_agent.knowledge.encoding import analyser
from commercial_agent.knowledge.text import key

MAX_CHARACTERS = 700
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(r"^\s*([-*+]|\d+[.)])\s+")
_RULE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÁÉÍÓÚÑ¿¡0-9])")


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest part of a document that is found and said as one."""

    ordinal: int  # its place in the document, from 0
    anchor: str  # stable within the document
    headings: tuple[str, ...]  # the path down to it, without the document's title
    text: str
    questions: tuple[str, ...] = ()

    @property
    def text_hash(self) -> str:
        """Equal for texts that say the same words."""
        return hashlib.sha256(key(self.text).encode()).hexdigest()[:32]


def cut(document: Document) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    """The passages of a document, and warnings about it."""
    passages: list[Passage] = []
    anchors: set[str] = set()
    for path, lines in _sections(_COMMENT.sub("", document.text), document.title):
        for text in _sized(_blocks(lines)):
            anchor = _unused(_slug(path[-1] if path else document.title), anchors)
            passages.append(Passage(len(passages), anchor, path, text))
    return _with_questions(document, passages)


def _sections(text: str, title: str) -> Iterable[tuple[tuple[str, ...], list[str]]]:
    path: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
            continue
        heading = None if fenced else _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        yield tuple(name for _, name in path), lines
        lines = []
        level, name = len(heading[1]), _plain(heading[2])
        path = [(depth, above) for depth, above in path if depth < level]
        if not (level == 1 and key(name) == key(title)):
            path.append((level, name))
    yield tuple(name for _, name in path), lines


def _blocks(lines: list[str]) -> list[str]:
    """Paragraphs, whole lists and whole tables, as plain text."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if _RULE.match(line):
            continue
        if not line.strip():
            blocks.append([])
            continue
        listed = bool(_ITEM.match(line)) or line.lstrip().startswith("|")
        previous = blocks[-1][-1] if blocks[-1] else ""
        if listed and not previous and len(blocks) > 1 and blocks[-2] and _ITEM.match(blocks[-2][-1]):
            blocks.pop()  # a loose list is one list
        if listed or (previous and (_ITEM.match(previous) or previous.startswith("|"))):
            blocks[-1].append(line.strip())
        elif previous:
            blocks[-1][-1] = f"{previous} {line.strip()}"
        else:
            blocks[-1].append(line.strip())
    return [text for block in blocks if (text := "\n".join(_cells(_plain(line)) for line in block).strip())]


def _plain(line: str) -> str:
    """A line without Markdown's marks; a link keeps its text and its address."""
    linked = _LINK.sub(lambda m: f"{m[1]} ({m[2]})" if m[1] and m[1] != m[2] else m[1] or m[2], line)
    return _EMPHASIS.sub(r"\2", linked).strip()


def _cells(line: str) -> str:
    """A row of a table as a line of a list."""
    if not line.startswith("|"):
        return line
    return "- " + ": ".join(cell.strip() for cell in line.strip("|").split("|", 1)).replace(" | ", ", ")


def _sized(blocks: list[str]) -> Iterable[str]:
    """Blocks joined up to the size of a passage; a paragraph above it is cut between sentences."""
    current = ""
    for block in blocks:
        for part in _halves(block):
            if current and len(current) + len(part) + 1 > MAX_CHARACTERS:
                yield current
                current = ""
            current = f"{current}\n{part}" if current else part
    if current:
        yield current


def _halves(block: str) -> Iterable[str]:
    if len(block) <= 2 * MAX_CHARACTERS and ("\n" in block or len(block) <= MAX_CHARACTERS):
        yield block
        return
    joint = "\n" if "\n" in block else " "
    current = ""
    whole = block.split(joint) if joint == "\n" else _SENTENCE.split(block)
    for part in chain.from_iterable(map(_bounded, whole)):
        joined = f"{current}{joint}{part}" if current else part
        if current and len(joined) > MAX_CHARACTERS:
            yield current
            joined = part
        current = joined
    if current:
        yield current


def _bounded(part: str) -> list[str]:
    """A sentence or a line; one without end is cut between words."""
    return [part] if len(part) <= 2 * MAX_CHARACTERS else textwrap.wrap(part, MAX_CHARACTERS)


def _with_questions(document: Document, passages: list[Passage]) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    warnings = list(document.warnings)
    listed: dict[int, list[str]] = {}
    by_heading = {key(p.headings[-1]): p.ordinal for p in reversed(passages) if p.headings}
    loose = list(document.questions)
    for heading, questions in document.section_questions.items():
        if (place := by_heading.get(key(heading))) is None:
            warnings.append(f"front matter lists questions for a heading that is not there: {heading}")
            loose += questions
        else:
            listed.setdefault(place, []).extend(questions)
    for question in loose:
        if passages:
            listed.setdefault(_closest(question, passages, document.language), []).append(question)
    if not passages:
        warnings.append("has headings but no text under them")
    return tuple(replace(p, questions=tuple(listed.get(p.ordinal, ()))) for p in passages), tuple(warnings)


def _closest(question: str, passages: list[Passage], language: str) -> int:
    """The passage that shares most terms with a question listed for the whole page."""
    asked = analyser(language).numbers(question)

    def shared(passage: Passage) -> int:
        return len(asked & analyser(language).numbers(f"{' '.join(passage.headings)} {passage.text}"))

    return max(passages, key=shared).ordinal


def _slug(name: str) -> str:
    return key(name).replace(" ", "-")[:60] or "text"


def _unused(slug: str, anchors: set[str]) -> str:
    anchor, number = slug, 2
    while anchor in anchors:
        anchor, number = f"{slug}-{number}", number + 1
    anchors.add(anchor)
    return anchor
