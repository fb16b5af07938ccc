"""Says whether an answer of the chat API is what a dialogue expects."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from commercial_agent.finance import FinancePolicy
from commercial_agent.quality.dialogues import CarsExpected, Expected, QuoteExpected

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
        """
        yield from _plain_faults(expected, answer)
        if expected.cars is not None:
            yield from self._car_faults(expected.cars, answer, before)
        if expected.quotes:
            yield from self._quote_faults(expected.quotes, answer, before)
        yield from self._always(answer)

    def _always(self, answer: Answer) -> Iterator[str]:
        """What holds for every answer: cars exist, plans are right, one question at most, no template left open."""
        for stock_id in answer["cars"]:
            if self._lookup(stock_id) is None:
                yield f"the car {stock_id} is not in stock"
        for quoted in answer["quotes"]:
            true = self._policy.quote(Decimal(quoted["price"]), Decimal(quoted["down_payment"]), quoted["months"])
            if str(true.monthly_payment) != quoted["monthly_payment"]:
                yield f"the payment is {quoted['monthly_payment']}, not {true.monthly_payment}"
            if f"{true.monthly_payment:,.2f}".removesuffix(".00") not in answer["reply"].replace(".00", ""):
                yield f"the reply does not say the payment {true.monthly_payment}"
        if len(answer["cars"]) > 10:
            yield "too many cars"
        if re.search(r"[{}]|\bNone\b|\$\$|<[a-z]+>", answer["reply"]):
            yield "the reply shows its seams"

    def _car_faults(self, expected: CarsExpected, answer: Answer, before: Sequence[Answer]) -> Iterator[str]:
        ids = list(answer["cars"])
        if not expected.at_least <= len(ids) <= expected.at_most:
            yield f"{len(ids)} cars, not {expected.at_least} to {expected.at_most}"
        for stock_id in ids:
            car = self._lookup(stock_id)
            if car is not None and (
                wrong := [name for name, want in expected.where.items() if not _fits(car, name, want)]
            ):
                yield f"{stock_id} ({car['make']} {car['model']} {car['year']}, {car['price']}) is not {', '.join(wrong)}"
        if expected.same_as_turn is not None and set(ids) - set(before[expected.same_as_turn - 1]["cars"]):
            yield f"not the cars of turn {expected.same_as_turn}"
        if expected.new and (again := {c for a in before for c in a["cars"]} & set(ids)):
            yield f"shown before: {', '.join(sorted(again))}"
        if expected.best is not None and ids:
            yield from self._best_faults(expected, ids[0])

    def _best_faults(self, expected: CarsExpected, first: str) -> Iterator[str]:
        assert expected.best is not None
        column, sign = expected.best.lstrip("-"), -1 if expected.best.startswith("-") else 1
        fitting = [car for car in self._stock if all(_fits(car, n, w) for n, w in expected.where.items())]
        values = [sign * float(car[column]) for car in fitting if car[column] is not None]
        car = self._lookup(first)
        if car is None or not values or sign * float(car[column]) != min(values):
            yield f"{first} is not the extreme of {expected.best}"

    def _quote_faults(
        self, expected: Sequence[QuoteExpected], answer: Answer, before: Sequence[Answer]
    ) -> Iterator[str]:
        for want in expected:
            if not any(self._is_quote(want, quoted, before) for quoted in answer["quotes"]):
                got = [(q["stock_id"], q["price"], q["down_payment"], q["months"]) for q in answer["quotes"]]
                yield f"no plan {want.model_dump(exclude_none=True)} among {got}"

    def _is_quote(self, want: QuoteExpected, quoted: Mapping[str, Any], before: Sequence[Answer]) -> bool:
        price, down = Decimal(quoted["price"]), Decimal(quoted["down_payment"])
        if want.car is not None:
            turn, place = want.car
            cars = before[turn - 1]["cars"]
            if place > len(cars) or quoted["stock_id"] != cars[place - 1]:
                return False
        return (
            quoted["months"] == want.months
            and (want.price is None or price == want.price)
            and (want.down_amount is None or down == want.down_amount)
            and (want.down_percent is None or abs(down - price * want.down_percent / 100) < Decimal("0.01"))
        )


def _plain_faults(expected: Expected, answer: Answer) -> Iterator[str]:
    agents = [expected.agent] if isinstance(expected.agent, str) else expected.agent
    if agents is not None and answer["agent"] not in agents and not set(agents) & set(answer["agents"]):
        yield f"answered by {answer['agent']} ({', '.join(answer['intents'])}), not {' or '.join(agents)}"
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
    if expected.calculation and expected.calculation not in [c["kind"] for c in answer.get("calculations", [])]:
        yield f"no calculation {expected.calculation}"
    statuses = [expected.appointment] if isinstance(expected.appointment, str) else expected.appointment
    if statuses is not None and (answer["appointment"] or {}).get("status") not in statuses:
        yield f"the appointment is {answer['appointment']}"
    for source in expected.sources:
        if not any(source in found for found in answer["sources"]):
            yield f"no source {source} in {answer['sources']}"
    reply = plain(answer["reply"])
    yield from (f"does not say /{pattern}/" for pattern in expected.says if not re.search(pattern, reply))
    yield from (f"says /{pattern}/" for pattern in expected.never if re.search(pattern, reply))


def _fits(car: Car, name: str, want: object) -> bool:
    if name.endswith("_max"):
        value = car[name.removesuffix("_max")]
        return value is not None and float(value) <= float(str(want))
    if name.endswith("_min"):
        value = car[name.removesuffix("_min")]
        return value is not None and float(value) >= float(str(want))
    if name.startswith("not_"):
        return not _fits(car, name.removeprefix("not_"), want)
    value = car[name]
    if isinstance(want, list):
        return str(value).casefold() in [str(w).casefold() for w in want]
    if isinstance(want, bool):
        return bool(value) is want
    return str(value).casefold() == str(want).casefold()
