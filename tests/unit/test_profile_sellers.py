from __future__ import annotations

import shutil
from datetime import time
from pathlib import Path

import pytest

from commercial_agent.bootstrap.people import desks
from commercial_agent.errors import InvalidProfile, InvalidSettings
from commercial_agent.messaging.outreach import OutreachRules
from commercial_agent.profile import load_profile
from commercial_agent.settings import Settings
from commercial_agent.storage.events import CRM, EMAIL, SELLERS, Told

PROFILE = Path(__file__).parents[2] / "dealership"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(PROFILE / "dealership.toml", tmp_path)
    return tmp_path


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "dealership.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_the_sample_writes_the_defaults_down(folder: Path) -> None:
    written = load_profile(folder)
    file = folder / "dealership.toml"
    text = file.read_text("utf-8")
    start, end = text.index("[leads]"), text.index("[finance]")
    file.write_text(text[:start] + text[end:], "utf-8")
    assert load_profile(folder).leads == written.leads
    assert load_profile(folder).outreach == written.outreach == OutreachRules()


def test_points_and_hours_are_the_dealers(folder: Path) -> None:
    change(folder, "booked = 40", "booked = 60")
    change(folder, 'quiet_from = "21:00"', 'quiet_from = "20:30"')
    change(folder, "follow_up_hours = 0", "follow_up_hours = 20")
    profile = load_profile(folder)
    assert profile.leads.points["booked"] == 60
    assert (profile.outreach.quiet.begin, profile.outreach.follow_up_hours) == (time(20, 30), 20)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("described = 5", "shouted = 5", "shouted"),
        ("described = 5", 'described = "5"', "described"),
        ("warm = 20", "warm = 90", "warm"),
        ("remind_hours = 3", "remind_hours = 300", "remind_hours"),
        ("follow_up_hours = 0", "follow_up_hours = 30", "follow_up_hours"),
        ('quiet_to = "09:00"', 'quiet_to = "nine"', "quiet_to"),
    ],
)
def test_what_cannot_be_is_named(folder: Path, old: str, new: str, named: str) -> None:
    change(folder, old, new)
    with pytest.raises(InvalidProfile, match=named):
        load_profile(folder)


def test_who_is_told_follows_the_settings(folder: Path) -> None:
    profile, secret = load_profile(folder), {"webhook_secret": "s" * 16}
    mail = {"smtp_host": "mail", "smtp_from": "ava@example.com", "sellers_email": "a@example.com,b@example.com"}

    def told(**values: str) -> Told:
        return desks(Settings.model_validate(values), profile).told

    assert told() == Told()
    assert told(crm_webhook_url="http://crm", **secret) == Told((CRM,))
    assert told(handoff_webhook_url="http://h", **secret, **mail) == Told((), (SELLERS, EMAIL))


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"crm_webhook_url": "http://crm"}, "WEBHOOK_SECRET"),
        ({"handoff_webhook_url": "http://h", "webhook_secret": "short"}, "WEBHOOK_SECRET"),
        ({"smtp_host": "mail"}, "SELLERS_EMAIL"),
    ],
)
def test_half_a_setting_is_refused(folder: Path, values: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidSettings, match=named):
        desks(Settings.model_validate(values), load_profile(folder))
