"""Level plans as findings: one term, several, all of the menu, several cars, with their schedule by year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from commercial_agent.agents.plan_subject import Subject
from commercial_agent.agents.plan_terms import Months, down_for, months_for
from commercial_agent.conversation.findings import PlanQuoted, QuoteFact, YearRow
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.finance import FinancePolicy, Quote, cat_shown


def quoted(
    request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy, today: date
) -> tuple[PlanQuoted, Quote]:
    """The plans for one price.

    Returns:
        The finding, and its first plan whole.

    Raises:
        InvalidPlan: the down payment or the term cannot be.
    """
    down, down_assumed = down_for(request.terms, subject.price, policy)
    chosen, all_terms = _terms(request, state, policy)
    months = chosen.offered[:1] if request.kind is FinanceKind.SCHEDULE else chosen.offered
    plans = [policy.quote(subject.price, down, term) for term in months]
    finding = PlanQuoted(
        tuple(quote_fact(plan, subject.stock_id) for plan in plans),
        subject.car,
        today,
        down_assumed=down_assumed,
        months_assumed=chosen.assumed,
        months_asked=chosen.asked,
        trade_in=request.terms.trade_in,
        claimed_rate_percent=request.claimed_rate_percent,
        years=_years(plans[0]) if request.kind is FinanceKind.SCHEDULE and plans[0].loan else (),
        question=_next(subject, policy, plans[0], down_assumed, chosen.assumed, all_terms),
        extras=_extras(plans[0]),
    )
    return finding, plans[0]


def quoted_cars(
    request: FinanceRequest, state: DialogueState, subjects: tuple[Subject, ...], policy: FinancePolicy, today: date
) -> PlanQuoted:
    """The same plan for several cars: each car with each term that was asked for.

    Raises:
        InvalidPlan: the down payment or the term cannot be for one of them.
    """
    chosen, _ = _terms(request, state, policy)
    cars, facts, assumed = [], [], False
    for subject in subjects:
        down, assumed = down_for(request.terms, subject.price, policy)
        for months in chosen.offered:
            facts.append(quote_fact(policy.quote(subject.price, down, months), subject.stock_id))
            if subject.car is not None:
                cars.append(subject.car)
    return PlanQuoted(
        tuple(facts),
        None,
        today,
        down_assumed=assumed,
        months_assumed=chosen.assumed,
        months_asked=chosen.asked,
        trade_in=request.terms.trade_in,
        claimed_rate_percent=request.claimed_rate_percent,
        question=Question(Ask.WHICH_CAR),
        cars=tuple(cars),
    )


def _terms(request: FinanceRequest, state: DialogueState, policy: FinancePolicy) -> tuple[Months, bool]:
    """The terms to quote, and whether that is the whole menu because the customer asked for all."""
    newly_named = len(request.terms.months) > 1 and request.terms.months != state.plan.months
    if request.kind is FinanceKind.TERMS and not newly_named:
        return Months(policy.terms, None, False), True
    return months_for(request.terms, policy), False


def quote_fact(plan: Quote, stock_id: str | None) -> QuoteFact:
    """A plan as a conversation keeps it; its CAT as it is published."""
    percent = plan.cat_percent
    return QuoteFact(
        stock_id=stock_id,
        price=plan.price,
        down_payment=plan.down_payment,
        loan=plan.loan,
        months=plan.months,
        annual_rate=plan.annual_rate,
        monthly_payment=plan.monthly_payment,
        last_payment=plan.last_payment,
        total_interest=plan.total_interest,
        total_paid=plan.total_paid,
        cat_percent=None if percent is None else cat_shown(percent),
    )


def _years(plan: Quote) -> tuple[YearRow, ...]:
    return tuple(YearRow(year.year, year.interest, year.capital, year.balance) for year in plan.years)


def _extras(plan: Quote) -> tuple[tuple[str, Decimal], ...]:
    """What the policy's lines add, where it has any."""
    if plan.extras.plain or not plan.loan:
        return ()
    lines = (
        ("commission", plan.commission),
        ("commission_iva", plan.commission_iva),
        ("at_signing", plan.at_signing),
        ("total_iva", plan.total_iva),
        ("monthly_charges", plan.rows[0].charges),
    )
    return tuple((name, value) for name, value in lines if value)


def _next(
    subject: Subject, policy: FinancePolicy, plan: Quote, down_assumed: bool, months_assumed: bool, all_terms: bool
) -> Question:
    """The one question that moves on: what was assumed first, then the visit."""
    menu = tuple(str(months) for months in policy.terms)
    if plan.loan and (months_assumed or all_terms):
        return Question(Ask.TERM, menu)
    if down_assumed:
        return Question(Ask.DOWN_PAYMENT)
    return Question(Ask.BOOK if subject.car is not None else Ask.SHOW_CARS)
