"""What the agents established, as data. A reply may say what stands here, and nothing else.

Every finding may carry the one question that moves the sale on (`question`); the reply asks only the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from commercial_agent.conversation.cars import CarCriteria, CarFacts, Origin
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import AppointmentDraft, FinanceKind, Metric, SaleDraft
from commercial_agent.conversation.state import Question

Scalar = str | int | Decimal | bool | None

# --- The stock -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One condition that was loosened because nothing fitted."""

    field: str  # of CarCriteria
    dropped: bool  # left out altogether; otherwise widened to `criteria`'s value


@dataclass(frozen=True, slots=True)
class CarsFound:
    """Cars for a search."""

    criteria: CarCriteria  # as asked
    cars: tuple[CarFacts, ...]  # this page, at most three
    total: int  # how many fit
    offset: int = 0
    relaxed: tuple[Relaxation, ...] = ()  # not empty: these are alternatives, nothing fitted
    used: CarCriteria | None = None  # the relaxed criteria the alternatives fit
    not_stocked: tuple[str, ...] = ()  # names asked for that the dealer has no car of at all
    not_in_data: tuple[str, ...] = ()  # wishes that no column knows
    reasons: tuple[tuple[str, str], ...] = ()  # (stock_id, why it is recommended: lowest_km, best_value, newest …)
    exhausted: bool = False  # "show more" with nothing left
    most: bool = False  # more cars were asked for than are shown at a time
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class AttributeAnswer:
    """One asked attribute of a car."""

    name: str
    value: Scalar
    origin: Origin


@dataclass(frozen=True, slots=True)
class CarDescribed:
    """Answers about one car."""

    car: CarFacts
    answers: tuple[AttributeAnswer, ...]  # empty: the car as a whole
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class CarsCompared:
    """Two to four cars side by side."""

    cars: tuple[CarFacts, ...]
    differences: tuple[str, ...]  # fields of CarFacts in which they differ, most important first
    best: tuple[tuple[str, str], ...] = ()  # (what: price, km, year, room …; stock id)
    not_stocked: tuple[str, ...] = ()
    not_in_data: tuple[str, ...] = ()  # asked of them, and no listing tells
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class AnalysisRow:
    """One line of an analysis."""

    label: str | None  # the group, or None for the whole
    value: Scalar
    high: Scalar = None  # RANGE: the upper end
    count: int = 0


@dataclass(frozen=True, slots=True)
class StockAnalysed:
    """Figures about the stock."""

    metric: Metric
    column: str | None
    group_by: str | None
    criteria: CarCriteria
    rows: tuple[AnalysisRow, ...]
    total: int  # cars the analysis looked at
    groups: int = 0  # how many there are in all, when rows shows only the first
    cars: tuple[CarFacts, ...] = ()  # the cars at the extremes
    not_stocked: tuple[str, ...] = ()
    not_in_data: tuple[str, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class CarGone:
    """A car of this conversation that has left the stock."""

    name: str
    alternatives: tuple[CarFacts, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class CarNotClear:
    """The message speaks of a car that cannot be told."""

    shown: int  # how many cars the last list had
    options: tuple[str, ...] = ()  # names to choose from
    question: Question | None = None


# --- Money -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuoteFact:
    """A level plan at the policy's rate, without extras."""

    stock_id: str | None
    price: Decimal
    down_payment: Decimal
    loan: Decimal
    months: int
    annual_rate: Decimal  # 0.10
    monthly_payment: Decimal
    last_payment: Decimal
    total_interest: Decimal
    total_paid: Decimal  # all payments, without the down payment
    cat_percent: Decimal | None  # None where nothing is financed


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year of an amortisation schedule."""

    year: int  # 1 is the first
    interest: Decimal
    capital: Decimal
    balance: Decimal  # at its end


@dataclass(frozen=True, slots=True)
class PlanQuoted:
    """One plan, or several terms side by side."""

    quotes: tuple[QuoteFact, ...]
    car: CarFacts | None
    calculated_on: date
    down_assumed: bool = False  # the default down payment was taken because none was said
    months_assumed: bool = False
    months_asked: int | None = None  # the term asked for, when it is not on the menu
    trade_in: Decimal | None = None  # part of the down payment, to be confirmed by inspection
    claimed_rate_percent: Decimal | None = None  # a rate the customer named that is not ours
    years: tuple[YearRow, ...] = ()  # SCHEDULE
    links: tuple[str, ...] = ()  # SCHEDULE: signed links to the whole table
    cars: tuple[CarFacts, ...] = ()  # plans for several cars: that of each quote, in order; `car` is None then
    extras: tuple[
        tuple[str, Decimal], ...
    ] = ()  # what the policy adds and the payments hold, of the first quote: commission, total_iva, monthly_charges …
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Calculated:
    """The result of any other calculation. Which figures it has depends on its kind (see the reference)."""

    kind: FinanceKind
    figures: tuple[tuple[str, Decimal | int | bool | None], ...]
    car: CarFacts | None = None
    assumed: tuple[str, ...] = ()  # what was taken because nothing was said: down, months, share
    cars: CarsFound | None = None  # those in stock that fit a budget
    question: Question | None = None

    def __getitem__(self, name: str) -> Decimal | int | bool | None:
        return dict(self.figures)[name]


@dataclass(frozen=True, slots=True)
class PlanImpossible:
    """A plan that cannot be, and the way out."""

    reason: str  # the InvalidPlan code: down_exceeds_price, down_below_minimum, budget_below_interest …
    figures: tuple[
        tuple[str, Decimal | int | None], ...
    ] = ()  # the limits that speak: minimum_down, price, first_interest …
    car: CarFacts | None = None
    question: Question | None = None

    def __getitem__(self, name: str) -> Decimal | int | None:
        return dict(self.figures)[name]


@dataclass(frozen=True, slots=True)
class PlanNeeds:
    """A plan that lacks one thing; the question asks it."""

    kind: FinanceKind
    missing: str  # car_or_price, monthly_budget, income, extra, after_payment, balloon
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class PassageFact:
    """A passage of the knowledge base."""

    source: str  # knowledge/garantia.md#extension
    title: str
    heading: str
    text: str  # plain text, the part that answers
    language: Language
    score: float
    supersedes: tuple[str, ...] = ()  # sources of older passages on the same point that were left out


@dataclass(frozen=True, slots=True)
class FinancingRules:
    """The policy and what the knowledge base says on it."""

    annual_rate: Decimal
    terms: tuple[int, ...]
    minimum_down_percent: Decimal
    default_down_percent: Decimal
    aspects: tuple[
        str, ...
    ] = ()  # what was asked: rate, terms, down_payment, documents, steps, approval, credit_bureau …
    claimed_rate_percent: Decimal | None = None
    passages: tuple[PassageFact, ...] = ()
    example: QuoteFact | None = None  # of a round loan, where the CAT is asked or what credit costs beside cash
    question: Question | None = None


# --- The company -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BranchFact:
    """A branch. Hours are None where they are not known."""

    branch_id: str
    name: str
    city: str
    address: str
    hours: tuple[tuple[int, time, time], ...] | None = None  # (weekday from 0, opens, closes)
    map_url: str | None = None


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """What the knowledge base says to a question."""

    asked: str
    passages: tuple[PassageFact, ...]  # best first
    correction: bool = False  # the customer claims something that the passage contradicts
    each: bool = False  # every passage answers a part of the question: all are said
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class BranchesFound:
    """Branches for a place."""

    branches: tuple[BranchFact, ...]
    city: str | None = None  # asked for; None means all
    nearest: bool = False  # there is none in that city: these are the nearest, or all
    asks_hours: bool = False
    weekday: int | None = None
    told: bool = False  # they were just told: only what is asked of them is said
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The knowledge base does not say."""

    asked: str
    near: tuple[str, ...] = ()  # titles of pages close to it
    sale: str | None = None  # what a selling customer asked of: pick_up, inspection_time …
    named: tuple[str, ...] = ()  # what was asked for by name: guarantor, late_payment …
    passages: tuple[PassageFact, ...] = ()  # what is known around it
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class SourcesNamed:
    """Where the last answer comes from."""

    sources: tuple[str, ...]
    question: Question | None = None


# --- The conversation ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Talked:
    """Small talk: greeting, thanks, goodbye, affirm, deny, help, introduce, language, reset, abuse."""

    intent: Intent
    name: str | None = None  # of the customer
    first: bool = False  # our first words in this conversation
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class AppointmentFinding:
    """An appointment being made, made, or cancelled."""

    status: str  # collecting, booked, changed, kept, cancelled, dropped, none, which
    draft: AppointmentDraft
    branch: BranchFact | None = None
    car: CarFacts | None = None
    problem: str | None = None  # past_date, impossible_date, closed, slot_taken, no_such_branch, hours_unknown …
    options: tuple[str, ...] = ()  # branches or hours to choose from
    booking_id: str | None = None
    starts_at: datetime | None = None
    link: str | None = None  # of the .ics
    question: Question | None = None
    standing: tuple[AppointmentDraft, ...] = ()  # to choose from (which), or left beside the one spoken of
    gone: tuple[AppointmentDraft, ...] = ()  # cancelled, where the customer had several
    also: tuple[CarFacts, ...] = ()  # more cars to be seen at it


@dataclass(frozen=True, slots=True)
class SaleFinding:
    """A car the customer wants to sell or trade in."""

    status: str  # collecting, received
    draft: SaleDraft
    missing: tuple[str, ...] = ()
    problem: str | None = None
    passages: tuple[PassageFact, ...] = ()
    lead_id: str | None = None
    asks_price: bool = False  # what it would bring was asked: never said here
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class HandoffFinding:
    """A person: offered, made, or left again."""

    status: str  # offered, made, left, refused, regretted
    reason: str  # requested, complaint, anger, misunderstood, topic
    opens_at: datetime | None = None  # when people are there again, if not now and if known
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class RatingFinding:
    """A rating taken (or its bounds named when it was out of them)."""

    stars: int | None
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class OptFinding:
    """The customer left or came back."""

    opted_out: bool
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """Out of scope or manipulation: what was not done."""

    intent: Intent
    subject: str | None = None  # discount, secrets, other_customer, code, medical, legal, politics, general …
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The message was not clear; choices may be offered."""

    choices: tuple[Intent, ...] = ()
    times: int = 1  # in a row
    reason: str = "unclear"  # unclear, empty, too_long, media, voice
    question: Question | None = None


Finding = (
    CarsFound | CarDescribed | CarsCompared | StockAnalysed | CarGone | CarNotClear
    | PlanQuoted | Calculated | PlanImpossible | PlanNeeds | FinancingRules
    | PassagesFound | BranchesFound | NotKnown | SourcesNamed
    | Talked | AppointmentFinding | SaleFinding | HandoffFinding | RatingFinding | OptFinding | Declined | NotUnderstood
)  # fmt: skip
