"""The form in front of the web pages, where they have a password."""

from __future__ import annotations

import time
from collections import OrderedDict
from importlib.resources import files

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from commercial_agent.api.access import COOKIE, COOKIE_SECONDS, Access
from commercial_agent.api.problems import Problem

_TRIES = 10  # wrong passwords of one peer in a minute
_PEERS = 1000

_PAGE = files("commercial_agent.api").joinpath("login.html").read_text("utf-8")
_WRONG = '<p class="wrong" role="alert">Esa no es la contraseña.</p>'


def create_router(access: Access) -> APIRouter:
    """The routes of the login form."""
    router = APIRouter(include_in_schema=False)
    tries = Tries()

    @router.get("/login")
    async def form() -> Response:
        return HTMLResponse(_PAGE) if access.has_login else RedirectResponse("/", 303)

    @router.post("/login")
    async def login(request: Request) -> Response:
        peer = request.client.host if request.client else ""
        tries.allow(peer)
        password = (await request.form()).get("password")
        if not isinstance(password, str) or not access.password_fits(password):
            tries.failed(peer)
            return HTMLResponse(_PAGE.replace("<!--wrong-->", _WRONG), 401)
        response = RedirectResponse("/", 303)
        https = "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))
        response.set_cookie(
            COOKIE, access.new_session(), COOKIE_SECONDS, httponly=True, samesite="strict", secure=https, path="/"
        )
        return response

    @router.post("/logout")
    async def logout() -> Response:
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE)
        return response

    return router


class Tries:
    """Counts wrong passwords by peer over a minute, for the peers seen last."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def allow(self, peer: str) -> None:
        """Let the peer try.

        Raises:
            Problem: 429, too many wrong passwords in the last minute.
        """
        now = time.monotonic()
        recent = [when for when in self._failures.get(peer, ()) if now - when < 60]
        if len(recent) >= _TRIES:
            raise Problem(429, "Too many wrong passwords. Wait a minute.", "too_many_tries", {"Retry-After": "60"})
        if peer in self._failures:
            self._failures[peer] = recent

    def failed(self, peer: str) -> None:
        """A wrong password."""
        self._failures.setdefault(peer, []).append(time.monotonic())
        self._failures.move_to_end(peer)
        while len(self._failures) > _PEERS:
            self._failures.popitem(last=False)
