"""Yes and no to what we offered: they become the request that was offered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from commercial_agent.conversation.cars import CarReference, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest, ConciergeRequest, Request
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.understanding.criteria import to_criteria
from commercial_agent.understanding.tracking.about import is_trait
from commercial_agent.understanding.tracking.catalog import criteria_in_force, more
from commercial_agent.understanding.tracking.concierge import appointment_request
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.finance import finance_request
from commercial_agent.understanding.tracking.info import asks_of_another_place
from commercial_agent.understanding.tracking.of_plans import of_the_plan
from commercial_agent.understanding.tracking.residue import residue

_CLEAR = 0.5
_FEW = 2  # words that a question behind a yes may have: "jaja bueno, ¿y a quién le doy mi voto?" is none
_TRAITS = frozenset({"transmission", "body_style", "fuel", "drive", "segment", "seats"})
_CARS = frozenset({Intent.SEARCH, Intent.REFINE, Intent.MORE, Intent.RECOMMEND})
_OFFERED = {
    Ask.MORE_CARS: _CARS,
    Ask.SHOW_CARS: _CARS,
    Ask.QUOTE: frozenset({Intent.QUOTE, Intent.CHANGE_PLAN, Intent.AFFORD}),
    Ask.BOOK: frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE, Intent.BRANCHES}),
    Ask.HUMAN: frozenset({Intent.HUMAN}),
}
_OF_CARS = ("order", "reference", "model", "make", "body_style", "price", "months", "down_amount", "date")
_WEAK = frozenset({
    Intent.UNCLEAR, Intent.AFFIRM, Intent.DENY, Intent.OUT_OF_SCOPE, Intent.INTRODUCE, Intent.THANKS,
})  # fmt: skip


def yes_or_no(context: Context, question: Question) -> Request | None:
    """The request that a yes or a no to our offer means; None when the segment is neither."""
    if _wants_else(context, question):
        return None
    yes, no = says_yes(context), says_no(context)
    if question.ask in (Ask.CONFIRM_BOOKING, Ask.CONFIRM_CANCEL):
        if yes or no:
            return _confirmed(context, question, yes=yes)
        return None
    if not yes:
        return ConciergeRequest(Intent.DENY, text=context.text) if no and residue(context) == 0 else None
    match question.ask:
        case Ask.MORE_CARS:
            return more(context)
        case Ask.SHOW_CARS:
            return _show(context)
        case Ask.QUOTE:
            return finance_request(replace(context, intent=Intent.QUOTE))
        case Ask.BOOK:
            return _book(context)
        case _:
            return ConciergeRequest(Intent.HUMAN, text=context.text)


def _wants_else(context: Context, question: Question) -> bool:
    """Whether a segment is clearly a wish of its own: "y si doy 100 mil?", "entonces a 4 años"."""
    if question.ask is Ask.HUMAN and context.has(*_OF_CARS):
        return True  # "ok, entonces el de menos kilometraje" is no call for a person
    if (
        asks_of_another_place(context)
        or of_the_plan(context) is not None
        or (question.ask in (Ask.QUOTE, Ask.BOOK) and _wishes_another(context))
    ):
        return True
    offered = _OFFERED.get(question.ask)
    if question.ask is not Ask.QUOTE and context.has("months", "down_amount", "down_percent", "monthly"):
        return True  # "ok, volviendo a la primera, con 15% a 48 ¿cuánto?" books no visit
    asked = {entity.value for entity in context.all("attribute", "not_in_data")} - {"price"}
    if offered is not None and asked and (context.has("reference") or "?" in context.text):
        return True  # "ok, ¿y esa de qué caja viene?"
    if offered is None or context.intent in _WEAK or context.intent in offered:
        return False
    agreed = vocabulary().starts("yes", context.scan)
    return context.confidence >= _CLEAR and (bool(context.entities) or residue(context, agreed) > 1)


def _wishes_another(context: Context) -> bool:
    """`sale pues, jetta automático entonces`: what a car should be, not the name of the one offered."""
    if context.has("months", "down_amount", "down_percent", "date", "time"):
        return False
    return any(entity.kind in _TRAITS and not is_trait(context, entity) for entity in context.entities)


def _confirmed(context: Context, question: Question, *, yes: bool) -> Request:
    if question.ask is Ask.CONFIRM_CANCEL and yes:
        return replace(appointment_request(replace(context, intent=Intent.APPOINTMENT_CANCEL)), text=context.text)
    return ConciergeRequest(Intent.AFFIRM if yes else Intent.DENY, text=context.text)


def _show(context: Context) -> Request:
    state = context.state
    wanted = to_criteria(context.asks_of_cars)
    criteria = state.criteria if wanted.empty else criteria_in_force(replace(context, intent=Intent.REFINE), wanted)
    if state.plan_price is not None and not criteria.price:
        price = Decimal(state.plan_price)
        criteria = replace(criteria, price=Range(high=price))
    return CatalogRequest(Intent.SEARCH, criteria, text=context.text)


def _book(context: Context) -> Request:
    request = appointment_request(replace(context, intent=Intent.APPOINTMENT))
    if not request.about and context.state.focus is not None:
        return replace(request, about=CarReference(focus=True))
    return request


def says_yes(context: Context) -> bool:
    """Whether a segment agrees and says nothing against it."""
    if context.intent is Intent.AFFIRM:
        return True
    if context.intent is Intent.DENY:
        return False
    if conditional(context):
        return False
    agreed = vocabulary().starts("yes", context.scan)
    if agreed == 0 or says_no(context):
        return False
    more = residue(context, agreed)
    return more <= 1 or (context.intent in _WEAK and not ("?" in context.text and more > _FEW))


def conditional(context: Context) -> bool:
    """`y si …`, `pero si …`: an if, no yes."""
    words = [word for word in context.scan.words if word.isalnum()][:2]
    return len(words) == 2 and words[0] in ("y", "e", "and", "pero", "but") and words[1] in ("si", "se", "if")


def says_no(context: Context) -> bool:
    """Whether a segment declines."""
    if context.intent is Intent.DENY:
        return True
    if context.intent is Intent.AFFIRM:
        return False
    return vocabulary().starts("no", context.scan) > 0 and residue(context) <= 1
