"""A plan's whole schedule as a document: CSV, XLSX or PDF, in the customer's language.

CSV holds the table alone, with plain numbers; XLSX has a sheet with the summary and one with the table; PDF is for
reading. All show what the plan has and no empty columns.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from operator import attrgetter
from typing import Any

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance.annual_cost import shown
from commercial_agent.finance.extras import IvaOnInterest
from commercial_agent.finance.quotes import Quote
from commercial_agent.finance.schedule import Row, total_of

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_MONEY = "#,##0.00"
_SUMMED = frozenset({"payment", "interest", "capital", "iva", "charges", "total"})

Words = dict[str, str]
Cell = Decimal | int | str


@cache
def _all_words() -> dict[str, Words]:
    source = resources.files("commercial_agent.finance").joinpath("data/documents.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _words(language: str) -> Words:
    languages = _all_words()
    return languages.get(language, languages["es"])


def file_name(kind: str, language: str = "es") -> str:
    """What a downloaded schedule is called."""
    return f"{_words(language)['file']}.{kind}"


def render(plan: Quote, kind: str, calculated_on: date, language: str = "es") -> bytes:
    """The schedule as a file. XLSX and PDF take tens of milliseconds of processor: not on an event loop.

    Args:
        plan: the plan.
        kind: csv, xlsx or pdf.
        calculated_on: the day that stands beside the CAT.
        language: ISO 639-1; one without wording gets Spanish.

    Returns:
        The file's bytes.

    Raises:
        InvalidPlan: `unknown_format`.
    """
    writers: dict[str, Callable[[Quote, date, Words], bytes]] = {"csv": _csv, "xlsx": _xlsx, "pdf": _pdf}
    if kind not in writers:
        raise InvalidPlan(f"a schedule is written as {', '.join(writers)}", code="unknown_format")
    return writers[kind](plan, calculated_on, _words(language))


def _columns(plan: Quote) -> tuple[str, ...]:
    optional = [name for name in ("iva", "charges") if any(getattr(row, name) for row in plan.rows)]
    if not optional:
        return ("number", "total", "interest", "capital", "balance")
    return ("number", "payment", "interest", "capital", *optional, "total", "balance")


def _table(plan: Quote, words: Words) -> tuple[list[str], list[list[Decimal | int]], list[Cell]]:
    """The headings, the rows and the sums."""
    columns = _columns(plan)
    read: Callable[[Row], tuple[Decimal | int, ...]] = attrgetter(*columns)
    sums: list[Cell] = [
        total_of(getattr(row, name) for row in plan.rows) if name in _SUMMED else "" for name in columns
    ]
    sums[0] = words["sums"]
    return [words[name] for name in columns], [list(read(row)) for row in plan.rows], sums


def _summary(plan: Quote, words: Words) -> list[tuple[str, Cell]]:
    falling = plan.extras.iva_on_interest is IvaOnInterest.ADDED
    lines: list[tuple[str, Cell]] = [
        (words["price"], plan.price),
        (words["down_payment"], plan.down_payment),
        (words["loan"], plan.loan),
        (words["months"], plan.months),
        (words["annual_rate"], f"{(plan.annual_rate * 100).normalize():f} %"),
        (words["first_payment" if falling else "monthly_payment"], plan.monthly_payment),
        (words["last_payment"], plan.last_payment),
        (words["total_interest"], plan.total_interest),
    ]
    optional = (
        ("total_iva", plan.total_iva),
        ("commission", plan.commission),
        ("commission_iva", plan.commission_iva),
        ("at_signing", plan.at_signing),
    )
    lines += [(words[name], value) for name, value in optional if value]
    return [*lines, (words["total_paid"], plan.total_paid), (words["total_cost"], plan.total_cost)]


def _notes(plan: Quote, calculated_on: date, words: Words) -> list[str]:
    percent = plan.cat_percent
    legend = [] if percent is None else [words["cat"].format(percent=shown(percent), day=calculated_on.isoformat())]
    return [*legend, words["note"], *([words["plain"]] if plan.extras.plain else [])]


def _csv(plan: Quote, calculated_on: date, words: Words) -> bytes:
    head, rows, _ = _table(plan, words)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")  # the mark lets spreadsheets read the accents


def _xlsx(plan: Quote, calculated_on: date, words: Words) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    head, rows, sums = _table(plan, words)
    book = Workbook()
    summary, table = book.active, book.create_sheet(words["title"])
    summary.title = words["summary"]
    for label, value in _summary(plan, words):
        summary.append([label, value])
    summary.append([])
    for note in _notes(plan, calculated_on, words):
        summary.append([note])
    summary.column_dimensions["A"].width = 42
    summary.column_dimensions["B"].width = 18
    for line in (head, *rows, sums):
        table.append(line)
    for line in (table[1], table[table.max_row]):
        for cell in line:
            cell.font = Font(bold=True)
    for cell in (cell for sheet in (summary, table) for line in sheet.iter_rows() for cell in line):
        if isinstance(cell.value, Decimal):
            cell.number_format = _MONEY
    for column in "ABCDEFGH"[: len(head)]:
        table.column_dimensions[column].width = 18
    table.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _pdf(plan: Quote, calculated_on: date, words: Words) -> bytes:
    from reportlab.lib import colors
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.pagesizes import letter
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
    from reportlab.lib.units import cm
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    head, rows, sums = _table(plan, words)
    styles = getSampleStyleSheet()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=letter, title=words["title"], author="", leftMargin=1.8 * cm, rightMargin=1.8 * cm
    )
    rule = ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey)
    summary = Table([[label, _written(value)] for label, value in _summary(plan, words)], hAlign="LEFT")
    summary.setStyle(TableStyle([rule, ("ALIGN", (1, 0), (1, -1), "RIGHT"), ("FONTSIZE", (0, 0), (-1, -1), 9)]))
    lines: list[Sequence[Cell]] = [*rows, sums]
    heading = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=8, leading=9, alignment=TA_RIGHT)
    number_width = 1.6 * cm
    others = (document.width - number_width) / (len(head) - 1)  # as wide as the page, headings wrap
    table = Table(
        [[Paragraph(text, heading) for text in head], *([_written(value) for value in line] for line in lines)],
        colWidths=[number_width, *[others] * (len(head) - 1)],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle(
            [
                rule,
                ("FONTSIZE", (0, 0), (-1, -1), 8),
                ("FONTNAME", (0, -1), (-1, -1), "Helvetica-Bold"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("ALIGN", (0, 0), (-1, -1), "RIGHT"),
            ]
        )
    )
    notes = [Paragraph(note, styles["BodyText"]) for note in _notes(plan, calculated_on, words)]
    story = [Paragraph(words["title"], styles["Title"]), summary, Spacer(1, 10), *notes, Spacer(1, 14), table]

    def footer(canvas: Any, page: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawRightString(letter[0] - 1.8 * cm, 1.2 * cm, words["page"].format(number=page.page))

    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


def _written(value: Cell) -> str:
    return f"{value:,}" if isinstance(value, Decimal) else str(value)
