"""Catalogue files as columns of distinct cells: CSV, Parquet, XLSX.

Every column comes back dictionary-encoded (a code per row, each distinct cell once), so that a million rows are cleaned
by looking at some thousands of cells.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from commercial_agent.errors import InvalidCatalog

Codes = npt.NDArray[np.int32]
Progress = Callable[[str, int, int], None]  # step, done, of how many


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column: `values[codes[row]]`; code -1 is an empty cell."""

    codes: Codes
    values: list[Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that has not the shape of a row."""

    line: int
    text: str
    reason: str


@dataclass(slots=True)
class RawTable:
    """A file as read, nothing judged yet."""

    header: list[str]
    columns: list[Encoded]
    lines: npt.NDArray[np.int64]  # where each row stands in the file, from 1
    bad: list[BadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_table(path: Path) -> RawTable:
    """Read a catalogue file by its ending; anything but .parquet and .xlsx is read as CSV.

    Raises:
        InvalidCatalog: the file cannot be read, or not as what it says it is.
    """
    try:
        match path.suffix.lower():
            case ".parquet" | ".pq":
                return _read_parquet(path)
            case ".xlsx" | ".xlsm":
                return _read_workbook(path)
            case _:
                return _read_csv(path)
    except FileNotFoundError as error:
        raise InvalidCatalog(
            f"There is no catalogue at {path.name}: set CATALOG_PATH to a file that exists."
        ) from error
    except OSError as error:
        raise InvalidCatalog(f"The catalogue {path.name} cannot be read: {error.strerror or error}.") from error
    except (ValueError, zipfile.BadZipFile, KeyError) as error:
        raise InvalidCatalog(f"The catalogue {path.name} is not a readable table: {error}.") from error


def _read_csv(path: Path) -> RawTable:
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    raw = path.read_bytes()
    notes: list[str] = []
    encoding = _encoding(raw, notes)
    if encoding != "utf-8":
        raw = raw.decode(encoding, errors="replace").encode()
    raw += b"" if raw.endswith(b"\n") else b"\n"
    start = raw[:200_000].decode(errors="replace")
    if not start.strip():
        raise InvalidCatalog(f"The catalogue {path.name} is empty: it needs a header line and at least one car.")
    first = start.splitlines()[0]
    delimiter = max(",;\t|", key=first.count)
    if delimiter != ",":
        notes.append("cells are separated by something other than commas")
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    crooked: list[tuple[int, str]] = []

    def remember(row: Any) -> str:
        crooked.append((row.number, row.text))
        return "skip"

    names = [f"f{number}" for number in range(len(header))]
    table = pa_csv.read_csv(
        io.BytesIO(raw),
        read_options=pa_csv.ReadOptions(skip_rows=1, column_names=names, use_threads=False),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=remember, ignore_empty_lines=False
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    lines, crooked = _lines(table, crooked, quoted=b'"' in raw)
    columns = [_encode_arrow(table.column(number)) for number in range(len(header))]
    result = RawTable(header, columns, lines, notes=notes)
    _straighten(result, crooked, delimiter)
    return result


def _encoding(raw: bytes, notes: list[str]) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.append("the file is UTF-16")
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        notes.append("the file is not UTF-8; it was read as Windows-1252 (Latin-1)")
        try:
            raw.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    if raw.startswith(b"\xef\xbb\xbf"):
        notes.append("the file begins with a byte order mark")
        return "utf-8-sig"
    return "utf-8"


def _lines(
    table: Any, crooked: list[tuple[int, str]], quoted: bool
) -> tuple[npt.NDArray[np.int64], list[tuple[int, str]]]:
    """The line each row begins on. Records count from 1 with the header; line breaks in cells push later rows down."""
    records = np.arange(2, 2 + table.num_rows + len(crooked), dtype=np.int64)
    odd = np.array([number for number, _ in crooked], dtype=np.int64)
    straight = np.setdiff1d(records, odd, assume_unique=True)
    if not quoted:
        return straight, crooked
    import pyarrow.compute as pc

    breaks = np.zeros(2 + len(records), dtype=np.int64)
    for column in table.columns:
        breaks[straight] += pc.count_substring(column, "\n").to_numpy()
    for number, text in crooked:
        breaks[number] = text.count("\n")
    before = np.cumsum(breaks) - breaks
    return straight + before[straight], [(number + int(before[number]), text) for number, text in crooked]


def _straighten(table: RawTable, crooked: list[tuple[int, str]], delimiter: str) -> None:
    """Rows with too few or too many cells: empty cells are added or cut; where that is not certain the row is bad."""
    width = len(table.header)
    straight: list[tuple[int, list[str]]] = []
    for line, text in crooked:
        row = next(csv.reader([text], delimiter=delimiter), [])
        spare = [cell for cell in row[width:] if cell.strip()]
        if len(row) < max(6, width // 2) or spare:
            table.bad.append(BadRow(line, text, f"{len(row)} cells where the header has {width}"))
            continue
        straight.append((line, (row + [""] * width)[:width]))
    if straight:
        table.lines = np.append(table.lines, [line for line, _ in straight])
        cells = zip(*(row for _, row in straight), strict=True)
        table.columns = [_appended(column, list(new)) for column, new in zip(table.columns, cells, strict=True)]


def _appended(column: Encoded, cells: list[str]) -> Encoded:
    first = len(column.values)
    new = np.arange(first, first + len(cells), dtype=np.int32)
    return Encoded(np.append(column.codes, new), [*column.values, *cells])


def _encode_arrow(column: Any) -> Encoded:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    whole = column.combine_chunks()
    encoded = (whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Encoded(codes, encoded.dictionary.to_pylist())


def _read_parquet(path: Path) -> RawTable:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    columns = [_encode_arrow(table.column(number)) for number in range(table.num_columns)]
    return RawTable(list(table.column_names), columns, np.arange(1, table.num_rows + 1, dtype=np.int64))


def _read_workbook(path: Path) -> RawTable:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [str(cell if cell is not None else "").strip() for cell in next(rows, ())]
        cells = [tuple(row) for row in rows]
    finally:
        book.close()
    if not any(header):
        raise InvalidCatalog(f"The catalogue {path.name} is empty: its first sheet needs a header line.")
    columns = [
        _encode_cells([row[number] if number < len(row) else None for row in cells]) for number in range(len(header))
    ]
    return RawTable(header, columns, np.arange(2, 2 + len(cells), dtype=np.int64))


def _encode_cells(cells: list[Any]) -> Encoded:
    places: dict[tuple[type, Any], int] = {}
    codes = [-1 if cell is None else places.setdefault((type(cell), cell), len(places)) for cell in cells]
    return Encoded(np.array(codes, dtype=np.int32), [value for _, value in places])
