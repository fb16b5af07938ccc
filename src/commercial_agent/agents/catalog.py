"""The catalogue agent: a seller who knows every car in stock and says plainly what the table does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commercial_agent.agents.analysing import analyse
from commercial_agent.agents.attributes import answers_for, fields_asked
from commercial_agent.agents.beyond import beyond
from commercial_agent.agents.cars import PAGE, facts_of, page_of, search
from commercial_agent.agents.comparing import MOST, differences, near_to, recommended, winners
from commercial_agent.agents.criteria import near_wish, not_stocked, query_of, sort_of, stocked_only
from commercial_agent.agents.narrowing import narrowing_question
from commercial_agent.agents.pointing import Pointed, car_gone, find_pointed, not_clear
from commercial_agent.catalog import Car, Catalog, LiveCatalog
from commercial_agent.conversation.cars import CarCriteria, CarFacts, CarReference, Origin, resolve
from commercial_agent.conversation.findings import (
    CarDescribed,
    CarsCompared,
    CarsFound,
    Finding,
    PlanNeeds,
    Relaxation,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import Analysis, CatalogRequest, FinanceKind, Metric
from commercial_agent.conversation.state import Ask, DialogueState, Question


class CatalogAgent:
    """Answers what is about the stock."""

    def __init__(self, stock: LiveCatalog) -> None:
        """Make the agent.

        Args:
            stock: the live catalogue; each answer keeps to the one in force when it began.
        """
        self._stock = stock

    async def answer(self, request: CatalogRequest, state: DialogueState, now: datetime) -> Finding:
        """Answer one request.

        Args:
            request: what is wanted, earlier filters already merged.
            state: the conversation so far.
            now: the present moment (unused: the stock is as it is).

        Returns:
            Cars, one car's facts, a comparison, figures, or why the car meant cannot be told.
        """
        catalog = self._stock.current
        if request.foreign and not request.criteria.price:
            return PlanNeeds(FinanceKind.MAX_PRICE, "pesos", Question(Ask.BUDGET))
        if request.vague:
            return _which_kind(catalog, request)
        match request.intent:
            case Intent.DETAIL:
                return _detail(catalog, request, state)
            case Intent.COMPARE:
                return _compare(catalog, request, state)
            case Intent.ANALYSE:
                analysis = request.analysis or Analysis(Metric.COUNT)
                return analyse(catalog, analysis, request.criteria)
            case Intent.RECOMMEND:
                return _recommend(catalog, request, state)
            case Intent.MORE:
                return _more(catalog, request, state)
            case _:
                return _search(catalog, request, state)


# --- Searching -------------------------------------------------------------------------------------------------------


def _search(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Finding:
    if request.similar:
        return _similar(catalog, request, state)
    if request.relative:
        return _relative(catalog, request, state)
    found = _page(catalog, request, near_wish(request.criteria), request.offset)
    if request.preferred and (found.relaxed or found.not_stocked):
        found = _of_other_names(catalog, request) or found
    return _counted(asked(catalog, _said_once(found, state)), request)


def _said_once(found: CarsFound, state: DialogueState) -> CarsFound:
    """The finding without what no column tells and was said so of the search in force."""
    told = state.criteria.not_in_data if state.shown else ()
    return replace(found, not_in_data=tuple(wish for wish in found.not_in_data if wish not in told))


def _of_other_names(catalog: Catalog, request: CatalogRequest) -> CarsFound | None:
    """`de preferencia nissan`, and none fits: the cars of other names that do, before any other wish gives way."""
    others = _page(catalog, request, near_wish(request.criteria.without("makes", "models")))
    if not others.cars:
        return None
    field = "models" if request.criteria.models else "makes"
    steps = (Relaxation(field, dropped=True), *others.relaxed)
    return replace(others, criteria=request.criteria, relaxed=steps, used=others.used or others.criteria)


def _which_kind(catalog: Catalog, request: CatalogRequest) -> CarsFound:
    """No page of the whole stock where no wish was understood: the question that narrows it most."""
    found = asked(catalog, search(catalog, request.criteria))
    asks = found.question is not None and found.question.ask is Ask.NARROW
    return replace(found, cars=()) if asks else found


def _page(catalog: Catalog, request: CatalogRequest, criteria: CarCriteria, offset: int = 0) -> CarsFound:
    """As many of the cars that fit as were asked for."""
    return search(catalog, criteria, max(offset, 0), page_of(request.count))


def _counted(found: CarsFound, request: CatalogRequest) -> CarsFound:
    """The finding with a word where more cars were asked for than are shown at a time."""
    return replace(found, most=(request.count or 0) > PAGE and found.total - found.offset > PAGE)


def _more(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Finding:
    offset = request.offset
    if offset <= 0 and state.shown:
        offset = state.offset + PAGE
    found = _page(catalog, request, request.criteria, offset)
    shown = {mention.stock_id for mention in state.shown}
    if any(car.stock_id in shown for car in found.cars):  # the last list was no page of this search
        found = _without(catalog, request.criteria, shown, page_of(request.count)) or found
    return _counted(asked(catalog, found), request)


def _without(catalog: Catalog, criteria: CarCriteria, shown: set[str], page: int) -> CarsFound | None:
    """The first page of a search that has none of the cars just shown."""
    cars: tuple[CarFacts, ...] = ()
    found = search(catalog, criteria)
    for offset in range(0, found.total, PAGE):
        cars += tuple(car for car in search(catalog, criteria, offset).cars if car.stock_id not in shown)
        if len(cars) >= page:
            return replace(found, cars=cars[:page])
    return replace(found, cars=cars) if cars else None


def asked(catalog: Catalog, found: CarsFound) -> CarsFound:
    """The finding with the question that moves the sale on."""
    left = found.total - found.offset - len(found.cars)
    used = found.used or stocked_only(found.criteria, catalog)
    if not found.cars:
        question: Question | None = Question(Ask.OPEN)
    elif len(found.cars) == 1 and found.total == 1:
        question = Question(Ask.QUOTE)
    elif found.relaxed or left <= 0:
        question = Question(Ask.WHICH_CAR)
    elif found.offset or found.total <= 2 * PAGE:
        question = Question(Ask.MORE_CARS)
    else:
        question = narrowing_question(catalog, used) or Question(Ask.MORE_CARS)
    return replace(found, question=question)


def _similar(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Finding:
    """Cars like the one meant, with whatever else is wished of them."""
    pointed = find_pointed(catalog, request.about, state)
    if not pointed.cars and request.criteria.models and not request.about:
        return asked(catalog, search(catalog, request.criteria, request.offset))  # "un HB20 o algo parecido"
    if not pointed.cars:
        return _cannot_point(catalog, pointed, state)
    model = pointed.cars[0]
    wishes = request.criteria
    if model.model_key in wishes.models:
        wishes = replace(wishes, models=tuple(key for key in wishes.models if key != model.model_key))
    wishes = beyond(wishes, request, pointed.cars[:1])
    stocked = stocked_only(wishes, catalog)
    plan = replace(query_of(stocked, PAGE, request.offset), near=model.stock_id, order=())
    found = catalog.run(plan)
    if not found.total:
        return asked(catalog, search(catalog, wishes, request.offset))
    cars = tuple(map(facts_of, found.cars))
    result = CarsFound(
        criteria=wishes,
        cars=cars,
        total=found.total,
        offset=request.offset,
        not_stocked=not_stocked(wishes, catalog),
        not_in_data=wishes.not_in_data,
        reasons=tuple((car.stock_id, "similar") for car in cars),
        exhausted=request.offset >= found.total,
        question=Question(Ask.WHICH_CAR),
    )
    return result


def _relative(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Finding:
    """Cheaper, newer, bigger than what is meant; without any car in sight simply in that order."""
    about = request.about
    pointed = find_pointed(catalog, about, state) if about or state.focus else Pointed()
    cars = pointed.cars
    if not cars and not about:
        cars = tuple(car for car in (catalog.get(mention.stock_id) for mention in state.shown) if car is not None)
    if not cars:
        if about and pointed.gone:
            return car_gone(catalog, pointed.gone[0], state)
        order = next((order for order in request.relative if sort_of(order)), None)
        return asked(catalog, _page(catalog, request, replace(request.criteria, order=order), request.offset))
    if not about or about.shown:  # "¿no tienes civics más nuevos?" beside other cars: newer than the Civics
        cars = tuple(car for car in cars if car.model_key in request.criteria.models) or cars
    criteria = beyond(request.criteria, request, cars)
    bodies = {car.body_style for car in cars}
    if request.criteria.empty and len(bodies) == 1 and cars[0].body_style:
        criteria = replace(criteria, body_styles=(cars[0].body_style,))
    return _counted(asked(catalog, _page(catalog, request, criteria, request.offset)), request)


def _recommend(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Finding:
    """Which one to take, with reasons: among the cars meant or shown, else among those that fit."""
    pointed = find_pointed(catalog, request.about, state) if request.about else Pointed()
    cars = pointed.cars
    unchanged = request.criteria.empty or request.criteria == state.criteria
    if len(cars) < 2 and not request.about and unchanged:
        cars = tuple(car for car in (catalog.get(mention.stock_id) for mention in state.shown) if car is not None)
    if len(cars) >= 2:
        facts, reasons = recommended(catalog, cars[:MOST])
        best = facts[: page_of(request.count)]
        return CarsFound(
            request.criteria, best, len(facts), not_in_data=request.criteria.not_in_data,
            reasons=tuple(reason for reason in reasons if reason[0] in {car.stock_id for car in best}),
            question=Question(Ask.QUOTE),
        )  # fmt: skip
    found = search(catalog, request.criteria, request.offset)
    chosen = [car for car in (catalog.get(fact.stock_id) for fact in found.cars) if car is not None]
    if len(chosen) > 1 and found.criteria.order is None and not found.relaxed:
        facts, reasons = recommended(catalog, chosen)
        best = facts[: page_of(request.count)]
        ids = {car.stock_id for car in best}
        found = replace(found, cars=best, reasons=tuple(reason for reason in reasons if reason[0] in ids))
    elif request.count is not None:
        found = replace(found, cars=found.cars[: page_of(request.count)])
    return _counted(asked(catalog, found), request)


# --- One car ---------------------------------------------------------------------------------------------------------


def _detail(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Finding:
    pointed = _best_of_few(catalog, request, state) or find_pointed(catalog, request.about, state)
    if not pointed.cars:
        return _of_none(catalog, request, state) or _cannot_point(catalog, pointed, state)
    if pointed.matches > 1 and request.about.order is None:
        assert pointed.named is not None
        found = asked(catalog, search(catalog, pointed.named))
        untold = tuple(dict.fromkeys((*found.not_in_data, *_untold(pointed.cars[:1], request.attributes))))
        return replace(found, question=Question(Ask.WHICH_CAR), not_in_data=untold)
    if len(pointed.cars) > 1:
        return _side_by_side(catalog, pointed.cars[:MOST], request.attributes)
    car = facts_of(pointed.cars[0])
    answers = answers_for(car, request.attributes, request.criteria.length_mm.high)
    unknown = bool(answers) and all(answer.origin is Origin.UNKNOWN for answer in answers)
    return CarDescribed(car, answers, Question(Ask.HUMAN if unknown else Ask.QUOTE))


def _untold(cars: tuple[Car, ...], attributes: tuple[str, ...]) -> tuple[str, ...]:
    """What is asked for and the listing of none of the cars tells."""
    answers = [answer for car in cars for answer in answers_for(facts_of(car), attributes)]
    told = {answer.name for answer in answers if answer.origin is not Origin.UNKNOWN}
    return tuple(dict.fromkeys(answer.name for answer in answers if answer.name not in told))


def _all_untold(cars: tuple[Car, ...], attributes: tuple[str, ...]) -> bool:
    return bool(attributes) and len(_untold(cars, attributes)) == len(answers_for(facts_of(cars[0]), attributes))


def _best_of_few(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Pointed | None:
    """Of "4 Corollas" the cheapest, though three are in sight: all of them were announced."""
    order = request.about.order
    if order is None or request.about.criteria is not None or not len(state.shown) < state.total <= 2 * PAGE:
        return None
    found = catalog.run(query_of(stocked_only(replace(state.criteria, order=order), catalog), 1))
    return Pointed(found.cars) if found.total == state.total else None


def _of_none(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Finding | None:
    """What no listing says needs no choice among the cars shown: it is unknown of each."""
    first = catalog.get(state.shown[0].stock_id) if state.shown and not request.about else None
    if first is None or not request.attributes:
        return None
    answers = answers_for(facts_of(first), request.attributes)
    if not all(answer.origin is Origin.UNKNOWN for answer in answers):
        return None
    shown = tuple(car for mention in state.shown[:MOST] if (car := catalog.get(mention.stock_id)) is not None)
    if len(shown) > 1:
        return _side_by_side(catalog, shown, request.attributes)
    return CarDescribed(facts_of(first), answers, Question(Ask.HUMAN))


def _cannot_point(catalog: Catalog, pointed: Pointed, state: DialogueState) -> Finding:
    if pointed.gone:
        return car_gone(catalog, pointed.gone[0], state)
    if pointed.named is not None:
        return asked(catalog, search(catalog, pointed.named))
    return not_clear(state)


# --- Several cars ----------------------------------------------------------------------------------------------------


def _compare(catalog: Catalog, request: CatalogRequest, state: DialogueState) -> Finding:
    cars, missing = _to_compare(catalog, request, state)
    if len(cars) >= 2:
        return replace(_side_by_side(catalog, cars[:MOST], request.attributes), not_stocked=missing)
    if missing:
        found = search(catalog, _names_of(request))
        untold = _untold(cars, request.attributes)
        return replace(asked(catalog, found), not_stocked=missing, not_in_data=untold)
    if cars and _all_untold(cars, request.attributes):
        facts = facts_of(cars[0])
        return CarDescribed(facts, answers_for(facts, request.attributes), Question(Ask.WHICH_CAR))
    pointed = find_pointed(catalog, request.about, state)
    if pointed.gone:
        return car_gone(catalog, pointed.gone[0], state)
    return not_clear(state)


def _to_compare(
    catalog: Catalog, request: CatalogRequest, state: DialogueState
) -> tuple[tuple[Car, ...], tuple[str, ...]]:
    """The cars to put side by side: one for each name, those pointed at, or all of the last list."""
    names = _names_of(request)
    missing = not_stocked(names, catalog)
    pointed = find_pointed(catalog, request.about, state).cars if request.about and not request.about.criteria else ()
    cars = {car.stock_id: car for car in pointed}
    wanted = [CarCriteria(models=(model,)) for model in names.models]
    covered = {model.partition("/")[0] for model in names.models}
    wanted += [CarCriteria(makes=(make,)) for make in names.makes if make not in covered]
    for name in wanted:
        car = _one_of_name(catalog, name, names, state)
        if car is not None:
            cars.setdefault(car.stock_id, car)
    if len(cars) == 1 and len(wanted) == 1 and not missing:  # two of the same name, or against the one in focus
        other = catalog.get(state.focus) if state.focus else None
        if other is not None:
            cars.setdefault(other.stock_id, other)
        if len(cars) == 1:
            more = catalog.run(query_of(names.overridden_by(wanted[0]), 2)).cars
            cars |= {car.stock_id: car for car in more}
    if not cars and not wanted and len(state.shown) >= 2:
        shown = (catalog.get(mention.stock_id) for mention in state.shown[:MOST])
        cars = {car.stock_id: car for car in shown if car is not None}
    return tuple(cars.values()), missing


def _names_of(request: CatalogRequest) -> CarCriteria:
    named = request.about.criteria
    if named is None or not (named.models or named.makes):
        return request.criteria
    return replace(named, order=request.about.order or named.order)


def _one_of_name(catalog: Catalog, name: CarCriteria, names: CarCriteria, state: DialogueState) -> Car | None:
    """The car of that name that was shown and fits what else is asked, else the best of the stock that does."""
    whole = replace(names, makes=name.makes, models=name.models)
    if names.order is None:
        for criteria in (whole, name):
            told = resolve(CarReference(criteria=criteria), state.shown, state.seen, None)
            if (car := next((car for car in map(catalog.get, told) if car is not None), None)) is not None:
                return car
            if criteria is whole and whole != name and (found := catalog.run(query_of(whole, 1)).cars):
                return found[0]
    for criteria in (whole, replace(name, order=names.order)):
        if found := catalog.run(query_of(criteria, 1)).cars:
            return found[0]
    return None


def _side_by_side(catalog: Catalog, cars: tuple[Car, ...], asked_for: tuple[str, ...]) -> CarsCompared:
    facts: tuple[CarFacts, ...] = tuple(map(facts_of, cars))
    untold, told, ahead = _untold(cars, asked_for), differences(facts, asked_for), winners(catalog, facts)
    near = near_to(facts, untold)
    if only := fields_asked(asked_for):
        told, ahead = only, tuple(first for first in ahead if first[0] in (*only, *asked_for))
    elif untold and set(asked_for) <= {*untold, *near}:
        told, ahead = near, tuple(first for first in ahead if first[0] in near)
    return CarsCompared(facts, told, ahead, not_in_data=untold, question=Question(Ask.WHICH_CAR))
