"""The customer's own car beside another.

Where a plan is spoken of: "¿cuánto me queda el mazda si doy mi aveo 2014 a cuenta?"; and while it is being noted down:
"en cuanto al mazda, que sea automático".
"""

from __future__ import annotations

from dataclasses import replace

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import ConciergeRequest
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.concierge import sale_draft
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.standing import PRICE, asks_what_it_brings

_PLANS = frozenset({Intent.QUOTE, Intent.CHANGE_PLAN, Intent.AFFORD, Intent.TRADE_IN})
_SALES = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_NAMES = ("model", "make")
_BESIDE = ("year", "trim", "km")
_MINE = frozenset({"mi", "my", "meu", "minha", "nuestro", "our"})
_OF_A_WISH = ("price", "transmission", "body_style", "fuel", "drive", "equipment", "seats", "segment", "order")
_FOR = (["por"], ["for"])
_OWN_AND_WANTED = 2
_NEAR = 14  # characters between a name and its year


def car_given(context: Context) -> tuple[Entity, ...] | None:
    """What a segment about a plan names of the car given in part payment; None where none is given.

    The result may be empty: "y si doy el mío a cuenta?".
    """
    if (
        context.intent not in _PLANS | {Intent.SELL_CAR}
        or context.has("trade_in_value")
        or not context.says("in_part_payment")
    ):
        return None
    sale = context.state.sale
    key = f"{sale.make}/{sale.model}" if sale and sale.make and sale.model else None
    named = _whole_names(context, [e for e in context.all(*_NAMES) if e.value == key or _is_mine(context, e)])
    if not named and not (key and context.says("my_car")):
        return None
    if context.intent is Intent.SELL_CAR and len(context.all("model")) < _OWN_AND_WANTED:
        return None  # he sells, and wants none for it
    last = max((entity.end for entity in named), default=0)
    first = min((entity.start for entity in named), default=0)
    beside = [e for e in context.all(*_BESIDE) if 0 <= e.start - last <= _NEAR or 0 <= first - e.end <= 1]
    beside = beside if named else []
    return (*named, *beside)


def _is_mine(context: Context, entity: Entity) -> bool:
    if not _MINE.isdisjoint(context.before(entity, 1)):
        return True
    if _named_after(context, entity):
        return True
    after = Scan(context.whole[entity.end : entity.end + 40])
    words = [word for word in after.words if not (len(word) == 4 and word.isdigit())]
    return vocabulary().says("in_part_payment", Scan(" ".join(words[:3])))


def _named_after(context: Context, entity: Entity) -> bool:
    """`the MX-5 with my car in part payment, a 2014 Jetta`: the one that is named right after "my car"."""
    before = Scan(context.whole[max(0, entity.start - 50) : entity.start])
    others = [e for e in context.all(*_NAMES) if e.start < entity.start]
    return (
        bool(others) and bool(vocabulary().find("my_car", before)) and entity.start - max(e.end for e in others) > _NEAR
    )


def without(context: Context, own: tuple[Entity, ...]) -> Context:
    """The segment without its own car: that is not the one the plan is for."""
    return replace(context, entities=tuple(entity for entity in context.entities if entity not in own))


def wanted_only(context: Context) -> Context:
    """`si me dan 90 por la Ranger, ¿en cuánto queda la Hilux?`: without the name of the car that is given."""
    own = _whole_names(context, [entity for entity in context.all(*_NAMES) if _is_given(context, entity)])
    others = any(entity not in own for entity in context.all(*_NAMES))
    if not own or not (others or context.state.focus is not None or context.state.shown):
        return context
    years = (e for e in context.all(*_BESIDE) if any(0 <= e.start - one.end <= _NEAR for one in own))
    return without(context, (*own, *years))


def _whole_names(context: Context, named: list[Entity]) -> list[Entity]:
    """`mi Mazda 3`: the model behind its make is named with it."""
    behind = (e for e in context.all("model") if any(0 <= e.start - one.end <= 1 for one in named))
    return list(dict.fromkeys((*named, *behind)))


def _is_given(context: Context, entity: Entity) -> bool:
    focus = context.state.mention(context.state.focus) if context.state.focus is not None else None
    if focus is not None and entity.value in (focus.make, f"{focus.make}/{focus.model}"):
        return False
    sale = context.state.sale
    if sale is not None and sale.model is not None and entity.value == f"{sale.make}/{sale.model}":
        return True
    before = context.before(entity, 2)
    if not _MINE.isdisjoint(before[-1:]):
        return True
    return context.has("trade_in_value") and before[:1] in _FOR


def taken_in(context: Context, own: tuple[Entity, ...]) -> ConciergeRequest:
    """The own car, to be noted down beside the plan."""
    told = replace(context, intent=Intent.TRADE_IN, entities=own)
    return ConciergeRequest(Intent.TRADE_IN, sale=sale_draft(told), text=context.text)


def price_asked(context: Context) -> ConciergeRequest | None:
    """`¿en cuánto me lo agarrarían?` of the car being noted down; None where a car of the dealer's is spoken of."""
    sale, state = context.state.sale, context.state
    if sale is None or not asks_what_it_brings(context) or context.has("months", "trade_in_value"):
        return None
    named = any(e.value == f"{sale.make}/{sale.model}" for e in context.all("model"))
    looking = state.focus is not None and state.last_intent not in _SALES
    if any(e.value.ordinals for e in context.all("reference")) or (
        looking and not named and not context.says("my_car")
    ):
        return None
    told = replace(context, intent=Intent.TRADE_IN if sale.trade_in else Intent.SELL_CAR)
    return ConciergeRequest(told.intent, sale=sale_draft(told), subject=PRICE, text=context.text)


def speaks_of_another(context: Context) -> bool:
    """Whether a segment tells of a car looked for while the customer's own is being noted down."""
    sale = context.state.sale
    if sale is None or sale.make is None or context.says("my_car") or context.says("correction"):
        return False
    makes = {str(entity.value).partition("/")[0] for entity in context.all(*_NAMES)}
    if not makes or sale.make in makes:
        return False
    sought = context.state.criteria
    in_force = {key.partition("/")[0] for key in (*sought.makes, *sought.models)}
    return context.has(*_OF_A_WISH) or makes <= in_force
