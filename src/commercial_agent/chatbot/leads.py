"""What a turn tells a seller: which lead it belongs to, what happened, how many points it is worth. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.findings import (
    AppointmentFinding,
    Calculated,
    CarDescribed,
    Finding,
    HandoffFinding,
    PlanQuoted,
    SaleFinding,
)
from commercial_agent.conversation.requests import SaleDraft
from commercial_agent.conversation.state import DialogueState
from commercial_agent.storage.leads import LeadNote

BUY, SELL, TRADE_IN = "buy", "sell", "trade_in"
CAR = "car"  # what a buyer is interested in: one lead a customer, with all the cars he looked at
MOST_NOTED = 40  # facts a conversation remembers to have told

POINTS: Mapping[str, int] = {
    "described": 5,
    "quoted": 15,
    "budget": 10,
    "named": 5,
    "booked": 40,
    "offered": 30,
    "trade_in": 15,
    "handoff": 20,
}


@dataclass(frozen=True, slots=True)
class LeadRules:
    """What each sign of interest is worth; a lead's score is the sum of its signs, each counted once, at most 100."""

    points: Mapping[str, int] = field(default_factory=lambda: dict(POINTS))
    warm: int = 20
    hot: int = 50

    def heat(self, score: int) -> str:
        """`hot`, `warm` or `cold`."""
        return "hot" if score >= self.hot else "warm" if score >= self.warm else "cold"

    def of(self, *signs: str) -> dict[str, int]:
        """The points of some signs."""
        return {sign: self.points.get(sign, 0) for sign in signs}


def news(
    findings: Sequence[Finding], state: DialogueState, rules: LeadRules
) -> tuple[tuple[LeadNote, ...], tuple[str, ...]]:
    """What these findings add to the customer's leads.

    Args:
        findings: of the turn.
        state: after the turn.
        rules: points.

    Returns:
        One note for each thing that is new, and what the conversation has told by now (newest first).
    """
    notes: list[LeadNote] = []
    noted = list(state.noted)
    for finding in findings:
        for mark, note in _notes(finding, state, rules):
            if mark in noted:
                continue
            noted.insert(0, mark)
            notes.append(note)
    return tuple(notes), tuple(noted[:MOST_NOTED])


def _notes(finding: Finding, state: DialogueState, rules: LeadRules) -> Iterator[tuple[str, LeadNote]]:
    """The notes of a finding, each with a mark that tells it from what was noted before."""
    match finding:
        case CarDescribed(car=car):
            note = _buy("described", state, rules, "described", stage="interested", cars={car.stock_id: _car(car)})
            yield f"described {car.stock_id}", note
        case PlanQuoted():
            yield from _quoted(finding, state, rules)
        case Calculated(cars=cars) if cars is not None and state.monthly_budget:
            note = _buy("budget", state, rules, "budget", stage="interested", data=_budget(state))
            yield f"budget {state.monthly_budget}", note
        case AppointmentFinding(status="booked" | "changed" | "cancelled"):
            yield from _booked(finding, state, rules)
        case SaleFinding(status="received", draft=draft):
            yield from _offered(draft, state, rules)
        case HandoffFinding(status="made", reason=reason):
            yield f"handoff {state.turns}", _buy("handoff", state, rules, "handoff", data={"handoff": reason})
        case _:
            return


def _quoted(finding: PlanQuoted, state: DialogueState, rules: LeadRules) -> Iterator[tuple[str, LeadNote]]:
    if not finding.quotes:
        return
    plans = [
        {
            "stock_id": quote.stock_id,
            "price": str(quote.price),
            "down_payment": str(quote.down_payment),
            "months": quote.months,
            "monthly_payment": str(quote.monthly_payment),
        }
        for quote in finding.quotes
    ]
    cars = (finding.car,) if finding.car is not None else finding.cars
    signs = ["quoted"]
    if finding.trade_in:
        signs.append("trade_in")
    note = _buy(
        "quoted",
        state,
        rules,
        *signs,
        stage="quoted",
        cars={car.stock_id: _car(car) for car in cars},
        data={"plan": plans[0], **_budget(state)},
        detail={"plans": plans},
    )
    first = plans[0]
    yield f"quoted {first['stock_id']} {first['down_payment']} {[plan['months'] for plan in plans]}", note


def _booked(finding: AppointmentFinding, state: DialogueState, rules: LeadRules) -> Iterator[tuple[str, LeadNote]]:
    draft = finding.draft
    if finding.status == "cancelled":
        note = _buy("cancelled", state, rules, stage="interested", points={"booked": 0}, data={"appointment": None})
        yield f"cancelled {draft.day} {draft.at} {state.turns}", note
        return
    appointment = {
        "id": finding.booking_id,
        "starts_at": finding.starts_at.isoformat() if finding.starts_at else None,
        "branch": draft.branch,
        "kind": draft.kind,
        "stock_id": draft.stock_id,
    }
    cars = {car.stock_id: _car(car) for car in (finding.car, *finding.also) if car is not None}
    event = "booked" if finding.status == "booked" else "moved"
    data = {"appointment": appointment}
    note = _buy(event, state, rules, "booked", stage="booked", cars=cars, data=data, detail=data)
    yield " ".join((event, str(finding.booking_id), str(finding.starts_at), *draft.also)), note


def _offered(draft: SaleDraft, state: DialogueState, rules: LeadRules) -> Iterator[tuple[str, LeadNote]]:
    """A car to sell: a lead of its own, by car. A trade-in tells the buyer's lead as well."""
    kind = TRADE_IN if draft.trade_in else SELL
    car = {name: value for name, value in _sale(draft).items() if value}
    signs = ("offered", "named") if draft.name else ("offered",)
    yield (
        f"offered {car}",
        LeadNote(
            kind, sale_interest(draft), "offered", draft.name or state.name, "interested", rules.of(*signs),
            data={"car": car}, detail={"car": car},
        ),
    )  # fmt: skip
    if draft.trade_in:
        yield f"trade_in {sale_interest(draft)}", _buy("trade_in", state, rules, "trade_in", data={"trade_in": car})


def sale_interest(draft: SaleDraft) -> str:
    """What a seller's lead is about: `Nissan Sentra 2018`."""
    return " ".join(str(part) for part in (draft.make, draft.model, draft.year) if part)


def sale_kind(draft: SaleDraft) -> str:
    """The kind of lead of a customer's own car."""
    return TRADE_IN if draft.trade_in else SELL


def _sale(draft: SaleDraft) -> dict[str, Any]:
    return {
        "make": draft.make, "model": draft.model, "version": draft.version, "year": draft.year, "km": draft.km,
        "city": draft.city, "condition": draft.condition,
    }  # fmt: skip


def _buy(
    event: str,
    state: DialogueState,
    rules: LeadRules,
    *signs: str,
    stage: str | None = None,
    cars: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    points: Mapping[str, int] | None = None,
) -> LeadNote:
    if state.name:
        signs = (*signs, "named")
    return LeadNote(
        BUY, CAR, event, state.name, stage, {**rules.of(*signs), **(points or {})}, cars or {}, data or {},
        detail if detail is not None else ({"cars": list(cars)} if cars else {}),
    )  # fmt: skip


def _budget(state: DialogueState) -> dict[str, str]:
    return {"monthly_budget": state.monthly_budget} if state.monthly_budget else {}


def _car(car: CarFacts) -> dict[str, str]:
    return {"name": car.name, "price": str(car.price)}
