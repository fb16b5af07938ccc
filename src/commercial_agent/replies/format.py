"""Numbers, dates and lists as a customer reads them. Data that comes from outside is cleaned here, and only here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from commercial_agent.conversation.language import Language

LOCALES = {Language.ES: "es_MX", Language.EN: "en_US", Language.PT: "pt_BR"}
LONGEST_VALUE = 240

# Marks that WhatsApp reads as formatting, and characters that are invisible or turn the direction of writing.
_MARKUP = str.maketrans({"*": "", "`": "'", "|": "/", "<": " ", ">": " "})
_EDGE_MARK = re.compile(r"(?<![^\W_])[_~]+|[_~]+(?![^\W_])")  # inside a word they format nothing
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]+")
_SPACES = re.compile(r"\s+")
_NOT_OF_A_NAME = re.compile(r"[^\w\s'’.\-]|[\d_]")
_CENTAVO = Decimal("0.01")


def clean(value: object, limit: int = LONGEST_VALUE) -> str:
    """A value from outside as one harmless line: no markup, no control characters, at most `limit` characters."""
    text = _EDGE_MARK.sub(" ", _INVISIBLE.sub(" ", str(value)).translate(_MARKUP))
    text = _SPACES.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def person(name: str | None) -> str:
    """A customer's name fit to be said: letters only, at most three words."""
    if not name:
        return ""
    words = _NOT_OF_A_NAME.sub(" ", clean(name, 60)).split()
    return " ".join(word.strip(".-'’") for word in words[:3]).strip()[:40]


def money(amount: Decimal | int, exact: bool = False) -> str:
    """`$238,999`, with centavos where there are any or where `exact` asks for them (`$4,565.27`)."""
    value = Decimal(amount).quantize(_CENTAVO, ROUND_HALF_UP)
    sign = "-" if value < 0 else ""
    value = abs(value)
    if not exact and value == value.to_integral_value():
        return f"{sign}${int(value):,}"
    return f"{sign}${value:,.2f}"


def percent(value: Decimal | int, decimals: int | None = None) -> str:
    """A number that already is a percentage: `10%`, `16.6%`; `decimals` fixes how many are shown."""
    number = Decimal(value)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return f"{number:,f}%"
    number = number.quantize(_CENTAVO, ROUND_HALF_UP)
    return f"{bare(number)}%"


def rate(value: Decimal) -> str:
    """A fraction as a percentage: 0.10 is `10%`."""
    return percent(value * 100)


def bare(value: Decimal | int) -> str:
    """A number with thousands separated and no idle zeros."""
    number = Decimal(value)
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number.normalize():,f}"


def kilometres(value: Decimal | int) -> str:
    """`45,000 km`."""
    return f"{bare(value)} km"


def metres(millimetres: Decimal | int) -> str:
    """`4.66 m` of 4659 mm."""
    return f"{(Decimal(millimetres) / 1000).quantize(_CENTAVO, ROUND_HALF_UP):f} m"


def litres(value: Decimal) -> str:
    """`2.0 L`."""
    return f"{Decimal(value).quantize(Decimal('0.1'), ROUND_HALF_UP):f} L"


@lru_cache(8)
def _names(language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from babel.dates import get_day_names, get_month_names

    locale = LOCALES[language]
    days, months = get_day_names("wide", locale=locale), get_month_names("wide", locale=locale)
    return tuple(days[n] for n in range(7)), tuple(months[n] for n in range(1, 13))


def weekday(number: int, language: Language) -> str:
    """The name of a day of the week, from 0 for Monday."""
    return _names(language)[0][number]


def day(value: date, language: Language, year: bool = False) -> str:
    """A date in words: `sábado 28 de noviembre`; with `year`, without the weekday: `28 de noviembre de 2026`."""
    days, months = _names(language)
    name, month = days[value.weekday()], months[value.month - 1]
    if language is Language.EN:
        return f"{month} {value.day}, {value.year}" if year else f"{name}, {month} {value.day}"
    if year:
        return f"{value.day} de {month} de {value.year}"
    comma = "," if language is Language.PT else ""
    return f"{name}{comma} {value.day} de {month}"


def hour(value: time, language: Language) -> str:
    """An hour: `11:00 a.m.`, `11:00 AM`, `11h00`."""
    if language is Language.PT:
        return f"{value.hour}h{value.minute:02d}"
    half = ("a.m.", "p.m.") if language is Language.ES else ("AM", "PM")
    return f"{value.hour % 12 or 12}:{value.minute:02d} {half[value.hour >= 12]}"


_AND = {Language.ES: "y", Language.EN: "and", Language.PT: "e"}
_OR = {Language.ES: "o", Language.EN: "or", Language.PT: "ou"}


def joined(items: Sequence[str], language: Language, either: bool = False) -> str:
    """`a, b y c`, or with `either` `a, b o c`; Spanish y and o yield to e and u before their own sound."""
    if len(items) < 2:
        return "".join(items)
    word = (_OR if either else _AND)[language]
    if language is Language.ES:
        last = items[-1].lstrip("*").casefold()
        if either and last.startswith(("o", "ho", "8", "11 ")):
            word = "u"
        elif not either and last.startswith(("i", "hi")) and not last.startswith(("hie", "hia")):
            word = "e"
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def sentence(text: str) -> str:
    """The text with its first letter in upper case."""
    for place, character in enumerate(text):
        if character.isalpha():
            return text[:place] + character.upper() + text[place + 1 :]
        if character.isdigit():
            break
    return text


def squeezed(text: str) -> str:
    """The text without doubled spaces and without spaces before punctuation."""
    return re.sub(r"[ \t]+([,.;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", text)).strip()
