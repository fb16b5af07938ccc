"""Signed links to a plan's whole schedule.

A link carries the plan itself (price, down payment, months, rate, lines) and the moment it expires, under HMAC-SHA256:
no table is kept, nobody can ask for figures that were not offered, and a changed policy changes no old document.

Whoever serves `/plans/{token}.{csv|xlsx|pdf}` needs, for a `kind` out of `KINDS`:

    shared = links.open(token)      # InvalidLink: reason `link_invalid` is a 404, `link_expired` a 410
    body = render(shared.quote, kind, shared.calculated_on, shared.language)    # in a thread
    headers = {
        "content-type": MEDIA_TYPES[kind],
        "content-disposition": f'attachment; filename="{file_name(kind, shared.language)}"',
        "cache-control": "private, no-store",
        "x-robots-tag": "noindex",
    }

with `render`, `MEDIA_TYPES` and `file_name` from `commercial_agent.finance.exports`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commercial_agent.errors import InvalidInput, InvalidPlan
from commercial_agent.finance.extras import PLAIN, Cost, Extras, IvaOnInterest
from commercial_agent.finance.quotes import Quote, quote

LIFETIME = timedelta(days=7)
KINDS = ("pdf", "xlsx", "csv")
_PURPOSE = b"commercial-agent plan link v1"
_MAX_TOKEN = 4096  # characters
_LEAST_KEY = 16  # bytes


class InvalidLink(InvalidInput):
    """The link is not one of ours, or is no longer good."""

    code = "link_invalid"


@dataclass(frozen=True, slots=True)
class SharedPlan:
    """What a link opens."""

    quote: Quote
    calculated_on: date
    language: str  # ISO 639-1, of the document


class PlanLinks:
    """Makes and opens the links of one installation. Calling it is `make`: it serves as the finance agent's `links`."""

    def __init__(
        self, secret: str | bytes, base_url: str, clock: Callable[[], datetime], lifetime: timedelta = LIFETIME
    ) -> None:
        """Prepare the signing key.

        Args:
            secret: of the installation, at least 16 bytes; the key of the links is derived from it.
            base_url: where customers reach this server, without a trailing path.
            clock: the present moment, aware; its zone says which day a plan was calculated on.
            lifetime: how long a link is good.

        Raises:
            ValueError: the secret is too short.
        """
        raw = secret.encode() if isinstance(secret, str) else secret
        if len(raw) < _LEAST_KEY:
            raise ValueError(f"the secret of the links has fewer than {_LEAST_KEY} bytes")
        self._key = hmac.digest(raw, _PURPOSE, hashlib.sha256)
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._lifetime = lifetime

    def __call__(self, plan: Quote, language: str = "es") -> tuple[str, ...]:
        """The addresses of a plan's schedule as PDF, XLSX and CSV."""
        token = self.token(plan, language)
        return tuple(f"{self._base_url}/plans/{token}.{kind}" for kind in KINDS)

    def token(self, plan: Quote, language: str = "es") -> str:
        """The signed token of a plan: letters, digits, `-`, `_` and one `~`."""
        now = self._clock()
        content: dict[str, Any] = {
            "p": str(plan.price),
            "d": str(plan.down_payment),
            "m": plan.months,
            "r": str(plan.annual_rate),
            "c": now.date().isoformat(),
            "l": language,
            "e": int((now + self._lifetime).timestamp()),
        }
        if not plan.extras.plain:
            content["x"] = _pack(plan.extras)
        payload = json.dumps(content, separators=(",", ":"), ensure_ascii=True).encode()
        return f"{_text(payload)}~{_text(self._sign(payload))}"

    def open(self, token: str) -> SharedPlan:
        """The plan of a token.

        Raises:
            InvalidLink: `link_invalid` for anything we did not sign, `link_expired` past its time.
        """
        content = self._verified(token)
        if int(self._clock().timestamp()) >= content["e"]:
            raise InvalidLink("the link has expired: ask for the plan again", code="link_expired")
        extras = _unpack(content["x"]) if "x" in content else PLAIN
        try:
            plan = quote(content["p"], content["d"], content["m"], content["r"], extras=extras)
        except InvalidPlan as error:  # signed, but by a version with other limits
            raise InvalidLink from error
        return SharedPlan(plan, date.fromisoformat(content["c"]), content["l"])

    def _verified(self, token: str) -> dict[str, Any]:
        payload_text, mark, signature_text = token.partition("~")
        if not mark or len(token) > _MAX_TOKEN or not token.isascii():
            raise InvalidLink
        try:
            payload, signature = _bytes(payload_text), _bytes(signature_text)
        except (binascii.Error, ValueError) as error:
            raise InvalidLink from error
        if not hmac.compare_digest(self._sign(payload), signature):
            raise InvalidLink
        content: dict[str, Any] = json.loads(payload)
        return content

    def _sign(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(raw) != text:  # one spelling a token
        raise ValueError("not canonical")
    return raw


def _pack(extras: Extras) -> list[Any]:
    return [
        str(extras.commission),
        extras.commission_financed,
        str(extras.iva),
        extras.iva_on_interest.value,
        extras.iva_on_commission,
        str(extras.insurance),
        [[cost.name, str(cost.amount), cost.monthly, cost.compulsory] for cost in extras.costs],
        str(extras.step),
        extras.round_up,
    ]


def _unpack(values: list[Any]) -> Extras:
    commission, financed, iva, mode, iva_on_commission, insurance, costs, step, round_up = values
    return Extras(
        Decimal(commission),
        financed,
        Decimal(iva),
        IvaOnInterest(mode),
        iva_on_commission,
        Decimal(insurance),
        tuple(Cost(name, Decimal(amount), monthly, compulsory) for name, amount, monthly, compulsory in costs),
        Decimal(step),
        round_up,
    )
