"""Places and branches: a certain yes, a certain no, and what is near."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.errors import InvalidKnowledge
from commercial_agent.knowledge import Branches, Places

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def branches() -> Branches:
    return Branches.load(ROOT / "dealership" / "branches.toml")


def test_a_city_is_found_by_its_nicknames() -> None:
    places = Places.load()
    found = {(places.find(name) or places.all[-1]).name for name in ("CDMX", "df", "D.F.", "Ciudad de México")}
    assert found == {"Ciudad de México"}


@given(st.sampled_from(Places.load().all))
def test_every_place_is_found_by_its_own_name(place: object) -> None:
    places = Places.load()
    name = getattr(place, "name", "")
    found = places.find(name.upper())
    assert found is not None
    assert found.name == name


def test_distance_is_that_of_the_map() -> None:
    puebla = Places.load().find("Puebla")
    capital = Places.load().find("cdmx")
    assert puebla is not None
    assert capital is not None
    assert 95 < puebla.distance_km(capital.latitude, capital.longitude) < 120


def test_a_table_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "cities.csv"
    table.write_text("name,kind\nMérida,city\n", encoding="utf-8")
    with pytest.raises(InvalidKnowledge):
        Places.load(table)


def test_there_are_fifteen_branches(branches: Branches) -> None:
    assert len(branches) == 15


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Puebla", {"Explanada", "Las Torres"}),
        ("gdl", {"Midtown Guadalajara", "Punto Sur"}),
        ("Guadalajara", {"Midtown Guadalajara", "Punto Sur"}),
        ("mty", {"Nuevo Sur", "Punto Valle"}),
        ("querétaro", {"Puerta la Victoria"}),
        ("polanco", {"Antara Fashion Hall"}),
        ("Jalisco", {"Midtown Guadalajara", "Punto Sur"}),
        ("artz", {"Artz Pedregal"}),
    ],
)
def test_a_city_a_state_or_a_name_gives_its_branches(branches: Branches, asked: str, names: set[str]) -> None:
    assert {branch.name for branch in branches.find(asked)} == names


@pytest.mark.parametrize("city", ["Mérida", "Tijuana", "León", "Toluca", "Veracruz", "Tampico"])
def test_a_city_without_branch_is_a_certain_no_with_the_nearest(branches: Branches, city: str) -> None:
    assert branches.find(city) == ()
    assert len(branches.nearest(city)) == 3


def test_the_nearest_to_toluca_is_in_the_west_of_the_capital(branches: Branches) -> None:
    assert branches.nearest("Toluca")[0].name == "Patio Santa Fe"


def test_an_unknown_place_has_no_nearest(branches: Branches) -> None:
    assert branches.nearest("Springfield") == ()


def test_hours_are_known_only_where_they_are_confirmed(branches: Branches) -> None:
    assert [branch.name for branch in branches.all if branch.hours] == ["Explanada"]
    explanada = branches.named("explanada")
    torres = branches.named("las torres")
    assert explanada is not None
    assert torres is not None
    assert explanada.open_on(6) == (time(9), time(18))
    assert torres.open_on(6) is None


def test_a_branch_closed_on_a_day_says_so(tmp_path: Path) -> None:
    file = tmp_path / "branches.toml"
    file.write_text(
        '[[branch]]\nid = "a"\nname = "A"\ncity = "León"\nstate = "Guanajuato"\naddress = "Calle 1"\n'
        'hours = { mon-fri = "09:00-18:00", sat = "10:00-14:00" }\n',
        encoding="utf-8",
    )
    branch = Branches.load(file).all[0]
    assert branch.open_on(6) is False
    assert branch.open_on(5) == (time(10), time(14))


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        '[[branch]]\nname = "no id"\n',
        '[[branch]]\nid="a"\nname="A"\ncity="X"\nstate="Y"\naddress="Z"\nhours = { mon = "18:00-09:00" }\n',
        '[[branch]]\nid="a"\nname="A"\ncity="X"\nstate="Y"\naddress="Z"\n' * 2,
    ],
)
def test_a_broken_branches_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "branches.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidKnowledge):
        Branches.load(file)


def test_a_place_named_in_a_question_is_seen(branches: Branches) -> None:
    assert branches.mentioned("¿tienen en Mérida?") == "Mérida"
    assert branches.mentioned("¿abren el domingo en las torres?") == "las torres"
    assert branches.mentioned("¿qué horario tienen?") is None
