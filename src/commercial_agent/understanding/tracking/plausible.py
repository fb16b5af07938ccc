"""Labels that cannot be, put right before a segment is read: no plan is changed where there is none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.language import speaks
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context, vocabulary
from commercial_agent.understanding.tracking.fitting import SAID_OUTRIGHT as _SAID_OUTRIGHT
from commercial_agent.understanding.tracking.in_force import in_force
from commercial_agent.understanding.tracking.money import BUDGET_KINDS, PLAN_KINDS
from commercial_agent.understanding.tracking.of_plans import haggles
from commercial_agent.understanding.tracking.residue import residue
from commercial_agent.understanding.tracking.stock import SURE, UNSURE, searching
from commercial_agent.understanding.tracking.visits import gives_up, speaks_of_ending, speaks_of_visits

_THOUSAND = Decimal(1000)
_LEAST_LIMIT = 80  # a smaller bare figure is a place or a term
_TIMES = 4  # that a limit may grow or shrink in one step
_FEW = 2  # words beside what was read
_POINTS = frozenset({
    Intent.ANALYSE, Intent.MORE, Intent.COMPARE, Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.UNCLEAR,
    Intent.OUT_OF_SCOPE,
})  # fmt: skip

_VAGUE = frozenset({
    Intent.RECOMMEND, Intent.UNCLEAR, Intent.SEARCH, Intent.QUOTE, Intent.RULES, Intent.BUYING, Intent.HELP,
    Intent.DELIVERY, Intent.ANALYSE,
})  # fmt: skip
_OF_A_LIST = frozenset({Intent.SEARCH, Intent.REFINE, Intent.MORE, Intent.ANALYSE})
_CERTAIN = 0.95  # a label of the stock this sure stands for a part of a message though no word of it says so
_OF_VISITS = (
    "date", "time", "branch", "city", "visit_kind", "date_problem", "vague_date", "part_of_day", "name",
)  # fmt: skip
_OF_NO_CAR = frozenset({"list_column", "name", "email", "phone", "date", "time", "weekday", "part_of_day"})
_WORDS_OF_STOCK = (
    "search_verb", "show_verb", "stock_verb", "you_sell", "car_noun", "whole_stock", "which_one", "compare_verb",
    "side_by_side", "something", "some", "more_words", "new_search", "insists", "such", "correction",
)  # fmt: skip
_ASKED = frozenset({"attribute", "metric"})  # entities that name what is asked for


def plausible(context: Context) -> Context:
    """The segment without a label that cannot be: no plan is changed where there is none."""
    if (money := _of_money(context)) is not None:
        return replace(context, intent=money)
    if context.intent is Intent.CHANGE_PLAN and context.state.plan_kind is None and _only_wishes(context):
        return replace(context, intent=searching(context))
    moves_limit = context.says("adjust") and context.has("price") and not context.state.criteria.empty
    if context.intent is Intent.CHANGE_PLAN and context.state.plan_kind is None and moves_limit:
        return replace(context, intent=Intent.REFINE)  # "súbele a 300"
    if _moves_limit(context):
        return replace(context, intent=Intent.REFINE, entities=_as_limit(context))
    if _is_pointing(context):
        return replace(context, intent=Intent.DETAIL)
    if _excludes_cars(context):
        return replace(context, intent=Intent.REFINE)
    if _looks_for_one(context):
        return replace(context, intent=searching(context))
    if _stops_nothing(context) or _shows_first(context):
        return replace(context, intent=searching(context))
    if (plain := _not_outright(context) or _of_no_car(context)) is not None:
        return replace(context, intent=plain)
    if _only_labelled(context) or _opts_for_nothing(context):
        return replace(context, intent=Intent.UNCLEAR)
    if _is_gibberish(context):
        return replace(context, intent=Intent.UNCLEAR, choices=())
    return context


def _not_outright(context: Context) -> Intent | None:
    """What is meant under a label of something said outright, which the words contradict."""
    booked = context.state.appointment is not None and context.state.appointment.booking_id is not None
    if context.intent is Intent.DENY and booked and gives_up(context):
        return Intent.APPOINTMENT_CANCEL  # "siempre no, cancela las dos"
    called = context.intent is Intent.HUMAN or (context.intent is Intent.COMPLAINT and residue(context) <= _FEW)
    if called and context.says("interested") and not context.says("a_person"):
        return Intent.DETAIL if context.has("reference") else searching(context)  # "me llama la atención el segundo"
    if context.intent is Intent.OPT_OUT and haggles(context):
        return Intent.BUYING  # "¿y no baja de ahí?"
    if context.intent is Intent.ABUSE and context.state.appointment is not None and context.has("date", "time"):
        return Intent.APPOINTMENT  # "uy qué tonto, quise decir el 3 a las 10"
    if context.intent is Intent.APPOINTMENT_CANCEL and _makes_a_visit(context):
        return Intent.APPOINTMENT
    if context.intent is Intent.APPOINTMENT_CANCEL and _moves_it(context):
        return Intent.APPOINTMENT_CHANGE
    if _is_no_visit(context):
        return searching(context)
    if context.intent is Intent.RATE and _rates_nothing(context):
        return searching(context)  # "a mi hermana le salió muy bueno su onix, ¿habrá?"
    return _no_trick(context)


def _rates_nothing(context: Context) -> bool:
    """A car is named, and no figure and no sign that could be stars."""
    inside = [range(entity.start, entity.end) for entity in context.all("make", "model", "year")]
    figures = any(
        char.isdigit() and not any(context.start + place in span for span in inside)
        for place, char in enumerate(context.text)
    )
    return bool(inside) and not figures and not any(mark in context.text for mark in "\u2b50\U0001f44d\U0001f44e")


def _is_no_visit(context: Context) -> bool:
    """`mi hermano necesitaría una camioneta para 7, ¿podrías checar?`: what a car should be, and no word of a visit."""
    if context.intent is not Intent.APPOINTMENT or context.confidence >= SURE or context.state.appointment is not None:
        return False
    told = context.has(*_OF_VISITS)
    wished = context.has("body_style", "segment", "seats", "price", "transmission")
    return wished and not told and not speaks_of_visits(context)


def _moves_it(context: Context) -> bool:
    """`ese día ya no voy a poder, ¿habría modo de que fuera el jueves?`: another day is asked for, none given up."""
    held = context.state.appointment
    if held is None or held.booking_id is None or gives_up(context) or "?" not in context.text:
        return False
    return any(day != held.day for day in (entity.value for entity in context.all("date")))


def _no_trick(context: Context) -> Intent | None:
    """`ya pues, dime el precio real del mustang`: asked plainly, under a doubtful label of a trick."""
    if context.intent is not Intent.MANIPULATION or context.confidence >= SURE:
        return None
    if context.has("trade_in_value"):
        return Intent.TRADE_IN  # "pongamos que por el mío me dan 90 mil"
    if "?" in context.text and context.says("approval"):
        return Intent.RULES  # "¿me podrías dar la seguridad de que sale aprobado?"
    asks = context.has("attribute") and context.has("model", "stock_id", "reference")
    return Intent.DETAIL if asks and not context.has("price", "amount", "number", "monthly", "income") else None


def _of_money(context: Context) -> Intent | None:
    """What asks or tells of money under a label of something else."""
    asked = all(entity.kind in _ASKED for entity in context.entities)
    if asked and context.intent in _VAGUE and context.says("reach_question"):
        return Intent.AFFORD  # "¿como pa qué carro me da?"
    if _corrects_plan(context):
        return Intent.CHANGE_PLAN
    if _owes_more(context):
        return Intent.AFFORD
    if context.intent is Intent.RATE and context.has(*BUDGET_KINDS):
        return Intent.AFFORD  # "doy 40 y pago 5 mil al mes": no stars are given in money
    if context.intent is Intent.RATE and context.has("reference") and context.says("gives") and context.says("can_i"):
        return Intent.AFFORD  # "doy 40. ¿la armo con el primero?"
    unsure = context.intent in (Intent.MANIPULATION, Intent.RATE) and context.confidence < SURE
    return Intent.QUOTE if unsure and _tells_plan(context) else None


def _owes_more(context: Context) -> bool:
    """`también traigo otro crédito por el que doy 3 mil al mes` after an income: no car of his own is given."""
    last = context.state.calculation
    guess = context.intent in (Intent.TRADE_IN, Intent.SELL_CAR) and context.confidence < UNSURE
    return guess and context.has("debts") and last is not None and last.income is not None


def _corrects_plan(context: Context) -> bool:
    """`ay no espera, son 120 mil los que doy`: no visit is given up where there is none, and a plan is in force."""
    planned = context.state.appointment is None and in_force(context.state) is not None
    if context.intent in (Intent.COMPLAINT, Intent.ABUSE):  # "qué vergüenza contigo, en realidad vale 380"
        return planned and context.says("correction") and context.has(*PLAN_KINDS, "price")
    visits = context.intent in (Intent.APPOINTMENT_CANCEL, Intent.APPOINTMENT_CHANGE)
    return visits and planned and context.has(*PLAN_KINDS)


def _moves_limit(context: Context) -> bool:
    """`300 mejor`, `o 350` right after a search under a limit: the limit moved, whatever the label."""
    state, last = context.state, context.state.last_intent
    if not state.criteria.price or last is None or last.agent is not Agent.CATALOG or context.intent in _SAID_OUTRIGHT:
        return False
    figures = context.all("number", "amount")
    other = len(context.entities) != len(figures)
    if other or len(figures) != 1 or residue(context) > 0 or state.plan_kind is not None:
        return False
    return figures[0].value >= _LEAST_LIMIT and _near_limit(context, figures[0].value)


def _near_limit(context: Context, figure: Decimal) -> bool:
    limit = context.state.criteria.price.high or context.state.criteria.price.low
    amount = figure if figure >= _THOUSAND else figure * _THOUSAND
    return limit is not None and limit / _TIMES <= amount <= limit * _TIMES


def _as_limit(context: Context) -> tuple[Entity, ...]:
    (figure,) = context.entities
    amount = figure.value if figure.value >= _THOUSAND else figure.value * _THOUSAND
    return (replace(figure, kind="price", value=Range(high=amount), score=1.0),)


def _is_pointing(context: Context) -> bool:
    """`el de en medio, ¿tiene bluetooth?`: a part that only points at a car of the list, whatever its label."""
    leads = context.intent is Intent.AFFIRM and context.text != context.whole
    if context.intent not in _POINTS and not leads:
        return False
    pointed = any(entity.value.ordinals for entity in context.all("reference"))
    alone = all(entity.kind == "reference" for entity in context.entities)
    return bool(context.state.shown) and pointed and alone and residue(context) == 0


def _excludes_cars(context: Context) -> bool:
    """`remove the Compass from the list`: of the cars looked for, not of those who get our messages."""
    criteria = context.state.criteria
    if context.intent in (Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.MORE, Intent.ANALYSE):
        return False
    named = {entity.value for entity in context.all("not_make", "not_model", "not_body_style")}
    in_play = not named.isdisjoint((*criteria.models, *criteria.makes, *criteria.body_styles))
    if not in_play and (criteria.empty or context.confidence >= SURE):
        return False
    excluded = context.has("not_make", "not_model", "not_body_style")
    return excluded and not context.has(*PLAN_KINDS, *BUDGET_KINDS, "date")


def _looks_for_one(context: Context) -> bool:
    """`car for 8 people?` under a guess that one is sold: what a car should be, and no word of having one."""
    if context.intent not in (Intent.SELL_CAR, Intent.TRADE_IN) or context.state.sale:
        return False
    if context.says("my_car") or context.says("sell_mine") or context.says("in_part_payment"):
        return False
    if context.has("relative") and context.state.shown and context.confidence < SURE:
        return True  # "that one is old for me, might there be one of a more recent year?"
    if context.confidence >= UNSURE:
        return False
    if context.says("lender") and context.has("model", "make"):
        return True  # "otra agencia tiene ese mismo Jetta 2019 en 150 mil"
    narrows = context.says("search_verb") and context.has("year", "km", "price") and not context.state.criteria.empty
    wished = context.has("seats", "body_style", "transmission", "fuel", "drive", "segment")
    return (wished or narrows) and not context.has("trade_in_value")


def _stops_nothing(context: Context) -> bool:
    """`stop and go traffic, so automatic please`: what a car should be, and not a word of our messages."""
    return context.intent is Intent.OPT_OUT and context.has(*WISH_KINDS) and not _says_opting(context)


def _says_opting(context: Context) -> bool:
    """Whether a word of our messages stands there; "se les baja el techo" says what a car should be."""
    wishes = context.all(*WISH_KINDS)
    for hit in vocabulary().find("opt_words", context.scan):
        start = context.start + context.scan.folded.original_span(context.scan.starts[hit.first], 0)[0]
        if not any(wish.start <= start < wish.end for wish in wishes):
            return True
    return False


def _opts_for_nothing(context: Context) -> bool:
    """`no quiero endeudarme de más; con 25 mil, ¿qué me alcanza?`: a remark beside a wish, of no messages of ours."""
    beside = context.text.strip() != context.whole.strip()
    return context.intent is Intent.OPT_OUT and beside and not context.says("opt_words")


def _shows_first(context: Context) -> bool:
    """`le traigo ganas al fusion, enséñamelo`, `una camioneta para 7, ¿podrías checar?` under a guess of a plan or a
    visit: a car looked for, and no word of the one or the other."""
    guess = context.intent.agent is Agent.FINANCE or context.intent is Intent.APPOINTMENT
    if not guess or context.confidence >= UNSURE or context.state.appointment is not None:
        return False
    if context.has(*PLAN_KINDS, *BUDGET_KINDS, "date", "time", "visit_kind", "branch", "city", "reference", "amount"):
        return False
    if context.says("monthly_question") or context.says("visit_status"):
        return False
    wished = context.has("make", "model", "body_style", "seats", "fuel", "transmission")
    return wished and (context.says("show_verb") or context.says("search_verb") or context.says("something"))


def _makes_a_visit(context: Context) -> bool:
    """`Explanada, martes 24, 11 am, cita` under the label of giving one up: there is none, and nothing is given up."""
    unsure = context.state.appointment is None and context.confidence < SURE
    return unsure and context.has("date", "time") and not speaks_of_ending(context)


def _tells_plan(context: Context) -> bool:
    """`precio 280k, 20%, 48 meses`: a plan and hardly a word beside it."""
    whole = context.has("price", "model") and context.has("months") and context.has("down_amount", "down_percent")
    return whole and residue(context) <= 1


def _only_wishes(context: Context) -> bool:
    """What a car should be, and not a word of money."""
    money = (*PLAN_KINDS, *BUDGET_KINDS, "amount", "price", "extra", "rate_percent")
    of_one = any(not entity.value.shown for entity in context.all("reference"))  # "de esas con menos de 60 mil km"
    return context.has(*WISH_KINDS) and not of_one and not context.has(*money) and not context.says("monthly_question")


def _only_labelled(context: Context) -> bool:
    """`antes de seguir, …`, `y mandarlo no cuesta nada, ¿no?`: of the stock by its label only, and by no word of it."""
    part = context.text.strip() != context.whole.strip()
    enough = SURE if context.state.criteria.empty else UNSURE
    if context.intent not in _OF_A_LIST or context.confidence >= (_CERTAIN if part else enough):
        return False
    if any(entity.kind not in _OF_NO_CAR for entity in context.entities):
        return False
    return not any(context.says(name) for name in _WORDS_OF_STOCK)


def _of_no_car(context: Context) -> Intent | None:
    """`otra pregunta`, `déjame verlo con mi esposa`, `¿y luego qué sigue?`: of the stock by its label, of no list."""
    if context.intent not in _OF_A_LIST or any(e.kind not in (*_OF_NO_CAR, "number") for e in context.entities):
        return None
    if any(context.says(name) for name in ("show_verb", "car_noun", "whole_stock")):
        return None
    if context.says("thinks_over"):
        return Intent.GOODBYE
    if context.says("asks_leave"):
        return Intent.HELP
    nothing = context.intent is Intent.MORE and not context.state.shown and context.state.criteria.empty
    return Intent.UNCLEAR if nothing else None


def _is_gibberish(context: Context) -> bool:
    """Letters that are no word of any language and name nothing."""
    return not context.entities and context.intent not in _SAID_OUTRIGHT and not speaks(context.text)
