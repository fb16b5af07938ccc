"""`quote` and `finance solve` as a user of the terminal sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from commercial_agent.commands import finance

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEALERSHIP_DIR", raising=False)
    app = typer.Typer()
    finance.register(app)

    def run(*arguments: str, given: str | bytes = "") -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments), input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def quoted(run: Run, *arguments: str) -> dict[str, Any]:
    code, out, err = run("quote", *arguments, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_quote_in_json_is_the_apis(run: Run) -> None:
    found = quoted(run, "--price", "300000", "--down", "60000", "--months", "48")
    expected = {
        "stock_id": None,
        "price": "300000.00",
        "down_payment": "60000.00",
        "months": 48,
        "annual_rate": "0.10",
        "monthly_payment": "6087.02",
        "total_interest": "52176.96",
        "loan": "240000.00",
        "last_payment": "6087.02",
        "total_paid": "292176.96",
        "cat_pct": "10.4713",
    }
    assert {name: found[name] for name in expected} == expected
    assert "schedule" not in found


def test_rate_and_commission_are_fractions(run: Run) -> None:
    found = quoted(
        run, "--price", "150000", "--down", "30000", "--months", "36", "--rate", "0.1399", "--commission", "0.02"
    )
    assert (found["monthly_payment"], found["cat_pct"], found["annual_rate"]) == ("4100.73", "16.5551", "0.1399")


def test_the_schedule_follows_when_asked(run: Run) -> None:
    found = quoted(run, "--price", "200000", "--down", "40000", "--months", "60", "--schedule")
    rows = found["schedule"]
    assert len(rows) == 60
    assert rows[0] == {
        "number": 1,
        "payment": "3399.53",
        "interest": "1333.33",
        "capital": "2066.20",
        "balance": "157933.80",
    }
    assert (rows[-1]["payment"], rows[-1]["balance"]) == ("3399.30", "0.00")


def test_without_json_the_figures_are_readable(run: Run) -> None:
    code, out, _ = run("quote", "--price", "300000", "--down", "60000", "--months", "3", "--schedule")
    assert code == 0
    assert "240,000.00" in out
    assert out.count("\n") > 15


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--price", "300000", "--down", "300000.01", "--months", "48"], "down_exceeds_price"),
        (["--price", "300000", "--months", "0"], "months_below_one"),
        (["--price", "300000", "--months", "121"], "months_above_maximum"),
        (["--price", "300000", "--months", "4.5"], "months_not_whole"),
        (["--price", "300000"], "missing_months"),
        (["--months", "48"], "missing_price"),
        (["--price", "5", "--months", "48", "--discount", "5"], "invalid_arguments"),
        (["--price", "5", "--months"], "invalid_arguments"),
        (["--price", "abc", "--months", "48"], "invalid_price"),
        (["--price", "nan", "--months", "48"], "invalid_price"),
        (["--price", "-1", "--months", "48"], "price_negative"),
        (["--price", "0", "--months", "48"], "price_not_positive"),
        (["--price", "5", "--down", "-1", "--months", "48"], "down_negative"),
        (["--price", "1000000000001", "--months", "48"], "price_above_maximum"),
        (["--price", "5", "--months", "48", "--rate", "10"], "annual_rate_above_maximum"),
        (["--price", "5", "--months", "48", "--commission", "2"], "commission_above_maximum"),
        (["--price", "5", "--months", "48", "--export", "x.docx"], "unknown_format"),
        (["--price", "5", "--months", "48", "--export", "no/such/folder/x.csv"], "cannot_write"),
    ],
)
def test_an_invalid_request_is_a_code_and_exit_2(run: Run, arguments: list[str], reason: str) -> None:
    code, out, err = run("quote", *arguments, "--json")
    assert (code, json.loads(out), err) == (2, {"error": reason}, "")


def test_without_json_a_sentence_explains(run: Run) -> None:
    code, out, err = run("quote", "--price", "5", "--down", "6", "--months", "48")
    assert (code, json.loads(out)) == (2, {"error": "down_exceeds_price"})
    assert "above the price" in err


def test_a_schedule_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    for name, begins in (("plan.csv", b"\xef\xbb\xbf"), ("plan.xlsx", b"PK"), ("plan.PDF", b"%PDF")):
        code, _, _ = run("quote", "--price", "200000", "--months", "12", "--export", name)
        assert code == 0
        assert (tmp_path / name).read_bytes().startswith(begins)


def test_the_dealers_policy_holds_where_nothing_is_said(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "dealership"
    folder.mkdir()
    (folder / "dealership.toml").write_text('[finance]\nannual_rate = "0.1399"\n')
    assert quoted(run, "--price", "120000", "--months", "36")["monthly_payment"] == "4100.73"
    assert quoted(run, "--price", "120000", "--months", "36", "--rate", "0")["monthly_payment"] == "3333.33"
    elsewhere = tmp_path / "other"
    folder.rename(elsewhere)
    assert quoted(run, "--price", "120000", "--months", "36")["monthly_payment"] == "3872.06"
    found = quoted(run, "--price", "120000", "--months", "36", "--dealership", str(elsewhere))
    assert found["monthly_payment"] == "4100.73"


def test_a_profile_that_cannot_be_used_is_the_operators_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dealership.toml").write_text("[finance]\nterms = []\n")
    code, out, err = run("quote", "--price", "5", "--months", "3", "--dealership", str(tmp_path))
    assert (code, json.loads(out)) == (1, {"error": "finance_terms"})
    assert "terms" in err


def test_a_question_is_solved_from_standard_input(run: Run) -> None:
    inputs = json.dumps({"monthly_budget": "6000", "down": "50000", "months": 60, "annual_rate": "0.10"})
    code, out, _ = run("finance", "solve", "max_price", "--json", given=inputs)
    assert code == 0
    assert json.loads(out)["max_price"] == "332392.21"


def test_without_json_a_solution_is_readable(run: Run) -> None:
    inputs = '{"price": 200000, "down": 40000, "months": 60, "after_payment": 12, "extra": 50000}'
    code, out, _ = run("finance", "solve", "prepayment", given=inputs)
    assert code == 0
    assert "18,681.45" in out


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("max_price", "", "empty_input"),
        ("max_price", "nonsense", "invalid_json"),
        ("max_price", b"\xff\xfe", "invalid_json"),
        ("max_price", "[]", "not_an_object"),
        ("max_price", "{}", "missing_monthly_budget"),
        ("no_such_kind", "{}", "unknown_kind"),
        ("balloon", '{"price": 5, "ballon": 3, "months": 3}', "unknown_input"),
    ],
)
def test_an_invalid_question_is_a_code_and_exit_2(run: Run, kind: str, given: str | bytes, reason: str) -> None:
    code, out, err = run("finance", "solve", kind, "--json", given=given)
    assert (code, json.loads(out), err) == (2, {"error": reason}, "")


def test_help_names_every_option(run: Run) -> None:
    code, out, _ = run("quote", "--help")
    assert code == 0
    for option in ("--price", "--down", "--months", "--rate", "--commission", "--schedule", "--json", "--export"):
        assert option in out


def test_a_quote_imports_nothing_heavy() -> None:
    heavy = (
        "typer",
        "pandas",
        "numpy",
        "pydantic",
        "sqlalchemy",
        "reportlab",
        "openpyxl",
        "commercial_agent.conversation",
    )
    script = (
        "import sys\n"
        "from commercial_agent.commands.quote import main\n"
        "status = main(['--price', '300000', '--months', '48', '--json'])\n"
        f"print(status, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(result.stdout)["months"] == 48
    assert result.stderr.strip() == "0 []"
