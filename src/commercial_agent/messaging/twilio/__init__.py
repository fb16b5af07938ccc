"""Twilio's WhatsApp channel: signatures, webhooks, the REST API, its errors."""

from __future__ import annotations

from commercial_agent.messaging.twilio.client import RemoteMessage, TwilioClient
from commercial_agent.messaging.twilio.errors import Action, SendFailed, Verdict, judge
from commercial_agent.messaging.twilio.inbound import (
    InboundMessage,
    InvalidWebhook,
    StatusUpdate,
    parse_inbound,
    parse_status,
)
from commercial_agent.messaging.twilio.signature import MAX_BODY_BYTES, Verifier

__all__ = [
    "MAX_BODY_BYTES",
    "Action",
    "InboundMessage",
    "InvalidWebhook",
    "RemoteMessage",
    "SendFailed",
    "StatusUpdate",
    "TwilioClient",
    "Verdict",
    "Verifier",
    "judge",
    "parse_inbound",
    "parse_status",
]
