"""What the numbers of a message are for: price, monthly payment, down payment, term, kilometres, year, length …

`_Reader._role` is the one place where a number gets its role. In this order:
1. a unit right behind it (km, meses, puertas, metros) or a percent sign;
2. a cue of something that is no money ("plazo de", "tasa del", "modelo");
3. of an amount of money, or kilometres: a judge that weighs the whole clause, the nearest cue of the grammar ("de
   enganche", "al mes", "gano") and the size (`amount_model`), where it is sure enough; so too for the bound;
4. else that cue, nouns before verbs;
5. its shape: 2019 is a year, 48 after "a" is a term;
6. a bound ("hasta", "entre … y …") makes it a price;
7. what we had asked (`expected`);
8. an amount of the size of a car is weakly a price, everything else stays a bare number.

Scale comes last: a bare 200 as a price is 200 thousand, 3.5 as a payment is 3,500, 50 as kilometres is 50 thousand.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.amount_clues import Arbiter, Around, Clues, clues_of
from commercial_agent.understanding.amount_model import amount_model
from commercial_agent.understanding.amount_values import AmountValues
from commercial_agent.understanding.grouping import TERMS, UNITS, Group
from commercial_agent.understanding.scan import Hit, Scan

JUDGED = frozenset({
    "price", "spend", "monthly", "down", "income", "debts", "extra", "balloon", "trade_in", "km",
})  # fmt: skip
"""The cues of amounts that the judge weighs; the others are certain."""
_SURE = 0.5  # likelihood from which the judge decides
_SURE_BOUND = 0.6
WEAK = 0.5  # the score of a role that was only guessed; a pending question overrules it
_MOST_SEATS = 20
_LONGEST = 96  # months that a plan may have
LEAST_PRICE = Decimal(20_000)  # no car costs less: a smaller "budget" is a monthly one

_BEFORE_YEARS = frozenset({"del", "de", "desde", "modelo", "ano", "do", "from", "since", "than"})
_ONES = frozenset({"uno", "una", "un", "one", "um", "uma"})  # articles as often as figures
_PRICED = frozenset({"en", "em", "por", "for"})  # before what a named car may cost
_LEAST_THOUSANDS = 60  # of a price told in thousands
_LENDERS = frozenset({
    "banco", "bank", "bbva", "bancomer", "santander", "banorte", "hsbc", "scotiabank", "banamex", "citibanamex",
    "banregio", "afirme", "inbursa", "financiera", "lender", "caja", "dealer",
})  # fmt: skip
_WEIGHT = {"price": 6.0, "spend": 5.0, "months": 7.0, "rate": 7.5, "income": 10.5, "debts": 11.5, "after_payment": 9.5}
_OPENERS = frozenset({"con", "y", "and", "with", "com", "e", ",", "pero", "hasta"})
_GIVING = frozenset({
    "doy", "dando", "dar", "daria", "pongo", "poniendo", "pagando", "put", "putting", "give", "dou", "pago",
})  # fmt: skip
_SIZES = frozenset({"length", "width", "height"})


def read_amounts(
    scan: Scan,
    language: Language | None,
    now: datetime,
    expected: str | None = None,
    arbiter: Arbiter | None = None,
) -> list[Entity]:
    """The numbers among the words nobody claimed, each with its role.

    Args:
        scan: the message; names of cars and dates are already claimed.
        language: of the message.
        now: the present, for years.
        expected: the role our last question asked for, which settles what the text leaves open.
        arbiter: judges amounts by their clause; the fitted one of the package when None.

    Returns:
        Entities: price, year, km, length_mm, width_mm, height_mm, engine_litres, seats, doors (`Range`); monthly,
        down_amount, down_percent, income, debts, extra, balloon, trade_in_value, rate_percent, commission_percent
        (`Decimal`); months (`tuple[int, ...]`); after_payment (`int`); stock_id (`str`); amount and number (`Decimal`)
        for what stays open.
    """
    return _Reader(scan, language, now, expected, arbiter).read()


class _Reader(AmountValues):
    def __init__(
        self, scan: Scan, language: Language | None, now: datetime, expected: str | None, arbiter: Arbiter | None
    ) -> None:
        super().__init__(scan, language, now, expected)
        self._arbiter = arbiter
        self._told = ""  # the role of the number before
        self._clues: dict[int, Clues] = {}  # of the groups, by their first word

    def read(self) -> list[Entity]:
        found: list[Entity] = []
        fractions = self.cues.fraction.find(self.scan, free=True)
        if not (self.numbers or fractions):
            return []
        self.left = self.cues.left.find(self.scan)
        self.right = self.cues.right.find(self.scan)
        found += [
            self.scan.entity("down_percent", Decimal(f.value), f.first, f.last) for f in fractions if self._down(f)
        ]
        for group in self._groups():
            role, score = self._role(group)
            found.extend(self._entities(group, role, score))
            self._told = role
        return found

    def _down(self, fraction: Hit[str]) -> bool:
        """Whether a part of the price is the down payment: "la mitad de enganche", "de enganche la mitad"."""
        if self.expected == "down":
            return True
        before = any(hit.value == "down" and 0 <= fraction.first - hit.last <= 2 for hit in self.left)
        before = before or self.scan.word(fraction.first - 1) in _GIVING
        return before or any(hit.value == "down" and 0 <= hit.first - fraction.last <= 2 for hit in self.right)

    # --- the role ---

    def _cue(self, group: Group) -> str | None:
        """The cue that governs the numbers: the heaviest of the near ones, less half a point a word away."""
        best: tuple[float, str] | None = None
        for hit in self.left:
            gap = group.first - hit.last
            # "50 mil km y hasta 280": that cue belongs to the number before it
            of_another = hit.first > 0 and self.busy[hit.first - 1] and self.scan.words[hit.first] not in _OPENERS
            if not 0 <= gap <= 4 or of_another or not self._clear(hit.last, group.first):
                continue
            score = _WEIGHT.get(hit.value, 9.0) - gap / 2
            if best is None or score > best[0]:
                best = (score, hit.value)
        number = group.members[-1]
        for hit in self.right:
            gap = hit.first - number.last
            opened = not _OPENERS.isdisjoint(self.scan.words[number.last : hit.first])  # "300 mil con enganche de 50"
            if not 0 <= gap <= 2 or hit.value in UNITS or opened or not self._clear(number.last, hit.first):
                continue
            score = _WEIGHT.get(hit.value, 10.0) - gap / 2
            if best is None or score > best[0]:
                best = (score, hit.value)
        if best is None:
            return None
        return "after_payment" if best[1] == "monthly" and self._counts_months(group) else best[1]

    def _clear(self, first: int, last: int) -> bool:
        return all(self.scan.words[at] in self.cues.fillers and not self.busy[at] for at in range(first, last))

    def _role(self, group: Group) -> tuple[str, float]:
        """What the numbers are for, and how sure that is."""
        number = group.members[-1]
        cue = self._cue(group)
        unit = self._unit(number)
        if number.percent:
            return self._percent_role(cue, unit)
        if (unit == "litres" and number.value > 9) or (unit == "months" and number.scaled):
            unit = None
        if unit == "ignore" and (number.scaled or number.currency):
            unit = None
        if unit is not None:
            return self._unit_role(unit, group, cue)
        if self.cues.unrelated.ending_at(self.scan, group.first) and cue is None:
            return "ignore", 1.0
        if (cue in ("rate", "commission") and number.value >= 100) or (cue in _SIZES and number.value >= 10_000):
            cue = None
        if (cue == "km" and self._is_price_beside_km(group)) or (cue in JUDGED and self._is_article(group)):
            cue = None
        if self._is_spoken_year(group) or self._is_term(group):
            return ("months", 0.9) if self._is_term(group) else ("year", 1.0)
        if cue is not None and cue not in JUDGED and (role := self._cue_role(cue, group)):
            return role, 1.0
        if self._is_money(group, cue) and (judged := self._judged(group, cue)):
            share = judged[0] == "down" and self._cue_role("down", group) == "down_percent"
            return ("down_percent", judged[1]) if share else judged
        if cue is not None and (role := self._cue_role(cue, group)):
            return role, 1.0
        return self._shape_role(group)

    # --- the judge ---

    def _is_money(self, group: Group, cue: str | None) -> bool:
        """Whether a number looks like an amount, of money or of kilometres."""
        number = group.members[-1]
        if number.currency or number.scaled:
            return True
        if any(self._year_of(member) for member in group.members) or "." in number.digits[-3:]:
            return False
        return number.value >= 1000 or (number.value >= 20 and cue in JUDGED)

    def _judge(self) -> Arbiter:
        return self._arbiter or amount_model()

    def _clues_of(self, group: Group, cue: str | None) -> Clues:
        clues = self._clues.get(group.first)
        if clues is None:
            around = Around(self.numbers, group.members[0], group.members[-1], self._told)
            clues = clues_of(self.scan, around, cue, super()._bound(group))
            self._clues[group.first] = clues
        return clues

    def _judged(self, group: Group, cue: str | None) -> tuple[str, float] | None:
        """The role by the whole clause; None where that leaves it open, or where there is no clause."""
        if cue is None and self._stands_alone(group):
            return None
        role, sure = self._judge().role(self._clues_of(group, cue))
        if role == "other" or sure < _SURE:
            return None
        number = group.members[-1]
        if role == "price":
            if number.value < LEAST_PRICE and (number.scaled or number.currency or number.value >= 1000):
                return "monthly", 0.8
            if cue is None and self._bound(group) is None and not group.introduced:
                return None
        return role, 1.0

    def _stands_alone(self, group: Group) -> bool:
        """Whether an amount is the whole message: then only what was asked tells what it is for."""
        return not any(word.isalnum() for at, word in enumerate(self.scan.words) if not group.first <= at < group.last)

    def _bound(self, group: Group) -> str | None:
        clues = self._clues.get(group.first)
        grammar = super()._bound(group)
        if clues is None:
            return grammar
        bound, sure = self._judge().bound(clues)
        if sure < _SURE_BOUND:
            return grammar
        return None if bound == "none" else bound

    def _percent_role(self, cue: str | None, unit: str | None) -> tuple[str, float]:
        if unit == "discount":
            return "ignore", 1.0
        if cue in ("rate", "commission"):
            return f"{cue}_percent", 1.0
        if cue != "down" and self.expected != "down" and not _LENDERS.isdisjoint(self.scan.words):
            return "rate_percent", 0.8
        if cue == "percent" and self.expected != "down":
            return "rate_percent", 0.7
        return "down_percent", 1.0 if cue == "down" or self.expected == "down" else WEAK

    def _unit_role(self, unit: str, group: Group, cue: str | None) -> tuple[str, float]:
        value = group.members[-1].value
        if unit == "years":
            if self.cues.unrelated.ending_at(self.scan, group.first):
                return "ignore", 1.0
            return ("months_of_years", 1.0) if 0 < value <= 20 else ("ignore", 1.0)
        if unit == "metres" and value in TERMS:
            return "months", 0.9  # "48m" is no length of a car
        if unit in ("metres", "millimetres", "centimetres"):
            return f"size_{unit}", 1.0
        if unit == "litres":
            return "engine", 1.0
        if unit == "months" and self._is_past(group):
            return "ignore", 1.0
        if unit == "months" and cue == "after_payment":
            return "after_payment", 1.0
        return unit, 1.0

    def _cue_role(self, cue: str, group: Group) -> str | None:
        number = group.members[-1]
        value = number.value
        year = self._year_of(number)
        behind_name = group.first > 0 and bool(self.scan.taken[group.first - 1])
        if year is not None and behind_name and len(number.digits) == 4 and cue != "year":
            return "year"  # "mi aveo 2014 a cuenta"
        if cue in ("price", "spend"):
            return self._spend_role(cue, group, year is not None and number.digits != "" and len(number.digits) == 4)
        if cue == "year":
            return "year" if all(self._year_of(member, short=True) for member in group.members) else None
        if cue == "months":
            fits = not (number.scaled or number.currency) and value <= 120 and value == value.to_integral_value()
            least = 6 if self.scan.word(group.first - 1) != "for" else _LONGEST  # "a car for 8" has no term
            return "months" if fits and (value in TERMS or value % 12 == 0 or value >= least) else None
        if cue == "after_payment":
            return "after_payment" if 1 <= value <= 120 else None
        if cue == "engine":
            return "engine" if Decimal("0.6") <= value <= 9 else None
        if cue in _SIZES:
            return f"size_{cue}" if value < 10_000 else None
        if cue in ("rate", "commission"):
            return f"{cue}_percent"
        if cue == "percent" or (cue == "seats" and (number.scaled or number.currency or value > _MOST_SEATS)):
            return None
        if cue == "down":
            before = self.scan.word(group.first - 1)
            percent = value <= 90 and not (number.scaled or number.currency) and before in ("el", "del", "un", "al")
            return "down_percent" if percent else "down"
        if cue == "stock_id":
            return "stock_id" if number.digits.isdigit() else None
        return cue

    def _spend_role(self, cue: str, group: Group, is_year: bool) -> str | None:
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

    def _shape_role(self, group: Group) -> tuple[str, float]:
        number = group.members[-1]
        if all(self._year_of(member) for member in group.members):
            return "year", 1.0
        if self._short_years(group):
            return "year", 0.9
        bounded = (group.is_range and group.introduced) or self._bound(group) is not None
        value = number.value
        money = number.scaled or number.currency
        if bounded and (role := self._bounded_role(group, money)):
            return role, 0.9
        if self.expected is not None and self.expected != "number" and not self._is_article(group):
            return self.expected, 0.8
        if group.is_range and (money or value >= 50):
            return "price" if value >= LEAST_PRICE or not money else "monthly", 0.8
        if money or value >= 10_000:
            return ("price", WEAK) if value >= LEAST_PRICE else ("amount", WEAK)
        if self._is_engine(group):
            return "engine", 0.7
        if self._is_price_of_name(group):
            return "price", 0.8
        return "number", WEAK

    def _is_price_of_name(self, group: Group) -> bool:
        """`un Sentra en 200`: behind the name of a car, in thousands."""
        at = group.first - 1
        behind = at > 0 and self.scan.words[at] in _PRICED and bool(self.scan.taken[at - 1])
        return behind and _LEAST_THOUSANDS <= group.members[-1].value < 1000

    def _counts_months(self, group: Group) -> bool:
        """`al mes 24`: the month of a plan, not 24 thousand a month."""
        number = group.members[-1]
        whole = number.value == number.value.to_integral_value() and 1 <= number.value <= _LONGEST
        plain = not (number.scaled or number.currency) and not group.is_range
        return plain and whole and self.scan.word(group.first - 1) in ("mes", "month")

    def _is_article(self, group: Group) -> bool:
        """`de uno de 280 mil`: the "uno" stands for a car."""
        return self.scan.words[group.first] in _ONES and group.last == group.first + 1

    def _bounded_role(self, group: Group, money: bool) -> str | None:
        value = group.members[-1].value
        if self.expected in ("km", "income", "down", "monthly") and not group.introduced:
            return self.expected
        if money or value >= 1000:
            return "price" if value >= LEAST_PRICE else "monthly"
        return "price" if value >= 20 else None

    def _is_spoken_year(self, group: Group) -> bool:
        """`del dos mil diecinueve para arriba`: a year in words behind the word for one, not two thousand pesos."""
        number = group.members[-1]
        year = self._year_of(number) if number.words and len(group.members) == 1 else None
        return year is not None and year % 100 > 0 and self.scan.word(group.first - 1) in _BEFORE_YEARS

    def _is_engine(self, group: Group) -> bool:
        number = group.members[0]
        before = group.first > 0 and bool(self.scan.taken[group.first - 1])
        decimal = "." in number.digits and Decimal("0.8") <= number.value <= Decimal("6.5")
        return decimal and (before or self._year_of_word(group.first - 1))

    def _year_of_word(self, index: int) -> bool:
        word = self.scan.word(index)
        return len(word) == 4 and word.isdigit() and 1985 <= int(word) <= self.now.year + 1

    def _is_term(self, group: Group) -> bool:
        """`a 48`, `a 36 o 48`, `en 60`: the usual terms behind a preposition."""
        before = self.scan.word(group.first - 1)
        plain = all(
            number.value in TERMS and not (number.scaled or number.currency or number.percent)
            for number in group.members
        )
        return plain and (before in ("a", "en", "at", "em", "plazo", "for", "over") or self.expected == "months")

    def _short_years(self, group: Group) -> bool:
        """`del 17 al 20`, `jetta 19`, `un versa del 18`, `17 pa arriba`."""
        if not all(self._year_of(member, short=True) and len(member.digits) == 2 for member in group.members):
            return False
        oldest = min(int(member.value) for member in group.members)
        if oldest < 5:
            return False
        before = self.scan.word(group.first - 1)
        behind_name = group.first > 0 and bool(self.scan.taken[group.first - 1])
        of_name = before in ("del", "modelo", "ano", "do") and (
            group.is_range or (group.first > 1 and bool(self.scan.taken[group.first - 2]))
        )
        upward = before in ("del", "de", "un", "modelo", "ano") and self._after_bound(group) == "low"
        lone = before in ("un", "una", "uno") and group.last == len(self.scan) and oldest >= 8
        return behind_name or of_name or upward or lone or (group.is_range and before == "del")
