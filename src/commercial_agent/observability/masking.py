"""Personal data out of what leaves the conversation: traces and the messages of other libraries in the log."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(r"\b[A-ZÑ&]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d\b", re.IGNORECASE), "[curp]"),
    (re.compile(r"\b[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}\b", re.IGNORECASE), "[rfc]"),
    (re.compile(r"\b[A-Z]{6}\d{8}[HM]\d{3}\b", re.IGNORECASE), "[ine]"),
    (re.compile(r"\b(?=[A-HJ-NPR-Z\d]{17}\b)(?=\w*\d)(?=\w*[A-Z])[A-HJ-NPR-Z\d]{17}\b", re.IGNORECASE), "[vin]"),
    # Mexican plates, with their hyphens or beside the word for them: a car's version looks like one without.
    (
        re.compile(
            r"(?<![\w-])(?:[A-Z]{3}-\d{3}-[A-Z]|[A-Z]{2,3}-\d{2}-\d{2,3}|[A-Z]{3}-\d{4}|[A-Z]{2}-\d{4}-[A-Z]"
            r"|\d{3}-[A-Z]{3}|[A-Z]\d{2}-[A-Z]{3}|[A-Z]-\d{2}-[A-Z]{3}|\d{2}-[A-Z]-\d{2}-?\d?)(?![\w-])",
            re.IGNORECASE,
        ),
        "[plates]",
    ),
    (
        re.compile(
            r"(?P<word>\b(?:placas?|matr[ií]culas?|plates?|emplacad[oa])\b"
            r"(?: (?:son|es|is|are|s[aã]o|é|n[uú]mero|number))?[ :#]{1,3})"
            r"(?:(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{5,8}|(?-i:[A-Z]{2,3} \d{2,4}(?: [A-Z\d]{1,3})?|\d{3} [A-Z]{3}))(?!\w)",
            re.IGNORECASE,
        ),
        r"\g<word>[plates]",
    ),
    # Amounts carry "$" or thousands commas and are kept: a trace without prices explains nothing.
    (re.compile(r"(?<![\w$.,+-])(?:\d[ -]?){12,18}\d(?![\w,]|\.\d)"), "[number]"),
    (re.compile(r"(?<![\w$.,])\+?\(?\d(?:[ ().-]{0,2}\d){9,14}(?![\w,]|\.\d)"), "[phone]"),
)
_PERSONAL_KEYS = frozenset({"address", "phone", "email", "profile_name", "wa_id", "from", "latitude", "longitude"})


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """The text with phone, identity and card numbers, e-mail addresses and the given names replaced by labels."""
    for pattern, label in _RULES:
        text = pattern.sub(label, text)
    for name in names:
        if len(name) > 1:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[name]", text, flags=re.IGNORECASE)
    return text


def mask(value: Any, names: Iterable[str] = ()) -> Any:
    """JSON-like data with every text masked and the values of personal keys taken out."""
    known = tuple(names)
    if isinstance(value, str):
        return mask_text(value, known)
    if isinstance(value, dict):
        return {
            key: "[masked]" if key in _PERSONAL_KEYS and item not in (None, "") else mask(item, known)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask(item, known) for item in value]
    return value
