"""What a listing's version text says about the car, and what the taxonomy adds.

Mexican listings pack a car into codes: `1.4T COMFORTLINE DSG 4MOTION 7 PASAJEROS`. What the text says is *stated*; what
only the taxonomy knows of the model is *inferred*; what neither knows stays None.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache

from commercial_agent.catalog.taxonomy import VehicleModel

_AUTOMATIC = (
    r"auto|autom|automatic[ao]?|aut|at|ta|cvt|e ?cvt|dct|7dct|ivt|xtronic|tiptronic|s ?tronic|dsg|asg|pdk|dualogic"
    r"|i ?motion|edc|eat[68]|geartronic|steptronic|multitronic|powershift|selespeed|amt|ags|[4-9] ?at|[79]g ?tronic"
    r"|speedshift|hydramatic|shiftronic|sportmatic|tct|ddct|smg|r ?tronic|torqueflite|lineartronic|t/a|a/t"
)
_MANUAL = r"mt|tm|std|est|estandar|standard|manual|[4-7] ?mt|t/m|m/t"
_ALL_WHEELS = (
    r"4wd|awd|4 ?x ?4|4matic|quattro|xdrive|4motion|all4|allgrip|q4|sh ?awd|s ?awc|awc|e ?4orce|symmetrical|4 ?rm"
    r"|e ?awd"
)
_TWO_WHEELS = r"4 ?x ?2|2wd|sdrive"
_BODIES = {
    "convertible": r"cabrio|cabriolet|convertible|roadster|spider|spyder|volante",
    "wagon": r"wagon|variant|avant|sportwagen|allroad|station",
    "coupe": r"coupe",
    "hatchback": r"hatchback|hatch|hb|h/b|sportback",
    "sedan": r"sedan|notchback|sd",
    "pickup": r"pick ?up|doble cabina|dob cab|doble cab|cabina sencilla|cabina regular|cabina doble|crew ?cab|club ?cab"
    r"|supercrew|chasis cabina|chasis|king ?cab|cab sencilla|cab regular",
    "minivan": r"minivan",
    "van": r"van|panel|cargo van|furgon",
    "suv": r"suv",
}
_ELECTRIC = r"electric[oa]?|bev|ev|100% electrico"
_HYBRID = (
    r"hybrid|hibrid[oa]|hev|phev|mhev|plug ?in|e ?power|twin engine|recharge|(?:225|330|530|740|745)x?e|(?:25|30|45)e"
    r"|e ?hybrid|dm ?i"
)
_DIESEL = (
    r"diesel|turbodiesel|tdi|hdi|bluehdi|crdi|dci|cdi|tdci|d ?4d|multijet|bluetec|jtd|duramax|cummins"
    r"|(?:18|20|25|30|35|40|50)d"
)
_TWO_DOOR_CAB = r"cabina sencilla|cabina regular|cab sencilla|cab regular|chasis cabina|chasis"
_FOUR_DOOR_CAB = r"doble cabina|dob cab|doble cab|cabina doble|crew ?cab|supercrew"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])")


_IS_AUTOMATIC, _IS_MANUAL = _words(_AUTOMATIC), _words(_MANUAL)
_IS_ALL_WHEELS, _IS_TWO_WHEELS = _words(_ALL_WHEELS), _words(_TWO_WHEELS)
_IS_BODY = {body: _words(pattern) for body, pattern in _BODIES.items()}
_IS_ELECTRIC, _IS_HYBRID, _IS_DIESEL = _words(_ELECTRIC), _words(_HYBRID), _words(_DIESEL)
_IS_TWO_DOOR_CAB, _IS_FOUR_DOOR_CAB = _words(_TWO_DOOR_CAB), _words(_FOUR_DOOR_CAB)
_LITRES = re.compile(r"(?<![\d.,])(\d[.,]\d)(?![\d])(?!\s*(?:ptas?|puertas|plazas))")
_CC = re.compile(r"(?<!\d)(\d{3,4})\s*(?:cc|cm3)(?![a-z0-9])")
_DOORS = re.compile(r"(?<![\d.,])([2-6])\s*(?:ptas?|pts|puertas?|p|doors?|dr)(?![a-z0-9])")
_SEATS = re.compile(
    r"(?<![\d.,])(1[0-9]|[2-9])\s*(?:pasajeros?|pas|psj|plazas?|asientos?|asi|seats?|lugares|pax)(?![a-z0-9])"
)
_NOISE = re.compile(
    "|".join(
        pattern.pattern
        for pattern in (
            _IS_AUTOMATIC,
            _IS_MANUAL,
            _IS_ALL_WHEELS,
            _IS_TWO_WHEELS,
            _DOORS,
            _SEATS,
            _CC,
            *_IS_BODY.values(),
        )
    )
    + r"|(?<![\d.,])\d[.,]\d\s*(?:lts?|l|t)?(?![a-z0-9])|(?<![a-z0-9])(?:l|v|i)(?:3|4|5|6|8|10|12)(?![a-z0-9])"
)

_DOORS_OF_BODY = {"sedan": 4, "hatchback": 5, "suv": 5, "wagon": 5, "minivan": 5, "coupe": 2, "convertible": 2}


@dataclass(frozen=True, slots=True)
class VehicleFacts:
    """Derived facts of a version; None where unknown."""

    transmission: str | None = None
    drive: str | None = None
    body_style: str | None = None
    doors: int | None = None
    seats: int | None = None
    fuel: str | None = None
    engine_litres: Decimal | None = None


FACT_NAMES = tuple(field.name for field in fields(VehicleFacts))


def plain(version: str) -> str:
    """The version in lower case, without accents, signs between words as single spaces."""
    text = unicodedata.normalize("NFKD", version.casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^a-z0-9.,/&+%]+", " ", text).split())


@lru_cache(8192)
def read_version(version: str) -> VehicleFacts:
    """What a version text states, and nothing more."""
    text = plain(version)
    automatic, manual = bool(_IS_AUTOMATIC.search(text)), bool(_IS_MANUAL.search(text))
    return VehicleFacts(
        transmission=("automatic" if automatic else "manual") if automatic != manual else None,
        drive="awd" if _IS_ALL_WHEELS.search(text) else None,
        body_style=next((body for body, pattern in _IS_BODY.items() if pattern.search(text)), None),
        doors=_doors(text),
        seats=_number(_SEATS, text),
        fuel=_fuel(text),
        engine_litres=_litres(text),
    )


def derive(model: VehicleModel, version: str) -> tuple[VehicleFacts, frozenset[str]]:
    """All that is known of a model in a version.

    Returns:
        The facts, and the names of those that the text does not state.
    """
    stated = read_version(version)
    body = _body(stated, model)
    fuel = stated.fuel or model.fuel or _usual_fuel(stated, body)
    facts = VehicleFacts(
        transmission=stated.transmission or model.transmission,
        drive=stated.drive or _drive(version, model),
        body_style=body,
        doors=stated.doors or _doors_like(body, model),
        seats=stated.seats or _seats_like(stated, body, model),
        fuel=fuel,
        engine_litres=None if fuel == "electric" else stated.engine_litres or model.engine_litres,
    )
    known = ((name, getattr(facts, name)) for name in FACT_NAMES)
    return facts, frozenset(name for name, value in known if value is not None and value != getattr(stated, name))


@lru_cache(8192)
def trim(version: str) -> str:
    """What is left of a version without engine, gearbox, drive, body and counts: `SPORT`, `COMFORTLINE`."""
    return " ".join(_NOISE.sub(" ", plain(version)).split()).strip(" .,/").upper()


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found.group(1)) if found else None


def _doors(text: str) -> int | None:
    if _IS_FOUR_DOOR_CAB.search(text):
        return 4
    return 2 if _IS_TWO_DOOR_CAB.search(text) else _number(_DOORS, text)


def _litres(text: str) -> Decimal | None:
    for found in _LITRES.finditer(text):
        litres = Decimal(found.group(1).replace(",", "."))
        if Decimal("0.6") <= litres <= Decimal("8.5"):
            return litres
    if found_cc := _CC.search(text):
        litres = (Decimal(found_cc.group(1)) / 1000).quantize(Decimal("0.1"))
        return litres if Decimal("0.6") <= litres <= Decimal("8.5") else None
    return None


def _fuel(text: str) -> str | None:
    if _IS_HYBRID.search(text):
        return "hybrid"
    if _IS_DIESEL.search(text):
        return "diesel"
    return "electric" if _IS_ELECTRIC.search(text) else None


def _body(stated: VehicleFacts, model: VehicleModel) -> str | None:
    body = stated.body_style
    if body in ("coupe", "hatchback") and model.body_style == "suv":
        return "suv"  # a sloping roof makes no coupé of an SUV
    if body is not None:
        return body
    if model.body_style == "sedan" and stated.doors == 5:
        return "hatchback"
    if model.body_style == "hatchback" and stated.doors == 4:
        return "sedan"
    return model.body_style


def _drive(version: str, model: VehicleModel) -> str | None:
    if not _IS_TWO_WHEELS.search(plain(version)):
        return model.drive
    if model.drive in ("fwd", "rwd"):
        return model.drive
    return "rwd" if model.body_style == "pickup" else None


def _doors_like(body: str | None, model: VehicleModel) -> int | None:
    if body == model.body_style and model.doors is not None:
        return model.doors
    return _DOORS_OF_BODY.get(body) if body else None


def _seats_like(stated: VehicleFacts, body: str | None, model: VehicleModel) -> int | None:
    if body == "pickup" and stated.doors is not None:
        return 5 if stated.doors == 4 else 2
    if body == "convertible" and model.body_style != "convertible":
        return None
    return model.seats


def _usual_fuel(stated: VehicleFacts, body: str | None) -> str | None:
    """An engine with nothing said of its fuel burns gasoline, work vehicles apart."""
    usual = stated.engine_litres is not None and body not in ("pickup", "van", None)
    return "gasoline" if usual else None
