from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from commercial_agent.chatbot.leads import LeadRules, news
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.findings import (
    AppointmentFinding,
    CarDescribed,
    Finding,
    HandoffFinding,
    PlanQuoted,
    QuoteFact,
    SaleFinding,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.storage.leads import LeadNote

CAR = CarFacts("306473", "Kia", "Rio", 2020, "LX AUTO", Decimal(230_000), 30_000)
RULES = LeadRules()
START = DialogueState(turns=3)


def quoted(months: int = 48, trade_in: Decimal | None = None) -> PlanQuoted:
    quote = QuoteFact(
        "306473", Decimal(230_000), Decimal(46_000), Decimal(184_000), months, Decimal("0.1"), Decimal("4666.73"),
        Decimal("4666.50"), Decimal(40_000), Decimal(224_000), Decimal("10.5"),
    )  # fmt: skip
    return PlanQuoted((quote,), CAR, date(2026, 11, 23), trade_in=trade_in)


def tell(*findings: Finding, state: DialogueState = START) -> tuple[tuple[LeadNote, ...], DialogueState]:
    notes, noted = news(findings, state, RULES)
    return notes, replace(state, noted=noted)


def test_small_talk_is_no_news() -> None:
    notes, state = tell(Talked(Intent.GREETING), HandoffFinding("offered", "complaint"))
    assert notes == ()
    assert state == START


def test_a_car_looked_at_twice_is_news_once() -> None:
    first, state = tell(CarDescribed(CAR, ()))
    again, _ = tell(CarDescribed(CAR, ()), state=state)
    assert [note.event for note in first] == ["described"]
    assert first[0].cars == {"306473": {"name": "Kia Rio 2020", "price": "230000"}}
    assert again == ()


def test_another_term_is_another_quote() -> None:
    _, state = tell(quoted(48))
    notes, state = tell(quoted(60), state=state)
    assert [note.data["plan"]["months"] for note in notes] == [60]
    assert tell(quoted(60), state=state)[0] == ()


def test_each_sign_has_the_profiles_points() -> None:
    rules = LeadRules({"quoted": 7, "named": 2})
    notes, _ = news((quoted(),), replace(START, name="Ana"), rules)
    assert notes[0].points == {"quoted": 7, "named": 2}
    assert notes[0].stage == "quoted"


def test_a_trade_in_in_the_plan_is_a_sign_of_its_own() -> None:
    notes, _ = tell(quoted(trade_in=Decimal(90_000)))
    assert set(notes[0].points) == {"quoted", "trade_in"}


def test_a_cancelled_visit_takes_its_points_back() -> None:
    draft = AppointmentDraft(branch="Explanada", day=date(2026, 11, 28))
    booked = AppointmentFinding(
        "booked", draft, None, CAR, booking_id="b1", starts_at=datetime(2026, 11, 28, 17, tzinfo=UTC)
    )
    notes, state = tell(booked)
    assert notes[0].points["booked"] == RULES.points["booked"]
    cancelled, _ = tell(AppointmentFinding("cancelled", draft), state=state)
    assert cancelled[0].points["booked"] == 0
    assert cancelled[0].data == {"appointment": None}


def test_a_car_to_sell_is_a_lead_of_its_own_and_a_trade_in_tells_the_buyers_too() -> None:
    draft = SaleDraft(make="Nissan", model="Sentra", year=2018, km=50_000, city="Puebla")
    sold, _ = tell(SaleFinding("received", draft))
    assert [(note.kind, note.interest) for note in sold] == [("sell", "Nissan Sentra 2018")]
    traded, _ = tell(SaleFinding("received", replace(draft, trade_in=True)))
    assert [(note.kind, note.event) for note in traded] == [("trade_in", "offered"), ("buy", "trade_in")]


def test_the_condition_told_later_is_news_of_the_same_car() -> None:
    draft = SaleDraft(make="Nissan", model="Sentra", year=2018, km=50_000, city="Puebla")
    _, state = tell(SaleFinding("received", draft))
    notes, _ = tell(SaleFinding("received", replace(draft, condition="fair")), state=state)
    assert notes[0].data["car"]["condition"] == "fair"
    assert notes[0].interest == "Nissan Sentra 2018"


def test_heat_follows_the_profiles_bounds() -> None:
    rules = LeadRules(warm=10, hot=30)
    assert [rules.heat(score) for score in (9, 10, 29, 30)] == ["cold", "warm", "warm", "hot"]


def test_a_long_conversation_remembers_a_bounded_number_of_marks() -> None:
    state = START
    for number in range(100):
        _, state = tell(CarDescribed(replace(CAR, stock_id=str(number)), ()), state=state)
    assert len(state.noted) == 40
