"""Requests about the stock.

A search **starts afresh** when the message says so ("ahora busco"), or names a make, model or body with a verb of
wanting; otherwise it **refines**: each field said replaces the old one ("mejor automático"), fields not said stay,
exclusions add up. What is taken back ("quita el precio") is dropped.
"""

from __future__ import annotations

from dataclasses import replace

from commercial_agent.conversation.cars import CarCriteria, CarReference, Order, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest
from commercial_agent.conversation.state import Ask
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.criteria import names_cars, refined, removed_fields, to_criteria
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.about import about, is_trait, is_trait_named
from commercial_agent.understanding.tracking.analysis import analyse, best_of_shown, names_unmet
from commercial_agent.understanding.tracking.compared import by_years, each_named, of_the_shown, with_named
from commercial_agent.understanding.tracking.context import Context
from commercial_agent.understanding.tracking.how_many import cars_wanted
from commercial_agent.understanding.tracking.in_force import BUDGETS, in_force
from commercial_agent.understanding.tracking.pleasing import asks_where, at_that_price, pleasing_car, second_best
from commercial_agent.understanding.tracking.residue import residue

_LINKS = frozenset({
    "al", "a", "el", "la", "los", "las", "que", "than", "the", "to", "o", "ao", "do", "da", "un", "una", "uno", "um",
    "uma", "de", "del", "com", "con", "como", "like", "an", "igual", "ese", "esa", "este", "esta", "esse", "essa",
    "that", "this",
})  # fmt: skip
_LINKS_APART = 3
_ANY_OF = frozenset({"any", "anything", "whatever", "cualquier", "cualquiera", "qualquer"})
_OF_THE_MODEL = frozenset({"length_mm", "width_mm", "height_mm", "seats"})  # alike in all of its cars
_MUCH = 2  # words of a search beside what was read of it
_LIKE = (["como"], ["like"], ["tipo"], ["estilo"])
_LINKS_REACH = 40  # characters
_CLOSED = frozenset({
    "asi", "assim", "that", "this", "those", "these", "it", "them", "one", "ese", "esa", "este", "esta",
    "esos", "esas", "estos", "estas", "esse", "essa", "lines", "estilo",
})  # fmt: skip
_OF_THE_SAME = (["en"], ["version"], ["em"], ["versao"], ["in"], ["el"], ["la"], ["the"])  # "¿y el sedán?"
_PURE = frozenset({"puro", "puros", "pura", "puras", "solo", "solamente", "nomas", "unicamente", "only", "just"})
_ADD = frozenset({
    "tambien", "also", "tambem", "o", "or", "ou", "add", "agrega", "agregale", "agregame", "sumale", "incluye",
    "incluyele", "incluyeme", "anade", "anadele", "include",
})  # fmt: skip
_SO = frozenset({"asi", "assim"})
_NO_LIKENESS = frozenset({"que", "es", "esta", "de", "queda", "quedo", "como", "fica", "mismo", "nomas", "dejalo"})
_ASKED = {"transmission": "transmission", "fuel": "fuel", "drive": "drive", "body_style": "body_style",
          "seats": "seats", "doors": "doors", "engine_litres": "engine_litres"}  # fmt: skip


def catalog_request(context: Context) -> CatalogRequest:
    """The request of a catalogue intent."""
    match context.intent:
        case Intent.DETAIL:
            return _detail(context)
        case Intent.COMPARE:
            return _compare(context)
        case Intent.ANALYSE:
            return analyse(context)
        case Intent.MORE:
            return more(context)
        case _:
            return _search(context)


def more(context: Context) -> CatalogRequest:
    """The next page of the search in force; a new wish in the same words refines it instead."""
    if context.asks_of_cars or context.has("remove", "relative", "similar"):
        return _search(replace(context, intent=Intent.REFINE))
    state = context.state
    offset = state.offset + len(state.shown) if state.shown else 0
    return CatalogRequest(Intent.MORE, state.criteria, offset=offset, count=cars_wanted(context), text=context.text)


def _search(context: Context) -> CatalogRequest:
    if second_best(context):
        order = context.first("order") or context.first("relative")
        criteria = replace(context.state.criteria.without("order"), order=order)
        return CatalogRequest(Intent.SEARCH, criteria, offset=1, count=1, text=context.text)
    relative = tuple(entity.value for entity in context.all("relative"))
    similar = context.has("similar") or _like_one(context)
    shown = bool(context.state.shown)
    wanted = to_criteria(_those_alone(context))
    if relative and not shown:
        wanted = replace(wanted, order=wanted.order or relative[0])
        relative = ()
    subject = CarReference()
    if similar and not wanted.empty and context.state.focus is None and not _likened(context):
        similar = False  # "algo eléctrico o híbrido parecido": the wishes say what it is
    if relative or similar:
        subject, wanted = _beside(context, wanted)
    relative = tuple(order for order in relative if not _limit_said(order, wanted))
    criteria = at_that_price(context, criteria_in_force(context, wanted))
    if relative:
        criteria = _loosened(criteria, relative)
    intent = context.intent
    if intent is Intent.REFINE and context.state.criteria.empty and not relative and not similar:
        intent = Intent.SEARCH
    return CatalogRequest(
        intent, criteria, subject, relative=relative, similar=similar, vague=_is_vague(context, criteria),
        foreign=context.has("foreign"), preferred=names_cars(wanted) and context.says("preferably"),
        count=cars_wanted(context), text=context.text,
    )  # fmt: skip


def _those_alone(context: Context) -> tuple[Entity, ...]:
    """`en caja abierta se moja todo, mejor puras vans`: of the bodies named the one that is to be alone."""
    bodies = context.all("body_style")
    alone = {entity.start for entity in bodies if not _PURE.isdisjoint(context.before(entity))}
    return tuple(e for e in context.asks_of_cars if not alone or e.kind != "body_style" or e.start in alone)


def _limit_said(order: Order, wanted: CarCriteria) -> bool:
    """`más barato, hasta 300`, `menos viejo, 2018 o más`: the limit that is named is the one that is meant."""
    bounds = getattr(wanted, order.column, None)
    if not isinstance(bounds, Range):
        return False
    return (bounds.low if order.descending else bounds.high) is not None


def _is_vague(context: Context, criteria: CarCriteria) -> bool:
    """`me urge un carro para el diario, ¿cuál me recomiendas?`: much is said, and no wish for a car understood."""
    if not criteria.without("not_in_data").empty or context.has("relative", "similar", "reference", "remove", "told"):
        return False
    if context.intent is Intent.RECOMMEND and context.state.shown:
        return False
    asks_for_list = any(context.says(name) for name in ("show_verb", "stock_verb", "whole_stock"))
    return residue(context) >= _MUCH and not asks_for_list


def _like_one(context: Context) -> bool:
    """`como el primero pero más barato`, `like the second one`: a car pointed at is what others should be like."""
    return any(context.before(e)[-1:] in _LIKE for e in context.all("reference") if e.value.ordinals or e.value.focus)


def _likened(context: Context) -> bool:
    """Whether a car is named to which another is likened."""
    spoken_of = len(context.state.shown) == 1 or bool(context.state.shown and context.state.criteria.models)
    return context.has("reference", "stock_id") or bool(_compared_with(context)) or spoken_of


def _compared_with(context: Context) -> tuple[Entity, ...]:
    """The names behind a comparison: "más barato que el jetta", "like a Civic"; not "one like that from Nissan"."""
    marks = [e.end for e in context.all("relative", "similar") if Scan(f". {e.text}").words[-1] not in _CLOSED]
    names = [entity for entity in context.entities if entity.kind in ("make", "model", "year", "trim")]
    behind: list[Entity] = []
    for name in names:
        for mark in (*marks, *(entity.end for entity in behind)):
            if not 0 <= name.start - mark <= _LINKS_REACH:
                continue
            between = Scan(context.whole[mark : name.start]).words
            if len(between) <= _LINKS_APART and all(word in _LINKS for word in between):
                behind.append(name)
                break
    return tuple(behind) if any(entity.kind in ("make", "model") for entity in behind) else ()


def _beside(context: Context, wanted: CarCriteria) -> tuple[CarReference, CarCriteria]:
    """For "like the second but cheaper", "más barato que el jetta": the car compared with is no wish."""
    if compared := _compared_with(context):
        named = to_criteria(compared)
        return CarReference(criteria=named), wanted.without(*(named.named() - {"order"}))
    subject = about(replace(context, entities=context.all("reference", "stock_id", "told"), earlier=None))
    if not subject and context.state.shown:
        subject = CarReference(shown=True)
    return subject, wanted


def _loosened(criteria: CarCriteria, relative: tuple[Order, ...]) -> CarCriteria:
    """An order in force gives way to a comparison of the same column: "más barato" to "el más barato"."""
    order = criteria.order
    same = order is not None and any(other.column == order.column for other in relative)
    return replace(criteria, order=None) if same else criteria


def criteria_in_force(context: Context, wanted: CarCriteria) -> CarCriteria:
    """The criteria after this segment: fresh, refined or corrected."""
    removed = removed_fields(context.entities)
    if _any_of_kind(context, wanted):
        removed = (*removed, "makes", "models", "origins", "version_words", *(("year",) if _has_model(context) else ()))
    keeps = context.has("body_style") and (
        _leans_on(context) or _same_in_another_body(context, wanted) or _insists(context) or _tells_the_kind(context)
    )
    if (names_unmet(context, wanted) and not keeps) or _size_of_another(context, wanted):
        removed = (*removed, "makes", "models", "version_words")
    if starts_afresh(context, wanted) and not wanted.not_models:
        return wanted
    if _names_what_is_in_force(context, wanted):
        wanted = wanted.without("makes")
    adds = names_cars(wanted) and _adds(context)
    if wanted.not_models and not context.state.criteria.models and (others := _others_shown(context, wanted)):
        wanted = replace(wanted, models=others)
    return refined(_order_kept(context, wanted), wanted, removed, adds=adds, keeps_models=keeps)


def _order_kept(context: Context, wanted: CarCriteria) -> CarCriteria:
    """The criteria in force; without their order where another car is asked for by a wish of its own."""
    old = context.state.criteria
    asks = context.says("search_verb") or context.says("stock_verb")
    some = context.says("something") or context.says("car_noun") or bool(wanted.body_styles)
    goes_on = context.says_first("refine_words") or context.says("correction") or context.says_first("and_too")
    anew = asks and some and not goes_on and not context.has("reference", "relative", "similar", "remove")
    return old.without("order") if anew and not wanted.without("order").empty else old


def _others_shown(context: Context, wanted: CarCriteria) -> tuple[str, ...]:
    """`el León ya no` after a comparison: the other models of it; none where the one left out was not among them."""
    keys = tuple(dict.fromkeys(f"{car.make}/{car.model}" for car in context.state.shown))
    left = tuple(key for key in keys if key not in wanted.not_models)
    return left if context.state.last_intent is Intent.COMPARE and len(left) < len(keys) else ()


def starts_afresh(context: Context, wanted: CarCriteria) -> bool:
    """Whether a search forgets the one before. The rules, in order:

    nothing in force: yes; said so: yes; taking back or excluding: no; a correction or an addition: no; a make, model or
    body with a verb of wanting and no word of refining: yes; a model where one was in force under another body: yes;
    a SEARCH that names cars or asks three things at once: yes; else no.
    """
    old = context.state.criteria
    if context.says("same_budget") and old.price:
        return False
    if old.empty or (context.says("new_search") and not context.says("adjust")):
        return True
    if context.earlier not in (None, old) and (wanted.body_styles or names_cars(wanted)):
        own = context.earlier is not None and (bool(context.earlier.body_styles) or names_cars(context.earlier))
        return own and not _adds_only_names(context, wanted)  # "hatchbacks de menos de 180 y sedanes de menos de 250"
    if context.has("remove", "not_make", "not_model", "not_origin", "not_body_style", "relative", "similar"):
        return False
    if context.intent is Intent.REFINE or context.says("correction") or (context.says("adds") and names_cars(wanted)):
        return False
    if any(entity.value.shown for entity in context.all("reference")) or _leans_on(context):
        return False  # "hay de esos en kia?", "¿y jetta?"
    if _tells_the_kind(context) or _names_what_is_in_force(context, wanted):
        return False
    if _such(context) or _within_budget(context, wanted):
        return False
    if old.models and _same_in_another_body(context, wanted):
        return False
    names = names_cars(wanted) or bool(wanted.body_styles)
    if names and context.says("search_verb"):
        return not (wanted.body_styles and not names_cars(wanted) and context.says("refine_words") and not old.models)
    if context.says("refine_words"):
        return False
    return names_cars(wanted) or len(wanted.named()) >= 3


def _names_what_is_in_force(context: Context, wanted: CarCriteria) -> bool:
    """`el mazda que sea automático`, `mazda: automático` while Mazda 3 are looked for: the same by a shorter name."""
    models = context.state.criteria.models
    if not wanted.makes or wanted.models or not models:
        return False
    articled = all(is_trait_named(context, entity) or _is_topic(context, entity) for entity in context.all("make"))
    return articled and {key.partition("/")[0] for key in models} <= set(wanted.makes)


def _within_budget(context: Context, wanted: CarCriteria) -> bool:
    """`¿cuáles suv hay ahí?` after what a budget reaches: of the cars it reaches."""
    reached = in_force(context.state) in BUDGETS and bool(context.state.criteria.price)
    return reached and not wanted.price and not names_cars(wanted)


def _such(context: Context) -> bool:
    """`kia así, ¿tienes?`, `lo mismo pero en mazda`: with the wishes in force."""
    words = context.scan.words
    so = any(word in _SO and context.scan.word(at + 1) not in _NO_LIKENESS for at, word in enumerate(words))
    return so or context.says("such")


def _is_topic(context: Context, entity: Entity) -> bool:
    """Whether a name only says what the rest is about: "mazda: automático"."""
    return context.whole[entity.end : entity.end + 2].lstrip()[:1] == ":"


def _adds_only_names(context: Context, wanted: CarCriteria) -> bool:
    """`… y también un kia`: another name, nothing of its own asked of it."""
    return _adds(context) and wanted.named() <= {"makes", "models", "body_styles"}


def _leans_on(context: Context) -> bool:
    """`¿y jetta?`: a bare name behind "and" keeps the other wishes."""
    return context.says_first("and_too") and residue(context) <= 1


def _same_in_another_body(context: Context, wanted: CarCriteria) -> bool:
    """`pero en versión sedán?`, `¿y el mismo pero sedán?`: the car looked for, in another body."""
    body = next((entity for entity in context.entities if entity.kind == "body_style"), None)
    before = context.before(body) if body is not None else []
    same = before[:1] in _OF_THE_SAME or context.says("same_car")
    return wanted.named() <= {"body_styles"} and same


def _any_of_kind(context: Context, wanted: CarCriteria) -> bool:
    """`anything hybrid under 400k then`, `cualquier sedán`: of that kind whatever its name."""
    if names_cars(wanted) or wanted.origins:
        return False
    kinds = context.all("body_style", "fuel", "segment", "transmission", "price", "drive")
    return any(not _ANY_OF.isdisjoint(context.before(kind, 2)) for kind in kinds)


def _size_of_another(context: Context, wanted: CarCriteria) -> bool:
    """`algo más espacioso` than the Mazda 2 looked for: no model is bigger than itself."""
    columns = {entity.value.column for entity in context.all("relative")}
    return not columns.isdisjoint(_OF_THE_MODEL) and not names_cars(wanted)


def _has_model(context: Context) -> bool:
    return bool(context.state.criteria.models)


def _tells_the_kind(context: Context) -> bool:
    """`SUV, hasta 400 mil, 2019 en adelante` where the kind was asked: the wishes told before hold."""
    question = context.state.question
    asked = question is not None and question.ask is Ask.NARROW and question.attribute == "body_styles"
    return asked and context.has("body_style") and not context.has("make", "model") and not context.says("search_verb")


def _insists(context: Context) -> bool:
    """`I said hatchback only`, `solo hatchback`: of the cars looked for, those in that body."""
    return context.says("insists") and not context.says("search_verb") and not context.says("show_verb")


def _adds(context: Context) -> bool:
    """`también kia`: said at the start, or the name stands alone behind "o"."""
    words = context.scan.words
    return not _ADD.isdisjoint(words[:3]) or (bool(words) and words[-1] in ("tambien", "too", "tambem", "also"))


def _detail(context: Context) -> CatalogRequest:
    asked = [entity.value for entity in context.all("attribute")]
    for entity in context.entities:
        if entity.kind in _ASKED and not is_trait(context, entity):
            asked.append(_ASKED[entity.kind])
        elif entity.kind in ("equipment", "not_in_data") and not is_trait(context, entity):
            asked.append(entity.value)
        elif entity.kind in ("length_mm", "width_mm", "height_mm"):
            asked.append("size")
    best = best_of_shown(context)
    subject = best if best is not None and not best.shown else about(context)
    if (pleasing := pleasing_car(context)) is not None:
        subject, asked = pleasing, [name for name in asked if name != "transmission"]
    order = subject.order or (context.first("order") if subject.shown else None)
    if order is not None and not asked:
        asked += (*_asked_by(context, order), *(("price", "km") if order.column == "year" else ()))
    if asks_where(context) or (context.says("is_at") and context.has("city", "branch") and not asked):
        asked.append("location")
    if "fuel_economy" in asked:
        asked = [name for name in asked if name != "fuel"]  # "rendimiento de gasolina" asks one thing
    space = CarCriteria()
    if context.has("length_mm") and context.says("fits"):
        space = to_criteria(context.all("length_mm"))
        asked = ["fits", *(name if name != "size" else "length_mm" for name in asked)]
    attributes = tuple(dict.fromkeys(asked))
    return CatalogRequest(Intent.DETAIL, space, subject, attributes=attributes, text=context.text)


def _compare(context: Context) -> CatalogRequest:
    few = best_of_shown(context)
    subject = few if few is not None and few.stock_ids else about(context, default=False)
    if subject.criteria is not None and len(subject.criteria.models) + len(subject.criteria.makes) == 1:
        # "¿y contra el civic?" beside the car in focus
        focus = context.state.mention(context.state.focus or "")
        if focus is not None:
            models = tuple(dict.fromkeys((f"{focus.make}/{focus.model}", *subject.criteria.models)))
            subject = CarReference(criteria=replace(subject.criteria, models=models))
    if (told := by_years(context) or each_named(context) or of_the_shown(context, subject)) is not None:
        subject = told
    if len(subject.ordinals) == 1 and (both := with_named(context, subject)) is not None:
        subject = both
    if subject.shown and context.earlier is not None and len(context.earlier.models) > 1:
        subject = CarReference(criteria=context.earlier)  # "Versa o Aveo? ponme los dos lado a lado"
    if not subject:
        subject = CarReference(shown=True) if context.state.shown else CarReference()
    asked = tuple(dict.fromkeys(entity.value for entity in context.all("attribute", "equipment", "not_in_data")))
    order = context.first("order") or context.first("relative")
    if order is not None and not asked and subject.shown:
        asked = _asked_by(context, order)
    return CatalogRequest(Intent.COMPARE, about=subject, attributes=asked, text=context.text)


def _asked_by(context: Context, order: Order) -> tuple[str, ...]:
    """What a superlative asks of a car: of the most powerful its power, of which the engine says a little."""
    if order.column == "engine_litres" and context.says("asks_power"):
        return ("power", "engine_litres")
    return ("size" if order.column == "length_mm" else order.column,)
