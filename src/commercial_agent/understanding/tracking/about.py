"""Which car a segment speaks of.

The surest way of pointing wins: a stock id, places in the list ("el segundo"), "the cheapest of those", a name or a
trait ("el jetta", "el automático", "el de 240 mil"), the whole list ("esos"), the car in focus ("ese", or nothing
said).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from commercial_agent.conversation.cars import CarCriteria, CarReference, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.criteria import names_cars, to_criteria
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.analysis import MENTIONED, asks_of_several
from commercial_agent.understanding.tracking.context import Context, point
from commercial_agent.understanding.tracking.stock import best_of_kind

_ARTICLES = frozenset({
    "el", "la", "los", "las", "del", "al", "the", "o", "a", "os", "as", "do", "da", "ese", "esa", "este",
    "esta", "that", "this", "esse", "essa", "lo",
})  # fmt: skip
_PORTUGUESE = frozenset({"o", "a", "os", "as", "do", "da"})  # in Spanish "o automático" is an alternative
_PREPOSITIONS = frozenset(
    {"a", "de", "en", "por", "con", "y", "o", "at", "in", "for", "with", "and", "em", "com", "son"}
)
_TRAITS = frozenset({"transmission", "body_style", "fuel", "drive", "segment", "not_in_data"})
_NAMING = frozenset({"colour", "armour"})  # what no column tells and yet names a car
_NAMES = frozenset({"make", "model", "trim"})
_OF = (["de"], ["del"], ["of"], ["das"], ["dos"], ["da"], ["do"], ["entre"], ["from"], ["among"])
_OF_THE = (["dos"], ["das"], ["los"], ["las"], ["the"], ["esos"], ["esas"], ["those"])  # "o mais barato dos 14"
_SEARCHES = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND})
_STEPS = {"price": 1000, "km": 1000}  # what follows is left out when it is told
_STEPS_MOST = 33  # steps below which a figure told is nearer than a share of it
_NEAR_PRICE = Decimal("0.03")  # "el de 240 mil" means the one of 238,999


def about(context: Context, *, default: bool = True) -> CarReference:
    """The car, or cars, a segment speaks of.

    Args:
        context: the segment.
        default: with nothing said, the car in focus (or the only one shown) is meant.
    """
    if (stock_id := context.first("stock_id")) is not None:
        return CarReference(stock_ids=(stock_id,))
    if (other := _other(context)) is not None:
        return other
    pointed = [entity.value for entity in context.all("reference")]
    if places := _places(context):
        return CarReference(ordinals=places)
    named = naming(context)
    if (best := _best(context, pointed, named)) is not None:
        return best
    if not named.empty:
        return CarReference(criteria=named)
    if any(value.shown for value in pointed):
        return CarReference(shown=True)
    if any(value.focus for value in pointed):
        return _focus(context) or _first_in_order(context)
    if (place := _bare_place(context)) is not None:
        return CarReference(ordinals=(place,))
    if context.earlier is not None:
        return CarReference(criteria=context.earlier)
    if context.pointed:
        return context.pointed
    return (_focus(context) or _asked_of_the_list(context)) if default else CarReference()


def _best(context: Context, pointed: list[CarReference], named: CarCriteria) -> CarReference | None:
    """`el más barato`: of the cars shown, of those an earlier part looks for, or of a name."""
    order = context.first("order")
    if order is None:
        return None
    if best_of_kind(context) or (not context.state.shown and context.has(*_TRAITS)):
        return CarReference(order=order, criteria=to_criteria(context.asks_of_cars).without("order", "price", "km"))
    if _of_all_found(context):
        return CarReference(order=order, criteria=context.state.criteria.without("order"))
    if _speaks_of_shown(context, pointed):
        if named.empty and order.column not in MENTIONED:
            return CarReference(shown=True)
        return CarReference(order=order, criteria=None if named.empty else named)
    if context.earlier is not None:
        return CarReference(order=order, criteria=context.earlier)
    return CarReference(order=order, criteria=named) if names_cars(named) else None


def _of_all_found(context: Context) -> bool:
    """`o mais barato dos 14`: of all the cars that were found, not of the three shown."""
    state = context.state
    several = state.total > len(state.shown) and not state.criteria.empty
    counted = (e for e in context.all("number") if e.value > len(state.shown))
    return several and any(e.value == state.total or context.before(e)[-1:] in _OF_THE for e in counted)


def _other(context: Context) -> CarReference | None:
    """`el otro`: of two cars shown the one not spoken of."""
    state = context.state
    if not context.has("other") or state.focus is None:
        return None
    others = tuple(car.stock_id for car in state.shown if car.stock_id != state.focus)
    return CarReference(stock_ids=others) if len(others) == 1 and len(state.shown) == 2 else None


def _places(context: Context) -> tuple[int, ...]:
    """The places pointed at; of "the last three, the first", "la primera de las últimas tres" the one."""
    groups = [entity for entity in context.all("reference") if entity.value.ordinals]
    if len(groups) == 2 and (place := _one_of_group(context, *groups)) is not None:
        return (place,)
    return tuple(dict.fromkeys(place for entity in groups for place in entity.value.ordinals))


def _one_of_group(context: Context, first: Entity, second: Entity) -> int | None:
    """The place of one within several places; None where both are only named together."""
    one, group = (first, second) if len(first.value.ordinals) == 1 else (second, first)
    if len(one.value.ordinals) != 1 or len(group.value.ordinals) < 2:
        return None
    between = Scan(context.whole[first.end : second.start]).words
    if one is first and between[:1] not in _OF and context.before(second)[-1:] not in _OF:
        return None
    places, place = group.value.ordinals, one.value.ordinals[0]
    at = place - 1 if place > 0 else len(places) + place
    return places[at] if 0 <= at < len(places) else None


def _bare_place(context: Context) -> int | None:
    """`cotiza 2`: the only bare number, behind a verb, is a place in the list."""
    numbers = context.all("number")
    if len(numbers) != 1 or not numbers[0].text.isdigit() or not 1 <= numbers[0].value <= len(context.state.shown):
        return None
    before = context.before(numbers[0])
    return int(numbers[0].value) if before and before[0] not in _PREPOSITIONS else None


def _focus(context: Context) -> CarReference:
    state = context.state
    if state.focus is not None or len(state.shown) == 1:
        return CarReference(focus=True)
    return CarReference(shown=True) if state.shown and context.has("told") else CarReference()


def _asked_of_the_list(context: Context) -> CarReference:
    """`e ele já rodou quantos km?` after "qual é o mais em conta?": the one that led; `¿y cuánto cuestan?`: all."""
    if not context.has("attribute", "equipment", "not_in_data"):
        return CarReference()
    if asks_of_several(context):
        return CarReference(shown=True) if len(context.state.shown) > 1 else CarReference()
    return _first_in_order(context) if context.state.last_intent in _SEARCHES else CarReference()


def _first_in_order(context: Context) -> CarReference:
    """`e a quilometragem dele?` after "o mais barato": the best of a list asked for in an order."""
    state = context.state
    best = state.criteria.order is not None and state.offset == 0 and len(state.shown) > 1
    return CarReference(ordinals=(1,)) if best else CarReference()


def _speaks_of_shown(context: Context, pointed: list[CarReference]) -> bool:
    return bool(context.state.shown) and (any(value.shown for value in pointed) or context.earlier is None)


def naming(context: Context) -> CarCriteria:
    """The traits by which a segment names a car: make, model, year, and what an article turns into a name."""
    naming_entities: list[Entity] = []
    for entity in context.entities:
        if (
            entity.kind in _NAMES
            or (entity.kind in ("year",) and entity.score >= 0.7)
            or (_may_name(entity) and (_has_article(context, entity) or _ends_name(context, entity, naming_entities)))
        ):
            naming_entities.append(entity)
        elif entity.kind in ("price", "km") and _is_the_one_of(context, entity):
            naming_entities.append(replace(entity, value=_near(entity.value, _STEPS[entity.kind])))
    if not any(e.kind != "year" or _has_article(context, e, 2) for e in naming_entities):
        return CarCriteria()
    return to_criteria(naming_entities)


def _ends_name(context: Context, entity: Entity, named: list[Entity]) -> bool:
    """`el vento 2018 automático`: said right behind a name, and not asked of it."""
    if not named or context.whole[entity.end :].lstrip()[:1] == "?":
        return False
    return context.whole[named[-1].end : entity.start].isspace() and _has_article(context, named[0])


def _may_name(entity: Entity) -> bool:
    """Whether a trait may name a car: "el automático", "el rojo"; "la cajuela" is asked of one."""
    return entity.kind in _TRAITS and (entity.kind != "not_in_data" or entity.value in _NAMING)


def is_trait(context: Context, entity: Entity) -> bool:
    """Whether an entity names a car ("el automático") instead of asking ("¿es automático?")."""
    if entity.kind == "not_in_data" and entity.value not in _NAMING:
        return False
    return entity.kind in _NAMES or _has_article(context, entity)


def is_trait_named(context: Context, entity: Entity) -> bool:
    """Whether a name stands behind an article: "el mazda"."""
    return _has_article(context, entity)


def _has_article(context: Context, entity: Entity, count: int = 1) -> bool:
    if count == 1 and context.before(entity, 3)[:2] in (["is", "it"], ["it", "is"]):
        return False  # "is it the automatic one?" asks
    articles = _ARTICLES if context.language is Language.PT else _ARTICLES - _PORTUGUESE
    return any(word in articles for word in context.before(entity, count))


def _is_the_one_of(context: Context, entity: Entity) -> bool:
    """`el de 240 mil`, `la que cuesta 300`, `the one at 250k`."""
    words = context.before(entity, 3)
    if words[-1:] in (["de"], ["con"], ["with"], ["com"]) and words[-2:-1] and words[-2].isdigit():
        return entity.kind == "km"  # "el 2023 de 9 mil km"
    if words[-1:] == ["de"] and words[-2:-1] and words[-2] in _ARTICLES:
        return True
    if words[-1:] == ["del"] and len(words) == 1:
        return True
    return (len(words) == 3 and words[0] in _ARTICLES | {"one"} and words[1] in ("que", "that")) or words[-2:] == [
        "one",
        "at",
    ]


def _near(value: Range, step: int) -> Range:
    figure = point(value)
    if figure is None:
        return value
    if figure % step == 0 and figure < _STEPS_MOST * step:  # "de 9 mil km" has 9,686
        return Range(figure, figure + step - 1)
    return Range((figure * (1 - _NEAR_PRICE)).quantize(Decimal(1)), (figure * (1 + _NEAR_PRICE)).quantize(Decimal(1)))
