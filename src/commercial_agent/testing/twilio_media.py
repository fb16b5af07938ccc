"""The files of Twilio's double: behind the account's credentials, then by a redirect to another host, like Twilio's."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

Send = Callable[[dict[str, Any]], Awaitable[None]]

ELSEWHERE: Final = "/elsewhere/"  # the other host's files
SILENCE: Final = b"OggS\x00\x02" + bytes(26) + b"\x01\x13OpusHead" + bytes(200)  # looks like a voice note
PAPER: Final = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
)
PHOTO: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(300)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file at the double, and what goes wrong when it is fetched."""

    content: bytes
    content_type: str
    redirect: str = ""  # where it is said to be instead of at the other host
    status: int = 200  # of the other host's answer
    silence_s: float = 0.0  # before the other host answers
    headers: tuple[tuple[bytes, bytes], ...] = ()  # of the other host's answer


@dataclass(slots=True)
class MediaShelf:
    """The files of one account."""

    account_sid: str
    faults: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)  # names, each time the content was sent
    files: dict[str, Stored] = field(default_factory=dict)

    def add(self, url: str, file: Stored) -> dict[str, str]:
        """Keep a file; the fields of the webhook that brings it.

        Args:
            url: the double's.
            file: what is kept.
        """
        name = "ME" + secrets.token_hex(16)
        self.files[name] = file
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/MM{secrets.token_hex(16)}/Media/{name}"
        return {"NumMedia": "1", "MediaUrl0": url + path, "MediaContentType0": file.content_type}

    async def serve(self, scope: Mapping[str, Any], send: Send, known: bool) -> bool:
        """Answer a request for a file; False where it is none. `known`: it carries the account's credentials."""
        path = str(scope["path"])
        if path.startswith(ELSEWHERE):
            await self._content(path.rpartition("/")[2], scope, send)
            return True
        if f"/Accounts/{self.account_sid}/Messages/" not in path or "/Media/" not in path:
            return False
        if known:
            await self._redirect(path.rpartition("/")[2], scope, send)
        else:
            await _answer(send, 401)
        return True

    async def _redirect(self, name: str, scope: Mapping[str, Any], send: Send) -> None:
        file = self.files.get(name)
        if file is None:
            return await _answer(send, 404)
        host = dict(scope["headers"])[b"host"].decode()
        there = file.redirect or f"http://localhost:{urlsplit('//' + host).port}{ELSEWHERE}{name}"
        await _answer(send, 307, ((b"location", there.encode()),))

    async def _content(self, name: str, scope: Mapping[str, Any], send: Send) -> None:
        headers = dict(scope["headers"])
        if b"authorization" in headers:
            self.faults.append("credentials went to another host")
        if not headers[b"host"].startswith(b"localhost"):
            self.faults.append("the other host was not named")
        file = self.files[name]
        await asyncio.sleep(file.silence_s)
        self.fetched.append(name)
        await _answer(send, file.status, ((b"content-type", file.content_type.encode()), *file.headers), file.content)


async def _answer(send: Send, status: int, headers: tuple[tuple[bytes, bytes], ...] = (), body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    for start in range(0, max(1, len(body)), 65_536):
        piece = body[start : start + 65_536]
        await send({"type": "http.response.body", "body": piece, "more_body": start + 65_536 < len(body)})
