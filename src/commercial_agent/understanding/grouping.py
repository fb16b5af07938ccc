"""Which numbers of a message belong together: alone, the two ends of a range, a list of alternatives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.numbers import Quantity, find_numbers
from commercial_agent.understanding.scan import Hit, Phrases, Scan, expand, load_data

TERMS = frozenset({12, 18, 24, 30, 36, 42, 48, 54, 60, 66, 72, 84})
_ABOUT = frozenset({"otros", "otras", "unos", "como", "hasta", "another", "about", "mais", "uns"})
MAX_NUMBERS = 40  # of one message get a role

UNITS = frozenset({
    "months", "years", "km", "metres", "millimetres", "centimetres", "seats", "doors", "rows", "litres",
    "ignore", "age", "discount",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cues:
    """The phrases of `data/amounts.yaml`."""

    left: Phrases[str]
    right: Phrases[str]
    bound: Phrases[str]
    bound_after: Phrases[str]
    period: Phrases[str]  # what an income or a payment is told by, when it is not the month
    halves: frozenset[str]
    denials: frozenset[str]
    denied: frozenset[str]
    between: Phrases[bool]
    fraction: Phrases[str]
    unrelated: Phrases[bool]
    to: frozenset[str]
    joiners: frozenset[str]
    given: frozenset[str]  # verbs of paying down
    fillers: frozenset[str]
    suffixes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers that share one role: one alone, the two ends of a range, or a list of alternatives."""

    members: tuple[Quantity, ...]
    is_range: bool = False
    introduced: bool = False  # "entre", "del": said to be a range

    @property
    def first(self) -> int:
        """The first word of the scan."""
        return self.members[0].first

    @property
    def last(self) -> int:
        """The word after the last one."""
        return self.members[-1].last


@lru_cache(1)
def cues() -> Cues:
    """The phrases, read once."""
    data = load_data("amounts")
    right = {role: list(patterns) for role, patterns in data["right"].items()}
    suffixes = {p: role for role, patterns in data["right"].items() for q in patterns for p in _single(q)}
    return Cues(
        left=Phrases.of(data["left"]),
        right=Phrases.of(right),
        bound=Phrases.of(data["bound"]),
        bound_after=Phrases.of(data["bound_after"]),
        period=Phrases.of(data["period"]),
        halves=frozenset(data["halves"]),
        denials=frozenset(data["denials"]),
        denied=frozenset(data["denied"]),
        between=Phrases((phrase, True) for phrase in data["between"]),
        fraction=Phrases.of(data["fraction"]),
        unrelated=Phrases((phrase, True) for phrase in data["unrelated"]),
        to=frozenset(data["to"]),
        joiners=frozenset(data["joiners"]),
        given=frozenset(data["given"]),
        fillers=frozenset(data["fillers"]),
        suffixes=suffixes,
    )


def _single(pattern: str) -> list[str]:
    return [phrase for phrase in expand(pattern) if " " not in phrase]


class Groups:
    """The numbers of a message in groups, and what stands right around them."""

    def __init__(self, scan: Scan, language: Language | None, now: datetime, expected: str | None) -> None:
        self.scan, self.now, self.expected = scan, now, expected
        self.cues = cues()
        self.numbers = _joined_metres(scan, find_numbers(scan, language))[:MAX_NUMBERS]
        self.busy = bytearray(len(scan))
        for number in self.numbers:
            self.busy[number.first : number.last] = b"\x01" * (number.last - number.first)
        self.left: list[Hit[str]] = []
        self.right: list[Hit[str]] = []

    # --- which numbers belong together ---

    def _groups(self) -> list[Group]:
        groups: list[Group] = []
        index = 0
        numbers = self.numbers
        while index < len(numbers):
            members = [numbers[index]]
            while index + 1 < len(numbers) and (link := self._link(numbers[index], numbers[index + 1])):
                members.append(numbers[index + 1])
                index += 1
                if link in self.cues.to and link not in self.cues.joiners:
                    break
                if len(members) == 2 and self.cues.between.ending_at(self.scan, members[0].first):
                    break  # "between 350 and 500 thousand, 2020 or newer"
            index += 1
            groups.append(self._group(members))
        return [part for group in groups for part in self._split_unlike(group)]

    def _link(self, one: Quantity, two: Quantity) -> str | None:
        """The word between two numbers, when it joins them."""
        gap = [w for w in self.scan.words[one.last : two.first] if w not in ("el", "la", "los", "las", "the", "un")]
        if len(gap) == 2 and gap[0] in (",", "hasta", "o") and gap[1] in ("y", "o", "los", "or", "el", "a"):
            gap = gap[1:]
        if len(gap) == 1 and (gap[0] in self.cues.to or gap[0] in self.cues.joiners) and self._alike(one, two):
            return gap[0]
        return None

    def _alike(self, one: Quantity, two: Quantity) -> bool:
        if one.percent != two.percent and not (two.percent and one.value < 100):
            return False
        if one.suffix and one.suffix != two.suffix:
            return False
        if one.scaled and not two.scaled and two.value in TERMS and self.scan.word(two.first - 1) in ("a", "at", "en"):
            return False  # "enganche de 30 mil a 48"
        if self._is_given(one) and two.value in TERMS:
            return False  # "pongo otros 30, a 60 meses"
        if self._unit(two) == "months" and one.value <= 5 < two.value:
            return False  # "cotiza 2 a 36 meses"
        if self._year_of(one) and (two.scaled or two.currency or two.value > 3000):
            return False  # "2018 hasta 230 mil"
        return self._unit(one) is None or self._unit(one) == self._unit(two)

    def _is_given(self, number: Quantity) -> bool:
        before = [word for word in self.scan.words[max(0, number.first - 3) : number.first] if word not in _ABOUT]
        return bool(before) and before[-1] in self.cues.given

    def _group(self, members: list[Quantity]) -> Group:
        if len(members) == 2:
            one, two = _share_scale(*members)
            introduced = self.cues.between.ending_at(self.scan, one.first) is not None
            link = next(
                (w for w in self.scan.words[members[0].last : members[1].first] if w not in ("el", "los", "la")), ""
            )
            closed = link in ("a", "al", "-", "to", "ate", "ao", "thru", "through") or (introduced and link == "hasta")
            between = introduced and (closed or link in ("y", "and", "e"))
            if (between or closed) and one.value < two.value:
                return Group((one, two), is_range=True, introduced=introduced)
            members = [one, two]
        elif len(members) > 2 and members[-1].scaled:
            members = [_share_scale(number, members[-1])[0] for number in members[:-1]] + [members[-1]]
        return Group(tuple(members))

    def _split_unlike(self, group: Group) -> list[Group]:
        """A list holds only for years, terms and prices; other numbers side by side are numbers of their own."""
        if group.is_range or len(group.members) == 1:
            return [group]
        values = [number.value for number in group.members]
        link = self.scan.words[group.members[0].last]
        years = all(self._year_of(number) for number in group.members)
        terms = all(value in TERMS or value <= 10 for value in values)
        same_kind = years or terms or (link in ("o", "or", "ou", "/") and max(values) <= 5 * min(values))
        return [group] if same_kind else [Group((number,)) for number in group.members]

    def _unit(self, number: Quantity) -> str | None:
        if number.suffix:
            return self.cues.suffixes.get(number.suffix)
        hit = self._right_hit(number, 0)
        return hit.value if hit and hit.value in UNITS else None

    def _right_hit(self, number: Quantity, gap: int) -> Hit[str] | None:
        return next((hit for hit in self.right if hit.first == number.last + gap), None)

    def _year_of(self, number: Quantity, *, short: bool = False) -> int | None:
        """The model year a number may be; two digits only where `short` allows."""
        value = number.value
        if value != value.to_integral_value() or number.currency or number.percent or number.suffix:
            return None
        year = int(value)
        typed = number.digits if number.digits else ""
        if 1985 <= year <= self.now.year + 1 and (len(typed) == 4 or number.words):
            return year
        if short and not number.scaled and 0 <= year < 100:
            century = 2000 if year <= (self.now.year + 1) % 100 else 1900
            return century + year if century == 2000 or year >= 80 else None
        return None


def _share_scale(one: Quantity, two: Quantity) -> tuple[Quantity, Quantity]:
    """`200 a 300 mil`: the scale said last holds for both; so does the currency."""
    if two.scaled and not one.scaled and one.value < 1000:
        value = one.value * 1000
        if two.value >= 1_000_000 and value * 100 < two.value:
            value = one.value * 1_000_000
        if value <= two.value:
            one = replace(one, value=value, scaled=True)
    if one.scaled and not two.scaled and two.value < 1000 and two.value * 1000 > one.value and not two.suffix:
        two = replace(two, value=two.value * 1000, scaled=True)
    if two.percent:
        one = replace(one, percent=True)
    return replace(one, currency=one.currency or two.currency), replace(two, currency=one.currency or two.currency)


def _joined_metres(scan: Scan, numbers: list[Quantity]) -> list[Quantity]:
    """`4 metros 30` and `4 metros con 30` as 4.30 metres."""
    joined: list[Quantity] = []
    skip = False
    for index, number in enumerate(numbers):
        if skip:
            skip = False
            continue
        nxt = numbers[index + 1] if index + 1 < len(numbers) else None
        between = scan.words[number.last : nxt.first] if nxt else []
        metres = (bool(between) and between[0] in ("metros", "metro", "mts", "m", "meters", "mt")) or (
            number.suffix in ("m", "mts") and nxt is not None
        )
        rest = [w for w in between if w not in ("metros", "metro", "mts", "m", "meters", "mt", "con", "y", "e", "and")]
        if nxt and metres and not rest and number.value < 20 and 1 <= nxt.value < 100 and not nxt.suffix:
            hundredths = nxt.value if nxt.value >= 10 or len(nxt.digits) == 2 else nxt.value * 10
            value = number.value + hundredths / 100
            joined.append(replace(number, value=value, last=nxt.last, suffix="m", digits=""))
            skip = True
        else:
            joined.append(number)
    return joined
