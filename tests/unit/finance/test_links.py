"""Links that carry a plan: signed, expiring, of one spelling."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta

import pytest

from commercial_agent.finance import Extras, IvaOnInterest, quote
from commercial_agent.finance.extras import Cost
from commercial_agent.finance.links import InvalidLink, PlanLinks
from commercial_agent.finance.money import CENT

SECRET = "0123456789abcdef0123456789abcdef"
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
PLAN = quote("281999", "56399.80", 60, commission="0.02")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def links(clock: Clock) -> PlanLinks:
    return PlanLinks(SECRET, "https://bot.example.com/", clock)


def test_a_link_opens_the_same_plan(links: PlanLinks) -> None:
    shared = links.open(links.token(PLAN, "en"))
    assert shared.quote == PLAN
    assert (shared.calculated_on, shared.language) == (date(2025, 3, 1), "en")


def test_there_is_a_link_for_each_kind_of_document(links: PlanLinks) -> None:
    addresses = links(PLAN)
    assert [address.rpartition(".")[2] for address in addresses] == ["pdf", "xlsx", "csv"]
    assert all(address.startswith("https://bot.example.com/plans/") for address in addresses)
    token = addresses[0].removeprefix("https://bot.example.com/plans/").removesuffix(".pdf")
    assert links.open(token).quote.monthly_payment == PLAN.monthly_payment


def test_a_link_keeps_every_line_of_its_plan(links: PlanLinks) -> None:
    extras = Extras(
        iva_on_interest=IvaOnInterest.LEVEL, insurance=CENT, costs=(Cost("GPS", CENT, monthly=True),), step=CENT * 100
    )
    plan = quote(300_000, 0, 48, extras=extras)
    assert links.open(links.token(plan)).quote == plan


def test_a_link_expires(links: PlanLinks, clock: Clock) -> None:
    token = links.token(PLAN)
    clock.now = NOON + timedelta(days=7) - timedelta(seconds=1)
    assert links.open(token).quote == PLAN
    clock.now = NOON + timedelta(days=7)
    with pytest.raises(InvalidLink) as problem:
        links.open(token)
    assert problem.value.reason == "link_expired"


def test_no_changed_character_passes(links: PlanLinks) -> None:
    token = links.token(PLAN)
    for place, char in enumerate(token):
        changed = token[:place] + ("A" if char != "A" else "B") + token[place + 1 :]
        with pytest.raises(InvalidLink):
            links.open(changed)


@pytest.mark.parametrize(
    "token", ["", "~", "abc", "abc~", "~abc", "a~b~c", "é~é", "x" * 5000, "../../etc~passwd", "a b~c"]
)
def test_what_was_never_signed_is_refused(links: PlanLinks, token: str) -> None:
    with pytest.raises(InvalidLink) as problem:
        links.open(token)
    assert problem.value.reason == "link_invalid"


def test_another_installation_cannot_sign_ours(links: PlanLinks, clock: Clock) -> None:
    theirs = PlanLinks("another-secret-of-enough-bytes", "https://bot.example.com", clock)
    with pytest.raises(InvalidLink):
        links.open(theirs.token(PLAN))


def test_padding_or_other_spellings_of_a_token_are_refused(links: PlanLinks) -> None:
    payload, _, signature = links.token(PLAN).partition("~")
    raw = base64.urlsafe_b64decode(signature + "=")
    for other in (f"{payload}~{signature}=", f"{payload}~{base64.b64encode(raw).decode()}", f"{payload}\n~{signature}"):
        with pytest.raises(InvalidLink):
            links.open(other)


def test_a_short_secret_is_refused(clock: Clock) -> None:
    with pytest.raises(ValueError, match="fewer than 16"):
        PlanLinks("short", "", clock)
