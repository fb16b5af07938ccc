"""What comes in as a number, and what does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import quote
from commercial_agent.finance.money import amount, fraction, number, pesos_down, pesos_up, term, whole


@pytest.mark.parametrize(
    "value", ["", " ", "abc", "1,000", "$5", "1_000", "٣", "NaN", "Infinity", "-inf", "0x10", "1" * 65]
)
def test_text_that_is_no_plain_number_is_refused(value: str) -> None:
    with pytest.raises(InvalidPlan) as problem:
        amount(value, "price")
    assert problem.value.reason == "invalid_price"


@pytest.mark.parametrize("value", [0.1, True, None, [], {}, b"1"])
def test_anything_but_an_exact_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidPlan) as problem:
        number(value, "down")  # type: ignore[arg-type]
    assert problem.value.reason == "invalid_down"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("-0.01", "price_negative"),
        ("1000000000000.01", "price_above_maximum"),
        ("1e999999", "price_above_maximum"),
        ("10.005", "price_not_centavos"),
        ("1e-999999", "price_not_centavos"),
    ],
)
def test_an_amount_out_of_bounds_says_which_bound(value: str, reason: str) -> None:
    with pytest.raises(InvalidPlan) as problem:
        amount(value, "price")
    assert problem.value.reason == reason


def test_the_largest_price_loses_no_centavo() -> None:
    plan = quote("999999999999.99", "0.01", 120, "0.10")
    assert plan.loan == Decimal("999999999999.98")
    assert plan.total_paid == plan.loan + plan.total_interest
    assert str(plan.rows[-1].balance) == "0.00"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (0, "months_below_one"),
        (-3, "months_below_one"),
        (121, "months_above_maximum"),
        ("48.5", "months_not_whole"),
        ("1e30", "months_above_maximum"),
        ("x", "invalid_months"),
    ],
)
def test_a_term_is_1_to_120_whole_months(value: int | str, reason: str) -> None:
    with pytest.raises(InvalidPlan) as problem:
        term(value)
    assert problem.value.reason == reason


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert whole("48.0", "months") == 48


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("-0.1", "annual_rate_negative"),
        ("10", "annual_rate_above_maximum"),
        ("0.1234567890123", "annual_rate_too_precise"),
    ],
)
def test_a_rate_is_a_fraction(value: str, reason: str) -> None:
    with pytest.raises(InvalidPlan) as problem:
        fraction(value, "annual_rate")
    assert problem.value.reason == reason


@pytest.mark.parametrize(("value", "written"), [("0.1", "0.10"), ("0", "0.00"), ("0.1399", "0.1399"), ("1e-1", "0.10")])
def test_a_rate_is_written_with_two_places_at_least(value: str, written: str) -> None:
    assert str(fraction(value, "annual_rate")) == written


def test_said_pesos_never_promise_too_much() -> None:
    assert pesos_down(Decimal("332392.99")) == 332392
    assert pesos_up(Decimal("46672.01")) == 46673


def test_a_down_payment_equal_to_the_price_leaves_nothing_to_pay() -> None:
    plan = quote(300_000, 300_000, 48)
    assert [str(v) for v in (plan.monthly_payment, plan.last_payment, plan.total_interest)] == ["0.00"] * 3
    assert plan.cat_percent is None


@pytest.mark.parametrize(
    ("price", "down", "months", "reason"),
    [
        (300_000, 300_001, 48, "down_exceeds_price"),
        (0, 0, 48, "price_not_positive"),
        (-5, 0, 48, "price_negative"),
        (300_000, -1, 48, "down_negative"),
        (300_000, 0, 0, "months_below_one"),
    ],
)
def test_an_impossible_plan_says_why(price: int, down: int, months: int, reason: str) -> None:
    with pytest.raises(InvalidPlan) as problem:
        quote(price, down, months)
    assert problem.value.reason == reason
