"""`commercial-agent`: everything that can be done from a terminal."""

from __future__ import annotations

import sys

import typer

from commercial_agent.commands import catalog, conversations, evaluate, finance, knowledge, serve, train
from commercial_agent.errors import CommercialAgentError, InvalidInput

app = typer.Typer(
    help="A sales agent for used cars that lives in WhatsApp. Facts are made by code, never by a model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
serve.register(app)
finance.register(app)
train.register(app)
conversations.register(evaluate.app)
app.add_typer(catalog.app, name="catalog")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(evaluate.app, name="evaluate")


def main() -> None:
    """Run a command; a known error is one sentence on stderr, never a stack trace."""
    try:
        app()
    except CommercialAgentError as error:
        print(f"{error.message}", file=sys.stderr)
        sys.exit(2 if isinstance(error, InvalidInput) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
