"""Who may call what. From outside only the webhooks, the health pages and signed links are open."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import urlsplit

from itsdangerous import BadSignature, TimestampSigner
from starlette.types import Scope

from commercial_agent.api.problems import Problem
from commercial_agent.api.services import AccessConfig

COOKIE = "commercial_agent_session"
COOKIE_SECONDS = 12 * 3600
_OPEN_PREFIXES = ("/webhooks/", "/health/", "/plans/", "/appointments/")
_OPEN_PATHS = frozenset({"/login", "/logout", "/favicon.ico"})
_PROXY_HEADERS = frozenset(
    {b"forwarded", b"via", b"x-real-ip", b"x-original-host", b"cf-connecting-ip", b"true-client-ip"}
)


class Area(StrEnum):
    """The parts of the house that have a door of their own."""

    OPEN = "open"
    API = "api"
    METRICS = "metrics"
    CONSOLE = "console"  # everything that is nothing else


class NeedsLogin(Exception):
    """A person without a session asks for a page: show him the login form."""


def area_of(path: str) -> Area:
    """The part of the house that a path belongs to."""
    if path.startswith("/api/"):
        return Area.API
    if path in _OPEN_PATHS or path.startswith(_OPEN_PREFIXES):
        return Area.OPEN
    if path == "/metrics":
        return Area.METRICS
    return Area.CONSOLE


def is_local(scope: Scope) -> bool:
    """Whether this machine itself is calling, and no tunnel, proxy or foreign web page through it.

    A tunnel and a proxy arrive from loopback too: they are known by the headers they add or by the Host they keep. A
    web page of another site, open in a browser of this machine, is known by its Origin.
    """
    client = scope.get("client")
    if not client or not _is_loopback(str(client[0])):
        return False
    hosts = []
    for name, value in scope["headers"]:
        if name in _PROXY_HEADERS or name.startswith(b"x-forwarded"):
            return False
        if name == b"origin" and not _is_local_name(urlsplit(value.decode("latin-1")).netloc):
            return False
        if name == b"host":
            hosts.append(value)
    return len(hosts) == 1 and _is_local_name(hosts[0].decode("latin-1"))


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _is_local_name(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name == "localhost" or (name is not None and _is_loopback(name))


class Access:
    """Decides about one request at a time; knows nothing of responses."""

    def __init__(self, config: AccessConfig) -> None:
        self._chat_key = config.chat_api_key.encode()
        self._metrics_token = config.metrics_token.encode()
        self._password = config.console_password.encode()
        self._public_host = urlsplit(config.public_base_url).netloc
        # Changing the password or the secret ends every session.
        digest = hashlib.sha256(self._password).hexdigest()
        self._signer = TimestampSigner(config.secret_key + digest, salt="commercial-agent.console")

    @property
    def has_login(self) -> bool:
        """Whether the web pages ask for a password."""
        return bool(self._password)

    def check(self, scope: Scope) -> None:
        """Let the request pass.

        Raises:
            Problem: it may not; says what would open the door.
            NeedsLogin: a page was asked for without a session.
        """
        match area_of(scope["path"]):
            case Area.OPEN:
                return
            case Area.API:
                self._check_bearer(scope, self._chat_key, "CHAT_API_KEY")
            case Area.METRICS:
                self._check_bearer(scope, self._metrics_token, "METRICS_TOKEN")
            case Area.CONSOLE:
                self._check_console(scope)

    def password_fits(self, password: str) -> bool:
        """Whether this is the console's password."""
        return self.has_login and hmac.compare_digest(password.encode(), self._password)

    def new_session(self) -> str:
        """The value of a fresh session cookie."""
        return self._signer.sign(b"console").decode()

    def _check_bearer(self, scope: Scope, secret: bytes, setting: str) -> None:
        if not secret:
            if not is_local(scope):
                raise Problem(
                    403,
                    f"Without {setting} only programs on the same machine may call this, directly and by a local name. "
                    f"Set {setting} and send it as a bearer token.",
                    "local_only",
                )
            return
        kind, _, token = _header(scope, b"authorization").partition(b" ")
        if kind.lower() != b"bearer" or not hmac.compare_digest(token.strip(), secret):
            raise Problem(
                401, f"Send the value of {setting} as a bearer token.", "unauthorized", {"WWW-Authenticate": "Bearer"}
            )

    def _check_console(self, scope: Scope) -> None:
        if not self.has_login:
            if not is_local(scope):
                raise Problem(
                    403,
                    "Without CONSOLE_PASSWORD the pages open only on the machine that runs the agent, by a local name. "
                    "Set CONSOLE_PASSWORD to open them elsewhere.",
                    "local_only",
                )
            return
        if not self._has_session(scope):
            if scope["type"] == "http" and scope.get("method") in ("GET", "HEAD") and scope["path"] == "/":
                raise NeedsLogin
            raise Problem(401, "Log in at /login first.", "unauthorized")
        if not self._same_origin(scope):
            raise Problem(403, "The request comes from a page of another site.", "foreign_origin")

    def _has_session(self, scope: Scope) -> bool:
        try:
            cookies = SimpleCookie(_header(scope, b"cookie").decode("latin-1"))
        except CookieError:
            return False
        if COOKIE not in cookies:
            return False
        try:
            self._signer.unsign(cookies[COOKIE].value, max_age=COOKIE_SECONDS)
        except BadSignature:
            return False
        return True

    def _same_origin(self, scope: Scope) -> bool:
        origin = _header(scope, b"origin")
        if not origin:
            return True
        host = urlsplit(origin.decode("latin-1")).netloc
        return host in (_header(scope, b"host").decode("latin-1"), self._public_host)


def _header(scope: Scope, wanted: bytes) -> bytes:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value)
    return b""
