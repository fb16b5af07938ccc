"""Segments that the classifier cut or named against what is told in them.

A name given as the answer ("Holt. Peter Holt."); a fact of the car being sold that is put right ("del 2016, ay no, es
2017"); a car of one's own and the wish to sell it, in one sentence or several; and the wish for another car beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.state import Ask, DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.people import is_only_name, names_somebody_known, only_introduces
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.condition import condition_of
from commercial_agent.understanding.tracking.context import vocabulary
from commercial_agent.understanding.tracking.fitting import SAID_OUTRIGHT
from commercial_agent.understanding.tracking.part import Part, SegmentLike
from commercial_agent.understanding.tracking.visit_told import visit_joined
from commercial_agent.understanding.tracking.visits import corrects, covers, first_of, says

_SALE = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_SALE_ASKS = frozenset({Ask.SALE_CAR, Ask.SALE_YEAR, Ask.SALE_KM, Ask.SALE_CITY, Ask.SALE_CONDITION})
_OF_THE_CAR = frozenset({"year", "km", "make", "model"})
_HEADS = frozenset({"body_style", "segment", "make", "model"})
_WANTED = frozenset({"body_style", "price", "transmission", "fuel", "drive", "seats", "equipment"})
_TALK = frozenset({
    Intent.UNCLEAR, Intent.INTRODUCE, Intent.AFFIRM, Intent.OUT_OF_SCOPE, Intent.BRANCHES, Intent.APPOINTMENT_CHANGE,
    Intent.DENY, Intent.COMPLAINT,
})  # fmt: skip
_OPENING = frozenset({Intent.GREETING, Intent.THANKS, Intent.INTRODUCE})
_BOOKED = frozenset(
    {Intent.HUMAN, Intent.BUYING, Intent.UNCLEAR, Intent.AFFIRM, Intent.APPOINTMENT_CHANGE, Intent.HELP}
)
_OF_PLACES = frozenset({Intent.BRANCHES, Intent.DELIVERY, Intent.APPOINTMENT})
_NAMED = frozenset({"make", "model"})
_OF_CARS = frozenset({
    Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.DETAIL, Intent.ANALYSE, Intent.UNCLEAR, Intent.COMPARE,
})  # fmt: skip
_FACTS = frozenset({
    "city", "branch", "km", "year", "trim", "attribute", "not_in_data", "amount", "number", "list_column",
})  # fmt: skip
_LOOKS = frozenset({"segment", "reference", "not_in_data"})  # "un golpe chiquito": of how it looks
_SURE = 0.75
_CORRECTION = 0.9  # how sure a part is that is known from the question
_LONGEST_NAME = 6  # words
_BEFORE_NAME = frozenset({Ask.DAY, Ask.HOUR})  # asked for while the name is still to come


def retold(
    text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> Sequence[SegmentLike]:
    """The segments of a message, those joined, cut or renamed that what is told contradicts."""
    if (answer := _name_given(text, state) or _put_right(text, segments, entities, state)) is not None:
        return [answer]
    segments = [_renamed(segment, entities) for segment in without_sighs(segments)]
    segments = visit_joined(text, _place_joined(text, segments, entities), entities, state)
    if state.sale is not None and state.sale.trade_in:
        return segments
    told = [part for segment in segments for part in _sold_and_looked_for(text, segment, entities)]
    return _bought_beside(text, _own_car_told(text, told, entities), entities)


def without_sighs(segments: Sequence[SegmentLike]) -> Sequence[SegmentLike]:
    """`ah, ni modo. Que sea en Las Torres`: what is only sighed, whatever its label, is no wish."""
    said = [one for at, one in enumerate(segments) if not _is_sigh(one) and not _only_calls(segments, at)] or segments
    return [one for at, one in enumerate(said) if not _is_aside(said, at)]


def _only_calls(segments: Sequence[SegmentLike], at: int) -> bool:
    """`¿qué teléfono tiene la sucursal? quiero marcarles`: why a number is asked for, no call for a person."""
    one, before = segments[at], segments[at - 1] if at else None
    if before is None or one.intent is not Intent.HUMAN or one.confidence >= _SURE or "?" in one.text:
        return False
    numbers = vocabulary().says("number_words", Scan(before.text))
    return numbers and before.intent.agent is Agent.INFO and not vocabulary().says("a_person", Scan(one.text))


def past_sighs(text: str, start: int) -> int:
    """Where the first part of a message begins: what is said before it belongs to it, unless it is only sighed."""
    return start if start and vocabulary().covers("sigh", Scan(text[:start])) else 0


def _is_aside(segments: Sequence[SegmentLike], at: int) -> bool:
    """`bom dia, | gente!` calls for nobody; `my commute is stop and go, | so an automatic` stops no messages."""
    one = segments[at]
    if at and segments[at - 1].intent is Intent.GREETING:
        scan = Scan(one.text)
        end = vocabulary().starts("greeted", scan)
        if end > 0 and not any(word.isalnum() for word in scan.words[end:]) and "?" not in one.text:
            return True
    beside = any(other.intent in _OF_CARS - {Intent.UNCLEAR} for other in segments if other is not one)
    return one.intent is Intent.OPT_OUT and beside and not vocabulary().says("opt_words", Scan(one.text))


def _is_sigh(segment: SegmentLike) -> bool:
    return "?" not in segment.text and vocabulary().covers("sigh", Scan(segment.text))


def _place_joined(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> list[SegmentLike]:
    """`como soy de Puebla, | ¿a dónde podría ir a verlo?`: where one lives goes with what is asked of places."""
    kept: list[SegmentLike] = []
    for segment in segments:
        before = kept[-1] if kept else None
        if before is not None and segment.intent in _OF_PLACES and _tells_where_one_lives(before, entities):
            whole, sure = text[before.start : segment.end], segment.confidence
            kept[-1] = Part(whole, before.start, segment.end, segment.intent, sure)
        else:
            kept.append(segment)
    return kept


def _tells_where_one_lives(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    inside = {entity.kind for entity in entities if segment.start <= entity.start < segment.end}
    told = segment.intent in _TALK and "?" not in segment.text and inside == {"city"}
    return told and vocabulary().says("lives_in", Scan(segment.text))


def _renamed(segment: SegmentLike, entities: Sequence[Entity]) -> SegmentLike:
    return _only_books(_bought_from_us(_as_introduced(segment, entities), entities))


def _bought_from_us(segment: SegmentLike, entities: Sequence[Entity]) -> SegmentLike:
    """`do you guys sell Subaru?`, `¿me pueden vender un jetta?`: we sell, not the customer."""
    scan = Scan(segment.text)
    if segment.intent not in _SALE or not vocabulary().says("you_sell", scan) or vocabulary().says("sell_mine", scan):
        return segment
    if not any(e.kind in _HEADS and segment.start <= e.start < segment.end for e in entities):
        return segment
    return Part(segment.text, segment.start, segment.end, Intent.SEARCH, _CORRECTION)


def _as_introduced(segment: SegmentLike, entities: Sequence[Entity]) -> SegmentLike:
    """`I'm Dana Cole`, `Peter Holt, that's me`: a name is told, whatever the words remind of."""
    named = any(entity.kind == "name" and segment.start <= entity.start < segment.end for entity in entities)
    if not named or segment.intent is Intent.INTRODUCE or "?" in segment.text:
        return segment
    if not only_introduces(Scan(segment.text)):
        return segment
    return Part(segment.text, segment.start, segment.end, Intent.INTRODUCE, _CORRECTION)


def _only_books(segment: SegmentLike) -> SegmentLike:
    """`quero marcar`: a visit, though a person or a purchase is read in it."""
    if segment.intent not in _BOOKED or not covers("only_books", Scan(segment.text)):
        return segment
    return Part(segment.text, segment.start, segment.end, Intent.APPOINTMENT, _CORRECTION)


def _name_given(text: str, state: DialogueState) -> Part | None:
    """The whole message is a name, and one was asked for or will be."""
    asked = state.question.ask if state.question is not None else None
    visit = state.appointment
    early = asked in _BEFORE_NAME and visit is not None and not visit.name
    if "?" in text or not (asked is Ask.NAME or early):
        return None
    scan = Scan(text)
    if early and not names_somebody_known(scan):
        return None
    words = [index for index, word in enumerate(scan.words) if word.isalnum()]
    if not 1 <= len(words) <= _LONGEST_NAME:
        return None
    return Part(text, 0, len(text), Intent.INTRODUCE, 1.0) if is_only_name(scan) else None


def _put_right(
    text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> Part | None:
    """`modelo 2016, digo no, es 2017` while a car is being noted down: of that car, and one value."""
    asked = state.question.ask if state.question is not None else None
    if asked not in _SALE_ASKS or state.sale is None or "?" in text or not corrects(text):
        return None
    scan = Scan(text)
    told = {entity.kind for entity in entities}
    if not told & _OF_THE_CAR or told & _WANTED - {"price"} or vocabulary().says("want_it", scan):
        return None
    if says("buys", scan) or vocabulary().says("show_verb", scan) or vocabulary().says("sale_off", scan):
        return None
    if any(segment.intent.agent is Agent.CONCIERGE and segment.intent not in _SALE | _TALK for segment in segments):
        return None
    return Part(text, 0, len(text), Intent.TRADE_IN if state.sale.trade_in else Intent.SELL_CAR, _CORRECTION)


def _sold_and_looked_for(text: str, segment: SegmentLike, entities: Sequence[Entity]) -> Sequence[SegmentLike]:
    """`vendo march 2014, compro suv`, `busco un mazda y vendo mi aveo`: one part sells, the other looks."""
    if segment.intent not in _SALE | _OF_CARS or says("of_process", Scan(segment.text)):
        return [segment]
    scan = Scan(segment.text)
    heads = [e for e in entities if e.kind in _HEADS and segment.start <= e.start < segment.end]
    sold = [segment.start + place for place in first_of("sells", scan)]
    sought = [segment.start + place for place in first_of("looks_for", scan)]
    verbs = sorted([(place, Intent.SELL_CAR) for place in sold] + [(place, Intent.SEARCH) for place in sought])
    governed: list[tuple[int, Intent]] = []  # each head's verb, in order
    for head in heads:
        before = [verb for verb in verbs if verb[0] < head.start]
        if before and (not governed or governed[-1][1] is not before[-1][1]):
            governed.append(before[-1])
    if [intent for _, intent in governed] not in ([Intent.SELL_CAR, Intent.SEARCH], [Intent.SEARCH, Intent.SELL_CAR]):
        return [segment]
    sale = next(place for place, intent in governed if intent is Intent.SELL_CAR)
    named = next(head for head in heads if head.start > sale)
    if named.kind not in _NAMED:
        return [segment]
    cut = governed[1][0]
    return [
        Part(text[start:end], start, end, intent, _CORRECTION)
        for start, end, (_, intent) in zip((segment.start, cut), (cut, segment.end), governed, strict=True)
    ]


def _own_car_told(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> list[SegmentLike]:
    """`Tengo un Jetta 2018 … Quiero vendérselos`: the segments that tell of it and of the wish to sell it are one."""
    kept: list[SegmentLike] = []
    for segment in segments:
        before = kept[-1] if kept else None
        if before is not None and _tells_more(before, segment, entities):
            start = before.start
            kept[-1] = Part(text[start : segment.end], start, segment.end, Intent.SELL_CAR, _CORRECTION)
            continue
        if not _may_sell(segment):
            kept.append(segment)
            continue
        scan = Scan(segment.text)
        sells = segment.intent is Intent.SELL_CAR or says("sells_own", scan) or says("sells_to_us", scan)
        if sells and before is not None and _tells_of_own(before, entities) and not _names(segment, entities):
            start = before.start
            kept[-1] = Part(text[start : segment.end], start, segment.end, Intent.SELL_CAR, _CORRECTION)
        elif sells and segment.intent is not Intent.SELL_CAR and _sells_it(segment, entities):
            kept.append(Part(segment.text, segment.start, segment.end, Intent.SELL_CAR, _CORRECTION))
        else:
            kept.append(segment)
    return kept


def _tells_more(sold: SegmentLike, segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """`¿compran autos? tengo un Aveo 2015`, `… y lo tengo aquí en Monterrey`: more of the car that is for sale."""
    scan = Scan(segment.text)
    if sold.intent is not Intent.SELL_CAR or "?" in segment.text or says("of_process", Scan(sold.text)):
        return False
    if vocabulary().says("search_verb", scan) or says("looks_for", scan) or segment.intent in SAID_OUTRIGHT:
        return False
    if _names(segment, entities):
        return says("owned", scan) and not _names(sold, entities)
    told = {entity.kind for entity in entities if segment.start <= entity.start < segment.end}
    if condition_of(scan) is not None:
        told -= _LOOKS
    if not told or not told <= _FACTS or not _names(sold, entities):
        return False
    return segment.intent.agent is Agent.INFO or segment.intent.agent is Agent.CATALOG or segment.intent in _TALK


def _sells_it(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """`tengo un march que quiero vender`, `quisiera venderles un Jetta`."""
    scan = Scan(segment.text)
    to_us = says("sells_to_us", scan) or vocabulary().says("sell_mine", scan)
    return says("owned", scan) or (to_us and _names(segment, entities))


def _may_sell(segment: SegmentLike) -> bool:
    told = segment.intent.agent is Agent.CATALOG or segment.intent in _TALK | {Intent.SELL_CAR}
    return told and not says("of_process", Scan(segment.text))


def _tells_of_own(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    if segment.intent.agent is not Agent.CATALOG and segment.intent not in _TALK | _OPENING:
        return False
    scan = Scan(segment.text)
    return _names(segment, entities) and says("owned", scan) and not vocabulary().says("show_verb", scan)


def _names(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    return any(e.kind in ("make", "model") and segment.start <= e.start < segment.end for e in entities)


def _bought_beside(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> list[SegmentLike]:
    """`un march que quiero vender y con eso agarrar una suv`: the car for sale, and the one looked for."""
    kept: list[SegmentLike] = []
    for segment in segments:
        cut = _where_buying_begins(segment, entities) if segment.intent in _SALE else None
        if cut is None:
            kept.append(segment)
            continue
        for start, end, intent in ((segment.start, cut, segment.intent), (cut, segment.end, Intent.SEARCH)):
            kept.append(Part(text[start:end], start, end, intent, _CORRECTION))
    return kept


def _where_buying_begins(segment: SegmentLike, entities: Sequence[Entity]) -> int | None:
    inside = [entity for entity in entities if segment.start <= entity.start < segment.end]
    for place in first_of("buys", Scan(segment.text)):
        cut = segment.start + place
        own = any(entity.kind in ("make", "model") and entity.start < cut for entity in inside)
        wanted = any(entity.kind in _HEADS and entity.start >= cut for entity in inside)
        if own and wanted:
            return cut
    return None
