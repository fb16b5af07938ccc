"""The CAT beyond level plans."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import cat


def flows(*values: str) -> list[Decimal]:
    return [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("per_year", "percent"), [(1, "10.0000"), (2, "21.0000"), (12, "213.8428"), (52, "14104.2932")]
)
def test_the_period_rate_is_compounded_over_the_year(per_year: int, percent: str) -> None:
    assert str(cat(Decimal(100), flows("110"), per_year)) == percent


def test_paying_back_what_was_received_costs_nothing() -> None:
    assert str(cat(Decimal(300), flows("100", "100", "100"))) == "0.0000"


@pytest.mark.parametrize(
    ("received", "paid", "reason"),
    [
        ("0", ["10"], "fee_exceeds_loan"),
        ("-1", ["10"], "fee_exceeds_loan"),
        ("100", ["40", "59.99"], "payments_below_disbursed"),
        ("100", ["-50", "40"], "cat_undefined"),
    ],
)
def test_flows_without_a_rate_are_refused(received: str, paid: list[str], reason: str) -> None:
    with pytest.raises(InvalidPlan) as problem:
        cat(Decimal(received), flows(*paid))
    assert problem.value.reason == reason


def test_of_two_roots_the_nearest_to_zero_is_taken() -> None:
    # 100 (1 + r)^2 - 230 (1 + r) + 132 = 0 has the roots 10 % and 20 %
    assert str(cat(Decimal(100), flows("230", "-132"), 1)) == "10.0000"


def test_a_later_drawdown_counts_from_its_day() -> None:
    # 100 now, 100 more in a year, 231 in two years: 100 (1.1)^2 + 100 (1.1) = 231
    assert str(cat(Decimal(100), flows("-100", "231"), 1)) == "10.0000"


def test_an_absurd_cost_is_still_found() -> None:
    assert cat(Decimal(1), flows("1000"), 1) == Decimal("99900.0000")
