from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.requests import CatalogRequest, FinanceKind, FinanceRequest
from commercial_agent.conversation.state import DialogueState
from commercial_agent.understanding.local import LocalReader, default_reader

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/Mexico_City"))


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    return default_reader()


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("los dos sedanes más baratos", 2),
        ("mándame solo una opción de suv", 1),
        ("cuatro opciones de sedán", 4),
        ("give me the two cheapest hatchbacks", 2),
        ("quiero una suv", None),
        ("un mazda 3 más barato", None),
        ("una suv de tres filas", None),
    ],
)
def test_a_number_of_cars_is_read_where_one_is_asked_for(reader: LocalReader, said: str, count: int | None) -> None:
    request = reader.read_now(said, DialogueState(), NOW).requests[-1]
    assert isinstance(request, CatalogRequest)
    assert request.count == count


def test_a_gearbox_named_as_a_reason_is_not_wished_for(reader: LocalReader) -> None:
    said = "busco un hatchback automático porque el estándar no le gusta"
    request = reader.read_now(said, DialogueState(), NOW).requests[-1]
    assert isinstance(request, CatalogRequest)
    assert request.criteria.transmissions == ("automatic",)


def test_a_small_share_beside_the_opening_fee_is_a_commission(reader: LocalReader) -> None:
    said = "suponiendo que la apertura fuera del 3%, un coche de 260 mil con 60 mil de enganche a 60 meses"
    request = reader.read_now(said, DialogueState(), NOW).requests[-1]
    assert isinstance(request, FinanceRequest)
    assert request.kind is FinanceKind.COMMISSION
    assert request.commission_percent == 3
