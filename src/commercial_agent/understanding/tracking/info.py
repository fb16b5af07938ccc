"""Questions about the company, made whole: "¿y en Guadalajara?" carries what was asked before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import InfoRequest, Request
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import Context, vocabulary
from commercial_agent.understanding.tracking.residue import residue

MAX_QUESTION = 500  # characters

_LONGEST, _BARE = 9, 4  # words of a question that leans on the one before
_LONGEST_LEANING = 20  # words and signs of one that speaks of "it"
_GUESSES = frozenset({Intent.UNCLEAR, Intent.GREETING, Intent.OUT_OF_SCOPE, Intent.AFFIRM, Intent.DENY, Intent.HELP})
_FROM_HERE = ("see_where", "nearest_place")
_OF_PLACES = frozenset({"city", "branch", "weekday", "date", "list_column", "attribute"})
_OF_CARS = ("make", "model", "body_style", "reference", "price", "months", "down_percent", "down_amount", "km")
_OF_DISTANCE = frozenset({"km", "order", "relative", "attribute", "metric", "number", "list_column"})
_LASTING = frozenset({Intent.WARRANTY, Intent.RETURN, Intent.MAINTENANCE})  # whose time may be asked for
_SURE = 0.9
_DOUBTFUL = 0.6
_CLEAR = 0.75
_LEAD = re.compile(r"^[\s¿?¡!,.]*(?:(?:y|e|and|ok|oye|bueno|entonces)\b[\s,]*)+", re.IGNORECASE)
_LONGEST_CONDITION = 16  # words
_CONDITION = re.compile(
    r"^\W*(?:(?:y|e|and|ok|oye|pero|bueno|ah|but|mas|entonces)\W+)*"
    r"(?:(?<=\w )(?:si|if|se)|aunque|aun (?:si|cuando)|incluso (?:si|cuando)|hasta si|even (?:if|though|when)|what if"
    r"|(?:en )?(?:el )?caso (?:de )?que|en caso de|suponiendo que|supongamos que|digamos que|pongamos que|in case"
    r"|(?:let's )?say that|suppos(?:e|ing)(?: that)?|caso eu|suponha que|digamos"
    r"|que (?:pasa|pasaria) si|mesmo (?:se|que|assim)|ainda que|(?P<bare>si|if|se))\s+(?!\W)"
)
_SENTENCE = re.compile(r"[.!…]+\s+")
_POINTING = frozenset({"eso", "esa", "ese", "that", "it", "isso", "ahi", "alla", "there"})
_ELLIPTIC = frozenset({"y", "e", "and", "eso", "esa", "ese", "that", "it", "isso", "ahi", "alla", "there", "tambien"})


_PREFACE = re.compile(
    r"^\W*(?:(?:(?:me|nos) (?:hablaron|platicaron|contaron|mencionaron|ofrecieron|comentaron|recomendaron)"
    r"|(?:escuch[eé]|o[ií]|le[ií]|vi|supe)(?: algo)?|un amig[oa] me habl[oó]"
    r"|(?:i|we) (?:heard|read|saw|was told)|(?:me )?(?:falaram|contaram|ofereceram)|ouvi(?: falar)?) "
    r"(?:de |del |lo de |sobre |about |of |sobre |do |da |)(?:un |una |um |uma |a |the |el |la |su |)"
    r"(?:(?:algo|cosa|plan|servicio|something|thing|tal|coisa) (?:de |)"
    r"(?:llamad[oa]|que se llama|que le dicen|called|named|chamad[oa]|)\s*)?)",
    re.IGNORECASE,
)  # only leads to what is asked of


def info_request(context: Context) -> InfoRequest:
    """The request of an info intent."""
    return InfoRequest(
        context.intent,
        _whole_question(context)[:MAX_QUESTION],
        topic=context.intent.value.partition(".")[2],
        city=context.first("city"),
        branch=context.first("branch") or _branch_spoken_of(context),
        weekday=context.first("weekday"),
        asks_hours=context.says("hours"),
    )


def placed(requests: Sequence[Request], entities: Sequence[Entity], state: DialogueState) -> tuple[Request, ...]:
    """`soy de Querétaro …, ¿y dónde lo puedo ver?`: the branches asked for are those of the city told before.

    Args:
        requests: of the message.
        entities: of the message.
        state: the conversation so far; `¿cuál me queda más cerca?` is asked from the place told last.
    """
    cities = {str(entity.value) for entity in entities if entity.kind == "city"}
    if len(cities) > 1 or any(entity.kind == "branch" for entity in entities):
        return tuple(requests)
    told = next(iter(cities), None)
    return tuple(_nearby(one, told, state) if isinstance(one, InfoRequest) else one for one in requests)


def _nearby(request: InfoRequest, city: str | None, state: DialogueState) -> InfoRequest:
    if not _asks_nearby(request):
        return request
    if city is None and any(vocabulary().says(name, Scan(request.question)) for name in _FROM_HERE):
        city = state.place
    return request if city is None else replace(request, city=city)


def sourced(requests: Sequence[Request], state: DialogueState) -> list[Request]:
    """The requests without one for a source of nothing: "¿cómo está contra lo que dan ustedes?" beside a plan."""
    told = bool(state.last_sources) or any(
        isinstance(one, InfoRequest) and one.intent is not Intent.SOURCE and not only_tells_place(one)
        for one in requests
    )
    if not told:
        requests = [_seen_where(one, first=state.last_intent is None and len(requests) == 1) for one in requests]
    asked = [one for one in requests if told or one.intent is not Intent.SOURCE]
    acting = any(one.intent.agent is not Agent.CONCIERGE for one in asked)
    return asked if acting else list(requests)


def _seen_where(request: Request, *, first: bool) -> Request:
    """`y dónde lo puedo ver?` where nothing was told that has a source: the branches; a first message asks of us."""
    if not isinstance(request, InfoRequest) or request.intent is not Intent.SOURCE:
        return request
    if vocabulary().says("see_where", Scan(request.question)):
        return replace(request, intent=Intent.BRANCHES, topic=Intent.BRANCHES.value.partition(".")[2])
    long = len(request.question.split()) > _LONGEST
    return (
        replace(request, intent=Intent.COMPANY, topic=Intent.COMPANY.value.partition(".")[2])
        if first and long
        else request
    )


def _asks_nearby(request: InfoRequest) -> bool:
    scan = Scan(request.question)
    bare = request.intent is Intent.BRANCHES and request.city is None and request.branch is None
    return bare and not vocabulary().says("every_place", scan) and not vocabulary().says("amenity", scan)


def only_tells_place(request: InfoRequest) -> bool:
    """`yo estoy en Querétaro`: whence one writes, nothing is asked of it."""
    if request.intent is not Intent.BRANCHES or request.asks_hours or {"?", "¿"} & {*request.question}:
        return False
    scan = Scan(request.question)
    return vocabulary().says("lives_in", scan) and not vocabulary().says("place_question", scan)


def _branch_spoken_of(context: Context) -> str | None:
    """`¿en qué calle está?` while a visit is arranged: the branch of the visit."""
    appointment = context.state.appointment
    if appointment is None or context.has("city") or not context.says("place_question"):
        return None
    return appointment.branch


def is_elliptic(context: Context) -> bool:
    """Whether a segment leans on the question before: it starts with "y", or only says "eso" or "usarla"."""
    all_words = [word for word in context.scan.words if word.isalnum()]
    if not all_words or context.state.last_question is None:
        return False
    if _uses_it(context) or _only_a_place(context):
        return True
    if len(all_words) > 7:
        return False
    words = spoken(context)
    return (
        all_words[0] in ("y", "e", "and")
        or (len(words) <= _BARE and context.says("bare_question"))
        or (len(words) <= 5 and not _ELLIPTIC.isdisjoint(words))
    )


def spoken(context: Context) -> list[str]:
    """The words of a segment behind those that only open it: "ah y este, …", "oye, y de paso …"."""
    first = vocabulary().starts("openers", context.scan)
    return [word for word in context.scan.words[first:] if word.isalnum()]


def _only_a_place(context: Context) -> bool:
    """`¿y Puebla?`, `ah y fíjese que por Monterrey?`: a place or a day, and nothing that is asked of it."""
    first = vocabulary().starts("openers", context.scan)
    if not context.has("city", "branch", "weekday") or first >= len(context.scan):
        return False
    start = context.start + context.scan.folded.original_span(context.scan.starts[first], context.scan.ends[first])[0]
    if any(entity.kind not in _OF_PLACES for entity in context.entities if entity.start >= start):
        return False
    if context.says("lives_in") and "?" not in context.text:
        return False
    return residue(context, first) == 0


def asks_of_another_place(context: Context) -> bool:
    """`¿y Puebla?` after an answer on branches: of those there, no visit and no yes."""
    return context.state.last_intent is Intent.BRANCHES and "?" in context.text and _only_a_place(context)


def _uses_it(context: Context) -> bool:
    """`¿qué tendría que hacer para usarla?`, `could I add it later?`: what was just told of, in a verb."""
    return context.says("uses_it") and not context.has(*_OF_CARS) and len(context.scan) <= _LONGEST_LEANING


def continues_info(context: Context) -> bool:
    """Whether an elliptic segment goes on with the company, not with a car."""
    last = context.state.last_intent
    if last is None or (last.agent not in (Agent.INFO,) and last is not Intent.RULES) or not is_elliptic(context):
        return False
    return not context.has("make", "model", "price", "reference", "months", "down_percent", "down_amount", "body_style")


def goes_on_asking(context: Context) -> bool:
    """`¿y si ya le anduve 500 km?`, `¿cuántos meses son?` after a question about the company: it goes on with that."""
    last = context.state.last_intent
    if last is None or last.agent is not Agent.INFO or context.state.last_question is None:
        return False
    if asks_of_another_place(context):
        return True
    near = context.state.plan_kind is not None or context.state.focus is not None
    guessed = context.intent.agent is Agent.FINANCE or context.intent is Intent.UNCLEAR
    if guessed and not near and _uses_it(context):
        return True  # "¿y lo incluyen en la mensualidad?"
    if context.intent is Intent.RULES and last in _LASTING and _of_what_was_told(context):
        return True
    planned = context.intent.agent is Agent.FINANCE and context.state.plan_kind is not None
    other = context.intent.agent is Agent.INFO and context.intent is not last
    if (other or planned) and context.confidence >= _CLEAR:
        return False  # "¿y si no me gusta?" after the warranty asks of returning
    conditional = _is_condition(context)
    talk = context.intent.agent is Agent.CONCIERGE and not (conditional and context.intent in _GUESSES)
    if talk or context.has("make", "model", "body_style", "reference", "price"):
        return False
    if context.has("months", "down_amount", "down_percent", "monthly", "income", "visit_kind", "date"):
        return False
    words = [word for word in context.scan.words if word.isalnum()]
    elliptic = words[:1] in (["y"], ["e"], ["and"]) and len(words) <= _LONGEST and not context.entities
    if elliptic and context.confidence < _DOUBTFUL and context.state.plan_kind is None:
        return True  # "¿y se puede pagar junto con la mensualidad?"
    bare = len(spoken(context)) <= _BARE and context.says("bare_question")
    return conditional or (bare and (context.confidence < _SURE or context.state.plan_kind is None))


def _of_what_was_told(context: Context) -> bool:
    """`¿y de cuántos meses me la dan?` after the warranty: how long that lasts, no term of a credit."""
    lasts = context.says("bare_question") and all(entity.kind in _OF_DISTANCE for entity in context.entities)
    return lasts and not context.says("credit_talk") and len(spoken(context)) <= _LONGEST


def _is_condition(context: Context) -> bool:
    """`¿y si para entonces ya le anduve 500 km?`, `aunque ya lo haya usado`, `even if …`: a case of what was asked."""
    words = [word for word in context.scan.words if word.isalnum()]
    if len(words) > _LONGEST_CONDITION:
        return False
    if _is_distance(context):
        return True
    first = vocabulary().starts("openers", context.scan)
    starts = [0, context.scan.starts[first] if 0 < first < len(context.scan) else 0]
    starts += [mark.end() for mark in _SENTENCE.finditer(context.scan.text)]  # "ah, vaya. Si llego a necesitarla, …"
    found = next((hit for start in starts if (hit := _CONDITION.match(context.scan.text[start:]))), None)
    if found is None:
        return False
    bare = found["bare"] is not None  # "sí, …" is a yes
    return not bare or ("?" in context.text and not context.text.strip(" ¿").lower().startswith("sí"))


def _is_distance(context: Context) -> bool:
    """`¿y con 500 km ya recorridos?`: kilometres driven, after an answer of the company and no car in sight."""
    if not context.has("km") or not context.state.criteria.empty or context.state.shown:
        return False
    return context.says("already_driven") and all(e.kind in _OF_DISTANCE for e in context.entities)


def _leans(context: Context) -> bool:
    """Whether a segment says nothing of its own: a place, "eso", "ahí", "usarla"."""
    return _only_a_place(context) or _uses_it(context) or not _POINTING.isdisjoint(context.scan.words)


def _whole_question(context: Context) -> str:
    last = context.state.last_question
    text = _PREFACE.sub("", context.text.strip()) or context.text.strip()
    if last is None or not (is_elliptic(context) or _is_condition(context)):
        return text
    if context.intent is not context.state.last_intent and context.confidence >= _CLEAR and not _leans(context):
        return text
    rest = _LEAD.sub("", text).strip()
    return f"{last.strip().rstrip('?').rstrip()} {rest}" if rest else last


def one_case(requests: Sequence[Request]) -> list[Request]:
    """`si llegara a necesitarla, | ¿cómo procedo?` of one thing: a case and what is asked of it are one question."""
    kept: list[Request] = []
    for request in requests:
        before = kept[-1] if kept else None
        if isinstance(request, InfoRequest) and isinstance(before, InfoRequest) and before.intent is request.intent:
            shared = _shared(before.question, request.question)
            if "?" in request.question[shared:] and "?" not in before.question[shared:]:
                question = f"{before.question} {request.question[shared:]}"[:MAX_QUESTION]
                kept[-1] = replace(request, question=question)
                continue
        kept.append(request)
    return kept


def _shared(one: str, other: str) -> int:
    """How many letters two questions begin with in common: the earlier question that both carry."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))
