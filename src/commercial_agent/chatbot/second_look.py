"""A second look at a doubtful reading: where a page answers with confidence, a label that is a guess gives way.

A message is read without the dealer's pages. What they answer is known only once they are asked, so that is done where
the label is unsure, where it is of something that the words do not do ("how does selling work?" sells nothing), and
where a short question follows an answer about the company. A message that names what it wants is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import (
    AppointmentDraft,
    CatalogRequest,
    ConciergeRequest,
    FinanceKind,
    FinanceRequest,
    InfoRequest,
    PlanTerms,
    Request,
    SaleDraft,
)
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Understanding
from commercial_agent.knowledge.base import THRESHOLD, Hit
from commercial_agent.knowledge.text import fold
from commercial_agent.understanding.correction import written_out
from commercial_agent.understanding.language import speaks

_ON_TOPIC = 0.2  # is enough for a page of the very topic, as it is for the agent that quotes it
_BEYOND_DOUBT = 0.5  # what a page must reach against a label that is not sure
_UNSURE = 0.6
_SURE = 0.8
_LONGEST_FOLLOW_UP = 11  # words
_SHORTEST = 3
_PAGES = 3

_HOW = (
    r"\b(?:como|donde|a donde|en donde) "
    r"(?:le (?:hago|hacemos|hace)|puedo|podria|podemos|hago|hacemos|checo|reviso|se)\b"
    r"|\bhow (?:do|can|could|should|would)\b|\bcomo (?:eu )?(?:faco|posso|vejo)\b"
)
_BEGINS = re.compile(_HOW)
_ASKS = re.compile(
    r"\?|\b(?:cuant[oa]s?|cual|cuales|how (?:much|many|long)|quant[oa]s?|qual|quais)\b"
    r"|^\W*(?:(?:y|e|and|ok|oye|bueno|ah|pero|but|mas|so|entonces|es que|jaja\w*)\b\W*)*"
    r"(?:(?:a|en|de|con|por|para|pa|desde|hasta|at|in|for|from|em|com)\s+)?"
    r"(?:que|cuando|donde|como|quien|what|which|how|when|where|who|why|can|do|does|is|are|quando|onde|quem|o que"
    r"|si|if|se|aunque|even|mesmo)\b"
    rf"|{_HOW}"
)
_ASKS_WHAT = re.compile(
    r"(?:^|[^\w\s]\s*|\b(?:y|e|ok|oye|pues|entonces|bueno|pero|de|en|a|con|para|pa|por|saber|dime)\s+)que\b"
    r"|\bque (?:necesito|ocupo|hago|debo|hay que|tengo que|se (?:necesita|ocupa|requiere)|requisitos|tramites|onda|es"
    r"|documentos|papeles|piden|incluye)\b"
    r"|\b(?:cual|cuales|cuando|donde|explica\w*|explicas|consiste|requisitos|que pasa|what|which|when|where|explain"
    r"|document(?:os|s|acion|acao)|papeles|paperwork|no (?:entiendo|entendi)|nao (?:entendi|entendo)"
    r"|qual|quais|onde|quando)\b"
    r"|\b(?:como|how)\b.{0,80}\b(?:funciona\w*|va|opera|es|esta|work\w*|seria)\b"
    r"|\bcuant[oa]s? (?:tiempo|tarda\w*|demora\w*|dias|ofertas)|\bhow (?:long|soon|many)|\bquanto tempo|\bquanto demora"
    r"|(?:^|\W)(?:si|if|se)\b.*\?"
)
_ASKS_HOW_TO = re.compile(  # of what was asked to be stopped: "como ya compré, no me escriban" asks nothing
    r"\b(?:como|how)\s+(?:me (?:doy|quito|salgo|borro)|le (?:hago|hacemos)|se (?:le )?hace|puedo|podria|hago|hacer|doy"
    r"|cancelo|quito|do i|can i|could i|to|eu|faco|posso|paro|saio)\b"
    r"|\b(?:de que (?:forma|manera)|que (?:tengo que|debo|hay que|hago|se hace)|what (?:do|should) i"
    r"|o que (?:eu )?faco)\b"
)
_VALUES = re.compile(
    r"\b(?:en )?cuanto (?:me |nos |le )?(?:dan|darian|das|pagan|pagarian|ofrecen|ofrecerian|vale|valdria|sale|dariam)\b"
    r"|\bhow much\b|\bquanto (?:me |voces )?(?:dao|dariam|pagam|pagariam|vale)\b"
)
_FAULT_OF_OURS = re.compile(
    r"\b(?:me |nos )(?:vendieron|entregaron|dieron|venderam|entregaram)\b"
    r"|\bme (?:lo |la )?lleve (?:\w+ ){0,4}(?:ustedes|kavak)\b"
    r"|\b(?:compre|compramos|comprei)\b|\b(?:you (?:guys )?sold|i bought|we bought|sold me"
    r"|bought (?:\w+ ){0,5}from you|my car from you)\b"
)
_BROKEN = re.compile(
    r"\b(?:fall\w+|check|testigo|foco|foquito|luce\w*|luz|light|ruid\w+|noise|barulho|descompus\w+|descompuest\w+"
    r"|descompone|apag\w+|prende|enciende|arranca|tira aceite|fuga|gotea|calienta|sobrecalienta|truena|trono|jala"
    r"|defect\w+|broke\w*|break\w*|dies|died|stall\w*|leak\w*|quebr\w+|pifou|defeito|motor|engine|transmision|caja"
    r"|frenos|brakes|clutch|embreagem|problema mecanico|se me quedo|no sirve|dejo de (?:servir|funcionar))\b"
)
_BY_TELEPHONE = re.compile(
    r"\b(?:que|cual|algun|un|el|su|what|which|a|any|the|your|qual|algum|o) (?:es (?:el|su) )?(?:numero|telefono|tel"
    r"|correo|mail|email|phone|number|telefone|whatsapp)\b"
)
_TO_REACH = re.compile(
    r"\b(?:como|donde|a donde|por donde|de que (?:manera|forma)|por que medio|how|what way|onde|por onde)"
    r" (?:\w+ ){0,3}?"
    r"(?:comunic\w+|localiz\w+|contact\w+|contat\w+|reach|get (?:in touch|hold)|falo com voces)\b"
    r"|\b(?:numero|telefono|tel|cel|celular|telefone|number|phone) (?:para|pa|pra|de|to|for|of)\b"
)
_A_PERSON = re.compile(
    r"\b(?:asesor\w*|persona\w*|human[oa]s?|alguien|ejecutiv[oa]|agente?s?|vendedor\w*|advis[eo]r|person|people|someone"
    r"|somebody|atendente|pessoa|alguem|consultor)\b"
)
_FAILS = re.compile(
    r"\b(?:fall[aeo]\w*|check engine|testigo|ruid\w+|noise|barulho|descompus\w+|descompuest\w+|descompone|defect\w+"
    r"|defeito|broke\w*|stalls|stalled|leak\w*|quebr\w+|pifou|tira aceite|gotea|calienta|sobrecalienta|truena|trono"
    r"|(?:foco|luz|light|check) (?:\w+ ){0,3}(?:prend\w+|encend\w+|on|acesa)"
    r"|(?:prend|encend|acend)\w+ (?:\w+ ){0,2}(?:foco|foquito|luz|lucecita)"
    r"|engine light|warning light|no (?:\w+ )?(?:prende|enciende|arranca|jala|sirve|camina|funciona)|se (?:me )?apaga"
    r"|se me quedo|dejo de \w+|won t start|not working|does not work|nao (?:liga|funciona))\b"
)
_ELSE = re.compile(
    r"\b(?:vend(?:o|er\w*|emos)|sell\w*|a cuenta|devol\w+|regres\w+|return|cubr\w+|cover\w*|cobre\w*|inclu\w+"
    r"|entra en|aplica)\b"
)
_WARRANTY = {
    Language.ES: "¿Qué hago si el auto que compré falla, cómo hago válida la garantía?",
    Language.EN: "What do I do if the car I bought breaks down, how do I use the warranty?",
    Language.PT: "O que faço se o carro que comprei quebrar, como aciono a garantia?",
}
_TOPICS = {
    Intent.SELL_CAR: ("selling", "trade_in"), Intent.TRADE_IN: ("trade_in", "selling"), Intent.OPT_OUT: ("privacy",),
    Intent.OPT_IN: ("privacy",), Intent.HUMAN: ("contact",),
}  # fmt: skip
_SAID_OUTRIGHT = frozenset({
    Intent.COMPLAINT, Intent.HUMAN, Intent.OPT_OUT, Intent.OPT_IN, Intent.ABUSE, Intent.RETURN,
})  # fmt: skip
_LEANING = frozenset({
    Intent.HELP, Intent.UNCLEAR, Intent.RULES, Intent.PAPERWORK, Intent.BUYING, Intent.COMPANY, Intent.GREETING,
    Intent.OUT_OF_SCOPE, Intent.PAYMENT, Intent.INSPECTION,
})  # fmt: skip
_COURTESIES = frozenset({
    Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.DENY, Intent.AFFIRM, Intent.HELP, Intent.INTRODUCE,
    Intent.RATE,
})  # fmt: skip


class Pages(Protocol):
    """What answers questions about the company (`knowledge.KnowledgeBase`)."""

    async def search(
        self,
        question: str,
        language: str | None = None,
        tags: Sequence[str] = (),
        k: int = 5,
        *,
        prefer: Sequence[str] = (),
    ) -> list[Hit]:
        """The passages that answer best."""
        ...


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What a page must be to be the answer."""

    least: float  # its score
    topics: tuple[str, ...] = ()  # one of which it must have; empty asks none


class SecondLook:
    """Asks the pages about what may be a question to them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def over(self, reading: Understanding, text: str, state: DialogueState) -> Understanding:
        """The reading, requests that are really questions about the company put right.

        Args:
            reading: of the message.
            text: the message.
            state: the conversation so far.

        Raises:
            DatabaseUnavailable: the pages cannot be asked.
        """
        if any(isinstance(request, InfoRequest) and request.seller for request in reading.requests):
            return reading  # it is known what is asked of the sale
        if _own_car_fails(reading, text):
            return replace(reading, requests=(_use_of_warranty(reading.language),))
        if (whole := await self._of_selling(reading, text, state)) is not None:
            return replace(reading, requests=(whole,))
        requests: list[Request] = []
        for request in reading.requests:
            words = _words(request, text, alone=len(reading.requests) == 1)
            found = await self._look(request, words, reading, state) if words else None
            requests.append(found or request)
            if request.intent is Intent.COMPLAINT and found is None:
                requests += await self._warranty(text, reading.language)
        if tuple(requests) == reading.requests:
            return reading
        requests = [request for request in requests if request.intent is not Intent.HELP] or requests
        return replace(reading, requests=tuple(dict.fromkeys(requests)))

    async def _of_selling(self, reading: Understanding, text: str, state: DialogueState) -> InfoRequest | None:
        """`and to sell it, what documents do you ask for?`: one question, in the two parts it was read in."""
        wishes = [request for request in reading.requests if request.intent in (Intent.SELL_CAR, Intent.TRADE_IN)]
        rest = [request for request in reading.requests if request not in wishes]
        if len(wishes) != 1 or not rest or any(request.intent not in _LEANING for request in rest):
            return None
        return await self._look(wishes[0], text, reading, state)

    async def _look(
        self, request: Request, words: str, reading: Understanding, state: DialogueState
    ) -> InfoRequest | None:
        if isinstance(request, InfoRequest | FinanceRequest) and request.named:
            return None  # it is known what is asked for
        if _by_its_words(request, reading):
            return None
        said, confidence = written_out(words), _confidence(request, reading)
        asks = bool(_ASKS.search(said))
        if asks and (goes_on := await self._going_on(request, words, confidence, reading, state)) is not None:
            return goes_on
        doubt = _doubt(request, said, confidence, state, asks=asks)
        if doubt is None:
            return None
        hits = await self._pages.search(words, reading.language.value, k=_PAGES, prefer=doubt.topics)
        if (tail := _question_in(said)) and not any(hit.answers for hit in hits):
            hits = await self._pages.search(tail, reading.language.value, k=_PAGES, prefer=doubt.topics)
        best = max(hits, key=lambda hit: hit.score, default=None)
        if doubt.topics:
            best = next((hit for hit in hits if not {*doubt.topics}.isdisjoint(hit.tags)), None)
        if best is None or best.score < doubt.least:
            return None
        return _question(words, best, reading)

    async def _going_on(
        self, request: Request, words: str, confidence: float, reading: Understanding, state: DialogueState
    ) -> InfoRequest | None:
        """A short question after an answer of the pages that the same page answers: it goes on with that."""
        last, page = state.last_intent, next((_page(source) for source in state.last_sources), "")
        of_pages = last is not None and last.agent is Agent.INFO and last is not Intent.SOURCE
        if last is None or not of_pages or state.last_question is None or not page:
            return None
        if len(words.split()) > _LONGEST_FOLLOW_UP or not _says_nothing(request) or confidence >= 0.9:
            return None
        for asked in (words, f"{state.last_question.rstrip('?')} {words}"):
            hits = await self._pages.search(asked, reading.language.value, k=_PAGES)
            best = max(hits, key=lambda hit: hit.score, default=None)
            if best is not None and best.answers and _page(best.source) == page:
                return replace(_question(asked, best, reading), intent=last)
        return None

    async def _warranty(self, words: str, language: Language) -> list[Request]:
        """A complaint about a car we sold that fails: how its warranty is used, beside the person who is offered."""
        said = fold(words)
        if not _BROKEN.search(said) or not _FAULT_OF_OURS.search(said):
            return []
        hits = await self._pages.search(_WARRANTY[language], language.value, k=1, prefer=("warranty",))
        if not hits or not hits[0].answers:
            return []
        return [_use_of_warranty(language)]


def _by_its_words(request: Request, reading: Understanding) -> bool:
    """`no sé ni pa qué carro me da`, `¿me separas una prueba de manejo?`: by the words, the label was another."""
    if any(score.intent is request.intent for score in reading.intents):
        return False
    if isinstance(request, ConciergeRequest):
        return request.intent is Intent.APPOINTMENT and request.appointment.kind not in (None, "visit")
    return isinstance(request, FinanceRequest) and request.kind is FinanceKind.AFFORDABILITY


def _own_car_fails(reading: Understanding, text: str) -> bool:
    """`les compré un March hace dos meses, se prendió el testigo, ¿qué hago?`: a car of ours that fails, no wish."""
    said = fold(text)
    if not _FAILS.search(said) or not _FAULT_OF_OURS.search(said) or _ELSE.search(said):
        return False
    return not any(request.intent in _SAID_OUTRIGHT for request in reading.requests)


def _use_of_warranty(language: Language) -> InfoRequest:
    return InfoRequest(Intent.WARRANTY, _WARRANTY[language], topic="warranty")


def _doubt(request: Request, said: str, confidence: float, state: DialogueState, *, asks: bool) -> _Doubt | None:
    """What a page must be to be the answer in place of a request; None where the request stands."""
    match request:
        case ConciergeRequest():
            return _doubt_of_talk(request, said, confidence, state, asks=asks)
        case CatalogRequest() | FinanceRequest() if asks and confidence < _UNSURE and _says_nothing(request):
            return _Doubt(_BEYOND_DOUBT) if state.plan_kind is None and not state.shown else None
        case _:
            return None


def _doubt_of_talk(
    request: ConciergeRequest, said: str, confidence: float, state: DialogueState, *, asks: bool
) -> _Doubt | None:
    intent = request.intent
    topics = _TOPICS.get(intent, ())
    if intent is Intent.UNCLEAR and not speaks(said):
        return None
    if intent is Intent.UNCLEAR:
        return _Doubt(THRESHOLD if asks else _BEYOND_DOUBT)
    if intent in (Intent.SELL_CAR, Intent.TRADE_IN):
        asks_what = bool(_ASKS_WHAT.search(said)) and not _VALUES.search(said)
        return _Doubt(_ON_TOPIC, topics) if asks_what and _says_nothing(request) and state.sale is None else None
    if intent in (Intent.OPT_OUT, Intent.OPT_IN):
        return _Doubt(_ON_TOPIC, topics) if _ASKS_HOW_TO.search(said) else None
    if intent is Intent.HUMAN:
        by_telephone = asks and _BY_TELEPHONE.search(said)
        to_reach = _TO_REACH.search(said) and not _A_PERSON.search(said)
        return _Doubt(_ON_TOPIC, topics) if by_telephone or to_reach else None
    if not asks:
        return None
    if intent is Intent.OUT_OF_SCOPE and request.subject is None:
        return _Doubt(THRESHOLD if confidence < _UNSURE else _BEYOND_DOUBT) if confidence < _SURE else None
    if intent in _COURTESIES or intent is Intent.APPOINTMENT:
        idle = intent is not Intent.APPOINTMENT or (_says_nothing(request) and state.appointment is None)
        return _Doubt(THRESHOLD) if confidence < _SURE and idle and state.question is None else None
    return None


def _says_nothing(request: Request) -> bool:
    """Whether a request names nothing that its agent could act on."""
    match request:
        case CatalogRequest():
            return request.criteria.empty and not request.about and not request.attributes and request.analysis is None
        case FinanceRequest():
            told = (request.price, request.monthly_budget, request.income, request.extra, request.balloon)
            bare = request.terms == PlanTerms() and not any(value is not None for value in told)
            return request.kind is FinanceKind.RULES or (bare and not request.about)
        case InfoRequest():
            return False
        case ConciergeRequest():
            idle = request.intent in _COURTESIES | {Intent.UNCLEAR, Intent.OUT_OF_SCOPE, *_TOPICS, Intent.APPOINTMENT}
            booked = replace(request.appointment, kind=None) != AppointmentDraft()
            sold = replace(request.sale, trade_in=False, condition=None) != SaleDraft()
            return idle and request.subject is None and not booked and not sold and not request.about


def _words(request: Request, text: str, *, alone: bool) -> str:
    """What a request was read from; empty where that is not known."""
    said = request.question if isinstance(request, FinanceRequest | InfoRequest) else request.text
    words = text if alone or not said else said
    return words if (alone or said) and len(words.split()) >= _SHORTEST else ""


def _confidence(request: Request, reading: Understanding) -> float:
    """Of the label a request was made from; a label that the words have changed is as sure as what it was before."""
    of_it = [score.confidence for score in reading.intents if score.intent is request.intent]
    return max(of_it) if of_it else min((score.confidence for score in reading.intents), default=0.0)


def _question(words: str, hit: Hit, reading: Understanding) -> InfoRequest:
    topic = hit.tags[0] if hit.tags else None
    labels = {intent.value: intent for intent in Intent}
    intent = labels.get(f"{Agent.INFO.value}.{topic}", Intent.COMPANY)
    named = {entity.kind: entity.value for entity in reversed(reading.entities)}
    return InfoRequest(
        intent,
        words,
        topic=topic,
        city=named.get("city"),
        branch=named.get("branch"),
        weekday=named.get("weekday"),
        asks_hours="weekday" in named and intent is Intent.BRANCHES,
    )


def _question_in(said: str) -> str:
    """The question in a message that begins with talk: "jaja no te creas, oye y | cómo le hago para …"; else empty."""
    begins = _BEGINS.search(said)
    tail = said[begins.start() :] if begins else ""
    return tail if begins and begins.start() and len(tail.split()) > _SHORTEST else ""


def _page(source: str) -> str:
    return source.partition("#")[0]
