"""`commercial-agent quote` and `commercial-agent finance solve`: the finance library from the terminal. No database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commercial_agent.commands import quote as quoting
from commercial_agent.errors import InvalidPlan
from commercial_agent.finance.inputs import MAX_INPUT
from commercial_agent.finance.solving import KINDS, solve_text

_HANDS_OVER = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    """Add `quote` and `finance` to the command line.

    Args:
        app: the program's commands.
    """
    finance = typer.Typer(help="Financing questions: backwards and what if.", no_args_is_help=True)

    @app.command(context_settings=_HANDS_OVER, add_help_option=False)
    def quote(ctx: typer.Context) -> None:
        """Work out a plan of level monthly payments (quote --help)."""
        raise typer.Exit(quoting.main(ctx.args))

    @finance.callback()
    def group() -> None:
        """Keeps `solve` a command of its own while it is the only one."""

    @finance.command()
    def solve(
        kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
        as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
        dealership: Annotated[
            Path | None, typer.Option(help="Profile whose policy holds where the inputs say nothing.", metavar="DIR")
        ] = None,
    ) -> None:
        """Answer a backward or what-if question; the inputs are a JSON object on standard input."""

        def calculate() -> str:
            return quoting.written(solve_text(kind, _standard_input(), quoting.policy_of(dealership)), as_json)

        raise typer.Exit(quoting.answer(calculate, as_json=as_json))

    app.add_typer(finance, name="finance")


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read(MAX_INPUT * 4 + 1).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidPlan("the input is not UTF-8", code="invalid_json") from error
