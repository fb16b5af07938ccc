"""Says whether an answer of the chat API is what a dialogue expects."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commercial_agent.errors import InvalidInput
from commercial_agent.finance import FinancePolicy
from commercial_agent.quality.dialogues import (
    AppointmentExpected,
    CalculationExpected,
    CarsExpected,
    Expected,
    Facts,
    Place,
    QuoteExpected,
    StockFigure,
)

Answer = Mapping[str, Any]
Car = Mapping[str, Any]
Lookup = Callable[[str], Car | None]


def plain(text: str) -> str:
    """Lower case without accents, spaces made one."""
    folded = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(folded.split())


class Judge:
    """Judges answers by the facts of a catalogue and a policy."""

    def __init__(self, lookup: Lookup, stock: Sequence[Car], policy: FinancePolicy) -> None:
        """Make a judge.

        Args:
            lookup: a car of the stock by its id, with its derived facts.
            stock: all of them.
            policy: by which plans are computed anew.
        """
        self._lookup = lookup
        self._stock = stock
        self._policy = policy

    def faults(self, expected: Expected, answer: Answer, before: Sequence[Answer]) -> Iterator[str]:
        """What is wrong with an answer, in words; nothing if it is right.

        Args:
            expected: what it must be.
            answer: of `/api/chat`.
            before: the dialogue's earlier answers.

        Raises:
            InvalidInput: the expectation names a fact that cars do not have.
        """
        yield from self._named(expected, answer, before)
        yield from self._always(answer)

    def impossible(self, expected: Expected) -> Iterator[str]:
        """What no answer can be, because the stock has no such cars: a mistake of the dialogue, in words."""
        wanted = [(q.where, 1) for q in expected.quotes if q.where]
        if expected.cars is not None:
            wanted += [(expected.cars.where, expected.cars.at_least), *((facts, 1) for facts in expected.cars.each)]
        for facts, least in wanted:
            if sum(_is(car, facts) for car in self._stock) < least:
                yield f"fewer than {least} cars are {facts}"
        for figure in expected.stock:
            self._figure(figure)

    def _named(self, expected: Expected, answer: Answer, before: Sequence[Answer]) -> Iterator[str]:
        yield from _plain_faults(expected, answer)
        yield from _outcome_faults(expected, answer, before)
        if expected.cars is not None:
            yield from self._car_faults(expected.cars, answer, before)
        for want in expected.quotes:
            if not any(self._is_quote(want, quoted, before) for quoted in answer["quotes"]):
                got = [(q["stock_id"], q["price"], q["down_payment"], q["months"]) for q in answer["quotes"]]
                yield f"no plan {want.model_dump(exclude_defaults=True, mode='json')} among {got}"
        said = numbers(answer["reply"])
        for figure in expected.stock:
            value = self._figure(figure)
            if not any(abs(number - value) <= abs(value) * _slack(figure) for number in said):
                yield f"does not say the {figure.stat} of {figure.of}, {value:.2f}"
        if expected.either:
            tried = [tuple(self._named(one, answer, before)) for one in expected.either]
            if all(tried):
                yield "neither " + " nor ".join("; ".join(faults) for faults in tried)

    def _always(self, answer: Answer) -> Iterator[str]:
        """What holds for every answer: cars exist, plans are right, one question at most, no template left open."""
        for stock_id in answer["cars"]:
            if self._lookup(stock_id) is None:
                yield f"the car {stock_id} is not in stock"
        said = numbers(answer["reply"])
        for quoted in answer["quotes"]:
            true = self._policy.quote(Decimal(quoted["price"]), Decimal(quoted["down_payment"]), quoted["months"])
            if str(true.monthly_payment) != quoted["monthly_payment"]:
                yield f"the payment is {quoted['monthly_payment']}, not {true.monthly_payment}"
            if true.monthly_payment and true.monthly_payment not in said:
                yield f"the reply does not say the payment {true.monthly_payment}"
        if len(answer["cars"]) > 10:
            yield "too many cars"
        if re.search(r"[{}]|\bNone\b|\$\$|<[a-z]+>", answer["reply"]):
            yield "the reply shows its seams"
        if re.sub(r"https?://\S+", "", answer["reply"]).count("?") > 1:
            yield "asks more than one question"
        if not answer["reply"] and not answer["handoff"] and not answer["opted_out"]:
            yield "says nothing"
        if answer["language"] != "es" and re.search("[¿¡]", answer["reply"]):
            yield f"speaks Spanish in {answer['language']}"

    def _car_faults(self, expected: CarsExpected, answer: Answer, before: Sequence[Answer]) -> Iterator[str]:
        ids = list(answer["cars"])
        if not expected.at_least <= len(ids) <= expected.at_most:
            yield f"{len(ids)} cars, not {expected.at_least} to {expected.at_most}"
        cars = [car for stock_id in ids if (car := self._lookup(stock_id)) is not None]
        for car in cars:
            if wrong := [name for name, want in expected.where.items() if not _fits(car, name, want)]:
                yield f"{_name(car)} is not {', '.join(wrong)}"
        for facts in expected.each:
            if not any(_is(car, facts) for car in cars):
                yield f"no car is {facts}"
        if expected.new and (again := {c for a in before for c in a["cars"]} & set(ids)):
            yield f"shown before: {', '.join(sorted(again))}"
        if cars and expected.best is not None:
            yield from self._best_faults(expected, expected.best, cars[0], before)
        yield from self._reference_faults(expected, cars, before)

    def _best_faults(self, expected: CarsExpected, best: str, first: Car, before: Sequence[Answer]) -> Iterator[str]:
        pool = self._stock if expected.same_as_turn is None else self._shown(expected.same_as_turn, before)
        if not _is_extreme(first, best, [car for car in pool if _is(car, expected.where)]):
            yield f"{_name(first)} is not the extreme of {best}"

    def _reference_faults(self, expected: CarsExpected, cars: Sequence[Car], before: Sequence[Answer]) -> Iterator[str]:
        if expected.same_as_turn is not None:
            known = set(before[expected.same_as_turn - 1]["cars"])
            if not all(car["stock_id"] in known for car in cars):
                yield f"not the cars of turn {expected.same_as_turn}"
        if expected.car is not None and cars and cars[0]["stock_id"] != _id_at(expected.car, before):
            yield f"{_name(cars[0])} is not car {expected.car[1]} of turn {expected.car[0]}"
        for sign, bounds in ((1, expected.below), (-1, expected.above)):
            for column, place in bounds.items():
                other = self._lookup(_id_at(place, before) or "")
                if other is None or any(sign * float(car[column]) >= sign * float(other[column]) for car in cars):
                    yield f"not {'less' if sign > 0 else 'more'} {column} than car {place[1]} of turn {place[0]}"

    def _shown(self, turn: int, before: Sequence[Answer]) -> list[Car]:
        return [car for stock_id in before[turn - 1]["cars"] if (car := self._lookup(stock_id)) is not None]

    def _is_quote(self, want: QuoteExpected, quoted: Mapping[str, Any], before: Sequence[Answer]) -> bool:
        price, down = Decimal(quoted["price"]), Decimal(quoted["down_payment"])
        car = self._lookup(quoted["stock_id"] or "")
        if want.car is not None and (car is None or car["stock_id"] != _id_at(want.car, before)):
            return False
        if want.where and (car is None or not _is(car, want.where)):
            return False
        if want.best_of is not None:
            turn, best = want.best_of
            if car is None or not _is_extreme(car, best, self._shown(turn, before)):
                return False
        return (
            (want.months is None or quoted["months"] == want.months)
            and (want.price is None or price == want.price)
            and (want.down_amount is None or down == want.down_amount)
            and (want.down_percent is None or abs(down - price * want.down_percent / 100) < Decimal("0.01"))
        )

    def _figure(self, figure: StockFigure) -> Decimal:
        values = [
            Decimal(str(car[figure.of])) for car in self._stock if _is(car, figure.where) and car[figure.of] is not None
        ]
        if figure.stat == "count":
            return Decimal(len(values))
        if not values:
            raise InvalidInput(f"No car of the stock is {figure.where}.")
        if figure.stat in ("min", "max"):
            return min(values) if figure.stat == "min" else max(values)
        return Decimal(statistics.mean(values) if figure.stat == "mean" else statistics.median(values))


def numbers(text: str) -> set[Decimal]:
    """The numbers a text says in digits, thousands grouped by comma or point."""
    found = set()
    for written in re.findall(r"\d+(?:[.,]\d+)*", text):
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", written):
            written = written.replace(",", "")
        elif re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", written):
            written = written.replace(".", "").replace(",", ".")
        elif re.fullmatch(r"\d+,\d+", written):
            written = written.replace(",", ".")
        if re.fullmatch(r"\d+(\.\d+)?", written):
            found.add(Decimal(written))
    return found


def _slack(figure: StockFigure) -> Decimal:
    return Decimal("0.005") if figure.stat in ("mean", "median") else Decimal(0)  # averages may be rounded


def _name(car: Car) -> str:
    return f"{car['stock_id']} ({car['make']} {car['model']} {car['year']}, {car['price']})"


def _id_at(place: Place, before: Sequence[Answer]) -> str | None:
    turn, rank = place
    cars = before[turn - 1]["cars"]
    return str(cars[rank - 1]) if rank <= len(cars) else None


def _is_extreme(car: Car, best: str, pool: Sequence[Car]) -> bool:
    column, sign = best.lstrip("-"), -1 if best.startswith("-") else 1
    values = [sign * float(other[column]) for other in pool if other[column] is not None]
    return bool(values) and car[column] is not None and sign * float(car[column]) == min(values)


def _plain_faults(expected: Expected, answer: Answer) -> Iterator[str]:
    agents = [expected.agent] if isinstance(expected.agent, str) else expected.agent
    if agents is not None and answer["agent"] not in agents and not set(agents) & set(answer["agents"]):
        yield f"answered by {answer['agent']} ({', '.join(answer['intents'])}), not {' or '.join(agents)}"
    if missing := set(expected.agents) - set(answer["agents"]):
        yield f"{', '.join(sorted(missing))} does not take part ({', '.join(answer['intents'])})"
    rest = iter(answer["intents"])
    if not all(intent in rest for intent in expected.intents):
        yield f"intents {answer['intents']}, not {expected.intents}"
    for name in ("language", "handoff", "opted_out"):
        want = getattr(expected, name)
        if want is not None and answer[name] != want:
            yield f"{name} is {answer[name]}"
    if expected.no_cars and answer["cars"]:
        yield f"shows cars {answer['cars']}"
    if expected.no_quotes and answer["quotes"]:
        yield "quotes a plan"
    if expected.silent is not None and expected.silent != (answer["reply"] == ""):
        yield "is silent" if not expected.silent else "is not silent"
    for source in expected.sources:
        if not any(source in found for found in answer["sources"]):
            yield f"no source {source} in {answer['sources']}"
    reply = plain(answer["reply"])
    yield from (f"does not say /{pattern}/" for pattern in expected.says if not re.search(pattern, reply))
    yield from (f"says /{pattern}/" for pattern in expected.never if re.search(pattern, reply))


def _outcome_faults(expected: Expected, answer: Answer, before: Sequence[Answer]) -> Iterator[str]:
    want = expected.calculation
    if want is not None:
        want = CalculationExpected(kind=want) if isinstance(want, str | list) else want
        if not any(_is_calculation(want, found) for found in answer.get("calculations", [])):
            yield f"no calculation {want.kind} {dict(want.figures)} in {answer.get('calculations', [])}"
    statuses = [expected.appointment] if isinstance(expected.appointment, str) else expected.appointment
    found = answer["appointment"] or {"status": "none"}
    if statuses is not None and found["status"] not in statuses:
        yield f"the appointment is {answer['appointment']}"
    if expected.visit is not None:
        yield from _visit_faults(expected.visit, found, before)


def _is_calculation(want: CalculationExpected, found: Mapping[str, Any]) -> bool:
    kinds = [want.kind] if isinstance(want.kind, str) else want.kind
    figures = found["figures"]
    return found["kind"] in kinds and all(
        figures.get(name) is not None and abs(Decimal(str(figures[name])) - value) <= Decimal("0.5")
        for name, value in want.figures.items()
    )


def _visit_faults(want: AppointmentExpected, found: Mapping[str, Any], before: Sequence[Answer]) -> Iterator[str]:
    if want.branch is not None and plain(want.branch) not in plain(found.get("branch") or ""):
        yield f"the branch is {found.get('branch')}, not {want.branch}"
    starts = datetime.fromisoformat(found["starts_at"]) if found.get("starts_at") else None
    day = starts.date() if starts else date.fromisoformat(found["day"]) if found.get("day") else None
    if want.weekday is not None and (day is None or day.weekday() != want.weekday):
        yield f"the day is {day}"
    hour = f"{starts:%H:%M}" if starts else found.get("at")
    if want.hour is not None and hour != want.hour:
        yield f"the hour is {hour}, not {want.hour}"
    kinds = [want.kind] if isinstance(want.kind, str) else want.kind
    if kinds is not None and found.get("kind") not in kinds:
        yield f"the kind is {found.get('kind')}, not {' or '.join(kinds)}"
    if want.car is not None and found.get("stock_id") != _id_at(want.car, before):
        yield f"the car is {found.get('stock_id')}, not {want.car[1]} of turn {want.car[0]}"


def _is(car: Car, facts: Facts) -> bool:
    return all(_fits(car, name, want) for name, want in facts.items())


def _fits(car: Car, name: str, want: object) -> bool:
    if name.startswith("not_"):
        return not _fits(car, name.removeprefix("not_"), want)
    column = name.removesuffix("_max").removesuffix("_min")
    if column not in car:
        raise InvalidInput(f"Cars have no fact {column!r}.")
    value = car[column]
    if name.endswith("_max"):
        return value is not None and float(value) <= float(str(want))
    if name.endswith("_min"):
        return value is not None and float(value) >= float(str(want))
    if isinstance(want, list):
        return str(value).casefold() in [str(w).casefold() for w in want]
    if isinstance(want, bool):
        return bool(value) is want
    return str(value).casefold() == str(want).casefold()
