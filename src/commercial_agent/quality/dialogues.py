"""Written dialogues with what each answer must be. Facts are judged against the catalogue, never against fixed ids."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from commercial_agent.conversation.language import Language
from commercial_agent.errors import InvalidInput


class Strict(BaseModel):
    """A part of a dialogue file: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(StrEnum):
    """What a dialogue tries."""

    HAPPY = "happy"
    CORRECTION = "correction"
    SWITCH = "switch"
    CANCELLATION = "cancellation"
    SEVERAL = "several"
    ADVERSARIAL = "adversarial"


Facts = dict[str, str | int | float | bool | list[str]]
"""Column or derived fact to value, list of values, or bound (`price_max`, `year_min`, `not_make` …)."""
Place = tuple[int, int]
"""An earlier car: the turn and its place in that turn's list, both from 1."""


class CarsExpected(Strict):
    """What the cars of an answer must be."""

    at_least: int = 1
    at_most: int = 3
    where: Facts = Field(default_factory=dict)
    """What every car is."""
    each: list[Facts] = Field(default_factory=list)
    """For each of these there is a car that is so."""
    best: str | None = None
    """`price` or `km` (lowest first), `-price`, `-year` …: the first car is the extreme of the stock that fits, or of
    the cars of `same_as_turn`."""
    same_as_turn: int | None = None
    """All are cars of that earlier turn (from 1)."""
    car: Place | None = None
    """The first is this one."""
    below: dict[str, Place] = Field(default_factory=dict)
    """Column to an earlier car: every car has less of it."""
    above: dict[str, Place] = Field(default_factory=dict)
    """The same with more."""
    new: bool = False
    """None of them was shown before in this dialogue."""


class QuoteExpected(Strict):
    """What a plan must be; the payment is computed anew."""

    months: int | None = None
    down_percent: Decimal | None = None
    down_amount: Decimal | None = None
    price: Decimal | None = None
    """Of an amount without a car."""
    car: Place | None = None
    where: Facts = Field(default_factory=dict)
    """What the car of the plan is."""
    best_of: tuple[int, str] | None = None
    """The car is the extreme of an earlier turn's cars: the turn, and a column as in `best` of cars."""


class CalculationExpected(Strict):
    """What another calculation must be."""

    kind: str | list[str]
    figures: dict[str, Decimal] = Field(default_factory=dict)
    """Figures by name, to the half peso."""


class StockFigure(Strict):
    """A number about the stock that the reply must say; it is computed anew."""

    stat: Literal["count", "min", "max", "mean", "median"]
    of: str = "price"
    where: Facts = Field(default_factory=dict)


class AppointmentExpected(Strict):
    """What is known of an appointment."""

    branch: str | None = None
    weekday: int | None = None
    """0 is Monday."""
    hour: str | None = None
    """`16:00`."""
    kind: str | list[str] | None = None
    car: Place | None = None


class Expected(Strict):
    """What an answer must be. What is not named is not judged."""

    agent: str | list[str] | None = None
    """One of these took part."""
    agents: list[str] = Field(default_factory=list)
    """All of these took part."""
    intents: list[str] = Field(default_factory=list)
    """All of these, in this order, others between them allowed."""
    language: Language | None = None
    cars: CarsExpected | None = None
    no_cars: bool = False
    quotes: list[QuoteExpected] = Field(default_factory=list)
    no_quotes: bool = False
    calculation: str | list[str] | CalculationExpected | None = None
    stock: list[StockFigure] = Field(default_factory=list)
    sources: list[str] = Field(default_factory=list)
    """Each is a part of some source."""
    handoff: bool | None = None
    appointment: str | list[str] | None = None
    """Its status, or one of these; `none` is that there is no appointment."""
    visit: AppointmentExpected | None = None
    opted_out: bool | None = None
    says: list[str] = Field(default_factory=list)
    """Each a regular expression that the reply, without accents and in lower case, contains."""
    never: list[str] = Field(default_factory=list)
    """Each one that it must not contain."""
    silent: bool | None = None
    either: list[Expected] = Field(default_factory=list)
    """One of these holds too, where several answers are fair."""


class Turn(Strict):
    """One message and what must come of it."""

    say: str
    expect: Expected = Expected()


class Dialogue(Strict):
    """One conversation from its first message."""

    id: str
    group: Group
    language: Language
    turns: list[Turn] = Field(min_length=1, max_length=20)


def load_dialogues(folder: Path) -> tuple[Dialogue, ...]:
    """Read every dialogue of a folder's YAML files.

    Raises:
        InvalidInput: a file is no list of dialogues, or an id stands twice.
    """
    found: dict[str, Dialogue] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
            dialogues = [Dialogue.model_validate(entry) for entry in entries]
        except (yaml.YAMLError, ValidationError, TypeError) as error:
            raise InvalidInput(f"{path.name} is no file of dialogues: {error}") from error
        for dialogue in dialogues:
            if dialogue.id in found:
                raise InvalidInput(f"{path.name}: the dialogue {dialogue.id} stands twice.")
            found[dialogue.id] = dialogue
    if not found:
        raise InvalidInput(f"There are no dialogues in {folder}.")
    return tuple(found.values())
