"""What Twilio takes and what it refuses: the form of a message, content templates and their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

Content = tuple[str, tuple[tuple[str, str], ...]]  # text and options: title and id
Error = dict[str, Any]


def filled(contents: Iterable[Mapping[str, Any]], form: Mapping[str, str]) -> tuple[Content, Error | None]:
    """What a content template says with its values: text and options; or the error."""
    sid = form.get("ContentSid")
    if sid is None:
        return (form.get("Body", ""), ()), None
    known = next((content for content in contents if content["sid"] == sid), None)
    if known is None:
        return ("", ()), error(21655, "The ContentSid is invalid", 400)
    values = known.get("variables", {}) | orjson.loads(form.get("ContentVariables") or "{}")
    ((kind, content),) = known["types"].items()

    def said(text: str) -> str:
        return re.sub(r"\{\{(\d+)\}\}", lambda found: str(values[found[1]]), text)

    options = tuple(
        (said(option.get("title") or option["item"]), said(option["id"]))
        for option in content.get("actions", content.get("items", ()))
    )
    if any(not value or len(value) > 1600 or "    " in value for value in values.values()):
        return ("", ()), error(21656, "The ContentVariables parameter is invalid", 400)
    longest = 20 if kind == "twilio/quick-reply" else 24
    titles = {title for title, _ in options}
    if len(titles) != len(options) or any(len(title) > longest for title in titles):
        return ("", ()), error(63013, "This message send failed because it violates channel policy", 400)
    return (said(content["body"]), options), None


def refused(form: Mapping[str, str]) -> Error | None:
    """Why a message is refused; None for one that is taken."""
    if not form.get("To"):
        return error(21604, "A 'To' phone number is required.", 400)
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return error(21603, "A 'From' phone number is required.", 400)
    if not form.get("Body") and not form.get("MediaUrl") and not form.get("ContentSid"):
        return error(21602, "Message body is required.", 400)
    if len(form.get("Body", "")) > 1600:
        return error(21617, "The concatenated message body exceeds the 1600 character limit.", 400)
    return None


def error(code: int, message: str, status: int) -> Error:
    """An error as Twilio words it."""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
