"""Search criteria in words: "sedanes automáticos de hasta $280,000", with gender and number of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from commercial_agent.conversation.cars import CarCriteria, Range
from commercial_agent.replies.format import bare, clean, kilometres, litres, metres, money, squeezed
from commercial_agent.replies.speaker import Speaker

_ADJECTIVES = ("origins", "segments", "transmissions", "fuels")


def _plain(value: Decimal) -> str:
    return str(int(value))


# Ranges in the order in which they are told, and how their ends are written.
_RANGES: tuple[tuple[str, Callable[[Decimal], str]], ...] = (
    ("year", _plain),
    ("price", money),
    ("km", kilometres),
    ("engine_litres", litres),
    ("seats", bare),
    ("doors", bare),
    ("length_mm", metres),
    ("width_mm", metres),
    ("height_mm", metres),
)


def described(criteria: CarCriteria, speaker: Speaker, one: bool = False) -> str:
    """The criteria as a noun phrase.

    Args:
        criteria: what the cars must be.
        speaker: the voice.
        one: singular ("sedán automático") in place of plural.
    """
    feminine, noun = _noun(criteria, speaker, one)
    names = [clean(name, 60) for name in _names(criteria)]
    adjectives = [
        speaker.either([_adjective(value, speaker, feminine, one) for value in getattr(criteria, name)])
        for name in _ADJECTIVES
        if getattr(criteria, name)
    ]
    text = speaker.words.say(
        "criteria",
        noun="" if criteria.models and not criteria.body_styles else noun,
        names=speaker.either(names),
        adjectives=" ".join(adjectives),
        tails=" ".join(_tails(criteria, speaker)),
    )
    return squeezed(text)


def _noun(criteria: CarCriteria, speaker: Speaker, one: bool) -> tuple[bool, str]:
    form = () if one else ("p",)
    if not criteria.body_styles:
        return False, speaker.words.word("noun-car", *form)
    keys = [key if (key := f"noun-{style}") in speaker.words else "noun-car" for style in criteria.body_styles]
    # a list with one masculine noun is masculine
    feminine = all(speaker.words.word(key, "gender") == "f" for key in keys)
    return feminine, speaker.either([speaker.words.word(key, *form) for key in dict.fromkeys(keys)])


def _names(criteria: CarCriteria) -> tuple[str, ...]:
    models = tuple(model.replace("/", " ", 1) for model in criteria.models)
    covered = {model.partition("/")[0] for model in criteria.models}
    return tuple(make for make in criteria.makes if make not in covered) + models


def _adjective(value: str, speaker: Speaker, feminine: bool, one: bool) -> str:
    key = f"adj-{value}"
    if key not in speaker.words:
        return clean(value, 40)
    gender = "f" if feminine else "m"
    forms = (gender,) if one else (f"{gender}p", "p", "mp")
    return speaker.words.word(key, *forms)


def _tails(criteria: CarCriteria, speaker: Speaker) -> Iterator[str]:
    words = speaker.words
    for name, written in _RANGES:
        if bounds := getattr(criteria, name):
            yield range_words(name, bounds, written, speaker)
    if criteria.drives:
        yield speaker.either([speaker.label("drive", drive) for drive in criteria.drives])
    for name in ("bluetooth", "car_play"):
        if (wanted := getattr(criteria, name)) is not None:
            yield words.word(f"tail-{name.replace('_', '-')}", "yes" if wanted else "no")
    if criteria.version_words:
        yield words.say("tail-version", names=clean(" ".join(criteria.version_words), 60))
    unwanted = [
        *_origins_left_out(criteria, speaker),
        *(clean(name, 40) for name in criteria.not_makes),
        *(clean(name.replace("/", " ", 1), 60) for name in criteria.not_models),
        *(words.word(key) if (key := f"noun-{style}") in words else clean(style) for style in criteria.not_body_styles),
    ]
    if unwanted:
        yield words.say("tail-not", names=speaker.either(unwanted))


def _origins_left_out(criteria: CarCriteria, speaker: Speaker) -> Iterator[str]:
    if criteria.not_origins:
        origins = [_adjective(origin, speaker, feminine=True, one=False) for origin in criteria.not_origins]
        yield speaker.words.say("makes-of", origins=speaker.either(origins))


def range_words(name: str, bounds: Range, written: Callable[[Decimal], str], speaker: Speaker) -> str:
    """A range of one column in words."""
    key = f"tail-{name.replace('_', '-')}"
    low, high = bounds.low, bounds.high
    if low is not None and high is not None:
        if low == high:
            return speaker.words.say(f"{key}-exact", value=written(low))
        return speaker.words.say(f"{key}-between", low=written(low), high=written(high))
    if low is not None:
        return speaker.words.say(f"{key}-from", low=written(low))
    assert high is not None
    return speaker.words.say(f"{key}-to", high=written(high))


def value_words(field: str, value: object, speaker: Speaker) -> str:
    """One value of a criteria or car field, as it is said: "automático", "SUV", "Toyota", "$238,999"."""
    if isinstance(value, bool):
        return speaker.words.word("yes" if value else "no")
    if isinstance(value, Decimal | int):
        written = dict(_RANGES).get(field)
        return written(Decimal(value)) if written else bare(value)
    text = str(value)
    for prefix in ("noun", "adj", "drive"):
        if (key := f"{prefix}-{text.replace('_', '-')}") in speaker.words:
            return speaker.words.word(key, "plain")
    return clean(text.replace("/", " ", 1) if field in ("models", "model") else text, 60)


def order_words(criteria: CarCriteria, speaker: Speaker) -> str:
    """How the cars are ordered, with a leading comma; empty when no order was asked or it has no words."""
    if criteria.order is None:
        return ""
    key = f"order-{criteria.order.column.replace('_', '-')}-{'down' if criteria.order.descending else 'up'}"
    return f", {speaker.words.word(key)}" if key in speaker.words else ""
