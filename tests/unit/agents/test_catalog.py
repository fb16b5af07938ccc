"""The catalogue agent: from requests to findings, on a stock small enough to know by heart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commercial_agent.agents.cars import Stock, car_facts, search
from commercial_agent.agents.catalog import CatalogAgent
from commercial_agent.agents.criteria import query_of
from commercial_agent.agents.narrowing import narrowing_question
from commercial_agent.agents.relaxation import HARD, SOFT, relax
from commercial_agent.catalog import Catalog, LiveCatalog
from commercial_agent.catalog.taxonomy import BODY_STYLES, DRIVES, FUELS, SEGMENTS, TRANSMISSIONS
from commercial_agent.conversation.cars import CarCriteria, CarMention, CarReference, Order, Origin, Range
from commercial_agent.conversation.findings import (
    CarDescribed,
    CarGone,
    CarNotClear,
    CarsCompared,
    CarsFound,
    Finding,
    StockAnalysed,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import Analysis, CatalogRequest, Metric
from commercial_agent.conversation.state import Ask, DialogueState

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STOCK = """stock_id,km,price,make,model,year,version,bluetooth,largo,ancho,altura,car_play
J1,50000,250000,Volkswagen,Jetta,2018,1.4T COMFORTLINE TIPTRONIC,Sí,4702,1799,1458,Sí
J2,90000,190000,Volkswagen,Jetta,2015,2.5 STYLE MT,Sí,4659,1778,1473,
M1,40000,270000,Mazda,3,2019,2.5 I SPORT AUTO SEDAN,Sí,4660,1795,1440,Sí
M2,60000,230000,Mazda,3,2017,2.5 I TOURING AUTO HATCHBACK,Sí,4460,1795,1450,
V1,30000,210000,Nissan,Versa,2021,1.6 ADVANCE CVT,Sí,4495,1740,1475,Sí
V2,80000,150000,Nissan,Versa,2016,1.6 SENSE MT,,4492,1695,1514,
X1,20000,420000,Nissan,X-Trail,2021,2.5 EXCLUSIVE CVT AWD 7 PASAJEROS,Sí,4690,1830,1740,Sí
C1,70000,310000,Honda,CR-V,2016,2.4 EX AUTO,Sí,4529,1820,1654,
H1,85000,280000,Toyota,Hilux,2017,2.7 SR DOBLE CABINA MT,Sí,5335,1855,1815,
P1,25000,390000,Toyota,Prius,2021,1.8 PREMIUM HYBRID CVT,Sí,4540,1760,1470,Sí
"""

Ask_ = Callable[..., Finding]


@pytest.fixture
def live(tmp_path: Path) -> LiveCatalog:
    path = tmp_path / "cars.csv"
    path.write_text(STOCK, encoding="utf-8")
    return LiveCatalog.load(path)


@pytest.fixture
def catalog(live: LiveCatalog) -> Catalog:
    return live.current


@pytest.fixture
def answer(live: LiveCatalog) -> Callable[..., Any]:
    agent = CatalogAgent(live)

    async def answer_request(intent: Intent, state: DialogueState | None = None, **asked: Any) -> Finding:
        return await agent.answer(CatalogRequest(intent, **asked), state or DialogueState(), NOW)

    return answer_request


def after_showing(catalog: Catalog, *ids: str, criteria: CarCriteria | None = None) -> DialogueState:
    facts = [car_facts(catalog, stock_id) for stock_id in ids]
    shown = tuple(CarMention.of(car) for car in facts if car is not None)
    focus = ids[0] if len(ids) == 1 else None
    return DialogueState(shown=shown, focus=focus, total=len(ids), criteria=criteria or CarCriteria())


def ids(finding: Finding) -> list[str]:
    assert isinstance(finding, CarsFound | CarsCompared | StockAnalysed)
    return [car.stock_id for car in finding.cars]


def up_to(pesos: int) -> Range:
    return Range(None, Decimal(pesos))


# --- Searching -------------------------------------------------------------------------------------------------------


async def test_a_search_finds_what_fits_and_asks_one_question(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(body_styles=("sedan",), transmissions=("automatic",)))
    assert set(ids(found)) == {"J1", "M1", "V1"}
    assert (found.total, found.relaxed, found.not_stocked) == (3, (), ())
    assert found.question is not None


async def test_nothing_asked_is_the_whole_stock_narrowed_by_the_most_telling_question(answer: Any) -> None:
    found = await answer(Intent.SEARCH)
    assert found.total == 10
    assert len(found.cars) == 3
    assert found.question.ask is Ask.NARROW
    assert found.question.attribute == "body_styles"
    assert found.question.options[0] == "sedan"


async def test_models_of_different_makes_are_alternatives(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(models=("Volkswagen/Jetta", "Honda/CR-V")))
    assert found.total == 3


async def test_a_model_beside_another_make_is_an_alternative_to_it(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(makes=("Mazda",), models=("Volkswagen/Jetta",)))
    assert found.total == 4


async def test_a_model_of_the_named_make_narrows_it(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(makes=("Nissan",), models=("Nissan/Versa",)))
    assert found.total == 2


async def test_exclusions_hold(answer: Any) -> None:
    criteria = CarCriteria(not_makes=("Nissan",), not_body_styles=("sedan",), not_models=("Honda/CR-V",))
    found = await answer(Intent.SEARCH, criteria=criteria, offset=0)
    assert found.total == 3
    assert set(ids(found)) == {"M2", "H1", "P1"}


async def test_an_asked_order_is_kept(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(order=Order("price")))
    assert ids(found) == ["V2", "J2", "V1"]
    found = await answer(Intent.SEARCH, criteria=CarCriteria(order=Order("year", descending=True), makes=("Nissan",)))
    assert {*ids(found)[:2]} == {"V1", "X1"}


async def test_a_senseless_range_and_order_are_put_right(answer: Any) -> None:
    criteria = CarCriteria(
        price=Range(Decimal(280_000), Decimal(200_000)), km=Range(Decimal("NaN")), order=Order("colour")
    )
    found = await answer(Intent.SEARCH, criteria=criteria)
    assert found.total == 5


async def test_more_pages_go_on_to_the_end_and_then_say_so(answer: Any, catalog: Catalog) -> None:
    seen: list[str] = []
    for offset in (0, 3, 6, 9):
        page = await answer(Intent.MORE, criteria=CarCriteria(), offset=offset)
        seen += ids(page)
    assert sorted(seen) == sorted(catalog.frame["stock_id"])
    beyond = await answer(Intent.MORE, criteria=CarCriteria(), offset=12)
    assert beyond.exhausted
    assert not beyond.cars


async def test_more_without_a_place_goes_on_after_the_last_page(answer: Any, catalog: Catalog) -> None:
    first = await answer(Intent.SEARCH)
    second = await answer(Intent.MORE, after_showing(catalog, *ids(first)), criteria=CarCriteria())
    assert second.offset == 3
    assert not set(ids(first)) & set(ids(second))


async def test_what_no_column_knows_is_handed_on(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(makes=("Mazda",), not_in_data=("colour",)))
    assert found.not_in_data == ("colour",)
    assert found.total == 2


# --- Nothing fits ----------------------------------------------------------------------------------------------------


async def test_a_budget_slightly_too_low_is_widened_and_said(answer: Any) -> None:
    criteria = CarCriteria(models=("Mazda/3",), price=up_to(215_000))
    found = await answer(Intent.SEARCH, criteria=criteria)
    assert ids(found) == ["M2"]
    assert [(r.field, r.dropped) for r in found.relaxed] == [("price", False)]
    assert found.criteria == criteria
    assert found.used.price.high > criteria.price.high


async def test_a_hopeless_budget_shows_the_nearest_first(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(body_styles=("suv",), price=up_to(10_000)))
    assert ids(found) == ["C1", "X1"]
    assert [(r.field, r.dropped) for r in found.relaxed] == [("price", True)]


async def test_a_budget_that_buys_nothing_is_shown_the_cheapest_cars_whatever_order_was_asked(
    catalog: Catalog,
) -> None:
    dearest_first = CarCriteria(price=Range(high=Decimal(4000)), order=Order("price", descending=True))
    found = search(catalog, dearest_first)
    assert [car.stock_id for car in found.cars] == ["V2", "J2", "V1"]
    assert [r.field for r in found.relaxed] == ["price"]


async def test_only_what_must_give_way_does(answer: Any) -> None:
    criteria = CarCriteria(
        models=("Honda/CR-V",),
        car_play=True,
        transmissions=("automatic",),
        year=Range(Decimal(2010)),
        price=up_to(400_000),
    )
    found = await answer(Intent.SEARCH, criteria=criteria)
    assert ids(found) == ["C1"]
    assert [r.field for r in found.relaxed] == ["car_play"]


async def test_a_make_not_sold_is_said_and_never_passed_off(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(makes=("Tesla",)))
    assert found.not_stocked == ("Tesla",)
    assert [(r.field, r.dropped) for r in found.relaxed] == [("makes", True)]
    assert ids(found) == ["P1"]  # the one that comes nearest to an electric car


async def test_a_model_not_sold_brings_its_like(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(models=("Nissan/Tsuru",), price=up_to(220_000)))
    assert found.not_stocked == ("Nissan/Tsuru",)
    assert set(ids(found)) == {"V1", "V2"}
    assert all(car.body_style == "sedan" for car in found.cars)


async def test_of_two_names_the_one_in_stock_is_found_and_the_other_said(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(makes=("Tesla",), models=("Volkswagen/Jetta",)))
    assert found.not_stocked == ("Tesla",)
    assert found.total == 2
    assert not found.relaxed


# --- One car ---------------------------------------------------------------------------------------------------------


async def test_attributes_say_where_they_come_from(answer: Any, catalog: Catalog) -> None:
    state = after_showing(catalog, "V2", "J1")
    asked = ("size", "transmission", "seats", "colour", "availability")
    found = await answer(Intent.DETAIL, state, about=CarReference(ordinals=(2,)), attributes=asked)
    assert isinstance(found, CarDescribed)
    assert [(a.name, a.value, a.origin) for a in found.answers] == [
        ("length_mm", 4702, Origin.STATED),
        ("width_mm", 1799, Origin.STATED),
        ("height_mm", 1458, Origin.STATED),
        ("transmission", "automatic", Origin.STATED),
        ("seats", 5, Origin.INFERRED),
        ("colour", None, Origin.UNKNOWN),
        ("availability", True, Origin.STATED),
    ]


async def test_only_unknown_attributes_offer_a_person(answer: Any, catalog: Catalog) -> None:
    found = await answer(Intent.DETAIL, after_showing(catalog, "J1"), attributes=("owners",))
    assert found.question.ask is Ask.HUMAN


async def test_a_named_car_that_was_not_shown_is_looked_up_in_stock(answer: Any) -> None:
    about = CarReference(criteria=CarCriteria(models=("Honda/CR-V",)))
    found = await answer(Intent.DETAIL, about=about, attributes=("km",))
    assert found.car.stock_id == "C1"
    assert found.answers[0].value == 70000


async def test_a_name_that_several_cars_have_asks_which(answer: Any) -> None:
    found = await answer(Intent.DETAIL, about=CarReference(criteria=CarCriteria(models=("Volkswagen/Jetta",))))
    assert isinstance(found, CarsFound)
    assert set(ids(found)) == {"J1", "J2"}
    assert found.question is not None
    assert found.question.ask is Ask.WHICH_CAR


async def test_a_named_car_that_is_not_sold_is_said(answer: Any) -> None:
    found = await answer(Intent.DETAIL, about=CarReference(criteria=CarCriteria(makes=("Tesla",))))
    assert found.not_stocked == ("Tesla",)


async def test_a_place_beyond_the_list_is_not_guessed(answer: Any, catalog: Catalog) -> None:
    found = await answer(Intent.DETAIL, after_showing(catalog, "J1", "M1"), about=CarReference(ordinals=(5,)))
    assert isinstance(found, CarNotClear)
    assert found.options == ("Volkswagen Jetta 2018", "Mazda 3 2019")


async def test_it_without_any_car_is_not_guessed(answer: Any) -> None:
    assert isinstance(await answer(Intent.DETAIL, attributes=("km",)), CarNotClear)


async def test_a_car_that_left_the_stock_is_said_to_be_gone(answer: Any, catalog: Catalog, live: LiveCatalog) -> None:
    state = after_showing(catalog, "J1", "M1")
    live.path.write_text(STOCK.replace("J1,", "J9,"), encoding="utf-8")
    assert live.reload_if_changed()
    found = await answer(Intent.DETAIL, state, about=CarReference(ordinals=(1,)))
    assert isinstance(found, CarGone)
    assert found.name == "Volkswagen Jetta 2018"
    assert {car.stock_id for car in found.alternatives} == {"J9", "J2"}


# --- Follow-ups ------------------------------------------------------------------------------------------------------


async def test_something_cheaper_is_cheaper_than_all_that_was_shown(answer: Any, catalog: Catalog) -> None:
    state = after_showing(catalog, "J1", "V1", "M2")
    found = await answer(Intent.REFINE, state, about=CarReference(shown=True), relative=(Order("price"),))
    assert set(ids(found)) == {"J2", "V2"}
    assert found.criteria.price.high < 210_000


RELATIVE = [
    (Order("year", descending=True), {"M1", "V1", "X1", "P1"}),
    (Order("km"), {"M1", "V1", "X1", "P1"}),
    (Order("length_mm", descending=True), {"H1"}),
]


@pytest.mark.parametrize(("order", "wanted"), RELATIVE)
async def test_newer_less_driven_bigger_than_the_one_meant(
    answer: Any, catalog: Catalog, order: Order, wanted: set[str]
) -> None:
    state = after_showing(catalog, "J1", criteria=CarCriteria(price=up_to(500_000)))
    found = await answer(Intent.REFINE, state, criteria=state.criteria, relative=(order,))
    assert found.total == len(wanted)
    assert set(ids(found)) <= wanted


async def test_similar_but_automatic_is_like_it_and_not_itself(answer: Any, catalog: Catalog) -> None:
    state = after_showing(catalog, "V2")
    wish = CarCriteria(transmissions=("automatic",))
    found = await answer(Intent.SEARCH, state, about=CarReference(focus=True), similar=True, criteria=wish)
    assert ids(found)[0] == "V1"
    assert "V2" not in ids(found)
    assert all(car.transmission == "automatic" for car in found.cars)


async def test_a_recommendation_among_the_shown_gives_reasons_from_the_data(answer: Any, catalog: Catalog) -> None:
    found = await answer(Intent.RECOMMEND, after_showing(catalog, "J2", "V1", "V2"))
    assert set(ids(found)) == {"J2", "V1", "V2"}
    reasons = set(found.reasons)
    assert (found.cars[0].stock_id, "best_value") in reasons
    assert {("V1", "lowest_km"), ("V1", "newest"), ("V2", "lowest_price")} <= reasons


# --- Comparing -------------------------------------------------------------------------------------------------------


async def test_a_comparison_puts_differences_first_and_names_who_is_ahead(answer: Any, catalog: Catalog) -> None:
    state = after_showing(catalog, "J1", "M1", "V1")
    found = await answer(Intent.COMPARE, state, about=CarReference(ordinals=(1, 2)))
    assert ids(found) == ["J1", "M1"]
    assert found.differences[:3] == ("price", "km", "year")
    assert "body_style" not in found.differences
    assert {("price", "J1"), ("km", "M1"), ("year", "M1"), ("length_mm", "J1"), ("engine_litres", "M1")} <= set(
        found.best
    )


async def test_names_are_compared_by_their_shown_car_or_their_best_in_stock(answer: Any, catalog: Catalog) -> None:
    state = after_showing(catalog, "J2", "V1")
    about = CarReference(criteria=CarCriteria(models=("Volkswagen/Jetta", "Honda/CR-V")))
    assert ids(await answer(Intent.COMPARE, state, about=about)) == ["J2", "C1"]


async def test_a_name_that_is_not_sold_is_said_in_a_comparison(answer: Any) -> None:
    criteria = CarCriteria(models=("Honda/CR-V", "Nissan/X-Trail", "Tesla/Model Y"))
    found = await answer(Intent.COMPARE, criteria=criteria)
    assert set(ids(found)) == {"C1", "X1"}
    assert found.not_stocked == ("Tesla/Model Y",)


async def test_a_comparison_of_nothing_asks_which(answer: Any) -> None:
    assert isinstance(await answer(Intent.COMPARE), CarNotClear)


@pytest.mark.parametrize(("wish", "near"), [("fuel_economy", "fuel"), ("power", "version")])
async def test_what_no_listing_tells_is_said_of_all_that_are_compared(
    answer: Any, catalog: Catalog, wish: str, near: str
) -> None:
    state = after_showing(catalog, "J1", "V1", "C1")
    for intent in (Intent.COMPARE, Intent.DETAIL):
        found = await answer(intent, state, about=CarReference(shown=True), attributes=(wish,))
        assert ids(found) == ["J1", "V1", "C1"]
        assert found.not_in_data == (wish,)
        assert found.differences[0] == "engine_litres"
        assert near in found.differences
        assert "price" not in found.differences


async def test_the_engine_is_told_where_power_is_not(answer: Any, catalog: Catalog) -> None:
    state = after_showing(catalog, "J2", "V1")
    asked = ("power", "engine_litres")
    found = await answer(Intent.COMPARE, state, about=CarReference(shown=True), attributes=asked)
    assert found.not_in_data == ("power",)
    assert found.best == (("engine_litres", "J2"),)


async def test_what_nothing_is_near_to_is_only_said_to_be_unknown(answer: Any, catalog: Catalog) -> None:
    state = after_showing(catalog, "J1", "V1")
    found = await answer(Intent.COMPARE, state, about=CarReference(shown=True), attributes=("colour",))
    assert (found.not_in_data, found.differences, found.best) == (("colour",), (), ())


async def test_a_car_not_sold_is_said_beside_what_is_not_told(answer: Any) -> None:
    about = CarReference(criteria=CarCriteria(models=("Nissan/Versa", "Nissan/March")))
    found = await answer(Intent.COMPARE, about=about, attributes=("fuel_economy",))
    assert isinstance(found, CarsFound)
    assert (found.not_stocked, found.not_in_data) == (("Nissan/March",), ("fuel_economy",))


async def test_a_wish_no_column_tells_is_looked_for_in_the_bodies_it_is_met_in(answer: Any) -> None:
    found = await answer(Intent.SEARCH, criteria=CarCriteria(not_in_data=("towing",)))
    assert found.not_in_data == ("towing",)
    assert {car.body_style for car in found.cars} <= {"pickup", "suv"}
    named = CarCriteria(not_in_data=("towing",), models=("Mazda/3",))
    assert {car.model for car in (await answer(Intent.SEARCH, criteria=named)).cars} == {"3"}


# --- Analysing -------------------------------------------------------------------------------------------------------

SEDANS = CarCriteria(body_styles=("sedan",))
FIGURES: list[tuple[Analysis, CarCriteria, list[tuple[Any, ...]]]] = [
    (Analysis(Metric.COUNT), CarCriteria(), [(None, 10, None)]),
    (Analysis(Metric.COUNT), SEDANS, [(None, 5, None)]),
    (Analysis(Metric.COUNT), CarCriteria(makes=("Tesla",)), [(None, 0, None)]),
    (Analysis(Metric.COUNT), CarCriteria(price=up_to(200_000)), [(None, 2, None)]),
    (Analysis(Metric.SHARE), CarCriteria(car_play=True), [(None, Decimal("0.5000"), None)]),
    (Analysis(Metric.MIN, "price"), CarCriteria(), [(None, Decimal(150_000), None)]),
    (Analysis(Metric.MAX, "price"), SEDANS, [(None, Decimal(270_000), None)]),
    (Analysis(Metric.MEAN, "price"), SEDANS, [(None, Decimal(214_000), None)]),
    (Analysis(Metric.MEDIAN, "km"), CarCriteria(), [(None, Decimal(55_000), None)]),
    (Analysis(Metric.RANGE, "year"), CarCriteria(), [(None, 2015, 2021)]),
    (Analysis(Metric.COUNT, group_by="transmission"), CarCriteria(), [("automatic", 7, None), ("manual", 3, None)]),
    (
        Analysis(Metric.MEAN, "price", group_by="make", limit=2),
        CarCriteria(),
        [("Toyota", Decimal(335_000), None), ("Honda", Decimal(310_000), None)],
    ),
    (
        Analysis(Metric.MIN, "price", group_by="body_styles"),
        CarCriteria(makes=("Nissan",)),
        [("sedan", Decimal(150_000), None), ("suv", Decimal(420_000), None)],
    ),
    (
        Analysis(Metric.SHARE, group_by="car_play"),
        SEDANS,
        [("yes", Decimal("0.6000"), None), ("no", Decimal("0.4000"), None)],
    ),
    (Analysis(Metric.LIST, "make"), CarCriteria(body_styles=("suv",)), [("Honda", 1, None), ("Nissan", 1, None)]),
    (
        Analysis(Metric.COUNT, group_by="segment"),
        CarCriteria(makes=("Honda",)),
        [("midsize", 1, None), ("family", 1, None)],
    ),
]


@pytest.mark.parametrize(("analysis", "criteria", "rows"), FIGURES)
async def test_figures_of_the_stock(
    answer: Any, analysis: Analysis, criteria: CarCriteria, rows: list[tuple[Any, ...]]
) -> None:
    found = await answer(Intent.ANALYSE, analysis=analysis, criteria=criteria)
    assert [(row.label, row.value, row.high) for row in found.rows] == rows


async def test_extremes_come_with_their_cars(answer: Any) -> None:
    assert ids(await answer(Intent.ANALYSE, analysis=Analysis(Metric.MIN, "price"))) == ["V2"]
    assert ids(await answer(Intent.ANALYSE, analysis=Analysis(Metric.RANGE, "price"))) == ["V2", "X1"]
    assert len(ids(await answer(Intent.ANALYSE, analysis=Analysis(Metric.VALUE)))) == 3


@pytest.mark.parametrize(
    "analysis",
    [Analysis(Metric.MEAN, "fuel_economy"), Analysis(Metric.COUNT, group_by="colour"), Analysis(Metric.LIST, "colour")],
)
async def test_a_figure_of_what_is_not_in_the_data_says_so(answer: Any, analysis: Analysis) -> None:
    found = await answer(Intent.ANALYSE, analysis=analysis)
    assert not found.rows
    assert found.not_in_data == (analysis.column or analysis.group_by,)
    assert found.question.ask is Ask.HUMAN


async def test_a_make_not_sold_is_said_in_an_analysis(answer: Any) -> None:
    found = await answer(
        Intent.ANALYSE, analysis=Analysis(Metric.MEAN, "price"), criteria=CarCriteria(makes=("Tesla",))
    )
    assert found.not_stocked == ("Tesla",)
    assert not found.rows


# --- For the other agents --------------------------------------------------------------------------------------------


def test_the_stock_gives_other_agents_facts_and_searches(live: LiveCatalog) -> None:
    stock = Stock(live)
    car = stock.car("P1")
    assert car is not None
    assert (car.name, car.price, car.fuel) == ("Toyota Prius 2021", Decimal("390000.00"), "hybrid")
    assert stock.car("none") is None
    assert stock.search(CarCriteria(makes=("Mazda",))).total == 2


# --- Whatever is asked -----------------------------------------------------------------------------------------------

NAMES = ("Volkswagen", "Mazda", "Nissan", "Tesla", "Nope", "")
MODELS = ("Volkswagen/Jetta", "Mazda/3", "Nissan/Tsuru", "Tesla/Model 3", "Nope/X", "nonsense")


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


amount = (
    st.none()
    | st.integers(0, 500_000).map(Decimal)
    | st.sampled_from([Decimal("NaN"), Decimal("Infinity"), Decimal(-1)])
)
span = st.builds(Range, amount, amount)
columns = st.sampled_from(["price", "km", "year", "length_mm", "engine_litres", "seats", "colour", "size", "make", ""])
orders = st.builds(Order, columns, st.booleans())
criteria = st.builds(
    CarCriteria,
    makes=some(NAMES), not_makes=some(NAMES), models=some(MODELS), not_models=some(MODELS),
    body_styles=some((*BODY_STYLES, "boat")), not_body_styles=some(BODY_STYLES), segments=some((*SEGMENTS, "fun")),
    transmissions=some(TRANSMISSIONS), drives=some(DRIVES), fuels=some(FUELS), price=span, year=span, km=span,
    length_mm=span, engine_litres=span, seats=span, doors=span, bluetooth=st.none() | st.booleans(),
    car_play=st.none() | st.booleans(), version_words=st.lists(st.text(max_size=6), max_size=2).map(tuple),
    order=st.none() | orders,
)  # fmt: skip
references = st.builds(
    CarReference,
    stock_ids=some(("J1", "zzz")), ordinals=st.lists(st.integers(-3, 9), max_size=2).map(tuple),
    order=st.none() | st.builds(Order, st.sampled_from(["price", "km", "year"]), st.booleans()),
    criteria=st.none() | criteria, shown=st.booleans(), focus=st.booleans(),
)  # fmt: skip
analyses = st.builds(
    Analysis, st.sampled_from(Metric), st.none() | columns, st.none() | columns | st.sampled_from(["make", "segment"]),
    st.integers(-3, 99),
)  # fmt: skip
catalogue_intents = st.sampled_from([intent for intent in Intent if intent.value.startswith("catalog.")])
requests = st.builds(
    CatalogRequest, catalogue_intents, criteria, references, some(("km", "size", "colour", "x")), st.none() | analyses,
    st.lists(orders, max_size=2).map(tuple), st.booleans(), st.integers(-5, 20),
)  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> LiveCatalog:
    return LiveCatalog.load(Path("dealership/catalog.csv"))


@pytest.mark.parametrize("column", ["body_style", "transmission", "drive", "fuel", "make", "version", "nonsense"])
async def test_more_of_what_is_no_number_is_answered_without_a_bound(answer: Any, column: str) -> None:
    about = CarReference(stock_ids=("J1",))
    found = await answer(Intent.REFINE, about=about, relative=(Order(column, descending=True),))
    assert all(car.stock_id for car in found.cars)


@settings(max_examples=250, deadline=None)
@given(requests, st.booleans())
async def test_whatever_is_asked_is_answered_with_cars_of_the_stock(
    sample: LiveCatalog, request_: CatalogRequest, shown: bool
) -> None:
    catalog = sample.current
    first = list(catalog.frame["stock_id"][:3])
    state = after_showing(catalog, *first) if shown else DialogueState()
    found = await CatalogAgent(sample).answer(request_, state, NOW)
    for car in getattr(found, "cars", ()):
        assert car.stock_id in catalog
    if isinstance(found, CarsFound):
        assert len(found.cars) <= 3
        assert found.cars or not found.total or found.exhausted


@settings(max_examples=200, deadline=None)
@given(criteria)
def test_every_relaxation_finds_cars_and_keeps_all_that_fitted(sample: LiveCatalog, asked: CarCriteria) -> None:
    catalog = sample.current
    before = set(catalog.run(query_of(asked)).ids)
    relaxed = relax(catalog, asked)
    if relaxed is None:
        return
    used, steps = relaxed
    after = set(catalog.run(query_of(used)).ids)
    assert after >= before
    assert after
    assert {step.field for step in steps} <= {step.field for step in (*SOFT, *HARD)}
    untouched = {f.name for f in fields(CarCriteria)} - {step.field for step in steps} - {"order"}
    assert all(getattr(used, name) == getattr(asked, name) for name in untouched)


@settings(max_examples=100, deadline=None)
@given(criteria)
def test_the_narrowing_question_offers_only_what_there_is(sample: LiveCatalog, asked: CarCriteria) -> None:
    catalog = sample.current
    question = narrowing_question(catalog, asked)
    if question is None:
        return
    assert question.attribute is not None
    assert not getattr(asked, question.attribute)
    if question.attribute not in ("price", "year"):
        for option in question.options:
            chosen: dict[str, Any] = {question.attribute: (option,)}
            assert catalog.run(query_of(replace(asked, **chosen))).total > 0


@settings(max_examples=80, deadline=None)
@given(criteria)
def test_pages_of_a_search_neither_repeat_nor_skip(sample: LiveCatalog, asked: CarCriteria) -> None:
    catalog = sample.current
    seen: list[str] = []
    page = search(catalog, asked)
    total = page.total
    while page.cars:
        seen += [car.stock_id for car in page.cars]
        page = search(catalog, asked, len(seen))
    assert len(seen) == len(set(seen)) == total
