"""What version texts say, and what the taxonomy adds to them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.catalog import Taxonomy
from commercial_agent.catalog.facts import derive, read_version, trim

GEARBOXES = [
    *((code, "automatic") for code in (
        "AUTO", "AT", "TA", "AUT", "CVT", "DCT", "IVT", "XTRONIC", "TIPTRONIC", "S TRONIC", "S-TRONIC", "STRONIC",
        "DSG", "ASG", "PDK", "DUALOGIC", "I-MOTION", "6AT", "e-CVT", "7G-TRONIC", "POWERSHIFT", "AUTOMÁTICA",
    )),
    *((code, "manual") for code in ("MT", "TM", "STD", "EST", "ESTÁNDAR", "MANUAL", "5MT", "6 MT")),
    *((code, None) for code in ("", "AUTOGRAPH", "ATTITUDE", "MTV", "TM/TA", "STDX", "FAUTO")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "transmission"), GEARBOXES)
def test_a_gearbox_code_is_read_as_a_word_of_its_own(code: str, transmission: str | None) -> None:
    assert read_version(f"1.6 SENSE {code} X").transmission == transmission


STATED = [
    ("2.0 I SPORT AUTO", {"engine_litres": Decimal("2.0"), "transmission": "automatic"}),
    ("3.0 V6 TDI WOLFSBURG EDITION AUTO 4WD", {"engine_litres": Decimal("3.0"), "drive": "awd", "fuel": "diesel"}),
    ("1.4T COMFORTLINE DSG 4MOTION 7 PASAJEROS", {"engine_litres": Decimal("1.4"), "drive": "awd", "seats": 7}),
    ("1.6L LX MT HATCHBACK 5 PTAS", {"engine_litres": Decimal("1.6"), "body_style": "hatchback", "doors": 5}),
    ("2,5 SE DOBLE CABINA 4X4", {"engine_litres": Decimal("2.5"), "body_style": "pickup", "doors": 4, "drive": "awd"}),
    ("2.7 CABINA SENCILLA MT 4X2", {"body_style": "pickup", "doors": 2, "drive": None}),
    ("1600 CC STD", {"engine_litres": Decimal("1.6")}),
    ("XDRIVE 45E PLUG-IN HYBRID", {"drive": "awd", "fuel": "hybrid"}),
    ("ELÉCTRICO 60 KWH", {"fuel": "electric", "engine_litres": None}),
    ("2.0T CABRIO S TRONIC", {"body_style": "convertible"}),
    ("SEDAN 4P 5 PLAZAS", {"body_style": "sedan", "doors": 4, "seats": 5}),
    ("12.5 X", {"engine_litres": None}),
    ("9.9 TURBO", {"engine_litres": None}),
    ("QUATTROPORTE", {"drive": None}),
    ("", {"transmission": None, "drive": None, "doors": None}),
]


@pytest.mark.parametrize(("version", "facts"), STATED)
def test_a_version_states_what_its_codes_say(version: str, facts: dict[str, object]) -> None:
    read = read_version(version)
    assert {name: getattr(read, name) for name in facts} == facts


def test_what_the_taxonomy_adds_is_marked_as_inferred() -> None:
    jetta = Taxonomy.load().models["Volkswagen/Jetta"]
    facts, inferred = derive(jetta, "1.4T COMFORTLINE TIPTRONIC")
    assert (facts.body_style, facts.transmission, facts.seats) == ("sedan", "automatic", 5)
    assert {"body_style", "seats", "doors"} <= inferred
    assert not {"transmission", "engine_litres"} & inferred


def test_what_neither_knows_stays_unknown() -> None:
    models = Taxonomy.load().with_stock([("Inventada", "Rara")]).models
    facts, inferred = derive(models["Inventada/Rara"], "SPORT")
    assert (facts.transmission, facts.body_style, facts.seats, facts.fuel) == (None, None, None, None)
    assert not inferred


DERIVED = [
    ("BMW", "X6", "COUPE M SPORT", "body_style", "suv"),
    ("Audi", "A3", "SPORTBACK 1.4", "body_style", "hatchback"),
    ("Audi", "A3", "1.4 AMBIENTE 5 PTAS", "body_style", "hatchback"),
    ("Mazda", "3", "2.5 I SEDAN", "doors", 4),
    ("Mazda", "3", "2.5 I HATCHBACK", "doors", 5),
    ("Toyota", "Hilux", "2.7 CABINA SENCILLA MT", "seats", 2),
    ("Toyota", "Hilux", "2.8 DOBLE CABINA", "seats", 5),
    ("Tesla", "Model 3", "LONG RANGE", "transmission", "automatic"),
    ("Tesla", "Model 3", "LONG RANGE", "fuel", "electric"),
    ("BMW", "X5", "3.0 XDRIVE 45E PLUG-IN HYBRID AUTO", "fuel", "hybrid"),
    ("Ford", "Ranger", "2.5 XL CREW CAB MT 4X2", "drive", "rwd"),
    ("Nissan", "Versa", "1.6 SENSE MT", "fuel", "gasoline"),
]


@pytest.mark.parametrize(("make", "model", "version", "name", "value"), DERIVED)
def test_version_and_model_together_tell_the_facts(
    make: str, model: str, version: str, name: str, value: object
) -> None:
    facts, _ = derive(Taxonomy.load().models[f"{make}/{model}"], version)
    assert getattr(facts, name) == value


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("1.4T COMFORTLINE TIPTRONIC", "COMFORTLINE"),
        ("2.5 SE DOBLE CABINA MT", "SE"),
        ("1.8 TFSI HATCHBACK S LINE S TRONIC 5 PTAS", "TFSI S LINE"),
        ("2.0L TA 5P 4X2", ""),
    ],
)
def test_the_trim_is_what_is_left_of_a_version(version: str, name: str) -> None:
    assert trim(version) == name


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_version(version: str) -> None:
    read = read_version(version)
    assert read.doors is None or 2 <= read.doors <= 6
    assert read.engine_litres is None or Decimal("0.6") <= read.engine_litres <= Decimal("8.5")
