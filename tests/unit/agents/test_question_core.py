"""What a question asks, without what is only told beside it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from commercial_agent.agents.question_core import asked_to_know, cores, only_counts, outdoes, surest
from commercial_agent.knowledge.base import Hit

RETURN = frozenset({"return"})


@dataclass(frozen=True)
class Page:
    tag: str
    score: float

    def hit(self) -> Hit:
        return Hit(f"knowledge/{self.tag}.md", self.tag, self.tag, "", "es", self.score, (self.tag,))


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("como ya me salió malo uno, quisiera saber qué garantía dan", "qué garantía dan"),
        ("vengo de lejos, ¿me podría decir si abren los domingos?", "abren los domingos"),
        ("my wife is picky, so I was wondering if the car can go back", "the car can go back"),
        ("eu moro longe e gostaria de saber se vocês entregam aqui", "vocês entregam aqui"),
        ("¿cuánto dura la garantía?", ""),
    ],
)
def test_what_is_asked_behind_a_wish_to_know(told: str, asked: str) -> None:
    assert asked_to_know(told) == asked


def test_what_is_named_is_asked_of_first() -> None:
    found = cores("un vecino me habló de algo llamado Plan Dorado, ¿me explica en qué consiste?")
    assert found[0] == "Plan Dorado"


def test_one_clause_has_no_core() -> None:
    assert cores("¿cuánto dura la garantía?") == []


def test_a_clause_that_points_back_is_asked_of_nothing_alone() -> None:
    assert "cómo reviso eso" not in cores("me preocupa el reporte de robo, ¿cómo reviso eso?")


@pytest.mark.parametrize("words", ["le hago dos consultas", "Tengo un par de dudas", "two quick questions"])
def test_how_many_questions_follow_is_none_of_them(words: str) -> None:
    assert only_counts(words)


def test_a_page_of_the_topic_goes_before_a_first_that_is_less_sure() -> None:
    hits = [Page("selling", 0.4).hit(), Page("return", 0.7).hit()]
    best = surest(hits, RETURN)
    assert best is not None
    assert best.tags == ("return",)


def test_a_surer_first_page_stays() -> None:
    hits = [Page("buying", 0.8).hit(), Page("return", 0.4).hit()]
    best = surest(hits, RETURN)
    assert best is not None
    assert best.tags == ("buying",)


def test_a_core_must_be_surer_than_the_whole() -> None:
    whole = Page("return", 0.6).hit()
    assert not outdoes(Page("buying", 0.65).hit(), whole, RETURN, said=False)
    assert outdoes(Page("buying", 0.75).hit(), whole, RETURN, said=False)
    assert outdoes(Page("return", 0.55).hit(), whole, RETURN, said=True)
    assert not outdoes(None, whole, RETURN, said=True)
