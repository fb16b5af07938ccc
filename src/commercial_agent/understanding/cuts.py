"""Where a new wish could begin in a message, and how a part of it looks: a clause, a mere particle, its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.text import FoldedText

LAST_WORDS = 40  # characters at the end in which a closing "gracias" is looked for

_GREETING = (
    r"(?:(?:hola+|ola+|holi+s?|hey+|hello+|hi+|oi+e?|alo|saludos|que (?:onda|hubo)"
    r"|que tal(?! (?:si|con|por|el|la|los|las|esta|estan|sale|un|una|de|en|su|sus|anda|se)\b)"
    r"|como (?:estas|esta|estan|andas)(?=\s*[,.!?]|$)|(?:muy )?buen[oa]?s?(?: (?:dias?|tardes?|noches?))?"
    r"|bom dia|boa (?:tarde|noite)|good (?:morning|afternoon|evening)|how are you|tudo bem)"
    r"(?: (?:amigo|amiga|joven|senorita|bot|there|pessoal|a todos|que tal))?(?![^\W_])[\s,.!?]*)+"
)
_LEADING = re.compile(rf"^\W*{_GREETING}")
_ONLY_GREETING = re.compile(rf"\W*{_GREETING}\W*")
_THANKS = r"(?:muchas |mil |muchisimas |ok |vale |perfecto |muito )?(?:gracias|grax|thank you|thanks|obrigad[oa]|valeu)"
_HOW_MUCH = r"(?:so |very )+much|a (?:lot|million|bunch|ton)|again|mil|de (?:verdad|nuevo|corazon)|mesmo|demais"
_THANKS += rf"(?: (?:{_HOW_MUCH})(?!\w))?+"  # all or nothing: "so much" is no wish of its own
_THANKS_FIRST = re.compile(
    rf"^\W*{_THANKS}(?!\w)(?: (?:por|pela|pelo|for) [\w ]+?[,.!]+\s*|\s*[,.!]+\s*| +(?!(?:por|pela|pelo|for)\b))"
)
_THANKS_LAST = re.compile(rf"[\s,.!]+(?={_THANKS}[\s,.!?]*$)")
_YES_NO = re.compile(
    r"^\W*(?:si|sip|simon|claro(?: que si)?|ok(?:ey)?|va|sale|orale|no|nop|nel|yes|yeah|sure|sim|nao|beleza)"
    r"\s*[,.!]+\s*"
)
_STRONG = re.compile(r"(?<!\.)(?!\.{2})[.!?;\n]+(?=\s|$)\s*|\n+")
_PAUSE = re.compile(r"\.{2,}\s+")  # a pause for thought, no end
_OPENS = re.compile(r"(?<=\w)[\s,]*(?=\?(?<![\w?]\?)\w)")  # a question opens within a sentence
_JOINERS = (
    r"y|e|pero|ademas|tambien|aparte|and|but|also|tambem|luego|then|(?:y )?de paso|por cierto"
    r"|otra (?:cosa|pregunta|duda)"
    r"|plus|by the way|outra (?:coisa|pergunta)|alem disso"
)
_ANNOUNCES = re.compile(
    r"(?<![\s,.;:])[\s,.;:]+(?=(?:(?:y|e|and|ah|oye|oigan|bueno) )?"
    r"(?:otra(?: (?:cosa|pregunta|duda))?|una (?:pregunta|duda|cosa) mas"
    r"|(?:one|another) (?:more )?(?:thing|question)|outra (?:coisa|pergunta)|mais uma (?:coisa|pergunta))\s*[,:;.])"
)  # another wish is announced
_SOFT = re.compile(rf"\s*,\s+|\s+(?=(?:{_JOINERS}|mas)\s+\S)")
_LINKS = rf"{_JOINERS}|mas|entonces|antes|de|en|a|si|o"
_CLAUSE = re.compile(
    rf"^(?:\W|\b(?:{_LINKS})\b)*"
    r"(?:que|cual|cuales|cuanto|cuanta|cuantos|cuantas|donde|como|cuando|quien|por que"
    r"|whats|hows|wheres|what|which|how|where|when|who|why|qual|quais|quanto|quantos|onde|quando|quem"
    r"|quiero|quisiera|quieren|busco|necesito|ocupo|quero|gostaria|preciso|want|need|i|i'd|i'm|can|could|do|does|is"
    r"|are|have|will|me|te|se|lo|la|les|nos|dame|dime|muestra\w*|ensena\w*|manda\w*|pasa\w*|tienen|tienes|tiene|hay"
    r"|habra|puedo|puede|puedes|pueden|podria\w*|aceptan|dan|hacen|venden|compran|reciben|toman|incluye\w*|acepta"
    r"|abren|cierran|es|son|esta|estan|era|soy|tengo|estoy|gano|vendo|doy|agenda\w*|cotiza\w*|calcula\w*|compara\w*"
    r"|recomienda\w*|cancela\w*|cambia\w*|muev\w*|show|send|give|tell|compare|book|cancel|quote|calculate"
    r"|tem|voces|ha|pode|posso|aceita\w*|mostr\w*|envia\w*|agendar|ver|saber|hablar|vender|comprar|mi|meu|minha|my|ya"
    r"|prefiero|mejor|ando|traigo|llevo|manejan|trae\w*|todavia|aun|sigue|siguen|ainda|still|got|da)\b"
)
_PARTICLES = re.compile(
    rf"(?:\W|\b(?:{_LINKS}|no|nao|not|if|se|oye|oiga|oigan|mira|mire|disculp[ae]|perdon|bueno|pues|este|eh|ah"
    r"|qual|cual|which|so|well|listen|olha|escuta|bom|entao|aparte|info|otra|outra|cosa|coisa|pregunta|pergunta|duda"
    r"|another|one more|thing|question)\b)*"
)
_ASKS_FOR = re.compile(
    rf"^(?:\W|\b(?:{_JOINERS}|mas|antes)\b)*(?:(?:dime|digame|me dices|me puedes decir|tell me|me diz|me fala"
    r"|(?:quiero|quisiera|necesito|me gustaria|quero|gostaria de) saber"
    r"|i want to know"
    r"|i'd like to know)\b(?: si\b)?)?\W*"
)
_DESCRIBES = re.compile(
    r"^\W*(?:y |e |and )?(?:es|era|son|tiene|trae|lleva|esta|anda|it's|its|it is|it has|has|e um|e uma|tem|ta)\s"
)
_CORRECTS = re.compile(
    r"^\W*(?:i mean|digo|quise decir|o sea|bueno no|mejor dicho|perdon|no perdon|sorry|quero dizer"
    r"|quis dizer|ou seja)\b"
)
_ADDS = re.compile(
    r"^\W*(?:(?:y|and|e|ah|oye|bueno) )*(?:ademas|tambien|tmb|aparte|de paso|por cierto|otra (?:cosa|pregunta|duda)"
    r"|also|plus|by the way|another (?:thing|question)|tambem|alem disso|outra (?:coisa|pergunta))\b"
)
_OWNS = re.compile(
    r"^\W*(?:oye |hola )?(?:(?:yo )?(?:tengo|traigo|manejo|ando en|poseo)|mi (?:carro|auto|coche|camioneta)"
    r"|i (?:have|own|drive)|i've got|my car|(?:eu )?tenho|meu carro)\s"
)


def cuts(folded: FoldedText, language: Language, last: int) -> Iterator[tuple[int, bool]]:
    """Where a new wish could begin, and whether a sentence ends there.

    Args:
        folded: the message.
        language: of the message: "mas" is "but" in Portuguese only.
        last: only the text before this place is cut.
    """
    text = folded.text[:last]
    places: dict[int, bool] = {}
    for pattern in (_LEADING, _THANKS_FIRST, _YES_NO):
        found = pattern.match(text)
        if found:
            places[found.end()] = True
    closing = _THANKS_LAST.search(text, max(0, len(text) - LAST_WORDS))
    if closing:
        places[closing.end()] = True
    for match in _SOFT.finditer(text):
        if _joins(folded, match.end(), language):
            places.setdefault(match.end(), False)
    for match in _OPENS.finditer(text):
        places.setdefault(match.end(), False)
    for match in _PAUSE.finditer(text):
        places.setdefault(match.end(), False)
    for match in _ANNOUNCES.finditer(text):
        places[match.end()] = True
    for match in _STRONG.finditer(text):
        places[match.end()] = True
    for position in sorted(places):
        if 0 < position < len(text):
            yield position, places[position]


def _joins(folded: FoldedText, at: int, language: Language) -> bool:
    """Whether a small word joins: "é" is a verb, and "mas" is "more" in Spanish."""
    if folded.text.startswith("mas ", at):
        return language is Language.PT
    if folded.text.startswith("e ", at):
        return folded.original_text(at, at + 1) in ("e", "E")
    return True


def is_greeting(folded: str) -> bool:
    """Whether a message only greets: "¿cómo estás?", "buenas"."""
    return _ONLY_GREETING.fullmatch(folded) is not None


def is_clause(part: str) -> bool:
    """Whether a folded part begins as a sentence does, with a question word or a verb."""
    return part.startswith("?") or bool(_CLAUSE.match(part))


def is_particle(part: str) -> bool:
    """Whether a folded part holds nothing but words that lead to the next: "y", "y si no", "oye"."""
    return bool(_PARTICLES.fullmatch(part)) and not _YES_NO.match(part)


def lead(part: str) -> int:
    """How many characters of a folded part only lead to its wish: "and tell me", "y también quiero saber si"."""
    found = _ASKS_FOR.match(part)
    return found.end() if found else 0


def describes(part: str) -> bool:
    """Whether a folded part only says more of what was named: "es un march 2017"."""
    return bool(_DESCRIBES.match(part)) and "?" not in part


def corrects(part: str) -> bool:
    """Whether a folded part takes back what was just said: "digo, …", "I mean …"."""
    return bool(_CORRECTS.match(part))


def adds(part: str) -> bool:
    """Whether a folded part is announced as one more thing: "also what warranty comes with it"."""
    return bool(_ADDS.match(part))


def owns(part: str) -> bool:
    """Whether a folded part tells of something the customer has: "tengo un versa 2016"."""
    return bool(_OWNS.match(part)) and "?" not in part[1:]
