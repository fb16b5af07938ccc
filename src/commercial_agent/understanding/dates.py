"""Days and hours as people say them: a typed grammar for three languages.

A moment has a day, an hour, a part of the day, or several of them. What cannot be is said so in `problem`:
`impossible_date` (31 de febrero), `past_date` (ayer, a written-out day gone by), `past_time` (today, an hour gone
by), `impossible_time` (a las 27). A day without a year lies in the future; an hour without am or pm lies where a
dealer is open: 8 to 12 as said, 1 to 7 in the afternoon.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.clock import ClockReader, Moment, time_words
from commercial_agent.understanding.scan import Hit, Scan

MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
FARTHEST_DAYS = 366  # "en 500 días" is no appointment

_NUMERIC = re.compile(r"(?<![\d.,/:-])(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?(?![\d/-]|[.,]\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_COUNTED = {"ocho": 7, "8": 7, "quince": 14, "15": 14, "oito": 7, "quinze": 14}
_FEIRAS = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4}  # days of the week and ordinals as well
_LONGEST_MONTH = 31
_NOT_DAYS = frozenset({"mil", "k", ":", "mensualidades", "meses", "pagos", "letras", "parcelas", "months", "payments"})
_ORDINAL_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|o|ro|vo)?")


def find_moments(scan: Scan, language: Language | None, now: datetime, expected: str | None = None) -> list[Moment]:
    """The days and hours in a message; claims their words.

    Args:
        scan: the message.
        language: of the message; "segunda" and "as" are time words in Portuguese only.
        now: the present moment in the dealer's zone (aware).
        expected: `day` or `hour` when that was just asked: then a bare number is read as one.
    """
    return _Reader(scan, language, now, expected).read()


def find_visit_kinds(scan: Scan) -> list[Hit[str]]:
    """What sort of appointment is spoken of: visit, test_drive, video_call, home_visit."""
    return time_words().kinds.find(scan)


class _Reader(ClockReader):
    def read(self) -> list[Moment]:
        pieces: list[Moment] = []
        index = 0
        while index < len(self.scan):
            piece = None if self.scan.taken[index] else self._at(index)
            if piece is None:
                index += 1
            else:
                pieces.append(piece)
                index = piece.last
        moments = [self._settled(moment) for moment in _merged(self.scan, pieces)]
        for moment in moments:
            self.scan.take(moment.first, moment.last)
        return moments

    def _at(self, index: int) -> Moment | None:
        return (
            self._fixed_phrase(index)
            or self._clock(index)
            or self._written_date(index)
            or self._numeric_date(index)
            or self._weekday(index)
            or self._in_some_time(index)
            or self._relative(index)
            or self._part(index)
            or self._bare(index)
        )

    # --- days ---

    def _fixed_phrase(self, index: int) -> Moment | None:
        for name, part in (("tonight", EVENING), ("this_afternoon", AFTERNOON), ("this_morning", MORNING)):
            if hit := self._flag(name, index):
                return Moment(index, hit.last, day=self.today, part_of_day=part)
        for name, vague in (
            ("next_week", "week"),
            ("this_week", "this_week"),
            ("weekend", "weekend"),
            ("next_month", "month"),
        ):
            if hit := self._flag(name, index):
                return Moment(index, hit.last, vague=vague)
        return None

    def _relative(self, index: int) -> Moment | None:
        hit = self.words.relative.at(self.scan, index)
        if hit is None:
            return None
        if self.scan.words[index] == "pasado" and hit.last == index + 1 and not self._lone(index, hit.last):
            return None
        last, later = self._and_days(hit.last)
        day = self.today + timedelta(days=hit.value + later)
        return Moment(index, last, day=day, problem="past_date" if hit.value < 0 else None)

    def _and_days(self, at: int) -> tuple[int, int]:
        """`hoy en ocho`, `el lunes en quince`: a week or two later, as people count with both ends."""
        if self.scan.word(at) in ("en", "a", "em") and (days := _COUNTED.get(self.scan.word(at + 1))):
            after = self.scan.word(at + 2)
            if after not in self.words.units or after in ("dia", "dias"):
                return at + 2 + (after in ("dia", "dias")), days
        return at, 0

    def _lone(self, first: int, last: int) -> bool:
        return first == 0 and last == len(self.scan)

    def _in_some_time(self, index: int) -> Moment | None:
        """`en 3 días`, `dentro de dos semanas`, `in a week`."""
        lead = self._flag("in_future", index)
        if lead is None or lead.last + 1 >= len(self.scan):
            return None
        word = self.scan.words[lead.last]
        count = (
            int(word)
            if word.isdigit() and len(word) <= 3
            else self.words.hour_words.get(word, 1 if word == "a" else None)
        )
        unit = self.words.units.get(self.scan.words[lead.last + 1])
        if count is None or unit is None:
            return None
        days = count * unit
        if not 0 <= days <= FARTHEST_DAYS:
            return None
        return Moment(index, lead.last + 2, day=self.today + timedelta(days=days))

    def _weekday(self, index: int) -> Moment | None:
        """`el viernes que viene`, `next monday`, `el próximo martes`, `el martes de la próxima semana`."""
        first = index
        following = self._flag("next", index)
        at = following.last if following else index
        if not following and self.scan.word(index) in self.words.this:
            at = index + 1
        if at >= len(self.scan):
            return None
        hit = self.words.weekday.at(self.scan, at) or self._portuguese_weekday(at)
        if hit is None or self._unsure(hit, at, first):
            return None
        last = hit.last
        week = 0
        if after := self._flag("next", last):
            last, following = after.last, after
        at_week = last + 1 if self.scan.word(last) in ("de", "da") else last
        if next_week := self._flag("next_week", at_week):
            last, week = next_week.last, 1
        if not week and (numbered := self._numbered(hit.value, last)) is not None:
            return Moment(first, last + 1, day=numbered, weekday=hit.value)
        last, later = self._and_days(last)
        day = self._next_weekday(hit.value, week) + timedelta(days=later)
        return Moment(first, last, day=day, weekday=hit.value)

    def _numbered(self, weekday: int, at: int) -> date | None:
        """`el lunes 30`: the day of the month beside that of the week, where both fit and no hour is meant."""
        word = self.scan.word(at)
        if not (word.isdigit() and len(word) <= 2) or self.scan.taken[at] or self._clock(at) is not None:
            return None
        after = self.scan.word(at + 1)
        if after in ("de", "del", "of", "/") or (after and self.words.month.at(self.scan, at + 1) is not None):
            return None
        day = self._day_of_month(int(word)).day
        return day if day is not None and day.weekday() == weekday else None

    def _portuguese_weekday(self, at: int) -> Hit[int] | None:
        word = self.scan.words[at]
        if self.language is not Language.PT or word not in _FEIRAS or not self._is_portuguese_day(at):
            return None
        return Hit(at, at + 1, _FEIRAS[word])

    def _is_portuguese_day(self, at: int) -> bool:
        """`na segunda`, `segunda às 4`, `sexta 9h`, `terça de manhã`; "a segunda" alone is a place in a list."""
        before, after = self.scan.word(at - 1), self.scan.word(at + 1)
        if before in ("na", "nesta", "nessa", "proxima", "pra", "para", "ate", "toda"):
            return True
        if before == "de" and self.scan.word(at - 2) in ("a", "o", "visita", "horario"):
            return True  # "cancela a de quinta"
        timed = after in ("as", "depois", "cedo", "agora", "-") or self._flag("next", at + 1) is not None
        if timed or self._clock(at + 1) is not None:
            return True
        if at + 1 < len(self.scan) and self.words.part.at(self.scan, at + 1) is not None:
            return True
        alone = self._lone(at, at + 1) or before in ("e", "ou") or after in ("e", "ou", "mesmo")
        return self.expected == "day" and (alone or before in ("a", "o", "so", "pode", "ser", "melhor"))

    def _unsure(self, hit: Hit[int], at: int, first: int) -> bool:
        """Short forms and look-alikes ("mar", "sun", "sexta") need another word of time beside them."""
        word = self.scan.words[at]
        if hit.last > at + 1 or word not in self.words.unsure or at > first:
            return False
        before = self.scan.word(at - 1)
        if word in _FEIRAS:
            return self.language is not Language.PT or not self._is_portuguese_day(at)
        near = before in ("el", "este", "on", "next", "this", "no") and word not in ("mar", "sun", "may", "out", "set")
        return not (near or (self._lone(at, hit.last) and self.expected == "day"))

    def _next_weekday(self, weekday: int, week: int) -> date:
        """The next such day; today counts only tomorrow on. With `week` the one of the week after this."""
        if week:
            monday = self.today - timedelta(days=self.today.weekday()) + timedelta(days=7)
            return monday + timedelta(days=weekday)
        ahead = (weekday - self.today.weekday()) % 7
        if ahead == 0 and not self._says_today():
            ahead = 7
        return self.today + timedelta(days=ahead)

    def _says_today(self) -> bool:
        return "hoy" in self.scan.words or "today" in self.scan.words or "hoje" in self.scan.words

    def _written_date(self, index: int) -> Moment | None:
        """`15 de diciembre de 2026`, `dic 15`, `december 15th`, `el día 15`."""
        day = self._day_number(index)
        if day is not None:
            at = index + 1
            while self.scan.word(at) in ("de", "del", "of", "do"):
                at += 1
            month = self.words.month.at(self.scan, at, free=True) if at < len(self.scan) else None
            if month is None or (at == index + 1 and month.value == 3 and self.scan.words[at] == "march" and day > 31):
                return None
            return self._dated(index, month.last, day, month.value)
        month = self.words.month.at(self.scan, index)
        if month is not None and not self.scan.free(index, month.last):
            month = None
        if month is None or index + 1 >= len(self.scan) or self.scan.taken[month.last : month.last + 1] == b"\x01":
            return None
        at = month.last + 1 if self.scan.word(month.last) == "the" else month.last
        day = self._day_number(at) if at < len(self.scan) else None
        following = self.scan.word(at + 1)
        if (
            day is None
            or following in _NOT_DAYS
            or (day > _LONGEST_MONTH and self.scan.words[index] in self.words.unsure)  # "si ago 60": no day of August
            or (following in ("de",) and self.scan.word(at + 2) == "enganche")
        ):
            return None
        return self._dated(index, at + 1, day, month.value)

    def _day_number(self, index: int) -> int | None:
        if index >= len(self.scan) or self.scan.taken[index]:
            return None
        word = self.scan.words[index]
        if match := _ORDINAL_DAY.fullmatch(word):
            return int(match.group(1))
        if word in ("primero", "primeiro"):
            return 1 if self.scan.word(index + 1) in ("de", "of") else None
        value = self.words.hour_words.get(word)
        if value in (20, 30) and self.scan.word(index + 1) == "y":
            return None
        return value

    def _dated(self, first: int, last: int, day: int, month: int) -> Moment:
        at = last
        while self.scan.word(at) in ("de", "del", "of", ",", "do"):
            at += 1
        word = self.scan.word(at)
        if len(word) == 4 and word.isdigit() and word.startswith("20"):
            return replace(self._calendar(int(word), month, day), first=first, last=at + 1)
        return replace(self._calendar(None, month, day), first=first, last=last)

    def _calendar(self, year: int | None, month: int, day: int) -> Moment:
        """The day of that date; without a year the next one that exists."""
        if not 1 <= month <= 12 or not 1 <= day <= _longest(month):
            return Moment(0, 0, problem="impossible_date")
        if year is not None:
            if day > calendar.monthrange(year, month)[1]:
                return Moment(0, 0, problem="impossible_date")
            said = date(year, month, day)
            return Moment(0, 0, day=said, problem="past_date" if said < self.today else None)
        for candidate in range(self.today.year, self.today.year + 9):
            if day <= calendar.monthrange(candidate, month)[1] and date(candidate, month, day) >= self.today:
                return Moment(0, 0, day=date(candidate, month, day))
        return Moment(0, 0, problem="impossible_date")

    def _numeric_date(self, index: int) -> Moment | None:
        """`15/12`, `15-12-2026`, `2026-12-15`; day before month, as everywhere our customers live."""
        if not self.scan.words[index].isdigit():
            return None
        start = self.scan.starts[index]
        if iso := _ISO.match(self.scan.text, start):
            moment = self._calendar(int(iso.group(1)), int(iso.group(2)), int(iso.group(3)))
            return replace(moment, first=index, last=self._word_at(iso.end()))
        match = _NUMERIC.match(self.scan.text, start)
        if match is None:
            return None
        day, month = int(match.group(1)), int(match.group(2))
        year = match.group(3)
        slash = "/" in match.group()
        if not slash and year is None:
            return None  # "17-20" are years or prices, not a date
        if month > 12 and day <= 12 and self.language is Language.EN:
            day, month = month, day
        if year is None and (month > 12 or day > 31 or (day, month) == (24, 7)):
            return None  # 24/7, 36/48
        full = None if year is None else int(year) if len(year) == 4 else 2000 + int(year)
        if full is not None and not 1990 <= full <= 2100:
            return None
        return replace(self._calendar(full, month, day), first=index, last=self._word_at(match.end()))

    def _part(self, index: int) -> Moment | None:
        hit = self.words.part.at(self.scan, index)
        if hit is None:
            return None
        before = self.scan.word(index - 1)
        if before in ("buenas", "boa", "mas", "good", "buena", "bom"):
            return None
        return Moment(index, hit.last, part_of_day=hit.value)

    def _bare(self, index: int) -> Moment | None:
        """A bare number where a day or an hour was asked: `11`, `el 20`, `las 4`."""
        if self.expected not in ("day", "hour") or not self._short():
            return None
        word = self.scan.words[index]
        number = self._hour_number(index)
        if number is None or self.scan.word(index - 1) in ("opcion", "$", "numero", "option"):
            return None
        if self.scan.word(index + 1) in ("mil", "%", "k", "meses", "km", "pesos", "anos"):
            return None
        if self.expected == "hour" and self.scan.word(index - 1) not in ("el", "dia"):
            return self._with_half(index, index, number, "")
        if not word.isdigit() and number == 1:
            return None
        return replace(self._day_of_month(number), first=index, last=index + 1)

    def _short(self) -> bool:
        return sum(1 for word in self.scan.words if word.isalnum()) <= 7

    def _day_of_month(self, day: int) -> Moment:
        if not 1 <= day <= 31:
            return Moment(0, 0, problem="impossible_date")
        year, month = self.today.year, self.today.month
        for _ in range(14):
            if day <= calendar.monthrange(year, month)[1] and date(year, month, day) >= self.today:
                return Moment(0, 0, day=date(year, month, day))
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return Moment(0, 0, problem="impossible_date")

    def _settled(self, moment: Moment) -> Moment:
        """What two pieces say together: "a las 8 de la noche" is 20:00; today's past hours are gone."""
        at = moment.at
        if at is not None and moment.part_of_day in (AFTERNOON, EVENING) and at.hour < 12:
            at = at.replace(hour=at.hour + 12)
        elif at is not None and moment.part_of_day == MORNING and 12 < at.hour <= 19:
            at = at.replace(hour=at.hour - 12)
        problem = moment.problem
        if problem is None and at is not None and moment.day == self.today and at <= self.now.time():
            problem = "past_time"
        part = None if at is not None else moment.part_of_day
        return replace(moment, at=at, part_of_day=part, problem=problem)


def _longest(month: int) -> int:
    return 29 if month == 2 else calendar.monthrange(2024, month)[1]


_BETWEEN = frozenset({
    "a", "en", "por", "la", "las", "el", "de", "del", ",", "y", "como", "tipo", "at", "in", "the", "on",
    "around", "about", "e", "na", "no", "as", "para", "al", "pues", "-", "mejor", "o", "da", "do",
})  # fmt: skip


def _merged(scan: Scan, pieces: list[Moment]) -> list[Moment]:
    """Pieces side by side that complete one another are one moment: a day, an hour and a part of the day."""
    merged: list[Moment] = []
    for piece in pieces:
        if merged and _joins(scan, merged[-1], piece):
            one = merged[-1]
            if one.weekday is not None and piece.day and piece.weekday is None:
                one = replace(one, day=None)  # the written-out date is surer than the day of the week
            merged[-1] = Moment(
                one.first, piece.last, one.day or piece.day, one.at or piece.at, one.part_of_day or piece.part_of_day,
                one.weekday if one.weekday is not None else piece.weekday, one.problem or piece.problem,
                one.vague or piece.vague,
            )  # fmt: skip
        else:
            merged.append(piece)
    return merged


def _joins(scan: Scan, one: Moment, two: Moment) -> bool:
    gap = scan.words[one.last : two.first]
    if len(gap) > 3 or any(word not in _BETWEEN for word in gap):
        return False
    both_days = one.day is not None and two.day is not None
    dated_weekday = one.weekday is not None and two.weekday is None
    clash = (
        (both_days and one.day != two.day and not dated_weekday)
        or (one.at and two.at)
        or (one.part_of_day and two.part_of_day)
    )
    return not clash and not (one.vague and two.vague)
