"""A conversation's history behind LangChain's interface, for chains and tools that speak it."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from commercial_agent.conversation.messages import ConversationKey
from commercial_agent.storage.conversations import Conversations


class PostgresChatMessageHistory(BaseChatMessageHistory):
    """What was said in one conversation. Turns write it; this reads it, and adds only what came past them.

    Use the async methods. The synchronous `messages` works outside an event loop only.
    """

    def __init__(self, conversations: Conversations, key: ConversationKey, *, limit: int = 40) -> None:
        """Open a history.

        Args:
            conversations: where it is kept.
            key: whose.
            limit: the most messages to read.
        """
        self._conversations = conversations
        self._key = key
        self._limit = limit

    @property
    def messages(self) -> list[BaseMessage]:  # type: ignore[override]
        """The last messages, oldest first."""
        import asyncio

        return asyncio.run(self.aget_messages())

    async def aget_messages(self) -> list[BaseMessage]:
        """The last messages, oldest first.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        stored = await self._conversations.history(self._key, self._limit)
        return [
            HumanMessage(message.text, id=message.id)
            if message.direction == "in"
            else AIMessage(message.text, id=message.id, name=message.author)
            for message in stored
        ]

    def add_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Add messages that no turn made."""
        import asyncio

        asyncio.run(self.aadd_messages(messages))

    async def aadd_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Add messages that no turn made.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        said = [("in" if message.type == "human" else "out", str(message.text)) for message in messages]
        await self._conversations.add(self._key, said)

    def clear(self) -> None:
        """Forget the conversation."""
        import asyncio

        asyncio.run(self.aclear())

    async def aclear(self) -> None:
        """Forget the conversation.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        await self._conversations.reset(self._key)
