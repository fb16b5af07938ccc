"""Events in full: what a webhook's JSON holds and what an e-mail says. Read when sent, so never older than needed."""

from __future__ import annotations

from typing import Any

from commercial_agent.chatbot.handover import LAST, Handover, mood, summarise
from commercial_agent.chatbot.leads import LeadRules
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.messaging.events import Told
from commercial_agent.storage.events import HANDOFF, Event
from commercial_agent.storage.leads import Lead, Leads
from commercial_agent.storage.operators import Contact, Operators


class Teller:
    """Tells events in full."""

    def __init__(self, operators: Operators, leads: Leads, dealer: Dealer, rules: LeadRules) -> None:
        self._operators = operators
        self._leads = leads
        self._dealer = dealer
        self._rules = rules

    async def __call__(self, event: Event) -> Told | None:
        """An event in full; None where its customer was erased.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        head = {"id": event.id, "type": event.kind, "at": event.at.isoformat()}
        if event.kind == HANDOFF:
            return await self._handoff(event, head)
        found = await self._leads.get(event.subject)
        if found is None:
            return None
        return Told({**head, "lead": self.lead(found[0])})

    async def summary(self, contact: Contact) -> Handover:
        """What a seller needs before he writes.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        leads = await self._leads.of(contact.id)
        messages = await self._operators.messages(contact.id, LAST)
        intents = await self._operators.intents(contact.id)
        return summarise(contact, leads, messages, intents, self._dealer, self._rules)

    def lead(self, lead: Lead) -> dict[str, Any]:
        """A lead as JSON: whose, what about, how warm and why."""
        return {
            "id": lead.id,
            "conversation_id": lead.conversation_id,
            "channel": lead.channel,
            "address": lead.address,
            "name": lead.name,
            "kind": lead.kind,
            "interest": lead.interest,
            "stage": lead.stage,
            "score": lead.score,
            "heat": self._rules.heat(lead.score),
            **dict(lead.data),
            "source": dict(lead.referral) if lead.referral else None,
            "created_at": lead.created_at.isoformat(),
            "updated_at": lead.updated_at.isoformat(),
        }

    async def _handoff(self, event: Event, head: dict[str, Any]) -> Told | None:
        found = [c for c in await self._operators.find(event.conversation_id) if c.id == event.conversation_id]
        if not found:
            return None
        contact, leads = found[0], await self._leads.of(event.conversation_id)
        summary = await self.summary(contact)
        body = {
            **head,
            "conversation": {
                "id": contact.id,
                "channel": contact.channel,
                "address": contact.address,
                "name": contact.name,
                "language": contact.language,
                "mood": mood(await self._operators.intents(contact.id)),
            },
            "leads": [self.lead(lead) for lead in leads],
            "summary": summary.text,
        }
        return Told(body, summary.headline, summary.text)
