"""The documents of a schedule say what the plan says."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from pypdf import PdfReader

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import Extras, IvaOnInterest, Quote, quote
from commercial_agent.finance.exports import MEDIA_TYPES, file_name, render

DAY = date(2025, 3, 1)
PLAN = quote("281999", "56399.80", 60, commission="0.02")
TAXED = quote(200_000, 40_000, 60, extras=Extras(iva_on_interest=IvaOnInterest.ADDED, insurance=Decimal("0.04")))


def csv_rows(plan: Quote, language: str = "es") -> list[list[str]]:
    return list(csv.reader(io.StringIO(render(plan, "csv", DAY, language).decode("utf-8-sig"))))


def pdf_text(plan: Quote, language: str = "es") -> str:
    pages = PdfReader(io.BytesIO(render(plan, "pdf", DAY, language))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_the_csv_is_the_schedule_to_the_centavo() -> None:
    head, *rows = csv_rows(PLAN)
    assert head == ["Pago", "Pago total", "Interés", "Capital", "Saldo"]
    expected = [[str(v) for v in (r.number, r.payment, r.interest, r.capital, r.balance)] for r in PLAN.rows]
    assert rows == expected


def test_lines_of_the_policy_have_their_columns() -> None:
    head, first, *_ = csv_rows(TAXED, "en")
    assert head == [
        "Payment", "Capital and interest", "Interest", "Capital", "VAT", "Insurance and charges", "Total payment",
        "Balance",
    ]  # fmt: skip
    assert Decimal(first[6]) == Decimal(first[1]) + Decimal(first[4]) + Decimal(first[5])


def test_the_workbook_holds_numbers_that_add_up() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(PLAN, "xlsx", DAY)))
    summary, table = book.worksheets
    labels = {row[0].value: row[1].value for row in summary.iter_rows(max_col=2)}
    assert Decimal(str(labels["Mensualidad"])) == PLAN.monthly_payment
    assert Decimal(str(labels["Comisión por apertura"])) == PLAN.commission
    assert any("CAT informativo 11.4 % sin IVA" in str(label) for label in labels)
    rows = list(table.iter_rows(min_row=2, values_only=True))
    assert len(rows) == PLAN.months + 1
    for column, expected in ((1, PLAN.total_paid), (2, PLAN.total_interest), (3, PLAN.loan)):
        sums = [Decimal(str(row[column])) for row in rows]
        assert sum(sums[:-1]) == sums[-1] == expected
    assert rows[-2][4] == 0


def test_the_pdf_has_the_summary_the_legend_and_every_row() -> None:
    text = pdf_text(PLAN)
    assert "Plan de pagos" in text
    assert "CAT informativo 11.4 % sin IVA, calculado el 2025-03-01" in text
    for row in PLAN.rows:
        assert f"{row.balance:,}" in text
    assert f"{PLAN.total_interest:,}" in text


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Payment plan"), ("pt", "Plano de pagamentos"), ("fr", "Plan de pagos")]
)
def test_a_document_speaks_the_language_of_the_customer(language: str, title: str) -> None:
    assert title in pdf_text(PLAN, language)


def test_a_plan_with_lines_does_not_say_that_they_are_left_out() -> None:
    assert "No incluye seguro" in pdf_text(quote(200_000, 40_000, 60))
    assert "No incluye seguro" not in pdf_text(TAXED)


def test_only_known_kinds_are_written() -> None:
    with pytest.raises(InvalidPlan) as problem:
        render(PLAN, "docx", DAY)
    assert problem.value.reason == "unknown_format"
    assert {file_name(kind).partition(".")[2] for kind in MEDIA_TYPES} == {"csv", "xlsx", "pdf"}


def test_the_widest_table_stays_on_the_page() -> None:
    page = PdfReader(io.BytesIO(render(TAXED, "pdf", DAY))).pages[0]
    places: list[float] = []
    page.extract_text(
        visitor_text=lambda text, cm, tm, font, size: places.append(cm[4] + tm[4]) if text.strip() else None
    )
    assert min(places) >= 40
    assert max(places) <= float(page.mediabox.width) - 40
