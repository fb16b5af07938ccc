"""The evidence check: what a reply claims must stand in the findings, whoever wrote it. Pure: no model, no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.replies.claims import claims
from commercial_agent.replies.evidence_acts import undecided
from commercial_agent.replies.evidence_cars import car_problems
from commercial_agent.replies.evidence_contrary import contrary_problems
from commercial_agent.replies.evidence_draft import drafted
from commercial_agent.replies.evidence_entailed import entailment_problems
from commercial_agent.replies.evidence_required import omissions, required_problems
from commercial_agent.replies.evidence_synonyms import concepts
from commercial_agent.replies.evidence_terms import branch_problems, stock_problems, term_problems
from commercial_agent.replies.evidence_values import value_problems
from commercial_agent.replies.evidence_words import word_problems
from commercial_agent.replies.grounds import Grounds, gather
from commercial_agent.replies.local import at_most_three_cars
from commercial_agent.replies.promises import (
    UNTOLD,
    load_promises,
    negated,
    negations,
    stem_of,
    unconditional,
)
from commercial_agent.replies.spelled import unmarked

LONGEST_REPLY = 3000  # characters


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a reply says without ground, or fails to say."""

    kind: str  # amount, percent, km, …, role, car, word, promise, state, missing, language, length, question
    text: str  # the place in the reply, or what is missing


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found."""

    problems: tuple[Problem, ...]
    omitted: tuple[Problem, ...] = ()  # figures and lines of a plan that the program adds itself

    @property
    def ok(self) -> bool:
        """Whether the reply says nothing but what the findings say."""
        return not self.problems

    @property
    def complete(self) -> bool:
        """Whether the reply may be sent as it is."""
        return not self.problems and not self.omitted


def check(
    reply_text: str,
    findings: tuple[f.Finding, ...],
    customer_text: str,
    language: Language,
    *,
    dealer: Dealer | None = None,
    introduces: bool = False,
) -> Verdict:
    """Compare a reply with what it may say.

    Args:
        reply_text: the whole reply.
        findings: what the agents established this turn.
        customer_text: what the customer wrote; his own values may be repeated as his, never as ours.
        language: the one the reply must be in.
        dealer: whose name, website, privacy page and contact may be said.
        introduces: whether these are the first words of the conversation, which must say who speaks.

    Returns:
        The verdict with every problem found; the same arguments give the same verdict.
    """
    grounds = gather(findings, customer_text, language, dealer)
    own = drafted(findings, language, dealer, introduces)
    own.into(grounds)
    plain = unmarked(reply_text)
    found = claims(reply_text, language)
    problems = [
        *_promised(own.without(plain), grounds, any(isinstance(finding, f.SaleFinding) for finding in findings)),
        *_states_claimed(plain, findings),
    ]
    for part in (
        value_problems(plain, found, grounds),
        contrary_problems(plain, grounds, findings),
        term_problems(plain, grounds),
        stock_problems(plain, findings),
        branch_problems(plain, own.others(plain, found), findings),
        car_problems(reply_text, plain, found, grounds),
        word_problems(reply_text, plain, found, grounds, frozenset(type(finding).__name__ for finding in findings)),
        entailment_problems(reply_text, plain, found, grounds, own.sources, own.lines),
        required_problems(
            reply_text, plain, found, at_most_three_cars(findings), grounds, dealer if introduces else None
        ),
    ):
        problems += [Problem(kind, text) for kind, text in part]
    if not reply_text.strip():
        problems.append(Problem("missing", "everything"))
    if len(reply_text) > LONGEST_REPLY:
        problems.append(Problem("length", f"{len(reply_text)} characters"))
    omitted = (Problem("missing", text) for text in omissions(plain, found, findings))
    return Verdict(tuple(dict.fromkeys(problems)), tuple(dict.fromkeys(omitted)))


# --- Promises --------------------------------------------------------------------------------------------------------


def _promised(plain: str, grounds: Grounds, of_theirs: bool) -> Iterator[Problem]:
    """Promises no finding makes; the state of a car is spoken of freely where it is the customer's own."""
    patterns = load_promises()
    likely = [(name, pattern) for name, pattern in patterns.promises if pattern.search(plain)]
    likely = [entry for entry in likely if not (of_theirs and entry[0] == "condition")]
    for sentence in _sentences(plain) if likely else ():
        for name, pattern in likely:
            for found in pattern.finditer(sentence):
                if name == "approval" and undecided(sentence):
                    continue  # "until your credit is approved"
                if name == "market" and sentence.endswith("?"):
                    continue  # "which suits you best?"
                told_off = negated(sentence, found.start()) or _denied(name, sentence, found.group())
                word_for_word = name in (
                    "guarantee",
                    "no_fee",
                    "price_kept",
                )  # a passage on the warranty guarantees nothing else
                if not told_off and not _said_by_findings(found.group(), grounds, word_for_word):
                    yield Problem("promise", found.group())


def _denied(promise: str, sentence: str, words: str) -> bool:
    """Whether a sentence denies what a pattern found in it, behind the words or within them."""
    if promise == "included":
        return negations(words) > 0
    return promise == "equipment" and negations(sentence) > 0 and UNTOLD.search(sentence) is not None


def _states_claimed(plain: str, findings: tuple[f.Finding, ...]) -> Iterator[Problem]:
    """ "It is booked", "a person takes over", where nothing of the kind was done."""
    patterns = load_promises()
    for state, allowed in _STATES.items():
        for sentence in _sentences(plain):
            match = patterns.states[state].search(sentence)
            if match is None or sentence.endswith("?") or any(allowed(finding) for finding in findings):
                continue
            denied = state != "left" and (negated(sentence, match.start()) or negations(match.group()))
            if not denied and not _conditional(sentence, match.start()):
                yield Problem("state", match.group())


_STATES: dict[str, Callable[[f.Finding], bool]] = {
    "bought": lambda x: False,  # nothing is sold in a chat
    "booked": lambda x: isinstance(x, f.AppointmentFinding) and x.status not in ("collecting", "dropped"),
    "cancelled": lambda x: isinstance(x, f.AppointmentFinding) and x.status == "cancelled",
    "handed": lambda x: isinstance(x, f.HandoffFinding) and x.status == "made",
    "left": lambda x: isinstance(x, f.OptFinding) and x.opted_out,
}


def _conditional(sentence: str, start: int) -> bool:
    return re.search(r"\b(?:si|if|se|cuando|when|quando|para|to)\b", sentence[max(0, start - 30) : start]) is not None


_POINTING = frozenset(
    {"that", "this", "the", "una", "esta", "esa", "dicha", "con", "with", "uma", "essa", "tambien", "also"}
)


def _said_by_findings(promise: str, grounds: Grounds, word_for_word: bool) -> bool:
    """Whether a text of the findings holds the promise: as it stands, or all its words of weight."""
    if word_for_word:
        return any(promise in text for text in grounds.texts)
    words = [word for word in re.findall(r"[a-z]+", promise) if len(word) > 2 and word not in _POINTING]
    if not words:
        return False
    denied = negations(promise) > 0
    told = (sentence for text in grounds.texts for sentence in _sentences(text))
    return any(
        _holds(sentence, words, grounds.language) and (denied or not negations(unconditional(sentence)))
        for sentence in told
    )


def _holds(sentence: str, words: list[str], language: Language) -> bool:
    """Whether a sentence has all words, or others that say the same."""
    stems = {stem_of(word) for word in re.findall(r"\w+", sentence)}
    missing = [word for word in words if stem_of(word) not in stems]
    if not missing:
        return True
    held = {part for word in re.findall(r"[a-z]+", sentence) for part in concepts(word, language)}
    return len(missing) < len(words) and all(held & set(concepts(word, language)) for word in missing)


@lru_cache(64)
def _split_sentences(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"(?<=[.!?])\s+|\n", text) if part.strip())


def _sentences(text: str) -> tuple[str, ...]:
    return _split_sentences(text)
