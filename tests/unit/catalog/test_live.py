"""The stock while its file changes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from commercial_agent.catalog import LiveCatalog
from commercial_agent.catalog.sample import write_sample
from commercial_agent.errors import InvalidCatalog


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cars.csv"
    write_sample(path, 5, seed=1)
    return path


def test_a_new_file_takes_over(file: Path) -> None:
    told: list[bool] = []
    live = LiveCatalog.load(file, on_reload=told.append)
    before = live.current
    write_sample(file, 9, seed=2)
    assert live.reload_if_changed()
    assert (len(before), len(live.current)) == (5, 9)
    assert live.current.version != before.version
    assert told == [True]


def test_an_unchanged_file_is_not_loaded_again(file: Path) -> None:
    live = LiveCatalog.load(file)
    before = live.current
    assert not live.reload_if_changed()
    assert live.current is before


@pytest.mark.parametrize("content", ["", "stock_id,price\n", "stock_id,price,make,model,year\n1,,a,b,2000\n"])
def test_a_bad_file_keeps_the_old_stock_and_says_why_until_a_good_one_comes(file: Path, content: str) -> None:
    told: list[bool] = []
    live = LiveCatalog.load(file, on_reload=told.append)
    file.write_text(content)
    assert not live.reload_if_changed()
    assert len(live.current) == 5
    assert live.problem
    write_sample(file, 6, seed=3)
    assert live.reload_if_changed()
    assert live.problem is None
    assert told == [False, True]


def test_a_file_that_disappears_keeps_the_old_stock(file: Path) -> None:
    live = LiveCatalog.load(file)
    os.unlink(file)
    assert not live.reload_if_changed()
    assert len(live.current) == 5
    assert live.problem


def test_the_first_file_must_be_good(tmp_path: Path) -> None:
    with pytest.raises(InvalidCatalog):
        LiveCatalog.load(tmp_path / "none.csv")


async def test_watching_picks_up_a_change_without_stopping_anything(file: Path) -> None:
    changed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell(_: bool) -> None:
        loop.call_soon_threadsafe(changed.set)

    live = LiveCatalog.load(file, on_reload=tell)
    watcher = asyncio.create_task(live.watch(every=0.01))
    write_sample(file, 7, seed=4)
    await asyncio.wait_for(changed.wait(), timeout=20)
    watcher.cancel()
    assert len(live.current) == 7
