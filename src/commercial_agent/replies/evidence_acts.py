"""Evidence on acts: what "we" or "they" do, beyond talking and searching, is a policy that a finding must tell."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.replies.claims import Claim
from commercial_agent.replies.evidence_plain import conjugated, forms, of_subject, stem
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.promises import UNTOLD, negations

_APPROVED = re.compile(
    r"\b(?:pre-?)?(?:aprueb|aprob|autoriz|approv|authori[sz]|aprov(?!eit|eche)|liberad|preaprob|preautoriz)(?!acion|al\b|acao)\w*"
)
_LENT = re.compile(
    r"\b(?:credit\w*|prestamo\w*|financ\w*|loans?|enganche|down payment|entrada|solicitud\w*|applications?|buro"
    r"|clientes?|customers?|tu|te|your?|you're|you'll|seu|sua|voce)\b"
)
_UNDECIDED = re.compile(
    r"\b(?:sujet\w*|sujeit\w*|subject|depend\w*|pendient\w*|pending|si|if|se|cuando|once|until|hasta|ate|decid\w*|analis\w*|revis\w*|no|not|nao"
    r"|puede|may|might|pode|final|estim\w*|espera\w*|falta\w*|need\w*|necesit\w*|precis\w*)\b"
)
_YET = re.compile(
    r"\b(?:until|once|unless|hasta que|una vez que|a reserva|ate que|assim que"
    r"|(?:needs?|has|have|falta|debe\w*|tiene que"
    r"|ainda|todavia|precisa\w*|necesita\w*)(?: \w+)? (?:que |to |ser )?(?:se |be |get |ser )?(?:apr|autor)\w*)"
)
_WHOLE = re.compile(r"[^.!?\n]+[.!?]*")
_WORDS = re.compile(r"[^\W\d_]+")
_ANY_WORD = re.compile(r"\w+")
_CLAUSE_MARKS = (", ", ": ", "; ", " (", ") ", " — ", " - ", ". ", "! ", "? ", "\n")
_SHORT = 3
_LONG_ENOUGH = 5  # words: "¡Con mucho gusto!" is no statement
_EQUIPPED = re.compile(r"\b(?:bluetooth|carplay)\b")  # held against the cars elsewhere
_SENTENCE = re.compile(r"[^.!?;\n]+")


@dataclass(frozen=True, slots=True)
class _Acts:
    company: tuple[re.Pattern[str], ...]  # we, they
    mine: re.Pattern[str]
    can: re.Pattern[str]  # what the customer may do
    ones: re.Pattern[str]  # what someone, or something, does to the customer
    talk: frozenset[str]  # stems
    says: frozenset[str]
    may: frozenset[str]
    feels: frozenset[str]


@lru_cache(4)
def _acts(language: Language) -> _Acts:
    import yaml

    text = files("commercial_agent.replies").joinpath("data", "acts.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)[language.value]

    def stems(part: str) -> frozenset[str]:
        words = data[part].split()
        return frozenset().union(*(conjugated(verb, language) for verb in words))

    nouns = frozenset(stem(noun, language) for noun in data["nouns"].split())
    return _Acts(
        (re.compile(data["we"]), re.compile(data["they"])),
        re.compile(data["i"]),
        re.compile(data["can"]),
        re.compile(data["one"]),
        stems("talk") | nouns,
        stems("says"),
        stems("may"),
        stems("feels"),
    )


def act_problems(reply: str, plain: str, grounds: Grounds, subject: Container[str]) -> Iterator[tuple[str, str]]:
    """Acts told of the company, its people or the agent that no finding tells, as (kind, text).

    Args:
        reply: as written.
        plain: folded, with the same places.
        grounds: what the findings say.
        subject: the stems of what the turn is about.
    """
    acts, language = _acts(grounds.language), grounds.language
    told = [_stems(text, language) for text in grounds.texts if "://" not in text]
    asked = _stems(grounds.customer, language)
    patterns = (
        *((pattern, (acts.talk,), True) for pattern in acts.company),
        (acts.mine, (acts.talk, acts.says), False),
        (acts.can, (acts.talk, acts.may, asked), True),
        (acts.ones, (acts.talk, acts.feels), True),
    )
    for pattern, usual, by_subject in patterns:
        for match in pattern.finditer(plain):
            verb = next(name for name in ("verb", "verb2") if match.groupdict().get(name))
            written = reply[match.start(verb) : match.end(verb)].lower()
            said = frozenset(forms(written.removeprefix("voy a "), language))
            if any(not said.isdisjoint(stems) for stems in (*usual, *told)):
                continue
            denied = re.search(r"\b(?:no|nao|not|never|nunca|don't|won't)\b", match.group()) is not None
            if denied and not by_subject:
                continue  # "I do not promise"
            if denied or not by_subject or not of_subject(written, subject, language):
                yield "act", match.group()


@lru_cache(1024)
def _stems(text: str, language: Language) -> frozenset[str]:
    """The stems of all words of a folded text; those of the stock and the pages come back turn after turn."""
    return frozenset(stem(word, language) for word in _ANY_WORD.findall(text))


def undecided(sentence: str) -> bool:
    """Whether a folded sentence leaves an approval to be given."""
    return _YET.search(sentence) is not None


def approval_problems(plain: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """A credit told as approved: only a condition, a doubt or a text of the findings may stand beside that word."""
    for sentence in _SENTENCE.finditer(plain):
        said = _APPROVED.search(sentence.group())
        if said is None or _LENT.search(sentence.group()) is None or _UNDECIDED.search(sentence.group()):
            continue
        decided = (text for text in grounds.texts if said.group()[:5] in text and not _UNDECIDED.search(text))
        if not any(decided):
            yield "approval", sentence.group().strip()[:60]


def of_talk(plain: str, place: int, language: Language) -> bool:
    """Whether the clause of a place is to the customer, or its sentence asks or leads to a list."""
    sentence = next((each for each in _WHOLE.finditer(plain) if each.start() <= place < each.end()), None)
    if sentence is None or sentence.group().rstrip().endswith(("?", ":")):
        return True
    if sentence.group().endswith("!") and len(_WORDS.findall(sentence.group())) < _LONG_ENOUGH:
        return True
    start, end = _clause_at(plain, place)
    return _talk_marks(language)[0].search(plain[start:end]) is not None


def to_customer(clause: str, language: Language) -> bool:
    """Whether a folded clause speaks to the customer, or of the speaker."""
    return _talk_marks(language)[0].search(clause) is not None


def _clause_at(plain: str, place: int) -> tuple[int, int]:
    starts = [at + 1 for mark in _CLAUSE_MARKS if (at := plain.rfind(mark, 0, place)) >= 0]
    ends = [end for mark in _CLAUSE_MARKS if (end := plain.find(mark, place)) >= 0]
    return max(starts, default=0), min(ends, default=len(plain))


@lru_cache(4)
def _wish(language: Language) -> re.Pattern[str]:
    import yaml

    text = files("commercial_agent.replies").joinpath("data", "acts.yaml").read_text("utf-8")
    return re.compile(rf"(?:{yaml.safe_load(text)[language.value]['wish']})\b")


def of_wish(plain: str, place: int, language: Language) -> bool:
    """Whether the clause of a place tells the customer's wish, doubt or convenience: "if that worries you"."""
    start, end = _clause_at(plain, place)
    return _wish(language).match(plain[start:end].lstrip(" ¡¿,;:(—-*")) is not None


def unfounded_problems(
    plain: str, found: Sequence[Claim], grounds: Grounds, subject: Container[str]
) -> Iterator[tuple[str, str]]:
    """Sentences that speak of neither what was found nor to the customer: what they tell comes from nowhere."""
    anchors = _anchors(grounds)
    talk, generic = _talk_marks(grounds.language)
    for sentence in _WHOLE.finditer(plain):
        text = sentence.group()
        if (
            _wish(grounds.language).match(text.lstrip(" ¡¿*\n"))
            or len(_WORDS.findall(text)) < _LONG_ENOUGH
            or text.rstrip().endswith(("?", ":"))
            or talk.search(text)
        ):
            continue
        if negations(text) or UNTOLD.search(text) or text.lstrip().startswith(("-", "•")):
            continue
        if any(sentence.start() <= claim.start < sentence.end() for claim in found):
            continue
        stems = {stem(word, grounds.language) for word in _WORDS.findall(text) if len(word) > _SHORT}
        near = {form for word in _WORDS.findall(text) if (form := stem(word, grounds.language)) in subject}
        if not (stems & anchors | near) - generic and not _EQUIPPED.search(text):
            yield "unfounded", text.strip()[:60]


def _anchors(grounds: Grounds) -> frozenset[str]:
    return frozenset().union(*(_long_stems(text, grounds.language) for text in grounds.texts))


@lru_cache(1024)
def _long_stems(text: str, language: Language) -> frozenset[str]:
    return frozenset(stem(word, language) for word in _WORDS.findall(text) if len(word) > _SHORT)


@lru_cache(4)
def _talk_marks(language: Language) -> tuple[re.Pattern[str], frozenset[str]]:
    import yaml

    text = files("commercial_agent.replies").joinpath("data", "acts.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)[language.value]
    generic = frozenset(stem(word, language) for word in data["generic"].split())
    return re.compile(rf"\b(?:{'|'.join(data['marks'].split())})\b"), generic
