"""Numbers as people write them: digits, words, and both mixed, in three languages.

What a number is *for* is not decided here (see `amounts`); a quantity only says its face value and how it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.scan import Phrases, Scan, load_data

MAX_DIGITS = 12  # a longer row of digits is an account or a joke, not a quantity

_GLUED = re.compile(r"(\d[\d.,]*?)([a-z]{1,8})")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_GROUPED_CENTS = re.compile(r"(\d{1,3}(?:([.,])\d{3})+)(?!\2)[.,]\d{1,2}")
_PLAIN = re.compile(r"\d+(?:[.,]\d{1,4})?")
_BEFORE_YEARS = ("than", "from", "since", "model", "year", "after", "before", "a")
_THOUSAND, _MILLION = Decimal(1_000), Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the message."""

    value: Decimal  # the face value: 250 for "250", 250000 for "250 mil"
    first: int  # words of the scan, `last` exclusive; currency and percent signs included
    last: int
    scaled: bool = False  # a scale was said: mil, k, millón
    currency: bool = False
    percent: bool = False
    words: bool = False  # written out
    suffix: str = ""  # letters glued to the digits that are no scale: km, h, meses, pm
    digits: str = ""  # as typed, for "17" against "017"


@dataclass(frozen=True, slots=True)
class _Atom:
    value: Decimal
    is_digits: bool
    scale: bool = False
    article: bool = False
    half: bool = False
    suffix: str = ""
    decimal_if_million: Decimal | None = None
    raw: str = ""


class _Words:
    def __init__(self, language: Language | None) -> None:
        data = load_data("numbers")
        languages = [language.value] if language else ["es", "en"]
        self.plain: dict[str, int] = {}
        for section in ("all", *languages):
            for value, words in data[section].items():
                self.plain.update({word.replace("ñ", "n"): int(value) for word in words})
        self.scales = {word: int(value) for value, words in data["scales"].items() for word in words}
        self.articles = frozenset(data["articles"])
        self.halves = frozenset(data["halves"])
        self.quarters = frozenset(data["quarters"])
        self.years = frozenset(data["years"])
        self.over = frozenset(data["over"])
        self.joiners = frozenset(data["joiners"])
        self.currency = frozenset(data["currency"])
        self.beyond_counting = frozenset(data["beyond_counting"])
        self.percent: Phrases[bool] = Phrases((phrase, True) for phrase in data["percent"])
        self.starts = frozenset(self.plain) | self.articles | self.halves | self.quarters | frozenset(self.scales)


@lru_cache(8)
def _words(language: Language | None) -> _Words:
    return _Words(language)


def read_digits(raw: str) -> tuple[Decimal, Decimal | None] | None:
    """The value of a typed number and, where its point may also be a decimal one, that other value.

    `250,000` and `250.000` are 250 thousand; `1.2` and `3,5` are decimals; `1.250` is 1,250, or 1.25 before "millones".
    """
    raw = raw.rstrip(".,")
    if sum(c.isdigit() for c in raw) > MAX_DIGITS or not raw.isascii():
        return None
    if _GROUPED.fullmatch(raw):
        plain = Decimal(re.sub(r"[.,]", "", raw))
        return plain, Decimal(raw.replace(",", ".")) if len(re.findall(r"[.,]", raw)) == 1 else None
    if cents := _GROUPED_CENTS.fullmatch(raw):
        whole = re.sub(r"[.,]", "", cents.group(1))
        return Decimal(f"{whole}.{re.split('[.,]', raw)[-1]}"), None
    if _PLAIN.fullmatch(raw):
        return Decimal(raw.replace(",", ".")), None
    return None


def _atom(scan: Scan, index: int, words: _Words) -> _Atom | None:
    word = scan.words[index]
    if word[0].isdigit():
        glued = _GLUED.fullmatch(word)
        raw, suffix = (glued.group(1), glued.group(2)) if glued else (word, "")
        read = read_digits(raw)
        if read is None:
            return None
        return _Atom(read[0], True, suffix=suffix, decimal_if_million=read[1], raw=raw)
    if word in words.plain:
        return _Atom(Decimal(words.plain[word]), False)
    if word in words.scales:
        return _Atom(Decimal(words.scales[word]), False, scale=True)
    if word in words.halves:
        return _Atom(Decimal("0.5"), False, half=True)
    if word in words.articles:
        return _Atom(Decimal(1), False, article=True)
    return None


class _Parser:
    """Reads one number that starts at a word; keeps how far it came."""

    def __init__(self, scan: Scan, words: _Words) -> None:
        self.scan, self.words = scan, words

    def _peek(self, index: int) -> _Atom | None:
        if index >= len(self.scan) or self.scan.taken[index]:
            return None
        return _atom(self.scan, index, self.words)

    def read(self, first: int) -> Quantity | None:
        if quarters := self._quarters(first):
            return quarters
        atom = self._peek(first)
        if atom is None:
            return None
        if (
            atom.article
            and self.scan.word(first + 1) in self.words.years
            and self.scan.word(first - 1) in self.words.over
        ):
            return Quantity(Decimal(1), first, first + 1, words=True)  # "a un año", "over a year"
        if atom.half:
            return self._half(first)
        if atom.article or atom.scale:
            return self._from_scale(first, atom)
        if atom.is_digits:
            return self._from_digits(first, atom)
        return self._from_words(first)

    def _scale_at(self, index: int) -> Decimal | None:
        atom = self._peek(index)
        return atom.value if atom and atom.scale else None

    def _half(self, first: int) -> Quantity | None:
        """`medio millón`, `half a million`."""
        at = first + 2 if self.scan.word(first + 1) in self.words.articles else first + 1
        scale = self._scale_at(at)
        return Quantity(scale / 2, first, at + 1, scaled=True, words=True) if scale and scale > 100 else None

    def _quarters(self, first: int) -> Quantity | None:
        """`un cuarto de millón`, `tres cuartos de millón`, `quarter million`, `um quarto de milhão`."""
        at, count = first, Decimal(1)
        if self.scan.word(at) in self.words.articles or self.scan.word(at) in self.words.plain:
            count = Decimal(self.words.plain.get(self.scan.word(at), 1))
            at += 1
        if self.scan.word(at) not in self.words.quarters or count not in (1, 3):
            return None
        at += 1
        if self.scan.word(at) in ("de", "of"):
            at += 1
        if self.scan.word(at) in self.words.articles:
            at += 1
        if self._scale_at(at) != _MILLION:
            return None
        return Quantity(count * _MILLION / 4, first, at + 1, scaled=True, words=True)

    def _from_scale(self, first: int, atom: _Atom) -> Quantity | None:
        """`un millón doscientos mil`, `mil quinientos`; a lone article or `k` is no number."""
        at = first
        if atom.article:
            if self._scale_at(first + 1) is None:
                return None
            at = first + 1
        word = self.scan.words[at]
        if not atom.article and word in ("k", "mdp", "grand", "hundred", "kilos", "lucas", "melon", "melones", "mill"):
            return None
        scale = self._scale_at(at)
        assert scale is not None  # checked above
        return self._after_scale(first, at + 1, scale, scale, words=True)

    def _from_digits(self, first: int, atom: _Atom) -> Quantity | None:
        value, at, suffix = atom.value, first + 1, atom.suffix
        if suffix:
            return self._suffixed(first, atom)
        value, at = self._spaced_groups(value, atom, at)
        scale = self._scale_at(at)
        if scale and scale >= 1000:
            if scale == _MILLION and atom.decimal_if_million is not None:
                value = atom.decimal_if_million
            return self._after_scale(first, at + 1, value * scale, scale)
        halved = self._and_half(at)
        if halved:
            return Quantity(value + Decimal("0.5"), first, halved, digits=atom.raw)
        return Quantity(value, first, at, digits=atom.raw)

    def _suffixed(self, first: int, atom: _Atom) -> Quantity:
        value, suffix = atom.value, atom.suffix
        if suffix in ("k", "mil", "mill"):
            return self._after_scale(first, first + 1, value * 1000, _THOUSAND)
        if suffix in ("mdp", "millones", "millon", "melones") or (suffix == "m" and self._is_million(first, value)):
            return self._after_scale(first, first + 1, (atom.decimal_if_million or value) * _MILLION, _MILLION)
        if suffix in ("kkm", "kkms"):
            return Quantity(value * 1000, first, first + 1, scaled=True, suffix="km")
        return Quantity(value, first, first + 1, suffix=suffix, digits=atom.raw, currency=suffix in self.words.currency)

    def _is_million(self, first: int, value: Decimal) -> bool:
        """`1.2M` is money, `4.3m` a length: a capital says money, else what no car measures."""
        end = self.scan.folded.original_span(self.scan.starts[first], self.scan.ends[first])[1]
        return self.scan.folded.original[end - 1 : end] == "M" or not Decimal("1.3") <= value <= Decimal("6.5")

    def _spaced_groups(self, value: Decimal, atom: _Atom, at: int) -> tuple[Decimal, int]:
        """`250 000` and `1 250 500`: three digits after a space go on with the number."""
        if not (atom.raw.isdigit() and len(atom.raw) <= 3 and value > 0):
            return value, at
        end = at
        groups: list[str] = []
        while end < len(self.scan) and not self.scan.taken[end] and re.fullmatch(r"\d{3}", self.scan.words[end]):
            groups.append(self.scan.words[end])
            end += 1
        if not groups or ("000" not in groups and len(groups) < 2) or self._scale_at(end):
            return value, at
        return Decimal(atom.raw + "".join(groups)), end

    def _and_half(self, at: int) -> int | None:
        """Where `y medio` ends, if it stands here and no scale follows that it would belong to."""
        if self.scan.word(at) not in self.words.joiners:
            return None
        half = at + 2 if self.scan.word(at + 1) in self.words.articles else at + 1  # "and a half"
        if self.scan.word(half) not in self.words.halves or self.scan.word(half + 1) in self.words.scales:
            return None
        return half + 1

    def _from_words(self, first: int) -> Quantity:
        value, at = self._below_thousand(first)
        if (year := self._year_in_pairs(value, at)) is not None:
            return Quantity(year, first, at + 1, words=True)
        scale = self._scale_at(at)
        if scale == 100:  # two hundred (and) fifty
            value, at = value * 100, at + 1
            skip = at + 1 if self.scan.word(at) in self.words.joiners else at
            rest = self._peek(skip)
            if rest and not (rest.is_digits or rest.scale or rest.article or rest.half) and rest.value < 100:
                more, at = self._below_thousand(skip)
                value += more
            scale = self._scale_at(at)
        if scale and scale >= 1000:
            return self._after_scale(first, at + 1, value * scale, scale, words=True)
        if (halved := self._and_half(at)) and value < 100:
            return Quantity(value + Decimal("0.5"), first, halved, words=True)
        return Quantity(value, first, at, words=True)

    def _year_in_pairs(self, value: Decimal, at: int) -> Decimal | None:
        """`twenty eighteen`: a year said in two pairs of figures."""
        rest = self._peek(at)
        before = self.scan.word(at - 2)
        if (
            value != 20
            or before not in _BEFORE_YEARS
            or rest is None
            or rest.is_digits
            or rest.scale
            or rest.article
            or rest.half
        ):
            return None
        if not 10 <= rest.value <= 29 or self._scale_at(at + 1) or self.scan.word(at) in self.words.joiners:
            return None
        return value * 100 + rest.value

    def _below_thousand(self, first: int) -> tuple[Decimal, int]:
        """Words below a thousand, with the two short cuts of speech: `dos cincuenta` 250, `tres quinientos` 3500."""
        value = Decimal(0)
        last = Decimal(10_000)
        at = first
        while atom := self._peek(at):
            if atom.is_digits or atom.scale or atom.article or atom.half:
                break
            if not self._fits(value, last, atom.value, at, first):
                break
            if 1 <= value <= 9 and 20 <= atom.value < 100:
                value = value * 100 + atom.value
            elif 1 <= value <= 9 and atom.value >= 100:
                value = value * 1000 + atom.value
            else:
                value += atom.value
            last = atom.value
            at += 1
            nxt = self._peek(at + 1)
            if self.scan.word(at) in self.words.joiners and nxt and not (nxt.is_digits or nxt.scale or nxt.article):
                tens_then_unit = 20 <= last < 100 and last % 10 == 0 and 1 <= nxt.value <= 9 and not nxt.half
                hundreds_then_rest = self.scan.word(at) == "e" and last >= 100 and nxt.value < 100 and not nxt.half
                if tens_then_unit or hundreds_then_rest:
                    at += 1
        return value, at

    @staticmethod
    def _fits(value: Decimal, last: Decimal, new: Decimal, at: int, first: int) -> bool:
        if at == first:
            return True
        if 1 <= value <= 9:
            return 20 <= new <= 900
        if last >= 100:
            return new < 100
        return 20 <= last < 100 and last % 10 == 0 and 1 <= new <= 9

    def _after_scale(self, first: int, at: int, value: Decimal, scale: Decimal, *, words: bool = False) -> Quantity:
        """What follows a scale: `2 mil 500`, `un millón doscientos`, `cuatro mil y medio`, `millón y medio`."""
        if halved := self._and_half(at):
            return Quantity(value + scale / 2, first, halved, scaled=True, words=words)
        start = at
        if self.scan.word(at) == "e" and (nxt := self._peek(at + 1)) and not nxt.is_digits and not nxt.half:
            start = at + 1  # mil e quinhentos
        atom = self._peek(start)
        if atom is None or atom.article or atom.half or (atom.scale and not (scale == _MILLION and atom.value == 1000)):
            return Quantity(value, first, at, scaled=True, words=words)
        tail = self._tail(start, atom)
        if tail is None:
            return Quantity(value, first, at, scaled=True, words=words)
        more, end, more_scaled = tail
        if scale == _MILLION and not more_scaled and more < 1000:
            more *= 1000  # "un millón doscientos" is said of thousands
        if more >= scale:
            return Quantity(value, first, at, scaled=True, words=words)
        return Quantity(value + more, first, end, scaled=True, words=words)

    def _tail(self, start: int, atom: _Atom) -> tuple[Decimal, int, bool] | None:
        if atom.is_digits:
            if atom.suffix in ("k", "mil"):
                return atom.value * 1000, start + 1, True
            if atom.suffix or not re.fullmatch(r"\d{3}", atom.raw):
                scaled = self._scale_at(start + 1) == 1000 and atom.value < 1000 and atom.raw.isdigit()
                return (atom.value * 1000, start + 2, True) if scaled else None
            scaled = self._scale_at(start + 1) == 1000
            return atom.value * (1000 if scaled else 1), start + 1 + scaled, scaled
        if atom.scale:
            return Decimal(1000), start + 1, True
        more, end = self._below_thousand(start)
        if self._scale_at(end) == 1000:
            return more * 1000, end + 1, True
        if more < 100 and self.scan.word(end) in ("meses", "months", "anos", "years", "km", "kms", "mensualidades"):
            return None  # "doscientos mil cuarenta y ocho meses" are two numbers
        return more, end, False


def find_numbers(scan: Scan, language: Language | None = None) -> list[Quantity]:
    """Every quantity among the words nobody claimed, from left to right.

    Args:
        scan: the message.
        language: settles words that are numbers in one language only ("once", "dos").
    """
    words = _words(language)
    parser = _Parser(scan, words)
    found: list[Quantity] = []
    index = 0
    while index < len(scan):
        word = scan.words[index]
        if scan.taken[index] or not (word[0].isdigit() or word in words.starts):
            index += 1
            continue
        quantity = parser.read(index)
        if quantity is None or _is_figure_of_speech(scan, quantity, words):
            index += 1 if quantity is None else max(1, quantity.last - index)
            continue
        quantity = _with_signs(scan, quantity, words)
        found.append(quantity)
        index = max(quantity.last, index + 1)
    return found


def _is_figure_of_speech(scan: Scan, quantity: Quantity, words: _Words) -> bool:
    """`mil gracias`, `un millón de disculpas`: what nobody counts; not `doy 50 mil gracias`."""
    after = quantity.last + (scan.word(quantity.last) in ("de", "of"))
    said = scan.words[quantity.first : quantity.last]
    round_number = said[-1] in words.scales and all(word in words.articles or word in words.scales for word in said)
    return round_number and scan.word(after) in words.beyond_counting


def _with_signs(scan: Scan, quantity: Quantity, words: _Words) -> Quantity:
    first, last, currency, percent = quantity.first, quantity.last, quantity.currency, False
    if first > 0 and scan.words[first - 1] == "$":
        coded = first > 1 and scan.words[first - 2] in ("mx", "mxn", "r", "us")
        first, currency = first - 1 - coded, True
    if last < len(scan) and (sign := words.percent.at(scan, last)):
        last, percent = sign.last, True
    elif last + 1 < len(scan) and scan.words[last] == "de" and scan.words[last + 1] in ("pesos", "varos"):
        last, currency = last + 2, True  # un millón de pesos
    elif last < len(scan) and scan.words[last] in words.currency:
        last, currency = last + 1, True
        if scan.word(last) in words.currency or scan.word(last) == "mexicanos":
            last += 1
    return replace(quantity, first=first, last=last, currency=currency, percent=percent)
