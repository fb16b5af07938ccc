"""The vehicle taxonomy: complete, consistent, safe to read names with."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from commercial_agent.catalog import Taxonomy, fold_name
from commercial_agent.catalog.taxonomy import BODY_STYLES, DRIVES, FUELS, SEGMENTS, TRANSMISSIONS

TAXONOMY = Taxonomy.load()


def test_it_knows_the_market_beyond_any_stock() -> None:
    assert len(TAXONOMY.makes) >= 45
    assert len(TAXONOMY.models) >= 330
    for key in (
        "Tesla/Model 3",
        "BYD/Dolphin",
        "Nissan/Tsuru",
        "Volkswagen/Sedán",
        "Toyota/Hilux",
        "MG/MG5",
        "GWM/Poer",
    ):
        assert key in TAXONOMY.models


def test_every_model_has_values_of_the_shared_vocabulary() -> None:
    for model in TAXONOMY.models.values():
        assert model.make in TAXONOMY.makes
        assert model.body_style in BODY_STYLES, model.key
        assert model.segments, model.key
        assert set(model.segments) <= set(SEGMENTS), model.key
        assert model.fuel in (None, *FUELS), model.key
        assert model.drive in (None, *DRIVES), model.key
        assert model.transmission in (None, *TRANSMISSIONS), model.key


def test_sizes_are_those_of_road_vehicles() -> None:
    for model in TAXONOMY.models.values():
        for value, low, high in (
            (model.length_mm, 2500, 6200),
            (model.width_mm, 1475, 2250),
            (model.height_mm, 1100, 2800),
        ):
            assert value is None or low <= value <= high, model.key


def test_no_name_that_needs_no_make_means_two_models() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for model in TAXONOMY.models.values():
        for name in (*model.aliases, *(() if model.needs_make else (model.name,))):
            owners[fold_name(name)].add(model.key)
    assert {name: keys for name, keys in owners.items() if len(keys) > 1} == {}


def test_no_make_is_written_like_another() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for make, aliases in TAXONOMY.makes.items():
        for name in (make, *aliases):
            owners[fold_name(name)].add(make)
    assert {name: makes for name, makes in owners.items() if len(makes) > 1} == {}


@pytest.mark.parametrize(
    ("text", "make"),
    [("MERCEDES-BENZ", "Mercedes Benz"), ("vw", "Volkswagen"), ("KIA", "Kia"), ("ceat", "Seat"), ("Yundai", "Hyundai")],
)
def test_makes_are_found_however_they_are_written(text: str, make: str) -> None:
    assert TAXONOMY.find_make(text) == make


@pytest.mark.parametrize(
    ("make", "text", "name"),
    [
        ("Kia", "FORTE", "Forte"),
        ("Mazda", "MAZDA 3", "3"),
        ("Honda", "CRV", "CR-V"),
        ("BMW", "Serie-3", "Serie 3"),
        ("Volkswagen", "vocho", "Sedán"),
        ("Volkswagen", "yeta", "Jetta"),
    ],
)
def test_models_are_found_however_they_are_written(make: str, text: str, name: str) -> None:
    found = TAXONOMY.find_model(make, text)
    assert found is not None
    assert found.name == name


def test_a_number_is_no_name_without_its_make() -> None:
    assert all(model.needs_make for model in TAXONOMY.models.values() if model.name.isdigit() and len(model.name) < 4)


def test_names_of_a_stock_are_added_with_what_is_known_of_their_like() -> None:
    grown = TAXONOMY.with_stock([("Kia", "Rio Hatchback"), ("Kia", "Rio"), ("Inventada", "Cosa")])
    added = grown.models["Kia/Rio Hatchback"]
    assert (added.body_style, added.length_mm) == ("hatchback", TAXONOMY.models["Kia/Rio"].length_mm)
    assert grown.models["Inventada/Cosa"].body_style is None
    assert "Inventada" in grown.makes
    assert "Inventada" not in TAXONOMY.makes


def test_a_stock_of_known_names_changes_nothing() -> None:
    with Path("dealership/catalog.csv").open(encoding="utf-8") as file:
        names = {(row["make"], row["model"]) for row in csv.DictReader(file)}
    assert TAXONOMY.with_stock(names) is TAXONOMY
