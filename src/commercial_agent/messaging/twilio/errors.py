"""What to do about each of Twilio's errors: nothing is repeated that may have been sent, or that cannot get better."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    reason: str  # to the operator: what it means
    todo: str = ""  # to the operator, if it ends so: what to do
    delay: float = 0.0  # seconds before the next try, where the error itself asks for more than the usual backoff
    code: int | None = None


class SendFailed(ProviderUnavailable):
    """The message was not accepted."""

    code = "send_failed"

    def __init__(self, verdict: Verdict, *, status: int | None = None) -> None:
        super().__init__(f"{verdict.reason} {verdict.todo}".strip())
        self.verdict = verdict
        self.status = status


_SEE_TWILIO: Final = "Look the message up in Twilio's console, under Monitor, Logs, Errors."
_ASK_TWILIO: Final = "Nothing is wrong on this side: if it goes on, ask Twilio's support with the error code."
_WRITE_AGAIN: Final = "Write to the customer again: commercial-agent conversations reply."
_OTHER_WAY: Final = "Call the customer or send an e-mail; on WhatsApp he can be answered once he writes again."
_RESPECT: Final = "Write no more until he writes START or ALTA."

NOT_REACHED: Final = Verdict(
    Action.RETRY, "Twilio could not be reached.", f"Check this machine's way to api.twilio.com. {_WRITE_AGAIN}"
)
NO_ANSWER: Final = Verdict(
    Action.LOOK_UP, "Twilio did not answer in time; the message may have been accepted.", _SEE_TWILIO
)
BROKEN: Final = Verdict(Action.LOOK_UP, "Twilio failed inside; the message may have been accepted.", _SEE_TWILIO)
BUSY: Final = Verdict(
    Action.RETRY, "Twilio takes no more requests at this moment.", f"Lower TWILIO_MESSAGES_PER_SECOND. {_WRITE_AGAIN}"
)
REFUSED: Final = Verdict(
    Action.PAUSE, "Twilio refuses our credentials.", "Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.", 60
)
WINDOW_CLOSED: Final = Verdict(
    Action.WINDOW,
    "The 24 hours after the customer's last message are over: only an approved template may be sent.",
    "Set TWILIO_TEMPLATE_SID to an approved template whose {{1}} is the text, or call the customer.",
)
NEVER_CONFIRMED: Final = Verdict(Action.FAIL, "Twilio never confirmed the message.", f"{_SEE_TWILIO} {_WRITE_AGAIN}")

_DAY: Final = 86_400.0
_NOT_TODAY: Final = Verdict(
    Action.FAIL,
    "WhatsApp chose not to deliver this message.",
    "Do not repeat it within a day; answer the customer when he writes.",
    _DAY,
)
_TEMPLATE: Final = Verdict(
    Action.FAIL,
    "WhatsApp refuses the template: it is missing or paused, or its values do not fit.",
    "Check TWILIO_TEMPLATE_SID in Twilio's console: approved, in the customers' language, with one value, {{1}}.",
)
_TABLE: Final[dict[int, Verdict]] = {
    20003: REFUSED,
    20429: BUSY,
    30500: Verdict(Action.ONCE, "Twilio had an internal error.", f"{_ASK_TWILIO} {_WRITE_AGAIN}", 30),
    63017: Verdict(
        Action.RETRY, "The account sends more than Twilio allows it.", "Lower TWILIO_MESSAGES_PER_SECOND.", 5
    ),
    63018: Verdict(
        Action.RETRY,
        "Too many messages to this customer or from this sender.",
        f"Raise TWILIO_CUSTOMER_SECONDS or lower TWILIO_MESSAGES_PER_SECOND, wait some hours. {_WRITE_AGAIN}",
        30,
    ),
    63038: Verdict(
        Action.PAUSE,
        "The account's messages of this day are used up.",
        "Ask Twilio to raise the account's limit; what waits is sent when the day is over.",
        3600,
    ),
    63016: WINDOW_CLOSED,
    63024: Verdict(Action.FAIL, "The customer cannot be reached on WhatsApp.", _OTHER_WAY),
    63003: Verdict(Action.FAIL, "The customer's address is not valid or not active.", _OTHER_WAY),
    63014: Verdict(Action.OPT_OUT, "The customer blocked this sender.", _RESPECT),
    21610: Verdict(Action.OPT_OUT, "The customer unsubscribed from this sender.", _RESPECT),
    63007: Verdict(
        Action.PAUSE,
        "TWILIO_PHONE_NUMBER is no WhatsApp sender of this account.",
        "Set it to a sender that Twilio's console lists under Messaging, Senders, WhatsApp.",
        60,
    ),
    63005: Verdict(Action.PLAIN, "WhatsApp rejected the content.", f"Say it in other words. {_WRITE_AGAIN}"),
    63013: Verdict(
        Action.PLAIN, "WhatsApp rejected the content as against its rules.", f"Say it in other words. {_WRITE_AGAIN}"
    ),
    63021: Verdict(
        Action.PLAIN,
        "WhatsApp rejected the content: a variable, a line break or the file is not allowed.",
        f"Say it in one plain paragraph. {_WRITE_AGAIN}",
    ),
    63019: Verdict(
        Action.PLAIN,
        "WhatsApp could not download the picture.",
        "Check that the picture's address is open to the world.",
    ),
    63037: Verdict(Action.PLAIN, "WhatsApp could not take the picture.", "Check the picture's kind and size (5 MB)."),
    63012: Verdict(Action.ONCE, "WhatsApp had an internal error.", f"{_ASK_TWILIO} {_WRITE_AGAIN}", 60),
    63023: Verdict(Action.ONCE, "WhatsApp had an unknown error.", f"{_ASK_TWILIO} {_WRITE_AGAIN}", 60),
    63020: Verdict(
        Action.FAIL,
        "WhatsApp's billing of this sender is not in order.",
        "Set the payment right in Meta's business manager.",
    ),
    63022: Verdict(
        Action.FAIL, "The sender's certificate is not valid.", "Register the sender again in Twilio's console."
    ),
    **dict.fromkeys((63025, 63026, 63028, 63029, 63030), _TEMPLATE),
    63027: Verdict(Action.FAIL, "The template does not exist in this language.", _TEMPLATE.todo),
    63032: _NOT_TODAY,
    63049: _NOT_TODAY,
    21211: Verdict(Action.FAIL, "The customer's address is not one Twilio knows.", _OTHER_WAY),
    21614: Verdict(Action.FAIL, "The customer's address is not one Twilio can send to.", _OTHER_WAY),
    21617: Verdict(Action.FAIL, "The message is longer than 1600 characters.", "Write it in shorter parts."),
    21655: Verdict(
        Action.PLAIN, "Twilio does not know the content template.", "Check TWILIO_TEMPLATE_SID in Twilio's console."
    ),
    21656: Verdict(
        Action.PLAIN, "Twilio does not take the values of the content template.", "Check TWILIO_TEMPLATE_SID."
    ),
    21658: Verdict(
        Action.PLAIN, "A variable of the template is longer than 1600 characters.", "Write it in shorter parts."
    ),
}
_BY_REASON: Final = {
    v.reason: v for v in (NOT_REACHED, NO_ANSWER, BROKEN, BUSY, REFUSED, WINDOW_CLOSED, NEVER_CONFIRMED)
}


def explain(code: int | None, reason: str | None) -> tuple[str, str]:
    """What a failure means and what to do about it, in words.

    Args:
        code: Twilio's error code, if there was one.
        reason: what was noted when the message failed.
    """
    known = _TABLE.get(code) if code is not None else _BY_REASON.get(reason or "")
    return reason or judge(code).reason, (known.todo if known is not None else "") or _SEE_TWILIO


def judge(code: int | None, status: int | None = None) -> Verdict:
    """What to do about an error.

    Args:
        code: Twilio's error code, if it gave one.
        status: the HTTP status of a REST answer; None for a status callback.

    Returns:
        The verdict, with the code in it.
    """
    known = _TABLE.get(code) if code is not None else None
    if known is None and status is not None:
        known = NO_ANSWER if status == 408 else BROKEN if status >= 500 else _BY_STATUS.get(status)
    if known is not None:
        return replace(known, code=code)
    return Verdict(
        Action.FAIL, f"Twilio refuses the message (error {code or status or 'unknown'}).", _SEE_TWILIO, code=code
    )


_BY_STATUS: Final = {429: BUSY, 401: REFUSED, 403: REFUSED}
