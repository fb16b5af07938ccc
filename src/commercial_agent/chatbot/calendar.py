"""Appointments for the customer's calendar: a signed link and the file behind it (RFC 5545)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from commercial_agent.errors import InvalidInput

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_PURPOSE: Final = b"commercial-agent appointment link v1"
_SIGNATURE: Final = 16  # bytes of the HMAC that a link carries
_FOLD: Final = 75  # octets of a line
_MAX_TOKEN: Final = 200  # characters


class UnknownAppointment(InvalidInput):
    """The link is not one of ours."""

    code = "link_invalid"


class AppointmentLinks:
    """Makes and opens the links of one installation. They carry an id only: the file tells the appointment of today."""

    def __init__(self, secret: str, base_url: str) -> None:
        """Prepare the signing key.

        Args:
            secret: of the installation; the key of these links is derived from it.
            base_url: where customers reach this server, without a trailing path.
        """
        self._key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
        self._base_url = base_url.rstrip("/")

    def __call__(self, booking_id: str) -> str:
        """The address of a booking's calendar file."""
        return f"{self._base_url}/appointments/{self.token(booking_id)}.ics"

    def token(self, booking_id: str) -> str:
        """The signed token of a booking."""
        return f"{booking_id}~{self._sign(booking_id)}"

    def open(self, token: str) -> str:
        """The booking's id.

        Raises:
            UnknownAppointment: we did not sign this.
        """
        booking_id, mark, signature = token.partition("~")
        if not mark or len(token) > _MAX_TOKEN or not token.isascii():
            raise UnknownAppointment
        if not hmac.compare_digest(self._sign(booking_id), signature):
            raise UnknownAppointment
        return booking_id

    def _sign(self, booking_id: str) -> str:
        digest = hmac.digest(self._key, booking_id.encode(), hashlib.sha256)[:_SIGNATURE]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What a calendar shows of an appointment."""

    uid: str
    title: str
    starts_at: datetime  # aware
    minutes: int
    place: str = ""
    url: str = ""
    cancelled: bool = False


def calendar_file(entry: CalendarEntry, now: datetime) -> bytes:
    """The appointment as an iCalendar file, with an alarm two hours before.

    Args:
        entry: what it shows.
        now: when the file is made (aware).
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//commercial-agent//appointments//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_escaped(entry.uid)}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(entry.starts_at)}",
        f"DTEND:{_utc(entry.starts_at + timedelta(minutes=entry.minutes))}",
        f"SUMMARY:{_escaped(entry.title)}",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
    ]
    if entry.place:
        lines.append(f"LOCATION:{_escaped(entry.place)}")
    if entry.url:
        lines.append(f"URL:{entry.url}")
    if not entry.cancelled:
        alarm = ("ACTION:DISPLAY", f"DESCRIPTION:{_escaped(entry.title)}", "TRIGGER:-PT2H")
        lines += ["BEGIN:VALARM", *alarm, "END:VALARM"]
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode("utf-8")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    one_line = " ".join(text.replace("\r", "\n").split("\n"))
    return one_line.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")


def _folded(line: str) -> str:
    """The line cut at 75 octets, never inside a character; what goes on begins with a space."""
    pieces, piece, size = [], "", 0
    for char in line:
        width = len(char.encode("utf-8"))
        if size + width > _FOLD:
            pieces.append(piece)
            piece, size = " ", 1
        piece += char
        size += width
    return "\r\n".join((*pieces, piece))
