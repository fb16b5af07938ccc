"""What-ifs as findings: extra payments, paying off, a balloon, a commission, IVA, another lender."""

from __future__ import annotations

from decimal import Decimal

from commercial_agent.agents.plan_figures import Figures, assumed_names, plan_figures
from commercial_agent.agents.plan_subject import Subject
from commercial_agent.agents.plan_terms import down_for, months_for, pesos, share_of
from commercial_agent.conversation.findings import Calculated, Finding, PlanNeeds
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import (
    FinancePolicy,
    Quote,
    balloon_plan,
    cat_shown,
    pay_off,
    prepay,
    quote,
    with_commission,
    with_iva,
)

_HUNDRED = Decimal(100)


def prepayment(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """An extra payment to capital: lower payments or fewer months."""
    if request.extra is None:
        return PlanNeeds(request.kind, "extra", Question(Ask.EXTRA))
    if request.after_payment is None:
        return PlanNeeds(request.kind, "after_payment", Question(Ask.AFTER_PAYMENT))
    plan, down_assumed, months_assumed = _plain_plan(request, subject, policy)
    found = prepay(plan, request.after_payment, pesos(request.extra, "extra"))
    lower, shorter = found.reduce_payment, found.reduce_term
    figures: Figures = (
        *plan_figures(plan),
        ("payment_before", plan.base_payment),
        ("total_interest_before", found.total_interest_before),
        ("after_payment", request.after_payment),
        ("balance_before", found.balance_before),
        ("extra", pesos(request.extra, "extra")),
        ("balance_after", found.balance_after),
        ("reduce_payment", lower.payment),
        ("reduce_payment_months", lower.remaining_months),
        ("reduce_payment_interest_saved", lower.interest_saved),
        ("reduce_term_months", shorter.remaining_months),
        ("months_saved", shorter.months_saved),
        ("reduce_term_last_payment", shorter.last_payment),
        ("reduce_term_interest_saved", shorter.interest_saved),
    )
    return _calculated(FinanceKind.PREPAYMENT, figures, subject, down_assumed, months_assumed)


def payoff(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """What settles the plan early."""
    if request.after_payment is None:
        return PlanNeeds(request.kind, "after_payment", Question(Ask.AFTER_PAYMENT))
    plan, down_assumed, months_assumed = _plain_plan(request, subject, policy)
    found = pay_off(plan, request.after_payment)
    figures: Figures = (
        *plan_figures(plan),
        ("monthly_payment", plan.monthly_payment),
        ("after_payment", found.after_payment),
        ("payoff", found.balance),
        ("months_saved", found.remaining_months),
        ("interest_saved", found.interest_saved),
    )
    return _calculated(FinanceKind.PAYOFF, figures, subject, down_assumed, months_assumed)


def balloon(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """A plan that leaves a part to the last payment."""
    if request.balloon is None:
        return PlanNeeds(request.kind, "balloon", Question(Ask.BALLOON))
    plan, down_assumed, months_assumed = _plain_plan(request, subject, policy)
    found = balloon_plan(
        plan.price, plan.down_payment, plan.months, pesos(request.balloon, "balloon"), plan.annual_rate
    )
    figures: Figures = (
        *plan_figures(plan),
        ("payment", found.payment),
        ("balloon", found.balloon),
        ("last_payment", found.last_payment),
        ("total_interest", found.total_interest),
        ("cat_percent", cat_shown(found.cat_percent)),
    )
    return _calculated(FinanceKind.BALLOON, figures, subject, down_assumed, months_assumed)


def commission(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """A plan with an opening commission paid at signing; without one named, the policy's."""
    plan, down_assumed, months_assumed = _plain_plan(request, subject, policy)
    share = policy.extras.commission if request.commission_percent is None else share_of(request.commission_percent)
    found = with_commission(plan, share)
    percent = found.cat_percent
    figures: Figures = (
        *plan_figures(plan),
        ("commission_percent", share * _HUNDRED),
        ("commission", found.commission),
        ("monthly_payment", found.monthly_payment),
        ("cat_percent", None if percent is None else cat_shown(percent)),
    )
    return _calculated(FinanceKind.COMMISSION, figures, subject, down_assumed, months_assumed)


def iva(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """A plan with IVA on its interest, both ways lenders charge it."""
    plan, down_assumed, months_assumed = _plain_plan(request, subject, policy)
    found = with_iva(plan, policy.extras.iva)
    rows = found.added.rows
    figures: Figures = (
        *plan_figures(plan),
        ("iva_percent", policy.extras.iva * _HUNDRED),
        ("base_payment", found.base_payment),
        ("first_payment", rows[0].total),
        ("second_payment", rows[1].total if len(rows) > 1 else None),
        ("last_payment", rows[-1].total),
        ("total_iva", found.added.total_iva),
        ("level_payment", found.level.monthly_payment),
    )
    return _calculated(FinanceKind.IVA, figures, subject, down_assumed, months_assumed)


def other_lender(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """The same plan at the rate another lender is said to offer: theirs, and labelled so."""
    if request.claimed_rate_percent is None:
        return PlanNeeds(request.kind, "their_rate", Question(Ask.RATE))
    plan, down_assumed, months_assumed = _plain_plan(request, subject, policy)
    theirs = quote(plan.price, plan.down_payment, plan.months, share_of(request.claimed_rate_percent).normalize())
    figures: Figures = (
        *(line for line in plan_figures(plan) if line[0] != "annual_rate"),
        ("our_rate", plan.annual_rate),
        ("our_payment", plan.monthly_payment),
        ("our_total_interest", plan.total_interest),
        ("their_rate", theirs.annual_rate),
        ("their_payment", theirs.monthly_payment),
        ("their_total_interest", theirs.total_interest),
        ("payment_difference", abs(theirs.monthly_payment - plan.monthly_payment)),
        ("interest_difference", abs(theirs.total_interest - plan.total_interest)),
    )
    return _calculated(FinanceKind.OTHER_LENDER, figures, subject, down_assumed, months_assumed)


def _plain_plan(request: FinanceRequest, subject: Subject, policy: FinancePolicy) -> tuple[Quote, bool, bool]:
    """The plan a what-if starts from: capital and interest at the policy's rate.

    Raises:
        InvalidPlan: `nothing_financed` beside those of the terms.
    """
    down, assumed = down_for(request.terms, subject.price, policy)
    months = months_for(request.terms, policy)
    plan = quote(subject.price, down, months.offered[0], policy.annual_rate)
    if not plan.loan:
        raise InvalidPlan("the down payment covers the price", code="nothing_financed")
    return plan, assumed, months.assumed


def _calculated(kind: FinanceKind, figures: Figures, subject: Subject, down: bool, months: bool) -> Calculated:
    question = Question(Ask.OPEN if subject.car is None else Ask.BOOK)
    return Calculated(kind, figures, subject.car, assumed_names(down, months, False), question=question)
