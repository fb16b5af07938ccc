"""What a language model answers when it reads a message: wishes in order, each an intent with its particulars.

A particular is a kind from a closed list and its value as text. So the answer stays short, the schema is strict, and
every value passes through the same conversion and limits, whatever the model wrote.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language


class Kind(StrEnum):
    """What a particular is about."""

    # Names and traits of cars
    MAKE = "make"
    NOT_MAKE = "not_make"
    MODEL = "model"
    NOT_MODEL = "not_model"
    TRIM = "trim"
    BODY_STYLE = "body_style"
    NOT_BODY_STYLE = "not_body_style"
    SEGMENT = "segment"
    TRANSMISSION = "transmission"
    DRIVE = "drive"
    FUEL = "fuel"
    EQUIPMENT = "equipment"
    NOT_IN_DATA = "not_in_data"
    PRICE_MIN = "price_min"
    PRICE_MAX = "price_max"
    YEAR_MIN = "year_min"
    YEAR_MAX = "year_max"
    KM_MIN = "km_min"
    KM_MAX = "km_max"
    SEATS_MIN = "seats_min"
    SEATS_MAX = "seats_max"
    DOORS_MIN = "doors_min"
    DOORS_MAX = "doors_max"
    LENGTH_MM_MIN = "length_mm_min"
    LENGTH_MM_MAX = "length_mm_max"
    ENGINE_LITRES_MIN = "engine_litres_min"
    ENGINE_LITRES_MAX = "engine_litres_max"
    ORDER = "order"
    # How a wish meets what came before
    RELATIVE = "relative"
    SIMILAR = "similar"
    REMOVE = "remove"
    NEW_SEARCH = "new_search"
    ANSWERS_QUESTION = "answers_question"
    # Which car is meant
    PLACE_IN_LIST = "place_in_list"
    SHOWN_CARS = "shown_cars"
    THAT_CAR = "that_car"
    STOCK_ID = "stock_id"
    # What is asked of it, or of the stock
    ATTRIBUTE = "attribute"
    METRIC = "metric"
    GROUP_BY = "group_by"
    LIST_COLUMN = "list_column"
    # Money
    CALCULATION = "calculation"
    AMOUNT_TO_FINANCE = "amount_to_finance"
    DOWN_AMOUNT = "down_amount"
    DOWN_PERCENT = "down_percent"
    TRADE_IN_VALUE = "trade_in_value"
    MONTHS = "months"
    MONTHLY = "monthly_budget"
    INCOME = "income"
    DEBTS = "debts"
    EXTRA = "extra_payment"
    AFTER_PAYMENT = "after_payment"
    BALLOON = "balloon"
    RATE_PERCENT = "rate_percent"
    COMMISSION_PERCENT = "commission_percent"
    # Visits, people, places
    CITY = "city"
    BRANCH = "branch"
    DATE = "date"
    TIME = "time"
    PART_OF_DAY = "part_of_day"
    WEEKDAY = "weekday"
    ASKS_HOURS = "asks_hours"
    VISIT_KIND = "visit_kind"
    NAME = "name"
    STARS = "stars"
    LANGUAGE = "language"
    SUBJECT = "subject"


class Particular(BaseModel):
    """One thing that a wish says."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    value: str


class Wish(BaseModel):
    """One thing that the customer wants."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field(description="the part of the message that says it, copied letter by letter")
    intent: Intent
    particulars: list[Particular]


class MessageReading(BaseModel):
    """A customer's message as typed wishes."""

    model_config = ConfigDict(extra="forbid")

    language: Language
    wishes: list[Wish] = Field(description="in the order of the message")
