"""Catalogue files: bad lines are reported with their reason, certain mistakes repaired, the rest loads."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commercial_agent.catalog import Car, Catalog
from commercial_agent.catalog.cells import flag_cell, km_cell, number, price_cell, size_cell, year_cell
from commercial_agent.errors import InvalidCatalog

HEADER = "stock_id,km,price,make,model,year,version,bluetooth,largo,ancho,altura,car_play"
GOOD = "1,77400,461999.0,Volkswagen,Touareg,2018,3.0 V6 TDI WOLFSBURG EDITION AUTO 4WD,Sí,4801.0,1940.0,1709.0,"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(*lines: str, header: str = HEADER, encoding: str = "utf-8", name: str = "cars.csv") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join((header, *lines, "")).encode(encoding))
        return path

    return write_file


def test_a_listing_of_the_challenge_loads_whole(write: Write) -> None:
    car = Catalog.load(write(GOOD)).get("1")
    assert car == Car(
        stock_id="1", make="Volkswagen", model="Touareg", year=2018, version="3.0 V6 TDI WOLFSBURG EDITION AUTO 4WD",
        price=Decimal("461999.00"), km=77400, bluetooth=True, car_play=False, length_mm=4801, width_mm=1940,
        height_mm=1709, body_style="suv", transmission="automatic", drive="awd", fuel="diesel",
        engine_litres=Decimal("3.0"), doors=5, seats=5, trim="TDI WOLFSBURG EDITION",
        inferred=("body_style", "doors", "seats"),
    )  # fmt: skip


REFUSED = [
    ("2,1,,Kia,Rio,2018,,,,,,", "price", "the price is missing"),
    ("2,1,abc,Kia,Rio,2018,,,,,,", "price", "the price is not a number"),
    ("2,1,0,Kia,Rio,2018,,,,,,", "price", "the price is not above zero"),
    ("2,1,-5,Kia,Rio,2018,,,,,,", "price", "the price is not above zero"),
    ("2,-10,100,Kia,Rio,2018,,,,,,", "km", "the kilometres are negative"),
    (",1,100,Kia,Rio,2018,,,,,,", "stock_id", "the stock id is missing"),
    ("1,1,100,Kia,Rio,2018,,,,,,", "stock_id", "the stock id stands on an earlier line"),
    ("2,1,100,,Rio,2018,,,,,,", "make", "make or model is missing"),
    ("2,1,100,Kia,,2018,,,,,,", "model", "make or model is missing"),
    ("2,1,100,Kia,Rio,,,,,,,", "year", "the year is missing"),
    ("2,1,100,Kia,Rio,3018,,,,,,", "year", "the year is beyond belief"),
    ("2,1,100,Kia,Rio,2018.5,,,,,,", "year", "the year is not a whole number"),
    ("2,1,100", "", "3 cells where the header has 12"),
    ("2,1,100,Kia,Rio,2018,,,,,,,extra", "", "13 cells where the header has 12"),
]


@pytest.mark.parametrize(("line", "column", "reason"), REFUSED)
def test_a_bad_row_is_refused_with_its_line_and_reason(write: Write, line: str, column: str, reason: str) -> None:
    report = Catalog.load(write(GOOD, "", line)).report
    issue = next(issue for issue in report.issues if issue.outcome == "refused")
    assert (issue.line, issue.column, issue.reason) == (4, column, reason)
    assert (report.rows, report.loaded, report.refused) == (2, 1, 1)


REPAIRED = [
    ('2,1,"$238,999.00",Kia,Rio,2018,,,,,,', "price", Decimal("238999.00")),
    ("2,1,$238999 MXN,Kia,Rio,2018,,,,,,", "price", Decimal("238999.00")),
    ("2,1,238.999,Kia,Rio,2018,,,,,,", "price", Decimal("238999.00")),
    ('2,1,"238.999,50",Kia,Rio,2018,,,,,,', "price", Decimal("238999.50")),
    ('2,"77,400 km",1,Kia,Rio,2018,,,,,,', "km", 77400),
    ("2,1,1,KIA,RIO,18,,,,,,", "year", 2018),
    ("2,1,1,Kia,Rio,2018,,SI,,,,", "bluetooth", True),
    ("2,1,1,Kia,Rio,2018,,yes,,,,", "bluetooth", True),
    ("2,1,1,Kia,Rio,2018,,SÃ­,,,,", "bluetooth", True),
    ("2,1,1,Kia,Rio,2018,,No,,,,", "bluetooth", False),
    ("2,1,1,Kia,Rio,2018,,,4.38,,,", "length_mm", 4380),
    ("2,1,1,Kia,Rio,2018,,,,172.5 cm,,", "width_mm", 1725),
    ("2,1,1,Kia,Rio,2018,VersiÃ³n ÃšNICA,,,,,", "version", "Versión ÚNICA"),
    ("2,1,1,mercedes-benz,clase c,2018,,,,,,", "make", "Mercedes Benz"),
    ("2,1,1,Mazda,MAZDA 3,2018,,,,,,", "model", "3"),
    ("2,,1,Kia,Rio,2018,,,,,,", "km", None),
    ("2,1,1,Kia,Rio,2018,,,nonsense,,,", "length_mm", 4384),
    ("2,1,1,Kia,Rio,2018,,,,,", "price", Decimal("1.00")),
]


@pytest.mark.parametrize(("line", "field", "value"), REPAIRED)
def test_what_is_certain_is_repaired(write: Write, line: str, field: str, value: object) -> None:
    car = Catalog.load(write(GOOD, line)).get("2")
    assert car is not None
    assert getattr(car, field) == value


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8-sig", "utf-16"])
def test_any_usual_encoding_is_read(write: Write, encoding: str) -> None:
    catalog = Catalog.load(write(GOOD, "2,1,5000,Seat,León,2018,VERSIÓN,,,,,", encoding=encoding))
    car = catalog.get("2")
    assert car is not None
    assert (car.model, car.version) == ("Leon", "VERSIÓN")
    assert catalog.report.counts.total() >= 1


def test_unknown_and_foreign_headings_are_reported(write: Write) -> None:
    header = "ID;Precio;Marca;Modelo;Año;Kilometraje;Versión;color"
    catalog = Catalog.load(write("9;150000;Kia;Rio;2018;10;EX AT;rojo", header=header))
    car = catalog.get("9")
    assert car is not None
    assert (car.price, car.km, car.transmission) == (Decimal("150000.00"), 10, "automatic")
    said = {(issue.column, issue.reason) for issue in catalog.report.issues}
    assert ("color", "unknown column, left out") in said
    assert ("car_play", "column car_play is missing, its values are unknown") in said


def test_lines_are_counted_as_an_editor_counts_them(write: Write) -> None:
    report = Catalog.load(write(GOOD, '2,1,5000,Kia,"Rio\nSedan",2018,,,,,,', "", "3,1,,Kia,Rio,2018,,,,,,")).report
    assert [(issue.line, issue.reason) for issue in report.issues if issue.outcome == "refused"] == [
        (6, "the price is missing")
    ]


UNUSABLE = [
    ((), HEADER, "has a header but no car"),
    (("1,1,,Kia,Rio,2018,,,,,,",), HEADER, "the price is missing"),
    ((GOOD,), HEADER.replace("price", "cost"), "lacks the column price"),
    ((), "", "is empty"),
]


@pytest.mark.parametrize(("lines", "header", "said"), UNUSABLE)
def test_a_file_without_a_usable_row_is_refused_clearly(
    write: Write, lines: tuple[str, ...], header: str, said: str
) -> None:
    with pytest.raises(InvalidCatalog, match=said):
        Catalog.load(write(*lines, header=header))


@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "none.xlsx"])
def test_a_file_that_is_not_there_is_said_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidCatalog, match="no catalogue"):
        Catalog.load(tmp_path / name)


@pytest.mark.parametrize("name", ["junk.parquet", "junk.xlsx"])
def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\x01 not a table")
    with pytest.raises(InvalidCatalog, match="not a readable table"):
        Catalog.load(tmp_path / name)


def test_csv_parquet_and_workbook_give_the_same_stock(tmp_path: Path) -> None:
    frame = pd.read_csv("dealership/catalog.csv").head(60)
    frame.to_parquet(tmp_path / "cars.parquet", index=False)
    frame.to_csv(tmp_path / "cars.csv", index=False)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(frame.columns))
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
        sheet.append(list(row))
    book.save(tmp_path / "cars.xlsx")
    stocks = [Catalog.load(tmp_path / f"cars.{kind}") for kind in ("csv", "parquet", "xlsx")]
    assert [len(stock) for stock in stocks] == [60, 60, 60]
    for stock_id in stocks[0].frame["stock_id"]:
        assert stocks[0].get(stock_id) == stocks[1].get(stock_id) == stocks[2].get(stock_id) is not None


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, int, int]] = []
    Catalog.load("dealership/catalog.csv", progress=lambda step, done, total: told.append((step, done, total)))
    assert told[0][1] == 0
    assert told[-1][1] == told[-1][2]


def test_a_picture_address_is_kept_only_when_it_is_one(write: Write) -> None:
    header = HEADER + ",picture_url"
    catalog = Catalog.load(
        write(GOOD + ",https://example.com/1.jpg", GOOD.replace("1,", "2,", 1) + ",javascript:x", header=header)
    )
    first, second = catalog.get("1"), catalog.get("2")
    assert first is not None
    assert second is not None
    assert (first.picture_url, second.picture_url) == ("https://example.com/1.jpg", None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234,567", 1234567), ("1.234.567", 1234567), ("12,5", Decimal("12.5")), ("1e5", 100000), ("12 345", 12345)],
)
def test_numbers_are_read_however_they_are_grouped(text: str, value: int | Decimal) -> None:
    assert number(text)[0] == value


@given(st.text(max_size=40) | st.floats() | st.integers() | st.booleans() | st.none())
def test_no_cell_breaks_its_reader(raw: object) -> None:
    price, km, year, size = price_cell(raw), km_cell(raw), year_cell(raw), size_cell(raw)
    assert price.refused or price.value > 0
    assert km.refused or km.value is None or km.value >= 0
    assert year.refused or 1900 <= year.value <= 2100
    assert size.value is None or size.value > 0
    assert isinstance(flag_cell(raw).value, bool)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600))
def test_no_file_content_breaks_the_loader(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(HEADER.encode() + b"\n" + GOOD.encode() + b"\n" + content)
    with suppress(InvalidCatalog):
        assert len(Catalog.load(path)) >= 1


def test_the_sample_catalogue_is_whole_and_believable() -> None:
    catalog = Catalog.load("dealership/catalog.csv")
    assert not catalog.report.issues
    with Path("dealership/catalog.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(catalog) >= 400
    assert len({row["make"] for row in rows}) >= 25
    assert len({(row["make"], row["model"]) for row in rows}) >= 110
    assert {int(row["year"]) for row in rows} == set(range(2012, 2025))
    assert all(row["price"].endswith("999.0") and len(row["stock_id"]) == 6 for row in rows)
    twins = {(row["make"], row["model"], row["year"], row["version"]) for row in rows}
    assert len(twins) < len(rows)  # some differ only by km and price
