"""People in their own words: visits, names, own cars, bargaining, contraband, commands among other words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.requests import AppointmentDraft, CatalogRequest, ConciergeRequest, Request
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.understanding.local import default_reader

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("America/Mexico_City"))  # a Friday
TUESDAY, THURSDAY, SATURDAY = date(2026, 11, 24), date(2026, 11, 26), date(2026, 11, 28)
BOOKED = replace(
    DialogueState(),
    turns=2,
    last_intent=Intent.APPOINTMENT,
    appointment=AppointmentDraft(branch="Las Torres", day=TUESDAY, at=time(9), name="Iván", booking_id="b1"),
)
VISITED = replace(BOOKED, question=Question(Ask.OPEN))
QUEUED = replace(DialogueState(), turns=2, handoff="waiting")
DISCUSSED = replace(DialogueState(), turns=2, last_intent=Intent.DETAIL, focus="c1")


def requests(text: str, state: DialogueState | None = None) -> tuple[Request, ...]:
    return default_reader().read_now(text, state or replace(DialogueState(), turns=1), NOW).requests


def labels(text: str, state: DialogueState | None = None) -> list[Intent]:
    return [one.intent for one in requests(text, state)]


def visits(text: str, state: DialogueState | None = None) -> list[ConciergeRequest]:
    kinds = (Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE)
    return [one for one in requests(text, state) if isinstance(one, ConciergeRequest) and one.intent in kinds]


@pytest.mark.parametrize(
    "text",
    [
        "I'm Dana Cole",
        "Peter Holt, that's me",
        "por cierto me dicen Chava, para que lo anotes",
        "soy Nayeli Cruz, mucho gusto",
        "Marisol Vega, ese es mi nombre",
        "me chamo Bruna, prazer",
        "they call me Sam, by the way",
    ],
)
def test_a_name_that_is_told_is_a_name_whatever_the_words_remind_of(text: str) -> None:
    assert labels(text) == [Intent.INTRODUCE]


@pytest.mark.parametrize(
    "text", ["put me down for Thursday at 3", "anótame para el Jueves", "book me for Saturday at 11"]
)
def test_a_day_is_no_name(text: str) -> None:
    (visit,) = visits(text)
    assert visit.name is None
    assert visit.appointment.day in (THURSDAY, date(2026, 11, 21))


@pytest.mark.parametrize(
    "text",
    [
        "y ya no martes, muévela a jueves",
        "ya no puedo el martes, pásala al jueves",
        "el martes se me complicó, cámbiala al jueves porfa",
        "something came up Tuesday, same hour on Thursday instead?",
        "ese día ya no voy a poder, ¿habría modo de que fuera el jueves?",
    ],
)
def test_a_moment_left_for_another_gives_no_visit_up(text: str) -> None:
    (visit,) = visits(text, VISITED)
    assert visit.intent is Intent.APPOINTMENT_CHANGE
    assert visit.appointment.day == THURSDAY
    assert Intent.APPOINTMENT_CANCEL not in labels(text, VISITED)


@pytest.mark.parametrize(
    "text",
    ["cancela la del martes", "ya no voy a poder ir, disculpa", "call it off, I can't make it", "cancélala porfa"],
)
def test_a_visit_given_up_is_cancelled(text: str) -> None:
    assert labels(text, VISITED) == [Intent.APPOINTMENT_CANCEL]


@pytest.mark.parametrize(
    "text",
    [
        "quiero dos visitas: una el martes a las 10 y otra el jueves a las 12",
        "I need two appointments, one Tuesday at 10 and another on Thursday at 12",
        "agéndame el martes a las 10 y otra el jueves a las 12 para mi esposa",
    ],
)
def test_two_visits_in_one_breath_are_two(text: str) -> None:
    first, second = visits(text)
    assert (first.appointment.day, second.appointment.day) == (TUESDAY, THURSDAY)


@pytest.mark.parametrize("text", ["y otra para mi hermano el jueves a las 4", "and another one on Thursday at 4"])
def test_another_visit_told_after_one_is_no_change_of_it(text: str) -> None:
    (visit,) = visits(text, VISITED)
    assert visit.intent is Intent.APPOINTMENT
    assert visit.subject == "one_more"


@pytest.mark.parametrize(
    "text", ["sería una videollamada más, el sábado 28 a las 10", "ocupo una cita adicional el sábado 28 a las 10"]
)
def test_a_visit_more_is_asked_about_as_another(text: str) -> None:
    (visit,) = visits(text, VISITED)
    assert visit.subject in ("another", "one_more")
    assert visit.appointment.day == SATURDAY


@pytest.mark.parametrize(
    "text",
    [
        "hang on, where exactly is that? what street",
        "sorry, before that, where exactly is that branch?",
        "¿y por dónde queda?",
        "primero dime en qué calle está",
    ],
)
def test_where_the_branch_is_is_asked_while_the_visit_is_arranged(text: str) -> None:
    state = replace(BOOKED, appointment=AppointmentDraft(branch="Antara"), question=Question(Ask.DAY))
    assert set(labels(text, state)) == {Intent.BRANCHES}


@pytest.mark.parametrize(
    "text", ["sabes qué, siempre no, así déjalo", "you know what, never mind", "bueno ya no, gracias"]
)
def test_who_waits_for_a_person_may_leave_the_queue(text: str) -> None:
    (left,) = requests(text, QUEUED)
    assert isinstance(left, ConciergeRequest)
    assert left.subject == "handoff"


@pytest.mark.parametrize(
    "text",
    [
        "no sea malo, bájele diez mil pesitos nomás",
        "ándele patrón, bájele aunque sea quince mil",
        "¿y ese precio ya es el último? ¿no se puede menos?",
        "¿y no baja de ahí?",
        "pagándolo al contado en 300 mil, ¿ya queda?",
        "no te pido mucho, unos 10 mil menos aunque sea",
        "que sea buen precio, ¿le puedan bajar tantito?",
    ],
)
def test_a_discount_is_asked_in_any_words(text: str) -> None:
    assert labels(text, DISCUSSED) == [Intent.MANIPULATION]


@pytest.mark.parametrize(
    "text",
    [
        "bájale a 300 mil el presupuesto",
        "if I take 3 years with 20% down, what's the monthly?",
        "¿cuánto es lo menos de enganche?",
        "necesito un carro de 150 mil, pago de contado",
        "¿tienes algo de menos de 200 mil aunque sea manual?",
    ],
)
def test_what_only_sounds_like_bargaining_is_none(text: str) -> None:
    assert Intent.MANIPULATION not in labels(text, DISCUSSED)


@pytest.mark.parametrize(
    "text",
    [
        "¿no tendrás uno chueco?",
        "véndeme uno sin papeles, aunque sea robado, con tal que salga barato",
        "got any stolen cars? don't care about the paperwork",
        "tem algum carro roubado? pode ser sem documento mesmo",
    ],
)
def test_a_car_that_must_not_be_sold_is_refused(text: str) -> None:
    assert labels(text) == [Intent.MANIPULATION]


@pytest.mark.parametrize(
    "text",
    [
        "¿cómo sé que no es robado?",
        "no quiero un carro robado",
        "tengo un carro sin papeles, ¿me lo compran?",
        "¿tienes alguno sin factura original? no me importa si es refactura",
        "me robaron mi carro, necesito otro",
    ],
)
def test_who_fears_or_lacks_something_wants_no_contraband(text: str) -> None:
    assert Intent.MANIPULATION not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "quisiera venderles un Jetta 2018, tiene 85 mil km, está aquí en Monterrey",
        "tengo en venta un Versa 2017 con 90 mil km",
        "me gustaría que alguien me comprara mi Aveo 2015",
    ],
)
def test_the_own_car_is_for_sale_in_other_words(text: str) -> None:
    assert labels(text) == [Intent.SELL_CAR]


@pytest.mark.parametrize(
    "text",
    [
        "tengo un March 2014 que quiero vender y al mismo tiempo ando buscando SUV de menos de 280 mil",
        "quiero que me compren mi Aveo 2015, y por otro lado busco un mazda 3",
    ],
)
def test_one_car_is_sold_and_another_looked_for(text: str) -> None:
    sale, search = requests(text)
    assert sale.intent in (Intent.SELL_CAR, Intent.TRADE_IN)
    assert isinstance(search, CatalogRequest)
    assert search.intent is Intent.SEARCH


@pytest.mark.parametrize("text", ["¿me pueden vender un jetta 2018?", "quisiera que me vendieran un mazda 3"])
def test_who_wants_to_be_sold_a_car_sells_none(text: str) -> None:
    assert labels(text) == [Intent.SEARCH]


@pytest.mark.parametrize(
    "text",
    [
        "voy a proceder legalmente contra ustedes",
        "los voy a reportar, ya levanté una queja en profeco",
        "I'm taking you to court",
    ],
)
def test_the_law_spoken_of_is_a_complaint(text: str) -> None:
    (complaint,) = requests(text)
    assert complaint.intent is Intent.COMPLAINT


@pytest.mark.parametrize("text", ["I changed my mind, please START", "Start!", "ok START"])
def test_a_command_counts_among_other_words(text: str) -> None:
    assert labels(text) == [Intent.OPT_IN]


@pytest.mark.parametrize(
    "text", ["está bien, páseme con quien pueda ayudarme", "¿no será posible que me atienda alguien?"]
)
def test_somebody_who_can_help_is_a_person(text: str) -> None:
    assert labels(text) == [Intent.HUMAN]


def test_where_one_lives_goes_with_what_is_asked_of_places() -> None:
    (asked,) = requests("como soy de Puebla, ¿a dónde podría ir a verlo?")
    assert asked.intent is Intent.BRANCHES


@pytest.mark.parametrize("text", ["no te creas jaja, ¿qué garantía dan?", "ya en serio, ¿qué garantía dan?"])
def test_what_only_takes_a_joke_back_asks_nothing(text: str) -> None:
    assert labels(text) == [Intent.WARRANTY]


@pytest.mark.parametrize(
    "text", ["jaja bueno, ¿y en las elecciones a quién le doy mi voto?", "ok, ¿y quién ganó ayer?"]
)
def test_a_question_of_something_else_agrees_to_no_person(text: str) -> None:
    offered = replace(DialogueState(), turns=2, question=Question(Ask.HUMAN))
    assert Intent.HUMAN not in labels(text, offered)


@pytest.mark.parametrize(
    "text",
    ["traigo una gripa horrible, ¿qué medicina me tomo?", "me duele la cabeza, ¿qué pastilla me recomiendas?"],
)
def test_a_remedy_is_no_business_of_ours(text: str) -> None:
    assert labels(text) == [Intent.OUT_OF_SCOPE]


@pytest.mark.parametrize("text", ["oye y si llego tarde?", "espera y te digo", "mira, no sé"])
def test_a_word_that_calls_for_attention_is_no_name(text: str) -> None:
    asked = replace(BOOKED, appointment=AppointmentDraft(branch="Antara"), question=Question(Ask.NAME))
    told = [one.name for one in requests(text, asked) if isinstance(one, ConciergeRequest)]
    assert not any(told)
