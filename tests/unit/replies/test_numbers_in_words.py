from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.conversation.language import Language
from commercial_agent.replies.claims import claims
from commercial_agent.replies.evaluation.rephrase import in_words
from commercial_agent.replies.spelled import spelled_numbers


@given(st.integers(min_value=2, max_value=999_999), st.sampled_from(Language))
def test_a_number_in_words_is_read_back(number: int, language: Language) -> None:
    read = list(spelled_numbers(f"{in_words(number, language)} pesos", language))
    assert [found.value for found in read] == [Decimal(number)]


@pytest.mark.parametrize(
    ("text", "language", "kind", "value"),
    [
        ("cuesta $238,999.00", Language.ES, "money", "238999"),
        ("cuesta 238 mil 999 pesos", Language.ES, "money", "238999"),
        ("custa $238.999", Language.PT, "money", "238999"),
        ("parcelas de 4.565,27 pesos", Language.PT, "money", "4565.27"),
        ("a cuarenta y ocho meses", Language.ES, "months", "48"),
        ("a 48-month plan", Language.EN, "months", "48"),
        ("tasa del diez por ciento", Language.ES, "percent", "10"),
        ("con 45 mil km", Language.ES, "km", "45000"),
        ("mide 4,659 mm", Language.ES, "metres", "4.659"),
        ("modelo 2019", Language.ES, "year", "2019"),
        ("twenty-two cars", Language.EN, "count", "22"),
    ],
)
def test_a_claim_is_read_in_any_form(text: str, language: Language, kind: str, value: str) -> None:
    found = claims(text, language)
    assert [claim.kind for claim in found] == [kind]
    assert Decimal(value) in found[0].values


@pytest.mark.parametrize(
    ("text", "language", "minutes"),
    [
        ("6:00 p.m.", Language.ES, 18 * 60),
        ("a las 11", Language.ES, 11 * 60),
        ("at 4:30 PM", Language.EN, 16 * 60 + 30),
        ("às 16h30", Language.PT, 16 * 60 + 30),
    ],
)
def test_an_hour_is_read_in_any_form(text: str, language: Language, minutes: int) -> None:
    found = [claim for claim in claims(text, language) if claim.kind == "hour"]
    assert len(found) == 1
    assert Decimal(minutes) in found[0].values


def test_thanks_a_thousand_is_no_number() -> None:
    assert claims("¡Mil gracias!", Language.ES) == []
