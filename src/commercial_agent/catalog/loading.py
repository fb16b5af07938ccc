"""A catalogue file becomes a clean table: rows judged and repaired, facts derived, everything reported by line."""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from commercial_agent.catalog.cells import READERS, Cell
from commercial_agent.catalog.facts import FACT_NAMES, derive, trim
from commercial_agent.catalog.reading import Encoded, Progress, RawTable, read_table
from commercial_agent.catalog.taxonomy import (
    BODY_STYLES,
    DRIVES,
    FUELS,
    TRANSMISSIONS,
    Taxonomy,
    VehicleModel,
    fold_name,
)
from commercial_agent.errors import InvalidCatalog

REQUIRED = ("stock_id", "price", "make", "model", "year")
COLUMNS = (*REQUIRED, "km", "version", "bluetooth", "largo", "ancho", "altura", "car_play")
OPTIONAL = ("picture_url",)
MAX_ISSUES = 1_000  # details kept; the counts know them all
SIZES = {"largo": "length_mm", "ancho": "width_mm", "altura": "height_mm"}
_HEADINGS = {
    "id": "stock_id", "stock": "stock_id", "clave": "stock_id", "precio": "price", "marca": "make", "modelo": "model",
    "ano": "year", "anio": "year", "kilometraje": "km", "kilometros": "km", "mileage": "km", "length": "largo",
    "width": "ancho", "height": "altura", "alto": "altura", "pictureurl": "picture_url", "imagen": "picture_url",
    "foto": "picture_url", "image": "picture_url", "imageurl": "picture_url",
}  # fmt: skip
INFERRED_NAMES = (*FACT_NAMES, *SIZES.values())  # bit of each in the `inferred` column, in this order

_PLAIN_ID = re.compile(r"[A-Za-z._-]{0,20}[0-9][A-Za-z0-9._-]{0,40}")  # needs no cleaning: ids are all different

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about one line (0 is the file as a whole)."""

    line: int
    column: str
    value: str
    reason: str
    outcome: str  # refused (the row is not loaded), repaired, or noted (the value is left out)


@dataclass(slots=True)
class LoadReport:
    """What loading did to a file."""

    path: str
    rows: int = 0
    loaded: int = 0
    refused: int = 0  # rows
    issues: list[Issue] = field(default_factory=list)  # the first of them
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (outcome, reason): cells or rows
    seconds: float = 0.0

    def add(self, issue: Issue, times: int = 1) -> None:
        """Count an issue and keep it while there is room."""
        self.counts[issue.outcome, issue.reason] += times
        if len(self.issues) < MAX_ISSUES:
            self.issues.append(issue)


def load(path: Path, taxonomy: Taxonomy, progress: Progress | None) -> tuple[pd.DataFrame, LoadReport, Taxonomy, str]:
    """Read, judge and complete a catalogue file.

    Returns:
        The clean table, the report, the taxonomy with the stock's own names, and the content's hash.

    Raises:
        InvalidCatalog: unreadable, a required column is missing, or no row can be used.
    """
    begun = time.perf_counter()
    tell = progress or (lambda step, done, total: None)
    tell("reading", 0, len(COLUMNS))
    raw = read_table(path)
    report = LoadReport(path.name, rows=len(raw.lines) + len(raw.bad))
    for note in raw.notes:
        report.add(Issue(0, "", "", note, "repaired"))
    for row in raw.bad:
        report.add(Issue(row.line, "", row.text[:80], row.reason, "refused"))
    found = _find_columns(raw, report)
    cleaned = _Cleaner(raw, report, _blank_rows(raw))
    columns: dict[str, npt.NDArray[Any] | Encoded] = {}
    for done, (name, encoded) in enumerate(found.items(), start=1):
        columns[name] = cleaned.column(name, encoded)
        tell(name, done, len(found))
    cleaned.drop_repeats(columns["stock_id"])
    keep = cleaned.usable
    report.loaded = int(keep.sum())
    blank_rows = int(cleaned.blank.sum())
    report.rows -= blank_rows
    report.refused = report.rows - report.loaded
    if not report.loaded:
        raise InvalidCatalog(_why_nothing(path, report))
    frame, grown = _complete(columns, keep, taxonomy, report)
    report.issues.sort(key=lambda issue: issue.line)
    report.seconds = time.perf_counter() - begun
    return frame, report, grown, _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _why_nothing(path: Path, report: LoadReport) -> str:
    if not report.rows:
        return f"The catalogue {path.name} has a header but no car."
    (_, reason), times = report.counts.most_common(1)[0]
    return (
        f"No row of the catalogue {path.name} can be used: of {report.rows}, {times} because {reason}. "
        "Run `commercial-agent catalog check` on it for every line."
    )


def _heading(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.strip().casefold())
    word = "".join(char for char in plain if char.isascii() and char.isalnum())
    known = {column.replace("_", ""): column for column in (*COLUMNS, *OPTIONAL)}
    return known.get(word) or _HEADINGS.get(word) or ""


def _find_columns(raw: RawTable, report: LoadReport) -> dict[str, Encoded]:
    found: dict[str, Encoded] = {}
    for name, encoded in zip(raw.header, raw.columns, strict=True):
        column = _heading(name)
        if not column:
            report.add(Issue(1, name, "", "unknown column, left out", "noted"))
        elif column in found:
            report.add(Issue(1, name, "", f"second column for {column}, left out", "noted"))
        else:
            found[column] = encoded
            if column != name:
                report.add(Issue(1, name, column, f"heading read as {column}", "repaired"))
    missing = [column for column in REQUIRED if column not in found]
    if missing:
        raise InvalidCatalog(
            f"The catalogue {report.path} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}. "
            f"Its columns must be: {', '.join(COLUMNS)}."
        )
    for column in COLUMNS:
        if column not in found:
            report.add(Issue(1, column, "", f"column {column} is missing, its values are unknown", "noted"))
            found[column] = Encoded(np.full(len(raw.lines), -1, dtype=np.int32), [])
    return found


def _blank_rows(raw: RawTable) -> Bools:
    """Rows in which every cell is empty: no car, and nothing to report."""
    empty = np.ones(len(raw.lines), dtype=bool)
    for column in sorted(raw.columns, key=lambda column: len(column.values)):
        nothing = np.array([isinstance(v, str) and not v.strip() for v in column.values] + [True], dtype=bool)
        empty &= nothing[column.codes]
        if not empty.any():
            break
    return empty


class _Cleaner:
    """Judges columns and remembers which rows survive."""

    def __init__(self, raw: RawTable, report: LoadReport, blank: Bools) -> None:
        self.lines = raw.lines
        self.report = report
        self.blank = blank
        self.usable = ~blank

    def column(self, name: str, encoded: Encoded) -> npt.NDArray[Any] | Encoded:
        """The column's values by row, or for texts by distinct value."""
        reader = READERS[name]
        empty = reader(None)
        if name == "stock_id" and _all_plain(encoded.values):
            if encoded.codes.min(initial=0) < 0:
                self._report(name, encoded, [Cell(value) for value in encoded.values], empty)
            return encoded
        cells = [reader(value) for value in encoded.values]
        self._report(name, encoded, cells, empty)
        if name in ("stock_id", "make", "model", "version", "picture_url"):
            return _clean_texts(encoded, cells)
        values = [cell.value for cell in (*cells, empty)]
        kind = np.bool_ if isinstance(empty.value, bool) else np.float64
        return np.array([np.nan if value is None else value for value in values], dtype=kind)[encoded.codes]

    def _report(self, name: str, encoded: Encoded, cells: list[Cell], empty: Cell) -> None:
        outcomes = (("refused", "refused"), ("repaired", "repaired"), ("noted", "noted"))
        every = [*cells, empty]
        odd = np.array([bool(cell.refused or cell.repaired or cell.noted) for cell in every], dtype=bool)
        if not odd.any():
            return
        rows = np.flatnonzero(odd[encoded.codes] & ~self.blank)
        for row in rows:
            cell = every[encoded.codes[row]]
            raw = "" if encoded.codes[row] < 0 else str(encoded.values[encoded.codes[row]])[:80]
            for attribute, outcome in outcomes:
                reason = getattr(cell, attribute)
                if reason:
                    self.report.add(Issue(int(self.lines[row]), name, raw, reason, outcome))
            if cell.refused:
                self.usable[row] = False

    def drop_repeats(self, ids: npt.NDArray[Any] | Encoded) -> None:
        """Refuse every usable row whose stock id an earlier usable one has."""
        assert isinstance(ids, Encoded)
        if len(ids.values) == len(ids.codes) and (ids.codes >= 0).all():
            return  # as many different ids as rows
        rows = np.flatnonzero(self.usable)
        rows = rows[np.argsort(self.lines[rows], kind="stable")]
        _, first = np.unique(ids.codes[rows], return_index=True)
        for row in np.delete(rows, first):
            reason = "the stock id stands on an earlier line"
            value = ids.values[ids.codes[row]]
            self.report.add(Issue(int(self.lines[row]), "stock_id", value, reason, "refused"))
            self.usable[row] = False


def _all_plain(ids: list[Any]) -> bool:
    return all(isinstance(v, str) and _PLAIN_ID.fullmatch(v) for v in ids) and len(set(ids)) == len(ids)


def _clean_texts(encoded: Encoded, cells: list[Cell]) -> Encoded:
    """The same column over its distinct cleaned texts; empty cells become the empty text."""
    places: dict[str, int] = {}
    new = [places.setdefault(cell.value or "", len(places)) for cell in cells]
    new.append(places.setdefault("", len(places)))
    return Encoded(np.array(new, dtype=np.int32)[encoded.codes], list(places))


def _complete(
    columns: Mapping[str, npt.NDArray[Any] | Encoded], keep: Bools, taxonomy: Taxonomy, report: LoadReport
) -> tuple[pd.DataFrame, Taxonomy]:
    ids, versions = _kept(columns["stock_id"], keep), _kept(columns["version"], keep)
    makes, models = _kept(columns["make"], keep), _kept(columns["model"], keep)
    names, name_codes = _pairs(makes.codes, models.codes)
    written = [(makes.values[make], models.values[model]) for make, model in names]
    canonical = [_canonical(make, model, taxonomy) for make, model in written]
    for before, after in dict(zip(written, canonical, strict=True)).items():
        if fold_name("".join(before)) != fold_name("".join(after)):
            text, reason = " ".join(before), f"name read as {' '.join(after)}"
            report.add(Issue(0, "model", text, reason, "repaired"))
    grown = taxonomy.with_stock(canonical)
    vehicles = [grown.models[f"{make}/{model}"] for make, model in canonical]
    facts, fact_codes = _facts(vehicles, name_codes, versions)
    sizes = {new: np.asarray(columns[old])[keep] for old, new in SIZES.items()}
    keys = [vehicle.key for vehicle in vehicles]
    frame = pd.DataFrame(
        {
            "stock_id": _strings(ids),
            "price": np.asarray(columns["price"])[keep],
            "km": np.asarray(columns["km"])[keep],
            "year": np.asarray(columns["year"])[keep].astype(np.int16),
            "make": _categories([make for make, _ in canonical], name_codes),
            "model": _categories(keys, name_codes),
            "version": _categories(versions.values, versions.codes),
            "bluetooth": np.asarray(columns["bluetooth"])[keep],
            "car_play": np.asarray(columns["car_play"])[keep],
        },
        copy=False,
    )
    inferred = facts.pop("inferred")[fact_codes]
    inferred = _fill_sizes(frame, sizes, vehicles, name_codes, inferred)
    for name, values in facts.items():
        frame[name] = values.take(fact_codes) if isinstance(values, pd.Categorical) else values[fact_codes]
    frame["inferred"] = inferred
    if "picture_url" in columns:
        pictures = _kept(columns["picture_url"], keep)
        frame["picture_url"] = _strings(pictures)
    return frame, grown


def _kept(column: npt.NDArray[Any] | Encoded, keep: Bools) -> Encoded:
    assert isinstance(column, Encoded)
    return Encoded(column.codes[keep], column.values)


def _strings(column: Encoded) -> pd.Series[str]:
    import pyarrow as pa

    values = pa.array(column.values, pa.large_string()).take(pa.array(column.codes))
    return pd.Series(values.to_pandas(), dtype="str")


def _pairs(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> tuple[list[tuple[int, int]], npt.NDArray[np.intp]]:
    """The distinct pairs of two columns of codes, and for each row its pair."""
    span = int(second.max()) + 1
    pairs = first.astype(np.int64) * span + second
    keys, places = _distinct(pairs)
    return [(int(key) // span, int(key) % span) for key in keys], places


def _distinct(codes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
    """The distinct codes and for each row the place of its own; by counting where that is cheaper than hashing."""
    if int(codes.max()) > 4 * len(codes) + 1_000_000:
        return np.unique(codes, return_inverse=True)
    keys = np.flatnonzero(np.bincount(codes))
    place = np.zeros(int(keys[-1]) + 1, dtype=np.intp)
    place[keys] = np.arange(len(keys))
    return keys, place[codes]


def _canonical(make: str, model: str, taxonomy: Taxonomy) -> tuple[str, str]:
    known = taxonomy.find_make(make) or make
    vehicle = taxonomy.find_model(known, model)
    return known, vehicle.name if vehicle else model


def _categories(values: list[str], codes: npt.NDArray[Any]) -> pd.Categorical[str]:
    """A categorical over the values in alphabetical order that occur, whatever order and repetition they come in."""
    names = sorted({values[code] for code in np.flatnonzero(np.bincount(codes))})
    place = {name: number for number, name in enumerate(names)}
    new = np.array([place.get(value, -1) for value in values], dtype=_small(len(names)))
    return pd.Categorical.from_codes(new[codes], categories=pd.Index(names))


def _small(count: int) -> type[np.int8] | type[np.int16] | type[np.int32]:
    return np.int8 if count < 127 else np.int16 if count < 32_767 else np.int32


def _facts(
    vehicles: list[VehicleModel], name_codes: npt.NDArray[Any], versions: Encoded
) -> tuple[dict[str, Any], npt.NDArray[np.intp]]:
    pairs, codes = _pairs(name_codes, versions.codes)
    known = [derive(vehicles[name], versions.values[version]) for name, version in pairs]
    bits = {name: 1 << place for place, name in enumerate(INFERRED_NAMES)}
    facts: dict[str, Any] = {
        name: pd.Categorical([getattr(fact, name) for fact, _ in known], categories=list(order))
        for name, order in (
            ("body_style", BODY_STYLES), ("transmission", TRANSMISSIONS), ("drive", DRIVES), ("fuel", FUELS),
        )
    }  # fmt: skip
    for name, kind in (("doors", np.float32), ("seats", np.float32), ("engine_litres", np.float64)):
        facts[name] = np.array([np.nan if (v := getattr(fact, name)) is None else float(v) for fact, _ in known], kind)
    trims = [trim(versions.values[version]) for _, version in pairs]
    facts["trim"] = pd.Categorical(trims, categories=sorted(set(trims)))
    facts["inferred"] = np.array([sum(bits[name] for name in inferred) for _, inferred in known], dtype=np.uint16)
    return facts, codes


def _fill_sizes(
    frame: pd.DataFrame,
    sizes: dict[str, npt.NDArray[Any]],
    vehicles: list[VehicleModel],
    name_codes: npt.NDArray[Any],
    inferred: npt.NDArray[np.uint16],
) -> npt.NDArray[np.uint16]:
    for name, values in sizes.items():
        usual = np.array([np.nan if (v := getattr(vehicle, name)) is None else v for vehicle in vehicles], np.float64)
        missing = np.isnan(values)
        filled = np.where(missing, usual[name_codes], values)
        frame[name] = filled.astype(np.float32)
        bit = np.uint16(1 << INFERRED_NAMES.index(name))
        inferred = np.where(missing & ~np.isnan(filled), inferred | bit, inferred).astype(np.uint16)
    return inferred
