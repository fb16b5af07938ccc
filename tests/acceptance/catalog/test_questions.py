"""Questions in customers' words, read and answered for real; what is right is counted here from the file."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from commercial_agent.agents.catalog import CatalogAgent
from commercial_agent.catalog import LiveCatalog
from commercial_agent.conversation.findings import CarsFound, Finding, StockAnalysed
from commercial_agent.conversation.requests import CatalogRequest
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FILE = Path("dealership/catalog.csv")
QUESTIONS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("questions.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(question[language], question, id=f"{language}-{number}")
    for number, question in enumerate(QUESTIONS)
    for language in ("es", "en", "pt")
]

AUTOMATIC = {"AUTO", "AT", "TA", "CVT", "DCT", "IVT", "TIPTRONIC", "TRONIC", "DSG", "PDK", "DUALOGIC", "I-MOTION"}
BODIES = {
    "SEDAN": "sedan", "NOTCHBACK": "sedan", "HATCHBACK": "hatchback", "SPORTBACK": "hatchback", "COUPE": "coupe",
    "CABRIO": "convertible", "CONVERTIBLE": "convertible", "WAGON": "wagon", "VARIANT": "wagon",
}  # fmt: skip
FOUR_WHEELS = {"AWD", "4WD", "4X4", "QUATTRO", "XDRIVE", "4MOTION", "4MATIC", "SH-AWD", "AWC", "Q4", "ALL4"}


def listings() -> list[dict[str, Any]]:
    with Path("src/commercial_agent/catalog/data/models.csv").open(encoding="utf-8") as file:
        models = {(row["make"], row["model"]): row for row in csv.DictReader(file)}
    with FILE.open(encoding="utf-8") as file:
        return [seen(row, models[row["make"], row["model"]]) for row in csv.DictReader(file)]


def seen(row: dict[str, str], model: dict[str, str]) -> dict[str, Any]:
    """A listing as a person reads it: its codes word by word, the model's kind for what they do not say."""
    codes = set(row["version"].split())
    body = model["body_style"]
    for word, said in BODIES.items():
        if word in codes and body != "suv":
            body = said
    if "5 PTAS" in row["version"] and body == "sedan":
        body = "hatchback"
    return {
        "id": row["stock_id"],
        "make": row["make"],
        "model": row["model"],
        "price": Decimal(row["price"]),
        "km": int(row["km"]),
        "year": int(row["year"]),
        "gear": "automatic" if codes & AUTOMATIC else "manual",
        "drive": "awd" if codes & FOUR_WHEELS else model["drive"],
        "fuel": "hybrid" if codes & {"HYBRID", "PLUG-IN"} else model["fuel"],
        "car_play": row["car_play"] == "Sí",
        "body": body,
    }


def fits(car: dict[str, Any], where: dict[str, Any]) -> bool:
    return all(holds(car, name, wanted) for name, wanted in where.items())


def holds(car: dict[str, Any], name: str, wanted: Any) -> bool:
    if name == "any":
        return any(fits(car, part) for part in wanted)
    if name.endswith("_max"):
        return bool(car[name[:-4]] <= wanted)
    if name.endswith("_min"):
        return bool(car[name[:-4]] >= wanted)
    return bool(car[name] == wanted)


@pytest.fixture(scope="module")
def stock() -> LiveCatalog:
    return LiveCatalog.load(FILE)


@pytest.fixture(scope="module")
def reader(stock: LiveCatalog) -> LocalReader:
    zone = ZoneInfo("America/Mexico_City")
    return LocalReader(IntentClassifier.load(), EntityReader(stock.current.taxonomy, time_zone=zone))


def test_the_table_is_large_enough() -> None:
    assert len({case.values[0] for case in CASES}) >= 120


@pytest.mark.parametrize(("text", "question"), CASES)
async def test_the_answer_is_what_a_person_would_count(
    text: str, question: dict[str, Any], stock: LiveCatalog, reader: LocalReader
) -> None:
    request = reader.read_now(text, DialogueState(), NOW).requests[0]
    assert isinstance(request, CatalogRequest)
    found = await CatalogAgent(stock).answer(request, DialogueState(), NOW)
    cars = [car for car in listings() if fits(car, question["where"])]
    ((kind, column),) = question["expect"].items()
    check(found, kind, column, cars)


def check(found: Finding, kind: str, column: str, cars: list[dict[str, Any]]) -> None:
    assert isinstance(found, CarsFound | StockAnalysed)
    match kind:
        case "count":
            assert (found.rows[0].value if isinstance(found, StockAnalysed) else found.total) == len(cars)
        case "found":
            assert found.total == len(cars)
            assert {car.stock_id for car in found.cars} <= {car["id"] for car in cars}
            assert len(found.cars) == min(3, len(cars)) or isinstance(found, StockAnalysed)
        case "lowest" | "highest":
            best = (min if kind == "lowest" else max)(car[column] for car in cars)
            assert found.cars[0].stock_id in {car["id"] for car in cars if car[column] == best}
        case "mean":
            assert isinstance(found, StockAnalysed)
            exact = sum((car[column] for car in cars), Decimal(0)) / len(cars)
            assert found.rows[0].value == exact.quantize(Decimal("0.01"))
        case "values":
            assert isinstance(found, StockAnalysed)
            labels = {(row.label or "").removeprefix(f"{cars[0]['make']}/") for row in found.rows}
            assert labels == {car[column] for car in cars}
        case _:
            assert found.not_stocked == (column,)
