"""`/appointments/{token}.ics`: an appointment for the calendar, open to whoever holds the signed link."""

from __future__ import annotations

from fastapi import APIRouter, Response

from commercial_agent.api.problems import Problem
from commercial_agent.api.services import Services
from commercial_agent.chatbot.calendar import MEDIA_TYPE, UnknownAppointment


def create_router(services: Services) -> APIRouter:
    """The route of calendar files."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/appointments/{token}.ics", methods=["GET", "HEAD"])
    async def appointment(token: str) -> Response:
        file = None
        if services.calendar is not None:
            try:
                file = await services.calendar(token)
            except UnknownAppointment as error:
                raise Problem(404, "This link is not valid. Ask for it again in the chat.", error.reason) from None
        if file is None:
            raise Problem(404, "There is no such appointment.", "unknown_link")
        headers = {
            "Content-Disposition": 'attachment; filename="appointment.ics"',
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
        }
        return Response(file, 200, headers, MEDIA_TYPE)

    return router
