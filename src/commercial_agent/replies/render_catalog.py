"""The stock in words: searches, one car, comparisons. Analyses are in `render_analysis`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from commercial_agent.conversation.cars import CarFacts, Origin
from commercial_agent.conversation.findings import (
    AttributeAnswer,
    CarDescribed,
    CarGone,
    CarNotClear,
    CarsCompared,
    CarsFound,
    Relaxation,
)
from commercial_agent.conversation.reply import Block, Bullets, Card, Text
from commercial_agent.replies.criteria_words import described, order_words, value_words
from commercial_agent.replies.format import bare, clean, kilometres, litres, metres, money, sentence
from commercial_agent.replies.speaker import Speaker, car_name, distinct_names

SIZES = ("length_mm", "width_mm", "height_mm")


# --- Cards -----------------------------------------------------------------------------------------------------------


def cards(
    cars: Sequence[CarFacts],
    speaker: Speaker,
    reasons: Sequence[tuple[str, str]] = (),
    numbered: bool = True,
    first: int | None = None,
) -> list[Block]:
    """The cars as cards, numbered from 1 as the customer will speak of them, or from where another list ended."""
    why: dict[str, list[str]] = {}
    for stock_id, reason in reasons:
        if speaker.has(f"reason-{reason.replace('_', '-')}"):
            why.setdefault(stock_id, []).append(speaker.label("reason", reason))
    alike = _alike(cars)
    made: list[Block] = []
    for number, car in enumerate(cars, start=first or 1):
        lines = list(_lines(car, speaker))
        if car.stock_id in alike:
            lines.append(speaker.words.say("stock-id", id=clean(car.stock_id, 40)))
        if car.stock_id in why:
            lines.append(f"_{sentence(speaker.both(why[car.stock_id]))}_")
        title = f"{number}. {car_name(car)}" if numbered and (len(cars) > 1 or first) else car_name(car)
        made.append(Card(car.stock_id, title, tuple(lines), car.picture_url))
    return made


def _lines(car: CarFacts, speaker: Speaker) -> list[str]:
    first = [money(car.price)]
    if car.km is not None:
        first.append(kilometres(car.km))
    second = [clean(car.version, 60)]
    if car.transmission and "transmission" not in car.inferred:
        second.append(speaker.label("adj", car.transmission))
    return [" · ".join(first), " · ".join(part for part in second if part)]


def _alike(cars: Sequence[CarFacts]) -> frozenset[str]:
    """Stock ids of the cars that nothing on their card tells apart."""
    keys = [(car.name, car.version, car.price, car.km) for car in cars]
    return frozenset(car.stock_id for car, key in zip(cars, keys, strict=True) if keys.count(key) > 1)


# --- Searches --------------------------------------------------------------------------------------------------------


def cars_found(finding: CarsFound, speaker: Speaker, first: int | None = None) -> list[Block]:
    """Cars for a search, or why there are none; `first` is the number of the first of them among several lists."""
    blocks: list[Block] = list(not_there(finding.not_stocked, finding.not_in_data, speaker))
    if finding.exhausted:
        return [*blocks, Text(speaker.say("found-exhausted", n=finding.total, total=bare(finding.total)))]
    if not finding.cars and finding.total:
        return [*blocks, Text(speaker.say("found-which-kind"))]
    if not finding.cars:
        if not finding.not_stocked:
            blocks.append(Text(speaker.say("found-none", asked=described(finding.criteria, speaker))))
        return blocks
    headline = _headline(finding, speaker)
    if finding.most:
        headline = f"{speaker.say('found-most', n=len(finding.cars))} {headline}"
    return [*blocks, Text(headline), *cards(finding.cars, speaker, finding.reasons, first=first)]


def _headline(finding: CarsFound, speaker: Speaker) -> str:
    shown, total, criteria = len(finding.cars), finding.total, finding.criteria
    if finding.relaxed:
        return _relaxed_headline(finding, speaker)
    if finding.not_stocked:
        return speaker.say("found-instead")
    asked = described(criteria, speaker, one=total == 1) + order_words(criteria, speaker)
    if finding.offset:
        first = finding.offset + 1
        return speaker.say(
            "found-page", n=shown, first=bare(first), last=bare(finding.offset + shown), total=bare(total), asked=asked
        )
    if total > shown:
        return speaker.say("found-many", n=shown, shown=str(shown), total=bare(total), asked=asked)
    return speaker.say("found-all", n=total, total=bare(total), asked=asked)


def _relaxed_headline(finding: CarsFound, speaker: Speaker) -> str:
    asked = described(finding.criteria, speaker)
    how = relaxation_words(finding.relaxed, speaker)
    if finding.not_stocked:  # the name that is missing has been said already
        return speaker.say("found-near-instead", how=how)
    return speaker.say("found-near", asked=asked, how=how)


def relaxation_words(relaxed: Sequence[Relaxation], speaker: Speaker) -> str:
    """What was loosened: "ampliando el precio y sin pedir la transmisión"."""
    parts = []
    for dropped in (False, True):
        names = [speaker.label("field", r.field) for r in relaxed if r.dropped is dropped]
        if names:
            parts.append(speaker.words.say("relax-dropped" if dropped else "relax-widened", fields=speaker.both(names)))
    return speaker.both(parts)


def not_there(not_stocked: Sequence[str], not_in_data: Sequence[str], speaker: Speaker) -> list[Block]:
    """Names that the stock has no car of, and wishes that no column knows."""
    blocks: list[Block] = []
    if not_stocked:
        names = [clean(name.replace("/", " ", 1), 60) for name in not_stocked]
        blocks.append(Text(speaker.say("not-stocked", names=speaker.either(names))))
    if not_in_data:
        names = [speaker.label("attr", name) for name in not_in_data]
        blocks.append(Text(speaker.say("not-in-data", names=speaker.either(names))))
    return blocks


# --- One car ---------------------------------------------------------------------------------------------------------


def car_described(finding: CarDescribed, speaker: Speaker) -> list[Block]:
    """One car as a whole, or the asked attributes of it."""
    car = finding.car
    if not finding.answers:
        lines = (*_lines(car, speaker), *_details(car, speaker))
        return [
            Text(speaker.say("car-whole", car=car_name(car))),
            Card(car.stock_id, car_name(car), tuple(line for line in lines if line), car.picture_url),
        ]
    known = [answer for answer in finding.answers if answer.origin is not Origin.UNKNOWN and answer.value is not None]
    unknown = [answer for answer in finding.answers if answer not in known]
    blocks: list[Block] = []
    if known:
        said = [_answer(answer, speaker) for answer in known]
        if len(said) == 1:
            blocks.append(Text(speaker.say("car-attribute", car=car_name(car), answer=said[0])))
        else:
            blocks += [Text(speaker.say("car-attributes", car=car_name(car))), Bullets(tuple(map(sentence, said)))]
    if unknown:
        names = [speaker.label("attr", answer.name) for answer in unknown]
        blocks.append(Text(speaker.say("car-unknown", car=car_name(car), names=speaker.either(names))))
    return blocks


def _answer(answer: AttributeAnswer, speaker: Speaker) -> str:
    value = attribute_value(answer.name, answer.value, speaker)
    said = f"{speaker.label('attr', answer.name)}: *{value}*"
    return speaker.words.say("inferred", said=said) if answer.origin is Origin.INFERRED else said


def attribute_value(name: str, value: object, speaker: Speaker) -> str:
    """An attribute's value as it is said."""
    if isinstance(value, bool) or value is None:
        return speaker.words.word("yes" if value else "no")
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        if name == "km":
            return kilometres(number)
        if name.endswith("_mm"):
            return metres(number)
        if name == "engine_litres":
            return litres(number)
        if name == "price":
            return money(number)
        return str(int(number)) if name == "year" else bare(number)
    return value_words(name, value, speaker)


def _details(car: CarFacts, speaker: Speaker) -> list[str]:
    """What else is known of a car, a few to a line."""
    said: list[str] = []
    if car.body_style:
        said.append(value_words("body_style", car.body_style, speaker))
    if car.engine_litres is not None:
        said.append(speaker.words.say("has-engine", value=litres(car.engine_litres)))
    if car.fuel:
        said.append(value_words("fuel", car.fuel, speaker))
    if car.drive:
        said.append(speaker.label("drive", car.drive))
    room = []
    if car.doors is not None:
        room.append(speaker.words.say("has-doors", value=str(car.doors)))
    if car.seats is not None:
        room.append(speaker.words.say("has-seats", value=str(car.seats)))
    gear = [
        speaker.words.word(f"has-{name}") for name in ("bluetooth", "car-play") if getattr(car, name.replace("-", "_"))
    ]
    sizes = [
        f"{speaker.label('attr', name)} {metres(value)}" for name in SIZES if (value := getattr(car, name)) is not None
    ]
    return [sentence(" · ".join(group)) for group in (said, room, gear, sizes) if group]


# --- Side by side ----------------------------------------------------------------------------------------------------


def cars_compared(finding: CarsCompared, speaker: Speaker) -> list[Block]:
    """Two to four cars: what differs, line by line, and who is ahead in what."""
    blocks = not_there(finding.not_stocked, (), speaker)
    if not finding.cars:
        return blocks
    names = dict(zip((car.stock_id for car in finding.cars), distinct_names(finding.cars), strict=True))
    cars = speaker.both([f"*{name}*" for name in names.values()])
    if finding.not_in_data:
        unknown = speaker.either([speaker.label("attr", name) for name in finding.not_in_data])
        blocks.append(Text(speaker.say("cars-unknown", cars=cars, names=unknown)))
    if finding.differences:
        blocks.append(Text(speaker.say("compared-known" if finding.not_in_data else "compared", cars=cars)))
    rows = [_difference(field, finding.cars, names, speaker) for field in finding.differences[:6]]
    if rows:
        blocks.append(Bullets(tuple(rows)))
    ahead: dict[str, list[str]] = {}
    for what, stock_id in finding.best:
        if stock_id in names and speaker.has(f"best-{what.replace('_', '-')}"):
            ahead.setdefault(stock_id, []).append(speaker.label("best", what))
    said = [
        speaker.words.say("best-of", car=names[stock_id], what=speaker.both(whats)) for stock_id, whats in ahead.items()
    ]
    if said:
        blocks.append(Text(" ".join(map(sentence, said))))
    return blocks


def _difference(field: str, cars: Sequence[CarFacts], names: dict[str, str], speaker: Speaker) -> str:
    cells = []
    for car in cars:
        value = getattr(car, field, None)
        said = speaker.words.word("unknown") if value is None else attribute_value(field, value, speaker)
        cells.append(f"{names[car.stock_id]}, {said}")
    return f"{sentence(speaker.label('attr', field))}: {'; '.join(cells)}"


# --- Cars that are not there -----------------------------------------------------------------------------------------


def car_gone(finding: CarGone, speaker: Speaker) -> list[Block]:
    """A car that left the stock, and what is like it."""
    if not finding.alternatives:
        return [Text(speaker.say("car-gone", car=clean(finding.name, 80)))]
    return [Text(speaker.say("car-gone-near", car=clean(finding.name, 80))), *cards(finding.alternatives, speaker)]


def car_not_clear(finding: CarNotClear, speaker: Speaker) -> list[Block]:
    """A car that cannot be told; the question asks which."""
    if finding.options:
        return [Text(speaker.say("car-which")), Bullets(tuple(clean(o, 80) for o in finding.options), numbered=True)]
    if finding.shown:
        return [Text(speaker.say("car-not-in-list", n=finding.shown, shown=bare(finding.shown)))]
    return [Text(speaker.say("car-none-yet"))]


def limited(finding: CarsFound, most: int) -> CarsFound:
    """The finding with at most that many cars."""
    return finding if len(finding.cars) <= most else replace(finding, cars=finding.cars[:most])
