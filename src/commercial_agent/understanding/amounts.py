"""What the numbers of a message are for: price, monthly payment, down payment, term, kilometres, year, length …

`_Reader._role` is the one place where a number gets its role. In this order:
1. a unit right behind it (km, meses, puertas, metros) or a percent sign;
2. the nearest cue that governs it ("de enganche", "al mes", "gano", "presupuesto"), nouns before verbs;
3. its shape: 2019 is a year, 48 after "a" is a term;
4. a bound ("hasta", "entre … y …") makes it a price;
5. what we had asked (`expected`);
6. an amount of the size of a car is weakly a price, everything else stays a bare number.

Scale comes last: a bare 200 as a price is 200 thousand, 3.5 as a payment is 3,500, 50 as kilometres is 50 thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.numbers import Quantity, find_numbers
from commercial_agent.understanding.scan import Hit, Phrases, Scan, load_data

WEAK = 0.5  # the score of a role that was only guessed; a pending question overrules it
LEAST_PRICE = Decimal(20_000)  # no car costs less: a smaller "budget" is a monthly one
TERMS = frozenset({12, 18, 24, 30, 36, 42, 48, 54, 60, 66, 72, 84})
ABOUT = Decimal("0.10")  # "como 250" is 250 give or take a tenth
MAX_NUMBERS = 40  # of one message get a role

_UNITS = frozenset("months years km metres millimetres centimetres seats doors rows litres ignore age discount".split())
_WEIGHT = {"price": 6.0, "spend": 5.0, "months": 7.0, "rate": 7.5, "income": 10.5, "debts": 10.2, "after_payment": 9.5}
_MONEY = frozenset("price monthly spend down income debts extra balloon trade_in amount".split())
_SIZES = {"length": "length_mm", "width": "width_mm", "height": "height_mm"}
_SIZE_WORDS = {"ancho": "width", "anchura": "width", "width": "width", "wide": "width", "largura": "width",
               "alto": "height", "altura": "height", "height": "height", "tall": "height", "high": "height"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Cues:
    left: Phrases[str]
    right: Phrases[str]
    bound: Phrases[str]
    bound_after: Phrases[str]
    between: Phrases[bool]
    unrelated: Phrases[bool]
    to: frozenset[str]
    joiners: frozenset[str]
    fillers: frozenset[str]
    suffixes: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Group:
    """Numbers that share one role: one alone, the two ends of a range, or a list of alternatives."""

    members: tuple[Quantity, ...]
    is_range: bool = False
    introduced: bool = False  # "entre", "del": said to be a range

    @property
    def first(self) -> int:
        return self.members[0].first

    @property
    def last(self) -> int:
        return self.members[-1].last


@lru_cache(1)
def _cues() -> _Cues:
    data = load_data("amounts")
    right = {role: list(patterns) for role, patterns in data["right"].items()}
    suffixes = {p: role for role, patterns in data["right"].items() for q in patterns for p in _single(q)}
    return _Cues(
        left=Phrases.of(data["left"]),
        right=Phrases.of(right),
        bound=Phrases.of(data["bound"]),
        bound_after=Phrases.of(data["bound_after"]),
        between=Phrases((phrase, True) for phrase in data["between"]),
        unrelated=Phrases((phrase, True) for phrase in data["unrelated"]),
        to=frozenset(data["to"]),
        joiners=frozenset(data["joiners"]),
        fillers=frozenset(data["fillers"]),
        suffixes=suffixes,
    )


def _single(pattern: str) -> list[str]:
    from commercial_agent.understanding.scan import expand

    return [phrase for phrase in expand(pattern) if " " not in phrase]


def read_amounts(scan: Scan, language: Language | None, now: datetime, expected: str | None = None) -> list[Entity]:
    """The numbers among the words nobody claimed, each with its role.

    Args:
        scan: the message; names of cars and dates are already claimed.
        language: of the message.
        now: the present, for years.
        expected: the role our last question asked for, which settles what the text leaves open.

    Returns:
        Entities: price, year, km, length_mm, width_mm, height_mm, engine_litres, seats, doors (`Range`); monthly,
        down_amount, down_percent, income, debts, extra, balloon, trade_in_value, rate_percent, commission_percent
        (`Decimal`); months (`tuple[int, ...]`); after_payment (`int`); stock_id (`str`); amount and number (`Decimal`)
        for what stays open.
    """
    return _Reader(scan, language, now, expected).read()


class _Reader:
    def __init__(self, scan: Scan, language: Language | None, now: datetime, expected: str | None) -> None:
        self.scan, self.now, self.expected = scan, now, expected
        self.cues = _cues()
        self.numbers = _joined_metres(scan, find_numbers(scan, language))[:MAX_NUMBERS]
        self.busy = bytearray(len(scan))
        for number in self.numbers:
            self.busy[number.first : number.last] = b"\x01" * (number.last - number.first)
        self.left: list[Hit[str]] = []
        self.right: list[Hit[str]] = []

    def read(self) -> list[Entity]:
        if not self.numbers:
            return []
        self.left = self.cues.left.find(self.scan)
        self.right = self.cues.right.find(self.scan)
        found: list[Entity] = []
        for group in self._groups():
            found.extend(self._entities(group))
        return found

    # --- which numbers belong together ---

    def _groups(self) -> list[_Group]:
        groups: list[_Group] = []
        index = 0
        numbers = self.numbers
        while index < len(numbers):
            members = [numbers[index]]
            while index + 1 < len(numbers) and (link := self._link(numbers[index], numbers[index + 1])):
                members.append(numbers[index + 1])
                index += 1
                if link in self.cues.to and link not in self.cues.joiners:
                    break
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
        return self._unit(one) is None or self._unit(one) == self._unit(two)

    def _group(self, members: list[Quantity]) -> _Group:
        if len(members) == 2:
            one, two = _share_scale(*members)
            introduced = self.cues.between.ending_at(self.scan, one.first) is not None
            link = next(
                (w for w in self.scan.words[members[0].last : members[1].first] if w not in ("el", "los", "la")), ""
            )
            closed = link in ("a", "al", "-", "hasta", "to", "ate", "ao", "thru", "through")
            between = introduced and (closed or link in ("y", "and", "e"))
            if (between or closed) and one.value < two.value:
                return _Group((one, two), is_range=True, introduced=introduced)
            members = [one, two]
        elif len(members) > 2 and members[-1].scaled:
            members = [_share_scale(number, members[-1])[0] for number in members[:-1]] + [members[-1]]
        return _Group(tuple(members))

    def _split_unlike(self, group: _Group) -> list[_Group]:
        """A list holds only for years, terms and prices; other numbers side by side are numbers of their own."""
        if group.is_range or len(group.members) == 1:
            return [group]
        values = [number.value for number in group.members]
        link = self.scan.words[group.members[0].last]
        years = all(self._year_of(number) for number in group.members)
        terms = all(value in TERMS or value <= 10 for value in values)
        same_kind = years or terms or (link in ("o", "or", "ou", "/") and max(values) <= 5 * min(values))
        return [group] if same_kind else [_Group((number,)) for number in group.members]

    # --- the role ---

    def _unit(self, number: Quantity) -> str | None:
        if number.suffix:
            return self.cues.suffixes.get(number.suffix)
        hit = self._right_hit(number, 0)
        return hit.value if hit and hit.value in _UNITS else None

    def _right_hit(self, number: Quantity, gap: int) -> Hit[str] | None:
        return next((hit for hit in self.right if hit.first == number.last + gap), None)

    def _cue(self, group: _Group) -> str | None:
        """The cue that governs the numbers: the heaviest of the near ones, less half a point a word away."""
        best: tuple[float, str] | None = None
        for hit in self.left:
            gap = group.first - hit.last
            if not 0 <= gap <= 4 or not self._clear(hit.last, group.first):
                continue
            score = _WEIGHT.get(hit.value, 9.0) - gap / 2
            if best is None or score > best[0]:
                best = (score, hit.value)
        number = group.members[-1]
        for hit in self.right:
            gap = hit.first - number.last
            if not 0 <= gap <= 2 or hit.value in _UNITS or not self._clear(number.last, hit.first):
                continue
            score = _WEIGHT.get(hit.value, 10.0) - gap / 2
            if best is None or score > best[0]:
                best = (score, hit.value)
        return best[1] if best else None

    def _clear(self, first: int, last: int) -> bool:
        return all(self.scan.words[at] in self.cues.fillers and not self.busy[at] for at in range(first, last))

    def _role(self, group: _Group) -> tuple[str, float]:
        """What the numbers are for, and how sure that is."""
        number = group.members[-1]
        cue = self._cue(group)
        unit = self._unit(number)
        if number.percent:
            return self._percent_role(cue, unit)
        if unit == "litres" and number.value > 9 or unit == "months" and number.scaled:
            unit = None
        if unit == "ignore" and (number.scaled or number.currency):
            unit = None
        if unit is not None:
            return self._unit_role(unit, group, cue)
        if self.cues.unrelated.ending_at(self.scan, group.first) and cue is None:
            return "ignore", 1.0
        if cue in ("rate", "commission") and number.value >= 100 or cue in _SIZES and number.value >= 10_000:
            cue = None
        if cue == "km" and group.members[0].currency:
            cue = None
        if self._is_term(group):
            return "months", 0.9
        if cue is not None and (role := self._cue_role(cue, group)):
            return role, 1.0
        return self._shape_role(group)

    def _percent_role(self, cue: str | None, unit: str | None) -> tuple[str, float]:
        if unit == "discount":
            return "ignore", 1.0
        if cue in ("rate", "commission"):
            return f"{cue}_percent", 1.0
        if cue == "percent" and self.expected != "down":
            return "rate_percent", 0.7
        return "down_percent", 1.0 if cue == "down" or self.expected == "down" else WEAK

    def _unit_role(self, unit: str, group: _Group, cue: str | None) -> tuple[str, float]:
        value = group.members[-1].value
        if unit == "years":
            if self.cues.unrelated.ending_at(self.scan, group.first):
                return "ignore", 1.0
            return ("months_of_years", 1.0) if 0 < value <= 20 else ("ignore", 1.0)
        if unit in ("metres", "millimetres", "centimetres"):
            return f"size_{unit}", 1.0
        if unit == "litres":
            return "engine", 1.0
        if unit == "months" and cue == "after_payment":
            return "after_payment", 1.0
        return unit, 1.0

    def _cue_role(self, cue: str, group: _Group) -> str | None:
        number = group.members[-1]
        value = number.value
        year = self._year_of(number)
        if cue in ("price", "spend"):
            return self._spend_role(cue, group, year is not None and number.digits != "" and len(number.digits) == 4)
        if cue == "year":
            return "year" if all(self._year_of(member, short=True) for member in group.members) else None
        if cue == "months":
            fits = not (number.scaled or number.currency) and value <= 120 and value == value.to_integral_value()
            return "months" if fits and (value in TERMS or value % 12 == 0 or value >= 6) else None
        if cue == "after_payment":
            return "after_payment" if 1 <= value <= 120 else None
        if cue == "engine":
            return "engine" if Decimal("0.6") <= value <= 9 else None
        if cue in _SIZES:
            return f"size_{cue}" if value < 10_000 else None
        if cue in ("rate", "commission"):
            return f"{cue}_percent"
        if cue == "percent":
            return None
        if cue == "down":
            before = self.scan.word(group.first - 1)
            percent = value <= 90 and not (number.scaled or number.currency) and before in ("el", "del", "un", "al")
            return "down_percent" if percent else "down"
        if cue == "stock_id":
            return "stock_id" if number.digits.isdigit() else None
        return cue

    def _spend_role(self, cue: str, group: _Group, is_year: bool) -> str | None:
        number = group.members[-1]
        if is_year and not number.currency:
            return None
        value = number.value
        if number.scaled or number.currency or value >= 1000:
            return "price" if value >= LEAST_PRICE else "monthly"
        if cue == "spend":
            return "monthly" if value < 20 else "price"
        if value < 10 and value == value.to_integral_value() and not group.is_range:
            return None
        return "price" if value >= 20 or value != value.to_integral_value() else None

    def _shape_role(self, group: _Group) -> tuple[str, float]:
        number = group.members[-1]
        if all(self._year_of(member) for member in group.members):
            return "year", 1.0
        if self._short_years(group):
            return "year", 0.9
        bounded = group.is_range and group.introduced or self._bound(group) is not None
        value = number.value
        money = number.scaled or number.currency
        if bounded and (role := self._bounded_role(group, money)):
            return role, 0.9
        if self.expected is not None and self.expected != "number":
            return self.expected, 0.8
        if group.is_range and (money or value >= 50):
            return "price" if value >= LEAST_PRICE or not money else "monthly", 0.8
        if money or value >= 10_000:
            return ("price", WEAK) if value >= LEAST_PRICE else ("amount", WEAK)
        if self._is_engine(group):
            return "engine", 0.7
        return "number", WEAK

    def _bounded_role(self, group: _Group, money: bool) -> str | None:
        value = group.members[-1].value
        if self.expected in ("km", "income", "down", "monthly") and not group.introduced:
            return self.expected
        if money or value >= 1000:
            return "price" if value >= LEAST_PRICE else "monthly"
        return "price" if value >= 20 else None

    def _is_engine(self, group: _Group) -> bool:
        number = group.members[0]
        before = group.first > 0 and bool(self.scan.taken[group.first - 1])
        decimal = "." in number.digits and Decimal("0.8") <= number.value <= Decimal("6.5")
        return decimal and (before or self._year_of_word(group.first - 1))

    def _year_of_word(self, index: int) -> bool:
        word = self.scan.word(index)
        return len(word) == 4 and word.isdigit() and 1985 <= int(word) <= self.now.year + 1

    def _is_term(self, group: _Group) -> bool:
        """`a 48`, `a 36 o 48`, `en 60`: the usual terms behind a preposition."""
        before = self.scan.word(group.first - 1)
        plain = all(
            number.value in TERMS and not (number.scaled or number.currency or number.percent)
            for number in group.members
        )
        return plain and (before in ("a", "en", "at", "em", "plazo", "for", "over") or self.expected == "months")

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

    def _short_years(self, group: _Group) -> bool:
        """`del 17 al 20`, `jetta 19`, `un versa del 18`, `17 pa arriba`."""
        if not all(self._year_of(member, short=True) and len(member.digits) == 2 for member in group.members):
            return False
        oldest = min(int(member.value) for member in group.members)
        if oldest < 5:
            return False
        before = self.scan.word(group.first - 1)
        behind_name = group.first > 0 and bool(self.scan.taken[group.first - 1])
        of_name = before in ("del", "modelo", "ano", "do") and (
            group.is_range or group.first > 1 and bool(self.scan.taken[group.first - 2])
        )
        upward = before in ("del", "de", "un", "modelo", "ano") and self._after_bound(group) == "low"
        lone = before in ("un", "una", "uno") and group.last == len(self.scan) and oldest >= 8
        return behind_name or of_name or upward or lone or (group.is_range and before == "del")

    # --- bounds ---

    def _bound(self, group: _Group) -> str | None:
        return self._before_bound(group) or self._after_bound(group)

    def _before_bound(self, group: _Group) -> str | None:
        for skipped in range(3):
            at = group.first - skipped
            if skipped and (
                at < 0 or self.scan.word(at) not in ("los", "las", "el", "del", "de", "unos", "the", ":", "como")
            ):
                break
            if at > 0 and (hit := self.cues.bound.ending_at(self.scan, at)):
                return hit.value
        return None

    def _after_bound(self, group: _Group) -> str | None:
        at = group.last
        for extra in range(3):
            if at + extra >= len(self.scan):
                return None
            if hit := self.cues.bound_after.at(self.scan, at + extra):
                return hit.value
            if self.scan.words[at + extra] not in (
                "km",
                "kms",
                "mil",
                "pesos",
                "meses",
                "mxn",
                "de",
                "al",
                "mes",
                "como",
            ):
                return None
        return None

    # --- values ---

    def _entities(self, group: _Group) -> list[Entity]:
        role, score = self._role(group)
        if role == "ignore" or role == "discount":
            return []
        build = getattr(self, f"_as_{role}", None)
        kind_value = build(group) if build else self._money_value(role, group)
        if kind_value is None:
            return []
        kind, value = kind_value
        first, last = self._extent(group, role)
        return [self.scan.entity(kind, value, first, last, score)]

    def _extent(self, group: _Group, role: str) -> tuple[int, int]:
        """The words of the entity: the numbers with their unit."""
        hit = self._right_hit(group.members[-1], 0)
        last = hit.last if hit and hit.value in _UNITS and not group.members[-1].suffix else group.last
        return group.first, last

    def _range(self, group: _Group, values: Sequence[Decimal], *, exact: str = "high") -> Range:
        if group.is_range:
            return Range(values[0], values[-1])
        if len(values) > 1:
            return Range(min(values), max(values))
        value = values[0]
        bound = self._bound(group)
        if bound == "about":
            return Range(_whole(value * (1 - ABOUT)), _whole(value * (1 + ABOUT)))
        if bound == "low" or bound is None and exact == "low":
            return Range(low=value)
        if bound is None and exact == "both":
            return Range(value, value)
        return Range(high=value)

    def _as_price(self, group: _Group) -> tuple[str, Range] | None:
        values = [scale_money("price", number) for number in group.members]
        return ("price", self._range(group, values)) if values[-1] > 0 else None

    def _as_km(self, group: _Group) -> tuple[str, Range]:
        return "km", self._range(group, [_thousands(number, Decimal(1000)) for number in group.members])

    def _as_year(self, group: _Group) -> tuple[str, Range]:
        years = [Decimal(self._year_of(number, short=True) or int(number.value)) for number in group.members]
        bound = self._bound(group)
        if bound in ("high", "low") and not group.is_range and len(years) == 1:
            strict = self._is_strict(group, bound)
            return "year", Range(high=years[0] - strict) if bound == "high" else Range(low=years[0] + strict)
        return "year", Range(min(years), max(years))

    def _is_strict(self, group: _Group, bound: str) -> bool:
        """`más nuevo que 2018` leaves 2018 out; `desde 2018` does not."""
        if self._before_bound(group) != bound:
            return False
        near = set(self.scan.words[max(0, group.first - 4) : group.first])
        return not near.isdisjoint(
            {"que", "than", "after", "before", "antes", "despues", "over", "posterior", "anterior"}
        )

    def _as_months(self, group: _Group) -> tuple[str, tuple[int, ...]] | None:
        values = tuple(dict.fromkeys(int(n.value) for n in group.members if 0 < n.value <= 600))
        return ("months", values) if values else None

    def _as_months_of_years(self, group: _Group) -> tuple[str, tuple[int, ...]]:
        return "months", tuple(dict.fromkeys(int(n.value * 12) for n in group.members if 0 < n.value <= 50))

    def _as_age(self, group: _Group) -> tuple[str, Range]:
        oldest = Decimal(self.now.year) - max(number.value for number in group.members)
        return "year", Range(high=oldest) if self._bound(group) == "low" else Range(low=oldest)

    def _as_seats(self, group: _Group) -> tuple[str, Range] | None:
        value = group.members[-1].value
        return ("seats", self._range(group, [n.value for n in group.members], exact="low")) if 1 < value <= 15 else None

    def _as_rows(self, group: _Group) -> tuple[str, Range] | None:
        return ("seats", Range(low=Decimal(7))) if group.members[-1].value == 3 else None

    def _as_doors(self, group: _Group) -> tuple[str, Range] | None:
        value = group.members[-1].value
        return ("doors", self._range(group, [value], exact="both")) if 1 < value <= 6 else None

    def _as_engine(self, group: _Group) -> tuple[str, Range]:
        return "engine_litres", self._range(group, [n.value for n in group.members], exact="both")

    def _as_stock_id(self, group: _Group) -> tuple[str, str]:
        return "stock_id", group.members[0].digits

    def _as_after_payment(self, group: _Group) -> tuple[str, int]:
        return "after_payment", int(group.members[0].value)

    def _as_number(self, group: _Group) -> tuple[str, Decimal]:
        return "number", group.members[0].value

    def _size(self, group: _Group, factor: Decimal | None) -> tuple[str, Range] | None:
        values = []
        for number in group.members:
            value = number.value
            scale = factor or (Decimal(1000) if value < 20 else Decimal(10) if value < 1000 else Decimal(1))
            if factor == 1000 and value >= 1000:
                scale = Decimal(1)  # "4.300 m" are 4.3 metres
            values.append(_whole(value * scale))
        if not 500 <= values[-1] <= 20_000:
            return None
        return self._dimension(group), self._range(group, values)

    def _dimension(self, group: _Group) -> str:
        nearby = self.scan.words[max(0, group.first - 4) : group.last + 4]
        spoken = next((_SIZE_WORDS[word] for word in nearby if word in _SIZE_WORDS), "length")
        return _SIZES[spoken]

    def _as_size_metres(self, group: _Group) -> tuple[str, Range] | None:
        return self._size(group, Decimal(1000))

    def _as_size_centimetres(self, group: _Group) -> tuple[str, Range] | None:
        return self._size(group, Decimal(10))

    def _as_size_millimetres(self, group: _Group) -> tuple[str, Range] | None:
        return self._size(group, Decimal(1))

    def _as_size_length(self, group: _Group) -> tuple[str, Range] | None:
        return self._size(group, None)

    _as_size_width = _as_size_length
    _as_size_height = _as_size_length

    def _money_value(self, role: str, group: _Group) -> tuple[str, Decimal]:
        """Everything that is one figure: of a range the upper end counts."""
        kind = {"down": "down_amount", "trade_in": "trade_in_value"}.get(role, role)
        number = group.members[-1]
        if role == "down" and not (number.scaled or number.currency) and number.value <= 90 and self.expected == "down":
            return "down_percent", number.value
        return kind, scale_money(role, number) if role in _MONEY else number.value


def scale_money(role: str, number: Quantity) -> Decimal:
    """The pesos a number means in a role: people leave out the thousands where they go without saying."""
    value = number.value
    if number.scaled or value >= 1000:
        return value
    if role == "price":
        if value < 10 and not number.currency:
            return value * 1_000_000  # "1.2" of a price
        return value * 1000 if value >= 10 else value
    if role in ("monthly", "debts"):
        return value * 1000 if value < 100 and not number.currency else value
    if role == "amount":
        return value
    return value if number.currency and value >= 100 else value * 1000


def _thousands(number: Quantity, factor: Decimal) -> Decimal:
    return number.value * factor if not number.scaled and 0 < number.value < 1000 else number.value


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)


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
        metres = (
            bool(between)
            and between[0] in ("metros", "metro", "mts", "m", "meters", "mt")
            or (number.suffix in ("m", "mts") and nxt is not None)
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
