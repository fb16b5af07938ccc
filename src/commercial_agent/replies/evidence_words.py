"""Evidence on words: names of people, places, pages and cars, addresses, and the language of the reply."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from commercial_agent.conversation.language import Language
from commercial_agent.replies.claims import Claim
from commercial_agent.replies.evidence_acts import act_problems, approval_problems, of_talk, of_wish, unfounded_problems
from commercial_agent.replies.evidence_cars import said_of_cars
from commercial_agent.replies.evidence_plain import charged, claimless, forms, of_denial, of_subject, ordinary, stem
from commercial_agent.replies.evidence_synonyms import Subject, subject_of
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.promises import DENIES, NOT_GIVEN, negations, sentence_at
from commercial_agent.replies.spelled import fold

_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’-][^\W_]+)*")
_ADDRESS = re.compile(r"https?://\S+")
_STARTS_SENTENCE = re.compile(
    r"(?:^|[.!?¿¡:\n]|\n- |\n\d\. |[-•]|[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?) ?[*_\"'«“(¿¡]*$"
)
_STREET = re.compile(
    r"\b(?:av|avenida|calle|blvd|boulevard|bulevar|calz|calzada|carretera|paseo|colonia|col|rua|street)\b\.? "
)
_LETTERS = re.compile(r"\b[^\W\d_]+\b")
_NOT_SHORT = re.compile(r"['’](?:t|re|ve|ll|s|d)\b")  # aren't, they've
_SHORTEST_NOVEL = 4
_FUNCTION_WORDS = {
    Language.ES: "el la los las de que y en un una por con para es lo te tu se del al como mas pero su no ya esta",
    Language.EN: "the of and to in is you that it for on with as are this at your have from or be not can will",
    Language.PT: "o os as de que e em um uma por com para é não se do da no na ao mais mas seu sua você está já são",
}


@lru_cache(4)
def _vocabulary(language: Language) -> frozenset[str]:
    """Every word of the wording file and of the file of common names: none of them is a claim."""
    folder = files("commercial_agent.replies")
    text = folder.joinpath("wording", f"{language.value}.ftl").read_text("utf-8")
    common = folder.joinpath("data", "common_names.txt").read_text("utf-8")
    return frozenset(_WORD.findall(fold(text))) | frozenset(_WORD.findall(fold(common)))


@lru_cache(4)
def _function_words(language: Language) -> frozenset[str]:
    mine = {fold(word) for word in _FUNCTION_WORDS[language].split()}
    others = {fold(w) for other, words in _FUNCTION_WORDS.items() if other is not language for w in words.split()}
    return frozenset(mine - others)


def word_problems(
    reply: str, plain: str, found: Sequence[Claim], grounds: Grounds, kinds: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Problems with words, as (kind, text); `kinds` are those of the findings."""
    yield from _names(reply, plain, grounds)
    said = subject_of(grounds)
    subject = said.also(kinds, grounds.language)
    yield from _novel(reply, plain, found, grounds, subject)
    yield from act_problems(reply, plain, grounds, said)
    yield from approval_problems(plain, grounds)
    yield from unfounded_problems(plain, found, grounds, subject)
    yield from _streets(plain, grounds)
    yield from _language(plain, grounds)


def _names(reply: str, plain: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """Capitalised words within a sentence are names: each must be known."""
    known = _vocabulary(grounds.language)
    addresses = [found.span() for found in _ADDRESS.finditer(reply)]  # checked whole, as addresses
    for match in _WORD.finditer(reply):
        word = match.group()
        if not word[0].isupper() or len(word) < 3 or any(a <= match.start() < b for a, b in addresses):
            continue
        folded = plain[match.start() : match.end()]
        parts = re.split(r"['’-]", folded)
        if all(grounds.has_word(part) or part in known or len(part) < 3 for part in parts) or grounds.has_word(folded):
            continue
        after_stop = _STARTS_SENTENCE.search(reply[max(0, match.start() - 6) : match.start()]) is not None
        if after_stop and not _part_of_name(reply, match):
            continue
        if after_stop and ordinary(word.lower(), grounds.language):
            continue  # "Pagando 6,000": a verb and its amount
        yield "name", word


def _part_of_name(reply: str, match: re.Match[str]) -> bool:
    """A word at the start of a sentence is a name when another capitalised word or a number follows at once."""
    after = reply[match.end() : match.end() + 12].lstrip("*_")
    return re.match(r" (?:[A-ZÁÉÍÓÚ][\w-]+|\d)", after) is not None


def _novel(
    reply: str,
    plain: str,
    found: Sequence[Claim],
    grounds: Grounds,
    subject: Subject,
) -> Iterator[tuple[str, str]]:
    """Words that neither the findings nor the customer used, and that are not of talking: what they say is new."""
    elsewhere = [*((claim.start, claim.end) for claim in found), *said_of_cars(plain)]
    elsewhere += [at.span() for at in _ADDRESS.finditer(reply)]
    for match in _LETTERS.finditer(plain):
        word = match.group()
        if len(word) < _SHORTEST_NOVEL or _NOT_SHORT.match(plain, match.end()):
            continue
        written = reply[match.start() : match.end()].lower()
        if claimless(written, grounds.language) and not charged(written, grounds.language):
            continue
        if reply[match.start()].isupper() and not _STARTS_SENTENCE.search(
            reply[max(0, match.start() - 6) : match.start()]
        ):
            continue  # a name, looked at as one
        if of_denial(written, grounds.language) and DENIES.search(sentence_at(plain, match.start())):
            continue
        if charged(written, grounds.language):
            if not _echoed(written, plain, match.start(), grounds):
                yield "word", word
            continue
        if of_subject(written, subject, grounds.language):
            continue
        if ordinary(written, grounds.language) and of_talk(plain, match.start(), grounds.language):
            continue
        if of_wish(plain, match.start(), grounds.language):
            continue
        if not any(start <= match.start() < end for start, end in elsewhere):
            yield "word", word


def _echoed(word: str, plain: str, place: int, grounds: Grounds) -> bool:
    """Whether the findings have a word that claims, or the customer said it and the sentence tells it off."""
    own = {
        form for text in grounds.texts for found in _LETTERS.findall(text) for form in (stem(found, grounds.language),)
    }
    sentence = sentence_at(plain, place)
    if own & set(forms(word, grounds.language)) or NOT_GIVEN.search(sentence):
        return True
    theirs = {stem(found, grounds.language) for found in _LETTERS.findall(grounds.customer)}
    denied = negations(sentence) > 0 or "?" in sentence
    return denied and bool(theirs & set(forms(word, grounds.language)))


def _streets(plain: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """What follows the word for a street must stand so in the findings."""
    for match in _STREET.finditer(plain):
        words = re.findall(r"\w+", plain[match.end() : match.end() + 40])[:2]
        if words and not all(grounds.has_word(word) for word in words):
            yield "address", plain[match.start() : match.end() + 30]


def _language(plain: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """The reply's own words, passages left out, are in the asked language."""
    said = "\n".join(grounds.texts)  # a line has no line break
    words = _WORD.findall(" ".join(line for line in plain.split("\n") if line.strip("-*_ ") not in said))
    counts = {language: sum(map(_function_words(language).__contains__, words)) for language in Language}
    mine = counts[grounds.language]
    best = max(counts, key=lambda language: counts[language])
    if best is not grounds.language and counts[best] >= 3 and counts[best] > 2 * mine:
        yield "language", best.value
