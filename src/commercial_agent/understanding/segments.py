"""One message, several intents: where one wish ends and the next begins.

A message is cut wherever a new wish could begin (sentence ends, commas, "y", "pero", after a greeting). Neighbours are
then joined again unless both stand alone: each is a clause or a courtesy of its own, each is clearly read, and their
intents are not two sides of one wish. A part that only tells circumstances ("salgo tarde de la chamba, …") goes with
its neighbour, and its words are not asked what the neighbour wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.cuts import (
    adds,
    corrects,
    cuts,
    describes,
    is_clause,
    is_greeting,
    is_particle,
    lead,
    owns,
)
from commercial_agent.understanding.features import CAR
from commercial_agent.understanding.text import FoldedText

MAX_PIECES = 10
MAX_CHARS = 1_500  # of a message are cut; what follows is read with the last piece

_COURTESY = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.AFFIRM, Intent.DENY, Intent.INTRODUCE})
_NAMES_CARS = frozenset({Intent.SEARCH, Intent.REFINE, Intent.DETAIL, Intent.COMPARE, Intent.CHANGE_PLAN})
_SALE = frozenset({Intent.SELL_CAR, Intent.TRADE_IN})
_OPENINGS = frozenset({Intent.GREETING, Intent.THANKS})
_NEVER_ASIDE = _OPENINGS | _SALE | {
    Intent.INTRODUCE, Intent.COMPLAINT, Intent.ABUSE, Intent.MANIPULATION, Intent.HUMAN, Intent.OPT_OUT,
    Intent.APPOINTMENT_CANCEL,
}  # fmt: skip
_ONE_WISH = (
    frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.ANALYSE, Intent.MORE}),
    frozenset({Intent.QUOTE, Intent.CHANGE_PLAN, Intent.AFFORD}),
    frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE}),
    _SALE,
    frozenset({Intent.RULES, Intent.QUOTE}),
    frozenset({Intent.APPOINTMENT_CANCEL, Intent.DENY}),
    frozenset({Intent.TRADE_IN, Intent.QUOTE}),
    frozenset({Intent.OUT_OF_SCOPE, Intent.UNCLEAR}),
    frozenset({Intent.ABUSE, Intent.COMPLAINT}),
    frozenset({Intent.OPT_OUT, Intent.RESET, Intent.DENY}),
    frozenset({Intent.DENY, Intent.THANKS}),
)
_SAME_KIND = _ONE_WISH[:4]  # labels that are two sides of one thing
_OFTEN_ONE = (frozenset({Intent.BUYING, Intent.SEARCH}),)  # told apart only where both are beyond doubt
_SURE_OF_KIND = 0.6  # confidence in one of the labels of a wish that is enough to read it so
_CLEAR = 0.55  # confidence above which a piece may stand alone
_CLEAR_SENTENCE = 0.45  # the same for one that is a sentence of its own
_BEYOND_DOUBT = 0.9  # the same for one that does not look like a clause
_SURE = 0.75  # the same for one that stands although the whole is clear too
_COMPLAINS = 0.85  # confidence from which a misfortune told is one of ours
_LEAST_WORDS = 2  # of a piece that does not look like a clause


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the message with one intent."""

    text: str
    start: int  # offsets in the message
    end: int
    intent: Intent
    confidence: float  # calibrated, 0 to 1
    choices: tuple[Intent, ...] = ()  # of an UNCLEAR one: the likeliest readings, best first
    kind: float = 0.0  # how sure it is of this kind: a search or its refinement, a plan or its change
    aside: bool = False  # it only tells circumstances

    @property
    def sureness(self) -> float:
        """Of its label, or of the kind that its label is of."""
        return max(self.confidence, self.kind)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int  # offsets in the folded text of the words that say what is wanted
    end: int
    strong: bool  # a sentence end stands before it
    segment: Segment
    clause: bool
    part: str  # its folded text


class Segmenter:
    """Finds the intents of a message, in order."""

    def __init__(self, classifier: IntentClassifier) -> None:
        self._classifier = classifier

    def split(self, text: str, language: Language) -> tuple[Segment, ...]:
        """The intents of a message and where they stand; never empty."""
        folded = FoldedText(text)
        if is_greeting(folded.text):
            return (Segment(text, 0, len(text), Intent.GREETING, 1.0),)
        places = list(cuts(folded, language, MAX_CHARS))
        pieces = self._pieces(text, folded, places, language) if places else []
        if not pieces:
            return (self._read(text, 0, len(text), language),)
        pieces = _without_asides(pieces, text)
        groups = [pieces[0]]
        for piece in pieces[1:]:
            if self._stand_apart(groups[-1], piece):
                together = self._joined(text, folded, groups[-1], piece, language)
                if piece.strong or not _says_as_much(groups[-1], piece, together):
                    groups.append(piece)
                    continue
            else:
                together = self._joined(text, folded, groups[-1], piece, language)
            groups[-1] = together
        return _merged([_doubted(group.segment) if len(groups) > 1 else group.segment for group in groups], text)

    def _pieces(
        self, text: str, folded: FoldedText, places: Sequence[tuple[int, bool]], language: Language
    ) -> list[_Piece]:
        starts = [(0, True), *places][:MAX_PIECES]
        pieces: list[_Piece] = []
        led: tuple[int, bool] | None = None  # where words began that only lead to what follows
        for number, (start, strong) in enumerate(starts):
            end = starts[number + 1][0] if number + 1 < len(starts) else len(folded.text)
            if not any(char.isalnum() or ord(char) > 0x2000 for char in folded.text[start:end]):
                continue
            if led is not None:
                start, strong, led = *led, None
            if end < len(folded.text) and is_particle(folded.text[start:end]):
                led = (start, strong)
                continue
            pieces.append(self._piece(text, folded, start, end, strong, language))
        return pieces

    def _piece(self, text: str, folded: FoldedText, start: int, end: int, strong: bool, language: Language) -> _Piece:
        first, last = folded.original_span(start, end)
        segment = self._read(text, first, max(first, last), language)
        part = folded.text[start:end]
        if start and (skipped := lead(part)) and any(char.isalnum() for char in part[skipped:]):
            bare = self._read(text, folded.original_span(start + skipped, end)[0], max(first, last), language)
            if bare.confidence > segment.confidence and bare.intent is not Intent.UNCLEAR:
                segment = replace(bare, text=segment.text, start=segment.start)
        clause = segment.intent in _COURTESY or is_clause(part)
        return _Piece(start, end, strong, segment, clause, part)

    def _joined(self, text: str, folded: FoldedText, left: _Piece, right: _Piece, language: Language) -> _Piece:
        joined = self._piece(text, folded, left.start, right.end, left.strong, language)
        first, last = left.segment.start, right.segment.end  # an aside may stand before and behind
        segment = replace(joined.segment, text=text[first:last], start=first, end=last)
        return replace(joined, segment=segment, clause=left.clause or right.clause)

    @staticmethod
    def _stand_apart(left: _Piece, right: _Piece) -> bool:
        one, other = left.segment, right.segment
        pair = {one.intent, other.intent}
        if one.intent == other.intent or any(pair <= wish for wish in _ONE_WISH):
            return False
        if (one.intent in _SALE and describes(right.part)) or (other.intent in _SALE and owns(left.part)):
            return False  # "¿reciben mi carro a cuenta? es un march 2017", "tengo un versa, ¿lo toman de enganche?"
        sure = min(one.sureness, other.sureness)
        if right.strong and one.intent in _OPENINGS and one.confidence >= _BEYOND_DOUBT:
            return len(right.part.split()) >= _LEAST_WORDS or sure >= _CLEAR_SENTENCE
        if corrects(right.part) and not right.strong:
            return False  # "how many miles … I mean km does it have?"
        if _two_questions(left, right) and max(one.sureness, other.sureness) >= _SURE:
            return True
        if any(pair <= wish for wish in _OFTEN_ONE):
            return sure >= _BEYOND_DOUBT
        if sure >= _BEYOND_DOUBT and not (_enumerates(left, right) or _enumerates(right)):
            return True
        if adds(right.part) and one.intent.agent is not other.intent.agent and min(one.kind, other.kind) >= _CLEAR:
            return True
        if not (left.clause or one.intent in _COURTESY) and not right.strong:
            return False
        if not right.clause and not right.strong:
            return False
        if right.strong and left.part.rstrip().endswith("?") and max(one.sureness, other.sureness) >= _SURE:
            return True  # a question has ended, whatever it was
        return sure >= (_CLEAR_SENTENCE if right.strong else _CLEAR)

    def _read(self, text: str, start: int, end: int, language: Language) -> Segment:
        part = text[start:end]
        judged = self._classifier.judge(part, language)
        scores, best = judged.scores, judged.scores[0]
        kind = min(1.0, sum(score.confidence for score in scores[:3] if _one_wish(score.intent, best.intent)))
        if best.intent not in (Intent.OUT_OF_SCOPE, Intent.ABUSE, Intent.MANIPULATION):
            has_car = CAR in self._classifier.model.features.words(part)
            if judged.in_scope < self._classifier.out_of_scope_below and not has_car:
                return Segment(part, start, end, Intent.OUT_OF_SCOPE, 1 - judged.in_scope, aside=judged.aside)
        if best.confidence < self._classifier.unsure_below and kind < _SURE_OF_KIND:
            choices = tuple(score.intent for score in scores[:3] if score.intent != Intent.OUT_OF_SCOPE)
            return Segment(part, start, end, Intent.UNCLEAR, best.confidence, choices, aside=judged.aside)
        return Segment(part, start, end, best.intent, best.confidence, kind=kind, aside=judged.aside)


def _without_asides(pieces: Sequence[_Piece], text: str) -> list[_Piece]:
    """The parts that want something, each with the asides before it, the last one with those behind it too.

    Where no part is clearly a wish on its own ("… su onix y ya se me antojó, ¿habrá?"), all of them are read together.
    """
    wishes = [piece for piece in pieces if not _is_aside(piece)]
    clear = [w for w in wishes if w.segment.intent not in _COURTESY and w.segment.sureness >= _CLEAR_SENTENCE]
    if len(wishes) == len(pieces) or not any(w.segment.intent is not Intent.UNCLEAR for w in clear):
        return list(pieces)
    found: list[_Piece] = []
    start = pieces[0].segment.start
    for piece in wishes:
        segment = piece.segment
        found.append(replace(piece, segment=replace(segment, text=text[start : segment.end], start=start)))
        start = segment.end
    last = found[-1].segment
    end = pieces[-1].segment.end
    found[-1] = replace(found[-1], segment=replace(last, text=text[last.start : end], end=end))
    return found


def _is_aside(piece: _Piece) -> bool:
    segment = piece.segment
    if segment.intent is Intent.COMPLAINT and segment.confidence < _COMPLAINS:
        return segment.aside  # "me chocaron el carro, ¿qué suv tienen?"
    return segment.aside and segment.intent not in _NEVER_ASIDE and "?" not in piece.part


def _one_wish(one: Intent, other: Intent) -> bool:
    return one == other or any({one, other} <= wish for wish in _SAME_KIND)


def _two_questions(left: _Piece, right: _Piece) -> bool:
    """`¿todavía hay kia rio? ¿y se puede apartar unos días?`: a car is asked for, then something else of the dealer."""
    names, asks = sorted((left, right), key=lambda piece: piece.segment.intent not in _NAMES_CARS)
    if names.segment.intent not in _NAMES_CARS or asks.segment.intent.agent is not Agent.INFO:
        return False
    return right.strong and "?" in left.part and right.part.rstrip().endswith("?")


def _enumerates(piece: _Piece, following: _Piece | None = None) -> bool:
    """A bare name or trait ("… y un jetta") goes with its neighbour; so does a single word."""
    asks = following is not None and following.clause and following.segment.intent.agent is Agent.INFO
    if asks and piece.segment.intent is Intent.COMPARE:
        return False  # "versa contra aveo, y qué garantía traen"
    bare = not piece.clause and piece.segment.intent in _NAMES_CARS
    return bare or len(piece.part.split()) < _LEAST_WORDS


def _doubted(segment: Segment) -> Segment:
    """A part that stands only because its neighbours do is not acted on by a mere guess."""
    if segment.sureness >= _CLEAR_SENTENCE or segment.intent in (Intent.UNCLEAR, Intent.OUT_OF_SCOPE):
        return segment
    return replace(segment, intent=Intent.UNCLEAR, choices=(segment.intent,))


def _says_as_much(left: _Piece, right: _Piece, together: _Piece) -> bool:
    """Whether two parts of a sentence, one of them in doubt, are clear once read as one."""
    one, other, whole = left.segment, right.segment, together.segment
    if min(one.sureness, other.sureness) >= _SURE or {one.intent, other.intent} & _COURTESY:
        return False
    return whole.intent in (one.intent, other.intent) and whole.confidence >= _BEYOND_DOUBT


def _merged(segments: Sequence[Segment], text: str) -> tuple[Segment, ...]:
    """Neighbours that came out the same joined, unclear scraps beside a clear wish dropped."""
    found: list[Segment] = []
    for segment in segments:
        if found and found[-1].intent == segment.intent:
            before = found[-1]
            whole = text[before.start : segment.end]
            confidence = max(before.confidence, segment.confidence)
            found[-1] = replace(before, text=whole, end=segment.end, confidence=confidence)
        else:
            found.append(segment)
    return tuple(found)
