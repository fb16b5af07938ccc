from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest
from fluent.runtime import FluentResource

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.conversation.state import Ask
from commercial_agent.replies.questions import LONGEST_TITLE
from commercial_agent.replies.wordbook import MissingWordingError, wordbook


def messages(language: Language) -> dict[str, str]:
    source = files("commercial_agent.replies").joinpath("wording", f"{language.value}.ftl").read_text("utf-8")
    found = re.findall(r"^([a-z][\w-]*) =(.*?)(?=^[a-z][\w-]* =|^#|\Z)", source, flags=re.M | re.S)
    assert len(found) == len({name for name, _ in found}), "a message is defined twice"
    return dict(found)


@pytest.mark.parametrize("language", [Language.EN, Language.PT])
def test_every_language_says_the_same_messages_with_the_same_values(language: Language) -> None:
    spanish, other = messages(Language.ES), messages(language)
    assert spanish.keys() == other.keys()
    for name, text in spanish.items():
        # `n` only chooses a plural form, which not every language needs
        mine, theirs = (set(re.findall(r"\$(\w+)", body)) - {"n"} for body in (text, other[name]))
        assert mine == theirs, name


@pytest.mark.parametrize("language", Language)
def test_every_file_is_written_as_project_fluent_wants_it(language: Language) -> None:
    source = files("commercial_agent.replies").joinpath("wording", f"{language.value}.ftl").read_text("utf-8")
    entries: list[Any] = FluentResource(source).body
    assert {type(entry).__name__ for entry in entries} <= {"Message", "GroupComment", "ResourceComment", "Comment"}
    whole = {entry.id.name for entry in entries if type(entry).__name__ == "Message"}
    assert wordbook(language).keys == whole


@pytest.mark.parametrize("language", Language)
def test_every_question_intent_and_calculation_has_its_words(language: Language) -> None:
    words = wordbook(language)
    wanted = [f"ask-{ask.value.replace('_', '-')}" for ask in Ask]
    wanted += [f"intent-{intent.value.replace('.', '-').replace('_', '-')}" for intent in Intent]
    wanted += [f"calculated-{kind.value.replace('_', '-')}" for kind in FinanceKind]
    assert [name for name in wanted if name not in words] == []


@pytest.mark.parametrize("language", Language)
def test_buttons_fit_twenty_characters(language: Language) -> None:
    words = wordbook(language)
    titles = [words.word(key) for key in words.keys if key.startswith("button-") and key != "button-months"]
    titles += [words.word(key, "button") for key in words.keys if key.startswith("intent-")]
    assert [title for title in titles if len(title) > LONGEST_TITLE] == []


@pytest.mark.parametrize("language", Language)
def test_only_questions_ask(language: Language) -> None:
    asking = {name for name, text in messages(language).items() if "?" in text}
    assert all(name.startswith("ask-") for name in asking)


def test_a_message_without_its_value_is_an_error() -> None:
    with pytest.raises(MissingWordingError):
        wordbook(Language.ES).say("line-price")


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(MissingWordingError):
        wordbook(Language.ES).say("no-such-message")


def test_values_are_never_read_as_wording() -> None:
    said = wordbook(Language.ES).say("line-price", price='{ $secret } { "x" } -brand')
    assert said == 'Precio: { $secret } { "x" } -brand'


def test_a_very_long_value_is_cut_and_still_said() -> None:
    assert len(wordbook(Language.ES).say("line-price", price="9" * 10_000)) < 3000
