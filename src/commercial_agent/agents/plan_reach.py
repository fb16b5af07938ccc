"""Backward questions as findings: figures, what was assumed, and the cars that fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from commercial_agent.agents.plan_figures import Figures, assumed_names, plan_figures
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
    down_needed,
    max_price,
    term_needed,
)
from commercial_agent.finance.money import centavos, centavos_down, pesos_down

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
        ("trade_in", request.terms.trade_in),
        ("months", found.months),
        ("annual_rate", policy.annual_rate),
    )
    kind = FinanceKind.AFFORDABILITY if needs.from_income else FinanceKind.MAX_PRICE
    return Calculated(
        kind,
        figures,
        assumed=assumed_names(down.assumed, months.assumed, needs.from_income),
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
        *plan_figures(plan),
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
        assumed_names(down_assumed, months_assumed, budget.from_income),
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
        assumed_names(False, months.assumed, budget.from_income),
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
        *(line for line in plan_figures(plan) if line[0] != "months"),
        ("total_interest", plan.total_interest),
    )
    return Calculated(
        FinanceKind.TERM_NEEDED,
        figures,
        subject.car,
        assumed_names(assumed, False, budget.from_income),
        question=_after_plan(subject),
    )


def _budget(request: FinanceRequest, state: DialogueState, policy: FinancePolicy) -> _Budget | PlanNeeds:
    """What can be paid a month: as said now, from the income said now, or as said before."""
    if request.monthly_budget is not None:
        return _Budget(pesos(request.monthly_budget, "monthly_budget"), from_income=False)
    if request.income is not None:
        income, debts = pesos(request.income, "net_income"), pesos(request.debts, "other_debt_payments")
        room = centavos_down(income * policy.income_share)
        if room <= debts:
            raise InvalidPlan(
                "the other debts leave nothing for a car",
                code="budget_not_positive",
                figures={"income": income, "share": policy.income_share, "debts": debts},
            )
        most = centavos_down(income * policy.income_share_ceiling) - debts
        return _Budget(room - debts, from_income=True, ceiling=most)
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


def _least_down(plan: Quote, budget: Decimal, policy: FinancePolicy) -> Decimal:
    found = down_needed(plan.price, budget, plan.months, policy.annual_rate, extras=policy.extras)
    return min(plan.price, max(found.said, policy.minimum_down_for(plan.price)))


def _income_figures(request: FinanceRequest, policy: FinancePolicy, budget: _Budget) -> Figures:
    if not budget.from_income or request.income is None:
        return ()
    debts: Figures = (("debts", centavos(request.debts)),) if request.debts else ()
    return (("income", centavos(request.income)), *debts, ("share", policy.income_share))


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
