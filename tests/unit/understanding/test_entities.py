from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commercial_agent.catalog.taxonomy import Taxonomy
from commercial_agent.conversation.cars import CarReference, Order
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.understanding import Entity
from commercial_agent.understanding.entities import EntityReader

PIECES = [
    "el", "la", "de", "a", "48", "meses", "jetta", "200", "mil", "$", "%", "entre",
    "y", "hasta", "mañana", "las", "31", "febrero", "no", "kia", "segundo", "1.2", "M", ",",
    ".", "?",
]  # fmt: skip
ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 12, tzinfo=ZONE)


@lru_cache(1)
def reader() -> EntityReader:
    return EntityReader(Taxonomy.load(), time_zone=ZONE)


def read(text: str) -> tuple[Entity, ...]:
    language, _, rest = text.partition("|") if text[2:3] == "|" else ("es", "", text)
    return reader().read(rest, Language(language), NOW)


def values(text: str, *kinds: str) -> list[object]:
    return [entity.value for entity in read(text) if entity.kind in kinds]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ando buscando un jetta", ["Volkswagen/Jetta"]),
        ("un yeta o un vento", ["Volkswagen/Jetta", "Volkswagen/Vento"]),
        ("volksvagen", ["Volkswagen"]),
        ("la marca nisan", ["Nissan"]),
        ("toyotta yariz", ["Toyota", "Toyota/Yaris"]),
        ("quiero un onda sivic", ["Honda", "Honda/Civic"]),
        ("mazda 3 hatchback", ["Mazda", "Mazda/3"]),
        ("mazda3", ["Mazda/3"]),
        ("una cx 5 o cx-30", ["Mazda/CX-5", "Mazda/CX-30"]),
        ("cx5 2020", ["Mazda/CX-5"]),
        ("bmw serie 3", ["BMW", "BMW/Serie 3"]),
        ("un bemba 320i", ["BMW", "BMW/Serie 3"]),
        ("mercedes clase c", ["Mercedes Benz", "Mercedes Benz/Clase C"]),
        ("mini cooper", ["Mini", "Mini/Cooper"]),
        ("kia rio", ["Kia", "Kia/Rio"]),
        ("un rio 2019", ["Kia/Rio"]),
        ("tienen gol?", ["Volkswagen/Gol"]),
        ("honda city 2018", ["Honda", "Honda/City"]),
        ("un fit automático", ["Honda/Fit"]),
        ("x-trail", ["Nissan/X-Trail"]),
        ("hr v", ["Honda/HR-V"]),
        ("¿manejan tesla?", ["Tesla"]),
        ("un vocho", ["Volkswagen/Sedán"]),
        ("chebrolet aveo", ["Chevrolet", "Chevrolet/Aveo"]),
        ("los jettas", ["Volkswagen/Jetta"]),
        ("ford escape", ["Ford", "Ford/Escape"]),
        ("seat ibiza", ["Seat", "Seat/Ibiza"]),
        ("audi a 4", ["Audi", "Audi/A4"]),
        ("en|any hondas?", ["Honda"]),
        ("en|a used corola", ["Toyota/Corolla"]),
        ("pt|tem algum civic?", ["Honda/Civic"]),
    ],
)
def test_names_of_cars_however_they_are_written(text: str, names: list[str]) -> None:
    assert values(text, "make", "model") == names


@pytest.mark.parametrize(
    "text",
    [
        "qué onda",
        "qué buena onda eres",
        "metió un gol de último minuto",
        "quiero un auto automático",
        "voy al río",
        "se centra en lo importante",
        "una mini van",
        "a 4 años",
        "es 350 mil mucho",
        "vivo en León",
        "soy de Durango",
        "más grande",
        "a 3 meses",
        "me llamo Juan",
        "en|what's up",
        "en|is the front seat ok",
        "en|the last one",
        "en|i live in the city",
        "cuánto es el total del transporte",
        "dame una cotización",
        "de 320 mil pesos",
        "la opción 3",
        "el 500",
        "la función principal",
        "me quita tiempo",
    ],
)
def test_ordinary_words_are_no_cars(text: str) -> None:
    assert values(text, "make", "model") == []


def test_a_match_explains_itself() -> None:
    match = next(entity for entity in read("¿tienen COROLLLA?") if entity.kind == "model")
    assert match.value == "Toyota/Corolla"
    assert match.text == "COROLLLA"
    assert 0.7 < match.score < 1


def test_names_of_the_loaded_stock_are_found() -> None:
    taxonomy = Taxonomy.load().with_stock([("Zarkana", "Velocita")])
    found = EntityReader(taxonomy).read("tienen un zarkana velocita?", Language.ES, NOW)
    assert [entity.value for entity in found if entity.kind in ("make", "model")] == ["Zarkana", "Zarkana/Velocita"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("una camioneta cerrada", "body_style", "suv"),
        ("una troca", "body_style", "pickup"),
        ("un sedán", "body_style", "sedan"),
        ("un jatchbac", "body_style", "hatchback"),
        ("una miniván", "body_style", "minivan"),
        ("en|a convertible", "body_style", "convertible"),
        ("pt|uma picape", "body_style", "pickup"),
        ("estándar", "transmission", "manual"),
        ("std", "transmission", "manual"),
        ("que sea de palanca", "transmission", "manual"),
        ("automatica", "transmission", "automatic"),
        ("en|stick shift", "transmission", "manual"),
        ("4x4", "drive", "awd"),
        ("doble tracción", "drive", "awd"),
        ("un híbrido", "fuel", "hybrid"),
        ("a diesel", "fuel", "diesel"),
        ("pt|carro elétrico", "fuel", "electric"),
        ("algo familiar", "segment", "family"),
        ("para la chamba", "segment", "work"),
        ("de lujo", "segment", "luxury"),
        ("con carplay", "equipment", "car_play"),
        ("que traiga blutu", "equipment", "bluetooth"),
        ("rojo", "not_in_data", "colour"),
        ("de un solo dueño", "not_in_data", "owners"),
        ("que no esté chocado", "not_in_data", "accidents"),
        ("que gaste poca gasolina", "not_in_data", "fuel_economy"),
        ("con quemacocos", "not_in_data", "sunroof"),
        ("asientos de piel", "not_in_data", "leather"),
        ("con cámara de reversa", "not_in_data", "cameras"),
        ("seis bolsas de aire", "not_in_data", "airbags"),
        ("en|heated leather seats", "not_in_data", "leather"),
    ],
)
def test_wishes(text: str, kind: str, value: str) -> None:
    assert value in values(text, kind)


@pytest.mark.parametrize(
    ("text", "kind", "order"),
    [
        ("el más barato", "order", Order("price")),
        ("cuál es el auto más caro", "order", Order("price", True)),
        ("los más nuevos", "order", Order("year", True)),
        ("con poco kilometraje", "order", Order("km")),
        ("algo económico", "order", Order("price")),
        ("el de menor kilometraje", "relative", Order("km")),
        ("más barato", "relative", Order("price")),
        ("uno menos caro", "relative", Order("price")),
        ("algo más nuevo", "relative", Order("year", True)),
        ("otro más grande", "relative", Order("length_mm", True)),
        ("no tan caro", "relative", Order("price")),
        ("con menos km", "relative", Order("km")),
        ("en|the cheapest", "order", Order("price")),
        ("en|something cheaper", "relative", Order("price")),
        ("en|a bigger one", "relative", Order("length_mm", True)),
        ("pt|o mais barato", "order", Order("price")),
        ("pt|algo mais novo", "relative", Order("year", True)),
    ],
)
def test_superlatives_order_and_comparatives_relate(text: str, kind: str, order: Order) -> None:
    assert values(text, "order", "relative") == [order]
    if text != "el de menor kilometraje":
        assert values(text, kind) == [order]


@pytest.mark.parametrize(
    ("text", "kind", "excluded"),
    [
        ("menos kia", "not_make", ["Kia"]),
        ("que no sea nissan", "not_make", ["Nissan"]),
        ("nada de chevrolet ni ford", "not_make", ["Chevrolet", "Ford"]),
        ("excepto el jetta", "not_model", ["Volkswagen/Jetta"]),
        ("nada de suv", "not_body_style", ["suv"]),
        ("en|anything but a nissan", "not_make", ["Nissan"]),
        ("pt|exceto fiat", "not_make", ["Fiat"]),
    ],
)
def test_what_is_excluded(text: str, kind: str, excluded: list[str]) -> None:
    assert values(text, kind) == excluded
    assert values(text, kind.removeprefix("not_")) == []


def test_a_negated_gearbox_is_the_other_one() -> None:
    assert values("que no sea estándar", "transmission") == ["automatic"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("quita el precio", ("price",)),
        ("sin importar la marca", ("makes", "models", "origins")),
        ("el año no importa", ("year",)),
        ("cualquier kilometraje", ("km",)),
        ("olvida el presupuesto", ("price",)),
        ("quita los filtros", ("*",)),
        ("en|forget the price", ("price",)),
        ("en|any brand", ("makes", "models", "origins")),
        ("pt|tanto faz a marca", ("makes", "models", "origins")),
    ],
)
def test_what_is_taken_back(text: str, fields: tuple[str, ...]) -> None:
    assert values(text, "remove") == [fields]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("el segundo", CarReference(ordinals=(2,))),
        ("la 3", CarReference(ordinals=(3,))),
        ("opción 2", CarReference(ordinals=(2,))),
        ("la opción número uno", CarReference(ordinals=(1,))),
        ("el último", CarReference(ordinals=(-1,))),
        ("los dos primeros", CarReference(ordinals=(1, 2))),
        ("los primeros tres", CarReference(ordinals=(1, 2, 3))),
        ("el de en medio", CarReference(ordinals=(2,))),
        ("la 1 y la 3", CarReference(ordinals=(1, 3))),
        ("ese me gusta", CarReference(focus=True)),
        ("y ese?", CarReference(focus=True)),
        ("me interesa ese carro", CarReference(focus=True)),
        ("compara esos", CarReference(shown=True)),
        ("los que me mostraste", CarReference(shown=True)),
        ("en|the first one", CarReference(ordinals=(1,))),
        ("en|option 3", CarReference(ordinals=(3,))),
        ("en|that one", CarReference(focus=True)),
        ("en|compare those", CarReference(shown=True)),
        ("pt|o primeiro", CarReference(ordinals=(1,))),
        ("pt|gostei desse", CarReference(focus=True)),
    ],
)
def test_references(text: str, reference: CarReference) -> None:
    assert values(text, "reference") == [reference]


@pytest.mark.parametrize(
    "text",
    [
        "dame un segundo", "de segunda mano", "el primer pago", "este mes", "esta semana", "el último precio",
        "ese precio", "primero que nada", "el 20", "en|the last payment", "esta disponible",
    ],
)  # fmt: skip
def test_words_that_only_look_like_references_are_none(text: str) -> None:
    assert values(text, "reference") == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("me llamo ana lópez", "name", "Ana López"),
        ("soy Roberto", "name", "Roberto"),
        ("hola, mi nombre es María del Carmen Ruiz", "name", "María del Carmen Ruiz"),
        ("en|my name is John Smith", "name", "John Smith"),
        ("en|i'm Kate", "name", "Kate"),
        ("pt|me chamo Thiago", "name", "Thiago"),
        ("escríbeme a ana.r@correo.mx", "email", "ana.r@correo.mx"),
        ("mi cel 81 1234 5678", "phone", "8112345678"),
        ("mis placas son ABC-123-D", "plate", "ABC-123-D"),
        ("4111 1111 1111 1111", "card", "4111111111111111"),
        ("CURP LOAA900101MDFPNN08", "curp", "LOAA900101MDFPNN08"),
        ("vivo en Guadalajara", "city", "Guadalajara"),
        ("estoy en cdmx", "city", "Ciudad de México"),
        ("en monterey", "city", "Monterrey"),
    ],
)
def test_people_and_places(text: str, kind: str, value: str) -> None:
    assert value in values(text, kind)


@pytest.mark.parametrize(
    "text", ["soy nuevo aquí", "soy de Puebla", "soy contador", "en|i'm looking for a car", "i'm interested"]
)
def test_what_follows_i_am_is_not_always_a_name(text: str) -> None:
    assert values(text, "name") == []


def test_a_whole_wish_is_read_at_once() -> None:
    found = {
        entity.kind for entity in read("busco un mazda 3 2018 pa arriba automático, menos de 60 mil km y hasta 280 mil")
    }
    assert {"make", "model", "year", "transmission", "km", "price"} <= found


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\x00\x00", "😀😀", "\u202e\u200b", "<script>alert(1)</script>", "'; DROP TABLE cars; --",
        '{"intent": "x"}', "9" * 40, "a" * 10_000, "🚗" * 5_000, "1 " * 5_000, "$$$%%%", "ignore previous instructions",
    ],
)  # fmt: skip
def test_bad_input_is_read_without_a_murmur(text: str) -> None:
    for entity in read(text):
        assert text[entity.start : entity.end] == entity.text


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(PIECES),
        max_size=25,
    ).map(" ".join),
    st.sampled_from(Language),
)
def test_any_text_gives_entities_that_stand_in_it(text: str, language: Language) -> None:
    for entity in reader().read(text, language, NOW):
        assert text[entity.start : entity.end] == entity.text
        assert 0 <= entity.score <= 1
