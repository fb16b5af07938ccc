"""Answers about paying: the budget, the price, the down payment, the term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import CatalogRequest, FinanceKind, FinanceRequest, Request
from commercial_agent.conversation.state import Question
from commercial_agent.understanding.tracking.about import about
from commercial_agent.understanding.tracking.answers_cars import looks_for_another, read_which_car, resume
from commercial_agent.understanding.tracking.catalog import catalog_request
from commercial_agent.understanding.tracking.context import Context
from commercial_agent.understanding.tracking.finance import completed, finance_request
from commercial_agent.understanding.tracking.fitting import MONEY
from commercial_agent.understanding.tracking.options import place_of, with_value, without_places
from commercial_agent.understanding.tracking.plan_words import gives_none_down


def budget_is_monthly(context: Context) -> bool:
    """Whether "how much would you spend" was asked of a payment, not of a price."""
    last = context.state.last_intent
    return last is not None and last.agent is Agent.FINANCE


def read_budget(context: Context, _: Question) -> Request | None:
    """How much may be spent, in all or a month."""
    if context.has("monthly", "income"):
        last = context.state.last_intent
        keeps = last is not None and last.agent is Agent.FINANCE
        request = finance_request(replace(context, intent=Intent.AFFORD))
        return _same_kind(context, request) if keeps else request
    if context.has("price"):
        return catalog_request(replace(context, intent=Intent.REFINE))
    if context.says("dont_care"):
        return CatalogRequest(Intent.SEARCH, context.state.criteria.without("price"), text=context.text)
    return None


def read_price_or_car(context: Context, question: Question) -> Request | None:
    """What the plan is for."""
    if context.has("price"):
        return _again(context)
    subject = about(context, default=False)
    if looks_for_another(context, subject):
        return None
    return resume(context) if subject else read_which_car(context, question)


def _again(context: Context) -> FinanceRequest:
    """The last calculation with what was just said."""
    return _same_kind(context, finance_request(replace(context, intent=_finance_intent(context))))


def _same_kind(context: Context, request: FinanceRequest) -> FinanceRequest:
    kind = context.state.plan_kind
    if kind is None or kind is FinanceKind.RULES:
        return request
    if kind is FinanceKind.TERMS and len(request.terms.months) == 1:
        kind = FinanceKind.QUOTE
    return completed(context, replace(request, kind=kind))


def _finance_intent(context: Context) -> Intent:
    last = context.state.last_intent
    if context.intent in MONEY:
        return context.intent
    return last if last is not None and last.agent is Agent.FINANCE and last is not Intent.RULES else Intent.QUOTE


def read_down(context: Context, question: Question) -> Request | None:
    """What is paid down."""
    if not context.has("down_amount", "down_percent"):
        if context.says("nothing") or gives_none_down(context):
            context = with_value(context, "down_amount", Decimal(0))
        elif context.says("minimum"):
            context = with_value(context, "down_percent", Decimal(0))
        elif (index := place_of(context, question)) is not None:
            figure = "".join(char for char in question.options[index] if char.isdigit())
            if not figure:
                return None
            value = Decimal(figure)
            context = with_value(without_places(context), "down_percent" if value <= 90 else "down_amount", value)
        elif not context.says("dont_care"):
            return None
    return _again(context)


def read_term(context: Context, question: Question) -> Request | None:
    """The months, in months, in years, or as "the longest"."""
    months = [month for entity in context.all("months") for month in entity.value]
    if months:
        years_said = max(months) <= 8 and not any("mes" in e.text or "month" in e.text for e in context.all("months"))
        if years_said:  # nobody finances a car over five months: "5" are years
            rest = tuple(entity for entity in context.entities if entity.kind != "months")
            context = with_value(replace(context, entities=rest), "months", tuple(month * 12 for month in months))
        return _again(context)
    words = context.scan.words
    index = place_of(context, question)
    if index is None and question.options:
        longest = {"largo", "largos", "longest", "maximo", "mas tiempo", "mayor", "longo"}
        shortest = {"corto", "cortos", "shortest", "minimo", "menor", "curto"}
        index = (
            len(question.options) - 1 if longest.intersection(words) else 0 if shortest.intersection(words) else None
        )
    if index is not None and question.options[index].isdigit():
        return _again(with_value(without_places(context), "months", (int(question.options[index]),)))
    return _again(context) if context.says("dont_care") or context.says("all_terms") else None


def read_if_said(*kinds: str) -> Callable[[Context, Question], Request | None]:
    """A reader that takes an amount of these kinds."""

    def read(context: Context, _: Question) -> Request | None:
        return _again(context) if context.has(*kinds) else None

    return read
