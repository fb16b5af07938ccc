"""The wording files, one per language, loaded once. They hold wording only: values come in formatted and stay text."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.replies.format import LOCALES

_VARIANT = re.compile(r"v\d+")
_MESSAGE = re.compile(r"^([a-z][\w-]*) =.*(?:\n[ \t]+.*)*", re.MULTILINE)  # with its indented lines
_LONGEST_PLACEABLE = 2400  # Project Fluent refuses longer values


class MissingWordingError(LookupError):
    """A wording file lacks a message, or a message lacks a value."""


class Wordbook:
    """The messages of one language.

    A message is a text, or several ways of saying it in the attributes `v1`, `v2` …; other attributes are
    grammatical forms.
    """

    def __init__(self, language: Language) -> None:
        from fluent.runtime import FluentBundle

        source = files("commercial_agent.replies").joinpath("wording", f"{language.value}.ftl").read_text("utf-8")
        self.language = language
        self._bundle = FluentBundle([LOCALES[language].replace("_", "-")], use_isolating=False)
        # Parsing a whole file takes a tenth of a second: each message is parsed when it is first said.
        self._sources = {match.group(1): match.group() for match in _MESSAGE.finditer(source)}
        self.keys = frozenset(self._sources)
        self._variants: dict[str, tuple[Any, ...]] = {}
        self._forms: dict[str, str] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.keys

    def variants(self, key: str) -> int:
        """How many ways there are of saying a message."""
        return len(self._patterns(key))

    def say(self, key: str, variant: int = 0, /, **values: str | int) -> str:
        """A message with its values.

        Args:
            key: the message.
            variant: which way of saying it; any number, taken modulo how many there are.
            values: texts, or whole numbers that only choose a plural form.

        Raises:
            MissingWordingError: no such message, or a value it needs is not given.
        """
        patterns = self._patterns(key)
        safe = {k: v[:_LONGEST_PLACEABLE] if isinstance(v, str) else v for k, v in values.items()}
        text, errors = self._bundle.format_pattern(patterns[variant % len(patterns)], safe)
        if errors:
            raise MissingWordingError(f"{self.language.value}.ftl, {key}: {errors[0]}")
        return str(text)

    def word(self, key: str, *forms: str) -> str:
        """A word in the first of the grammatical forms that the file has; its plain form otherwise."""
        known = f"{key}.{','.join(forms)}"
        if known not in self._forms:
            message = self._message(key)
            form = next((message.attributes[form] for form in forms if form in message.attributes), message.value)
            if form is None:
                raise MissingWordingError(f"{self.language.value}.ftl has no plain form of {key}")
            self._forms[known] = str(self._bundle.format_pattern(form, {})[0])
        return self._forms[known]

    def _message(self, key: str) -> Any:
        if key not in self.keys:
            raise MissingWordingError(f"{self.language.value}.ftl has no message {key}")
        if not self._bundle.has_message(key):
            self._parse(key)
        return self._bundle.get_message(key)

    def _parse(self, key: str) -> None:
        from fluent.runtime import FluentResource

        resource = FluentResource(self._sources[key])
        if any(type(entry).__name__ == "Junk" for entry in resource.body):
            raise MissingWordingError(f"{self.language.value}.ftl: {key} is not written as a message")
        self._bundle.add_resource(resource)

    def _patterns(self, key: str) -> tuple[Any, ...]:
        found = self._variants.get(key)
        if found is None:
            message = self._message(key)
            ways = tuple(pattern for name, pattern in message.attributes.items() if _VARIANT.fullmatch(name))
            found = ways or (message.value,)
            if found[0] is None:
                raise MissingWordingError(f"{self.language.value}.ftl: {key} says nothing")
            self._variants[key] = found
        return found


@lru_cache(8)
def wordbook(language: Language) -> Wordbook:
    """The wordbook of a language, loaded on first use."""
    return Wordbook(language)
