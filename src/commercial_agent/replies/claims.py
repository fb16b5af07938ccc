"""What a text claims: amounts, percentages, distances, terms, dates, hours, counts, phones, addresses of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from commercial_agent.conversation.language import Language
from commercial_agent.replies.spelled import fold, spelled_numbers, unmarked


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim and where it stands. `values` are its possible readings ("238.999" has two)."""

    kind: str  # money, percent, km, months, years, days, year, metres, litres, count, date, weekday, hour, phone, url
    values: tuple[Decimal | str, ...]
    start: int
    end: int


_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>*]+|[\w.+-]+@[\w-]+\.[\w.-]+|\b[\w-]{2,}(?:\.[\w-]+)*\.(?:com|mx|net|org|io|br|example|info|biz|shop|store|online|site|app|dev|xyz|top|link|club|us|ly)\b(?:/[^\s*]*)?"
)
_PHONE = re.compile(r"(?<![\w$.,])\+?\(?\d[\d ().-]{6,}\d(?![\w,]|\.\d)")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?\b")
_CLOCK = re.compile(
    r"\b(\d{1,2}):(\d{2})\s*([ap])?\.?\s?(?:m\b)?|\b(\d{1,2})\s*([ap])\.?\s?m\b|\b(\d{1,2})h(\d{2})?\b"
    r"|\b(\d{1,2}) (?:de la|por la|da|in the) (?P<part>manana|tarde|noche|manha|noite|morning|afternoon|evening)\b"
    r"|\b(?:a las|a la(?= 1\b)|at|as|a partir das|das|desde las) (\d{1,2})"
    r"(?![\d:%h]|[.,]\d| ?(?:km|%|meses|months|pesos|mil\b))"
)
_NUMBER = re.compile(r"\d{1,3}(?:[., \u00a0]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?")
_TIMES = re.compile(r"\s?(mil(?:lones|lon|hoes|hao|lions?)?|thousand|k)\b(?:\s(?:y |e |and )?(\d{1,3})\b(?!\s?%))?")
_TIMES_OF = {"mil": 1000, "thousand": 1000, "k": 1000}
_MORE = r"(?: (?:extra|more|additional|further|full|whole|business|working|mas|mais))?"  # "three extra years"
_UNITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("percent", re.compile(r"\s?(?:%|por ?ciento|percent|por cento)")),
    ("km", re.compile(r"\s?-?(?:km|kms|kilomet\w*|quilomet\w*)\b")),
    ("money", re.compile(r"\s?(?:pesos|mxn|mn|de pesos)\b")),
    ("months", re.compile(_MORE + r"[\s-]?(?:meses|mes|months?|mensualidades|parcelas)\b")),
    ("years", re.compile(_MORE + r"[\s-]?(?:anos?|years?)\b")),
    ("days", re.compile(_MORE + r"[\s-]?(?:dias?|days?)\b")),
    ("litres", re.compile(r"\s?(?:l|lts?|litros?|lit(?:er|re)s?)\b")),
    ("mm", re.compile(r"\s?(?:mm|milimet\w*|millimet\w*)\b")),
    ("metres", re.compile(r"\s?(?:m|metros?|met(?:er|re)s?)\b")),
)
_UNIT_BEGINS = re.compile(r"\s?-?[%a-z]")
_ITEM_START = re.compile(r"\n *$")
_ITEM_END = re.compile(r"[.)] ")
_MONEY_BEFORE = re.compile(r"(?:\$|mxn|pesos)\s?\*?$")


@lru_cache(1)
def _calendar() -> tuple[dict[str, int], dict[str, int]]:
    from babel.dates import get_day_names, get_month_names

    days: dict[str, int] = {}
    months: dict[str, int] = {}
    for locale in ("es_MX", "en_US", "pt_BR"):
        days |= {fold(name): number for number, name in get_day_names("wide", locale=locale).items()}
        months |= {fold(name): number for number, name in get_month_names("wide", locale=locale).items()}
    days |= {name.partition("-")[0]: number for name, number in days.items() if name.endswith("-feira")}
    days.pop("segunda", None)  # "la segunda opción"
    days.pop("quarta", None)
    return days, months


@lru_cache(1)
def weekday_names() -> dict[str, int]:
    """Folded names of the days of the week in the three languages, "segunda" and "quarta" among them."""
    return _calendar()[0] | {"segunda": 0, "quarta": 2}


@lru_cache(1)
def _dates() -> tuple[re.Pattern[str], re.Pattern[str]]:
    days, months = _calendar()
    names = "|".join(months)
    written = rf"\b(\d{{1,2}})(?:o|º)? (?:de )?({names})\b(?: (?:de(?:l)? )?(\d{{4}}))?"
    english = rf"\b({names}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?"
    return re.compile(f"{written}|{english}"), re.compile(rf"\b({'|'.join(sorted(days, key=len, reverse=True))})\b")


def claims(text: str, language: Language) -> list[Claim]:
    """Everything a text claims in numbers and addresses of pages, in order."""
    plain = unmarked(text)
    found: list[Claim] = []
    taken = bytearray(len(plain))

    def keep(claim: Claim) -> None:
        found.append(claim)
        taken[claim.start : claim.end] = b"\x01" * (claim.end - claim.start)

    for finder in (_urls, _date_claims, _hours, _phones):
        for claim in finder(text, plain):
            if not any(taken[claim.start : claim.end]):
                keep(claim)
    for claim in _weekdays(plain):
        keep(claim)
    for claim in _numbers(plain, taken, language):
        keep(claim)
    return sorted(found, key=lambda claim: claim.start)


def _urls(text: str, plain: str) -> Iterator[Claim]:
    for match in _URL.finditer(text):
        address = match.group().rstrip(".,;:!?)_*")
        yield Claim("url", (address,), match.start(), match.start() + len(address))


def _date_claims(text: str, plain: str) -> Iterator[Claim]:
    _, months = _calendar()
    for match in _dates()[0].finditer(plain):
        day, month, year = (
            match.group(1) or match.group(5),
            match.group(2) or match.group(4),
            match.group(3) or match[6],
        )
        yield Claim("date", (_date_key(int(day), months[month], year),), *match.span())
    for match in _ISO.finditer(plain):
        if match.group(1):
            yield Claim("date", (_date_key(int(match[3]), int(match[2]), match[1]),), *match.span())
        elif int(match[5]) <= 12 or int(match[4]) <= 12:
            first, second = int(match[4]), int(match[5])
            yield Claim("date", (_date_key(first, second, match[6]), _date_key(second, first, match[6])), *match.span())


def _date_key(day: int, month: int, year: str | None) -> str:
    return f"{month:02d}-{day:02d}" + (f"-{year}" if year else "")


def date_keys(value: date) -> tuple[str, str]:
    """How a date appears among claims, with and without its year."""
    short = _date_key(value.day, value.month, None)
    return short, f"{short}-{value.year}"


def _weekdays(plain: str) -> Iterator[Claim]:
    days, _ = _calendar()
    for match in _dates()[1].finditer(plain):
        yield Claim("weekday", (Decimal(days[match.group(1)]),), *match.span())


def _hours(text: str, plain: str) -> Iterator[Claim]:
    for match in _CLOCK.finditer(plain):
        hour = match[1] or match[4] or match[6] or match[8] or match[10]
        minute = match[2] or match[7] or "0"
        half = match[3] or match[5]
        if match["part"] and int(hour) <= 12:
            half = "a" if match["part"] in ("manana", "manha", "morning") else "p"
        number = int(hour)
        contraction = plain.startswith("as ", match.start()) and text[match.start()] not in "àÀ"  # "as 3 melhores"
        if number > 24 or int(minute) > 59 or contraction:
            continue
        if half and not 1 <= number <= 12:
            yield Claim("hour", (Decimal(-1),), *match.span())  # "21:00 a.m." is no hour
            continue
        if half:
            number = number % 12 + (12 if half == "p" else 0)
        readings = [number * 60 + int(minute)]
        if not half and not match[6] and 0 < number <= 12:
            readings.append(((number + 12) % 24) * 60 + int(minute))
        yield Claim(
            "hour", tuple(Decimal(r) for r in readings), match.start(), match.start() + len(match.group().rstrip())
        )


def _phones(text: str, plain: str) -> Iterator[Claim]:
    for match in _PHONE.finditer(plain):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) >= 10 or (match.group().startswith("+") and len(digits) >= 8):
            yield Claim("phone", (digits,), *match.span())


def _numbers(plain: str, taken: bytearray, language: Language) -> Iterator[Claim]:
    for match in _NUMBER.finditer(plain):
        if any(taken[match.start() : match.end()]) or (match.start() and plain[match.start() - 1].isalpha()):
            continue
        before = plain[max(0, match.start() - 4) : match.start()]
        if _ITEM_START.search(f"\n{before}"[-4:]) and _ITEM_END.match(plain, match.end()):
            continue  # "2. You sign": the place in a list
        values, end = _readings(match.group()), match.end()
        times = _TIMES.match(plain, end)
        if times:
            factor = _TIMES_OF.get(times.group(1), 10**6)
            values = tuple(value * factor + Decimal(times.group(2) or 0) for value in values)
            end = times.end()
        yield _with_unit(plain, values, match.start(), end, digits=True)
        taken[match.start() : end] = b"\x01" * (end - match.start())
    for spelled in spelled_numbers(plain, language):
        if not any(taken[spelled.start : spelled.end]):
            claim = _with_unit(plain, (spelled.value,), spelled.start, spelled.end, digits=False)
            a_word = plain[spelled.start : spelled.end] == "mil" and claim.kind == "count"  # "mil gracias"
            if spelled.value > 1 and not a_word:
                yield claim


def _with_unit(plain: str, values: tuple[Decimal, ...], start: int, end: int, digits: bool) -> Claim:
    if _MONEY_BEFORE.search(plain[max(0, start - 6) : start]):
        return Claim("money", values[:1], start, end)
    after = plain[end : end + 16]
    after = f" {after.lstrip(' ')}" if after.startswith(" ") else after
    for kind, pattern in _UNITS if _UNIT_BEGINS.match(after) else ():
        if unit := pattern.match(after):
            if kind == "mm":
                return Claim("metres", tuple(value / 1000 for value in values), start, end)
            # "25,000 km" is never 25 km: only lengths and volumes have three decimals
            kept = values if kind in ("metres", "litres") else values[:1]
            return Claim(kind, kept, start, end + len(unit.group()))
    first = values[0]
    is_year = digits and len(values) == 1 and first == int(first) and 1950 <= first <= 2049 and end - start == 4
    return Claim("year" if is_year else "count", values, start, end)


def _readings(written: str) -> tuple[Decimal, ...]:
    """The numbers that digits with points and commas may stand for."""
    if written.isdigit():
        return (Decimal(written),)
    digits = re.sub(r"[ \u00a0]", "", written)
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return (Decimal(digits),)
    tail = re.split(r"[.,]", digits)[-1]
    whole = Decimal(re.sub(r"[.,]", "", digits))
    if len(set(marks)) == 2 or len(tail) != 3:
        return (Decimal(re.sub(r"[.,]", "", digits[: -len(tail) - 1]) + "." + tail),)
    if len(marks) > 1:
        return (whole,)
    return whole, Decimal(digits.replace(",", "."))
