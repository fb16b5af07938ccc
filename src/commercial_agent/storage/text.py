"""What PostgreSQL cannot store is taken out of texts here: NUL characters and lone surrogates."""

from __future__ import annotations

import secrets
import time
from typing import Any

import orjson

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: sorts as the number does


def clean(text: str) -> str:
    """The text without characters that PostgreSQL or UTF-8 refuse."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def clean_json(data: bytes) -> bytes:
    """JSON without escaped NUL characters, which `jsonb` refuses."""
    if b"\\u0000" not in data:
        return data
    return orjson.dumps(_scrubbed(orjson.loads(data)))


def to_json(value: Any) -> bytes:
    """The value as JSON that `jsonb` accepts; lone surrogates are replaced."""
    try:
        data = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        data = orjson.dumps(_scrubbed(value), option=orjson.OPT_NON_STR_KEYS)
    return clean_json(data)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value


def new_id() -> str:
    """An opaque id of 26 characters that sorts by the time it was made, so that index pages fill in order."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
