"""Questions about the stock as a whole, and superlatives: of the cars shown, of the search in force, or of everything.

- "¿cuál es la más nueva?", "which has fewer km?" after a list: of the cars shown;
- "¿cuántos son automáticos?", "¿y el precio promedio?" after a search: of the cars that search asks for;
- "¿cuál es el auto más barato que tienen?", "¿qué marcas manejan?": of the stock.
"""

from __future__ import annotations

from itertools import pairwise

from commercial_agent.conversation.cars import CarCriteria, CarReference, Order
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import Analysis, CatalogRequest, Metric
from commercial_agent.conversation.state import Ask
from commercial_agent.understanding.criteria import names_cars, refined, to_criteria
from commercial_agent.understanding.references import COUNTS, PLURAL_ARTICLES
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context, vocabulary
from commercial_agent.understanding.tracking.how_many import cars_wanted
from commercial_agent.understanding.tracking.residue import residue

_SEARCHES = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND})
_NOUN_REACH = 3  # words between "how many" and what is counted
_OF_STOCK = _SEARCHES | {Intent.ANALYSE, Intent.MORE, Intent.UNCLEAR, Intent.DETAIL, Intent.COMPARE}
_ALONE = frozenset({"", "?", ",", ".", "y", "and", "e"})  # what follows a "how many" that says no noun
_CHOOSING = frozenset({
    "mas", "menos", "menor", "mayor", "mejor", "mais", "maior", "most", "least", "fewest", "lowest", "highest",
})  # fmt: skip
_TRAITS = frozenset({"transmission", "equipment", "fuel", "drive"})  # may be asked of a car
MENTIONED = frozenset({"price", "year", "km", "length_mm"})  # columns known of a shown car
_PLURAL_VERBS = frozenset({
    "tienen", "traen", "cuestan", "valen", "son", "estan", "vienen", "llevan", "han", "have", "are", "cost", "come",
    "custam", "sao", "estao", "vem", "rodaram", "cuales", "which", "quais", "cada", "each",
})  # fmt: skip
_GROUPS_SHOWN = 5
_ONE_OF_THEM = frozenset({"el", "la", "the", "o", "a", "del"})
_CHOSEN_BY = frozenset({
    "de", "del", "con", "que", "mas", "menos", "menor", "mayor", "modelo", "ano", "one", "cheapest", "newest", "oldest",
    "lowest", "highest", "mais", "maior", "do", "com",
})  # fmt: skip
_APART = {"transmissions": "transmission", "body_styles": "body_style", "fuels": "fuel"}
_COLUMNS = {"price": "price", "km": "km", "year": "year", "size": "length_mm", "engine_litres": "engine_litres"}


def analyse(context: Context) -> CatalogRequest:
    """The request of a question about the stock."""
    order = _order(context)
    metric = _metric(context)
    group = context.first("group_by")
    most = context.says("which_most") or (context.has("list_column") and context.says("counted_most"))
    if metric in (None, "list") and order is None and group is None and most:
        metric, group = "count", context.first("list_column")
    column = _column(context)
    if metric is None:
        metric = "list" if lists_values(context) else "count" if order is None else "max" if order.descending else "min"
    if metric == "list":
        column = context.first("list_column") or column or "model"
    elif metric == "range":
        column = column or (order.column if order is not None else "price")
    elif order is not None:
        column = order.column
    elif metric not in ("count", "share", "value"):
        column = column or "price"
    criteria = _criteria(context)
    if metric == "count" and group is None and (apart := _counted_apart(criteria)) is not None:
        group = apart
    one = metric == "count" and group is not None and _the_one(context)
    analysis = Analysis(Metric(metric), column, group, limit=1 if one else _GROUPS_SHOWN)
    return CatalogRequest(Intent.ANALYSE, criteria, analysis=analysis, text=context.text)


def _order(context: Context) -> Order | None:
    """The superlative; "¿cuál es el coche que menos kilómetros lleva?" says it like a comparison."""
    order: Order | None = context.first("order")
    return order or (context.first("relative") if context.says("which_one") else None)


def _counted_apart(criteria: CarCriteria) -> str | None:
    """`how many are automatic, and how many manual?`: the column by whose values cars are counted."""
    several = (column for name, column in _APART.items() if len(getattr(criteria, name)) > 1)
    return next(several, None)


def _the_one(context: Context) -> bool:
    """`which brand is the most common?`, `¿de qué marca tienen más?`: the first, not the first five."""
    column = next((entity for entity in context.entities if entity.kind == "list_column"), None)
    most = context.says("which_most") or context.says("counted_most")
    return most and column is not None and not column.text.casefold().endswith("s")


def _column(context: Context) -> str | None:
    """The number a figure is asked of: "rango de años", "el kilometraje promedio"."""
    asked = (_COLUMNS[e.value] for e in context.all("attribute") if e.value in _COLUMNS)
    return next(asked, "year" if context.first("list_column") == "year" else None)


def _metric(context: Context) -> str | None:
    """The figure asked for; values to list and averages before a mere count."""
    said = [entity.value for entity in context.all("metric")]
    return min(said, key=lambda metric: metric == "count") if said else None


def _criteria(context: Context) -> CarCriteria:
    wanted = to_criteria(context.asks_of_cars).without("order")
    if context.has("remove"):
        return CarCriteria()
    pointed = any(entity.value.shown for entity in context.all("reference"))
    narrowed = _answers_narrowing(context, wanted)
    if pointed or narrowed or goes_on(context, wanted):
        in_force = _compared_models(context) if pointed else context.state.criteria.without("order")
        if names_unmet(context, wanted):
            in_force = in_force.without("makes", "models", "version_words")
        if not narrowed and (names_cars(wanted) or wanted.body_styles) and not counts_cars(context):
            figure = _column(context) or "price"
            in_force = in_force.without(figure)  # the mean price of SUVs is not asked under the limit spoken of before
        return refined(in_force, wanted)
    return wanted


def names_unmet(context: Context, wanted: CarCriteria) -> bool:
    """Whether other names stand in for those in force, which are not in stock: a new wish is of the cars shown."""
    old, shown = context.state.criteria, context.state.shown
    if not shown or not names_cars(old) or names_cars(wanted) or wanted.named() <= {"year", "order"}:
        return False
    return not any(car.make in old.makes or f"{car.make}/{car.model}" in old.models for car in shown)


def _compared_models(context: Context) -> CarCriteria:
    """What "entre esos modelos" asks of: after a comparison the models compared, else the search in force."""
    state = context.state
    if state.last_intent is not Intent.COMPARE or len(state.shown) < 2 or names_cars(state.criteria):
        return state.criteria.without("order")
    return CarCriteria(models=tuple(dict.fromkeys(f"{car.make}/{car.model}" for car in state.shown)))


def _answers_narrowing(context: Context, wanted: CarCriteria) -> bool:
    """`SUV. ¿cuál tiene menos km?` where the kind of car was asked: the search in force, and a question about it."""
    question = context.state.question
    if question is None or question.ask is not Ask.NARROW or context.state.criteria.empty:
        return False
    best = context.has("order") and not context.has("metric") and not context.says("whole_stock")
    return best and wanted.named() == {question.attribute}


def goes_on(context: Context, wanted: CarCriteria) -> bool:
    """Whether a question about figures is about the search in force: it leans on it and names no cars of its own."""
    if context.state.criteria.empty or context.says("whole_stock"):
        return False
    words = [word for word in context.scan.words if word.isalnum()]
    if context.says("they") and not names_cars(wanted) and not wanted.body_styles:
        return True  # "on average, what do they go for?"
    if context.says("counted_most") and context.says("car_noun"):
        return False  # "¿y cuál es la marca de la que más autos tienen?"
    if words[:1] in (["y"], ["and"], ["e"]):
        return True
    if names_cars(wanted) or wanted.body_styles or context.says("car_noun") or _names_column(context):
        return False
    bare = context.has("metric") and residue(context) <= 1  # "¿cuántos quedan?"
    return bare or not wanted.empty or context.has("order", "attribute")


def _names_column(context: Context) -> bool:
    """Whether the values of a column are asked for; "la de modelo más reciente" asks for a car."""
    orders = [entity.start for entity in context.all("order")]
    return any(not any(0 <= at - entity.end <= 1 for at in orders) for entity in context.all("list_column"))


def counts_cars(context: Context) -> bool:
    """Whether "how many" counts cars, not kilometres, seats, months or branches."""
    metric = next((e for e in context.entities if e.kind == "metric" and e.value == "count"), None)
    if metric is None:
        return False
    others = context.all("attribute", "not_in_data", "months", "seats", "doors")
    if any(other.start <= metric.end + 1 and other.end > metric.start for other in others):
        return False
    if any(value.ordinals or value.focus for value in (entity.value for entity in context.all("reference"))):
        return False
    counted = Scan(context.whole[metric.start : metric.end])
    after = Scan(context.whole[metric.end : metric.end + 60])
    if context.names("other_counts", Scan(" ".join(after.words[:1]))):
        return False  # "¿cuántos días me apartan un coche?"
    near = Scan(" ".join((*counted.words, *after.words[:_NOUN_REACH])))
    if context.names("car_noun", near):
        return True
    wishes = [e for e in context.entities if e.kind in WISH_KINDS]
    if wishes and after.word(0) in _ALONE:
        return True  # "diésel: ¿cuántas, y la de menos km?"
    if any(metric.start < e.start <= metric.end + 1 for e in wishes):
        return True
    return bool(wishes) and any(context.names(name, near) for name in ("stock_verb", "counted_verb"))


def chooses_best(context: Context) -> bool:
    """Whether an order picks the first one ("y la de menos km"), no mere adjective ("cuántos baratos hay")."""
    if context.says("which_one"):
        return True
    words = [word for entity in context.all("order") for word in Scan(entity.text).words]
    return any(word in _CHOOSING or word.endswith("est") for word in words)


def asks_of_stock(context: Context) -> bool:
    """Whether a segment asks for a figure of the stock, whatever its label."""
    metrics = {entity.value for entity in context.all("metric")}
    if lists_cars(context):
        metrics.discard("list")
    if lists_values(context):
        return True
    return counts_cars(context) or bool(metrics - {"count", "value", "share"} and not context.has("months", "monthly"))


def asks_best_of(one: CatalogRequest, two: CatalogRequest) -> bool:
    """`dos automáticos de vocês, qual tem o menor preço?`: a kind that is named and then asked of is one question."""
    best = two.analysis is not None and two.analysis.metric in (Metric.MIN, Metric.MAX)
    same = one.intent in _SEARCHES and best and not one.criteria.empty and one.criteria == two.criteria
    return same and not vocabulary().says("search_verb", Scan(one.text))


def lists_values(context: Context) -> bool:
    """`¿marcas?`, `dime las marcas`, `de qué marca traen más`: the values of a column, with or without a verb."""
    column = next((entity for entity in context.entities if entity.kind == "list_column"), None)
    if column is None or context.has("model", "year", "order", "months", "reference", "not_model", "metric"):
        return False
    if context.says("counted_most") and context.intent in _OF_STOCK:
        return True
    plural = column.text.casefold().endswith("s")
    return plural and column.value != "year" and residue(context) <= 1 and context.intent is not Intent.DETAIL


def lists_cars(context: Context) -> bool:
    """`what cars do you have for 8 people?`: looks for them, where "¿qué carros tienen?" asks what there is."""
    if {entity.value for entity in context.all("metric")} != {"list"} or context.has("list_column", "group_by"):
        return False
    return context.has(*(kind for kind in WISH_KINDS if kind not in ("make", "model")))


def asks_no_figure(context: Context) -> bool:
    """Whether a segment labelled a question about figures asks for none: it looks for cars."""
    if lists_cars(context):
        return True
    if context.has("metric", "group_by", "list_column") or context.says("counted"):
        return False
    order = context.first("order")
    return order is None or (context.says("plural_best") and not context.has("attribute"))


def best_of_shown(context: Context) -> CarReference | None:
    """The car meant by a superlative about the list: "¿cuál es la más nueva?", "which one has fewer km?"."""
    pointed = any(entity.value.shown for entity in context.all("reference"))
    if len(context.state.shown) < 2 or _asks_figure(context) or (context.says("whole_stock") and not pointed):
        return None
    order = context.first("order")
    if order is None and context.says("which_one") and (pointed or "que" not in context.scan.words[1:]):
        order = context.first("relative")
    if order is None or (context.says("stock_verb") and not pointed):
        return None
    if context.has(*WISH_KINDS, "year") and not (pointed and asks_beside(context)):
        return None
    if not pointed and not picks_one(context) and not _asks_more(context, order.column):
        return None
    if pointed and (several := _best_few(context, order)):
        return CarReference(stock_ids=several)
    return CarReference(order=order) if order.column in MENTIONED else CarReference(shown=True)


def _asks_figure(context: Context) -> bool:
    """A figure of several cars; "el de menor precio, ¿cuántos km tiene?" asks of one."""
    counts = {entity.value for entity in context.all("metric")} == {"count"}
    of_one = counts and context.has("attribute") and not counts_cars(context)
    return context.has("metric") and not of_one


def picks_one(context: Context) -> bool:
    """`¿cuál es la más nueva?`, `la de modelo más reciente`: one is chosen by an order, nothing else is said."""
    if context.says("which_one"):
        return True
    best = next((entity for entity in context.entities if entity.kind == "order"), None)
    if best is None or residue(context) > 0:
        return False
    led = Scan(context.whole[context.start : best.start] + " " + best.text).words
    return any(word in _ONE_OF_THEM and after in _CHOSEN_BY for word, after in pairwise(led))


def _best_few(context: Context, order: Order) -> tuple[str, ...]:
    """`los dos más baratos de esos`, `the two of those with fewer km`: the first of the list by an order."""
    count = cars_wanted(context) or _counted_by_article(context.scan)
    known = [car for car in context.state.shown if getattr(car, order.column, None) is not None]
    if count is None or not 1 < count < len(known):
        return ()
    ranked = sorted(known, key=lambda car: getattr(car, order.column), reverse=order.descending)
    return tuple(car.stock_id for car in ranked[:count])


def _counted_by_article(scan: Scan) -> int | None:
    """`los dos que …`, `the two with …`; "esos dos" is the whole list."""
    pairs = zip(scan.words, scan.words[1:], strict=False)
    return next(
        (COUNTS[word] for before, word in pairs if before in (*PLURAL_ARTICLES, "the") and word in COUNTS), None
    )


def asks_of_several(context: Context) -> bool:
    """Whether a question is about more cars than one: "¿cuántos km tienen?"."""
    return context.says("they") or not _PLURAL_VERBS.isdisjoint(context.scan.words)


def asks_beside(context: Context) -> bool:
    """Whether the traits named behind a superlative are asked of its car: "is the newest of those a manual?"."""
    best = next((entity for entity in context.entities if entity.kind in ("order", "relative")), None)
    traits = [entity for entity in context.entities if entity.kind in (*WISH_KINDS, "year")]
    return best is not None and all(entity.kind in _TRAITS and entity.start > best.start for entity in traits)


def _asks_more(context: Context, column: str) -> bool:
    """`el de menor precio, ¿qué kilometraje trae?`: more is asked of the best than by what it is the best."""
    asked = [entity.value for entity in context.all("attribute", "equipment", "not_in_data")]
    return any(_COLUMNS.get(value, value) != column for value in asked) and not context.has("make", "model")
