"""Backward questions and what-ifs as findings: figures, what was assumed, and the cars that fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from commercial_agent.agents.plan_subject import Cars, Subject
from commercial_agent.agents.plan_terms import Down, down_for, down_of, months_for, pesos
from commercial_agent.conversation.cars import CarCriteria, Order, Range
from commercial_agent.conversation.findings import Calculated, CarsFound, Finding, PlanNeeds
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import (
    FinancePolicy,
    Quote,
    affordability,
    balloon_plan,
    cat_shown,
    down_needed,
    max_price,
    pay_off,
    prepay,
    quote,
    term_needed,
    with_commission,
    with_iva,
)
from commercial_agent.finance.money import centavos, centavos_down, pesos_down

Figures = tuple[tuple[str, Decimal | int | bool | None], ...]
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Budget:
    """What can be paid a month, and where that comes from."""

    amount: Decimal
    from_income: bool
    ceiling: Decimal | None = None  # MXN: what the income could bear at most


def reach(request: FinanceRequest, state: DialogueState, policy: FinancePolicy, cars: Cars) -> Finding:
    """The highest price for a budget or an income, and the cars in stock up to it."""
    needs = _budget(request, state, policy)
    if isinstance(needs, PlanNeeds):
        return needs
    months, down = months_for(request.terms, policy), down_of(request.terms, policy)
    if down.share >= 1:
        raise InvalidPlan("all of the price is paid at once", code="nothing_financed")
    share = max(down.share, policy.minimum_down if not down.fixed else Decimal(0))
    found = max_price(
        needs.amount, down.fixed, months.offered[0], policy.annual_rate, down_share=share, extras=policy.extras
    )
    highest = found.said
    if policy.minimum_down and not share:  # an amount at hand must also be the minimum part of the price
        highest = min(highest, pesos_down(down.fixed / policy.minimum_down))
    fitting = _cars_up_to(highest, request.criteria, cars)
    figures: Figures = (
        *_income_figures(request, policy, needs),
        ("monthly_budget", needs.amount),
        ("max_price", highest),
        ("down_payment", Down(down.fixed, share, down.assumed).of(highest)),
        ("months", found.months),
        ("annual_rate", policy.annual_rate),
    )
    kind = FinanceKind.AFFORDABILITY if needs.from_income else FinanceKind.MAX_PRICE
    return Calculated(
        kind,
        figures,
        assumed=_assumed(down.assumed, months.assumed, needs.from_income),
        cars=fitting,
        question=_after_cars(fitting),
    )


def can_i(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """Whether a price fits a budget or an income, and by how much."""
    budget = _budget(request, state, policy)
    if isinstance(budget, PlanNeeds):
        return budget
    plan, down_assumed, months_assumed = _plan_within(request, subject, policy, budget.amount)
    due = plan.monthly_payment
    affordable = due <= max(budget.amount, budget.ceiling or budget.amount)
    figures: list[tuple[str, Decimal | int | bool | None]] = [
        ("affordable", affordable),
        *_income_figures(request, policy, budget),
        ("monthly_budget", budget.amount),
        *_plan_figures(plan),
        ("monthly_payment", due),
    ]
    if due <= budget.amount:
        figures.append(("left_over", budget.amount - due))
    elif affordable:  # above the share that is advised, within what an income can bear
        figures.append(("ceiling", policy.income_share_ceiling))
    else:
        figures.append(("shortfall", due - budget.amount))
        figures.append(("min_down", _least_down(plan, budget.amount, policy)))
    return Calculated(
        FinanceKind.CAN_I,
        tuple(figures),
        subject.car,
        _assumed(down_assumed, months_assumed, budget.from_income),
        question=_after_plan(subject) if affordable else Question(Ask.DOWN_PAYMENT),
    )


def down_for_budget(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """The down payment that brings a price within a budget."""
    budget = _budget(request, state, policy)
    if isinstance(budget, PlanNeeds):
        return budget
    months = months_for(request.terms, policy)
    found = down_needed(subject.price, budget.amount, months.offered[0], policy.annual_rate, extras=policy.extras)
    down = min(subject.price, max(found.said, policy.minimum_down_for(subject.price)))
    plan = policy.quote(subject.price, down, found.months)
    figures: Figures = (
        ("monthly_budget", budget.amount),
        ("price", subject.price),
        ("min_down", down),
        ("down_percent", centavos(down * _HUNDRED / subject.price)),
        ("loan", plan.loan),
        ("months", plan.months),
        ("annual_rate", plan.annual_rate),
        ("monthly_payment", plan.monthly_payment),
    )
    return Calculated(
        FinanceKind.DOWN_NEEDED,
        figures,
        subject.car,
        _assumed(False, months.assumed, budget.from_income),
        question=_after_plan(subject),
    )


def term_for_budget(request: FinanceRequest, state: DialogueState, subject: Subject, policy: FinancePolicy) -> Finding:
    """The shortest term of the menu whose payment is within a budget."""
    budget = _budget(request, state, policy)
    if isinstance(budget, PlanNeeds):
        return budget
    down, assumed = down_for(request.terms, subject.price, policy)
    if down == subject.price:
        raise InvalidPlan("the down payment covers the price", code="nothing_financed")
    longest = policy.quote(subject.price, down, policy.terms[-1])
    try:
        found = term_needed(
            longest.loan, budget.amount, policy.annual_rate, down=down, menu=policy.terms, extras=policy.extras
        )
        menu_months, reason, more = found.menu_months, "no_term_fits", {}
    except InvalidPlan as problem:
        if problem.reason not in ("budget_below_interest", "term_above_maximum"):
            raise
        menu_months, reason = None, "no_term_fits" if problem.reason == "term_above_maximum" else problem.reason
        more = {name: value for name, value in problem.figures.items() if name == "first_interest"}
    if menu_months is None:
        raise InvalidPlan(
            "no term of the menu fits the budget",
            code=reason,
            figures={
                "monthly_budget": budget.amount,
                **more,
                "longest_months": longest.months,
                "monthly_payment": longest.monthly_payment,
                "min_down": _least_down(longest, budget.amount, policy),
            },
        )
    plan = policy.quote(subject.price, down, menu_months)
    figures: Figures = (
        ("monthly_budget", budget.amount),
        ("menu_months", menu_months),
        ("menu_payment", plan.monthly_payment),
        *(line for line in _plan_figures(plan) if line[0] != "months"),
        ("total_interest", plan.total_interest),
    )
    return Calculated(
        FinanceKind.TERM_NEEDED,
        figures,
        subject.car,
        _assumed(assumed, False, budget.from_income),
        question=_after_plan(subject),
    )


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
        *_plan_figures(plan),
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
        *_plan_figures(plan),
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
        *_plan_figures(plan),
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
    share = policy.extras.commission if request.commission_percent is None else request.commission_percent / _HUNDRED
    found = with_commission(plan, share)
    percent = found.cat_percent
    figures: Figures = (
        *_plan_figures(plan),
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
        *_plan_figures(plan),
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
    theirs = quote(plan.price, plan.down_payment, plan.months, request.claimed_rate_percent / _HUNDRED)
    figures: Figures = (
        *(line for line in _plan_figures(plan) if line[0] != "annual_rate"),
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


def _budget(request: FinanceRequest, state: DialogueState, policy: FinancePolicy) -> _Budget | PlanNeeds:
    """What can be paid a month: as said now, from the income said now, or as said before."""
    if request.monthly_budget is not None:
        return _Budget(pesos(request.monthly_budget, "monthly_budget"), from_income=False)
    if request.income is not None:
        income, debts = pesos(request.income, "net_income"), pesos(request.debts, "other_debt_payments")
        found = affordability(
            income,
            debts,
            share=policy.income_share,
            highest_share=policy.income_share_ceiling,
        )
        most = centavos_down(income * policy.income_share_ceiling) - debts
        return _Budget(found.monthly_budget, from_income=True, ceiling=most)
    if request.kind is FinanceKind.AFFORDABILITY:
        return PlanNeeds(request.kind, "income", Question(Ask.INCOME))
    if state.monthly_budget is not None:
        return _Budget(pesos(Decimal(state.monthly_budget), "monthly_budget"), from_income=False)
    return PlanNeeds(request.kind, "monthly_budget", Question(Ask.BUDGET))


def _plan_within(
    request: FinanceRequest, subject: Subject, policy: FinancePolicy, budget: Decimal
) -> tuple[Quote, bool, bool]:
    """The plan of the term that was said; without one, of the shortest that is within the budget, or the longest."""
    down, assumed = down_for(request.terms, subject.price, policy)
    months = months_for(request.terms, policy).offered if request.terms.months else policy.terms
    plans = (policy.quote(subject.price, down, term) for term in sorted(months))
    plan = next(plans)
    while plan.monthly_payment > budget and (longer := next(plans, None)) is not None:
        plan = longer
    return plan, assumed, False


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


def _least_down(plan: Quote, budget: Decimal, policy: FinancePolicy) -> Decimal:
    found = down_needed(plan.price, budget, plan.months, policy.annual_rate, extras=policy.extras)
    return min(plan.price, max(found.said, policy.minimum_down_for(plan.price)))


def _plan_figures(plan: Quote) -> Figures:
    """What every plan names: price, down payment, loan, term, rate."""
    return (
        ("price", plan.price),
        ("down_payment", plan.down_payment),
        ("loan", plan.loan),
        ("months", plan.months),
        ("annual_rate", plan.annual_rate),
    )


def _income_figures(request: FinanceRequest, policy: FinancePolicy, budget: _Budget) -> Figures:
    if not budget.from_income or request.income is None:
        return ()
    debts: Figures = (("debts", centavos(request.debts)),) if request.debts else ()
    return (("income", centavos(request.income)), *debts, ("share", policy.income_share))


def _assumed(down: bool, months: bool, share: bool) -> tuple[str, ...]:
    return tuple(name for name, taken in (("down", down), ("months", months), ("share", share)) if taken)


def _calculated(kind: FinanceKind, figures: Figures, subject: Subject, down: bool, months: bool) -> Calculated:
    question = Question(Ask.OPEN if subject.car is None else Ask.BOOK)
    return Calculated(kind, figures, subject.car, _assumed(down, months, False), question=question)


def _after_plan(subject: Subject) -> Question:
    return Question(Ask.SHOW_CARS if subject.car is None else Ask.BOOK)


def _cars_up_to(price: Decimal, criteria: CarCriteria, cars: Cars) -> CarsFound:
    """The stock within a price, the dearest first: what makes most of the budget."""
    high = price if criteria.price.high is None else min(price, criteria.price.high)
    low = criteria.price.low if criteria.price.low is not None and criteria.price.low <= high else None
    return cars.search(
        replace(criteria, price=Range(low, high), order=criteria.order or Order("price", descending=True))
    )


def _after_cars(found: CarsFound) -> Question:
    if not found.cars or found.relaxed:
        return Question(Ask.DOWN_PAYMENT)
    return Question(Ask.QUOTE) if len(found.cars) == 1 else Question(Ask.WHICH_CAR)
