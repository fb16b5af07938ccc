"""One wish in the many shapes people type it: dashes, clipped words, half sentences, roundabout questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.catalog.taxonomy import Taxonomy
from commercial_agent.conversation.cars import CarCriteria, CarMention, CarReference, Order, Range
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import (
    Analysis,
    AppointmentDraft,
    CatalogRequest,
    ConciergeRequest,
    Metric,
    Request,
)
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.scan import Phrases, Scan
from commercial_agent.understanding.segments import Segment
from commercial_agent.understanding.tracking import build_requests

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 12, tzinfo=ZONE)
ES, EN, PT = Language.ES, Language.EN, Language.PT


@lru_cache(1)
def reader() -> EntityReader:
    return EntityReader(Taxonomy.load(), time_zone=ZONE)


def car(stock_id: str, make: str, model: str, price: int) -> CarMention:
    return CarMention(stock_id, make, model, 2020, "", Decimal(price), 50_000, "suv", "automatic", 4_500)


SHOWN = (
    car("1", "Jeep", "Compass", 390_000),
    car("2", "Jeep", "Renegade", 380_000),
    car("3", "Kia", "Sportage", 350_000),
)
FRESH = DialogueState()
LOOKING = DialogueState(
    criteria=CarCriteria(models=("Jeep/Renegade", "Jeep/Compass"), price=Range(high=Decimal(400_000))),
    shown=SHOWN, last_intent=Intent.SEARCH,
)  # fmt: skip
COUNTED = DialogueState(criteria=CarCriteria(price=Range(high=Decimal(150_000))), last_intent=Intent.ANALYSE)


def read(
    text: str, intent: Intent, state: DialogueState = FRESH, language: Language = ES, confidence: float = 0.9
) -> Sequence[Request]:
    segments = (Segment(text, 0, len(text), intent, confidence),)
    return build_requests(text, language, segments, reader().read(text, language, NOW), state, NOW)


def values(text: str, kind: str, language: Language = ES) -> list[Any]:
    return [entity.value for entity in reader().read(text, language, NOW) if entity.kind == kind]


def catalog(requests: Sequence[Request]) -> CatalogRequest:
    (request,) = requests
    assert isinstance(request, CatalogRequest)
    return request


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("four-wheel drive", ["four", "wheel", "drive"]),
        ("7-seater", ["7", "seater"]),
        ("un cr-v o cx-5", ["un", "cr", "-", "v", "o", "cx", "-", "5"]),
        ("2019-2021", ["2019", "-", "2021"]),
        ("auto - sedán", ["auto", "-", "sedan"]),
    ],
)
def test_a_dash_joins_words_but_not_names_nor_years(text: str, words: list[str]) -> None:
    assert Scan(text).words == words


def test_a_phrase_written_with_a_dash_is_found_with_and_without_it() -> None:
    phrases = Phrases.of({1: ["mid - size"]})
    assert phrases.find(Scan("a mid-size car"))
    assert phrases.find(Scan("a mid size car"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("something that fits 8", EN), ("there's 8 of us", EN), ("8-seater", EN), ("room for 8", EN),
        ("auto para 8 personas", ES), ("somos 8 en la familia", ES), ("donde quepamos los 8", ES), ("8 pasajeros", ES),
        ("carro pra 8 pessoas", PT), ("somos em 8", PT),
    ],
)  # fmt: skip
def test_people_who_must_fit_are_seats(text: str, language: Language) -> None:
    assert values(text, "seats", language) == [Range(low=Decimal(8))]


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("any auto under 200k?", EN, ["automatic"]),
        ("auto trans please", EN, ["automatic"]),
        ("do you do auto loans", EN, []),
        ("un auto de 200 mil", ES, []),
        ("has it got android auto", EN, []),
    ],
)
def test_auto_is_a_gearbox_in_english_only(text: str, language: Language, wanted: list[str]) -> None:
    assert values(text, "transmission", language) == wanted


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("scratch the compass", EN), ("ditch the Compass please", EN), ("leave the compass out of it", EN),
        ("you know what, skip the compass", EN), ("keep the compass off the list", EN),
        ("saca la compass", ES), ("la compass mejor no", ES), ("ya no me muestres compass", ES),
        ("deja la compass fuera", ES), ("que ya no salga la compass", ES), ("não mostre mais o compass", PT),
    ],
)  # fmt: skip
def test_a_car_left_out_is_left_out_in_any_order_of_words(text: str, language: Language) -> None:
    for intent in (Intent.UNCLEAR, Intent.COMPARE, Intent.QUOTE):
        request = catalog(read(text, intent, LOOKING, language))
        assert request.criteria.models == ("Jeep/Renegade",)
        assert request.criteria.price == LOOKING.criteria.price


def test_taking_a_car_off_the_list_stops_no_messages() -> None:
    request = catalog(read("remove the Compass from the list", Intent.OPT_OUT, LOOKING, EN))
    assert request.intent is Intent.REFINE


def test_who_takes_himself_off_the_list_is_let_go() -> None:
    (request,) = read("remove me from the list", Intent.OPT_OUT, LOOKING, EN)
    assert request.intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿no tienen ningún eléctrico?", ES), ("no manejan eléctricos o qué", ES), ("¿no habrá eléctricos?", ES),
        ("don't you have any electric ones?", EN), ("não tem nenhum elétrico?", PT),
    ],
)  # fmt: skip
def test_what_is_asked_for_under_a_no_is_asked_for(text: str, language: Language) -> None:
    assert values(text, "fuel", language) == ["electric"]


def test_a_refusal_is_still_one() -> None:
    assert values("ningún eléctrico por favor", "fuel") == ["gasoline", "diesel", "hybrid"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿marcas?", ES), ("dime las marcas", ES), ("marcas que manejan", ES), ("brands?", EN), ("which makes", EN),
        ("quais marcas", PT),
    ],
)  # fmt: skip
def test_the_values_of_a_column_need_no_verb(text: str, language: Language) -> None:
    for intent in (Intent.ANALYSE, Intent.SEARCH):
        request = catalog(read(text, intent, FRESH, language))
        assert request.analysis == Analysis(Metric.LIST, "make", None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("de qué marca traen más autos", ES), ("cuál marca es la que más abunda", ES),
        ("what make do you carry the most", EN), ("which brand is most common", EN),
    ],
)  # fmt: skip
def test_the_commonest_value_is_a_count_of_each(text: str, language: Language) -> None:
    request = catalog(read(text, Intent.ANALYSE, COUNTED, language))
    assert request.analysis is not None
    assert (request.analysis.metric, request.analysis.group_by) == (Metric.COUNT, "make")


def test_cars_for_so_many_people_are_looked_for_not_listed() -> None:
    request = catalog(read("what cars do you have for 8 people?", Intent.SEARCH, FRESH, EN))
    assert request.intent is Intent.SEARCH


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("pickups: cuántas y la más barata", ES), ("dime cuántas pickups hay y la que cuesta menos", ES),
        ("qué tantas pickups manejan y cuál sale más barata", ES), ("pickups, how many, and the cheapest", EN),
    ],
)  # fmt: skip
def test_how_many_and_the_best_of_them_are_two_questions(text: str, language: Language) -> None:
    count, best = read(text, Intent.ANALYSE, FRESH, language)
    assert isinstance(count, CatalogRequest)
    assert isinstance(best, CatalogRequest)
    assert count.analysis is not None
    assert count.analysis.metric is Metric.COUNT
    assert best.criteria == CarCriteria(body_styles=("pickup",), order=Order("price"))


def test_an_adjective_in_a_count_asks_for_no_best() -> None:
    request = catalog(read("cuántos sedanes baratos hay", Intent.ANALYSE))
    assert request.analysis is not None


@pytest.mark.parametrize("text", ["¿y las SUV en promedio en cuánto andan?", "y el precio promedio de las SUV"])
def test_a_mean_price_is_not_taken_under_the_limit_spoken_of_before(text: str) -> None:
    request = catalog(read(text, Intent.ANALYSE, COUNTED))
    assert request.criteria == CarCriteria(body_styles=("suv",))


@pytest.mark.parametrize(
    ("text", "language", "place"),
    [
        ("último de la lista: ¿km?", ES, -1), ("segundo: precio", ES, 2), ("el tercero de esos tres", ES, 3),
        ("middle one, does it have bluetooth?", EN, 2), ("the last one on that list", EN, -1),
    ],
)  # fmt: skip
def test_a_place_in_the_list_may_stand_without_its_article(text: str, language: Language, place: int) -> None:
    assert [value.ordinals for value in values(text, "reference", language) if value.ordinals] == [(place,)]


def test_firstly_is_no_car() -> None:
    assert values("primero, quiero saber si dan crédito", "reference") == []


@pytest.mark.parametrize("label", [Intent.ANALYSE, Intent.MORE, Intent.OUT_OF_SCOPE])
def test_a_part_that_only_points_leads_the_next_one(label: Intent) -> None:
    text = "el de en medio, ¿trae quemacocos?"
    cut = text.index("¿")
    segments = (
        Segment(text[:cut], 0, cut, label, 0.9),
        Segment(text[cut:], cut, len(text), Intent.DETAIL, 0.9),
    )
    request = catalog(build_requests(text, ES, segments, reader().read(text, ES, NOW), LOOKING, NOW))
    assert request.about == CarReference(ordinals=(2,))
    assert request.attributes == ("sunroof",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("would you know if it has Bluetooth", EN), ("any idea how many miles per gallon it does", EN),
        ("¿sabrá usted si trae quemacocos?", ES), ("e o rendimento, sabe?", PT), ("¿y de qué color es?", ES),
    ],
)  # fmt: skip
def test_a_trait_of_the_car_at_hand_is_no_question_to_the_company(text: str, language: Language) -> None:
    near = replace(LOOKING, focus="2", last_intent=Intent.DETAIL)
    if (
        values(text, "attribute", language)
        or values(text, "equipment", language)
        or values(text, "not_in_data", language)
    ):
        assert catalog(read(text, Intent.DELIVERY, near, language, 0.45)).intent is Intent.DETAIL


@pytest.mark.parametrize("text", ["¿y de precio?", "cuánto sale?", "¿km?"])
def test_a_bare_attribute_after_a_list_is_of_its_cars(text: str) -> None:
    assert catalog(read(text, Intent.BUYING, LOOKING, confidence=0.8)).intent is Intent.DETAIL


@pytest.mark.parametrize(
    ("text", "language"),
    [("¿cuál rinde más?", ES), ("mejor rendimiento de gasolina?", ES), ("which is best on gas", EN)],
)
def test_what_no_column_says_is_asked_of_those_shown(text: str, language: Language) -> None:
    request = catalog(read(text, Intent.UNCLEAR, LOOKING, language, 0.4))
    assert request.intent is Intent.DETAIL
    assert request.attributes == ("fuel_economy",)


def test_a_wish_of_its_own_is_no_yes() -> None:
    offered = replace(LOOKING, focus="1", question=Question(Ask.QUOTE))
    request = catalog(read("sale pues, kia manual entonces", Intent.UNCLEAR, offered, confidence=0.4))
    assert request.criteria.makes == ("Kia",)


@pytest.mark.parametrize(
    ("text", "message", "asked"),
    [
        ("sorry, my Spanish is bad, English please?", EN, EN), ("english please", ES, EN),
        ("I don't speak Spanish", EN, EN), ("mejor en español, mi inglés es malo", ES, ES),
        ("¿hablas portugués?", ES, PT),
    ],
)  # fmt: skip
def test_of_two_languages_named_the_one_not_spoken_is_asked_for(text: str, message: Language, asked: Language) -> None:
    spoken = replace(FRESH, language=EN if asked is ES else ES)
    (request,) = read(text, Intent.LANGUAGE, spoken, message)
    assert isinstance(request, ConciergeRequest)
    assert request.language is asked


@pytest.mark.parametrize(
    ("text", "language"), [("car for 8 people", EN), ("auto para siete personas", ES), ("algo automático y chico", ES)]
)
def test_a_guess_that_a_car_is_sold_gives_way_to_what_one_should_be(text: str, language: Language) -> None:
    assert catalog(read(text, Intent.SELL_CAR, FRESH, language, 0.5)).intent is Intent.SEARCH


def test_a_car_of_ones_own_is_still_sold() -> None:
    (request,) = read("mi camioneta automática, ¿la compran?", Intent.SELL_CAR, FRESH, confidence=0.5)
    assert request.intent is Intent.SELL_CAR


@pytest.mark.parametrize(
    ("text", "language"),
    [("320 mejor", ES), ("o 350", ES), ("mejor 300", ES), ("380 then", EN)],
)
def test_a_bare_figure_after_a_search_moves_its_limit(text: str, language: Language) -> None:
    for intent in (Intent.QUOTE, Intent.UNCLEAR):
        request = catalog(read(text, intent, LOOKING, language, 0.6))
        assert request.criteria.models == LOOKING.criteria.models
        assert request.criteria.price is not None
        assert request.criteria.price.high != Decimal(400_000)


@pytest.mark.parametrize(
    ("text", "language"),
    [("newer than the first?", EN), ("más barato que el segundo", ES), ("más nuevos que el tercero", ES)],
)
def test_cars_beyond_one_of_the_list_are_looked_for(text: str, language: Language) -> None:
    request = catalog(read(text, Intent.DETAIL, LOOKING, language, 0.6))
    assert request.relative
    assert len(request.about.ordinals) == 1


@pytest.mark.parametrize("text", ["como el segundo pero más barato", "tipo el primero, más nuevo"])
def test_what_is_like_one_of_the_list_is_similar(text: str) -> None:
    assert catalog(read(text, Intent.REFINE, LOOKING)).similar


def test_a_car_left_out_after_a_comparison_leaves_the_others_of_it() -> None:
    compared = replace(LOOKING, criteria=CarCriteria(), last_intent=Intent.COMPARE)
    request = catalog(read("pensándolo bien, la compass ya no", Intent.UNCLEAR, compared))
    assert request.criteria.models == ("Jeep/Renegade", "Kia/Sportage")


@pytest.mark.parametrize("text", ["la más barata: ¿km?", "del segundo, km"])
def test_a_unit_that_ends_a_message_asks_for_it(text: str) -> None:
    assert "km" in values(text, "attribute")


@pytest.mark.parametrize(
    ("text", "language"),
    [("do you folks sell Toyota?", EN), ("¿ustedes venden pickups?", ES), ("vcs vendem Honda?", PT)],
)
def test_what_the_dealer_is_asked_to_sell_is_looked_for(text: str, language: Language) -> None:
    assert catalog(read(text, Intent.SELL_CAR, DialogueState(), language, 0.9)).intent is Intent.SEARCH


def test_an_oath_at_oneself_beside_the_moment_of_a_visit_is_no_insult() -> None:
    booking = DialogueState(appointment=AppointmentDraft(branch="Explanada"))
    (request,) = read("ay qué bruta soy, era el 4 de diciembre a las 11", Intent.ABUSE, booking)
    assert request.intent is Intent.APPOINTMENT
