"""What a customer asks about selling his car, or leaving it in part payment.

"¿cuándo me pagan?", "¿lo compran así chocado?", "aún lo debo": questions of the one who sells, under whatever label.
Each names an aspect of the sale; what holds for it is the company's to say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import ConciergeRequest, InfoRequest, Request, SaleDraft
from commercial_agent.conversation.state import Ask
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Phrases, Scan, load_data
from commercial_agent.understanding.tracking.concierge import sale_draft
from commercial_agent.understanding.tracking.condition import condition_of, puts_right
from commercial_agent.understanding.tracking.context import Context
from commercial_agent.understanding.tracking.standing import PRICE, asks_what_it_brings

_SALES = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_ASKS = frozenset({Ask.SALE_CAR, Ask.SALE_YEAR, Ask.SALE_KM, Ask.SALE_CITY, Ask.SALE_CONDITION})
_OF_ITSELF = frozenset({"debts"})  # told as a fact it still wants an answer: "aún lo debo"
_SURE = 0.98
_MOST = 3  # aspects answered in one reply
_OTHER_BUSINESS = frozenset({Intent.APPOINTMENT_CHANGE, Intent.APPOINTMENT_CANCEL, Intent.HUMAN, Intent.OPT_OUT})
_EXCHANGES = ("exchanges", "and_buys", "for_another")
_OF_A_WISH = (
    "price",
    "body_style",
    "segment",
    "transmission",
    "fuel",
    "drive",
    "order",
    "relative",
    "reference",
    "seats",
)
_OF_THE_CAR = frozenset({"make", "model", "year", "trim"})
_NEAR_NAME = 30  # characters from a name to what is told of that car
_NEAR_YEAR = 20
_OF_A_PURCHASE = ("months", "down_percent", "down_amount", "monthly", "income", "reference")


@dataclass(frozen=True, slots=True)
class _Aspect:
    """Something asked about the sale, and the groups of phrases that name it together."""

    name: str
    firm: bool
    any: tuple[tuple[str, ...], ...]


@lru_cache(1)
def _words() -> dict[str, Phrases[bool]]:
    names = ("owns", "mine", "wanted", "refuses_to_buy", "not_asked", "worth", "swaps", "given_for", *_EXCHANGES)
    return {name: Phrases((p, True) for p in load_data("seller")[name]) for name in names}


@lru_cache(1)
def _data() -> tuple[dict[str, Phrases[bool]], tuple[_Aspect, ...], Phrases[bool]]:
    data = load_data("seller")
    groups = {name: Phrases((p, True) for p in patterns) for name, patterns in data["phrases"].items()}
    aspects = tuple(
        _Aspect(name, told["firm"], tuple(tuple(group) for group in told["any"]))
        for name, told in data["aspects"].items()
    )
    return groups, aspects, Phrases((p, True) for p in data["asks"])


def seller_asks(context: Context, *, selling: bool) -> list[Request] | None:
    """What is asked of the sale, and what is told of the car beside it; None of any other words.

    Args:
        context: the segment.
        selling: whether another part of the message speaks of the customer's own car.
    """
    if context.says("sell_mine") and context.intent not in _SALES | _OTHER_BUSINESS and context.confidence < _SURE:
        context = replace(context, intent=Intent.SELL_CAR)  # "quero vender meu carro, como funciona?"
    now = selling or context.intent in _SALES or _selling_now(context)
    if not (now or context.state.sale is not None) or context.intent in _OTHER_BUSINESS:
        return None
    if not now and context.has(*_OF_A_PURCHASE):
        return None
    aspects = _aspects(context.scan, now)
    asks = "?" in context.text or bool(_data()[2].find(context.scan))
    aspects = [name for name in aspects if asks or name in _OF_ITSELF]
    price = asks_what_it_brings(context)
    if price:
        aspects = [name for name in aspects if name in _OF_ITSELF | {"documents", "pick_up"}]
    if not aspects:
        return None
    asked: list[Request] = [InfoRequest(Intent.BUYING, context.text.strip(), seller=name) for name in aspects[:_MOST]]
    told = _told(context)
    if price or told is not None:
        asked.append(replace(told or _noted(context), subject=PRICE if price else None))
    return asked


def _selling_now(context: Context) -> bool:
    """Whether the conversation is at the customer's own car."""
    state = context.state
    if state.sale is None and state.last_intent not in _SALES:
        return False
    asked = state.question is not None and state.question.ask in _ASKS
    return asked or state.last_intent in _SALES


def _aspects(scan: Scan, selling: bool) -> list[str]:
    groups, aspects, _ = _data()
    said = {name for name, phrases in groups.items() if phrases.find(scan)}
    found = [a.name for a in aspects if (a.firm or selling) and any(said.issuperset(g) for g in a.any)]
    if "accepted" in found and said.isdisjoint({"bad_state", "worn"}) and len(found) > 1:
        found.remove("accepted")  # "aún lo debo, ¿lo aceptan así?" asks of the debt
    return [name for name in found if name != "steps" or len(found) == 1]


def _intent(context: Context) -> Intent:
    if context.intent in _SALES:
        return context.intent
    sale = context.state.sale
    return Intent.TRADE_IN if sale is not None and sale.trade_in else Intent.SELL_CAR


def _noted(context: Context) -> ConciergeRequest:
    intent = _intent(context)
    return ConciergeRequest(intent, sale=SaleDraft(trade_in=intent is Intent.TRADE_IN), text=context.text)


def _told(context: Context) -> ConciergeRequest | None:
    """What the segment tells of the car; it begins a sale where none is being noted down."""
    intent = _intent(context)
    draft = sale_draft(replace(context, intent=intent))
    begins = context.state.sale is None and context.intent in _SALES
    if draft == SaleDraft(trade_in=draft.trade_in) and not begins:
        return None
    return ConciergeRequest(intent, sale=draft, name=context.first("name"), text=context.text)


def _puts_looks_right(context: Context) -> bool:
    """`ya le dije que está en buen estado, no con detalles`"""
    return puts_right(context.scan) and condition_of(context.scan) is not None


def own_told(context: Context, selling: Intent | None) -> ConciergeRequest | None:
    """What is told of the own car under a label of the stock; None of any other words.

    "tengo un spark 2015" beside "¿y si dejo mi carro a cuenta?"; "está bueno, con detalles" while it is noted down; "no
    quiero comprar un spark, es el que tengo".

    Args:
        context: the segment.
        selling: the intent of another part that speaks of the customer's own car.
    """
    sale = context.state.sale
    named = sale is not None and any(e.value == f"{sale.make}/{sale.model}" for e in context.all("model"))
    mine = sale is not None and (context.says("my_car") or _puts_looks_right(context))
    now = selling is not None or mine or _selling_now(context) or (named and _owns(context))
    if not now or context.intent in _OTHER_BUSINESS or context.intent in _SALES:
        return None
    intent = selling or _intent(context)
    told = replace(context, intent=intent, entities=tuple(own_entities(context)))
    price = PRICE if asks_what_it_brings(context) or _words()["worth"].find(context.scan) else None
    if context.has("make", "model"):
        if not told.has("make", "model") or not (_owns(context) or _refuses_to_buy(context)):
            return None
        request = ConciergeRequest(intent, sale=sale_draft(told), name=context.first("name"), text=context.text)
        return replace(request, subject=price)
    near_another = context.state.focus is not None and context.state.last_intent not in _SALES
    if price and not near_another and not context.has(*_OF_A_WISH, *_OF_A_PURCHASE):
        return ConciergeRequest(intent, sale=sale_draft(told), subject=price, text=context.text)
    pending = context.state.question is not None and context.state.question.ask in _ASKS
    wishes = tuple(kind for kind in _OF_A_WISH if not (pending and kind == "reference"))  # "la verdad, …"
    if "?" in context.text or context.has(*wishes) or context.says("search_verb") or context.says("show_verb"):
        return None
    draft = sale_draft(told)
    if draft.condition is None and not ((pending or mine) and (draft.city or draft.km)):
        return None
    return ConciergeRequest(intent, sale=draft, name=context.first("name"), text=context.text)


def swapped(context: Context) -> tuple[ConciergeRequest, Context] | None:
    """`tengo un sentra 2017 y quiero cambiarlo por una suv`: the own car, and the segment without it."""
    if context.intent in _OTHER_BUSINESS or not _words()["swaps"].find(context.scan) or not _owns(context):
        return None
    own = [e for e in own_entities(context) if e.kind in _OF_THE_CAR]
    names = [e for e in own if e.kind in ("make", "model")]
    if not names or context.state.sale is not None:
        return None
    last = max(entity.end for entity in names)
    own = [e for e in own if e in names or (e.kind in ("year", "trim") and 0 <= e.start - last <= _NEAR_YEAR)]
    own += [e for e in context.all("km") if last <= e.start < _swap_place(context)]
    told = sale_draft(replace(context, intent=Intent.TRADE_IN, entities=tuple(own)))
    rest = replace(context, entities=tuple(entity for entity in context.entities if entity not in own))
    return ConciergeRequest(Intent.TRADE_IN, sale=replace(told, city=None), text=context.text), rest


def exchanged(context: Context) -> tuple[ConciergeRequest, Context] | None:
    """`cambiar mi coche por un sedán`, `sell my 2014 march and buy an SUV`: the own car, and what is wanted."""
    place = _exchange_place(context)
    if place is None or context.state.sale is not None or not (context.intent in _SALES or _swaps_own(context, place)):
        return None
    wishes = tuple(entity for entity in context.entities if entity.start >= place)
    if not any(entity.kind in (*_OF_A_WISH, "make", "model") for entity in wishes):
        return None
    sells = context.intent in _SALES and _words()["and_buys"].find(context.scan)
    intent = context.intent if sells else Intent.TRADE_IN
    own = replace(context, intent=intent, entities=tuple(e for e in context.entities if e not in wishes))
    return ConciergeRequest(intent, sale=sale_draft(own), text=context.text), replace(context, entities=wishes)


def _swaps_own(context: Context, place: int) -> bool:
    """`cambiar el aveo por algo más grande` whatever its label: a car given right before the words for another one."""
    if context.intent.agent is not Agent.CATALOG and context.intent is not Intent.UNCLEAR:
        return False
    return any(e.end <= place and _stands_before("given_for", context, e) for e in context.all("make", "model"))


def _exchange_place(context: Context) -> int | None:
    """Where the words for the car that is wanted begin, in the message."""
    scan = context.scan
    if hits := _words()["exchanges"].find(scan):
        return context.start + scan.folded.original_span(0, scan.ends[hits[0].last - 1])[1]
    hits = _words()["and_buys"].find(scan) or _words()["for_another"].find(scan)
    return context.start + scan.folded.original_span(scan.starts[hits[0].first], 0)[0] if hits else None


def _swap_place(context: Context) -> int:
    """Where the words of the exchange begin, in the message."""
    hit, scan = _words()["swaps"].find(context.scan)[0], context.scan
    return context.start + scan.folded.original_span(scan.starts[hit.first], scan.ends[hit.first])[0]


def own_entities(context: Context) -> list[Entity]:
    """The entities of a segment without those of a car that is wanted for the own one."""
    names = context.all("make", "model")
    owned = [e for e in names if _stands_before("owns", context, e) or _stands_before("mine", context, e)]
    models = {str(e.value).partition("/")[0] for e in owned}
    wanted = [
        e
        for e in names
        if _stands_before("wanted", context, e) or (owned and str(e.value).partition("/")[0] not in models)
    ]
    own = [e for e in names if e not in wanted]
    if not own:
        return list(context.entities)
    ends = [entity.end for entity in own]
    starts = [entity.start for entity in wanted]
    return [
        entity
        for entity in context.entities
        if entity not in wanted
        and not (entity.kind in ("year", "trim") and any(0 <= entity.start - at <= _NEAR_NAME for at in starts)
                 and not any(0 <= entity.start - at <= _NEAR_YEAR for at in ends))
    ]  # fmt: skip


def _stands_before(group: str, context: Context, entity: Entity) -> bool:
    words = Scan(" ".join(context.before(entity, 5)))
    return _words()[group].ending_at(words, len(words)) is not None


def _owns(context: Context) -> bool:
    return any(_stands_before("owns", context, e) or _stands_before("mine", context, e)
               for e in context.all("make", "model", "year"))  # fmt: skip


def _refuses_to_buy(context: Context) -> bool:
    """`no quiero comprar un spark, es el que tengo`: of the car that is noted down."""
    sale = context.state.sale
    named = {str(e.value).partition("/")[0] for e in context.all("make", "model")}
    return sale is not None and sale.make in named and bool(_words()["refuses_to_buy"].find(context.scan))


def not_asked(context: Context) -> bool:
    """`I didn't ask about returns`: nothing is asked by it."""
    return "?" not in context.text and bool(_words()["not_asked"].find(context.scan))


def told_once(requests: list[Request]) -> list[Request]:
    """The requests with those that tell of one own car made the last of them: it is noted down once."""
    told = [r for r in requests if isinstance(r, ConciergeRequest) and r.intent in _SALES]
    if len(told) < 2 or len({r.sale.model for r in told if r.sale.model}) > 1:
        return requests
    whole = told[-1]
    for earlier in reversed(told[:-1]):
        whole = replace(
            whole, sale=earlier.sale.overridden_by(whole.sale), name=whole.name or earlier.name,
            subject=whole.subject or earlier.subject, text=f"{earlier.text} {whole.text}".strip(),
        )  # fmt: skip
    intent = Intent.TRADE_IN if whole.sale.trade_in else whole.intent
    others = [request for request in requests if not any(request is one for one in told[:-1])]
    return [replace(whole, intent=intent) if request is told[-1] else request for request in others]
