"""What must not be kept in clear: card, account and identity numbers that a customer sends unasked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

MASK: Final = "••••"
Span = tuple[int, int]

_LEAST, _MOST = 13, 19  # digits of a card or an account
_APART: Final = r"(?:[^\S\n]{1,3}|\s?\n\s?|[^\S\n]?[-–.][^\S\n]?)"  # what stands between the groups of one number
_RUN: Final = re.compile(rf"(?<!\d)\d+(?:{_APART}\d+)*")
_DIGITS: Final = re.compile(r"\d+")
_CURP: Final = re.compile(r"\b[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d\b", re.IGNORECASE)
_RFC: Final = re.compile(r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}\b", re.IGNORECASE)
_CODE: Final = (
    r"(?:cvv2?|cvc2?|csc|cid|security[ ]code|(?:c[oó]d(?:igo)?|n[uú]mero)[ .]*(?:de)?[ ]*(?:seg\w*|verificaci[oó]n)|"
    r"(?:3|4|tres|cuatro)[ ]d[ií]gitos(?:[ ]de[ ](?:atr[aá]s|la[ ]vuelta))?)"
)
_NAMED_CODE: Final = re.compile(
    rf"\b{_CODE}\b[\s:=#.,-]*(?:(?:es|is|[eé]|son|de|the|el)\b[\s:]*)*(\d{{3,4}})(?!\d)", re.IGNORECASE
)
_EXPIRY: Final = r"(?:\d{1,2}[ ]?[/-][ ]?(?:\d{4}|\d{2})|(?:0[1-9]|1[0-2])[ ]?\d{2})(?!\d)"
_BESIDE: Final = re.compile(  # right after a card: when it expires, and its code, but no amount
    r"(?:[\s,;:|/.()-]|\b(?:y|e|and|con|el|la|vence|venc\w*|v[aá]lid\w*|val|exp\w*|thru|hasta|fecha|en|de)\b|"
    rf"\b{_CODE}\b)*"
    rf"(?:({_EXPIRY})[\s,;:|/.()-]*(?:{_CODE}[\s:=]*)?)?"
    r"(?<!\d)(?:(\d{3,4})(?![\d,.%]*\d|[ ]?(?:mil|km|pesos|mxn|k)\b))?",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?:19[89]|20[0-3])\d")


def mask(text: str) -> tuple[str, bool]:
    """The text with card, bank account, CURP and RFC numbers masked, and with a card what stands beside it.

    Args:
        text: what the customer wrote.

    Returns:
        The masked text and whether anything is masked in it, now or before. Card numbers are known by the Luhn check
        (ISO/IEC 7812-1), CLABE accounts by their own control digit (Banco de México).
    """
    for start, end in reversed(secret_spans(text)):
        text = text[:start] + MASK + text[end:]
    return text, MASK in text


def secret_spans(text: str) -> list[Span]:
    """Where a text holds what must not be kept; in order, none within another."""
    numbers = [span for run in _RUN.finditer(text) for span in _numbers(run)]
    found = numbers + [match.span() for pattern in (_CURP, _RFC) for match in pattern.finditer(text)]
    found += [match.span(1) for match in _NAMED_CODE.finditer(text)]
    for _, end in [*numbers, *((at, at + len(MASK)) for at in _places(text, MASK))]:
        beside = _BESIDE.match(text, end)
        if beside is not None:
            found += [beside.span(group) for group in (1, 2) if beside.group(group)]
    spans: list[Span] = []
    for span in sorted(found):
        if spans and span[0] < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(span[1], spans[-1][1]))
        else:
            spans.append(span)
    return spans


def _places(text: str, what: str) -> Iterator[int]:
    at = text.find(what)
    while at >= 0:
        yield at
        at = text.find(what, at + len(what))


def _numbers(run: re.Match[str]) -> Iterator[Span]:
    """The cards and accounts in a run of digits; each begins and ends with a group of it."""
    groups = [(found.start() + run.start(), found.group()) for found in _DIGITS.finditer(run.group())]
    digits = [int(digit) for _, group in groups for digit in group]
    if len(digits) < _LEAST:
        return
    sums = _luhn_sums(digits)
    ends = list(accumulate(len(group) for _, group in groups))
    first = 0
    while first < len(groups):
        begin = ends[first] - len(groups[first][1])
        fitting = range(first, bisect_right(ends, begin + _MOST))
        taken = next((last for last in reversed(fitting) if _sensitive(digits, sums, begin, ends[last])
                      and not _of_a_list([group for _, group in groups[first : last + 1]])), None)  # fmt: skip
        if taken is not None:
            yield groups[first][0], groups[taken][0] + len(groups[taken][1])
        first = first + 1 if taken is None else taken + 1


def _of_a_list(groups: Sequence[str]) -> bool:
    """Years or prices one after the other, whose digits make a card's number by chance."""
    if all(_YEAR.fullmatch(group) for group in groups):
        return True
    even = len({len(group) for group in groups[:-1]}) <= 1
    return len(groups) > 1 and (
        all(len(group) > 4 and group.endswith("00") for group in groups)
        or (not even and any(_YEAR.fullmatch(group) or group.endswith("000") for group in groups))
    )


def _sensitive(digits: Sequence[int], sums: tuple[Sequence[int], Sequence[int]], begin: int, end: int) -> bool:
    length = end - begin
    if length < _LEAST or (length == _LEAST and digits[begin] != 4):  # or a telephone number with its country
        return False
    control = sums[(end - 1) % 2]
    luhn = (control[end] - control[begin]) % 10 == 0 and any(digits[begin:end])
    return luhn or (length == 18 and _clabe(digits[begin:end]))


def _luhn_sums(digits: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """Running sums of the digits with every other one doubled: the odd ones, and the even ones."""
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits]
    pairs = list(enumerate(zip(digits, doubled, strict=True)))
    even, odd = (
        list(accumulate((digit if at % 2 == kept else twice for at, (digit, twice) in pairs), initial=0))
        for kept in (0, 1)
    )
    return even, odd


def _clabe(digits: Sequence[int]) -> bool:
    weights = (3, 7, 1) * 6
    return (10 - sum(d * w % 10 for d, w in zip(digits[:17], weights, strict=False)) % 10) % 10 == digits[17]
