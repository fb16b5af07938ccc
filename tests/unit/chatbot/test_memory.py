from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.chatbot.memory import after, asked, farewell_only
from commercial_agent.conversation.cars import CarCriteria, CarFacts
from commercial_agent.conversation.findings import (
    AppointmentFinding,
    CarDescribed,
    CarsFound,
    Finding,
    HandoffFinding,
    NotUnderstood,
    SaleFinding,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import (
    AppointmentDraft,
    CatalogRequest,
    ConciergeRequest,
    FinanceKind,
    FinanceRequest,
    InfoRequest,
    PlanTerms,
    Request,
    SaleDraft,
)
from commercial_agent.conversation.state import Ask, DialogueState, Question, dump_state, load_state


def car(stock_id: str) -> CarFacts:
    return CarFacts(stock_id, "Kia", "Rio", 2020, "LX AUTO", Decimal(230_000), 30_000)


SEARCH = CatalogRequest(Intent.SEARCH)


def test_a_search_is_remembered_with_its_cars_in_order() -> None:
    criteria = CarCriteria(makes=("Kia",))
    state = after(DialogueState(), SEARCH, CarsFound(criteria, (car("1"), car("2")), total=9))
    assert [m.stock_id for m in state.shown] == ["1", "2"]
    assert (state.criteria, state.total, state.focus) == (criteria, 9, None)


def test_a_described_car_is_in_focus_and_the_list_stays() -> None:
    state = after(DialogueState(), SEARCH, CarsFound(CarCriteria(), (car("1"), car("2")), total=2))
    state = after(state, CatalogRequest(Intent.DETAIL), CarDescribed(car("2"), ()))
    assert state.focus == "2"
    assert [m.stock_id for m in state.shown] == ["1", "2"]


def test_a_described_car_from_elsewhere_does_not_shift_the_list() -> None:
    state = after(DialogueState(), SEARCH, CarsFound(CarCriteria(), (car("1"), car("2")), total=2))
    state = after(state, CatalogRequest(Intent.DETAIL), CarDescribed(car("7"), ()))
    assert state.focus == "7"
    assert [m.stock_id for m in state.shown] == ["1", "2"]
    assert state.mention("7") is not None


def test_plan_terms_carry_over() -> None:
    terms = PlanTerms(down_percent=Decimal(30), months=(60,))
    request = FinanceRequest(Intent.QUOTE, FinanceKind.QUOTE, terms=terms)
    state = after(DialogueState(), request, NotUnderstood())
    assert state.plan == terms


def test_filters_do_not_change_when_the_topic_does() -> None:
    state = DialogueState(criteria=CarCriteria(makes=("Kia",)))
    state = after(state, InfoRequest(Intent.WARRANTY, "¿qué garantía dan?"), NotUnderstood())
    assert state.criteria == CarCriteria(makes=("Kia",))


def test_a_reset_forgets_the_search_but_not_the_customer() -> None:
    state = DialogueState(name="Ana", criteria=CarCriteria(makes=("Kia",)), focus="1", turns=4)
    state = after(state, ConciergeRequest(Intent.RESET), Talked(Intent.RESET))
    assert (state.name, state.focus, state.turns) == ("Ana", None, 4)
    assert state.criteria.empty


def test_unclear_messages_in_a_row_are_counted_and_a_clear_one_ends_the_count() -> None:
    state = after(DialogueState(), ConciergeRequest(Intent.UNCLEAR), NotUnderstood(times=2))
    assert state.misunderstood == 2
    assert after(state, ConciergeRequest(Intent.THANKS), Talked(Intent.THANKS)).misunderstood == 0


requests = st.one_of(
    st.from_type(CatalogRequest),
    st.from_type(FinanceRequest),
    st.from_type(InfoRequest),
    st.from_type(ConciergeRequest),
)
findings = st.one_of(
    st.builds(
        CarsFound, cars=st.lists(st.from_type(CarFacts), max_size=3).map(tuple), used=st.none(), question=st.none()
    ),
    st.builds(CarDescribed, answers=st.just(())),
    st.builds(AppointmentFinding, status=st.sampled_from(["collecting", "booked", "changed", "cancelled", "none"]),
              draft=st.from_type(AppointmentDraft), branch=st.none(), starts_at=st.none(),
              question=st.just(Question(Ask.DAY))),
    st.builds(SaleFinding, status=st.sampled_from(["collecting", "received"]), draft=st.from_type(SaleDraft),
              passages=st.just(())),
    st.builds(Talked, intent=st.sampled_from(Intent)),
)  # fmt: skip


@given(st.lists(st.tuples(requests, findings), max_size=4))
def test_any_sequence_of_turns_leaves_a_state_that_can_be_saved(turns: list[tuple[Request, Finding]]) -> None:
    state = DialogueState()
    for request, finding in turns:
        state = after(state, request, finding)
    assert load_state(dump_state(state)) == state


def test_the_queue_is_remembered_until_it_is_left() -> None:
    request = ConciergeRequest(Intent.HUMAN)
    offered = after(DialogueState(), request, HandoffFinding("offered", "complaint"))
    assert offered.handoff is None
    waiting = after(offered, request, HandoffFinding("made", "accepted"))
    assert waiting.handoff == "waiting"
    assert after(waiting, request, HandoffFinding("left", "requested")).handoff is None


def test_a_dropped_draft_is_forgotten_a_kept_appointment_is_not() -> None:
    request = ConciergeRequest(Intent.DENY)
    draft = AppointmentDraft(branch="Explanada", name="Ana")
    dropped = after(DialogueState(appointment=draft), request, AppointmentFinding("dropped", draft))
    assert (dropped.appointment, dropped.name) == (None, "Ana")
    kept = AppointmentDraft(branch="Explanada", booking_id="b1")
    assert after(DialogueState(), request, AppointmentFinding("kept", kept)).appointment == kept
    assert after(DialogueState(sale=SaleDraft(make="Kia")), request, SaleFinding("dropped", SaleDraft())).sale is None


def test_the_car_for_sale_is_remembered_until_it_is_given_up() -> None:
    request, draft = ConciergeRequest(Intent.SELL_CAR), SaleDraft(make="Kia")
    asked_on = SaleFinding("received", draft, question=Question(Ask.SALE_CONDITION))
    assert after(DialogueState(), request, asked_on).sale == draft
    known = after(DialogueState(), request, SaleFinding("received", draft, question=Question(Ask.OPEN)))
    assert known.sale == draft
    assert after(known, request, SaleFinding("dropped", draft, question=Question(Ask.OPEN))).sale is None


def test_a_rating_is_asked_once() -> None:
    state = asked(DialogueState(), Question(Ask.RATING))
    assert state.rated
    assert asked(state, None).rated
    assert not asked(DialogueState(), Question(Ask.OPEN)).rated


def test_thanks_beside_an_answer_ends_nothing() -> None:
    thanks = Talked(Intent.THANKS, question=Question(Ask.RATING))
    answer = CarDescribed(car("1"), (), Question(Ask.QUOTE))
    assert [finding.question for finding in farewell_only((answer, thanks))] == [Question(Ask.QUOTE), None]
    assert farewell_only((thanks,)) == (thanks,)
    bye = Talked(Intent.GOODBYE)
    assert farewell_only((thanks, bye)) == (thanks, bye)
