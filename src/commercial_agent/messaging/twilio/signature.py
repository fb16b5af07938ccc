"""Whether a webhook comes from Twilio: `X-Twilio-Signature` over the public address and every form field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from commercial_agent.errors import InvalidSettings

MAX_BODY_BYTES: Final = 64 * 1024  # more than any webhook of Twilio; the API answers 413 above it


class Verifier:
    """Checks signatures against the tokens in force.

    The address is built from what the operator configured and the request's raw path and query: behind a proxy the
    request's own scheme and host are not those that Twilio signed.
    """

    def __init__(
        self,
        public_base_url: str,
        tokens: Sequence[str],
        *,
        algorithms: Sequence[str] = (HMAC_SHA1, HMAC_SHA256),
    ) -> None:
        """Make a verifier.

        Args:
            public_base_url: the address Twilio calls, without the webhook's path.
            tokens: secrets that are accepted: the auth token, the next one while it is rotated, a shared key's secret.
            algorithms: those accepted. The request names its own in a header that is not signed itself.

        Raises:
            InvalidSettings: the address is none.
        """
        parts = urlsplit(public_base_url)
        try:
            valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            valid = False
        if not valid:
            raise InvalidSettings("PUBLIC_BASE_URL must be the address Twilio calls, like https://bot.example.com.")
        self._base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._validators = tuple(RequestValidator(token) for token in tokens if token)
        self._algorithms = frozenset(name.upper() for name in algorithms)

    def url(self, raw_path: bytes, query: bytes) -> str:
        """The address as Twilio requested it, with its original escapes and without a fragment."""
        path = raw_path.decode("latin-1").partition("?")[0]
        return self._base + path + (f"?{query.decode('latin-1')}" if query else "")

    def verify(self, raw_path: bytes, query: bytes, form: Any, headers: Mapping[str, str]) -> bool:
        """Whether the request is signed with one of the tokens.

        Args:
            raw_path: the path as it came over the wire (`scope["raw_path"]`).
            query: the query as it came (`scope["query_string"]`).
            form: every field with all its values (Starlette's FormData itself), or the JSON body as text.
            headers: of the request, looked up by Twilio's spelling or in lower case.
        """
        signature = _header(headers, SIGNATURE_HEADER)
        algorithm = get_signature_algorithm(_header(headers, SIGNATURE_SETTINGS_HEADER)).upper()
        if not signature or algorithm not in self._algorithms:
            return False
        url = self.url(raw_path, query)
        if isinstance(form, str) and "bodySHA256=" not in url:
            return False  # nothing would bind the body to the signature
        # every token is tried, so that the time taken does not tell which one fits
        results = [validator.validate(url, form, signature, algorithm) for validator in self._validators]
        return any(results)


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name) or headers.get(name.lower()) or ""
