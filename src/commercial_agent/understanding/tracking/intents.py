"""Where the words and the state contradict a weak label, they win.

What a person said outright (a complaint, a stop, a call for a human) is never overruled; a label of the stock, of
money or of the conversation is, when what the segment names can only mean something else:

- "¿y en Guadalajara?" after a question about the company goes on with it;
- "el segundo" alone is about that car; "a 48" alone is about the plan; "el sábado a las 11" is about the visit;
- wishes of a car in a greeting or in an unclear message are a search, a refinement where one is in force;
- changing a plan or an appointment that does not exist is making one.
"""

from __future__ import annotations

from commercial_agent.conversation.cars import CarReference, resolve
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.understanding.tracking.about import naming
from commercial_agent.understanding.tracking.analysis import counts_cars, lists_cars
from commercial_agent.understanding.tracking.company import of_the_company
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context, vocabulary
from commercial_agent.understanding.tracking.fitting import SAID_OUTRIGHT as _SAID_OUTRIGHT
from commercial_agent.understanding.tracking.in_force import followed, in_force
from commercial_agent.understanding.tracking.info import continues_info, goes_on_asking
from commercial_agent.understanding.tracking.money import (
    BUDGET_KINDS,
    PLAN_KINDS,
    asks_least_down,
    money_intent,
    only_points,
)
from commercial_agent.understanding.tracking.of_plans import haggles, near_a_car, of_the_plan
from commercial_agent.understanding.tracking.plan_words import gives_none_down
from commercial_agent.understanding.tracking.pleasing import asks_where, pleases, second_best
from commercial_agent.understanding.tracking.residue import residue
from commercial_agent.understanding.tracking.stock import LOOSE as _LOOSE
from commercial_agent.understanding.tracking.stock import SURE, UNSURE, searching, stock_intent
from commercial_agent.understanding.tracking.stock import WEAK as _WEAK
from commercial_agent.understanding.tracking.visits import visit_intent
from commercial_agent.understanding.tracking.weighing import weighs_plans

_OFTEN_WRONG = frozenset({
    Intent.RATE, Intent.BUYING, Intent.COMPANY, Intent.PAYMENT, Intent.INSPECTION, Intent.MAINTENANCE,
})  # fmt: skip
_WITH_EXTRAS = frozenset({FinanceKind.BALLOON, FinanceKind.PREPAYMENT, FinanceKind.PAYOFF})
_WHICH = (["que"], ["cuales"], ["cuantos"], ["what"], ["which"], ["quais"])
_SEARCHING = frozenset({Intent.SEARCH, Intent.REFINE, Intent.MORE, Intent.DETAIL, Intent.RECOMMEND, Intent.UNCLEAR})


def settled_intent(context: Context) -> Intent:
    """The intent of a segment in the light of what it names and of the conversation."""
    intent = context.intent
    if not any(word.isalnum() for word in context.scan.words) and intent.agent is not Agent.CONCIERGE:
        return Intent.UNCLEAR
    if context.has("other") and context.intent in (Intent.MORE, Intent.UNCLEAR) and not same_plan_for_another(context):
        return Intent.DETAIL if len(context.state.shown) == 2 and context.state.focus is not None else Intent.MORE
    if (visit := visit_intent(context)) is not None:
        return visit
    if goes_on_asking(context) and context.state.last_intent is not None:
        return context.state.last_intent
    if (said := _of_few_words(context)) is not None:
        return said
    if same_plan_for_another(context) or _plan_corrected(context):
        return Intent.QUOTE
    if (settled := followed(context) or _going_on(context) or _by_bargain(context) or _by_phrases(context)) is not None:
        return settled
    if (asked := stock_intent(context)) is not None:
        return asked
    if intent in _WEAK:
        return _by_content(context) or intent
    if intent in _LOOSE:
        return _loose(context)
    if intent.agent is Agent.FINANCE:
        return Intent.DETAIL if only_points(context) else money_intent(context)
    return _appointment(context)


def _of_few_words(context: Context) -> Intent | None:
    """A car that pleases, an amount in another currency, a bare zero: one thing, whatever the label."""
    if pleases(context) or asks_where(context) or _asks_of_space(context):
        return Intent.DETAIL
    if second_best(context):
        return searching(context)
    if context.intent is Intent.RESET and context.has("number") and residue(context) == 0:
        return Intent.UNCLEAR  # "sin enganche dije. cero"
    foreign = context.has("foreign") and not context.has(*PLAN_KINDS) and context.intent not in _SAID_OUTRIGHT
    return searching(context) if foreign else None


def _asks_of_space(context: Context) -> bool:
    """`¿cabe en un cajón de 4.5?`: of the car spoken of, no wish for shorter ones."""
    near = context.state.focus is not None or bool(context.pointed) or context.has("model", "reference")
    return near and context.has("length_mm") and context.says("fits") and context.intent not in _SAID_OUTRIGHT


def _going_on(context: Context) -> Intent | None:
    """What only goes on with what was spoken of: outside our business, or an income."""
    if (of_us := of_the_company(context)) is not None:
        return of_us
    if _goes_on_outside(context):
        return Intent.OUT_OF_SCOPE
    return Intent.AFFORD if context.intent not in _SAID_OUTRIGHT and _debts_of_income(context) else None


def _goes_on_outside(context: Context) -> bool:
    """`y por quién voto?` after something that is not ours: more of the same."""
    if context.state.last_intent is not Intent.OUT_OF_SCOPE or context.entities or context.confidence >= SURE:
        return False
    return context.intent in _LOOSE | {Intent.UNCLEAR} and context.says_first("and_the")


def _debts_of_income(context: Context) -> bool:
    """`… y pago 3 mil de tarjetas` after an income was told: of the same account."""
    last = context.state.calculation
    told = last is not None and last.income is not None
    return (told or context.income_told) and (context.has("debts") or context.says("no_debts"))


def same_plan_for_another(context: Context) -> bool:
    """`¿y el segundo?`, `and the jetta?` after a plan: the same plan for another car, nothing else asked."""
    last, kind = context.state.last_intent, context.state.plan_kind
    if last is None or last.agent is not Agent.FINANCE or kind is None or kind is FinanceKind.RULES:
        return False
    unsure = context.intent.agent is Agent.INFO and context.confidence < SURE
    if context.intent not in _LOOSE | _WEAK | {Intent.COMPARE} and not unsure:
        return False
    if not context.has("reference", "model", "order", "stock_id", "other"):
        return False
    leads = context.says_first("and_the") or context.says("same_terms")
    if not (leads or context.has("other") or context.says("monthly_question")):
        return False
    asked = {entity.value for entity in context.all("attribute")} - {"price"}
    if asked or context.has("not_in_data", "equipment", "relative", "similar", "not_model"):
        return False
    if context.intent is Intent.SEARCH and context.confidence >= SURE and _asks_which_there_are(context):
        return False
    of_terms = sum(hit.last - hit.first for hit in vocabulary().find("same_terms", context.scan))
    return context.says("monthly_question") or (residue(context) <= 1 + of_terms and not context.has("attribute"))


def _asks_which_there_are(context: Context) -> bool:
    """`¿y qué jettas traen?`: which cars of a name there are, whatever was calculated before."""
    which = any(context.before(entity)[-1:] in _WHICH for entity in context.all("model", "make", "body_style"))
    return which or context.says("stock_verb")


def _plan_corrected(context: Context) -> bool:
    """The price of a plan put right ("me equivoqué en el precio, son 380"), or the same terms for another price."""
    state = context.state
    if state.plan_kind is None or state.last_intent is None or state.last_intent.agent is not Agent.FINANCE:
        return False
    if not context.has("price") or context.has("make", "model", "body_style", "year", "km"):
        return False
    if context.says("same_terms"):
        return True
    return state.plan_price is not None and context.says("correction") and not context.says("search_verb")


def _by_bargain(context: Context) -> Intent | None:
    """Bargaining, an extra taken back, a name that is corrected or was taken for something else."""
    intent, visit = context.intent, context.state.appointment
    if intent not in _SAID_OUTRIGHT and haggles(context):
        return Intent.MANIPULATION
    bare = context.says_first("without") and not gives_none_down(context) and context.state.plan_kind in _WITH_EXTRAS
    if intent in (Intent.PREPAY, Intent.CHANGE_PLAN, Intent.QUOTE) and bare:
        return Intent.QUOTE
    if context.has("name") and visit is not None and visit.booking_id and context.says("rename"):
        return Intent.APPOINTMENT_CHANGE
    if intent is Intent.RATE and context.has("name") and not any(char.isdigit() for char in context.text):
        return Intent.INTRODUCE
    return Intent.QUOTE if _plan_for_pointed(context) else None


def _plan_for_pointed(context: Context) -> bool:
    """`el más barato de los dos a 60 con 15%`: terms, a car pointed at, and nothing to compare it with."""
    if context.intent not in _LOOSE | {Intent.COMPARE, Intent.UNCLEAR} or not context.state.shown:
        return False
    if not context.has("months") or not context.has("order", "reference") or context.says("compare_verb"):
        return False
    return not context.has("body_style", "price", "make", "model")


def _by_phrases(context: Context) -> Intent | None:
    """Phrases that mean one thing, under a label that is not sure."""
    intent, sure = context.intent, context.confidence >= SURE
    appointment = context.state.appointment
    if (money := _of_money(context)) is not None:
        return money
    if intent is Intent.SELL_CAR and context.state.sale is not None and context.says("sale_off"):
        return Intent.DENY
    if intent not in _SAID_OUTRIGHT and not sure and context.says("sell_mine"):
        return Intent.SELL_CAR
    if intent in _SEARCHING and context.has("visit_kind") and not context.has(*WISH_KINDS) and _placed(context):
        return Intent.APPOINTMENT
    if appointment is not None and context.says("visit_status") and intent not in _SAID_OUTRIGHT:
        return Intent.APPOINTMENT
    if appointment is not None and (not sure or intent in _LOOSE) and _moves_the_visit(context):
        return Intent.APPOINTMENT_CHANGE if appointment.booking_id else Intent.APPOINTMENT
    if intent not in _SAID_OUTRIGHT - {Intent.MANIPULATION} and (plan := of_the_plan(context)) is not None:
        return plan
    if not sure and context.says("place_question") and not context.has(*WISH_KINDS, "reference", "attribute"):
        return Intent.BRANCHES
    if not sure and context.state.plan_kind is FinanceKind.AFFORDABILITY and context.says("no_debts"):
        return Intent.AFFORD
    of_plan = context.state.plan_kind is not None and context.has(*PLAN_KINDS, *BUDGET_KINDS)
    if intent in _OFTEN_WRONG and not sure and of_plan:
        return Intent.CHANGE_PLAN
    return None


def _of_money(context: Context) -> Intent | None:
    """Sums and terms under a label of something else."""
    intent = context.intent
    if _asks_how_to_pay(context):
        return Intent.PAYMENT
    if intent not in _SAID_OUTRIGHT and weighs_plans(context):
        return Intent.CHANGE_PLAN if in_force(context.state) is not None else Intent.QUOTE
    if intent not in _SAID_OUTRIGHT - {Intent.MANIPULATION} and asks_least_down(context):
        return Intent.RULES
    if intent in (Intent.TRADE_IN, Intent.SELL_CAR) and _of_the_terms(context):
        return Intent.CHANGE_PLAN
    lends = context.has("rate_percent") and context.says("lender") and context.has("price", "months")
    return Intent.QUOTE if lends and intent in _LOOSE | _WEAK | {Intent.COMPARE, Intent.MANIPULATION} else None


def _asks_how_to_pay(context: Context) -> bool:
    """`¿y entonces cómo le hago para pagar?` with no plan spoken of: the ways of paying."""
    guess = context.intent.agent is Agent.FINANCE or context.intent in _WEAK
    if not guess or context.state.plan_kind is not None or context.intent in _SAID_OUTRIGHT:
        return False
    if context.has(*PLAN_KINDS, *BUDGET_KINDS, "price", "amount", "model", "make", "reference", "metric", "attribute"):
        return False
    return context.says("pays_how") and context.says("pays_verb") and not context.says("monthly_question")


def _of_the_terms(context: Context) -> bool:
    """`I got it backwards, the down payment is 46`: terms of the plan, under a label of the customer's own car."""
    if context.state.plan_kind is None or context.has("make", "model", "year", "km"):
        return False
    if context.has("trade_in_value"):
        return context.intent is Intent.TRADE_IN
    told = context.has("down_amount", "down_percent", "months", "monthly")
    return told and in_force(context.state) is not None and not context.says("my_car")


def _placed(context: Context) -> bool:
    return context.has("branch", "city", "date", "time", "reference", "vague_date")


def _moves_the_visit(context: Context) -> bool:
    """A day, an hour or a branch right after an appointment was spoken of is about it."""
    last = context.state.last_intent
    if last not in (Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE) or context.intent in _SAID_OUTRIGHT:
        return False
    if context.has(*WISH_KINDS, *PLAN_KINDS, "attribute", "metric") or context.says("hours"):
        return False
    return context.has("date", "time", "branch", "part_of_day", "date_problem")


def _by_content(context: Context) -> Intent | None:
    """What the named things can only mean; None where they leave it open."""
    if continues_info(context) and not context.has("name"):
        return context.state.last_intent
    if context.intent is Intent.OUT_OF_SCOPE and context.confidence >= SURE and not context.has("make", "model"):
        return None
    if (moved := _visit(context)) is not None:
        return moved
    priced = context.state.plan_kind is not None or context.has("price")
    if context.has(*PLAN_KINDS) and (priced or near_a_car(context)):
        return Intent.QUOTE if context.state.plan_kind is None else Intent.CHANGE_PLAN
    if context.has(*BUDGET_KINDS):
        return Intent.AFFORD
    figure = context.has("metric") and context.intent is Intent.UNCLEAR and not lists_cars(context)
    if figure and (counts_cars(context) or _only_counts(context)):
        return Intent.ANALYSE
    bare = not context.entities and residue(context) <= 1
    if bare and context.intent is Intent.UNCLEAR and context.says("show_verb") and not context.state.criteria.empty:
        return Intent.SEARCH
    return _by_cars(context)


def _by_cars(context: Context) -> Intent | None:
    pointed = context.has("reference", "stock_id")
    if pointed and not context.has("relative", "similar") and context.state.shown:
        return Intent.DETAIL
    named = naming(context) if context.state.shown else None
    if named is not None and (named.price or named.km) and not context.has(*PLAN_KINDS):
        return Intent.DETAIL  # "el de 240 mil"
    doubtful = context.intent is Intent.UNCLEAR or context.confidence < UNSURE
    if context.has("attribute") and near_a_car(context) and doubtful:
        return Intent.DETAIL
    if context.has("remove", "relative", "similar", "not_make", "not_model", "not_body_style"):
        return Intent.REFINE
    if _only_thanks(context):
        return None
    strong = any(entity.kind in WISH_KINDS and entity.score >= 0.7 for entity in context.entities)
    dated = any(entity.kind == "year" for entity in context.entities) and context.intent is Intent.UNCLEAR
    if strong or dated or context.has("order"):
        return Intent.SEARCH if context.state.criteria.empty or context.has("model", "make") else Intent.REFINE
    if context.intent is Intent.UNCLEAR and context.has("city", "branch"):
        return Intent.BRANCHES
    return Intent.INTRODUCE if context.intent is Intent.UNCLEAR and context.has("name") else None


def _only_thanks(context: Context) -> bool:
    """`excelente el versa que me vendieron, gracias`: a car named in thanks, none looked for."""
    sure = context.intent in (Intent.THANKS, Intent.GOODBYE) and context.confidence >= SURE
    return sure and "?" not in context.text and not context.says("search_verb") and not context.says("show_verb")


def _only_counts(context: Context) -> bool:
    """`¿cuántos?`, or another figure; not "¿cuántos días me apartan un coche?"."""
    return context.first("metric") != "count" or residue(context) <= 1


def _visit(context: Context) -> Intent | None:
    """Days and hours, while a visit is being arranged or a car is in focus."""
    if not context.has("date", "time", "date_problem"):
        return None
    appointment = context.state.appointment
    if appointment is not None:
        return Intent.APPOINTMENT_CHANGE if appointment.booking_id else Intent.APPOINTMENT
    return Intent.APPOINTMENT if context.state.focus is not None or context.has("visit_kind") else None


def _loose(context: Context) -> Intent:
    """Intents of the stock: a bare reference, bare terms, or an elliptic question may wear their label."""
    intent = context.intent
    wishes = context.has(*WISH_KINDS, "year", "order", "relative", "similar", "remove", "not_in_data", "trim")
    if not wishes and continues_info(context) and context.state.last_intent is not None:
        return context.state.last_intent
    if context.has("price", "model") and context.has("months") and context.has("down_amount", "down_percent"):
        return Intent.QUOTE  # "un auto de 250 mil a 48 con el 20"
    if context.has(*PLAN_KINDS) and not context.has("price", "relative") and _plan_is_meant(context):
        return Intent.QUOTE if context.state.plan_kind is None else Intent.CHANGE_PLAN
    if context.has("monthly", "income") and intent is not Intent.DETAIL:
        return Intent.AFFORD
    if wishes:
        return _wished(context)
    if (moved := _visit(context)) is not None and context.confidence < SURE:
        return moved
    if intent is Intent.RECOMMEND and any(e.value.ordinals or e.value.focus for e in context.all("reference")):
        return Intent.DETAIL
    pointed = context.has("reference", "stock_id") or (context.has("attribute") and residue(context) == 0)
    if pointed and intent in (Intent.SEARCH, Intent.REFINE) and context.state.shown:
        return Intent.DETAIL
    if intent is Intent.MORE and any(entity.value.ordinals for entity in context.all("reference")):
        return Intent.DETAIL
    return intent


def _wished(context: Context) -> Intent:
    """A question about a car that nothing points at is a search: "traen algún híbrido?"."""
    state = context.state
    if context.intent is Intent.DETAIL and context.has("similar") and not context.has("attribute"):
        return Intent.REFINE
    if context.intent is not Intent.DETAIL or context.has("reference", "stock_id", "make", "model", "told"):
        return context.intent
    if _none_shown_is_such(context):
        return Intent.REFINE
    nothing_seen = not state.shown and state.focus is None and not context.pointed
    goes_on = context.earlier is not None and not context.has("attribute", "not_in_data")
    if not context.has(*WISH_KINDS, "year") or not (nothing_seen or goes_on):
        return context.intent
    return searching(context)


def _none_shown_is_such(context: Context) -> bool:
    """`¿y el sedán?` after hatchbacks: no car of the list is one, so others are looked for."""
    state, named = context.state, naming(context)
    if not state.shown or state.criteria.empty or named.empty or context.has("attribute", "order", "not_in_data"):
        return False
    return not resolve(CarReference(criteria=named), state.shown, state.seen, None)


def _plan_is_meant(context: Context) -> bool:
    if context.state.plan_kind is not None or context.intent is Intent.DETAIL:
        return True
    return not context.has("body_style", "segment", "transmission", "year", "km", "equipment")


def _no_visit_to_change(context: Context) -> bool:
    """`mi sueño es un bmw pero no paso de 150`: what a car should be, and no visit that could be changed."""
    changes = context.intent in (Intent.APPOINTMENT_CHANGE, Intent.APPOINTMENT_CANCEL)
    if not changes or context.state.appointment is not None or context.confidence >= SURE:
        return False
    return context.has(*WISH_KINDS) and not _placed(context) and not context.has("visit_kind")


def _appointment(context: Context) -> Intent:
    """An appointment is changed only where there is one; a place after a question of the company goes on with it."""
    if _no_visit_to_change(context):
        return searching(context)
    if context.intent is Intent.APPOINTMENT_CHANGE and context.state.appointment is None:
        return Intent.APPOINTMENT
    if context.intent is Intent.APPOINTMENT and context.state.appointment is not None:
        booked = context.state.appointment.booking_id is not None
        return Intent.APPOINTMENT_CHANGE if booked and context.says("correction") else Intent.APPOINTMENT
    return context.intent
