"""The calculation in force: whether a message goes on with it, and which of its terms an amount changes.

"Y pagando 5 mil mensuales?" after how long a car takes asks how long again; after what a budget reaches it is another
budget. "Mejor 90 mil" is whichever of the terms just used has about that size.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.grouping import cues
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context, vocabulary
from commercial_agent.understanding.tracking.plan_words import gives_none_down
from commercial_agent.understanding.tracking.residue import residue

BUDGETS = frozenset({FinanceKind.MAX_PRICE, FinanceKind.AFFORDABILITY})
WITH_EXTRAS = frozenset({FinanceKind.BALLOON, FinanceKind.PREPAYMENT, FinanceKind.PAYOFF})
_TERMS = frozenset({"months", "down_amount", "down_percent", "trade_in_value"})
_MONEY = _TERMS | {"monthly", "income", "debts", "extra", "balloon", "after_payment"}
_CHANGES: dict[FinanceKind, frozenset[str]] = {
    FinanceKind.TERM_NEEDED: frozenset({"monthly", "down_amount", "down_percent", "trade_in_value", "price"}),
    FinanceKind.DOWN_NEEDED: frozenset({"monthly", "months", "trade_in_value", "price"}),
    FinanceKind.MAX_PRICE: _TERMS | {"monthly"},
    FinanceKind.AFFORDABILITY: _TERMS | {"income", "debts"},
    FinanceKind.CAN_I: _TERMS | {"monthly", "income", "debts", "price"},
    FinanceKind.BALLOON: _TERMS | {"balloon", "price"},
    FinanceKind.PREPAYMENT: _TERMS | {"extra", "after_payment", "price"},
}
"""What changes a calculation and leaves it what it is; anything else said of money makes it another one."""
_ELSEWHERE = frozenset(WISH_KINDS) - {"price", "segment"} | {
    "year", "order", "relative", "similar", "remove", "reference", "stock_id", "other", "date", "time", "visit_kind",
    "equipment", "not_in_data", "branch", "city",
}  # fmt: skip
_OUTRIGHT = frozenset({
    Intent.COMPLAINT, Intent.HUMAN, Intent.OPT_OUT, Intent.ABUSE, Intent.APPOINTMENT_CANCEL, Intent.RESET,
    Intent.LANGUAGE, Intent.SELL_CAR, Intent.TRADE_IN, Intent.COMPARE, Intent.RULES, Intent.SCHEDULE,
})  # fmt: skip
_QUESTIONS = ("down_question", "term_question", "payoff", "schedule", "iva", "every_term", "lender", "search_verb")
_USUAL_SHARE = Decimal(20)  # percent of a price that is paid down where nothing was said
_SURE = 0.75  # a label of a changed plan so sure means the plan also after other talk
_ALIKE = Decimal(3)  # times that a figure may be more or less than the term it replaces


def in_force(state: DialogueState) -> FinanceKind | None:
    """The kind of the calculation just made; None where the talk has moved on."""
    last = state.last_intent
    return state.plan_kind if last is not None and last.agent is Agent.FINANCE else None


def followed(context: Context) -> Intent | None:
    """The intent of a segment that goes on with the calculation in force; None for any other."""
    kind = in_force(context.state)
    if kind is None or kind is FinanceKind.RULES or context.says("haggle"):
        return None
    if restates_price(context) and context.intent is not Intent.HUMAN and not context.says("show_verb"):
        return Intent.QUOTE if kind is FinanceKind.TERMS else Intent.CHANGE_PLAN
    if gives_none_down(context) and not context.has(*_ELSEWHERE) and not _asks_the_rules(context):
        return Intent.CHANGE_PLAN
    if context.intent in _OUTRIGHT:
        return None
    if _other_term(context):
        return Intent.CHANGE_PLAN
    if drops_extra(context):
        return Intent.QUOTE
    if clears_debts(context):
        return Intent.AFFORD
    if kind in BUDGETS and context.says("that_much") and context.has(*WISH_KINDS) and not _of_the_list(context):
        return Intent.AFFORD
    if context.has(*_ELSEWHERE) or context.says("search_verb") or context.says("show_verb"):
        return None
    told = context.has("extra", "balloon", "income", "debts")
    misread = context.intent.agent is Agent.INFO or context.intent is Intent.RATE
    corrects = context.says("correction") or context.says("slip")
    bare = misread and context.has(*_MONEY) and (corrects or residue(context) <= 1)  # "make that 70"
    if context.has(*_TERMS):
        bare = bare or context.intent is Intent.RATE  # "with your regular rate, but make it 72"
        bare = bare or (context.intent is Intent.MANIPULATION and residue(context) <= _FEW)
    return Intent.CHANGE_PLAN if context.intent.agent is not Agent.FINANCE and (told or bare) else None


def _of_the_list(context: Context) -> bool:
    """`¿la mitad de esos autos son suv?`: of the cars shown, not of the amount."""
    return any(entity.value.shown for entity in context.all("reference"))


def _asks_the_rules(context: Context) -> bool:
    """`¿se puede sin enganche?`, or what no plan answers."""
    return context.intent in _OUTRIGHT - {Intent.APPOINTMENT_CANCEL, Intent.RESET, Intent.TRADE_IN, Intent.SELL_CAR}


def _other_term(context: Context) -> bool:
    """`si hago 60 mensualidades` under a label of paying before its time: nothing is said of that, only a term."""
    if context.intent is not Intent.PREPAY or not context.has("months") or context.says("payoff"):
        return False
    return not context.has("extra", "after_payment", "balloon", *_ELSEWHERE) and not context.says("extra_noun")


def kind_followed(context: Context) -> FinanceKind | None:
    """The calculation in force where a segment only changes terms of it; None where it asks for another."""
    kind = in_force(context.state)
    if clears_debts(context):
        return FinanceKind.AFFORDABILITY
    if (
        kind is None
        or context.intent is Intent.RULES
        or context.has(*_ELSEWHERE)
        or any(context.says(name) for name in _QUESTIONS)
    ):
        return None
    changes = _CHANGES.get(kind, frozenset())
    told = {entity.kind for entity in context.entities if entity.kind in _MONEY}
    if context.has("price") and restates_price(context):
        told.add("price")
    elif context.has("price"):
        return None
    if kind in (FinanceKind.QUOTE, FinanceKind.TERMS) and "monthly" in told and not context.says("can_i"):
        near = context.state.plan_price is not None or context.state.focus is not None
        return FinanceKind.TERM_NEEDED if near and "months" not in told and told <= _MONEY - {"income"} else None
    near_car = context.state.focus is not None and kind in BUDGETS
    return kind if told and told <= changes and not near_car else None


def changes_terms(context: Context) -> bool:
    """`bueno, hazlo en 48`: a plan is changed, whatever question of ours the "bueno" might answer."""
    if restates_price(context):
        return True
    return in_force(context.state) is not None and context.has(*_TERMS) and not context.has(*_ELSEWHERE)


def restates_price(context: Context) -> bool:
    """`el carro vale 280 mil`, `¿y uno de 250?`: the amount of the plan in force, another one put in its place."""
    state = context.state
    asked = state.question is not None and state.question.ask is Ask.PRICE_OR_CAR
    if (state.plan_price is None and not asked) or in_force(state) is None:
        return False
    pointed = [e for e in context.all(*_ELSEWHERE) if not (e.kind == "reference" and e.value.focus)]  # "the car costs"
    if pointed or (state.focus is not None and context.has("reference")) or context.says("haggle"):
        return False
    prices = [e for e in context.all("price") if isinstance(e.value, Range) and e.value.low is None]
    if len(prices) != 1 or context.says("search_verb") or _is_bounded(context, prices[0]):
        return False
    return (
        context.says("correction")
        or context.says("slip")
        or context.says("cost_word")
        or context.says_first("and_the")
        or context.says("same_terms")
    )


def _is_bounded(context: Context, entity: Entity) -> bool:
    scan = Scan(context.whole[max(0, entity.start - 60) : entity.start])
    return len(scan) > 0 and cues().bound.ending_at(scan, len(scan)) is not None


def drops_extra(context: Context) -> bool:
    """`y sin ese pago final?`: the plan again without what was left for its end or paid on top."""
    if context.state.plan_kind not in WITH_EXTRAS or context.has("balloon", "extra"):
        return False
    return context.says("drop_word") and (context.says("extra_noun") or context.says_first("without"))


def clears_debts(context: Context) -> bool:
    """`y si ya no debiera las tarjetas?`: the income asked of before, its debts gone."""
    last = context.state.calculation
    if last is None or last.income is None or context.has("debts") or in_force(context.state) is None:
        return False
    return context.says("no_debts") or (context.says("debt_noun") and context.says("debt_end"))


def debts_told(context: Context) -> Decimal | None:
    """The debts a segment names, those told before included where it says that they are more."""
    if context.says("no_debts") or clears_debts(context):
        return Decimal(0)
    told = [entity.value for entity in context.all("debts")]
    if not told:
        return None
    last = context.state.calculation
    going_on = in_force(context.state) is FinanceKind.AFFORDABILITY and last is not None and last.debts is not None
    before = last.debts if going_on and last is not None and context.says("also_debts") else None
    return sum(told, before or Decimal(0))


def nearest_term(context: Context, figure: Decimal, *, share: Decimal | None = None, given: bool = False) -> str | None:
    """Which term of the calculation in force a bare figure takes the place of: the one of about its size.

    Args:
        context: the segment.
        figure: in pesos.
        share: the same figure where it may also be a percentage of the price.
        given: whether it is said to be given, so that it is no price.
    """
    best: tuple[Decimal, str] | None = None
    changes = context.intent is Intent.CHANGE_PLAN and context.confidence >= _SURE
    kind = in_force(context.state) or (context.state.plan_kind if changes else None)
    told = [(name, value, figure) for name, value in _told_before(context.state, kind)]
    plan = context.state.plan
    if share is not None and told and plan.down_amount is None:
        told.append(("down_percent", plan.down_percent if plan.down_percent is not None else _USUAL_SHARE, share))
    for name, value, said in told:
        if value > 0 and said > 0 and not (given and name == "price"):
            ratio = max(value / said, said / value)
            if ratio <= _ALIKE and (best is None or ratio < best[0]):
                best = (ratio, name)
    return best[1] if best else None


def _told_before(state: DialogueState, kind: FinanceKind | None) -> Iterator[tuple[str, Decimal]]:
    last = state.calculation
    if last is None or kind is None:
        return
    price = _decimal(state.plan_price)
    down = state.plan.down_amount
    if down is None and price is not None and kind not in BUDGETS:
        down = price * (state.plan.down_percent if state.plan.down_percent is not None else _USUAL_SHARE) / 100
    values = {
        "extra": last.extra,
        "balloon": last.balloon,
        "debts": last.debts,
        "income": last.income,
        "monthly": last.monthly_budget,
        "down_amount": down,
        "price": price if kind not in BUDGETS else None,
    }
    yield from ((name, value) for name, value in values.items() if value is not None)


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text is not None else None
    except InvalidOperation:
        return None


def is_elliptic(context: Context, entity: Entity) -> bool:
    """Whether a segment says an amount and hardly more: "¿y si fueran 50 mil?"."""
    words = [w for w in context.scan.words if w.isalpha() and w not in vocabulary().fillers]
    spoken = Scan(entity.text).words
    return len([w for w in words if w not in spoken]) <= _FEW and not context.has(*_ELSEWHERE)


_FEW = 4  # words beside a bare figure that still say nothing of what it is for
