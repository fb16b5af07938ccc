from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.chatbot.calendar import AppointmentLinks, CalendarEntry, UnknownAppointment, calendar_file

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
LINKS = AppointmentLinks("s" * 32, "https://bot.example.com/")
STARTS = datetime(2026, 11, 28, 11, 0, tzinfo=ZoneInfo("America/Mexico_City"))


def lines(entry: CalendarEntry) -> list[str]:
    return calendar_file(entry, NOW).decode().replace("\r\n ", "").split("\r\n")


def test_a_link_opens_its_appointment() -> None:
    assert LINKS("01abc").startswith("https://bot.example.com/appointments/01abc~")
    assert LINKS.open(LINKS.token("01abc")) == "01abc"


@given(st.text(max_size=60))
def test_what_we_did_not_sign_opens_nothing(token: str) -> None:
    with pytest.raises(UnknownAppointment):
        LINKS.open(token)


def test_neither_another_id_nor_another_installation_opens() -> None:
    token = LINKS.token("01abc")
    for forged in (
        token.replace("01abc", "01abd"),
        token[:-1],
        token + "=",
        AppointmentLinks("t" * 32, "").token("01abc"),
    ):
        with pytest.raises(UnknownAppointment):
            LINKS.open(forged)


def test_the_moment_is_told_in_utc_with_its_length() -> None:
    written = lines(CalendarEntry("b1", "Visita", STARTS, 60))
    assert "DTSTART:20261128T170000Z" in written
    assert "DTEND:20261128T180000Z" in written
    assert "STATUS:CONFIRMED" in written
    assert "BEGIN:VALARM" in written


def test_a_cancelled_appointment_says_so_and_rings_no_more() -> None:
    written = lines(CalendarEntry("b1", "Visita", STARTS, 60, cancelled=True))
    assert "STATUS:CANCELLED" in written
    assert "BEGIN:VALARM" not in written


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    data = calendar_file(CalendarEntry("b1", text, STARTS, 60, place=text), NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    names = [line.split(":")[0] for line in data.decode().replace("\r\n ", "").split("\r\n") if line]
    assert names.count("END") == names.count("BEGIN") == 3
    assert set(names) <= {
        "BEGIN", "END", "VERSION", "PRODID", "METHOD", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS",
        "LOCATION", "ACTION", "DESCRIPTION", "TRIGGER",
    }  # fmt: skip
