"""Leads as a file for a spreadsheet or another program."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from commercial_agent.errors import InvalidInput

COLUMNS = (
    "id", "name", "address", "channel", "kind", "stage", "score", "heat", "why", "interest", "cars", "monthly_budget",
    "plan_price", "plan_down_payment", "plan_months", "plan_monthly_payment", "appointment", "branch", "own_car",
    "source", "created_at", "updated_at",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(leads: Sequence[dict[str, Any]], kind: str) -> bytes:
    """The leads as CSV, XLSX or JSON.

    Args:
        leads: as `messaging.telling.Teller.lead` gives them.
        kind: csv, xlsx or json.

    Raises:
        InvalidInput: another kind.
    """
    match kind:
        case "json":
            import orjson

            return orjson.dumps(list(leads), default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        case "csv":
            return _csv(leads)
        case "xlsx":
            return _xlsx(leads)
    raise InvalidInput("Leads are written as .csv, .xlsx or .json.")


def row(lead: dict[str, Any]) -> tuple[Any, ...]:
    """A lead's cells, in the order of `COLUMNS`."""
    plan, appointment, source, signs = (_table(lead, name) for name in ("plan", "appointment", "source", "points"))
    cells = {
        **lead,
        "why": ", ".join(f"{sign} {points}" for sign, points in signs.items() if points),
        "cars": ", ".join(f"{car.get('name')} ({stock_id})" for stock_id, car in _table(lead, "cars").items()),
        "plan_price": plan.get("price"),
        "plan_down_payment": plan.get("down_payment"),
        "plan_months": plan.get("months"),
        "plan_monthly_payment": plan.get("monthly_payment"),
        "appointment": appointment.get("starts_at"),
        "branch": appointment.get("branch"),
        "own_car": " ".join(str(value) for value in (_table(lead, "car") or _table(lead, "trade_in")).values()),
        "source": source.get("ReferralHeadline") or source.get("ReferralSourceUrl") or source.get("ReferralSourceId"),
    }
    return tuple(_safe(cells.get(column)) for column in COLUMNS)


def _table(lead: dict[str, Any], name: str) -> dict[str, Any]:
    value = lead.get(name)
    return value if isinstance(value, dict) else {}


def _safe(value: Any) -> Any:
    """Customers' words are no formulas: a spreadsheet would run one that begins so."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _csv(leads: Sequence[dict[str, Any]]) -> bytes:
    import csv

    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows(map(row, leads))
    return text.getvalue().encode("utf-8-sig")  # spreadsheets read UTF-8 by its mark


def _xlsx(leads: Sequence[dict[str, Any]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("leads")
    sheet.append(COLUMNS)
    for lead in leads:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", v) if isinstance(v, str) else v for v in row(lead)])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
