"""The calculations by name, from plain inputs to plain outputs: what the terminal and scripts use.

`solve("max_price", {"monthly_budget": "6000", "down": "50000", "months": 60})` and its like. Outputs are decimals as
text, whole numbers for counts, None where a figure does not exist. An input that is missing, misspelt or of no use to
the kind is an error rather than a silently different answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from typing import Any

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance.annual_cost import cat, shown
from commercial_agent.finance.inputs import INPUTS, MAX_PAYMENTS, Inputs, read_object
from commercial_agent.finance.inverse import affordability, down_needed, max_price, term_needed
from commercial_agent.finance.money import EXACT, amount, centavos, positive, whole
from commercial_agent.finance.policy import FinancePolicy
from commercial_agent.finance.quotes import Quote, loan_of, quote
from commercial_agent.finance.whatif import (
    GENERAL_IVA,
    AfterPrepayment,
    balloon_plan,
    pay_off,
    prepay,
    with_commission,
    with_iva,
)

Output = dict[str, Any]

_PLAN = frozenset({"price", "down", "loan", "months", "annual_rate", "commission_pct"})


def solve(kind: str, values: Mapping[str, object], policy: FinancePolicy | None = None) -> Output:
    """Work out one of the backward or what-if questions.

    Args:
        kind: one of `KINDS`.
        values: the inputs by name: decimals as text, ints or Decimals; rates and shares as fractions, `commission_pct`
            in per cent.
        policy: whose rate, income share and menu hold where the inputs say nothing.

    Returns:
        The outputs by name, ready for JSON.

    Raises:
        InvalidPlan: with the code of what is wrong.
    """
    if kind not in KINDS:
        raise InvalidPlan(f"no such calculation; there are {', '.join(KINDS)}", code="unknown_kind")
    calculate, names = KINDS[kind]
    for name in sorted(values):
        if name not in INPUTS:
            raise InvalidPlan(f"no input is called {name[:40]!r}", code="unknown_input")
        if name not in names and values[name] is not None:
            raise InvalidPlan(f"{kind} has no use for {name}; it takes {', '.join(sorted(names))}", code="unused_input")
    found = calculate(Inputs(values, policy or FinancePolicy()))
    return {name: _plain(value) for name, value in found.items()}


def solve_text(kind: str, text: str, policy: FinancePolicy | None = None) -> Output:
    """`solve` with the inputs as a JSON object.

    Raises:
        InvalidPlan: as `read_object` and `solve`.
    """
    return solve(kind, read_object(text), policy)


def quote_output(plan: Quote, *, schedule: bool = False, stock_id: str | None = None) -> Output:
    """A plan as the public API writes a quote, with what an accountant asks next.

    Args:
        plan: the plan.
        schedule: the rows too.
        stock_id: of the car, when it is for one.
    """
    percent = plan.cat_percent
    found: Output = {
        "stock_id": stock_id,
        "price": plan.price,
        "down_payment": plan.down_payment,
        "months": plan.months,
        "annual_rate": plan.annual_rate,
        "monthly_payment": plan.monthly_payment,
        "total_interest": plan.total_interest,
        "loan": plan.loan,
        "last_payment": plan.last_payment,
        "total_paid": plan.total_paid,
        "cat_pct": percent,
        "cat_pct_shown": None if percent is None else shown(percent),
        "commission": plan.commission,
        "at_signing": plan.at_signing,
    }
    if schedule:
        plain = plan.extras.iva_on_interest == "none"
        found["schedule"] = [
            {
                "number": row.number,
                "payment": row.total,
                "interest": row.interest,
                "capital": row.capital,
                **({} if plain else {"iva": row.iva}),
                **({"charges": row.charges} if row.charges else {}),
                "balance": row.balance,
            }
            for row in plan.rows
        ]
    return {name: _plain(value) for name, value in found.items()}


def _max_price(given: Inputs) -> Output:
    found = max_price(
        given.needed("monthly_budget"),
        given.default("down", 0),
        given.needed("months"),
        given.rate,
        extras=given.policy.extras,
    )
    return {
        "max_price": found.max_price,
        "say_price": found.said,
        "loan": found.loan,
        "down_payment": found.down_payment,
        "months": found.months,
        "monthly_budget": found.monthly_budget,
        **_commission_on(given, found.loan),
    }


def _down_payment(given: Inputs) -> Output:
    found = down_needed(
        given.needed("price"),
        given.needed("monthly_budget"),
        given.needed("months"),
        given.rate,
        extras=given.policy.extras,
    )
    return {
        "min_down": found.min_down,
        "say_down": found.said,
        "min_down_pct": found.percent,
        "loan": found.loan,
        "months": found.months,
        **_commission_on(given, found.loan),
    }


def _term(given: Inputs) -> Output:
    _, down, loan = loan_of(given.optional("price"), given.optional("down"), given.optional("loan"))
    if not loan:
        raise InvalidPlan("the down payment covers the price: nothing is financed", code="nothing_financed")
    found = term_needed(
        loan,
        given.needed("monthly_budget"),
        given.rate,
        down=down,
        menu=given.policy.terms,
        extras=given.policy.extras,
    )
    return {
        "min_months": found.min_months,
        "exact_months": found.exact_months,
        "menu_months": found.menu_months,
        "payment": found.payment,
        "menu": {str(months): payment for months, payment in found.menu},
        "loan": loan,
        **_commission_on(given, loan),
    }


def _affordability(given: Inputs) -> Output:
    """Without months, the budget alone: no price follows from it yet."""
    found = affordability(
        given.needed("net_income"),
        given.default("other_debt_payments", 0),
        given.default("down", 0),
        given.default("months", given.policy.default_months),
        given.rate,
        share=given.default("share", given.policy.income_share),
        highest_share=given.policy.income_share_ceiling,
        extras=given.policy.extras,
    )
    output: Output = {"monthly_budget": found.monthly_budget, "share": found.share}
    if "months" in given:
        reach = found.reach
        output |= {"max_price": reach.max_price, "say_price": reach.said, "loan": reach.loan, "months": reach.months}
        output |= _commission_on(given, reach.loan)
    return output


def _prepayment(given: Inputs) -> Output:
    plan = given.plan()
    found = prepay(plan, given.needed("after_payment"), given.needed("extra"))
    lower, shorter = found.reduce_payment, found.reduce_term
    return {
        "payment": plan.base_payment,
        "total_interest": plan.total_interest,
        "balance_before": found.balance_before,
        "balance_after": found.balance_after,
        "reduce_payment": {"new_payment": lower.payment, **_after(lower)},
        "reduce_term": {
            "payment": shorter.payment,
            "months_saved": shorter.months_saved,
            **_after(shorter),
        },
    }


def _after(found: AfterPrepayment) -> Output:
    return {
        "remaining_months": found.remaining_months,
        "last_payment": found.last_payment,
        "total_interest": found.total_interest,
        "interest_saved": found.interest_saved,
    }


def _payoff(given: Inputs) -> Output:
    found = pay_off(given.plan(), given.needed("after_payment"))
    return {
        "after_payment": found.after_payment,
        "balance": found.balance,
        "remaining_months": found.remaining_months,
        "interest_saved": found.interest_saved,
    }


def _balloon(given: Inputs) -> Output:
    found = balloon_plan(
        given.optional("price"),
        given.optional("down"),
        given.needed("months"),
        given.needed("balloon"),
        given.rate,
        loan=given.optional("loan"),
        commission=given.commission,
    )
    return {
        "payment": found.payment,
        "last_payment": found.last_payment,
        "balloon": found.balloon,
        "total_interest": found.total_interest,
        "total_paid": found.total_paid,
        "loan": found.loan,
        "months": found.months,
        **_commission_on(given, found.loan),
        "cat_pct": found.cat_percent,
        "cat_pct_shown": shown(found.cat_percent),
    }


def _commission(given: Inputs) -> Output:
    given.needed("commission_pct")
    plan = given.plan()
    signed = with_commission(plan, given.commission)
    added = with_commission(plan, given.commission, financed=True)
    return {
        "commission": signed.commission,
        "payment": signed.monthly_payment,
        "cat_pct": signed.cat_percent,
        "financed_payment": added.monthly_payment,
        "financed_total_interest": added.total_interest,
        "financed_cat_pct": added.cat_percent,
    }


def _cat(given: Inputs) -> Output:
    """From what is received and paid, or from a plan."""
    listed = given.amounts("payments")
    if listed is None and "payment" not in given and "disbursed" not in given:
        plan = given.plan()
        if not plan.loan:
            raise InvalidPlan("the down payment covers the price: nothing is financed", code="nothing_financed")
        if given.periods != 12 or "payments" in given:
            given.needed("payment")
        fee = amount(given.default("upfront_fee", 0), "upfront_fee") + plan.commission
        lent, flows = plan.loan, [row.payment for row in plan.rows]
    else:
        lent, fee, flows = _given_flows(given, listed)
    received = lent - fee
    percent = cat(received, flows, given.periods)
    return {"cat_pct": percent, "cat_pct_shown": shown(percent), "received": received, "upfront_fee": fee}


def _given_flows(given: Inputs, listed: list[Decimal] | None) -> tuple[Decimal, Decimal, list[Decimal]]:
    if "disbursed" in given:
        lent = positive(given.needed("disbursed"), "disbursed")
    else:
        lent = loan_of(given.optional("price"), given.optional("down"), given.optional("loan"))[2]
    with localcontext(EXACT):
        fee = amount(given.default("upfront_fee", 0), "upfront_fee") + centavos(lent * given.commission)
    if listed is not None:
        return lent, fee, listed
    if "payment" not in given and "annual_rate" in given and "months" in given and given.periods == 12:
        return lent, fee, [row.payment for row in quote(lent, 0, given.needed("months"), given.rate).rows]
    payment = positive(given.needed("payment"), "payment")
    count = whole(given.needed("payments" if "payments" in given or "months" not in given else "months"), "payments")
    if not 1 <= count <= MAX_PAYMENTS:
        raise InvalidPlan(f"there are 1 to {MAX_PAYMENTS} payments", code="payments_out_of_range")
    return lent, fee, [payment] * count


def _iva(given: Inputs) -> Output:
    plan = given.plan()
    found = with_iva(plan, given.default("iva", GENERAL_IVA))
    rows = found.added.rows
    return {
        "base_payment": found.base_payment,
        "first_payment_with_iva": rows[0].total,
        "second_payment_with_iva": rows[1].total if len(rows) > 1 else None,
        "last_payment_with_iva": rows[-1].total,
        "total_iva": found.added.total_iva,
        "total_paid": found.added.total_paid,
        "level_payment_with_iva": found.level.monthly_payment,
        "level_last_payment": found.level.last_payment,
        "level_total_iva": found.level.total_iva,
        "level_total_paid": found.level.total_paid,
    }


def _commission_on(given: Inputs, loan: Decimal) -> Output:
    """What a commission at signing adds; it changes neither the payment nor the price reached."""
    if "commission_pct" not in given:
        return {}
    with localcontext(EXACT):
        return {"commission": centavos(loan * given.commission)}


def _plain(value: Any) -> Any:
    """The value as JSON has it: decimals as text, however deep."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


KINDS: dict[str, tuple[Callable[[Inputs], Output], frozenset[str]]] = {
    "max_price": (_max_price, frozenset({"monthly_budget", "down", "months", "annual_rate", "commission_pct"})),
    "down_payment": (_down_payment, frozenset({"price", "monthly_budget", "months", "annual_rate", "commission_pct"})),
    "term": (_term, (_PLAN - {"months"}) | {"monthly_budget"}),
    "affordability": (
        _affordability,
        frozenset(
            {"net_income", "share", "other_debt_payments", "down", "months", "annual_rate", "commission_pct"},
        ),
    ),
    "prepayment": (_prepayment, _PLAN | {"after_payment", "extra"}),
    "payoff": (_payoff, _PLAN | {"after_payment"}),
    "balloon": (_balloon, _PLAN | {"balloon"}),
    "commission": (_commission, _PLAN),
    "cat": (_cat, _PLAN | {"disbursed", "upfront_fee", "payment", "payments", "per_year"}),
    "iva": (_iva, _PLAN | {"iva"}),
}
"""The calculations by name: the function and the inputs it takes."""
