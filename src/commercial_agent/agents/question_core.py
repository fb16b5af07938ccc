"""What a question asks, without what is only told beside it.

"Mi cuñada me recomendó algo llamado Kavak Total, ¿sería tan amable …?" asks of Kavak Total, and "como ya me salió malo
uno, quisiera saber qué garantía dan" of the warranty. A page that answers the core alone answers the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commercial_agent.knowledge.base import Hit

_MOST = 3  # cores that are asked of the pages
_SHORTEST = 2  # words
_AHEAD = 0.1  # how much surer a page must be of the core than of the whole
_ENOUGH = 0.5  # how sure a page of the topic must be of what is asked in so many words

_ASKS_TO_KNOW = re.compile(
    r"\b(?:(?:quisiera|quiero|queria|necesito|ocupo|me gustar[ií]a|nos gustar[ií]a|para|pa|tengo la duda de) saber"
    r"|me (?:puede|puedes|podr[ií]a|podr[ií]as|dir[ií]a|dir[ií]as)(?: usted)?(?: decir| explicar| aclarar| confirmar)?"
    r"|(?:i was|i'm|i am|was) wondering|i(?:'d| would) (?:like|love) to know|(?:can|could) you (?:tell|explain to) me"
    r"|(?:gostaria|queria|quero|preciso) (?:de )?saber|(?:pode|poderia|podem) me (?:dizer|explicar))\b"
    r"(?:[\s,]+(?:primero que nada|si|if|se|about|de|sobre))*[\s,:]*",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"\b(?:llamad[oa]s?|que se llama|que (?:le|les) (?:dicen|llaman)|called|named|chamad[oa]s?|que se chama)\s+",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\b(?:dos|tres|2|3|un par de|unas|varias|two|three|a couple of|duas|algumas) (?:\w+ )?"
    r"(?:dudas|duditas|preguntas|consultas|cosas|cositas|questions|things|d[uú]vidas|perguntas|coisas)$",
    re.IGNORECASE,
)  # "le hago dos consultas": asks nothing yet
_LEANS = re.compile(r"\b(?:eso|ello|isso)\b", re.IGNORECASE)
_MARKS = re.compile(r"[.?!;:…\n]+|,\s+|\s+[-–]\s+")


def asked_to_know(question: str) -> str:
    """What is asked behind "quisiera saber", "I was wondering if"; empty where nothing is said so."""
    found = list(_ASKS_TO_KNOW.finditer(question))
    tail = question[found[-1].end() :].strip(" ¿?¡!.,") if found else ""
    return tail if len(tail.split()) > _SHORTEST else ""


def cores(question: str) -> list[str]:
    """The sentences and clauses of a question, what is named in it first; empty where it is one."""
    named = _NAMES.search(question)
    clauses = _MARKS.split(question[named.end() :])[:1] if named else []
    clauses += _MARKS.split(question)
    told = [clause.strip(" ¿?¡!.,\"'") for clause in clauses if clause]
    asked = dict.fromkeys(clause for clause in told if _stands_alone(clause))
    return list(asked)[: _MOST + 1] if len(told) > 1 else []


def only_counts(words: str) -> bool:
    """Whether words only say how many questions follow."""
    return bool(_COUNTS.search(words))


def _stands_alone(clause: str) -> bool:
    return len(clause.split()) >= _SHORTEST and not _LEANS.search(clause) and not only_counts(clause)


def surest(hits: Sequence[Hit], topics: frozenset[str]) -> Hit | None:
    """The page that answers: one of the topic where it is as sure as the first."""
    first = hits[0] if hits and hits[0].answers else None
    on_topic = [hit for hit in hits if hit.answers and topics.intersection(hit.tags)]
    best = max(on_topic, key=lambda hit: hit.score, default=None)
    if best is None or (first is not None and (topics.intersection(first.tags) or first.score > best.score)):
        return first
    return best


def outdoes(core: Hit | None, whole: Hit | None, topics: frozenset[str], *, said: bool) -> bool:
    """Whether the page of a core answers better than that of the whole question.

    Args:
        core: the page that answers the core.
        whole: the page that answers the whole question.
        topics: that the customer is known to ask about.
        said: whether the core is what is asked in so many words.
    """
    if core is None:
        return False
    if whole is None:
        return True
    if said and core.score >= _ENOUGH and topics.intersection(core.tags):
        return True
    return core.score >= whole.score + _AHEAD
