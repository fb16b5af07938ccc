"""The evidence check: what a reply claims must stand in the findings, whoever wrote it. Pure: no model, no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.replies.claims import Claim, claims
from commercial_agent.replies.evidence_cars import car_problems
from commercial_agent.replies.evidence_required import required_problems
from commercial_agent.replies.evidence_terms import stock_problems, term_problems
from commercial_agent.replies.evidence_words import word_problems
from commercial_agent.replies.grounds import ANY, Grounds, gather
from commercial_agent.replies.local import at_most_three_cars
from commercial_agent.replies.promises import UNTOLD, load_promises, negated, negations, sentence_at, stem_of
from commercial_agent.replies.spelled import fold, unmarked

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

    @property
    def ok(self) -> bool:
        """Whether the reply may be sent."""
        return not self.problems


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
    plain = unmarked(reply_text)
    found = claims(reply_text, language)
    problems = [
        *_ungrounded(plain, found, grounds),
        *_roles(plain, found, grounds),
        *_pairs(plain, found, grounds),
        *_weekdays(plain, found, grounds),
        *_promised(plain, grounds, any(isinstance(finding, f.SaleFinding) for finding in findings)),
        *_states_claimed(plain, findings),
        *_flipped(plain, grounds),
    ]
    for part in (
        term_problems(plain, grounds),
        stock_problems(plain, findings),
        car_problems(reply_text, plain, found, grounds),
        word_problems(reply_text, plain, found, grounds, frozenset(type(finding).__name__ for finding in findings)),
        required_problems(
            reply_text, plain, found, at_most_three_cars(findings), grounds, dealer if introduces else None
        ),
    ):
        problems += [Problem(kind, text) for kind, text in part]
    if not reply_text.strip():
        problems.append(Problem("missing", "everything"))
    if len(reply_text) > LONGEST_REPLY:
        problems.append(Problem("length", f"{len(reply_text)} characters"))
    return Verdict(tuple(dict.fromkeys(problems)))


# --- Values ----------------------------------------------------------------------------------------------------------


def _ungrounded(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[Problem]:
    for claim in found:
        if not _stands(claim, plain, grounds):
            yield Problem(claim.kind, plain[claim.start : claim.end])


def _stands(claim: Claim, plain: str, grounds: Grounds) -> bool:
    return any(_value_stands(claim, value, plain, grounds) for value in claim.values)


def _value_stands(claim: Claim, value: Decimal | str, plain: str, grounds: Grounds) -> bool:
    if isinstance(value, str):
        if claim.kind == "url":
            return any(value.rstrip("/") == url.rstrip("/.,") for url in grounds.urls) or _in_texts(value, grounds)
        if claim.kind == "phone":
            return any(value.endswith(phone) or phone.endswith(value) for phone in grounds.phones)
        return value in grounds.dates
    if claim.kind == "hour":
        return int(value) in grounds.hours or _customers_own(claim, value, plain, grounds)
    if _in_findings(claim.kind, value, grounds):
        return True
    if claim.kind == "count" and value <= _FEW and _ABSTRACT.match(plain, claim.end):
        return True  # "two ways of paying": counting what is told
    return _customers_own(claim, value, plain, grounds)


def _in_texts(address: str, grounds: Grounds) -> bool:
    folded = fold(address)
    return any(folded in text.split() for text in grounds.texts)


_FEW = 4
_ABSTRACT = re.compile(
    r" (?:casos|cases|opciones|formas|maneras|caminos|cosas|puntos|pasos|datos|escenarios|modalidades|posibilidades"
    r"|ways|options|things|points|steps|routes|paths|possibilities|opcoes|maneiras|caminhos|coisas|pontos|passos|possibilidades|cenarios)\b"
)
_EXACT_KINDS = {"km", "percent", "year", "metres", "litres", "days", "weekday", "doors", "seats"}


def _in_findings(kind: str, value: Decimal, grounds: Grounds) -> bool:
    values = grounds.values
    if kind == "money":
        return value in grounds.roles
    if kind == "months":
        return value in values.get("months", ()) or value / 12 in values.get("years", ())
    if kind == "years":
        return value in values.get("years", ()) or value * 12 in values.get("months", ())
    if kind == "weekday":
        return value in values.get("weekday", ())
    if kind == "percent":
        return value in values.get("percent", ())
    if kind in _EXACT_KINDS:
        return value in values.get(kind, ()) or (kind != "days" and value in values.get("count", ()))
    return any(value in held for name, held in values.items() if name != "weekday") or value in grounds.roles


_THEIRS = re.compile(
    r"\b(?:dices|decias|dijiste|mencion\w+|coment(?:as|aste|abas)|pides|pediste|quieres (?:pagar|dar|gastar)"
    r"|you (?:say|said|mention\w*|asked|want)|voce (?:diz|disse|pediu|quer)|comentou"
    r"|otr[oa]|other|outr[oa]|ellos|their|presupuesto|budget|orcamento"
    r"|(?:tu|your|sua|seu) (?:ingreso|oferta|income|offer|renda|oferta))\b"
)


def _customers_own(claim: Claim, value: Decimal, plain: str, grounds: Grounds) -> bool:
    """A value of the customer's may be repeated where it is denied or called his, never as ours."""
    held = grounds.customer_values
    if claim.kind == "weekday":
        return value in held.get("weekday", ())
    if claim.kind == "percent":
        said = value in held.get("percent", ()) or value in held.get("count", ())
    else:
        said = any(value in group for name, group in held.items() if name not in ("percent", "weekday"))
    if not said:
        return False
    clause = sentence_at(plain, claim.start)
    return negations(clause) > 0 or _THEIRS.search(clause) is not None


# --- Who an amount belongs to ----------------------------------------------------------------------------------------

_ROLE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"\b(?:{pattern})\b"))
    for role, pattern in (
        ("loan", r"monto a financiar|financias|amount financed|valor financiado|financed|financiados"),
        ("down", r"enganche|down payment|down|entrada"),
        ("last", r"ultimo pago|last payment|ultima parcela"),
        ("total", r"suma de las mensualidades|all payments together|soma das parcelas|total a pagar|pagarias en total"),
        ("interest", r"intereses|interest|juros"),
        (
            "payment",
            r"mensualidad|mensual|monthly payment|parcela mensal|parcela|al mes|a month|per month|por mes|mensuales",
        ),
        ("price", r"precio|price|preco|cuesta|costs|custa"),
    )
)
_AFTER = re.compile(
    r"[*_ ]{0,3}(?:pesos |mxn )?(?:(?P<payment>al mes|a month|per month|por mes|mensuales|monthly)"
    r"|(?P<down>de enganche|down\b|de entrada)|(?P<interest>de intereses|in interest|of interest|de juros)"
    r"|(?P<loan>financiados|financed))"
)


def _roles(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[Problem]:
    """An amount called a monthly payment must be one."""
    end_of_last = 0
    for claim in found:
        if claim.kind != "money":
            continue
        role = _role_of(plain, claim, end_of_last)
        end_of_last = claim.end
        if role is None:
            continue
        allowed = set().union(*(grounds.roles.get(v, set()) for v in claim.values if isinstance(v, Decimal)))
        if not allowed:  # the customer's own amount: never our price or payment
            if role in ("price", "payment", "loan", "interest", "total"):
                yield Problem("role", plain[claim.start : claim.end])
        elif ANY not in allowed and role not in allowed:
            yield Problem("role", plain[claim.start : claim.end])


def _role_of(plain: str, claim: Claim, floor: int) -> str | None:
    if after := _AFTER.match(plain, claim.end):
        return next(name for name, text in after.groupdict().items() if text)
    line = plain.rfind("\n", 0, claim.start) + 1
    before = plain[max(line, floor, claim.start - 40) : claim.start]
    best: tuple[int, str] | None = None
    for role, pattern in _ROLE_WORDS:
        for match in pattern.finditer(before):
            if best is None or match.end() > best[0]:
                best = (match.end(), role)
    return best[1] if best else None


def _pairs(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[Problem]:
    """A monthly payment beside one term must be the payment of that term."""
    if not grounds.payments:
        return
    rounded: dict[Decimal, set[int]] = {}
    for payment, months in grounds.payments.items():
        for shown in (payment, payment.quantize(Decimal(1), ROUND_HALF_UP), Decimal(int(payment))):
            rounded.setdefault(shown, set()).update(months)
    lines: dict[int, list[Claim]] = {}
    for claim in found:
        lines.setdefault(plain.rfind("\n", 0, claim.start), []).append(claim)
    for line in lines.values():
        terms = {v for c in line if c.kind in ("months", "years") for v in _in_months(c)}
        if len(terms) != 1:
            continue
        term = terms.pop()
        for claim in line:
            if claim.kind == "money" and (held := rounded.get(_first(claim))) and term not in held:
                yield Problem("pair", plain[claim.start : claim.end])


def _weekdays(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[Problem]:
    """A weekday beside a date must be that date's."""
    for first, second in pairwise(found):
        if (first.kind, second.kind) != ("weekday", "date") or len(plain[first.end : second.start].strip(" ,el-")) > 0:
            continue
        keys = [key for key in grounds.dates if len(key) == 10 and key.startswith(str(second.values[0])[:5])]
        days = {date(int(key[6:]), int(key[:2]), int(key[3:5])).weekday() for key in keys}
        if days and first.values[0] not in days:
            yield Problem("weekday", plain[first.start : second.end])


def _in_months(claim: Claim) -> tuple[Decimal, ...]:
    factor = 12 if claim.kind == "years" else 1
    return tuple(value * factor for value in claim.values[:1] if isinstance(value, Decimal))


def _first(claim: Claim) -> Decimal:
    value = claim.values[0]
    return value if isinstance(value, Decimal) else Decimal(0)


# --- Promises --------------------------------------------------------------------------------------------------------


def _promised(plain: str, grounds: Grounds, of_theirs: bool) -> Iterator[Problem]:
    """Promises no finding makes; the state of a car is spoken of freely where it is the customer's own."""
    patterns = load_promises()
    stems = {stem_of(word) for word in grounds.words}
    likely = [(name, pattern) for name, pattern in patterns.promises if pattern.search(plain)]
    likely = [entry for entry in likely if not (of_theirs and entry[0] == "condition")]
    for sentence in _sentences(plain) if likely else ():
        for name, pattern in likely:
            for found in pattern.finditer(sentence):
                told_off = negated(sentence, found.start()) or _denied(name, sentence, found.group())
                word_for_word = name == "guarantee"  # a passage on the warranty guarantees nothing else
                if not told_off and not _said_by_findings(found.group(), stems, grounds, word_for_word):
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


def _said_by_findings(promise: str, stems: set[str], grounds: Grounds, word_for_word: bool) -> bool:
    """Whether a text of the findings holds the promise: as it stands, or all its words of weight."""
    if word_for_word:
        return any(promise in text for text in grounds.texts)
    words = [word for word in re.findall(r"[a-z]+", promise) if len(word) > 2 and word not in _POINTING]
    if not words or not all(stem_of(word) in stems for word in words):
        return False
    return any(all(stem_of(word) in {stem_of(w) for w in re.findall(r"\w+", text)} for word in words)
               for text in grounds.texts)  # fmt: skip


@lru_cache(64)
def _split_sentences(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"(?<=[.!?])\s+|\n", text) if part.strip())


def _sentences(text: str) -> tuple[str, ...]:
    return _split_sentences(text)


def _turned(told: int, said: int) -> bool:
    """Whether a sentence with so many negations says the contrary; "those that fail do not enter" does not."""
    return told != said and not (told == 0 and said == 2)


def _flipped(plain: str, grounds: Grounds) -> Iterator[Problem]:
    """A sentence of a passage told with a negation more or less than it has."""
    own = [s for text in grounds.texts if len(text) > 30 for s in _sentences(text)]
    bags = [(frozenset(re.findall(r"\w{3,}", s)), negations(s)) for s in own]
    for sentence in _sentences(plain):
        words = frozenset(re.findall(r"\w{3,}", sentence.strip("-*_ ")))
        if len(words) < 4:
            continue
        near = [(len(words & bag) / len(words | bag), count) for bag, count in bags if bag]
        best = max(near, default=(0.0, 0))
        if best[0] >= 0.75 and all(_turned(count, negations(sentence)) for score, count in near if score >= 0.75):
            yield Problem("negation", sentence[:60])
