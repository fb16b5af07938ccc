"""HTML, PDF and Word files as Markdown, so that one cutter serves all formats."""

from __future__ import annotations

import io
import logging
from typing import Any

from commercial_agent.knowledge.documents import UnreadableDocument

_SKIPPED = ("script", "style", "nav", "footer", "header", "form", "noscript", "template", "svg", "iframe", "aside")
_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "table", "pre", "blockquote", "dl")
_MAX_PAGES = 2_000


def html(data: bytes) -> tuple[dict[str, Any], str]:
    """A web page's front matter (title, language, tags of its meta elements) and text."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(data, "lxml")
    for element in soup.find_all(_SKIPPED):
        element.decompose()
    front: dict[str, Any] = {}
    if soup.title and soup.title.get_text(strip=True):
        front["title"] = soup.title.get_text(" ", strip=True)
    if soup.html and (language := soup.html.get("lang")):
        front["language"] = str(language)[:2].lower()
    for name in ("valid_from", "valid_until"):
        if (meta := soup.find("meta", attrs={"name": name})) and meta.get("content"):
            front[name] = str(meta["content"])
    if (meta := soup.find("meta", attrs={"name": "keywords"})) and meta.get("content"):
        front["tags"] = [word.strip() for word in str(meta["content"]).split(",")]
    lines: list[str] = []
    for element in (soup.body or soup).find_all(_BLOCKS):
        if element.find_parent(_BLOCKS) is None:
            lines += [*_block(element), ""]
    text = "\n".join(lines).strip() or (soup.body or soup).get_text("\n", strip=True)
    if not text:
        raise UnreadableDocument("has no text")
    return front, text


def _block(element: Any) -> list[str]:
    name = str(element.name)
    if name[0] == "h" and name[1:].isdigit():
        return [f"{'#' * int(name[1:])} {element.get_text(' ', strip=True)}"]
    if name in ("ul", "ol"):
        items = [item.get_text(" ", strip=True) for item in element.find_all("li", recursive=False)]
        return [f"{f'{n}.' if name == 'ol' else '-'} {item}" for n, item in enumerate(items, start=1)]
    if name == "table":
        rows = [
            [cell.get_text(" ", strip=True) for cell in row.find_all(["td", "th"])] for row in element.find_all("tr")
        ]
        return _table(rows)
    return [element.get_text(" ", strip=True)]


def _table(rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in rows if any(cells)]


def docx(data: bytes) -> tuple[dict[str, Any], str]:
    """A Word file's title and text; heading styles become headings, tables rows."""
    from docx import Document as WordDocument
    from docx.table import Table

    try:
        document = WordDocument(io.BytesIO(data))
        lines: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                lines += [*_table([[cell.text.strip() for cell in row.cells] for row in block.rows]), ""]
                continue
            style, text = (block.style.name or "") if block.style else "", block.text.strip()
            if style == "Title" or (style.startswith("Heading") and style[-1:].isdigit()):
                lines += ["", f"{'#' * (1 if style == 'Title' else int(style[-1]))} {text}", ""]
            elif style.startswith("List"):
                lines.append(f"- {text}")
            else:
                lines += [text, ""]
        title = document.core_properties.title
    except Exception as error:  # the reader raises whatever its XML and zip layers raise
        raise UnreadableDocument("is not a Word file that can be opened") from error
    return {"title": title} if title else {}, "\n".join(lines).strip()


def pdf(data: bytes) -> tuple[dict[str, Any], str]:
    """A PDF's title and text, a heading a page."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its complaints come back as the report's problem
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument("is protected by a password")
        if len(reader.pages) > _MAX_PAGES:
            raise UnreadableDocument(f"has more than {_MAX_PAGES} pages")
        pages = [page.extract_text().strip() for page in reader.pages]
        title = (reader.metadata.title or "").strip() if reader.metadata else ""
    except UnreadableDocument:
        raise
    except FileNotDecryptedError as error:
        raise UnreadableDocument("is protected by a password") from error
    except Exception as error:  # the reader raises whatever a broken file makes it trip over
        raise UnreadableDocument("is not a PDF that can be opened") from error
    if not any(pages):
        raise UnreadableDocument("has no text: it seems to be scanned pictures")
    text = "\n\n".join(f"## p. {number}\n\n{page}" for number, page in enumerate(pages, start=1) if page)
    return {"title": title} if title else {}, text
