"""The vehicle taxonomy: what is known of a model whatever the listing says, and every way people write its name.

It knows the real vehicles of the Mexican market, also those that no dealer of ours has, so that "¿tienen Tesla?" is
understood. The loaded stock adds the names it does not know (`Taxonomy.with_stock`).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from importlib import resources
from types import MappingProxyType

BODY_STYLES = ("sedan", "hatchback", "suv", "pickup", "minivan", "coupe", "convertible", "wagon", "van")
SEGMENTS = ("small", "compact", "midsize", "large", "luxury", "sport", "work", "family")
TRANSMISSIONS = ("automatic", "manual")
DRIVES = ("fwd", "rwd", "awd")
FUELS = ("gasoline", "diesel", "hybrid", "electric")

_BODY_WORDS = {
    "sedan": "sedan", "hatchback": "hatchback", "hatch": "hatchback", "hb": "hatchback", "sportback": "hatchback",
    "coupe": "coupe", "cabrio": "convertible", "convertible": "convertible", "wagon": "wagon", "variant": "wagon",
}  # fmt: skip


def fold_name(text: str) -> str:
    """The form in which names are compared: lower case letters and digits without accents, spaces and signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum() or char in "&+")


@dataclass(frozen=True, slots=True)
class VehicleModel:
    """What holds for a model in general; None or empty where its versions differ or nobody knows."""

    make: str
    name: str
    body_style: str | None = None
    segments: tuple[str, ...] = ()
    seats: int | None = None
    doors: int | None = None
    fuel: str | None = None
    drive: str | None = None
    transmission: str | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    engine_litres: Decimal | None = None
    aliases: tuple[str, ...] = ()  # nicknames and usual misspellings, all safe to read without the make
    needs_make: bool = False  # the bare name is a number or a common word: read it only beside its make

    @property
    def key(self) -> str:
        """`Volkswagen/Jetta`."""
        return f"{self.make}/{self.name}"


@dataclass(frozen=True)
class Taxonomy:
    """Makes and models by canonical name."""

    makes: Mapping[str, tuple[str, ...]]  # canonical make: aliases, nicknames, misspellings
    models: Mapping[str, VehicleModel]  # "Make/Model"
    origins: Mapping[str, str] = field(default_factory=dict)  # canonical make: japanese, korean, german …

    @staticmethod
    def load() -> Taxonomy:
        """The taxonomy that comes with the package, read once."""
        return _load()

    @cached_property
    def _make_by_name(self) -> dict[str, str]:
        names = {fold_name(alias): make for make, aliases in self.makes.items() for alias in aliases}
        return names | {fold_name(make): make for make in self.makes}

    @cached_property
    def _models_by_make(self) -> dict[str, dict[str, VehicleModel]]:
        names: dict[str, dict[str, VehicleModel]] = {make: {} for make in self.makes}
        for model in self.models.values():
            for alias in model.aliases:
                names[model.make].setdefault(fold_name(alias), model)
        for model in self.models.values():
            names[model.make][fold_name(model.name)] = model
            names[model.make][fold_name(model.make + model.name)] = model
        return names

    def find_make(self, text: str) -> str | None:
        """The canonical make that is written like this, spelling variants known to the taxonomy included."""
        return self._make_by_name.get(fold_name(text))

    def find_model(self, make: str, text: str) -> VehicleModel | None:
        """The model of a canonical make that is written like this (`FORTE`, `Mazda 3` of Mazda, `Clase-C`)."""
        return self._models_by_make.get(make, {}).get(fold_name(text))

    def models_of(self, make: str) -> tuple[VehicleModel, ...]:
        """All models of a canonical make."""
        return tuple(model for model in self.models.values() if model.make == make)

    def makes_from(self, origins: Iterable[str]) -> tuple[str, ...]:
        """The makes that come from one of some countries ("japanese")."""
        wanted = frozenset(origins)
        return tuple(make for make, origin in self.origins.items() if origin in wanted)

    def with_stock(self, names: Iterable[tuple[str, str]]) -> Taxonomy:
        """This taxonomy plus the makes and models of a stock that it lacks.

        An unknown model that begins like a known one of its make ("Rio Hatchback") takes over what is known of it.

        Args:
            names: (make, model) as the listings write them.
        """
        makes = dict(self.makes)
        models = dict(self.models)
        for make, model in names:
            makes.setdefault(make, ())
            key = f"{make}/{model}"
            if key not in models:
                models[key] = self._like(make, model)
        if len(makes) == len(self.makes) and len(models) == len(self.models):
            return self
        return Taxonomy(MappingProxyType(makes), MappingProxyType(models), self.origins)

    def _like(self, make: str, name: str) -> VehicleModel:
        words = name.split()
        risky = name.isdigit() or len(fold_name(name)) < 3
        for size in range(len(words) - 1, 0, -1):
            base = self.find_model(make, " ".join(words[:size]))
            if base is None:
                continue
            rest = [_BODY_WORDS[word] for word in map(fold_name, words[size:]) if word in _BODY_WORDS]
            body = rest[0] if rest else base.body_style
            doors = base.doors if body == base.body_style else None
            return replace(base, name=name, aliases=(), needs_make=risky, body_style=body, doors=doors)
        return VehicleModel(make, name, needs_make=risky)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("commercial_agent.catalog").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def _model(row: dict[str, str]) -> VehicleModel:
    return VehicleModel(
        make=row["make"],
        name=row["model"],
        body_style=row["body_style"] or None,
        segments=_listed(row["segments"]),
        seats=_whole(row["seats"]),
        doors=_whole(row["doors"]),
        fuel=row["fuel"] or None,
        drive=row["drive"] or None,
        transmission=row["transmission"] or None,
        length_mm=_whole(row["length_mm"]),
        width_mm=_whole(row["width_mm"]),
        height_mm=_whole(row["height_mm"]),
        engine_litres=Decimal(row["engine_litres"]) if row["engine_litres"] else None,
        aliases=_listed(row["aliases"]),
        needs_make=row["bare"] == "no" or re.fullmatch(r"\d+", row["model"]) is not None,
    )


@lru_cache(1)
def _load() -> Taxonomy:
    rows = _rows("makes.csv")
    makes = {row["make"]: _listed(row["aliases"]) for row in rows}
    origins = {row["make"]: row["origin"] for row in rows if row["origin"]}
    models = {model.key: model for model in map(_model, _rows("models.csv"))}
    return Taxonomy(MappingProxyType(makes), MappingProxyType(models), MappingProxyType(origins))
