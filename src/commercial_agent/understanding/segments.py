"""One message, several intents: where one wish ends and the next begins.

A message is cut wherever a new wish could begin (sentence ends, commas, "y", "pero", after a greeting). Neighbours are
then joined again unless both stand alone: each is a clause or a courtesy of its own, each is clearly read, and their
intents are not two sides of one wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.features import CAR
from commercial_agent.understanding.text import FoldedText

MAX_PIECES = 10
LAST_WORDS = 40  # characters at the end in which a closing "gracias" is looked for
MAX_CHARS = 1_500  # of a message are cut; what follows is read with the last piece

_GREETING = (
    r"(?:(?:hola+|ola|holi+s?|hey+|hello+|hi|oi+e?|oye|oiga|disculp[ae]|alo|saludos|que (?:tal|onda|hubo)"
    r"|como (?:estas|esta|estan|andas)|(?:muy )?buen[oa]?s?(?: (?:dias?|tardes?|noches?))?"
    r"|bom dia|boa (?:tarde|noite)|good (?:morning|afternoon|evening)|how are you|tudo bem)"
    r"(?: (?:amigo|amiga|joven|senorita|bot|there|pessoal|a todos|que tal))?(?![^\W_])[\s,.!?]*)+"
)
_LEADING = re.compile(rf"^\W*{_GREETING}")
_THANKS = r"(?:muchas |mil |muchisimas |ok |vale |perfecto )?(?:gracias|grax|thank you|thanks|obrigad[oa]|valeu)"
_THANKS_FIRST = re.compile(rf"^\W*{_THANKS}(?: (?:por|pela|pelo|for) [\w ]+?)?[\s,.!]+")
_THANKS_LAST = re.compile(rf"[\s,.!]+(?={_THANKS}[\s,.!?]*$)")
_YES_NO = re.compile(
    r"^\W*(?:si|sip|simon|claro(?: que si)?|ok(?:ey)?|va|sale|orale|no|nop|nel|yes|yeah|sure|sim|nao|beleza)"
    r"\s*[,.!]+\s*"
)
_STRONG = re.compile(r"[.!?;\n]+(?=\s|$)\s*|\s*(?=\?(?<![\w?]\?)\w)|\n+")
_SOFT = re.compile(
    r"\s*,\s+|\s+(?=(?:y|e|pero|ademas|tambien|aparte|and|but|also|mas|tambem|luego|then|por cierto|otra cosa)\s+\S)"
)
_LINKS = r"y|e|pero|ademas|tambien|aparte|and|but|also|mas|tambem|luego|then|por cierto|otra cosa|entonces|de|en|a|si|o"
_CLAUSE = re.compile(
    rf"^(?:\W|\b(?:{_LINKS})\b)*"
    r"(?:que|cual|cuales|cuanto|cuanta|cuantos|cuantas|donde|como|cuando|quien|por que"
    r"|what|which|how|where|when|who|why|qual|quais|quanto|quantos|onde|quando|quem"
    r"|quiero|quisiera|quieren|busco|necesito|ocupo|quero|gostaria|preciso|want|need|i|i'd|i'm|can|could|do|does|is"
    r"|are|have|will|me|te|se|lo|la|les|nos|dame|dime|muestra\w*|ensena\w*|manda\w*|pasa\w*|tienen|tienes|tiene|hay"
    r"|habra|puedo|puede|puedes|pueden|podria\w*|aceptan|dan|hacen|venden|compran|reciben|toman|incluye\w*|acepta"
    r"|abren|cierran|es|son|esta|estan|era|soy|tengo|estoy|gano|vendo|doy|agenda\w*|cotiza\w*|calcula\w*|compara\w*"
    r"|recomienda\w*|cancela\w*|cambia\w*|muev\w*|show|send|give|tell|compare|book|cancel|quote|calculate"
    r"|tem|voces|ha|pode|posso|aceita\w*|mostr\w*|envia\w*|agendar|ver|saber|hablar|vender|comprar|mi|meu|minha|my|ya"
    r"|prefiero|mejor|ando|traigo|llevo|manejan|trae\w*)\b"
)
_COURTESY = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.AFFIRM, Intent.DENY, Intent.INTRODUCE})
_ONE_WISH = (
    frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.ANALYSE, Intent.MORE}),
    frozenset({Intent.QUOTE, Intent.CHANGE_PLAN, Intent.AFFORD}),
    frozenset({Intent.RULES, Intent.QUOTE}),
    frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE}),
    frozenset({Intent.APPOINTMENT_CANCEL, Intent.DENY}),
    frozenset({Intent.SELL_CAR, Intent.TRADE_IN}),
    frozenset({Intent.TRADE_IN, Intent.QUOTE}),
    frozenset({Intent.BUYING, Intent.SEARCH}),
    frozenset({Intent.OUT_OF_SCOPE, Intent.UNCLEAR}),
    frozenset({Intent.ABUSE, Intent.COMPLAINT}),
    frozenset({Intent.OPT_OUT, Intent.RESET, Intent.DENY}),
    frozenset({Intent.THANKS, Intent.GOODBYE}),
)
_CLEAR = 0.55  # confidence above which a piece may stand alone
_CLEAR_SENTENCE = 0.45  # the same for one that is a sentence of its own


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the message with one intent."""

    text: str
    start: int  # offsets in the message
    end: int
    intent: Intent
    confidence: float  # calibrated, 0 to 1
    choices: tuple[Intent, ...] = ()  # of an UNCLEAR one: the likeliest readings, best first


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int  # offsets in the folded text
    end: int
    strong: bool  # a sentence end stands before it
    segment: Segment
    clause: bool


class Segmenter:
    """Finds the intents of a message, in order."""

    def __init__(self, classifier: IntentClassifier) -> None:
        self._classifier = classifier

    def split(self, text: str, language: Language) -> tuple[Segment, ...]:
        """The intents of a message and where they stand; never empty."""
        folded = FoldedText(text)
        cuts = list(_cuts(folded.text[:MAX_CHARS]))
        if not cuts:
            return (self._read(text, 0, len(text), language),)
        pieces = self._pieces(text, folded, cuts, language)
        if not pieces:
            return (self._read(text, 0, len(text), language),)
        groups = [pieces[0]]
        for piece in pieces[1:]:
            if self._stand_apart(groups[-1], piece):
                groups.append(piece)
            else:
                groups[-1] = self._joined(text, folded, groups[-1], piece, language)
        return _merged([group.segment for group in groups], text)

    def _pieces(
        self, text: str, folded: FoldedText, cuts: Sequence[tuple[int, bool]], language: Language
    ) -> list[_Piece]:
        starts = [(0, True), *cuts][:MAX_PIECES]
        pieces = []
        for number, (start, strong) in enumerate(starts):
            end = starts[number + 1][0] if number + 1 < len(starts) else len(folded.text)
            if any(char.isalnum() or ord(char) > 0x2000 for char in folded.text[start:end]):
                pieces.append(self._piece(text, folded, start, end, strong, language))
        return pieces

    def _piece(self, text: str, folded: FoldedText, start: int, end: int, strong: bool, language: Language) -> _Piece:
        first, last = folded.original_span(start, end)
        segment = self._read(text, first, max(first, last), language)
        clause = segment.intent in _COURTESY or bool(_CLAUSE.match(folded.text[start:end]))
        return _Piece(start, end, strong, segment, clause)

    def _joined(self, text: str, folded: FoldedText, left: _Piece, right: _Piece, language: Language) -> _Piece:
        joined = self._piece(text, folded, left.start, right.end, left.strong, language)
        return replace(joined, clause=left.clause or right.clause)

    def _stand_apart(self, left: _Piece, right: _Piece) -> bool:
        one, other = left.segment, right.segment
        if one.intent == other.intent or any({one.intent, other.intent} <= wish for wish in _ONE_WISH):
            return False
        if not (left.clause or one.intent in _COURTESY) and not right.strong:
            return False
        if not right.clause and not right.strong:
            return False
        enough = _CLEAR_SENTENCE if right.strong else _CLEAR
        return one.confidence >= enough and other.confidence >= enough

    def _read(self, text: str, start: int, end: int, language: Language) -> Segment:
        part = text[start:end]
        scores, in_scope = self._classifier.judge(part, language)
        best = scores[0]
        if best.intent not in (Intent.OUT_OF_SCOPE, Intent.ABUSE, Intent.MANIPULATION):
            has_car = CAR in self._classifier.model.features.words(part)
            if in_scope < self._classifier.out_of_scope_below and not has_car:
                return Segment(part, start, end, Intent.OUT_OF_SCOPE, 1 - in_scope)
        if best.confidence < self._classifier.unsure_below:
            choices = tuple(score.intent for score in scores[:3] if score.intent != Intent.OUT_OF_SCOPE)
            return Segment(part, start, end, Intent.UNCLEAR, best.confidence, choices)
        return Segment(part, start, end, best.intent, best.confidence)


def _cuts(folded: str) -> Iterator[tuple[int, bool]]:
    """Where a new wish could begin, and whether a sentence ends there."""
    cuts: dict[int, bool] = {}
    for pattern in (_LEADING, _THANKS_FIRST, _YES_NO):
        found = pattern.match(folded)
        if found:
            cuts[found.end()] = True
    last = _THANKS_LAST.search(folded, max(0, len(folded) - LAST_WORDS))
    if last:
        cuts[last.end()] = True
    for match in _SOFT.finditer(folded):
        cuts.setdefault(match.end(), False)
    for match in _STRONG.finditer(folded):
        cuts[match.end()] = True
    for position in sorted(cuts):
        if 0 < position < len(folded):
            yield position, cuts[position]


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
