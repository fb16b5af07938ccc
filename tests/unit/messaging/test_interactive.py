from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.messaging.interactive import Shape, fit, numbered, shorten, utf16_length
from commercial_agent.messaging.outbox import one_line

titles = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
some_options = st.lists(st.tuples(titles, titles), max_size=12)


@given(some_options)
def test_what_fits_keeps_the_providers_limits_and_the_payloads(options: list[tuple[str, str]]) -> None:
    fitting = fit(options)
    if fitting is None:
        return
    shape, cut = fitting
    longest = 20 if shape.kind == "quick-reply" else 24
    assert shape.options == len(cut) == len(options)
    assert len(cut) <= (3 if shape.kind == "quick-reply" else 10)
    assert all(0 < utf16_length(title) <= longest for title, _ in cut)
    assert len({title.casefold() for title, _ in cut}) == len(cut)
    assert [payload for _, payload in cut] == [payload.strip() for _, payload in options]


def test_up_to_three_options_are_buttons_and_up_to_ten_a_list() -> None:
    def kind(count: int) -> str | None:
        fitting = fit([(f"Opción {n}", f"o{n}") for n in range(count)])
        return fitting[0].name if fitting else None

    assert [kind(n) for n in (0, 1, 3, 4, 10, 11)] == [
        None, "quick-reply/1", "quick-reply/3", "list-picker/4", "list-picker/10", None,
    ]  # fmt: skip


def test_titles_that_only_a_list_tells_apart_become_a_list() -> None:
    fitting = fit([("Volkswagen Jetta 2019 A", "a"), ("Volkswagen Jetta 2019 B", "b")])
    assert fitting is not None
    assert fitting[0].name == "list-picker/2"
    assert fit([("Volkswagen Jetta Comfortline A", "a"), ("Volkswagen Jetta Comfortline B", "b")]) is None


@pytest.mark.parametrize("options", [[("", "a")], [("a", " ")], [("a", "p" * 201)], [("a", "x"), ("b", "x")]])
def test_options_that_cannot_be_tapped_do_not_fit(options: list[tuple[str, str]]) -> None:
    assert fit(options) is None


@pytest.mark.parametrize("shape", [Shape("quick-reply", 3), Shape("list-picker", 10)])
def test_every_variable_of_a_shape_has_a_sample_of_its_own(shape: Shape) -> None:
    text = str(shape.types())
    samples = shape.samples()
    assert all(f"{{{{{number}}}}}" in text for number in samples)
    assert f"{{{{{len(samples) + 1}}}}}" not in text
    assert len(set(samples.values())) == len(samples)


def test_an_ellipsis_never_cuts_a_character_in_two() -> None:
    assert shorten("🚗🚗🚗🚗", 6) == "🚗🚗…"
    assert shorten("corto", 20) == "corto"


def test_options_are_numbered_unless_the_text_says_them_or_has_no_room() -> None:
    options = [("Sí", "si"), ("No,  gracias", "no")]
    assert numbered("¿Vienes?", options) == "¿Vienes?\n\n1. Sí\n2. No, gracias"
    assert numbered("¿2016 o 2019?", [("2016", "2016"), ("2019", "2019")]) == "¿2016 o 2019?"
    assert numbered("a" * 1590, options) == "a" * 1590
    assert numbered("a" * 1010, options, caption=True) == "a" * 1010
    assert numbered("hola", []) == "hola"


def test_a_template_gets_its_text_on_one_line() -> None:
    assert one_line("Hola:\n\n*1. Jetta*\n$200,000") == "Hola: *1. Jetta* $200,000"
