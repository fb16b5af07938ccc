"""Worked cases, computed independently with fractions and a 60-digit reference, to the centavo."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import (
    affordability,
    balloon_plan,
    cat_shown,
    down_needed,
    max_price,
    prepay,
    quote,
    term_needed,
    with_iva,
)

# price, down, months, rate, commission | loan, payment, last, interest, paid, CAT
PLANS = """
461999.00 92399.80 60 0.10 0 | 369599.20 7852.89 7852.92 101574.23 471173.43 10.4713
238999.00 60000.00 48 0.10 0 | 178999.00 4539.88 4539.74 38915.10 217914.10 10.4713
313999.00 100000.00 36 0.10 0 | 213999.00 6905.15 6904.99 34586.24 248585.24 10.4713
188999.00 0.00 72 0.10 0 | 188999.00 3501.36 3501.87 63099.43 252098.43 10.4713
281999.00 56399.80 60 0.10 0.02 | 225599.20 4793.32 4793.06 61999.74 287598.94 11.4349
138999.00 27799.80 36 0.10 0.03 | 111199.20 3588.09 3587.91 17971.86 129171.06 12.8013
882999.00 264899.70 72 0.10 0 | 618099.30 11450.81 11450.56 206358.77 824458.07 10.4713
866999.00 173399.80 48 0.10 0.015 | 693599.20 17591.47 17591.33 150791.22 844390.42 11.3517
224999.00 50000.00 60 0.10 0 | 174999.00 3718.21 3718.29 48093.68 223092.68 10.4713
200000.00 40000.00 60 0.10 0 | 160000.00 3399.53 3399.30 43971.57 203971.57 10.4713
300000.00 60000.00 48 0.10 0 | 240000.00 6087.02 6087.02 52176.96 292176.96 10.4713
150000.00 30000.00 36 0.1399 0.02 | 120000.00 4100.73 4100.89 27626.44 147626.44 16.5551
250000.00 50000.00 60 0.18 0.03 | 200000.00 5078.69 5078.28 104720.99 304720.99 21.2595
120000.00 0.00 12 0 0 | 120000.00 10000.00 10000.00 0.00 120000.00 0.0000
"""
# the same plans: row 1, row 2 (interest, capital, balance), last row (interest, capital)
ROWS = """
3079.99 4772.90 364826.30 | 3040.22 4812.67 360013.63 | 64.90 7788.02
1491.66 3048.22 175950.78 | 1466.26 3073.62 172877.16 | 37.52 4502.22
1783.33 5121.82 208877.18 | 1740.64 5164.51 203712.67 | 57.07 6847.92
1574.99 1926.37 187072.63 | 1558.94 1942.42 185130.21 | 28.94 3472.93
1879.99 2913.33 222685.87 | 1855.72 2937.60 219748.27 | 39.61 4753.45
926.66 2661.43 108537.77 | 904.48 2683.61 105854.16 | 29.65 3558.26
5150.83 6299.98 611799.32 | 5098.33 6352.48 605446.84 | 94.63 11355.93
5779.99 11811.48 681787.72 | 5681.56 11909.91 669877.81 | 145.38 17445.95
1458.33 2259.88 172739.12 | 1439.49 2278.72 170460.40 | 30.73 3687.56
1333.33 2066.20 157933.80 | 1316.12 2083.41 155850.39 | 28.09 3371.21
2000.00 4087.02 235912.98 | 1965.94 4121.08 231791.90 | 50.31 6036.71
1399.00 2701.73 117298.27 | 1367.50 2733.23 114565.04 | 47.26 4053.63
3000.00 2078.69 197921.31 | 2968.82 2109.87 195811.44 | 75.05 5003.23
0.00 10000.00 110000.00 | 0.00 10000.00 100000.00 | 0.00 10000.00
"""


def _read(table: str) -> list[list[list[str]]]:
    return [[part.split() for part in line.split("|")] for line in table.strip().splitlines()]


CASES = [(given, expected, *rows) for (given, expected), rows in zip(_read(PLANS), _read(ROWS), strict=True)]


@pytest.mark.parametrize(("given", "expected", "first", "second", "last"), CASES)
def test_a_plan_is_right_to_the_centavo(
    given: list[str], expected: list[str], first: list[str], second: list[str], last: list[str]
) -> None:
    price, down, months, rate, commission = given
    plan = quote(price, down, months, rate, commission=commission)
    found = [
        plan.loan, plan.monthly_payment, plan.last_payment, plan.total_interest, plan.total_paid, plan.cat_percent,
    ]  # fmt: skip
    assert [str(value) for value in found] == expected
    for row, figures in ((plan.rows[0], first), (plan.rows[1], second)):
        assert [str(row.interest), str(row.capital), str(row.balance)] == figures
    assert [str(plan.rows[-1].interest), str(plan.rows[-1].capital)] == last
    assert str(plan.rows[-1].balance) == "0.00"
    assert len(plan.rows) == int(months)


@pytest.mark.parametrize(
    ("budget", "down", "months", "loan", "price", "said"),
    [
        (6000, 50000, 60, "282392.21", "332392.21", "332392"),
        (4500, 30000, 72, "242903.99", "272903.99", "272903"),
    ],
)
def test_the_highest_price_for_a_payment(budget: int, down: int, months: int, loan: str, price: str, said: str) -> None:
    found = max_price(budget, down, months)
    assert (str(found.loan), str(found.max_price), str(found.said)) == (loan, price, said)


def test_the_shortest_term_for_a_payment() -> None:
    found = term_needed(221_999, 5000)
    assert (found.min_months, str(found.exact_months), found.menu_months) == (56, "55.67", 60)
    assert [(months, str(payment)) for months, payment in found.menu] == [
        (36, "7163.28"),
        (48, "5630.47"),
        (60, "4716.82"),
        (72, "4112.72"),
    ]


def test_a_payment_below_the_first_interest_never_pays_the_loan_back() -> None:
    with pytest.raises(InvalidPlan) as problem:
        term_needed(400_000, 3000)
    assert problem.value.reason == "budget_below_interest"
    assert problem.value.figures["first_interest"] == Decimal("3333.33")


def test_the_down_payment_for_a_payment() -> None:
    found = down_needed(281_999, 5000, 60)
    assert (str(found.min_down), str(found.percent), str(found.said)) == ("46672.16", "16.55", "46673")


def test_what_an_income_can_carry() -> None:
    found = affordability(25_000, 0, 40_000, 60)
    figures = (found.monthly_budget, found.reach.loan, found.reach.max_price)
    assert [str(value) for value in figures] == ["7500.00", "352990.26", "392990.26"]


def test_an_extra_payment_both_ways() -> None:
    found = prepay(quote(200_000, 40_000, 60), 12, 50_000)
    assert (str(found.balance_before), str(found.balance_after)) == ("134037.06", "84037.06")
    lower, shorter = found.reduce_payment, found.reduce_term
    assert [str(row.payment) for row in lower.rows] == ["2131.40"] * 47 + ["2131.23"]
    assert (str(lower.total_interest), str(lower.interest_saved)) == ("33101.39", "10870.18")
    assert (shorter.remaining_months, shorter.months_saved, str(shorter.last_payment)) == (28, 20, "2708.45")
    assert (str(shorter.total_interest), str(shorter.interest_saved)) == ("25290.12", "18681.45")


def test_a_balloon() -> None:
    found = balloon_plan(300_000, 60_000, 36, 90_000)
    assert [str(v) for v in (found.payment, found.last_payment, found.total_interest)] == [
        "5590.08",
        "95589.99",
        "51242.79",
    ]


def test_iva_on_the_interest_both_ways() -> None:
    found = with_iva(quote(200_000, 40_000, 60))
    rows = found.added.rows
    assert (str(found.base_payment), str(rows[0].iva)) == ("3399.53", "213.33")
    assert [str(row.total) for row in (rows[0], rows[1], rows[-1])] == ["3612.86", "3610.11", "3403.79"]
    assert str(found.added.total_iva) == "7035.44"
    assert str(found.level.monthly_payment) == "3526.85"


@pytest.mark.parametrize(("months", "payment"), [(36, "3226.72"), (48, "2536.26"), (60, "2124.70"), (72, "1852.58")])
def test_the_payment_of_a_hundred_thousand(months: int, payment: str) -> None:
    assert str(quote(100_000, 0, months).monthly_payment) == payment


@pytest.mark.parametrize(
    ("commission", "months", "shown"), [("0", 72, "10.5"), ("0.02", 60, "11.4"), ("0.03", 36, "12.8")]
)
def test_the_cat_is_published_with_one_decimal(commission: str, months: int, shown: str) -> None:
    percent = quote(200_000, 0, months, commission=commission).cat_percent
    assert percent is not None
    assert str(cat_shown(percent)) == shown


def test_a_cat_exactly_between_rounds_up() -> None:
    assert str(cat_shown(Decimal("10.4500"))) == "10.5"
    assert str(cat_shown(Decimal("10.4499"))) == "10.4"


def test_a_high_rate_with_a_fee() -> None:
    percent = quote(20_000, 0, 12, "0.58", commission="0.05").cat_percent
    assert percent is not None
    assert abs(percent - Decimal("95.606")) < Decimal("0.001")
