"""Hours as people say them, and the words of time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.scan import Hit, Phrases, Scan, load_data

_CLOCK = re.compile(r"([01]?\d|2\d)[h:.]([0-5]\d)(?:\s?h(?:rs?|s)?)?")
_COUNTED = frozenset({"que", "camionetas", "opciones", "unidades", "autos", "carros", "coches", "primeras", "primeros"})
_GLUED = re.compile(r"(\d{1,2})(am|pm|h|hrs|hs|a|p)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as far as it was said. Words `first` to `last` (exclusive) of the scan."""

    first: int
    last: int
    day: date | None = None
    at: time | None = None
    part_of_day: str | None = None  # morning, afternoon, evening
    weekday: int | None = None  # 0 is Monday
    problem: str | None = None
    vague: str | None = None  # week, weekend, month: too wide for an appointment


class TimeWords:
    """The phrases of `data/dates.yaml`."""

    def __init__(self) -> None:
        data = load_data("dates")
        self.weekday: Phrases[int] = Phrases.of({int(k): v for k, v in data["weekday"].items()})
        self.month: Phrases[int] = Phrases.of({int(k): v for k, v in data["month"].items()})
        self.relative: Phrases[int] = Phrases.of({int(k): v for k, v in data["relative"].items()})
        self.part: Phrases[str] = Phrases.of(data["part_of_day"])
        self.units = {word: int(days) for days, words in data["units"].items() for word in words}
        self.unsure = frozenset(data["unsure_days"])
        self.this = frozenset(data["this"])
        self.hour_words: dict[str, int] = {word: int(value) for word, value in data["hour_words"].items()}
        numbers = load_data("numbers")
        for section in ("all", "es", "en", "pt"):
            for value, words in numbers[section].items():
                if int(value) <= 60:
                    self.hour_words.update({word: int(value) for word in words})
        flags = ("tonight", "this_afternoon", "this_morning", "next_week", "this_week", "weekend", "next_month", "next",
                 "noon", "midnight", "at", "am", "pm", "hours", "quarter_to", "half_past", "quarter_past", "and_half",
                 "and_quarter", "in_future", "of_day")  # fmt: skip
        self.flag: dict[str, Phrases[bool]] = {name: Phrases((phrase, True) for phrase in data[name]) for name in flags}
        self.kinds: Phrases[str] = Phrases.of(data["kinds"])


@lru_cache(1)
def time_words() -> TimeWords:
    """The phrases, read once."""
    return TimeWords()


class ClockReader:
    """Reads the hours of a message."""

    def __init__(self, scan: Scan, language: Language | None, now: datetime, expected: str | None) -> None:
        self.scan, self.language, self.now, self.expected = scan, language, now, expected
        self.words = time_words()
        self.today = now.date()

    def _flag(self, name: str, index: int) -> Hit[bool] | None:
        return self.words.flag[name].at(self.scan, index) if 0 <= index < len(self.scan) else None

    def _clock(self, index: int) -> Moment | None:
        """`a las 4 y media de la tarde`, `11am`, `16:30`, `cuarto para las 5`, `half past four`, `al mediodía`."""
        if hit := self._flag("noon", index):
            return Moment(index, hit.last, at=time(12))
        if hit := self._flag("midnight", index):
            return Moment(index, hit.last, at=time(0)) if self._flag("at", index - 1) else None
        for name, minutes in (("quarter_to", -15), ("half_past", 30), ("quarter_past", 15)):
            if hit := self._flag(name, index):
                at = hit.last + 1 if self.scan.word(hit.last) in ("las", "la", "as") else hit.last
                hour = self._hour_number(at)
                if hour is not None:
                    return self._hour(index, at + 1, hour, minutes)
        lead = self._flag("at", index)
        if (
            lead
            and self.scan.words[index] in ("as", "ala")
            and self.language is not Language.PT
            and lead.last == index + 1
        ):
            lead = lead if self.scan.words[index] == "ala" else None
        if lead:
            return self._spoken_hour(
                index,
                lead.last,
                said=self.scan.words[index] not in ("about", "around", "after", "before", "by", "tipo", "at"),
            )
        return self._spoken_hour(index, index, said=False)

    def _spoken_hour(self, first: int, at: int, *, said: bool) -> Moment | None:
        """An hour at a word; without "a las" it needs am, pm, hrs or a colon."""
        if at >= len(self.scan) or self.scan.taken[at]:
            return None
        start = self.scan.starts[at]
        clock = _CLOCK.match(self.scan.text, start)
        if clock and (":" in clock.group() or "h" in clock.group() or (said and "." in clock.group())):
            last = self._word_at(clock.end())
            if clock.group(2) and self._ends_number(clock.end()):
                return self._hour(first, last, int(clock.group(1)), int(clock.group(2)))
        if glued := _GLUED.fullmatch(self.scan.words[at]):
            if glued.group(2) in ("a", "p") and not said:
                return None
            return self._with_half(first, at, int(glued.group(1)), glued.group(2))
        hour = self._hour_number(at)
        if hour is None:
            return None
        if (of_day := self._flag("of_day", at + 1)) and hour <= 12:
            return replace(self._hour(first, at + 1, hour, 0), last=of_day.last)  # "12 del día"
        if self.scan.word(at + 1) in _COUNTED and not self._flag("hours", at + 1):
            return None  # "de las 3 que me pusiste", "a las dos camionetas"
        said = said and not (first < at and self.scan.words[at - 1] == "los")  # "a los dos" are two cars
        marked = said or any(self._flag(name, at + 1) for name in ("am", "pm", "hours"))
        lead_at = self.scan.words[first] == "at" and first < at and hour <= 24  # "at 60" is a term, no hour
        return self._with_half(first, at, hour, "") if marked or (lead_at and not self._is_money(at)) else None

    def _is_money(self, at: int) -> bool:
        return self.scan.word(at + 1) in ("%", "mil", "k", "months", "years", "yrs", "percent", "thousand")

    def _ends_number(self, end: int) -> bool:
        return end >= len(self.scan.text) or not self.scan.text[end].isdigit()

    def _hour_number(self, at: int) -> int | None:
        word = self.scan.word(at)
        if word.isdigit() and len(word) <= 2:
            return int(word)
        value = self.words.hour_words.get(word)
        return value if value is not None and value <= 24 else None

    def _with_half(self, first: int, at: int, hour: int, mark: str) -> Moment | None:
        last, minutes = at + 1, 0
        if hit := self._flag("and_half", last):
            last, minutes = hit.last, 30
        elif hit := self._flag("and_quarter", last):
            last, minutes = hit.last, 15
        elif self.scan.word(last) in ("y", "e") and self.scan.word(last + 1) in (
            "10",
            "20",
            "40",
            "45",
            "50",
            "diez",
            "veinte",
        ):
            minutes = self._hour_number(last + 1) or 0
            last += 2
        elif self.scan.word(last) == "menos" and self.scan.word(last + 1) in ("cuarto", "15"):
            last, minutes = last + 2, -15
        if self.scan.word(last) in (
            "mil",
            "k",
            "%",
            "meses",
            "km",
            "mensualidades",
            "pesos",
            "months",
            "anos",
            "years",
            "yrs",
        ):
            return None
        return self._hour(first, last, hour, minutes, mark)

    def _hour(self, first: int, last: int, hour: int, minutes: int, mark: str = "") -> Moment:
        if (hit := self._flag("hours", last)) and self.scan.free(last, hit.last):
            last, mark = hit.last, mark or ("h" if hour > 12 else "")
        half = {"am": "am", "a": "am", "pm": "pm", "p": "pm"}.get(mark, "")
        if not half:
            for name in ("am", "pm"):
                if hit := self._flag(name, last):
                    last, half = hit.last, name
                    break
        if hour > 24 or (hour == 24 and minutes > 0):
            return Moment(first, last, problem="impossible_time")
        total = (_on_the_dial(hour, half) * 60 + minutes) % (24 * 60)
        return Moment(first, last, at=time(total // 60, total % 60))

    def _word_at(self, end: int) -> int:
        return next((i for i in range(len(self.scan)) if self.scan.starts[i] >= end), len(self.scan))


def _on_the_dial(hour: int, half: str) -> int:
    if half == "pm":
        return hour if hour >= 12 else hour + 12
    if half == "am":
        return 0 if hour == 12 else hour
    return hour + 12 if 1 <= hour <= 7 else hour % 24
