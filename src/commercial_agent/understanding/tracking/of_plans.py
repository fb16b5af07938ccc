"""What the words ask of a plan in force, or of a price, whatever the label of the segment."""

from __future__ import annotations

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.plan_words import asks_interest

_OF_ANOTHER = ("body_style", "segment", "order", "similar", "make", "model", "other", "months", "km", "transmission")
_NO_SUMS = ("months", "reference", "year", "model", "stock_id", "after_payment", "km", "seats", "date", "time")
_FIGURES = ("amount", "price", "number", "monthly", "income", "debts", "down_amount", "extra", "balloon")


def haggles(context: Context) -> bool:
    """`quítale 10 mil`, `¿es lo menos?`, `me lo dejas en 300`: the price is bargained over."""
    if context.says("all_terms"):
        return False  # "dámelo en todos los plazos"
    if context.says("haggle"):
        return not (context.says("minimum") and context.says("down_noun"))  # "¿cuánto es lo menos de enganche?"
    if _offers(context) or _bargains(context):
        return True
    if not context.says("haggle_verb") or not _names_a_sum(context) or context.has("months", "down_percent"):
        return False
    state = context.state
    near = state.focus is not None or state.plan_kind is not None or state.last_intent is Intent.MANIPULATION
    near = near or bool(state.shown) or context.has("model")
    return near and not context.says("adjust") and not context.says("down_words")


def _names_a_sum(context: Context) -> bool:
    """A figure that may be money: "if I take 3 years" takes nothing off."""
    if context.has(*_FIGURES):
        return True
    spans = [(entity.start, entity.end) for entity in context.all(*_NO_SUMS)]
    return any(
        char.isdigit() and not any(first <= context.start + place < last for first, last in spans)
        for place, char in enumerate(context.text)
    )


def _bargains(context: Context) -> bool:
    """`¿y ya lo último?`, `siquiera quince mil menos`: of a car that was shown, nothing else being looked for."""
    state = context.state
    near = state.focus is not None or bool(state.shown) or state.last_intent is Intent.MANIPULATION
    if not near or context.has(*_OF_ANOTHER) or context.says("down_words"):
        return False
    return context.says("bargain") or (not context.says("some") and _presses(context))


def _presses(context: Context) -> bool:
    """`siquiera quince mil menos`, `at least 10k off`: an amount that is taken off."""
    figures = [entity.start for entity in context.all(*_FIGURES)]
    figures += [place for place, char in enumerate(context.whole) if char.isdigit() and place >= context.start]
    for place in figures:
        behind = Scan(context.whole[place : context.start + len(context.text)])
        if context.says("at_least") and vocabulary().says("taken_off", behind):
            return True
    return False


def _offers(context: Context) -> bool:
    """`te doy 150 de contado y cerramos`: a price is offered for a car, nothing is asked of paying by the month."""
    if not (context.says("offers") and context.says("deal_word")) or not _names_a_sum(context):
        return False
    near = context.state.focus is not None or bool(context.state.shown)
    return near and not context.has("months", "down_percent") and not context.says("down_words")


def of_the_plan(context: Context) -> Intent | None:
    """Every term side by side, the interest, the total, no interest at all: asked of a plan, whatever the label."""
    state = context.state
    planned = state.plan_kind not in (None, FinanceKind.RULES) and (state.plan_price or state.focus)
    if context.says("zero_rate") and (context.has("price") or near_a_car(context)) and context.has("months"):
        return Intent.QUOTE
    if not planned or context.has("make", "body_style"):
        return None
    if context.says("every_term"):
        return Intent.QUOTE
    if context.has("extra", "after_payment", "rate_percent") or context.says("schedule"):
        return None
    if context.says("interest_total") or context.says("plan_total"):
        return Intent.CHANGE_PLAN
    return Intent.CHANGE_PLAN if asks_interest(context) and context.intent is not Intent.PREPAY else None


def near_a_car(context: Context) -> bool:
    """Whether there is a car to speak of: named, pointed at, in focus or in the list."""
    return bool(context.state.focus or context.state.shown or context.has("reference", "model", "make", "stock_id"))
