"""`commercial-agent quote` and `commercial-agent finance solve`: the finance library from the terminal.

Neither needs a database nor imports more than the library, so that a quote takes less than half a second with the
start of the process. Results go to standard output; what is wrong goes there as `{"error": code}` with exit status
2; without `--json` a sentence follows on standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import FinancePolicy, Quote
from commercial_agent.finance import quote as work_out
from commercial_agent.finance.inputs import MAX_INPUT
from commercial_agent.finance.solving import KINDS, quote_output, solve_text

T = TypeVar("T")
INVALID = 2  # exit status of a request that has no answer
_HERE = Path("dealership")
_FORMATS = (".csv", ".xlsx", ".pdf")


Dealership = Annotated[
    Path | None,
    typer.Option(
        envvar="DEALERSHIP_DIR",
        help="Folder of the profile whose policy holds where the inputs say nothing.",
        show_default="dealership, where it exists",
    ),
]


def register(app: typer.Typer) -> None:
    """Add `quote` and `finance` to the command line.

    Args:
        app: the program's commands.
    """
    finance = typer.Typer(help="Financing questions: backwards and what if.", no_args_is_help=True)

    @app.command()
    def quote(
        price: Annotated[str | None, typer.Option(help="Price of the car, MXN.", metavar="MXN")] = None,
        down: Annotated[str, typer.Option(help="Down payment, MXN.", metavar="MXN")] = "0",
        months: Annotated[str | None, typer.Option(help="Monthly payments, 1 to 120.", metavar="N")] = None,
        rate: Annotated[str | None, typer.Option(help="Nominal yearly rate: 0.10 is 10 %.", metavar="FRACTION")] = None,
        commission: Annotated[
            str | None, typer.Option(help="Opening commission, paid at signing: 0.02 is 2 %.", metavar="FRACTION")
        ] = None,
        schedule: Annotated[bool, typer.Option("--schedule", help="Show every month.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
        export: Annotated[
            Path | None, typer.Option(help="Write the schedule to a .csv, .xlsx or .pdf file.", metavar="FILE")
        ] = None,
        dealership: Dealership = None,
    ) -> None:
        """Work out a plan of level monthly payments."""
        plan = _answer(lambda: _plan(_policy(dealership), price, down, months, rate, commission), as_json)
        if export is not None:
            _answer(lambda: _export(plan, export), as_json)
        found = quote_output(plan, schedule=schedule)
        if as_json:
            _write_json(found)
        else:
            typer.echo(_readable(found))

    @finance.command()
    def solve(
        kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
        as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
        dealership: Dealership = None,
    ) -> None:
        """Answer a backward or what-if question; the inputs are a JSON object on standard input."""
        found = _answer(lambda: solve_text(kind, _standard_input(), _policy(dealership)), as_json)
        if as_json:
            _write_json(found)
        else:
            typer.echo(_readable(found))

    app.add_typer(finance, name="finance")


def _policy(folder: Path | None) -> FinancePolicy:
    if folder is not None:
        return FinancePolicy.load(folder)
    return FinancePolicy.load(_HERE) if (_HERE / "dealership.toml").is_file() else FinancePolicy()


def _plan(
    policy: FinancePolicy, price: str | None, down: str, months: str | None, rate: str | None, commission: str | None
) -> Quote:
    if price is None:
        raise InvalidPlan("--price is missing", code="missing_price")
    if months is None:
        raise InvalidPlan("--months is missing", code="missing_months")
    return work_out(
        price,
        down,
        months,
        policy.annual_rate if rate is None else rate,
        commission=0 if commission is None else commission,
        extras=policy.extras,
    )


def _export(plan: Quote, path: Path) -> None:
    from datetime import UTC, datetime

    from commercial_agent.finance.exports import render

    if path.suffix.lower() not in _FORMATS:
        raise InvalidPlan(f"a schedule is written as {', '.join(_FORMATS)}", code="unknown_format")
    try:
        path.write_bytes(render(plan, path.suffix.lower().removeprefix("."), datetime.now(UTC).astimezone().date()))
    except OSError as error:
        raise InvalidPlan(f"{path} cannot be written: {error.strerror}", code="cannot_write") from error


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read(MAX_INPUT * 4 + 1).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidPlan("the input is not UTF-8", code="invalid_json") from error


def _answer(calculate: Callable[[], T], as_json: bool) -> T:
    try:
        return calculate()
    except InvalidPlan as problem:
        _write_json({"error": problem.reason})
        if not as_json:
            typer.echo(problem.message, err=True)
        raise typer.Exit(INVALID) from None


def _write_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2 if "error" not in value else None))


def _readable(found: dict[str, Any], indent: str = "") -> str:
    lines = []
    for name, value in found.items():
        if value is None:
            continue
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", _readable(value, indent + "  ")]
        elif isinstance(value, list):
            lines += [f"{indent}{name}:", _table(value)]
        else:
            lines.append(f"{indent}{name:<24} {_grouped(value):>20}")
    return "\n".join(lines)


def _table(rows: list[dict[str, Any]]) -> str:
    head = "".join(f"{name:>16}" for name in rows[0])
    return "\n".join([head, *("".join(f"{_grouped(value):>16}" for value in row.values()) for row in rows)])


def _grouped(value: object) -> str:
    """Thousands set off in amounts; other values as they are."""
    text = str(value)
    whole, dot, cents = text.partition(".")
    return f"{int(whole):,}{dot}{cents}" if len(cents) == 2 and whole.isdigit() else text
