from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.commands.lead_files import COLUMNS, row, written
from commercial_agent.errors import InvalidInput

LEAD: dict[str, Any] = {
    "id": "l1", "conversation_id": "c1", "channel": "whatsapp", "address": "whatsapp:+52551111", "name": "Ana",
    "kind": "buy", "interest": "car", "stage": "quoted", "score": 25, "heat": "warm",
    "points": {"quoted": 15, "booked": 0, "described": 10}, "cars": {"306473": {"name": "Kia Rio 2020", "price": "1"}},
    "plan": {"price": "230000", "down_payment": "46000", "months": 48, "monthly_payment": "4666.73"},
    "appointment": None, "source": {"ReferralHeadline": "Jetta desde $4,000"},
    "created_at": "2026-11-23T17:00:00+00:00", "updated_at": "2026-11-23T17:00:00+00:00",
}  # fmt: skip


def cells(lead: dict[str, Any]) -> dict[str, Any]:
    return dict(zip(COLUMNS, row(lead), strict=True))


def test_a_row_explains_the_score_and_names_cars_plan_and_advertisement() -> None:
    found = cells(LEAD)
    assert found["why"] == "quoted 15, described 10"
    assert found["cars"] == "Kia Rio 2020 (306473)"
    assert (found["plan_months"], found["plan_monthly_payment"]) == (48, "4666.73")
    assert found["source"] == "Jetta desde $4,000"
    assert found["appointment"] == ""


def test_csv_xlsx_and_json_hold_the_same_leads() -> None:
    from openpyxl import load_workbook

    table = list(csv.DictReader(io.StringIO(written([LEAD], "csv").decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(written([LEAD], "xlsx"))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert table[0]["name"] == "Ana"
    assert rows[0] == COLUMNS
    assert dict(zip(COLUMNS, rows[1], strict=True))["score"] == 25
    assert json.loads(written([LEAD], "json")) == [LEAD]


@given(st.text(max_size=20))
def test_no_customer_writes_a_formula(name: str) -> None:
    cell = cells({**LEAD, "name": name})["name"]
    assert not str(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    written([{**LEAD, "name": name}], "xlsx")


@pytest.mark.parametrize("name", ["appointment", "plan", "cars", "points", "source"])
def test_a_lead_of_another_shape_is_still_written(name: str) -> None:
    assert len(row({**LEAD, name: "text"})) == len(COLUMNS)


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="xlsx"):
        written([LEAD], "pdf")
