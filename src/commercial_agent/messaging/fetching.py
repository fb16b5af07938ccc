"""Files from the provider's hosts and from nowhere else: limits on time and size, redirects looked at one by one."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from commercial_agent.errors import ProviderUnavailable

if TYPE_CHECKING:
    import httpx

LARGEST: Final = 16 * 2**20  # bytes; WhatsApp takes no more
_MOST_REDIRECTS: Final = 3
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class FetchFailed(ProviderUnavailable):
    """A file could not be fetched."""

    code = "file_not_fetched"

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(code=reason)
        self.lasting = lasting  # the file itself is at fault: too large, of a wrong type


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file. Its type is what its first bytes say, not what anybody claims."""

    content_type: str
    content: bytes


class MediaFetcher:
    """Fetches the files of one account.

    The first address must be the account's own at the provider's API. Redirects lead to another host; they get no
    credentials, must be https, and are followed to the very address that was looked at, which must be public. Where the
    provider is a double on loopback, its redirects may stay on loopback.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        base_url: str,
        timeout: float = 6.0,
        largest: int = LARGEST,
        resolve: Resolve | None = None,
    ) -> None:
        """Make a fetcher.

        Args:
            account_sid: AC…
            auth_token: its secret.
            base_url: the provider's API; no other host is asked first.
            timeout: seconds for a file, redirects included.
            largest: bytes.
            resolve: looks addresses up.
        """
        self._auth = (account_sid, auth_token)
        base = urlsplit(base_url)
        self._origin = (base.scheme, base.hostname, base.port or _DEFAULT_PORTS.get(base.scheme))
        self._home = f"/2010-04-01/Accounts/{account_sid}/"
        self._loopback = _is_loopback(base.hostname or "")
        self._timeout = timeout
        self._largest = largest
        self._resolve = resolve or _look_up
        self._client: httpx.AsyncClient | None = None

    async def fetch(self, url: str) -> Fetched:
        """The file at an address of a webhook.

        Raises:
            FetchFailed: it is not there, not allowed, too large or too slow.
        """
        import httpx

        if not self._is_ours(url):
            raise FetchFailed("host", lasting=True)
        try:
            async with asyncio.timeout(self._timeout):
                content = await self._follow(url)
        except TimeoutError as error:
            raise FetchFailed("timeout") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise FetchFailed(type(error).__name__) from error
        return Fetched(type_of(content), content)

    async def close(self) -> None:
        """End the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _is_ours(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            origin = (parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme))
        except ValueError:
            return False
        plain = parts.username is None and "%" not in parts.path and "\\" not in url and "/." not in parts.path
        return origin == self._origin and plain and parts.path.startswith(self._home)

    async def _follow(self, url: str) -> bytes:
        answer = await self._get(url, auth=self._auth)
        for _ in range(_MOST_REDIRECTS):
            if not isinstance(answer, str):
                return answer
            url = urljoin(url, answer)
            answer = await self._elsewhere(url)
        if isinstance(answer, str):
            raise FetchFailed("redirects")
        return answer

    async def _elsewhere(self, url: str) -> bytes | str:
        """Another host: reached at an address that was looked at, so that a second look-up cannot change it."""
        import httpx

        parts = urlsplit(url)
        secure = parts.scheme == "https" or (self._loopback and parts.scheme == "http")
        if not secure or not parts.hostname or parts.username is not None:
            raise FetchFailed("redirect")
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        found = await self._resolve(parts.hostname, port)
        if not found or not all(map(self._may_be_asked, found)):
            raise FetchFailed("redirect")
        named = {"Host": parts.netloc}
        for address in found:
            literal = f"[{address}]" if ":" in address else address
            there = httpx.URL(url).copy_with(host=literal.strip("[]"), port=port)
            try:
                return await self._get(str(there), headers=named, sni=parts.hostname)
            except httpx.ConnectError:
                continue
        raise FetchFailed("ConnectError")

    def _may_be_asked(self, address: str) -> bool:
        return is_public(address) or (self._loopback and _is_loopback(address))

    async def _get(
        self, url: str, *, auth: tuple[str, str] | None = None, headers: dict[str, str] | None = None, sni: str = ""
    ) -> bytes | str:
        """The file, or where it is."""
        # no compression: a small answer must not become a large one
        wanted = {**(headers or {}), "Accept-Encoding": "identity"}
        extensions = {"sni_hostname": sni} if sni else None
        async with self._http().stream("GET", url, headers=wanted, auth=auth, extensions=extensions) as answer:
            if answer.is_redirect:
                return str(answer.headers["location"])
            if not answer.is_success:
                raise FetchFailed(f"http_{answer.status_code}", lasting=answer.status_code in (404, 410))
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise FetchFailed("encoding", lasting=True)
            if int(answer.headers.get("content-length", 0)) > self._largest:
                raise FetchFailed("too_large", lasting=True)
            content = bytearray()
            async for piece in answer.aiter_raw():
                content += piece
                if len(content) > self._largest:
                    raise FetchFailed("too_large", lasting=True)
        return bytes(content)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            import httpx

            self._client = httpx.AsyncClient(timeout=self._timeout, follow_redirects=False, trust_env=False)
        return self._client


async def _look_up(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address is of the open Internet, also where it is written inside an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None or ip in _TRANSLATED:
            return False
    return ip.is_global and not ip.is_multicast


_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_SIGNS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "audio/webm"),
)


def type_of(content: bytes) -> str:
    """The type that the first bytes of a file tell; "" where they tell none that we take."""
    for sign, name in _SIGNS:
        if content.startswith(sign):
            return name
    if content.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        return "" if content[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "audio/mp4"
    return ""
