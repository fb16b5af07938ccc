"""Amounts whose role only the conversation tells.

"Súbele a 300" moves the price limit of a search and the down payment of a plan; "y si doy 100 mil?" after a plan is
money down, not a price.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.amounts import WEAK
from commercial_agent.understanding.grouping import TERMS
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import Context, point, vocabulary
from commercial_agent.understanding.tracking.in_force import is_elliptic, nearest_term
from commercial_agent.understanding.tracking.plan_words import gives_none_down
from commercial_agent.understanding.tracking.residue import residue

_SUMS = frozenset({"monthly", "price", "amount", "income", "down_amount", "number", "balloon", "extra"})
_EACH = (["cada"], ["each"])
_CURRENCY = 14  # characters behind an amount in which its currency is looked for
_THOUSAND = Decimal(1000)
_SMALLEST = 15  # a bare figure under it is no price in thousands
_LEAST_SHARE, _MOST_SHARE = 5, 90  # percent that a bare figure may be of a price
_LEAST_PRICE = 50_000
_OF_A_PLAN = ("down_amount", "down_percent", "months", "monthly", "price", "income", "reference")
_OF_CARS = ("body_style", "segment", "make", "model", "transmission", "km", "seats")
_MOST_COMMISSION = 10  # percent
_LEAST_DOWN = 15  # percent; a smaller share without a noun may be a rate
_BEHIND = 14  # characters behind a percentage in which its noun is looked for
_REACH = 60  # characters before an amount in which its verb is looked for


def in_the_light(context: Context) -> Context:
    """The segment with such amounts given the role the conversation tells."""
    said = tuple(e for e in context.entities if not _points_at_sum(context, e) and not _taken_back(context, e))
    said = tuple(_in_pesos(context, entity) for entity in said if not _no_share(context, entity))
    entities = tuple(_settled(context, entity) for entity in said)
    return context if entities == context.entities else replace(context, entities=entities)


def _in_pesos(context: Context, entity: Entity) -> Entity:
    """`around 15k USD`: an amount in another currency is none in pesos."""
    if entity.kind not in _SUMS or not vocabulary().says("foreign_money", context.scan):
        return entity
    behind = Scan(context.whole[entity.start : entity.end + _CURRENCY]).words
    spoken = len(Scan(context.whole[entity.start : entity.end]).words)
    named = vocabulary().says("foreign_money", Scan(" ".join(behind[: spoken + 2])))
    return replace(entity, kind="foreign") if named else entity


def _no_share(context: Context, entity: Entity) -> bool:
    """`con el 10% ¿cuánto queda sin enganche?`: the share is none of the price, nothing is paid down."""
    if entity.kind != "down_percent" or entity.score > WEAK:
        return False
    others = tuple(other for other in context.entities if other is not entity)
    return gives_none_down(replace(context, entities=others))


def _points_at_sum(context: Context, entity: Entity) -> bool:
    """`en esos 7000 al mes`: the word points at the sum behind it, at no car; "cada uno de los plazos" at none."""
    if entity.kind != "reference" or entity.value.ordinals or entity.value.stock_ids:
        return False
    if Scan(entity.text).words[:1] in _EACH and (context.says("every_term") or context.has("months")):
        return True
    if _of_the_terms(context, entity):
        return True
    return any(other.kind in _SUMS and 0 <= other.start - entity.end <= 1 for other in context.entities)


def _of_the_terms(context: Context, entity: Entity) -> bool:
    """`en esas mismas condiciones`: the word points at the terms, at no car."""
    scan = context.scan
    for hit in vocabulary().find("same_terms", scan):
        first = context.start + scan.folded.original_span(scan.starts[hit.first], scan.ends[hit.first])[0]
        last = context.start + scan.folded.original_span(scan.starts[hit.last - 1], scan.ends[hit.last - 1])[1]
        if hit.last - hit.first > 1 and first <= entity.start < last:
            return True
    return False


def _taken_back(context: Context, entity: Entity) -> bool:
    """`sin dejar esos 80 mil para el final`: what was left for the end before, named only to be dropped."""
    last = context.state.calculation
    if last is None or entity.kind not in ("balloon", "extra") or entity.value not in (last.balloon, last.extra):
        return False
    return vocabulary().says("drop_word", Scan(context.whole[max(context.start, entity.start - _REACH) : entity.start]))


def _settled(context: Context, entity: Entity) -> Entity:
    if (other := _other_role(context, entity)) is not None:
        return other
    if entity.kind not in ("number", "amount", "price"):
        return entity
    if entity.kind == "price" and not isinstance(entity.value, Range):
        return entity
    figure = point(entity.value) if entity.kind == "price" else entity.value
    if figure is None:
        return entity
    if (income := _new_income(context, entity, figure)) is not None:
        return income
    before = Scan(context.whole[max(0, entity.start - _REACH) : entity.start])
    if vocabulary().ends("adjust", before):
        return _adjusted(context, entity, figure)
    if entity.kind == "price" and _is_given(context, entity, before):
        return replace(entity, kind="down_amount", value=figure, score=1.0)
    more = context.says("gives_more") and not context.has("down_amount", "down_percent", *_OF_CARS)
    if entity.kind == "price" and more and nearest_term(context, figure) == "down_amount":
        return replace(entity, kind="down_amount", value=figure, score=1.0)  # "podemos dar más, serían 120 mil"
    if entity.kind == "price" and _is_all_there_is(context, figure, before):
        return replace(entity, kind="down_amount", value=figure, score=1.0)
    told = _bare_number(context, entity, figure, before) if entity.kind == "number" else None
    return told or _replaced(context, entity, figure) or _down_corrected(context, entity, figure) or entity


def _bare_number(context: Context, entity: Entity, figure: Decimal, before: Scan) -> Entity | None:
    """A number without a unit: thousands, a share of the price, or a term."""
    if (told := _in_thousands(context, entity, figure, before)) is not None:
        return told
    if figure >= _SMALLEST and _is_given(context, entity, before):
        near = context.has("price", "monthly") or (context.has("reference") and context.says("can_i"))
        priced = near and not context.has("down_amount", "down_percent")
        if (priced or _of_plan_to_make(context)) and figure < _THOUSAND and not vocabulary().ends("with", before):
            return replace(entity, kind="down_amount", value=figure * _THOUSAND, score=0.8)
    if _is_share(context, figure, before):
        return replace(entity, kind="down_percent", score=0.8)
    bare = figure in TERMS and _plan_spoken_of(context)
    if bare and (not context.has("months") or vocabulary().ends("in_place_of", before)):
        return replace(entity, kind="months", value=(int(figure),))  # "what about 60?"
    return None


def _of_plan_to_make(context: Context) -> bool:
    """`¿en cuánto me saldría si doy 100?`: asked of the plan of a car, nothing of it told."""
    near = context.state.focus is not None or context.has("model", "reference", "trade_in_value")
    return near and context.intent.agent is Agent.FINANCE and not context.has("down_amount", "down_percent")


def _down_corrected(context: Context, entity: Entity, figure: Decimal) -> Entity | None:
    if entity.kind != "number" or not _corrects_down(context, figure):
        return None
    return replace(entity, kind="down_amount", value=figure if figure >= _THOUSAND else figure * _THOUSAND)


def _other_role(context: Context, entity: Entity) -> Entity | None:
    """A figure whose role was read, but for another thing."""
    if entity.kind in ("rate_percent", "down_percent") and _of_commission(context, entity):
        return replace(entity, kind="commission_percent", score=1.0)
    if entity.kind == "rate_percent" and _is_down_share(context, entity):
        return replace(entity, kind="down_percent", score=1.0)
    if entity.kind in ("monthly", "debts") and entity.value in [told.value for told in context.all("income")]:
        return replace(entity, kind="income")  # "gano 15 quincenal, o sea 30 al mes"
    if entity.kind == "monthly" and _is_debt(context):
        return replace(entity, kind="debts")
    if entity.kind == "extra" and _is_put_down(context, entity):
        return replace(entity, kind="down_amount")
    if (entity.kind == "extra" and _is_limit(context, entity)) or _is_budget(context, entity):
        return replace(entity, kind="price", value=Range(high=entity.value))
    return None


def _is_down_share(context: Context, entity: Entity) -> bool:
    """`que el enganche sea del 30%`, `mejor al 25%` after a plan: a share of the price, nothing is said of a rate."""
    if entity.score >= 1 or context.says("rate_word") or context.says("lender") or context.has("down_percent"):
        return False
    return context.says("down_noun") or (_plan_spoken_of(context) and entity.value >= _LEAST_DOWN)


def _is_debt(context: Context) -> bool:
    """`forgot: card payment 3k/month` after an income: what is paid elsewhere, not for a car."""
    last = context.state.calculation
    told = context.income_told or (last is not None and last.income is not None and _plan_spoken_of(context))
    return told and context.says("debt_noun") and not context.has("debts", "income") and not context.says("can_i")


def _is_put_down(context: Context, entity: Entity) -> bool:
    """`¿y si doy 50 mil en 72?` after a plan: money down, where nothing is said of paying before its time."""
    planned = context.state.plan_kind in (FinanceKind.QUOTE, FinanceKind.TERMS) or context.has("price")
    if not planned or context.has("after_payment", "down_amount", "down_percent"):
        return False
    before = Scan(context.whole[max(0, entity.start - _REACH) : entity.start])
    prepays = context.intent is Intent.PREPAY or context.says("extra_noun") or context.says("payoff")
    return vocabulary().ends("gives", before) and not prepays


def _replaced(context: Context, entity: Entity, figure: Decimal) -> Entity | None:
    """A guess takes the place of the term of about its size: "¿y si fueran 50 mil?" after a payment of 30 mil."""
    if figure < _THOUSAND or entity.score > WEAK or not is_elliptic(context, entity):
        return None
    kind = nearest_term(context, figure)
    if kind is None or context.has(kind):
        return None
    if kind == "price":
        return replace(entity, kind="price", value=Range(high=figure), score=1.0)
    return replace(entity, kind=kind, value=figure, score=0.8)


def _in_thousands(context: Context, entity: Entity, figure: Decimal, before: Scan) -> Entity | None:
    """A bare figure in place of the term of its size: "¿y con 100?" after 60 mil down, "¿con 5?" after 4 mil a month"""
    if figure >= _THOUSAND or not is_elliptic(context, entity):
        return None
    if figure in TERMS or figure != figure.to_integral_value() or before.words[-1:] in (["el"], ["un"]):
        return None
    kind = nearest_term(context, figure * _THOUSAND, share=figure, given=vocabulary().ends("gives", before))
    if kind is None or context.has(kind):
        return None
    if kind == "down_percent":
        return replace(entity, kind=kind, score=0.8)
    amount = figure * _THOUSAND
    return replace(entity, kind=kind, value=Range(high=amount) if kind == "price" else amount, score=0.8)


def _of_commission(context: Context, entity: Entity) -> bool:
    """`si la apertura fuera del 3 %`, or `¿y si fuera del 2 %?` after a question about the opening commission.

    A share so small is no down payment, unless the word for one stands beside it.
    """
    if context.has("commission_percent") or (entity.kind == "down_percent" and entity.score > WEAK):
        return False
    if entity.value > _MOST_COMMISSION or context.says("lender"):
        return False
    around = Scan(context.whole[max(0, entity.start - _REACH) : entity.end + _BEHIND])
    shares = len(context.all("down_percent", "rate_percent")) > 1  # one of them is the down payment
    if vocabulary().says("commission_word", around) or (shares and context.says("commission_word")):
        return True
    last = context.state.calculation
    if context.says("rate_word"):
        return False
    calculated = last is not None and context.state.last_intent is last.intent
    asked = last.question if last is not None and calculated else context.state.last_question
    return asked is not None and vocabulary().says("commission_word", Scan(asked))


def _is_limit(context: Context, entity: Entity) -> bool:
    """`no le pienso meter más de 280`: beside the wishes of a car, with no plan spoken of, the most it may cost."""
    if context.state.plan_kind is not None or context.intent.agent is not Agent.CATALOG or context.has("price"):
        return False
    wished = context.has("body_style", "segment", "transmission", "make", "model", "km", "seats")
    return wished and isinstance(entity.value, Decimal) and entity.value >= _LEAST_PRICE


def _is_budget(context: Context, entity: Entity) -> bool:
    """`me urge, tengo 120 mil en efectivo`: what one has for a car, where no plan and no down payment is spoken of."""
    if entity.kind != "down_amount" or entity.value < _LEAST_PRICE or context.intent.agent is Agent.FINANCE:
        return False
    if context.state.plan_kind is not None or context.says("down_noun") or len(context.all(*_OF_A_PLAN)) > 1:
        return False
    before = Scan(context.whole[max(0, entity.start - _REACH) : entity.start])
    return vocabulary().ends("all_i_have", before)


def _new_income(context: Context, entity: Entity, figure: Decimal) -> Entity | None:
    """`I'm getting a raise to 35k`, `me lo subieron a 28`: the income of the account just made, another one now."""
    last = context.state.calculation
    if last is None or last.income is None or not _plan_spoken_of(context) or not context.says("income_change"):
        return None
    if context.has("income", "months", "down_amount", "model", "make") or figure < _SMALLEST:
        return None
    return replace(entity, kind="income", value=figure if figure >= _THOUSAND else figure * _THOUSAND, score=1.0)


def _is_share(context: Context, figure: Decimal, before: Scan) -> bool:
    """`a 48 con el 20`: of the price, where a plan is spoken of."""
    if not vocabulary().ends("with_share", before) or not _LEAST_SHARE <= figure <= _MOST_SHARE:
        return False
    if context.intent is Intent.RATE and vocabulary().ends("rating_given", before):
        return False  # "te pongo un 9"
    if figure in TERMS and before.words[-1:] not in (["el"], ["un"]) and not context.has("months"):
        return False  # "¿y con 60?" is a term
    spoken = context.intent.agent is Agent.FINANCE or context.has("months") or _plan_spoken_of(context)
    return spoken and not context.has("down_amount", "down_percent")


def _is_given(context: Context, entity: Entity, before: Scan) -> bool:
    """Money put down: beside the price it is for, or after a plan."""
    if not vocabulary().ends("gives", before):
        return False
    priced = any(other.kind == "price" and other is not entity for other in context.entities)
    near = context.has("reference", "model", "months", "monthly") or context.state.focus is not None
    priced = priced or ((context.intent.agent is Agent.FINANCE or context.says("can_i")) and near)
    return _plan_spoken_of(context) or (priced and not vocabulary().ends("with", before))


def _is_all_there_is(context: Context, figure: Decimal, before: Scan) -> bool:
    """`nada más junté 40 mil` after a plan: of its terms, the down payment is what has such a size."""
    if context.has("down_amount", "down_percent", *_OF_CARS) or not vocabulary().ends("all_i_have", before):
        return False
    return nearest_term(context, figure) == "down_amount"


def _corrects_down(context: Context, figure: Decimal) -> bool:
    """`no, espérate, 120`: of what a plan was told, the down payment is what has such a size."""
    told = context.state.plan.down_amount
    if told is None or not _plan_spoken_of(context) or not context.says("correction") or figure <= _SMALLEST:
        return False
    return figure not in TERMS and residue(context) <= 1


def _adjusted(context: Context, entity: Entity, figure: Decimal) -> Entity:
    """What is moved: the down payment of the plan spoken of, else the limit of the search."""
    amount = figure if figure >= _THOUSAND else figure * _THOUSAND
    if figure < _SMALLEST:
        return entity
    if _plan_spoken_of(context):
        return replace(entity, kind="down_amount", value=amount, score=1.0)
    return replace(entity, kind="price", value=Range(high=amount), score=1.0)


def _plan_spoken_of(context: Context) -> bool:
    last = context.state.last_intent
    return context.state.plan_kind is not None and last is not None and last.agent is Agent.FINANCE
