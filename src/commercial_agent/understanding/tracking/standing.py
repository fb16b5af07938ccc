"""Where the conversation stands: leaving the queue for a person, and what we are said to have named before."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from commercial_agent.conversation.cars import CarReference, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import CatalogRequest, ConciergeRequest, Request
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Hit, Phrases, Scan, load_data
from commercial_agent.understanding.tracking.about import about
from commercial_agent.understanding.tracking.context import Context, point

LEAVE = "handoff"  # subject of a refusal: the person is no longer wanted
CLAIM = "earlier_claim"  # subject: what we are said to have named before
STATUS = "status"  # subject: how the appointment stands
PRICE = "price"  # subject: what the customer's own car would bring
WAITING, ATTENDED = "waiting", "attended"

_ALSO_ELSE = frozenset({"saco", "da", "das", "dan", "paga", "pagan", "pagas"})  # "¿cuánto se paga?"
_OF_HIM = frozenset({"me", "nos", "lo", "la", "le"})
_DENIES = frozenset({"no", "ni", "nunca", "not", "never", "t", "nao", "quien", "alguien"})
_SOMEONES = frozenset({"mi", "mis", "my", "meu", "minha", "un", "una", "a", "um", "uma", "su", "el", "la"})
_OURS = frozenset({
    "asesor", "asesora", "vendedor", "vendedora", "ejecutivo", "ejecutiva", "companero", "companera", "agente", "bot",
    "advisor", "salesman", "rep", "agent", "seller", "vez", "mail", "correo",
})  # fmt: skip
_QUIET = frozenset({Intent.DENY, Intent.THANKS, Intent.GOODBYE, Intent.AFFIRM})
_FEW = 6  # words of a refusal, whatever its label
_LOOSE = frozenset({Intent.UNCLEAR, Intent.HUMAN, Intent.HELP, Intent.OUT_OF_SCOPE, Intent.RESET})
_RELATIVE = frozenset({"que", "that", "which"})
_NEAR = 12  # characters between a figure and the clause that speaks of it
_OTHER_FIGURES = ("rate_percent", "down_percent", "months", "commission_percent")
_AMOUNTS = ("price", "monthly", "down_amount", "trade_in_value", "income", "amount", "debts")


@lru_cache(1)
def _phrases() -> dict[str, Phrases[bool]]:
    return {name: Phrases((p, True) for p in patterns) for name, patterns in load_data("standing").items()}


def _says(name: str, scan: Scan) -> bool:
    return bool(_phrases()[name].find(scan))


def leaves_queue(text: str, intents: Sequence[Intent], state: DialogueState) -> ConciergeRequest | None:
    """The request of a customer who waits for a person, or has one, and wants us instead.

    Who still waits may say so in any refusal; who is being served must name us: his "no, gracias" answers the person.
    """
    if state.handoff is None:
        return None
    scan = Scan(text)
    left = _says("back_to_bot", scan)
    if state.handoff == WAITING and "?" not in text:
        refused = Intent.DENY in intents and _QUIET.issuperset(intents)
        talk = all(intent in _QUIET | _LOOSE for intent in intents)
        short = sum(word.isalnum() for word in scan.words) <= _FEW
        left = left or refused or ((talk or short) and _says("leave_queue", scan))
    return ConciergeRequest(Intent.DENY, subject=LEAVE, text=text) if left else None


_ASKS = frozenset({
    Ask.BRANCH, Ask.DAY, Ask.HOUR, Ask.NAME, Ask.SALE_CAR, Ask.SALE_YEAR, Ask.SALE_KM, Ask.SALE_CITY,
    Ask.SALE_CONDITION,
})  # fmt: skip


def about_what_is_noted(context: Context) -> ConciergeRequest | None:
    """Words about an appointment or a sale as such: how it stands, or that it is given up."""
    state = context.state
    if state.appointment is not None and state.appointment.booking_id and _says("appointment_status", context.scan):
        return ConciergeRequest(Intent.APPOINTMENT, subject=STATUS, text=context.text)
    collecting = state.question is not None and state.question.ask in _ASKS
    if not collecting or context.entities or context.intent is Intent.APPOINTMENT_CANCEL or "?" in context.text:
        return None
    return ConciergeRequest(Intent.DENY, text=context.text) if _says("leave_queue", context.scan) else None


def asks_what_it_brings(context: Context) -> bool:
    """`¿cuánto me darían por él?`: what the customer's own car would bring."""
    scan = context.scan
    if _says("sale_price", scan):
        return True
    verbs = {hit.first for hit in _phrases()["brings_verb"].find(scan)}
    for hit in _phrases()["price_word"].find(scan):
        at = hit.last
        while at < len(scan) and at not in verbs and _phrases()["brings_between"].at(scan, at) is not None:
            at += 1
        if at in verbs and (scan.words[at] not in _ALSO_ELSE or scan.words[at - 1] in _OF_HIM):
            return True
    return False


def earlier_claim(context: Context) -> tuple[Request, ...]:
    """What to do about "you told me it was 150 thousand": check it, and say what holds for the car spoken of."""
    if _claimed(context.scan) is None or (context.says("zero_rate") and context.has("months")):
        return ()  # "me dijeron que hay meses sin intereses": a rate, told with the plan
    claimed = context.all(*_AMOUNTS)
    if (named := _named_before(context)) is not None:
        claimed = (named,) if named.kind in _AMOUNTS else ()
    amounts = tuple(dict.fromkeys(filter(None, map(_amount, (e.value for e in claimed)))))
    if not amounts:
        return ()
    check = ConciergeRequest(Intent.MANIPULATION, subject=CLAIM, amounts=amounts, text=context.text)
    pointed = context.has("reference", "model", "stock_id")
    if context.state.focus is None and not pointed:
        return (check,)
    meant = about(context, default=False) if pointed else CarReference(focus=True)
    holds = CatalogRequest(Intent.DETAIL, about=meant, attributes=("price",), text=context.text)
    return check, holds


def _claimed(scan: Scan) -> Hit[bool] | None:
    """Where we are said to have named something; "no me dijiste" and "mi hijo me dijo" say no such thing."""
    for hit in _phrases()["earlier_claim"].find(scan):
        denied = not _DENIES.isdisjoint(scan.words[max(0, hit.first - 2) : hit.first])
        of_kin = scan.word(hit.first - 2) in _SOMEONES and scan.word(hit.first - 1) not in _OURS
        if not denied and not of_kin:
            return hit
    return None


def _named_before(context: Context) -> Entity | None:
    """What "… que me prometieron" speaks of: the figure just before it, an amount or a rate."""
    hit = _claimed(context.scan)
    if hit is None:
        return None
    told = context.all(*_AMOUNTS, *_OTHER_FIGURES)
    if context.scan.word(hit.first - 1) in _RELATIVE:
        start = _start(context, hit)
        before = [e for e in told if e.end <= start and start - e.end <= _NEAR]
        if before:
            return before[-1]
    after = [e for e in told if e.start >= context.start + _end(context, hit)]
    return after[0] if after and after[0].kind in _OTHER_FIGURES else None  # "me prometieron el 5 %, …"


def _start(context: Context, hit: Hit[bool]) -> int:
    scan = context.scan
    return context.start + scan.folded.original_span(scan.starts[hit.first], scan.ends[hit.first])[0]


def _end(context: Context, hit: Hit[bool]) -> int:
    scan = context.scan
    return scan.folded.original_span(scan.starts[hit.last - 1], scan.ends[hit.last - 1])[1]


def _amount(value: object) -> Decimal | None:
    if isinstance(value, Range):
        return point(value)
    return value if isinstance(value, Decimal) else None
