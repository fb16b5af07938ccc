"""Files of the knowledge folder as documents: front matter, then Markdown, whatever the file was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from commercial_agent.errors import InvalidKnowledge
from commercial_agent.knowledge.encoding import LANGUAGES

SUFFIXES = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx")
MAX_BYTES = 20 * 2**20
DELETED = "was deleted while the folder was read"
UNANSWERED = "unanswered"  # tag of a page of questions that nobody here can answer
_FRONT_KEYS = {"title", "language", "tags", "valid_from", "valid_until", "questions", "source", "unanswered"}


class UnreadableDocument(InvalidKnowledge):
    """A document cannot be read."""

    code = "unreadable_document"


@dataclass(frozen=True, slots=True)
class Document:
    """One page of knowledge."""

    path: str  # inside the folder, with forward slashes
    title: str
    language: str
    text: str  # Markdown
    tags: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    questions: tuple[str, ...] = ()  # that the page as a whole answers
    section_questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by heading
    warnings: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """What translations of one page have in common: its path without language folder and suffix."""
        return page_of(self.path)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file found in the folder."""

    path: str
    data: bytes | None  # None where it is too large to be read
    size: int

    @property
    def hash(self) -> str:
        """Of its content."""
        return hashlib.sha256(self.data if self.data is not None else str(self.size).encode()).hexdigest()[:32]


def page_of(path: str) -> str:
    """`en/garantia.md` and `garantia.md` are the same page."""
    parts = PurePosixPath(path).with_suffix("").parts
    return "/".join(parts[1:] if len(parts) > 1 and parts[0] in LANGUAGES else parts)


def files(folder: Path) -> Iterator[SourceFile | tuple[str, str]]:
    """The files of a folder in the order of their paths; a (path, problem) for each that cannot be opened.

    Raises:
        InvalidKnowledge: there is no such folder.
    """
    if not folder.is_dir():
        raise InvalidKnowledge(f"There is no knowledge folder at {folder}.")
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() not in SUFFIXES or any(part.startswith(".") for part in PurePosixPath(name).parts):
            continue
        try:
            if not path.exists() and not path.is_symlink():
                yield name, DELETED
            if not path.is_file() or not path.resolve().is_relative_to(root):
                continue
            size = path.stat().st_size
            yield SourceFile(name, path.read_bytes() if size <= MAX_BYTES else None, size)
        except FileNotFoundError:
            yield name, DELETED
        except OSError as error:
            yield name, f"cannot be opened: {error.strerror or error}"


def read(file: SourceFile) -> Document:
    """A file as a document.

    Raises:
        UnreadableDocument: it is empty, too large, broken, protected or of another encoding, or its front matter lies.
    """
    if file.data is None:
        raise UnreadableDocument(f"is larger than {MAX_BYTES // 2**20} MB")
    if not file.data.strip():
        raise UnreadableDocument("is empty")
    suffix = PurePosixPath(file.path).suffix.lower()
    if suffix == ".pdf":
        from commercial_agent.knowledge.formats import pdf

        front, text = pdf(file.data)
    elif suffix == ".docx":
        from commercial_agent.knowledge.formats import docx

        front, text = docx(file.data)
    elif suffix in (".html", ".htm"):
        from commercial_agent.knowledge.formats import html

        front, text = html(file.data)
    else:
        front, text = _front_matter(_decoded(file.data))
    return _document(file.path, front, text)


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument("is not UTF-8 text") from error
    if "\x00" in text:
        raise UnreadableDocument("holds binary data, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    if not text.startswith("---\n"):
        return {}, text
    head, mark, body = text[4:].partition("\n---")
    if not mark:
        raise UnreadableDocument("its front matter has no end")
    import yaml

    try:
        front = yaml.load(head, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise UnreadableDocument("its front matter is not YAML") from error
    if front is not None and not isinstance(front, dict):
        raise UnreadableDocument("its front matter is not a list of names and values")
    return front or {}, body.partition("\n")[2]


def _document(path: str, front: dict[str, Any], text: str) -> Document:
    if not text.strip():
        raise UnreadableDocument("has no text")
    warnings = [f"front matter has an unknown name: {name}" for name in front if name not in _FRONT_KEYS]
    folder_language = PurePosixPath(path).parts[0] if "/" in path else ""
    language = str(front.get("language") or (folder_language if folder_language in LANGUAGES else LANGUAGES[0]))
    if language not in LANGUAGES:
        raise UnreadableDocument(f"its language {language!r} is not one of {', '.join(LANGUAGES)}")
    valid_from, valid_until = _day(front, "valid_from"), _day(front, "valid_until")
    if valid_from and valid_until and valid_until < valid_from:
        raise UnreadableDocument("its valid_until is before its valid_from")
    questions, by_section = _questions(front.get("questions"))
    return Document(
        path=path,
        title=_title(front, text, path),
        language=language,
        text=text,
        tags=_tags(front),
        valid_from=valid_from,
        valid_until=valid_until,
        questions=questions,
        section_questions=by_section,
        warnings=tuple(warnings),
    )


def _title(front: dict[str, Any], text: str, path: str) -> str:
    if isinstance(title := front.get("title"), str) and title.strip():
        return " ".join(title.split())
    heading = next((line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("# ")), "")
    return heading or PurePosixPath(path).stem.replace("-", " ").replace("_", " ").capitalize()


def _day(front: dict[str, Any], name: str) -> date | None:
    value = front.get(name)
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UnreadableDocument(f"its {name} is not a date like 2026-01-31") from error


def _texts(front: dict[str, Any], name: str) -> tuple[str, ...]:
    value = front.get(name) or []
    values = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict | list) for item in values):
        raise UnreadableDocument(f"its {name} is not a list of words")
    return tuple(dict.fromkeys(str(item).strip() for item in values if str(item).strip()))


def _tags(front: dict[str, Any]) -> tuple[str, ...]:
    """The tags of a page; the one that marks what is not answered is never taken from the list of topics."""
    unanswered = front.get("unanswered", False)
    if not isinstance(unanswered, bool):
        raise UnreadableDocument("its unanswered is neither true nor false")
    tags = tuple(tag for tag in _texts(front, "tags") if tag != UNANSWERED)
    return (*tags, UNANSWERED) if unanswered else tags


def _questions(value: object) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    if value is None:
        return (), {}
    if isinstance(value, dict):
        return (), {str(heading): _texts({"questions": listed}, "questions") for heading, listed in value.items()}
    return _texts({"questions": value}, "questions"), {}
