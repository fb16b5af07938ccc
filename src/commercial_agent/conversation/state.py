"""What a conversation remembers between turns: one typed, versioned, serialisable value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from pydantic import TypeAdapter

from commercial_agent.conversation.cars import CarCriteria, CarMention
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import AppointmentDraft, FinanceKind, FinanceRequest, PlanTerms, SaleDraft

MAX_SHOWN = 10
MAX_SEEN = 20


class Ask(StrEnum):
    """What our last question was about, so that a bare answer is read as one."""

    NARROW = "narrow"  # which of the options of an attribute
    WHICH_CAR = "which_car"
    BUDGET = "budget"
    PRICE_OR_CAR = "price_or_car"  # a plan for what?
    DOWN_PAYMENT = "down_payment"
    TERM = "term"
    INCOME = "income"
    EXTRA = "extra"  # how much to pay to capital
    AFTER_PAYMENT = "after_payment"  # after which monthly payment
    BALLOON = "balloon"  # how much to leave for the last payment
    RATE = "rate"  # which rate another lender offers
    MORE_CARS = "more_cars"  # shall I show more?
    SHOW_CARS = "show_cars"  # shall I show the cars (of these criteria, that fit this budget)?
    QUOTE = "quote"  # shall I make the plan?
    BOOK = "book"  # would you like to see it?
    BRANCH = "branch"
    DAY = "day"
    HOUR = "hour"
    NAME = "name"
    CONFIRM_BOOKING = "confirm_booking"
    CONFIRM_CANCEL = "confirm_cancel"
    WHICH_VISIT = "which_visit"  # of several appointments, the one to cancel
    SALE_CAR = "sale_car"
    SALE_YEAR = "sale_year"
    SALE_KM = "sale_km"
    SALE_CITY = "sale_city"
    SALE_CONDITION = "sale_condition"  # how does it look and drive?
    HUMAN = "human"  # shall a person take over?
    RATING = "rating"
    CHOICE = "choice"  # which of these intents did you mean?
    OPEN = "open"  # anything else?


@dataclass(frozen=True, slots=True)
class Question:
    """The one question at the end of a reply."""

    ask: Ask
    options: tuple[str, ...] = ()  # NARROW: criteria values; CHOICE: intents; others: quick replies
    attribute: str | None = None  # NARROW: the criteria field the options belong to


@dataclass(frozen=True, slots=True)
class DialogueState:
    """The memory of one conversation."""

    version: int = 1
    language: Language | None = None
    language_fixed: bool = False  # the customer chose it; later messages do not switch it
    turns: int = 0  # turns answered so far
    name: str | None = None
    criteria: CarCriteria = field(default_factory=CarCriteria)  # search filters in force
    offset: int = 0  # where the last page began
    total: int = 0  # cars the last search found
    shown: tuple[CarMention, ...] = ()  # the last list, in order
    seen: tuple[CarMention, ...] = ()  # cars of earlier lists, newest first
    focus: str | None = None  # stock id of the car spoken of
    plan: PlanTerms = field(default_factory=PlanTerms)
    plan_kind: FinanceKind | None = None  # the last calculation
    plan_price: str | None = None  # MXN, when the last plan was for an amount without a car
    monthly_budget: str | None = None  # MXN
    months_quoted: tuple[int, ...] = ()  # the terms of the last plans for one price, newest first
    pays_cash: bool = False  # credit was refused: no plan is offered
    calculation: FinanceRequest | None = None  # the last one asked for: what is said next may complete or change it
    question: Question | None = None  # what we asked last
    last_intent: Intent | None = None
    last_question: str | None = None  # the last question put to the knowledge base, whole
    appointment: AppointmentDraft | None = None
    given_up: AppointmentDraft | None = None  # the visit cancelled last: it may have been no wish
    place: str | None = None  # the branch or city the customer named last
    sale: SaleDraft | None = None
    misunderstood: int = 0  # unclear readings in a row
    last_sources: tuple[str, ...] = ()
    rated: bool = False  # the customer was asked how it went, or said so
    without_person: bool = False  # a person was refused: none is offered
    declined: str | None = None  # what was refused last: discount, earlier_claim …
    handoff: str | None = None  # waiting: for a person; attended: one has answered
    noted: tuple[str, ...] = ()  # what the lead already knows, newest first

    def with_shown(self, cars: tuple[CarMention, ...]) -> tuple[tuple[CarMention, ...], tuple[CarMention, ...]]:
        """The new (shown, seen) after a list of cars was shown."""
        new = {car.stock_id for car in cars}
        older = tuple(car for car in (*self.shown, *self.seen) if car.stock_id not in new)
        unique = tuple({car.stock_id: car for car in reversed(older)}.values())[::-1]
        return cars[:MAX_SHOWN], unique[:MAX_SEEN]

    def mention(self, stock_id: str) -> CarMention | None:
        """The shown or seen car of that id."""
        return next((car for car in (*self.shown, *self.seen) if car.stock_id == stock_id), None)


@lru_cache(1)
def _adapter() -> TypeAdapter[DialogueState]:
    return TypeAdapter(DialogueState)


def dump_state(state: DialogueState) -> bytes:
    """The state as JSON; fields with their default value are left out."""
    return _adapter().dump_json(state, exclude_defaults=True)


def load_state(data: bytes | str) -> DialogueState:
    """The state that `dump_state` wrote.

    Raises:
        pydantic.ValidationError: the JSON is not a state of this version.
    """
    return _adapter().validate_json(data)
