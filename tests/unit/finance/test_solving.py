"""The calculations by name: what comes in, what goes out, what is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import FinancePolicy, quote
from commercial_agent.finance.inputs import INPUTS
from commercial_agent.finance.solving import KINDS, quote_output, solve, solve_text

TEN = {"price": "200000", "down": "40000", "months": 60, "annual_rate": "0.10"}


@pytest.mark.parametrize(
    ("kind", "inputs", "outputs"),
    [
        (
            "max_price",
            {"monthly_budget": "6000", "down": "50000", "months": 60, "annual_rate": "0.10"},
            {"max_price": "332392.21", "say_price": "332392", "loan": "282392.21"},
        ),
        (
            "down_payment",
            {"price": "281999", "monthly_budget": "5000", "months": 60},
            {"min_down": "46672.16", "say_down": "46673", "min_down_pct": "16.55"},
        ),
        ("down_payment", {"price": "281999", "monthly_budget": "50000", "months": 60}, {"min_down": "0.00"}),
        (
            "term",
            {"loan": "221999", "monthly_budget": "5000"},
            {"min_months": 56, "exact_months": "55.67", "menu_months": 60},
        ),
        ("term", {"price": "271999", "down": "50000", "monthly_budget": "4716.82"}, {"min_months": 60}),
        ("term", {"loan": "120000", "monthly_budget": "10000", "annual_rate": "0"}, {"min_months": 12}),
        (
            "affordability",
            {"net_income": "25000", "share": "0.30", "other_debt_payments": "0", "down": "40000", "months": 60},
            {"monthly_budget": "7500.00", "max_price": "392990.26", "loan": "352990.26"},
        ),
        ("affordability", {"net_income": "25000", "other_debt_payments": "1500.50"}, {"monthly_budget": "5999.50"}),
        (
            "balloon",
            {"price": "300000", "down": "60000", "months": 36, "balloon": "90000"},
            {"payment": "5590.08", "last_payment": "95589.99", "total_interest": "51242.79"},
        ),
        (
            "balloon",
            {"loan": "240000", "months": 36, "balloon": "90000", "commission_pct": "3"},
            {"payment": "5590.08", "commission": "7200.00", "cat_pct": "12.2706"},
        ),
        ("payoff", TEN | {"after_payment": 12}, {"balance": "134037.06", "remaining_months": 48}),
        (
            "commission",
            {"price": "281999", "down": "56399.80", "months": 60, "commission_pct": "2"},
            {"commission": "4511.98", "payment": "4793.32", "cat_pct": "11.4349"},
        ),
        (
            "iva",
            TEN | {"iva": "0.16"},
            {
                "base_payment": "3399.53",
                "first_payment_with_iva": "3612.86",
                "second_payment_with_iva": "3610.11",
                "last_payment_with_iva": "3403.79",
                "total_iva": "7035.44",
                "level_payment_with_iva": "3526.85",
            },
        ),
    ],
)
def test_a_calculation_by_name(kind: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
    found = solve(kind, inputs)
    assert {name: found[name] for name in outputs} == outputs
    assert json.loads(json.dumps(found)) == found


def test_a_prepayment_gives_both_ways() -> None:
    found = solve("prepayment", TEN | {"after_payment": 12, "extra": "50000"})
    assert found["reduce_payment"] == {
        "new_payment": "2131.40",
        "remaining_months": 48,
        "last_payment": "2131.23",
        "total_interest": "33101.39",
        "interest_saved": "10870.18",
    }
    assert found["reduce_term"] == {
        "payment": "3399.53",
        "months_saved": 20,
        "remaining_months": 28,
        "last_payment": "2708.45",
        "total_interest": "25290.12",
        "interest_saved": "18681.45",
    }


@pytest.mark.parametrize(
    ("inputs", "percent"),
    [
        ({"price": "281999", "down": "56399.80", "months": 60, "commission_pct": "2"}, "11.4349"),
        ({"price": "281999", "down": "56399.80", "months": 60, "commission_pct": "0.02"}, "11.4349"),
        ({"loan": "225599.20", "months": 60, "upfront_fee": "4511.98"}, "11.4349"),
        ({"disbursed": "1000", "payment": "1100", "payments": 1, "per_year": 1}, "10.0000"),
        ({"disbursed": "1000", "payments": ["550", "605"], "per_year": 1}, "10.0000"),
        ({"disbursed": "20000", "upfront_fee": "1000", "annual_rate": "0.58", "months": 12}, "95.6056"),
        ({"loan": "1100", "upfront_fee": "100", "payment": "1100", "payments": "1", "per_year": 1}, "10.0000"),
        ({"price": "120000", "months": 12, "annual_rate": "0"}, "0.0000"),
    ],
)
def test_the_cat_of_a_plan_or_of_flows(inputs: dict[str, Any], percent: str) -> None:
    found = solve("cat", inputs)
    assert found["cat_pct"] == percent
    assert Decimal(found["cat_pct_shown"]) == Decimal(percent).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")


@pytest.mark.parametrize(
    ("kind", "inputs", "reason"),
    [
        ("max_prise", {}, "unknown_kind"),
        ("max_price", {"months": 60}, "missing_monthly_budget"),
        ("max_price", {"monthly_budget": "6000"}, "missing_months"),
        ("max_price", {"monthly_budget": None, "months": 60}, "missing_monthly_budget"),
        ("max_price", {"monthly_budgett": "6000", "months": 60}, "unknown_input"),
        ("max_price", {"monthly_budget": "6000", "months": 60, "balloon": "5"}, "unused_input"),
        ("max_price", {"monthly_budget": "0", "months": 60}, "monthly_budget_not_positive"),
        ("max_price", {"monthly_budget": "900000000000", "months": 120}, "price_above_maximum"),
        ("down_payment", {"monthly_budget": "5000", "months": 60}, "missing_price"),
        ("term", {"monthly_budget": "5000"}, "missing_price"),
        ("term", {"loan": "400000", "monthly_budget": "3000"}, "budget_below_interest"),
        ("term", {"loan": "400000", "monthly_budget": "3400"}, "term_above_maximum"),
        ("term", {"price": "400000", "down": "400000", "monthly_budget": "3400"}, "nothing_financed"),
        ("term", {"price": "400000", "down": "1", "loan": "5", "monthly_budget": "3400"}, "loan_mismatch"),
        ("affordability", {"net_income": "10000", "share": "0.36"}, "share_above_maximum"),
        ("affordability", {"net_income": "10000", "other_debt_payments": "3000"}, "budget_not_positive"),
        ("prepayment", TEN | {"extra": "5"}, "missing_after_payment"),
        ("prepayment", TEN | {"after_payment": 0, "extra": "5"}, "after_payment_out_of_range"),
        ("prepayment", TEN | {"after_payment": 60, "extra": "5"}, "after_payment_out_of_range"),
        ("prepayment", TEN | {"after_payment": 12, "extra": "134037.07"}, "extra_exceeds_balance"),
        ("balloon", {"price": "300000", "down": "60000", "months": 36, "balloon": "240000.01"}, "balloon_exceeds_loan"),
        ("cat", {"disbursed": "1000", "upfront_fee": "1000", "payment": "5", "payments": 3}, "fee_exceeds_loan"),
        ("cat", {"disbursed": "1000", "payment": "5", "payments": 3}, "payments_below_disbursed"),
        ("cat", {"disbursed": "1000", "payment": "5", "payments": 3661}, "payments_out_of_range"),
        ("cat", {"disbursed": "1000", "payment": "5"}, "missing_payments"),
        ("cat", {"disbursed": "1000", "payment": "500", "payments": 3, "per_year": 0}, "per_year_out_of_range"),
        ("cat", {"price": "1000", "months": 3, "commission_pct": "51"}, "commission_pct_above_maximum"),
        ("iva", TEN | {"iva": "16"}, "iva_above_maximum"),
        ("iva", TEN | {"down": "200000.01"}, "down_exceeds_price"),
        ("iva", TEN | {"months": 0}, "months_below_one"),
        ("iva", TEN | {"months": True}, "invalid_months"),
        ("iva", TEN | {"price": 0.1}, "invalid_price"),
        ("iva", TEN | {"price": {}}, "invalid_price"),
    ],
)
def test_a_wrong_request_names_what_is_wrong(kind: str, inputs: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidPlan) as problem:
        solve(kind, inputs)
    assert problem.value.reason == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty_input"),
        (" \n", "empty_input"),
        ("\ufeff", "empty_input"),
        ("{", "invalid_json"),
        ('{"price": NaN}', "invalid_json"),
        ('{"price": Infinity}', "invalid_json"),
        ('{"price": 1' + "0" * 70000 + "}", "input_too_long"),
        ('{"price": 1e99999999999999999999}', "invalid_json"),
        ("[" * 60000, "invalid_json"),
        ("[]", "not_an_object"),
        ("3", "not_an_object"),
        ('{"price": 1, "price": 2}', "duplicate_input"),
    ],
)
def test_a_text_that_is_no_object_of_inputs_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidPlan) as problem:
        solve_text("cat", text)
    assert problem.value.reason == reason


def test_numbers_of_json_are_read_by_their_digits() -> None:
    found = solve_text("max_price", '\ufeff{"monthly_budget": 6000.10, "months": 60.0, "annual_rate": 0.1}')
    assert found["monthly_budget"] == "6000.10"


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(sorted(INPUTS)), ANYTHING))
def test_whatever_comes_in_the_answer_is_figures_or_a_named_error(kind: str, inputs: dict[str, Any]) -> None:
    with suppress(InvalidPlan):
        assert json.dumps(solve(kind, inputs), allow_nan=False)


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=60))
def test_whatever_text_comes_in_nothing_else_is_raised(kind: str, text: str) -> None:
    with pytest.raises(InvalidPlan):
        solve_text(kind, text)


def test_the_policys_rate_and_lines_hold_where_nothing_is_said() -> None:
    policy = FinancePolicy.from_mapping({"annual_rate": "0.12", "iva_on_interest": "added"})
    inputs = {"monthly_budget": "6000", "down": "50000", "months": 60}
    assert Decimal(solve("max_price", inputs, policy)["max_price"]) < Decimal("332392.21")
    found = solve("term", {"loan": "221999", "monthly_budget": "5000"}, policy)
    assert found["min_months"] > 56
    assert found["exact_months"] is None


def test_a_quote_is_written_as_the_api_writes_it() -> None:
    found = quote_output(quote(300_000, 60_000, 48), schedule=True)
    assert list(found)[:7] == [
        "stock_id", "price", "down_payment", "months", "annual_rate", "monthly_payment", "total_interest",
    ]  # fmt: skip
    assert (found["stock_id"], found["months"], found["annual_rate"]) == (None, 48, "0.10")
    assert found["schedule"][0] == {
        "number": 1,
        "payment": "6087.02",
        "interest": "2000.00",
        "capital": "4087.02",
        "balance": "235912.98",
    }
