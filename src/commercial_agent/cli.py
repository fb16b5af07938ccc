"""`commercial-agent`: everything that can be done from a terminal."""

from __future__ import annotations

import sys

from commercial_agent.errors import CommercialAgentError, InvalidInput


def main() -> None:
    """Run a command; a known error is one sentence on stderr, never a stack trace."""
    try:
        if sys.argv[1:2] == ["quote"]:  # asked for in loops: not worth loading the command framework
            from commercial_agent.commands import quote

            sys.exit(quote.main(sys.argv[2:]))
        from commercial_agent.commands.program import app

        app()
    except CommercialAgentError as error:
        print(error.message, file=sys.stderr)
        sys.exit(2 if isinstance(error, InvalidInput) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
