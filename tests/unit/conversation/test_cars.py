from __future__ import annotations

from decimal import Decimal

import pytest

from commercial_agent.conversation.cars import CarCriteria, CarMention, CarReference, Order, Range, resolve


def mention(stock_id: str, model: str = "Jetta", price: int = 250_000, km: int | None = 40_000) -> CarMention:
    return CarMention(stock_id, "Volkswagen", model, 2019, "2.5 COMFORTLINE AUTO", Decimal(price), km)


SHOWN = (mention("1", price=250_000), mention("2", "Vento", 190_000, 80_000), mention("3", "Tiguan", 310_000, None))
SEEN = (mention("9", "Golf", 230_000),)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (CarReference(ordinals=(2,)), ("2",)),
        (CarReference(ordinals=(1, 2)), ("1", "2")),
        (CarReference(ordinals=(-1,)), ("3",)),
        (CarReference(ordinals=(4,)), ()),
        (CarReference(order=Order("price")), ("2",)),
        (CarReference(order=Order("price", descending=True)), ("3",)),
        (CarReference(order=Order("km")), ("1",)),
        (CarReference(criteria=CarCriteria(models=("Volkswagen/Tiguan",))), ("3",)),
        (CarReference(criteria=CarCriteria(models=("Volkswagen/Golf",))), ("9",)),
        (CarReference(criteria=CarCriteria(models=("SEAT/Ibiza",))), ()),
        (CarReference(criteria=CarCriteria(price=Range(high=Decimal(200_000)))), ("2",)),
        (CarReference(shown=True), ("1", "2", "3")),
        (CarReference(stock_ids=("77",)), ("77",)),
        (CarReference(), ()),
    ],
)
def test_a_reference_means_the_cars_of_this_conversation(reference: CarReference, expected: tuple[str, ...]) -> None:
    assert resolve(reference, SHOWN, SEEN, None) == expected


def test_it_means_the_car_in_focus() -> None:
    assert resolve(CarReference(focus=True), SHOWN, SEEN, "2") == ("2",)


def test_it_means_nothing_when_several_were_shown_and_none_is_in_focus() -> None:
    assert resolve(CarReference(focus=True), SHOWN, SEEN, None) == ()


def test_it_means_the_only_car_shown() -> None:
    assert resolve(CarReference(focus=True), SHOWN[:1], (), None) == ("1",)


def test_the_place_zero_means_no_car() -> None:
    assert resolve(CarReference(ordinals=(0,)), SHOWN, SEEN, None) == ()


def test_newer_criteria_replace_only_what_they_ask() -> None:
    old = CarCriteria(makes=("Nissan",), price=Range(high=Decimal(200_000)))
    new = old.overridden_by(CarCriteria(price=Range(high=Decimal(250_000)), transmissions=("automatic",)))
    assert new.makes == ("Nissan",)
    assert new.price.high == 250_000
    assert new.transmissions == ("automatic",)


def test_a_removed_condition_asks_nothing() -> None:
    assert CarCriteria(makes=("Nissan",), car_play=True).without("makes", "car_play").empty
