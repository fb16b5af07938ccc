"""Credit refused: "no quiero crédito", "lo pago de contado", "no plan, please".

What is refused is not offered: no plan is made of such a message, and none is proposed until one is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from commercial_agent.conversation.intents import Agent, Intent
from commercial_agent.conversation.requests import ConciergeRequest, FinanceKind, FinanceRequest, InfoRequest, Request
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.tracking.context import vocabulary

_TALK = frozenset({Intent.AFFIRM, Intent.DENY, Intent.GREETING, Intent.THANKS, Intent.UNCLEAR})


def refuses_credit(scan: Scan) -> bool:
    """Whether no credit, no plan and no monthly payment is wanted."""
    words = vocabulary()
    if words.says("refuses_credit", scan):
        return True
    return words.says("pays_cash", scan) and not words.says("of_credit", scan)


def without_plans(requests: Sequence[Request], text: str) -> tuple[Request, ...]:
    """The requests of a message; where it refuses credit those of a plan, and of ways to pay, are none."""
    if not refuses_credit(Scan(text)):
        return tuple(requests)
    kept = tuple(request for request in requests if not _of_credit(request))
    if any(request.intent not in _TALK for request in kept):
        return kept
    return (*kept, ConciergeRequest(Intent.DENY, text=text)) if len(kept) < len(requests) else kept


def pays_cash(requests: Sequence[Request], text: str) -> bool | None:
    """Whether a message refuses credit; False where it asks for a plan, None where it says nothing of it."""
    if refuses_credit(Scan(text)):
        return True
    return False if any(_is_plan(request) for request in requests) else None


def _is_plan(request: Request) -> bool:
    return isinstance(request, FinanceRequest) and request.kind is not FinanceKind.RULES


def _of_credit(request: Request) -> bool:
    if isinstance(request, InfoRequest):
        return request.intent is Intent.PAYMENT and "?" not in request.question
    return request.intent.agent is Agent.FINANCE
