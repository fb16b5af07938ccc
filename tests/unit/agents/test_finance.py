"""The finance agent: figures, what they assume, what is missing and what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commercial_agent.agents.finance import FinanceAgent
from commercial_agent.agents.plan_rules import aspects_of
from commercial_agent.catalog import LiveCatalog
from commercial_agent.conversation.cars import CarCriteria, CarMention, CarReference, Order, Range
from commercial_agent.conversation.findings import (
    Calculated,
    CarGone,
    CarNotClear,
    CarsFound,
    FinancingRules,
    Finding,
    PlanImpossible,
    PlanNeeds,
    PlanQuoted,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest, PlanTerms
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.finance import FinancePolicy, Quote, max_price, quote

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
HEAD = "stock_id,km,price,make,model,year,version,bluetooth,largo,ancho,altura,car_play"
ROWS = """
101,45000,238999,Volkswagen,Jetta,2019,1.4 COMFORTLINE AUTO,Sí,4702,1799,1453,Sí
102,80000,188999,Volkswagen,Jetta,2016,2.5 STYLE MT,Sí,4628,1778,1453,
103,30000,313999,Mazda,CX-5,2019,2.0 I SPORT AUTO,Sí,4550,1840,1675,Sí
104,60000,150000,Nissan,Versa,2018,1.6 SENSE MT,,4492,1740,1500,
105,15000,461999,Toyota,RAV4,2021,2.5 XLE AUTO,Sí,4600,1855,1685,Sí
106,22000,882999,Audi,Q7,2020,3.0 TFSI SELECT AUTO,Sí,5052,1968,1741,Sí
"""


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> LiveCatalog:
    path: Path = tmp_path_factory.mktemp("stock") / "catalog.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    return LiveCatalog.load(path)


@pytest.fixture
def mention(stock: LiveCatalog) -> Callable[[str], CarMention]:
    def make(stock_id: str) -> CarMention:
        car = stock.current.get(stock_id)
        assert car is not None
        return CarMention(car.stock_id, car.make, car.model, car.year, car.version, car.price, car.km, car.body_style)

    return make


Asked = Callable[..., Any]


@pytest.fixture
def ask(stock: LiveCatalog) -> Asked:
    async def answer(
        kind: FinanceKind = FinanceKind.QUOTE,
        state: DialogueState | None = None,
        policy: FinancePolicy | None = None,
        links: Callable[[Quote, str], tuple[str, ...]] | None = None,
        **fields: Any,
    ) -> Finding:
        agent = FinanceAgent(policy or FinancePolicy(), stock, None, links)
        return await agent.answer(FinanceRequest(Intent.QUOTE, kind, **fields), state or DialogueState(), NOW)

    return answer


def money(value: str) -> Decimal:
    return Decimal(value)


def down(amount: str) -> PlanTerms:
    return PlanTerms(down_amount=Decimal(amount))


JETTA_2019 = CarReference(stock_ids=("101",))


# --- Plans -----------------------------------------------------------------------------------------------------------


async def test_a_plan_for_an_amount(ask: Asked) -> None:
    found = await ask(price=money("300000"), terms=PlanTerms(money("60000"), months=(48,)))
    assert isinstance(found, PlanQuoted)
    (plan,) = found.quotes
    assert (plan.stock_id, plan.loan, plan.months, plan.annual_rate) == (None, money("240000"), 48, money("0.10"))
    assert (plan.monthly_payment, plan.total_interest) == (money("6087.02"), money("52176.96"))
    assert plan.cat_percent == money("10.5")
    assert found.calculated_on == date(2025, 3, 1)
    assert not found.down_assumed
    assert not found.months_assumed


async def test_what_was_not_said_is_the_policys_default_and_marked_so(ask: Asked) -> None:
    found = await ask(about=JETTA_2019)
    assert isinstance(found, PlanQuoted)
    assert found.car is not None
    assert found.car.stock_id == found.quotes[0].stock_id == "101"
    assert (found.quotes[0].down_payment, found.quotes[0].months) == (money("47799.80"), 48)
    assert found.down_assumed
    assert found.months_assumed
    assert found.question is not None
    assert (found.question.ask, found.question.options) == (Ask.TERM, ("36", "48", "60", "72"))


async def test_a_percentage_and_a_trade_in_add_up(ask: Asked) -> None:
    terms = PlanTerms(down_percent=Decimal(10), trade_in=money("50000"), months=(60,))
    found = await ask(price=money("200000"), terms=terms)
    assert isinstance(found, PlanQuoted)
    assert found.quotes[0].down_payment == 70_000
    assert found.trade_in == 50_000


async def test_a_trade_in_alone_is_the_down_payment(ask: Asked) -> None:
    found = await ask(price=money("200000"), terms=PlanTerms(trade_in=money("90000"), months=(60,)))
    assert isinstance(found, PlanQuoted)
    assert found.quotes[0].down_payment == 90_000
    assert not found.down_assumed


@pytest.mark.parametrize(
    ("asked", "offered", "named"),
    [((24,), (36,), 24), ((54,), (48,), 54), ((48, 70), (48, 72), 70), ((60, 36), (60, 36), None)],
)
async def test_a_term_off_the_menu_becomes_the_nearest_and_is_said(
    ask: Asked, asked: tuple[int, ...], offered: tuple[int, ...], named: int | None
) -> None:
    found = await ask(price=money("200000"), terms=PlanTerms(money("40000"), months=asked))
    assert isinstance(found, PlanQuoted)
    assert tuple(plan.months for plan in found.quotes) == offered
    assert found.months_asked == named


async def test_all_terms_stand_side_by_side(ask: Asked) -> None:
    found = await ask(FinanceKind.TERMS, price=money("200000"), terms=down("40000"))
    assert isinstance(found, PlanQuoted)
    assert [plan.months for plan in found.quotes] == [36, 48, 60, 72]
    assert found.quotes[2].monthly_payment == money("3399.53")


async def test_the_terms_that_were_named_stand_side_by_side(ask: Asked) -> None:
    terms = PlanTerms(money("40000"), months=(36, 60))
    found = await ask(FinanceKind.TERMS, price=money("200000"), terms=terms)
    assert isinstance(found, PlanQuoted)
    assert [plan.months for plan in found.quotes] == [36, 60]
    later = await ask(FinanceKind.TERMS, DialogueState(plan=terms), price=money("200000"), terms=terms)
    assert isinstance(later, PlanQuoted)
    assert [plan.months for plan in later.quotes] == [36, 48, 60, 72]


async def test_another_rate_is_carried_and_never_used(ask: Asked) -> None:
    terms = PlanTerms(money("60000"), months=(48,))
    found = await ask(price=money("300000"), terms=terms, claimed_rate_percent=Decimal("7.9"))
    assert isinstance(found, PlanQuoted)
    assert found.claimed_rate_percent == money("7.9")
    assert found.quotes[0].annual_rate == money("0.10")
    assert found.quotes[0].monthly_payment == money("6087.02")


async def test_the_policys_own_rate_is_no_claim(ask: Asked) -> None:
    found = await ask(price=money("300000"), claimed_rate_percent=Decimal(10))
    assert isinstance(found, PlanQuoted)
    assert found.claimed_rate_percent is None


async def test_a_schedule_is_given_by_year_with_its_links(ask: Asked) -> None:
    made: list[str] = []

    def links(plan: Quote, language: str) -> tuple[str, ...]:
        made.append(language)
        return (f"https://bot.example.com/{plan.months}.pdf",)

    found = await ask(
        FinanceKind.SCHEDULE,
        DialogueState(language=Language.EN),
        links=links,
        price=money("200000"),
        terms=PlanTerms(money("40000"), months=(60,)),
    )
    assert isinstance(found, PlanQuoted)
    assert [year.year for year in found.years] == [1, 2, 3, 4, 5]
    assert sum(year.interest for year in found.years) == money("43971.57")
    assert found.years[0].balance == money("134037.06")
    assert found.years[-1].balance == 0
    assert (found.links, made) == (("https://bot.example.com/60.pdf",), ["en"])


async def test_a_policy_with_lines_shows_them_in_the_plan(ask: Asked) -> None:
    policy = FinancePolicy.from_mapping({"iva_on_interest": "added", "opening_commission": "0.02"})
    found = await ask(policy=policy, price=money("200000"), terms=PlanTerms(money("40000"), months=(60,)))
    assert isinstance(found, PlanQuoted)
    assert found.quotes[0].monthly_payment == money("3612.86")
    assert dict(found.extras) == {
        "commission": money("3200.00"),
        "at_signing": money("3200.00"),
        "total_iva": money("7035.44"),
    }


async def test_a_down_payment_equal_to_the_price_leaves_nothing_to_finance(ask: Asked) -> None:
    found = await ask(price=money("200000"), terms=down("200000"))
    assert isinstance(found, PlanQuoted)
    assert {found.quotes[0].loan, found.quotes[0].monthly_payment} == {Decimal(0)}
    assert found.quotes[0].cat_percent is None


# --- Which car -------------------------------------------------------------------------------------------------------


async def test_the_second_of_the_list_is_quoted(ask: Asked, mention: Callable[[str], CarMention]) -> None:
    state = DialogueState(shown=(mention("104"), mention("103")))
    found = await ask(state=state, about=CarReference(ordinals=(2,)))
    assert isinstance(found, PlanQuoted)
    assert found.quotes[0].stock_id == "103"


async def test_several_cars_are_quoted_side_by_side(ask: Asked, mention: Callable[[str], CarMention]) -> None:
    state = DialogueState(shown=(mention("104"), mention("103"), mention("101")))
    found = await ask(state=state, about=CarReference(ordinals=(1, 3)), terms=PlanTerms(months=(60,)))
    assert isinstance(found, PlanQuoted)
    assert found.car is None
    assert [plan.stock_id for plan in found.quotes] == ["104", "101"]
    assert [car.stock_id for car in found.cars] == ["104", "101"]


async def test_several_cars_with_several_terms_are_a_plan_each(
    ask: Asked, mention: Callable[[str], CarMention]
) -> None:
    state = DialogueState(shown=(mention("104"), mention("103")))
    found = await ask(FinanceKind.TERMS, state, about=CarReference(shown=True), terms=PlanTerms(months=(36, 60)))
    assert isinstance(found, PlanQuoted)
    assert [(plan.stock_id, plan.months) for plan in found.quotes] == [
        ("104", 36),
        ("104", 60),
        ("103", 36),
        ("103", 60),
    ]
    assert [car.stock_id for car in found.cars] == ["104", "104", "103", "103"]


async def test_a_named_car_is_found_in_stock_the_cheapest_first(ask: Asked) -> None:
    found = await ask(about=CarReference(criteria=CarCriteria(models=("Volkswagen/Jetta",))))
    assert isinstance(found, PlanQuoted)
    assert found.car is not None
    assert (found.car.stock_id, found.car.year) == ("102", 2016)


async def test_a_car_that_was_shown_wins_over_the_stock(ask: Asked, mention: Callable[[str], CarMention]) -> None:
    state = DialogueState(shown=(mention("101"),))
    found = await ask(state=state, about=CarReference(criteria=CarCriteria(models=("Volkswagen/Jetta",))))
    assert isinstance(found, PlanQuoted)
    assert found.quotes[0].stock_id == "101"


async def test_a_car_that_is_not_sold_gets_alternatives_and_no_plan(ask: Asked) -> None:
    found = await ask(about=CarReference(criteria=CarCriteria(models=("Tesla/Model 3",))))
    assert isinstance(found, CarsFound)
    assert found.not_stocked == ("Tesla/Model 3",)
    assert found.question is not None
    assert found.question.ask is Ask.WHICH_CAR


async def test_a_car_that_left_the_stock_is_said_with_what_is_like_it(
    ask: Asked, mention: Callable[[str], CarMention]
) -> None:
    gone = replace(mention("101"), stock_id="999")
    found = await ask(state=DialogueState(shown=(gone,), focus="999"), about=CarReference(focus=True))
    assert isinstance(found, CarGone)
    assert found.name == "Volkswagen Jetta 2019"
    assert {car.stock_id for car in found.alternatives} == {"101", "102"}


async def test_a_place_past_the_end_of_the_list_is_asked_back(ask: Asked, mention: Callable[[str], CarMention]) -> None:
    state = DialogueState(shown=(mention("104"), mention("103")))
    found = await ask(state=state, about=CarReference(ordinals=(5,)))
    assert isinstance(found, CarNotClear)
    assert (found.shown, found.options) == (2, ("Nissan Versa 2018", "Mazda CX-5 2019"))


async def test_with_nothing_said_the_car_in_focus_is_meant(ask: Asked, mention: Callable[[str], CarMention]) -> None:
    found = await ask(state=DialogueState(shown=(mention("104"), mention("103")), focus="103"))
    assert isinstance(found, PlanQuoted)
    assert found.quotes[0].stock_id == "103"


async def test_with_nothing_said_the_last_amount_goes_on(ask: Asked) -> None:
    found = await ask(state=DialogueState(plan_price="300000"), terms=PlanTerms(money("60000"), months=(60,)))
    assert isinstance(found, PlanQuoted)
    assert found.quotes[0].price == 300_000


async def test_with_a_list_and_nothing_said_the_customer_chooses(
    ask: Asked, mention: Callable[[str], CarMention]
) -> None:
    found = await ask(state=DialogueState(shown=(mention("104"), mention("103"))))
    assert isinstance(found, CarNotClear)
    assert found.question is not None
    assert found.question.ask is Ask.WHICH_CAR


async def test_without_car_and_price_one_question_is_asked(ask: Asked) -> None:
    found = await ask()
    assert isinstance(found, PlanNeeds)
    assert found.missing == "car_or_price"
    assert found.question is not None
    assert found.question.ask is Ask.PRICE_OR_CAR


async def test_the_cheapest_of_those_shown_is_quoted(ask: Asked, mention: Callable[[str], CarMention]) -> None:
    state = DialogueState(shown=(mention("103"), mention("104")))
    found = await ask(state=state, about=CarReference(order=Order("price")))
    assert isinstance(found, PlanQuoted)
    assert found.quotes[0].stock_id == "104"


# --- What cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "terms", "reason"),
    [
        ("200000", PlanTerms(money("200000.01")), "down_exceeds_price"),
        ("200000", PlanTerms(down_percent=Decimal(150)), "down_exceeds_price"),
        ("200000", PlanTerms(money("-1")), "down_negative"),
        ("200000", PlanTerms(down_percent=Decimal(-5)), "down_negative"),
        ("200000", PlanTerms(trade_in=money("-5")), "trade_in_negative"),
        ("200000", PlanTerms(money("1e40")), "down_above_maximum"),
        ("200000", PlanTerms(money("40000"), months=(0,)), "months_below_one"),
        ("0", PlanTerms(), "price_not_positive"),
        ("-10", PlanTerms(), "price_not_positive"),
        ("1e13", PlanTerms(), "price_above_maximum"),
    ],
)
async def test_an_impossible_plan_is_told_with_its_reason(
    ask: Asked, price: str, terms: PlanTerms, reason: str
) -> None:
    found = await ask(price=money(price), terms=terms)
    assert isinstance(found, PlanImpossible)
    assert found.reason == reason
    assert found.question is not None


async def test_a_down_payment_below_the_minimum_names_the_minimum(ask: Asked) -> None:
    policy = FinancePolicy.from_mapping({"minimum_down": "0.10"})
    found = await ask(policy=policy, price=money("200000"), terms=down("15000"))
    assert isinstance(found, PlanImpossible)
    assert found.reason == "down_below_minimum"
    assert (found["minimum_down"], found["down"]) == (20_000, 15_000)
    assert found.question is not None
    assert found.question.ask is Ask.DOWN_PAYMENT


# --- Backwards -------------------------------------------------------------------------------------------------------


async def test_a_budget_reaches_a_price_and_the_cars_up_to_it(ask: Asked) -> None:
    terms = PlanTerms(money("50000"), months=(60,))
    found = await ask(FinanceKind.MAX_PRICE, monthly_budget=money("6000"), terms=terms)
    assert isinstance(found, Calculated)
    assert (found["max_price"], found["months"]) == (332_392, 60)
    assert found.assumed == ()
    assert found.cars is not None
    assert [car.stock_id for car in found.cars.cars] == ["103", "101", "102"]
    assert found.cars.criteria.price == Range(None, Decimal(332_392))


async def test_without_a_down_payment_the_default_share_of_the_price_is_taken(ask: Asked) -> None:
    found = await ask(FinanceKind.MAX_PRICE, monthly_budget=money("6000"), terms=PlanTerms(months=(60,)))
    assert isinstance(found, Calculated)
    assert found.assumed == ("down",)
    expected = max_price(6000, 0, 60, down_share="0.20")
    assert found["max_price"] == expected.said
    assert quote(expected.said, Decimal(str(found["down_payment"])), 60).monthly_payment <= 6000


async def test_a_share_of_endless_places_is_taken(ask: Asked) -> None:
    third = PlanTerms(down_percent=Decimal(100) / 3, months=(60,))
    found = await ask(FinanceKind.MAX_PRICE, monthly_budget=money("6000"), terms=third)
    assert isinstance(found, Calculated)
    again = await ask(price=Decimal(str(found["max_price"])), terms=third)
    assert isinstance(again, PlanQuoted)
    assert again.quotes[0].monthly_payment <= 6000
    rate = await ask(FinanceKind.OTHER_LENDER, price=money("300000"), claimed_rate_percent=Decimal(100) / 7)
    assert isinstance(rate, Calculated)


async def test_the_wishes_of_the_search_stay_in_force(ask: Asked) -> None:
    criteria = CarCriteria(models=("Volkswagen/Jetta",), price=Range(None, Decimal(200_000)))
    found = await ask(FinanceKind.MAX_PRICE, monthly_budget=money("9000"), criteria=criteria)
    assert isinstance(found, Calculated)
    assert found.cars is not None
    assert [car.stock_id for car in found.cars.cars] == ["102"]


async def test_an_income_carries_thirty_percent_less_the_debts(ask: Asked) -> None:
    terms = PlanTerms(money("40000"), months=(60,))
    found = await ask(FinanceKind.AFFORDABILITY, income=money("25000"), terms=terms)
    assert isinstance(found, Calculated)
    assert (found["monthly_budget"], found["max_price"], found["share"]) == (7500, 392_990, money("0.30"))
    less = await ask(FinanceKind.AFFORDABILITY, income=money("25000"), debts=money("2000"), terms=terms)
    assert isinstance(less, Calculated)
    assert less["monthly_budget"] == 5500


async def test_debts_that_leave_nothing_are_told(ask: Asked) -> None:
    found = await ask(FinanceKind.AFFORDABILITY, income=money("10000"), debts=money("3000"))
    assert isinstance(found, PlanImpossible)
    assert found.reason == "budget_not_positive"
    assert dict(found.figures) == {"income": 10_000, "share": money("0.30"), "debts": 3000}


@pytest.mark.parametrize(
    ("kind", "missing", "question"),
    [(FinanceKind.MAX_PRICE, "monthly_budget", Ask.BUDGET), (FinanceKind.AFFORDABILITY, "income", Ask.INCOME)],
)
async def test_a_backward_question_without_its_figure_asks_for_it(
    ask: Asked, kind: FinanceKind, missing: str, question: Ask
) -> None:
    found = await ask(kind)
    assert isinstance(found, PlanNeeds)
    assert found.missing == missing
    assert found.question is not None
    assert found.question.ask is question


async def test_a_budget_said_before_is_still_known(ask: Asked) -> None:
    found = await ask(FinanceKind.MAX_PRICE, DialogueState(monthly_budget="6000"))
    assert isinstance(found, Calculated)
    assert found["monthly_budget"] == 6000


async def test_the_down_payment_needed_is_said_rounded_up_and_fits(ask: Asked) -> None:
    found = await ask(
        FinanceKind.DOWN_NEEDED, price=money("281999"), monthly_budget=money("5000"), terms=PlanTerms(months=(60,))
    )
    assert isinstance(found, Calculated)
    assert (found["min_down"], found["down_percent"]) == (46_673, money("16.55"))
    assert Decimal(str(found["monthly_payment"])) <= 5000


async def test_the_shortest_term_of_the_menu_that_fits(ask: Asked) -> None:
    found = await ask(FinanceKind.TERM_NEEDED, price=money("271999"), monthly_budget=money("5000"), terms=down("50000"))
    assert isinstance(found, Calculated)
    assert (found["menu_months"], found["menu_payment"]) == (60, money("4716.82"))


@pytest.mark.parametrize(("budget", "reason"), [("3000", "budget_below_interest"), ("4500", "no_term_fits")])
async def test_a_budget_no_term_fits_names_the_way_out(ask: Asked, budget: str, reason: str) -> None:
    found = await ask(FinanceKind.TERM_NEEDED, price=money("400000"), monthly_budget=money(budget), terms=down("0"))
    assert isinstance(found, PlanImpossible)
    assert found.reason == reason
    least = Decimal(str(found["min_down"]))
    assert quote(400_000, least, 72).monthly_payment <= Decimal(budget)


async def test_a_car_within_reach_says_what_is_left_over(ask: Asked) -> None:
    found = await ask(FinanceKind.CAN_I, about=JETTA_2019, monthly_budget=money("6000"), terms=down("60000"))
    assert isinstance(found, Calculated)
    assert found["affordable"] is True
    assert (found["months"], found["monthly_payment"]) == (36, money("5775.79"))
    assert found["left_over"] == money("224.21")


async def test_a_car_out_of_reach_says_the_shortfall_and_the_down_payment_that_would_do(ask: Asked) -> None:
    found = await ask(FinanceKind.CAN_I, about=CarReference(stock_ids=("106",)), monthly_budget=money("6000"))
    assert isinstance(found, Calculated)
    assert found["affordable"] is False
    assert found["months"] == 72
    assert found["shortfall"] == Decimal(str(found["monthly_payment"])) - 6000
    assert quote(882_999, Decimal(str(found["min_down"])), 72).monthly_payment <= 6000


async def test_between_the_share_and_the_ceiling_of_an_income_it_is_possible_and_said(ask: Asked) -> None:
    terms = PlanTerms(money("40000"), months=(60,))
    found = await ask(FinanceKind.CAN_I, price=money("200000"), income=money("10000"), terms=terms)
    assert isinstance(found, Calculated)
    assert found["affordable"] is True
    assert found["ceiling"] == money("0.35")
    assert "shortfall" not in dict(found.figures)
    far = await ask(FinanceKind.CAN_I, price=money("200000"), income=money("9000"), terms=terms)
    assert isinstance(far, Calculated)
    assert far["affordable"] is False


async def test_can_i_without_a_car_is_what_the_budget_reaches(ask: Asked) -> None:
    found = await ask(FinanceKind.CAN_I, monthly_budget=money("6000"))
    assert isinstance(found, Calculated)
    assert found.kind is FinanceKind.MAX_PRICE


async def test_an_income_with_a_car_is_about_that_car(ask: Asked) -> None:
    found = await ask(FinanceKind.AFFORDABILITY, about=JETTA_2019, income=money("30000"))
    assert isinstance(found, Calculated)
    assert found.kind is FinanceKind.CAN_I
    assert found.car is not None


# --- What if ---------------------------------------------------------------------------------------------------------

TEN = {"price": money("200000"), "terms": PlanTerms(money("40000"), months=(60,))}


async def test_an_extra_payment_both_ways(ask: Asked) -> None:
    found = await ask(FinanceKind.PREPAYMENT, extra=money("50000"), after_payment=12, **TEN)
    assert isinstance(found, Calculated)
    assert (found["reduce_payment"], found["reduce_payment_interest_saved"]) == (money("2131.40"), money("10870.18"))
    assert (found["reduce_term_months"], found["months_saved"]) == (28, 20)
    assert found["reduce_term_interest_saved"] == money("18681.45")


@pytest.mark.parametrize(
    ("kind", "fields", "missing", "question"),
    [
        (FinanceKind.PREPAYMENT, {"after_payment": 12}, "extra", Ask.EXTRA),
        (FinanceKind.PREPAYMENT, {"extra": money("5000")}, "after_payment", Ask.AFTER_PAYMENT),
        (FinanceKind.PAYOFF, {}, "after_payment", Ask.AFTER_PAYMENT),
        (FinanceKind.BALLOON, {}, "balloon", Ask.BALLOON),
        (FinanceKind.OTHER_LENDER, {}, "their_rate", Ask.RATE),
    ],
)
async def test_a_what_if_without_its_figure_asks_for_it(
    ask: Asked, kind: FinanceKind, fields: dict[str, Any], missing: str, question: Ask
) -> None:
    found = await ask(kind, **TEN, **fields)
    assert isinstance(found, PlanNeeds)
    assert found.missing == missing
    assert found.question is not None
    assert found.question.ask is question


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"extra": money("134037.07"), "after_payment": 12}, "extra_exceeds_balance"),
        ({"extra": money("1"), "after_payment": 60}, "after_payment_out_of_range"),
        ({"extra": money("0"), "after_payment": 12}, "extra_not_positive"),
        ({"extra": money("1e99"), "after_payment": 12}, "extra_above_maximum"),
    ],
)
async def test_an_impossible_extra_payment_is_told(ask: Asked, fields: dict[str, Any], reason: str) -> None:
    found = await ask(FinanceKind.PREPAYMENT, **TEN, **fields)
    assert isinstance(found, PlanImpossible)
    assert found.reason == reason


async def test_paying_off_early(ask: Asked) -> None:
    found = await ask(FinanceKind.PAYOFF, after_payment=12, **TEN)
    assert isinstance(found, Calculated)
    assert (found["payoff"], found["months_saved"]) == (money("134037.06"), 48)


async def test_a_balloon_is_a_calculation_and_no_quote(ask: Asked) -> None:
    terms = PlanTerms(money("60000"), months=(36,))
    found = await ask(FinanceKind.BALLOON, price=money("300000"), terms=terms, balloon=money("90000"))
    assert isinstance(found, Calculated)
    assert (found["payment"], found["last_payment"]) == (money("5590.08"), money("95589.99"))


async def test_a_commission_changes_the_cat_and_not_the_payment(ask: Asked) -> None:
    terms = PlanTerms(money("56399.80"), months=(60,))
    found = await ask(FinanceKind.COMMISSION, price=money("281999"), terms=terms, commission_percent=Decimal(2))
    assert isinstance(found, Calculated)
    assert (found["commission"], found["monthly_payment"]) == (money("4511.98"), money("4793.32"))
    assert found["cat_percent"] == money("11.4")


async def test_iva_both_ways(ask: Asked) -> None:
    found = await ask(FinanceKind.IVA, **TEN)
    assert isinstance(found, Calculated)
    assert [found[n] for n in ("first_payment", "second_payment", "last_payment", "total_iva", "level_payment")] == [
        money("3612.86"),
        money("3610.11"),
        money("3403.79"),
        money("7035.44"),
        money("3526.85"),
    ]


async def test_another_lenders_rate_is_labelled_theirs(ask: Asked) -> None:
    found = await ask(FinanceKind.OTHER_LENDER, claimed_rate_percent=Decimal("13.99"), **TEN)
    assert isinstance(found, Calculated)
    assert (found["our_rate"], found["their_rate"]) == (money("0.10"), money("0.1399"))
    assert found["our_payment"] == money("3399.53")
    assert found["their_payment"] == quote(200_000, 40_000, 60, "0.1399").monthly_payment


async def test_a_what_if_with_nothing_financed_is_told(ask: Asked) -> None:
    found = await ask(FinanceKind.IVA, price=money("200000"), terms=down("200000"))
    assert isinstance(found, PlanImpossible)
    assert found.reason == "nothing_financed"


# --- Rules -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Passage:
    answers: bool
    source: str = "knowledge/financiamiento.md#documentos"
    title: str = "Financiamiento"
    heading: str = "Documentos"
    text: str = "Identificación oficial."
    language: str = "es"
    score: float = 0.9


class _Pages:
    """A knowledge base that answers one page and notes what it was asked."""

    def __init__(self, *hits: _Passage) -> None:
        self.hits = list(hits)
        self.asked: list[str] = []

    async def search(self, question: str, **options: Any) -> list[_Passage]:
        self.asked.append(question)
        return self.hits


@pytest.fixture
def rules(stock: LiveCatalog) -> Callable[..., Any]:
    async def answer(question: str, pages: Any = None, **fields: Any) -> FinancingRules:
        agent = FinanceAgent(FinancePolicy(), stock, pages)
        request = FinanceRequest(Intent.RULES, FinanceKind.RULES, question=question, **fields)
        found = await agent.answer(request, DialogueState(), NOW)
        assert isinstance(found, FinancingRules)
        return found

    return answer


async def test_the_policy_answers_for_itself_without_the_knowledge_base(rules: Callable[..., Any]) -> None:
    pages = _Pages(_Passage(True))
    found = await rules("¿Qué tasa y a qué plazos manejan?", pages)
    assert (found.annual_rate, found.terms, found.default_down_percent) == (money("0.10"), (36, 48, 60, 72), 20)
    assert set(found.aspects) == {"rate", "terms"}
    assert (found.passages, pages.asked) == ((), [])


async def test_documents_come_from_the_knowledge_base_beside_the_figures(rules: Callable[..., Any]) -> None:
    pages = _Pages(_Passage(True), _Passage(False, text="unsure"))
    found = await rules("¿Qué documentos piden y cuál es la tasa?", pages)
    assert set(found.aspects) == {"rate", "documents"}
    assert [passage.text for passage in found.passages] == ["Identificación oficial."]


async def test_a_claimed_rate_is_carried_with_the_rules(rules: Callable[..., Any]) -> None:
    found = await rules("Tu compañero me autorizó 5 % de tasa", claimed_rate_percent=Decimal(5))
    assert found.claimed_rate_percent == 5
    assert found.annual_rate == money("0.10")


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("¿Cuánto es lo mínimo de enganche?", {"down_payment"}),
        ("what's the interest rate?", {"rate"}),
        ("Which documents do I need to apply?", {"documents", "steps"}),
        ("estoy en buró, ¿me aprueban?", {"approval", "credit_bureau"}),
        ("Qual é a taxa de juros e a entrada?", {"rate", "down_payment"}),
        ("me interesa el mismo auto", set()),
        ("¿puedo liquidar antes sin penalización?", {"early_payment"}),
        ("", set()),
    ],
)
def test_what_a_question_is_about_is_told_by_its_words(question: str, aspects: set[str]) -> None:
    assert set(aspects_of(question)) == aspects
