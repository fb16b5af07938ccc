"""The dealership profile: what another dealer replaces."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commercial_agent.agents.desk import AppointmentRules, PeopleHours
from commercial_agent.chatbot.leads import POINTS, LeadRules
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.language import Language
from commercial_agent.errors import InvalidProfile
from commercial_agent.finance import FinancePolicy
from commercial_agent.messaging.outreach import OutreachRules, QuietHours


@dataclass(frozen=True, slots=True)
class Profile:
    """A dealership as its folder describes it."""

    folder: Path
    dealer: Dealer
    finance: FinancePolicy
    people: PeopleHours
    appointments: AppointmentRules
    leads: LeadRules
    outreach: OutreachRules

    @property
    def knowledge_dir(self) -> Path:
        """The pages about the company."""
        return self.folder / "knowledge"

    @property
    def branches_file(self) -> Path:
        """The branches."""
        return self.folder / "branches.toml"


def load_profile(folder: Path) -> Profile:
    """Read `dealership.toml` of a folder.

    Raises:
        InvalidProfile: the file is missing, is no TOML, or a value cannot be.
    """
    path = folder / "dealership.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InvalidProfile(f"There is no {path}. Set DEALERSHIP_DIR to a folder that has one.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidProfile(f"{path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidProfile(f"{path} is not valid TOML: {error}.") from error
    try:
        return Profile(
            folder,
            _dealer(_table(data, "dealer")),
            FinancePolicy.from_mapping(_table(data, "finance")),
            _people(_table(data, "people")),
            _appointments(_table(data, "appointments")),
            _leads(data.get("leads", {})),
            _outreach(data),
        )
    except InvalidProfile as error:
        raise InvalidProfile(f"{path}: {error.message}", code=error.reason) from error


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name)
    if not isinstance(table, dict):
        raise InvalidProfile(f"the table [{name}] is missing", code="missing_table")
    return table


def _dealer(table: dict[str, Any]) -> Dealer:
    for name in ("name", "assistant", "country", "currency", "time_zone", "website", "privacy_url"):
        if not isinstance(table.get(name), str) or not table[name].strip():
            raise InvalidProfile(f"[dealer] {name} must be a text", code="missing_value")
    try:
        zone = ZoneInfo(table["time_zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidProfile(f"[dealer] time_zone {table['time_zone']!r} is unknown", code="time_zone") from error
    try:
        languages = tuple(Language(code) for code in table.get("languages", ()))
    except ValueError as error:
        raise InvalidProfile("[dealer] languages may be es, en, pt", code="languages") from error
    if not languages:
        raise InvalidProfile("[dealer] languages must name at least one", code="languages")
    return Dealer(
        name=table["name"],
        assistant=table["assistant"],
        country=table["country"],
        currency=table["currency"],
        time_zone=zone,
        languages=languages,
        website=table["website"],
        privacy_url=table["privacy_url"],
        contact=table.get("contact"),
    )


def _hour(table: dict[str, Any], section: str, name: str) -> time:
    try:
        return time.fromisoformat(table[name])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidProfile(f'[{section}] {name} must be an hour like "09:00"', code="hour") from error


def _number(table: dict[str, Any], section: str, name: str, low: int, high: int) -> int:
    value = table.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InvalidProfile(f"[{section}] {name} must be a number from {low} to {high}", code=name)
    return value


def _people(table: dict[str, Any]) -> PeopleHours:
    days = table.get("days")
    if not isinstance(days, list) or any(day not in range(7) for day in days):
        raise InvalidProfile("[people] days must be a list of 0 (Monday) to 6", code="days")
    opens, closes = _hour(table, "people", "opens"), _hour(table, "people", "closes")
    if opens >= closes:
        raise InvalidProfile("[people] opens must be before closes", code="hour")
    topics = tuple(str(topic) for topic in table.get("sensitive_topics", ()))
    return PeopleHours(frozenset(days), opens, closes, topics)


def _appointments(table: dict[str, Any]) -> AppointmentRules:
    earliest, latest = _hour(table, "appointments", "earliest"), _hour(table, "appointments", "latest")
    if earliest >= latest:
        raise InvalidProfile("[appointments] earliest must be before latest", code="hour")
    return AppointmentRules(
        capacity=_number(table, "appointments", "capacity", 1, 1000),
        slot_minutes=_number(table, "appointments", "slot_minutes", 5, 480),
        earliest=earliest,
        latest=latest,
        days_ahead=_number(table, "appointments", "days_ahead", 1, 365),
    )


def _leads(table: Any) -> LeadRules:
    points = table.get("points", {}) if isinstance(table, dict) else None
    if not isinstance(points, dict):
        raise InvalidProfile("[leads] and [leads.points] must be tables", code="leads")
    if unknown := sorted(set(points) - set(POINTS)):
        raise InvalidProfile(f"[leads.points] has no sign {unknown[0]!r}; known: {', '.join(POINTS)}", code="leads")
    given = {sign: _number(points, "leads.points", sign, 0, 100) for sign in points}
    warm, hot = _optional(table, "leads", "warm", 20, 100), _optional(table, "leads", "hot", 50, 100)
    if warm > hot:
        raise InvalidProfile("[leads] warm must not be above hot", code="leads")
    return LeadRules({**POINTS, **given}, warm, hot)


def _outreach(data: dict[str, Any]) -> OutreachRules:
    table = data.get("outreach", {})
    if not isinstance(table, dict):
        raise InvalidProfile("[outreach] must be a table", code="outreach")
    usual = OutreachRules()
    begin = _hour(table, "outreach", "quiet_from") if "quiet_from" in table else usual.quiet.begin
    end = _hour(table, "outreach", "quiet_to") if "quiet_to" in table else usual.quiet.end
    return OutreachRules(
        quiet=QuietHours(begin, end),
        remind_hours=_optional(table, "outreach", "remind_hours", usual.remind_hours, 48),
        handback_hours=_optional(table, "outreach", "handback_hours", usual.handback_hours, 720),
        follow_up_hours=_optional(table, "outreach", "follow_up_hours", usual.follow_up_hours, 23),
    )


def _optional(table: dict[str, Any], section: str, name: str, usual: int, high: int) -> int:
    return _number(table, section, name, 0, high) if name in table else usual
