"""Cells of a catalogue file: read, repaired where the meaning is certain, refused where it is not."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

MAX_TEXT = 200  # characters of a text cell that are kept
_BLANK = {"", "nan", "none", "null", "n/a", "na", "-", "--", "s/d", "nd", "sin dato"}
_YES = {"si", "yes", "y", "s", "true", "verdadero", "1", "x", "con", "sim", "sa"}  # "sa": what is left of a broken "sí"
_NO = {"no", "n", "false", "falso", "0", "sin", "nao"}
_UNITS = re.compile(r"(?i)mxn|mx|pesos?|kms?\.?|kil[oó]metros?|mm\.?|cm\.?|m\.n\.|[\s$ '’]")
_DIGITS = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d{1,2})?", re.IGNORECASE)
_GROUPED_COMMA = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_DOT = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as read: its value, what was done to it, or why it cannot be used."""

    value: Any = None
    repaired: str | None = None  # what was wrong with it
    refused: str | None = None  # why the row cannot be loaded
    noted: str | None = None  # why the value is left out though the row loads


def blank(raw: Any) -> bool:
    """Whether a cell holds nothing."""
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return True
    return isinstance(raw, str) and raw.strip().casefold() in _BLANK


def text_cell(raw: Any) -> Cell:
    """A free text: trimmed, single spaces, no control characters, mojibake undone."""
    if blank(raw):
        return Cell("")
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = str(raw)
    clean = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    clean = _undo_mojibake(" ".join(clean.split()))
    if len(clean) > MAX_TEXT:
        return Cell(clean[:MAX_TEXT].rstrip(), repaired=f"longer than {MAX_TEXT} characters, cut")
    return Cell(clean, repaired="wrongly encoded characters" if "Ã" in text and clean != text else None)


def _undo_mojibake(text: str) -> str:
    if "Ã" not in text and "Â" not in text:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def number(raw: Any) -> tuple[Decimal | None, bool]:
    """The number a cell means and whether it had to be interpreted; (None, False) where it means none.

    `238.999` is 238,999 when read as grouped; a single decimal point with other than three digits after it is one.
    """
    if isinstance(raw, bool):
        return None, False
    if isinstance(raw, (int, float, Decimal)):
        value = Decimal(str(raw))
        return (value, False) if value.is_finite() else (None, False)
    text = str(raw).strip()
    bare = _UNITS.sub("", text)
    if _GROUPED_COMMA.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _GROUPED_DOT.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d+,\d{1,2}", bare):
        bare = bare.replace(",", ".")
    if not _DIGITS.fullmatch(bare) or len(bare) > 24:
        return None, False
    try:
        return Decimal(bare), bare != text
    except InvalidOperation:
        return None, False


def price_cell(raw: Any) -> Cell:
    """A price in pesos with at most two decimals."""
    if blank(raw):
        return Cell(refused="the price is missing")
    value, repaired = number(raw)
    if value is None:
        return Cell(refused="the price is not a number")
    if value < Decimal("0.01"):
        return Cell(refused="the price is not above zero")
    if value > 1_000_000_000:
        return Cell(refused="the price is beyond belief")
    return Cell(float(value.quantize(Decimal("0.01"))), repaired="price written with signs" if repaired else None)


def km_cell(raw: Any) -> Cell:
    """Kilometres driven; missing ones are unknown."""
    if blank(raw):
        return Cell(noted="the kilometres are missing")
    value, repaired = number(raw)
    if value is None:
        return Cell(noted="the kilometres are not a number")
    if value < 0:
        return Cell(refused="the kilometres are negative")
    if value > 3_000_000:
        return Cell(refused="the kilometres are beyond belief")
    return Cell(float(round(value)), repaired="kilometres written with signs" if repaired else None)


def year_cell(raw: Any) -> Cell:
    """A model year."""
    if blank(raw):
        return Cell(refused="the year is missing")
    value, repaired = number(raw)
    if value is None or value != value.to_integral_value():
        return Cell(refused="the year is not a whole number")
    if 0 <= value < 100:
        return Cell(int(value) + (2000 if value < 70 else 1900), repaired="year of two digits")
    if not 1900 <= value <= 2100:
        return Cell(refused="the year is beyond belief")
    return Cell(int(value), repaired="year written with signs" if repaired and "." not in str(raw) else None)


def size_cell(raw: Any) -> Cell:
    """A length in millimetres; metres and centimetres are converted."""
    if blank(raw):
        return Cell()
    value, repaired = number(raw)
    if value is None or value <= 0:
        return Cell(noted="the size is not a number above zero")
    if Decimal("0.9") <= value < 20:
        return Cell(int(value * 1000), repaired="size in metres")
    if 100 <= value < 900:
        return Cell(int(value * 10), repaired="size in centimetres")
    if not 900 <= value <= 20_000:
        return Cell(noted="the size is beyond belief")
    return Cell(int(value), repaired="size written with signs" if repaired else None)


def flag_cell(raw: Any) -> Cell:
    """Yes or nothing."""
    if blank(raw):
        return Cell(False)
    if isinstance(raw, bool):
        return Cell(raw)
    word = "".join(c for c in unicodedata.normalize("NFKD", str(raw).casefold()) if c.isascii() and c.isalnum())
    if isinstance(raw, float):
        word = str(int(raw)) if raw.is_integer() else word
    if word in _YES:
        return Cell(True, repaired=None if str(raw).strip() in ("Sí", "1", "1.0") else "yes in other words")
    if word in _NO:
        return Cell(False)
    return Cell(False, noted="neither yes nor no")


def id_cell(raw: Any) -> Cell:
    """A stock id: any text."""
    if blank(raw):
        return Cell(refused="the stock id is missing")
    return text_cell(raw)


def name_cell(raw: Any) -> Cell:
    """A make or a model."""
    cell = text_cell(raw)
    return cell if cell.value else Cell(refused="make or model is missing")


READERS: dict[str, Callable[[Any], Cell]] = {
    "stock_id": id_cell,
    "km": km_cell,
    "price": price_cell,
    "make": name_cell,
    "model": name_cell,
    "year": year_cell,
    "version": text_cell,
    "bluetooth": flag_cell,
    "largo": size_cell,
    "ancho": size_cell,
    "altura": size_cell,
    "car_play": flag_cell,
    "picture_url": text_cell,
}
