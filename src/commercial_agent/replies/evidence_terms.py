"""Evidence on spans of time, runs of weekdays, and what is not in stock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from commercial_agent.conversation import findings as f
from commercial_agent.replies.claims import Claim, weekday_names
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.promises import negations
from commercial_agent.replies.spelled import fold


def term_problems(plain: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """Spans and runs of weekdays that no finding has, as (kind, text)."""
    yield from _spans(plain, grounds)
    yield from _week_ranges(plain, grounds)


_SPAN = re.compile(
    r"\b(?:within|in|for|en|dentro de|durante|por|em|tras|after)(?: un plazo de| menos de| less than| under)? "
    r"(?:an?|one|una?|uma?) (?:(?P<week>weeks?|semanas?)|(?P<month>months?|mes)|(?P<day>days?|dia)"
    r"|(?P<year>years?|ano))\b"
)
_LONG = {"week": ("days", 7), "month": ("months", 1), "day": ("days", 1), "year": ("months", 12)}


def _spans(plain: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """ "Within a week" is a term like any other."""
    for match in _SPAN.finditer(plain):
        kind, value = _LONG[next(name for name, text in match.groupdict().items() if text)]
        held = grounds.values.get(kind, set()) | {years * 12 for years in grounds.values.get("years", set())}
        if Decimal(value) not in held and " ".join(match.group().split()[-2:]) not in " ".join(grounds.texts):
            yield kind, match.group()


_RANGE = re.compile(
    r"\b(?:de |from |from |da )?(\w+?)s?(?:-feira)? (?:a|to|through|thru|until|ate) (?:la |el )?(\w+?)s?(?:-feira)?\b"
)


def _week_ranges(plain: str, grounds: Grounds) -> Iterator[tuple[str, str]]:
    """ "Monday to Friday" must be the days of the same hours."""
    if not grounds.weeks:
        return
    days = weekday_names()
    for match in _RANGE.finditer(plain):
        ends = [days.get(match[1], days.get(match[1] + "s")), days.get(match[2], days.get(match[2] + "s"))]
        if ends[0] is not None and ends[1] is not None and (ends[0], ends[1]) not in grounds.weeks:
            yield "weekday", match.group()


_EVERY = re.compile(
    r"\b(?:tod[ao]s (?!l?os d|as s|a s|o d)|amb[ao]s|l[ao]s dos|both|all (?!week|day)|every (?!day)|as duas|os dois"
    r"|cada un[ao] |each (?!day))"
)


def branch_problems(plain: str, found: Sequence[Claim], findings: tuple[f.Finding, ...]) -> Iterator[tuple[str, str]]:
    """Hours told of a branch whose hours nobody confirmed."""
    branches = [branch for x in findings if isinstance(x, f.BranchesFound) for branch in x.branches]
    silent = {fold(branch.name) for branch in branches if not branch.hours}
    known = {fold(branch.name) for branch in branches if branch.hours}
    hours = [claim for claim in found if claim.kind in ("hour", "weekday")] if silent else []
    for claim in hours:
        start = max(plain.rfind(mark, 0, claim.start) for mark in ("\n", ". ", "! ", "? ")) + 1
        named = [(at, name) for name in silent | known if (at := plain.rfind(name, 0, claim.start)) >= 0]
        last = max(named, default=(-1, ""))[1]
        if last in silent or _EVERY.search(plain[start : claim.start]):
            yield "hour", plain[claim.start : claim.end]


_ABSENT = re.compile(
    r"\b(?:out of|fuera de|agotad\w+|esgotad\w+|falta\w*|busc\w+"
    r"|looking|procur\w+|instead|lugar de|vez de|alternativ\w+|parecid\w+)\b"
)


def stock_problems(plain: str, findings: tuple[f.Finding, ...]) -> Iterator[tuple[str, str]]:
    """What is not in stock is only spoken of as missing."""
    names = {fold(name.rpartition("/")[2]) for x in findings if isinstance(x, f.CarsFound) for name in x.not_stocked}
    for sentence in re.split(r"(?<=[.!?])\s+|\n", plain) if names else ():
        if any(name in sentence for name in names) and not (negations(sentence) or _ABSENT.search(sentence)):
            yield "state", sentence[:60]
