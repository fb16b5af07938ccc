"""From segments and entities to requests. See the package for the order in which a segment is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

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
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.answers import build_plain, read_answer
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.intents import plausible, settled_intent
from commercial_agent.understanding.tracking.joining import joined, with_second_wish
from commercial_agent.understanding.tracking.light import in_the_light
from commercial_agent.understanding.tracking.standing import about_what_is_noted, earlier_claim, leaves_queue

MAX_REQUESTS = 6  # of one message are acted on

_KEYWORDS = {"start": Intent.OPT_IN, "unstop": Intent.OPT_IN, "stop": Intent.OPT_OUT, "unsubscribe": Intent.OPT_OUT}
"""Whole messages that messaging services reserve."""

_COURTESY = frozenset({Intent.AFFIRM, Intent.DENY})
_TALK = _COURTESY | {Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.UNCLEAR, Intent.INTRODUCE}
_SEARCHES = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND})


@dataclass(frozen=True, slots=True)
class _Part:
    """Parts of the message read as one."""

    text: str
    start: int
    end: int
    intent: Intent
    confidence: float
    choices: tuple[Intent, ...] = ()


class SegmentLike(Protocol):
    """A part of the message with one intent (`understanding.segments.Segment`)."""

    @property
    def text(self) -> str:
        """Its words."""
        ...

    @property
    def start(self) -> int:
        """Its place in the message."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...

    @property
    def intent(self) -> Intent:
        """What the classifier made of it."""
        ...

    @property
    def confidence(self) -> float:
        """0 to 1."""
        ...

    @property
    def choices(self) -> tuple[Intent, ...]:
        """The likely readings of an unclear one."""
        ...


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
    if (keyword := _KEYWORDS.get(text.strip().casefold())) is not None:
        return (ConciergeRequest(keyword, text=text),)
    if (left := leaves_queue(text, [segment.intent for segment in intents], state)) is not None:
        return (left,)
    built: list[Request] = []
    contexts: list[Context] = []  # of each request
    agreed: list[Request] = []  # bare "yes" answers
    markers: list[Request] = []  # those of them that are an "ok" and may be no answer
    answered = False
    earlier: CarCriteria | None = None
    pointed = CarReference()
    segments = _corrections_joined(text, intents, state)[:MAX_REQUESTS]
    for index in range(len(segments)):
        context = _context(text, language, segments, index, entities, state, now, earlier)
        context = plausible(in_the_light(replace(context, pointed=pointed)))
        if claimed := earlier_claim(context):
            found = list(claimed)
        elif (noted := about_what_is_noted(context)) is not None:
            found = [noted]
        elif not answered and (answer := read_answer(context)) is not None:
            answered = True
            found = [answer]
            if not context.entities:
                agreed.append(answer)
                if context.says_first("marker") and index + 1 < len(segments):
                    markers.append(answer)
                    built.append(answer)
                    contexts.append(context)
                    continue
        else:
            context = replace(context, intent=settled_intent(context))
            found = with_second_wish(context, build_plain(context))
        for request in found:
            if (searched := searched_for(request)) is not None:
                earlier, state = searched, replace(state, criteria=searched)
            pointed = _spoken_of(request) or pointed
        built += found
        contexts += [context] * len(found)
    together = joined(built, contexts)
    if any(_acts(request) for request in together if not any(request is marker for marker in markers)):
        together = [request for request in together if not any(request is marker for marker in markers)]
    places = [place for place, request in enumerate(together) if any(request is answer for answer in agreed)]
    kept = without_echoes(together, places)
    return tuple(kept) or (ConciergeRequest(Intent.UNCLEAR, text=text),)


def _corrections_joined(text: str, segments: Sequence[SegmentLike], state: DialogueState) -> list[SegmentLike]:
    """`me equivoqué en el precio, son 380`: what is corrected and the new value are one part."""
    if len(segments) < 2 or state.plan_kind is None:
        return list(segments)
    first = Scan(segments[0].text)
    if any(char.isdigit() for char in segments[0].text) or not vocabulary().says("slip", first):
        return list(segments)
    second = segments[1]
    whole = _Part(text[segments[0].start : second.end], segments[0].start, second.end, second.intent, 0.5)
    return [whole, *segments[2:]]


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
    start = 0 if index == 0 else segment.start
    end = segments[index + 1].start if index + 1 < len(segments) else len(text)
    end = max(end, segment.end if len(segments) == 1 else 0)
    words = text[start:end]
    scan = Scan(words)
    correct(scan)
    return Context(
        text=words,
        intent=segment.intent,
        confidence=segment.confidence,
        entities=tuple(entity for entity in entities if start <= entity.start < max(end, start + 1)),
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
        if place in agreed and any(other.intent.agent is request.intent.agent for other in later):
            continue
        if request.intent in _COURTESY and any(_acts(other) for other in built if other is not request):
            continue
        if request.intent is Intent.UNCLEAR and any(_acts(other) for other in built):
            continue
        if request.intent is Intent.GOODBYE and any(_acts(other) and _asks(other) for other in built):
            continue
        if request in kept or _only_points(request, later):
            continue
        kept.append(request)
    return kept


def _asks(request: Request) -> bool:
    words = request.question if isinstance(request, FinanceRequest | InfoRequest) else request.text
    return "?" in words


def _acts(request: Request) -> bool:
    return request.intent.agent is not Agent.CONCIERGE or request.intent not in _TALK
