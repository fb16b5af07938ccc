"""Content templates at the provider: made once for each shape of message, used by every process."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from commercial_agent.storage.sessions import statement


class ContentTemplates:
    """The content templates of one account."""

    def __init__(self, engine: AsyncEngine, account: str) -> None:
        """Make the repository.

        Args:
            engine: for short work.
            account: the provider's account; another one has templates of its own.
        """
        self._engine = engine
        self._account = account

    async def find(self, shape: str) -> str | None:
        """The provider's id of a shape's template, if it was made.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row = await (
                await driver.execute(
                    "SELECT content_sid FROM content_templates WHERE account = %s AND shape = %s",
                    (self._account, shape),
                )
            ).fetchone()
        return str(row[0]) if row else None

    async def keep(self, shape: str, content_sid: str) -> str:
        """Keep a template that was just made; the one that counts, if another process was faster.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            row = await (await driver.execute(_KEEP, (self._account, shape, content_sid))).fetchone()
        assert row is not None
        return str(row[0])

    async def forget(self, content_sid: str) -> None:
        """The provider does not know this template any more.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        async with statement(self._engine) as driver:
            await driver.execute(
                "DELETE FROM content_templates WHERE account = %s AND content_sid = %s", (self._account, content_sid)
            )


# the row is written in either case, so that it comes back
_KEEP = """
INSERT INTO content_templates (account, shape, content_sid) VALUES (%s, %s, %s)
ON CONFLICT (account, shape) DO UPDATE SET content_sid = content_templates.content_sid
RETURNING content_sid
"""
