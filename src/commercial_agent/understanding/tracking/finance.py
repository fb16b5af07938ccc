"""Requests about paying: which calculation, for which car, on which terms.

Terms said before hold until others are said, also for the next car; the calculation follows what is given and asked.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from commercial_agent.conversation.cars import CarCriteria, CarReference
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest, PlanTerms
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.correction import spelled
from commercial_agent.understanding.criteria import to_criteria
from commercial_agent.understanding.grouping import TERMS
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.about import about
from commercial_agent.understanding.tracking.context import Context, point, vocabulary
from commercial_agent.understanding.tracking.in_force import (
    debts_told,
    drops_extra,
    in_force,
    kind_followed,
)
from commercial_agent.understanding.tracking.own_car import wanted_only
from commercial_agent.understanding.tracking.plan_words import gives_none_down
from commercial_agent.understanding.tracking.weighing import both_cars, weighed_months, weighs_plans

_REPEATABLE = frozenset(FinanceKind) - {FinanceKind.RULES, FinanceKind.PAYOFF, FinanceKind.CAN_I}
_ABOUT_BUDGETS = frozenset({FinanceKind.MAX_PRICE, FinanceKind.AFFORDABILITY})


def finance_request(context: Context) -> FinanceRequest:
    """The request of a finance intent."""
    context = wanted_only(context)
    context = _paid_by_month(context)
    subject = _as_named_before(context, both_cars(context) or about(context, default=False))
    if drops_extra(context):
        subject = CarReference()  # "sin lo del final" is no car
    price = _price(context, subject)
    kind = _kind(context, subject, price)
    if kind not in _ABOUT_BUDGETS | {FinanceKind.RULES} and not subject and price is None:
        subject, price = _unsaid(context)
    state = context.state
    monthly = context.first("monthly")
    if (
        monthly is None
        and not context.has("income")
        and kind
        in _ABOUT_BUDGETS
        | {
            FinanceKind.DOWN_NEEDED,
            FinanceKind.TERM_NEEDED,
            FinanceKind.CAN_I,
        }
    ):
        monthly = _decimal(state.monthly_budget)
    criteria = CarCriteria()
    if kind in _ABOUT_BUDGETS:
        subject = subject if subject.ordinals or subject.stock_ids or subject.focus else CarReference()
        price = None
        criteria = to_criteria(context.asks_of_cars).without("price", "order")
    if kind in (FinanceKind.PAYOFF, FinanceKind.PREPAYMENT) and (after := _after(context)) is not None:
        context = replace(context, entities=after)
    request = FinanceRequest(
        context.intent,
        kind,
        subject,
        price,
        _terms(context, kind, price),
        monthly_budget=monthly,
        income=context.first("income"),
        debts=debts_told(context),
        extra=context.first("extra"),
        after_payment=context.first("after_payment"),
        balloon=context.first("balloon"),
        commission_percent=context.first("commission_percent"),
        claimed_rate_percent=_claimed_rate(context, kind),
        criteria=criteria,
        question=spelled(context.scan),
    )
    return completed(context, request)


def _paid_by_month(context: Context) -> Context:
    """`era broma, son 5500 al mes` after what a month's payment reaches: another payment, nothing is owed."""
    last = context.state.calculation
    of_payment = last is not None and last.kind is FinanceKind.MAX_PRICE and last.monthly_budget is not None
    if not of_payment or in_force(context.state) is None or context.says("debt_noun"):
        return context
    if not context.has("debts") or context.has("monthly", "income"):
        return context
    entities = tuple(replace(e, kind="monthly") if e.kind == "debts" else e for e in context.entities)
    return replace(context, entities=entities)


_JUST_BEHIND = 30  # characters behind an amount that may say it is lent
_CLEAR = 0.6  # confidence from which a label alone makes a schedule
_LIKE_BEFORE = ("income", "debts", "monthly_budget", "extra", "after_payment", "balloon", "commission_percent")


def _claimed_rate(context: Context, kind: FinanceKind) -> Decimal | None:
    """The rate a customer names; "sin intereses" names none at all."""
    named: Decimal | None = context.first("rate_percent")
    free = kind in (FinanceKind.QUOTE, FinanceKind.TERMS) and context.says("zero_rate")
    return Decimal(0) if named is None and free else named


def _after(context: Context) -> tuple[Entity, ...] | None:
    """`si lo liquido al año`, `… a los 24 meses`: when it is paid, not the term of the plan."""
    if context.has("after_payment"):
        return None
    if context.says("after_a_year"):
        return (*context.entities, Entity("after_payment", 12, context.start, context.start, ""))
    months, last = context.all("months"), context.state.calculation
    told = last is not None and last.after_payment is not None and context.intent is Intent.CHANGE_PLAN
    if not context.state.plan_kind or (told and all(set(entity.value) <= TERMS for entity in months)):
        return None  # "same but 60 months": the term, when it is paid was told
    if len(months) == 1 and len(months[0].value) == 1:
        paid = replace(months[0], kind="after_payment", value=months[0].value[0])
        return tuple(paid if entity is months[0] else entity for entity in context.entities)
    return None


def completed(context: Context, request: FinanceRequest) -> FinanceRequest:
    """The same calculation as before, what was told of it then kept: "30 mil", then "en el mes 12"."""
    last = context.state.calculation
    if last is None or last.kind is not request.kind or request.kind in (FinanceKind.RULES, FinanceKind.QUOTE):
        return request
    before = context.state.last_intent
    told_on = request.kind is FinanceKind.AFFORDABILITY and request.income is None and request.debts is not None
    if before is None or (before.agent is not Agent.FINANCE and not told_on):
        return request
    kept: dict[str, Any] = {name: getattr(last, name) for name in _LIKE_BEFORE if getattr(request, name) is None}
    if request.income is not None or request.monthly_budget is not None:  # the one takes the other's place
        kept.pop("monthly_budget", None)
        kept.pop("income", None)
    if request.kind is FinanceKind.OTHER_LENDER and request.claimed_rate_percent is None:
        kept["claimed_rate_percent"] = last.claimed_rate_percent
    return replace(request, **kept)


def _terms(context: Context, kind: FinanceKind, price: Decimal | None) -> PlanTerms:
    """The terms; of a loan elsewhere the amount is what is borrowed, nothing of it paid down."""
    terms = plan_terms(context)
    said = context.has("down_amount", "down_percent")
    if kind is FinanceKind.OTHER_LENDER and price is not None and not said and _is_loan(context):
        return replace(terms, down_amount=Decimal(0), down_percent=None)
    return terms


def _is_loan(context: Context) -> bool:
    """Whether the amount is what is borrowed: "crédito 240 mil", "me dan 240", not what a car costs."""
    if context.says("loan_of"):
        return True
    amounts = context.all("price")
    if any(context.names("loan_noun", Scan(" ".join(context.before(e, 3)))) for e in amounts):
        return True
    behind = (Scan(context.whole[entity.end : entity.end + _JUST_BEHIND]) for entity in amounts)
    return any(vocabulary().starts("of_a_loan", words) > 0 for words in behind)


def plan_terms(context: Context) -> PlanTerms:
    """The terms in force after this segment."""
    months = tuple(dict.fromkeys(month for e in context.all("months") for month in e.value))
    months = weighed_months(context) if weighs_plans(context) else months
    paid_after = context.first("after_payment")
    months = tuple(month for month in months if month != paid_after)  # "en un año me toca un dinerito, en el mes 12 …"
    said = PlanTerms(
        down_amount=context.first("down_amount"),
        down_percent=context.first("down_percent"),
        trade_in=context.first("trade_in_value"),
        months=() if context.has("after_payment") and not context.says("schedule") and len(months) == 0 else months,
    )
    if said.down_amount is not None and said.down_percent is not None:
        said = replace(said, down_percent=None)
    if said.down_amount is None and said.down_percent is None and gives_none_down(context):
        said = replace(said, down_amount=Decimal(0))
    return context.state.plan.overridden_by(said)


def _price(context: Context, subject: CarReference) -> Decimal | None:
    """The amount to finance, when one instead of a car is spoken of."""
    if subject.stock_ids or subject.ordinals or subject.order is not None or subject.criteria is not None:
        return None
    least = 0.6 if context.state.focus is not None else 0.0  # with a car in focus a mere guess is no new price
    entity = next((e for e in context.entities if e.kind == "price" and e.score >= least), None)
    return point(entity.value) if entity is not None else None


def _as_named_before(context: Context, subject: CarReference) -> CarReference:
    """`la Q3 2021, ¿qué enganche?`, then `pues de la Q3`: the name said shorter is the one money was spoken of."""
    last = context.state.calculation
    before = last.about.criteria if last is not None else None
    if before is None or subject.criteria is None or subject.order is not None or not before.models:
        return subject
    bare = CarCriteria(models=before.models)
    return CarReference(criteria=before) if subject.criteria in (bare, CarCriteria(makes=before.makes)) else subject


def _unsaid(context: Context) -> tuple[CarReference, Decimal | None]:
    """Nothing said: the car or the amount the conversation is at."""
    state = context.state
    if state.plan_price is not None:
        return CarReference(), _decimal(state.plan_price)
    if state.focus is not None or len(state.shown) == 1:
        return CarReference(focus=True), None
    last, before = state.calculation, state.last_intent
    elsewhere = before is not None and before.agent is Agent.CATALOG
    of_plan = context.intent is Intent.CHANGE_PLAN or not elsewhere
    if last is not None and last.about and of_plan:
        return last.about, None  # the cars of the plan just made
    return CarReference(), None


def _decimal(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _kind(context: Context, subject: CarReference, price: Decimal | None) -> FinanceKind:
    """Which calculation: what is given says it first, then the intent, then what was calculated last."""
    given = kind_followed(context) or _by_what_is_given(context)
    if given is not None:
        return given
    if context.intent is Intent.RULES:
        return FinanceKind.RULES
    budget = _by_budget(context, subject, price)
    if budget is not None:
        return budget
    if context.says("all_terms") or context.says("every_term") or len(_months(context)) > 1:
        return FinanceKind.TERMS
    return _as_before(context)


def _by_what_is_given(context: Context) -> FinanceKind | None:
    if context.has("balloon"):
        return FinanceKind.BALLOON
    if context.intent is not Intent.RULES and context.says("payoff") and context.has("after_payment"):
        return FinanceKind.PAYOFF
    sure = context.confidence >= _CLEAR or context.state.plan_kind is FinanceKind.SCHEDULE
    if context.intent is Intent.SCHEDULE and (sure or context.says("schedule")):
        return FinanceKind.SCHEDULE
    if _of_income(context):
        return FinanceKind.AFFORDABILITY
    if context.intent is Intent.PREPAY and _of_prepaying(context):
        return FinanceKind.RULES
    if context.intent is Intent.PREPAY and _tells_a_plan(context):
        return FinanceKind.QUOTE
    if _weighs_terms(context) or weighs_plans(context):
        return FinanceKind.TERMS
    if context.intent is Intent.PREPAY or context.has("extra"):
        return FinanceKind.PAYOFF if not context.has("extra") and context.says("payoff") else FinanceKind.PREPAYMENT
    if context.has("commission_percent"):
        return FinanceKind.COMMISSION
    if context.has("rate_percent") and context.says("lender"):
        return FinanceKind.OTHER_LENDER
    if context.intent is not Intent.RULES and context.says("iva"):
        return FinanceKind.IVA
    return FinanceKind.SCHEDULE if context.says("schedule") and context.intent is not Intent.RULES else None


def _weighs_terms(context: Context) -> bool:
    """`¿cuánto ahorro si en lugar de 60 lo agarro a 36?`: two terms side by side, nothing is paid before its time."""
    return (
        len(_months(context)) > 1
        and not context.has("extra", "after_payment", "balloon")
        and not context.says("payoff")
    )


def _tells_a_plan(context: Context) -> bool:
    """`quisiera liquidar en 24 meses uno de 195 mil con 45 de enganche`: a plan, nothing is paid before its time."""
    whole = context.has("price") and context.has("months") and context.has("down_amount", "down_percent")
    return whole and not context.has("extra", "after_payment", "balloon")


def _of_prepaying(context: Context) -> bool:
    """`¿puedo adelantar pagos?` with no plan in sight: a question about the rules."""
    state = context.state
    if state.plan_kind is not None or state.focus is not None or state.shown:
        return False
    given = (
        "extra",
        "after_payment",
        "price",
        "reference",
        "model",
        "months",
        "down_amount",
        "down_percent",
        "balloon",
    )
    return not context.has(*given)


def _by_budget(context: Context, subject: CarReference, price: Decimal | None) -> FinanceKind | None:
    """What a monthly budget or an income asks for."""
    one_car, state = bool(subject) or price is not None, context.state
    near_car = one_car or (not _of_some_kind(context) and (state.focus is not None or state.plan_price is not None))
    monthly = context.has("monthly")
    if context.has("income"):
        return FinanceKind.CAN_I if one_car and _about_car(context, subject) else FinanceKind.AFFORDABILITY
    if context.says("down_question") and (monthly or (near_car and context.state.monthly_budget)):
        return FinanceKind.DOWN_NEEDED
    asks_how_long = context.says("term_question") or (monthly and context.says("how_long"))
    if near_car and asks_how_long and (monthly or context.state.monthly_budget):
        return FinanceKind.TERM_NEEDED
    if monthly and not near_car:
        return FinanceKind.MAX_PRICE
    if context.intent is Intent.AFFORD:
        if one_car and (_about_car(context, subject) or price is not None):
            return FinanceKind.CAN_I
        if near_car and context.says("can_i") and not monthly:
            return FinanceKind.CAN_I
        return FinanceKind.MAX_PRICE if monthly else FinanceKind.AFFORDABILITY
    if monthly:
        return FinanceKind.DOWN_NEEDED if _months(context) else FinanceKind.TERM_NEEDED
    return None


def _of_some_kind(context: Context) -> bool:
    """`no quiero la koleos, ¿qué suvs me alcanzan?`: cars of a kind, not the one spoken of before."""
    kinds = context.has("body_style", "segment", "not_model", "not_make", "seats", "fuel")
    return kinds and not context.has("model", "reference", "stock_id")


def _of_income(context: Context) -> bool:
    """Debts told after an income: the same question again."""
    last = context.state.calculation
    told = context.income_told or (last is not None and last.income is not None)
    return told and not context.has("income") and (context.has("debts") or context.says("no_debts"))


def _about_car(context: Context, subject: CarReference) -> bool:
    """Whether one car is meant, not a kind of cars ("qué suv puedo comprar")."""
    if subject.criteria is None:
        return bool(subject)
    return bool(subject.criteria.models) or (bool(subject.criteria.year) and bool(subject.criteria.makes))


def _months(context: Context) -> tuple[int, ...]:
    return tuple(dict.fromkeys(month for entity in context.all("months") for month in entity.value))


def _as_before(context: Context) -> FinanceKind:
    """A changed plan is the same calculation again; one term out of several is a plan."""
    last = context.state.plan_kind
    if context.intent is Intent.QUOTE and _adds_to_budget(context):
        return last or FinanceKind.QUOTE
    if context.intent is Intent.CHANGE_PLAN and last in _REPEATABLE and last is not None:
        if last in (FinanceKind.TERMS, FinanceKind.TERM_NEEDED) and _months(context):
            return FinanceKind.QUOTE
        if last is FinanceKind.DOWN_NEEDED and context.has("down_amount", "down_percent"):
            return FinanceKind.QUOTE
        if last in _ABOUT_BUDGETS and (context.state.focus or context.has("reference", "model")):
            return FinanceKind.QUOTE
        return last
    return FinanceKind.QUOTE


def _adds_to_budget(context: Context) -> bool:
    """`de enganche traigo 45` after what a budget reaches: the same question, more told of it."""
    state = context.state
    asked = state.plan_kind in _ABOUT_BUDGETS and state.last_intent is not None
    if not asked or state.last_intent is None or state.last_intent.agent is not Agent.FINANCE:
        return False
    named = context.has("reference", "model", "make", "stock_id", "order", "price") or state.focus is not None
    return not named and context.has("down_amount", "down_percent", "months")
