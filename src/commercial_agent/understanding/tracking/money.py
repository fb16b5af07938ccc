"""What a label of money means in the light of what a segment tells: a plan, its change, a search, the rules."""

from __future__ import annotations

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context
from commercial_agent.understanding.tracking.in_force import in_force
from commercial_agent.understanding.tracking.plan_words import asks_interest
from commercial_agent.understanding.tracking.residue import residue
from commercial_agent.understanding.tracking.stock import SURE, UNSURE, searching

PLAN_KINDS = ("months", "down_amount", "down_percent", "trade_in_value")
BUDGET_KINDS = ("monthly", "income", "debts")
_MAY_ASK_RULES = frozenset({Intent.QUOTE, Intent.AFFORD, Intent.CHANGE_PLAN, Intent.SCHEDULE})
_KINDS_OF_CARS = tuple(kind for kind in WISH_KINDS if kind not in ("price", "km"))


def only_points(context: Context) -> bool:
    """`la última` under a label of money that is a guess: a car is pointed at, nothing is said of paying."""
    money = (*PLAN_KINDS, *BUDGET_KINDS, "price", "amount", "number", "extra", "rate_percent", "after_payment")
    if context.confidence >= UNSURE or not context.has("reference") or context.has(*money):
        return False
    of_plan = any(context.says(name) for name in ("monthly_question", "schedule", "same_terms"))
    return residue(context) <= 1 and not of_plan


def money_intent(context: Context) -> Intent:
    """A plan is changed only where there is one; every term of it is asked of the plan, not of the rules."""
    if _only_limits(context) or (context.confidence < UNSURE and _limits_the_search(context)):
        return searching(context)
    if _asks_of_one(context):
        return Intent.DETAIL
    guessed = context.intent is Intent.AFFORD and context.confidence < SURE and not context.has(*BUDGET_KINDS)
    if (guessed or context.earlier is not None) and _bounds_a_search(context):
        return searching(context)
    if context.intent is Intent.AFFORD and (_tells_plan(context) or _only_terms(context)):
        return Intent.QUOTE
    if guessed and context.says("monthly_question") and not context.says("can_i") and _can_be_planned(context):
        return Intent.QUOTE
    if context.intent is Intent.SCHEDULE and (asked := _no_schedule(context)) is not None:
        return asked
    asks_all = context.says("every_term") or asks_interest(context)
    if context.intent is Intent.RULES and asks_all and _can_be_planned(context):
        return Intent.QUOTE if context.says("every_term") else Intent.CHANGE_PLAN
    if context.intent is Intent.RULES and context.has("income") and "?" not in context.text:
        return Intent.AFFORD
    if context.intent is Intent.RULES and _changes_plan(context):
        return Intent.CHANGE_PLAN
    if _asks_for_rules(context):
        return Intent.RULES
    if context.intent is Intent.CHANGE_PLAN and context.state.plan_kind is None:
        return Intent.QUOTE
    return context.intent


def _no_schedule(context: Context) -> Intent | None:
    """What a label of a schedule means where no schedule is named."""
    if context.says("schedule"):
        return None
    if context.says("can_i"):
        return Intent.AFFORD  # "el primero, ¿crees que lo pueda pagar?"
    planned = context.state.plan_kind is not None
    return (Intent.CHANGE_PLAN if planned else Intent.QUOTE) if asks_interest(context) else None


def _tells_plan(context: Context) -> bool:
    """`paying 100 grand upfront over 72 months, what does it come to`: a plan told whole, no budget to reach with."""
    whole = context.has("months") and context.has("down_amount", "down_percent")
    near = _can_be_planned(context) or len(context.state.shown) == 1
    asks_reach = context.says("can_i") and not (context.has("price") and context.state.monthly_budget is None)
    return whole and near and not context.has(*BUDGET_KINDS) and not asks_reach


def _only_terms(context: Context) -> bool:
    """`oops, 46 thousand is what I meant for the down payment`: of the plan in force, no budget told or asked."""
    planned = in_force(context.state) in (FinanceKind.QUOTE, FinanceKind.TERMS)
    asks = context.says("can_i") and "?" in context.text
    return planned and context.has(*PLAN_KINDS) and not context.has(*BUDGET_KINDS) and not asks


def _changes_plan(context: Context) -> bool:
    """`ni modo, con su tasa normal pero a 72`: terms told of the plan in force, nothing asked of the rules."""
    kind = in_force(context.state)
    if kind in (None, FinanceKind.RULES) or not context.has(*PLAN_KINDS):
        return False
    sums = context.says("monthly_question") and not context.says("rate_word") and not context.says("minimum")
    return "?" not in context.text or context.says("same_terms") or sums


def _asks_for_rules(context: Context) -> bool:
    """`¿la tasa de cuánto es?`: asked of no plan, under a label of one."""
    if context.intent not in _MAY_ASK_RULES or context.says("schedule") or not _asks_in_general(context):
        return False
    return context.says("rate_word") and not asks_interest(context) and not context.says("zero_rate")


def asks_least_down(context: Context) -> bool:
    """`¿mínimo cuánto hay que dar de enganche?`, `what's the least I can put down?`: no plan, no bargaining."""
    return context.says("minimum") and context.says("down_noun") and _asks_in_general(context)


def _asks_in_general(context: Context) -> bool:
    """Whether something is asked with no car, amount or term told."""
    told = (*PLAN_KINDS, *BUDGET_KINDS, "extra", "balloon", "commission_percent", "rate_percent", "price", "amount")
    named = context.has(*told, "number", "reference", "model", "order", "other")
    return context.says("how_much") and not named


def _only_limits(context: Context) -> bool:
    """`something with four wheel drive under 300`, `mi rango es de 230 a 290`: a search though money is spoken of."""
    if context.intent not in (Intent.AFFORD, Intent.QUOTE) or context.has(*PLAN_KINDS, *BUDGET_KINDS, "amount"):
        return False
    if context.says("monthly_question") or context.has("reference"):
        return False
    priced = context.has("price")
    if context.earlier is not None and priced and not context.has("order") and not context.says("can_i"):
        return True  # "…, mi rango es de 230 a 290 mil"
    if context.confidence >= SURE or (context.says("can_i") and not priced):
        return False
    wished = context.has("body_style", "segment", "transmission", "drive", "fuel", "equipment", "seats")
    return wished or (priced and context.intent is Intent.AFFORD and context.has("make", "model"))


def _asks_of_one(context: Context) -> bool:
    """`how many km on the one you quoted?`: about the car of a plan, not about the plan."""
    if context.intent is not Intent.QUOTE or context.confidence >= UNSURE or context.has(*PLAN_KINDS):
        return False
    asked = {entity.value for entity in context.all("attribute", "equipment", "not_in_data")} - {"price"}
    near = context.has("reference", "model") or context.state.focus is not None
    return bool(asked) and near and not context.says("monthly_question")


def _bounds_a_search(context: Context) -> bool:
    """`un toyota, me alcanza hasta 200`, `le estiro hasta 300`: the price of what is looked for, no plan."""
    if not context.has("price") or context.has(*PLAN_KINDS, *BUDGET_KINDS) or context.says("monthly_question"):
        return False
    if context.earlier is not None:
        return True
    if context.state.focus is not None:
        return False
    last = context.state.last_intent
    searched = last is not None and last.agent is Agent.CATALOG and not context.state.criteria.empty
    return context.has(*_KINDS_OF_CARS) or searched


def _limits_the_search(context: Context) -> bool:
    """`te dije con lo que sobre, como 187 mil` after a list, under a label of a plan: no plan was spoken of."""
    state = context.state
    if state.plan_kind is not None or state.focus is not None or context.intent is Intent.RULES:
        return False
    last = state.last_intent
    searched = last is not None and last.agent is Agent.CATALOG and not state.criteria.empty
    other = context.has(*PLAN_KINDS, *BUDGET_KINDS, "reference", "model", "extra", "balloon", "rate_percent")
    spoken = context.says("monthly_question") or context.says("loan_noun") or "plan" in context.scan.words
    return searched and context.has("price") and not other and not spoken


def _can_be_planned(context: Context) -> bool:
    state = context.state
    return state.focus is not None or state.plan_price is not None or context.has("reference", "model", "price")
