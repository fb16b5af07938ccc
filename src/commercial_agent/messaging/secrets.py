"""What a customer sends unasked and nobody may keep is masked before it is stored; signatures are checked before that.

A number may come in pieces, one message each: they are found once the burst is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from commercial_agent.chatbot.privacy import MASK, mask, secret_spans
from commercial_agent.messaging.twilio.inbound import InboundMessage

# Ids, addresses and places are the provider's, made of digits too, and needed as they are.
_KEPT: Final = re.compile(
    r"From|To|WaId|ExternalUserIdentifier|Channel\w*Address|OriginalRepliedMessageSender|Latitude|Longitude|Num\w+|"
    r"ApiVersion|\w*Sid|Referral(?:SourceId|MediaId|CtwaClid)|MediaUrl\d+|\w*MediaContentType\d*"
)


def without_secrets(message: InboundMessage) -> InboundMessage:
    """The message as it may be stored: its text, its names and the provider's form."""
    return replace(
        message,
        text=mask(message.text)[0],
        payload=None if message.payload is None else mask(message.payload)[0],
        profile_name=None if message.profile_name is None else mask(message.profile_name)[0],
        referral=form_without_secrets(message.referral),
        raw=form_without_secrets(message.raw),
    )


def form_without_secrets(form: Mapping[str, str]) -> dict[str, str]:
    """The provider's form; what it carries as JSON is masked inside."""
    return {name: value if _KEPT.fullmatch(name) else _value(value) for name, value in form.items()}


def in_pieces(texts: Sequence[str]) -> tuple[str, ...] | None:
    """Messages whose texts hold a number only together, each without its part of it; None where they hold none."""
    starts = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    spans = secret_spans("\n".join(texts))
    masked = []
    for start, text in zip(starts, texts, strict=True):
        for first, last in reversed(spans):
            cut = max(first - start, 0), min(last - start, len(text))
            if cut[0] < cut[1]:
                text = text[: cut[0]] + MASK + text[cut[1] :]
        masked.append(text)
    return tuple(masked) if masked != list(texts) else None


def _value(value: str) -> str:
    if value[:1] in ("{", "["):
        try:
            return orjson.dumps(_deep(orjson.loads(value))).decode()
        except orjson.JSONDecodeError:
            pass
    return mask(value)[0]


def _deep(value: Any) -> Any:
    if isinstance(value, str):
        return _value(value)
    if isinstance(value, list):
        return [_deep(item) for item in value]
    if isinstance(value, dict):
        return {name: item if _KEPT.fullmatch(name) else _deep(item) for name, item in value.items()}
    return value
