"""What Twilio's webhooks say, as typed values. Fields come and go without notice: none but the ids is required."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage
from commercial_agent.errors import InvalidInput

_MAX_ID: Final = 256
_MEDIA_KINDS: Final = {"image": "image", "audio": "audio", "video": "video"}
_CONTACT_TYPES: Final = {"text/vcard", "text/x-vcard", "text/directory"}


class InvalidWebhook(InvalidInput):
    """The webhook lacks what every message has."""

    code = "invalid_webhook"


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment at Twilio; fetching it needs the account's credentials."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a customer."""

    sid: str
    account_sid: str
    address: str  # the customer, opaque: a phone number or a business-scoped id
    sender: str  # our own address he wrote to
    kind: str  # as IncomingMessage.kind
    text: str
    payload: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    media: tuple[Media, ...] = ()
    profile_name: str | None = None
    external_id: str | None = None
    referral: Mapping[str, str] = field(default_factory=dict)
    replied_to: str | None = None
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> ConversationKey:
        """Whose conversation."""
        return ConversationKey(Channel.WHATSAPP, self.address)

    def incoming(self, received_at: datetime) -> IncomingMessage:
        """The message free of Twilio's form."""
        return IncomingMessage(
            self.text, received_at, self.kind, self.sid, self.payload, self.latitude, self.longitude, self.profile_name
        )


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of a message of ours."""

    sid: str
    account_sid: str
    status: str  # Twilio's word, lower case
    error_code: int | None = None
    error: str | None = None


def parse_inbound(form: Mapping[str, Any]) -> InboundMessage:
    """Read a message webhook from its decoded form (Starlette's FormData, or any mapping).

    Raises:
        InvalidWebhook: there is no message id or no sender.
    """
    raw = {str(key): str(form.get(key)) for key in form}
    sid = _id(raw, "MessageSid", "SmsMessageSid", "SmsSid")
    address = _id(raw, "From")
    kind, text, payload = _content(raw)
    location = _location(raw)
    return InboundMessage(
        sid=sid,
        account_sid=raw.get("AccountSid", ""),
        address=address,
        sender=raw.get("To", ""),
        kind="location" if location else kind,
        text=text,
        payload=payload,
        latitude=location[0] if location else None,
        longitude=location[1] if location else None,
        media=_media(raw),
        profile_name=raw.get("ProfileName") or None,
        external_id=raw.get("ExternalUserIdentifier") or None,
        referral={name: value for name, value in raw.items() if name.startswith("Referral") and value},
        replied_to=raw.get("OriginalRepliedMessageSid") or None,
        raw=raw,
    )


def parse_status(form: Mapping[str, Any]) -> StatusUpdate:
    """Read a status callback.

    Raises:
        InvalidWebhook: there is no message id or no status.
    """
    raw = {str(key): str(form.get(key)) for key in form}
    status = (raw.get("MessageStatus") or raw.get("SmsStatus") or "").strip().lower()
    if not status:
        raise InvalidWebhook("The status callback names no status.")
    code = raw.get("ErrorCode", "")
    return StatusUpdate(
        sid=_id(raw, "MessageSid", "SmsSid"),
        account_sid=raw.get("AccountSid", ""),
        status=status,
        error_code=int(code) if code.isascii() and code.isdigit() and len(code) < 10 else None,
        error=(raw.get("ChannelStatusMessage") or raw.get("ErrorMessage") or "")[:500] or None,
    )


def _id(raw: Mapping[str, str], *names: str) -> str:
    value = next((raw[name] for name in names if raw.get(name)), "")
    if not value or len(value) > _MAX_ID:
        raise InvalidWebhook(f"The webhook has no usable {names[0]}.")
    return value


def _content(raw: Mapping[str, str]) -> tuple[str, str, str | None]:
    """Kind, text and payload."""
    body = raw.get("Body", "")
    if media := _media(raw):
        return _media_kind(media[0].content_type, body), body, None
    if chosen := raw.get("ListId"):
        return "list", raw.get("ListTitle") or body, chosen
    if "ButtonPayload" in raw or raw.get("ButtonText"):
        return "button", raw.get("ButtonText") or body, raw.get("ButtonPayload") or None
    for name in ("InteractiveData", "ChannelMetadata"):
        if reply := _interactive(raw.get(name, "")):
            kind, title, payload = reply
            return kind, title or body, payload
    return "text", body, None


def _interactive(data: str) -> tuple[str, str, str] | None:
    """A chosen list item or tapped button inside the channel's own JSON, at whatever depth."""
    try:
        pending = [orjson.loads(data)] if data else []
    except orjson.JSONDecodeError:
        return None
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        if not isinstance(value, dict):
            continue
        for name, kind in (("list_reply", "list"), ("button_reply", "button")):
            reply = value.get(name)
            if isinstance(reply, dict) and isinstance(reply.get("id"), str):
                return kind, str(reply.get("title") or ""), reply["id"]
        pending.extend(value.values())
    return None


def media_of(form: Mapping[str, str]) -> tuple[Media, ...]:
    """The attachments that a stored form names."""
    return _media(form)


def _media(raw: Mapping[str, str]) -> tuple[Media, ...]:
    said = raw.get("NumMedia", "0")
    count = min(int(said), 10) if said.isascii() and said.isdigit() and len(said) < 4 else 0
    return tuple(
        Media(raw.get(f"MediaUrl{number}", ""), raw.get(f"MediaContentType{number}", "")) for number in range(count)
    )


def _media_kind(content_type: str, body: str) -> str:
    essence = content_type.partition(";")[0].strip().lower()
    if essence == "image/webp" and not body:
        return "sticker"
    if essence in _CONTACT_TYPES:
        return "contact"
    return _MEDIA_KINDS.get(essence.partition("/")[0], "document")


def _location(raw: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(raw["Latitude"]), float(raw["Longitude"])
    except (KeyError, ValueError):
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
