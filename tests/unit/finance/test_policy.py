"""The dealer's policy: what it changes, and what stops the start."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from commercial_agent.errors import InvalidProfile
from commercial_agent.finance import Cost, FinancePolicy, IvaOnInterest


def test_an_empty_table_is_the_default_policy() -> None:
    policy = FinancePolicy.from_mapping({})
    assert (policy.annual_rate, policy.terms, policy.default_months) == (Decimal("0.10"), (36, 48, 60, 72), 48)
    assert policy.extras.plain


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"annual_rate": "10"}, "annual_rate"),
        ({"annual_rate": "-0.1"}, "annual_rate"),
        ({"annual_rate": "ten"}, "annual_rate"),
        ({"annual_rate": True}, "annual_rate"),
        ({"annual_rate": float("nan")}, "annual_rate"),
        ({"terms": []}, "terms"),
        ({"terms": [0, 12]}, "terms"),
        ({"terms": [12, 121]}, "terms"),
        ({"terms": [12, 12]}, "terms"),
        ({"terms": [12.5]}, "terms"),
        ({"terms": "48"}, "terms"),
        ({"default_months": 50}, "default_months"),
        ({"default_months": "many"}, "default_months"),
        ({"minimum_down": "1"}, "minimum_down"),
        ({"minimum_down": "0.3", "default_down": "0.2"}, "default_down"),
        ({"income_share": "0.4"}, "income_share"),
        ({"income_share": "0"}, "income_share"),
        ({"opening_commission": "2"}, "opening_commission"),
        ({"commission_financed": "yes"}, "commission_financed"),
        ({"commission_financed": True}, "commission_financed"),
        ({"iva_on_interest": "sometimes"}, "iva_on_interest"),
        ({"iva": "0.08"}, "iva"),
        ({"payment_step": "0"}, "payment_step"),
        ({"payment_rounding": "down"}, "payment_rounding"),
        ({"costs": "gps"}, "costs"),
        ({"costs": [{"amount": 5}]}, "costs"),
        ({"costs": [{"name": "GPS"}]}, "costs"),
        ({"costs": [{"name": "GPS", "amount": "-5"}]}, "costs"),
        ({"costs": [{"name": "GPS", "amount": 5, "when": "weekly"}]}, "costs"),
        ({"costs": [{"name": "GPS", "amount": 5, "each": 1}]}, "costs"),
        ({"costs": [{"name": "GPS", "amount": 5, "compulsory": 1}]}, "costs"),
    ],
)
def test_a_nonsense_policy_is_an_error_that_names_the_key(table: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidProfile) as problem:
        FinancePolicy.from_mapping(table)
    assert problem.value.reason == f"finance_{key}"
    assert key in problem.value.message


def test_a_misspelt_key_is_an_error() -> None:
    with pytest.raises(InvalidProfile) as problem:
        FinancePolicy.from_mapping({"anual_rate": "0.10"})
    assert problem.value.reason == "finance_unknown_key"


def test_changing_the_rate_changes_the_answer() -> None:
    cheap, dear = (FinancePolicy.from_mapping({"annual_rate": rate}) for rate in ("0.10", "0.1399"))
    assert str(cheap.quote(150_000, 30_000, 36).monthly_payment) == "3872.06"
    assert str(dear.quote(150_000, 30_000, 36).monthly_payment) == "4100.73"


@pytest.mark.parametrize(("asked", "nearest"), [(1, 36), (41, 36), (42, 36), (43, 48), (54, 48), (66, 60), (600, 72)])
def test_the_nearest_term_is_the_shorter_of_two_as_near(asked: int, nearest: int) -> None:
    assert FinancePolicy().nearest_term(asked) == nearest


def test_every_optional_line_shows_in_the_plan() -> None:
    policy = FinancePolicy.from_mapping(
        {
            "opening_commission": "0.02",
            "iva_on_commission": True,
            "iva_on_interest": "added",
            "insurance_yearly": "0.036",
            "costs": [
                {"name": "GPS", "amount": "150", "when": "monthly"},
                {"name": "Folder", "amount": "99.50", "compulsory": False},
            ],
        }
    )
    plan = policy.quote(200_000, 40_000, 60)
    first = plan.rows[0]
    assert (str(first.payment), str(first.iva), str(first.charges)) == ("3399.53", "213.33", "750.00")
    assert str(plan.monthly_payment) == "4362.86"
    assert (str(plan.commission), str(plan.commission_iva), str(plan.at_signing)) == ("3200.00", "512.00", "3811.50")
    assert str(plan.total_paid) == "256007.01"
    assert str(plan.total_cost) == str(Decimal("256007.01") + 40_000 + Decimal("3811.50"))


def test_the_cat_holds_commission_and_compulsory_lines_but_no_iva() -> None:
    lines: list[dict[str, object]] = [
        {},
        {"iva_on_commission": True, "iva_on_interest": "added"},
        {"costs": [{"name": "Folder", "amount": 99, "compulsory": False}]},
        {"insurance_yearly": "0.04"},
    ]
    plain, taxed, optional, insured = (
        FinancePolicy.from_mapping({"opening_commission": "0.02", **more}).quote("281999", "56399.80", 60).cat_percent
        for more in lines
    )
    assert str(plain) == "11.4349"
    assert taxed == plain
    assert optional == plain
    assert insured is not None
    assert plain is not None
    assert insured > plain


def test_a_financed_commission_raises_the_payment_and_the_cat_looks_at_what_was_received() -> None:
    policy = FinancePolicy.from_mapping({"opening_commission": "0.03", "commission_financed": True})
    plan = policy.quote(100_000, 0, 36)
    assert str(plan.financed) == "103000.00"
    assert str(plan.monthly_payment) == "3323.52"
    assert plan.at_signing == 0
    assert plan.cat_percent is not None
    assert plan.cat_percent > Decimal("12.5")


def test_a_payment_may_be_rounded_up_to_whole_pesos() -> None:
    policy = FinancePolicy.from_mapping({"payment_step": "1", "payment_rounding": "up"})
    plan = policy.quote(200_000, 40_000, 60)
    assert str(plan.monthly_payment) == "3400.00"
    assert plan.last_payment < plan.monthly_payment
    assert plan.rows[-1].balance == 0


def test_a_cost_and_the_kinds_of_iva_are_read() -> None:
    policy = FinancePolicy.from_mapping(
        {"iva_on_interest": "level", "iva": "0.08", "costs": [{"name": " GPS ", "amount": 99.5, "when": "monthly"}]}
    )
    assert policy.extras.iva_on_interest is IvaOnInterest.LEVEL
    assert policy.extras.costs == (Cost("GPS", Decimal("99.50"), monthly=True),)


def test_the_policy_is_read_from_a_dealership_folder(tmp_path: Path) -> None:
    (tmp_path / "dealership.toml").write_text('[finance]\nannual_rate = "0.12"\nterms = [12, 24]\n')
    policy = FinancePolicy.load(tmp_path)
    assert (policy.annual_rate, policy.terms, policy.default_months) == (Decimal("0.12"), (12, 24), 24)


@pytest.mark.parametrize("content", [None, "[finance", "[dealer]\n", 'finance = "x"'])
def test_a_folder_without_a_policy_is_an_error(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "dealership.toml").write_text(content)
    with pytest.raises(InvalidProfile):
        FinancePolicy.load(tmp_path)
