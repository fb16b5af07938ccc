"""What the agents are asked: an intent with its arguments. The same request gives the same facts, whoever read it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from commercial_agent.conversation.cars import CarCriteria, CarReference, Order
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language


class Metric(StrEnum):
    """What an analysis of the stock computes."""

    COUNT = "count"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    MEDIAN = "median"
    RANGE = "range"  # lowest and highest
    SHARE = "share"  # part of the stock that fits
    LIST = "list"  # the distinct values: "which makes do you have?"
    VALUE = "value"  # the most car for the price


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question about the stock as a whole."""

    metric: Metric
    column: str | None = None  # price, km, year, length_mm …; the column listed for LIST (make, model, body_style …)
    group_by: str | None = None  # make, model, year, body_style, transmission …
    limit: int = 5


@dataclass(frozen=True, slots=True)
class CatalogRequest:
    """Something about the stock."""

    intent: Intent
    criteria: CarCriteria = field(default_factory=CarCriteria)  # whole: refinements are already merged
    about: CarReference = field(default_factory=CarReference)  # for DETAIL, COMPARE and relative searches
    attributes: tuple[str, ...] = ()  # asked of a car: price, km, size, transmission, colour …; empty asks all
    analysis: Analysis | None = None
    relative: tuple[Order, ...] = ()  # "cheaper", "newer", "bigger" than `about`: a column and its direction
    similar: bool = False  # "something like that one"
    offset: int = 0  # where the page starts
    foreign: bool = False  # a budget was told in another currency: nothing is converted
    preferred: bool = False  # the names are liked best, others will do
    vague: bool = False  # cars are asked for in words of which no wish was understood
    count: int | None = None  # how many cars were asked for; a page where nothing was said
    text: str = ""


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """The customer's preferences for a plan; None where he has said nothing."""

    down_amount: Decimal | None = None  # MXN
    down_percent: Decimal | None = None  # 20 means 20 %
    trade_in: Decimal | None = None  # MXN, to be confirmed by inspection
    months: tuple[int, ...] = ()  # as said, also off the menu

    def overridden_by(self, newer: PlanTerms) -> PlanTerms:
        """These terms with what `newer` says in their place; its down payment replaces ours, however it was put."""
        says_down = newer.down_amount is not None or newer.down_percent is not None
        return PlanTerms(
            down_amount=newer.down_amount if says_down else self.down_amount,
            down_percent=newer.down_percent if says_down else self.down_percent,
            trade_in=newer.trade_in if newer.trade_in is not None else self.trade_in,
            months=newer.months or self.months,
        )


class FinanceKind(StrEnum):
    """Which calculation is asked."""

    QUOTE = "quote"  # one term, or the default one
    TERMS = "terms"  # all terms of the menu side by side
    SCHEDULE = "schedule"
    MAX_PRICE = "max_price"  # from a monthly budget
    AFFORDABILITY = "affordability"  # from income and debts
    CAN_I = "can_i"  # "will I be able to pay this car?"
    DOWN_NEEDED = "down_needed"
    TERM_NEEDED = "term_needed"
    PREPAYMENT = "prepayment"
    PAYOFF = "payoff"
    BALLOON = "balloon"
    COMMISSION = "commission"
    IVA = "iva"
    OTHER_LENDER = "other_lender"
    RULES = "rules"  # rate, terms, minimum, documents, steps: no calculation


@dataclass(frozen=True, slots=True)
class FinanceRequest:
    """Something about paying."""

    intent: Intent
    kind: FinanceKind = FinanceKind.QUOTE
    about: CarReference = field(default_factory=CarReference)
    price: Decimal | None = None  # MXN, when an amount instead of a car is financed
    terms: PlanTerms = field(default_factory=PlanTerms)  # whole: what was said before is already merged
    monthly_budget: Decimal | None = None
    income: Decimal | None = None  # net, a month
    debts: Decimal | None = None  # other debt payments, a month
    extra: Decimal | None = None  # an extra payment to capital
    after_payment: int | None = None  # the payment after which it is made
    balloon: Decimal | None = None
    commission_percent: Decimal | None = None
    claimed_rate_percent: Decimal | None = None  # a rate the customer names: never ours unless it is the policy's
    criteria: CarCriteria = field(default_factory=CarCriteria)  # what the cars that fit a budget must be
    question: str = ""  # the customer's words, for RULES
    named: tuple[str, ...] = ()  # the rules asked for by name: cash_or_credit, terms_offered


@dataclass(frozen=True, slots=True)
class InfoRequest:
    """A question about the company."""

    intent: Intent
    question: str  # made whole from the dialogue state: it can be understood alone
    topic: str | None = None  # tag of the knowledge base, when certain
    city: str | None = None  # as said, canonical where known
    branch: str | None = None
    weekday: int | None = None  # 0 is Monday, when opening hours of a day are asked
    asks_hours: bool = False
    point: tuple[float, float] | None = None  # latitude and longitude of a place that was sent
    seller: str | None = None  # what one who sells his car asks of the sale: paid, documents, debts …
    named: tuple[str, ...] = ()  # what is asked for by name: guarantor, late_payment …; a page must speak of just that


@dataclass(frozen=True, slots=True)
class AppointmentDraft:
    """What is known of an appointment being made."""

    kind: str | None = None  # visit, test_drive, video_call, home_visit
    branch: str | None = None
    city: str | None = None
    day: date | None = None
    at: time | None = None
    part_of_day: str | None = None  # morning, afternoon, evening: said in place of an hour
    stock_id: str | None = None
    name: str | None = None
    problem: str | None = None  # why what was said cannot be: past_date, impossible_date, no_such_branch …
    booking_id: str | None = None  # set once booked
    also: tuple[str, ...] = ()  # more cars to be seen at it

    def overridden_by(self, newer: AppointmentDraft) -> AppointmentDraft:
        """This draft with what `newer` says in its place."""
        return AppointmentDraft(
            kind=newer.kind or self.kind,
            branch=newer.branch or self.branch,
            city=newer.city or self.city,
            day=newer.day or self.day,
            at=newer.at or (None if newer.part_of_day else self.at),
            part_of_day=None if newer.at else newer.part_of_day or self.part_of_day,
            stock_id=newer.stock_id or self.stock_id,
            name=newer.name or self.name,
            problem=newer.problem,
            booking_id=newer.booking_id or self.booking_id,
            also=newer.also or self.also,
        )

    def seeing(self, stock_id: str) -> AppointmentDraft:
        """This draft with one more car to be seen."""
        if self.stock_id is None or stock_id == self.stock_id:
            return replace(self, stock_id=stock_id)
        return replace(self, also=tuple(dict.fromkeys((*self.also, stock_id))))


@dataclass(frozen=True, slots=True)
class SaleDraft:
    """What is known of the car a customer wants to sell or trade in."""

    trade_in: bool = False
    make: str | None = None
    model: str | None = None
    version: str | None = None
    year: int | None = None
    km: int | None = None
    city: str | None = None
    condition: str | None = None
    name: str | None = None
    value: Decimal | None = None  # MXN: what the customer says it brings, to be confirmed by inspection

    def overridden_by(self, newer: SaleDraft) -> SaleDraft:
        """This draft with what `newer` says in its place."""
        return SaleDraft(
            trade_in=newer.trade_in or self.trade_in,
            make=newer.make or self.make,
            model=newer.model or self.model,
            version=newer.version or self.version,
            year=newer.year if newer.year is not None else self.year,
            km=newer.km if newer.km is not None else self.km,
            city=newer.city or self.city,
            condition=newer.condition or self.condition,
            name=newer.name or self.name,
            value=newer.value if newer.value is not None else self.value,
        )


@dataclass(frozen=True, slots=True)
class ConciergeRequest:
    """Something about the conversation itself."""

    intent: Intent
    appointment: AppointmentDraft = field(default_factory=AppointmentDraft)  # only what this message says
    about: CarReference = field(default_factory=CarReference)
    sale: SaleDraft = field(default_factory=SaleDraft)  # only what this message says
    name: str | None = None
    stars: int | None = None  # 1 to 5
    language: Language | None = None
    subject: str | None = None  # out of scope, manipulation: what about (weather, discount, secrets …)
    moved_from: AppointmentDraft | None = None  # which of several appointments is moved, where it is named
    amounts: tuple[Decimal, ...] = ()  # MXN, that we are said to have named
    choices: tuple[Intent, ...] = ()  # UNCLEAR: the likely readings, best first
    text: str = ""


Request = CatalogRequest | FinanceRequest | InfoRequest | ConciergeRequest
