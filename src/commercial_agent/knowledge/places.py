"""Cities, boroughs and states of the dealer's country, with the names people use for them."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from commercial_agent.errors import InvalidKnowledge
from commercial_agent.knowledge.text import key

_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place a customer may name."""

    name: str
    kind: str  # city, borough (of a big city), state
    state: str
    latitude: float
    longitude: float
    aliases: tuple[str, ...] = ()

    def distance_km(self, latitude: float, longitude: float) -> float:
        """The great-circle distance to a point, in kilometres."""
        here, there = math.radians(self.latitude), math.radians(latitude)
        half_chord = (
            math.sin((there - here) / 2) ** 2
            + math.cos(here) * math.cos(there) * math.sin(math.radians(longitude - self.longitude) / 2) ** 2
        )
        return 2 * _EARTH_KM * math.asin(math.sqrt(half_chord))


class Places:
    """The places known, found by any of their names."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.all = tuple(places)
        names: dict[str, Place] = {}
        for place in self.all:
            names.setdefault(key(place.name), place)
        for place in self.all:
            for alias in place.aliases:
                names.setdefault(key(alias), place)
        self.names: Mapping[str, Place] = names  # folded name or alias -> place

    @classmethod
    def load(cls, path: Path | None = None) -> Places:
        """Read the places of a CSV file, or those of Mexico.

        Args:
            path: columns name, kind, state, latitude, longitude, aliases (separated by `|`).

        Raises:
            InvalidKnowledge: the file is not such a table.
        """
        return _mexico() if path is None else cls(_read(path.read_text(encoding="utf-8")))

    def find(self, name: str) -> Place | None:
        """The place of that name or alias, whatever its accents and case; None when it is not known."""
        return self.names.get(key(name))


def _read(text: str) -> list[Place]:
    try:
        return [
            Place(
                name=row["name"],
                kind=row["kind"],
                state=row["state"],
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                aliases=tuple(alias.strip() for alias in row["aliases"].split("|") if alias.strip()),
            )
            for row in csv.DictReader(text.splitlines())
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidKnowledge("The table of places cannot be read.") from error


@lru_cache(1)
def _mexico() -> Places:
    table = resources.files("commercial_agent.knowledge") / "data" / "cities.csv"
    return Places(_read(table.read_text(encoding="utf-8")))
