"""Which question about the stock is asked, where the label is a neighbouring one.

Details, comparisons, figures and searches are near each other, and the words decide less than what is named:

- two cars side by side are a comparison; one superlative about the list is a look at one of them;
- a superlative behind "which" and a kind of car ("cuál híbrido es el más barato") searches that kind in that order;
- a monthly payment for the best of the list is a plan;
- sorting a list, and wishes in a question about likeness, refine the search.
"""

from __future__ import annotations

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.understanding.criteria import OTHERS, names_cars
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.analysis import (
    asks_no_figure,
    asks_of_several,
    asks_of_stock,
    best_of_shown,
)
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context
from commercial_agent.understanding.tracking.fitting import SAID_OUTRIGHT
from commercial_agent.understanding.tracking.residue import residue

WEAK = frozenset({
    Intent.UNCLEAR, Intent.GREETING, Intent.HELP, Intent.AFFIRM, Intent.DENY, Intent.THANKS, Intent.GOODBYE,
    Intent.INTRODUCE, Intent.OUT_OF_SCOPE,
})  # fmt: skip
LOOSE = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.MORE, Intent.DETAIL, Intent.ANALYSE})
SURE = 0.75  # a label this sure stands unless it cannot be
UNSURE = 0.6  # a label less sure gives way to a car that is named

_OTHER_WISHES = tuple(kind for kind in WISH_KINDS if kind != "equipment")
_OF_THE_DEALER = frozenset(
    {"price", "location", "availability", "pictures", "accidents", "invoice", "plates", "safety"}
)
_OF_CARS = frozenset({Intent.DETAIL, Intent.ANALYSE, Intent.COMPARE, Intent.UNCLEAR})
_STOCK = LOOSE | {Intent.COMPARE}
_OF_PLANS = ("months", "down_amount", "down_percent")
_EITHER = frozenset({"alguno", "alguna", "either", "cual", "which", "algum", "alguma", "qual", "cualquiera", "ambos"})
_CERTAIN = 0.95  # a label of the company this sure stands though a kind of car is named beside
_NOW = frozenset(
    {"ahorita", "ahora", "todavia", "aun", "hoy", "now", "still", "uno", "una", "alguno", "alguna", "ustedes"}
)
_ASKS_WHICH = frozenset({"cual", "cuales", "which", "qual", "quais"})
_KINDS = frozenset({"body_style", "segment", "fuel", "drive", "transmission", "make", "model", "year"})


def searching(context: Context) -> Intent:
    """A search, or the refinement of the one in force."""
    return Intent.SEARCH if context.earlier is None and context.state.criteria.empty else Intent.REFINE


def stock_intent(context: Context) -> Intent | None:
    """The question about the stock that a segment asks; None where its label may stand."""
    intent = context.intent
    if _only_places(context):
        several = len({place for value in context.all("reference") for place in value.value.ordinals}) > 1
        return Intent.COMPARE if several else Intent.DETAIL
    if _which_of_several(context):
        return Intent.COMPARE
    if (
        _wishes_untold(context)
        or _refuses_cars(context)
        or _of_other_names(context)
        or _left_over(context)
        or _wants_a_car(context)
    ):
        return searching(context)
    if _asks_whether_kept(context):
        return Intent.SEARCH if context.has("make", "model") else searching(context)
    if _asks_why(context):
        return Intent.RECOMMEND
    if _best_no_plan(context):
        return Intent.DETAIL
    doubtful = intent is Intent.SOURCE or (intent.agent is Agent.INFO and context.confidence < SURE)
    if intent.agent is Agent.INFO and _asks_bare_attribute(context):
        return Intent.DETAIL
    if intent not in _STOCK | {Intent.UNCLEAR} and not doubtful:
        return Intent.COMPARE if intent in WEAK and compares(context) else None
    if (clear := _of_a_limit(context) or _clear(context)) is not None:
        return clear
    if (best := best_of_shown(context)) is not None:
        return Intent.COMPARE if best.shown else Intent.DETAIL
    if asks_of_stock(context):
        return searching(context) if _lists_cars(context) else Intent.ANALYSE
    return _doubted(context) if doubtful else _neighbour(context)


def _only_places(context: Context) -> bool:
    """`1 y 2`, `la tercera` after a list, under a label that is a guess."""
    if not context.state.shown or context.confidence >= UNSURE or context.intent in SAID_OUTRIGHT:
        return False
    pointed = [entity.kind == "reference" and bool(entity.value.ordinals) for entity in context.entities]
    return bool(pointed) and all(pointed) and residue(context) == 0 and context.intent not in _STOCK


def _wishes_untold(context: Context) -> bool:
    """`tienes algo para silla de ruedas?` under a label that is a guess: a car, by what no column tells."""
    guess = context.intent in WEAK or (context.intent.agent is Agent.INFO and context.confidence < SURE)
    if not guess or context.intent in SAID_OUTRIGHT or not context.has("not_in_data"):
        return False
    some = context.says("something") or context.says("car_noun") or context.has("body_style")
    return some and (context.says("search_verb") or context.says("stock_verb")) and not context.has("reference")


def _wants_a_car(context: Context) -> bool:
    """`necesito un coche para ir a la escuela`: a car is looked for, whatever it is for."""
    if context.intent is not Intent.OUT_OF_SCOPE or context.has("city", "branch", "amount"):
        return False
    return context.says("search_verb") and context.says("something") and "?" not in context.text


def _asks_whether_kept(context: Context) -> bool:
    """`me urge un híbrido, ¿tienen?`, `me gustó un kia rio, ¿todavía hay?` under a label of the company."""
    if context.intent.agent is not Agent.INFO or context.confidence >= _CERTAIN or context.has("city", "branch"):
        return False
    words = [word for word in context.scan.words if word.isalnum() and word not in _NOW]
    kept = bool(words) and context.names("stock_verb", Scan(words[-1]))
    return kept and "?" in context.text and context.has("make", "model", "body_style", "fuel", "transmission", "drive")


def _left_over(context: Context) -> bool:
    """`con lo que sobre de 400, como 187 mil` in a search: what a car may cost, no plan."""
    looking = not context.state.criteria.empty and context.state.plan_kind is None
    return looking and context.says("left_over") and context.has("price") and not context.says("monthly_question")


def _of_other_names(context: Context) -> bool:
    """`¿y de otras marcas?` while a make is looked for: cars of the others, no list of makes."""
    others = any(OTHERS in entity.value for entity in context.all("remove"))
    return others and names_cars(context.state.criteria) and context.intent not in SAID_OUTRIGHT


def _refuses_cars(context: Context) -> bool:
    """`ya sin el león` after a list with a León: it is left out, and no place is asked for."""
    refused = context.has("not_model", "not_make", "not_body_style")
    return context.intent is Intent.BRANCHES and refused and not context.has("city", "branch")


def _asks_why(context: Context) -> bool:
    """`¿y por qué ese?` after a list: the reasons for its cars, no page and no car in particular."""
    last = context.state.last_intent
    why = context.says("why") or "porque" in context.scan.words[:2]
    if not why or len(context.state.shown) < 2 or last is None or last.agent is not Agent.CATALOG:
        return False
    if context.intent in SAID_OUTRIGHT or context.intent.agent is Agent.FINANCE:
        return False
    pointed = context.has("reference") or context.says("you_say")
    elsewhere = (*WISH_KINDS, *_OF_PLANS, "attribute", "order", "relative", "metric", "not_in_data", "year")
    bare = last is Intent.RECOMMEND and not context.entities and residue(context) <= 1
    return bare or (pointed and not context.has(*elsewhere))


def _best_no_plan(context: Context) -> bool:
    """`¿cuál está menos corrida?` under a label of money: one of the list is chosen by a trait, nothing is paid."""
    order = context.first("order")
    if context.intent.agent is not Agent.FINANCE or order is None or order.column == "price":
        return False
    if context.has(*_OF_PLANS, "monthly", "price", "amount") or context.says("monthly_question"):
        return False
    best = best_of_shown(context)
    return best is not None and not best.shown


def _clear(context: Context) -> Intent | None:
    """What the entities alone settle."""
    if context.has("order") and context.says("sort_verb"):
        return searching(context)
    if context.has(*_OF_PLANS) and context.says("monthly_question") and _of_the_list(context):
        return Intent.QUOTE
    if compares(context):
        return Intent.COMPARE
    if context.intent is Intent.COMPARE and context.has("similar") and _cars(context) < 2:
        return searching(context)
    if context.intent is Intent.COMPARE and context.has("relative") and (_beyond_one(context) or _another(context)):
        return searching(context)
    if asks_what_none_says(context):
        return Intent.DETAIL
    if _further_than_one(context):
        return searching(context)
    looks = context.intent in (Intent.DETAIL, Intent.COMPARE)
    if looks and best_of_kind(context):
        return searching(context)
    if looks and (_one_of_kind(context) or _best_sent(context)):
        return searching(context)
    if looks and context.has("order") and not context.state.shown and not context.state.criteria.empty:
        return searching(context)  # "lowest mileage one of them?" after a figure
    return None


def _of_a_limit(context: Context) -> Intent | None:
    """A price or a space spoken of before: cars within the one, whether a car fits the other."""
    if context.first("metric") == "range" and context.says("that_much") and context.has(*WISH_KINDS):
        return searching(context)  # "e tem carro nessa faixa de preço?"
    pointed = any(entity.value.ordinals or entity.value.focus for entity in context.all("reference"))
    if pointed and context.has("not_in_data") and context.says("likes") and not context.has(*WISH_KINDS, "relative"):
        return Intent.DETAIL  # "la primera me gusta, ¿pero gasta mucho?"
    return searching(context) if context.intent in _OF_CARS and _asks_for_one_with(context) else None


def _asks_for_one_with(context: Context) -> bool:
    """`¿hay uno con carplay del mismo precio?`: another car, not the one spoken of."""
    wished = context.has("equipment", "transmission", "fuel", "drive", "seats", "price", "km", "year", "body_style")
    return wished and context.says("is_there_one") and not context.has("reference", "stock_id")


def _one_of_kind(context: Context) -> bool:
    """`entonces uno eléctrico barato`: some car of that kind, none of those shown."""
    kinds = context.all("fuel", "transmission", "drive", "body_style")
    some = any(context.before(kind) in (["uno"], ["one"]) for kind in kinds)
    detail = context.intent is Intent.DETAIL
    return detail and some and not context.has("reference", "model", "make", "attribute")


def _best_sent(context: Context) -> bool:
    """`mándame el más barato automático`: the best with a wish of its own, beyond those shown."""
    if not context.has("order") or not context.says("show_verb"):
        return False
    return context.has("transmission", "fuel", "drive", "body_style", "seats") and not context.has("reference")


def _likens(context: Context) -> bool:
    return any(context.says(name) for name in ("side_by_side", "compare_verb", "which_one"))


def asks_what_none_says(context: Context) -> bool:
    """`¿cuál rinde más?`, `which is best on gas?` after a list: asked of its cars, no wish for others."""
    if len(context.state.shown) < 2 or not context.has("not_in_data") or not context.says("which_best"):
        return False
    if context.says("search_verb") or context.says("some") or context.has("order", "relative", "similar", "remove"):
        return False
    return not context.has(*WISH_KINDS, "year", "reference") or (
        context.has("reference") and not context.has(*WISH_KINDS)
    )


def _of_the_list(context: Context) -> bool:
    """`el más nuevo de los dos a 72 meses`: cars of the list, and no two named to be compared."""
    return context.has("reference") and bool(context.state.shown) and len(context.all("model", "make")) < 2


def _further_than_one(context: Context) -> bool:
    """`newer than the first?`, `más barato que el segundo`: cars beyond it; "¿es más nuevo que…?" compares two."""
    if context.intent in (Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND) or not context.has("relative"):
        return False
    relative = next(entity for entity in context.entities if entity.kind == "relative")
    pointed = [entity for entity in context.all("reference") if entity.value.ordinals and entity.start > relative.end]
    words = [word for word in context.scan.words if word.isalnum()][:1]
    asks_of_one = words in (["es"], ["is"], ["e"], ["sera"]) or len(context.all("reference")) > 1
    than = len(pointed) == 1 and context.before(pointed[0])[-1:] in (["que"], ["than"], ["do"], ["al"])
    return than and not asks_of_one


def _beyond_one(context: Context) -> bool:
    """`is there one more recent than that first one`: a car beyond the one pointed at."""
    pointed = [entity.value for entity in context.all("reference")]
    one = _cars(context) == 1 and not any(value.shown for value in pointed)
    return one and (context.says("stock_verb") or context.says("some") or "there" in context.scan.words)


def _another(context: Context) -> bool:
    """`y uno más barato que esos dos`: a car beyond those compared."""
    return context.says("some") and _ASKS_WHICH.isdisjoint(context.scan.words)


def compares(context: Context) -> bool:
    """`ponme lado a lado el 1 y el 3`, `diferencia entre el versa y el march`: two cars or more, side by side."""
    said = context.says("side_by_side") or (context.intent is Intent.COMPARE and context.says("compare_verb"))
    return said and _cars(context) >= 2


def _cars(context: Context) -> int:
    """How many cars a segment speaks of."""
    models = {entity.value for entity in context.all("model")}
    makes = {entity.value for entity in context.all("make")} - {str(model).partition("/")[0] for model in models}
    pointed = [entity.value for entity in context.all("reference")]
    places = {place for value in pointed for place in value.ordinals}
    several = 2 if any(value.shown for value in pointed) and len(context.state.shown) > 1 else 0
    pointed_at = sum(1 for value in pointed if value.focus)
    return len(models) + len(makes) + len(places) + several + pointed_at


def best_of_kind(context: Context) -> bool:
    """`¿cuál híbrido es el más barato?`, `which SUV has the fewest km`: the first of a kind, not of the list."""
    best = next((entity for entity in context.entities if entity.kind == "order"), None)
    if best is None or not context.says("which_one") or context.has("reference", "other", "told"):
        return False
    return any(entity.kind in _KINDS and entity.start < best.start for entity in context.entities)


def _neighbour(context: Context) -> Intent | None:
    """A label of the stock that what is named contradicts."""
    intent = context.intent
    bounded = context.has("price", "transmission", "km", "seats", "fuel") and not context.has("reference")
    wanted = bounded or context.says("search_verb") or context.says("looking_for")
    if intent is Intent.COMPARE and wanted and not context.state.shown and not _likens(context):
        return Intent.SEARCH  # "either a renegade or a compass, automatic, under 400"
    if intent is Intent.ANALYSE and _of_one(context):
        return Intent.DETAIL
    if intent is Intent.ANALYSE and _of_the_shown(context):
        return Intent.COMPARE if asks_of_several(context) else Intent.DETAIL
    if intent is Intent.ANALYSE and context.has(*WISH_KINDS, "year", "order") and asks_no_figure(context):
        return Intent.SEARCH
    if intent is Intent.COMPARE and context.has("order") and len(context.all("make", "model", "reference")) < 2:
        return Intent.SEARCH
    bare = not context.entities and context.earlier is not None and context.confidence < UNSURE
    if intent is Intent.COMPARE and bare and not context.says("side_by_side") and not context.says("compare_verb"):
        return Intent.UNCLEAR  # "pickup 4x4. diésel o gasolina igual."
    pointless = not context.entities and not context.state.shown and context.state.focus is None
    if intent is Intent.DETAIL and pointless and context.earlier is None and context.confidence < UNSURE:
        return Intent.UNCLEAR
    return None


def _asks_bare_attribute(context: Context) -> bool:
    """`¿y de precio?`, `cuánto sale?` right after cars: of them, however sure a label of the company is."""
    last = context.state.last_intent
    if last is None or last.agent is not Agent.CATALOG or not context.state.shown:
        return False
    asked = {entity.value for entity in context.all("attribute")}
    alone = len(context.entities) == len(context.all("attribute"))
    return bool(asked) and alone and not asked & {"location", "availability", "pictures"} and residue(context) == 0


def asks_of_property(context: Context) -> bool:
    """`would you know if it comes with Bluetooth?`: a trait of the car spoken of or shown, nothing of the company."""
    asked = {entity.value for entity in context.all("attribute", "equipment", "not_in_data")}
    asked = asked if asked == {"price"} and residue(context) == 0 else asked - _OF_THE_DEALER
    near = context.state.focus is not None or bool(context.state.shown) or bool(context.pointed)
    if (
        not asked
        or not near
        or context.confidence >= UNSURE
        or context.has("make", "model", "similar", "city", "branch")
    ):
        return False
    others = (context.says("search_verb") or context.says("some")) and not context.says("any_idea")
    return not others and not context.has(*_OTHER_WISHES)


def _doubted(context: Context) -> Intent | None:
    """A question about the company that names cars: under a label that is not sure it looks for them."""
    if asks_of_property(context):
        return Intent.DETAIL
    if context.has("make", "model") and context.has(*_OF_PLANS) and not context.has("price"):
        return Intent.QUOTE  # "for the Ford: 30% deposit"
    wished = context.has(*WISH_KINDS)
    if not wished and context.state.shown and context.has("attribute") and context.says("they"):
        return Intent.DETAIL  # "what mileage do they have?"
    if wished and (context.has("similar") or context.says("same_budget")):
        return searching(context)
    if context.has("make", "model") and context.says("stock_verb"):
        return Intent.SEARCH  # "no tienen ningún mazda?"
    named = context.has("make", "model") or (wished and (context.says("stock_verb") or context.says("some")))
    if context.confidence < UNSURE and named:
        return Intent.SEARCH
    if context.intent is Intent.SOURCE and context.has("body_style", "segment", "model", "make"):
        return searching(context)  # "¿qué suvs me quedan en eso?"
    return None


def _lists_cars(context: Context) -> bool:
    """`what cars do you have that eight of us fit in?`: cars with a wish, not the values of a column."""
    metrics = {entity.value for entity in context.all("metric")}
    return metrics == {"list"} and not context.has("list_column", "group_by") and context.has(*WISH_KINDS)


def _which_of_several(context: Context) -> bool:
    """`¿alguno tiene más lugares?` after a comparison: a trait of those compared, no wish for others."""
    if context.state.last_intent is not Intent.COMPARE or len(context.state.shown) < 2:
        return False
    if context.intent in SAID_OUTRIGHT or not context.has("relative", "order") or context.says("whole_stock"):
        return False
    pointed = any(entity.value.ordinals or entity.value.focus for entity in context.all("reference"))
    pointed = pointed or (context.has("reference") and context.has("order"))  # "de los tres cuál trae menos km?"
    return not _EITHER.isdisjoint(context.scan.words) and not pointed and not context.has("similar", *WISH_KINDS)


def _of_the_shown(context: Context) -> bool:
    """`¿cuántos km tienen?` after a list: asked of its cars, no figure of the stock."""
    elsewhere = (*WISH_KINDS, "metric", "order", "relative", "group_by", "list_column", "year")
    asks = context.has("attribute") and not context.has(*elsewhere)
    return asks and len(context.state.shown) > 1 and not context.says("whole_stock") and not context.says("car_noun")


def _of_one(context: Context) -> bool:
    """`how many km does the first one have?`"""
    pointed = [entity.value for entity in context.all("reference")]
    return context.has("attribute") and any(value.ordinals or value.focus for value in pointed)
