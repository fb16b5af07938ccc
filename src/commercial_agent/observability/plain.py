"""The shared vocabulary's values as JSON-like data, without what says nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any


def plain(value: Any) -> Any:
    """Dataclasses as dicts (their class under `kind_of`), decimals and dates as text, empty fields left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"kind_of": type(value).__name__} | {k: v for k, v in fields.items() if not _says_nothing(v)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def _says_nothing(value: Any) -> bool:
    return (
        value is None
        or value is False
        or value in ("", [], {})
        or (isinstance(value, dict) and set(value) == {"kind_of"})
    )
