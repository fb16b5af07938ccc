"""`commercial-agent catalog check` and `catalog sample`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commercial_agent.commands.catalog import app

RUN = CliRunner()
HEADER = "stock_id,km,price,make,model,year,version,bluetooth,largo,ancho,altura,car_play"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cars.csv"
    rows = ('1,10,"$200,000.00",Kia,Rio,2018,EX AT,SI,,,,', "2,-1,5,Kia,Rio,2018,,,,,,", "")
    path.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    return path


def test_check_prints_every_problem_with_its_line(file: Path) -> None:
    result = RUN.invoke(app, ["check", str(file)])
    assert result.exit_code == 0
    assert "1 of 2 cars loaded" in result.output
    assert "line 2, price: price written with signs ('$200,000.00'): repaired" in result.output
    assert "line 3, km: the kilometres are negative ('-1'): refused" in result.output


def test_check_writes_json(file: Path) -> None:
    said = json.loads(RUN.invoke(app, ["check", "--json", str(file)]).stdout)
    assert (said["rows"], said["loaded"], said["refused"]) == (2, 1, 1)
    assert {issue["line"] for issue in said["issues"]} == {2, 3}


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_check_of_an_unusable_file_fails_with_a_sentence(tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(HEADER)
    result = RUN.invoke(app, ["check", str(path), *options])
    assert result.exit_code == 1
    assert "has a header but no car" in result.output


@pytest.mark.parametrize("name", ["cars.csv", "cars.parquet", "cars.xlsx"])
def test_sample_writes_a_file_that_check_accepts(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert RUN.invoke(app, ["sample", str(path), "--cars", "30", "--seed", "4"]).exit_code == 0
    result = RUN.invoke(app, ["check", str(path)])
    assert "30 of 30 cars loaded" in result.output
