from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.conversation.cars import CarMention
from commercial_agent.conversation.state import MAX_SEEN, MAX_SHOWN, DialogueState, dump_state, load_state


@given(st.from_type(DialogueState))
def test_a_state_is_the_same_after_saving_and_loading(state: DialogueState) -> None:
    assert load_state(dump_state(state)) == state


def test_an_empty_state_takes_almost_no_room() -> None:
    assert len(dump_state(DialogueState())) < 40


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=12, unique=True), max_size=8))
def test_lists_of_cars_stay_bounded_and_never_hold_a_car_twice(pages: list[list[int]]) -> None:
    state = DialogueState()
    for page in pages:
        cars = tuple(CarMention(str(n), "Kia", "Rio", 2020, "LX", Decimal(200_000), 10) for n in page)
        shown, seen = state.with_shown(cars)
        state = DialogueState(shown=shown, seen=seen)
        ids = [car.stock_id for car in (*shown, *seen)]
        assert len(ids) == len(set(ids))
        assert len(shown) <= MAX_SHOWN
        assert len(seen) <= MAX_SEEN
        assert [car.stock_id for car in shown] == [str(n) for n in page[:MAX_SHOWN]]
