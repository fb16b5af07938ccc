"""The dealer's branches: structured records, so that a city without one is a certain no."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from commercial_agent.errors import InvalidKnowledge
from commercial_agent.knowledge.places import Place, Places
from commercial_agent.knowledge.text import key

_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch."""

    branch_id: str
    name: str
    city: str
    state: str
    address: str
    latitude: float | None = None
    longitude: float | None = None
    hours: tuple[tuple[int, time, time], ...] | None = None  # (weekday from 0 = Monday, opens, closes); None: unknown
    aliases: tuple[str, ...] = ()  # other names of the branch
    areas: tuple[str, ...] = ()  # other places it serves: its metropolitan area

    @property
    def map_url(self) -> str:
        """A map search for its name and address."""
        return f"https://www.google.com/maps/search/?api=1&query={quote_plus(f'{self.name}, {self.address}')}"

    def open_on(self, weekday: int) -> tuple[time, time] | bool | None:
        """Opening hours of a weekday (0 is Monday): a pair, False when closed that day, None when not known."""
        if self.hours is None:
            return None
        return next(((opens, closes) for day, opens, closes in self.hours if day == weekday), False)


class Branches:
    """All branches, found by city, state, area or name."""

    def __init__(self, branches: Iterable[Branch], places: Places | None = None) -> None:
        self.all = tuple(branches)
        self.places = places or Places.load()

    def __len__(self) -> int:
        return len(self.all)

    @property
    def cities(self) -> tuple[str, ...]:
        """The cities with a branch, in the order of the file, each once."""
        return tuple(dict.fromkeys(branch.city for branch in self.all))

    @classmethod
    def load(cls, path: Path, places: Places | None = None) -> Branches:
        """Read `branches.toml`.

        Raises:
            InvalidKnowledge: the file is missing or a record lacks something.
        """
        try:
            records = tomllib.loads(path.read_text(encoding="utf-8")).get("branch", [])
            branches = [_branch(record) for record in records]
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise InvalidKnowledge(f"{path.name} cannot be read: {error}") from error
        ids = [branch.branch_id for branch in branches]
        if len(set(ids)) != len(ids):
            raise InvalidKnowledge(f"{path.name} has two branches with the same id.")
        return cls(branches, places)

    def get(self, branch_id: str) -> Branch | None:
        """The branch of that id."""
        return next((branch for branch in self.all if branch.branch_id == branch_id), None)

    def named(self, name: str) -> Branch | None:
        """The branch with that name, id or alias; a part of the name is enough when only one branch has it."""
        wanted = key(name)
        if not wanted:
            return None
        for branch in self.all:
            if wanted in {key(branch.branch_id), key(branch.name), *map(key, branch.aliases)}:
                return branch
        padded = f" {wanted} "
        partly = [b for b in self.all if padded in f" {key(b.name)} " or f" {key(b.name)} " in padded]
        return partly[0] if len(partly) == 1 else None

    def find(self, city_or_name: str) -> tuple[Branch, ...]:
        """The branches in a city, state or area, or the one of that name; empty when there is none."""
        wanted = key(city_or_name)
        for branch in self.all:
            if wanted in {key(branch.branch_id), key(branch.name), *map(key, branch.aliases)}:
                return (branch,)
        place = self.places.find(city_or_name)
        if place is None:
            branch_named = self.named(city_or_name)
            here = tuple(b for b in self.all if key(b.city) == wanted)
            return here or ((branch_named,) if branch_named else ())
        if place.kind == "state":
            return tuple(branch for branch in self.all if key(branch.state) == key(place.state))
        names = {wanted, key(place.name)}
        found = tuple(b for b in self.all if key(b.city) in names or names & set(map(key, b.areas)))
        return tuple(sorted(found, key=lambda b: key(b.city) not in names))

    def mentioned(self, text: str) -> str | None:
        """The last branch or place a text names, the longest name that ends there; None when it names none."""
        tokens = key(text).split()
        names = {name for b in self.all for name in (key(b.name), *map(key, b.aliases))}
        for end in range(len(tokens), 0, -1):
            for at in range(max(0, end - 5), end):
                name = " ".join(tokens[at:end])
                if name in names:
                    return name
                place = self.places.names.get(name)
                if place is not None and (end - at > 1 or len(name) > 2):
                    return place.name
        return None

    def nearest(self, city: str, limit: int = _NEAREST) -> tuple[Branch, ...]:
        """The branches nearest to a place, nearest first; empty when the place is not known."""
        place = self.places.find(city)
        if place is None:
            return ()
        return self.nearest_to(place.latitude, place.longitude, limit)

    def nearest_to(self, latitude: float, longitude: float, limit: int = _NEAREST) -> tuple[Branch, ...]:
        """The branches nearest to a point, nearest first."""
        here = Place("", "point", "", latitude, longitude)
        located = [b for b in self.all if b.latitude is not None and b.longitude is not None]
        return tuple(sorted(located, key=lambda b: here.distance_km(b.latitude or 0.0, b.longitude or 0.0))[:limit])


def _branch(record: Mapping[str, Any]) -> Branch:
    return Branch(
        branch_id=str(record["id"]),
        name=str(record["name"]),
        city=str(record["city"]),
        state=str(record["state"]),
        address=str(record["address"]),
        latitude=float(record["latitude"]) if "latitude" in record else None,
        longitude=float(record["longitude"]) if "longitude" in record else None,
        hours=_hours(record["hours"]) if "hours" in record else None,
        aliases=tuple(record.get("aliases", ())),
        areas=tuple(record.get("areas", ())),
    )


def _hours(table: Mapping[str, str]) -> tuple[tuple[int, time, time], ...]:
    """`{mon-sun = "09:00-18:00"}` as one row a day."""
    rows: list[tuple[int, time, time]] = []
    for days, span in table.items():
        first, _, last = days.partition("-")
        opens, closes = (time.fromisoformat(part.strip()) for part in span.split("-"))
        if closes <= opens:
            raise ValueError(f"opening hours {span!r} end before they begin")
        rows += [(day, opens, closes) for day in range(_DAYS[first], _DAYS[last or first] + 1)]
    return tuple(sorted(rows))
