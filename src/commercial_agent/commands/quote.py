"""`commercial-agent quote`, free of everything slow: no typer, no pydantic, no database.

The command framework alone costs a third of a second before a command begins; a quote is asked for in scripts and
loops, so argparse reads it. Results go to standard output; what is wrong goes there as `{"error": code}` with exit
status 2, and without `--json` a sentence follows on standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from commercial_agent.errors import CommercialAgentError, InvalidInput, InvalidPlan
from commercial_agent.finance import FinancePolicy, Quote
from commercial_agent.finance import quote as work_out
from commercial_agent.finance.solving import quote_output

T = TypeVar("T")
INVALID = 2  # exit status of a request that has no answer
FAILED = 1  # of a profile that cannot be used
_HERE = Path("dealership")
_FORMATS = (".csv", ".xlsx", ".pdf")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidPlan(message, code="invalid_arguments")


def main(arguments: Sequence[str]) -> int:
    """Work out a plan of level monthly payments.

    Args:
        arguments: those after the command's name.

    Returns:
        The exit status.
    """
    return answer(lambda: _quote(_parser().parse_args(arguments)), as_json="--json" in arguments)


def _quote(options: argparse.Namespace) -> str:
    for name in ("price", "months"):
        if getattr(options, name) is None:
            raise InvalidPlan(f"--{name} is missing", code=f"missing_{name}")
    policy = policy_of(options.dealership)
    plan = work_out(
        options.price,
        options.down,
        options.months,
        policy.annual_rate if options.rate is None else options.rate,
        commission=options.commission,
        extras=policy.extras,
    )
    if options.export is not None:
        _export(plan, options.export)
    return written(quote_output(plan, schedule=options.schedule), options.json)


def _parser() -> _Parser:
    parser = _Parser(
        prog="commercial-agent quote",
        description="Work out a plan of level monthly payments.",
        allow_abbrev=False,
    )
    parser.add_argument("--price", metavar="MXN", help="price of the car")
    parser.add_argument("--down", metavar="MXN", default="0", help="down payment (default: 0)")
    parser.add_argument("--months", metavar="N", help="monthly payments, 1 to 120")
    parser.add_argument("--rate", metavar="FRACTION", help="nominal yearly rate, 0.10 is 10 %% (default: the policy's)")
    parser.add_argument(
        "--commission", metavar="FRACTION", default="0", help="opening commission, paid at signing: 0.02 is 2 %%"
    )
    parser.add_argument("--schedule", action="store_true", help="show every month")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument("--export", metavar="FILE", type=Path, help="write the schedule to a .csv, .xlsx or .pdf file")
    parser.add_argument(
        "--dealership",
        metavar="DIR",
        type=Path,
        help="profile whose policy holds (default: DEALERSHIP_DIR, dealership)",
    )
    return parser


def policy_of(folder: Path | None) -> FinancePolicy:
    """The policy of a dealership folder: the one named, DEALERSHIP_DIR, `dealership` where it exists, or the default.

    Raises:
        InvalidProfile: the folder that is named has no policy that can be used.
    """
    named = folder or (Path(setting) if (setting := os.environ.get("DEALERSHIP_DIR")) else None)
    if named is not None:
        return FinancePolicy.load(named)
    return FinancePolicy.load(_HERE) if (_HERE / "dealership.toml").is_file() else FinancePolicy()


def answer(calculate: Callable[[], str], *, as_json: bool) -> int:
    """Write the answer, or what is wrong.

    Returns:
        The exit status.
    """
    try:
        sys.stdout.write(calculate() + "\n")
    except CommercialAgentError as problem:
        sys.stdout.write(json.dumps({"error": problem.reason}) + "\n")
        if not as_json:
            sys.stderr.write(problem.message + "\n")
        return INVALID if isinstance(problem, InvalidInput) else FAILED
    return 0


def written(found: dict[str, Any], as_json: bool) -> str:
    """Figures as JSON, or as lines to be read."""
    return json.dumps(found, ensure_ascii=False, indent=2) if as_json else _readable(found)


def _export(plan: Quote, path: Path) -> None:
    from datetime import UTC, datetime

    from commercial_agent.finance.exports import render

    if path.suffix.lower() not in _FORMATS:
        raise InvalidPlan(f"a schedule is written as {', '.join(_FORMATS)}", code="unknown_format")
    try:
        path.write_bytes(render(plan, path.suffix.lower().removeprefix("."), datetime.now(UTC).astimezone().date()))
    except OSError as error:
        raise InvalidPlan(f"{path} cannot be written: {error.strerror}", code="cannot_write") from error


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
