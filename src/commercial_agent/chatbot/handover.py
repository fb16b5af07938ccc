"""What a person who takes a conversation over should know, in his own language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from commercial_agent.chatbot.leads import BUY, LeadRules
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.reply import PhrasingContext
from commercial_agent.replies.criteria_words import described
from commercial_agent.replies.format import clean, money
from commercial_agent.replies.render_concierge import moment
from commercial_agent.replies.speaker import Speaker
from commercial_agent.storage.conversations import StoredMessage
from commercial_agent.storage.leads import Lead
from commercial_agent.storage.operators import OPERATOR, Contact

LAST = 8  # messages told
_LONGEST = 200  # characters of a message
_CARS = 6

_UPSET = frozenset({Intent.COMPLAINT, Intent.ABUSE})
_PLEASED = frozenset({Intent.THANKS})


@dataclass(frozen=True, slots=True)
class Handover:
    """A summary: its headline, and its lines."""

    headline: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole summary."""
        return "\n".join(self.lines)


def mood(intents: Sequence[str]) -> str:
    """`upset`, `pleased` or `calm`, from the intents of the last turns, newest first."""
    for intent in intents:
        if intent in _UPSET:
            return "upset"
        if intent in _PLEASED:
            return "pleased"
    return "calm"


def summarise(
    contact: Contact,
    leads: Sequence[Lead],
    messages: Sequence[StoredMessage],
    intents: Sequence[str],
    dealer: Dealer,
    rules: LeadRules,
) -> Handover:
    """What a seller needs before he writes: who, what he wants, cars, plan, mood, the last words.

    Args:
        contact: the conversation.
        leads: of the customer.
        messages: the last ones, oldest first.
        intents: of the last turns, newest first.
        dealer: speaks his first language.
        rules: say how warm a lead is.
    """
    speaker = Speaker(dealer, PhrasingContext(dealer.languages[0], contact.state, "", contact.id))
    who = clean(contact.name or contact.address, 80)
    lines = [line for line in _lines(contact, leads, intents, speaker, rules) if line]
    lines += ["", speaker.say("seller-last"), *(_message(m, speaker) for m in messages[-LAST:])]
    command = f'commercial-agent conversations reply {contact.id} "…"'
    lines += ["", speaker.words.say("seller-answer", command=command)]
    return Handover(speaker.say("seller-subject", who=who), tuple(lines))


def _lines(
    contact: Contact, leads: Sequence[Lead], intents: Sequence[str], speaker: Speaker, rules: LeadRules
) -> Iterator[str]:
    def line(key: str, value: str) -> str:
        return speaker.words.say(key, value=value) if value else ""

    buying = next((lead for lead in leads if lead.kind == BUY), None)
    data: dict[str, Any] = dict(buying.data) if buying else {}
    yield line("seller-who", clean(contact.name or "", 80))
    yield line("seller-address", clean(contact.address, 120))
    yield line("seller-channel", contact.channel)
    if reason := data.get("handoff"):
        yield line("seller-reason", speaker.label("reason", str(reason)))
    if not contact.state.criteria.empty:
        yield line("seller-wants", described(contact.state.criteria, speaker))
    cars = [f"{car.get('name')} ({stock_id})" for stock_id, car in (data.get("cars") or {}).items()]
    yield line("seller-cars", clean(", ".join(cars[:_CARS]), 600))
    yield _plan(data, speaker)
    yield line("seller-budget", _money(data.get("monthly_budget")))
    yield line("seller-appointment", _appointment(data.get("appointment"), speaker))
    for lead in leads:
        if lead.kind != BUY:
            yield line("seller-sale", clean(lead.interest, 120))
    if buying:
        signs = ", ".join(f"{name} {points}" for name, points in (data.get("points") or {}).items() if points)
        yield line("seller-score", f"{buying.score} ({rules.heat(buying.score)}: {clean(signs, 200)})")
    yield line("seller-mood", speaker.label("mood", mood(intents)))


def _plan(data: dict[str, Any], speaker: Speaker) -> str:
    plan = data.get("plan")
    if not isinstance(plan, dict):
        return ""
    car = (data.get("cars") or {}).get(plan.get("stock_id"), {}).get("name") or _money(plan.get("price"))
    return speaker.words.say(
        "seller-plan",
        car=clean(car, 80),
        months=str(plan.get("months")),
        down=_money(plan.get("down_payment")),
        payment=_money(plan.get("monthly_payment")),
    )


def _money(value: object) -> str:
    try:
        return money(Decimal(str(value))) if value is not None else ""
    except InvalidOperation:
        return ""


def _appointment(value: object, speaker: Speaker) -> str:
    if not isinstance(value, dict) or not value.get("starts_at"):
        return ""
    when = moment(datetime.fromisoformat(str(value["starts_at"])), speaker)
    return ", ".join(part for part in (when, clean(value.get("branch") or "", 80)) if part)


def _message(message: StoredMessage, speaker: Speaker) -> str:
    author = "customer" if message.direction == "in" else OPERATOR if message.author == OPERATOR else "bot"
    text = clean(message.text or f"[{message.kind}]", _LONGEST)
    return f"{speaker.words.word(f'seller-{author}')}: {text}"
