"""Searches that are answered by a question, by what else there is, or beyond the cars that were shown."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from commercial_agent.agents.catalog import CatalogAgent
from commercial_agent.catalog import LiveCatalog
from commercial_agent.conversation.cars import CarCriteria, CarMention, CarReference, Order, Range
from commercial_agent.conversation.findings import CarsFound
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest
from commercial_agent.conversation.state import Ask, DialogueState

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STOCK = """stock_id,km,price,make,model,year,version,bluetooth,largo,ancho,altura,car_play
J1,50500,250999,Volkswagen,Jetta,2018,1.4T COMFORTLINE TIPTRONIC,Sí,4702,1799,1458,Sí
J2,90000,190999,Volkswagen,Jetta,2015,2.5 STYLE MT,Sí,4659,1778,1473,
K1,40000,270999,Kia,Forte,2019,2.0 EX AUTO SEDAN,Sí,4640,1800,1440,Sí
V1,30000,210999,Nissan,Versa,2021,1.6 ADVANCE CVT,Sí,4495,1740,1475,Sí
H1,85000,280999,Toyota,Hilux,2017,2.7 SR DOBLE CABINA MT,Sí,5335,1855,1815,
"""


@pytest.fixture
def agent(tmp_path: Path) -> CatalogAgent:
    path = tmp_path / "cars.csv"
    path.write_text(STOCK, encoding="utf-8")
    return CatalogAgent(LiveCatalog.load(path))


def mention(stock_id: str, make: str, model: str, year: int, price: int) -> CarMention:
    return CarMention(stock_id, make, model, year, "", Decimal(price), 50_500, "sedan", "automatic", 4_700)


SHOWN = DialogueState(shown=(mention("J1", "Volkswagen", "Jetta", 2018, 250_999),), last_intent=Intent.SEARCH)


async def found(agent: CatalogAgent, request: CatalogRequest, state: DialogueState | None = None) -> CarsFound:
    finding = await agent.answer(request, state or DialogueState(), NOW)
    assert isinstance(finding, CarsFound)
    return finding


def ids(finding: CarsFound) -> set[str]:
    return {car.stock_id for car in finding.cars}


async def test_a_vague_search_of_many_cars_is_answered_by_a_question(agent: CatalogAgent, tmp_path: Path) -> None:
    few = await found(agent, CatalogRequest(Intent.RECOMMEND, vague=True))
    assert len(few.cars) == 3
    path = tmp_path / "many.csv"
    rows = "".join(f"S{n},40000,{150 + n}000,Chevrolet,Trax,2018,1.8 LT AUTO,Sí,4254,1775,1674,\n" for n in range(9))
    path.write_text(STOCK + rows, encoding="utf-8")
    many = await found(CatalogAgent(LiveCatalog.load(path)), CatalogRequest(Intent.RECOMMEND, vague=True))
    assert not many.cars
    assert many.question is not None
    assert many.question.ask is Ask.NARROW


async def test_makes_are_searched_by_where_they_come_from(agent: CatalogAgent) -> None:
    japanese = CatalogRequest(Intent.SEARCH, CarCriteria(origins=("japanese",)))
    assert ids(await found(agent, japanese)) == {"V1", "H1"}
    neither = CatalogRequest(Intent.SEARCH, CarCriteria(not_origins=("korean", "german")))
    assert ids(await found(agent, neither)) == {"V1", "H1"}


async def test_a_name_liked_best_gives_way_before_other_wishes(agent: CatalogAgent) -> None:
    wishes = CarCriteria(makes=("Nissan",), body_styles=("pickup",))
    finding = await found(agent, CatalogRequest(Intent.SEARCH, wishes, preferred=True))
    assert ids(finding) == {"H1"}
    assert [step.field for step in finding.relaxed] == ["makes"]


async def test_little_fuel_is_looked_for_in_small_engines(agent: CatalogAgent) -> None:
    wishes = CarCriteria(not_in_data=("fuel_economy",))
    assert ids(await found(agent, CatalogRequest(Intent.SEARCH, wishes))) == {"J1", "V1"}


async def test_less_than_a_price_is_told_in_thousands(agent: CatalogAgent) -> None:
    cheaper = CatalogRequest(Intent.REFINE, about=CarReference(shown=True), relative=(Order("price"),))
    assert (await found(agent, cheaper, SHOWN)).criteria.price == Range(high=Decimal(250_000))


async def test_older_ones_look_before_the_year_asked_for(agent: CatalogAgent) -> None:
    wishes = CarCriteria(models=("Volkswagen/Jetta",), year=Range(low=Decimal(2018)))
    older = CatalogRequest(Intent.REFINE, wishes, CarReference(shown=True), relative=(Order("year"),))
    assert ids(await found(agent, older, SHOWN)) == {"J2"}


async def test_what_no_column_tells_is_said_once(agent: CatalogAgent) -> None:
    wishes = CarCriteria(not_in_data=("colour",), body_styles=("sedan",))
    request = CatalogRequest(Intent.REFINE, wishes)
    assert (await found(agent, request)).not_in_data == ("colour",)
    state = DialogueState(criteria=CarCriteria(not_in_data=("colour",)), shown=SHOWN.shown)
    assert (await found(agent, request, state)).not_in_data == ()
