"""The judge passes good answers and finds each kind of bad one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commercial_agent.errors import InvalidInput
from commercial_agent.finance import FinancePolicy
from commercial_agent.quality.dialogues import Expected
from commercial_agent.quality.judge import Judge, numbers


def car(stock_id: str, **facts: Any) -> dict[str, Any]:
    return {
        "stock_id": stock_id,
        "make": "Nissan",
        "model": "Versa",
        "year": 2019,
        "price": Decimal(200_000),
        "km": 50_000,
        "body_style": "sedan",
        "transmission": "automatic",
        "seats": 5,
        "bluetooth": True,
        "car_play": False,
    } | facts


STOCK = [
    car("a"),
    car("b", model="March", price=Decimal(150_000), body_style="hatchback", transmission="manual", km=30_000),
    car("c", make="Kia", model="Rio", price=Decimal(250_000), year=2022, km=10_000, car_play=True),
    car("d", make="Honda", model="CR-V", price=Decimal(400_000), body_style="suv", km=None, seats=None),
]


@pytest.fixture
def judge() -> Judge:
    policy = FinancePolicy.from_mapping({"annual_rate": "0.10", "terms": [36, 48, 60, 72], "default_down": "0.20"})
    return Judge({one["stock_id"]: one for one in STOCK}.get, STOCK, policy)


def answer(reply: str = "Claro.", **fields: Any) -> dict[str, Any]:
    return {
        "reply": reply,
        "language": "es",
        "agent": "catalog",
        "agents": ["catalog"],
        "intents": ["catalog.search"],
        "cars": [],
        "quotes": [],
        "calculations": [],
        "sources": [],
        "handoff": False,
        "appointment": None,
        "opted_out": False,
    } | fields


def plan(**fields: Any) -> dict[str, Any]:
    return {
        "stock_id": None,
        "price": "300000.00",
        "down_payment": "60000.00",
        "months": 48,
        "annual_rate": "0.10",
        "monthly_payment": "6087.02",
        "total_interest": "52176.96",
    } | fields


BOOKED = {
    "status": "booked",
    "kind": "test_drive",
    "branch": "Explanada",
    "starts_at": "2026-11-28T11:00:00-06:00",
    "day": None,
    "at": None,
    "stock_id": "b",
}
COLLECTING = {"status": "collecting", "branch": "Explanada", "starts_at": None, "day": "2026-11-28", "at": "11:00"}
SHOWN = answer(cars=["a", "b", "c"])
QUOTED = "Quedan en $6,087.02 al mes."


def faults(judge: Judge, expected: dict[str, Any], given: dict[str, Any], *before: dict[str, Any]) -> list[str]:
    return list(judge.faults(Expected.model_validate(expected), given, before))


GOOD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("nothing is asked", {}, answer()),
    ("bounds", {"cars": {"where": {"price_max": 200_000, "km_min": 1}}}, answer(cars=["a", "b"])),
    ("one of several", {"cars": {"where": {"make": ["Nissan", "Kia"]}}}, answer(cars=["a", "c"])),
    ("none of several", {"cars": {"where": {"not_make": ["Honda"]}}}, answer(cars=["a"])),
    ("a truth", {"cars": {"where": {"car_play": True}}}, answer(cars=["c"])),
    ("the cheapest", {"cars": {"best": "price"}}, answer(cars=["b"])),
    ("the newest", {"cars": {"best": "-year"}}, answer(cars=["c"])),
    ("the cheapest that fits", {"cars": {"best": "price", "where": {"body_style": "sedan"}}}, answer(cars=["a"])),
    ("each is there", {"cars": {"each": [{"model": "Rio"}, {"model": "Versa"}]}}, answer(cars=["a", "c"])),
    ("a place", {"cars": {"car": [1, 2]}}, answer(cars=["b"])),
    ("the least of those", {"cars": {"same_as_turn": 1, "best": "km"}}, answer(cars=["c"])),
    ("below", {"cars": {"below": {"price": [1, 1]}}}, answer(cars=["b"])),
    ("above", {"cars": {"above": {"year": [1, 1]}}}, answer(cars=["c"])),
    ("not shown before", {"cars": {"new": True}}, answer(cars=["d"])),
    ("a plan", {"quotes": [{"price": 300000, "months": 48, "down_percent": 20}]}, answer(QUOTED, quotes=[plan()])),
    ("a payment with a point", {}, answer("São R$ 6.087,02.", language="pt", quotes=[plan()])),
    (
        "the plan of the cheapest of those",
        {"quotes": [{"best_of": [1, "price"], "where": {"model": "March"}}]},
        answer(
            "Son $3,043.51",
            quotes=[plan(stock_id="b", price="150000", down_payment="30000", monthly_payment="3043.51")],
        ),
    ),
    ("a count", {"stock": [{"stat": "count", "where": {"make": "Nissan"}}]}, answer("Tengo *2* Nissan.")),
    ("a mean, rounded", {"stock": [{"stat": "mean", "of": "price"}]}, answer("En promedio $250,000")),
    (
        "a figure",
        {"calculation": {"kind": "max_price", "figures": {"max_price": 332392}}},
        answer(calculations=[{"kind": "max_price", "figures": {"max_price": "332392.16"}}]),
    ),
    ("one of two kinds", {"calculation": ["can_i", "iva"]}, answer(calculations=[{"kind": "iva", "figures": {}}])),
    (
        "a booking",
        {"appointment": "booked", "visit": {"weekday": 5, "hour": "11:00", "car": [1, 2]}},
        answer(appointment=BOOKED),
    ),
    (
        "a draft",
        {"appointment": ["collecting"], "visit": {"branch": "explanada", "weekday": 5, "hour": "11:00"}},
        answer(appointment=COLLECTING),
    ),
    ("no appointment", {"appointment": "none"}, answer()),
    ("words without accents", {"says": ["garantia"], "never": ["anos"]}, answer("Garantía de 3 meses")),
    ("silence of who left", {"silent": True, "opted_out": True}, answer("", opted_out=True)),
    ("both took part", {"agents": ["info", "catalog"]}, answer(agents=["catalog", "info"])),
    (
        "intents in order",
        {"intents": ["catalog.search", "info.return"]},
        answer(intents=["catalog.search", "info.warranty", "info.return"]),
    ),
    ("one of two ways", {"either": [{"no_cars": True}, {"cars": {"where": {"make": "Kia"}}}]}, answer(cars=["c"])),
]

BAD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("is not price_max", {"cars": {"where": {"price_max": 199_999}}}, answer(cars=["a"])),
    ("is not km_max", {"cars": {"where": {"km_max": 100_000}}}, answer(cars=["d"])),
    ("is not not_make", {"cars": {"where": {"not_make": ["Nissan"]}}}, answer(cars=["a"])),
    ("0 cars", {"cars": {}}, answer()),
    ("4 cars", {"cars": {}}, answer(cars=["a", "b", "c", "d"])),
    ("not the extreme", {"cars": {"best": "price"}}, answer(cars=["a"])),
    ("not the extreme", {"cars": {"same_as_turn": 1, "best": "-price"}}, answer(cars=["a"])),
    ("no car is", {"cars": {"each": [{"model": "Rio"}]}}, answer(cars=["a"])),
    ("is not car 2 of turn 1", {"cars": {"car": [1, 2]}}, answer(cars=["a"])),
    ("not the cars of turn 1", {"cars": {"same_as_turn": 1}}, answer(cars=["d"])),
    ("not less price", {"cars": {"below": {"price": [1, 2]}}}, answer(cars=["b"])),
    ("not more year", {"cars": {"above": {"year": [1, 1]}}}, answer(cars=["c", "b"])),
    ("shown before", {"cars": {"new": True}}, answer(cars=["a"])),
    ("not in stock", {}, answer(cars=["z"])),
    ("no plan", {"quotes": [{"months": 60}]}, answer(QUOTED, quotes=[plan()])),
    ("no plan", {"quotes": [{"down_percent": 25}]}, answer(QUOTED, quotes=[plan()])),
    ("no plan", {"quotes": [{"car": [1, 1]}]}, answer(QUOTED, quotes=[plan()])),
    ("no plan", {"quotes": [{"where": {"make": "Kia"}}]}, answer(QUOTED, quotes=[plan(stock_id="a")])),
    ("no plan", {"quotes": [{"best_of": [1, "price"]}]}, answer(QUOTED, quotes=[plan(stock_id="a")])),
    ("the payment is", {}, answer("$6,087.03, no $6,087.02", quotes=[plan(monthly_payment="6087.03")])),
    ("does not say the payment", {}, answer("Son $6,078.02", quotes=[plan()])),
    ("quotes a plan", {"no_quotes": True}, answer(QUOTED, quotes=[plan()])),
    ("the count of price", {"stock": [{"stat": "count", "where": {"make": "Nissan"}}]}, answer("Tengo 12 Nissan.")),
    ("the mean of price", {"stock": [{"stat": "mean"}]}, answer("En promedio $240,000")),
    ("the max of km", {"stock": [{"stat": "max", "of": "km"}]}, answer("Hasta 5,000 km o 500,000")),
    ("no calculation", {"calculation": "max_price"}, answer(calculations=[{"kind": "iva", "figures": {}}])),
    (
        "no calculation",
        {"calculation": {"kind": "max_price", "figures": {"max_price": 332392}}},
        answer(calculations=[{"kind": "max_price", "figures": {"max_price": "332400"}}]),
    ),
    ("the appointment is", {"appointment": "booked"}, answer(appointment=COLLECTING)),
    ("the appointment is", {"appointment": "none"}, answer(appointment=BOOKED)),
    ("the branch is", {"visit": {"branch": "Midtown"}}, answer(appointment=BOOKED)),
    ("the day is", {"visit": {"weekday": 4}}, answer(appointment=BOOKED)),
    ("the day is", {"visit": {"weekday": 4}}, answer()),
    ("the hour is", {"visit": {"hour": "12:00"}}, answer(appointment=COLLECTING)),
    ("the kind is", {"visit": {"kind": ["visit", "video_call"]}}, answer(appointment=BOOKED)),
    ("the car is", {"visit": {"car": [1, 1]}}, answer(appointment=BOOKED)),
    ("no source garantia", {"sources": ["garantia"]}, answer(sources=["knowledge/pagos.md#efectivo"])),
    ("answered by", {"agent": ["info", "finance"]}, answer()),
    ("info does not take part", {"agents": ["catalog", "info"]}, answer()),
    ("intents", {"intents": ["info.return", "catalog.search"]}, answer(intents=["catalog.search", "info.return"])),
    ("language is", {"language": "en"}, answer()),
    ("handoff is", {"handoff": True}, answer()),
    ("opted_out is", {"opted_out": True}, answer()),
    ("is not silent", {"silent": True}, answer()),
    ("is silent", {"silent": False}, answer("", handoff=True)),
    ("says nothing", {}, answer("")),
    ("does not say", {"says": ["3 meses"]}, answer("Dos meses")),
    ("says /", {"never": ["confirmad"]}, answer("¡Confirmado!")),
    ("shows its seams", {}, answer("Hola {name}")),
    ("shows its seams", {}, answer("Son None km")),
    ("more than one question", {}, answer("¿Cuál te gusta? ¿Lo apartamos?")),
    ("speaks Spanish in en", {}, answer("¡Hi there!", language="en")),
    ("neither", {"either": [{"no_cars": True}, {"cars": {"where": {"make": "Kia"}}}]}, answer(cars=["a"])),
]


@pytest.mark.parametrize(("expected", "given"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_a_good_answer_has_no_faults(judge: Judge, expected: dict[str, Any], given: dict[str, Any]) -> None:
    assert faults(judge, expected, given, SHOWN) == []


@pytest.mark.parametrize(("what", "expected", "given"), BAD, ids=[f"{n}-{case[0]}" for n, case in enumerate(BAD)])
def test_a_bad_answer_is_found_out(judge: Judge, what: str, expected: dict[str, Any], given: dict[str, Any]) -> None:
    found = faults(judge, expected, given, SHOWN)
    assert len(found) == 1, found
    assert what in found[0]


def test_a_question_mark_in_an_address_is_no_question(judge: Judge) -> None:
    assert faults(judge, {}, answer("Ve https://maps.example/?q=1,2 y dime. ¿Te late?")) == []


def test_a_fact_that_cars_do_not_have_is_a_mistake_of_the_dialogue(judge: Judge) -> None:
    with pytest.raises(InvalidInput, match="colour"):
        faults(judge, {"cars": {"where": {"colour": "red"}}}, answer(cars=["a"]))


def test_a_figure_of_no_cars_is_a_mistake_of_the_dialogue(judge: Judge) -> None:
    with pytest.raises(InvalidInput, match="Tesla"):
        faults(judge, {"stock": [{"stat": "min", "where": {"make": "Tesla"}}]}, answer())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$238,999", "238999"),
        ("$6,087.02 al mes", "6087.02"),
        ("R$ 6.087,02", "6087.02"),
        ("238.999 km", "238999"),
        ("10,5 %", "10.5"),
        ("10.5%", "10.5"),
        ("48 meses", "48"),
        ("1,234,567.", "1234567"),
    ],
)
def test_numbers_are_read_however_they_are_grouped(text: str, value: str) -> None:
    assert Decimal(value) in numbers(text)


def test_dates_and_versions_are_not_taken_for_numbers() -> None:
    assert numbers("1.2.3") == set()


def test_the_sample_suite_can_be_met_by_the_sample_stock() -> None:
    from commercial_agent.catalog import Catalog
    from commercial_agent.profile import load_profile
    from commercial_agent.quality.dialogues import load_dialogues
    from commercial_agent.quality.stock import judge_of

    root = Path(__file__).parents[3]
    profile = load_profile(root / "dealership")
    judge = judge_of(Catalog.load(profile.folder / "catalog.csv"), profile.finance)
    impossible = [
        f"{dialogue.id}, turn {number}: {problem}"
        for dialogue in load_dialogues(root / "tests" / "acceptance" / "conversations")
        for number, turn in enumerate(dialogue.turns, start=1)
        for problem in judge.impossible(turn.expect)
    ]
    assert impossible == []
