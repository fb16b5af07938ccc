from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.clock import Moment
from commercial_agent.understanding.dates import find_moments, find_visit_kinds
from commercial_agent.understanding.scan import Scan

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 5, 13, 12, 0, tzinfo=ZONE)  # a Wednesday
MOMENTS = st.builds(
    datetime, st.integers(2024, 2032), st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), tzinfo=st.just(ZONE)
)
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def moments(text: str, expected: str | None = None, now: datetime = NOW) -> list[Moment]:
    language, _, rest = text.partition("|") if text[2:3] == "|" else ("es", "", text)
    return find_moments(Scan(rest), Language(language), now, expected)


def only(text: str, expected: str | None = None) -> Moment:
    found = moments(text, expected)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("hoy a las 5", (5, 13), (17, 0)),
        ("mañana a las 10", (5, 14), (10, 0)),
        ("pasado mañana a las 4 y media de la tarde", (5, 15), (16, 30)),
        ("el sábado a las 11", (5, 16), (11, 0)),
        ("este viernes 10am", (5, 15), (10, 0)),
        ("el viernes que viene a la 1", (5, 15), (13, 0)),
        ("el próximo lunes a las once y cuarto", (5, 18), (11, 15)),
        ("el martes de la próxima semana a mediodía", (5, 19), (12, 0)),
        ("el 20 de mayo a las 16:30", (5, 20), (16, 30)),
        ("20/05 a las 9", (5, 20), (9, 0)),
        ("jueves 21 de mayo, 5 pm", (5, 21), (17, 0)),
        ("mañana cuarto para las 6", (5, 14), (17, 45)),
        ("sabado a las 9 de la mañana", (5, 16), (9, 0)),
        ("mañana a las 7 de la noche", (5, 14), (19, 0)),
        ("en tres días a las 12", (5, 16), (12, 0)),
        ("en|tomorrow at 3pm", (5, 14), (15, 0)),
        ("en|next monday at half past four", (5, 18), (16, 30)),
        ("en|saturday at 11", (5, 16), (11, 0)),
        ("en|may 20th at noon", (5, 20), (12, 0)),
        ("en|the day after tomorrow at 10:30", (5, 15), (10, 30)),
        ("pt|amanhã às 15h", (5, 14), (15, 0)),
        ("pt|sábado às 11", (5, 16), (11, 0)),
        ("pt|na segunda-feira às 10h30", (5, 18), (10, 30)),
        ("pt|depois de amanhã ao meio-dia", (5, 15), (12, 0)),
    ],
)
def test_a_day_and_an_hour(text: str, day: tuple[int, int], at: tuple[int, int]) -> None:
    moment = only(text)
    assert (moment.day, moment.at) == (date(2026, *day), time(*at))
    assert moment.problem is None


@pytest.mark.parametrize(
    ("text", "day", "part"),
    [
        ("mañana en la tarde", (5, 14), "afternoon"),
        ("mañana por la mañana", (5, 14), "morning"),
        ("mañana temprano", (5, 14), "morning"),
        ("esta tarde", (5, 13), "afternoon"),
        ("hoy en la noche", (5, 13), "evening"),
        ("el domingo por la mañana", (5, 17), "morning"),
        ("el jueves saliendo del trabajo", (5, 14), "evening"),
        ("en|tomorrow morning", (5, 14), "morning"),
        ("en|friday afternoon", (5, 15), "afternoon"),
        ("en|tonight", (5, 13), "evening"),
        ("pt|amanhã à tarde", (5, 14), "afternoon"),
    ],
)
def test_a_day_and_a_part_of_it(text: str, day: tuple[int, int], part: str) -> None:
    moment = only(text)
    assert (moment.day, moment.part_of_day, moment.at) == (date(2026, *day), part, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31 de febrero", "impossible_date"),
        ("el 31 de abril", "impossible_date"),
        ("40/05/2026", "impossible_date"),
        ("ayer", "past_date"),
        ("antier a las 5", "past_date"),
        ("5 de enero de 2026", "past_date"),
        ("hoy a las 9 am", "past_time"),
        ("a las 27", "impossible_time"),
        ("en|february 30th", "impossible_date"),
        ("en|yesterday", "past_date"),
        ("pt|ontem", "past_date"),
    ],
)
def test_what_cannot_be_says_why(text: str, problem: str) -> None:
    assert only(text).problem == problem


def test_a_date_without_a_year_lies_ahead() -> None:
    assert only("el 3 de marzo").day == date(2027, 3, 3)
    assert only("29 de febrero").day == date(2028, 2, 29)


@pytest.mark.parametrize("text", ["la próxima semana", "el fin de semana", "next month", "semana que vem"])
def test_a_week_is_too_wide_for_a_day(text: str) -> None:
    moment = only(text)
    assert moment.day is None
    assert moment.vague is not None


@pytest.mark.parametrize(
    "text",
    [
        "buenas tardes, quiero un auto",
        "buenos días",
        "más tarde te digo",
        "a 48 meses",
        "atención 24/7",
        "march 2018 automático",
        "a las mejores mensualidades",
        "del 17 al 20",
        "en|good morning",
        "en|i am at 200k",
        "pt|boa tarde",
        "a la sucursal",
    ],
)
def test_words_that_only_look_like_time_are_none(text: str) -> None:
    assert moments(text) == []


@pytest.mark.parametrize(
    ("text", "expected", "day", "at"),
    [
        ("el 20", "day", (5, 20), None),
        ("20", "day", (5, 20), None),
        ("el 5", "day", (6, 5), None),
        ("mejor el 30", "day", (5, 30), None),
        ("11", "hour", None, (11, 0)),
        ("las 4", "hour", None, (16, 0)),
        ("4 y media", "hour", None, (16, 30)),
        ("tipo 5", "hour", None, (17, 0)),
    ],
)
def test_a_bare_number_is_the_day_or_the_hour_that_was_asked(
    text: str, expected: str, day: tuple[int, int] | None, at: tuple[int, int] | None
) -> None:
    moment = only(text, expected)
    assert moment.day == (date(2026, *day) if day else None)
    assert moment.at == (time(*at) if at else None)


@given(MOMENTS, st.integers(0, 6))
def test_a_weekday_is_always_the_next_such_day(now: datetime, weekday: int) -> None:
    found = moments(f"el {WEEKDAYS[weekday]}", now=now)
    assert found[0].day is not None
    assert found[0].day.weekday() == weekday
    assert timedelta(0) < found[0].day - now.date() <= timedelta(7)


@given(MOMENTS, st.dates(date(2024, 1, 1), date(2033, 12, 31)))
def test_a_written_date_is_that_day_or_its_next_return(now: datetime, day: date) -> None:
    found = moments(f"{day.day}/{day.month}", now=now)
    if (day.day, day.month) == (24, 7):
        return  # "24/7" is an expression
    assert found[0].problem is None
    assert found[0].day is not None
    assert (found[0].day.day, found[0].day.month) == (day.day, day.month)
    assert found[0].day >= now.date()


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_clock_time_reads_back(hour: int, minute: int) -> None:
    at = only(f"mañana a las {hour}:{minute:02d}").at
    assert at is not None
    assert at.minute == minute
    assert at.hour in (hour, hour + 12)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("quiero una prueba de manejo", "test_drive"),
        ("puede ser por videollamada", "video_call"),
        ("me lo traen a mi casa", "home_visit"),
        ("quiero ir a verlo", "visit"),
        ("can i book a test drive", "test_drive"),
    ],
)
def test_the_kind_of_appointment(text: str, kind: str) -> None:
    assert [hit.value for hit in find_visit_kinds(Scan(text))] == [kind]
