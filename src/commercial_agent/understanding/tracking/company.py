"""What the words ask of the company, or of a car of the list, under a label that speaks of something else."""

from __future__ import annotations

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context
from commercial_agent.understanding.tracking.fitting import SAID_OUTRIGHT
from commercial_agent.understanding.tracking.stock import LOOSE, SURE, UNSURE, WEAK
from commercial_agent.understanding.tracking.visits import says as visit_says

_MONEY = ("months", "down_amount", "down_percent", "trade_in_value", "monthly", "income", "debts")


def of_the_company(context: Context) -> Intent | None:
    """The intent that such words mean; None for any others."""
    if _asks_of_amenities(context):
        return Intent.BRANCHES
    if _asks_for_a_number(context) or _asks_of_that_place(context) or _asks_when_open(context):
        return Intent.BRANCHES
    if _asks_for_delivery(context):
        return Intent.DELIVERY
    if _asks_of_pointed(context):
        return Intent.DETAIL
    if _asks_to_reach_us(context):
        return Intent.COMPANY
    return Intent.RULES if _asks_for_approval(context) else None


def _asks_of_that_place(context: Context) -> bool:
    """`mi hijo estudia en Cuernavaca, ¿allá sí hay?` after an answer on branches."""
    if context.state.last_intent is not Intent.BRANCHES or context.intent in SAID_OUTRIGHT:
        return False
    return context.has("city", "branch") and context.says("there_is") and not context.has(*WISH_KINDS, *_MONEY)


def _asks_when_open(context: Context) -> bool:
    """`¿la de Explanada los domingos sí da servicio?`, `Midtown, on Sundays, it's 8 to 8, right?`: no visit, no car."""
    guess = context.intent in LOOSE | WEAK | {Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE, Intent.MAINTENANCE}
    bound = SURE if context.intent is Intent.MAINTENANCE else UNSURE  # "servicio"
    if not guess or context.confidence >= bound or context.state.appointment is not None or "?" not in context.text:
        return False
    if not context.has("branch") or not context.has("weekday") or context.has(*WISH_KINDS, *_MONEY, "visit_kind"):
        return False
    return not visit_says("wants_to_come", context.scan) and not visit_says("book_me", context.scan)


def _asks_for_delivery(context: Context) -> bool:
    """`¿hay forma de que me lo hagan llegar a Mérida?`: how a car gets there, no branch and no other car."""
    guess = context.intent in LOOSE | WEAK | {Intent.BRANCHES}
    if not guess or context.confidence >= SURE or "?" not in context.text or not context.says("delivers"):
        return False
    return not context.has(*WISH_KINDS, *_MONEY, "date", "time", "visit_kind") and context.state.sale is None


def _asks_of_amenities(context: Context) -> bool:
    """`¿y ahí habrá wifi?` after an answer on branches."""
    guess = context.intent in WEAK | LOOSE and context.confidence < UNSURE
    return guess and context.state.last_intent is Intent.BRANCHES and context.says("amenity")


def _asks_to_reach_us(context: Context) -> bool:
    """`¿y de qué otra forma me puedo comunicar con ustedes?`: no way of paying, whatever "forma" reminds of."""
    guess = context.intent.agent is Agent.INFO or context.intent in WEAK
    return guess and context.confidence < SURE and context.says("reaches_us") and not context.has(*_MONEY)


def _asks_of_pointed(context: Context) -> bool:
    """`el primero, júrame que no ha chocado`, `el segundo, ¿qué tal de kilometraje?`: a trait of a car of the list."""
    if context.intent is Intent.GREETING and context.has("attribute") and context.state.shown:
        return not context.has(*_MONEY)
    guessed = context.intent.agent is Agent.INFO or context.intent is Intent.OUT_OF_SCOPE
    pointed = any(e.value.ordinals or e.value.focus for e in context.all("reference"))
    if not guessed or not pointed or not context.state.shown or context.has(*_MONEY, "date", "time", "city"):
        return False
    return context.has("not_in_data")


def _asks_for_approval(context: Context) -> bool:
    """`¿me da la seguridad de que me lo aprueban?`: of the credit, under the label of a car."""
    if context.intent.agent is not Agent.CATALOG and context.intent not in (Intent.INSPECTION, Intent.UNCLEAR):
        return False
    return context.says("approval") and not context.has("reference", *WISH_KINDS, *_MONEY)


def _asks_for_a_number(context: Context) -> bool:
    """`teléfono de la de Querétaro`: how to reach a branch, no call for a person."""
    if context.intent in SAID_OUTRIGHT - {Intent.HUMAN} or not context.has("city", "branch"):
        return False
    if context.has(*WISH_KINDS, "phone", "email", "name", "date", "time") or context.says("a_person"):
        return False
    return context.says("number_words") and context.state.sale is None
