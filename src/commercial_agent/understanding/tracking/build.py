"""From segments and entities to requests. See the package for the order in which a segment is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commercial_agent.conversation.cars import CarCriteria, CarReference
from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import (
    CatalogRequest,
    ConciergeRequest,
    FinanceRequest,
    InfoRequest,
    Request,
)
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.correction import correct
from commercial_agent.understanding.criteria import names_cars
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.answers import build_plain, read_answer
from commercial_agent.understanding.tracking.bookings import leading_name, of_booking
from commercial_agent.understanding.tracking.cash import without_plans
from commercial_agent.understanding.tracking.context import WISH_KINDS, Context, vocabulary
from commercial_agent.understanding.tracking.info import one_case, only_tells_place, placed, sourced
from commercial_agent.understanding.tracking.intents import settled_intent
from commercial_agent.understanding.tracking.joining import asks_for_plan, joined, with_second_wish
from commercial_agent.understanding.tracking.keywords import keyword
from commercial_agent.understanding.tracking.light import in_the_light
from commercial_agent.understanding.tracking.moods import calmed, despite_insult, of_mood, refuses_person
from commercial_agent.understanding.tracking.named import set_apart, with_named
from commercial_agent.understanding.tracking.own_car import car_given, price_asked, taken_in, without
from commercial_agent.understanding.tracking.own_value import carried, valued
from commercial_agent.understanding.tracking.parts import SegmentLike, parts_of
from commercial_agent.understanding.tracking.plausible import plausible
from commercial_agent.understanding.tracking.reasons import without_reasons
from commercial_agent.understanding.tracking.retold import past_sighs, without_sighs
from commercial_agent.understanding.tracking.seller import (
    exchanged,
    not_asked,
    own_entities,
    own_told,
    seller_asks,
    swapped,
    told_once,
)
from commercial_agent.understanding.tracking.shown_names import with_shown_names, without_doubles
from commercial_agent.understanding.tracking.standing import about_what_is_noted, earlier_claim, leaves_queue
from commercial_agent.understanding.tracking.steps import stepped
from commercial_agent.understanding.tracking.talk import as_talk
from commercial_agent.understanding.tracking.visit_told import told_anew

MAX_REQUESTS = 6  # of one message are acted on

_COURTESY = frozenset({Intent.AFFIRM, Intent.DENY})
_TALK = _COURTESY | {Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.UNCLEAR, Intent.INTRODUCE}
_DECLINED = frozenset({Intent.OUT_OF_SCOPE, Intent.MANIPULATION})
_SALES = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_SEARCHES = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND})


def build_requests(
    text: str,
    language: Language,
    intents: Sequence[SegmentLike],
    entities: Sequence[Entity],
    state: DialogueState,
    now: datetime,
) -> tuple[Request, ...]:
    """What to do about a message, in its order; never empty, never raises for any text or valid state.

    Args:
        text: the message.
        language: of the message.
        intents: its segments, in order.
        entities: its entities, offsets in `text`.
        state: the conversation so far; it is only read.
        now: the present moment in the dealer's zone (aware).

    Returns:
        At most `MAX_REQUESTS` requests with whole criteria, terms and questions.
    """
    if (command := keyword(text)) is not None:
        return (ConciergeRequest(command, text=text),)
    if (left := leaves_queue(text, [segment.intent for segment in without_sighs(intents)], state)) is not None:
        return (left,)
    reading = _Reading(state)
    whole = text
    text, intents, named = set_apart(text, language, intents, entities, state)
    entities = tuple(entity for entity in entities if text[entity.start : entity.end].strip())
    parts = parts_of(text, intents, entities, state)[:MAX_REQUESTS] if intents else []
    reading.selling = next((part.intent for part in parts if part.intent in _SALES), None)
    for index in range(len(parts)):
        context = _context(text, language, parts, index, entities, reading.state, now, reading.earlier)
        context = replace(context, pointed=reading.pointed, income_told=reading.income_told)
        context = plausible(as_talk(despite_insult(without_reasons(in_the_light(stepped(context))))))
        context = valued(context, selling=reading.selling is not None)
        if len(parts) == 1 or not not_asked(context):
            reading.take(context, last=index + 1 == len(parts) and not named)
    told = with_named(placed(without_plans(reading.requests(beside=bool(named)), text), entities, state), named)
    named_first = leading_name(whole, state, [(entity.start, entity.kind) for entity in entities])
    if named_first is not None and not any(isinstance(one, ConciergeRequest) and one.name for one in told):
        told = (named_first, *told)
    return told or (ConciergeRequest(Intent.UNCLEAR, text=text),)


class _Reading:
    """The requests of a message as its parts are read one after the other."""

    def __init__(self, state: DialogueState) -> None:
        self.state = state
        self.earlier: CarCriteria | None = None  # what an earlier part searches for
        self.pointed = CarReference()  # the car an earlier part speaks of
        self.income_told = False
        self.selling: Intent | None = None  # a part of the message is of the customer's own car
        self._built: list[Request] = []
        self._contexts: list[Context] = []  # of each request
        self._agreed: list[Request] = []  # bare "yes" answers
        self._markers: list[Request] = []  # those of them that are an "ok" and may be no answer
        self._answered = False

    def take(self, context: Context, *, last: bool) -> None:
        """Read the next part."""
        context, found = self._read(context)
        if self._is_marker(context, found) and not last:
            self._markers += found
        else:
            for request in found:
                if (searched := searched_for(request)) is not None:
                    self.earlier, self.state = searched, replace(self.state, criteria=searched)
                elif (compared := _compared(request)) is not None:
                    self.earlier, self.state = compared, replace(self.state, shown=())
                self.pointed = _spoken_of(request) or self.pointed
                self.income_told |= isinstance(request, FinanceRequest) and request.income is not None
        self._built += found
        self._contexts += [context] * len(found)

    def _read(self, context: Context) -> tuple[Context, list[Request]]:
        if claimed := earlier_claim(context) or of_mood(context) or of_booking(context):
            return context, list(claimed)
        if (noted := about_what_is_noted(context)) is not None:
            return context, [noted]
        if (of_own := self._of_own_car(context)) is not None:
            return of_own
        if context.intent in _SALES:
            context = replace(context, entities=tuple(own_entities(context)))
        if not self._answered and (answer := read_answer(context)) is not None:
            self._answered = True
            if not context.entities and getattr(answer, "name", None) is None:
                self._agreed.append(answer)
            return context, [answer]
        if (moved := told_anew(context)) is not None:
            return moved, [build_plain(moved)]
        context = replace(context, intent=settled_intent(context))
        return context, with_second_wish(context, build_plain(context))

    def _of_own_car(self, context: Context) -> tuple[Context, list[Request]] | None:
        """What a part says of the customer's own car, or asks of its sale."""
        if (of_sale := seller_asks(context, selling=self.selling is not None)) is not None:
            return context, of_sale
        if (noted := price_asked(context)) is not None:
            return context, [noted]
        if (own := car_given(context)) is not None:
            plan = without(context, own)
            if context.intent is not Intent.TRADE_IN or asks_for_plan(plan):
                plan = replace(plan, intent=Intent.QUOTE) if plan.intent in _SALES else plan
                return plan, [*with_second_wish(plan, build_plain(plan)), taken_in(context, own)]
        if context.intent in _SALES and context.has("trade_in_value") and asks_for_plan(context):
            plan = replace(context, intent=Intent.QUOTE)  # "me lo valuaron en 90, con eso ¿cuánto al mes el mazda?"
            return plan, with_second_wish(plan, build_plain(plan))
        if (swap := swapped(context) or exchanged(context)) is not None:
            told, rest = swap
            wishes = rest.has(*WISH_KINDS)
            return context, [told, build_plain(replace(rest, intent=Intent.SEARCH))] if wishes else [told]
        if (noted := own_told(context, self.selling)) is not None:
            return context, [noted]
        return None

    def _is_marker(self, context: Context, found: Sequence[Request]) -> bool:
        answers = any(request is answer for request in found for answer in self._agreed)
        return answers and context.says_first("marker")

    def _shown_before(self, request: Request) -> bool:
        """`me da igual la marca, ¿cuál tiene mejor cajuela?`: the list in sight needs no second look."""
        begin = self._contexts[0].state if self._contexts else self.state
        again = searched_for(request) == begin.criteria and request.intent is Intent.REFINE and bool(begin.shown)
        return again and isinstance(request, CatalogRequest) and not (request.relative or request.similar)

    def requests(self, *, beside: bool = False) -> list[Request]:
        """What the whole message asks; beside something that was set apart an "ok" is no answer."""
        together = sourced(one_case(joined(self._built, self._contexts)), self.state)
        if any(request.intent in _DECLINED for request in together):
            together = [request for request in together if not _asks_nothing(request)]
        unmarked = [request for request in together if not any(request is marker for marker in self._markers)]
        if beside or any(_acts(request) for request in unmarked):
            together = unmarked
        news = [request for request in together if not self._shown_before(request)]
        together = news if any(_acts(request) for request in news) else together
        places = [place for place, request in enumerate(together) if any(request is one for one in self._agreed)]
        return calmed(carried(told_once(without_echoes(together, places)), self._contexts))


def _context(
    text: str,
    language: Language,
    segments: Sequence[SegmentLike],
    index: int,
    entities: Sequence[Entity],
    state: DialogueState,
    now: datetime,
    earlier: CarCriteria | None,
) -> Context:
    """A segment with the entities that begin in it; what stands between two segments goes with the earlier one."""
    segment = segments[index]
    start = past_sighs(text, segment.start) if index == 0 else segment.start
    end = segments[index + 1].start if index + 1 < len(segments) else len(text)
    end = max(end, segment.end if len(segments) == 1 else 0)
    words = text[start:end]
    scan = Scan(words)
    correct(scan)
    inside = tuple(entity for entity in entities if start <= entity.start < max(end, start + 1))
    return Context(
        text=words,
        intent=segment.intent,
        confidence=segment.confidence,
        entities=without_doubles(with_shown_names(scan, start, inside, state.shown)),
        state=state,
        language=language,
        now=now,
        whole=text,
        start=start,
        choices=segment.choices,
        earlier=earlier,
        scan=scan,
    )


def searched_for(request: Request) -> CarCriteria | None:
    """What a search asks for; None of any other request."""
    if isinstance(request, CatalogRequest) and request.intent in _SEARCHES and not request.criteria.empty:
        return request.criteria
    return None


def _compared(request: Request) -> CarCriteria | None:
    """The cars set side by side by their names, which "los dos" then means; None of any other request."""
    by_name = isinstance(request, CatalogRequest) and request.intent is Intent.COMPARE
    return request.about.criteria if by_name and isinstance(request, CatalogRequest) else None


def _spoken_of(request: Request) -> CarReference:
    """The car a request is about; empty where it is about none."""
    return request.about if isinstance(request, CatalogRequest) and request.intent is Intent.DETAIL else CarReference()


def _only_points(request: Request, later: Sequence[Request]) -> bool:
    """A closer look at nothing in particular is but the subject of what follows: "el segundo, ¿cuánto queda a 48?"."""
    if not isinstance(request, CatalogRequest) or request.intent is not Intent.DETAIL or request.attributes:
        return False
    return any(not isinstance(other, InfoRequest) and other.about == request.about for other in later)


def without_echoes(built: Sequence[Request], agreed: Sequence[int]) -> list[Request]:
    """Drop a bare yes or no when the same message goes on to say what is wanted, and repeated requests.

    "Sí, a 48 meses" is one plan, not two; "no, mejor uno automático" is a refinement.
    """
    kept: list[Request] = []
    for place, request in enumerate(built):
        later = built[place + 1 :]
        if place in agreed and any(_acts(one) and one.intent.agent is request.intent.agent for one in later):
            continue
        if (
            request.intent in _COURTESY
            and not refuses_person(request)
            and any(_acts(other) for other in built if other is not request)
        ):
            continue
        if request.intent is Intent.UNCLEAR and any(_acts(other) for other in built):
            continue
        if _is_aside(request) and any(_acts(other) and other is not request for other in built):
            continue
        if request.intent in _DECLINED and any(other.intent in _DECLINED for other in kept):
            continue
        if request.intent is Intent.GOODBYE and any(_acts(other) and _asks(other) for other in built):
            continue
        if _wishes_nothing(request) and any(_acts(other) and other is not request for other in built):
            continue
        if request.intent is Intent.GREETING and any(_acts(other) for other in built[:place]):
            continue
        if request in kept or _only_points(request, later) or _adds_nothing(request, kept):
            continue
        if _on_the_card(request, kept) or _asks_no_pick(request, kept) or _looks_again(request, kept):
            continue
        kept.append(request)
    return kept


_CARD = frozenset({"price", "km", "year", "transmission", "version", "availability"})


def _on_the_card(request: Request, kept: Sequence[Request]) -> bool:
    """`tem Honda Civic? qual o preço?`: the cars are listed with it."""
    if not isinstance(request, CatalogRequest) or request.intent is not Intent.DETAIL or not request.attributes:
        return False
    if not _CARD.issuperset(request.attributes) or request.about.criteria is None or request.about.order is not None:
        return False
    return any(searched_for(one) == request.about.criteria for one in kept)


def _asks_no_pick(request: Request, kept: Sequence[Request]) -> bool:
    """`¿cuál tiene mejor cajuela? es que viajamos mucho`: no more is asked than of the cars told of before."""
    if not isinstance(request, CatalogRequest) or request.intent is not Intent.RECOMMEND:
        return False
    bare = not request.about and request.count is None and not vocabulary().says("which_one", Scan(request.text))
    return bare and any(isinstance(one, CatalogRequest) and one.intent is Intent.DETAIL for one in kept)


def _looks_again(request: Request, kept: Sequence[Request]) -> bool:
    """A closer look at the cars of a search, nothing asked, beside a question about them."""
    if not isinstance(request, CatalogRequest) or request.intent is not Intent.DETAIL or request.attributes:
        return False
    named = request.about.criteria
    if named is None or names_cars(named):
        return False
    return any(isinstance(one, CatalogRequest) and one.attributes for one in kept)


def _is_aside(request: Request) -> bool:
    """A remark beside a wish ("la gas está carísima", "yo estoy en Querétaro"): nothing is asked by it."""
    if isinstance(request, InfoRequest):
        return only_tells_place(request)
    if not isinstance(request, ConciergeRequest) or request.intent is not Intent.OUT_OF_SCOPE:
        return False
    return request.subject is None and "?" not in request.text


def _adds_nothing(request: Request, kept: Sequence[Request]) -> bool:
    """More of a search just made ("vi un rio, ¿siguen teniendo?"), or a look at no car, beside another wish."""
    if not isinstance(request, CatalogRequest) or not kept:
        return False
    searched = [one for one in kept if searched_for(one) is not None or _compared(one) is not None]
    if request.intent is Intent.MORE and any(isinstance(one, FinanceRequest) for one in kept):
        return vocabulary().says("same_terms", Scan(request.text))  # "¿y si es de 300 mil? lo demás igual"
    if request.intent is Intent.MORE or _likens_nothing(request):
        return bool(searched)
    return request.intent is Intent.DETAIL and not request.about and not request.attributes and bool(searched)


def _wishes_nothing(request: Request) -> bool:
    """`necesito un carro ya, ¿hoy mismo me lo llevo?`: the whole stock is no answer beside another one."""
    if not isinstance(request, CatalogRequest) or request.intent not in _SEARCHES or not request.criteria.empty:
        return False
    open_wish = request.relative or request.similar or request.about or request.count
    return not open_wish and not vocabulary().says("show_verb", Scan(request.text))


def _asks_nothing(request: Request) -> bool:
    """`… y traigo una orden`: a search by its label only, of no car and by no word of looking for one."""
    if not isinstance(request, CatalogRequest) or request.intent not in _SEARCHES | {Intent.MORE}:
        return False
    if not request.criteria.empty or request.about or request.relative or request.similar:
        return False
    scan = Scan(request.text)
    return not any(vocabulary().says(name, scan) for name in ("search_verb", "car_noun", "show_verb"))


def _likens_nothing(request: CatalogRequest) -> bool:
    """`… me los compartes por favor`: a comparison by its label only, of no cars and by no word of comparing."""
    about = request.about
    named = about.ordinals or about.stock_ids or (about.criteria is not None and names_cars(about.criteria))
    if request.intent is not Intent.COMPARE or named or request.attributes:
        return False
    scan = Scan(request.text)
    return not any(vocabulary().says(name, scan) for name in ("compare_verb", "side_by_side", "which_one"))


def _asks(request: Request) -> bool:
    words = request.question if isinstance(request, FinanceRequest | InfoRequest) else request.text
    return "?" in words


def _acts(request: Request) -> bool:
    return request.intent.agent is not Agent.CONCIERGE or request.intent not in _TALK
