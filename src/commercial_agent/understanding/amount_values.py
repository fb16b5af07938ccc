"""The values of amounts once their role is known: bounds, scale and units applied."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from commercial_agent.conversation.cars import Range
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.grouping import UNITS, Group, Groups
from commercial_agent.understanding.numbers import Quantity
from commercial_agent.understanding.scan import Hit

ABOUT = Decimal("0.10")  # "como 250" is 250 give or take a tenth

_MONEY = frozenset({"price", "monthly", "spend", "down", "income", "debts", "extra", "balloon", "trade_in", "amount"})
_OPPOSITE = {"low": "high", "high": "low"}
_SINCE = frozenset({"hace", "faz", "ha"})
_AGO = frozenset({"ago", "atras"})
_STRICT_REACH = 6  # words before a year among which its bound is denied
_LEAD_REACH = 4  # words between a bound and the estimate it bounds
_CLAUSE_ENDS = frozenset({",", ".", ";", "?", "!"})
_DENIAL_REACH = 7  # words from a negation to the bound it turns
_NEVER_NEGATIVE = frozenset({"down", "monthly", "income", "extra", "balloon", "trade_in"})  # below zero it is refused
_LEADS_TO_SIGN = frozenset(
    {
        "de",
        "con",
        "of",
        "with",
        "com",
        "es",
        "is",
        ":",
        "(",
        ",",
        "dando",
        "doy",
        "giving",
        "enganche",
        "entrada",
        "down",
        "inicial",
    }
)
_MINUS = frozenset({"menos", "minus", "negative"})
_LEADS_TO_MINUS = frozenset(
    {"de", "con", "of", "with", "com", "es", "sea", "fuera", "dando", "is", "a", "doy", "giving", "enganche", "entrada"}
)
_SIZES = {"length": "length_mm", "width": "width_mm", "height": "height_mm"}
_SIZE_WORDS = {
    "ancho": "width", "anchura": "width", "width": "width", "wide": "width", "largura": "width",
    "alto": "height", "altura": "height", "height": "height", "tall": "height", "high": "height",
}  # fmt: skip


_SHORT_THOUSANDS = 400  # "60" or "150" km are thousands; "500 km" are what they say
_TOLD_BY_PERIOD = frozenset({"income", "monthly", "spend", "debts"})
_PERIODS = {"fortnight": Decimal(2), "week": Decimal(52) / 12}
_PERIOD_REACH = 5  # words behind an amount


class AmountValues(Groups):
    """Turns a group of numbers and its role into an entity."""

    # --- bounds ---

    def _bound(self, group: Group) -> str | None:
        before = self._before_bound(group)
        if before == "about" and (after := self._after_bound(group) or self._led_by_bound(group)) in ("high", "low"):
            return after  # "como de 600 mil tope", "mi tope son como 600 mil"
        return before or self._after_bound(group)

    def _led_by_bound(self, group: Group) -> str | None:
        """The bound a few words before an estimate."""
        for at in range(group.first - 1, max(0, group.first - 1 - _LEAD_REACH), -1):
            if self.scan.words[at - 1] in _CLAUSE_ENDS or self.busy[at - 1]:
                return None
            hit = self.cues.bound.ending_at(self.scan, at) or self.cues.bound_after.ending_at(self.scan, at)
            if hit is not None and hit.value in ("high", "low"):
                return hit.value
        return None

    def _before_bound(self, group: Group) -> str | None:
        for skipped in range(3):
            at = group.first - skipped
            if skipped and (
                at < 0 or self.scan.word(at) not in ("los", "las", "el", "del", "de", "unos", "the", ":", "como")
            ):
                break
            if at > 0 and (hit := self.cues.bound.ending_at(self.scan, at)):
                asks = self.scan.word(at - 1) == "about" and self.scan.word(at - 2) in ("what", "how")
                if asks:
                    return None  # "what about 60?" proposes, it does not estimate
                return _OPPOSITE.get(hit.value, hit.value) if self._is_denied(hit) else hit.value
        return None

    def _is_denied(self, bound: Hit[str]) -> bool:
        """`nothing over 200`, `I don't want to go over 280`, `nada mais velho que 2018`: a bound under a negation."""
        if not self.cues.denials.isdisjoint(self.scan.words[bound.first : bound.last]):
            return False  # "no más de 200" is one word of limit
        return self._denied_before(bound.first)

    def _denied_before(self, first: int) -> bool:
        for at in range(first - 1, max(-1, first - 1 - _DENIAL_REACH), -1):
            word = self.scan.words[at]
            if word in self.cues.denials or (word == "t" and self.scan.word(at - 1) == "'"):
                return True
            if word not in self.cues.denied:
                return False
        return False

    def _after_bound(self, group: Group) -> str | None:
        at = group.last
        for extra in range(3):
            if at + extra >= len(self.scan):
                return None
            if hit := self.cues.bound_after.at(self.scan, at + extra):
                follows = hit.last < len(self.scan) and bool(self.busy[hit.last])
                if follows:
                    return None  # "2020 máximo 350 mil" bounds the price, not the year
                above = hit.value == "low" and self._denied_before(group.first)
                return "high" if above else hit.value  # "without spending 250,000 or more"
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

    def _entities(self, group: Group, role: str, score: float) -> list[Entity]:
        if role == "ignore" or role == "discount":
            return []
        build = getattr(self, f"_as_{role}", None)
        kind_value = build(group) if build else self._money_value(role, group)
        if kind_value is None:
            return []
        kind, value = kind_value
        first, last = self._extent(group, role)
        return [self.scan.entity(kind, value, first, last, score)]

    def _extent(self, group: Group, role: str) -> tuple[int, int]:
        """The words of the entity: the numbers with their unit."""
        hit = self._right_hit(group.members[-1], 0)
        last = hit.last if hit and hit.value in UNITS and not group.members[-1].suffix else group.last
        return group.first, last

    def _range(self, group: Group, values: Sequence[Decimal], *, exact: str = "high") -> Range:
        if group.is_range:
            return Range(values[0], values[-1])
        if len(values) > 1:
            return Range(min(values), max(values))
        value = values[0]
        bound = self._bound(group)
        if bound == "about":
            return Range(_whole(value * (1 - ABOUT)), _whole(value * (1 + ABOUT)))
        if bound == "low" or (bound is None and exact == "low"):
            return Range(low=value)
        if bound is None and exact == "both":
            return Range(value, value)
        return Range(high=value)

    def _as_price(self, group: Group) -> tuple[str, Range] | None:
        values = [scale_money("price", number) for number in group.members]
        return ("price", self._range(group, values)) if values[-1] > 0 else None

    def _as_km(self, group: Group) -> tuple[str, Range]:
        return "km", self._range(group, [_thousands(number, Decimal(1000)) for number in group.members])

    def _as_year(self, group: Group) -> tuple[str, Range]:
        years = [Decimal(self._year_of(number, short=True) or int(number.value)) for number in group.members]
        bound = self._bound(group)
        if bound in ("high", "low") and not group.is_range and len(years) == 1:
            strict = self._is_strict(group, bound)
            return "year", Range(high=years[0] - strict) if bound == "high" else Range(low=years[0] + strict)
        return "year", Range(min(years), max(years))

    def _is_strict(self, group: Group, bound: str) -> bool:
        """`más nuevo que 2018` leaves 2018 out; `desde 2018` does not."""
        if self._before_bound(group) != bound:
            return False
        near = set(self.scan.words[max(0, group.first - 4) : group.first])
        clause = self.scan.words[max(0, group.first - _STRICT_REACH) : group.first]
        opened = max((at for at, word in enumerate(clause, 1) if word in _CLAUSE_ENDS), default=0)
        if not self.cues.denials.isdisjoint(clause[opened:]):
            return False  # "no más viejo que 2016", "que no sea anterior a 2018" take the year in
        return not near.isdisjoint(
            {"que", "than", "after", "before", "antes", "despues", "over", "posterior", "anterior"}
        )

    def _as_months(self, group: Group) -> tuple[str, tuple[int, ...]] | None:
        values = tuple(dict.fromkeys(int(n.value) for n in group.members if 0 < n.value <= 600))
        return ("months", values) if values else None

    def _as_months_of_years(self, group: Group) -> tuple[str, tuple[int, ...]]:
        years = [number.value for number in group.members if 0 < number.value <= 50]
        _, end = self._extent(group, "months_of_years")
        if self.scan.word(end) in self.cues.joiners and not self.cues.halves.isdisjoint(
            self.scan.words[end + 1 : end + 3]
        ):
            years[-1] += Decimal("0.5")  # "dos años y medio", "two years and a half"
        return "months", tuple(dict.fromkeys(int(value * 12) for value in years))

    def _as_age(self, group: Group) -> tuple[str, Range]:
        oldest = Decimal(self.now.year) - max(number.value for number in group.members)
        return "year", Range(high=oldest) if self._bound(group) == "low" else Range(low=oldest)

    def _as_seats(self, group: Group) -> tuple[str, Range] | None:
        value = group.members[-1].value
        return ("seats", self._range(group, [n.value for n in group.members], exact="low")) if 1 < value <= 15 else None

    def _as_rows(self, group: Group) -> tuple[str, Range] | None:
        return ("seats", Range(low=Decimal(7))) if group.members[-1].value == 3 else None

    def _as_doors(self, group: Group) -> tuple[str, Range] | None:
        value = group.members[-1].value
        return ("doors", self._range(group, [value], exact="both")) if 1 < value <= 6 else None

    def _as_engine(self, group: Group) -> tuple[str, Range]:
        return "engine_litres", self._range(group, [n.value for n in group.members], exact="both")

    def _as_stock_id(self, group: Group) -> tuple[str, str]:
        return "stock_id", group.members[0].digits

    def _as_after_payment(self, group: Group) -> tuple[str, int]:
        return "after_payment", int(group.members[0].value)

    def _as_number(self, group: Group) -> tuple[str, Decimal]:
        return "number", group.members[0].value

    def _size(self, group: Group, factor: Decimal | None) -> tuple[str, Range] | None:
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

    def _dimension(self, group: Group) -> str:
        nearby = self.scan.words[max(0, group.first - 4) : group.last + 4]
        spoken = next((_SIZE_WORDS[word] for word in nearby if word in _SIZE_WORDS), "length")
        return _SIZES[spoken]

    def _as_size_metres(self, group: Group) -> tuple[str, Range] | None:
        return self._size(group, Decimal(1000))

    def _as_size_centimetres(self, group: Group) -> tuple[str, Range] | None:
        return self._size(group, Decimal(10))

    def _as_size_millimetres(self, group: Group) -> tuple[str, Range] | None:
        return self._size(group, Decimal(1))

    def _as_size_length(self, group: Group) -> tuple[str, Range] | None:
        return self._size(group, None)

    _as_size_width = _as_size_length
    _as_size_height = _as_size_length

    def _is_past(self, group: Group) -> bool:
        """`vivo aquí hace 6 meses`, `6 months ago`: no term."""
        near = (self.scan.word(group.first - 1), *self.scan.words[group.last : group.last + 2])
        return near[0] in _SINCE or not _AGO.isdisjoint(near[1:])

    def _is_price_beside_km(self, group: Group) -> bool:
        """`con menos kilómetros de menos de 400`: the kilometres are an order, and the limit is one of money."""
        named = [hit for hit in self.left if hit.value == "km" and 0 <= group.first - hit.last <= 4]
        if group.members[0].currency:
            return True
        hundreds = not group.members[-1].scaled and 100 <= group.members[-1].value < 1000
        return hundreds and bool(named) and all(self.scan.taken[hit.first] for hit in named)

    def _is_negative(self, number: Quantity) -> bool:
        """`de -30 mil`, `con menos 30 mil`: a sign behind a preposition; elsewhere a dash is a dash."""
        at = number.first - 1
        glued = self.scan.word(at) == "-" and self.scan.ends[at] == self.scan.starts[number.first]
        if self.scan.word(at) in _MINUS:
            return self.scan.word(at - 1) in _LEADS_TO_MINUS
        return glued and self.scan.word(at - 1) in _LEADS_TO_SIGN

    def _money_value(self, role: str, group: Group) -> tuple[str, Decimal]:
        """Everything that is one figure: of a range the upper end counts."""
        kind = {"down": "down_amount", "trade_in": "trade_in_value"}.get(role, role)
        number = group.members[-1]
        if role in _NEVER_NEGATIVE and self._is_negative(number):
            return kind, -scale_money(role, number)
        if role == "down" and not (number.scaled or number.currency) and number.value <= 90 and self.expected == "down":
            return "down_percent", number.value
        return kind, self._a_month(role, group, scale_money(role, number)) if role in _MONEY else number.value

    def _a_month(self, role: str, group: Group, value: Decimal) -> Decimal:
        """What is told by the fortnight or the week, by the month."""
        if role not in _TOLD_BY_PERIOD:
            return value
        for at in range(group.last, min(len(self.scan), group.last + _PERIOD_REACH)):
            if hit := self.cues.period.at(self.scan, at):
                return (value * _PERIODS[hit.value]).quantize(Decimal("0.01"))
            if self.busy[at] or self.scan.words[at] in (",", ".", ";", "?"):
                break
        return value


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
    spoken_short = not number.scaled and 0 < number.value <= _SHORT_THOUSANDS
    return number.value * factor if spoken_short else number.value


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
