"""The parts of a message, each read by itself.

They are its segments, but for three cases: what is corrected and its new value are one part; the car for sale and the
car looked for are two, also within a sentence; and so are two kinds of cars with conditions of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.cuts import describes
from commercial_agent.understanding.grouping import TERMS
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.text import FoldedText
from commercial_agent.understanding.tracking.asked_on import asked_on
from commercial_agent.understanding.tracking.condition import condition_of
from commercial_agent.understanding.tracking.context import WISH_KINDS, vocabulary
from commercial_agent.understanding.tracking.listed import names_joined
from commercial_agent.understanding.tracking.part import Part
from commercial_agent.understanding.tracking.part import SegmentLike as SegmentLike
from commercial_agent.understanding.tracking.retold import retold

_JOINT = re.compile(
    r"\s*[,;.]\s+(?:y |and |e |pero |but |mas )?|\s+(?:y tambien|y|e|and also|and|pero|but|o|or|ou|mas)\s+"
)
_SALE = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_SEARCHES = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND})
_MAY_TELL = _SEARCHES | {Intent.DETAIL, Intent.ANALYSE, Intent.UNCLEAR, Intent.INTRODUCE, Intent.MORE, Intent.TRADE_IN,
                         Intent.SELL_CAR}  # fmt: skip
_TALK = frozenset({Intent.OUT_OF_SCOPE, Intent.UNCLEAR, Intent.INTRODUCE, Intent.AFFIRM, Intent.DENY, Intent.HELP})
_TOLD = frozenset({"seats", "price", "km", "body_style", "segment", "transmission", "drive", "fuel", "equipment"})
_REFUSED = frozenset({"not_make", "not_model", "not_body_style"})
_CLEAR = 0.7
_SURE = 0.75
_OF_A_CAR = frozenset({"make", "model", "year", "trim", "km", "transmission", "city", "number"})
_ANOTHER = frozenset({"reference", "stock_id", "model", "make", "price", "body_style"})
_FEW = 8  # words of a sentence that only tells a sum
_HEADS = frozenset({"body_style", "make", "model"})
_CONDITIONS = ("price", "km", "year", "transmission")
_PLAN = frozenset({"price", "down_amount", "down_percent", "months", "monthly", "balloon", "amount", "number"})
_TERMS_TOLD = frozenset({"down_amount", "down_percent", "months"})
_WHOLE = frozenset({"metric", "order", "reference", "similar", "date", "time"})
_WANTED = frozenset(WISH_KINDS) - {"km"}


def parts_of(
    text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity], state: DialogueState
) -> list[SegmentLike]:
    """The parts of a message, in order.

    Args:
        text: the message.
        segments: as the classifier tells them apart.
        entities: of the message.
        state: the conversation so far.
    """
    uncut = asked_on(text, _uncut(text, segments, entities), entities, state)
    whole = _refusals_joined(text, names_joined(text, uncut, entities), entities)
    told = _sale_joined(text, retold(text, _wishes_joined(text, whole, entities), entities, state), entities)
    parts: list[SegmentLike] = []
    for segment in _plan_joined(text, _corrections_joined(text, told, state), entities):
        inside = [entity for entity in entities if segment.start <= entity.start < segment.end]
        parts += _own_car_apart(text, segment, inside, state.sale) or _searches_apart(text, segment, inside)
    return parts


def _uncut(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> list[SegmentLike]:
    """`the lowest | and highest price`: a cut through what was read as one is none."""
    whole: list[SegmentLike] = []
    for segment in segments:
        last = whole[-1] if whole else None
        if last is not None and any(e.kind in _WHOLE and e.start < segment.start < e.end for e in entities):
            surest = max(last, segment, key=lambda part: part.confidence)
            intent, sure = surest.intent, surest.confidence
            whole[-1] = Part(text[last.start : segment.end], last.start, segment.end, intent, sure)
        else:
            whole.append(segment)
    return whole


def _wishes_joined(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> list[SegmentLike]:
    """`en casa somos siete, ¿habrá alguna camioneta?`: what is told of the wish beside a search is part of it."""
    joined: list[SegmentLike] = []
    for segment in segments:
        before = joined[-1] if joined else None
        if before is not None and segment.intent in _SEARCHES and _tells_a_wish(before, entities):
            intent, sure = segment.intent, segment.confidence
            joined[-1] = Part(text[before.start : segment.end], before.start, segment.end, intent, sure)
        elif before is not None and before.intent in _SEARCHES and _tells_a_wish(segment, entities):
            intent, sure = before.intent, before.confidence
            joined[-1] = Part(text[before.start : segment.end], before.start, segment.end, intent, sure)
        else:
            joined.append(segment)
    return joined


def _refusals_joined(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> Sequence[SegmentLike]:
    """`civic no. mejor accord, ¿cuánto queda?`: what is only refused goes with what is wanted instead."""
    joined: list[SegmentLike] = []
    for segment in segments:
        before = joined[-1] if joined else None
        inside = [entity for entity in entities if segment.start <= entity.start < segment.end]
        if before is not None and _has_head(inside) and _only_refuses(before, entities):
            start, intent, sure = before.start, segment.intent, segment.confidence
            joined[-1] = Part(text[start : segment.end], start, segment.end, intent, sure)
        else:
            joined.append(segment)
    return joined


def _sale_joined(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> list[SegmentLike]:
    """`también quiero vender el mío, | que es un aveo 2015`: the car for sale, told of behind the wish to sell it."""
    joined: list[SegmentLike] = []
    for segment in segments:
        before = joined[-1] if joined else None
        if before is not None and before.intent in _SALE and _names_what_is_sold(before, segment, entities):
            start, intent, sure = before.start, before.intent, before.confidence
            joined[-1] = Part(text[start : segment.end], start, segment.end, intent, sure)
        else:
            joined.append(segment)
    return joined


def _names_what_is_sold(sale: SegmentLike, segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    if segment.intent not in _MAY_TELL or "?" in segment.text:
        return False
    if any(entity.kind in _HEADS for entity in entities if sale.start <= entity.start < sale.end):
        return False
    inside = {entity.kind for entity in entities if segment.start <= entity.start < segment.end}
    if inside.isdisjoint({"make", "model"}) or not inside <= _OF_A_CAR:
        return False
    scan = Scan(segment.text)
    return vocabulary().starts("which_is", scan) > 0 and not vocabulary().says("search_verb", scan)


def _only_refuses(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    inside = [entity for entity in entities if segment.start <= entity.start < segment.end]
    return bool(inside) and all(entity.kind in _REFUSED for entity in inside)


def _tells_a_wish(segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """Whether mere talk, by its label, says what a car should be."""
    if segment.intent not in _TALK or "?" in segment.text:
        return False
    return any(e.kind in _TOLD and e.score >= _CLEAR and segment.start <= e.start < segment.end for e in entities)


def _corrections_joined(text: str, segments: Sequence[SegmentLike], state: DialogueState) -> list[SegmentLike]:
    """`me equivoqué en el precio, son 380`: what is corrected and the new value are one part."""
    if len(segments) < 2 or state.plan_kind is None:
        return list(segments)
    first = Scan(segments[0].text)
    if any(char.isdigit() for char in segments[0].text) or not vocabulary().says("slip", first):
        return list(segments)
    second = segments[1]
    whole = Part(text[segments[0].start : second.end], segments[0].start, second.end, second.intent, 0.5)
    return [whole, *segments[2:]]


def _plan_joined(text: str, segments: Sequence[SegmentLike], entities: Sequence[Entity]) -> list[SegmentLike]:
    """`Precio 400,000. Enganche 100,000. A 60 meses`: a plan told in several sentences is one part."""
    joined: list[SegmentLike] = []
    for segment in segments:
        if joined and _asks_reach(text, segment, entities) and _tells_sums(joined[-1]):
            one = joined[-1]
            joined[-1] = Part(text[one.start : segment.end], one.start, segment.end, Intent.AFFORD, one.confidence)
            continue
        if joined and (
            _names_its_term(text, joined[-1], segment, entities) or _asks_each_term(joined[-1], segment, entities)
        ):
            one = joined[-1]
            intent = one.intent if one.intent.agent is Agent.FINANCE else Intent.QUOTE
            joined[-1] = Part(text[one.start : segment.end], one.start, segment.end, intent, one.confidence)
            continue
        if joined and _of_plan(text, joined[-1], entities) and _of_plan(text, segment, entities):
            one = joined[-1]
            labels = [part for part in (one, segment) if part.intent.agent is Agent.FINANCE]
            if labels and not (len(labels) == 2 and one.intent is segment.intent):
                best = max(labels, key=lambda part: (part.intent is not Intent.PREPAY, part.confidence))
                intent = Intent.QUOTE if best.intent is Intent.PREPAY else best.intent
                joined[-1] = Part(text[one.start : segment.end], one.start, segment.end, intent, best.confidence)
                continue
        joined.append(segment)
    return joined


def _names_its_term(text: str, one: SegmentLike, two: SegmentLike, entities: Sequence[Entity]) -> bool:
    """`dando 25% del primero | y liquidándolo en 60 meses`: the term of the plan, nothing is paid before its time."""
    weak = two.intent is Intent.PREPAY or two.intent in _TALK | _SEARCHES | {Intent.MORE}
    if one.intent not in (Intent.QUOTE, Intent.CHANGE_PLAN) or not weak:
        return False
    told = [e for e in entities if one.start <= e.start < one.end]
    more = [e for e in entities if two.start <= e.start < two.end and e.kind != "list_column"]  # "en 5 años"
    whole = any(e.kind in ("down_amount", "down_percent", "price") for e in told)
    if not whole or any(e.kind == "months" for e in told):
        return False
    return bool(more) and all(e.kind == "months" and set(e.value) <= TERMS for e in more)


def _asks_each_term(one: SegmentLike, two: SegmentLike, entities: Sequence[Entity]) -> bool:
    """`me quedo con el Ford, doy 30 %. | ¿Me das todos los plazos?`: of the plan told in the sentence before."""
    planned = one.intent in (Intent.QUOTE, Intent.CHANGE_PLAN)
    planned = planned or any(e.kind in _TERMS_TOLD and one.start <= e.start < one.end for e in entities)
    if not planned or not vocabulary().says("every_term", Scan(two.text)):
        return False
    return not any(e.kind in _ANOTHER and two.start <= e.start < two.end for e in entities)


def _asks_reach(text: str, segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """`doy 40 mil y puedo 5 al mes, | ¿la armo con el primero?`: what the sums told before are asked for."""
    inside = {entity.kind for entity in entities if segment.start <= entity.start < segment.end}
    pointed = bool(inside) and inside <= {"reference", "stock_id"}
    return pointed and vocabulary().says("can_i", Scan(text[segment.start : segment.end]))


def _tells_sums(segment: SegmentLike) -> bool:
    """`doy 40` whatever its label: a sum that is given."""
    if segment.intent is Intent.AFFORD:
        return True
    scan = Scan(segment.text)
    return vocabulary().says("gives", scan) and any(word[:1].isdigit() for word in scan.words) and len(scan) <= _FEW


def _of_plan(text: str, segment: SegmentLike, entities: Sequence[Entity]) -> bool:
    """Whether a segment tells terms of a plan and nothing else."""
    inside = [entity for entity in entities if segment.start <= entity.start < segment.end]
    told = {entity.kind for entity in inside} - {"attribute", "metric", "list_column"}
    if not told or not told <= _PLAN or segment.intent in _SALE or segment.intent is Intent.RULES:
        return False
    scan = Scan(text[segment.start : segment.end])
    if not (vocabulary().says("search_verb", scan) or vocabulary().says("show_verb", scan)):
        return True
    if told.isdisjoint({"price", "amount", "number"}):
        return True  # "y lo quiero a 60"
    return "?" not in segment.text and any(e.kind == "price" and _of_one(text, segment, e) for e in inside)


def _of_one(text: str, segment: SegmentLike, price: Entity) -> bool:
    """`hay uno de 320 mil, doy 80 …`: the price of a car that was found, no limit of a search."""
    return vocabulary().ends("one_at", Scan(text[segment.start : price.start]))


def _own_car_apart(
    text: str, segment: SegmentLike, entities: Sequence[Entity], sale: SaleDraft | None
) -> list[SegmentLike]:
    """What a segment tells of the car being sold, and the rest; empty where it speaks of one of them only."""
    if sale is None or "?" in segment.text:
        return []
    words = Scan(segment.text)
    if vocabulary().says("in_part_payment", words) and vocabulary().says("monthly_question", words):
        return []  # "si dejo mi aveo a cuenta, ¿a cómo me sale el mazda?" asks for a plan
    if not _may_tell(segment) and not _tells_its_km(segment.text, entities, sale):
        return []
    intent = Intent.TRADE_IN if sale.trade_in else Intent.SELL_CAR
    groups: list[tuple[bool, int, int]] = []
    for start, end in _clauses(text, segment):
        own = _of_own_car(text[start:end], [e for e in entities if start <= e.start < end], sale)
        if groups and (own is None or groups[-1][0] is own):
            groups[-1] = (groups[-1][0], groups[-1][1], end)
        else:
            groups.append((bool(own), start, end))
    if not any(own for own, *_ in groups):
        return []
    return [
        Part(text[start:end], start, end, intent if own else _looking(segment.intent), segment.confidence)
        for own, start, end in groups
    ]


def _may_tell(segment: SegmentLike) -> bool:
    return segment.intent in _MAY_TELL or (segment.intent is Intent.AFFIRM and segment.confidence < _SURE)


def _looking(intent: Intent) -> Intent:
    return intent if intent in _SEARCHES else Intent.REFINE


def _of_own_car(clause: str, entities: Sequence[Entity], sale: SaleDraft) -> bool | None:
    """Whether a clause tells of the car for sale; None where it may go with either."""
    scan = Scan(clause)
    if vocabulary().says("search_verb", scan) or vocabulary().says("want_it", scan):
        return False
    key = f"{sale.make}/{sale.model}" if sale.make and sale.model else None
    if sale.condition is None and not entities and condition_of(scan) is not None:
        return True  # "está bien cuidado"
    names = {entity.value for entity in entities if entity.kind in ("model", "make")}
    if _tells_its_km(clause, entities, sale):
        return True
    if vocabulary().says("my_car", scan) or (names and names <= {key, sale.make}) or _calls_it(scan, sale):
        return True
    if any(entity.kind in _WANTED for entity in entities):
        return False
    return None


def _tells_its_km(clause: str, entities: Sequence[Entity], sale: SaleDraft) -> bool:
    """`tiene 80 mil km y está en Puebla`: what is still to be told of the car for sale."""
    return sale.km is None and any(entity.kind == "km" for entity in entities) and describes(FoldedText(clause).text)


def _calls_it(scan: Scan, sale: SaleDraft) -> bool:
    """Whether the car for sale is called by its model, also by a word that is usually no name: "march: 90 mil km"."""
    words = Scan(sale.model or "").words
    return (
        bool(words)
        and words[0].isalpha()
        and any(scan.words[at : at + len(words)] == words for at in range(len(scan) - len(words) + 1))
    )


def _searches_apart(text: str, segment: SegmentLike, entities: Sequence[Entity]) -> list[SegmentLike]:
    """`hatchbacks de menos de 180 y sedanes de menos de 250`: two searches; the segment itself otherwise."""
    if segment.intent not in _SEARCHES or sum(entity.kind in _HEADS for entity in entities) < 2:
        return [segment]
    for _, cut in _clauses(text, segment):
        left = [entity for entity in entities if entity.start < cut]
        right = [entity for entity in entities if entity.start >= cut]
        if _has_head(left) and _has_head(right) and _own_conditions(left, right):
            return [
                Part(text[start:end], start, end, Intent.SEARCH, segment.confidence)
                for start, end in ((segment.start, cut), (cut, segment.end))
            ]
    return [segment]


def _has_head(entities: Sequence[Entity]) -> bool:
    return any(entity.kind in _HEADS for entity in entities)


def _own_conditions(left: Sequence[Entity], right: Sequence[Entity]) -> bool:
    """Whether both sides say the same thing differently: another price, another gearbox."""
    for kind in _CONDITIONS:
        one = {entity.value for entity in left if entity.kind == kind}
        other = {entity.value for entity in right if entity.kind == kind}
        if one and other and one.isdisjoint(other):
            return True
    return False


def _clauses(text: str, segment: SegmentLike) -> Iterator[tuple[int, int]]:
    """Where the clauses of a segment begin and end, joints going with the earlier one."""
    folded = FoldedText(text[segment.start : segment.end])
    start = segment.start
    for joint in _JOINT.finditer(folded.text):
        end = segment.start + folded.original_span(joint.end(), joint.end())[0]
        if start < end < segment.end:
            yield start, end
            start = end
    yield start, segment.end
