"""The webhook's side: read, store once. What is acknowledged is stored; nothing is answered here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from commercial_agent.errors import InvalidInput
from commercial_agent.messaging.secrets import without_secrets
from commercial_agent.messaging.twilio.inbound import parse_inbound
from commercial_agent.storage.mailboxes import Limits, Mailboxes, QuietWindow, Received


class ForeignAccount(InvalidInput):
    """The webhook is of another Twilio account."""

    code = "foreign_account"


class Inbox:
    """Takes what customers send."""

    def __init__(
        self,
        mailboxes: Mailboxes,
        *,
        account_sid: str,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        window: QuietWindow | None = None,
        received: Callable[[Received], None] | None = None,
    ) -> None:
        """Make the inbox.

        Args:
            mailboxes: where messages wait.
            account_sid: our Twilio account; others are refused.
            clock: the present moment (aware).
            limits: how much one customer may write before his messages are answered together.
            window: how long to wait for the rest of a burst.
            received: told of every stored message, for metrics; must not wait.
        """
        self._mailboxes = mailboxes
        self._account_sid = account_sid
        self._clock = clock
        self._limits = limits or Limits()
        self._window = window
        self._received = received

    async def receive(self, form: Mapping[str, Any]) -> Received:
        """Store the message of a verified webhook and make its mailbox due, in one transaction.

        Numbers of cards, accounts and identity documents are masked in what is stored.

        Answer 200 with empty TwiML once this returns, also for a copy (`new` is False).

        Args:
            form: the decoded form, Starlette's FormData itself.

        Raises:
            InvalidWebhook: no message id or sender: answer 400.
            ForeignAccount: answer 403.
            DatabaseUnavailable: not stored: answer 503, so that Twilio comes again.
        """
        message = parse_inbound(form)
        if message.account_sid != self._account_sid:
            raise ForeignAccount()
        message = without_secrets(message)
        received = await self._mailboxes.receive(
            message.key,
            message.incoming(self._clock()),
            sender=message.sender,
            raw=message.raw,
            limits=self._limits,
            window=self._window,
            external_id=message.external_id,
            referral=message.referral,
        )
        if self._received is not None:
            self._received(received)
        return received
