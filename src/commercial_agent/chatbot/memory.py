"""How the dialogue state changes once a request has been answered. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from commercial_agent.conversation.cars import CarCriteria, CarFacts, CarMention, Order
from commercial_agent.conversation.findings import (
    AppointmentFinding,
    BranchesFound,
    Calculated,
    CarDescribed,
    CarGone,
    CarsCompared,
    CarsFound,
    Declined,
    FinancingRules,
    Finding,
    HandoffFinding,
    NotKnown,
    NotUnderstood,
    PassagesFound,
    PlanNeeds,
    PlanQuoted,
    QuoteFact,
    RatingFinding,
    SaleFinding,
    StockAnalysed,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import (
    CatalogRequest,
    ConciergeRequest,
    FinanceRequest,
    InfoRequest,
    Metric,
    Request,
)
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.conversation.understanding import Entity

_COURTESY = frozenset({Intent.THANKS, Intent.GREETING})
"""What leaves the conversation at what it was about: "gracias", then "¿y a 60?"."""
_SALES = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_OF_VISIT = frozenset({Ask.BRANCH, Ask.DAY, Ask.HOUR, Ask.NAME})
_SETTLED = frozenset({"booked", "changed", "kept"})
_IDLE = frozenset({Ask.OPEN, Ask.BOOK, Ask.QUOTE, Ask.RATING})  # give way to what is being arranged
_MOST_TERMS = 4
_FEW_BRANCHES = 5  # named one by one as sources


def after(state: DialogueState, request: Request, finding: Finding) -> DialogueState:
    """The state after a request was answered with a finding."""
    keeps = request.intent in _COURTESY or (state.last_intent in _SALES and _of_the_sale(request))
    spoken_of = state.last_intent if keeps and state.last_intent else request.intent
    state = replace(state, last_intent=spoken_of, misunderstood=0, question=finding.question)
    state = _learn_request(state, request)
    if isinstance(finding, PlanQuoted) and finding.quotes and not finding.cars:
        state = replace(state, months_quoted=_months_quoted(state, finding.quotes))
    if isinstance(finding, PlanNeeds) and isinstance(request, CatalogRequest):
        return replace(state, criteria=request.criteria)  # what the cars must be, but for a price in pesos
    return _learn_finding(state, finding)


def _of_the_sale(request: Request) -> bool:
    """Whether one who sells his car asked about that."""
    return isinstance(request, InfoRequest) and request.seller is not None


def together(state: DialogueState, findings: Sequence[Finding]) -> DialogueState:
    """The state after several lists in one reply: their cars are one list, numbered through."""
    lists = [finding.cars for finding in findings if isinstance(finding, CarsFound) and finding.cars]
    if len(lists) < 2:
        return state
    return _shown(state, tuple(dict.fromkeys(car for cars in lists for car in cars)))


def paying(state: DialogueState, pays_cash: bool | None) -> DialogueState:
    """The state after a message that refuses credit, or asks for it after all."""
    return state if pays_cash is None else replace(state, pays_cash=pays_cash)


def placed(state: DialogueState, entities: Sequence[Entity]) -> DialogueState:
    """The state after a message that names one branch or city: a visit is there unless another is told."""
    for kind in ("branch", "city"):
        named = {str(entity.value) for entity in entities if entity.kind == kind}
        if named:
            return replace(state, place=next(iter(named)) if len(named) == 1 else None)
    return state


def without_credit(findings: Sequence[Finding], state: DialogueState) -> tuple[Finding, ...]:
    """The findings; to one who pays cash no plan is offered: a visit is."""
    return _asking(findings, Ask.QUOTE, Question(Ask.BOOK)) if state.pays_cash else tuple(findings)


def _asking(findings: Sequence[Finding], ask: Ask, instead: Question | None) -> tuple[Finding, ...]:
    """The findings; where they ask this, another question or none takes its place."""
    return tuple(
        replace(finding, question=instead) if finding.question is not None and finding.question.ask is ask else finding
        for finding in findings
    )


def person_offered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings; where a person is offered to one who complains, that is the one question."""
    offered = any(
        isinstance(finding, HandoffFinding) and finding.question is not None and finding.question.ask is Ask.HUMAN
        for finding in findings
    )
    if not offered:
        return tuple(findings)
    return tuple(f if isinstance(f, HandoffFinding) else replace(f, question=None) for f in findings)


def _settled(findings: Sequence[Finding], visit: AppointmentFinding) -> tuple[Finding, ...]:
    """The findings beside a visit that stands: it is not offered again, and its address is told once."""
    kept = [
        finding
        for finding in findings
        if not (
            isinstance(finding, BranchesFound)
            and not finding.asks_hours
            and visit.branch is not None
            and finding.branches == (visit.branch,)
        )
    ]
    kept = [finding for finding in kept if finding is visit or not _is_step_to(finding, visit)]
    return _asking(kept, Ask.BOOK, None)


def _is_step_to(finding: Finding, visit: AppointmentFinding) -> bool:
    """Whether it tells the same visit as it was before the message ended."""
    if not isinstance(finding, AppointmentFinding):
        return False
    if finding.status == "collecting":
        return finding.problem is None
    return finding.booking_id == visit.booking_id and finding.status in _SETTLED


def resumed(findings: Sequence[Finding], before: DialogueState, after: DialogueState) -> tuple[Finding, ...]:
    """The findings; where a visit was being noted down and something else was asked, its question comes last."""
    visits = [finding for finding in findings if isinstance(finding, AppointmentFinding)]
    if visits and visits[-1].status in _SETTLED:
        return _settled(findings, visits[-1])
    asked, held = before.question, after.appointment
    if visits and visits[-1].status == "collecting":
        asked = visits[-1].question
    elif visits:
        return tuple(findings)
    if asked is None or asked.ask not in _OF_VISIT or held is None or held.booking_id is not None:
        return tuple(findings)
    if any(isinstance(finding, HandoffFinding | SaleFinding) for finding in findings):
        return tuple(findings)
    last = next((place for place in reversed(range(len(findings))) if findings[place].question is not None), None)
    if last is None or findings[last].question is None:
        return tuple(findings)
    question = findings[last].question
    if question is None or question.ask not in _IDLE:
        return tuple(findings)
    return tuple(replace(f, question=asked) if place == last else f for place, f in enumerate(findings))


def without_person(findings: Sequence[Finding], state: DialogueState) -> tuple[Finding, ...]:
    """The findings; to one who refused a person none is offered again."""
    return _asking(findings, Ask.HUMAN, Question(Ask.OPEN)) if state.without_person else tuple(findings)


def asked(state: DialogueState, question: Question | None) -> DialogueState:
    """The state after a reply that ends with a question."""
    return replace(state, question=question, rated=state.rated or (question is not None and question.ask is Ask.RATING))


def farewell_only(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings; "thanks" beside a real answer does not end the conversation, so nothing is rated yet."""
    if len(findings) < 2:
        return tuple(findings)
    return tuple(
        replace(finding, question=None)
        if isinstance(finding, Talked) and finding.question is not None and finding.question.ask is Ask.RATING
        and not all(isinstance(other, Talked) for other in findings)
        else finding
        for finding in findings
    )  # fmt: skip


def _learn_request(state: DialogueState, request: Request) -> DialogueState:
    match request:
        case FinanceRequest():
            budget = None if request.income is not None else state.monthly_budget  # an income makes a budget of its own
            budget = str(request.monthly_budget) if request.monthly_budget is not None else budget
            price = str(request.price) if request.price is not None else (None if request.about else state.plan_price)
            return replace(
                state,
                plan=request.terms,
                plan_kind=request.kind,
                calculation=replace(request, question=request.question[:500]),
                plan_price=price,
                monthly_budget=budget,
            )
        case InfoRequest():
            return replace(state, last_question=request.question[:500])
        case ConciergeRequest(intent=Intent.LANGUAGE, language=language) if language is not None:
            return replace(state, language=language, language_fixed=True)
        case ConciergeRequest(name=name) if name:
            return replace(state, name=name)
        case CatalogRequest() | ConciergeRequest():
            return state


def _learn_finding(state: DialogueState, finding: Finding) -> DialogueState:
    match finding:
        case PassagesFound(passages=passages) | FinancingRules(passages=passages) | NotKnown(passages=passages):
            return replace(state, last_sources=tuple(dict.fromkeys(p.source for p in passages)))
        case BranchesFound(branches=branches):
            few = len(branches) <= _FEW_BRANCHES
            return replace(
                state, last_sources=tuple(f"branches#{b.branch_id}" for b in branches) if few else ("branches",)
            )
        case AppointmentFinding():
            return _of_visit(state, finding)
        case SaleFinding(status=status, draft=draft):
            left = status == "dropped"
            if draft.trade_in and draft.value is not None:
                state = replace(state, plan=replace(state.plan, trade_in=draft.value))
            return replace(state, sale=None if left else draft, name=draft.name or state.name)
        case HandoffFinding(status=status):
            return _of_people(state, status)
        case Declined(intent=Intent.MANIPULATION, subject=subject):
            return replace(state, declined=subject)
        case RatingFinding(stars=int()):
            return replace(state, rated=True)
        case Talked(intent=Intent.RESET):
            return DialogueState(
                language=state.language, language_fixed=state.language_fixed, turns=state.turns, name=state.name,
                appointment=state.appointment, last_intent=Intent.RESET, question=finding.question,
            )  # fmt: skip
        case NotUnderstood(times=times):
            return replace(state, misunderstood=times)
        case _:
            return _learn_cars(state, finding)


def _of_visit(state: DialogueState, finding: AppointmentFinding) -> DialogueState:
    """The state after an appointment was spoken of: the one that is meant from now on."""
    if finding.status in ("which", "listed"):
        return state
    name = finding.draft.name or state.name
    if finding.status == "cancelled":
        state = replace(state, given_up=state.appointment)
    elif finding.status in ("booked", "changed", "kept"):
        state = replace(state, given_up=None)
    if finding.status == "cancelled" and finding.standing:
        return replace(state, appointment=finding.standing[0], name=name)
    if finding.also:
        state = replace(state, focus=finding.also[-1].stock_id)
    gone = finding.status in ("cancelled", "dropped", "none")
    return replace(state, appointment=None if gone else finding.draft, name=name)


def _of_people(state: DialogueState, status: str) -> DialogueState:
    """The state after a person was called, refused or left again."""
    match status:
        case "made":
            return replace(state, handoff="waiting", without_person=False)
        case "refused":
            return replace(state, without_person=True)
        case "left":
            return replace(state, handoff=None)
        case _:
            return state


def _months_quoted(state: DialogueState, quotes: Sequence[QuoteFact]) -> tuple[int, ...]:
    """The terms of these plans, then those of the plans before for the same car or amount."""
    same = quotes[0].stock_id in (None, state.focus)
    months = tuple(quote.months for quote in quotes)
    return tuple(dict.fromkeys((*months, *(state.months_quoted if same else ()))))[:_MOST_TERMS]


def _learn_cars(state: DialogueState, finding: Finding) -> DialogueState:
    match finding:
        case CarsFound():
            return _listed(state, finding)
        case Calculated(cars=CarsFound() as found):
            return _listed(state, found)
        case StockAnalysed(cars=cars):
            criteria = _ordered_by(finding)
            if not criteria.empty:  # "¿cuántas SUV tienen?" is what "muéstramelas" goes on with
                state = replace(state, criteria=criteria, offset=0)
            return _shown(state, cars) if cars else state
        case CarsCompared(cars=cars):
            return _shown(state, cars)
        case CarDescribed(car=car):
            return replace(_focused(state, car), plan_price=None)  # a plan asked for now is for this car
        case PlanQuoted(car=car) | Calculated(car=car) if car is not None:
            return replace(_focused(state, car), plan_price=None)
        case CarGone(alternatives=cars):
            return replace(_shown(state, cars), focus=None) if cars else replace(state, focus=None)
        case _:
            return state


def _ordered_by(found: StockAnalysed) -> CarCriteria:
    """What a figure was asked of; of the one car at an end of a column, in that order: "¿y automático?" goes on."""
    if found.metric not in (Metric.MIN, Metric.MAX) or found.column is None or len(found.cars) != 1:
        return found.criteria
    return replace(found.criteria, order=Order(found.column, descending=found.metric is Metric.MAX))


def _listed(state: DialogueState, found: CarsFound) -> DialogueState:
    if found.exhausted or not found.cars:
        return replace(state, criteria=found.criteria, total=found.total)
    state = _shown(state, found.cars)
    in_force: CarCriteria = found.criteria
    return replace(state, criteria=in_force, offset=found.offset, total=found.total)


def _shown(state: DialogueState, cars: tuple[CarFacts, ...]) -> DialogueState:
    shown, seen = state.with_shown(tuple(CarMention.of(car) for car in cars))
    if len(shown) == 1:
        return replace(state, shown=shown, seen=seen, focus=shown[0].stock_id, plan_price=None)
    return replace(state, shown=shown, seen=seen, focus=None)


def _focused(state: DialogueState, car: CarFacts) -> DialogueState:
    """The car is spoken of; the list it came from stays, so that "the third" still means the third."""
    if any(mention.stock_id == car.stock_id for mention in state.shown):
        return replace(state, focus=car.stock_id)
    seen = (CarMention.of(car), *(m for m in state.seen if m.stock_id != car.stock_id))
    if not state.shown:
        return replace(state, shown=seen[:1], seen=seen[1:], focus=car.stock_id)
    return replace(state, seen=seen[:20], focus=car.stock_id)
