"""What the people of the dealership need: desks that tell them, the sender of events, messages we start."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commercial_agent.chatbot.calendar import AppointmentLinks, CalendarEntry, calendar_file
from commercial_agent.chatbot.desk import Desks
from commercial_agent.conversation.reply import PhrasingContext
from commercial_agent.conversation.state import DialogueState
from commercial_agent.errors import InvalidSettings
from commercial_agent.messaging.events import EventSender, Mail, MailServer, Target, Webhook
from commercial_agent.messaging.outreach import Outreach
from commercial_agent.messaging.telling import Teller
from commercial_agent.profile import Profile
from commercial_agent.replies.speaker import Speaker
from commercial_agent.settings import Settings
from commercial_agent.storage.appointments import Appointments
from commercial_agent.storage.events import CRM, EMAIL, SELLERS, Events, Told
from commercial_agent.storage.leads import Leads
from commercial_agent.storage.operators import Operators

if TYPE_CHECKING:
    from commercial_agent.bootstrap.application import Application

_LEAST_SECRET = 16  # characters


def desks(settings: Settings, profile: Profile) -> Desks:
    """The desks of the turns: points for leads, and who is told.

    Raises:
        InvalidSettings: a webhook has no secret, or e-mail no sender or recipient.
    """
    signed = bool(settings.handoff_webhook_url or settings.crm_webhook_url)
    if signed and len(settings.webhook_secret.get_secret_value()) < _LEAST_SECRET:
        raise InvalidSettings(f"WEBHOOK_SECRET must have at least {_LEAST_SECRET} characters to sign webhooks.")
    if settings.smtp_host and not (settings.smtp_from and settings.sellers_email):
        raise InvalidSettings("SMTP_HOST needs SMTP_FROM and SELLERS_EMAIL.")
    handoffs: list[str] = [SELLERS] if settings.handoff_webhook_url else []
    if settings.smtp_host:
        handoffs.append(EMAIL)
    return Desks(profile.leads, Told((CRM,) if settings.crm_webhook_url else (), tuple(handoffs)))


@dataclass
class People:
    """The work beside the turns."""

    operators: Operators
    leads: Leads
    appointments: Appointments
    teller: Teller
    outreach: Outreach
    sender: EventSender | None

    @classmethod
    def build(cls, application: Application) -> People:
        """Make it; nothing runs yet."""
        profile, short = application.rooms.profile, application.database.short
        operators, leads, appointments = Operators(short), Leads(short), Appointments(short)
        teller = Teller(operators, leads, profile.dealer, profile.leads)
        whatsapp = application.whatsapp
        outreach = Outreach(
            operators,
            appointments,
            leads,
            profile.dealer,
            profile.outreach,
            application.now,
            whatsapp.messaging.sender.wake if whatsapp else None,
        )
        targets = _targets(application)
        sender = EventSender(Events(short), targets, teller, application.now) if targets else None
        return cls(operators, leads, appointments, teller, outreach, sender)

    def running(self) -> list[Coroutine[Any, Any, None]]:
        """What runs until it is cancelled."""
        work = [self.outreach.run()]
        if self.sender is not None:
            work.append(self.sender.run())
        return work

    async def stop(self) -> None:
        """Let connections go."""
        if self.sender is not None:
            await self.sender.close()


def _targets(application: Application) -> dict[str, Target]:
    settings = application.settings
    secret = settings.webhook_secret.get_secret_value()
    targets: dict[str, Target] = {}
    if settings.handoff_webhook_url:
        targets[SELLERS] = Webhook(settings.handoff_webhook_url, secret, application.now)
    if settings.crm_webhook_url:
        targets[CRM] = Webhook(settings.crm_webhook_url, secret, application.now)
    if settings.smtp_host:
        server = MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_username,
            settings.smtp_password.get_secret_value(),
        )
        targets[EMAIL] = Mail(server, settings.smtp_from, settings.sellers_email)
    return targets


class Calendar:
    """Calendar files of appointments, by signed token."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._appointments = Appointments(application.database.short)

    async def __call__(self, token: str) -> bytes | None:
        """The file of today's appointment; None when it is gone.

        Raises:
            UnknownAppointment: we did not sign the token.
        """
        application = self._application
        links: AppointmentLinks = application.rooms.appointment_links
        found = await self._appointments.get(links.open(token))
        if found is None:
            return None
        dealer, rooms = application.dealer, application.rooms
        speaker = Speaker(dealer, PhrasingContext(dealer.languages[0], DialogueState(), "", found.id))
        branches = rooms.branches.find(found.branch) if found.branch else ()
        place = f"{branches[0].name}, {branches[0].address}" if len(branches) == 1 else found.branch
        kind = speaker.label("visit", found.kind or "visit").capitalize()
        entry = CalendarEntry(
            uid=found.id,
            title=speaker.words.say("calendar-title", kind=kind, dealer=dealer.name),
            starts_at=found.starts_at,
            minutes=rooms.profile.appointments.slot_minutes,
            place=place,
            url=branches[0].map_url if len(branches) == 1 else "",
            cancelled=found.status == "cancelled",
        )
        return calendar_file(entry, application.now())
