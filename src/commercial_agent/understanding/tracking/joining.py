"""What the parts of one message make together.

A search and its refinement are one search; a calculation and its figures, told in two sentences, are one calculation;
a name given beside an appointment is the name of the appointment; and a part that says two things gives two requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from commercial_agent.conversation.cars import CarReference, resolve
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import (
    Analysis,
    CatalogRequest,
    ConciergeRequest,
    FinanceKind,
    FinanceRequest,
    Metric,
    Request,
)
from commercial_agent.understanding.criteria import names_cars, to_criteria
from commercial_agent.understanding.people import find_name_apart
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.about import naming
from commercial_agent.understanding.tracking.analysis import asks_best_of, chooses_best, counts_cars
from commercial_agent.understanding.tracking.asks_for import asks_for_name, looks_for_one
from commercial_agent.understanding.tracking.catalog import catalog_request
from commercial_agent.understanding.tracking.concierge import appointment_request
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context
from commercial_agent.understanding.tracking.finance import finance_request
from commercial_agent.understanding.tracking.info import info_request
from commercial_agent.understanding.tracking.stock import SURE, compares

_SEARCHES = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND})
_PLAN_KINDS = ("months", "down_amount", "down_percent", "trade_in_value")
_BUDGETS = frozenset({FinanceKind.MAX_PRICE, FinanceKind.AFFORDABILITY})
_OF_PLANS = frozenset({"price", "pictures", "location", "availability"})
_VISITS = frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE})
_SALES = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_COMPARING = frozenset({Intent.COMPARE, Intent.RECOMMEND})
_WHAT_IF = frozenset({
    FinanceKind.BALLOON, FinanceKind.PREPAYMENT, FinanceKind.PAYOFF, FinanceKind.COMMISSION, FinanceKind.OTHER_LENDER,
    FinanceKind.IVA, FinanceKind.DOWN_NEEDED, FinanceKind.TERM_NEEDED, FinanceKind.SCHEDULE, FinanceKind.TERMS,
})  # fmt: skip

_AFTER_PLAN = frozenset({FinanceKind.PREPAYMENT, FinanceKind.PAYOFF})
_COURTESY = frozenset({
    Intent.THANKS, Intent.AFFIRM, Intent.DENY, Intent.GREETING, Intent.UNCLEAR, Intent.GOODBYE, Intent.OUT_OF_SCOPE,
})  # fmt: skip
_PASSED = _COURTESY | {Intent.RULES}  # "¿qué me alcanza y me lo aprueban? no manejo estándar"


def with_second_wish(context: Context, request: Request) -> list[Request]:
    """The request of a segment, and the other one its words hold too.

    "Compara el onix y el cavalier y dime en cuánto queda el más barato a 60 meses" compares and quotes; "¿cuántas
    pickups tienes y cuál es la más barata?" counts and searches.
    """
    if isinstance(request, FinanceRequest) and compares(context) and len(context.all("model")) > 1:
        named = tuple(entity for entity in context.entities if entity.kind in ("make", "model"))
        return [catalog_request(replace(context, intent=Intent.COMPARE, entities=named)), request]
    if isinstance(request, FinanceRequest):
        return [*(_with_look(context, request) or _with_search(context, request)), *_places_beside(context)]
    if (visit := _visit_beside(context, request)) is not None:
        return [visit, request]
    if (cars := _cars_to_visit(context, request)) is not None:
        return [cars, request]
    if isinstance(request, CatalogRequest) and request.intent is Intent.ANALYSE:
        order = context.first("order")
        if order is not None and counts_cars(context) and chooses_best(context):
            wanted = replace(request.criteria, order=order)
            return [request, CatalogRequest(Intent.SEARCH, wanted, text=context.text)]
        if (most := _most_of_column(context, request)) is not None:
            return [request, most]
    if request.intent.agent is Agent.INFO and compares(context) and len(context.all("model")) > 1:
        return [catalog_request(replace(context, intent=Intent.COMPARE)), request]
    if request.intent.agent is Agent.INFO and asks_for_name(context):
        wanted = to_criteria(context.asks_of_cars)
        return [CatalogRequest(Intent.SEARCH, wanted, text=context.text), request]
    plan = _plan_beside(context, request)
    if plan is None:
        return [request]
    return [plan, request] if request.intent.agent is Agent.INFO and _asked_first(context) else [request, plan]


def _most_of_column(context: Context, request: CatalogRequest) -> CatalogRequest | None:
    """`how many do you have and which brand is the most common?`: a count, and the value most cars have."""
    column, counted = context.first("list_column"), _counts(request)
    plain = request.analysis is not None and request.analysis.group_by is None
    if column is None or not counted or not plain or not context.says("which_most"):
        return None
    return replace(request, analysis=Analysis(Metric.COUNT, None, column, limit=1))


def _places_beside(context: Context) -> list[Request]:
    """`… cuánto sale a 48 meses y dónde lo puedo ver en Querétaro`: the branches of a city beside a plan."""
    located = context.says("place_question") or any(e.value == "location" for e in context.all("attribute"))
    return [info_request(replace(context, intent=Intent.BRANCHES))] if located and context.has("city", "branch") else []


def _with_search(context: Context, request: FinanceRequest) -> list[Request]:
    """`enséñame el accord y dime cuánto queda`: shown first, then quoted."""
    wanted = to_criteria(context.asks_of_cars).without("order")
    turns = context.has("not_model", "not_make")  # "civic no, mejor un accord, ¿cuánto queda?"
    shown = turns or context.says("show_verb") or looks_for_one(context)
    if not shown or not names_cars(wanted) or request.about.criteria is None:
        return [request]
    if request.kind not in (FinanceKind.QUOTE, FinanceKind.TERMS):
        return [request]
    search = CatalogRequest(Intent.SEARCH, wanted.without("price"), text=context.text)
    return [search, request]


def _with_look(context: Context, request: FinanceRequest) -> list[Request]:
    """`el primero, ¿qué tal de kilometraje y cuánto a 48?`: a look at the car, then its plan."""
    asked = tuple(e.value for e in context.all("attribute", "equipment", "not_in_data") if e.value not in _OF_PLANS)
    if not asked or not request.about or request.kind not in (FinanceKind.QUOTE, FinanceKind.TERMS):
        return []
    if not context.says("also"):
        return []
    look = CatalogRequest(Intent.DETAIL, about=request.about, attributes=tuple(dict.fromkeys(asked)), text=context.text)
    return [look, request]


def _cars_to_visit(context: Context, request: Request) -> CatalogRequest | None:
    """`quiero ir a ver un jetta el sábado`: which one is not known yet, so they are shown."""
    named = request.about.criteria if isinstance(request, ConciergeRequest) else None
    state = context.state
    if request.intent is not Intent.APPOINTMENT or named is None or not named.models or state.appointment is not None:
        return None
    if context.earlier is not None or resolve(CarReference(criteria=named), state.shown, state.seen, state.focus):
        return None
    return CatalogRequest(Intent.SEARCH, named, text=context.text)


def _visit_beside(context: Context, request: Request) -> ConciergeRequest | None:
    """`cámbiala a las 5 y dime si ahí reciben efectivo`: the visit moved beside a question."""
    if context.state.appointment is None or request.intent.agent not in (Agent.INFO, Agent.FINANCE):
        return None
    if not context.has("date", "time") or not context.says("move_verb"):
        return None
    booked = context.state.appointment.booking_id is not None
    return appointment_request(replace(context, intent=Intent.APPOINTMENT_CHANGE if booked else Intent.APPOINTMENT))


def asks_for_plan(context: Context) -> bool:
    """Whether a segment asks what a car costs a month, whatever else it says."""
    near = context.has("reference", "model", "make") or context.state.focus is not None
    return context.says("monthly_question") and (near or context.state.plan_kind is not None)


def _plan_beside(context: Context, request: Request) -> FinanceRequest | None:
    """The plan that a segment about something else asks for as well."""
    told = context.has(*_PLAN_KINDS)
    asks = context.says("monthly_question")
    match request:
        case CatalogRequest(intent=Intent.COMPARE):
            wanted = told and (asks or context.has("order"))
        case ConciergeRequest(intent=Intent.LANGUAGE):
            wanted = asks and (told or context.has("reference", "model"))
        case _:
            wanted = request.intent.agent is Agent.INFO and told and asks
    if not wanted:
        return None
    plan = finance_request(replace(context, intent=Intent.QUOTE))
    order, named = context.first("order"), naming(context)
    if order is not None and names_cars(named):
        plan = replace(plan, about=CarReference(order=order, criteria=named))
    return plan


def _asked_first(context: Context) -> bool:
    figures = [entity.start for entity in context.all(*_PLAN_KINDS)]
    return bool(figures) and min(figures) - context.start < len(context.text) / 2


def joined(built: Sequence[Request], contexts: Sequence[Context]) -> list[Request]:
    """The requests of a message with those made one that belong together."""
    kept: list[Request] = []
    for request, context in zip(built, contexts, strict=True):
        for place in _partners(kept, request):
            if (together := _together(kept[place], request, context)) is not None:
                kept[place] = together
                break
        else:
            kept.append(_leaning(kept[-1], request) if kept else request)
    return _named(kept, contexts)


def _partners(kept: Sequence[Request], request: Request) -> Iterator[int]:
    """The places of what a request may go with: the last one, of sums and searches also the one before mere talk."""
    for place in reversed(range(len(kept))):
        yield place
        between = kept[place].intent
        talk = between.agent is Agent.CONCIERGE if isinstance(request, FinanceRequest) else between in _PASSED
        if not talk or not isinstance(request, FinanceRequest | CatalogRequest):
            return


def _name_of_visit(requests: Sequence[Request], contexts: Sequence[Context]) -> str | None:
    """`Dana Cole, Thursday 3pm`: the name that stands by itself where a visit still has none."""
    visits = [r for r in requests if isinstance(r, ConciergeRequest) and r.intent in _VISITS]
    held = contexts[0].state.appointment if contexts else None
    if not visits or any(visit.name for visit in visits) or (held is not None and held.name):
        return None
    scan = Scan(contexts[0].whole)
    for context in contexts:
        for entity in context.entities:
            scan.take_span(entity.start, entity.end)
    name = find_name_apart(scan)
    return str(name.value) if name is not None else None


def _leaning(one: Request, two: Request) -> Request:
    """`¿cuántas pickups hay y cuál de ellas cuesta menos?`: the best of what was just counted."""
    if not isinstance(one, CatalogRequest) or not isinstance(two, CatalogRequest):
        return two
    if one.intent is not Intent.ANALYSE or one.criteria.empty:
        return two
    if two.intent in _SEARCHES and _best_within(one, two):
        return replace(two, criteria=one.criteria.overridden_by(two.criteria))
    if two.intent is Intent.ANALYSE and two.criteria.empty and not _counts(two):
        return replace(two, criteria=one.criteria)
    best = two.about.order
    if two.intent is Intent.DETAIL and best is not None and _counts(one) and set(two.attributes) <= {best.column}:
        return CatalogRequest(Intent.SEARCH, replace(one.criteria, order=best), text=two.text)
    return two


def _best_within(one: CatalogRequest, two: CatalogRequest) -> bool:
    """Whether the second asks for the best and otherwise for nothing that the first does not."""
    named = two.criteria.named()
    same = (getattr(one.criteria, name) == getattr(two.criteria, name) for name in named - {"order"})
    return "order" in named and all(same)


def _counts(request: CatalogRequest) -> bool:
    return request.analysis is not None and request.analysis.metric is Metric.COUNT


def _together(one: Request, two: Request, context: Context) -> Request | None:
    if isinstance(one, CatalogRequest) and isinstance(two, CatalogRequest):
        return _one_search(one, two)
    if isinstance(one, FinanceRequest) and isinstance(two, FinanceRequest):
        return _one_calculation(one, two, context)
    if isinstance(one, ConciergeRequest) and isinstance(two, ConciergeRequest):
        return _one_car_told(one, two)
    if (within := _within_reach(one, two)) is not None:
        return within
    if _asks_how_much(two) and (one.intent is Intent.RULES or one.intent.agent is Agent.INFO):
        return one  # "¿cobran comisión? ¿y de cuánto es?"
    if isinstance(one, FinanceRequest) and one.kind in _BUDGETS and two.intent is Intent.BUYING:
        reach = context.confidence < SURE or context.says("can_i") or context.says("reach_question")
        return one if reach else None  # "gano 25 mil, ¿qué coche me puedo comprar?"
    empty = isinstance(two, CatalogRequest) and two.intent in _SEARCHES and two.criteria.empty
    if empty and isinstance(one, FinanceRequest) and one.kind in _BUDGETS:
        return one  # "puedo pagar 5 mil al mes, ¿qué me vendes?"
    if isinstance(one, FinanceRequest) and one.kind in _BUDGETS and _asks_price_range(two):
        return one  # "I take home 40k. What price range should I look at?"
    if isinstance(one, FinanceRequest) and one.kind is FinanceKind.OTHER_LENDER and context.says("side_by_side"):
        return None if context.entities else one  # "mi banco: 240 mil al 14.5 %. ¿vs ustedes?"
    compared = isinstance(two, CatalogRequest) and two.intent in _COMPARING and not two.about
    if compared and isinstance(one, FinanceRequest) and not context.has(*WISH_KINDS):
        return one  # "¿cómo queda comparado con ustedes?"
    return None


def _asks_price_range(request: Request) -> bool:
    """Whether the prices of the whole stock are asked for."""
    if not isinstance(request, CatalogRequest) or request.analysis is None or not request.criteria.empty:
        return False
    return request.analysis.metric in (Metric.RANGE, Metric.MAX) and request.analysis.column in (None, "price")


def _within_reach(one: Request, two: Request) -> FinanceRequest | None:
    """`pago 7 mil al mes, ¿qué suvs me alcanzan?`: the cars looked for are those that a budget reaches."""
    budget, search = (one, two) if isinstance(one, FinanceRequest) else (two, one)
    if not isinstance(budget, FinanceRequest) or not isinstance(search, CatalogRequest):
        return None
    if budget.kind not in _BUDGETS or search.intent not in _SEARCHES or search.relative or search.similar:
        return None
    wanted = search.criteria.without("price", "order")
    if search.criteria.price or budget.about or budget.price is not None:
        return None
    return replace(budget, criteria=budget.criteria.overridden_by(wanted))


def _asks_how_much(request: Request) -> bool:
    """`¿y de cuánto es?` with no car in sight: of what the sentence before asks."""
    price = isinstance(request, CatalogRequest) and request.intent is Intent.DETAIL and request.attributes == ("price",)
    return price and isinstance(request, CatalogRequest) and not request.about


def _one_car_told(one: ConciergeRequest, two: ConciergeRequest) -> ConciergeRequest | None:
    """`está en Puebla, bien cuidado`: two facts of the customer's own car are told of one."""
    if one.intent is not two.intent or one.intent not in _SALES:
        return None
    if one.sale.model and two.sale.model and one.sale.model != two.sale.model:
        return None
    told = one.sale.overridden_by(two.sale)
    return replace(one, sale=told, subject=one.subject or two.subject, text=f"{one.text} {two.text}".strip())


def _one_search(one: CatalogRequest, two: CatalogRequest) -> CatalogRequest | None:
    """A search and what the next sentence adds to it; the best of the list asked for twice is asked once."""
    if one.intent is Intent.DETAIL and one.about.order is not None and one.about.order == two.criteria.order:
        return one if two.intent in _SEARCHES else None
    if asks_best_of(one, two):
        return two
    if two.intent is Intent.COMPARE and two.about.criteria == one.criteria and len(one.criteria.models) > 1:
        return two  # "Versa o Aveo? ponme los dos lado a lado"
    if _limit_named_next(one, two):
        return replace(two, count=two.count or one.count, text=f"{one.text} {two.text}".strip())
    if one.intent not in _SEARCHES or two.intent not in _SEARCHES or one.relative or two.relative or two.similar:
        return None
    makes = {name.partition("/")[0] for name in two.criteria.models}
    if one.criteria.makes and makes and makes <= set(one.criteria.makes) and not one.criteria.models:
        criteria = one.criteria.without("makes").overridden_by(two.criteria)  # "¿hay jeeps? un compass o un renegade"
        return replace(one, criteria=criteria, text=f"{one.text} {two.text}".strip())
    wanted = one.criteria.named()
    if not wanted <= two.criteria.named():
        return None
    if two.intent is not Intent.REFINE and any(getattr(one.criteria, n) != getattr(two.criteria, n) for n in wanted):
        return None  # "un Jetta. También un Versa": two searches
    return replace(two, intent=one.intent, count=two.count or one.count, text=f"{one.text} {two.text}".strip())


def _limit_named_next(one: CatalogRequest, two: CatalogRequest) -> bool:
    """`newer than that. 2018 or later`: less or more than what was shown, then the limit itself."""
    if {one.intent, two.intent} - _SEARCHES or not one.relative or two.relative or two.similar or one.similar:
        return False
    return all(getattr(two.criteria, order.column, None) for order in one.relative)


def _one_calculation(one: FinanceRequest, two: FinanceRequest, context: Context) -> FinanceRequest | None:
    """A calculation named in one sentence, its car or amount in the next."""
    if one.kind is two.kind is FinanceKind.TERMS and not two.about and two.price in (None, one.price):
        return replace(one, terms=one.terms.overridden_by(two.terms))  # "¿qué plazo conviene? ¿cuánto más a 72?"
    if one.kind is FinanceKind.MAX_PRICE and two.kind in _BUDGETS and two.income is None and not two.about:
        return replace(one, terms=one.terms.overridden_by(two.terms))  # "doy 80 y 7 mil al mes. ¿hasta qué precio?"
    if one.kind is two.kind is FinanceKind.AFFORDABILITY and two.income is None:
        return replace(one, debts=two.debts or one.debts, terms=one.terms.overridden_by(two.terms))
    if (asked := _asked_of(one, two, context)) is not None:
        return asked
    bare = one.kind is FinanceKind.CAN_I and one.price is None and not (one.monthly_budget or one.income)
    if bare and two.kind in _BUDGETS | {FinanceKind.CAN_I} and (not two.about or two.about == one.about):
        return replace(two, kind=one.kind, about=one.about, terms=one.terms.overridden_by(two.terms))
    asks_no_plan = two.kind is FinanceKind.QUOTE and not two.about and two.price is None
    if one.kind is FinanceKind.QUOTE and asks_no_plan and one.price and not context.has(*_PLAN_KINDS):
        return one
    if one.kind in _BUDGETS and asks_no_plan:
        return replace(one, terms=one.terms.overridden_by(two.terms))  # "gano 32 mil, ¿cuánto podría pagar al mes?"
    if one.kind is FinanceKind.QUOTE and two.kind in _AFTER_PLAN and not context.has("price", "model", "reference"):
        said = context.has("months", "down_amount", "down_percent")
        terms = one.terms.overridden_by(two.terms) if said else one.terms
        return replace(two, about=one.about, price=one.price, terms=terms)  # "250 a 60; si al año abono 40, ¿qué pasa?"
    if one.kind not in _WHAT_IF or two.kind is not FinanceKind.QUOTE:
        return None
    if one.price is not None or (one.about and not one.about.focus):
        return None
    return replace(
        one, about=two.about or one.about, price=two.price, terms=one.terms.overridden_by(two.terms),
        monthly_budget=one.monthly_budget or two.monthly_budget, question=f"{one.question} {two.question}".strip(),
    )  # fmt: skip


def _asked_of(one: FinanceRequest, two: FinanceRequest, context: Context) -> FinanceRequest | None:
    """`auto 290 mil, 60 meses, 4,500 al mes. ¿enganche?`: what is asked of the figures told in the sentence before."""
    if one.monthly_budget is None or two.price is not None or two.about or two.monthly_budget is not None:
        return None
    if one.price is None and not one.about:
        return None
    kind = None
    if context.says("down_question") or (context.says("down_words") and not context.has(*_PLAN_KINDS)):
        kind = FinanceKind.DOWN_NEEDED
    elif context.says("term_question"):
        kind = FinanceKind.TERM_NEEDED
    question = f"{one.question} {two.question}".strip()
    return None if kind is None else replace(one, kind=kind, question=question)


def _named(requests: Sequence[Request], contexts: Sequence[Context]) -> list[Request]:
    """A name given beside an appointment or a sale belongs to it."""
    name = next((r.name for r in requests if isinstance(r, ConciergeRequest) and r.intent is Intent.INTRODUCE), None)
    takes = {Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE, Intent.SELL_CAR, Intent.TRADE_IN}
    name = name or _name_of_visit(requests, contexts)
    if name is None or not any(request.intent in takes for request in requests):
        return list(requests)
    kept: list[Request] = []
    for request in requests:
        if isinstance(request, ConciergeRequest) and request.intent is Intent.INTRODUCE:
            continue
        if isinstance(request, ConciergeRequest) and request.intent in takes:
            given = replace(request.appointment, name=request.appointment.name or name)
            request = replace(request, name=request.name or name, appointment=given)
        kept.append(request)
    return kept
