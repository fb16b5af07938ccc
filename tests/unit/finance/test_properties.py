"""What holds for every plan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy_financial
import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from commercial_agent.finance import (
    Extras,
    IvaOnInterest,
    amortise,
    balloon_plan,
    cat,
    down_needed,
    max_price,
    pay_off,
    prepay,
    quote,
    term_needed,
)

CENT = Decimal("0.01")


def pesos(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=2)


PRICES = pesos("0.01", "1000000000000")
CARS = pesos("20000", "3000000")
MONTHS = st.integers(1, 120)
RATES = st.decimals(Decimal(0), Decimal(1), places=4)
USUAL_RATES = st.decimals(Decimal("0.01"), Decimal("0.40"), places=4)
SHARES = st.decimals(Decimal(0), Decimal(1), places=3)


def part(price: Decimal, share: Decimal) -> Decimal:
    return (price * share).quantize(CENT, rounding="ROUND_FLOOR")


@given(PRICES, SHARES, MONTHS, RATES)
def test_the_balance_ends_at_nothing_and_every_peso_is_accounted_for(
    price: Decimal, share: Decimal, months: int, rate: Decimal
) -> None:
    plan = quote(price, part(price, share), months, rate)
    assert str(plan.rows[-1].balance) == "0.00"
    assert sum(row.capital for row in plan.rows) == plan.loan
    assert plan.total_interest + plan.loan == plan.total_paid
    assert len(plan.rows) == months
    balance = plan.loan
    for row in plan.rows:
        assert row.interest + row.capital == row.payment
        assert row.capital >= 0
        assert row.balance == balance - row.capital
        balance = row.balance


@given(PRICES, MONTHS, RATES)
def test_interest_is_the_exact_twelfth_rounded_half_up(price: Decimal, months: int, rate: Decimal) -> None:
    balance = Fraction(price)
    for row in quote(price, 0, months, rate).rows:
        centavos = balance * Fraction(rate) / 12 * 100
        whole, rest = divmod(centavos.numerator, centavos.denominator)
        assert row.interest * 100 == whole + (2 * rest >= centavos.denominator)
        balance -= Fraction(row.capital)
    assert balance == 0


@given(CARS, SHARES, MONTHS, USUAL_RATES)
def test_the_payment_is_that_of_an_independent_library(
    price: Decimal, share: Decimal, months: int, rate: Decimal
) -> None:
    plan = quote(price, part(price, share), months, rate)
    theirs = -numpy_financial.pmt(float(rate) / 12, months, float(plan.loan))
    assert abs(float(plan.base_payment) - theirs) < 0.0051


@given(CARS, SHARES, SHARES, MONTHS, RATES)
def test_more_down_never_costs_more_a_month(
    price: Decimal, share: Decimal, more: Decimal, months: int, rate: Decimal
) -> None:
    less, most = sorted((part(price, share), part(price, more)))
    assert quote(price, most, months, rate).monthly_payment <= quote(price, less, months, rate).monthly_payment


@given(CARS, SHARES, MONTHS, USUAL_RATES)
def test_a_longer_term_never_costs_more_a_month(price: Decimal, share: Decimal, months: int, rate: Decimal) -> None:
    assume(months < 120)
    down = part(price, share)
    assert quote(price, down, months + 1, rate).base_payment <= quote(price, down, months, rate).base_payment


@given(CARS, st.decimals(Decimal(0), Decimal("0.95"), places=3), st.integers(2, 120), USUAL_RATES)
def test_the_highest_price_for_a_quoted_payment_is_the_quoted_price(
    price: Decimal, share: Decimal, months: int, rate: Decimal
) -> None:
    plan = quote(price, part(price, share), months, rate)
    found = max_price(plan.monthly_payment, plan.down_payment, months, rate)
    assert abs(found.max_price - price) <= Decimal("0.005") * months + CENT  # what rounding a payment is worth
    again = quote(found.max_price, plan.down_payment, months, rate)
    assert again.monthly_payment == plan.monthly_payment


@given(CARS, pesos("500", "60000"), MONTHS, USUAL_RATES)
def test_the_down_payment_needed_is_enough_and_not_a_peso_more(
    price: Decimal, budget: Decimal, months: int, rate: Decimal
) -> None:
    found = down_needed(price, budget, months, rate)
    assert quote(price, found.min_down, months, rate).base_payment <= budget
    if found.min_down >= 2:
        assert quote(price, found.min_down - 2, months, rate).base_payment >= budget


@given(CARS, st.integers(1, 120), USUAL_RATES)
def test_a_quoted_payment_is_accepted_back_as_a_budget(price: Decimal, months: int, rate: Decimal) -> None:
    payment = quote(price, 0, months, rate).base_payment
    assume(payment > price * rate / 12)  # at high rates and long terms the payment is the interest, to the centavo
    found = term_needed(price, payment, rate)
    assert found.min_months <= months
    assert found.payment <= payment
    if found.min_months > 1:
        assert quote(price, 0, found.min_months - 1, rate).base_payment > payment


@given(
    CARS,
    st.decimals(Decimal(0), Decimal("0.9"), places=3),
    MONTHS,
    USUAL_RATES,
    st.decimals(Decimal(0), Decimal("0.10"), places=3),
)
def test_the_cat_is_an_independent_irr(
    price: Decimal, share: Decimal, months: int, rate: Decimal, commission: Decimal
) -> None:
    plan = quote(price, part(price, share), months, rate, commission=commission)
    received = plan.loan - plan.commission
    flows = [float(received), *(-float(row.payment) for row in plan.rows)]
    monthly = pyxirr.irr([-flow for flow in flows])
    assert monthly is not None
    assert plan.cat_percent is not None
    assert float(plan.cat_percent) == pytest.approx(((1 + monthly) ** 12 - 1) * 100, abs=0.0002)


@given(st.lists(pesos("0.01", "90000"), min_size=1, max_size=60), st.sampled_from([12, 24, 26, 52]))
def test_the_cat_makes_any_payments_worth_what_was_received(payments: list[Decimal], per_year: int) -> None:
    received = (sum(payments) * Decimal("0.8")).quantize(CENT)
    assume(received > 0)
    percent = cat(received, payments, per_year)
    discount = (1 + float(percent) / 100) ** (-1 / per_year)
    worth = sum(float(payment) * discount ** (k + 1) for k, payment in enumerate(payments))
    assert worth == pytest.approx(float(received), rel=1e-4)


@given(CARS, st.integers(3, 120), USUAL_RATES, st.data())
def test_an_extra_payment_saves_interest_and_a_shorter_term_saves_most(
    price: Decimal, months: int, rate: Decimal, data: st.DataObject
) -> None:
    plan = quote(price, 0, months, rate)
    after = data.draw(st.integers(1, months - 1))
    balance = plan.rows[after - 1].balance
    extra = data.draw(pesos("1000", "20000000").filter(lambda value: value <= balance)) if balance >= 1000 else balance
    assume(extra > 0)
    found = prepay(plan, after, extra)
    for way in (found.reduce_payment, found.reduce_term):
        assert sum((row.capital for row in way.rows), Decimal(0)) == found.balance_after
        assert way.total_interest + way.interest_saved == plan.total_interest
        assert way.interest_saved >= Decimal("-0.01") * months  # a drift of rounding at most
        assert way.remaining_months + way.months_saved == months - after
    slack = CENT * months
    assert found.reduce_term.interest_saved >= found.reduce_payment.interest_saved - slack
    assert all(row.payment <= plan.base_payment for row in found.reduce_term.rows[:-1])


@given(CARS, st.integers(2, 120), USUAL_RATES, st.data())
def test_paying_off_saves_the_interest_ahead(price: Decimal, months: int, rate: Decimal, data: st.DataObject) -> None:
    plan = quote(price, 0, months, rate)
    after = data.draw(st.integers(1, months - 1))
    found = pay_off(plan, after)
    paid = sum(row.payment for row in plan.rows[:after]) + found.balance
    assert paid + found.interest_saved == plan.total_paid
    assert found.remaining_months == months - after


@given(CARS, MONTHS, USUAL_RATES, SHARES)
def test_a_balloon_only_moves_capital_to_the_end(price: Decimal, months: int, rate: Decimal, share: Decimal) -> None:
    balloon = part(price, share)
    found = balloon_plan(price, None, months, balloon, rate)
    assert sum(row.capital for row in found.rows) == price
    assert found.rows[-1].balance == 0
    assert found.total_interest >= quote(price, 0, months, rate).total_interest - CENT * months
    assert found.last_payment >= balloon


@given(
    st.builds(
        Extras,
        commission=st.sampled_from([Decimal(0), Decimal("0.025")]),
        commission_financed=st.booleans(),
        iva_on_interest=st.sampled_from(IvaOnInterest),
        iva_on_commission=st.booleans(),
        insurance=st.sampled_from([Decimal(0), Decimal("0.045")]),
        step=st.sampled_from([Decimal("0.01"), Decimal(1), Decimal(50)]),
        round_up=st.booleans(),
    ),
    pesos("2000", "30000"),
    st.sampled_from([36, 60, 72]),
)
def test_backward_answers_hold_with_every_optional_line(extras: Extras, budget: Decimal, months: int) -> None:
    found = max_price(budget, 40_000, months, extras=extras)
    plan = quote(found.max_price, 40_000, months, extras=extras)
    assert plan.monthly_payment <= budget
    dearer = quote(found.max_price + 3000, 40_000, months, extras=extras)
    assert dearer.monthly_payment > budget
    assert down_needed(found.max_price, budget, months, extras=extras).min_down <= 40_000
    assert plan.rows[-1].balance == 0
    assert sum(row.capital for row in plan.rows) == plan.financed


@given(pesos("100", "1000000"), MONTHS, USUAL_RATES, pesos("50", "90000"))
def test_a_fixed_payment_runs_until_the_loan_is_settled(
    loan: Decimal, months: int, rate: Decimal, payment: Decimal
) -> None:
    rows = amortise(loan, rate, months, payment, until_paid=True)
    assert sum(row.capital for row in rows) == loan
    assert rows[-1].balance == 0
    assert all(row.balance != 0 for row in rows[:-1])
