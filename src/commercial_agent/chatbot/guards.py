"""What is decided before a message is read: secrets, length, kinds we cannot read, and when to be silent."""

from __future__ import annotations

from dataclasses import replace

from commercial_agent.agents.concierge import LEAVE
from commercial_agent.chatbot.privacy import mask
from commercial_agent.conversation.cars import CarReference
from commercial_agent.conversation.findings import NotUnderstood
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import IncomingMessage, Mode
from commercial_agent.conversation.requests import CatalogRequest, ConciergeRequest, InfoRequest, Request
from commercial_agent.conversation.state import Ask, Question
from commercial_agent.conversation.understanding import IntentScore, Understanding
from commercial_agent.storage.text import clean

FLOOD = "flood"  # the kind of a message that stands for those above a customer's limit
MAX_TEXT = 4096  # characters: the most that WhatsApp carries

CAR = "car:"  # a payload that names a car of the stock
_TAPPED = frozenset({"button", "list"})
_UNREADABLE = {"image": "picture", "video": "media", "sticker": "sticker", "audio": "voice", "document": "document",
               "contact": "contact"}  # fmt: skip


def without_secrets(message: IncomingMessage) -> tuple[IncomingMessage, bool]:
    """The message with card, account and identity numbers masked, and whether there were any."""
    text, masked = mask(clean(message.text))
    return replace(message, text=text), masked


def tapped(message: IncomingMessage) -> IncomingMessage:
    """The message with the words of a tapped button: what it shows may be cut short, its payload is not.

    A payload that names a car is no text: see `chosen_car`.
    """
    if message.kind not in _TAPPED or not message.payload or chosen_car(message) is not None:
        return message
    lines = message.text.strip().split("\n")
    label = lines[-1].strip() if lines else ""
    if label and not message.payload.casefold().startswith(label.rstrip("….").strip().casefold()):
        return message  # the button's words say more than its payload does
    return replace(message, text="\n".join((*lines[:-1], message.payload)))


def chosen_car(message: IncomingMessage) -> str | None:
    """The stock id that a tapped button or list item carries; whether the car is still there is asked anew."""
    payload = message.payload or ""
    return payload[len(CAR) :] if message.kind in _TAPPED and payload.startswith(CAR) else None


def read_without_words(message: IncomingMessage, language: Language) -> Understanding | None:
    """What a message says that needs no reader: a place on the map, a car on a button."""
    request: Request
    if message.latitude is not None and message.longitude is not None and not message.text.strip():
        point = (message.latitude, message.longitude)
        request = InfoRequest(Intent.BRANCHES, question="", point=point)
    elif (stock_id := chosen_car(message)) is not None:
        request = CatalogRequest(Intent.DETAIL, about=CarReference(stock_ids=(stock_id,)), text=message.text)
    else:
        return None
    return Understanding(language, (IntentScore(request.intent, 1.0),), (request,))


def chooses(message: IncomingMessage, question: Question | None) -> bool:
    """Whether a message only repeats an option of our question: that says nothing of the customer's language."""
    said = message.text.strip(" .!,").casefold()
    return question is not None and said in {option.casefold() for option in question.options}


def check(message: IncomingMessage) -> NotUnderstood | None:
    """Why the message cannot be read at all, if it cannot."""
    if len(message.text) > MAX_TEXT:
        return NotUnderstood(reason="too_long", question=Question(Ask.OPEN))
    if message.text.strip():
        return None
    if message.kind == FLOOD:
        return NotUnderstood(reason=FLOOD, question=Question(Ask.OPEN))
    return NotUnderstood(reason=_UNREADABLE.get(message.kind, "empty"), question=Question(Ask.OPEN))


def silent(mode: Mode, opted_out: bool, understanding: Understanding | None) -> bool:
    """Whether the bot says nothing: a human has the chat, or the customer left and has not come back."""
    requests = understanding.requests if understanding else ()
    intents = {score.intent for score in understanding.intents} if understanding else set()
    intents |= {request.intent for request in requests}  # "START" is a keyword whatever its label
    if opted_out:
        return Intent.OPT_IN not in intents
    if mode is not Mode.HUMAN:
        return False
    left = any(isinstance(request, ConciergeRequest) and request.subject == LEAVE for request in requests)
    return not left and Intent.OPT_OUT not in intents
