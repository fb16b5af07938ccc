"""All commands under one name."""

from __future__ import annotations

import typer

from commercial_agent.commands import (
    ask,
    catalog,
    conversations,
    evaluate,
    finance,
    knowledge,
    measures,
    messages,
    people,
    serve,
    train,
)

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
measures.register(evaluate.app)
people.register(app)
messages.register(app)
ask.register(catalog.app)
app.add_typer(catalog.app, name="catalog")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(evaluate.app, name="evaluate")
