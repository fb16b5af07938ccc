"""`/plans/{token}.{pdf|xlsx|csv}`: the whole schedule of a plan, open to whoever holds the signed link."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from commercial_agent.api.problems import Problem
from commercial_agent.api.services import Services
from commercial_agent.finance.links import KINDS, InvalidLink

_AT_ONCE = 2  # documents that are drawn at the same time: a crowd of links must not take the threads of the chat


def create_router(services: Services) -> APIRouter:
    """The route of plan documents."""
    router = APIRouter(include_in_schema=False)
    drawing = asyncio.Semaphore(_AT_ONCE)

    @router.api_route("/plans/{token}.{kind}", methods=["GET", "HEAD"])
    async def plan(token: str, kind: str) -> Response:
        if services.plan_links is None or kind not in KINDS:
            raise Problem(404, "There is no such document.", "unknown_link")
        try:
            shared = services.plan_links.open(token)
        except InvalidLink as error:
            if error.reason == "link_expired":
                raise Problem(410, "This link has expired. Ask for the plan again in the chat.", error.reason) from None
            raise Problem(404, "This link is not valid. Ask for the plan again in the chat.", error.reason) from None
        from commercial_agent.finance.exports import MEDIA_TYPES, file_name, render

        async with drawing:
            body = await asyncio.to_thread(render, shared.quote, kind, shared.calculated_on, shared.language)
        headers = {
            "Content-Disposition": f'attachment; filename="{file_name(kind, shared.language)}"',
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
        }
        return Response(body, 200, headers, MEDIA_TYPES[kind])

    return router
