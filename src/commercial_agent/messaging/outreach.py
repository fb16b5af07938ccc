"""Messages that we start: reminders, the hand-back of a neglected conversation, one follow-up. Never in quiet hours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.reply import PhrasingContext
from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.replies.format import clean
from commercial_agent.replies.render_concierge import moment
from commercial_agent.replies.speaker import Speaker
from commercial_agent.replies.whatsapp import split
from commercial_agent.storage.appointments import Appointment, Appointments
from commercial_agent.storage.leads import Lead, Leads
from commercial_agent.storage.operators import Contact, Operators

log = logging.getLogger(__name__)

_LOOK_S: Final = 30.0
_WINDOW: Final = timedelta(hours=23, minutes=50)  # of the channel, ended a little early
_JUST_MADE: Final = timedelta(hours=1)  # nobody is reminded of what he made a moment ago


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When we do not write first."""

    begin: time = time(21)
    end: time = time(9)

    def at(self, moment: datetime) -> bool:
        """Whether a moment is quiet; its own zone counts."""
        now = moment.timetz().replace(tzinfo=None)
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def over_after(self, moment: datetime) -> datetime:
        """When the quiet hours that a moment lies in, or before, are over."""
        end = datetime.combine(moment.date(), self.end, tzinfo=moment.tzinfo)
        return end if end > moment else end + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OutreachRules:
    """When we write first."""

    quiet: QuietHours = QuietHours()
    remind_hours: int = 3  # before an appointment; 0: never
    handback_hours: int = 12  # a person says nothing; 0: he keeps the conversation
    follow_up_hours: int = 0  # after interest without booking; 0: never


class Outreach:
    """Looks now and then whether there is something to say. Any number of processes may run one."""

    def __init__(
        self,
        operators: Operators,
        appointments: Appointments,
        leads: Leads,
        dealer: Dealer,
        rules: OutreachRules,
        clock: Callable[[], datetime],
        wrote: Callable[[], None] | None = None,
    ) -> None:
        """Make it.

        Args:
            operators: the conversations.
            appointments: to remind of.
            leads: to follow up.
            dealer: whom we speak for.
            rules: when.
            clock: the present moment in the dealer's zone (aware).
            wrote: called after writing, to wake the sender of this process.
        """
        self._operators = operators
        self._appointments = appointments
        self._leads = leads
        self._dealer = dealer
        self._rules = rules
        self._clock = clock
        self._wrote = wrote

    async def run(self) -> None:
        """Look until cancelled; survives the database's absence."""
        while True:
            try:
                if await self.look() and self._wrote is not None:
                    self._wrote()
            except DatabaseUnavailable:
                log.warning("outreach_waits_for_database")
            except Exception:
                log.exception("outreach_broke")
            await asyncio.sleep(_LOOK_S)

    async def look(self) -> int:
        """Write what is due now; how many messages.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        now = self._clock()
        if self._rules.quiet.at(now):
            return 0
        return await self._remind(now) + await self._take_back(now) + await self._follow_up(now)

    async def hand_back(self, contact: Contact, *, silence: bool = False) -> bool:
        """Give a conversation back to the bot and say so; False when no person had it.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        speaker = self._speaker(contact)
        key = "handback-silence" if silence else "handback"
        text = speaker.say(key, assistant=clean(self._dealer.assistant, 40))
        return await self._operators.hand_back(contact.id, split(text), self._clock())

    async def _remind(self, now: datetime) -> int:
        if not self._rules.remind_hours:
            return 0
        ahead = timedelta(hours=self._rules.remind_hours)
        until = now + ahead
        if self._rules.quiet.at(now + timedelta(hours=1)):  # what falls due in the night is said this evening
            until = self._rules.quiet.over_after(now + timedelta(hours=1)) + ahead
        due = await self._appointments.to_remind(now, until, made_before=now - _JUST_MADE)
        return sum([await self._remind_of(appointment, now) for appointment in due])

    async def _remind_of(self, appointment: Appointment, now: datetime) -> int:
        contact = await self._contact(appointment.conversation_id)
        if contact is None:
            return 0
        speaker = self._speaker(contact)
        when = moment(appointment.starts_at.astimezone(self._zone), speaker)
        if appointment.branch:
            text = speaker.say("reminder", when=when, where=clean(appointment.branch, 80))
        else:
            text = speaker.say("reminder-virtual", when=when)
        return int(await self._operators.tell(contact.id, split(text), now))

    async def _take_back(self, now: datetime) -> int:
        if not self._rules.handback_hours:
            return 0
        told = 0
        for conversation_id in await self._operators.neglected(now - timedelta(hours=self._rules.handback_hours)):
            contact = await self._contact(conversation_id)
            if contact is not None and await self.hand_back(contact, silence=contact.state.handoff != "attended"):
                log.info("conversation_taken_back", extra={"conversation_id": conversation_id})
                told += 1
        return told

    async def _follow_up(self, now: datetime) -> int:
        if not self._rules.follow_up_hours:
            return 0
        quiet_since = now - timedelta(hours=self._rules.follow_up_hours)
        due = await self._leads.to_follow_up(quiet_since, now - _WINDOW, now)
        return sum([await self._follow(lead, now) for lead in due])

    async def _follow(self, lead: Lead, now: datetime) -> int:
        contact = await self._contact(lead.conversation_id)
        if contact is None:
            return 0
        speaker = self._speaker(contact)
        names = {"assistant": clean(self._dealer.assistant, 40), "dealer": clean(self._dealer.name, 60)}
        cars = lead.data.get("cars") or {}
        focus = cars.get(contact.state.focus) or next(iter(cars.values()), None)
        if focus and focus.get("name"):
            text = speaker.say("follow-up", car=clean(focus["name"], 80), **names)
        else:
            text = speaker.say("follow-up-any", **names)
        return int(await self._operators.tell(contact.id, split(text), now))

    async def _contact(self, conversation_id: str) -> Contact | None:
        return next((c for c in await self._operators.find(conversation_id) if c.id == conversation_id), None)

    def _speaker(self, contact: Contact) -> Speaker:
        language = contact.language or self._dealer.languages[0]
        return Speaker(self._dealer, PhrasingContext(language, contact.state, "", contact.id))

    @property
    def _zone(self) -> ZoneInfo:
        return self._dealer.time_zone
