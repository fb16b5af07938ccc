"""What to do about each of Twilio's errors: nothing is repeated that may have been sent, or that cannot get better."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from commercial_agent.errors import ProviderUnavailable


class Action(StrEnum):
    """What follows from a failure."""

    RETRY = "retry"  # it was not sent: try again after a while
    ONCE = "once"  # try again once, later
    LOOK_UP = "look_up"  # it may have been sent: ask the message list first
    PAUSE = "pause"  # nothing can be sent now: stop sending for a while, keep everything
    WINDOW = "window"  # outside the 24 hours: a template, or wait for the customer
    OPT_OUT = "opt_out"  # the customer wants no messages
    PLAIN = "plain"  # once more as plain text, without picture or buttons
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a failure is handled."""

    action: Action
    advice: str  # to the operator: what it means and what to do
    delay: float = 0.0  # seconds before the next try, where the error itself asks for more than the usual backoff
    code: int | None = None


class SendFailed(ProviderUnavailable):
    """The message was not accepted."""

    code = "send_failed"

    def __init__(self, verdict: Verdict, *, status: int | None = None) -> None:
        super().__init__(verdict.advice)
        self.verdict = verdict
        self.status = status


NOT_REACHED: Final = Verdict(Action.RETRY, "Twilio could not be reached.")
NO_ANSWER: Final = Verdict(Action.LOOK_UP, "Twilio did not answer in time; the message may have been accepted.")
BROKEN: Final = Verdict(Action.LOOK_UP, "Twilio failed inside; the message may have been accepted.")
BUSY: Final = Verdict(Action.RETRY, "Twilio takes no more requests at this moment.")
REFUSED: Final = Verdict(
    Action.PAUSE, "Twilio refuses our credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.", 60
)

_DAY: Final = 86_400.0
_TABLE: Final[dict[int, Verdict]] = {
    20003: REFUSED,
    20429: BUSY,
    30500: Verdict(Action.ONCE, "Twilio had an internal error.", 30),
    63017: Verdict(Action.RETRY, "The account sends more than Twilio allows it: slow down.", 5),
    63018: Verdict(
        Action.RETRY, "Too many messages to this customer or from this sender: it is tried again slower.", 30
    ),
    63038: Verdict(Action.PAUSE, "The account's messages of this day are used up: raise the limit at Twilio.", 3600),
    63016: Verdict(
        Action.WINDOW, "The 24 hours after the customer's last message are over: only a template may be sent."
    ),
    63024: Verdict(Action.FAIL, "The customer cannot be reached on WhatsApp: call him, or wait until he writes."),
    63003: Verdict(Action.FAIL, "The customer's address is not valid or not active."),
    63014: Verdict(Action.OPT_OUT, "The customer blocked this sender."),
    21610: Verdict(Action.OPT_OUT, "The customer unsubscribed from this sender."),
    63007: Verdict(Action.PAUSE, "TWILIO_PHONE_NUMBER is no WhatsApp sender of this account.", 60),
    63005: Verdict(Action.PLAIN, "WhatsApp rejected the content."),
    63013: Verdict(Action.PLAIN, "WhatsApp rejected the content as against its rules."),
    63021: Verdict(Action.PLAIN, "WhatsApp rejected the content: a variable, a line break or the file is not allowed."),
    63019: Verdict(Action.PLAIN, "WhatsApp could not download the picture: check its address."),
    63037: Verdict(Action.PLAIN, "WhatsApp could not take the picture."),
    63012: Verdict(Action.ONCE, "WhatsApp had an internal error.", 60),
    63023: Verdict(Action.ONCE, "WhatsApp had an unknown error.", 60),
    63020: Verdict(Action.FAIL, "WhatsApp's billing of this sender needs attention."),
    63022: Verdict(Action.FAIL, "The sender's certificate is not valid: register it again."),
    63027: Verdict(Action.FAIL, "The template does not exist in this language."),
    63032: Verdict(Action.FAIL, "WhatsApp chose not to deliver this message; do not repeat it today.", _DAY),
    63049: Verdict(Action.FAIL, "WhatsApp chose not to deliver this message; do not repeat it today.", _DAY),
    21211: Verdict(Action.FAIL, "The customer's address is not one Twilio knows."),
    21614: Verdict(Action.FAIL, "The customer's address is not one Twilio can send to."),
    21617: Verdict(Action.FAIL, "The message is longer than 1600 characters."),
    21655: Verdict(Action.PLAIN, "Twilio does not know the content template: check TWILIO_TEMPLATE_SID."),
    21656: Verdict(Action.PLAIN, "Twilio does not take the values of the content template."),
    21658: Verdict(Action.PLAIN, "A variable of the template is longer than 1600 characters."),
}


def judge(code: int | None, status: int | None = None) -> Verdict:
    """What to do about an error.

    Args:
        code: Twilio's error code, if it gave one.
        status: the HTTP status of a REST answer; None for a status callback.

    Returns:
        The verdict, with the code in it.
    """
    if code is not None and code in _TABLE:
        known = _TABLE[code]
        return Verdict(known.action, known.advice, known.delay, code)
    if status == 429:
        return Verdict(BUSY.action, BUSY.advice, BUSY.delay, code)
    if status in (401, 403):
        return Verdict(REFUSED.action, REFUSED.advice, REFUSED.delay, code)
    if status is not None and status >= 500:
        return Verdict(BROKEN.action, BROKEN.advice, BROKEN.delay, code)
    if status is not None and status == 408:
        return Verdict(NO_ANSWER.action, NO_ANSWER.advice, NO_ANSWER.delay, code)
    return Verdict(Action.FAIL, f"Twilio refuses the message (error {code or status or 'unknown'}).", 0, code)
