"""Files behind signed links: plan tables and calendar entries, open to whoever holds the link."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Response

from commercial_agent.api.problems import Problem
from commercial_agent.api.services import Services

_MAX_TOKEN = 1024


def create_router(services: Services) -> APIRouter:
    """The routes of signed files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/plans/{token}.{extension}")
    async def plan(token: str, extension: str) -> Response:
        return await _download(services, "plans", token, extension)

    @router.get("/appointments/{token}.{extension}")
    async def appointment(token: str, extension: str) -> Response:
        return await _download(services, "appointments", token, extension)

    return router


async def _download(services: Services, kind: str, token: str, extension: str) -> Response:
    download = None
    if services.files is not None and len(token) <= _MAX_TOKEN:
        download = await services.files.open(kind, token, extension.lower())
    if download is None:
        raise Problem(404, "This link is not valid or has expired. Ask for a new one in the chat.", "unknown_link")
    name = quote(download.name)
    return Response(
        download.content,
        media_type=download.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
        },
    )
