"""Where a new wish could begin, and how the parts of a message look."""

from __future__ import annotations

from itertools import pairwise

import pytest

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.cuts import corrects, cuts, describes, is_particle, lead, owns
from commercial_agent.understanding.text import FoldedText


def parts(text: str, language: Language = Language.ES) -> list[str]:
    folded = FoldedText(text)
    places = [0, *(place for place, _ in cuts(folded, language, 1_500)), len(folded.text)]
    return [folded.text[a:b].strip() for a, b in pairwise(places)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("gracias por la info, ¿me mandas la tabla?", Language.ES, "?me mandas la tabla?"),
        ("aceitam dinheiro vivo? e qual é a taxa?", Language.PT, "e qual e a taxa?"),
        ("hola\ny los plazos?", Language.ES, "y los plazos?"),
    ],
)
def test_a_wish_may_begin_behind_a_courtesy_a_question_or_a_line(text: str, language: Language, expected: str) -> None:
    assert parts(text, language)[-1] == expected


def test_more_is_no_but_in_spanish() -> None:
    assert parts("algo mas barato") == ["algo mas barato"]


def test_a_pause_ends_no_sentence() -> None:
    assert [strong for _, strong in cuts(FoldedText("quiero... un jetta"), Language.ES, 100)] == [False]


def test_how_parts_look() -> None:
    assert is_particle("y si no, ")
    assert not is_particle("si, ")
    assert describes("es un march 2017")
    assert not describes("es automatico?")
    assert owns("tengo un versa 2016")
    assert corrects("i mean km")
    assert lead("y dime que garantia hay") == len("y dime ")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("lo vi anunciado, y otra, se puede apartar?", "y otra, se puede apartar?"),
        ("gustan los sedanes; otra duda: abren hoy?", "otra duda: abren hoy?"),
        ("i like it, one more thing, do you deliver?", "one more thing, do you deliver?"),
    ],
)
def test_an_announced_wish_begins_a_part(text: str, wish: str) -> None:
    folded = FoldedText(text)
    strong = {folded.text[place:] for place, ends in cuts(folded, Language.ES, 1_500) if ends}

    assert wish in strong


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("thanks so very much!", Language.EN),
        ("thank you a lot", Language.EN),
        ("gracias de verdad", Language.ES),
        ("obrigada mesmo!", Language.PT),
    ],
)
def test_how_much_one_thanks_is_no_wish_of_its_own(text: str, language: Language) -> None:
    assert len(parts(text, language)) == 1
